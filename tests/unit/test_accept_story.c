/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept over several runs: the state goes from one to the next through its encoding, as in the store.
 * Servers: 0 is 192.0.2.1, 1 is 192.0.2.2, 2 is 2001:db8::1. Minutes count from the first run. */
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

/* bcp: 5, 10, 20, 40 minutes, each counted from the failure before. */
static const struct schedule_case {
	const char *name;
	bool is_delete;
	struct { uint32_t minutes; uint16_t failures; uint32_t eligible_minutes; } runs[12];
	uint32_t accepted_minutes;
} schedule_cases[] = {
	{ "at the first moment each time", false,
		{ { 0, 1, 75 }, { 5, 2, 75 }, { 15, 3, 75 }, { 35, 4, 75 } }, 75 },
	{ "asked more often: the spacing counts", false,
		{ { 0, 1, 75 }, { 1, 1, 75 }, { 4, 1, 75 }, { 5, 2, 75 }, { 14, 2, 75 }, { 20, 3, 80 },
		{ 39, 3, 80 }, { 40, 4, 80 }, { 79, 4, 80 } }, 80 },
	{ "asked once a day", false, { { 0, 1, 75 }, { 1440, 2, 1510 }, { 2880, 3, 2940 },
		{ 4320, 4, 4360 } }, 5760 },
	{ "a delete waits seven days", true, { { 0, 1, 10080 }, { 5, 2, 10080 }, { 15, 3, 10080 },
		{ 35, 4, 10080 }, { 75, 5, 10080 }, { 1440, 5, 10080 }, { 10079, 5, 10080 } }, 10080 },
	{ "a delete asked rarely waits for the schedule too", true, { { 0, 1, 10080 }, { 10080, 2, 10150 } ,
		{ 10150, 3, 10210 }, { 10210, 4, 10250 } }, 10250 },
};

static void test_schedule(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof schedule_cases / sizeof schedule_cases[0]; i++) {
		const struct schedule_case *c = &schedule_cases[i];
		print_message("  %s\n", c->name);
		fixture_free(&x);
		fixture_init(&x);
		if (c->is_delete) {
			fixture_find(&x, REASON_ACCEPT_DELETE, "0");
		}
		fixture_silence(&x, 1, true);
		uint16_t failures = 0;
		for (size_t k = 0; k < 12 && c->runs[k].failures != 0; k++) {
			bool wrote = run_at(c->runs[k].minutes * MINUTE);
			assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
			assert_int_equal(x.decision.change, CHANGE_NONE);
			assert_true(ds_set_equal(&x.decision.ds_after, &x.delegation.ds));
			assert_int_equal(x.decision.journal, JOURNAL_NONE);
			assert_int_equal(x.decision.next_eligible - FIXTURE_NOW,
				c->runs[k].eligible_minutes * MINUTE);
			assert_int_equal(x.state.failure_count, 1);
			assert_int_equal(x.state.failures[0].times.failures, c->runs[k].failures);
			assert_int_equal(x.state.failures[0].times.first_failed, FIXTURE_NOW);
			/* Only a counted failure is worth a write. */
			assert_int_equal(wrote, c->runs[k].failures != failures);
			failures = c->runs[k].failures;
		}
		run_at(c->accepted_minutes * MINUTE);
		assert_reason(x.decision.reason, c->is_delete ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE);
		assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
		assert_int_equal(x.decision.next_eligible, 0);
		assert_int_equal(x.decision.warning_count, 1);
		assert_reason(x.decision.warnings[0], REASON_WARN_SERVER_DROPPED);
	}
}

static void test_forgotten_on_answer(void **unused)
{
	(void)unused;
	fixture_silence(&x, 1, true);
	run_at(0);
	run_at(5 * MINUTE);
	assert_int_equal(x.state.failures[0].times.failures, 2);
	/* It answers once, whatever the outcome of that run is. */
	fixture_silence(&x, 1, false);
	fixture_find(&x, REASON_INCONSISTENT_KEYS, "A");
	run_at(10 * MINUTE);
	assert_int_equal(x.state.failure_count, 0);
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	fixture_silence(&x, 1, true);
	run_at(100 * MINUTE);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.state.failures[0].times.failures, 1);
	assert_int_equal(x.state.failures[0].times.first_failed, FIXTURE_NOW + 100 * MINUTE);
	/* Heard again, nothing is in the way. */
	fixture_silence(&x, 1, false);
	run_at(101 * MINUTE);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.warning_count, 0);
	assert_int_equal(x.state.failure_count, 0);
}

static void test_each_address_by_itself(void **unused)
{
	(void)unused;
	fixture_silence(&x, 1, true);
	run_at(0);
	fixture_silence(&x, 2, true);
	run_at(5 * MINUTE);
	assert_int_equal(x.state.failure_count, 2);
	assert_int_equal(x.state.failures[0].times.failures, 2);
	assert_int_equal(x.state.failures[1].times.failures, 1);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 80 * MINUTE);
	run_at(15 * MINUTE);
	run_at(35 * MINUTE);
	run_at(75 * MINUTE);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.state.failures[0].times.failures, 5);
	/* The second of them came back, so only the first is left out. */
	fixture_silence(&x, 2, false);
	run_at(76 * MINUTE);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.warning_count, 1);
	assert_int_equal(x.state.failure_count, 1);
}

/* The failures stay sorted, whoever fails first, and all of them are told. */
static void test_the_later_address_first(void **unused)
{
	(void)unused;
	fixture_silence(&x, 2, true);
	run_at(0);
	fixture_silence(&x, 1, true);
	run_at(5 * MINUTE);
	fixture_silence(&x, 0, true);
	x.servers[0].class = RESPONSE_LAME;
	x.servers[2].silent = false;
	x.servers[2].class = RESPONSE_NODATA;
	run_at(6 * MINUTE);
	x.servers[2].silent = true;
	x.servers[0].silent = false;
	run_at(10 * MINUTE);
	assert_int_equal(x.state.failure_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(address_compare(&x.state.failures[i].address, &x.servers[i + 1].address), 0);
	}
	assert_int_equal(x.state.failures[0].times.failures, 2);
	assert_int_equal(x.state.failures[1].times.failures, 1);
	const struct check *last = &x.decision.checks[x.decision.check_count - 1];
	assert_string_equal(last->rule, "R9975-3-4");
	assert_int_equal(last->result, CHECK_FAIL);
	assert_int_equal(last->gate, GATE_DUE);
	assert_string_equal(last->detail, "waiting for 2 of 2 silent addresses, at least 4500 s more: "
		"192.0.2.2 gave no answer 2 of 5 times in 300 s; "
		"2001:db8::1 gave no answer 1 of 5 times in 0 s");
}

static void test_address_that_left(void **unused)
{
	(void)unused;
	fixture_silence(&x, 2, true);
	run_at(0);
	assert_int_equal(x.state.failure_count, 1);
	x.finding.server_count = 2;
	x.finding.reason = REASON_INCONSISTENT_KEYS;
	run_at(MINUTE);
	assert_int_equal(x.state.failure_count, 0);
}

static void test_address_that_was_not_asked(void **unused)
{
	(void)unused;
	fixture_silence(&x, 2, true);
	run_at(0);
	/* Skipped says nothing of it, neither for nor against. */
	x.servers[2].silent = false;
	x.servers[2].class = RESPONSE_SKIPPED;
	x.finding.reason = REASON_HOLD_FAMILY_UNASKED;
	run_at(10 * MINUTE);
	assert_int_equal(x.state.failure_count, 1);
	assert_int_equal(x.state.failures[0].times.failures, 1);
}

/* where nothing would be accepted, silence costs no retry, no hold and no write. */
static void test_silence_of_a_quiet_child(void **unused)
{
	(void)unused;
	static const enum reason quiet[] = { REASON_NOOP_NO_SIGNAL, REASON_NOOP_IN_SYNC,
		REASON_NOOP_STATUS_QUO, REASON_INCONSISTENT_KEYS, REASON_SIGNER_NOT_IN_DS,
		REASON_NO_USABLE_SERVER };
	for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
		fixture_free(&x);
		fixture_init(&x);
		fixture_silence(&x, 1, true);
		fixture_find(&x, quiet[i], "A");
		assert_true(run_at(0));
		for (uint32_t day = 1; day < 5; day++) {
			assert_false(run_at(day * DAY));
			assert_reason(x.decision.reason, quiet[i]);
			assert_int_equal(x.state.failure_count, 0);
			assert_int_equal(x.state.last_changed, FIXTURE_NOW);
			assert_int_equal(x.decision.next_eligible, 0);
		}
	}
}

static void test_old_failures_prove_nothing(void **unused)
{
	(void)unused;
	fixture_silence(&x, 1, true);
	run_at(0);
	run_at(5 * MINUTE);
	run_at(15 * MINUTE);
	run_at(35 * MINUTE);
	/* The child asks again months later, and the server stumbles again. */
	run_at(90 * DAY);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.state.failures[0].times.failures, 1);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 90 * DAY + 75 * MINUTE);
}

static void test_clock_that_went_back(void **unused)
{
	(void)unused;
	fixture_silence(&x, 1, true);
	run_at(2 * DAY);
	assert_false(run_at(DAY));
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.state.failures[0].times.failures, 1);
	assert_int_equal(x.state.failures[0].times.last_failed, FIXTURE_NOW + 2 * DAY);
}

static void test_content_and_outcome(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	x.state.last_run = 7;
	x.state.last_sequence = 1042;
	assert_true(run_at(0));
	assert_int_equal(x.state.last_changed, FIXTURE_NOW);
	assert_false(run_at(DAY));
	x.finding.content_hash[31] ^= 1;	/* signed again */
	assert_true(run_at(2 * DAY));
	assert_int_equal(x.state.last_changed, FIXTURE_NOW + 2 * DAY);
	assert_false(run_at(3 * DAY));
	fixture_find(&x, REASON_NOOP_NO_SIGNAL, "A");
	assert_true(run_at(4 * DAY));
	assert_reason(x.state.last_reason, REASON_NOOP_NO_SIGNAL);
	assert_int_equal(x.state.last_changed, FIXTURE_NOW + 4 * DAY);
	/* Which decision is stored is the store's to say. */
	assert_int_equal(x.state.last_run, 7);
	assert_int_equal(x.state.last_sequence, 1042);
}

static void test_the_month_after_which_failures_are_forgotten(void **unused)
{
	(void)unused;
	fixture_silence(&x, 1, true);
	run_at(0);
	run_at(30 * DAY);
	assert_int_equal(x.state.failures[0].times.failures, 2);
	run_at(60 * DAY + 1);
	assert_int_equal(x.state.failures[0].times.failures, 1);
	assert_int_equal(x.state.failures[0].times.first_failed, FIXTURE_NOW + 60 * DAY + 1);
}

static void test_end_of_time(void **unused)
{
	(void)unused;
	fixture_silence(&x, 1, true);
	x.now = UINT32_MAX - 10;
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.decision.next_eligible, UINT32_MAX);
}

/* A roll-over from A over AB to B, and what an attacker who kept the first CDS can do with it. */
static void test_roll_over_and_replay(void **unused)
{
	(void)unused;
	x.marks[0] = fixture_mark(TYPE_CDS, 'A', 1000);
	fixture_find(&x, REASON_ACCEPT_UPDATE, "AB");
	run_at(0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);

	x.pending = (struct pending){ .state = PENDING_SENT, .change = 5, .ds_after = fixture_set(x.arena, "AB") };
	run_at(DAY);
	assert_reason(x.decision.reason, REASON_NOOP_CHANGE_PENDING);
	run_at(DAY + MINUTE);
	assert_reason(x.decision.reason, REASON_NOOP_CHANGE_PENDING);

	x.pending = (struct pending){ .state = PENDING_NONE };
	x.delegation.ds = fixture_set(x.arena, "AB");
	x.marks[0] = fixture_mark(TYPE_CDS, 'A', 2000);
	x.marks[1] = fixture_mark(TYPE_CDS, 'B', 2000);
	x.finding.mark_count = 2;
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	run_at(2 * DAY);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);

	/* "AB" again, as it was signed for the first step: by A and, then without a DS, by B. */
	x.delegation.ds = fixture_set(x.arena, "B");
	x.marks[0] = fixture_mark(TYPE_CDS, 'B', 1000);
	x.finding.mark_count = 1;
	fixture_find(&x, REASON_ACCEPT_UPDATE, "AB");
	run_at(3 * DAY);
	assert_reason(x.decision.reason, REASON_REPLAY_OLDER);
	assert_int_equal(x.state.mark_count, 2);

	/* The child may want A back: signed now, it gets it. */
	x.marks[0] = fixture_mark(TYPE_CDS, 'B', 2001);
	run_at(4 * DAY);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
}

/* Proposed, then a server falls silent: the change stays in until that is settled, then goes on. */
static void test_silence_blocks_and_releases(void **unused)
{
	(void)unused;
	run_at(0);
	assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 5, .ds_after = fixture_set(x.arena, "B") };
	fixture_silence(&x, 0, true);
	run_at(5 * MINUTE);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
	fixture_silence(&x, 0, false);
	run_at(10 * MINUTE);
	assert_reason(x.decision.reason, REASON_NOOP_CHANGE_PENDING);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	/* With the registry it cannot be held, and nothing is counted against the server. */
	x.pending.state = PENDING_SENT;
	fixture_silence(&x, 0, true);
	run_at(15 * MINUTE);
	assert_reason(x.decision.reason, REASON_NOOP_CHANGE_PENDING);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	assert_int_equal(x.state.failure_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_schedule),
		TEST(test_forgotten_on_answer),
		TEST(test_each_address_by_itself),
		TEST(test_the_later_address_first),
		TEST(test_address_that_left),
		TEST(test_address_that_was_not_asked),
		TEST(test_silence_of_a_quiet_child),
		TEST(test_old_failures_prove_nothing),
		TEST(test_the_month_after_which_failures_are_forgotten),
		TEST(test_end_of_time),
		TEST(test_clock_that_went_back),
		TEST(test_content_and_outcome),
		TEST(test_roll_over_and_replay),
		TEST(test_silence_blocks_and_releases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
