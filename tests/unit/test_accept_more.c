/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept at its edges: input that is not whole, ceilings, findings that no judge makes, what is news and what is none. */
#include "tests/unit/accept_fixture.h"
#include "validate/accept/news.h"
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
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	x.finding.ds_after = (struct ds_set){ .count = LIMIT_DS + 1, .ds = many };
	expect_insane("a first DS set of more records than there may be");
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	x.delegation.ds = fixture_set(x.arena, "A");
	expect_insane("a first DS set where there is one");
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
		stored[0] = x.marks[0];
		stored[0].inception--;
		x.state.marks = stored;
		x.state.mark_count = 1;
		fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
		x.pending = (struct pending){ .state = PENDING_SENT, .change = 81, .ds_after = fixture_set(x.arena, "B") };
		x.delegation.ds_state = absent[i].state;
		x.delegation.ds.count = absent[i].count;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
		assert_int_equal(x.decision.journal, JOURNAL_NONE);
	}
}

/* who was asked, has no hosts, or is barred in another way is told what was found. */
static void test_unasked(void **unused)
{
	(void)unused;
	static const struct {
		unsigned flags;
		size_t hosts;
		enum evidence_host_status first;
		enum reason reason;
	} cases[] = {
		{ DELEGATION_OPTED_OUT, 2, EVIDENCE_HOST_NOT_ASKED, REASON_REJECT_OPTED_OUT },
		{ DELEGATION_REGISTRAR_AUTOMATES, 2, EVIDENCE_HOST_NOT_ASKED, REASON_NO_USABLE_SERVER },
		{ DELEGATION_OPTED_OUT, 0, EVIDENCE_HOST_NOT_ASKED, REASON_NO_USABLE_SERVER },
		{ DELEGATION_OPTED_OUT, 2, EVIDENCE_HOST_RESOLVED, REASON_NO_USABLE_SERVER },
	};
	fixture_nothing(&x, REASON_NO_USABLE_SERVER);
	x.finding.server_count = 0;
	x.hosts[1].status = EVIDENCE_HOST_NOT_ASKED;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		x.delegation.flags = cases[i].flags;
		x.evidence.host_count = cases[i].hosts;
		x.hosts[0].status = cases[i].first;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, cases[i].reason);
	}
}

/* A child that waits in a window, a day after it began. */
static void be_waiting(void)
{
	fixture_free(&x);
	fixture_init(&x);
	fixture_first(&x, BOOTSTRAP_DELAY);
	fixture_probe(&x, 86400, TRIGGER_TIMER);
	x.state.window = (struct window){ .began = FIXTURE_NOW, .last_check = FIXTURE_NOW, .last_seen = FIXTURE_NOW };
	memset(x.state.window.request_hash, 'B', SHA256_OCTETS);
	memset(x.state.ns_hash, 'n', SHA256_OCTETS);
	x.state.settled = FIXTURE_NOW;
}

static bool is_news(const char *rule)
{
	bool told = false;
	assert_int_equal(fixture_try(&x), 0);
	for (size_t i = 0; i < x.decision.check_count; i++) {
		const struct check *c = &x.decision.checks[i];
		told = told || (strcmp(c->rule, rule) == 0 && c->result == CHECK_WARN);
	}
	return told;
}

/* C17, DSA-7.1-3: it is told where something of the child changes by it: the window, the word, or that it is suspended. */
static void test_news(void **unused)
{
	(void)unused;
	be_waiting();
	assert_false(is_news("C17"));
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
	assert_true(is_news("C17"));
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RESET);
	/* A registrar of whom nothing was known is no other one. */
	be_waiting();
	strcpy(x.delegation.registrar, "r");
	assert_false(is_news("C17"));
	assert_reason(x.decision.reason, REASON_HOLD_DELAY_RUNNING);
	be_waiting();
	x.state.window = (struct window){ .began = 0 };
	x.state.word = OPERATOR_APPROVE;
	x.state.word_at = FIXTURE_NOW;
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
	assert_true(is_news("C17"));
	assert_int_equal(x.after.word, OPERATOR_NONE);
	be_waiting();
	x.state.ds_known = true;
	x.state.ds_seen = fixture_set(x.arena, "A");
	assert_true(is_news("DSA-7.1-3"));
	assert_reason(x.decision.reason, REASON_HOLD_SUSPENDED);
}

/* whatever ends with the delegation is a change of what is remembered. */
static void test_leaving(void **unused)
{
	(void)unused;
	struct child_state waits = { .window = { .began = 1 } };
	struct child_state approved = { .word = OPERATOR_APPROVE };
	struct child_state settled = { .settled = 1 };
	assert_true(child_state_leave(&waits));
	assert_true(child_state_leave(&approved));
	assert_true(child_state_leave(&settled));
	assert_false(child_state_leave(&settled));
}

/* C4 to C11, R7344-9-2: what signals do not prove stands against a request until it is accepted in another way. */
static void test_proof_passed_over(void **unused)
{
	(void)unused;
	static const struct check judged[] = {
		{ .rule = "R9615-4.2-1", .gate = GATE_CORRECT, .result = CHECK_PASS, .detail = "a" },
		{ .rule = "R9615-4.2-5", .gate = GATE_CORRECT, .result = CHECK_FAIL, .detail = "b" },
		{ .rule = "R7344-9-2", .gate = GATE_DUE, .result = CHECK_FAIL, .detail = "c" },
		{ .rule = "R9904-3-1", .gate = GATE_CORRECT, .result = CHECK_FAIL, .detail = "d" },
	};
	static const enum check_result accepted[] = { CHECK_PASS, CHECK_WARN, CHECK_SKIP, CHECK_FAIL };
	struct check checks[4];
	for (int approved = 0; approved < 2; approved++) {
		fixture_restart(&x);
		fixture_first(&x, BOOTSTRAP_CHANNEL);
		memcpy(checks, judged, sizeof checks);
		x.finding.checks = checks;
		x.finding.check_count = 4;
		x.state.word = approved == 1 ? OPERATOR_APPROVE : OPERATOR_NONE;
		x.state.word_at = FIXTURE_NOW;
		fixture_probe(&x, 0, TRIGGER_TIMER);
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, approved == 1 ? REASON_ACCEPT_BOOTSTRAP_CHANNEL : REASON_BOOTSTRAP_UNPROVEN);
		for (size_t i = 0; i < 4; i++) {
			assert_string_equal(x.decision.checks[i].rule, judged[i].rule);
			assert_int_equal(x.decision.checks[i].result, approved == 1 ? accepted[i] : judged[i].result);
		}
		/* The finding is not ours to change. */
		assert_memory_equal(checks, judged, sizeof checks);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_incomplete_input),
		TEST(test_ceilings),
		TEST(test_insane_acceptances),
		TEST(test_nothing_to_go_back_to),
		TEST(test_unasked),
		TEST(test_news),
		TEST(test_leaving),
		TEST(test_proof_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
