/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store with a parent, two children and short ways to make changes of theirs. */
#pragma once

#include "tests/unit/store_fixture.h"

#include "registry/store/journal.h"
#include "registry/store/runs.h"

#define DAY 86400u

static inline int journal_setup(void **state)
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

static inline int journal_teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

/* From DS 1 as in the delegation to DS tag (0: none). */
static inline struct change make_change(struct fixture *f, const char *child, uint16_t tag, uint64_t supersedes)
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

static inline uint64_t propose(struct fixture *f, struct txn *t, const char *child, uint16_t tag, uint64_t supersedes)
{
	struct change c = make_change(f, child, tag, supersedes);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	return c.number;
}

static inline int event_of(struct fixture *f, struct txn *t, uint64_t change, enum event_kind kind)
{
	return journal_event(t, f->crypto, FIXTURE_NOW + 1, change, kind, REASON_NONE);
}

static inline void steps(struct fixture *f, struct txn *t, uint64_t change, const enum event_kind *kinds)
{
	for (; *kinds != 0; kinds++) {
		assert_int_equal(event_of(f, t, change, *kinds), 0);
	}
}

#define STEPS(f, t, change, ...) steps(f, t, change, (const enum event_kind[]){ __VA_ARGS__, (enum event_kind)0 })

static inline enum event_kind state_of(struct fixture *f, struct txn *t, uint64_t number)
{
	struct change c;
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	return c.state;
}

static inline void put_ds(struct fixture *f, struct txn *t, const char *child, uint16_t tag)
{
	struct delegation d = fixture_delegation(f, child, "one.net.", tag);
	fixture_put(f, t, &d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, journal_setup, journal_teardown)
