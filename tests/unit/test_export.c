/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes export to the sink of record: what each answer does to the journal and to what the sink remembers, and who may be
 * of record. */
#include "tests/unit/export_fixture.h"

/* what the target has is acknowledged, what it has taken is sent, what it has not stays or fails with its reason. */
static void each_answer(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 6, 1, 2);
	answers[1] = SINK_TAKEN;
	answers[2] = SINK_CONFLICT;
	answers[3] = SINK_REFUSED;
	answers[4] = SINK_WAITS;
	mute[5] = true;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	PUTS(0, 1, 2, 3, 4, 5);
	assert_int_equal(handed[0].now, 1);
	assert_int_equal(handed[0].pending, 0);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	assert_int_equal(state_in(w, 1), EVENT_SENT);
	struct change c = change_of(w, 2);
	assert_int_equal(c.state, EVENT_FAILED);
	assert_int_equal(c.failed_for, REASON_APPLY_CONFLICT);
	c = change_of(w, 3);
	assert_int_equal(c.state, EVENT_FAILED);
	assert_int_equal(c.failed_for, REASON_APPLY_FAILED);
	assert_int_equal(state_in(w, 4), EVENT_RELEASED);
	assert_int_equal(state_in(w, 5), EVENT_CLAIMED);
	assert_null(attempt_of(w, "fake", 0));
	assert_null(attempt_of(w, "fake", 1));
	assert_int_equal(attempt_of(w, "fake", 2)->trouble, TROUBLE_CONFLICT);
	assert_int_equal(attempt_of(w, "fake", 3)->trouble, TROUBLE_REFUSED);
	assert_string_equal(attempt_of(w, "fake", 3)->words, "so it says");
	assert_int_equal(attempt_of(w, "fake", 4)->trouble, TROUBLE_WAITS);
	assert_int_equal(attempt_of(w, "fake", 5)->trouble, TROUBLE_UNKNOWN);
	verify(w);
}

/* 1 s, doubled to 5 minutes, over the ends of exports; after more than an hour, hourly. */
static void waiting_backs_off(void **state)
{
	static const unsigned delays[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300,
		300, 3600, 3600 };
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 1, 1, 2);
	answers[0] = SINK_WAITS;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		PUTS(0);
		w->now += delays[i] - 1;
		(void)EXPORT(w, "fake");
		assert_int_equal(put_count, 0);
		w->now++;
		(void)EXPORT(w, "fake");
	}
	answers[0] = SINK_APPLIED;
	w->now++;
	assert_int_equal(EXPORT(w, "fake", .again = true), EXIT_OK);
	PUTS(0);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	assert_null(attempt_of(w, "fake", 0));
}

/* A target may say for how long it wants not to be asked: it is heeded up to an hour, and where that is longer than would be waited
 * for anyway. */
/* Nobody waits for a time that a clock ahead has set, neither of record nor along. */
static void clock_goes_back(void **state)
{
	struct crowd *w = *state;
	static const char *const sinks[] = { "reader", "fake" };
	const char *conf = reader(w);
	run_asking(w, HOUR, 0, 2, 1, 2);
	for (size_t i = 0; i < 2; i++) {
		answers[0] = SINK_WAITS;
		w->now += 20 * HOUR;
		assert_int_equal(EXPORT(w, sinks[i], .config = i == 0 ? conf : NULL), EXIT_RUNTIME);
		w->now -= 20 * HOUR;
		answers[0] = SINK_APPLIED;
		assert_int_equal(EXPORT(w, sinks[i], .config = i == 0 ? conf : NULL), EXIT_OK);
		if (i == 0) {
			PUTS(0, 1);
		} else {
			PUTS(0);
		}
	}
	/* An answer has the time at which it came. */
	run_asking(w, HOUR, 3, 1, 1, 2);
	turns_at = 1;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	assert_int_equal(change_of(w, 3).state_time, w->now - 20 * HOUR);
	/* Nor does an export that goes on. */
	run_asking(w, HOUR, 2, 1, 1, 2);
	w->now += 20 * HOUR;
	answers[2] = SINK_WAITS;
	turns_at = 0;
	turns_in = 10;		/* while it waits */
	stops_at = 2;
	assert_int_equal(EXPORT(w, "fake", .follow = true), EXIT_OK);
	PUTS(2, 2);
	w->now -= 20 * HOUR;
	verify(w);
}

static void target_wants_rest(void **state)
{
	static const struct {
		uint64_t asked, waited;
	} rests[] = { { 50, 50 }, { 1, 2 }, { HOUR, HOUR }, { 30 * DAY, HOUR }, { UINT64_MAX, HOUR }, { 0, 32 } };
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 1, 1, 2);
	answers[0] = SINK_WAITS;
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		rest_s = rests[i].asked;
		assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
		PUTS(0);
		w->now += rests[i].waited - 1;
		(void)EXPORT(w, "fake");
		assert_int_equal(put_count, 0);
		w->now++;
	}
	verify(w);
}

/* What was refused waits for somebody; what met something else for the parent to be read again; both for --again. */
static void failed_waits(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 3, 1, 2);
	answers[0] = SINK_CONFLICT;
	answers[1] = SINK_REFUSED;
	answers[2] = SINK_REFUSED;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	w->now += HOUR;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	assert_int_equal(put_count, 0);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	fixture_load(&w->f, t, "ch.", 2);
	fixture_commit(t);
	(void)EXPORT(w, "fake");
	PUTS(0);
	(void)EXPORT(w, "fake");
	assert_int_equal(put_count, 0);
	answers[1] = SINK_TAKEN;
	assert_int_equal(EXPORT(w, "fake", .again = true), EXIT_RUNTIME);
	PUTS(0, 1, 2);
	assert_int_equal(state_in(w, 1), EVENT_SENT);
	verify(w);
}

/* What was never handed over is as it was; what is under way may have arrived. */
static void line_is_cut(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 5, 1, 2);
	put_fails_at = 3;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	PUTS(0, 1, 2);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	assert_int_equal(state_in(w, 1), EVENT_ACKED);
	assert_int_equal(state_in(w, 2), EVENT_CLAIMED);
	assert_string_equal(attempt_of(w, "fake", 2)->words, "the line is cut");
	assert_int_equal(state_in(w, 3), EVENT_RELEASED);
	assert_int_equal(state_in(w, 4), EVENT_RELEASED);
	put_fails_at = 0;
	w->now++;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(2, 3, 4);
	verify(w);
}

static void nobody_answers(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 2, 1, 2);
	uint64_t head = head_of(w);
	new_fails = 1;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	assert_int_equal(head_of(w), head);
	struct sink_of_record r;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(sink_of_record_get(t, &r), ERR_NOTFOUND);
	fixture_commit(t);
}

static void dry_run(void **state)
{
	struct crowd *w = *state;
	struct store *notes;
	char why[256];
	run_asking(w, HOUR, 0, 2, 1, 2);
	uint64_t head = head_of(w);
	answers[1] = SINK_CONFLICT;
	assert_int_equal(EXPORT(w, "fake", .dry_run = true), EXIT_RUNTIME);
	PUTS(0, 1);
	assert_true(given.dry_run);
	assert_int_equal(head_of(w), head);
	assert_int_equal(sinkdb_open(w->f.store, "fake", STORE_READ, &notes, why), ERR_NOTFOUND);
	assert_int_equal(EXPORT(w, "fake", .dry_run = true, .follow = true), EXIT_USAGE);
}

/* the set of a change that was sent may arrive yet. */
static void pending_set(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 1, 1, 2);
	answers[0] = SINK_TAKEN;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	run_asking(w, HOUR, 0, 1, 1, 3);
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(0);
	assert_int_equal(handed[0].now, 1);
	assert_int_equal(handed[0].pending, 2);
}

/* A target that answers later is asked what became of what it took. */
static void asked_later(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 2, 1, 2);
	answers[0] = answers[1] = SINK_TAKEN;
	assert_int_equal(EXPORT(w, "asking"), EXIT_OK);
	PUTS(0, 1);
	assert_false(handed[0].polled);
	assert_int_equal(EXPORT(w, "asking"), EXIT_OK);
	PUTS(0, 1);
	assert_true(handed[0].polled && handed[1].polled);
	assert_int_equal(state_in(w, 0), EVENT_SENT);
	answers[0] = SINK_APPLIED;
	answers[1] = SINK_REFUSED;
	assert_int_equal(EXPORT(w, "asking"), EXIT_RUNTIME);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	assert_int_equal(change_of(w, 1).failed_for, REASON_APPLY_FAILED);
	run_asking(w, HOUR, 2, 1, 1, 2);
	answers[2] = SINK_TAKEN;
	(void)EXPORT(w, "asking");
	PUTS(2);
	is_lost = true;
	(void)EXPORT(w, "asking");
	assert_int_equal(put_count, 2);		/* asked, lost, and given once more */
	assert_true(handed[0].polled && !handed[1].polled);
	assert_int_equal(state_in(w, 2), EVENT_SENT);
	verify(w);
}

/* one sink of record. */
static void one_of_record(void **state)
{
	struct crowd *w = *state;
	struct sink_of_record r;
	const char *conf = reader(w);
	run_asking(w, HOUR, 0, 2, 1, 2);
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	run_asking(w, HOUR, 2, 1, 1, 2);
	uint64_t head = head_of(w);
	assert_int_equal(EXPORT(w, "other", .config = conf), EXIT_USAGE);
	assert_int_equal(put_count, 0);
	assert_int_equal(EXPORT(w, "asking", .dry_run = true), EXIT_USAGE);
	assert_int_equal(EXPORT(w, "other", .config = conf, .take_over = true, .who = "anna"), EXIT_USAGE);
	assert_int_equal(put_count, 0);
	assert_int_equal(head_of(w), head);
	assert_int_equal(EXPORT(w, "other", .config = conf, .take_over = true, .who = "anna", .why = "the old one is gone"), EXIT_OK);
	PUTS(2);
	assert_int_equal(given.setting_count, 1);
	assert_string_equal(given_value, "value");
	assert_int_equal(EXPORT(w, "fake"), EXIT_USAGE);
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(sink_of_record_get(t, &r), 0);
	fixture_commit(t);
	assert_string_equal(r.name, "other");
	assert_string_equal(r.before, "fake");
	assert_string_equal(r.who, "anna");
	assert_string_equal(r.why, "the old one is gone");
	verify(w);
	assert_int_equal(EXPORT(w, "pigeon"), EXIT_USAGE);
}

/* ---- to keep going */

/* A change made by hand has no case: its age is that of the policy of its parent, and the export does not end there. */
static void without_a_case(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 5, 1, 1, 2);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	for (unsigned i = 0; i < 2; i++) {
		struct change c = make_change(&w->f, i == 0 ? "c000.ch." : "c002.ch.", 2, 0);
		c.judged_at = i == 0 ? w->now : w->now - DAY;
		assert_int_equal(journal_propose(t, w->f.crypto, w->now, &c), 0);
		assert_int_equal(event_of(&w->f, t, c.number, EVENT_RELEASED), 0);
	}
	fixture_commit(t);
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(0, 5);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
}

/* A signal ends it after the change that is under way: what was not handed over is as it was. */
static void follows_until_told(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 4, 1, 2);
	stops_at = 2;
	assert_int_equal(EXPORT(w, "fake", .follow = true), EXIT_OK);
	PUTS(0, 1);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	assert_int_equal(state_in(w, 1), EVENT_ACKED);
	assert_int_equal(state_in(w, 2), EVENT_RELEASED);
	assert_int_equal(state_in(w, 3), EVENT_RELEASED);
	/* A target that is away is waited for. */
	new_fails = 1;
	assert_int_equal(EXPORT(w, "fake", .follow = true), EXIT_OK);
	PUTS(2, 3);
	assert_int_equal(state_in(w, 3), EVENT_ACKED);
	verify(w);
}

/* A login that was refused is not tried again and again, until the account is locked. */
static void ends_where_it_is_hopeless(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 4, 1, 2);
	put_fails_at = 1;
	put_fails_with = ERR_ARG;
	assert_int_equal(EXPORT(w, "fake", .follow = true), EXIT_RUNTIME);
	PUTS(0);
	assert_int_equal(state_in(w, 0), EVENT_CLAIMED);
	assert_int_equal(state_in(w, 1), EVENT_RELEASED);
	put_fails_at = 0;
	w->now += HOUR / 2;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(0, 1, 2, 3);
	verify(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_answer), CASE(waiting_backs_off), CASE(clock_goes_back), CASE(target_wants_rest), CASE(failed_waits), CASE(line_is_cut), CASE(nobody_answers), CASE(dry_run),
		CASE(pending_set), CASE(asked_later), CASE(one_of_record), CASE(without_a_case), CASE(follows_until_told),
		CASE(ends_where_it_is_hopeless),
	};
	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
