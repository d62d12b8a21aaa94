/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is told of a decision, and when (DSA-5.1-1 to DSA-5.1-4, DSA-5.2-1). Hours since the first time; twice a day apart, then ever
 * more seldom; the registrant after three days. */
#include "tests/unit/accept_fixture.h"

#include "validate/accept/notice.h"

#define HOUR 3600u
#define OPERATORS (WHO_OPERATOR | WHO_TECHNICAL)

static const struct notice_policy rules = { .repeats = 2, .again_s = 24 * HOUR, .registrant_after_s = 72 * HOUR };

static struct notice kept;
static struct decision decision;

static int set_up(void **unused)
{
	(void)unused;
	kept = (struct notice){ .reason = REASON_NONE };
	decision = (struct decision){ .now = FIXTURE_NOW };
	memset(decision.content_hash, 1, sizeof decision.content_hash);
	return 0;
}

/* Who is told now; 0: nobody. */
static unsigned tell(enum reason reason, uint32_t hours, const struct notice_policy *p)
{
	struct notice after;
	bool due;
	decision.now = FIXTURE_NOW + hours * HOUR;
	decision.reason = reason;
	notice_step(&kept, &decision, reason, p, &after, &due);
	assert_int_equal(due, after.who != 0);
	kept = after;
	return after.who;
}

static unsigned at(enum reason reason, uint32_t hours)
{
	return tell(reason, hours, &rules);
}

/* DSA-5.1-3: at most twice in a row, then back-off. */
static void test_back_off(void **unused)
{
	(void)unused;
	static const uint32_t told[] = { 0, 24, 72, 168, 360 };	/* 24 h, then 48, 96, 192 apart */
	size_t next = 0;
	for (uint32_t hours = 0; hours <= 400; hours++) {
		unsigned who = at(REASON_INCONSISTENT_KEYS, hours);
		bool expected = next < sizeof told / sizeof told[0] && told[next] == hours;
		assert_int_equal(who, expected ? OPERATORS : 0);
		next += expected;
	}
	assert_int_equal(next, 5);
	assert_int_equal(kept.told, 5);
	assert_int_equal(kept.first, FIXTURE_NOW);
	assert_int_equal(kept.last_told, FIXTURE_NOW + 360 * HOUR);
	assert_int_equal(kept.next, FIXTURE_NOW + (360 + 384) * HOUR);
	assert_int_equal(kept.told_who, OPERATORS);
}

/* Other content, or another reason, is another condition. */
static void test_another_condition(void **unused)
{
	(void)unused;
	assert_int_equal(at(REASON_INCONSISTENT_KEYS, 0), OPERATORS);
	assert_int_equal(at(REASON_INCONSISTENT_KEYS, 1), 0);
	decision.content_hash[5]++;
	assert_int_equal(at(REASON_INCONSISTENT_KEYS, 2), OPERATORS);
	assert_int_equal(kept.first, FIXTURE_NOW + 2 * HOUR);
	assert_int_equal(kept.told, 1);
	assert_int_equal(at(REASON_INCONSISTENT_PRESENCE, 3), OPERATORS);
}

/* DSA-5.1-2: the registrant only when it lasts, and then without waiting for the others' turn. */
static void test_registrant(void **unused)
{
	(void)unused;
	assert_int_equal(at(REASON_CHILD_BOGUS, 0), OPERATORS);
	assert_int_equal(at(REASON_CHILD_BOGUS, 24), OPERATORS);
	assert_int_equal(at(REASON_CHILD_BOGUS, 71), 0);
	assert_int_equal(at(REASON_CHILD_BOGUS, 72), OPERATORS | WHO_REGISTRANT);
	assert_int_equal(at(REASON_CHILD_BOGUS, 73), 0);
	assert_int_equal(at(REASON_CHILD_BOGUS, 168), OPERATORS | WHO_REGISTRANT);
	/* His time comes between two of theirs. */
	set_up(NULL);
	const struct notice_policy slow = { .repeats = 1, .again_s = 96 * HOUR, .registrant_after_s = 72 * HOUR };
	assert_int_equal(tell(REASON_CHILD_BOGUS, 0, &slow), OPERATORS);
	assert_int_equal(kept.next, FIXTURE_NOW + 72 * HOUR);
	assert_int_equal(tell(REASON_CHILD_BOGUS, 71, &slow), 0);
	assert_int_equal(tell(REASON_CHILD_BOGUS, 72, &slow), WHO_REGISTRANT);
	assert_int_equal(tell(REASON_CHILD_BOGUS, 73, &slow), 0);
	assert_int_equal(kept.told_who, OPERATORS | WHO_REGISTRANT);
	/* A warning may have one, too; a hold of the operator's has none. */
	set_up(NULL);
	assert_int_equal(at(REASON_WARN_NS_MISMATCH, 0), WHO_OPERATOR);
	assert_int_equal(at(REASON_WARN_NS_MISMATCH, 72), WHO_OPERATOR | WHO_REGISTRANT);
	set_up(NULL);
	assert_int_equal(at(REASON_INCONSISTENT_KEYS, 0), OPERATORS);
	assert_int_equal(at(REASON_INCONSISTENT_KEYS, 72), OPERATORS);
}

/* DSA-5.2-1, DSA-5.1-1, DSA-5.1-4: a first DS set and a delete are told to everybody, a routine update to the registrar. Once. */
static void test_events(void **unused)
{
	(void)unused;
	static const struct { enum reason reason; unsigned who; } cases[] = {
		{ REASON_ACCEPT_BOOTSTRAP_AUTH, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT },
		{ REASON_ACCEPT_BOOTSTRAP_DELAY, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT },
		{ REASON_ACCEPT_DELETE, WHO_REGISTRAR | WHO_TECHNICAL | WHO_REGISTRANT },
		{ REASON_ACCEPT_UPDATE, WHO_REGISTRAR },
		{ REASON_ACCEPT_DIGEST_REFRESH, WHO_REGISTRAR },
		{ REASON_ACCEPT_TTL_RESTORE, WHO_REGISTRAR },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		set_up(NULL);
		assert_int_equal(at(cases[i].reason, 0), cases[i].who);
		assert_int_equal(kept.next, 0);
		/* The same decision looked at again is none; another acceptance is. */
		assert_int_equal(at(cases[i].reason, 0), 0);
		assert_int_equal(at(cases[i].reason, 1000), cases[i].who);
	}
	/* Nor does a condition that was told at the same second stand for it. */
	set_up(NULL);
	assert_int_equal(at(REASON_INCONSISTENT_KEYS, 0), OPERATORS);
	assert_int_equal(at(REASON_ACCEPT_UPDATE, 0), WHO_REGISTRAR);
}

/* Nobody has to act, or nobody is to be told. */
static void test_nobody(void **unused)
{
	(void)unused;
	static const enum reason quiet[] = { REASON_NOOP_IN_SYNC, REASON_HOLD_DELAY_RUNNING, REASON_HOLD_SUSPENDED,
		REASON_HOLD_OPERATOR, REASON_WARN_NON_SEP, REASON_NONE };
	for (size_t i = 0; i < sizeof quiet / sizeof quiet[0]; i++) {
		assert_int_equal(at(quiet[i], 0), 0);
		assert_int_equal(kept.reason, REASON_NONE);
	}
	const struct notice_policy silent = { .repeats = 0, .again_s = HOUR, .registrant_after_s = HOUR };
	assert_int_equal(tell(REASON_CHILD_BOGUS, 0, &silent), 0);
	assert_int_equal(kept.reason, REASON_NONE);
	/* Start and reset of a delay are told to the technical contact. */
	assert_int_equal(at(REASON_HOLD_DELAY_STARTED, 0), WHO_TECHNICAL);
	assert_int_equal(at(REASON_HOLD_DELAY_RESET, 1), WHO_TECHNICAL);
	assert_int_equal(at(REASON_DELAY_CANCELLED, 2), WHO_TECHNICAL);
}

/* The beginning and the end of time, a clock that goes back, and counts that have no end. */
static void test_extremes(void **unused)
{
	(void)unused;
	assert_int_equal(at(REASON_CHILD_BOGUS, 100), OPERATORS);
	assert_int_equal(at(REASON_CHILD_BOGUS, 0), 0);
	kept.told = UINT16_MAX;
	assert_int_equal(at(REASON_CHILD_BOGUS, 171), 0);
	assert_int_equal(kept.told, UINT16_MAX);
	assert_int_equal(kept.next, FIXTURE_NOW + 172 * HOUR);	/* the registrant's time is still to come */
	assert_int_equal(at(REASON_CHILD_BOGUS, 172), WHO_REGISTRANT);
	assert_int_equal(kept.next, UINT32_MAX);
	/* The first time is no repetition. */
	set_up(NULL);
	struct notice after;
	bool due;
	decision.now = 1;
	notice_step(&kept, &decision, REASON_CHILD_BOGUS, &rules, &after, &due);
	assert_true(due);
	assert_int_equal(after.who, OPERATORS);
	assert_int_equal(after.told, 1);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_back_off),
		TEST(test_another_condition),
		TEST(test_registrant),
		TEST(test_events),
		TEST(test_nobody),
		TEST(test_extremes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
