/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators say: the journal first, then the state of the child and its change. */
#include "tests/unit/crowd.h"

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/key.h"

static struct operator_order order(const struct crowd *w, enum operator_action a)
{
	return (struct operator_order){ .action = a, .who = "anna", .why = "ticket 17", .now = w->now };
}

/* In a transaction of its own; the refusal, "" for none. */
static int tell(struct crowd *w, enum operator_action a, const char *child, const char **refusal)
{
	const struct operator_order o = order(w, a);
	struct name name = fixture_name(child);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	int rc = operator_say(t, w->f.crypto, &name, &o, refusal);
	fixture_commit(t);
	return rc;
}

static struct child_state state_now(struct crowd *w, const char *child)
{
	struct child_state s = { 0 };
	struct name name = fixture_name(child);
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	int rc = state_get(t, &name, w->f.arena, &s);
	assert_true(rc == 0 || rc == ERR_NOTFOUND);
	fixture_commit(t);
	return s;
}

static void expect_sound(struct crowd *w)
{
	struct verify_report report;
	assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
}

/* A child without a change: what is held is not accepted, and after the release it is. */
static void test_child_without_a_change(void **state)
{
	struct crowd *w = *state;
	const char *why;
	assert_int_equal(tell(w, OPERATOR_DO_HOLD, "c000.ch.", &why), 0);
	assert_true((state_now(w, "c000.ch.").suspended & SUSPENDED_BY_OPERATOR) != 0);
	assert_int_equal(tell(w, OPERATOR_DO_HOLD, "c000.ch.", &why), ERR_CONFLICT);
	assert_string_equal(why, "the child is held already");
	w->now += HOUR;
	begin_run(w);
	assert_int_equal(ask(w, 0, 2), REASON_HOLD_OPERATOR);
	end_run(w);
	assert_int_equal(w->run.changes, 0);
	assert_int_equal(tell(w, OPERATOR_DO_RELEASE, "c000.ch.", &why), 0);
	assert_int_equal(tell(w, OPERATOR_DO_RELEASE, "c000.ch.", &why), ERR_CONFLICT);
	w->now += HOUR;
	begin_run(w);
	assert_int_equal(ask(w, 0, 2), REASON_ACCEPT_UPDATE);
	end_run(w);
	assert_int_equal(released(w), 1);
	assert_int_equal(tell(w, OPERATOR_DO_HOLD, "nobody.ch.", &why), ERR_NOTFOUND);
	assert_int_equal(tell(w, OPERATOR_DO_APPROVE, "c001.ch.", &why), 0);
	assert_int_equal(state_now(w, "c001.ch.").word, OPERATOR_APPROVE);
	assert_int_equal(tell(w, OPERATOR_DO_CANCEL, "c002.ch.", &why), ERR_CONFLICT);
	assert_true(why[0] != '\0');
	expect_sound(w);
}

/* R8078-3.4-1: the state has the hash of the token, the journal who handed it out. */
static void test_challenge(void **state)
{
	struct crowd *w = *state;
	static const uint8_t hash[SHA256_OCTETS] = { 7, 7, 7 };
	const char *why;
	struct name child = fixture_name("c000.ch.");
	struct operator_order o = order(w, OPERATOR_DO_CHALLENGE);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_say(t, w->f.crypto, &child, &o, &why), ERR_ARG);
	o.token = hash;
	assert_int_equal(operator_say(t, w->f.crypto, &child, &o, &why), 0);
	struct operator_note n;
	uint64_t when;
	assert_int_equal(operator_last(t, &child, &n, &when), 0);
	assert_int_equal(n.action, OPERATOR_DO_CHALLENGE);
	assert_string_equal(n.who, "anna");
	assert_string_equal(n.why, "ticket 17");
	fixture_commit(t);
	struct child_state s = state_now(w, "c000.ch.");
	assert_int_equal(s.word, OPERATOR_CHALLENGE);
	assert_int_equal(s.word_at, w->now);
	assert_memory_equal(s.challenge_hash, hash, SHA256_OCTETS);
	/* Who is approved needs none. */
	assert_int_equal(tell(w, OPERATOR_DO_APPROVE, "c000.ch.", &why), 0);
	t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_say(t, w->f.crypto, &child, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "a request of the child is approved already");
	fixture_commit(t);
	expect_sound(w);
}

/* nothing that is said waits for a delegation that is gone; a hold stays, and can be taken back. */
static void test_gone(void **state)
{
	struct crowd *w = *state;
	static const uint8_t hash[SHA256_OCTETS] = { 7 };
	const char *why;
	struct name child = fixture_name("c000.ch.");
	assert_int_equal(tell(w, OPERATOR_DO_HOLD, "c000.ch.", &why), 0);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(delegation_del(t, w->f.crypto, &child, w->now), 0);
	struct operator_order o = order(w, OPERATOR_DO_CHALLENGE);
	o.token = hash;
	assert_int_equal(operator_say(t, w->f.crypto, &child, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "it is no longer delegated");
	fixture_commit(t);
	assert_int_equal(tell(w, OPERATOR_DO_APPROVE, "c000.ch.", &why), ERR_CONFLICT);
	assert_string_equal(why, "it is no longer delegated");
	assert_int_equal(tell(w, OPERATOR_DO_RELEASE, "c000.ch.", &why), 0);
	expect_sound(w);
}

/* To hold a child holds its change, too: else another request would take the place of the one that is held. */
static void test_child_with_a_change(void **state)
{
	struct crowd *w = *state;
	const char *why;
	run_asking(w, 0, 0, 1, 1, 2);
	assert_int_equal(tell(w, OPERATOR_DO_HOLD, "c000.ch.", &why), 0);
	assert_int_equal(count_in(w, EVENT_HELD, REASON_NONE), 1);
	w->now += HOUR;
	begin_run(w);
	assert_int_equal(ask(w, 0, 3), REASON_HOLD_OPERATOR);
	end_run(w);
	assert_true(count_in(w, EVENT_HELD, REASON_NONE) == 1 && exportable(w) == 0);
	assert_int_equal(tell(w, OPERATOR_DO_RELEASE, "c000.ch.", &why), 0);
	run_asking(w, HOUR, 0, 1, 1, 2);
	assert_true(released(w) == 1 && exportable(w) == 1);
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	struct name child = fixture_name("c000.ch.");
	struct operator_note n;
	uint64_t when;
	assert_int_equal(operator_last(t, &child, &n, &when), 0);
	assert_true(n.action == OPERATOR_DO_RELEASE && name_equal(&n.child, &child) && when == w->now - HOUR);
	child = fixture_name("c001.ch.");
	assert_int_equal(operator_last(t, &child, &n, &when), ERR_NOTFOUND);
	fixture_commit(t);
}

/* What has not left is withdrawn with the request, by the child's name as by the id; what has left is the registry's. */
static void test_cancel_withdraws(void **state)
{
	struct crowd *w = *state;
	const char *why;
	run_asking(w, 0, 0, 3, 1, 2);
	assert_int_equal(tell(w, OPERATOR_DO_CANCEL, "c000.ch.", &why), 0);
	struct operator_order o = order(w, OPERATOR_DO_CANCEL);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(operator_say_change(t, w->f.crypto, 2, &o, &why), 0);
	struct change c;
	for (uint64_t number = 1; number <= 2; number++) {
		assert_int_equal(change_get(t, number, w->f.arena, &c), 0);
		assert_int_equal(c.withdrawn_for, REASON_REJECT_CANCELLED);
	}
	STEPS(&w->f, t, 3, EVENT_CLAIMED);
	assert_int_equal(operator_say_change(t, w->f.crypto, 3, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "it may be with the registry already and cannot be withdrawn");
	o.action = OPERATOR_DO_APPROVE;
	assert_int_equal(operator_say_change(t, w->f.crypto, 3, &o, &why), ERR_CONFLICT);
	assert_string_equal(why, "only a child can be approved or challenged, not a change that is on its way");
	fixture_commit(t);
	expect_sound(w);
}

static int roll_back(struct crowd *w, uint64_t change, enum operator_action a, const char **refusal)
{
	const struct operator_order o = order(w, a);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	int rc = operator_say_change(t, w->f.crypto, change, &o, refusal);
	fixture_commit(t);
	return rc;
}

static void note_event(struct crowd *w, uint64_t change, enum event_kind kind)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	STEPS(&w->f, t, change, kind);
	fixture_commit(t);
}

/* The parent has that DS set of c000.ch. from now on, in another generation. */
static void show(struct crowd *w, uint16_t tag)
{
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	struct generation g;
	struct name parent = fixture_name("ch.");
	struct reconciled done;
	assert_int_equal(generation_get(t, &parent, &g), 0);
	g.number++;
	assert_int_equal(generation_put(t, &g), 0);
	struct delegation d = fixture_delegation(&w->f, "c000.ch.", operator_of(0), tag);
	fixture_put(&w->f, t, &d);
	assert_int_equal(journal_reconcile(t, w->f.crypto, &parent, w->now, &done), 0);
	fixture_commit(t);
}

/* What of change 1 can be undone, and when. */
static void test_rollback(void **state)
{
	struct crowd *w = *state;
	const char *why;
	run_asking(w, 0, 0, 1, 1, 2);
	assert_int_equal(roll_back(w, 99, OPERATOR_DO_ROLLBACK, &why), ERR_NOTFOUND);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "it has not left: changes cancel withdraws it");
	assert_int_equal(tell(w, OPERATOR_DO_ROLLBACK, "c000.ch.", &why), ERR_CONFLICT);
	assert_string_equal(why, "only a change can be undone, by its id");
	note_event(w, 1, EVENT_CLAIMED);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), 0);
	struct child_state s = state_now(w, "c000.ch.");
	assert_int_equal(s.rollback.state, ROLLBACK_WANTED);
	assert_false(s.rollback.forced);
	assert_true(s.rollback.change == 1 && s.rollback.at == w->now);
	assert_true(s.rollback.to.count == 1 && s.rollback.to.ds[0].tag == 1);
	assert_true(s.rollback.undone.count == 1 && s.rollback.undone.ds[0].tag == 2);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	/* Forcing it is another word. */
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK_FORCED, &why), 0);
	assert_true(state_now(w, "c000.ch.").rollback.forced);
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	struct name child = fixture_name("c000.ch.");
	struct operator_note n;
	uint64_t when;
	const struct ds_set *back;
	assert_int_equal(operator_last(t, &child, &n, &when), 0);
	assert_int_equal(n.action, OPERATOR_DO_ROLLBACK_FORCED);
	assert_int_equal(operator_back(t, &child, w->f.arena, &back), 0);
	assert_true(back != NULL && back->count == 1 && back->ds[0].tag == 1);
	child = fixture_name("c001.ch.");
	assert_int_equal(operator_back(t, &child, w->f.arena, &back), 0);
	assert_null(back);
	fixture_commit(t);
	assert_int_equal(tell(w, OPERATOR_DO_CANCEL, "c000.ch.", &why), 0);
	t = fixture_begin(&w->f, STORE_READ);
	child = fixture_name("c000.ch.");
	assert_int_equal(operator_back(t, &child, w->f.arena, &back), 0);
	assert_null(back);
	fixture_commit(t);
	expect_sound(w);
}

/* Only the newest one that the parent has, or may get; what is behind it and has not left is withdrawn. */
static void test_rollback_of_the_newest(void **state)
{
	struct crowd *w = *state;
	const char *why;
	run_asking(w, 0, 0, 1, 1, 2);
	note_event(w, 1, EVENT_CLAIMED);
	note_event(w, 1, EVENT_SENT);
	run_asking(w, HOUR, 0, 1, 1, 3);
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	struct name child = fixture_name("c000.ch.");
	struct change second;
	assert_int_equal(change_of_child(t, &child, w->f.arena, &second), 0);
	fixture_commit(t);
	assert_int_equal(second.supersedes, 1);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), 0);
	t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_get(t, second.number, w->f.arena, &second), 0);
	fixture_commit(t);
	assert_int_equal(second.withdrawn_for, REASON_REJECT_CANCELLED);
	assert_int_equal(roll_back(w, second.number, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "it was withdrawn");
	assert_int_equal(tell(w, OPERATOR_DO_CANCEL, "c000.ch.", &why), 0);
	run_asking(w, HOUR, 0, 1, 1, 3);
	t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(change_of_child(t, &child, w->f.arena, &second), 0);
	fixture_commit(t);
	note_event(w, second.number, EVENT_CLAIMED);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "a later change of the child has left; that one can be undone");
	/* Published, and then somebody else sets another one. */
	show(w, 3);
	assert_int_equal(roll_back(w, second.number, OPERATOR_DO_ROLLBACK, &why), 0);
	assert_int_equal(tell(w, OPERATOR_DO_CANCEL, "c000.ch.", &why), 0);
	show(w, 9);
	assert_int_equal(roll_back(w, second.number, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "the child has another DS set by now");
	t = fixture_begin(&w->f, STORE_WRITE);
	struct delegation d;
	assert_int_equal(delegation_get(t, &child, w->f.arena, &d), 0);
	d.ds_state = DS_UNKNOWN;
	d.ds_ttl = 0;
	d.ds.count = 0;
	fixture_put(&w->f, t, &d);
	fixture_commit(t);
	assert_int_equal(roll_back(w, second.number, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "the source does not tell which DS set the child has");
	t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(delegation_del(t, w->f.crypto, &child, w->now), 0);
	fixture_commit(t);
	assert_int_equal(roll_back(w, second.number, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "its child is no longer delegated");
	expect_sound(w);
}

/* Whoever forces it while what undoes the change waits does not make that begin again. */
static void test_rollback_said_twice(void **state)
{
	struct crowd *w = *state;
	const char *why;
	run_asking(w, 0, 0, 1, 1, 2);
	note_event(w, 1, EVENT_CLAIMED);
	show(w, 2);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), 0);
	struct change undoes = make_change(&w->f, "c000.ch.", 1, 0);
	undoes.ds_before = state_now(w, "c000.ch.").rollback.undone;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_propose(t, w->f.crypto, w->now, &undoes), 0);
	fixture_commit(t);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK_FORCED, &why), 0);
	assert_int_equal(count_in(w, EVENT_PROPOSED, REASON_NONE), 1);
	/* He may regret it as long as that has not left, and then no more. */
	note_event(w, undoes.number, EVENT_RELEASED);
	note_event(w, undoes.number, EVENT_CLAIMED);
	assert_int_equal(tell(w, OPERATOR_DO_CANCEL, "c000.ch.", &why), ERR_CONFLICT);
	assert_string_equal(why, "it may be with the registry already and cannot be withdrawn");
	assert_int_equal(state_now(w, "c000.ch.").rollback.state, ROLLBACK_WANTED);
	assert_int_equal(roll_back(w, 1, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "a later change of the child has left; that one can be undone");
	expect_sound(w);
}

/* whoever registered the domain anew has nothing to do with what was done before. */
static void test_rollback_of_another_domain(void **state)
{
	struct crowd *w = *state;
	const char *why;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	struct delegation d = fixture_delegation(&w->f, "c000.ch.", operator_of(0), 1);
	struct change c = make_change(&w->f, "c000.ch.", 2, 0);
	strcpy(d.registration, "D1");
	strcpy(c.registration, "D1");
	fixture_put(&w->f, t, &d);
	assert_int_equal(journal_propose(t, w->f.crypto, w->now, &c), 0);
	STEPS(&w->f, t, c.number, EVENT_RELEASED, EVENT_CLAIMED);
	strcpy(d.registration, "D2");
	fixture_put(&w->f, t, &d);
	fixture_commit(t);
	assert_int_equal(roll_back(w, c.number, OPERATOR_DO_ROLLBACK, &why), ERR_CONFLICT);
	assert_string_equal(why, "the domain was registered anew since");
	t = fixture_begin(&w->f, STORE_WRITE);
	strcpy(d.registration, "D1");
	fixture_put(&w->f, t, &d);
	fixture_commit(t);
	assert_int_equal(roll_back(w, c.number, OPERATOR_DO_ROLLBACK, &why), 0);
	expect_sound(w);
}

/* Who and why have to be said, and fit. */
static void test_who_and_why(void **state)
{
	struct crowd *w = *state;
	char exact[OPERATOR_WHY_MAX + 1];
	char longer[OPERATOR_WHY_MAX + 2];
	memset(exact, 'x', sizeof(exact));
	memset(longer, 'x', sizeof(longer));
	exact[sizeof(exact) - 1] = '\0';
	longer[sizeof(longer) - 1] = '\0';
	const struct {
		const char *who, *why;
		bool good;
	} cases[] = {
		{ "anna", "because", true }, { "anna", exact, true }, { "anna", longer, false }, { "anna", "", false },
		{ "anna", NULL, false }, { "", "because", false }, { NULL, "because", false }, { exact, "because", false },
		{ "anna", "a\nb", false }, { "anna", "a\x1b[1m", false }, { "an\xc3\xafs", "because", false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct operator_order o = order(w, OPERATOR_DO_HOLD);
		o.who = cases[i].who;
		o.why = cases[i].why;
		assert_int_equal(operator_order_fault(&o) == NULL, cases[i].good);
		const char *why;
		struct name child = fixture_name("c000.ch.");
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		int rc = operator_say(t, w->f.crypto, &child, &o, &why);
		if (rc != (cases[i].good ? 0 : ERR_ARG)) {
			fail_msg("case %zu: %d", i, rc);
		}
		uint64_t head;
		uint8_t hash[SHA256_OCTETS];
		assert_int_equal(journal_head(t, &head, hash), 0);
		assert_int_equal(head, cases[i].good ? 1 : 0);
		txn_abort(t);
	}
}

/* db verify follows the words, too. */
static void test_verified(void **state)
{
	struct crowd *w = *state;
	const char *why;
	run_asking(w, 0, 0, 1, 1, 2);
	assert_int_equal(tell(w, OPERATOR_DO_HOLD, "c000.ch.", &why), 0);
	assert_int_equal(tell(w, OPERATOR_DO_RELEASE, "c000.ch.", &why), 0);
	expect_sound(w);
	static const char *const children[] = { "c000.ch.", "c001.ch." };
	static const uint64_t leads_to[] = { 3, 1 };
	for (size_t i = 0; i < 3; i++) {
		struct txn *t = fixture_begin(&w->f, STORE_WRITE);
		struct name child = fixture_name(children[i % 2]);
		if (i < 2) {
			/* To an older word, and of one of whom nothing was said. */
			assert_int_equal(operator_index_put(t, &child, leads_to[i]), 0);
		} else {
			struct key key;
			key_name(&child, &key);
			assert_int_equal(db_del(t, DB_OPERATOR, key_slice(&key)), 0);
		}
		fixture_commit(t);
		struct verify_report report;
		assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, NULL, NULL, &report), 0);
		assert_true(report.faults >= 1);
		t = fixture_begin(&w->f, STORE_WRITE);
		child = fixture_name("c000.ch.");
		assert_int_equal(operator_index_put(t, &child, 5), 0);
		child = fixture_name("c001.ch.");
		struct key key;
		key_name(&child, &key);
		int rc = db_del(t, DB_OPERATOR, key_slice(&key));
		assert_true(rc == 0 || rc == ERR_NOTFOUND);
		fixture_commit(t);
		expect_sound(w);
	}
}

/* a probe confirms that the child still asks, not that nothing is served: why it was held stays with it. */
static void test_held_for_what_is_served(void **state)
{
	struct crowd *w = *state;
	struct change_status s;
	run_asking(w, 0, 0, 2, 1, 2);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, 1, EVENT_HELD, REASON_HOLD_DS_UNPROVEN), 0);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, 2, EVENT_HELD, REASON_HOLD_FREEZE), 0);
	fixture_commit(t);
	w->now += HOUR;
	begin_run(w);
	ask(w, 0, 2);
	ask(w, 1, 2);
	t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(status_get(t, 1, &s), 0);
	assert_true(s.state == EVENT_CONFIRMED && s.why == REASON_HOLD_DS_UNPROVEN);
	assert_int_equal(status_get(t, 2, &s), 0);
	assert_true(s.state == EVENT_CONFIRMED && s.why == REASON_NONE);
	fixture_commit(t);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, crowd_setup, crowd_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_child_without_a_change),
		CASE(test_challenge),
		CASE(test_gone),
		CASE(test_child_with_a_change),
		CASE(test_cancel_withdraws),
		CASE(test_rollback),
		CASE(test_rollback_of_the_newest),
		CASE(test_rollback_said_twice),
		CASE(test_rollback_of_another_domain),
		CASE(test_who_and_why),
		CASE(test_verified),
		CASE(test_held_for_what_is_served),
	};
	return cmocka_run_group_tests_name("operators", tests, NULL, NULL);
}
