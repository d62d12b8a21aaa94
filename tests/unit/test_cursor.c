/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cursor: numbers both ways, and what happens at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "validate/wire/cursor.h"

static const uint8_t octets[15] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
	0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32 };

static void numbers_are_read_big_endian(void **state)
{
	(void)state;
	struct wire w = wire_reader(octets, sizeof(octets));
	assert_int_equal(wire_read_u8(&w), 0x01);
	assert_int_equal(wire_read_u16(&w), 0x2345);
	assert_int_equal(wire_read_u32(&w), 0x6789abcd);
	assert_true(wire_read_u64(&w) == 0xeffedcba98765432u);
	assert_true(wire_done(&w));
	assert_int_equal(wire_left(&w), 0);
}

static void numbers_are_written_big_endian(void **state)
{
	(void)state;
	uint8_t out[15];
	struct wire w = wire_writer(out, sizeof(out));
	wire_write_u8(&w, 0x01);
	wire_write_u16(&w, 0x2345);
	wire_write_u32(&w, 0x6789abcd);
	wire_write_u64(&w, 0xeffedcba98765432u);
	assert_true(wire_done(&w));
	assert_memory_equal(out, octets, sizeof(out));
}

static void left_over_octets_are_not_done(void **state)
{
	(void)state;
	struct wire w = wire_reader(octets, 3);
	assert_int_equal(wire_read_u16(&w), 0x0123);
	assert_false(wire_error(&w));
	assert_false(wire_done(&w));
	assert_int_equal(wire_left(&w), 1);
}

/* How many octets each read needs: one fewer is an error, and zero is what one gets. */
static void overruns_stick(void **state)
{
	(void)state;
	for (unsigned width = 0; width < 4; width++) {
		struct wire w = wire_reader(octets, ((size_t)1 << width) - 1);
		uint64_t value = width == 0 ? wire_read_u8(&w) : width == 1 ? wire_read_u16(&w) :
			width == 2 ? wire_read_u32(&w) : wire_read_u64(&w);
		assert_true(value == 0);
		assert_true(wire_error(&w));
		assert_false(wire_done(&w));
		assert_int_equal(w.pos, 0);
		assert_int_equal(wire_left(&w), 0);
		/* Also for what would have fitted. */
		assert_int_equal(wire_read_u8(&w), 0);
		assert_null(wire_read(&w, 0));
	}
}

static void slices_point_into_the_input(void **state)
{
	(void)state;
	struct wire w = wire_reader(octets, sizeof(octets));
	assert_ptr_equal(wire_read(&w, 0), octets);
	assert_ptr_equal(wire_read(&w, 4), octets);
	assert_ptr_equal(wire_read(&w, 11), octets + 4);
	assert_true(wire_done(&w));
	assert_null(wire_read(&w, 1));
	w = wire_reader(octets, sizeof(octets));
	wire_read_u8(&w);
	assert_null(wire_read(&w, SIZE_MAX));
	assert_true(wire_error(&w));
}

static void writes_stop_at_the_end(void **state)
{
	(void)state;
	uint8_t out[8] = { 0 };
	struct wire w = wire_writer(out, 5);
	wire_write_u32(&w, 0x01020304);
	wire_write_u16(&w, 0xffff);
	assert_true(wire_error(&w));
	wire_write_u8(&w, 0xff);
	const uint8_t expected[8] = { 1, 2, 3, 4 };
	assert_memory_equal(out, expected, sizeof(out));
	w = wire_writer(out, 5);
	wire_write(&w, "", 0);
	wire_write(&w, NULL, 0);
	assert_false(wire_error(&w));
	wire_write(&w, out, SIZE_MAX);
	assert_true(wire_error(&w));
}

static void nothing_reads_and_writes_nothing(void **state)
{
	(void)state;
	struct wire r = wire_reader(NULL, 10);
	assert_int_equal(wire_left(&r), 0);
	assert_int_equal(wire_read_u8(&r), 0);
	assert_true(wire_error(&r));
	struct wire w = wire_writer(NULL, 10);
	assert_int_equal(wire_left(&w), 0);
	wire_write_u8(&w, 1);
	assert_true(wire_error(&w));
}

static void directions_do_not_mix(void **state)
{
	(void)state;
	uint8_t out[4] = { 7, 7, 7, 7 };
	struct wire w = wire_writer(out, 4);
	assert_int_equal(wire_read_u8(&w), 0);
	assert_true(wire_error(&w));
	struct wire r = wire_reader(octets, 4);
	wire_write_u8(&r, 9);
	assert_true(wire_error(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_big_endian),
		cmocka_unit_test(numbers_are_written_big_endian),
		cmocka_unit_test(left_over_octets_are_not_done),
		cmocka_unit_test(overruns_stick),
		cmocka_unit_test(slices_point_into_the_input),
		cmocka_unit_test(writes_stop_at_the_end),
		cmocka_unit_test(nothing_reads_and_writes_nothing),
		cmocka_unit_test(directions_do_not_mix),
	};
	return cmocka_run_group_tests_name("cursor", tests, NULL, NULL);
}
