/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a run: what the brake and a freeze hold, and how it goes on. */
#include "tests/unit/crowd.h"

#include "registry/store/event.h"

/* 30 % of the children ask for delete. Nothing goes out, not by asking again either; once somebody has looked, each
 * goes out with a new probe, and not without. */
static void test_mass_delete_stops(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_DELETE] = policy_preset(POLICY_DEFAULT)->brakes[BRAKE_DELETE];
	run_asking(w, 0, 0, 30, 3, 0);
	assert_true(w->run.released == 0 && w->run.braked == 30 && w->run.frozen == 0);
	assert_int_equal(braked(w), 30);
	assert_int_equal(held_for(w, 1), REASON_BRAKE_ENGAGED);
	assert_int_equal(exportable(w), 0);
	run_asking(w, HOUR, 0, 30, 3, 0);
	assert_true(w->run.released == 0 && w->run.braked == 30);
	assert_int_equal(exportable(w), 0);
	/* Days later they are still there for whoever comes to look: they did not grow old, and no new ones took their place. */
	run_asking(w, 3 * DAY, 0, 30, 3, 0);
	assert_true(braked(w) == 30 && w->run.changes == 0);
	assert_int_equal(release_brake(w, "li.", NULL), 0);
	assert_int_equal(release_brake(w, "ch.", "ns1.one.net."), 15);
	assert_int_equal(release_brake(w, NULL, "ns1.one.net."), 0);
	assert_int_equal(exportable(w), 0);
	/* Of those that were released all but two are asked again. */
	run_asking(w, HOUR, 0, 13, 6, 0);
	assert_true(w->run.released == 13 && w->run.braked == 15);
	assert_int_equal(exportable(w), 13);
	assert_int_equal(release_brake(w, NULL, NULL), 15);
	run_asking(w, HOUR, 0, 30, 3, 0);
	assert_true(w->run.released == 17 && w->run.braked == 0);
	assert_int_equal(exportable(w), 30);
}

/* the larger of number and share, of one class, of a parent and of an NS set. */
static void test_limits(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		struct brake_limit parent, host;	/* count 0 and ppm 0: none */
		unsigned count, step;
		uint16_t tag;
		bool stops;
	} cases[] = {
		{ "as many as the number", { 10, 0 }, { 0, 0 }, 10, 1, 0, false },
		{ "one more than the number", { 10, 0 }, { 0, 0 }, 11, 1, 0, true },
		{ "as many as the share", { 1, 200000 }, { 0, 0 }, 20, 1, 0, false },
		{ "one more than the share", { 1, 200000 }, { 0, 0 }, 21, 1, 0, true },
		{ "the larger is the number", { 30, 200000 }, { 0, 0 }, 30, 1, 0, false },
		{ "other class", { 10, 0 }, { 0, 0 }, 50, 1, 2, false },
		{ "as many as an operator may", { 0, 0 }, { 1, 200000 }, 10, 2, 0, false },
		{ "one more than an operator may", { 0, 0 }, { 1, 200000 }, 11, 2, 0, true },
		{ "as many of two operators", { 0, 0 }, { 1, 200000 }, 20, 1, 0, false },
		{ "no brake", { 0, 0 }, { 0, 0 }, 100, 1, 0, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *own = NULL;
		assert_int_equal(crowd_setup(&own), 0);
		struct crowd *w = own;
		if (cases[i].parent.count != 0) {
			w->policy.brakes[BRAKE_DELETE] = cases[i].parent;
		}
		if (cases[i].host.count != 0) {
			w->policy.operator_brakes[BRAKE_DELETE] = cases[i].host;
		}
		run_asking(w, 0, 0, cases[i].count, cases[i].step, cases[i].tag);
		unsigned expected = cases[i].stops ? 0 : cases[i].count;
		if (released(w) != expected || braked(w) != cases[i].count - expected) {
			fail_msg("%s: %u released, %u held", cases[i].label, released(w), braked(w));
		}
		assert_int_equal(crowd_teardown(&own), 0);
	}
}

/* A day is a day: what was released in its first second counts in its last, and no longer. */
static void test_the_window_ends(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_UPDATE] = (struct brake_limit){ .count = 1 };
	run_asking(w, 0, 0, 1, 1, 2);
	run_asking(w, DAY, 1, 1, 1, 2);
	assert_true(w->run.released == 1 && w->run.braked == 0);
	run_asking(w, DAY - 1, 2, 1, 1, 2);
	assert_true(w->run.released == 0 && w->run.braked == 1);
}

/* The share of deletes is one of those that have something to lose, of a parent and of an NS set. */
static void test_share_of_the_secure(void **state)
{
	(void)state;
	static const struct {
		bool of_parent;
		unsigned count;
		uint16_t tag;
		bool stops;
	} cases[] = {
		{ true, 20, 0, false }, { true, 21, 0, true }, { true, 50, 2, false },
		{ false, 12, 0, false }, { false, 13, 0, true }, { false, 25, 2, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *own = NULL;
		assert_int_equal(crowd_setup(&own), 0);
		struct crowd *w = own;
		const struct brake_limit half = { .count = 1, .ppm = 500000 };
		for (size_t c = 0; c < BRAKE_CLASSES; c++) {
			*(cases[i].of_parent ? &w->policy.brakes[c] : &w->policy.operator_brakes[c]) = half;
		}
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		struct generation g = { .number = 1, .origin = fixture_name("ch."), .delegations = CHILDREN, .secure = 40 };
		assert_int_equal(generation_put(t, &g), 0);
		/* Of fifty children of each operator the last half has no DS set. */
		for (unsigned child = CHILDREN / 2; child < CHILDREN; child++) {
			char text[32];
			child_text(child, text);
			struct delegation d = fixture_delegation(&w->f, text, operator_of(child), 0);
			fixture_put(&w->f, t, &d);
		}
		fixture_commit(t);
		run_asking(w, 0, 0, cases[i].count, cases[i].of_parent ? 1 : 2, cases[i].tag);
		if ((w->run.braked > 0) != cases[i].stops) {
			fail_msg("case %zu: %u held", i, (unsigned)w->run.braked);
		}
		assert_int_equal(crowd_teardown(&own), 0);
	}
}

/* What was confirmed of another parent waits for a run over that one. */
static void test_other_parent(void **state)
{
	struct crowd *w = *state;
	struct fixture *f = &w->f;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "li.", 1);
	struct delegation d = fixture_delegation(f, "a.li.", "one.net.", 1);
	fixture_put(f, t, &d);
	uint64_t c = propose(f, t, "a.li.", 2, 0);
	assert_int_equal(journal_event(t, f->crypto, w->now, c, EVENT_HELD, REASON_INCONSISTENT_KEYS), 0);
	STEPS(f, t, c, EVENT_CONFIRMED);
	fixture_commit(t);
	run_asking(w, HOUR, 0, 1, 1, 2);
	t = fixture_begin(f, STORE_READ);
	assert_int_equal(state_of(f, t, c), EVENT_CONFIRMED);
	fixture_commit(t);
	assert_int_equal(w->run.released, 1);
	w->now += HOUR;
	begin_run(w);
	w->run.origin = fixture_name("li.");
	end_run(w);
	t = fixture_begin(f, STORE_READ);
	assert_int_equal(state_of(f, t, c), EVENT_RELEASED);
	fixture_commit(t);
}

/* the TTL comes back for as many as changed some days before, and no key of theirs changes. */
static void test_not_for_the_ttl(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_UPDATE] = (struct brake_limit){ .count = 1 };
	begin_run(w);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	for (unsigned i = 0; i < 4; i++) {
		char text[32];
		child_text(2 * i, text);
		struct change c = make_change(&w->f, text, i < 3 ? 1 : 2, 0);
		c.class = i < 3 ? CHANGE_TTL : CHANGE_SWAP;
		c.run = w->run.number;
		assert_int_equal(journal_propose(t, w->f.crypto, w->now, &c), 0);
	}
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_FINISHED, w->now), 0);
	assert_true(w->run.released == 4 && w->run.braked == 0);
	fixture_commit(t);
	/* The fourth counts. */
	begin_run(w);
	ask(w, 10, 2);
	t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_FINISHED, w->now), 0);
	assert_true(w->run.released == 0 && w->run.braked == 1);
	fixture_commit(t);
}

/* what the parent says by the end of the run goes; what was decided on something else does not go out. */
static void test_moved_before_the_end(void **state)
{
	struct crowd *w = *state;
	begin_run(w);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	struct delegation d = fixture_delegation(&w->f, "c000.ch.", operator_of(0), 1);
	snprintf(d.registration, sizeof(d.registration), "D1");
	struct change c[3];
	for (unsigned i = 0; i < 3; i++) {
		char text[32];
		child_text(2 * i, text);
		c[i] = make_change(&w->f, text, 2, 0);
		c[i].run = w->run.number;
		snprintf(c[i].registration, sizeof(c[i].registration), "D1");
		assert_int_equal(journal_propose(t, w->f.crypto, w->now, &c[i]), 0);
	}
	fixture_put(&w->f, t, &d);
	d.child = fixture_name("c002.ch.");
	snprintf(d.registration, sizeof(d.registration), "D2");
	fixture_put(&w->f, t, &d);
	d = fixture_delegation(&w->f, "c004.ch.", operator_of(1), 1);
	fixture_put(&w->f, t, &d);
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_FINISHED, w->now), 0);
	assert_int_equal(w->run.released, 1);
	static const enum event_kind expected[] = { EVENT_RELEASED, EVENT_WITHDRAWN, EVENT_WITHDRAWN };
	static const enum reason why[] = { REASON_NONE, REASON_STALE_INPUT, REASON_STALE_EVIDENCE };
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(change_get(t, c[i].number, w->f.arena, &c[i]), 0);
		assert_int_equal(c[i].state, expected[i]);
		assert_int_equal(c[i].withdrawn_for, why[i]);
	}
	fixture_commit(t);
}

/* The window rolls over runs: what was released in it counts, once a child; what left it does not. */
static void test_rolling_day(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_UPDATE] = (struct brake_limit){ .count = 10 };
	run_asking(w, 0, 0, 6, 1, 2);
	assert_int_equal(released(w), 6);
	/* The same children, other keys: no further child changes. */
	run_asking(w, HOUR, 0, 6, 1, 3);
	assert_int_equal(w->run.released, 6);
	run_asking(w, HOUR, 10, 4, 1, 2);
	assert_int_equal(w->run.released, 4);
	/* Ten in a day: the eleventh waits ... */
	run_asking(w, DAY - 2 * HOUR - 1, 20, 1, 1, 2);
	assert_true(w->run.released == 0 && w->run.braked == 1);
	/* ... and goes on waiting, for the window may have rolled on, but nobody has looked. */
	run_asking(w, 3 * HOUR, 20, 2, 1, 2);
	assert_true(w->run.released == 1 && w->run.braked == 1);
}

/* A run whose clock was two days behind does not hide what was released before it. */
static void test_clock_that_was_behind(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 10 };
	run_asking(w, 0, 0, 10, 1, 0);
	assert_int_equal(w->run.released, 10);
	w->now -= 2 * DAY;
	run_asking(w, 0, 40, 1, 1, 2);
	assert_int_equal(w->run.released, 1);
	run_asking(w, 2 * DAY + HOUR, 20, 1, 1, 0);
	assert_true(w->run.released == 0 && w->run.braked == 1);
}

/* What the brake holds is wanted still, so the rest of its class stays behind it. */
static void test_held_ones_count(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 10 };
	run_asking(w, 0, 0, 11, 1, 0);
	assert_int_equal(braked(w), 11);
	run_asking(w, 2 * DAY, 50, 1, 1, 0);
	assert_true(w->run.released == 0 && w->run.braked == 12);
	/* A child that thinks better of it leaves. */
	w->now += HOUR;
	begin_run(w);
	ask(w, 0, 2);
	ask(w, 1, 2);
	end_run(w);
	assert_true(w->run.released == 2 && w->run.braked == 10);
}

/* A run that was killed before its end is ended later: nothing counts twice, nothing is forgotten. */
static void test_killed_before_the_end(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 10 };
	begin_run(w);
	for (unsigned i = 0; i < 10; i++) {
		ask(w, i, 0);
	}
	struct run before = w->run;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_FINISHED, w->now), 0);
	txn_abort(t);
	assert_int_equal(released(w), 0);
	w->run = before;
	end_run(w);
	assert_int_equal(released(w), 10);
	run_asking(w, HOUR, 10, 1, 1, 0);
	assert_true(w->run.released == 0 && w->run.braked == 1);
}

/* nothing is released while a freeze is on; after it a new probe has to confirm it, and the brake is not passed by. */
static void test_freeze(void **state)
{
	struct crowd *w = *state;
	w->policy.freeze_count = 1;
	w->policy.freezes[0] = (struct freeze){ .from_min = 0, .to_min = 7 * 24 * 60 - 1 };
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 10 };
	run_asking(w, 0, 0, 12, 1, 0);
	assert_true(w->run.released == 0 && w->run.frozen == 12 && w->run.braked == 0);
	assert_int_equal(count_in(w, EVENT_HELD, REASON_HOLD_FREEZE), 12);
	assert_int_equal(held_for(w, 1), REASON_HOLD_FREEZE);
	run_asking(w, 2 * DAY, 0, 12, 1, 0);
	assert_true(w->run.frozen == 12 && count_in(w, EVENT_HELD, REASON_HOLD_FREEZE) == 12);
	assert_int_equal(exportable(w), 0);
	w->policy.freeze_count = 0;
	/* Two thought better of it: the others are few enough. */
	w->now += HOUR;
	begin_run(w);
	ask(w, 10, 2);
	ask(w, 11, 2);
	end_run(w);
	assert_true(w->run.released == 2 && w->run.frozen == 10);
	run_asking(w, HOUR, 0, 9, 1, 0);
	assert_true(w->run.released == 9 && w->run.frozen == 1);
	assert_int_equal(exportable(w), 11);
	run_asking(w, HOUR, 9, 3, 1, 0);
	assert_true(w->run.released == 0 && w->run.braked == 3);
}

/* What an operator has released from the brake stays so behind a freeze. */
static void test_freeze_after_the_brake(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 1 };
	run_asking(w, 0, 0, 3, 1, 0);
	assert_int_equal(release_brake(w, NULL, NULL), 3);
	w->policy.freeze_count = 1;
	w->policy.freezes[0] = (struct freeze){ .from_min = 0, .to_min = 7 * 24 * 60 - 1 };
	run_asking(w, HOUR, 0, 3, 1, 0);
	assert_true(w->run.frozen == 3 && w->run.braked == 0 && w->run.released == 0);
	w->policy.freeze_count = 0;
	run_asking(w, HOUR, 0, 3, 1, 0);
	assert_true(w->run.released == 3 && exportable(w) == 3);
}

/* an operator's hold ends with his word and a new probe. */
static void test_operator_holds_a_change(void **state)
{
	struct crowd *w = *state;
	run_asking(w, 0, 0, 1, 1, 2);
	struct operator_order o = { .action = OPERATOR_DO_HOLD, .who = "bert", .why = "asked by the registrant", .now = w->now };
	const char *why;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), 0);
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "it is held by an operator already");
	assert_int_equal(operator_say_change(t, w->f.crypto, 9, &o, &why), ERR_NOTFOUND);
	fixture_commit(t);
	run_asking(w, HOUR, 0, 1, 1, 2);
	assert_true(released(w) == 0 && count_in(w, EVENT_HELD, REASON_NONE) == 1);
	t = fixture_begin(&w->f, STORE_WRITE);
	o.action = OPERATOR_DO_RELEASE;
	o.now = w->now;
	o.why = "";
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), ERR_ARG);
	o.why = "he changed his mind";
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), 0);
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), ERR_CONFLICT);
	struct operator_note n;
	uint64_t when;
	struct name child = fixture_name("c000.ch.");
	assert_int_equal(operator_last(t, &child, &n, &when), 0);
	assert_true(n.action == OPERATOR_DO_RELEASE && when == w->now && strcmp(n.who, "bert") == 0);
	assert_string_equal(n.why, "he changed his mind");
	fixture_commit(t);
	assert_int_equal(exportable(w), 0);
	run_asking(w, DAY, 0, 1, 1, 2);
	assert_true(released(w) == 1 && exportable(w) == 1);
	t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "it is not held");
	STEPS(&w->f, t, 1, EVENT_CLAIMED);
	o.action = OPERATOR_DO_HOLD;
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "it may be with the registry already and cannot be held");
	txn_abort(t);
}

/* Each hold needs a word of its own. */
static void test_held_once_more(void **state)
{
	struct crowd *w = *state;
	const char *why;
	static const enum operator_action actions[] = { OPERATOR_DO_HOLD, OPERATOR_DO_RELEASE, OPERATOR_DO_HOLD };
	run_asking(w, 0, 0, 1, 1, 2);
	for (size_t i = 0; i < 3; i++) {
		const struct operator_order o = { .action = actions[i], .who = "a", .why = "b", .now = w->now };
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), 0);
		fixture_commit(t);
		run_asking(w, HOUR, 0, 1, 1, 2);
		assert_int_equal(released(w), i == 1 ? 1 : 0);
	}
}

static void hear(void *user, const char *sentence)
{
	*(unsigned *)user += strstr(sentence, "cannot follow held of change") != NULL;
}

/* A change that left the brake by itself is a fault of the journal, however well it is chained. */
static void test_verify_sees_a_way_past(void **state)
{
	struct crowd *w = *state;
	static const enum event_kind ways[] = { EVENT_RELEASED, EVENT_CONFIRMED };
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 1 };
	run_asking(w, 0, 0, 2, 1, 0);
	for (size_t i = 0; i < 2; i++) {
		uint8_t octets[BODY_MAX];
		struct event e = { .kind = ways[i], .time = w->now, .change = 1 + i,
			.body = body_encode_note(&(struct event_note){ .generation = 1 }, octets) };
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		assert_int_equal(event_append(t, w->f.crypto, &e), 0);
		fixture_commit(t);
		struct verify_report report;
		unsigned heard = 0;
		assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, hear, &heard, &report), 0);
		assert_true(report.faults == i + 1 && heard == i + 1);
	}
}

/* An older journal cannot know it, a new one must not have it: out of the brake without a word, out of a hold without a probe. */
static void test_no_way_past_a_hold(void **state)
{
	struct crowd *w = *state;
	w->policy.brakes[BRAKE_DELETE] = (struct brake_limit){ .count = 1 };
	run_asking(w, 0, 0, 2, 1, 0);
	assert_int_equal(braked(w), 2);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(event_of(&w->f, t, 1, EVENT_RELEASED), ERR_CONFLICT);
	assert_int_equal(event_of(&w->f, t, 1, EVENT_CONFIRMED), ERR_CONFLICT);
	const struct operator_order o = { .action = OPERATOR_DO_RELEASE, .who = "a", .why = "b", .now = w->now };
	const char *why;
	assert_int_equal(operator_say_change(t, w->f.crypto, 1, &o, &why), 0);
	assert_int_equal(event_of(&w->f, t, 1, EVENT_RELEASED), ERR_CONFLICT);
	assert_int_equal(event_of(&w->f, t, 1, EVENT_CONFIRMED), 0);
	fixture_commit(t);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, crowd_setup, crowd_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_mass_delete_stops),
		cmocka_unit_test(test_limits),
		CASE(test_the_window_ends),
		cmocka_unit_test(test_share_of_the_secure),
		CASE(test_other_parent),
		CASE(test_not_for_the_ttl),
		CASE(test_moved_before_the_end),
		CASE(test_rolling_day),
		CASE(test_clock_that_was_behind),
		CASE(test_held_ones_count),
		CASE(test_killed_before_the_end),
		CASE(test_freeze),
		CASE(test_freeze_after_the_brake),
		CASE(test_operator_holds_a_change),
		CASE(test_held_once_more),
		CASE(test_verify_sees_a_way_past),
		CASE(test_no_way_past_a_hold),
	};
	return cmocka_run_group_tests_name("brake", tests, NULL, NULL);
}
