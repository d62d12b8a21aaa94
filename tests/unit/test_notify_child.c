/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge of NOTIFY messages, where it looks at the child (standards 4.4): what is probed, when, and who is told. */
#include "tests/unit/notify_fixture.h"

/* The child's tokens that are left. */
static unsigned tokens_of_the_zone(void)
{
	unsigned count = 0;
	for (bool passes = true; passes; count += passes) {
		assert_int_equal(notify_limiter_report(x.limiter, &x.delegation, x.now_ms, &passes), 0);
	}
	return count;
}

/* D8, A-40: the probe that there is no token for comes when there is one. */
static void too_many_for_a_zone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	}
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_RATE_ZONE, RCODE_NOERROR, 15);
	assert_true(x.v.enqueue);
	assert_int_equal(x.v.probe.due_ms, NOW + 60000);
	assert_int_equal(x.v.probe.trigger, TRIGGER_NOTIFY);
	assert_true(x.v.probe.agent.size > 0);
	assert_int_equal(x.v.report_ede, EDE_NONE);
	x.child.scan = NOTIFY_SCAN_QUEUED;
	judges((struct notify_draft){ .edns = true }, NOTIFY_COALESCED, RCODE_NOERROR, NO_EDE);
}

/* what would wait for too long is answered all the same. */
static void no_patience(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.patience_s = 0;
	limits.zone.burst = 1;
	limits_are(&limits);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_ZONE, RCODE_NOERROR, 15);
	assert_false(x.v.enqueue);
	limits.zone.burst = 3;
	limits.operator.burst = 1;
	limits_are(&limits);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_OPERATOR, RCODE_NOERROR, 15);
	limits.operator.burst = 9;
	limits.total.burst = 1;
	limits_are(&limits);
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	judges((struct notify_draft){ .edns = true }, NOTIFY_RATE_TOTAL, RCODE_NOERROR, 15);
}

/* D9: one that is queued is enough, and costs the zone nothing; one that is running may have asked already. */
static void coalesced(void **state)
{
	(void)state;
	x.child.scan = NOTIFY_SCAN_QUEUED;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_COALESCED, RCODE_NOERROR, NO_EDE);
	nothing_follows();
	assert_true(x.v.agent.size > 0);
	x.child.scan = NOTIFY_SCAN_RUNNING;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_true(x.v.enqueue);
	assert_int_equal(tokens_of_the_zone(), 2);
}

/* D10: what no probe could change, and as what it is reported. */
static void nothing_is_done_by_itself(void **state)
{
	(void)state;
	static const struct {
		unsigned flags, suspended;
		enum ds_state ds;
		enum reason reason;		/* NONE: it is probed */
		uint16_t ede;
	} cases[] = {
		{ DELEGATION_OPTED_OUT, 0, DS_PRESENT, REASON_REJECT_OPTED_OUT, 18 },
		{ DELEGATION_REGISTRAR_AUTOMATES, 0, DS_PRESENT, REASON_REJECT_REGISTRAR_AUTOMATES, 28 },
		{ 0, SUSPENDED_BY_OPERATOR, DS_PRESENT, REASON_HOLD_OPERATOR, EDE_NONE },
		{ 0, SUSPENDED_BY_REMOVAL, DS_ABSENT, REASON_HOLD_SUSPENDED, 18 },
		/* The first that stands is told, as in a decision. */
		{ DELEGATION_OPTED_OUT | DELEGATION_REGISTRAR_AUTOMATES, SUSPENDED_BY_OPERATOR, DS_PRESENT, REASON_REJECT_OPTED_OUT, 18 },
		/* There is a DS set again, which ends a suspension; locks and the like have to be looked at with what is asked for. */
		{ 0, SUSPENDED_BY_REMOVAL, DS_PRESENT, REASON_NONE, EDE_NONE },
		{ 0, SUSPENDED_BY_REMOVAL, DS_UNKNOWN, REASON_NONE, EDE_NONE },
		{ DELEGATION_REGISTRAR_NO_DISABLE | DELEGATION_REGISTRY_LOCK | DELEGATION_REGISTRAR_LOCK, 0, DS_PRESENT, REASON_NONE, EDE_NONE },
		{ DELEGATION_NOT_PUBLISHED, 0, DS_ABSENT, REASON_NONE, EDE_NONE },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		limits_are(&notify_limits_default);
		x.delegation.flags = cases[i].flags;
		x.delegation.ds_state = cases[i].ds;
		x.state.suspended = cases[i].suspended;
		bool still = cases[i].reason != REASON_NONE;
		judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, still ? NOTIFY_IGNORED_SUSPENDED : NOTIFY_ACCEPTED,
			RCODE_NOERROR, NO_EDE);
		assert_string_equal(reason_token(x.v.reason), reason_token(cases[i].reason));
		assert_int_equal(x.v.report_ede, cases[i].ede);
		assert_int_equal(x.v.enqueue, !still);
	}
}

/* D10, R9859-4.3-3: a report has its price, and nobody to be told has none. */
static void reports_are_limited(void **state)
{
	(void)state;
	x.delegation.flags = DELEGATION_OPTED_OUT;
	judges((struct notify_draft){ .edns = true }, NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(x.v.report_ede, EDE_NONE);
	for (unsigned i = 0; i < 4; i++) {
		judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
		assert_int_equal(x.v.report_ede, i < 3 ? 18 : EDE_NONE);
	}
	x.now_ms += 600000;
	x.delegation.flags = 0;
	x.state.suspended = SUSPENDED_BY_OPERATOR;
	again(NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(tokens_of_the_zone(), 3);
}

/* a child without a DS set is probed unless nothing could come of it. */
static void without_bootstrapping(void **state)
{
	(void)state;
	x.policy.rules.bootstrap.enabled = false;
	judges((struct notify_draft){ .edns = true }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	x.delegation.ds_state = DS_UNKNOWN;
	again(NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	x.delegation.ds_state = DS_ABSENT;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_IGNORED_INSECURE, RCODE_NOERROR, NO_EDE);
	assert_false(x.v.enqueue);
	assert_string_equal(reason_token(x.v.reason), "BOOTSTRAP_DISABLED");
	assert_int_equal(x.v.report_ede, 28);
	x.policy.rules.bootstrap.enabled = true;
	judges((struct notify_draft){ .edns = true, .agents = { AGENT } }, NOTIFY_RATE_ZONE, RCODE_NOERROR, 15);
}

/* D12 */
static void agents_elsewhere(void **state)
{
	(void)state;
	static const char *const agents[] = { "victim.example.", ".", "", "?", "example.net." };
	x.delegation.flags = DELEGATION_OPTED_OUT;
	for (size_t i = 0; i < sizeof(agents) / sizeof(agents[0]); i++) {
		judges((struct notify_draft){ .edns = true, .agents = { agents[i] } }, NOTIFY_IGNORED_SUSPENDED, RCODE_NOERROR, NO_EDE);
		assert_int_equal(x.v.note, REPORT_AGENT_REJECTED);
		assert_int_equal(x.v.agent.size, 0);
		assert_int_equal(x.v.report_ede, EDE_NONE);
	}
	x.delegation.flags = 0;
	judges((struct notify_draft){ .edns = true, .agents = { "victim.example." } }, NOTIFY_ACCEPTED, RCODE_NOERROR, NO_EDE);
	assert_int_equal(x.v.note, REPORT_AGENT_REJECTED);
	assert_int_equal(x.v.probe.agent.size, 0);
	assert_true(x.v.enqueue);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(too_many_for_a_zone), TEST(no_patience), TEST(coalesced), TEST(nothing_is_done_by_itself),
		TEST(reports_are_limited), TEST(without_bootstrapping), TEST(agents_elsewhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
