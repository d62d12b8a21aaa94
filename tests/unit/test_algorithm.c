/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithm table: its values, the questions it answers for every number, its encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "validate/dnssec/algorithm.h"
#include "validate/wire/arena.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NO LEVEL_MUST_NOT
#define NOT_REC LEVEL_NOT_RECOMMENDED
#define MAY LEVEL_MAY
#define REC LEVEL_RECOMMENDED
#define MUST LEVEL_MUST

/* R9904-3-1, R9905-2-1, R9906-2-1: number, four columns, may it get a new DS, does it give a path. */
static const struct answer_case {
	uint8_t number;
	enum level levels[4];
	bool may_delegate;
	bool gives_path;
	bool is_eligible;	/* digests only */
} algorithm_cases[] = {
	{ 1, { NO, NO, NO, NO }, false, false, false },
	{ 3, { NO, NO, NO, NO }, false, false, false },
	{ 5, { NO, NO, NOT_REC, MUST }, false, false, false },
	{ 6, { NO, NO, NO, NO }, false, false, false },
	{ 7, { NO, NO, NOT_REC, MUST }, false, false, false },
	{ 8, { REC, REC, MUST, MUST }, true, true, false },
	{ 10, { NOT_REC, REC, NOT_REC, MUST }, true, true, false },
	{ 12, { NO, NO, NO, NO }, false, false, false },
	{ 13, { REC, REC, MUST, MUST }, true, true, false },
	{ 14, { MAY, REC, MAY, REC }, true, true, false },
	{ 15, { REC, REC, REC, REC }, true, true, false },
	{ 16, { MAY, REC, MAY, REC }, true, true, false },
	{ 17, { MAY, MAY, MAY, MAY }, true, false, false },
	{ 23, { MAY, MAY, MAY, MAY }, true, false, false },
	{ 253, { MAY, MAY, MAY, MAY }, true, false, false },
	{ 254, { MAY, MAY, MAY, MAY }, true, false, false },
};

/* R9904-4-1, R9905-5-1, R9906-2-1 */
static const struct answer_case digest_cases[] = {
	{ 0, { NO, NO, NO, NO }, false, false, false },
	{ 1, { NO, REC, NO, MUST }, false, true, false },
	{ 2, { REC, REC, MUST, MUST }, true, true, true },
	{ 3, { NO, NO, NO, NO }, false, false, false },
	{ 4, { MAY, REC, MAY, REC }, true, true, false },
	{ 5, { MAY, MAY, MAY, MAY }, true, false, false },
	{ 6, { MAY, MAY, MAY, MAY }, true, false, false },
};

static void check_row(const struct algorithm_row *row, const struct answer_case *c)
{
	assert_non_null(row);
	assert_int_equal(row->number, c->number);
	assert_int_equal(row->use_signing, c->levels[0]);
	assert_int_equal(row->use_validation, c->levels[1]);
	assert_int_equal(row->implement_signing, c->levels[2]);
	assert_int_equal(row->implement_validation, c->levels[3]);
	assert_true(strlen(row->mnemonic) > 0);
}

static const struct answer_case *find_case(const struct answer_case *cases, size_t count, unsigned number)
{
	for (size_t i = 0; i < count; i++) {
		if (cases[i].number == number) {
			return &cases[i];
		}
	}
	return NULL;
}

static void algorithms(void **state)
{
	(void)state;
	const struct algorithm_table *t = algorithm_table_builtin();
	assert_int_equal(t->algorithm_count, COUNT(algorithm_cases));
	for (unsigned n = 0; n < 256; n++) {
		const struct answer_case *c = find_case(algorithm_cases, COUNT(algorithm_cases), n);
		assert_int_equal(algorithm_may_delegate(t, (uint8_t)n), c != NULL && c->may_delegate);
		assert_int_equal(algorithm_gives_path(t, (uint8_t)n), c != NULL && c->gives_path);
		if (c != NULL) {
			check_row(algorithm_find(t, (uint8_t)n), c);
		} else {
			assert_null(algorithm_find(t, (uint8_t)n));
		}
	}
}

static void digests(void **state)
{
	(void)state;
	const struct algorithm_table *t = algorithm_table_builtin();
	assert_int_equal(t->digest_count, COUNT(digest_cases));
	for (unsigned n = 0; n < 256; n++) {
		const struct answer_case *c = find_case(digest_cases, COUNT(digest_cases), n);
		assert_int_equal(digest_may_delegate(t, (uint8_t)n), c != NULL && c->may_delegate);
		assert_int_equal(digest_gives_path(t, (uint8_t)n), c != NULL && c->gives_path);
		assert_int_equal(digest_is_eligible(t, (uint8_t)n), c != NULL && c->is_eligible);
		assert_int_equal(digest_is_made(t, (uint8_t)n), n == 2);	/* SHA-256: RFC 9904 section 4 */
		if (c != NULL) {
			check_row(digest_find(t, (uint8_t)n), c);
		} else {
			assert_null(digest_find(t, (uint8_t)n));
		}
	}
}

/* U-8: no table makes RSA/SHA-1 a path. */
static void sha1_never_a_path(void **state)
{
	(void)state;
	const struct algorithm_row rows[] = {
		{ 5, "RSASHA1", MUST, MUST, MUST, MUST },
		{ 7, "RSASHA1-NSEC3-SHA1", MUST, MUST, MUST, MUST },
		{ 200, "NEW", MUST, MUST, MUST, MUST },
	};
	const struct algorithm_table t = { "test", COUNT(rows), rows, 0, NULL };
	assert_false(algorithm_gives_path(&t, 5));
	assert_false(algorithm_gives_path(&t, 7));
	assert_true(algorithm_gives_path(&t, 200));
	assert_true(algorithm_may_delegate(&t, 200));
}

static void encoding(void **state)
{
	(void)state;
	const struct algorithm_table *t = algorithm_table_builtin();
	uint8_t octets[2048];
	size_t size = algorithm_table_encode(t, octets, sizeof(octets));
	assert_true(size > 0);
	struct arena *arena = arena_new();
	struct algorithm_table back;
	assert_int_equal(algorithm_table_decode(octets, size, arena, &back), 0);
	assert_string_equal(back.version, t->version);
	uint8_t again[2048];
	assert_int_equal(algorithm_table_encode(&back, again, sizeof(again)), size);
	assert_memory_equal(again, octets, size);
	for (size_t i = 0; i < COUNT(algorithm_cases); i++) {
		check_row(algorithm_find(&back, algorithm_cases[i].number), &algorithm_cases[i]);
	}
	/* Into less room it does not fit; cut anywhere it is refused; so is an octet more. */
	for (size_t room = 0; room < size; room++) {
		uint8_t *cut = arena_copy(arena, octets, room);
		assert_int_equal(algorithm_table_encode(t, again, room), 0);
		assert_int_equal(algorithm_table_decode(cut, room, arena, &back), ERR_FORMAT);
	}
	octets[size] = 0;
	assert_int_equal(algorithm_table_decode(octets, size + 1, arena, &back), ERR_FORMAT);
	octets[0] = 2;
	assert_int_equal(algorithm_table_decode(octets, size, arena, &back), ERR_VERSION);
	octets[0] = 0;
	assert_int_equal(algorithm_table_decode(octets, size, arena, &back), ERR_FORMAT);
	arena_free(arena);
}

/* What its octets cannot count is not encoded, however much room there is. */
static void too_large(void **state)
{
	(void)state;
	static uint8_t octets[16384];
	static char version[257];
	static struct algorithm_row rows[257];
	memset(version, 'v', 256);
	struct algorithm_table t = { .version = version };
	assert_int_equal(algorithm_table_encode(&t, octets, sizeof(octets)), 0);
	version[255] = '\0';
	assert_int_equal(algorithm_table_encode(&t, octets, sizeof(octets)), 1 + 1 + 255 + 2 + 2);
	for (size_t i = 0; i < COUNT(rows); i++) {
		rows[i] = (struct algorithm_row){ .number = (uint8_t)i, .mnemonic = "A" };
	}
	t.digests = rows;
	t.digest_count = 257;
	assert_int_equal(algorithm_table_encode(&t, octets, sizeof(octets)), 0);
	t.digest_count = 256;
	assert_int_equal(algorithm_table_encode(&t, octets, sizeof(octets)), 1 + 1 + 255 + 2 + 2 + 256 * 7);
}

static const struct decode_case {
	const char *label;
	size_t size;
	uint8_t octets[32];
	int expected;
} decode_cases[] = {
	{ "empty tables", 7, { 1, 1, 'v', 0, 0, 0, 0 }, 0 },
	{ "one row", 14, { 1, 1, 'v', 0, 1, 9, 0, 1, 2, 4, 1, 'A', 0, 0 }, 0 },
	{ "level too high", 14, { 1, 1, 'v', 0, 1, 9, 0, 1, 2, 5, 1, 'A', 0, 0 }, ERR_FORMAT },
	{ "rows not ascending", 21, { 1, 1, 'v', 0, 2, 9, 0, 1, 2, 4, 1, 'A', 8, 0, 1, 2, 4, 1, 'B', 0, 0 },
		ERR_FORMAT },
	{ "row twice", 21, { 1, 1, 'v', 0, 2, 9, 0, 1, 2, 4, 1, 'A', 9, 0, 1, 2, 4, 1, 'A', 0, 0 },
		ERR_FORMAT },
	{ "NUL in a name", 14, { 1, 1, 'v', 0, 1, 9, 0, 1, 2, 4, 1, 0, 0, 0 }, ERR_FORMAT },
	{ "too many rows", 7, { 1, 1, 'v', 0xff, 0xff, 0, 0 }, ERR_FORMAT },
};

static void decoding(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(decode_cases); i++) {
		const struct decode_case *c = &decode_cases[i];
		struct algorithm_table t;
		int got = algorithm_table_decode(c->octets, c->size, arena, &t);
		if (got != c->expected) {
			fail_msg("%s: got %d", c->label, got);
		}
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(algorithms),
		cmocka_unit_test(digests),
		cmocka_unit_test(sha1_never_a_path),
		cmocka_unit_test(encoding),
		cmocka_unit_test(too_large),
		cmocka_unit_test(decoding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
