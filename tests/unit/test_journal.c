/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: what may follow what, one outstanding change per child, the chain. */
#include "tests/unit/store_fixture.h"

#include "registry/store/journal.h"
#include "registry/store/runs.h"

#define DAY 86400u

static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){ 0 };
	fixture_make(&f);
	fixture_open(&f, STORE_WRITE);
	struct txn *t = fixture_begin(&f, STORE_WRITE);
	fixture_load(&f, t, "ch.", 1);
	struct delegation d = fixture_delegation(&f, "a.ch.", "one.net.", 1);
	fixture_put(&f, t, &d);
	d = fixture_delegation(&f, "b.ch.", "one.net.", 1);
	fixture_put(&f, t, &d);
	fixture_commit(t);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

/* From DS 1 as in the delegation to DS tag (0: none). */
static struct change make_change(struct fixture *f, const char *child, uint16_t tag, uint64_t supersedes)
{
	struct delegation d = fixture_delegation(f, child, "one.net.", 1);
	struct change c = { .child = d.child, .class = tag == 0 ? CHANGE_DELETE : CHANGE_UPDATE, .generation = 1,
		.judged_at = FIXTURE_NOW, .supersedes = supersedes, .ds_before = d.ds, .ds_ttl = 3600, .ns_count = 2 };
	c.ns_before = arena_array(f->arena, 2, sizeof(*c.ns_before));
	c.ns_before[0] = d.hosts[0].name;
	c.ns_before[1] = d.hosts[1].name;
	if (tag != 0) {
		c.ds_after.count = 1;
		c.ds_after.ds = arena_array(f->arena, 1, sizeof(*c.ds_after.ds));
		c.ds_after.ds[0] = fixture_ds(tag);
	}
	return c;
}

static uint64_t propose(struct fixture *f, struct txn *t, const char *child, uint16_t tag, uint64_t supersedes)
{
	struct change c = make_change(f, child, tag, supersedes);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	return c.number;
}

static int event_of(struct fixture *f, struct txn *t, uint64_t change, enum event_kind kind)
{
	return journal_event(t, f->crypto, FIXTURE_NOW + 1, change, kind, REASON_NONE);
}

static void steps(struct fixture *f, struct txn *t, uint64_t change, const enum event_kind *kinds)
{
	for (; *kinds != 0; kinds++) {
		assert_int_equal(event_of(f, t, change, *kinds), 0);
	}
}

#define STEPS(f, t, change, ...) steps(f, t, change, (const enum event_kind[]){ __VA_ARGS__, (enum event_kind)0 })

static enum event_kind state_of(struct fixture *f, struct txn *t, uint64_t number)
{
	struct change c;
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	return c.state;
}

static void put_ds(struct fixture *f, struct txn *t, const char *child, uint16_t tag)
{
	struct delegation d = fixture_delegation(f, child, "one.net.", tag);
	fixture_put(f, t, &d);
}

static void test_change_round_trip(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct change c = make_change(f, "a.ch.", 2, 0);
	c.run = 7;
	c.sequence = 1042;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	assert_int_equal(c.number, 1);
	assert_int_equal(c.state, EVENT_PROPOSED);
	fixture_commit(t);
	t = fixture_begin(f, STORE_READ);
	struct change back;
	assert_int_equal(change_get(t, 1, f->arena, &back), 0);
	assert_true(name_equal(&back.child, &c.child));
	assert_true(back.run == 7 && back.sequence == 1042 && back.generation == 1 && back.judged_at == FIXTURE_NOW);
	assert_true(back.class == CHANGE_UPDATE && back.ds_ttl == 3600 && back.ns_count == 2);
	assert_true(name_equal(&back.ns_before[1], &c.ns_before[1]));
	assert_true(ds_set_equal(&back.ds_before, &c.ds_before) && ds_set_equal(&back.ds_after, &c.ds_after));
	assert_memory_equal(back.hash, c.hash, sizeof(c.hash));
	assert_int_equal(change_get(t, 2, f->arena, &back), ERR_NOTFOUND);
	assert_int_equal(change_next(t, 0, f->arena, &back), 0);
	assert_int_equal(back.number, 1);
	assert_int_equal(change_next(t, 2, f->arena, &back), ERR_NOTFOUND);
	fixture_commit(t);
}

static void test_largest_change(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct change c = make_change(f, "a.ch.", 2, 0);
	char label[64];
	memset(label, 'x', 63);
	label[63] = '\0';
	char text[256];
	struct ds *ds = arena_array(f->arena, LIMIT_DS + 1, sizeof(*ds));
	struct name *ns = arena_array(f->arena, LIMIT_NS_HOSTS + 1, sizeof(*ns));
	for (size_t i = 0; i <= LIMIT_DS; i++) {
		ds[i] = fixture_ds((uint16_t)i);
		ds[i].size = LIMIT_DIGEST_OCTETS;
	}
	for (unsigned i = 0; i <= LIMIT_NS_HOSTS; i++) {
		snprintf(text, sizeof(text), "%s.%s.%s.%.53s%02u.ch.", label, label, label, label, i);
		ns[i] = fixture_name(text);
	}
	c.ds_before = (struct ds_set){ .count = LIMIT_DS, .ds = ds };
	c.ds_after = (struct ds_set){ .count = LIMIT_DS, .ds = ds };
	c.ns_before = ns;
	c.ns_count = LIMIT_NS_HOSTS + 1;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), ERR_LIMIT);
	c.ns_count = LIMIT_NS_HOSTS;
	c.ds_after.count = LIMIT_DS + 1;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), ERR_LIMIT);
	c.ds_after.count = LIMIT_DS;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	struct change back;
	assert_int_equal(change_get(t, c.number, f->arena, &back), 0);
	assert_int_equal(back.ns_count, LIMIT_NS_HOSTS);
	assert_true(ds_set_equal(&back.ds_after, &c.ds_after));
	fixture_commit(t);
}

/* Every pair of state and event. A state is reached by the events before the dash. */
static void test_transitions(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind path[5];
		const char *allowed;	/* letters as in kinds below */
	} cases[] = {
		{ "proposed", { 0 }, "RHW" },
		{ "released", { EVENT_RELEASED }, "CHWA" },
		{ "held", { EVENT_HELD }, "RW" },
		{ "claimed", { EVENT_RELEASED, EVENT_CLAIMED }, "SFR" },
		{ "sent", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, "AFP" },
		{ "acked", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT, EVENT_ACKED }, "P" },
		{ "acked by hand", { EVENT_RELEASED, EVENT_ACKED }, "P" },
		{ "failed", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, "CWR" },
		{ "withdrawn", { EVENT_WITHDRAWN }, "" },
	};
	static const struct {
		char letter;
		enum event_kind kind;
	} kinds[] = { { 'R', EVENT_RELEASED }, { 'H', EVENT_HELD }, { 'C', EVENT_CLAIMED }, { 'S', EVENT_SENT },
		{ 'A', EVENT_ACKED }, { 'F', EVENT_FAILED }, { 'W', EVENT_WITHDRAWN }, { 'P', EVENT_PUBLISHED } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			struct txn *t = fixture_begin(f, STORE_WRITE);
			uint64_t c = propose(f, t, "a.ch.", 2, 0);
			for (size_t p = 0; p < 5 && cases[i].path[p] != 0; p++) {
				assert_int_equal(event_of(f, t, c, cases[i].path[p]), 0);
			}
			fixture_load(f, t, "ch.", 2);
			bool allowed = strchr(cases[i].allowed, kinds[k].letter) != NULL;
			int rc = event_of(f, t, c, kinds[k].kind);
			if (rc != (allowed ? 0 : ERR_CONFLICT) || txn_error(t) != 0) {
				fail_msg("%s after %s: %d", event_kind_text(kinds[k].kind), cases[i].label, rc);
			}
			txn_abort(t);
		}
	}
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(event_of(f, t, 99, EVENT_RELEASED), ERR_NOTFOUND);
	assert_int_equal(event_of(f, t, 99, EVENT_PROPOSED), ERR_ARG);
	assert_int_equal(event_of(f, t, 99, (enum event_kind)10), ERR_ARG);
	fixture_commit(t);
}

static void test_one_outstanding_change(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	uint64_t other = propose(f, t, "b.ch.", 2, 0);
	struct change second = make_change(f, "a.ch.", 3, 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &second), ERR_CONFLICT);
	second.supersedes = other;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &second), ERR_CONFLICT);
	/* Not left yet: it is withdrawn in favour of the new one. */
	uint64_t two = propose(f, t, "a.ch.", 3, one);
	struct change c;
	assert_int_equal(change_get(t, one, f->arena, &c), 0);
	assert_int_equal(c.state, EVENT_WITHDRAWN);
	assert_int_equal(c.withdrawn_for, REASON_ACCEPT_UPDATE);
	assert_int_equal(change_of_child(t, &c.child, f->arena, &c), 0);
	assert_int_equal(c.number, two);
	struct name after = { 0 };
	assert_int_equal(change_outstanding_next(t, &after, f->arena, &c), 0);
	assert_int_equal(c.number, two);
	assert_int_equal(change_outstanding_next(t, &c.child, f->arena, &c), 0);
	assert_int_equal(c.number, other);
	assert_int_equal(change_outstanding_next(t, &c.child, f->arena, &c), ERR_NOTFOUND);
	/* A withdrawn child has nothing outstanding and may start anew. */
	assert_int_equal(event_of(f, t, two, EVENT_WITHDRAWN), 0);
	struct name child = fixture_name("a.ch.");
	assert_int_equal(change_of_child(t, &child, f->arena, &c), ERR_NOTFOUND);
	propose(f, t, "a.ch.", 4, 0);
	fixture_commit(t);
}

static void test_pending(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind path[5];
		enum pending_state expected;
	} cases[] = {
		{ "proposed", { 0 }, PENDING_PROPOSED },
		{ "held", { EVENT_HELD }, PENDING_PROPOSED },
		{ "released", { EVENT_RELEASED }, PENDING_RELEASED },
		{ "claimed", { EVENT_RELEASED, EVENT_CLAIMED }, PENDING_SENT },
		{ "sent", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, PENDING_SENT },
		{ "acked", { EVENT_RELEASED, EVENT_ACKED }, PENDING_SENT },
		{ "failed", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, PENDING_RELEASED },
		{ "withdrawn", { EVENT_WITHDRAWN }, PENDING_NONE },
	};
	struct name child = fixture_name("a.ch.");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct pending p = { .state = PENDING_SENT };
		assert_int_equal(pending_of_child(t, &child, f->arena, &p), 0);
		assert_int_equal(p.state, PENDING_NONE);
		uint64_t c = propose(f, t, "a.ch.", 2, 0);
		for (size_t k = 0; k < 5 && cases[i].path[k] != 0; k++) {
			assert_int_equal(event_of(f, t, c, cases[i].path[k]), 0);
		}
		assert_int_equal(pending_of_child(t, &child, f->arena, &p), 0);
		if (p.state != cases[i].expected || (p.state != PENDING_NONE && (p.change != c || p.ds_after.count != 1))) {
			fail_msg("%s", cases[i].label);
		}
		txn_abort(t);
	}
}

/* what has left stays open beside the change that supersedes it. */
static void test_superseding_what_has_left(void **state)
{
	struct fixture *f = *state;
	struct name child = fixture_name("a.ch.");
	struct change c;
	uint64_t published;
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
	assert_int_equal(journal_reconcile(t, f->crypto, &(struct name){ 0 }, FIXTURE_NOW, &published), ERR_NOTFOUND);
	struct name ch = fixture_name("ch.");
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &published), 0);
	assert_int_equal(published, 1);
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
	uint64_t published = 0;
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &published), 0);
	assert_int_equal(published, 1);
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
	uint64_t published = 9;
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW, &published), 0);
	assert_int_equal(published, 0);
	assert_int_equal(event_of(f, t, c, EVENT_PUBLISHED), ERR_CONFLICT);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW, &published), 0);
	assert_int_equal(published, 1);
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
	assert_int_equal(delegation_del(t, f->crypto, &child), 0);
	child = fixture_name("x.co.ch.");
	assert_int_equal(delegation_del(t, f->crypto, &child), 0);
	fixture_load(f, t, "co.ch.", 5);
	fixture_load(f, t, "ch.", 2);
	uint64_t published = 9;
	assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 3 * DAY, &published), 0);
	assert_int_equal(published, 0);
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
		{ "a day old", { EVENT_RELEASED }, REASON_NONE, DAY, "one.net.", 1, false, true },
		{ "proposed", { 0 }, REASON_NONE, 0, "one.net.", 1, false, false },
		{ "proposed and old", { 0 }, REASON_NONE, DAY, "one.net.", 1, false, true },
		{ "other DS", { EVENT_RELEASED }, REASON_NONE, 0, "one.net.", 9, false, true },
		{ "no DS any more", { EVENT_RELEASED }, REASON_NONE, 0, "one.net.", 0, false, true },
		{ "other name servers", { EVENT_RELEASED }, REASON_NONE, 0, "two.net.", 1, false, true },
		{ "held by a decision, old", { EVENT_HELD }, REASON_HOLD_UNREACHABLE, DAY, "one.net.", 1, false, true },
		{ "held by an operator, old", { EVENT_HELD }, REASON_NONE, DAY, "one.net.", 1, false, false },
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
		bool stale = true;
		assert_int_equal(change_get(t, number, f->arena, &c), 0);
		assert_int_equal(change_is_exportable(t, &c, FIXTURE_NOW + cases[i].age, DAY, &exportable), 0);
		assert_int_equal(change_is_stale(t, &c, FIXTURE_NOW + cases[i].age, DAY, &stale), 0);
		if (exportable != cases[i].exportable || stale != cases[i].stale) {
			fail_msg("%s: exportable %d, stale %d", cases[i].label, exportable, stale);
		}
		txn_abort(t);
	}
}

static void test_run_releases_its_own(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	put_ds(f, t, "c.ch.", 1);
	struct run r = { .origin = fixture_name("ch."), .generation = 1 };
	assert_int_equal(run_new(t, &r), 0);
	struct change own = make_change(f, "a.ch.", 2, 0);
	struct change held = make_change(f, "b.ch.", 2, 0);
	struct change other = make_change(f, "c.ch.", 2, 0);
	own.run = held.run = r.number;
	other.run = r.number + 1;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &own), 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &held), 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &other), 0);
	STEPS(f, t, held.number, EVENT_HELD);
	assert_int_equal(run_finish(t, f->crypto, &r, RUN_FINISHED, FIXTURE_NOW + 5), 0);
	assert_int_equal(state_of(f, t, own.number), EVENT_RELEASED);
	assert_int_equal(state_of(f, t, held.number), EVENT_HELD);
	assert_int_equal(state_of(f, t, other.number), EVENT_PROPOSED);
	fixture_commit(t);
}

static void test_chain(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t head;
	uint8_t head_hash[SHA256_OCTETS];
	static const uint8_t zero[SHA256_OCTETS];
	assert_int_equal(journal_head(t, &head, head_hash), 0);
	assert_int_equal(head, 0);
	assert_memory_equal(head_hash, zero, sizeof(zero));
	uint64_t c = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, c, EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED);
	uint8_t last[SHA256_OCTETS] = { 0 };
	struct event e;
	uint64_t sequence = 0;
	int rc;
	while ((rc = event_next(t, sequence + 1, f->arena, &e)) == 0) {
		assert_int_equal(e.sequence, sequence + 1);
		assert_int_equal(e.change, c);
		assert_memory_equal(e.previous, last, sizeof(last));
		assert_memory_not_equal(e.hash, last, sizeof(last));
		memcpy(last, e.hash, sizeof(last));
		sequence = e.sequence;
	}
	assert_int_equal(rc, ERR_NOTFOUND);
	assert_int_equal(sequence, 4);
	assert_int_equal(journal_head(t, &head, head_hash), 0);
	assert_int_equal(head, 4);
	assert_memory_equal(head_hash, last, sizeof(last));
	fixture_commit(t);
}

static void test_change_id(void **state)
{
	struct fixture *f = *state;
	char text[CHANGE_ID_TEXT];
	uint64_t number = 0;
	change_id_text(f->store, 18446744073709551615u, text);
	assert_string_equal(text, "00112233-4455-6677-8899-aabbccddeeff/1/18446744073709551615");
	assert_int_equal(change_id_parse(f->store, text, &number), 0);
	assert_true(number == UINT64_MAX);
	static const struct {
		const char *text;
		int expected;
	} cases[] = {
		{ "", ERR_FORMAT },
		{ "5", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/x", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/1x", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/01", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/-1", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/18446744073709551616", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/2/1", ERR_CONFLICT },
		{ "10112233-4455-6677-8899-aabbccddeeff/1/1", ERR_CONFLICT },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (change_id_parse(f->store, cases[i].text, &number) != cases[i].expected) {
			fail_msg("%s", cases[i].text);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_change_round_trip),
		TEST(test_largest_change),
		TEST(test_transitions),
		TEST(test_one_outstanding_change),
		TEST(test_pending),
		TEST(test_superseding_what_has_left),
		TEST(test_published_closes_what_it_superseded),
		TEST(test_published_only_from_a_newer_generation),
		TEST(test_reconcile_leaves_and_withdraws),
		TEST(test_exportable_and_stale),
		TEST(test_run_releases_its_own),
		TEST(test_chain),
		TEST(test_change_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
