/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes export, once the sink had a change already: what may go to it again, and what stands before it by then. */
#include "tests/unit/export_fixture.h"

static void probe_all(struct crowd *w, unsigned count, const enum reason *reasons)
{
	w->now += HOUR;
	begin_run(w);
	for (unsigned i = 0; i < count; i++) {
		(void)probe(w, i, (struct finding){ .reason = reasons[i] });
	}
	end_run(w);
}

static const char *say_of_child(struct crowd *w, enum operator_action action, const char *child)
{
	const char *refusal;
	struct name name = fixture_name(child);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	const struct operator_order o = { .action = action, .who = "anna", .why = "a court says so", .now = w->now };
	int rc = operator_say(t, w->f.crypto, &name, &o, &refusal);
	fixture_commit(t);
	return rc == 0 ? NULL : refusal;
}

static void cancel(struct crowd *w, uint64_t number)
{
	const char *refusal;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	const struct operator_order o = { .action = OPERATOR_DO_CANCEL, .who = "anna", .why = "a court says so", .now = w->now };
	assert_int_equal(operator_say_change(t, w->f.crypto, number, &o, &refusal), 0);
	fixture_commit(t);
}

/* Where the change of a child stands; it need not be outstanding. */
static enum event_kind where_is(struct crowd *w, uint64_t number)
{
	struct change c;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_get(t, number, w->f.arena, &c), 0);
	fixture_commit(t);
	return c.state;
}

/* a change that the target has certainly not taken is one that has not left: what a later probe says of it counts. */
static void not_taken_is_released(void **state)
{
	struct crowd *w = *state;
	uint64_t numbers[4];
	run_asking(w, HOUR, 0, 4, 1, 2);
	for (unsigned i = 0; i < 4; i++) {
		answers[i] = SINK_WAITS;
	}
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(state_in(w, i), EVENT_RELEASED);
		numbers[i] = change_of(w, i).number;
	}
	probe_all(w, 3, (const enum reason[]){ REASON_NOOP_NO_SIGNAL, REASON_CONTINUITY_NO_PATH, REASON_RRSIG_BOGUS });
	assert_int_equal(where_is(w, numbers[0]), EVENT_WITHDRAWN);
	for (unsigned i = 0; i < 4; i++) {
		answers[i] = SINK_APPLIED;
	}
	(void)EXPORT(w, "fake");
	PUTS(3);
	assert_int_not_equal(where_is(w, numbers[1]), EVENT_RELEASED);
	assert_int_not_equal(where_is(w, numbers[2]), EVENT_RELEASED);
	verify(w);
}

/* The word of an operator reaches it, too; and the one that is superseded meanwhile does not come back. */
static void not_taken_is_the_operators(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 3, 1, 2);
	answers[0] = answers[1] = answers[2] = SINK_WAITS;
	(void)EXPORT(w, "fake");
	uint64_t first = change_of(w, 2).number;
	assert_null(say_of_child(w, OPERATOR_DO_HOLD, "c000.ch."));
	assert_int_equal(state_in(w, 0), EVENT_HELD);
	cancel(w, change_of(w, 1).number);
	run_asking(w, HOUR, 2, 1, 1, 3);
	assert_int_equal(where_is(w, first), EVENT_WITHDRAWN);
	cancel(w, change_of(w, 2).number);
	answers[0] = answers[1] = answers[2] = SINK_APPLIED;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	assert_int_equal(put_count, 0);
	verify(w);
}

/* What may have left is not put again once a probe does not want it any more, until one does. */
static void not_confirmed_is_not_sent_again(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 3, 1, 2);
	mute[0] = mute[1] = mute[2] = true;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	PUTS(0, 1, 2);
	probe_all(w, 2, (const enum reason[]){ REASON_RRSIG_BOGUS, REASON_NOOP_NO_SIGNAL });
	mute[0] = mute[1] = mute[2] = false;
	assert_int_equal(EXPORT(w, "fake", .again = true), EXIT_OK);
	PUTS(2);
	assert_int_equal(state_in(w, 0), EVENT_CLAIMED);
	assert_int_equal(state_in(w, 1), EVENT_CLAIMED);
	run_asking(w, HOUR, 0, 1, 1, 2);
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(0);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	verify(w);
}

/* that the one which superseded it is gone makes nothing of a change that may have left: a probe has to want it. */
static void superseded_stays_so(void **state)
{
	struct crowd *w = *state;
	uint64_t first[2];
	run_asking(w, HOUR, 0, 2, 1, 2);
	mute[0] = mute[1] = true;
	(void)EXPORT(w, "fake");
	first[0] = change_of(w, 0).number;
	first[1] = change_of(w, 1).number;
	run_asking(w, HOUR, 0, 2, 1, 3);
	/* What is confirmed here is the other one. */
	run_asking(w, HOUR, 0, 1, 1, 3);
	for (unsigned i = 0; i < 2; i++) {
		cancel(w, change_of(w, i).number);
		assert_int_equal(change_of(w, i).number, first[i]);
		mute[i] = false;
	}
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	assert_int_equal(put_count, 0);
	run_asking(w, HOUR, 1, 1, 1, 2);
	assert_int_equal(change_of(w, 1).number, first[1]);
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(1);
	assert_int_equal(state_in(w, 0), EVENT_CLAIMED);
	verify(w);
}

/* a failure does not take a change out of an operator's hands, nor what may have left. */
static void a_hold_stops_what_failed(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 4, 1, 2);
	answers[0] = answers[1] = answers[3] = SINK_CONFLICT;
	mute[2] = true;
	(void)EXPORT(w, "fake");
	assert_null(say_of_child(w, OPERATOR_DO_HOLD, "c000.ch."));
	assert_null(say_of_child(w, OPERATOR_DO_HOLD, "c002.ch."));
	assert_int_equal(state_in(w, 0), EVENT_HELD);
	assert_int_equal(state_in(w, 2), EVENT_CLAIMED);
	probe_all(w, 2, (const enum reason[]){ REASON_HOLD_UNREACHABLE, REASON_HOLD_UNREACHABLE });
	assert_int_equal(change_of(w, 1).failed_for, REASON_APPLY_CONFLICT);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	fixture_load(&w->f, t, "ch.", 2);
	fixture_commit(t);
	answers[0] = answers[1] = answers[3] = SINK_APPLIED;
	mute[2] = false;
	(void)EXPORT(w, "fake", .again = true);
	PUTS(3);
	assert_int_equal(state_in(w, 0), EVENT_HELD);
	verify(w);
}

/* A-14, DSA-6.1-1, DSA-6.1-2, A-05, A-36: what would bar the change now bars it though it is released. */
static void barriers_since_then(void **state)
{
	static const struct {
		unsigned flags;
		uint32_t manual_after;
		enum reason why;
	} cases[] = {
		{ DELEGATION_REGISTRY_LOCK, 0, REASON_LOCKED }, { DELEGATION_REGISTRAR_LOCK, 0, REASON_LOCKED },
		{ 0, 1, REASON_OLDER_THAN_MANUAL_CHANGE }, { DELEGATION_REGISTRAR_NO_DISABLE, 0, REASON_NONE },
	};
	struct crowd *w = *state;
	for (unsigned respects = 0; respects < 2; respects++) {
		unsigned first = respects * 4;
		w->policy.respect_registry_lock = w->policy.respect_registrar_lock = w->policy.guard_manual_change = respects == 1;
		run_asking(w, HOUR, first, 4, 1, 2);
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		for (unsigned i = 0; i < 4; i++) {
			char child[32];
			child_text(first + i, child);
			struct delegation d = fixture_delegation(&w->f, child, operator_of(first + i), 1);
			d.flags |= cases[i].flags;
			d.manual_change = cases[i].manual_after == 0 ? 0 : (uint32_t)w->now + cases[i].manual_after;
			fixture_put(&w->f, t, &d);
		}
		fixture_commit(t);
		w->now += HOUR;
		assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
		for (unsigned i = 0; i < 4; i++) {
			bool barred = respects == 1 && cases[i].why != REASON_NONE;
			assert_int_equal(state_in(w, first + i), barred ? EVENT_HELD : EVENT_ACKED);
			assert_int_equal(change_of(w, first + i).held_for, barred ? cases[i].why : REASON_NONE);
		}
	}
	verify(w);
}

/* Who reads along was told of it when it was released first. */
static void not_told_twice(void **state)
{
	struct crowd *w = *state;
	const char *conf = reader(w);
	run_asking(w, HOUR, 0, 1, 1, 2);
	answers[0] = SINK_WAITS;
	(void)EXPORT(w, "fake");
	answers[0] = SINK_APPLIED;
	(void)EXPORT(w, "reader", .config = conf);
	PUTS(0);
	answers[0] = SINK_WAITS;
	w->now += HOUR;
	(void)EXPORT(w, "fake");
	PUTS(0);
	answers[0] = SINK_APPLIED;
	(void)EXPORT(w, "reader", .config = conf);
	assert_int_equal(put_count, 0);
}

/* Nor does it come into a file that has the whole zone: A-30 holds for what was claimed for a disk that was full. */
static void whole_zone_has_what_was_given(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 4, 1, 2);
	file_is_full = true;
	assert_int_equal(EXPORT(w, "file"), EXIT_RUNTIME);
	assert_int_equal(state_in(w, 0), EVENT_CLAIMED);
	probe_all(w, 1, (const enum reason[]){ REASON_RRSIG_BOGUS });
	assert_null(say_of_child(w, OPERATOR_DO_HOLD, "c001.ch."));
	file_is_full = false;
	assert_int_equal(EXPORT(w, "file"), EXIT_OK);
	PUTS(2, 3);
	assert_int_equal(whole[0], 1);
	assert_int_equal(whole[1], 1);
	/* What was given stays, also when the next change of the child waits for its turn. */
	run_asking(w, HOUR, 2, 1, 1, 3);
	assert_null(say_of_child(w, OPERATOR_DO_HOLD, "c002.ch."));
	assert_int_equal(EXPORT(w, "file"), EXIT_OK);
	assert_int_equal(put_count, 0);
	assert_int_equal(whole[0], 1);
	assert_int_equal(whole[2], 2);
	assert_int_equal(whole[3], 2);
	assert_int_equal(whole[4], 1);
	/* Whoever has other name servers may be somebody else. */
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	struct delegation moved = fixture_delegation(&w->f, "c003.ch.", operator_of(2), 1);
	fixture_put(&w->f, t, &moved);
	fixture_commit(t);
	assert_int_equal(EXPORT(w, "file"), EXIT_OK);
	assert_int_equal(whole[2], 2);
	assert_int_equal(whole[3], 1);
	verify(w);
}

static void load_as(struct crowd *w, bool is_old)
{
	const struct name ch = fixture_name("ch.");
	struct generation g;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(generation_get(t, &ch, &g), 0);
	g.is_old = is_old;
	assert_int_equal(generation_put(t, &g), 0);
	fixture_commit(t);
}

/* nor is it written anew from a parent that was read from an old source. */
static void whole_zone_is_of_now(void **state)
{
	struct crowd *w = *state;
	run_asking(w, HOUR, 0, 1, 1, 2);
	assert_int_equal(EXPORT(w, "file"), EXIT_OK);
	assert_int_equal(whole[1], 1);
	run_asking(w, HOUR, 1, 1, 1, 2);
	load_as(w, true);
	whole[0] = whole[1] = 99;
	assert_int_equal(EXPORT(w, "file"), EXIT_RUNTIME);
	assert_true(whole[0] == 99 && whole[1] == 99);
	load_as(w, false);
	assert_int_equal(EXPORT(w, "file"), EXIT_OK);
	PUTS(1);
	assert_true(whole[0] == 2 && whole[1] == 1 && whole[2] == 1);
	verify(w);
}

/* Nor from one that may have more children than the store: a zone that has a DS set too many has not. */
static void whole_zone_is_whole(void **state)
{
	struct crowd *w = *state;
	for (unsigned i = 0; i < 4; i++) {
		struct generation g;
		struct name zone = fixture_name("ch.");
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		assert_int_equal(generation_get(t, &zone, &g), 0);
		g.skipped = i == 0 || i == 3;
		g.soa_serial = i == 3;
		g.digest[0] = i != 1;
		assert_int_equal(generation_put(t, &g), 0);
		fixture_commit(t);
		whole[0] = 99;
		assert_int_equal(EXPORT(w, "file"), i < 2 ? EXIT_RUNTIME : EXIT_OK);
		assert_int_equal(whole[0], i < 2 ? 99 : 1);
	}
}

/* what leads back to the present set stays though the child asks for nothing any more: without it the set that was sent would
 * come. */
static void back_stays_wanted(void **state)
{
	struct crowd *w = *state;
	w->policy.replay_guard = REPLAY_GUARD_OFF;	/* these answers have no signatures */
	run_asking(w, HOUR, 0, 2, 1, 2);
	answers[0] = answers[1] = SINK_TAKEN;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	w->now += HOUR;
	begin_run(w);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(probe(w, i, (struct finding){ .reason = REASON_NOOP_IN_SYNC, .asks_present = true }), REASON_ACCEPT_UPDATE);
	}
	end_run(w);
	mute[1] = true;
	probe_all(w, 2, (const enum reason[]){ REASON_NOOP_NO_SIGNAL, REASON_NOOP_NO_SIGNAL });
	assert_int_equal(state_in(w, 0), EVENT_RELEASED);
	answers[0] = answers[1] = SINK_APPLIED;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	PUTS(0, 1);
	assert_int_equal(handed[0].pending, 2);
	assert_int_equal(state_in(w, 0), EVENT_ACKED);
	/* Once more, if nobody knows whether it has arrived; but not when the child is in error. */
	assert_int_equal(state_in(w, 1), EVENT_CLAIMED);
	w->now += HOUR;
	(void)EXPORT(w, "fake");
	PUTS(1);
	probe_all(w, 2, (const enum reason[]){ REASON_NOOP_NO_SIGNAL, REASON_RRSIG_BOGUS });
	(void)EXPORT(w, "fake", .again = true);
	assert_int_equal(put_count, 0);
	verify(w);
}

static struct crowd *of_meanwhile;

static void reject_three(struct store *s)
{
	of_meanwhile->f.store = s;
	probe_all(of_meanwhile, 3, (const enum reason[]){ REASON_RRSIG_BOGUS, REASON_RRSIG_BOGUS, REASON_NOOP_NO_SIGNAL });
	of_meanwhile->f.store = NULL;
}

/* what is refused between its claim and its turn has not left: it goes neither now nor later. What is with the sink does. */
static void refused_before_its_turn(void **state)
{
	struct crowd *w = *state;
	uint64_t numbers[4];
	run_asking(w, HOUR, 0, 4, 1, 2);
	for (unsigned i = 0; i < 4; i++) {
		numbers[i] = change_of(w, i).number;
	}
	of_meanwhile = w;
	meanwhile = reject_three;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	PUTS(0, 3);
	assert_int_equal(where_is(w, numbers[0]), EVENT_ACKED);
	assert_int_equal(where_is(w, numbers[1]), EVENT_WITHDRAWN);
	assert_int_equal(where_is(w, numbers[2]), EVENT_WITHDRAWN);
	assert_int_equal(where_is(w, numbers[3]), EVENT_ACKED);
	meanwhile = NULL;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	assert_int_equal(put_count, 0);
	verify(w);
}

/* Nor does one go that the target did not take, and that was refused while it was asked; not to another sink either, which would not
 * look twice. */
static void refused_while_it_was_asked(void **state)
{
	struct crowd *w = *state;
	const struct changes_options takes_over = { .take_over = true, .who = "anna", .why = "the other is away" };
	run_asking(w, HOUR, 0, 2, 1, 2);
	uint64_t number = change_of(w, 1).number;
	answers[0] = SINK_WAITS;
	of_meanwhile = w;
	meanwhile = reject_three;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	PUTS(0);
	assert_int_equal(where_is(w, number), EVENT_WITHDRAWN);
	assert_int_equal(state_in(w, 0), EVENT_RELEASED);
	meanwhile = NULL;
	w->now += HOUR;
	assert_int_equal(run_export(w, takes_over, "file"), EXIT_OK);
	assert_int_equal(put_count, 0);
	assert_int_equal(whole[0], 1);
	assert_int_equal(state_in(w, 0), EVENT_RELEASED);
	run_asking(w, HOUR, 0, 1, 1, 2);
	assert_int_equal(EXPORT(w, "file"), EXIT_OK);
	PUTS(0);
	verify(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(not_taken_is_released), CASE(not_taken_is_the_operators), CASE(not_confirmed_is_not_sent_again),
		CASE(superseded_stays_so), CASE(a_hold_stops_what_failed), CASE(barriers_since_then), CASE(not_told_twice),
		CASE(whole_zone_has_what_was_given), CASE(back_stays_wanted), CASE(refused_before_its_turn), CASE(refused_while_it_was_asked), CASE(whole_zone_is_of_now),
		CASE(whole_zone_is_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
