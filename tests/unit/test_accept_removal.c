/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Suspension and its end (standards 4.6): who emptied the DS set. */
#include "tests/unit/accept_child.h"

/* DSA-7.1-3, C25, manual-removal, T-32: somebody else empties the DS set, and nobody puts it back by itself. */
static void test_removal_by_others(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	at(0);
	assert_int_equal(x.state.suspended, 0);
	fixture_publish(&x, "0");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	assert_reason(at(DAY), REASON_HOLD_SUSPENDED);
	assert_int_equal(x.state.suspended, SUSPENDED_BY_REMOVAL);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	assert_int_equal(x.decision.next_eligible, 0);
	assert_int_equal(fixture_check(&x, "DSA-7.1-3")->gate, GATE_ALLOWED);
	assert_reason(at(30 * DAY), REASON_HOLD_SUSPENDED);
	/* No window runs meanwhile. */
	fixture_first(&x, BOOTSTRAP_DELAY);
	assert_reason(at(31 * DAY), REASON_HOLD_SUSPENDED);
	assert_int_equal(x.state.window.began, 0);
	/* What would be refused anyway is refused for what it is, and the suspension is told. */
	fixture_nothing(&x, REASON_CONTINUITY_NO_PATH);
	assert_reason(at(32 * DAY), REASON_CONTINUITY_NO_PATH);
	assert_int_equal(fixture_check(&x, "DSA-7.1-3")->result, CHECK_FAIL);
	/* A DS set by any channel ends it (DSA-7.1-4). */
	fixture_find(&x, REASON_NOOP_IN_SYNC, "C");
	fixture_publish(&x, "C");
	assert_reason(at(33 * DAY), REASON_NOOP_IN_SYNC);
	assert_int_equal(x.state.suspended, 0);
	assert_int_equal(fixture_check(&x, "DSA-7.1-4")->result, CHECK_PASS);
	/* And so does an operator. */
	fixture_publish(&x, "0");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	assert_reason(at(34 * DAY), REASON_HOLD_SUSPENDED);
	assert_int_equal(say(OPERATOR_DO_RELEASE), 0);
	assert_reason(at(35 * DAY), REASON_ACCEPT_BOOTSTRAP_AUTH);
}

/* DSA-7.1-3: what was asked for is no matter, only what the parent took of it. */
static void test_removal_after_a_wish(void **unused)
{
	(void)unused;
	static const struct {
		const char *label;
		const char *asked;		/* by change 3 */
		enum pending_state pending;	/* of it when the DS set went, if nothing of ours was published */
		const char *published;		/* since the last probe, in this order; "" nothing */
		bool suspends;
	} cases[] = {
		{ "an update that never came to pass", "B", PENDING_NONE, "", true },
		{ "a delete that was withdrawn before the next probe", "0", PENDING_NONE, "", true },
		{ "a delete that has not left", "0", PENDING_RELEASED, "", true },
		{ "a delete that the registry took", "0", PENDING_NONE, "0", false },
		{ "a delete that the registry took although it was superseded", "B", PENDING_RELEASED, "0", false },
		{ "an update that the registry took", "B", PENDING_NONE, "B", true },
		{ "a delete that the registry took, and then the way back", "A", PENDING_NONE, "0A", true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fixture_restart(&x);
		fixture_find(&x, cases[i].asked[0] == '0' ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE,
			cases[i].asked[0] == 'A' ? "B" : cases[i].asked);
		at(0);
		for (const char *set = cases[i].published; *set != '\0'; set++) {
			const struct ds_set shown = fixture_set(x.arena, (const char[]){ *set, '\0' });
			child_state_publish(&x.state, &shown);
		}
		fixture_publish(&x, "0");
		x.pending = (struct pending){ .state = cases[i].pending, .change = 3 };
		if (cases[i].pending != PENDING_NONE) {
			x.pending.ds_after = fixture_set(x.arena, cases[i].asked);
		}
		fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
		x.finding.security = SECURITY_INSECURE;
		at(1);
		if ((x.state.suspended == SUSPENDED_BY_REMOVAL) != cases[i].suspends) {
			fail_msg("%s: %u", cases[i].label, x.state.suspended);
		}
		assert_false(x.state.published_known);
	}
}

/* What was published explains the DS set of one probe: not its next removal, and not an unknown one. */
static void test_published_explains_once(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	at(0);
	child_state_publish(&x.state, &(struct ds_set){ .count = 0 });
	x.delegation.ds_state = DS_UNKNOWN;
	x.delegation.ds = fixture_set(x.arena, "0");
	fixture_nothing(&x, REASON_HOLD_DS_UNKNOWN);
	at(1);
	assert_true(x.state.published_known);
	fixture_publish(&x, "0");
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	at(2);
	assert_int_equal(x.state.suspended, 0);
	fixture_publish(&x, "C");
	fixture_find(&x, REASON_NOOP_IN_SYNC, "C");
	at(3);
	fixture_publish(&x, "0");
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	at(4);
	assert_int_equal(x.state.suspended, SUSPENDED_BY_REMOVAL);
}

/* DSA-7.1-3, delete-then-bootstrap: after a delete by CDS automation stays active. */
static void test_removal_by_request(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	assert_reason(at(0), REASON_ACCEPT_DELETE);
	x.pending = (struct pending){ .state = PENDING_SENT, .change = 3 };
	assert_reason(at(1), REASON_NOOP_CHANGE_PENDING);
	fixture_publish(&x, "0");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	x.finding.marks[0].inception = FIXTURE_NOW;
	assert_reason(at(DAY), REASON_ACCEPT_BOOTSTRAP_AUTH);
	assert_int_equal(x.state.suspended, 0);
	assert_int_equal(fixture_check(&x, "DSA-7.1-3")->result, CHECK_PASS);

	/* Withdrawn, and emptied by hand before the next probe: that was not the child. */
	fixture_restart(&x);
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	at(0);
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 3 };
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	at(1);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
	fixture_publish(&x, "0");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	assert_reason(at(3), REASON_HOLD_SUSPENDED);

	/* A first set that was published and then emptied by somebody else. */
	fixture_restart(&x);
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	at(0);
	x.pending = (struct pending){ .state = PENDING_SENT, .change = 3, .ds_after = fixture_set(x.arena, "B") };
	fixture_publish(&x, "B");
	fixture_find(&x, REASON_NOOP_IN_SYNC, "B");
	at(1);
	fixture_publish(&x, "0");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	assert_reason(at(2), REASON_HOLD_SUSPENDED);

	/* Unknown is not empty, and a child that was never seen was never emptied. */
	fixture_restart(&x);
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	at(0);
	x.delegation.ds_state = DS_UNKNOWN;
	x.delegation.ds = fixture_set(x.arena, "0");
	fixture_nothing(&x, REASON_HOLD_DS_UNKNOWN);
	at(1);
	assert_int_equal(x.state.suspended, 0);
	assert_int_equal(x.state.ds_seen.count, 1);
	fixture_restart(&x);
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	assert_reason(at(0), REASON_ACCEPT_BOOTSTRAP_AUTH);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_removal_by_others),
		TEST(test_removal_after_a_wish),
		TEST(test_published_explains_once),
		TEST(test_removal_by_request),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
