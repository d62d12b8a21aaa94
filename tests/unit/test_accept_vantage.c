/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What accept makes of a request that several vantages saw (R8078-5-1): the window, what a judge cannot have found, and how a
 * decision has it. */
#include "tests/unit/accept_fixture.h"

#define DAY 86400u

static struct fixture x;
static struct vantage_finding places[LIMIT_VANTAGES];

static void start(enum bootstrap_method method, uint8_t wanted)
{
	static const char *const names[LIMIT_VANTAGES] = { "ams", "fra", "zrh", "vie" };
	fixture_restart(&x);
	fixture_first(&x, method);
	x.policy.rules.bootstrap.vantages = wanted;
	for (size_t i = 0; i < LIMIT_VANTAGES; i++) {
		places[i] = (struct vantage_finding){ .result = VANTAGE_AGREES, .reason = REASON_BOOTSTRAP_UNPROVEN,
			.answered = FIXTURE_SERVERS };
		strcpy(places[i].name, names[i]);
	}
	x.finding.vantages = places;
	x.finding.vantage_count = wanted;
}

static enum reason at(uint32_t seconds)
{
	fixture_probe(&x, seconds, TRIGGER_TIMER);
	assert_int_equal(fixture_try(&x), 0);
	x.state = x.after;
	return x.decision.reason;
}

/* C16: as many checks as without, and each of them from all vantages. */
static void test_agree(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_DELAY, 2);
	assert_reason(at(0), REASON_HOLD_DELAY_STARTED);
	assert_reason(at(DAY), REASON_HOLD_DELAY_RUNNING);
	assert_reason(at(2 * DAY), REASON_HOLD_DELAY_RUNNING);
	assert_reason(at(3 * DAY), REASON_ACCEPT_BOOTSTRAP_DELAY);
	assert_int_equal(x.decision.vantage_count, 2);
	assert_ptr_equal(x.decision.vantages, places);
}

/* C27, C18: places that see different things are servers that disagree: somebody may stand on the way to one of them, and has
 * to stand there for the whole window. */
static void test_disagree(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_DELAY, 2);
	x.finding.reason = REASON_VANTAGE_DISAGREE;
	x.finding.change = CHANGE_NONE;
	places[1].result = VANTAGE_DIFFERS;
	assert_reason(at(0), REASON_VANTAGE_DISAGREE);
	assert_int_equal(x.state.window.began, 0);
	start(BOOTSTRAP_DELAY, 2);
	at(0);
	at(DAY);
	assert_int_equal(x.state.window.checks, 1);
	x.finding.reason = REASON_VANTAGE_DISAGREE;
	x.finding.change = CHANGE_NONE;
	places[1].result = VANTAGE_DIFFERS;
	assert_reason(at(2 * DAY), REASON_DELAY_CANCELLED);
	assert_int_equal(x.decision.warning_count, 1);
	assert_reason(x.decision.warnings[0], REASON_VANTAGE_DISAGREE);
	assert_int_equal(x.state.window.began, 0);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	x.finding.reason = REASON_BOOTSTRAP_UNPROVEN;
	x.finding.change = CHANGE_INITIAL;
	places[1].result = VANTAGE_AGREES;
	assert_reason(at(3 * DAY), REASON_HOLD_DELAY_STARTED);
}

/* C19: a place that does not hear all servers says nothing against the request: the look counts for nothing, and resets nothing
 * before the gap is too long. */
static void test_incomplete(void **unused)
{
	(void)unused;
	start(BOOTSTRAP_DELAY, 2);
	at(0);
	at(DAY);
	x.finding.reason = REASON_VANTAGE_INCOMPLETE;
	x.finding.change = CHANGE_NONE;
	places[1].result = VANTAGE_LACKS;
	assert_reason(at(2 * DAY), REASON_VANTAGE_INCOMPLETE);
	assert_int_equal(x.state.window.checks, 1);
	assert_int_equal(x.state.window.began, FIXTURE_NOW);
	x.finding.reason = REASON_BOOTSTRAP_UNPROVEN;
	x.finding.change = CHANGE_INITIAL;
	places[1].result = VANTAGE_AGREES;
	assert_reason(at(3 * DAY), REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(x.state.window.checks, 2);
	assert_reason(at(4 * DAY), REASON_ACCEPT_BOOTSTRAP_DELAY);
}

/* Whatever the method. */
static void test_methods(void **unused)
{
	(void)unused;
	static const enum bootstrap_method methods[] = { BOOTSTRAP_CHANNEL, BOOTSTRAP_CHECKED, BOOTSTRAP_CHALLENGE,
		BOOTSTRAP_INCEPTION };
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		for (int differs = 0; differs < 2; differs++) {
			start(methods[i], 2);
			x.policy.rules.bootstrap.challenge = methods[i] == BOOTSTRAP_CHALLENGE;
			x.policy.bootstrap.settled_s = 0;
			x.delegation.flags = methods[i] == BOOTSTRAP_INCEPTION ? DELEGATION_NOT_PUBLISHED : 0;
			x.state.word = methods[i] == BOOTSTRAP_CHALLENGE ? OPERATOR_CHALLENGE :
				methods[i] == BOOTSTRAP_INCEPTION ? OPERATOR_NONE : OPERATOR_APPROVE;
			x.state.word_at = methods[i] == BOOTSTRAP_INCEPTION ? 0 : FIXTURE_NOW - 1;
			memset(x.state.challenge_hash, 't', SHA256_OCTETS);
			memset(x.finding.challenge_hash, 't', SHA256_OCTETS);
			if (differs == 1) {
				places[1].result = VANTAGE_DIFFERS;
				x.finding.reason = REASON_VANTAGE_DISAGREE;
				x.finding.change = CHANGE_NONE;
			}
			enum reason reason = at(0);
			assert_int_equal(reason_find(reason)->class, differs == 1 ? CLASS_HOLD : CLASS_ACCEPT);
		}
	}
}

/* A judge that did not compare, or compared and was not heard: nothing is done on it. */
static void test_contradictions(void **unused)
{
	(void)unused;
	for (int i = 0; i < 5; i++) {
		start(BOOTSTRAP_DELAY, 3);
		switch (i) {
		case 0:
			x.finding.vantage_count = 0;
			break;
		case 1:
			x.finding.vantage_count = 2;
			break;
		case 2:
			places[2].result = VANTAGE_LACKS;
			break;
		case 3:
			x.finding.vantage_count = 4;
			places[3].result = VANTAGE_DIFFERS;
			break;
		default:
			x.policy.rules.bootstrap.vantages = 1;
			places[1].result = VANTAGE_DIFFERS;
			break;
		}
		assert_reason(at(0), REASON_INTERNAL_ERROR);
		assert_int_equal(x.state.window.began, 0);
	}
	/* Three of four, and one that does not hear all. */
	start(BOOTSTRAP_DELAY, 3);
	x.finding.vantage_count = 4;
	places[3].result = VANTAGE_LACKS;
	assert_reason(at(0), REASON_HOLD_DELAY_STARTED);
	/* C3: a proof needs none. */
	start(BOOTSTRAP_AUTHENTICATED, 2);
	x.finding.vantage_count = 0;
	assert_reason(at(0), REASON_ACCEPT_BOOTSTRAP_AUTH);
	start(BOOTSTRAP_DELAY, 2);
	x.finding.vantage_count = LIMIT_VANTAGES + 1;
	fixture_probe(&x, 0, TRIGGER_TIMER);
	assert_int_equal(fixture_try(&x), ERR_LIMIT);
}

/* What a decision without vantages was before it is still. */
static void test_decision(void **unused)
{
	(void)unused;
	struct slice octets;
	struct slice again;
	struct decision d;
	start(BOOTSTRAP_DELAY, 3);
	at(0);
	places[1] = (struct vantage_finding){ .name = "f", .result = VANTAGE_LACKS, .reason = REASON_HOLD_UNREACHABLE };
	assert_int_equal(decision_encode(&x.decision, x.arena, &octets), 0);
	assert_int_equal(octets.data[0], 3);
	assert_int_equal(decision_decode(octets, x.arena, &d), 0);
	assert_int_equal(d.vantage_count, 3);
	assert_string_equal(d.vantages[0].name, "ams");
	assert_int_equal(d.vantages[0].result, VANTAGE_AGREES);
	assert_int_equal(d.vantages[0].answered, FIXTURE_SERVERS);
	assert_string_equal(d.vantages[1].name, "f");
	assert_int_equal(d.vantages[1].result, VANTAGE_LACKS);
	assert_reason(d.vantages[1].reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(d.vantages[1].answered, 0);
	assert_int_equal(decision_encode(&d, x.arena, &again), 0);
	assert_true(slice_equal(octets, again));
	size_t tail = 1 + 3 * (1 + 1 + 2 + 1) + 3 + 1 + 3;
	for (size_t bit = 8 * (octets.size - tail); bit < 8 * octets.size; bit++) {
		uint8_t *flipped = fixture_copy(octets);
		flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
		const struct slice s = { flipped, octets.size };
		if (decision_decode(s, x.arena, &d) == 0) {
			assert_int_equal(decision_encode(&d, x.arena, &again), 0);
			assert_true(slice_equal(s, again));
		}
		free(flipped);
	}
	for (size_t size = octets.size - tail; size < octets.size; size++) {
		uint8_t *cut = fixture_copy((struct slice){ octets.data, size });
		assert_int_equal(decision_decode((struct slice){ cut, size }, x.arena, &d), ERR_FORMAT);
		cut[0] = 2;
		assert_int_equal(decision_decode((struct slice){ cut, size }, x.arena, &d), size == octets.size - tail ? 0 : ERR_FORMAT);
		free(cut);
	}
	/* None is told as version 2. */
	uint8_t *none = fixture_copy((struct slice){ octets.data, octets.size - tail + 1 });
	none[octets.size - tail] = 0;
	assert_int_equal(decision_decode((struct slice){ none, octets.size - tail + 1 }, x.arena, &d), ERR_FORMAT);
	free(none);
}

static void test_no_encoding(void **unused)
{
	(void)unused;
	struct slice octets;
	for (int i = 0; i < 5; i++) {
		start(BOOTSTRAP_DELAY, 3);
		at(0);
		switch (i) {
		case 0:
			places[2].name[0] = '\0';
			break;
		case 1:
			places[2].name[0] = '\n';
			break;
		case 2:
			places[2].result = (enum vantage_result)3;
			break;
		case 3:
			places[2].answered = FIXTURE_SERVERS + 1;
			break;
		default:
			x.decision.vantage_count = LIMIT_VANTAGES + 1;
			break;
		}
		assert_int_equal(decision_encode(&x.decision, x.arena, &octets), i == 4 ? ERR_LIMIT : ERR_ARG);
	}
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agree), cmocka_unit_test(test_disagree), cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_methods), cmocka_unit_test(test_contradictions), cmocka_unit_test(test_decision),
		cmocka_unit_test(test_no_encoding),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
