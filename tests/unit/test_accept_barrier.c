/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands against a change that was accepted before: each thing that would, and none that would not. */
#include "tests/unit/accept_fixture.h"
#include "validate/accept/accept.h"

static struct fixture x;
static struct ds_set after;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	after = fixture_set(x.arena, "B");
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static enum reason barrier_to(enum change_class change, bool is_first)
{
	const struct accepted a = { .delegation = &x.delegation, .policy = &x.policy, .state = &x.state, .ds_after = &after,
		.change = change, .is_first = is_first, .now = FIXTURE_NOW };
	return accept_barrier(&a);
}

static void test_what_stands(void **unused)
{
	(void)unused;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_NONE);
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_REJECT_OPTED_OUT);
	assert_reason(barrier_to(CHANGE_INITIAL, true), REASON_REJECT_OPTED_OUT);
	x.delegation.flags = DELEGATION_REGISTRAR_NO_DISABLE;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_NONE);
	assert_reason(barrier_to(CHANGE_INITIAL, true), REASON_REJECT_REGISTRAR_NO_DNSSEC);
	x.delegation.flags = DELEGATION_REGISTRY_LOCK;
	x.policy.respect_registry_lock = false;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_NONE);
	x.policy.respect_registry_lock = true;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_LOCKED);
	x.delegation.flags = 0;
	x.state.suspended = SUSPENDED_BY_OPERATOR;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_HOLD_OPERATOR);
}

/* signatures from before a change by hand, where the policy says so, and where there were signatures to be had. */
static void test_a_change_by_hand(void **unused)
{
	(void)unused;
	x.state.mark_count = 1;
	x.state.marks = x.marks;
	x.delegation.manual_change = x.marks[0].inception + 1;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_NONE);
	x.policy.guard_manual_change = true;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_OLDER_THAN_MANUAL_CHANGE);
	assert_reason(barrier_to(CHANGE_INITIAL, true), REASON_NONE);
	assert_reason(barrier_to(CHANGE_TTL, false), REASON_NONE);
	x.state.rollback.to = after;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_OLDER_THAN_MANUAL_CHANGE);
	x.state.rollback.state = ROLLBACK_WANTED;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_NONE);
	x.state.rollback.to = fixture_set(x.arena, "C");
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_OLDER_THAN_MANUAL_CHANGE);
	x.delegation.manual_change = x.marks[0].inception - 1;
	assert_reason(barrier_to(CHANGE_SWAP, false), REASON_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_what_stands, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_change_by_hand, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("accept-barrier", tests, NULL, NULL);
}
