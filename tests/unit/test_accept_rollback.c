/* SPDX-License-Identifier: GPL-3.0-or-later */
/* a change that an operator undoes. What has to hold, what he can force, and what becomes of the DS set that was undone. */
#include "tests/unit/accept_child.h"

/* The judge looked at the set to go back to, as it does when there is one. */
static void look(const char *to, enum change_class change)
{
	x.finding.back = (struct back_finding){ .looked = true, .set = fixture_set(x.arena, to), .change = change };
}

/* A child with a DS set that change 7 made, of which it asks for no other; somebody wants the one from before back. */
static void undo(const char *to, const char *undone)
{
	bool first = undone[0] == '0';
	fixture_restart(&x);
	x.delegation.ds_state = first ? DS_ABSENT : DS_PRESENT;
	x.delegation.ds = fixture_set(x.arena, undone);
	fixture_find(&x, first ? REASON_NOOP_DELETE_INSECURE : REASON_NOOP_IN_SYNC, undone);
	x.finding.security = first ? SECURITY_INSECURE : SECURITY_SECURE;
	look(to, first ? CHANGE_INITIAL : to[0] == '0' ? CHANGE_DELETE : CHANGE_SWAP);
	x.state.rollback = (struct rollback){ .state = ROLLBACK_WANTED, .at = FIXTURE_NOW, .change = 7,
		.to = fixture_set(x.arena, to), .undone = fixture_set(x.arena, undone) };
}

static void pend(enum pending_state state, const char *set)
{
	x.pending = (struct pending){ .state = state, .change = 9, .ds_after = fixture_set(x.arena, set) };
}

static bool leads_to(const char *set)
{
	struct ds_set wanted = fixture_set(x.arena, set);
	return ds_set_equal(&x.decision.ds_after, &wanted);
}

static void test_accepts(void **unused)
{
	(void)unused;
	static const struct {
		const char *to, *undone;
		enum change_class change;
	} rows[] = { { "A", "B", CHANGE_SWAP }, { "0", "B", CHANGE_DELETE }, { "A", "0", CHANGE_INITIAL } };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		undo(rows[i].to, rows[i].undone);
		x.policy.min_interval_s = DAY;
		x.state.accepted = FIXTURE_NOW;
		assert_reason(at(60), REASON_ACCEPT_ROLLBACK);
		assert_true(leads_to(rows[i].to));
		assert_int_equal(x.decision.change, rows[i].change);
		assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
		assert_int_equal(fixture_check(&x, "A-35")->result, CHECK_PASS);
		assert_int_equal(x.state.accepted, FIXTURE_NOW + 60);
		assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
		/* What a secure child has signed is remembered, whatever is decided. */
		assert_int_equal(x.state.mark_count, rows[i].undone[0] != '0');
	}
}

/* The word came after the child was asked, or he wants another set by now. */
static void test_needs_a_look(void **unused)
{
	(void)unused;
	undo("A", "B");
	x.finding.back.looked = false;
	pend(PENDING_RELEASED, "C");
	assert_reason(at(1), REASON_STALE_EVIDENCE);
	assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 1);
	assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
	undo("A", "B");
	look("C", CHANGE_SWAP);
	x.state.rollback.forced = true;
	assert_reason(at(1), REASON_STALE_EVIDENCE);
	/* Where nobody wants anything, what the judge looked at is no matter. */
	undo("A", "B");
	x.state.rollback.state = ROLLBACK_NONE;
	assert_reason(at(1), REASON_NOOP_IN_SYNC);
}

/* A rejection ends the word, and withdraws what has not left; whatever passes by itself is waited for. */
static void test_refuses(void **unused)
{
	(void)unused;
	static const enum reason for_good[] = { REASON_CONTINUITY_NO_PATH, REASON_CONTINUITY_SERVER, REASON_CONTINUITY_ALGORITHM,
		REASON_CONTINUITY_DIGEST };
	for (size_t i = 0; i < sizeof for_good / sizeof for_good[0]; i++) {
		undo("A", "B");
		x.finding.back.reason = for_good[i];
		pend(PENDING_RELEASED, "A");
		assert_reason(at(1), for_good[i]);
		assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
		assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
		x.pending = (struct pending){ .state = PENDING_NONE };
		x.finding.back.looked = false;
		assert_reason(at(2), REASON_NOOP_IN_SYNC);
	}
	static const enum reason for_now[] = { REASON_BUDGET_EXHAUSTED, REASON_NO_USABLE_SERVER, REASON_HOLD_FAMILY_UNASKED };
	for (size_t i = 0; i < sizeof for_now / sizeof for_now[0]; i++) {
		undo("A", "B");
		x.finding.back.reason = for_now[i];
		pend(PENDING_RELEASED, "A");
		assert_reason(at(1), for_now[i]);
		assert_int_equal(fixture_check(&x, "A-35")->result, CHECK_FAIL);
		assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
		assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
		x.finding.back.reason = REASON_NONE;
		assert_reason(at(2), REASON_NOOP_CHANGE_PENDING);
		assert_int_equal(x.decision.journal, JOURNAL_NONE);
	}
}

/* Silent servers are waited for as for an update; a first DS set needs them all, and none at all no one. */
static void test_servers(void **unused)
{
	(void)unused;
	undo("A", "B");
	fixture_silence(&x, 1, true);
	assert_reason(at(1), REASON_HOLD_UNREACHABLE);
	assert_true(x.decision.next_eligible > FIXTURE_NOW);
	undo("A", "0");
	fixture_silence(&x, 1, true);
	assert_reason(at(1), REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.decision.next_eligible, 0);
	undo("0", "B");
	fixture_silence(&x, 1, true);
	assert_reason(at(1), REASON_ACCEPT_ROLLBACK);
	undo("A", "B");
	fixture_probe(&x, 1, TRIGGER_TIMER);
	x.evidence.ended_ms = x.evidence.began_ms + LIMIT_ROUND_MS + 1;
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_STALE_EVIDENCE);
	undo("A", "B");
	x.delegation.ds_state = DS_UNKNOWN;
	x.finding.reason = REASON_HOLD_DS_UNKNOWN;
	x.state.rollback.forced = true;
	assert_reason(at(1), REASON_HOLD_DS_UNKNOWN);
	assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
	/* A source that does not tell has not told that the DS set is gone. */
	undo("0", "B");
	x.delegation.ds_state = DS_UNKNOWN;
	x.delegation.ds = fixture_set(x.arena, "0");
	x.finding.reason = REASON_HOLD_DS_UNKNOWN;
	assert_reason(at(1), REASON_HOLD_DS_UNKNOWN);
	assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
}

/* He forces it whatever the servers say, but not past a lock, a hold, or whoever has opted out. */
static void test_forced(void **unused)
{
	(void)unused;
	undo("A", "B");
	x.state.rollback.forced = true;
	x.finding.back.reason = REASON_CONTINUITY_NO_PATH;
	x.finding.reason = REASON_CHILD_BOGUS;
	x.checks[0].result = CHECK_FAIL;
	fixture_silence(&x, 1, true);
	assert_reason(at(1), REASON_ACCEPT_ROLLBACK);
	assert_true(leads_to("A"));
	assert_int_equal(x.decision.checks[0].result, CHECK_WARN);
	assert_int_equal(x.decision.warning_count, 1);
	assert_reason(x.decision.warnings[0], REASON_CHILD_BOGUS);
	x.state.suspended = SUSPENDED_BY_OPERATOR;
	assert_reason(at(2), REASON_HOLD_OPERATOR);
	x.state.suspended = 0;
	x.policy.respect_registry_lock = true;
	x.delegation.flags = DELEGATION_REGISTRY_LOCK;
	assert_reason(at(3), REASON_LOCKED);
	assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
	x.delegation.flags = DELEGATION_OPTED_OUT;
	x.finding.back.looked = false;
	assert_reason(at(4), REASON_REJECT_OPTED_OUT);
	assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
	/* A first DS set that is had back is one, and a suspension bars it. */
	undo("A", "0");
	x.state.suspended = SUSPENDED_BY_REMOVAL;
	x.state.rollback.forced = true;
	assert_reason(at(1), REASON_HOLD_SUSPENDED);
}

/* one change at a time. */
static void test_beside_a_change(void **unused)
{
	(void)unused;
	static const struct {
		enum pending_state state;
		const char *present, *leads;
		enum reason reason;
		enum journal_action journal;
		enum change_class change;
	} rows[] = {
		{ PENDING_SENT, "A", "B", REASON_ACCEPT_ROLLBACK, JOURNAL_SUPERSEDE, CHANGE_UPDATE },
		{ PENDING_SENT, "B", "C", REASON_ACCEPT_ROLLBACK, JOURNAL_SUPERSEDE, CHANGE_SWAP },
		{ PENDING_RELEASED, "B", "C", REASON_ACCEPT_ROLLBACK, JOURNAL_SUPERSEDE, CHANGE_SWAP },
		{ PENDING_PROPOSED, "B", "A", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, CHANGE_NONE },
		{ PENDING_SENT, "B", "A", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, CHANGE_NONE },
		{ PENDING_SENT, "A", "A", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, CHANGE_NONE },
		{ PENDING_SENT, "C", "B", REASON_ACCEPT_ROLLBACK, JOURNAL_SUPERSEDE, CHANGE_SWAP },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		undo("A", "B");
		x.delegation.ds = fixture_set(x.arena, rows[i].present);
		x.finding.ds_after = x.delegation.ds;
		look("A", rows[i].present[0] == 'A' ? CHANGE_NONE : CHANGE_SWAP);
		pend(rows[i].state, rows[i].leads);
		assert_reason(at(1), rows[i].reason);
		assert_int_equal(x.decision.journal, rows[i].journal);
		assert_int_equal(x.decision.change, rows[i].change);
		assert_int_equal(x.decision.superseded, rows[i].journal == JOURNAL_SUPERSEDE ? 9 : 0);
		assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
	}
	/* What is with the registry is done, whatever is seen now: the word lasts until the parent shows it. */
	undo("A", "B");
	pend(PENDING_SENT, "A");
	x.finding.back.reason = REASON_CONTINUITY_NO_PATH;
	assert_reason(at(1), REASON_NOOP_CHANGE_PENDING);
	assert_int_equal(x.state.rollback.state, ROLLBACK_WANTED);
}

/* How the word ends: done, overtaken, or forgotten; and how not. */
static void test_ends(void **unused)
{
	(void)unused;
	static const struct {
		enum pending_state state;
		const char *present, *leads;
		uint32_t seconds;
		enum rollback_state after;
	} rows[] = {
		{ PENDING_NONE, "A", "0", 1, ROLLBACK_DONE }, { PENDING_RELEASED, "A", "B", 1, ROLLBACK_DONE },
		{ PENDING_NONE, "C", "0", 1, ROLLBACK_NONE }, { PENDING_RELEASED, "C", "B", 1, ROLLBACK_NONE },
		{ PENDING_NONE, "B", "0", 7 * DAY, ROLLBACK_WANTED }, { PENDING_NONE, "B", "0", 7 * DAY + 1, ROLLBACK_NONE },
		{ PENDING_RELEASED, "B", "A", 7 * DAY + 1, ROLLBACK_WANTED },
		{ PENDING_RELEASED, "B", "C", 7 * DAY + 1, ROLLBACK_NONE },
		{ PENDING_SENT, "C", "A", 1, ROLLBACK_NONE }, { PENDING_SENT, "C", "B", 1, ROLLBACK_WANTED },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		undo("A", "B");
		x.delegation.ds = fixture_set(x.arena, rows[i].present);
		x.finding.ds_after = fixture_set(x.arena, "B");
		x.finding.reason = REASON_HOLD_BOGUS_SERVER;
		pend(rows[i].state, rows[i].leads);
		at(rows[i].seconds);
		assert_int_equal(x.state.rollback.state, rows[i].after);
		assert_int_equal(x.state.rollback.change, rows[i].after == ROLLBACK_NONE ? 0 : 7);
	}
	undo("A", "B");
	x.state.rollback.at = FIXTURE_NOW + 30 * DAY;
	assert_reason(at(1), REASON_ACCEPT_ROLLBACK);
	/* Another domain under the same name. */
	undo("A", "B");
	strcpy(x.state.registration, "2025");
	strcpy(x.delegation.registration, "2026");
	assert_reason(at(1), REASON_NOOP_IN_SYNC);
	assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
}

/* The parent has the former set: a request for the other one waits. */
static void pin(const char *to, const char *undone)
{
	undo(to, undone);
	x.delegation.ds_state = to[0] == '0' ? DS_ABSENT : DS_PRESENT;
	x.delegation.ds = fixture_set(x.arena, to);
	x.finding.back.looked = false;
	if (to[0] == '0') {
		fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	} else {
		x.finding.security = SECURITY_SECURE;
		fixture_find(&x, undone[0] == '0' ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE, undone);
	}
	x.state.rollback.state = ROLLBACK_DONE;
	x.policy.rules.delete_allowed = true;
}

static void test_pinned(void **unused)
{
	(void)unused;
	static const char *const rows[][2] = { { "A", "B" }, { "A", "0" }, { "0", "B" } };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pin(rows[i][0], rows[i][1]);
		assert_reason(at(1), REASON_HOLD_ROLLED_BACK);
		assert_int_equal(fixture_check(&x, "A-35")->result, CHECK_FAIL);
		assert_int_equal(x.decision.next_eligible, 0);
		assert_int_equal(x.state.rollback.state, ROLLBACK_DONE);
		/* A change that came of it before does not go out. */
		pend(PENDING_RELEASED, rows[i][1]);
		assert_reason(at(2), REASON_HOLD_ROLLED_BACK);
		assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
		pend(PENDING_SENT, "C");
		assert_reason(at(3), REASON_HOLD_ROLLED_BACK);
		assert_int_equal(x.decision.journal, JOURNAL_NONE);
		x.pending = (struct pending){ .state = PENDING_NONE };
		/* With a release it is a request like any other. */
		struct child_state after;
		const char *why;
		assert_int_equal(operator_apply(&x.state, OPERATOR_DO_RELEASE, x.now, &after, &why), 0);
		x.state = after;
		assert_true(reason_find(at(4))->class == CLASS_ACCEPT);
	}
}

/* What ends it without an operator, and what says nothing of what the child wants now. */
static void test_pin_ends(void **unused)
{
	(void)unused;
	static const struct {
		enum reason reason;
		const char *asks, *present;
		enum rollback_state after;
	} rows[] = {
		{ REASON_NOOP_IN_SYNC, "A", "A", ROLLBACK_NONE }, { REASON_NOOP_NO_SIGNAL, "A", "A", ROLLBACK_NONE },
		{ REASON_ACCEPT_UPDATE, "C", "A", ROLLBACK_NONE }, { REASON_ACCEPT_DELETE, "0", "A", ROLLBACK_NONE },
		{ REASON_NOOP_STATUS_QUO, "A", "A", ROLLBACK_DONE }, { REASON_INCONSISTENT_KEYS, "A", "A", ROLLBACK_DONE },
		{ REASON_HOLD_BOGUS_SERVER, "A", "A", ROLLBACK_DONE }, { REASON_CONTINUITY_NO_PATH, "C", "A", ROLLBACK_DONE },
		{ REASON_NO_USABLE_SERVER, "A", "A", ROLLBACK_DONE }, { REASON_NOOP_IN_SYNC, "B", "B", ROLLBACK_NONE },
		{ REASON_HOLD_BOGUS_SERVER, "B", "B", ROLLBACK_NONE },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		pin("A", "B");
		fixture_find(&x, rows[i].reason, rows[i].asks);
		x.delegation.ds = fixture_set(x.arena, rows[i].present);
		at(1);
		assert_int_equal(x.state.rollback.state, rows[i].after);
		assert_true(!fixture_checked(&x, "A-35") || fixture_check(&x, "A-35")->result == CHECK_PASS);
	}
	/* A delete that is undone: to ask for nothing is not to ask for a removal. */
	pin("A", "0");
	fixture_find(&x, REASON_NOOP_NO_SIGNAL, "A");
	at(1);
	assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
}

/* Whoever is silent may still ask for it, and what is old says nothing of now. */
static void test_pin_stays(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < 5; i++) {
		pin("A", "B");
		fixture_find(&x, i < 3 ? REASON_NOOP_IN_SYNC : REASON_ACCEPT_UPDATE, i < 3 ? "A" : "C");
		fixture_probe(&x, 1, TRIGGER_TIMER);
		struct mark newer = fixture_mark(TYPE_CDS, 'A', FIXTURE_NOW);
		if (i == 0) {
			fixture_silence(&x, 0, true);
			x.finding.silent_count = 1;
		} else if (i == 1) {
			fixture_unresolve(&x, 1, true);
		} else if (i == 2) {
			x.evidence.ended_ms = x.evidence.began_ms + LIMIT_ROUND_MS + 1;
		} else if (i == 3) {
			x.state.marks = &newer;
			x.state.mark_count = 1;
		} else {
			x.state.suspended = SUSPENDED_BY_OPERATOR;
		}
		fixture_run(&x);
		/* The last one asks for something else everywhere, though it is not accepted. */
		assert_int_equal(x.state.rollback.state, i < 4 ? ROLLBACK_DONE : ROLLBACK_NONE);
	}
	assert_reason(x.decision.reason, REASON_HOLD_OPERATOR);
	pin("A", "B");
	fixture_find(&x, REASON_ACCEPT_UPDATE, "C");
	x.policy.replay_guard = REPLAY_GUARD_STRICT;
	x.finding.mark_count = 0;
	x.finding.said[SAID_CDS] = (struct last_words){ .known = true, .inception = FIXTURE_NOW, .hash = { 'C' } };
	x.state.said[SAID_CDS] = (struct last_words){ .known = true, .inception = FIXTURE_NOW, .hash = { 'B' } };
	assert_reason(at(1), REASON_REPLAY_NOT_NEWER);
	assert_int_equal(x.state.rollback.state, ROLLBACK_DONE);
	/* A server that is left out after all its retries does not keep what is accepted from ending it. */
	pin("A", "B");
	fixture_find(&x, REASON_ACCEPT_UPDATE, "C");
	fixture_silence(&x, 0, true);
	x.finding.silent_count = 1;
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	assert_reason(at(1), REASON_ACCEPT_UPDATE);
	assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
}

/* DSA-7.1-3: a first DS set that is undone is not the child's removal, though the parent shows a change of ours. */
static void test_first_set(void **unused)
{
	(void)unused;
	undo("0", "B");
	at(1);
	pend(PENDING_SENT, "0");
	fixture_publish(&x, "0");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	x.finding.back.looked = false;
	assert_reason(at(DAY), REASON_HOLD_SUSPENDED);
	assert_int_equal(x.state.suspended, SUSPENDED_BY_REMOVAL);
	assert_int_equal(x.state.rollback.state, ROLLBACK_DONE);
	/* A release ends both. */
	struct child_state after;
	const char *why;
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_RELEASE, x.now, &after, &why), 0);
	assert_int_equal(after.suspended, 0);
	assert_int_equal(after.rollback.state, ROLLBACK_NONE);
	/* The child's own removal stays its own. */
	fixture_restart(&x);
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	at(1);
	pend(PENDING_SENT, "0");
	fixture_publish(&x, "0");
	fixture_nothing(&x, REASON_NOOP_DELETE_INSECURE);
	x.finding.security = SECURITY_INSECURE;
	at(DAY);
	assert_int_equal(x.state.suspended, 0);
	/* So it does where an update of before is to be undone. */
	undo("A", "B");
	at(1);
	pend(PENDING_SENT, "0");
	fixture_publish(&x, "0");
	fixture_nothing(&x, REASON_NOOP_DELETE_INSECURE);
	x.finding.security = SECURITY_INSECURE;
	at(DAY);
	assert_int_equal(x.state.suspended, 0);
	assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
}

/* what waits does not wait for the child's return; what was undone stays so. */
static void test_gone(void **unused)
{
	(void)unused;
	undo("A", "B");
	assert_true(child_state_leave(&x.state));
	assert_int_equal(x.state.rollback.state, ROLLBACK_NONE);
	pin("A", "B");
	assert_false(child_state_leave(&x.state));
	assert_int_equal(x.state.rollback.state, ROLLBACK_DONE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = { CASE(test_accepts), CASE(test_needs_a_look), CASE(test_refuses), CASE(test_servers),
		CASE(test_forced), CASE(test_beside_a_change), CASE(test_ends), CASE(test_pinned), CASE(test_pin_ends),
		CASE(test_pin_stays), CASE(test_first_set), CASE(test_gone) };
	return cmocka_run_group_tests_name("rollback", tests, NULL, NULL);
}
