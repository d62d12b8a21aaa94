/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a load tells of a child beside its changes: what the parent took, and that it is another domain. */
#include "tests/unit/journal_fixture.h"

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/records.h"

/* DSA-7.1-3: the state of a child is told what the parent took, and nothing of what was withdrawn or overtaken. */
static void test_state_is_told(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind one[4];		/* of a delete; the change that supersedes it is released */
		bool superseded;
		uint16_t tag;			/* DS in the parent now; 0: none */
		bool told;			/* that the parent took the delete */
	} cases[] = {
		{ "sent and taken", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, false, 0, true },
		{ "sent, superseded, and taken", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, true, 0, true },
		{ "never sent, and done by others", { EVENT_RELEASED }, false, 0, true },
		{ "held, and done by others", { EVENT_HELD }, false, 0, true },
		{ "never sent, and others made another change", { EVENT_RELEASED }, false, 9, false },
		{ "withdrawn by an operator", { EVENT_RELEASED, EVENT_WITHDRAWN }, false, 0, false },
		{ "sent, and somebody else was quicker", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, false, 9, false },
		{ "sent, and not yet there", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, false, 1, false },
	};
	struct name ch = fixture_name("ch.");
	struct key key;
	struct name child = fixture_name("a.ch.");
	key_name(&child, &key);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct child_state s = { .last_reason = REASON_ACCEPT_DELETE };
		struct slice octets;
		struct reconciled done;
		assert_int_equal(child_state_encode(&s, f->arena, &octets), 0);
		assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
		uint64_t one = propose(f, t, "a.ch.", 0, 0);
		steps(f, t, one, cases[i].one);
		if (cases[i].superseded) {
			STEPS(f, t, propose(f, t, "a.ch.", 2, one), EVENT_RELEASED);
		}
		put_ds(f, t, "a.ch.", cases[i].tag);
		fixture_load(f, t, "ch.", 2);
		assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
		assert_int_equal(state_get(t, &child, f->arena, &s), 0);
		if (s.published_known != cases[i].told || s.ds_published.count != 0) {
			fail_msg("%s", cases[i].label);
		}
		txn_abort(t);
	}
}

/* under the same name, another domain. What was decided for the one before goes out no more, and what has left is
 * history. Of what the source does not tell nothing is known. */
static void test_another_registration(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		const char *registration[2];	/* decided for, and now */
		const char *registrar[2];
		uint16_t tag;			/* DS in the parent now */
		enum event_kind expected;	/* of a change that is released */
		enum event_kind left;		/* of one that is acknowledged */
	} cases[] = {
		{ "the same", { "D1", "D1" }, { "acme", "acme" }, 1, EVENT_RELEASED, EVENT_ACKED },
		{ "registered anew", { "D1", "D2" }, { "acme", "acme" }, 1, EVENT_WITHDRAWN, EVENT_WITHDRAWN },
		{ "registered anew, with the keys that were asked for", { "D1", "D2" }, { "", "" }, 2, EVENT_WITHDRAWN,
			EVENT_PUBLISHED },
		{ "transferred", { "D1", "D1" }, { "acme", "other" }, 1, EVENT_WITHDRAWN, EVENT_ACKED },
		{ "told no more", { "D1", "" }, { "acme", "" }, 1, EVENT_RELEASED, EVENT_ACKED },
		{ "told now", { "", "D1" }, { "", "acme" }, 1, EVENT_RELEASED, EVENT_ACKED },
	};
	struct name ch = fixture_name("ch.");
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		bool left = i % 2 == 1;
		struct reconciled done;
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct change c = make_change(f, "a.ch.", 2, 0);
		snprintf(c.registration, sizeof(c.registration), "%s", cases[i / 2].registration[0]);
		snprintf(c.registrar, sizeof(c.registrar), "%s", cases[i / 2].registrar[0]);
		assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
		STEPS(f, t, c.number, EVENT_RELEASED, left ? EVENT_ACKED : (enum event_kind)0);
		struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", cases[i / 2].tag);
		snprintf(d.registration, sizeof(d.registration), "%s", cases[i / 2].registration[1]);
		snprintf(d.registrar, sizeof(d.registrar), "%s", cases[i / 2].registrar[1]);
		fixture_put(f, t, &d);
		fixture_load(f, t, "ch.", 2);
		struct change now;
		bool exportable;
		assert_int_equal(change_get(t, c.number, f->arena, &now), 0);
		assert_string_equal(now.registration, c.registration);
		assert_string_equal(now.registrar, c.registrar);
		assert_int_equal(change_is_exportable(t, &now, FIXTURE_NOW, DAY, &exportable), 0);
		assert_int_equal(exportable, !left && cases[i / 2].expected == EVENT_RELEASED);
		assert_int_equal(journal_reconcile(t, f->crypto, &ch, FIXTURE_NOW + 2, &done), 0);
		assert_int_equal(change_get(t, c.number, f->arena, &now), 0);
		enum event_kind expected = left ? cases[i / 2].left : cases[i / 2].expected;
		if (now.state != expected || (expected == EVENT_WITHDRAWN && now.withdrawn_for != REASON_STALE_INPUT)) {
			fail_msg("%s, %s: %s for %s", cases[i / 2].label, left ? "acknowledged" : "released", event_kind_text(now.state),
				reason_token(now.withdrawn_for));
		}
		txn_abort(t);
	}
}

/* A-14, DSA-7.1-5: who opts out, or whose registrar begins to automate, before a change has left is not served any more; of the
 * other flags accept has had its say. */
static void test_no_longer_wanted(void **state)
{
	struct fixture *f = *state;
	static const struct {
		unsigned flags;
		uint64_t run;
		enum reason why;
	} cases[] = {
		{ 0, 1, REASON_NONE },
		{ DELEGATION_OPTED_OUT, 1, REASON_STALE_INPUT },
		{ DELEGATION_REGISTRAR_AUTOMATES, 1, REASON_STALE_INPUT },
		{ DELEGATION_REGISTRY_LOCK | DELEGATION_REGISTRAR_LOCK | DELEGATION_REGISTRAR_NO_DISABLE, 1, REASON_NONE },
		{ DELEGATION_OPTED_OUT, 0, REASON_NONE },	/* made by hand */
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct change c = make_change(f, "a.ch.", 2, 0);
		bool exportable;
		enum reason why;
		c.run = cases[i].run;
		assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
		STEPS(f, t, c.number, EVENT_RELEASED);
		struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 1);
		d.flags = cases[i].flags;
		fixture_put(f, t, &d);
		assert_int_equal(change_get(t, c.number, f->arena, &c), 0);
		assert_int_equal(change_is_stale(t, &c, FIXTURE_NOW, DAY, &why), 0);
		assert_int_equal(change_is_exportable(t, &c, FIXTURE_NOW, DAY, &exportable), 0);
		if (why != cases[i].why || exportable != (why == REASON_NONE)) {
			fail_msg("flags %u, run %u: %s", cases[i].flags, (unsigned)cases[i].run, reason_token(why));
		}
		txn_abort(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_state_is_told),
		TEST(test_another_registration),
		TEST(test_no_longer_wanted),
	};
	return cmocka_run_group_tests_name("reconcile_state", tests, NULL, NULL);
}
