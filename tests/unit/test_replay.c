/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay guard of accept: R7344-6.2-2 as amended by A-05. */
#include "tests/unit/accept_fixture.h"

#define T0 (FIXTURE_NOW - 3600)	/* inception of the mark the fixture finds */

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

static const struct replay_case {
	const char *name;
	struct { uint16_t type; char key; uint32_t inception; } seen[3], stored[3];
	bool accepted;
} replay_cases[] = {
	{ "never seen", { { TYPE_CDS, 'A', 100 } }, { { 0, 0, 0 } }, true },
	{ "newer", { { TYPE_CDS, 'A', 101 } }, { { TYPE_CDS, 'A', 100 } }, true },
	{ "inception-equal", { { TYPE_CDS, 'A', 100 } }, { { TYPE_CDS, 'A', 100 } }, true },
	{ "older", { { TYPE_CDS, 'A', 99 } }, { { TYPE_CDS, 'A', 100 } }, false },
	{ "newer over the wrap", { { TYPE_CDS, 'A', 5 } }, { { TYPE_CDS, 'A', 0xfffffff0u } }, true },
	{ "older over the wrap", { { TYPE_CDS, 'A', 0xfffffff0u } }, { { TYPE_CDS, 'A', 5 } }, false },
	{ "half the circle apart: undefined, not older", { { TYPE_CDS, 'A', 0x80000000u } },
		{ { TYPE_CDS, 'A', 0 } }, true },
	{ "just less than half the circle back", { { TYPE_CDS, 'A', 0x80000001u } },
		{ { TYPE_CDS, 'A', 0 } }, false },
	{ "the other type of the same key", { { TYPE_CDNSKEY, 'A', 99 } }, { { TYPE_CDS, 'A', 100 } }, true },
	{ "another key, dated back as PowerDNS does", { { TYPE_CDS, 'B', 1 } }, { { TYPE_CDS, 'A', 100 } },
		true },
	{ "one of two keys older", { { TYPE_CDS, 'A', 99 }, { TYPE_CDS, 'B', 100 } },
		{ { TYPE_CDS, 'A', 100 }, { TYPE_CDS, 'B', 100 } }, true },
	{ "both keys older", { { TYPE_CDS, 'A', 99 }, { TYPE_CDS, 'B', 98 } },
		{ { TYPE_CDS, 'A', 100 }, { TYPE_CDS, 'B', 100 } }, false },
	{ "one older type beside a current one", { { TYPE_CDNSKEY, 'A', 100 }, { TYPE_CDS, 'A', 99 } },
		{ { TYPE_CDS, 'A', 100 }, { TYPE_CDNSKEY, 'A', 100 } }, true },
	{ "both types older", { { TYPE_CDNSKEY, 'A', 99 }, { TYPE_CDS, 'A', 99 } },
		{ { TYPE_CDS, 'A', 100 }, { TYPE_CDNSKEY, 'A', 100 } }, false },
	/* An old signal may carry a signature by a key that had no DS then; it says nothing of age. */
	{ "older, and a key never accepted", { { TYPE_CDS, 'A', 99 }, { TYPE_CDS, 'B', 99 } },
		{ { TYPE_CDS, 'A', 100 } }, false },
	{ "a key that is not seen any more", { { TYPE_CDS, 'B', 50 } },
		{ { TYPE_CDS, 'A', 100 }, { TYPE_CDS, 'B', 40 } }, true },
};

static size_t make_marks(struct mark out[3], const struct replay_case *c, bool seen)
{
	size_t count = 0;
	for (size_t i = 0; i < 3; i++) {
		uint16_t type = seen ? c->seen[i].type : c->stored[i].type;
		if (type != 0) {
			out[count++] = seen ? fixture_mark(type, c->seen[i].key, c->seen[i].inception) :
				fixture_mark(type, c->stored[i].key, c->stored[i].inception);
		}
	}
	return count;
}

static const struct mark *mark_like(const struct child_state *s, const struct mark *like)
{
	for (size_t i = 0; i < s->mark_count; i++) {
		if (mark_compare(&s->marks[i], like) == 0) {
			return &s->marks[i];
		}
	}
	fail_msg("a mark is gone");
	return NULL;
}

/* what was seen and not accepted is remembered, too, of a child whose signatures prove something. */
static void test_seen(void **unused)
{
	(void)unused;
	static const enum child_security securities[] = { SECURITY_SECURE, SECURITY_INSECURE };
	for (size_t i = 0; i < 2; i++) {
		fixture_free(&x);
		fixture_init(&x);
		fixture_find(&x, REASON_INCONSISTENT_KEYS, "B");
		x.finding.security = securities[i];
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_INCONSISTENT_KEYS);
		assert_int_equal(x.after.mark_count, securities[i] == SECURITY_SECURE ? 1 : 0);
	}
}

/* R7344-6.2-2, R7344-6.2-3, A18, A-05, T-23 */
static void test_replay(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof replay_cases / sizeof replay_cases[0]; i++) {
		const struct replay_case *c = &replay_cases[i];
		print_message("  %s\n", c->name);
		fixture_free(&x);
		fixture_init(&x);
		struct mark known[3];
		x.finding.mark_count = make_marks(x.marks, c, true);
		x.state.mark_count = make_marks(known, c, false);
		x.state.marks = known;
		/* Silence must not be counted where replay refuses. */
		fixture_silence(&x, 2, true);
		x.policy.retry_count = 0;
		x.policy.drop_after_s = 0;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, c->accepted ? REASON_ACCEPT_UPDATE : REASON_REPLAY_OLDER);
		assert_int_equal(x.decision.journal, c->accepted ? JOURNAL_PROPOSE : JOURNAL_NONE);
		assert_int_equal(x.decision.next_eligible, 0);
		assert_int_equal(x.after.failure_count, c->accepted ? 1 : 0);
		assert_string_equal(x.decision.checks[1].rule, "R7344-6.2-2");
		assert_int_equal(x.decision.checks[1].result, c->accepted ? CHECK_PASS : CHECK_FAIL);
		if (!c->accepted) {
			assert_true(x.after.mark_count >= x.state.mark_count);
			for (size_t k = 0; k < x.state.mark_count; k++) {
				assert_memory_equal(mark_like(&x.after, &known[k]), &known[k], sizeof known[k]);
			}
			x.policy.replay_guard = REPLAY_GUARD_OFF;
			assert_int_equal(fixture_try(&x), 0);
			assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
			assert_int_equal(x.decision.checks[1].result, CHECK_SKIP);
		}
		/* Accepted: no mark moved back, every one seen is there. */
		for (size_t k = 0; k < x.finding.mark_count; k++) {
			bool found = false;
			for (size_t m = 0; m < x.after.mark_count; m++) {
				found = found || (x.after.marks[m].type == x.marks[k].type &&
					memcmp(x.after.marks[m].key_hash, x.marks[k].key_hash, 32) == 0 &&
					x.after.marks[m].inception - x.marks[k].inception <= 0x80000000u);
			}
			assert_true(found);
		}
	}
}

/* Standards 4.1: replay before what is wrong with the set that is asked for, after everything else. */
static void test_precedence(void **unused)
{
	(void)unused;
	static const struct {
		enum reason found;
		bool older;
	} rows[] = {
		{ REASON_ALGORITHM_FORBIDDEN, true }, { REASON_ALGORITHM_UNSUPPORTED, true },
		{ REASON_DIGEST_UNUSABLE_FOR_KEY, true }, { REASON_KEY_REVOKED, true }, { REASON_KEY_NOT_ZONE, true },
		{ REASON_KEY_BAD_PROTOCOL, true }, { REASON_TOO_MANY_RECORDS, true },
		{ REASON_CONTINUITY_NO_PATH, true }, { REASON_CONTINUITY_ALGORITHM, true },
		{ REASON_CONTINUITY_SERVER, true }, { REASON_CONTINUITY_DIGEST, true },
		{ REASON_CONTINUITY_SIGNATURE_LIFETIME, true }, { REASON_ACCEPT_UPDATE, true },
		{ REASON_INCONSISTENT_KEYS, false }, { REASON_CDS_CDNSKEY_MISMATCH, false },
		{ REASON_HOLD_BOGUS_SERVER, false }, { REASON_NOOP_IN_SYNC, false }, { REASON_MALFORMED_RDATA, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (int guard = 0; guard < 2; guard++) {
			fixture_free(&x);
			fixture_init(&x);
			struct mark known = x.marks[0];
			known.inception++;
			x.state.marks = &known;
			x.state.mark_count = 1;
			x.policy.replay_guard = guard == 1 ? REPLAY_GUARD_OLDER : REPLAY_GUARD_OFF;
			x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81,
				.ds_after = fixture_set(x.arena, "C") };
			fixture_find(&x, rows[i].found, "B");
			assert_int_equal(fixture_try(&x), 0);
			bool older = rows[i].older && guard == 1;
			assert_reason(x.decision.reason, older ? REASON_REPLAY_OLDER : rows[i].found);
			/* What it would have been is not forgotten, and a change under way does not fall for it. */
			if (older && rows[i].found != REASON_ACCEPT_UPDATE) {
				assert_int_equal(x.decision.warning_count, 1);
				assert_reason(x.decision.warnings[0], rows[i].found);
				assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
			}
		}
	}
}

static struct mark stored[1];

static void remember_mark(uint32_t inception)
{
	stored[0] = fixture_mark(TYPE_CDS, 'A', inception);
	x.state.marks = stored;
	x.state.mark_count = 1;
}

/* B8 */
static void test_replay_holds_a_delete(void **unused)
{
	(void)unused;
	fixture_find(&x, REASON_ACCEPT_DELETE, "0");
	remember_mark(T0 + 1);
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81,
		.ds_after = fixture_set(x.arena, "B") };
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_REPLAY_OLDER);	/* B8 */
	assert_string_equal(x.decision.checks[1].detail, "the signature by key 1065 was made 1 s before the "
		"one accepted last; the zone has to be signed again");
	assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
	remember_mark(T0);
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_DELETE);
}

static void test_marks_are_bounded(void **unused)
{
	(void)unused;
	struct mark many[LIMIT_MARKS];
	for (size_t i = 0; i < LIMIT_MARKS; i++) {
		/* The oldest is in the middle; number 63 is of the key that is seen, and older still. */
		many[i] = fixture_mark(TYPE_CDS, (char)i, FIXTURE_NOW - 1000 - (i == 30 ? 500 : (uint32_t)i));
	}
	many[63].inception = FIXTURE_NOW - 9000;
	x.state.marks = many;
	x.state.mark_count = LIMIT_MARKS;
	x.marks[0] = fixture_mark(TYPE_CDS, 63, FIXTURE_NOW - 9000);
	x.marks[1] = fixture_mark(TYPE_CDS, 100, FIXTURE_NOW - 9999);
	x.finding.mark_count = 2;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.after.mark_count, LIMIT_MARKS);
	for (size_t i = 0; i < LIMIT_MARKS; i++) {
		assert_int_not_equal(x.after.marks[i].key_hash[0], 30);
	}
	assert_int_equal(x.after.marks[LIMIT_MARKS - 1].key_hash[0], 100);
	assert_int_equal(x.after.marks[LIMIT_MARKS - 2].key_hash[0], 63);
	struct slice out;
	assert_int_equal(child_state_encode(&x.after, x.arena, &out), 0);
}

/* An inception may lie ahead of now; that is the youngest, not the oldest. */
static void test_marks_ahead_of_now(void **unused)
{
	(void)unused;
	struct mark many[LIMIT_MARKS];
	for (size_t i = 0; i < LIMIT_MARKS; i++) {
		many[i] = fixture_mark(TYPE_CDS, (char)i, i == 30 ? FIXTURE_NOW + 60 : FIXTURE_NOW - (uint32_t)i);
	}
	x.state.marks = many;
	x.state.mark_count = LIMIT_MARKS;
	x.marks[0] = fixture_mark(TYPE_CDS, 100, FIXTURE_NOW);
	assert_int_equal(fixture_try(&x), 0);
	assert_int_equal(x.after.mark_count, LIMIT_MARKS);
	assert_int_equal(x.after.marks[30].key_hash[0], 30);
	assert_int_equal(x.after.marks[LIMIT_MARKS - 2].key_hash[0], 62);	/* 63 was the oldest */
	struct slice out;
	assert_int_equal(child_state_encode(&x.after, x.arena, &out), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_replay),
		TEST(test_seen),
		TEST(test_precedence),
		TEST(test_replay_holds_a_delete),
		TEST(test_marks_are_bounded),
		TEST(test_marks_ahead_of_now),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
