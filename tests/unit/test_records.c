/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where findings become decisions: what is kept, what is only counted, what the journal hears. */
#include "tests/unit/records_fixture.h"

/* In a transaction that may not write. */
static int judge_without_writing(struct records *r, const struct says *s)
{
	struct fixture *f = &r->f;
	struct txn *t = fixture_begin(f, STORE_READ);
	struct delegation d;
	struct name child = fixture_name("a.ch.");
	assert_int_equal(delegation_get(t, &child, f->arena, &d), 0);
	struct evidence e = make_evidence(f, &d);
	struct finding x = make_finding(f, &d, s);
	struct judged j = { .evidence = &e, .delegation = &d, .finding = &x, .algorithms = own_table(), .now = r->now };
	assert_int_equal(evidence_encode(&e, f->arena, &j.evidence_octets), 0);
	struct decision decision;
	bool again;
	int rc = record_judged(t, f->crypto, &r->run, policy_preset(POLICY_DEFAULT), &j, f->arena, &decision, &again);
	assert_true(rc != 0 || !again);
	txn_abort(t);
	return rc;
}

/* neither case nor state, event or notice. */
static void test_repeats_write_nothing(void **state)
{
	struct records *r = *state;
	static const enum reason outcomes[] = { REASON_NOOP_IN_SYNC, REASON_INCONSISTENT_KEYS, REASON_RRSIG_BOGUS };
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		const struct says s = { .reason = outcomes[i] };
		assert_int_equal(judge_next(r, outcomes[i], 0), outcomes[i]);
		finish_run(r);
		r->now += 60;
		new_run(r);
		if (judge_without_writing(r, &s) != 0) {
			fail_msg("%s once more writes something", reason_token(outcomes[i]));
		}
		const struct says other = { .reason = REASON_MALFORMED_RDATA };
		assert_int_equal(judge_without_writing(r, &other), ERR_ARG);
	}
}

/* what repeats is counted, not written. */
static void test_quiet_child_costs_no_write(void **state)
{
	struct records *r = *state;
	assert_int_equal(judge_now(r, REASON_NOOP_IN_SYNC, 0), REASON_NOOP_IN_SYNC);
	assert_int_equal(count_cases(r), 1);
	struct txn *t = fixture_begin(&r->f, STORE_READ);
	struct child_state before;
	struct name child = fixture_name("a.ch.");
	assert_int_equal(state_get(t, &child, r->f.arena, &before), 0);
	fixture_commit(t);
	assert_true(before.last_run == 1 && before.last_sequence == 1 && before.last_reason == REASON_NOOP_IN_SYNC);
	for (int i = 0; i < 3; i++) {
		judge_next(r, REASON_NOOP_IN_SYNC, 0);
		assert_int_equal(r->run.sequence, 0);
	}
	assert_int_equal(count_cases(r), 1);
	t = fixture_begin(&r->f, STORE_READ);
	struct child_state after;
	assert_int_equal(state_get(t, &child, r->f.arena, &after), 0);
	fixture_commit(t);
	assert_true(after.last_run == 1 && after.last_changed == before.last_changed);
	/* A server that signs each answer anew changes the content, and still there is nothing to do. */
	bool again;
	finish_run(r);
	new_run(r);
	judge_child(r, NULL, &(struct says){ .reason = REASON_NOOP_IN_SYNC, .content = 7 }, &again);
	assert_int_equal(count_cases(r), 1);
	/* The outcome changes, then the content: both are kept. */
	judge_next(r, REASON_INCONSISTENT_KEYS, 0);
	assert_int_equal(count_cases(r), 2);
	finish_run(r);
	new_run(r);
	judge_child(r, NULL, &(struct says){ .reason = REASON_INCONSISTENT_KEYS, .content = 1 }, &again);
	assert_int_equal(count_cases(r), 3);
}

static void test_once_a_run(void **state)
{
	struct records *r = *state;
	bool again;
	const struct says s = { .reason = REASON_ACCEPT_UPDATE, .tag = 2 };
	struct decision d = judge_child(r, NULL, &s, &again);
	assert_false(again);
	assert_int_equal(d.reason, REASON_ACCEPT_UPDATE);
	d = judge_child(r, NULL, &s, &again);
	assert_true(again);
	assert_int_equal(d.reason, REASON_ACCEPT_UPDATE);
	assert_true(d.ds_after.count == 1 && d.ds_after.ds[0].tag == 2);
	/* Counting is the caller's, with the progress. */
	assert_int_equal(r->run.children, 0);
	assert_int_equal(r->run.changes, 1);
	expect_journal(r, "1:proposed");
}

static void test_accept_is_a_whole_case(void **state)
{
	struct records *r = *state;
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
	struct fixture *f = &r->f;
	struct txn *t = fixture_begin(f, STORE_READ);
	struct stored_case c;
	assert_int_equal(case_get(t, 1, 1, f->arena, &c), 0);
	assert_true(c.run == 1 && c.sequence == 1 && c.now == FIXTURE_NOW && c.generation == 1 && c.change == 1);
	assert_int_equal(c.rules_version, RULES_VERSION);
	assert_int_equal(c.state.size, 0);
	assert_int_equal(c.pending.size, 0);
	struct policy p;
	struct algorithm_table a;
	assert_int_equal(policy_get(t, c.policy, &p), 0);
	assert_string_equal(p.name, POLICY_DEFAULT);
	assert_int_equal(table_get(t, c.table, f->arena, &a), 0);
	assert_string_equal(a.version, own_table()->version);
	struct evidence e;
	assert_int_equal(evidence_decode(c.evidence, f->arena, &e), 0);
	struct delegation d;
	assert_int_equal(delegation_decode(c.delegation, f->arena, &d), 0);
	struct decision made;
	assert_int_equal(decision_decode(c.decision, f->arena, &made), 0);
	assert_int_equal(made.reason, REASON_ACCEPT_UPDATE);
	struct change change;
	assert_int_equal(change_get(t, 1, f->arena, &change), 0);
	assert_true(change.run == 1 && change.sequence == 1 && change.judged_at == FIXTURE_NOW && change.ds_ttl == 3600);
	assert_true(ds_set_equal(&change.ds_before, &d.ds) && ds_set_equal(&change.ds_after, &made.ds_after));
	assert_true(change.ns_count == 2 && name_equal(&change.ns_before[0], &d.hosts[0].name));
	assert_int_equal(case_get(t, 1, 2, f->arena, &c), ERR_NOTFOUND);
	assert_int_equal(case_next(t, 0, 0, 0, f->arena, &c), 0);
	assert_int_equal(c.sequence, 1);
	assert_int_equal(case_next(t, 0, 1, 1, f->arena, &c), ERR_NOTFOUND);
	assert_int_equal(case_next(t, 2, 0, 0, f->arena, &c), ERR_NOTFOUND);
	fixture_commit(t);
}

/* A29, A-32, T-52 */
static void test_stale_input(void **state)
{
	struct records *r = *state;
	struct fixture *f = &r->f;
	static const struct {
		const char *label;
		const char *child;
		const char *operator_zone;
		uint16_t tag;
	} cases[] = {
		{ "other name servers", "a.ch.", "two.net.", 1 },
		{ "other DS", "a.ch.", "one.net.", 9 },
		{ "no DS", "a.ch.", "one.net.", 0 },
		{ "no delegation any more", "gone.ch.", "one.net.", 1 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct delegation d = fixture_delegation(f, cases[i].child, cases[i].operator_zone, cases[i].tag);
		bool again;
		struct decision made = judge_child(r, &d, &(struct says){ .reason = REASON_ACCEPT_UPDATE, .tag = 2 }, &again);
		if (made.reason != REASON_STALE_INPUT || made.journal != JOURNAL_NONE || made.change != CHANGE_NONE || again) {
			fail_msg("%s: %s", cases[i].label, reason_token(made.reason));
		}
		assert_true(ds_set_equal(&made.ds_after, &d.ds));
	}
	expect_journal(r, "");
	assert_int_equal(count_cases(r), 0);
	/* It is no decision of this run: with the right delegation there is one. */
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
}

/* The second finding in the run after the first, and what becomes of the change. */
static void test_change_under_way(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		enum reason second;
		uint16_t tag;
		enum reason expected;
		const char *journal;
	} cases[] = {
		{ "the same", REASON_ACCEPT_UPDATE, 2, REASON_NOOP_CHANGE_PENDING, "1:proposed 1:released" },
		{ "another", REASON_ACCEPT_UPDATE, 3, REASON_ACCEPT_UPDATE,
			"1:proposed 1:released 1:withdrawn 4:proposed 4:released" },
		{ "in sync", REASON_NOOP_IN_SYNC, 0, REASON_NOOP_IN_SYNC, "1:proposed 1:released 1:withdrawn" },
		{ "reject", REASON_RRSIG_BOGUS, 0, REASON_RRSIG_BOGUS, "1:proposed 1:released 1:withdrawn" },
		{ "hold", REASON_INCONSISTENT_KEYS, 0, REASON_INCONSISTENT_KEYS, "1:proposed 1:released 1:held" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		void *own = NULL;
		assert_int_equal(setup(&own), 0);
		struct records *r = own;
		assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
		enum reason got = judge_next(r, cases[i].second, cases[i].tag);
		if (got != cases[i].expected) {
			fail_msg("%s: %s", cases[i].label, reason_token(got));
		}
		finish_run(r);
		expect_journal(r, cases[i].journal);
		assert_int_equal(teardown(&own), 0);
	}
}

/* A claim that a killed export left behind does not keep the child waiting for ever; one in progress is let alone. */
static void test_abandoned_claim(void **state)
{
	struct records *r = *state;
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
	finish_run(r);
	struct txn *t = begin(r);
	assert_int_equal(journal_event(t, r->f.crypto, r->now + DAY - 1, 1, EVENT_CLAIMED, REASON_NONE), 0);
	fixture_commit(t);
	r->now += DAY + 3600;
	new_run(r);
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_NOOP_CHANGE_PENDING);
	finish_run(r);
	r->now += DAY;
	new_run(r);
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
	expect_journal(r, "1:proposed 1:released 1:claimed 1:failed 1:withdrawn 6:proposed");
}

static void test_hold_blocks_until_confirmed(void **state)
{
	struct records *r = *state;
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
	judge_next(r, REASON_INCONSISTENT_KEYS, 0);
	judge_next(r, REASON_INCONSISTENT_KEYS, 0);
	expect_journal(r, "1:proposed 1:released 1:held");
	struct txn *t = fixture_begin(&r->f, STORE_READ);
	struct change c;
	assert_int_equal(change_get(t, 1, r->f.arena, &c), 0);
	assert_int_equal(c.held_for, REASON_INCONSISTENT_KEYS);
	fixture_commit(t);
	assert_int_equal(judge_next(r, REASON_ACCEPT_UPDATE, 2), REASON_NOOP_CHANGE_PENDING);
	expect_journal(r, "1:proposed 1:released 1:held 1:confirmed");
	finish_run(r);
	assert_int_equal(r->run.released, 1);
	expect_journal(r, "1:proposed 1:released 1:held 1:confirmed 1:released");
}

static void test_operators_hold_stays(void **state)
{
	struct records *r = *state;
	judge_now(r, REASON_ACCEPT_UPDATE, 2);
	finish_run(r);
	struct txn *t = begin(r);
	assert_int_equal(journal_event(t, r->f.crypto, r->now, 1, EVENT_HELD, REASON_NONE), 0);
	fixture_commit(t);
	new_run(r);
	r->now += 2 * DAY;
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_NOOP_CHANGE_PENDING);
	expect_journal(r, "1:proposed 1:released 1:held");
}

/* a change nobody took in a day makes room for one on fresh evidence. */
static void test_stale_change_is_renewed(void **state)
{
	struct records *r = *state;
	judge_now(r, REASON_ACCEPT_UPDATE, 2);
	finish_run(r);
	r->now += DAY;
	new_run(r);
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_ACCEPT_UPDATE);
	finish_run(r);
	expect_journal(r, "1:proposed 1:released 1:withdrawn 4:proposed 4:released");
	struct txn *t = fixture_begin(&r->f, STORE_READ);
	struct change c;
	assert_int_equal(change_get(t, 1, r->f.arena, &c), 0);
	assert_int_equal(c.withdrawn_for, REASON_STALE_EVIDENCE);
	assert_int_equal(change_get(t, 4, r->f.arena, &c), 0);
	assert_int_equal(c.judged_at, r->now);
	assert_int_equal(c.supersedes, 0);
	fixture_commit(t);
}

/* what has left is superseded, not withdrawn. */
static void test_supersedes_what_has_left(void **state)
{
	struct records *r = *state;
	judge_now(r, REASON_ACCEPT_UPDATE, 2);
	finish_run(r);
	struct txn *t = begin(r);
	assert_int_equal(journal_ack(t, r->f.crypto, r->now, 1), 0);
	fixture_commit(t);
	new_run(r);
	assert_int_equal(judge_now(r, REASON_ACCEPT_UPDATE, 2), REASON_NOOP_CHANGE_PENDING);
	assert_int_equal(judge_next(r, REASON_ACCEPT_UPDATE, 3), REASON_ACCEPT_UPDATE);
	expect_journal(r, "1:proposed 1:released 1:acked 4:proposed");
	t = fixture_begin(&r->f, STORE_READ);
	struct change c;
	assert_int_equal(change_get(t, 4, r->f.arena, &c), 0);
	assert_int_equal(c.supersedes, 1);
	fixture_commit(t);
}

static void test_bad_arguments(void **state)
{
	struct records *r = *state;
	struct fixture *f = &r->f;
	struct txn *t = begin(r);
	struct decision d;
	bool again;
	struct judged none = { .now = r->now };
	assert_int_equal(record_judged(t, f->crypto, &r->run, policy_preset(POLICY_DEFAULT), &none, f->arena, &d, &again),
		ERR_ARG);
	assert_int_equal(txn_commit(t), ERR_ARG);
	/* A case without the table it was judged with could not be judged again. */
	struct name child = fixture_name("a.ch.");
	struct delegation delegation;
	const struct says s = { .reason = REASON_NOOP_IN_SYNC };
	t = begin(r);
	assert_int_equal(delegation_get(t, &child, f->arena, &delegation), 0);
	struct evidence e = make_evidence(f, &delegation);
	struct finding x = make_finding(f, &delegation, &s);
	struct judged j = { .evidence = &e, .delegation = &delegation, .finding = &x, .now = r->now };
	assert_int_equal(evidence_encode(&e, f->arena, &j.evidence_octets), 0);
	assert_int_equal(record_judged(t, f->crypto, &r->run, policy_preset(POLICY_DEFAULT), &j, f->arena, &d, &again),
		ERR_ARG);
	txn_abort(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_quiet_child_costs_no_write),
		TEST(test_repeats_write_nothing),
		TEST(test_once_a_run),
		TEST(test_accept_is_a_whole_case),
		TEST(test_stale_input),
		cmocka_unit_test(test_change_under_way),
		TEST(test_abandoned_claim),
		TEST(test_hold_blocks_until_confirmed),
		TEST(test_operators_hold_stays),
		TEST(test_stale_change_is_renewed),
		TEST(test_supersedes_what_has_left),
		TEST(test_bad_arguments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
