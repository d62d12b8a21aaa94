/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges: whether a run has to be able to look for signals. What they judge, and when they look again, is told in stories. */
#include "scanner/pipeline/judges.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Where any policy of the parent reads signals, for whatever children. */
static void any_policy_wants_signals(void **state)
{
	(void)state;
	struct policy without = { .name = "without" }, with = { .name = "with" };
	with.rules.bootstrap.enabled = with.rules.bootstrap.authenticated = true;
	const struct policy_suffix none[] = { { .policy = &without }, { .policy = &without } };
	const struct policy_suffix last[] = { { .policy = &without }, { .policy = &with } };
	const struct {
		struct policy_set set;
		bool wanted;
	} rows[] = {
		{ { .policy = &without }, false },
		{ { .policy = &with }, true },
		{ { .policy = &without, .suffix_count = 2, .suffixes = none }, false },
		{ { .policy = &without, .suffix_count = 2, .suffixes = last }, true },
		{ { .policy = &with, .suffix_count = 2, .suffixes = none }, true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(judges_want_signals(&rows[i].set), rows[i].wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_policy_wants_signals),
	};
	return cmocka_run_group_tests_name("judges", tests, NULL, NULL);
}
