/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes against the parent: what may go out, what a new generation closes, what supersedes what. */
#include "tests/unit/journal_fixture.h"

/* what has left stays open beside the change that supersedes it. */
static void test_superseding_what_has_left(void **state)
{
	struct fixture *f = *state;
	struct name child = fixture_name("a.ch.");
	struct change c;
	struct reconciled done;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, one, EVENT_RELEASED, EVENT_ACKED);
	uint64_t two = propose(f, t, "a.ch.", 3, one);
	assert_int_equal(state_of(f, t, one), EVENT_ACKED);
	assert_int_equal(change_of_child(t, &child, f->arena, &c), 0);
	assert_int_equal(c.number, two);
	/* The new one is given up: the old one may still arrive. */
	assert_int_equal(event_of(f, t, two, EVENT_WITHDRAWN), 0);
	assert_int_equal(change_of_child(t, &child, f->arena, &c), 0);
	assert_int_equal(c.number, one);
	uint64_t three = propose(f, t, "a.ch.", 4, one);
	STEPS(f, t, three, EVENT_RELEASED);
	/* The registry takes the old one first: the new one may go out from there, too. */
	bool yes;
	assert_int_equal(change_get(t, three, f->arena, &c), 0);
	assert_int_equal(change_is_exportable(t, &c, FIXTURE_NOW, DAY, &yes), 0);
	assert_true(yes);
	put_ds(f, t, "a.ch.", 2);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(change_is_exportable(t, &c, FIXTURE_NOW, DAY, &yes), 0);
	assert_true(yes);
	assert_int_equal(journal_reconcile(t, f->crypto, &(struct name){ 0 }, FIXTURE_NOW, &done), ERR_NOTFOUND);
	struct name ch = fixture_name("ch.");
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, one), EVENT_PUBLISHED);
	assert_int_equal(state_of(f, t, three), EVENT_RELEASED);
	assert_int_equal(change_of_child(t, &child, f->arena, &c), 0);
	assert_int_equal(c.number, three);
	fixture_commit(t);
}

static void test_published_closes_what_it_superseded(void **state)
{
	struct fixture *f = *state;
	struct name ch = fixture_name("ch.");
	struct name child = fixture_name("a.ch.");
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, one, EVENT_RELEASED, EVENT_CLAIMED);
	uint64_t two = propose(f, t, "a.ch.", 3, one);
	STEPS(f, t, two, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	uint64_t three = propose(f, t, "a.ch.", 4, two);
	STEPS(f, t, three, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT, EVENT_ACKED);
	put_ds(f, t, "a.ch.", 4);
	fixture_load(f, t, "ch.", 2);
	struct reconciled done = { 0 };
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, three), EVENT_PUBLISHED);
	assert_int_equal(state_of(f, t, two), EVENT_WITHDRAWN);
	assert_int_equal(state_of(f, t, one), EVENT_WITHDRAWN);
	struct change c;
	assert_int_equal(change_of_child(t, &child, f->arena, &c), ERR_NOTFOUND);
	fixture_commit(t);
}

static void test_published_only_from_a_newer_generation(void **state)
{
	struct fixture *f = *state;
	struct name ch = fixture_name("ch.");
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t c = propose(f, t, "a.ch.", 2, 0);
	put_ds(f, t, "a.ch.", 2);
	STEPS(f, t, c, EVENT_RELEASED);
	assert_int_equal(journal_ack(t, f->crypto, FIXTURE_NOW, c), 0);
	struct reconciled done = { .published = 9 };
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW, &done), 0);
	assert_int_equal(done.published, 0);
	assert_int_equal(event_of(f, t, c, EVENT_PUBLISHED), ERR_CONFLICT);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, c), EVENT_PUBLISHED);
	assert_int_equal(journal_ack(t, f->crypto, FIXTURE_NOW, c), ERR_CONFLICT);
	fixture_commit(t);
}

static void test_reconcile_leaves_and_withdraws(void **state)
{
	struct fixture *f = *state;
	struct name ch = fixture_name("ch.");
	struct txn *t = fixture_begin(f, STORE_WRITE);
	put_ds(f, t, "c.ch.", 1);
	put_ds(f, t, "d.ch.", 1);
	put_ds(f, t, "x.co.ch.", 1);
	uint64_t acked = propose(f, t, "a.ch.", 2, 0);
	uint64_t moved = propose(f, t, "b.ch.", 2, 0);
	uint64_t gone = propose(f, t, "c.ch.", 2, 0);
	uint64_t quiet = propose(f, t, "d.ch.", 2, 0);
	uint64_t foreign = propose(f, t, "x.co.ch.", 2, 0);
	STEPS(f, t, acked, EVENT_RELEASED, EVENT_ACKED);
	STEPS(f, t, moved, EVENT_RELEASED);
	STEPS(f, t, gone, EVENT_HELD);
	struct delegation d = fixture_delegation(f, "b.ch.", "two.net.", 1);
	fixture_put(f, t, &d);
	struct name child = fixture_name("c.ch.");
	assert_int_equal(delegation_del(t, f->crypto, &child, FIXTURE_NOW), 0);
	child = fixture_name("x.co.ch.");
	assert_int_equal(delegation_del(t, f->crypto, &child, FIXTURE_NOW), 0);
	fixture_load(f, t, "co.ch.", 5);
	fixture_load(f, t, "ch.", 2);
	struct reconciled done = { .published = 9 };
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 3 * DAY, &done), 0);
	assert_int_equal(done.published, 0);
	assert_int_equal(state_of(f, t, acked), EVENT_ACKED);
	assert_int_equal(state_of(f, t, quiet), EVENT_PROPOSED);
	assert_int_equal(state_of(f, t, foreign), EVENT_PROPOSED);
	assert_int_equal(state_of(f, t, gone), EVENT_WITHDRAWN);
	struct change c;
	assert_int_equal(change_get(t, moved, f->arena, &c), 0);
	assert_int_equal(c.state, EVENT_WITHDRAWN);
	assert_int_equal(c.withdrawn_for, REASON_STALE_EVIDENCE);
	fixture_commit(t);
}

/* An export that was killed between claim and end may have delivered: the parent tells. */
static void test_claimed_is_published_when_shown(void **state)
{
	struct fixture *f = *state;
	struct name ch = fixture_name("ch.");
	struct name child = fixture_name("a.ch.");
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t number = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, number, EVENT_RELEASED, EVENT_CLAIMED);
	put_ds(f, t, "a.ch.", 2);
	fixture_load(f, t, "ch.", 2);
	struct reconciled done = { 0 };
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, number), EVENT_PUBLISHED);
	struct change c;
	assert_int_equal(change_of_child(t, &child, f->arena, &c), ERR_NOTFOUND);
	fixture_commit(t);
}

/* So may one that was sent and is said to have failed: nobody else had asked for that. */
static void test_failed_is_published_when_shown(void **state)
{
	struct fixture *f = *state;
	struct name ch = fixture_name("ch.");
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t number = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED);
	fixture_load(f, t, "ch.", 2);
	struct reconciled done = { 0 };
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_int_equal(done.published, 0);
	put_ds(f, t, "a.ch.", 2);
	fixture_load(f, t, "ch.", 3);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, number), EVENT_PUBLISHED);
	fixture_commit(t);
}

/* The registry took the change, and then somebody set other keys by another way: the change is history, or the child
 * could never ask for that set again. */
static void test_overtaken_by_the_parent(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		uint16_t tag;		/* DS in the parent now */
		uint8_t digest_type;	/* 0: as it is */
		uint64_t generation;
		enum event_kind expected;
	} cases[] = {
		{ "not yet there", 1, 0, 2, EVENT_ACKED },
		{ "other keys", 9, 0, 2, EVENT_WITHDRAWN },
		{ "other keys, but of the generation in which it was acknowledged", 9, 0, 1, EVENT_ACKED },
		{ "removed", 0, 0, 2, EVENT_WITHDRAWN },
		{ "the keys asked for, by digests of the registry's own (A-10)", 3, 4, 2, EVENT_ACKED },
		{ "where the change stands that it superseded", 2, 0, 2, EVENT_ACKED },
		{ "there", 3, 0, 2, EVENT_PUBLISHED },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct name ch = fixture_name("ch.");
		struct name child = fixture_name("a.ch.");
		struct txn *t = fixture_begin(f, STORE_WRITE);
		uint64_t one = propose(f, t, "a.ch.", 2, 0);
		STEPS(f, t, one, EVENT_RELEASED, EVENT_CLAIMED);
		uint64_t two = propose(f, t, "a.ch.", 3, one);
		STEPS(f, t, two, EVENT_RELEASED, EVENT_ACKED);
		struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", cases[i].tag);
		if (cases[i].digest_type != 0) {
			d.ds.ds[0].digest_type = cases[i].digest_type;
		}
		fixture_put(f, t, &d);
		fixture_load(f, t, "ch.", cases[i].generation);
		struct reconciled done;
		assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
		if (state_of(f, t, two) != cases[i].expected) {
			fail_msg("%s: %s", cases[i].label, event_kind_text(state_of(f, t, two)));
		}
		struct change c;
		bool open = cases[i].expected == EVENT_ACKED;
		assert_int_equal(change_of_child(t, &child, f->arena, &c), open ? 0 : ERR_NOTFOUND);
		txn_abort(t);
	}
}

/* A first DS set, from none to one, with the same compare-and-set as every change. */
static void test_first_ds_set(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	put_ds(f, t, "a.ch.", 0);
	struct change c = make_change(f, "a.ch.", 2, 0);
	c.class = CHANGE_INITIAL;
	c.ds_before = (struct ds_set){ 0 };
	c.ds_ttl = 900;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	STEPS(f, t, c.number, EVENT_RELEASED);
	struct change back;
	bool yes;
	assert_int_equal(change_get(t, c.number, f->arena, &back), 0);
	assert_true(back.class == CHANGE_INITIAL && back.ds_before.count == 0 && back.ds_after.count == 1 && back.ds_ttl == 900);
	assert_int_equal(change_is_exportable(t, &back, FIXTURE_NOW, DAY, &yes), 0);
	assert_true(yes);
	/* Somebody else was quicker. */
	put_ds(f, t, "a.ch.", 7);
	assert_int_equal(change_is_exportable(t, &back, FIXTURE_NOW, DAY, &yes), 0);
	assert_false(yes);
	enum reason why;
	assert_int_equal(change_is_stale(t, &back, FIXTURE_NOW, DAY, &why), 0);
	assert_int_equal(why, REASON_STALE_EVIDENCE);
	put_ds(f, t, "a.ch.", 0);
	STEPS(f, t, c.number, EVENT_CLAIMED, EVENT_SENT);
	fixture_load(f, t, "ch.", 2);
	struct reconciled done;
	struct name origin = fixture_name("ch.");
	assert_int_equal(journal_reconcile(t, f->crypto, &origin, FIXTURE_NOW, &done), 0);
	assert_int_equal(done.published, 0);
	put_ds(f, t, "a.ch.", 2);
	fixture_load(f, t, "ch.", 3);
	assert_int_equal(journal_reconcile(t, f->crypto, &origin, FIXTURE_NOW, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, c.number), EVENT_PUBLISHED);
	fixture_commit(t);
}

/* the DS set of a change of the TTL was there before it; of another change the TTL is no matter. */
static void test_ttl_is_shown_by_the_ttl(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct change ttl = make_change(f, "a.ch.", 1, 0);
	ttl.class = CHANGE_TTL;
	ttl.ds_ttl = 7200;
	struct change other = make_change(f, "b.ch.", 2, 0);
	other.ds_ttl = 900;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &ttl), 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &other), 0);
	STEPS(f, t, ttl.number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	STEPS(f, t, other.number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	struct reconciled done;
	struct name origin = fixture_name("ch.");
	put_ds(f, t, "b.ch.", 2);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(journal_reconcile(t, f->crypto, &origin, FIXTURE_NOW, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, ttl.number), EVENT_SENT);
	assert_int_equal(state_of(f, t, other.number), EVENT_PUBLISHED);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 1);
	d.ds_ttl = 7200;
	fixture_put(f, t, &d);
	fixture_load(f, t, "ch.", 3);
	assert_int_equal(journal_reconcile(t, f->crypto, &origin, FIXTURE_NOW, &done), 0);
	assert_int_equal(done.published, 1);
	assert_int_equal(state_of(f, t, ttl.number), EVENT_PUBLISHED);
	fixture_commit(t);
}

static void test_exportable_and_stale(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind path[4];
		enum reason why;		/* of the last event */
		uint64_t age;
		const char *operator_zone;	/* of the delegation now */
		uint16_t tag;
		bool exportable;
		bool stale;
	} cases[] = {
		{ "released and fresh", { EVENT_RELEASED }, REASON_NONE, 0, "one.net.", 1, true, false },
		{ "the last second", { EVENT_RELEASED }, REASON_NONE, DAY - 1, "one.net.", 1, true, false },
		{ "the clock went back a little", { EVENT_RELEASED }, REASON_NONE, (uint64_t)-60, "one.net.", 1, true, false },
		{ "judged by a clock that was a day ahead", { EVENT_RELEASED }, REASON_NONE, (uint64_t)-DAY, "one.net.", 1, false,
			true },
		{ "a day old", { EVENT_RELEASED }, REASON_NONE, DAY, "one.net.", 1, false, true },
		{ "proposed", { 0 }, REASON_NONE, 0, "one.net.", 1, false, false },
		{ "proposed and old", { 0 }, REASON_NONE, DAY, "one.net.", 1, false, true },
		{ "other DS", { EVENT_RELEASED }, REASON_NONE, 0, "one.net.", 9, false, true },
		{ "no DS any more", { EVENT_RELEASED }, REASON_NONE, 0, "one.net.", 0, false, true },
		{ "other name servers", { EVENT_RELEASED }, REASON_NONE, 0, "two.net.", 1, false, true },
		{ "held by a decision, old", { EVENT_HELD }, REASON_HOLD_UNREACHABLE, DAY, "one.net.", 1, false, true },
		{ "held by an operator, old", { EVENT_HELD }, REASON_NONE, DAY, "one.net.", 1, false, false },
		{ "held by the brake, old", { EVENT_HELD }, REASON_BRAKE_ENGAGED, DAY, "one.net.", 1, false, false },
		{ "held by the brake, moved", { EVENT_HELD }, REASON_BRAKE_ENGAGED, DAY, "one.net.", 9, false, true },
		{ "held for a freeze, old", { EVENT_HELD }, REASON_HOLD_FREEZE, DAY, "one.net.", 1, false, false },
		{ "confirmed, old", { EVENT_HELD, EVENT_CONFIRMED }, REASON_HOLD_UNREACHABLE, DAY, "one.net.", 1, false, true },
		{ "held by an operator, moved", { EVENT_HELD }, REASON_NONE, DAY, "two.net.", 1, false, true },
		{ "claimed", { EVENT_RELEASED, EVENT_CLAIMED }, REASON_NONE, 0, "one.net.", 1, true, false },
		{ "sent", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, REASON_NONE, 0, "one.net.", 1, true, false },
		{ "failed", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, REASON_NONE, 0, "one.net.", 1, true, false },
		{ "acked", { EVENT_RELEASED, EVENT_ACKED }, REASON_NONE, 0, "one.net.", 1, false, false },
		{ "claimed, other DS", { EVENT_RELEASED, EVENT_CLAIMED }, REASON_NONE, 0, "one.net.", 9, false, false },
		{ "claimed and old", { EVENT_RELEASED, EVENT_CLAIMED }, REASON_NONE, DAY, "one.net.", 1, false, false },
		{ "failed and old", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, REASON_NONE, DAY, "one.net.", 1, false,
			true },
		{ "withdrawn", { EVENT_WITHDRAWN }, REASON_NONE, DAY, "two.net.", 1, false, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		uint64_t number = propose(f, t, "a.ch.", 2, 0);
		for (size_t k = 0; k < 4 && cases[i].path[k] != 0; k++) {
			assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, number, cases[i].path[k], cases[i].why), 0);
		}
		struct delegation d = fixture_delegation(f, "a.ch.", cases[i].operator_zone, cases[i].tag);
		fixture_put(f, t, &d);
		struct change c;
		bool exportable = true;
		enum reason stale;
		assert_int_equal(change_get(t, number, f->arena, &c), 0);
		assert_int_equal(change_is_exportable(t, &c, FIXTURE_NOW + cases[i].age, DAY, &exportable), 0);
		assert_int_equal(change_is_stale(t, &c, FIXTURE_NOW + cases[i].age, DAY, &stale), 0);
		if (exportable != cases[i].exportable || stale != (cases[i].stale ? REASON_STALE_EVIDENCE : REASON_NONE)) {
			fail_msg("%s: exportable %d, stale %d", cases[i].label, exportable, stale);
		}
		txn_abort(t);
	}
}

static int fail_for(struct fixture *f, struct txn *t, uint64_t change, enum reason why)
{
	return journal_event(t, f->crypto, FIXTURE_NOW + 1, change, EVENT_FAILED, why);
}

/* why a target did not take a change stays with it; it is void once a newer generation shows what the target had. */
static void test_failed_for(void **state)
{
	struct fixture *f = *state;
	struct name ch = fixture_name("ch.");
	struct reconciled done;
	struct change c;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t a = propose(f, t, "a.ch.", 2, 0);
	uint64_t b = propose(f, t, "b.ch.", 2, 0);
	STEPS(f, t, a, EVENT_RELEASED, EVENT_CLAIMED);
	STEPS(f, t, b, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	assert_int_equal(fail_for(f, t, a, REASON_APPLY_CONFLICT), 0);
	assert_int_equal(fail_for(f, t, b, REASON_APPLY_FAILED), 0);
	assert_int_equal(change_get(t, a, f->arena, &c), 0);
	assert_int_equal(c.failed_for, REASON_APPLY_CONFLICT);
	assert_int_equal(change_get(t, b, f->arena, &c), 0);
	assert_int_equal(c.failed_for, REASON_APPLY_FAILED);
	put_ds(f, t, "a.ch.", 3);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
	assert_int_equal(change_get(t, a, f->arena, &c), 0);
	assert_int_equal(c.state, EVENT_WITHDRAWN);
	assert_int_equal(c.failed_for, REASON_NONE);
	assert_int_equal(change_get(t, b, f->arena, &c), 0);
	assert_int_equal(c.state, EVENT_FAILED);
	STEPS(f, t, b, EVENT_CLAIMED);
	assert_int_equal(change_get(t, b, f->arena, &c), 0);
	assert_int_equal(c.failed_for, REASON_NONE);
	txn_abort(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_superseding_what_has_left),
		TEST(test_published_closes_what_it_superseded),
		TEST(test_published_only_from_a_newer_generation),
		TEST(test_reconcile_leaves_and_withdraws),
		TEST(test_claimed_is_published_when_shown),
		TEST(test_failed_is_published_when_shown),
		TEST(test_overtaken_by_the_parent),
		TEST(test_first_ds_set),
		TEST(test_ttl_is_shown_by_the_ttl),
		TEST(test_exportable_and_stale),
		TEST(test_failed_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
