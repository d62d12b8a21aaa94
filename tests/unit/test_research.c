/* SPDX-License-Identifier: GPL-3.0-or-later */
/* what a run over a source that was too old decides is looked at, and does not go out. */
#include "tests/unit/crowd.h"

#include "registry/store/baseline.h"
#include "registry/store/notices.h"

/* As run_asking, in a run over an old source. */
static void run_old(struct crowd *w, uint64_t later, unsigned first, unsigned count, uint16_t tag)
{
	w->now += later;
	begin_run(w);
	w->run.is_research = true;
	for (unsigned i = 0; i < count; i++) {
		ask(w, first + i, tag);
	}
	end_run(w);
}

static uint64_t change_of(struct crowd *w, const char *text)
{
	struct name child = fixture_name(text);
	struct change c;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_of_child(t, &child, w->f.arena, &c), 0);
	fixture_commit(t);
	return c.number;
}

/* A-38, HOLD_SOURCE_OLD: a young source is what lets them go; an old one neither lets go nor takes back what had gone. */
static void test_old_source(void **state)
{
	struct crowd *w = *state;
	run_asking(w, 0, 0, 3, 1, 2);
	assert_int_equal(released(w), 3);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, 1, EVENT_CLAIMED, REASON_NONE), 0);
	fixture_commit(t);

	run_old(w, HOUR, 0, 7, 2);
	assert_true(w->run.released == 0 && w->run.aged == 4);
	assert_int_equal(held_for(w, change_of(w, "c003.ch.")), REASON_HOLD_SOURCE_OLD);
	assert_int_equal(count_in(w, EVENT_HELD, REASON_HOLD_SOURCE_OLD), 4);
	assert_int_equal(count_in(w, EVENT_CLAIMED, REASON_NONE), 1);
	assert_int_equal(released(w), 2);
	assert_int_equal(exportable(w), 3);

	/* However often, and however late: what waits does not grow old. */
	run_old(w, 3 * DAY, 3, 4, 2);
	assert_true(w->run.released == 0 && w->run.aged == 4);
	assert_int_equal(count_in(w, EVENT_HELD, REASON_HOLD_SOURCE_OLD), 4);
	assert_int_equal(exportable(w), 0);

	/* A new source: three ask for it still. */
	run_asking(w, HOUR, 3, 3, 1, 2);
	assert_true(w->run.released == 3 && w->run.aged == 1);
	assert_int_equal(exportable(w), 3);
	/* And the last one no longer does. */
	run_asking(w, HOUR, 6, 1, 1, 9);
	assert_int_equal(count_in(w, EVENT_HELD, REASON_HOLD_SOURCE_OLD), 0);
	assert_int_equal(w->run.released, 1);
}

/* what it would have released counts for no brake, and neither the brake nor a freeze is asked. */
static void test_no_brake(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_UPDATE] = (struct brake_limit){ .count = 5 };
	run_old(w, 0, 0, 10, 2);
	assert_true(w->run.braked == 0 && w->run.frozen == 0 && w->run.aged == 10);
	run_asking(w, HOUR, 0, 5, 1, 2);
	assert_true(w->run.released == 5 && w->run.braked == 0 && w->run.aged == 5);
	run_asking(w, HOUR, 5, 5, 1, 2);
	assert_true(w->run.released == 0 && w->run.braked == 5 && w->run.aged == 0);
}

/* nobody but a new source lets it go, by hand neither; but it can be cancelled. */
static void test_operator(void **state)
{
	struct crowd *w = *state;
	struct operator_order o = { .action = OPERATOR_DO_RELEASE, .who = "anna", .why = "it is right", .now = w->now };
	const char *refusal = NULL;
	run_old(w, 0, 0, 1, 2);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &refusal), ERR_CONFLICT);
	assert_string_equal(refusal, "it waits for a scan of a source that is young enough");
	assert_int_equal(event_of(&w->f, t, 1, EVENT_RELEASED), ERR_CONFLICT);
	o.action = OPERATOR_DO_CANCEL;
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &refusal), 0);
	fixture_commit(t);
	assert_int_equal(count_in(w, EVENT_WITHDRAWN, REASON_NONE), 1);
}

static unsigned queued(struct crowd *w)
{
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	struct queued_notice n = { .number = 0 };
	unsigned count = 0;
	while (notice_queue_next(t, n.number, &n) == 0) {
		count++;
	}
	fixture_commit(t);
	return count;
}

/* an old zone is no reason to write to anybody. */
static void test_nobody_is_told(void **state)
{
	struct crowd *w = *state;
	run_old(w, 0, 0, 3, 2);
	assert_int_equal(queued(w), 0);
	run_asking(w, HOUR, 3, 3, 1, 2);
	assert_int_equal(queued(w), 3);
}

/* it is not the full run that a baseline is compared by. */
static void test_no_baseline(void **state)
{
	struct crowd *w = *state;
	struct baseline b;
	struct name origin;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(baseline_begin(t, BASELINE_FIRST_RUN, w->now), 0);
	assert_int_equal(baseline_get(t, &b), 0);
	fixture_commit(t);
	run_old(w, HOUR, 0, 2, 2);
	assert_int_equal(w->run.recorded, 2);
	t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(baseline_unwalked(t, &b, &origin), 0);
	fixture_commit(t);
	run_asking(w, HOUR, 0, 2, 1, 2);
	t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(baseline_unwalked(t, &b, &origin), ERR_NOTFOUND);
	fixture_commit(t);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, crowd_setup, crowd_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_old_source),
		CASE(test_no_brake),
		CASE(test_operator),
		CASE(test_nobody_is_told),
		CASE(test_no_baseline),
	};
	return cmocka_run_group_tests_name("research", tests, NULL, NULL);
}
