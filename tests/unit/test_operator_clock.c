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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clock_put_right, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
