/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept over several runs with hosts that cannot be looked up, and evidence that is not of one round. Minutes count
 * from the first run; host 0 is ns1.example.net., host 1 ns2.example.net., servers as in the fixture. */
#include "tests/unit/accept_fixture.h"

#define MINUTE 60u
#define DAY 86400u

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

/* A run at a time after the first; is the state written? */
static bool run_at(uint32_t seconds)
{
	x.now = FIXTURE_NOW + seconds;
	return fixture_run(&x);
}

/* The schedule of a host that cannot be looked up is that of a silent server. */
static void test_host_that_cannot_be_looked_up(void **unused)
{
	(void)unused;
	static const uint32_t minutes[] = { 0, 5, 15, 35 };
	for (unsigned is_delete = 0; is_delete < 2; is_delete++) {
		fixture_free(&x);
		fixture_init(&x);
		fixture_unresolve(&x, 1, true);
		if (is_delete) {
			fixture_find(&x, REASON_ACCEPT_DELETE, "0");
		}
		for (uint16_t i = 0; i < 4; i++) {
			assert_true(run_at(minutes[i] * MINUTE));
			assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
			assert_int_equal(x.decision.change, CHANGE_NONE);
			assert_int_equal(x.decision.journal, JOURNAL_NONE);
			assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + (is_delete ? 7 * DAY : 75 * MINUTE));
			assert_int_equal(x.state.failure_count, 0);
			assert_int_equal(x.state.host_failure_count, 1);
			assert_int_equal(x.state.host_failures[0].times.failures, i + 1);
			assert_int_equal(x.state.host_failures[0].times.first_failed, FIXTURE_NOW);
			assert_true(name_equal(&x.state.host_failures[0].host, &x.hosts[1].name));
			/* Asked once more before the time: nothing is counted or written. */
			assert_false(run_at((minutes[i] + 1) * MINUTE));
		}
		const struct check *last = &x.decision.checks[x.decision.check_count - 1];
		assert_string_equal(last->rule, "R9975-3-4");
		assert_int_equal(last->result, CHECK_FAIL);
		assert_string_equal(last->detail, is_delete ?
			"waiting for 1 of 1 hosts without known addresses, at least 602640 s more (a delete waits longer): "
			"ns2.example.net. could not be looked up 4 of 5 times in 2160 s" :
			"waiting for 1 of 1 hosts without known addresses, at least 2340 s more: "
			"ns2.example.net. could not be looked up 4 of 5 times in 2160 s");
		run_at(75 * MINUTE);
		if (is_delete) {
			assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
			assert_false(run_at(7 * DAY - 1));
			assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
			run_at(7 * DAY);
		}
		assert_reason(x.decision.reason, is_delete ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE);
		assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
		assert_int_equal(x.decision.next_eligible, 0);
		assert_int_equal(x.decision.warning_count, 1);
		assert_reason(x.decision.warnings[0], REASON_WARN_SERVER_DROPPED);
		last = &x.decision.checks[x.decision.check_count - 1];
		assert_int_equal(last->result, CHECK_WARN);
		assert_non_null(strstr(last->detail, "left out of the vote: ns2.example.net. could not be looked up 5 of 5 times"));
	}
}

/* Found again, the host starts at zero, whatever that run decides; and what is found has to answer. */
static void test_host_found_again(void **unused)
{
	(void)unused;
	fixture_unresolve(&x, 1, true);
	run_at(0);
	run_at(5 * MINUTE);
	assert_int_equal(x.state.host_failures[0].times.failures, 2);
	fixture_unresolve(&x, 1, false);
	fixture_find(&x, REASON_INCONSISTENT_KEYS, "A");
	run_at(10 * MINUTE);
	assert_int_equal(x.state.host_failure_count, 0);
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	fixture_unresolve(&x, 1, true);
	run_at(100 * MINUTE);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 175 * MINUTE);
	fixture_unresolve(&x, 1, false);
	fixture_silence(&x, 1, true);
	run_at(175 * MINUTE);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.state.host_failure_count, 0);
	assert_int_equal(x.state.failure_count, 1);
	fixture_silence(&x, 1, false);
	run_at(176 * MINUTE);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.warning_count, 0);
}

/* No longer a host of the delegation, another one fails in its place: nothing is inherited. */
static void test_host_that_left(void **unused)
{
	(void)unused;
	fixture_unresolve(&x, 1, true);
	run_at(0);
	run_at(5 * MINUTE);
	x.hosts[1].name = fixture_name("ns3.example.net.");
	run_at(15 * MINUTE);
	assert_int_equal(x.state.host_failure_count, 1);
	assert_true(name_equal(&x.state.host_failures[0].host, &x.hosts[1].name));
	assert_int_equal(x.state.host_failures[0].times.failures, 1);
}

/* Each waits for itself, both are told, and the later one says when. Hosts come in any order. */
static void test_hosts_and_addresses_together(void **unused)
{
	(void)unused;
	fixture_unresolve(&x, 1, true);
	run_at(0);
	fixture_silence(&x, 1, true);
	run_at(5 * MINUTE);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 80 * MINUTE);
	fixture_unresolve(&x, 0, true);
	run_at(10 * MINUTE);
	assert_int_equal(x.state.host_failure_count, 2);
	assert_true(name_equal(&x.state.host_failures[0].host, &x.hosts[0].name));
	assert_int_equal(x.state.host_failures[0].times.failures, 1);
	assert_int_equal(x.state.host_failures[1].times.failures, 2);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 85 * MINUTE);
	const struct check *checks = &x.decision.checks[x.decision.check_count - 2];
	assert_non_null(strstr(checks[0].detail, "192.0.2.2 gave no answer"));
	assert_non_null(strstr(checks[1].detail, "ns1.example.net. could not be looked up 1 of 5 times in 0 s; "
		"ns2.example.net. could not be looked up 2 of 5 times in 600 s"));
	static const uint32_t minutes[] = { 20, 40, 80 };
	for (size_t i = 0; i < 3; i++) {
		run_at(minutes[i] * MINUTE);
		assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	}
	/* The address is through, the first host is not. */
	checks = &x.decision.checks[x.decision.check_count - 2];
	assert_int_equal(checks[0].result, CHECK_WARN);
	assert_int_equal(checks[1].result, CHECK_FAIL);
	fixture_unresolve(&x, 0, false);
	run_at(81 * MINUTE);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.warning_count, 1);
}

/* A silent address whose host cannot be looked up for a while is not forgotten, nor counted. */
static void test_address_behind_a_lost_host(void **unused)
{
	(void)unused;
	fixture_silence(&x, 2, true);
	run_at(0);
	run_at(5 * MINUTE);
	x.finding.server_count = 2;
	fixture_unresolve(&x, 0, true);
	run_at(15 * MINUTE);
	assert_int_equal(x.state.failure_count, 1);
	assert_int_equal(x.state.failures[0].times.failures, 2);
	x.finding.server_count = 3;
	fixture_unresolve(&x, 0, false);
	run_at(16 * MINUTE);
	assert_int_equal(x.state.failures[0].times.failures, 3);
	x.finding.server_count = 2;
	run_at(17 * MINUTE);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.state.failure_count, 0);
}

/* A-03, as for silent servers. */
static void test_lost_host_of_a_quiet_child(void **unused)
{
	(void)unused;
	static const enum reason quiet[] = { REASON_NOOP_NO_SIGNAL, REASON_NOOP_STATUS_QUO,
		REASON_SIGNER_NOT_IN_DS, REASON_HOLD_FAMILY_UNASKED, REASON_NO_USABLE_SERVER };
	for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
		fixture_free(&x);
		fixture_init(&x);
		fixture_unresolve(&x, 1, true);
		fixture_find(&x, quiet[i], "A");
		assert_true(run_at(0));
		for (uint32_t day = 1; day < 5; day++) {
			assert_false(run_at(day * DAY));
			assert_reason(x.decision.reason, quiet[i]);
			assert_int_equal(x.state.host_failure_count, 0);
			assert_int_equal(x.decision.next_eligible, 0);
		}
	}
	/* Nor where an old signature refuses. */
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	struct mark newer = fixture_mark(TYPE_CDS, 'A', FIXTURE_NOW);
	x.state.marks = &newer;
	x.state.mark_count = 1;
	run_at(5 * DAY);
	assert_reason(x.decision.reason, REASON_REPLAY_OLDER);
	assert_int_equal(x.state.host_failure_count, 0);
}

/* the last millisecond of a round, one more, and time that runs backwards. */
static void test_one_round(void **unused)
{
	(void)unused;
	const uint64_t began = (uint64_t)FIXTURE_NOW * 1000;
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 5, .ds_after = fixture_set(x.arena, "B") };
	const struct { uint64_t ended; bool fits; } cases[] = { { began, true }, { began + 120000, true },
		{ began + 120001, false }, { began - 1, false }, { UINT64_MAX, false }, { 0, false } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		x.evidence.began_ms = began;
		x.evidence.ended_ms = cases[i].ended;
		fixture_silence(&x, 1, !cases[i].fits);
		run_at(5 * MINUTE);
		assert_reason(x.decision.reason, cases[i].fits ? REASON_NOOP_CHANGE_PENDING : REASON_STALE_EVIDENCE);
		assert_int_equal(x.decision.journal, cases[i].fits ? JOURNAL_NONE : JOURNAL_BLOCK);
		assert_int_equal(x.state.failure_count, 0);
		if (!cases[i].fits) {
			assert_int_equal(x.decision.next_eligible, x.now);
			assert_true(ds_set_equal(&x.decision.ds_after, &x.delegation.ds));
			const struct check *check = &x.decision.checks[x.finding.check_count];
			assert_string_equal(check->rule, "A-07");
			assert_int_equal(check->result, CHECK_FAIL);
		}
	}
	/* What is not acted on needs no round. */
	x.pending = (struct pending){ .state = PENDING_NONE };
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	run_at(10 * MINUTE);
	assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_host_that_cannot_be_looked_up),
		TEST(test_host_found_again),
		TEST(test_host_that_left),
		TEST(test_hosts_and_addresses_together),
		TEST(test_address_behind_a_lost_host),
		TEST(test_lost_host_of_a_quiet_child),
		TEST(test_one_round),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
