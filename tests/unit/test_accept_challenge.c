/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set by a token that was handed out (RFC 8078 section 3.4, C21). */
#include "tests/unit/accept_fixture.h"

#include "validate/accept/operator.h"

#define DAY 86400u

static struct fixture x;

static const uint8_t token[SHA256_OCTETS] = { 1, 2, 3 };
static const uint8_t other_token[SHA256_OCTETS] = { 4, 5, 6 };
static const uint8_t zeros[SHA256_OCTETS];

static void start(void)
{
	fixture_free(&x);
	fixture_init(&x);
	fixture_first(&x, BOOTSTRAP_CHALLENGE);
	x.policy.rules.bootstrap.challenge = true;
}

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	start();
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static enum reason at(uint32_t seconds)
{
	fixture_probe(&x, seconds, TRIGGER_TIMER);
	fixture_run(&x);
	assert_int_equal(x.decision.journal == JOURNAL_PROPOSE, reason_find(x.decision.reason)->class == CLASS_ACCEPT);
	return x.decision.reason;
}

static int challenge(const uint8_t *hash, uint32_t seconds)
{
	struct child_state after;
	const char *why = "";
	int code = operator_challenge(&x.state, hash, FIXTURE_NOW + seconds, &after, &why);
	x.state = code == 0 ? after : x.state;
	return code;
}

static int say(enum operator_action action, uint32_t seconds)
{
	struct child_state after;
	const char *why = "";
	int code = operator_apply(&x.state, action, FIXTURE_NOW + seconds, &after, &why);
	x.state = code == 0 ? after : x.state;
	return code;
}

static void show(const uint8_t *hash)
{
	memcpy(x.finding.challenge_hash, hash, SHA256_OCTETS);
}

static void expect(enum check_result result, const char *detail)
{
	const struct check *c = fixture_check(&x, "R8078-3.4-1");
	assert_int_equal(c->result, result);
	assert_int_equal(c->gate, GATE_ALLOWED);
	if (strstr(c->detail, detail) == NULL) {
		fail_msg("%s", c->detail);
	}
}

/* R8078-3.4-1, C21: no token, not seen, seen. What is seen before one was handed out is nothing. */
static void test_seen(void **unused)
{
	(void)unused;
	show(token);
	assert_reason(at(0), REASON_BOOTSTRAP_UNPROVEN);
	expect(CHECK_SKIP, "no token was handed out");
	show(zeros);
	assert_int_equal(challenge(token, 10), 0);
	assert_int_equal(x.state.word, OPERATOR_CHALLENGE);
	assert_reason(at(20), REASON_HOLD_CHALLENGE);
	expect(CHECK_FAIL, "not every address has the token; the token that was handed out is good for 1209590 s more");
	assert_int_equal(x.decision.next_eligible, 0);
	show(other_token);
	assert_reason(at(30), REASON_HOLD_CHALLENGE);
	expect(CHECK_FAIL, "but another one");
	show(token);
	assert_reason(at(40), REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
	expect(CHECK_PASS, "every address has the token");
	assert_int_equal(x.decision.change, CHANGE_INITIAL);
	/* Once. */
	assert_int_equal(x.state.word, OPERATOR_NONE);
	assert_memory_equal(x.state.challenge_hash, zeros, SHA256_OCTETS);
}

/* REJECT_CHALLENGE_EXPIRED: at its time and not before; a token is not good again, another one is. */
static void test_expires(void **unused)
{
	(void)unused;
	assert_int_equal(challenge(token, 0), 0);
	assert_reason(at(14 * DAY), REASON_HOLD_CHALLENGE);
	assert_reason(at(14 * DAY + 1), REASON_REJECT_CHALLENGE_EXPIRED);
	expect(CHECK_FAIL, "was good for 1209600 s");
	show(token);
	assert_reason(at(15 * DAY), REASON_REJECT_CHALLENGE_EXPIRED);
	assert_int_equal(challenge(other_token, 15 * DAY), 0);
	assert_reason(at(16 * DAY), REASON_HOLD_CHALLENGE);
	show(other_token);
	assert_reason(at(17 * DAY), REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
	/* Seen in the last second. */
	start();
	assert_int_equal(challenge(token, 0), 0);
	show(token);
	assert_reason(at(14 * DAY), REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
}

static void ask_for_another(void)
{
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
	x.finding.ds_after = fixture_set(x.arena, "C");
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

/* it is of one request and one delegation, as an approval is. */
static void test_ends(void **unused)
{
	(void)unused;
	static void (*const changes[])(void) = { ask_for_another, change_ns, change_registrar, change_by_hand };
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		start();
		strcpy(x.delegation.registrar, "first");
		at(0);
		assert_int_equal(challenge(token, 10), 0);
		show(token);
		changes[i]();
		assert_reason(at(20), REASON_BOOTSTRAP_UNPROVEN);
		assert_int_equal(x.state.word, OPERATOR_NONE);
		assert_int_equal(challenge(token, 30), 0);
		assert_reason(at(40), REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
	}
	/* Handed out before there was a request: for the next one, and no other. */
	for (int another = 0; another < 2; another++) {
		start();
		assert_int_equal(challenge(token, 0), 0);
		assert_reason(at(1), REASON_HOLD_CHALLENGE);
		show(token);
		if (another == 1) {
			ask_for_another();
		}
		assert_reason(at(2), another == 1 ? REASON_BOOTSTRAP_UNPROVEN : REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
	}
}

/* R8078-3.4-1, T-43: whatever the policy says of silent servers, the token has to be at every one. */
static void test_silent_server(void **unused)
{
	(void)unused;
	x.policy.requires_all_servers = false;
	assert_int_equal(challenge(token, 0), 0);
	fixture_silence(&x, 1, true);
	assert_reason(at(1), REASON_HOLD_UNREACHABLE);
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	assert_reason(at(2), REASON_HOLD_CHALLENGE);
	expect(CHECK_FAIL, "not every address");
}

/* A child that a barrier stops waits with its token. */
static void test_barrier(void **unused)
{
	(void)unused;
	at(0);
	assert_int_equal(challenge(token, 1), 0);
	show(token);
	assert_int_equal(say(OPERATOR_DO_HOLD, 2), 0);
	assert_reason(at(3), REASON_HOLD_OPERATOR);
	assert_int_equal(say(OPERATOR_DO_RELEASE, 4), 0);
	assert_reason(at(5), REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
}

/* What operators say one after the other. */
static void test_words(void **unused)
{
	(void)unused;
	struct child_state after;
	const char *why;
	assert_string_equal(operator_action_text(OPERATOR_DO_CHALLENGE), "challenge");
	assert_int_equal(operator_challenge(NULL, token, 1, &after, &why), ERR_ARG);
	assert_int_equal(operator_challenge(&x.state, NULL, 1, &after, &why), ERR_ARG);
	assert_int_equal(operator_challenge(&x.state, zeros, 1, &after, &why), ERR_ARG);
	assert_int_equal(operator_challenge(&x.state, token, 1, NULL, &why), ERR_ARG);
	assert_int_equal(operator_challenge(&x.state, token, 1, &after, NULL), ERR_ARG);
	at(0);
	/* Another token ends the first one. */
	assert_int_equal(challenge(token, 1), 0);
	assert_int_equal(challenge(other_token, 2), 0);
	assert_memory_equal(x.state.challenge_hash, other_token, SHA256_OCTETS);
	show(token);
	assert_reason(at(3), REASON_HOLD_CHALLENGE);
	/* An approval takes its place, and no token that of an approval. */
	assert_int_equal(say(OPERATOR_DO_APPROVE, 4), 0);
	assert_memory_equal(x.state.challenge_hash, zeros, SHA256_OCTETS);
	assert_int_equal(challenge(token, 5), ERR_CONFLICT);
	/* Cancelled, the request is; a token for it takes that back. */
	assert_int_equal(say(OPERATOR_DO_CANCEL, 6), 0);
	assert_reason(at(7), REASON_REJECT_CANCELLED);
	assert_int_equal(challenge(token, 8), 0);
	assert_reason(at(9), REASON_ACCEPT_BOOTSTRAP_CHALLENGE);
	/* Taken back before there is a request. */
	start();
	assert_int_equal(challenge(token, 0), 0);
	assert_int_equal(say(OPERATOR_DO_CANCEL, 1), 0);
	assert_int_equal(x.state.word, OPERATOR_NONE);
	show(token);
	assert_reason(at(2), REASON_BOOTSTRAP_UNPROVEN);
	/* Who has a DS set needs none. */
	x.state.ds_known = true;
	x.state.ds_seen = fixture_set(x.arena, "A");
	assert_int_equal(challenge(token, 3), ERR_CONFLICT);
}

/* It is no word for another method. */
static void test_other_method(void **unused)
{
	(void)unused;
	fixture_first(&x, BOOTSTRAP_CHANNEL);
	assert_int_equal(challenge(token, 0), 0);
	show(token);
	assert_reason(at(1), REASON_BOOTSTRAP_UNPROVEN);
	assert_false(fixture_checked(&x, "R8078-3.4-1"));
}

/* The state has the hash with its word and not without. */
static void test_state(void **unused)
{
	(void)unused;
	struct slice octets;
	struct child_state back;
	x.state.word = OPERATOR_CHALLENGE;
	x.state.word_at = 7;
	assert_int_equal(child_state_encode(&x.state, x.arena, &octets), ERR_ARG);
	memcpy(x.state.challenge_hash, token, SHA256_OCTETS);
	assert_int_equal(child_state_encode(&x.state, x.arena, &octets), 0);
	assert_int_equal(child_state_decode(octets, x.arena, &back), 0);
	assert_int_equal(back.word, OPERATOR_CHALLENGE);
	assert_memory_equal(back.challenge_hash, token, SHA256_OCTETS);
	uint8_t *copy = arena_copy(x.arena, octets.data, octets.size);
	assert_non_null(copy);
	memset(copy + octets.size - SHA256_OCTETS, 0, SHA256_OCTETS);
	assert_int_equal(child_state_decode((struct slice){ copy, octets.size }, x.arena, &back), ERR_FORMAT);
	struct slice without;
	x.state.word = OPERATOR_APPROVE;
	assert_int_equal(child_state_encode(&x.state, x.arena, &without), 0);
	assert_int_equal(without.size + SHA256_OCTETS, octets.size);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_seen),
		TEST(test_expires),
		TEST(test_ends),
		TEST(test_silent_server),
		TEST(test_barrier),
		TEST(test_words),
		TEST(test_other_method),
		TEST(test_state),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
