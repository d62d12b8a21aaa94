/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arena: zeroed, aligned, separate pieces; overflow; reuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "validate/wire/arena.h"

static int setup(void **state)
{
	*state = arena_new();
	return *state == NULL;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void pieces_are_zeroed_and_apart(void **state)
{
	struct arena *arena = *state;
	unsigned char *pieces[600];
	size_t sizes[600];
	for (size_t i = 0; i < 600; i++) {
		/* Small, middle and large ones in turn. */
		sizes[i] = i % 50 == 0 ? 20000 + i : i % 7 == 0 ? 1000 + i : i % 40;
		pieces[i] = arena_alloc(arena, sizes[i]);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++) {
			assert_int_equal(pieces[i][k], 0);
		}
		memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
	}
	for (size_t i = 0; i < 600; i++) {
		for (size_t k = 0; k < sizes[i]; k++) {
			assert_int_equal(pieces[i][k], i % 255 + 1);
		}
	}
}

static void empty_pieces_have_addresses(void **state)
{
	const void *a = arena_alloc(*state, 0);
	const void *b = arena_array(*state, 0, 8);
	const void *c = arena_copy(*state, NULL, 0);
	assert_non_null(a);
	assert_non_null(b);
	assert_non_null(c);
	assert_ptr_not_equal(a, b);
	assert_ptr_not_equal(b, c);
}

static void impossible_sizes_are_refused(void **state)
{
	assert_null(arena_alloc(*state, SIZE_MAX));
	assert_null(arena_alloc(*state, SIZE_MAX - 40));
	assert_null(arena_array(*state, SIZE_MAX / 2, 3));
	assert_null(arena_array(*state, 3, SIZE_MAX / 2));
	/* And the arena still works. */
	assert_non_null(arena_array(*state, 3, 5));
}

static void memory_is_zeroed_after_reset(void **state)
{
	struct arena *arena = *state;
	unsigned char *first = arena_alloc(arena, 100);
	memset(first, 0xff, 100);
	for (size_t i = 0; i < 100; i++) {
		assert_non_null(arena_alloc(arena, 3000));
		assert_non_null(arena_alloc(arena, 30000));
	}
	for (unsigned round = 0; round < 3; round++) {
		arena_reset(arena);
		for (unsigned i = 0; i < 200; i++) {
			unsigned char *piece = arena_alloc(arena, 64);
			assert_non_null(piece);
			for (size_t k = 0; k < 64; k++) {
				assert_int_equal(piece[k], 0);
			}
			memset(piece, 0xff, 64);
		}
	}
}

static void copies_are_copies(void **state)
{
	char text[] = "delegation";
	char *copy = arena_copy(*state, text, sizeof(text));
	text[0] = 'X';
	assert_string_equal(copy, "delegation");
}

static void printf_fits_any_length(void **state)
{
	assert_string_equal(arena_printf(*state, "%s-%d", "tag", 7), "tag-7");
	assert_string_equal(arena_printf(*state, "%s", ""), "");
	char *text = arena_printf(*state, "%50000d", 1);
	assert_non_null(text);
	assert_int_equal(strlen(text), 50000);
	assert_int_equal(text[49999], '1');
}

static void free_of_nothing_is_fine(void **state)
{
	(void)state;
	arena_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pieces_are_zeroed_and_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_pieces_have_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(impossible_sizes_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(memory_is_zeroed_after_reset, setup, teardown),
		cmocka_unit_test_setup_teardown(copies_are_copies, setup, teardown),
		cmocka_unit_test_setup_teardown(printf_fits_any_length, setup, teardown),
		cmocka_unit_test(free_of_nothing_is_fine),
	};
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
