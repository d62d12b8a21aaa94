/* SPDX-License-Identifier: GPL-3.0-or-later */
/* which changes that have left are late, lost or overtaken, and which are not. */
#include "tests/unit/journal_fixture.h"

#include "registry/store/arrival.h"
#include "registry/store/records.h"

#define HOUR 3600u

/* A run over ch., which had been read to its end just before. */
static void read_parent(struct fixture *f, struct txn *t, uint64_t at, uint32_t late_after_s)
{
	struct policy p = *policy_preset(POLICY_DEFAULT);
	p.change_late_after_s = late_after_s;
	struct run r = { .origin = fixture_name("ch."), .generation = 1, .began = at };
	assert_int_equal(policy_put(t, f->crypto, &p, r.limits), 0);
	assert_int_equal(run_new(t, &r), 0);
}

static enum arrival arrival_of(struct fixture *f, struct txn *t, uint64_t number, enum reason *why)
{
	struct change c;
	struct arrival_parent parent = { .read_at = 0 };
	enum arrival a;
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	assert_int_equal(arrival_find(t, &parent, &c, f->arena, &a), 0);
	*why = arrival_reason(&c, a);
	return a;
}

/* STEPS are a second after FIXTURE_NOW. */
static void test_late_and_lost(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind path[4];
		enum reason failed_for;
		uint32_t read;		/* so long after the last event; 0: never */
		uint16_t tag;		/* DS in the parent now */
		enum arrival expected;
		enum reason why;
	} cases[] = {
		{ "released", { EVENT_RELEASED }, 0, 9 * DAY, 1, ARRIVAL_NONE, REASON_NONE },
		{ "held", { EVENT_HELD }, 0, 9 * DAY, 1, ARRIVAL_NONE, REASON_NONE },
		{ "sent, the parent was not read since", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, 0, 0, 1, ARRIVAL_NONE, REASON_NONE },
		{ "sent, read too early", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, 0, HOUR - 1, 1, ARRIVAL_NONE, REASON_NONE },
		{ "sent, late", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, 0, HOUR, 1, ARRIVAL_LATE, REASON_APPLY_LATE },
		{ "sent, there", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, 0, HOUR, 2, ARRIVAL_NONE, REASON_NONE },
		{ "acknowledged, read too early", { EVENT_RELEASED, EVENT_ACKED }, 0, HOUR - 1, 1, ARRIVAL_NONE, REASON_NONE },
		{ "acknowledged, late", { EVENT_RELEASED, EVENT_ACKED }, 0, HOUR, 1, ARRIVAL_LATE, REASON_APPLY_LATE },
		{ "claimed, read too early", { EVENT_RELEASED, EVENT_CLAIMED }, 0, HOUR - 1, 1, ARRIVAL_NONE, REASON_NONE },
		{ "claimed, lost", { EVENT_RELEASED, EVENT_CLAIMED }, 0, HOUR, 1, ARRIVAL_LOST, REASON_APPLY_LOST },
		{ "claimed, there", { EVENT_RELEASED, EVENT_CLAIMED }, 0, HOUR, 2, ARRIVAL_NONE, REASON_NONE },
		{ "failed, not read since", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, 0, 0, 1, ARRIVAL_NONE, REASON_NONE },
		{ "failed, lost", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, 0, 1, 1, ARRIVAL_LOST, REASON_APPLY_LOST },
		{ "failed, there", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, 0, 1, 2, ARRIVAL_NONE, REASON_NONE },
		{ "refused, lost", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, REASON_APPLY_FAILED, 1, 1, ARRIVAL_LOST,
			REASON_APPLY_FAILED },
		{ "the target has another set", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, REASON_APPLY_CONFLICT, 0, 1,
			ARRIVAL_CHANGED, REASON_APPLY_CONFLICT },
		{ "the target had another set", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, REASON_APPLY_CONFLICT, 1, 2, ARRIVAL_NONE,
			REASON_NONE },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		uint64_t number = propose(f, t, "a.ch.", 2, 0);
		for (size_t k = 0; k < 4 && cases[i].path[k] != 0; k++) {
			enum reason why = cases[i].path[k] == EVENT_FAILED ? cases[i].failed_for : REASON_NONE;
			assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW + 1, number, cases[i].path[k], why), 0);
		}
		put_ds(f, t, "a.ch.", cases[i].tag);
		read_parent(f, t, FIXTURE_NOW, HOUR);
		if (cases[i].read != 0) {
			read_parent(f, t, FIXTURE_NOW + 1 + cases[i].read, HOUR);
		}
		enum reason why;
		enum arrival a = arrival_of(f, t, number, &why);
		if (a != cases[i].expected || why != cases[i].why) {
			fail_msg("%s: %d, %s", cases[i].label, a, reason_token(why));
		}
		txn_abort(t);
	}
}

/* Without a run nothing was read; a source that does not tell DS sets says nothing; who was forgotten is nobody's. */
static void test_nobody_can_tell(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	enum reason why;
	uint64_t number = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, number, EVENT_RELEASED, EVENT_ACKED);
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_NONE);
	read_parent(f, t, FIXTURE_NOW + 2 * DAY, DAY);
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_LATE);
	assert_int_equal(why, REASON_APPLY_LATE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 0);
	d.ds_state = DS_UNKNOWN;
	fixture_put(f, t, &d);
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_NONE);
	put_ds(f, t, "a.ch.", 1);
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_LATE);
	assert_int_equal(delegation_del(t, f->crypto, &d.child, FIXTURE_NOW + 2 * DAY), 0);
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_NONE);
	txn_abort(t);
}

/* A change of the TTL is there when the TTL is; of the others it does not matter. */
static void test_of_a_ttl(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	enum reason why;
	struct change c = make_change(f, "a.ch.", 1, 0);
	c.class = CHANGE_TTL;
	c.ds_ttl = 7200;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	STEPS(f, t, c.number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	read_parent(f, t, FIXTURE_NOW + 2 * DAY, DAY);
	assert_int_equal(arrival_of(f, t, c.number, &why), ARRIVAL_LATE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 1);
	d.ds_ttl = 7200;
	fixture_put(f, t, &d);
	assert_int_equal(arrival_of(f, t, c.number, &why), ARRIVAL_NONE);
	txn_abort(t);
}

/* Only the newest change of a child is waited for. */
static void test_superseded(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct name ch = fixture_name("ch.");
	uint64_t counts[ARRIVALS];
	enum reason why;
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, one, EVENT_RELEASED, EVENT_ACKED);
	read_parent(f, t, FIXTURE_NOW + 2 * DAY, DAY);
	assert_int_equal(arrival_of(f, t, one, &why), ARRIVAL_LATE);
	uint64_t two = propose(f, t, "a.ch.", 3, one);
	assert_int_equal(arrival_of(f, t, one, &why), ARRIVAL_NONE);
	assert_int_equal(arrival_count(t, &ch, counts), 0);
	assert_true(counts[ARRIVAL_NONE] == 1 && counts[ARRIVAL_LATE] == 0 && counts[ARRIVAL_LOST] == 0);
	assert_int_equal(event_of(f, t, two, EVENT_WITHDRAWN), 0);
	uint64_t lost = propose(f, t, "b.ch.", 2, 0);
	STEPS(f, t, lost, EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED);
	assert_int_equal(arrival_of(f, t, lost, &why), ARRIVAL_LOST);
	assert_int_equal(why, REASON_APPLY_LOST);
	assert_int_equal(arrival_count(t, &ch, counts), 0);
	assert_true(counts[ARRIVAL_NONE] == 0 && counts[ARRIVAL_LATE] == 1 && counts[ARRIVAL_LOST] == 1);
	struct name li = fixture_name("li.");
	assert_int_equal(arrival_count(t, &li, counts), 0);
	assert_true(counts[ARRIVAL_NONE] + counts[ARRIVAL_LATE] + counts[ARRIVAL_LOST] == 0);
	txn_abort(t);
}

/* The load makes void what somebody else was faster with; what had not left was on no way. */
static void test_changed(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct name ch = fixture_name("ch.");
	struct reconciled done = { 9, 9 };
	enum reason why;
	uint64_t sent = propose(f, t, "a.ch.", 2, 0);
	uint64_t waiting = propose(f, t, "b.ch.", 2, 0);
	STEPS(f, t, sent, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_true(done.published == 0 && done.voided == 0);
	put_ds(f, t, "a.ch.", 7);
	put_ds(f, t, "b.ch.", 7);
	fixture_load(f, t, "ch.", 3);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_true(done.published == 0 && done.voided == 2);
	assert_int_equal(state_of(f, t, sent), EVENT_WITHDRAWN);
	assert_int_equal(arrival_of(f, t, sent, &why), ARRIVAL_CHANGED);
	assert_int_equal(why, REASON_NONE);
	assert_int_equal(state_of(f, t, waiting), EVENT_WITHDRAWN);
	assert_int_equal(arrival_of(f, t, waiting, &why), ARRIVAL_NONE);
	txn_abort(t);
}

/* The registry works off one after the other, and may rest between them: the second is not void for the first. */
static void test_one_after_the_other(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct name ch = fixture_name("ch.");
	struct reconciled done;
	enum reason why;
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, one, EVENT_RELEASED, EVENT_ACKED);
	uint64_t two = propose(f, t, "a.ch.", 3, one);
	STEPS(f, t, two, EVENT_RELEASED, EVENT_ACKED);
	put_ds(f, t, "a.ch.", 2);
	for (uint64_t g = 2; g < 5; g++) {
		fixture_load(f, t, "ch.", g);
		assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + g, &done), 0);
		assert_int_equal(state_of(f, t, one), EVENT_PUBLISHED);
		assert_int_equal(state_of(f, t, two), EVENT_ACKED);
	}
	read_parent(f, t, FIXTURE_NOW + 2 * DAY, DAY);
	assert_int_equal(arrival_of(f, t, two, &why), ARRIVAL_LATE);
	/* By somebody else. */
	put_ds(f, t, "a.ch.", 7);
	fixture_load(f, t, "ch.", 5);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 5, &done), 0);
	assert_true(done.voided == 1 && state_of(f, t, two) == EVENT_WITHDRAWN);
	txn_abort(t);
}

/* an old source does not have what was sent since, and that tells nothing. */
static void test_old_source(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t number = propose(f, t, "a.ch.", 2, 0);
	static const enum event_kind path[] = { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, number, path[i], REASON_NONE), 0);
	}
	put_ds(f, t, "a.ch.", 1);
	read_parent(f, t, FIXTURE_NOW + DAY, HOUR);
	enum reason why;
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_LATE);
	struct generation g;
	const struct name ch = fixture_name("ch.");
	assert_int_equal(generation_get(t, &ch, &g), 0);
	g.is_old = true;
	assert_int_equal(generation_put(t, &g), 0);
	assert_int_equal(arrival_of(f, t, number, &why), ARRIVAL_NONE);
	fixture_commit(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_late_and_lost),
		TEST(test_nobody_can_tell),
		TEST(test_of_a_ttl),
		TEST(test_superseded),
		TEST(test_changed),
		TEST(test_one_after_the_other),
		TEST(test_old_source),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
