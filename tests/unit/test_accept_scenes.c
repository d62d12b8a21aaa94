/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenes of accept, one for each way through it: outcome, the check that says why, and no decision where memory ends. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"
#include "validate/wire/limits.h"

static struct fixture x;
static struct mark stored[1];

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static void be_older(void)
{
	stored[0] = x.marks[0];
	stored[0].inception++;
	x.state.marks = stored;
	x.state.mark_count = 1;
}

static void be_newer(void)
{
	be_older();
	stored[0].inception -= 2;
}

static void be_unguarded(void)
{
	x.policy.replay_guard = REPLAY_GUARD_OFF;
}

static void be_silent(void)
{
	fixture_silence(&x, 2, true);
}

static void be_long_silent(void)
{
	fixture_silence(&x, 2, true);
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
}

static void be_lost(void)
{
	fixture_unresolve(&x, 1, true);
}

static void be_slow(void)
{
	x.evidence.ended_ms = x.evidence.began_ms + LIMIT_ROUND_MS + 1;
}

static void be_a_refresh(void)
{
	x.finding.change = CHANGE_DIGEST;
}

static void be_denied(void)
{
	for (size_t i = 0; i < FIXTURE_SERVERS; i++) {
		x.servers[i].class = RESPONSE_NODATA;
	}
	be_newer();
}

static void be_contradictory(void)
{
	x.finding.ds_after = x.delegation.ds;
}

/* A first DS set, asked for a day after a window began for it. */
static void be_first(void)
{
	fixture_first(&x, BOOTSTRAP_DELAY);
	fixture_probe(&x, 86400, TRIGGER_TIMER);
	x.state.window = (struct window){ .began = FIXTURE_NOW, .last_check = FIXTURE_NOW, .last_seen = FIXTURE_NOW };
	memset(x.state.window.request_hash, 'B', SHA256_OCTETS);
	x.state.settled = FIXTURE_NOW;
}

static void be_proven(void)
{
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
}

static void be_complete(void)
{
	be_first();
	x.policy.bootstrap.delay_s = 86400;
	x.policy.bootstrap.min_checks = 1;
}

static void be_another(void)
{
	be_first();
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
}

static void be_confirmed(void)
{
	be_first();
	x.policy.bootstrap.methods[0] = BOOTSTRAP_CHECKED;
	x.policy.bootstrap.settled_s = 0;
	x.state.word = OPERATOR_APPROVE;
	x.state.word_at = FIXTURE_NOW;
}

static void be_approved_too_late(void)
{
	be_first();
	x.policy.bootstrap.methods[0] = BOOTSTRAP_CHANNEL;
	x.state.word = OPERATOR_APPROVE;
	x.state.word_at = x.now + 1;
}

static void be_approved_long_ago(void)
{
	be_approved_too_late();
	x.state.word_at = FIXTURE_NOW;
	x.policy.bootstrap.confirmation_s = 3600;
}

static void be_unsettled(void)
{
	be_first();
	x.policy.bootstrap.methods[0] = BOOTSTRAP_CHECKED;
}

static void be_unanswered(void)
{
	be_unsettled();
	x.policy.bootstrap.settled_s = 0;
}

static void be_unanswered_for_long(void)
{
	be_unanswered();
	x.policy.bootstrap.confirmation_s = 3600;
}

static void be_challenged(void)
{
	be_first();
	x.policy.bootstrap.methods[0] = BOOTSTRAP_CHALLENGE;
	x.policy.rules.bootstrap.challenge = true;
	x.state.word = OPERATOR_CHALLENGE;
	x.state.word_at = FIXTURE_NOW;
	memset(x.state.challenge_hash, 't', SHA256_OCTETS);
}

static void be_challenged_long_ago(void)
{
	be_challenged();
	x.policy.bootstrap.confirmation_s = 3600;
}

static void be_approved_and_gone(void)
{
	be_approved_long_ago();
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
}

static void be_gone(void)
{
	be_first();
	fixture_nothing(&x, REASON_INCONSISTENT_KEYS);
}

static void be_backwards(void)
{
	be_first();
	x.state.seen = x.now + 1;
}

static void be_suspended(void)
{
	be_proven();
	x.state.ds_known = true;
	x.state.ds_seen = fixture_set(x.arena, "A");
}

static void be_cancelled(void)
{
	be_first();
	x.state.word = OPERATOR_CANCEL;
}

static void be_first_and_silent(void)
{
	be_first();
	be_silent();
}

/* Our part of it is not the only one. */
static void be_unasked_and_silent(void)
{
	static struct evidence_server servers[FIXTURE_SERVERS] = { [1] = { .skip = SKIP_FAMILY } };
	be_first_and_silent();
	x.servers[1].class = RESPONSE_SKIPPED;
	x.evidence.servers = servers;
	x.evidence.server_count = FIXTURE_SERVERS;
}

static void be_unasked_and_lost(void)
{
	be_unasked_and_silent();
	fixture_silence(&x, 2, false);
	be_lost();
}

static void be_locked(void)
{
	x.policy.respect_registry_lock = true;
	x.delegation.flags = DELEGATION_REGISTRY_LOCK | DELEGATION_REGISTRAR_LOCK;
}

static void be_opted_out(void)
{
	x.delegation.flags = DELEGATION_OPTED_OUT;
}

static void be_another_domain(void)
{
	be_first();
	strcpy(x.state.registration, "1");
	strcpy(x.delegation.registration, "2");
}

static void be_hasty(void)
{
	x.policy.min_interval_s = 60;
	x.state.accepted = x.now - 59;
}

/* Accepted by a clock that was ahead; where there is no interval, that is nothing to wait for. */
static void be_ahead(void)
{
	x.policy.min_interval_s = 0;
	x.state.accepted = x.now + 60;
}

/* An interval from the last acceptance on, and there was none. */
static void be_never_accepted(void)
{
	x.policy.min_interval_s = x.now + 1;
	x.state.accepted = 0;
}

static void be_older_than_a_hand(void)
{
	x.policy.guard_manual_change = true;
	x.delegation.manual_change = x.now;
}

static void be_due(void)
{
	x.policy.ttl = (struct ttl_policy){ .change_s = 900, .hold_s = 1 };
	x.delegation.ds_ttl = 900;
	x.state.ttl_normal = 3600;
	x.state.ttl_restore = x.now;
}

static void be_not_due(void)
{
	be_due();
	x.state.ttl_restore++;
}

static void be_pinned(void)
{
	x.state.rollback = (struct rollback){ .state = ROLLBACK_DONE, .change = 80, .undone = x.finding.ds_after };
}

/* What is found, what is under way -> what is decided, and the last check, which says why. */
static const struct scene {
	const char *name;
	void (*prepare)(void);
	enum reason found;
	const char *wanted;
	enum pending_state state;
	const char *pending;
	enum reason reason;
	enum journal_action journal;
	const char *rule;
	enum check_result result;
	const char *detail;	/* a part of it */
} scenes[] = {
	{ "a first acceptance", NULL, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_ACCEPT_UPDATE, JOURNAL_PROPOSE,
		"R9975-3-4", CHECK_PASS, "every address" },
	{ "without the guard", be_unguarded, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_ACCEPT_UPDATE,
		JOURNAL_PROPOSE, "R9975-3-4", CHECK_PASS, "every address" },
	{ "newer than before", be_newer, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_ACCEPT_UPDATE, JOURNAL_PROPOSE,
		"R9975-3-4", CHECK_PASS, "every address" },
	{ "older than before", be_older, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "C", REASON_REPLAY_OLDER, JOURNAL_BLOCK,
		"A-30", CHECK_FAIL, "does not go out in this run" },
	{ "older, and wrong besides", be_older, REASON_CONTINUITY_NO_PATH, "A", PENDING_RELEASED, "C", REASON_REPLAY_OLDER,
		JOURNAL_BLOCK, "A-30", CHECK_FAIL, "does not go out in this run" },
	{ "a refresh in the middle of a change of keys", be_a_refresh, REASON_ACCEPT_DIGEST_REFRESH, "B", PENDING_SENT, "C",
		REASON_NOOP_IN_SYNC, JOURNAL_NONE, "A-31", CHECK_WARN, "is with the registry already" },
	{ "older, beside a change that was sent", be_older, REASON_ACCEPT_UPDATE, "B", PENDING_SENT, "C", REASON_REPLAY_OLDER,
		JOURNAL_NONE, "A-31", CHECK_WARN, "does not confirm it" },
	{ "silent", be_silent, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_HOLD_UNREACHABLE, JOURNAL_NONE,
		"R9975-3-4", CHECK_FAIL, "waiting for 1 of 1 silent addresses" },
	{ "silent long enough", be_long_silent, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_ACCEPT_UPDATE,
		JOURNAL_PROPOSE, "R9975-3-4", CHECK_WARN, "left out of the vote" },
	{ "a host is lost", be_lost, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_HOLD_UNREACHABLE, JOURNAL_NONE,
		"R9975-3-4", CHECK_FAIL, "waiting for 1 of 1 hosts" },
	{ "longer than a round", be_slow, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_STALE_EVIDENCE, JOURNAL_NONE,
		"A-07", CHECK_FAIL, "not of one round" },
	{ "supersedes", NULL, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "C", REASON_ACCEPT_UPDATE, JOURNAL_SUPERSEDE,
		"A-31", CHECK_PASS, "supersedes change 81" },
	{ "the same, sent", NULL, REASON_ACCEPT_UPDATE, "B", PENDING_SENT, "B", REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE,
		"A-31", CHECK_PASS, "is with the registry" },
	{ "the same, on its way", NULL, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "B", REASON_NOOP_CHANGE_PENDING,
		JOURNAL_NONE, "A-31", CHECK_PASS, "is on its way" },
	{ "back to the present set", be_newer, REASON_NOOP_IN_SYNC, "A", PENDING_SENT, "B", REASON_ACCEPT_UPDATE,
		JOURNAL_SUPERSEDE, "A-31", CHECK_PASS, "went back" },
	{ "back, without a signature that shows it", NULL, REASON_NOOP_IN_SYNC, "A", PENDING_SENT, "B", REASON_NOOP_IN_SYNC,
		JOURNAL_NONE, "A-31", CHECK_WARN, "does not confirm it" },
	{ "the request is gone after the change was sent", be_denied, REASON_NOOP_NO_SIGNAL, "A", PENDING_SENT, "B",
		REASON_NOOP_NO_SIGNAL, JOURNAL_NONE, "A-31", CHECK_WARN, "cannot be withdrawn" },
	{ "the change leads to the present set", be_newer, REASON_NOOP_IN_SYNC, "A", PENDING_SENT, "A",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A-31", CHECK_PASS, "leads to the present DS set" },
	{ "the request is gone", NULL, REASON_NOOP_NO_SIGNAL, "A", PENDING_RELEASED, "B", REASON_NOOP_NO_SIGNAL,
		JOURNAL_WITHDRAW, "A-30", CHECK_FAIL, "is withdrawn" },
	{ "refused", NULL, REASON_CONTINUITY_NO_PATH, "A", PENDING_PROPOSED, "B", REASON_CONTINUITY_NO_PATH,
		JOURNAL_WITHDRAW, "A-30", CHECK_FAIL, "is withdrawn" },
	{ "held", NULL, REASON_INCONSISTENT_KEYS, "A", PENDING_PROPOSED, "B", REASON_INCONSISTENT_KEYS, JOURNAL_BLOCK,
		"A-30", CHECK_FAIL, "does not go out in this run" },
	{ "a finding that contradicts itself", be_contradictory, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "B",
		REASON_INTERNAL_ERROR, JOURNAL_BLOCK, "A-30", CHECK_FAIL, "does not go out in this run" },
	{ "a first set, proven", be_proven, REASON_ACCEPT_BOOTSTRAP_AUTH, "B", PENDING_NONE, "0", REASON_ACCEPT_BOOTSTRAP_AUTH,
		JOURNAL_PROPOSE, "R9975-3-4", CHECK_PASS, "every address" },
	{ "a first set, proven, and another one sent", be_proven, REASON_ACCEPT_BOOTSTRAP_AUTH, "B", PENDING_SENT, "C",
		REASON_STALE_INPUT, JOURNAL_NONE, "A-31", CHECK_FAIL, "has come to an end" },
	{ "a window", be_first, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_RELEASED, "C", REASON_HOLD_DELAY_RUNNING, JOURNAL_WITHDRAW,
		"A-30", CHECK_FAIL, "no longer asks for it" },
	{ "a window that is complete", be_complete, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_RELEASED, "C",
		REASON_ACCEPT_BOOTSTRAP_DELAY, JOURNAL_SUPERSEDE, "A-31", CHECK_PASS, "supersedes change 81" },
	{ "another request", be_another, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_HOLD_DELAY_RESET, JOURNAL_NONE,
		"R8078-3.3-1", CHECK_FAIL, "began again: another DS set" },
	{ "confirmed", be_confirmed, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_ACCEPT_BOOTSTRAP_CHECKED,
		JOURNAL_PROPOSE, "R8078-3.2-1", CHECK_PASS, "an operator confirmed" },
	{ "approved after the probe began", be_approved_too_late, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0",
		REASON_BOOTSTRAP_UNPROVEN, JOURNAL_NONE, "R8078-3.1-1", CHECK_SKIP, "after this probe began" },
	{ "approved long ago", be_approved_long_ago, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0",
		REASON_BOOTSTRAP_UNPROVEN, JOURNAL_NONE, "R8078-3.1-1", CHECK_SKIP, "nobody approved" },
	{ "not settled", be_unsettled, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_HOLD_CONFIRMATION, JOURNAL_NONE,
		"R8078-3.2-1", CHECK_FAIL, "have to stay as they are for 2505600 s more" },
	{ "not confirmed yet", be_unanswered, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_HOLD_CONFIRMATION,
		JOURNAL_NONE, "R8078-3.2-1", CHECK_FAIL, "waits at most 1209600 s" },
	{ "not confirmed for long", be_unanswered_for_long, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0",
		REASON_REJECT_CONFIRMATION, JOURNAL_NONE, "R8078-3.2-1", CHECK_FAIL, "nobody confirmed the request within 3600 s" },
	{ "a token", be_challenged, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_HOLD_CHALLENGE, JOURNAL_NONE,
		"R8078-3.4-1", CHECK_FAIL, "not every address has the token" },
	{ "a token of long ago", be_challenged_long_ago, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0",
		REASON_REJECT_CHALLENGE_EXPIRED, JOURNAL_NONE, "R8078-3.4-1", CHECK_FAIL, "it takes another one" },
	{ "approved long ago, and gone", be_approved_and_gone, REASON_NOOP_NO_SIGNAL, "0", PENDING_NONE, "0",
		REASON_NOOP_NO_SIGNAL, JOURNAL_NONE, "R8078-3.3-1", CHECK_FAIL, "no longer waited for" },
	{ "a first set, on its way", be_proven, REASON_ACCEPT_BOOTSTRAP_AUTH, "B", PENDING_RELEASED, "B",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A-31", CHECK_PASS, "is on its way" },
	{ "a first set, silent", be_first_and_silent, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0",
		REASON_HOLD_UNREACHABLE, JOURNAL_NONE, "R9975-3-4", CHECK_FAIL, "of 3 addresses 1 are silent and 0 were not asked" },
	{ "a first set, silent, and on its way", be_first_and_silent, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_RELEASED, "B",
		REASON_HOLD_UNREACHABLE, JOURNAL_BLOCK, "A-30", CHECK_FAIL, "does not go out in this run" },
	{ "a family of addresses is missing, and one is silent", be_unasked_and_silent, REASON_BOOTSTRAP_UNPROVEN, "B",
		PENDING_NONE, "0", REASON_HOLD_UNREACHABLE, JOURNAL_NONE, "R9975-3-4", CHECK_FAIL, "1 are silent and 1 were not" },
	{ "a family of addresses is missing, and a host is lost", be_unasked_and_lost, REASON_BOOTSTRAP_UNPROVEN, "B",
		PENDING_NONE, "0", REASON_HOLD_UNREACHABLE, JOURNAL_NONE, "R9975-3-4", CHECK_FAIL, "hosts could not be looked up" },
	{ "a window that ends", be_gone, REASON_INCONSISTENT_KEYS, "0", PENDING_NONE, "0", REASON_DELAY_CANCELLED, JOURNAL_NONE,
		"R8078-3.3-1", CHECK_FAIL, "no longer waited for" },
	{ "a clock that went back", be_backwards, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_CLOCK_UNSAFE,
		JOURNAL_NONE, "A-21", CHECK_FAIL, "no time is counted" },
	{ "a clock that went back, and a change", be_backwards, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_RELEASED, "C",
		REASON_CLOCK_UNSAFE, JOURNAL_BLOCK, "A-30", CHECK_FAIL, "does not go out in this run" },
	{ "a clock that went back, and the same, sent", be_backwards, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_SENT, "B",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A-31", CHECK_PASS, "is with the registry" },
	{ "cancelled, and on its way", be_cancelled, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_RELEASED, "B",
		REASON_REJECT_CANCELLED, JOURNAL_WITHDRAW, "A-30", CHECK_FAIL, "is withdrawn" },
	{ "suspended, and on its way", be_suspended, REASON_ACCEPT_BOOTSTRAP_AUTH, "B", PENDING_RELEASED, "B",
		REASON_HOLD_SUSPENDED, JOURNAL_BLOCK, "A-30", CHECK_FAIL, "does not go out in this run" },
	{ "suspended", be_suspended, REASON_ACCEPT_BOOTSTRAP_AUTH, "B", PENDING_NONE, "0", REASON_HOLD_SUSPENDED, JOURNAL_NONE,
		"DSA-7.1-3", CHECK_FAIL, "removed by somebody else" },
	{ "locked", be_locked, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "C", REASON_LOCKED, JOURNAL_BLOCK, "A-30", CHECK_FAIL,
		"does not go out in this run" },
	{ "opted out", be_opted_out, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "C", REASON_REJECT_OPTED_OUT, JOURNAL_WITHDRAW,
		"A-30", CHECK_FAIL, "is withdrawn" },
	{ "undone, and on its way again", be_pinned, REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "B", REASON_HOLD_ROLLED_BACK,
		JOURNAL_WITHDRAW, "A-30", CHECK_FAIL, "is withdrawn" },
	{ "undone, and another one with the registry", be_pinned, REASON_ACCEPT_UPDATE, "B", PENDING_SENT, "C", REASON_HOLD_ROLLED_BACK,
		JOURNAL_NONE, "A-31", CHECK_WARN, "does not confirm it" },
	{ "another domain", be_another_domain, REASON_BOOTSTRAP_UNPROVEN, "B", PENDING_NONE, "0", REASON_HOLD_DELAY_STARTED,
		JOURNAL_NONE, "R8078-3.3-1", CHECK_FAIL, "0 of 3 checks" },
	{ "too soon", be_hasty, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0", REASON_HOLD_RATE_LIMITED, JOURNAL_NONE,
		"R7344-6.1-2", CHECK_FAIL, "may be 60 s later" },
	{ "accepted in time to come, and no interval", be_ahead, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0",
		REASON_ACCEPT_UPDATE, JOURNAL_PROPOSE, "R9975-3-4", CHECK_PASS, "every address" },
	{ "an interval, and nothing accepted before", be_never_accepted, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0",
		REASON_ACCEPT_UPDATE, JOURNAL_PROPOSE, "R9975-3-4", CHECK_PASS, "every address" },
	{ "older than a change by hand", be_older_than_a_hand, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0",
		REASON_OLDER_THAN_MANUAL_CHANGE, JOURNAL_NONE, "A-05", CHECK_FAIL, "has to be signed again" },
	{ "the TTL comes back", be_due, REASON_NOOP_NO_SIGNAL, "A", PENDING_NONE, "0", REASON_ACCEPT_TTL_RESTORE, JOURNAL_PROPOSE,
		"A-37", CHECK_PASS, "goes back from 900 s to 3600 s" },
	{ "the TTL stays low", be_not_due, REASON_NOOP_NO_SIGNAL, "A", PENDING_NONE, "0", REASON_NOOP_NO_SIGNAL, JOURNAL_NONE,
		"DSA-4.1-2", CHECK_SKIP, "stays low for 1 s more" },
	{ "a finding that contradicts itself, alone", be_contradictory, REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0",
		REASON_INTERNAL_ERROR, JOURNAL_NONE, "invariant", CHECK_FAIL, "contradicts itself" },
};

static void set_scene(const struct scene *s)
{
	fixture_free(&x);
	fixture_init(&x);
	fixture_find(&x, s->found, s->wanted);
	if (s->state != PENDING_NONE) {
		x.pending = (struct pending){ .state = s->state, .change = 81, .ds_after = fixture_set(x.arena, s->pending) };
	}
	if (s->prepare != NULL) {
		s->prepare();
	}
}

static void test_scenes(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
		const struct scene *s = &scenes[i];
		print_message("  %s\n", s->name);
		set_scene(s);
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, s->reason);
		assert_int_equal(x.decision.journal, s->journal);
		const struct check *last = &x.decision.checks[x.decision.check_count - 1];
		assert_string_equal(last->rule, s->rule);
		assert_int_equal(last->result, s->result);
		assert_non_null(strstr(last->detail, s->detail));
		/* What is refused or held has a check that says so. */
		const enum reason_class class = reason_find(s->reason)->class;
		bool failed = false;
		for (size_t k = 1; k < x.decision.check_count; k++) {
			failed = failed || x.decision.checks[k].result == CHECK_FAIL;
		}
		bool taken_back = s->reason != s->found && class != CLASS_NOOP && class != CLASS_ACCEPT;
		bool stays = s->found == REASON_NOOP_IN_SYNC && s->reason == s->found;
		if (taken_back || stays) {
			assert_true(failed);
		}
	}
}

/* Wherever memory ends: an error, and neither a decision nor a state. */
static void test_memory_ends(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			set_scene(&scenes[i]);
			x.decision.reason = REASON_NONE;
			x.after.last_run = 4711;
			failing_begin(FAILING_MEMORY, at);
			int code = fixture_try(&x);
			failed = failing_end();
			if (code != (failed ? ERR_NOMEM : 0)) {
				fail_msg("%s: call %u fails: %d", scenes[i].name, at, code);
			}
			if (failed) {
				assert_int_equal(x.decision.reason, REASON_NONE);
				assert_int_equal(x.after.last_run, 4711);
			}
		}
		assert_true(at > 4);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_scenes),
		TEST(test_memory_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
