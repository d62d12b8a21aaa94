/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The queue of notices: what goes into it, what leaves it, and what writes nothing. */
#include "tests/unit/store_fixture.h"

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/notices.h"
#include "registry/store/verify.h"

#define DAY 86400u

static const struct notice_policy twice = { .repeats = 2, .again_s = DAY, .registrant_after_s = 3 * DAY };

static void decide(struct fixture *f, const char *child, uint32_t after, enum reason reason, enum reason warning)
{
	struct decision d = { .child = fixture_name(child), .now = (uint32_t)FIXTURE_NOW + after, .reason = reason };
	d.warning_count = warning != REASON_NONE;
	d.warnings = &warning;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(notices_update(t, &d, REASON_NONE, &twice, 7, 9), 0);
	fixture_commit(t);
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	assert_int_equal(report.faults, 0);
}

/* "1 a.ch. CHILD_BOGUS", one after the other. */
static void expect_queue(struct fixture *f, const char *expected)
{
	char text[4096] = "";
	struct queued_notice q = { 0 };
	struct txn *t = fixture_begin(f, STORE_READ);
	while (notice_queue_next(t, q.number, &q) == 0) {
		char child[NAME_TEXT_SIZE];
		name_to_text(&q.child, child);
		size_t used = strlen(text);
		assert_true(used < sizeof(text) / 2);
		snprintf(text + used, sizeof(text) - used, "%s%llu %s %s", used == 0 ? "" : ", ", (unsigned long long)q.number, child,
			reason_token(q.reason));
		assert_true(q.run == 7 && q.sequence == 9 && q.who != 0);
	}
	fixture_commit(t);
	assert_string_equal(text, expected);
}

static unsigned count_notices(struct fixture *f)
{
	unsigned count = 0;
	struct name child = { 0 };
	struct notice n = { 0 };
	struct txn *t = fixture_begin(f, STORE_READ);
	while (notice_next(t, &child, n.reason, &child, &n) == 0) {
		count++;
	}
	fixture_commit(t);
	return count;
}

/* DSA-5.1-3: a condition is told, not repeated at once, and again later; what was not told yet is replaced. */
static void test_told_and_told_again(void **state)
{
	struct fixture *f = *state;
	decide(f, "a.ch.", 0, REASON_CHILD_BOGUS, REASON_NONE);
	expect_queue(f, "1 a.ch. CHILD_BOGUS");
	decide(f, "a.ch.", 3600, REASON_CHILD_BOGUS, REASON_NONE);
	expect_queue(f, "1 a.ch. CHILD_BOGUS");
	decide(f, "a.ch.", DAY, REASON_CHILD_BOGUS, REASON_NONE);
	expect_queue(f, "2 a.ch. CHILD_BOGUS");
	decide(f, "x.a.ch.", DAY, REASON_CHILD_BOGUS, REASON_WARN_NS_MISMATCH);
	decide(f, "b.ch.", DAY, REASON_NOOP_IN_SYNC, REASON_DRIFT_DS_UNUSABLE);
	expect_queue(f, "2 a.ch. CHILD_BOGUS, 3 x.a.ch. CHILD_BOGUS, 4 x.a.ch. WARN_NS_MISMATCH, 5 b.ch. DRIFT_DS_UNUSABLE");
	assert_int_equal(count_notices(f), 4);
}

/* What is over need not be told any more; an acceptance happened whatever came after. */
static void test_ended(void **state)
{
	struct fixture *f = *state;
	decide(f, "a.ch.", 0, REASON_CHILD_BOGUS, REASON_WARN_NS_MISMATCH);
	decide(f, "x.a.ch.", 0, REASON_CHILD_BOGUS, REASON_NONE);
	decide(f, "a.ch.", 60, REASON_NOOP_IN_SYNC, REASON_WARN_NS_MISMATCH);
	expect_queue(f, "2 a.ch. WARN_NS_MISMATCH, 3 x.a.ch. CHILD_BOGUS");
	decide(f, "a.ch.", 120, REASON_ACCEPT_UPDATE, REASON_NONE);
	decide(f, "a.ch.", 180, REASON_NOOP_CHANGE_PENDING, REASON_NONE);
	expect_queue(f, "3 x.a.ch. CHILD_BOGUS, 4 a.ch. ACCEPT_UPDATE");
	assert_int_equal(count_notices(f), 1);
	decide(f, "a.ch.", 240, REASON_ACCEPT_UPDATE, REASON_NONE);
	expect_queue(f, "3 x.a.ch. CHILD_BOGUS, 4 a.ch. ACCEPT_UPDATE, 5 a.ch. ACCEPT_UPDATE");
	decide(f, "a.ch.", 300, REASON_ACCEPT_UPDATE, REASON_NONE);
	expect_queue(f, "3 x.a.ch. CHILD_BOGUS, 4 a.ch. ACCEPT_UPDATE, 5 a.ch. ACCEPT_UPDATE, 6 a.ch. ACCEPT_UPDATE");
}

/* Numbers are given once, also when the newest is taken out. */
static void test_done(void **state)
{
	struct fixture *f = *state;
	decide(f, "a.ch.", 0, REASON_CHILD_BOGUS, REASON_NONE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(notice_done(t, 0), ERR_NOTFOUND);
	assert_int_equal(notice_done(t, 2), ERR_NOTFOUND);
	assert_int_equal(notice_done(t, 1), 0);
	assert_int_equal(notice_done(t, 1), ERR_NOTFOUND);
	fixture_commit(t);
	expect_queue(f, "");
	decide(f, "a.ch.", 60, REASON_CHILD_BOGUS, REASON_NONE);
	expect_queue(f, "");
	decide(f, "b.ch.", 60, REASON_CHILD_BOGUS, REASON_NONE);
	expect_queue(f, "2 b.ch. CHILD_BOGUS");
	/* Told and then over. */
	decide(f, "a.ch.", 120, REASON_NOOP_IN_SYNC, REASON_NONE);
	expect_queue(f, "2 b.ch. CHILD_BOGUS");
}

static void test_expired(void **state)
{
	struct fixture *f = *state;
	decide(f, "a.ch.", 0, REASON_ACCEPT_UPDATE, REASON_NONE);
	decide(f, "b.ch.", DAY, REASON_ACCEPT_UPDATE, REASON_NONE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(notices_expire(t, FIXTURE_NOW + NOTICE_QUEUE_S - 1), 0);
	fixture_commit(t);
	expect_queue(f, "1 a.ch. ACCEPT_UPDATE, 2 b.ch. ACCEPT_UPDATE");
	t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(notices_expire(t, FIXTURE_NOW + NOTICE_QUEUE_S), 0);
	fixture_commit(t);
	expect_queue(f, "2 b.ch. ACCEPT_UPDATE");
}

/* A quiet child costs no write, nor does one whose condition lasts: in a transaction that may not write it goes through. */
static void test_repeats_write_nothing(void **state)
{
	struct fixture *f = *state;
	decide(f, "a.ch.", 0, REASON_CHILD_BOGUS, REASON_WARN_NS_MISMATCH);
	static const struct {
		const char *child;
		enum reason reason, warning;
		uint32_t after;
		bool writes;
	} cases[] = {
		{ "quiet.ch.", REASON_NOOP_IN_SYNC, REASON_NONE, 60, false },
		{ "a.ch.", REASON_CHILD_BOGUS, REASON_WARN_NS_MISMATCH, 60, false },
		{ "a.ch.", REASON_CHILD_BOGUS, REASON_WARN_NS_MISMATCH, 3600, false },
		{ "a.ch.", REASON_CHILD_BOGUS, REASON_WARN_NS_MISMATCH, DAY, true },
		{ "a.ch.", REASON_CHILD_BOGUS, REASON_NONE, 60, true },
		{ "b.ch.", REASON_CHILD_BOGUS, REASON_NONE, 60, true },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum reason warning = cases[i].warning;
		struct decision d = { .child = fixture_name(cases[i].child), .now = (uint32_t)FIXTURE_NOW + cases[i].after,
			.reason = cases[i].reason, .warning_count = warning != REASON_NONE, .warnings = &warning };
		struct txn *t = fixture_begin(f, STORE_READ);
		int rc = notices_update(t, &d, REASON_NONE, &twice, 1, 1);
		txn_abort(t);
		if (rc != (cases[i].writes ? ERR_ARG : 0)) {
			fail_msg("case %zu: %d", i, rc);
		}
	}
}

/* db verify reads them. */
static void test_damaged(void **state)
{
	struct fixture *f = *state;
	decide(f, "a.ch.", 0, REASON_CHILD_BOGUS, REASON_NONE);
	for (unsigned i = 0; i < 3; i++) {
		struct key key;
		struct name child = fixture_name("a.ch.");
		const uint8_t octets[] = { 1, 2 };
		const struct slice wrong = { .data = octets, .size = sizeof(octets) };
		struct txn *t = fixture_begin(f, STORE_WRITE);
		if (i == 0) {
			key_notice(&child, REASON_CHILD_BOGUS, &key);
		} else {
			key_u64(i - 1, &key);
		}
		struct slice value;
		enum db db = i == 0 ? DB_NOTICE : DB_QUEUE;
		assert_int_equal(db_get(t, db, key_slice(&key), &value), 0);
		uint8_t *good = arena_copy(f->arena, value.data, value.size);
		const struct slice right = { .data = good, .size = value.size };
		assert_int_equal(db_put(t, db, key_slice(&key), wrong), 0);
		fixture_commit(t);
		struct verify_report report;
		assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
		assert_int_equal(report.faults, 1);
		t = fixture_begin(f, STORE_WRITE);
		assert_int_equal(db_put(t, db, key_slice(&key), right), 0);
		fixture_commit(t);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_told_and_told_again),
		CASE(test_ended),
		CASE(test_done),
		CASE(test_expired),
		CASE(test_repeats_write_nothing),
		CASE(test_damaged),
	};
	return cmocka_run_group_tests_name("notices", tests, NULL, NULL);
}
