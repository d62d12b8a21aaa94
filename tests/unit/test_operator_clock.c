/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators and clocks: what was counted by a clock that was ahead. */
#include "tests/unit/accept_fixture.h"
#include "validate/accept/operator.h"

#define HOUR 3600u

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	fixture_first(&x, BOOTSTRAP_DELAY);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static enum reason at(uint32_t hours)
{
	fixture_probe(&x, hours * HOUR, TRIGGER_TIMER);
	fixture_run(&x);
	return x.decision.reason;
}

/* T-26: a clock that was ahead once need not be waited for; a release puts it right, and the window begins anew. */
static void test_clock_put_right(void **unused)
{
	(void)unused;
	const char *why = NULL;
	struct child_state after;
	at(0);
	at(24);
	assert_reason(at(20000), REASON_HOLD_DELAY_RESET);
	assert_reason(at(25), REASON_CLOCK_UNSAFE);
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_RELEASE, FIXTURE_NOW + 26 * HOUR, &after, &why), 0);
	x.state = after;
	assert_int_equal(x.state.window.began, 0);
	assert_reason(at(26), REASON_HOLD_DELAY_STARTED);
	assert_reason(at(50), REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_RELEASE, FIXTURE_NOW + 51 * HOUR, &after, &why), ERR_CONFLICT);
}

/* Each of the times that were counted is put right, and a child of which none lies ahead has nothing to release. */
static void test_each_time(void **unused)
{
	(void)unused;
	const struct child_state cases[] = {
		{ .seen = x.now + 1, .accepted = 1, .settled = 2 }, { .seen = 3, .accepted = x.now + 1, .settled = 2 },
		{ .seen = 3, .accepted = 1, .settled = x.now + 1 },
	};
	const struct child_state right = { .seen = x.now, .accepted = x.now, .settled = x.now };
	const char *why = NULL;
	struct child_state after;
	assert_int_equal(operator_apply(&right, OPERATOR_DO_RELEASE, x.now, &after, &why), ERR_CONFLICT);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(operator_apply(&cases[i], OPERATOR_DO_RELEASE, x.now, &after, &why), 0);
		assert_int_equal(after.seen, i == 0 ? x.now : 3);
		assert_int_equal(after.accepted, i == 1 ? x.now : 1);
		assert_int_equal(after.settled, i == 2 ? x.now : 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clock_put_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_time, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
