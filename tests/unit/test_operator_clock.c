/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks that go back: what ends a window ends it all the same, and what an operator makes of one that was counted by a clock
 * that was ahead. */
#include "tests/unit/accept_fixture.h"
#include "validate/accept/operator.h"

#define HOUR 3600u

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	fixture_first(&x, BOOTSTRAP_DELAY);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static enum reason at(uint32_t hours)
{
	fixture_probe(&x, hours * HOUR, TRIGGER_TIMER);
	fixture_run(&x);
	return x.decision.reason;
}

/* T-26: a clock that was ahead once need not be waited for; a release puts it right, and the window begins anew. */
static void test_clock_put_right(void **unused)
{
	(void)unused;
	const char *why = NULL;
	struct child_state after;
	at(0);
	at(24);
	assert_reason(at(20000), REASON_HOLD_DELAY_RESET);
	assert_reason(at(25), REASON_CLOCK_UNSAFE);
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_RELEASE, FIXTURE_NOW + 26 * HOUR, &after, &why), 0);
	x.state = after;
	assert_int_equal(x.state.window.began, 0);
	assert_reason(at(26), REASON_HOLD_DELAY_STARTED);
	assert_reason(at(50), REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(operator_apply(&x.state, OPERATOR_DO_RELEASE, FIXTURE_NOW + 51 * HOUR, &after, &why), ERR_CONFLICT);
}

/* Each of the times that were counted is put right, and a child of which none lies ahead has nothing to release. */
static void test_each_time(void **unused)
{
	(void)unused;
	const struct child_state cases[] = {
		{ .seen = x.now + 1, .accepted = 1, .settled = 2 }, { .seen = 3, .accepted = x.now + 1, .settled = 2 },
		{ .seen = 3, .accepted = 1, .settled = x.now + 1 },
	};
	const struct child_state right = { .seen = x.now, .accepted = x.now, .settled = x.now };
	const char *why = NULL;
	struct child_state after;
	assert_int_equal(operator_apply(&right, OPERATOR_DO_RELEASE, x.now, &after, &why), ERR_CONFLICT);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(operator_apply(&cases[i], OPERATOR_DO_RELEASE, x.now, &after, &why), 0);
		assert_int_equal(after.seen, i == 0 ? x.now : 3);
		assert_int_equal(after.accepted, i == 1 ? x.now : 1);
		assert_int_equal(after.settled, i == 2 ? x.now : 2);
	}
}

static void ask_for_another(void)
{
	x.finding.ds_after = fixture_set(x.arena, "C");
	memset(x.finding.request_hash, 'C', SHA256_OCTETS);
}

static void ask_for_nothing(void)
{
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
}

static void disagree(void)
{
	fixture_nothing(&x, REASON_INCONSISTENT_KEYS);
}

static void be_refused(void)
{
	fixture_nothing(&x, REASON_CONTINUITY_NO_PATH);
}

static void move(void)
{
	memset(x.finding.ns_hash, 'm', SHA256_OCTETS);
}

static void change_by_hand(void)
{
	x.delegation.manual_change = FIXTURE_NOW + 25 * HOUR;
}

static void be_silent(void)
{
	fixture_nothing(&x, REASON_NO_USABLE_SERVER);
}

static void ask_for_the_same(void)
{
}

/* A-21, T-26, C17, C18: the clock is behind, which counts nothing; what is seen meanwhile is seen. */
static void test_seen_while_behind(void **unused)
{
	(void)unused;
	static const struct {
		const char *label;
		void (*what)(void);
		enum reason reason;
		bool ends;
	} cases[] = {
		{ "the same request", ask_for_the_same, REASON_CLOCK_UNSAFE, false },
		{ "another request", ask_for_another, REASON_CLOCK_UNSAFE, true },
		{ "no request", ask_for_nothing, REASON_DELAY_CANCELLED, true },
		{ "servers that disagree", disagree, REASON_DELAY_CANCELLED, true },
		{ "a request that would be refused", be_refused, REASON_DELAY_CANCELLED, true },
		{ "another NS set", move, REASON_CLOCK_UNSAFE, true },
		{ "a change by hand", change_by_hand, REASON_CLOCK_UNSAFE, true },
		{ "silent servers", be_silent, REASON_NO_USABLE_SERVER, false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fixture_restart(&x);
		fixture_first(&x, BOOTSTRAP_DELAY);
		at(0);
		at(40);
		cases[i].what();
		if (at(30) != cases[i].reason || (x.state.window.began == 0) != cases[i].ends) {
			fail_msg("%s: %s, began %u", cases[i].label, reason_token(x.decision.reason), (unsigned)x.state.window.began);
		}
		assert_int_equal(x.state.seen, FIXTURE_NOW + 40 * HOUR);
		/* No new one begins before the time is known. */
		fixture_first(&x, BOOTSTRAP_DELAY);
		assert_reason(at(39), REASON_CLOCK_UNSAFE);
		assert_int_equal(x.state.window.began == 0, cases[i].ends);
		assert_reason(at(41), cases[i].ends ? REASON_HOLD_DELAY_STARTED : REASON_HOLD_DELAY_RUNNING);
		assert_int_equal(x.state.window.checks, cases[i].ends ? 0 : 1);
	}
}

/* The same of an operator's word: it is about one request. */
static void test_word_while_behind(void **unused)
{
	(void)unused;
	for (int bound = 0; bound < 2; bound++) {
		const char *why = NULL;
		struct child_state after;
		fixture_restart(&x);
		fixture_first(&x, BOOTSTRAP_CHANNEL);
		at(0);
		at(40);
		assert_int_equal(operator_apply(&x.state, OPERATOR_DO_APPROVE, FIXTURE_NOW + 41 * HOUR, &after, &why), 0);
		x.state = after;
		if (bound == 0) {
			memset(x.state.word_hash, 0, sizeof x.state.word_hash);
		}
		assert_reason(at(30), REASON_CLOCK_UNSAFE);
		assert_int_equal(x.state.word, OPERATOR_APPROVE);
		assert_int_equal(x.state.word_hash[0], 'B');
		ask_for_another();
		assert_reason(at(31), REASON_CLOCK_UNSAFE);
		assert_int_equal(x.state.word, OPERATOR_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clock_put_right, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_each_time, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seen_while_behind, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_word_while_behind, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
