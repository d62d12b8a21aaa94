/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the judge says of servers that disagree: enough for whoever has to repair it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"

static bool is_told(const struct finding *f, const char *wanted)
{
	for (size_t i = 0; i < f->check_count; i++) {
		if (strcmp(f->checks[i].detail, wanted) == 0) {
			return true;
		}
	}
	return false;
}

/* T-59: each is listed with what it says; where they agree, nobody is. */
static void test_who_says_what(void **state)
{
	const struct judge_case differ = { .servers = { { .cds = "B", ROLL }, { .cds = "A B", ROLL } } };
	const struct judge_case agree = { .servers = { { .cds = "B", ROLL }, { .cds = "B", ROLL } } };
	struct arena *arena = arena_new();
	struct finding f;
	const unsigned a = key_tag('A', arena);
	const unsigned b = key_tag('B', arena);
	const char *first = arena_printf(arena, "192.0.2.1: CDS: keys %u (13)", b);
	judge_case_run(*state, &differ, arena, &f);
	assert_int_equal(f.reason, REASON_INCONSISTENT_KEYS);
	assert_true(is_told(&f, first));
	assert_true(is_told(&f, arena_printf(arena, "192.0.2.2: CDS: keys %u (13), %u (13)", b, a)) ||
		is_told(&f, arena_printf(arena, "192.0.2.2: CDS: keys %u (13), %u (13)", a, b)));
	judge_case_run(*state, &agree, arena, &f);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_false(is_told(&f, first));
	arena_free(arena);
}

static int setup(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_who_says_what) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
