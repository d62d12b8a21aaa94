/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set by a proof, by an operator's word, at the birth of a delegation (standards 4.3, C3, C12, C13, C22 to C24); the
 * order of the methods; what a judge must not find. The delay is in test_accept_delay.c. */
#include "tests/unit/accept_fixture.h"

#include "validate/accept/operator.h"

#define DAY 86400u

static struct fixture x;

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

static void start(enum bootstrap_method method)
{
	fixture_free(&x);
	fixture_init(&x);
	fixture_first(&x, method);
}

static enum reason at(uint32_t seconds)
{
	fixture_probe(&x, seconds, TRIGGER_TIMER);
	fixture_run(&x);
	bool accepted = x.decision.journal == JOURNAL_PROPOSE;
	assert_int_equal(x.decision.ds_after.count, accepted ? 1 : 0);
	assert_int_equal(x.decision.change, accepted ? CHANGE_INITIAL : CHANGE_NONE);
	assert_int_equal(reason_find(x.decision.reason)->class == CLASS_ACCEPT, accepted);
	return x.decision.reason;
}

static int say(enum operator_action action, uint32_t seconds)
{
	struct child_state after;
	const char *why = "";
	int code = operator_apply(&x.state, action, FIXTURE_NOW + seconds, &after, &why);
	assert_int_equal(code == 0, why == NULL);
	if (code == 0) {
		x.state = after;
	}
	return code;
}

static void ask_for_another(void)
{
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
	x.finding.ds_after = fixture_set(x.arena, "C");
}

/* C3, R9615-4.2-6, DSA-7.1-2: proven, so at once, and on any probe. */
static void test_authenticated(void **unused)
{
	(void)unused;
	static const enum evidence_trigger triggers[] = { TRIGGER_TIMER, TRIGGER_NOTIFY, TRIGGER_OPERATOR, TRIGGER_RETRY };
	for (size_t i = 0; i < 4; i++) {
		start(BOOTSTRAP_AUTHENTICATED);
		fixture_probe(&x, 0, triggers[i]);
		fixture_run(&x);
		assert_reason(x.decision.reason, REASON_ACCEPT_BOOTSTRAP_AUTH);
		assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
		assert_int_equal(x.decision.change, CHANGE_INITIAL);
		assert_true(ds_set_equal(&x.decision.ds_after, &x.finding.ds_after));
		assert_int_equal(x.state.window.began, 0);
		assert_int_equal(x.state.accepted, x.now);
	}
	/* C11: every server, even where the policy leaves silent ones out. */
	start(BOOTSTRAP_AUTHENTICATED);
	x.policy.requires_all_servers = false;
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	fixture_silence(&x, 1, true);
	assert_reason(at(0), REASON_HOLD_UNREACHABLE);
	assert_int_equal(fixture_check(&x, "R9975-3-4")->gate, GATE_CORRECT);
	fixture_silence(&x, 1, false);
	fixture_unresolve(&x, 1, true);
	assert_reason(at(1), REASON_HOLD_UNREACHABLE);
	fixture_unresolve(&x, 1, false);
	/* A proof needs no clock of ours but the one its signatures are judged by. */
	x.state.seen = FIXTURE_NOW + DAY;
	assert_reason(at(2), REASON_ACCEPT_BOOTSTRAP_AUTH);
}

/* C5, A-20: RFC 9615 is preferred; what it does not prove another method may. A proof that comes later ends the window. */
static void test_fall_back(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_AUTHENTICATED);
	x.policy.bootstrap.method_count = 2;
	x.policy.bootstrap.methods[1] = BOOTSTRAP_DELAY;
	x.finding.reason = REASON_BOOTSTRAP_UNPROVEN;
	x.finding.signaling = REASON_SIGNAL_ABSENT;
	assert_reason(at(0), REASON_HOLD_DELAY_STARTED);
	assert_reason(x.decision.signaling, REASON_SIGNAL_ABSENT);
	assert_reason(at(DAY), REASON_HOLD_DELAY_RUNNING);
	x.finding.reason = REASON_ACCEPT_BOOTSTRAP_AUTH;
	x.finding.signaling = REASON_NONE;
	assert_reason(at(DAY + 1), REASON_ACCEPT_BOOTSTRAP_AUTH);
	assert_int_equal(x.state.window.began, 0);
	assert_int_equal(x.decision.next_eligible, 0);
	/* Alone, it leaves the request as it is. */
	start(BOOTSTRAP_AUTHENTICATED);
	x.finding.reason = REASON_BOOTSTRAP_UNPROVEN;
	assert_reason(at(0), REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(x.state.window.began, 0);
}

/* What a judge cannot have found is our fault, and nothing is done on it (A-09, T-43). */
static void test_contradictions(void **unused)
{
	(void)unused;
	for (int i = 0; i < 13; i++) {
		print_message("  %d\n", i);
		start(i % 2 == 0 ? BOOTSTRAP_AUTHENTICATED : BOOTSTRAP_DELAY);
		switch (i) {
		case 0: case 1:
			x.delegation.ds_state = DS_UNKNOWN;
			break;
		case 2: case 3:
			x.delegation.ds_state = DS_PRESENT;
			x.delegation.ds = fixture_set(x.arena, "A");
			break;
		case 4: case 5:
			x.finding.ds_after = fixture_set(x.arena, "0");
			break;
		case 6: case 7:
			x.finding.change = CHANGE_SWAP;
			break;
		case 8:
			x.policy.rules.bootstrap.authenticated = false;
			break;
		case 9:
			x.policy.rules.bootstrap.enabled = false;
			break;
		case 10:
			x.servers[2].tcp = false;
			break;
		case 11:
			memset(x.finding.request_hash, 0, SHA256_OCTETS);
			break;
		default:
			for (size_t k = 0; k < FIXTURE_SERVERS; k++) {
				fixture_silence(&x, k, true);
			}
			break;
		}
		fixture_probe(&x, 0, TRIGGER_TIMER);
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_INTERNAL_ERROR);
		assert_int_equal(x.decision.journal, JOURNAL_NONE);
		assert_int_equal(x.after.window.began, 0);
	}
	/* Acceptances that are not the judge's to find. */
	static const enum reason others[] = { REASON_ACCEPT_BOOTSTRAP_CHANNEL, REASON_ACCEPT_BOOTSTRAP_CHECKED,
		REASON_ACCEPT_BOOTSTRAP_DELAY, REASON_ACCEPT_BOOTSTRAP_CHALLENGE, REASON_ACCEPT_BOOTSTRAP_INCEPTION,
		REASON_ACCEPT_TTL_RESTORE };
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		start(BOOTSTRAP_DELAY);
		x.finding.reason = others[i];
		assert_reason(at(0), REASON_INTERNAL_ERROR);
	}
	/* A server that was not asked was not asked over UDP either: no contradiction, but not everybody (C11). */
	start(BOOTSTRAP_AUTHENTICATED);
	x.servers[2].tcp = false;
	x.servers[2].class = RESPONSE_SKIPPED;
	assert_reason(at(0), REASON_HOLD_UNREACHABLE);
}

/* C12, R8078-3.1-1, R7344-6.1-1, push-insecure: nobody's word, nothing; an operator's, and the next probe accepts. */
static void test_channel(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_CHANNEL);
	assert_reason(at(0), REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(fixture_check(&x, "R8078-3.1-1")->result, CHECK_SKIP);
	assert_int_equal(x.decision.next_eligible, 0);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 10), 0);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 11), ERR_CONFLICT);
	/* What was asked before he spoke is not what he approved. */
	fixture_probe(&x, 9, TRIGGER_TIMER);
	x.now = FIXTURE_NOW + 12;
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(x.state.word, OPERATOR_APPROVE);
	fixture_probe(&x, 20, TRIGGER_OPERATOR);
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_ACCEPT_BOOTSTRAP_CHANNEL);
	assert_int_equal(x.decision.journal, JOURNAL_PROPOSE);
	assert_int_equal(fixture_check(&x, "R8078-3.1-1")->gate, GATE_ALLOWED);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	assert_int_equal(x.state.window.began, 0);
	/* Approved beforehand: the next one. */
	start(BOOTSTRAP_CHANNEL);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 0), 0);
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	assert_reason(at(1), REASON_NOOP_NO_SIGNAL);
	fixture_first(&x, BOOTSTRAP_CHANNEL);
	assert_reason(at(14 * DAY), REASON_ACCEPT_BOOTSTRAP_CHANNEL);
	/* Of that one alone, even if something else kept it from being accepted. */
	start(BOOTSTRAP_CHANNEL);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 0), 0);
	fixture_silence(&x, 1, true);
	assert_reason(at(1), REASON_HOLD_UNREACHABLE);
	fixture_silence(&x, 1, false);
	ask_for_another();
	assert_reason(at(2), REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	start(BOOTSTRAP_CHANNEL);
	x.pending = (struct pending){ .state = PENDING_SENT, .change = 9, .ds_after = x.finding.ds_after };
	assert_int_equal(say(OPERATOR_DO_APPROVE, 0), 0);
	assert_reason(at(1), REASON_NOOP_CHANGE_PENDING);
	x.pending = (struct pending){ .state = PENDING_NONE };
	ask_for_another();
	assert_reason(at(2), REASON_BOOTSTRAP_UNPROVEN);
	/* But not for ever. */
	start(BOOTSTRAP_CHANNEL);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 0), 0);
	assert_reason(at(14 * DAY + 1), REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	/* It is no word for another method. */
	start(BOOTSTRAP_DELAY);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 0), 0);
	assert_reason(at(1), REASON_HOLD_DELAY_STARTED);
	assert_reason(at(2), REASON_HOLD_DELAY_RUNNING);
}

static void change_ns(void)
{
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
}

static void change_registrar(void)
{
	strcpy(x.delegation.registrar, "another");
}

static void change_by_hand(void)
{
	x.delegation.manual_change = FIXTURE_NOW + 15;
}

/* An approval is of one request and one delegation. */
static void test_approval_ends(void **unused)
{
	(void)unused;
	static void (*const changes[])(void) = { ask_for_another, change_ns, change_registrar, change_by_hand };
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		start(BOOTSTRAP_CHANNEL);
		strcpy(x.delegation.registrar, "first");
		at(0);
		assert_int_equal(say(OPERATOR_DO_APPROVE, 10), 0);
		changes[i]();
		assert_reason(at(20), REASON_BOOTSTRAP_UNPROVEN);
		assert_int_equal(x.state.word, OPERATOR_NONE);
		assert_int_equal(say(OPERATOR_DO_APPROVE, 30), 0);
		assert_reason(at(40), REASON_ACCEPT_BOOTSTRAP_CHANNEL);
	}
	/* Taken back. */
	start(BOOTSTRAP_CHANNEL);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 0), 0);
	assert_int_equal(say(OPERATOR_DO_CANCEL, 1), 0);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	assert_reason(at(2), REASON_BOOTSTRAP_UNPROVEN);
}

/* C13, R8078-3.2-1: settled for 30 days, then confirmed within 14. */
static void test_checked(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_CHECKED);
	assert_reason(at(0), REASON_HOLD_CONFIRMATION);
	assert_reason(x.decision.warnings[0], REASON_WARN_NS_CHANGE_RECENT);
	assert_int_equal(fixture_check(&x, "R8078-3.2-1")->gate, GATE_DUE);
	assert_int_equal(x.decision.next_eligible, 0);
	/* Confirmed before it is settled: only time is missing. */
	assert_int_equal(say(OPERATOR_DO_APPROVE, 10), 0);
	assert_reason(at(20), REASON_HOLD_CONFIRMATION);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 30 * DAY);
	assert_reason(at(30 * DAY - 1), REASON_HOLD_CONFIRMATION);
	assert_reason(at(30 * DAY), REASON_ACCEPT_BOOTSTRAP_CHECKED);
	assert_int_equal(x.decision.warning_count, 0);
	/* Nobody answers. */
	start(BOOTSTRAP_CHECKED);
	at(0);
	assert_reason(at(30 * DAY), REASON_HOLD_CONFIRMATION);
	assert_int_equal(x.decision.warning_count, 0);
	assert_int_equal(fixture_check(&x, "R8078-3.2-1")->gate, GATE_ALLOWED);
	assert_int_equal(x.decision.next_eligible, 0);
	assert_reason(at(44 * DAY), REASON_HOLD_CONFIRMATION);
	assert_reason(at(44 * DAY + 1), REASON_REJECT_CONFIRMATION);
	assert_reason(at(60 * DAY), REASON_REJECT_CONFIRMATION);
	/* Somebody does after all. */
	assert_int_equal(say(OPERATOR_DO_APPROVE, 60 * DAY), 0);
	assert_reason(at(60 * DAY + 1), REASON_ACCEPT_BOOTSTRAP_CHECKED);
	/* Another request waits anew, another NS set has to settle. */
	start(BOOTSTRAP_CHECKED);
	at(0);
	assert_reason(at(45 * DAY), REASON_REJECT_CONFIRMATION);
	ask_for_another();
	assert_reason(at(46 * DAY), REASON_HOLD_CONFIRMATION);
	assert_reason(at(60 * DAY), REASON_HOLD_CONFIRMATION);
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
	assert_reason(at(61 * DAY), REASON_HOLD_CONFIRMATION);
	assert_reason(x.decision.warnings[0], REASON_WARN_NS_CHANGE_RECENT);
	/* Gone: nothing more to say, for no delay was running. */
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	assert_reason(at(62 * DAY), REASON_NOOP_NO_SIGNAL);
	assert_int_equal(x.state.window.began, 0);
}

/* C22, C23, R8078-3.5-1: only at the first sight of a delegation that is not published. */
static void test_inception(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_INCEPTION);
	x.delegation.flags = DELEGATION_NOT_PUBLISHED;
	assert_reason(at(0), REASON_ACCEPT_BOOTSTRAP_INCEPTION);
	assert_int_equal(fixture_check(&x, "R8078-3.5-1")->result, CHECK_PASS);
	start(BOOTSTRAP_INCEPTION);
	assert_reason(at(0), REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(fixture_check(&x, "R8078-3.5-1")->result, CHECK_SKIP);
	start(BOOTSTRAP_INCEPTION);
	x.delegation.flags = DELEGATION_NOT_PUBLISHED;
	fixture_nothing(&x, REASON_NO_USABLE_SERVER);
	at(0);
	fixture_first(&x, BOOTSTRAP_INCEPTION);
	assert_reason(at(1), REASON_BOOTSTRAP_UNPROVEN);
	/* Another method takes over. */
	x.policy.bootstrap.method_count = 2;
	x.policy.bootstrap.methods[1] = BOOTSTRAP_DELAY;
	assert_reason(at(2), REASON_HOLD_DELAY_STARTED);
	start(BOOTSTRAP_DELAY);
	x.delegation.flags = DELEGATION_NOT_PUBLISHED;
	assert_reason(at(0), REASON_HOLD_DELAY_STARTED);
}

/* The methods in their order: the first that accepts, else the first that holds, else the first that rejects. */
static void test_order(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_CHECKED);
	struct bootstrap_policy *p = &x.policy.bootstrap;
	p->method_count = 2;
	p->methods[1] = BOOTSTRAP_DELAY;
	p->settled_s = 0;
	assert_reason(at(0), REASON_HOLD_CONFIRMATION);
	assert_int_equal(x.decision.next_eligible, FIXTURE_NOW + 3 * DAY);
	at(DAY);
	at(2 * DAY);
	assert_reason(at(3 * DAY), REASON_ACCEPT_BOOTSTRAP_DELAY);
	start(BOOTSTRAP_DELAY);
	p->method_count = 3;
	p->methods[1] = BOOTSTRAP_CHECKED;
	p->methods[2] = BOOTSTRAP_CHANNEL;
	p->settled_s = 0;
	assert_reason(at(0), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 1), 0);
	assert_reason(at(2), REASON_ACCEPT_BOOTSTRAP_CHECKED);
	/* Lapsed, but the delay runs. */
	start(BOOTSTRAP_CHECKED);
	p->method_count = 2;
	p->methods[1] = BOOTSTRAP_DELAY;
	p->settled_s = 0;
	p->confirmation_s = 3600;
	at(0);
	assert_reason(at(DAY), REASON_HOLD_DELAY_RUNNING);
}

/* C20, R8078-5-3: cancelled is cancelled, for this request, proven or not. */
static void test_cancel(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_DELAY);
	assert_int_equal(say(OPERATOR_DO_CANCEL, 0), ERR_CONFLICT);
	at(0);
	at(DAY);
	assert_int_equal(say(OPERATOR_DO_CANCEL, DAY + 1), 0);
	assert_int_equal(x.state.window.began, 0);
	assert_reason(at(2 * DAY), REASON_REJECT_CANCELLED);
	assert_int_equal(fixture_check(&x, "C20")->gate, GATE_ALLOWED);
	assert_reason(at(3 * DAY), REASON_REJECT_CANCELLED);
	/* It went away and came back: still the same. */
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	assert_reason(at(4 * DAY), REASON_NOOP_NO_SIGNAL);
	fixture_first(&x, BOOTSTRAP_DELAY);
	assert_reason(at(5 * DAY), REASON_REJECT_CANCELLED);
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	assert_reason(at(6 * DAY), REASON_REJECT_CANCELLED);
	/* Another one may be accepted. */
	fixture_first(&x, BOOTSTRAP_DELAY);
	ask_for_another();
	assert_reason(at(7 * DAY), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	/* He takes it back, or approves after all: of the request that he had cancelled. */
	assert_int_equal(say(OPERATOR_DO_CANCEL, 7 * DAY), 0);
	assert_int_equal(say(OPERATOR_DO_RELEASE, 7 * DAY), 0);
	assert_reason(at(8 * DAY), REASON_HOLD_DELAY_STARTED);
	assert_int_equal(say(OPERATOR_DO_CANCEL, 8 * DAY), 0);
	assert_int_equal(say(OPERATOR_DO_APPROVE, 8 * DAY), 0);
	x.policy.bootstrap.methods[0] = BOOTSTRAP_CHANNEL;
	memset(x.finding.request_hash, 'D', SHA256_OCTETS);
	assert_reason(at(9 * DAY), REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	/* A proposed change of it is withdrawn. */
	at(10 * DAY);
	assert_int_equal(say(OPERATOR_DO_CANCEL, 10 * DAY), 0);
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 7, .ds_after = x.finding.ds_after };
	assert_reason(at(11 * DAY), REASON_REJECT_CANCELLED);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
	assert_int_equal(x.decision.superseded, 7);
}

/* R7344-6.2-2: what was signed before a delete was accepted does not bring the DS set back (T-32). */
static void test_replay(void **unused)
{
	(void)unused;
	static const struct { uint32_t inception; enum reason reason; } cases[] = {
		{ FIXTURE_NOW - 3600, REASON_HOLD_DELAY_STARTED }, { FIXTURE_NOW - 3601, REASON_REPLAY_OLDER } };
	for (size_t i = 0; i < 2; i++) {
		start(BOOTSTRAP_DELAY);
		struct mark stored = fixture_mark(TYPE_CDS, 'B', FIXTURE_NOW - 3600);
		x.state.marks = &stored;
		x.state.mark_count = 1;
		x.marks[0].inception = cases[i].inception;
		assert_reason(at(0), cases[i].reason);
	}
}

static void test_operator_arguments(void **unused)
{
	(void)unused;
	static const char *const texts[] = { "hold", "release", "approve", "cancel" };
	for (int i = 0; i < 4; i++) {
		assert_string_equal(operator_action_text((enum operator_action)(i + 1)), texts[i]);
	}
	assert_string_equal(operator_action_text((enum operator_action)0), "?");
	struct child_state after;
	const char *why;
	assert_int_equal(operator_apply(NULL, OPERATOR_DO_HOLD, 1, &after, &why), ERR_ARG);
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_HOLD, 1, NULL, &why), ERR_ARG);
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_HOLD, 1, &after, NULL), ERR_ARG);
	assert_int_equal(operator_apply(&x.state, (enum operator_action)5, 1, &after, &why), ERR_ARG);
	/* Each where there is nothing for it to do. */
	assert_int_equal(say(OPERATOR_DO_RELEASE, 0), ERR_CONFLICT);
	assert_int_equal(say(OPERATOR_DO_HOLD, 0), 0);
	assert_int_equal(say(OPERATOR_DO_HOLD, 1), ERR_CONFLICT);
	assert_int_equal(say(OPERATOR_DO_RELEASE, 2), 0);
	x.state.ds_known = true;
	x.state.ds_seen = fixture_set(x.arena, "A");
	assert_int_equal(say(OPERATOR_DO_APPROVE, 3), ERR_CONFLICT);
	/* His own words first, then what others did. */
	x.state.suspended = SUSPENDED_BY_OPERATOR | SUSPENDED_BY_REMOVAL;
	assert_int_equal(say(OPERATOR_DO_RELEASE, 4), 0);
	assert_int_equal(x.state.suspended, SUSPENDED_BY_REMOVAL);
	assert_int_equal(say(OPERATOR_DO_RELEASE, 5), 0);
	assert_int_equal(x.state.suspended, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_authenticated),
		TEST(test_fall_back),
		TEST(test_contradictions),
		TEST(test_channel),
		TEST(test_approval_ends),
		TEST(test_checked),
		TEST(test_inception),
		TEST(test_order),
		TEST(test_cancel),
		TEST(test_replay),
		TEST(test_operator_arguments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
