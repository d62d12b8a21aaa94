/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Life after acceptance: barriers and locks (A-14, DSA-6.1, A28), changes by hand (A18). Suspension is in
 * test_accept_removal.c, the interval between changes and the TTL of the DS set in test_accept_ttl.c. */
#include "tests/unit/accept_child.h"

/* Standards 4.6, last row: a change by hand to another DS set suspends nothing. */
static void test_change_by_hand_is_no_removal(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	at(0);
	fixture_publish(&x, "C");
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	assert_reason(at(1), REASON_ACCEPT_UPDATE);
	assert_int_equal(x.state.suspended, 0);
}

static void update(void)
{
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
}

static void delete(void)
{
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
}

static void refresh(void)
{
	fixture_find(&x, REASON_ACCEPT_DIGEST_REFRESH, "B");
	x.finding.change = CHANGE_DIGEST;
}

static void first(void)
{
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
}

static void (*const requests[])(void) = { update, delete, refresh, first };
static const enum reason accepts[] = { REASON_ACCEPT_UPDATE, REASON_ACCEPT_DELETE, REASON_ACCEPT_DIGEST_REFRESH,
	REASON_ACCEPT_BOOTSTRAP_AUTH };
#define REQUESTS 4
#define REFRESH 2
#define FIRST 3

/* A28, A-14, A-36, C26, DSA-6.1-1, DSA-6.1-2, DSA-7.1-5, T-54: each barrier against each request. */
static void test_barriers(void **unused)
{
	(void)unused;
	static const struct {
		unsigned flag;
		bool respected;		/* the locks, by the policy */
		bool first_only;
		bool bars;
		enum reason reason;
		const char *rule;
	} cases[] = {
		{ DELEGATION_OPTED_OUT, false, false, true, REASON_REJECT_OPTED_OUT, "A-14" },
		{ DELEGATION_REGISTRAR_AUTOMATES, false, false, true, REASON_REJECT_REGISTRAR_AUTOMATES, "DSA-7.1-5" },
		{ DELEGATION_REGISTRAR_NO_DISABLE, false, true, true, REASON_REJECT_REGISTRAR_NO_DNSSEC, "DSA-7.1-5" },
		{ DELEGATION_REGISTRY_LOCK, true, false, true, REASON_LOCKED, "DSA-6.1-2" },
		{ DELEGATION_REGISTRAR_LOCK, true, false, true, REASON_LOCKED, "DSA-6.1-1" },
		{ DELEGATION_REGISTRY_LOCK, false, false, false, REASON_LOCKED, "DSA-6.1-2" },
		{ DELEGATION_REGISTRAR_LOCK, false, false, false, REASON_LOCKED, "DSA-6.1-1" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (size_t k = 0; k < REQUESTS; k++) {
			fixture_restart(&x);
			requests[k]();
			x.delegation.flags = cases[i].flag;
			x.policy.respect_registry_lock = cases[i].respected;
			x.policy.respect_registrar_lock = cases[i].respected;
			bool bars = cases[i].bars && (!cases[i].first_only || k == FIRST);
			at(0);
			assert_reason(x.decision.reason, bars ? cases[i].reason : accepts[k]);
			assert_int_equal(x.decision.journal, bars ? JOURNAL_NONE : JOURNAL_PROPOSE);
			assert_int_equal(x.decision.change == CHANGE_NONE, bars);
			assert_int_equal(fixture_check(&x, cases[i].rule)->result, bars ? CHECK_FAIL : CHECK_PASS);
			assert_int_equal(fixture_check(&x, cases[i].rule)->gate, GATE_ALLOWED);
			/* The end of the flag is the end of it. */
			x.delegation.flags = 0;
			x.state.accepted = 0;
			assert_reason(at(60), accepts[k]);
			assert_false(fixture_checked(&x, cases[i].rule));
		}
	}
}

/* The three reasons of the flags, each as the outcome itself. */
static void test_barriers_one_by_one(void **unused)
{
	(void)unused;
	first();
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_reason(at(0), REASON_REJECT_OPTED_OUT);
	x.delegation.flags = DELEGATION_REGISTRAR_AUTOMATES;
	assert_reason(at(1), REASON_REJECT_REGISTRAR_AUTOMATES);
	x.delegation.flags = DELEGATION_REGISTRAR_NO_DISABLE;
	assert_reason(at(2), REASON_REJECT_REGISTRAR_NO_DNSSEC);
	x.delegation.flags = DELEGATION_REGISTRY_LOCK;
	x.policy.respect_registry_lock = true;
	assert_reason(at(3), REASON_LOCKED);
	/* All that stand are told, the first is the reason. */
	x.delegation.flags = DELEGATION_FLAGS;
	x.policy.respect_registrar_lock = true;
	assert_int_equal(say(OPERATOR_DO_HOLD), 0);
	assert_reason(at(4), REASON_REJECT_OPTED_OUT);
	size_t failed = 0;
	for (size_t i = 0; i < x.decision.check_count; i++) {
		failed += x.decision.checks[i].result == CHECK_FAIL && x.decision.checks[i].gate == GATE_ALLOWED;
	}
	assert_int_equal(failed, 6);
	/* where something else refuses, that is the reason, and the flags are told. */
	fixture_nothing(&x, REASON_INCONSISTENT_KEYS);
	assert_reason(at(5), REASON_INCONSISTENT_KEYS);
	assert_int_equal(fixture_check(&x, "A-14")->result, CHECK_FAIL);
	fixture_silence(&x, 1, true);
	first();
	assert_reason(at(6), REASON_HOLD_UNREACHABLE);
}

/* A window does not begin behind a barrier, and does not count there; another request is seen all the same. */
static void test_barrier_and_window(void **unused)
{
	(void)unused;
	fixture_first(&x, BOOTSTRAP_DELAY);
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_reason(at(0), REASON_REJECT_OPTED_OUT);
	assert_int_equal(x.state.window.began, 0);
	x.delegation.flags = 0;
	at(DAY);
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_reason(at(2 * DAY), REASON_REJECT_OPTED_OUT);
	assert_int_equal(x.state.window.checks, 0);
	assert_int_equal(x.state.window.began, FIXTURE_NOW + DAY);
	/* Nor is it asked then: nothing is said of the window. */
	fixture_nothing(&x, REASON_NO_USABLE_SERVER);
	x.hosts[0].status = EVIDENCE_HOST_NOT_ASKED;
	x.hosts[1].status = EVIDENCE_HOST_NOT_ASKED;
	x.finding.unresolved = evidence_unresolved(&x.evidence);
	assert_reason(at(2 * DAY), REASON_REJECT_OPTED_OUT);
	assert_int_equal(x.state.window.began, FIXTURE_NOW + DAY);
	x.hosts[0].status = EVIDENCE_HOST_RESOLVED;
	x.hosts[1].status = EVIDENCE_HOST_RESOLVED;
	x.finding.unresolved = 0;
	fixture_first(&x, BOOTSTRAP_DELAY);
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
	at(2 * DAY + 1);
	assert_int_equal(x.state.window.began, 0);
}

/* A window that is void at the end of a probe, for want of a request, is none. */
static void test_void(void **unused)
{
	(void)unused;
	for (int i = 0; i < 3; i++) {
		fixture_restart(&x);
		fixture_first(&x, BOOTSTRAP_DELAY);
		at(0);
		at(DAY);
		memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
		if (i == 0) {
			x.finding.change = CHANGE_SWAP;		/* contradicts itself */
			assert_reason(at(DAY + 1), REASON_INTERNAL_ERROR);
		} else if (i == 1) {
			assert_reason(at(DAY - 1), REASON_CLOCK_UNSAFE);
		} else {
			fixture_nothing(&x, REASON_NO_USABLE_SERVER);
			assert_reason(at(DAY + 1), REASON_NO_USABLE_SERVER);
		}
		assert_int_equal(x.decision.window.began, 0);
		assert_int_equal(x.state.window.began, 0);
		assert_int_equal(fixture_check(&x, "C17")->result, CHECK_WARN);
	}
}

/* The end of time: nothing begins again at its beginning. */
static void test_end_of_time(void **unused)
{
	(void)unused;
	const uint32_t last = UINT32_MAX - FIXTURE_NOW;
	fixture_first(&x, BOOTSTRAP_DELAY);
	assert_reason(at(last), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(x.decision.next_eligible, UINT32_MAX);
	fixture_restart(&x);
	x.policy.min_interval_s = DAY;
	x.state.accepted = UINT32_MAX - 1;
	assert_reason(at(last), REASON_HOLD_RATE_LIMITED);
	assert_int_equal(x.decision.next_eligible, UINT32_MAX);
	fixture_restart(&x);
	x.policy.ttl = (struct ttl_policy){ .change_s = 900, .hold_s = DAY };
	assert_reason(at(last), REASON_ACCEPT_UPDATE);
	assert_int_equal(x.state.ttl_restore, UINT32_MAX);
}

/* OPERATOR: nothing is accepted, what has not left does not leave, and a release ends it. */
static void test_hold(void **unused)
{
	(void)unused;
	for (size_t k = 0; k < REQUESTS; k++) {
		fixture_restart(&x);
		requests[k]();
		assert_int_equal(say(OPERATOR_DO_HOLD), 0);
		assert_reason(at(0), REASON_HOLD_OPERATOR);
		assert_int_equal(fixture_check(&x, "A-36")->gate, GATE_ALLOWED);
		if (k == REFRESH) {
			continue;	/* a change of keys on its way puts it off before */
		}
		x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 4, .ds_after = x.finding.ds_after };
		assert_reason(at(1), REASON_HOLD_OPERATOR);
		assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
		assert_int_equal(say(OPERATOR_DO_RELEASE), 0);
		assert_reason(at(2), REASON_NOOP_CHANGE_PENDING);
		assert_int_equal(x.decision.journal, JOURNAL_NONE);
	}
	/* A rejection withdraws what a hold keeps. */
	x.delegation.flags = DELEGATION_OPTED_OUT;
	assert_reason(at(3), REASON_REJECT_OPTED_OUT);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
	fixture_restart(&x);
	update();
	x.delegation.flags = DELEGATION_OPTED_OUT;
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 4, .ds_after = x.finding.ds_after };
	assert_reason(at(0), REASON_REJECT_OPTED_OUT);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
}

/* A18, T-24, manual-then-scan: signed after the change by hand, at the same second, or before it. */
static void test_manual_change(void **unused)
{
	(void)unused;
	static const struct { bool guarded; uint32_t change; bool passes; } cases[] = {
		{ true, 0, true }, { true, FIXTURE_NOW - 3601, true }, { true, FIXTURE_NOW - 3600, true },
		{ true, FIXTURE_NOW - 3599, false }, { false, FIXTURE_NOW, true } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fixture_restart(&x);
		x.policy.guard_manual_change = cases[i].guarded;
		x.delegation.manual_change = cases[i].change;
		at(0);
		if (cases[i].passes) {
			assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
		} else {
			assert_reason(x.decision.reason, REASON_OLDER_THAN_MANUAL_CHANGE);
			assert_int_equal(fixture_check(&x, "A-05")->gate, GATE_CORRECT);
		}
	}
	/* One signature that is new is enough, but not one of a key that is yet to come. */
	x.policy.guard_manual_change = true;
	x.delegation.manual_change = FIXTURE_NOW - 10;
	x.marks[1] = fixture_mark(TYPE_CDS, 'B', FIXTURE_NOW);
	x.marks[1].successor = true;
	x.finding.mark_count = 2;
	assert_reason(at(1), REASON_OLDER_THAN_MANUAL_CHANGE);
	x.marks[1].successor = false;
	assert_reason(at(2), REASON_ACCEPT_UPDATE);
	fixture_restart(&x);
	x.policy.guard_manual_change = true;
	x.delegation.manual_change = 1;
	x.finding.mark_count = 0;
	assert_reason(at(0), REASON_OLDER_THAN_MANUAL_CHANGE);
	/* Standards 4.1: replay before it, reachability and barriers after it. */
	fixture_restart(&x);
	x.policy.guard_manual_change = true;
	x.delegation.manual_change = FIXTURE_NOW;
	x.delegation.flags = DELEGATION_OPTED_OUT;
	fixture_silence(&x, 1, true);
	assert_reason(at(0), REASON_OLDER_THAN_MANUAL_CHANGE);
	struct mark stored = fixture_mark(TYPE_CDS, 'A', FIXTURE_NOW);
	x.state.marks = &stored;
	x.state.mark_count = 1;
	assert_reason(at(1), REASON_REPLAY_OLDER);
}

/* a delegation that is gone. Windows and approvals end, and whoever comes back has to settle; the rest stays. */
static void test_gone(void **unused)
{
	(void)unused;
	fixture_first(&x, BOOTSTRAP_DELAY);
	at(0);
	assert_int_equal(say(OPERATOR_DO_HOLD), 0);
	assert_true(child_state_leave(&x.state));
	assert_int_equal(x.state.window.began, 0);
	assert_int_equal(x.state.settled, 0);
	assert_int_equal(x.state.suspended, SUSPENDED_BY_OPERATOR);
	assert_false(x.state.ds_known);
	assert_false(child_state_leave(&x.state));
	assert_int_equal(say(OPERATOR_DO_APPROVE), 0);
	assert_true(child_state_leave(&x.state));
	assert_int_equal(x.state.word, OPERATOR_NONE);
	assert_int_equal(say(OPERATOR_DO_RELEASE), 0);
	assert_reason(at(DAY), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(x.state.settled, FIXTURE_NOW + DAY);
}

/* each thing that does not outlive the delegation is a change alone. */
static void test_gone_with_one_thing(void **unused)
{
	(void)unused;
	struct child_state was[] = { { .settled = FIXTURE_NOW }, { .ds_known = true }, { .published_known = true },
		{ .word = OPERATOR_APPROVE, .word_at = FIXTURE_NOW },
		{ .window = { .began = FIXTURE_NOW, .last_check = FIXTURE_NOW, .last_seen = FIXTURE_NOW } },
		{ .rollback = { .state = ROLLBACK_WANTED, .change = 7 } } };
	for (size_t i = 0; i < sizeof was / sizeof was[0]; i++) {
		assert_true(child_state_leave(&was[i]));
		assert_false(child_state_leave(&was[i]));
	}
}

/* A-36, DSA-7.1-3: its DS set went with it. Whoever has the name next has removed nothing; who was suspended stays so. */
static void test_gone_with_its_ds_set(void **unused)
{
	(void)unused;
	for (int removed = 0; removed < 2; removed++) {
		fixture_restart(&x);
		fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
		at(0);
		fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
		if (removed == 1) {
			assert_reason(at(DAY), REASON_HOLD_SUSPENDED);
		}
		child_state_publish(&x.state, &x.delegation.ds);
		assert_true(child_state_leave(&x.state));
		assert_true(!x.state.ds_known && x.state.ds_seen.count == 0 && !x.state.published_known);
		assert_false(child_state_leave(&x.state));
		child_state_publish(&x.state, &x.delegation.ds);
		assert_true(child_state_leave(&x.state));
		assert_reason(at(36 * DAY), removed == 1 ? REASON_HOLD_SUSPENDED : REASON_ACCEPT_BOOTSTRAP_AUTH);
		assert_int_equal(x.state.suspended, removed == 1 ? SUSPENDED_BY_REMOVAL : 0);
	}
}

/* another registration is another domain; whoever held the child ends that himself. */
static void test_held_and_registered_anew(void **unused)
{
	(void)unused;
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	strcpy(x.delegation.registration, "2019-01-01");
	assert_int_equal(say(OPERATOR_DO_HOLD), 0);
	assert_reason(at(0), REASON_HOLD_OPERATOR);
	x.state.suspended |= SUSPENDED_BY_REMOVAL;
	strcpy(x.delegation.registration, "ROID-77");
	assert_reason(at(DAY), REASON_HOLD_OPERATOR);
	assert_int_equal(x.state.suspended, SUSPENDED_BY_OPERATOR);
	bool told = false;
	for (size_t i = 0; i < x.decision.check_count; i++) {
		told = told || strstr(x.decision.checks[i].detail, ", but that an operator holds the child") != NULL;
	}
	assert_true(told);
	assert_int_equal(say(OPERATOR_DO_RELEASE), 0);
	assert_reason(at(2 * DAY), REASON_ACCEPT_BOOTSTRAP_AUTH);
}

/* A quiet child costs no write, whatever it is remembered for. */
static void test_quiet(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_NOOP_NO_SIGNAL, "A");
	strcpy(x.delegation.registrar, "r");
	strcpy(x.delegation.registration, "1");
	memset(x.finding.ns_hash, 'n', SHA256_OCTETS);
	fixture_probe(&x, 0, TRIGGER_TIMER);
	assert_true(fixture_run(&x));
	for (uint32_t day = 1; day < 5; day++) {
		fixture_probe(&x, day * DAY, TRIGGER_TIMER);
		assert_false(fixture_run(&x));
	}
	assert_int_equal(x.state.seen, FIXTURE_NOW);
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	fixture_probe(&x, 6 * DAY, TRIGGER_TIMER);
	assert_true(fixture_run(&x));
	assert_int_equal(x.state.seen, FIXTURE_NOW + 6 * DAY);
	assert_int_equal(x.state.settled, FIXTURE_NOW);
	/* Another NS set is of no matter to a child that waits for nothing. */
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
	strcpy(x.delegation.registrar, "s");
	fixture_probe(&x, 6 * DAY + 1, TRIGGER_TIMER);
	assert_true(fixture_run(&x));
	assert_false(fixture_checked(&x, "C17"));
	assert_int_equal(x.decision.check_count, 1);
	assert_int_equal(x.state.settled, FIXTURE_NOW + 6 * DAY + 1);
	/* A change by hand is news once, even one that lies ahead of our clock. */
	x.delegation.manual_change = FIXTURE_NOW + 9 * DAY;
	fixture_probe(&x, 7 * DAY, TRIGGER_TIMER);
	assert_true(fixture_run(&x));
	assert_int_equal(x.state.settled, FIXTURE_NOW + 9 * DAY);
	fixture_probe(&x, 8 * DAY, TRIGGER_TIMER);
	assert_false(fixture_run(&x));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_change_by_hand_is_no_removal),
		TEST(test_barriers),
		TEST(test_barriers_one_by_one),
		TEST(test_barrier_and_window),
		TEST(test_void),
		TEST(test_end_of_time),
		TEST(test_hold),
		TEST(test_manual_change),
		TEST(test_gone),
		TEST(test_gone_with_one_thing),
		TEST(test_gone_with_its_ds_set),
		TEST(test_held_and_registered_anew),
		TEST(test_quiet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
