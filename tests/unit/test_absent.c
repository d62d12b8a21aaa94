/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children whose delegation is gone: how long they are remembered. */
#include "tests/unit/load_fixture.h"

#include "registry/store/absent.h"
#include "registry/store/db.h"
#include "registry/store/notices.h"
#include "registry/store/records.h"
#include "registry/store/verify.h"

static void put_state(struct fixture *f, struct txn *t, const char *child)
{
	struct child_state s = { .last_reason = REASON_NOOP_IN_SYNC, .suspended = SUSPENDED_BY_OPERATOR };
	struct name name = fixture_name(child);
	struct slice octets;
	struct key key;
	key_name(&name, &key);
	assert_int_equal(child_state_encode(&s, f->arena, &octets), 0);
	assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
}

static bool has_state(struct fixture *f, struct txn *t, const char *child)
{
	struct name name = fixture_name(child);
	struct child_state s;
	int rc = state_get(t, &name, f->arena, &s);
	assert_true(rc == 0 || rc == ERR_NOTFOUND);
	return rc == 0;
}

static uint64_t forget(struct fixture *f, struct txn *t, const char *origin, uint64_t now)
{
	struct name name = fixture_name(origin);
	struct name after = { .size = 0 };
	uint64_t forgotten = 0;
	bool done = false;
	while (!done) {
		assert_int_equal(absent_forget(t, f->crypto, &name, now, &after, &done, &forgotten), 0);
	}
	return forgotten;
}

static void del(struct fixture *f, struct txn *t, const char *child, uint64_t now)
{
	struct name name = fixture_name(child);
	assert_int_equal(delegation_del(t, f->crypto, &name, now), 0);
}

static uint64_t faults(struct fixture *f)
{
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	return report.faults;
}

/* for 90 days the rest stays, too; who comes back meanwhile is as before, and who does not is forgotten. */
static void test_gone_for_long(void **state)
{
	struct fixture *f = *state;
	const uint64_t day = 86400;
	static const char *const children[] = { "a.ch.", "b.ch.", "c.ch.", "d.ch.", "x.co.ch.", "e.li." };
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "ch.", 1);
	fixture_load(f, t, "co.ch.", 1);
	fixture_load(f, t, "li.", 1);
	for (size_t i = 0; i < 6; i++) {
		struct delegation d = fixture_delegation(f, children[i], "one.net.", 1);
		fixture_put(f, t, &d);
		if (i != 3) {
			put_state(f, t, children[i]);
		}
	}
	del(f, t, "a.ch.", FIXTURE_NOW);
	del(f, t, "b.ch.", FIXTURE_NOW);
	del(f, t, "c.ch.", FIXTURE_NOW + 5 * day);
	del(f, t, "d.ch.", FIXTURE_NOW);	/* never decided */
	del(f, t, "x.co.ch.", FIXTURE_NOW);
	del(f, t, "e.li.", FIXTURE_NOW);
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW + 90 * day - 1), 0);
	struct delegation d = fixture_delegation(f, "b.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
	/* A clock that went back makes nobody older. */
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW - 1), 0);
	fixture_commit(t);
	assert_int_equal(faults(f), 0);
	t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW + 90 * day), 1);
	static const bool kept[] = { false, true, true, false, true, true };
	for (size_t i = 0; i < 6; i++) {
		if (has_state(f, t, children[i]) != kept[i]) {
			fail_msg("%s", children[i]);
		}
	}
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW + 95 * day), 1);
	assert_false(has_state(f, t, "c.ch."));
	/* Who was away and goes again begins anew. */
	del(f, t, "b.ch.", FIXTURE_NOW + 100 * day);
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW + 180 * day), 0);
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW + 190 * day), 1);
	fixture_commit(t);
	assert_int_equal(faults(f), 0);
}

/* More than one transaction takes. */
static void test_many_gone_for_long(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "ch.", 1);
	for (unsigned i = 0; i < 2500; i++) {
		char child[16];
		snprintf(child, sizeof(child), "c%04u.ch.", i);
		struct delegation d = fixture_delegation(f, child, "one.net.", 1);
		fixture_put(f, t, &d);
		put_state(f, t, child);
		del(f, t, child, FIXTURE_NOW);
		arena_reset(f->arena);
	}
	struct name ch = fixture_name("ch.");
	struct name after = { .size = 0 };
	uint64_t forgotten = 0;
	bool done = false;
	unsigned turns = 0;
	for (; !done; turns++) {
		assert_int_equal(absent_forget(t, f->crypto, &ch, FIXTURE_NOW + ABSENT_KEPT_S, &after, &done, &forgotten), 0);
	}
	assert_int_equal(forgotten, 2500);
	assert_int_equal(turns, 3);
	fixture_commit(t);
	assert_int_equal(faults(f), 0);
}

/* What else there is of it: notices go, a change that left ends, the journal stays. */
static void test_what_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "ch.", 1);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
	put_state(f, t, "a.ch.");
	struct change c = { .child = d.child, .class = CHANGE_DELETE, .generation = 1, .judged_at = FIXTURE_NOW, .ds_before = d.ds };
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_RELEASED, REASON_NONE), 0);
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_CLAIMED, REASON_NONE), 0);
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_SENT, REASON_NONE), 0);
	const struct decision decision = { .child = d.child, .now = (uint32_t)FIXTURE_NOW, .reason = REASON_INCONSISTENT_KEYS };
	assert_int_equal(notices_update(t, &decision, REASON_NONE, &policy_preset(POLICY_DEFAULT)->notices, 0, 0), 0);
	struct name child;
	struct notice n;
	struct queued_notice q;
	assert_int_equal(notice_next(t, &(struct name){ .size = 0 }, REASON_NONE, &child, &n), 0);
	assert_int_equal(notice_queue_next(t, 0, &q), 0);
	del(f, t, "a.ch.", FIXTURE_NOW);
	fixture_load(f, t, "ch.", 2);
	assert_int_equal(forget(f, t, "ch.", FIXTURE_NOW + ABSENT_KEPT_S), 1);
	assert_int_equal(notice_next(t, &(struct name){ .size = 0 }, REASON_NONE, &child, &n), ERR_NOTFOUND);
	assert_int_equal(notice_queue_next(t, 0, &q), ERR_NOTFOUND);
	assert_int_equal(change_get(t, c.number, f->arena, &c), 0);
	assert_int_equal(c.state, EVENT_WITHDRAWN);
	assert_int_equal(c.withdrawn_for, REASON_STALE_INPUT);
	fixture_commit(t);
	assert_int_equal(faults(f), 0);
	/* The index of who is gone is looked at, too. */
	struct key key;
	t = fixture_begin(f, STORE_WRITE);
	key_name(&d.child, &key);
	assert_int_equal(absent_begin(t, &d.child, FIXTURE_NOW), 0);
	fixture_commit(t);
	assert_int_equal(faults(f), 1);
	t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(db_put(t, DB_ABSENT, key_slice(&key), (struct slice){ (const uint8_t *)"x", 1 }), 0);
	fixture_commit(t);
	assert_int_equal(faults(f), 1);
	t = fixture_begin(f, STORE_WRITE);
	fixture_put(f, t, &d);
	assert_int_equal(absent_begin(t, &d.child, FIXTURE_NOW), 0);
	fixture_commit(t);
	assert_int_equal(faults(f), 1);
}

static int load_at(struct fixture *f, const char *text, uint64_t now, struct load_report *report)
{
	const struct load_options o = { .now = now, .max_age_s = UINT32_MAX, .forget_by = now, .allow_shrink = true };
	struct source_error error;
	return load_with(f, file_text(f, "zone", text), &o, report, &error);
}

/* A source that ends early never counts as absence, whenever it is read; one that is whole does, with what it does not have. */
static void test_by_loads(void **state)
{
	struct fixture *f = *state;
	struct load_report r;
	assert_int_equal(load_at(f, SOA "a.ch. NS x.\nb.ch. NS x.\n", FIXTURE_NOW, &r), 0);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	put_state(f, t, "a.ch.");
	put_state(f, t, "b.ch.");
	fixture_commit(t);
	assert_int_equal(load_at(f, SOA_SERIAL("8") "b.ch. NS x.\na.ch. NS", FIXTURE_NOW + 1, &r), ERR_FORMAT);
	assert_int_equal(load_at(f, SOA_SERIAL("8") "b.ch. NS x.\n", FIXTURE_NOW + 2, &r), 0);
	assert_int_equal(r.removed, 1);
	const uint64_t late = FIXTURE_NOW + 2 + ABSENT_KEPT_S;
	assert_int_equal(load_at(f, SOA_SERIAL("8") "b.ch. NS x.\n", late - 1, &r), 0);
	assert_int_equal(r.forgotten, 0);
	assert_int_equal(load_at(f, SOA_SERIAL("9") "b.ch. NS", late, &r), ERR_FORMAT);
	t = fixture_begin(f, STORE_READ);
	assert_true(has_state(f, t, "a.ch.") && has_state(f, t, "b.ch."));
	fixture_commit(t);
	/* nor does an old source say who is gone. */
	const struct load_options old = { .now = late, .forget_by = late };
	struct source_error error;
	assert_int_equal(load_with(f, file_text(f, "zone", SOA_SERIAL("8") "b.ch. NS x.\n"), &old, &r, &error), 0);
	assert_int_equal(r.forgotten, 0);
	/* Also when nothing else has changed. */
	assert_int_equal(load_at(f, SOA_SERIAL("8") "b.ch. NS x.\n", late, &r), 0);
	assert_true(r.unchanged && r.forgotten == 1);
	t = fixture_begin(f, STORE_READ);
	assert_true(!has_state(f, t, "a.ch.") && has_state(f, t, "b.ch."));
	fixture_commit(t);
	assert_int_equal(faults(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_gone_for_long, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_many_gone_for_long, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_what_is_forgotten, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_by_loads, load_setup, load_teardown),
	};
	return cmocka_run_group_tests_name("absent", tests, NULL, NULL);
}
