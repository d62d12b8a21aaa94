/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept at every place where it refuses: what each transition writes down, what it does when memory ends in the middle
 * of it, and findings that no judge makes. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"
#include "validate/accept/step.h"
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
	x.policy.replay_guard = false;
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

static int try_input(const struct accept_input *in)
{
	struct decision decision = { .reason = REASON_NONE };
	struct child_state after;
	int code = accept_step(in, x.arena, &decision, &after);
	assert_true((code == 0) == (decision.reason != REASON_NONE));
	return code;
}

static void test_incomplete_input(void **unused)
{
	(void)unused;
	const struct accept_input good = { .evidence = &x.evidence, .delegation = &x.delegation, .finding = &x.finding,
		.policy = &x.policy, .state = &x.state, .pending = &x.pending, .now = x.now };
	assert_int_equal(try_input(&good), 0);
	struct accept_input in = good;
	in.evidence = NULL;
	assert_int_equal(try_input(&in), ERR_ARG);
	in = good;
	in.delegation = NULL;
	assert_int_equal(try_input(&in), ERR_ARG);
	in = good;
	in.finding = NULL;
	assert_int_equal(try_input(&in), ERR_ARG);
	in = good;
	in.policy = NULL;
	assert_int_equal(try_input(&in), ERR_ARG);
	in = good;
	in.state = NULL;
	assert_int_equal(try_input(&in), ERR_ARG);
	in = good;
	in.pending = NULL;
	assert_int_equal(try_input(&in), ERR_ARG);
	x.pending.state = (enum pending_state)4;
	assert_int_equal(try_input(&good), ERR_ARG);
	x.pending.state = PENDING_NONE;
	x.policy.retry_count = POLICY_RETRIES + 1;
	assert_int_equal(try_input(&good), ERR_ARG);
}

static void expect_limit(size_t *count, size_t most)
{
	size_t kept = *count;
	*count = most + 1;
	assert_int_equal(fixture_try(&x), ERR_LIMIT);
	*count = kept;
	assert_int_equal(fixture_try(&x), 0);
}

static void test_ceilings(void **unused)
{
	(void)unused;
	expect_limit(&x.finding.server_count, LIMIT_CHILD_ADDRESSES);
	expect_limit(&x.evidence.host_count, LIMIT_NS_HOSTS);
	expect_limit(&x.finding.check_count, LIMIT_CHECKS);
	expect_limit(&x.finding.warning_count, LIMIT_WARNINGS);
	expect_limit(&x.finding.mark_count, LIMIT_MARKS);
	static struct mark marks[LIMIT_MARKS + 1];
	static struct server_failure failures[LIMIT_CHILD_ADDRESSES + 1];
	static struct host_failure host_failures[LIMIT_NS_HOSTS + 1];
	x.state.marks = marks;
	x.state.failures = failures;
	x.state.host_failures = host_failures;
	expect_limit(&x.state.mark_count, LIMIT_MARKS);
	expect_limit(&x.state.failure_count, LIMIT_CHILD_ADDRESSES);
	expect_limit(&x.state.host_failure_count, LIMIT_NS_HOSTS);
	assert_false(reason_is((enum reason)65000, CLASS_REJECT));
}

static void expect_insane(const char *what)
{
	assert_int_equal(fixture_try(&x), 0);
	if (x.decision.reason != REASON_INTERNAL_ERROR || x.decision.journal != JOURNAL_NONE ||
	    x.decision.change != CHANGE_NONE || !ds_set_equal(&x.decision.ds_after, &x.delegation.ds)) {
		fail_msg("%s: %s", what, reason_token(x.decision.reason));
	}
	fixture_free(&x);
	fixture_init(&x);
}

/* Acceptances that cannot be: accept makes none of them a change. */
static void test_insane_acceptances(void **unused)
{
	(void)unused;
	struct ds many[LIMIT_DS + 1];
	memset(many, 0, sizeof many);
	for (size_t i = 0; i <= LIMIT_DS; i++) {
		many[i] = fixture_ds('B');
		many[i].tag = (uint16_t)i;
	}
	for (unsigned refresh = 0; refresh < 2; refresh++) {
		enum reason reason = refresh ? REASON_ACCEPT_DIGEST_REFRESH : REASON_ACCEPT_UPDATE;
		enum change_class change = refresh ? CHANGE_DIGEST : CHANGE_SWAP;
		fixture_find(&x, reason, "B");
		x.finding.change = change;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, reason);
		x.finding.ds_after = (struct ds_set){ .count = LIMIT_DS + 1, .ds = many };
		expect_insane("more records than there may be");
		fixture_find(&x, reason, "0");
		x.finding.change = change;
		expect_insane("an update to nothing");
		static const enum change_class wrong[] = { CHANGE_NONE, CHANGE_UPDATE, CHANGE_DELETE };
		for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
			fixture_find(&x, reason, "B");
			x.finding.change = wrong[i];
			expect_insane("a class that is not one of updates");
		}
	}
	fixture_find(&x, REASON_ACCEPT_DIGEST_REFRESH, "B");
	x.finding.change = CHANGE_SWAP;
	expect_insane("other keys as a refresh");
	fixture_find(&x, REASON_ACCEPT_DELETE, "B");
	expect_insane("a delete with records");
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	x.finding.change = CHANGE_SWAP;
	expect_insane("a delete that swaps");
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	x.policy.rules.delete_allowed = false;
	expect_insane("a delete that is not allowed");
	fixture_find(&x, (enum reason)65000, "A");
	expect_insane("a reason of no list");
	fixture_find(&x, REASON_WARN_NON_SEP, "A");
	expect_insane("a warning");
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	x.delegation.ds_state = DS_UNKNOWN;
	expect_insane("a delegation whose DS set is not known");
	fixture_find(&x, REASON_ACCEPT_UPDATE, "B");
	x.finding.unresolved = 1;
	expect_insane("a host that is lost in the finding only");
}

/* In sync with a DS set that is not there, after a change was sent: nothing is proposed in its place. */
static void test_nothing_to_go_back_to(void **unused)
{
	(void)unused;
	static const struct {
		enum ds_state state;
		size_t count;
	} absent[] = { { DS_ABSENT, 0 }, { DS_PRESENT, 0 }, { DS_UNKNOWN, 1 } };
	for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
		fixture_free(&x);
		fixture_init(&x);
		be_newer();
		fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
		x.pending = (struct pending){ .state = PENDING_SENT, .change = 81, .ds_after = fixture_set(x.arena, "B") };
		x.delegation.ds_state = absent[i].state;
		x.delegation.ds.count = absent[i].count;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
		assert_int_equal(x.decision.journal, JOURNAL_NONE);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_scenes),
		TEST(test_memory_ends),
		TEST(test_incomplete_input),
		TEST(test_ceilings),
		TEST(test_insane_acceptances),
		TEST(test_nothing_to_go_back_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
