/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of checks is bounded (L-DOS-1): however many servers there are, what decided is on it, and a cut is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/trace.h"
#include "validate/wire/limits.h"

static void add(struct trace *t, enum check_result result, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		trace_check(t, "L-RESP", GATE_CORRECT, result, "%u", i);
	}
}

static size_t count(const struct finding *f, enum check_result result)
{
	size_t n = 0;
	for (size_t i = 0; i < f->check_count; i++) {
		n += f->checks[i].result == result;
	}
	return n;
}

static void test_failures_find_room(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct trace t;
	struct finding f = { .reason = REASON_CNAME_AT_APEX };
	trace_init(&t, arena);
	add(&t, CHECK_PASS, 2 * LIMIT_CHECKS);
	add(&t, CHECK_WARN, 2 * LIMIT_CHECKS);
	add(&t, CHECK_FAIL, 10);
	assert_int_equal(trace_finish(&t, &f), 0);
	assert_int_equal(count(&f, CHECK_FAIL), 10);
	assert_true(count(&f, CHECK_PASS) > 0 && count(&f, CHECK_WARN) > 0);
	assert_true(f.check_count <= LIMIT_CHECKS);
	const struct check *last = &f.checks[f.check_count - 1];
	char told[64];
	snprintf(told, sizeof told, "%zu more checks are not listed", 4 * (size_t)LIMIT_CHECKS + 10 - (f.check_count - 1));
	assert_string_equal(last->detail, told);
	assert_int_equal(last->result, CHECK_SKIP);
	arena_free(arena);
}

static void test_all_failures(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct trace t;
	struct finding f = { .reason = REASON_CNAME_AT_APEX };
	trace_init(&t, arena);
	add(&t, CHECK_FAIL, LIMIT_CHECKS);
	assert_int_equal(trace_finish(&t, &f), 0);
	assert_int_equal(f.check_count, LIMIT_CHECKS);
	assert_string_equal(f.checks[LIMIT_CHECKS - 1].detail, "1 more checks are not listed");
	arena_free(arena);
}

static void test_nothing_is_said_of_a_whole_list(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct trace t;
	struct finding f = { .reason = REASON_CNAME_AT_APEX };
	trace_init(&t, arena);
	add(&t, CHECK_PASS, 3);
	trace_check(&t, "L-RESP", GATE_DUE, CHECK_SKIP, "a \n b");
	assert_int_equal(trace_finish(&t, &f), 0);
	assert_int_equal(f.check_count, 4);
	assert_string_equal(f.checks[3].detail, "a ? b");
	assert_int_equal(f.checks[3].gate, GATE_DUE);
	arena_free(arena);
}

/* Each once, and none of them the outcome. */
static void test_warnings(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct trace t;
	struct finding f = { .reason = REASON_RRSIG_BOGUS };
	trace_init(&t, arena);
	trace_warn(&t, REASON_NONE);
	trace_warn(&t, REASON_RRSIG_BOGUS);
	trace_warn(&t, REASON_RRSIG_EXPIRED);
	trace_warn(&t, REASON_RRSIG_EXPIRED);
	assert_int_equal(trace_finish(&t, &f), 0);
	assert_int_equal(f.warning_count, 1);
	assert_int_equal(f.warnings[0], REASON_RRSIG_EXPIRED);
	/* There is room for every reason there is. */
	unsigned all;
	const struct reason_row *rows = reason_rows(&all);
	for (unsigned i = 0; i < 2 * all; i++) {
		trace_warn(&t, rows[i % all].number);
	}
	assert_int_equal(trace_finish(&t, &f), 0);
	assert_int_equal(f.warning_count, all - 1);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_failures_find_room), cmocka_unit_test(test_all_failures),
		cmocka_unit_test(test_nothing_is_said_of_a_whole_list), cmocka_unit_test(test_warnings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
