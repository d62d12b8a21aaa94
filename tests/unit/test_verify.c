/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: a store that is well has no faults; each way to tamper with one is named. */
#include "tests/unit/store_fixture.h"

#include "registry/store/db.h"
#include "registry/store/records.h"
#include "registry/store/verify.h"

static void propose(struct fixture *f, struct txn *t, const char *child, enum event_kind last)
{
	struct delegation d = fixture_delegation(f, child, "one.net.", 1);
	fixture_put(f, t, &d);
	struct change c = { .child = d.child, .class = CHANGE_DELETE, .generation = 1, .judged_at = FIXTURE_NOW,
		.ds_before = d.ds };
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	static const enum event_kind path[] = { EVENT_RELEASED, EVENT_ACKED };
	for (size_t i = 0; i < 2 && last != EVENT_PROPOSED; i++) {
		assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, path[i], REASON_NONE), 0);
		if (path[i] == last) {
			return;
		}
	}
}

/* One decided child, so that there is a case with its evidence. */
static void decide(struct fixture *f, struct txn *t)
{
	struct delegation d = fixture_delegation(f, "case.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
	struct run run = { .origin = fixture_name("ch."), .generation = 1 };
	assert_int_equal(run_new(t, &run), 0);
	struct evidence e = { .child = d.child };
	struct finding x = { .reason = REASON_NO_USABLE_SERVER, .security = SECURITY_SECURE, .ds_after = d.ds };
	struct judged j = { .evidence = &e, .delegation = &d, .finding = &x, .algorithms = algorithm_table_builtin(),
		.now = (uint32_t)FIXTURE_NOW };
	assert_int_equal(evidence_encode(&e, f->arena, &j.evidence_octets), 0);
	struct decision decision;
	bool again;
	assert_int_equal(record_judged(t, f->crypto, &run, policy_preset(POLICY_DEFAULT), &j, f->arena, &decision, &again),
		0);
	uint8_t nsset[NSSET_OCTETS];
	assert_int_equal(nsset_id(f->crypto, &d, nsset), 0);
	assert_int_equal(run_progress_put(t, run.number, nsset, &d.child, true), 0);
	run.children = 1;
	run.counts[decision.reason] = 1;
	run.warnings[REASON_WARN_NON_SEP] = 1;
	assert_int_equal(run_put(t, &run), 0);
}

/* Events: 1 to 3 about change 1 (acked), 4 and 5 about change 4 (released), 6 about change 6. */
static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){ 0 };
	fixture_make(&f);
	fixture_open(&f, STORE_WRITE);
	struct txn *t = fixture_begin(&f, STORE_WRITE);
	fixture_load(&f, t, "ch.", 1);
	propose(&f, t, "a.ch.", EVENT_ACKED);
	propose(&f, t, "b.ch.", EVENT_RELEASED);
	propose(&f, t, "c.ch.", EVENT_PROPOSED);
	decide(&f, t);
	fixture_commit(t);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static struct faults_heard verify(struct fixture *f, const struct journal_head_ref *head)
{
	struct faults_heard h = { .faults = 0 };
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, head, fixture_hear, &h, &report), 0);
	assert_true(report.faults == h.faults);
	return h;
}

static void expect_fault(struct fixture *f, const char *label, const char *words)
{
	struct faults_heard h = verify(f, NULL);
	if (h.faults == 0 || strstr(h.text, words) == NULL) {
		fail_msg("%s: \"%s\" is not in:\n%s", label, words, h.text);
	}
}

static void test_a_store_that_is_well(void **state)
{
	struct fixture *f = *state;
	struct verify_report report;
	struct faults_heard h = { .faults = 0 };
	assert_int_equal(store_verify(f->store, f->crypto, NULL, fixture_hear, &h, &report), 0);
	assert_string_equal(h.text, "");
	assert_true(report.delegations == 4 && report.states == 1 && report.decisions == 1 && report.evidence == 1);
	assert_true(report.events == 6 && report.changes == 3 && report.runs == 1 && report.faults == 0);
}

static struct key event_key(uint64_t sequence)
{
	struct key k;
	key_u64(sequence, &k);
	return k;
}

/* A copy of an event's octets. */
static struct slice event_octets(struct fixture *f, struct txn *t, uint64_t sequence)
{
	struct key k = event_key(sequence);
	struct slice value;
	assert_int_equal(db_get(t, DB_EVENT, key_slice(&k), &value), 0);
	struct slice copy = { .data = arena_copy(f->arena, value.data, value.size), .size = value.size };
	assert_non_null(copy.data);
	return copy;
}

static void put_event(struct txn *t, uint64_t sequence, struct slice octets)
{
	struct key k = event_key(sequence);
	assert_int_equal(db_put(t, DB_EVENT, key_slice(&k), octets), 0);
}

/* every single octet of an event, with every bit of it. */
static void test_any_altered_octet_is_seen(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_READ);
	struct slice original = event_octets(f, t, 2);
	fixture_commit(t);
	for (size_t i = 0; i < original.size; i++) {
		uint8_t *altered = arena_copy(f->arena, original.data, original.size);
		assert_non_null(altered);
		altered[i] ^= (uint8_t)(1u << (i % 8));
		t = fixture_begin(f, STORE_WRITE);
		put_event(t, 2, (struct slice){ .data = altered, .size = original.size });
		fixture_commit(t);
		struct faults_heard h = verify(f, NULL);
		if (h.faults == 0 || strstr(h.text, "event 2") == NULL) {
			fail_msg("octet %zu: %s", i, h.text);
		}
	}
	t = fixture_begin(f, STORE_WRITE);
	put_event(t, 2, original);
	fixture_commit(t);
	assert_int_equal(verify(f, NULL).faults, 0);
}

static void test_removed_event(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct key k = event_key(2);
	assert_int_equal(db_del(t, DB_EVENT, key_slice(&k)), 0);
	fixture_commit(t);
	expect_fault(f, "gap", "events 2 to 2 are missing");
}

/* Removed, and the rest moved up so that there is no gap. */
static void test_removed_without_a_gap(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (uint64_t i = 2; i < 6; i++) {
		put_event(t, i, event_octets(f, t, i + 1));
	}
	struct key k = event_key(6);
	assert_int_equal(db_del(t, DB_EVENT, key_slice(&k)), 0);
	fixture_commit(t);
	expect_fault(f, "moved up", "event 2 is out of order: it was written as event 3");
}

static void test_reordered_events(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct slice four = event_octets(f, t, 4);
	struct slice five = event_octets(f, t, 5);
	put_event(t, 4, five);
	put_event(t, 5, four);
	fixture_commit(t);
	expect_fault(f, "first", "event 4 is out of order: it was written as event 5");
	expect_fault(f, "second", "event 5 is out of order: it was written as event 4");
}

static void test_doubled_event(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	put_event(t, 7, event_octets(f, t, 6));
	fixture_commit(t);
	expect_fault(f, "doubled", "event 7 is event 6 once more");
}

static void test_unreadable_event(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct slice octets = event_octets(f, t, 5);
	octets.size--;
	put_event(t, 5, octets);
	fixture_commit(t);
	expect_fault(f, "short", "event 5 cannot be read");
}

static void test_cut_tail(void **state)
{
	struct fixture *f = *state;
	struct journal_head_ref head;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(journal_head(t, &head.sequence, head.hash), 0);
	assert_int_equal(head.sequence, 6);
	/* Cut at a place where nothing else can tell: the proposal with all that was derived from it. */
	struct key k = event_key(6);
	struct key child;
	struct name name = fixture_name("c.ch.");
	key_name(&name, &child);
	assert_int_equal(db_del(t, DB_EVENT, key_slice(&k)), 0);
	assert_int_equal(db_del(t, DB_CHANGE, key_slice(&k)), 0);
	assert_int_equal(db_del(t, DB_OUTSTANDING, key_slice(&child)), 0);
	fixture_commit(t);
	assert_int_equal(verify(f, NULL).faults, 0);
	struct faults_heard h = verify(f, &head);
	assert_int_equal(h.faults, 1);
	assert_non_null(strstr(h.text, "the journal ends at event 5, but event 6 was noted: its tail was cut"));
	/* Another event in its place does not help. */
	t = fixture_begin(f, STORE_WRITE);
	propose(f, t, "d.ch.", EVENT_PROPOSED);
	fixture_commit(t);
	h = verify(f, &head);
	assert_int_equal(h.faults, 1);
	assert_non_null(strstr(h.text, "event 6 is not the one whose hash was noted"));
	/* An older head is still on the chain. */
	struct event e;
	t = fixture_begin(f, STORE_READ);
	assert_int_equal(event_next(t, 3, f->arena, &e), 0);
	fixture_commit(t);
	head.sequence = 3;
	memcpy(head.hash, e.hash, sizeof(head.hash));
	assert_int_equal(verify(f, &head).faults, 0);
}

/* The rest: one record of each kind is damaged or taken away. */
enum damage { REMOVE, ALTER, TRUNCATE, ADD };

struct target {
	const char *label;
	enum db db;
	enum damage how;
	unsigned record;		/* which one, from 0 */
	size_t octet;			/* ALTER: from the end */
	const char *words;
};

static const struct target targets[] = {
	{ "delegation gone", DB_DELEGATION, REMOVE, 0, 0, "the index of NS sets has a.ch., which has no delegation" },
	{ "delegation short", DB_DELEGATION, TRUNCATE, 1, 0, "delegation of b.ch. cannot be read" },
	{ "index entry gone", DB_NSSET, REMOVE, 0, 0, "is missing in the index of NS sets" },
	{ "generation short", DB_GENERATION, TRUNCATE, 0, 0, "a generation cannot be read" },
	{ "run short", DB_RUN, TRUNCATE, 0, 0, "run 1 cannot be read" },
	{ "run miscounted", DB_RUN, ALTER, 0, 1 + 24 + 32 + 1 + 10 + 2, "run 1 decided 1 children but counts" },
	{ "run warned too often", DB_RUN, ALTER, 0, 1 + 24 + 32 + 8, "run 1 warns of more children than the 1 it decided" },
	{ "run gone", DB_RUN, REMOVE, 0, 0, "refers to a run that is not there" },
	{ "progress without run", DB_RUN, REMOVE, 0, 0, "progress of run 1, which is not open" },
	{ "state short", DB_STATE, TRUNCATE, 0, 0, "state of case.ch. cannot be read" },
	{ "case gone", DB_DECISION, REMOVE, 0, 0, "state of case.ch. refers to case 1/1, which is not there" },
	{ "evidence left over", DB_DECISION, REMOVE, 0, 0, "evidence 1/1 belongs to no case" },
	{ "case short", DB_DECISION, TRUNCATE, 0, 0, "case 1/1 cannot be read" },
	{ "evidence altered", DB_EVIDENCE, ALTER, 0, 1, "evidence of case 1/1 was altered" },
	{ "evidence short", DB_EVIDENCE, TRUNCATE, 0, 0, "evidence 1/1 cannot be read" },
	{ "policy gone", DB_POLICY, REMOVE, 0, 0, "refers to a policy that is not there" },
	{ "policy altered", DB_POLICY, ALTER, 0, 1, "a policy was altered" },
	{ "table gone", DB_TABLE, REMOVE, 0, 0, "refers to an algorithm table that is not there" },
	{ "table altered", DB_TABLE, ALTER, 0, 1, "an algorithm table was altered" },
	{ "status gone", DB_CHANGE, REMOVE, 1, 0, "change 4 is missing in the index of changes" },
	{ "status altered", DB_CHANGE, ALTER, 0, 1, "change 1 is acked by its events, but not by the index" },
	{ "status short", DB_CHANGE, TRUNCATE, 0, 0, "change 1 is acked by its events, but not by the index" },
	{ "status left over", DB_CHANGE, ADD, 0, 0, "the index has 4 changes, the journal 3" },
	{ "outstanding gone", DB_OUTSTANDING, REMOVE, 2, 0, "change 6 of c.ch. is outstanding by its events" },
	{ "outstanding altered", DB_OUTSTANDING, ALTER, 0, 1, "change 1 of a.ch. is outstanding by its events" },
	{ "outstanding left over", DB_OUTSTANDING, ADD, 0, 0, "the index has 4 outstanding changes, the journal 3" },
};

static void damage(struct fixture *f, const struct target *g)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct db_cursor *c;
	struct slice key;
	struct slice value;
	assert_int_equal(db_cursor_open(t, g->db, (struct slice){ 0 }, &c), 0);
	for (unsigned i = 0; i <= g->record; i++) {
		assert_int_equal(db_cursor_next(c, &key, &value), 0);
	}
	db_cursor_close(c);
	uint8_t *key_octets = arena_copy(f->arena, key.data, key.size);
	uint8_t *octets = arena_copy(f->arena, value.data, value.size);
	assert_true(key_octets != NULL && octets != NULL);
	struct slice k = { .data = key_octets, .size = key.size };
	struct slice v = { .data = octets, .size = value.size };
	int rc = 0;
	switch (g->how) {
	case REMOVE:
		rc = db_del(t, g->db, k);
		break;
	case ALTER:
		octets[v.size - g->octet] ^= 1;
		rc = db_put(t, g->db, k, v);
		break;
	case TRUNCATE:
		v.size--;
		rc = db_put(t, g->db, k, v);
		break;
	case ADD:
		key_octets[k.size - 1] += 100;
		rc = db_put(t, g->db, k, v);
		break;
	}
	assert_int_equal(rc, 0);
	fixture_commit(t);
}

static void test_every_kind_of_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		void *own = NULL;
		assert_int_equal(setup(&own), 0);
		damage(own, &targets[i]);
		expect_fault(own, targets[i].label, targets[i].words);
		assert_int_equal(teardown(&own), 0);
	}
}

/* Retention takes evidence away, and that is no fault. */
static void test_evidence_that_was_retired(void **state)
{
	struct fixture *f = *state;
	const struct target gone = { .db = DB_EVIDENCE, .how = REMOVE };
	damage(f, &gone);
	assert_int_equal(verify(f, NULL).faults, 0);
	struct txn *t = fixture_begin(f, STORE_READ);
	struct stored_case c;
	assert_int_equal(case_get(t, 1, 1, f->arena, &c), 0);
	assert_int_equal(c.evidence.size, 0);
	assert_true(c.decision.size > 0);
	fixture_commit(t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_store_that_is_well),
		TEST(test_any_altered_octet_is_seen),
		TEST(test_removed_event),
		TEST(test_removed_without_a_gap),
		TEST(test_reordered_events),
		TEST(test_doubled_event),
		TEST(test_unreadable_event),
		TEST(test_cut_tail),
		cmocka_unit_test(test_every_kind_of_record),
		TEST(test_evidence_that_was_retired),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
