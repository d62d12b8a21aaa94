/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strict replay guard: what differs from what was seen last waits for a newer signature. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"

#define T0 (FIXTURE_NOW - 3600)

static struct fixture x;

/* Words are letters: the same letter, the same hash; "?" has none, 0 is not known. */
struct words {
	char word;
	uint32_t inception;
};

static struct last_words said_of(struct words w)
{
	struct last_words out = { .known = w.word != 0, .inception = w.inception };
	memset(out.hash, w.word == '?' ? 0 : w.word, sizeof out.hash);
	return out;
}

static void expect_said(const char *name, const struct last_words *got, struct words wanted)
{
	struct last_words should = said_of(wanted);
	if (got->known != should.known || got->inception != should.inception ||
	    memcmp(got->hash, should.hash, sizeof should.hash) != 0) {
		fail_msg("%s: known %d, since %u, '%c'", name, got->known, (unsigned)got->inception, got->hash[0]);
	}
}

/* Under the strict guard, and no signature that the other one has something to say of. */
static void begin(void)
{
	fixture_init(&x);
	x.policy.replay_guard = REPLAY_GUARD_STRICT;
	x.finding.mark_count = 0;
}

static void again(void)
{
	fixture_free(&x);
	begin();
}

static int set_up(void **unused)
{
	(void)unused;
	begin();
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

static const struct strict_case {
	const char *name;
	struct words before[SAID_TYPES], now[SAID_TYPES];
	bool accepted;
	struct words after[SAID_TYPES];
} strict_cases[] = {
	{ "nothing was seen before", { { 0, 0 } }, { { 'B', 100 } }, true, { { 'B', 100 } } },
	{ "whenever it was made", { { 0, 0 } }, { { 'B', 0xf0000000u } }, true, { { 'B', 0xf0000000u } } },
	{ "newer", { { 'A', 100 } }, { { 'B', 101 } }, true, { { 'B', 101 } } },
	{ "of the same time, as PowerDNS signs", { { 'A', 100 } }, { { 'B', 100 } }, false, { { '?', 100 } } },
	{ "older", { { 'A', 100 } }, { { 'B', 99 } }, false, { { 'A', 100 } } },
	{ "the same", { { 'B', 100 } }, { { 'B', 100 } }, true, { { 'B', 100 } } },
	{ "the same, signed anew", { { 'B', 100 } }, { { 'B', 101 } }, true, { { 'B', 101 } } },
	{ "the same, by the older of two signers", { { 'B', 100 } }, { { 'B', 99 } }, true, { { 'B', 100 } } },
	{ "of the same time as two that were seen", { { '?', 100 } }, { { 'B', 100 } }, false, { { '?', 100 } } },
	{ "older than these", { { '?', 100 } }, { { 'B', 99 } }, false, { { '?', 100 } } },
	{ "newer than these", { { '?', 100 } }, { { 'B', 101 } }, true, { { 'B', 101 } } },
	{ "two of the same time as the last one", { { 'A', 100 } }, { { '?', 100 } }, false, { { '?', 100 } } },
	{ "two at once, newer", { { 'A', 100 } }, { { '?', 101 } }, true, { { '?', 101 } } },
	{ "two at once, again", { { '?', 101 } }, { { '?', 101 } }, false, { { '?', 101 } } },
	{ "newer over the wrap", { { 'A', 0xfffffff0u } }, { { 'B', 5 } }, true, { { 'B', 5 } } },
	{ "older over the wrap", { { 'A', 5 } }, { { 'B', 0xfffffff0u } }, false, { { 'A', 5 } } },
	{ "half the circle apart: undefined, not newer", { { 'A', 0 } }, { { 'B', 0x80000000u } }, false, { { 'A', 0 } } },
	{ "what is not read says nothing", { { 'A', 100 } }, { { 0, 0 } }, true, { { 'A', 100 } } },
	{ "the other type", { { 0, 0 }, { 'A', 100 } }, { { 'B', 50 } }, true, { { 'B', 50 }, { 'A', 100 } } },
	{ "the other type alone", { { 0, 0 }, { 'A', 100 } }, { { 0, 0 }, { 'B', 99 } }, false, { { 0, 0 }, { 'A', 100 } } },
	{ "both newer", { { 'A', 100 }, { 'A', 100 } }, { { 'B', 101 }, { 'B', 102 } }, true, { { 'B', 101 }, { 'B', 102 } } },
	{ "the second one older", { { 'A', 100 }, { 'A', 100 } }, { { 'B', 101 }, { 'B', 99 } }, false, { { 'B', 101 }, { 'A', 100 } } },
	{ "the first one older", { { 'A', 100 }, { 'A', 100 } }, { { 'B', 99 }, { 'B', 101 } }, false, { { 'A', 100 }, { 'B', 101 } } },
	{ "one newer, the other still absent", { { 'A', 100 }, { '-', 100 } }, { { 'B', 101 }, { '-', 100 } }, true,
		{ { 'B', 101 }, { '-', 100 } } },
	{ "one newer, an old proof that there is no other", { { 'A', 100 }, { 'A', 100 } }, { { 'B', 101 }, { '-', 90 } }, false,
		{ { 'B', 101 }, { 'A', 100 } } },
	{ "never seen, and older than the last proof that nothing is asked", { { '-', 100 }, { '-', 100 } }, { { 'B', 99 }, { 'B', 99 } },
		false, { { '-', 100 }, { '-', 100 } } },
	{ "asked for after that", { { '-', 100 }, { '-', 100 } }, { { 'B', 101 }, { 'B', 101 } }, true,
		{ { 'B', 101 }, { 'B', 101 } } },
};

/* A-45, R7344-6.2-2, R7344-6.2-3 */
static void test_strict(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof strict_cases / sizeof strict_cases[0]; i++) {
		const struct strict_case *c = &strict_cases[i];
		again();
		for (size_t t = 0; t < SAID_TYPES; t++) {
			x.state.said[t] = said_of(c->before[t]);
			x.finding.said[t] = said_of(c->now[t]);
		}
		/* Silence must not be counted where replay refuses. */
		fixture_silence(&x, 2, true);
		x.policy.retry_count = 0;
		x.policy.drop_after_s = 0;
		assert_int_equal(fixture_try(&x), 0);
		bool accepted = x.decision.reason == REASON_ACCEPT_UPDATE;
		if (accepted != c->accepted) {
			fail_msg("%s: %s", c->name, reason_token(x.decision.reason));
		}
		if (!accepted) {
			assert_reason(x.decision.reason, REASON_REPLAY_NOT_NEWER);
		}
		assert_int_equal(x.decision.journal, accepted ? JOURNAL_PROPOSE : JOURNAL_NONE);
		assert_int_equal(x.after.failure_count, accepted ? 1 : 0);
		assert_int_equal(x.decision.next_eligible, 0);
		assert_int_equal(fixture_check(&x, "R7344-6.2-2")->result, CHECK_PASS);
		assert_int_equal(fixture_check(&x, "A-45")->result, accepted ? CHECK_PASS : CHECK_FAIL);
		assert_int_equal(fixture_check(&x, "A-45")->gate, GATE_CORRECT);
		for (size_t t = 0; t < SAID_TYPES; t++) {
			expect_said(c->name, &x.after.said[t], c->after[t]);
		}
		/* What is not strict takes it, and keeps nothing of that kind. */
		x.policy.replay_guard = REPLAY_GUARD_OLDER;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
		assert_false(fixture_checked(&x, "A-45"));
		for (size_t t = 0; t < SAID_TYPES; t++) {
			expect_said(c->name, &x.after.said[t], (struct words){ 0, 0 });
		}
	}
}

static void test_details(void **unused)
{
	(void)unused;
	x.state.said[SAID_CDS] = said_of((struct words){ 'A', 100 });
	x.state.said[SAID_CDNSKEY] = said_of((struct words){ 'A', 100 });
	x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 100 });
	assert_int_equal(fixture_try(&x), 0);
	assert_string_equal(fixture_check(&x, "A-45")->detail, "CDS is not what was seen last, and its newest signature begins at "
		"the same time; it waits for a newer one");
	x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 101 });
	x.finding.said[SAID_CDNSKEY] = said_of((struct words){ 'B', 93 });
	assert_int_equal(fixture_try(&x), 0);
	assert_string_equal(fixture_check(&x, "A-45")->detail, "CDNSKEY is not what was seen last, and its newest signature begins "
		"7 s before; it waits for a newer one");
	x.finding.said[SAID_CDNSKEY] = said_of((struct words){ 'B', 101 });
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_string_equal(fixture_check(&x, "A-45")->detail, "what is asked for is what was seen last, or was signed after it");
}

/* Marks are all there is where the guard was not strict before: something was signed then, whatever it was. */
static void test_after_another_guard(void **unused)
{
	(void)unused;
	static const struct {
		const char *name;
		struct { uint16_t type; char key; uint32_t inception; } marks[3];
		struct words said, now;
		bool accepted;
		struct words after;
	} rows[] = {
		{ "of the time of the mark", { { TYPE_CDS, 'C', 100 } }, { 0, 0 }, { 'B', 100 }, false, { '?', 100 } },
		{ "older", { { TYPE_CDS, 'C', 100 } }, { 0, 0 }, { 'B', 99 }, false, { '?', 100 } },
		{ "newer", { { TYPE_CDS, 'C', 100 } }, { 0, 0 }, { 'B', 101 }, true, { 'B', 101 } },
		{ "the newest comes first", { { TYPE_CDS, 'C', 100 }, { TYPE_CDS, 'D', 90 } }, { 0, 0 }, { 'B', 95 }, false, { '?', 100 } },
		{ "the newest comes last", { { TYPE_CDS, 'C', 90 }, { TYPE_CDS, 'D', 100 } }, { 0, 0 }, { 'B', 95 }, false, { '?', 100 } },
		{ "over the wrap", { { TYPE_CDS, 'C', 0xfffffff0u }, { TYPE_CDS, 'D', 5 } }, { 0, 0 }, { 'B', 3 }, false, { '?', 5 } },
		{ "of the other type", { { TYPE_CDNSKEY, 'C', 100 } }, { 0, 0 }, { 'B', 99 }, true, { 'B', 99 } },
		{ "what was said counts alone", { { TYPE_CDS, 'C', 200 } }, { 'A', 100 }, { 'B', 101 }, true, { 'B', 101 } },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mark marks[3];
		size_t count = 0;
		again();
		for (; count < 3 && rows[i].marks[count].type != 0; count++) {
			marks[count] = fixture_mark(rows[i].marks[count].type, rows[i].marks[count].key, rows[i].marks[count].inception);
		}
		x.state.marks = marks;
		x.state.mark_count = count;
		x.state.said[SAID_CDS] = said_of(rows[i].said);
		x.finding.said[SAID_CDS] = said_of(rows[i].now);
		/* The mark of this probe is not what it is compared with. */
		x.finding.mark_count = 1;
		x.marks[0] = fixture_mark(TYPE_CDS, 'X', rows[i].now.inception);
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, rows[i].accepted ? REASON_ACCEPT_UPDATE : REASON_REPLAY_NOT_NEWER);
		expect_said(rows[i].name, &x.after.said[SAID_CDS], rows[i].after);
		expect_said(rows[i].name, &x.after.said[SAID_CDNSKEY], (struct words){ 0, 0 });
		assert_int_equal(x.after.mark_count, count + 1);
	}
	/* An older signature by the same key stays what it was. */
	struct mark known = fixture_mark(TYPE_CDS, 'A', 100);
	again();
	x.state.marks = &known;
	x.state.mark_count = 1;
	x.marks[0] = fixture_mark(TYPE_CDS, 'A', 99);
	x.finding.mark_count = 1;
	x.state.said[SAID_CDS] = said_of((struct words){ 'B', 99 });
	x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 99 });
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_REPLAY_OLDER);
	assert_false(fixture_checked(&x, "A-45"));
}

/* What was seen and not accepted is remembered, too; of a child that is not secure nothing is. */
static void test_what_is_heard(void **unused)
{
	(void)unused;
	static const struct {
		enum reason reason;
		enum child_security security;
		struct words now, after;
	} rows[] = {
		{ REASON_INCONSISTENT_KEYS, SECURITY_SECURE, { 'B', 101 }, { 'B', 101 } },
		{ REASON_NOOP_NO_SIGNAL, SECURITY_SECURE, { '-', 101 }, { '-', 101 } },
		{ REASON_NOOP_NO_SIGNAL, SECURITY_SECURE, { '-', 100 }, { '?', 100 } },
		{ REASON_NOOP_IN_SYNC, SECURITY_SECURE, { 'A', 100 }, { 'A', 100 } },
		{ REASON_NOOP_NO_SIGNAL, SECURITY_SECURE, { '-', 99 }, { 'A', 100 } },
		{ REASON_HOLD_UNREACHABLE, SECURITY_SECURE, { 0, 0 }, { 'A', 100 } },
		/* It may have been asked for while nothing proved it, and taken back. */
		{ REASON_NOOP_NO_SIGNAL, SECURITY_INSECURE, { 0, 0 }, { '?', 100 } },
		{ REASON_NOOP_DELETE_INSECURE, SECURITY_INSECURE, { 0, 0 }, { '?', 100 } },
		{ REASON_NOOP_NO_SIGNAL, SECURITY_UNKNOWN, { 0, 0 }, { '?', 100 } },
		{ REASON_NOOP_NO_SIGNAL, SECURITY_UNUSABLE, { 0, 0 }, { '?', 100 } },
		{ REASON_HOLD_UNREACHABLE, SECURITY_INSECURE, { 0, 0 }, { 'A', 100 } },
		{ REASON_BOOTSTRAP_DISABLED, SECURITY_INSECURE, { 0, 0 }, { 'A', 100 } },
		{ REASON_INCONSISTENT_KEYS, SECURITY_INSECURE, { 'B', 101 }, { '?', 100 } },
		{ REASON_INCONSISTENT_KEYS, SECURITY_INSECURE, { '?', 101 }, { '?', 100 } },
		{ REASON_INCONSISTENT_KEYS, SECURITY_INSECURE, { 'A', 101 }, { 'A', 100 } },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		again();
		fixture_find(&x, rows[i].reason, "A");
		x.finding.security = rows[i].security;
		if (rows[i].security == SECURITY_INSECURE) {
			fixture_publish(&x, "0");
		}
		x.state.said[SAID_CDS] = said_of((struct words){ 'A', 100 });
		x.finding.said[SAID_CDS] = said_of(rows[i].now);
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, rows[i].reason);
		print_message("  %zu %s, %s\n", i, reason_token(rows[i].reason), child_security_text(rows[i].security));
		expect_said("heard", &x.after.said[SAID_CDS], rows[i].after);
		expect_said("the other type", &x.after.said[SAID_CDNSKEY], (struct words){ 0, 0 });
		/* A finding that contradicts itself teaches nothing. */
		x.finding.unresolved = 1;
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_INTERNAL_ERROR);
		expect_said("unheard", &x.after.said[SAID_CDS], (struct words){ 'A', 100 });
	}
}

/* One probe by the clock of the story, which says that word; its state goes on through its encoding. */
static bool run(const char *set, enum reason found, char word, uint32_t inception)
{
	fixture_find(&x, found, set);
	x.finding.said[SAID_CDS] = said_of((struct words){ word, inception });
	return fixture_run(&x);
}

/* PowerDNS gives all signatures of a week one inception: the change waits for the next week, and is not refused again then. */
static void test_a_week(void **unused)
{
	(void)unused;
	assert_true(run("A", REASON_NOOP_IN_SYNC, 'A', 100));
	assert_false(run("A", REASON_NOOP_IN_SYNC, 'A', 100));
	for (unsigned i = 0; i < 3; i++) {
		run("B", REASON_ACCEPT_UPDATE, 'B', 100);
		assert_reason(x.decision.reason, REASON_REPLAY_NOT_NEWER);
	}
	run("B", REASON_ACCEPT_UPDATE, 'B', 200);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81, .ds_after = fixture_set(x.arena, "B") };
	run("B", REASON_ACCEPT_UPDATE, 'B', 200);
	assert_reason(x.decision.reason, REASON_NOOP_CHANGE_PENDING);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	/* Taken back within the week, and played back: what is on its way is taken away, and does not come again. */
	run("A", REASON_NOOP_NO_SIGNAL, '-', 200);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
	x.pending = (struct pending){ .state = PENDING_NONE };
	run("B", REASON_ACCEPT_UPDATE, 'B', 200);
	assert_reason(x.decision.reason, REASON_REPLAY_NOT_NEWER);
	run("A", REASON_NOOP_NO_SIGNAL, '-', 300);
	run("B", REASON_ACCEPT_UPDATE, 'B', 200);
	assert_reason(x.decision.reason, REASON_REPLAY_NOT_NEWER);
	run("B", REASON_ACCEPT_UPDATE, 'B', 301);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
}

/* A request that is held for something else is the same one all the time. */
static void test_held_for_something_else(void **unused)
{
	(void)unused;
	run("A", REASON_NOOP_IN_SYNC, 'A', 100);
	x.delegation.flags = DELEGATION_REGISTRY_LOCK;
	x.policy.respect_registry_lock = true;
	for (unsigned i = 0; i < 3; i++) {
		run("B", REASON_ACCEPT_UPDATE, 'B', 101);
		assert_reason(x.decision.reason, REASON_LOCKED);
	}
	x.delegation.flags = 0;
	run("B", REASON_ACCEPT_UPDATE, 'B', 101);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
}

/* A removal (B8), and what is wrong with a set stands behind the guard as behind the other one. */
static void test_ranks(void **unused)
{
	(void)unused;
	static const struct {
		enum reason found;
		bool waits;
	} rows[] = {
		{ REASON_ACCEPT_UPDATE, true }, { REASON_ACCEPT_DELETE, true }, { REASON_CONTINUITY_NO_PATH, true },
		{ REASON_TOO_MANY_RECORDS, true }, { REASON_KEY_REVOKED, true }, { REASON_INCONSISTENT_KEYS, false },
		{ REASON_MALFORMED_RDATA, false }, { REASON_NOOP_NO_SIGNAL, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		for (enum replay_guard guard = REPLAY_GUARD_OFF; guard <= REPLAY_GUARD_STRICT; guard++) {
			for (uint32_t newer = 0; newer < 2; newer++) {
				again();
				x.policy.replay_guard = guard;
				x.state.said[SAID_CDS] = said_of((struct words){ 'A', 100 });
				x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 100 + newer });
				/* What a mark of another key tells the strict guard is nothing to the other one. */
				struct mark known = fixture_mark(TYPE_CDS, 'C', 100);
				x.state.marks = &known;
				x.state.mark_count = 1;
				x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81,
					.ds_after = fixture_set(x.arena, "C") };
				fixture_find(&x, rows[i].found, rows[i].found == REASON_ACCEPT_DELETE ? "0" : "B");
				assert_int_equal(fixture_try(&x), 0);
				bool waits = rows[i].waits && guard == REPLAY_GUARD_STRICT && newer == 0;
				assert_reason(x.decision.reason, waits ? REASON_REPLAY_NOT_NEWER : rows[i].found);
				if (waits) {
					/* A change under way does not fall for it. */
					assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
					bool told = rows[i].found != REASON_ACCEPT_UPDATE && rows[i].found != REASON_ACCEPT_DELETE;
					assert_int_equal(x.decision.warning_count, told ? 1 : 0);
					assert_true(!told || x.decision.warnings[0] == rows[i].found);
				} else {
					assert_int_equal(x.decision.warning_count, 0);
				}
			}
		}
	}
}

/* who goes back to the present set, past a change that was sent, has to have signed it later, too. */
static void test_goes_back(void **unused)
{
	(void)unused;
	for (uint32_t newer = 0; newer < 2; newer++) {
		struct mark known = fixture_mark(TYPE_CDS, 'A', T0);
		again();
		x.state.marks = &known;
		x.state.mark_count = 1;
		x.marks[0] = fixture_mark(TYPE_CDS, 'A', T0 + newer);
		x.finding.mark_count = 1;
		x.state.said[SAID_CDS] = said_of((struct words){ 'B', T0 });
		x.finding.said[SAID_CDS] = said_of((struct words){ 'A', T0 + newer });
		x.pending = (struct pending){ .state = PENDING_SENT, .change = 81, .ds_after = fixture_set(x.arena, "B") };
		fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, newer == 1 ? REASON_ACCEPT_UPDATE : REASON_REPLAY_NOT_NEWER);
		assert_int_equal(x.decision.journal, newer == 1 ? JOURNAL_SUPERSEDE : JOURNAL_NONE);
	}
}

/* A first DS set: what was said while the child was secure is older, also after a removal that was asked for. */
static void test_first_set(void **unused)
{
	(void)unused;
	fixture_first(&x, BOOTSTRAP_AUTHENTICATED);
	x.state.said[SAID_CDS] = said_of((struct words){ '0', 100 });
	struct ds_set wanted = x.finding.ds_after;
	for (uint32_t inception = 99; inception < 101; inception++) {
		x.finding.said[SAID_CDS] = said_of((struct words){ 'B', inception });
		fixture_run(&x);
		assert_reason(x.decision.reason, REASON_REPLAY_NOT_NEWER);
		expect_said("not proven", &x.state.said[SAID_CDS], (struct words){ '?', 100 });
	}
	x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 101 });
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_ACCEPT_BOOTSTRAP_AUTH);
	expect_said("accepted", &x.state.said[SAID_CDS], (struct words){ 'B', 101 });
	/* It goes on being the same while it is on its way. */
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81, .ds_after = wanted };
	fixture_run(&x);
	assert_reason(x.decision.reason, REASON_NOOP_CHANGE_PENDING);
	expect_said("the same", &x.state.said[SAID_CDS], (struct words){ 'B', 101 });
	/* Taken back before anything proved it, and played back once the parent has the DS set of somebody else. */
	fixture_nothing(&x, REASON_NOOP_NO_SIGNAL);
	memset(x.finding.said, 0, sizeof x.finding.said);
	fixture_run(&x);
	assert_int_equal(x.decision.journal, JOURNAL_WITHDRAW);
	fixture_publish(&x, "A");
	x.finding.security = SECURITY_SECURE;
	run("B", REASON_ACCEPT_UPDATE, 'B', 101);
	assert_reason(x.decision.reason, REASON_REPLAY_NOT_NEWER);
}

/* nothing of the domain before is remembered, of its words neither. */
static void test_another_registration(void **unused)
{
	(void)unused;
	strcpy(x.state.registration, "one");
	strcpy(x.delegation.registration, "another");
	x.state.said[SAID_CDS] = said_of((struct words){ 'A', 100 });
	x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 99 });
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	expect_said("anew", &x.after.said[SAID_CDS], (struct words){ 'B', 99 });
}

/* Wherever memory ends: an error, and no decision. */
static void test_memory_ends(void **unused)
{
	(void)unused;
	static const enum reason found[] = { REASON_ACCEPT_UPDATE, REASON_CONTINUITY_NO_PATH };
	for (unsigned i = 0; i < 6; i++) {
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			again();
			fixture_find(&x, found[i % 2], "B");
			x.state.said[SAID_CDS] = said_of((struct words){ 'A', 100 });
			x.finding.said[SAID_CDS] = said_of((struct words){ 'B', 99 + i / 2 });
			x.decision.reason = REASON_NONE;
			failing_begin(FAILING_MEMORY, at);
			int code = fixture_try(&x);
			failed = failing_end();
			assert_int_equal(code, failed ? ERR_NOMEM : 0);
			assert_true(!failed || x.decision.reason == REASON_NONE);
		}
		assert_true(at > 4);
	}
}

/* Their encoding, of one type alone. */
static void test_encoding(void **unused)
{
	(void)unused;
	for (size_t t = 0; t < SAID_TYPES; t++) {
		struct child_state s = { .last_reason = REASON_NONE };
		struct child_state back;
		struct slice octets;
		struct slice same;
		s.said[t] = said_of((struct words){ 'B', 7 });
		assert_int_equal(child_state_encode(&s, x.arena, &octets), 0);
		assert_int_equal(octets.data[octets.size - 1 - 4 - SHA256_OCTETS], 1 + t);
		assert_int_equal(child_state_decode(octets, x.arena, &back), 0);
		expect_said("there", &back.said[t], (struct words){ 'B', 7 });
		expect_said("not there", &back.said[1 - t], (struct words){ 0, 0 });
		assert_int_equal(child_state_encode(&back, x.arena, &same), 0);
		assert_true(slice_equal(octets, same));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_strict),
		TEST(test_details),
		TEST(test_after_another_guard),
		TEST(test_what_is_heard),
		TEST(test_a_week),
		TEST(test_held_for_something_else),
		TEST(test_ranks),
		TEST(test_goes_back),
		TEST(test_first_set),
		TEST(test_another_registration),
		TEST(test_memory_ends),
		TEST(test_encoding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
