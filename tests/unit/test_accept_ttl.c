/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The interval between two changes, and the TTL of the DS set that is low for some time after one (DSA-4.1-2, A-37, T-51). */
#include "tests/unit/accept_child.h"

static void update(void)
{
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
}

static void delete(void)
{
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
}

static void refresh(void)
{
	fixture_find(&x, REASON_ACCEPT_DIGEST_REFRESH, "B");
	x.finding.change = CHANGE_DIGEST;
}

static void first(void)
{
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
}

static void (*const requests[])(void) = { update, delete, refresh, first };
static const enum reason accepts[] = { REASON_ACCEPT_UPDATE, REASON_ACCEPT_DELETE, REASON_ACCEPT_DIGEST_REFRESH,
	REASON_ACCEPT_BOOTSTRAP_AUTH };
#define REQUESTS 4
#define REFRESH 2
#define FIRST 3

/* R7344-6.1-2: a minimum interval between two accepted changes, deletes too; the same change is no other one. */
static void test_rate(void **unused)
{
	(void)unused;
	for (size_t k = 0; k < REQUESTS; k++) {
		fixture_restart(&x);
		requests[k]();
		x.policy.min_interval_s = DAY;
		x.state.accepted = FIXTURE_NOW;
		assert_reason(at(DAY - 1), REASON_HOLD_RATE_LIMITED);
		assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + DAY);
		assert_int_equal(fixture_check(&x, "R7344-6.1-2")->gate, GATE_DUE);
		assert_int_equal(x.state.accepted, FIXTURE_NOW);
		assert_reason(at(DAY), accepts[k]);
		assert_int_equal(x.state.accepted, FIXTURE_NOW + DAY);
		assert_reason(at(DAY + 1), REASON_HOLD_RATE_LIMITED);
		if (k != REFRESH) {
			x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 4, .ds_after = x.finding.ds_after };
			assert_reason(at(DAY + 2), REASON_NOOP_CHANGE_PENDING);
		}
	}
	/* A window goes on behind it, and is complete when it ends. */
	fixture_restart(&x);
	fixture_first(&x, BOOTSTRAP_DELAY);
	x.policy.min_interval_s = 5 * DAY;
	x.state.accepted = FIXTURE_NOW;
	at(0);
	for (uint32_t day = 1; day <= 2; day++) {
		assert_reason(at(day * DAY), REASON_HOLD_DELAY_RUNNING);
	}
	assert_reason(at(3 * DAY), REASON_HOLD_RATE_LIMITED);
	assert_reason(at(4 * DAY), REASON_HOLD_RATE_LIMITED);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 5 * DAY);
	assert_reason(at(5 * DAY), REASON_ACCEPT_BOOTSTRAP_DELAY);
}

static void lower(void)
{
	x.policy.ttl = (struct ttl_policy){ .change_s = 900, .hold_s = 3 * DAY };
	x.policy.change_max_age_s = DAY;
	x.delegation.ds_ttl = 86400;
}

/* DSA-4.1-2, DSA-4.2.2-1, A-37: lowered with the change, restored when it is due and nothing else is wanted. */
static void test_ttl(void **unused)
{
	(void)unused;
	lower();
	assert_reason(at(0), REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.ds_ttl, 900);
	assert_int_equal(x.state.ttl_normal, 86400);
	assert_int_equal(x.state.ttl_restore, FIXTURE_NOW + 4 * DAY);
	fixture_publish(&x, "B");
	x.delegation.ds_ttl = 900;
	fixture_find(&x, REASON_NOOP_IN_SYNC, "B");
	assert_reason(at(4 * DAY - 1), REASON_NOOP_IN_SYNC);
	assert_int_equal(fixture_check(&x, "DSA-4.1-2")->result, CHECK_SKIP);
	assert_int_equal(x.decision.ds_ttl, 0);
	/* Not while something is wrong, or barred, or on its way. */
	fixture_find(&x, REASON_CHILD_BOGUS, "B");
	assert_reason(at(4 * DAY), REASON_CHILD_BOGUS);
	fixture_find(&x, REASON_NOOP_NO_SIGNAL, "B");
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_reason(at(4 * DAY), REASON_NOOP_NO_SIGNAL);
	x.delegation.flags = 0;
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 5, .ds_after = x.delegation.ds };
	assert_int_equal(at(4 * DAY) == REASON_ACCEPT_TTL_RESTORE, false);
	x.pending = (struct pending){ .state = PENDING_NONE };
	assert_reason(at(4 * DAY), REASON_ACCEPT_TTL_RESTORE);
	assert_int_equal(x.decision.change, CHANGE_TTL);
	assert_int_equal(x.decision.ds_ttl, 86400);
	assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
	assert_true(ds_set_equal(&x.decision.ds_after, &x.delegation.ds));
	/* T-51: lost, and asked for again, until the parent shows it. */
	assert_reason(at(6 * DAY), REASON_ACCEPT_TTL_RESTORE);
	x.delegation.ds_ttl = 86400;
	assert_reason(at(7 * DAY), REASON_NOOP_NO_SIGNAL);
	assert_int_equal(x.state.ttl_restore, 0);
	assert_int_equal(x.state.ttl_normal, 0);
}

/* T-51: a second change while it is low keeps the original and starts the clock again. */
static void test_ttl_of_a_second_change(void **unused)
{
	(void)unused;
	lower();
	at(0);
	fixture_publish(&x, "B");
	x.delegation.ds_ttl = 900;
	fixture_find(&x, REASON_ACCEPT_UPDATE, "C");
	x.marks[0].inception++;
	assert_reason(at(DAY), REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.ds_ttl, 900);
	assert_int_equal(x.state.ttl_normal, 86400);
	assert_int_equal(x.state.ttl_restore, FIXTURE_NOW + 5 * DAY);
	/* The former TTL, where that is longer. */
	fixture_restart(&x);
	lower();
	x.delegation.ds_ttl = 10 * DAY;
	at(0);
	assert_int_equal(x.state.ttl_restore, FIXTURE_NOW + 11 * DAY);
}

static void test_ttl_where_there_is_none(void **unused)
{
	(void)unused;
	/* A first DS set had no TTL: the registry's own comes back. */
	first();
	lower();
	x.delegation.ds_ttl = 0;
	assert_reason(at(0), REASON_ACCEPT_BOOTSTRAP_AUTH);
	assert_int_equal(x.decision.ds_ttl, 900);
	assert_int_equal(x.state.ttl_normal, 0);
	fixture_publish(&x, "B");
	x.delegation.ds_ttl = 900;
	fixture_find(&x, REASON_NOOP_IN_SYNC, "B");
	assert_reason(at(4 * DAY), REASON_ACCEPT_TTL_RESTORE);
	assert_int_equal(x.decision.ds_ttl, 0);
	x.delegation.ds_ttl = 3600;
	assert_reason(at(5 * DAY), REASON_NOOP_IN_SYNC);
	assert_int_equal(x.state.ttl_restore, 0);
	/* Not lowered: by the policy, for a delete, or because it is low. */
	fixture_restart(&x);
	at(0);
	assert_int_equal(x.decision.ds_ttl, 0);
	assert_int_equal(x.state.ttl_restore, 0);
	fixture_restart(&x);
	lower();
	delete();
	at(0);
	assert_int_equal(x.decision.ds_ttl, 0);
	assert_int_equal(x.state.ttl_restore, 0);
	fixture_restart(&x);
	lower();
	x.delegation.ds_ttl = 300;
	at(0);
	assert_int_equal(x.decision.ds_ttl, 0);
	assert_int_equal(x.state.ttl_restore, 0);
	/* What the source does not tell is no news; a DS set that is gone has no TTL. */
	fixture_restart(&x);
	lower();
	at(0);
	fixture_publish(&x, "B");
	x.delegation.ds_state = DS_UNKNOWN;
	fixture_find(&x, REASON_HOLD_DS_UNKNOWN, "A");
	at(4 * DAY);
	assert_int_equal(x.state.ttl_normal, 86400);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	fixture_find(&x, REASON_NOOP_NO_SIGNAL, "A");
	x.delegation.ds_ttl = 0;
	assert_reason(at(4 * DAY), REASON_NOOP_NO_SIGNAL);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	fixture_publish(&x, "0");
	fixture_find(&x, REASON_NOOP_NO_SIGNAL, "0");
	assert_reason(at(5 * DAY), REASON_NOOP_NO_SIGNAL);
	assert_int_equal(x.state.ttl_restore, 0);
	/* The change was withdrawn: the TTL was never low. */
	fixture_restart(&x);
	lower();
	at(0);
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	assert_reason(at(DAY), REASON_NOOP_IN_SYNC);
	assert_int_equal(x.state.ttl_restore, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rate),
		TEST(test_ttl),
		TEST(test_ttl_of_a_second_change),
		TEST(test_ttl_where_there_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
