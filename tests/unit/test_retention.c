/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept how long: each class to its day, and whatever somebody still refers to beyond it. */
#include "tests/unit/records_fixture.h"

#include "registry/store/absent.h"
#include "registry/store/retention.h"

static const struct retention short_times = {
	.keep_s = { [RETENTION_ACCEPT] = 300 * DAY, [RETENTION_CHANGED] = 200 * DAY, [RETENTION_REST] = 100 * DAY },
};

static struct retention_report retain(struct records *r, const struct retention *times, size_t at_once)
{
	struct retention_report report = { 0 };
	for (bool done = false; !done;) {
		struct txn *t = begin(r);
		assert_int_equal(retention_step(t, times, r->now, at_once, &report, &done), 0);
		fixture_commit(t);
	}
	struct verify_report verified;
	assert_int_equal(store_verify(r->f.store, r->f.crypto, NULL, NULL, NULL, &verified), 0);
	assert_int_equal(verified.faults, 0);
	return report;
}

static uint64_t stored(struct records *r, uint64_t *evidence)
{
	struct verify_report report;
	assert_int_equal(store_verify(r->f.store, r->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
	*evidence = report.evidence;
	return report.decisions;
}

static bool has_case(struct records *r, uint64_t run, bool *evidence)
{
	struct stored_case c;
	struct txn *t = fixture_begin(&r->f, STORE_READ);
	int rc = case_get(t, run, 1, r->f.arena, &c);
	txn_abort(t);
	assert_true(rc == 0 || rc == ERR_NOTFOUND);
	*evidence = rc == 0 && c.evidence.size > 0;
	return rc == 0;
}

/* The child says this, with other content each time, in a run of its own a day later. */
static void say(struct records *r, enum reason reason, uint8_t content)
{
	bool again;
	const struct says s = { .reason = reason, .content = content, .tag = 2 };
	finish_run(r);
	r->now += DAY;
	new_run(r);
	assert_int_equal(judge_child(r, NULL, &s, &again).reason, reason);
}

/* Runs 2 to 6: changed, rest, rest, changed, rest, of which the last is referred to. */
static void fill(struct records *r)
{
	say(r, REASON_RRSIG_EXPIRED, 1);
	say(r, REASON_RRSIG_EXPIRED, 2);
	say(r, REASON_RRSIG_EXPIRED, 3);
	say(r, REASON_RRSIG_MISSING, 3);
	say(r, REASON_RRSIG_MISSING, 4);
}

static void expect_cases(struct records *r, const char *expected)
{
	char got[8] = "";
	for (uint64_t run = 2; run <= 6; run++) {
		bool evidence;
		bool found = has_case(r, run, &evidence);
		got[run - 2] = evidence ? 'e' : found ? 'c' : '-';
	}
	assert_string_equal(got, expected);
}

static void test_each_class_to_its_day(void **state)
{
	struct records *r = *state;
	fill(r);
	expect_cases(r, "eeeee");
	uint32_t first = r->now - 4 * DAY;
	r->now = first + 101 * DAY - 1;
	assert_int_equal(retain(r, &short_times, 1000).evidence, 0);
	r->now++;
	assert_int_equal(retain(r, &short_times, 1000).cases, 1);
	expect_cases(r, "e-eee");
	/* The state refers to the last one, so that only its evidence goes. */
	r->now += 3 * DAY;
	struct retention_report report = retain(r, &short_times, 1000);
	assert_true(report.cases == 1 && report.evidence == 2);
	expect_cases(r, "e--ec");
	r->now = first + 200 * DAY - 1;
	assert_int_equal(retain(r, &short_times, 1000).looked_at, 0);
	r->now++;
	assert_int_equal(retain(r, &short_times, 1000).cases, 1);
	expect_cases(r, "---ec");
	r->now += 3 * DAY;
	assert_int_equal(retain(r, &short_times, 1000).cases, 1);
	expect_cases(r, "----c");
	/* The next outcome takes its place. */
	say(r, REASON_RRSIG_EXPIRED, 5);
	expect_cases(r, "-----");
}

/* A case whose change is in the journal stays; its evidence goes on its own day. */
static void test_the_journal_keeps_its_cases(void **state)
{
	struct records *r = *state;
	uint64_t evidence;
	say(r, REASON_ACCEPT_UPDATE, 1);
	say(r, REASON_NOOP_NO_SIGNAL, 1);
	r->now += 300 * DAY - DAY - 1;
	retain(r, &short_times, 1000);
	assert_int_equal(stored(r, &evidence), 2);
	assert_int_equal(evidence, 1);		/* that of the no-op is of the rest */
	r->now++;
	struct retention_report report = retain(r, &short_times, 1000);
	assert_true(report.evidence == 1 && report.cases == 0);
	assert_int_equal(stored(r, &evidence), 2);
	assert_int_equal(evidence, 0);
	say(r, REASON_RRSIG_EXPIRED, 1);
	assert_int_equal(stored(r, &evidence), 2);	/* the no-op's has gone, the accepted one has not */
}

/* One at a time comes to the same; nothing is looked at twice; zero keeps for ever; a clock behind removes nothing. */
static void test_in_small_steps(void **state)
{
	struct records *r = *state;
	fill(r);
	const struct retention forever = { { 0 } };
	r->now += 1000 * DAY;
	assert_int_equal(retain(r, &forever, 1).looked_at, 0);
	expect_cases(r, "eeeee");
	uint32_t now = r->now;
	r->now = (uint32_t)FIXTURE_NOW - DAY;
	assert_int_equal(retain(r, &short_times, 1).looked_at, 0);
	r->now = now;
	struct retention_report report = retain(r, &short_times, 1);
	assert_int_equal(report.looked_at, 5 + 5 + 3);	/* those that have gone are not there any more */
	expect_cases(r, "----c");
	assert_int_equal(retain(r, &short_times, 1).looked_at, 0);
}

/* with a child that is forgotten goes what was kept because it was its newest case. */
static void test_the_last_case_goes_with_its_child(void **state)
{
	struct records *r = *state;
	struct retention_report report = { 0 };
	struct name child = fixture_name("a.ch.");
	struct name ch = fixture_name("ch.");
	struct name after = { .size = 0 };
	uint64_t forgotten = 0;
	uint64_t evidence;
	bool done = false;
	say(r, REASON_RRSIG_EXPIRED, 1);
	finish_run(r);
	r->now += 1000 * DAY;
	while (!done) {
		struct txn *t = begin(r);
		assert_int_equal(retention_step(t, &retention_default, r->now + 4000 * DAY, 1000, &report, &done), 0);
		fixture_commit(t);
	}
	assert_int_equal(stored(r, &evidence), 1);
	struct txn *t = begin(r);
	assert_int_equal(delegation_del(t, r->f.crypto, &child, r->now), 0);
	done = false;
	while (!done) {
		assert_int_equal(absent_forget(t, r->f.crypto, &ch, r->now + ABSENT_KEPT_S, &after, &done, &forgotten), 0);
	}
	fixture_commit(t);
	assert_int_equal(forgotten, 1);
	assert_int_equal(stored(r, &evidence), 0);
}

/* One case that a clock far ahead has dated does not keep those behind it, and goes with them; two neither. */
static void test_a_case_of_the_future(void **state)
{
	struct records *r = *state;
	for (unsigned ahead = 0; ahead < 2; ahead++) {
		r->now += 3650 * DAY;
		say(r, REASON_RRSIG_EXPIRED, (uint8_t)(1 + ahead));
		r->now -= 3650 * DAY;
	}
	/* Nothing is behind them yet that says how old they are. */
	assert_int_equal(retain(r, &short_times, 1000).looked_at, 0);
	for (unsigned i = 0; i < 5; i++) {
		say(r, REASON_RRSIG_EXPIRED, (uint8_t)(3 + i));
	}
	r->now += 50 * DAY;
	assert_int_equal(retain(r, &short_times, 1000).cases, 0);
	r->now += 400 * DAY;
	uint64_t evidence;
	uint64_t before = stored(r, &evidence);
	struct retention_report report = retain(r, &short_times, 1000);
	assert_int_equal(report.cases, before - 1);
	assert_int_equal(stored(r, &evidence), 1);
}

/* The times that are in force where nobody says otherwise, and their names. */
static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(retention_default.keep_s[RETENTION_ACCEPT], 3650 * DAY);
	assert_int_equal(retention_default.keep_s[RETENTION_CHANGED], 3650 * DAY);
	assert_int_equal(retention_default.keep_s[RETENTION_REST], 90 * DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_class_to_its_day, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_journal_keeps_its_cases, setup, teardown),
		cmocka_unit_test_setup_teardown(test_in_small_steps, setup, teardown),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test_setup_teardown(test_the_last_case_goes_with_its_child, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_case_of_the_future, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
