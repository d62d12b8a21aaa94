/* SPDX-License-Identifier: GPL-3.0-or-later */
/* which changes the parent's servers are asked for, beside a list of the registry, and what follows from what they say. */
#include "tests/unit/journal_fixture.h"

#include "registry/store/arrival.h"
#include "registry/store/db.h"
#include "registry/store/operators.h"
#include "registry/store/records.h"
#include "registry/store/served.h"
#include "registry/store/verify.h"

#define WEEK (7 * DAY)
#define HOUR 3600u

static struct run begin(struct fixture *f, struct txn *t, uint64_t at)
{
	struct policy p = *policy_preset(POLICY_DEFAULT);
	p.change_late_after_s = HOUR;
	p.freeze_count = 0;
	struct run r = { .origin = fixture_name("ch."), .generation = 1, .began = at };
	assert_int_equal(policy_put(t, f->crypto, &p, r.limits), 0);
	assert_int_equal(run_new(t, &r), 0);
	return r;
}

/* The first DS set of a child that has none. */
static uint64_t propose_first(struct fixture *f, struct txn *t, const char *child, uint16_t tag, uint64_t run)
{
	struct change c = make_change(f, child, tag, 0);
	c.class = CHANGE_INITIAL;
	c.ds_before.count = 0;
	c.run = run;
	put_ds(f, t, child, 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	return c.number;
}

/* Handed over, and a newer list shows it. */
static void publish(struct fixture *f, struct txn *t, uint64_t number)
{
	const struct name ch = fixture_name("ch.");
	struct generation g;
	STEPS(f, t, number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	assert_int_equal(generation_get(t, &ch, &g), 0);
	fixture_load(f, t, "ch.", g.number + 1);
	assert_int_equal(event_of(f, t, number, EVENT_PUBLISHED), 0);
}

/* How many children are to be asked for, and whether a change is among these; all of it is answered like that. */
static unsigned ask(struct fixture *f, struct txn *t, const struct run *r, uint64_t now, uint16_t tag, enum ds_state state, struct served_list *l)
{
	struct ds ds = fixture_ds(tag);
	const struct ds_set set = { .count = state == DS_PRESENT, .ds = &ds };
	unsigned count = 0;
	*l = (struct served_list){ .items = NULL };
	assert_int_equal(served_list_find(t, f->crypto, r, now, l), 0);
	for (size_t i = 0; i < l->count; i = served_list_end(l, i)) {
		if (served_list_wants(l, i)) {
			count++;
			assert_int_equal(served_list_answer(t, l, i, state, &set, f->arena), 0);
		}
	}
	return count;
}

static unsigned wanted(struct fixture *f, struct txn *t, const struct run *r, uint64_t now)
{
	struct served_list l;
	unsigned count = ask(f, t, r, now, 0, DS_UNKNOWN, &l);
	served_list_free(&l);
	return count;
}

/* what has left, what was published lately, and a first DS set that is about to go out; nothing else costs a question. */
static void test_whom_to_ask(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	uint64_t a = propose(f, t, "a.ch.", 2, 0);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW), 0);
	STEPS(f, t, a, EVENT_RELEASED);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW), 0);
	STEPS(f, t, a, EVENT_CLAIMED);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW), 1);
	STEPS(f, t, a, EVENT_SENT);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK * 9), 1);
	fixture_load(f, t, "ch.", 2);
	STEPS(f, t, a, EVENT_PUBLISHED);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK), 1);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK + 1), 0);

	propose_first(f, t, "b.ch.", 2, r.number + 1);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK + 1), 0);
	r.number++;
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK + 1), 1);
	r.only = fixture_name("a.ch.");
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK + 1), 0);
	r.only = fixture_name("b.ch.");
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK + 1), 1);
	r.only.size = 0;
	r.origin = fixture_name("li.");
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + WEEK + 1), 0);
	txn_abort(t);
}

/* A change of the TTL has the set that is there. */
static void test_no_ttl(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	struct change c = make_change(f, "a.ch.", 1, 0);
	c.class = CHANGE_TTL;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	STEPS(f, t, c.number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW), 0);
	txn_abort(t);
}

static enum in_dns in_dns_of(struct fixture *f, struct txn *t, uint64_t number)
{
	struct arrival_parent parent = { .read_at = 0 };
	struct change c;
	enum in_dns d;
	uint64_t asked;
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	assert_int_equal(arrival_in_dns(t, &parent, &c, &d, &asked), 0);
	assert_true((d == IN_DNS_UNKNOWN) == (asked == 0));
	return d;
}

/* From DS 1 to DS 2, which the list of the registry shows, or not yet. */
static void test_what_they_serve(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind last;
		uint32_t later;
		enum ds_state ds;
		uint16_t tag;
		enum in_dns expected;
		unsigned then;		/* children that are asked for once more */
	} cases[] = {
		{ "seen", EVENT_PUBLISHED, 1, DS_PRESENT, 2, IN_DNS_SEEN, 0 },
		{ "sooner than the list shows it", EVENT_SENT, 1, DS_PRESENT, 2, IN_DNS_SEEN, 0 },
		{ "not yet", EVENT_PUBLISHED, HOUR - 1, DS_PRESENT, 1, IN_DNS_WAITS, 1 },
		{ "late", EVENT_PUBLISHED, HOUR, DS_PRESENT, 1, IN_DNS_LATE, 1 },
		{ "not in the list either", EVENT_SENT, 9 * HOUR, DS_PRESENT, 1, IN_DNS_WAITS, 1 },
		{ "by somebody else", EVENT_PUBLISHED, 1, DS_PRESENT, 7, IN_DNS_CHANGED, 1 },
		{ "taken out by somebody else", EVENT_PUBLISHED, 1, DS_ABSENT, 0, IN_DNS_CHANGED, 1 },
		{ "unknown", EVENT_PUBLISHED, 9 * HOUR, DS_UNKNOWN, 0, IN_DNS_UNKNOWN, 1 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct run r = begin(f, t, FIXTURE_NOW);
		struct served_list l;
		uint64_t now = FIXTURE_NOW + 1 + cases[i].later;
		uint64_t number = propose(f, t, "a.ch.", 2, 0);
		if (cases[i].last == EVENT_PUBLISHED) {
			publish(f, t, number);
		} else {
			STEPS(f, t, number, EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT);
		}
		assert_int_equal(in_dns_of(f, t, number), IN_DNS_UNKNOWN);
		assert_int_equal(ask(f, t, &r, now, cases[i].tag, cases[i].ds, &l), 1);
		assert_int_equal(served_list_note(t, &l, now, f->arena), 0);
		served_list_free(&l);
		enum in_dns got = in_dns_of(f, t, number);
		if (got != cases[i].expected || wanted(f, t, &r, now) != cases[i].then) {
			fail_msg("%s: %d", cases[i].label, got);
		}
		txn_abort(t);
	}
}

/* What was not proved later takes nothing back; and a delete is there once nothing is. */
static void test_again(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	struct served_list l;
	struct change newest;
	uint64_t number = propose(f, t, "a.ch.", 0, 0);
	publish(f, t, number);
	static const struct { enum ds_state ds; uint16_t tag; enum in_dns expected; } said[] = {
		{ DS_PRESENT, 1, IN_DNS_WAITS }, { DS_UNKNOWN, 0, IN_DNS_WAITS }, { DS_PRESENT, 9, IN_DNS_CHANGED }, { DS_UNKNOWN, 0, IN_DNS_CHANGED },
		{ DS_ABSENT, 0, IN_DNS_SEEN },
	};
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(ask(f, t, &r, FIXTURE_NOW + 2, said[i].tag, said[i].ds, &l), 1);
		assert_int_equal(served_list_note(t, &l, FIXTURE_NOW + 2, f->arena), 0);
		served_list_free(&l);
		assert_int_equal(in_dns_of(f, t, number), said[i].expected);
	}
	struct name child = fixture_name("a.ch.");
	assert_int_equal(arrival_newest_asked(t, &child, f->arena, &newest), 0);
	assert_int_equal(newest.number, number);
	assert_int_equal(served_forget(t, &child), 0);
	assert_int_equal(served_forget(t, &child), 0);
	assert_int_equal(arrival_newest_asked(t, &child, f->arena, &newest), ERR_NOTFOUND);
	txn_abort(t);
}

/* DS 1 to 2, then 2 to 3: servers that have not come so far yet serve nobody else's set. Only the newest is asked for. */
static void test_one_after_the_other(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	struct served_list l;
	static const struct { uint16_t tag; enum in_dns expected; } said[] = {
		{ 1, IN_DNS_WAITS }, { 2, IN_DNS_WAITS }, { 7, IN_DNS_CHANGED }, { 3, IN_DNS_SEEN },
	};
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	publish(f, t, one);
	put_ds(f, t, "a.ch.", 2);
	struct change c = make_change(f, "a.ch.", 3, 0);
	c.ds_before.ds[0] = fixture_ds(2);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	publish(f, t, c.number);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		assert_int_equal(ask(f, t, &r, FIXTURE_NOW + 2, said[i].tag, DS_PRESENT, &l), 1);
		assert_int_equal(served_list_note(t, &l, FIXTURE_NOW + 2, f->arena), 0);
		served_list_free(&l);
		assert_int_equal(in_dns_of(f, t, c.number), said[i].expected);
		assert_int_equal(in_dns_of(f, t, one), IN_DNS_UNKNOWN);
	}
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + 2), 0);
	txn_abort(t);
}

static struct change finish(struct fixture *f, struct txn *t, struct run *r, struct served_list *l, uint64_t number)
{
	struct change c;
	r->dns = l;
	assert_int_equal(run_finish(t, f->crypto, r, RUN_FINISHED, FIXTURE_NOW + 2), 0);
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	return c;
}

/* registry, published and pending DS are all empty, or no first DS set goes out; HOLD_DS_SERVED, HOLD_DS_UNPROVEN. */
static void test_first(void **state)
{
	struct fixture *f = *state;
	static const struct { enum ds_state ds; uint16_t tag; enum reason held_for; } cases[] = {
		{ DS_ABSENT, 0, REASON_NONE },
		{ DS_UNKNOWN, 0, REASON_HOLD_DS_UNPROVEN },
		{ DS_PRESENT, 1, REASON_HOLD_DS_SERVED },
		{ DS_PRESENT, 2, REASON_HOLD_DS_SERVED },	/* the same set by somebody else */
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct run r = begin(f, t, FIXTURE_NOW);
		struct served_list l;
		uint64_t number = propose_first(f, t, "a.ch.", 2, r.number);
		assert_int_equal(ask(f, t, &r, FIXTURE_NOW, cases[i].tag, cases[i].ds, &l), 1);
		struct change c = finish(f, t, &r, &l, number);
		assert_int_equal(c.state, cases[i].held_for == REASON_NONE ? EVENT_RELEASED : EVENT_HELD);
		assert_int_equal(c.held_for, cases[i].held_for);
		assert_int_equal(r.served, c.held_for == REASON_HOLD_DS_SERVED);
		assert_int_equal(r.unproven, c.held_for == REASON_HOLD_DS_UNPROVEN);
		assert_int_equal(r.released, c.held_for == REASON_NONE);
		served_list_free(&l);
		txn_abort(t);
	}
}

/* Nobody was asked, though somebody should have been; where nobody is to be asked it is as ever. An update needs no answer. */
static void test_first_unasked(void **state)
{
	struct fixture *f = *state;
	struct served_list none = { .items = NULL };
	for (int i = 0; i < 2; i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct run r = begin(f, t, FIXTURE_NOW);
		uint64_t number = propose_first(f, t, "a.ch.", 2, r.number);
		struct change c = finish(f, t, &r, i == 0 ? &none : NULL, number);
		assert_int_equal(c.held_for, i == 0 ? REASON_HOLD_DS_UNPROVEN : REASON_NONE);
		assert_int_equal(c.state, i == 0 ? EVENT_HELD : EVENT_RELEASED);
		txn_abort(t);
	}
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	struct change c = make_change(f, "a.ch.", 2, 0);
	c.run = r.number;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	assert_int_equal(finish(f, t, &r, &none, c.number).state, EVENT_RELEASED);
	txn_abort(t);
}

/* What was held for what is served stays so in a run that does not ask, however often the child is probed: until an operator has held it
 * himself and takes that back. */
static void test_first_without_asking(void **state)
{
	struct fixture *f = *state;
	static const enum reason reasons[] = { REASON_HOLD_DS_SERVED, REASON_HOLD_DS_UNPROVEN };
	for (size_t i = 0; i < 2; i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct run r = begin(f, t, FIXTURE_NOW);
		struct operator_order o = { .action = OPERATOR_DO_HOLD, .who = "anna", .why = "she has asked", .now = FIXTURE_NOW };
		const char *refusal = NULL;
		uint64_t number = propose_first(f, t, "a.ch.", 2, r.number);
		assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, number, EVENT_HELD, reasons[i]), 0);
		assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, number, EVENT_CONFIRMED, reasons[i]), 0);
		r = begin(f, t, FIXTURE_NOW + HOUR);
		struct change c = finish(f, t, &r, NULL, number);
		assert_true(c.state == EVENT_HELD && c.held_for == reasons[i] && r.released == 0);
		assert_int_equal(operator_say_change(t, f->crypto, number, &o, &refusal), 0);
		o.action = OPERATOR_DO_RELEASE;
		assert_int_equal(operator_say_change(t, f->crypto, number, &o, &refusal), 0);
		STEPS(f, t, number, EVENT_CONFIRMED);
		r = begin(f, t, FIXTURE_NOW + 2 * HOUR);
		assert_int_equal(finish(f, t, &r, NULL, number).state, EVENT_RELEASED);
		txn_abort(t);
	}
}

/* One that was released and has not gone out yet is asked for, too: a DS set that came meanwhile takes it back. */
static void test_first_released(void **state)
{
	struct fixture *f = *state;
	static const struct { enum ds_state ds; enum event_kind state; } cases[] = {
		{ DS_ABSENT, EVENT_RELEASED }, { DS_UNKNOWN, EVENT_RELEASED }, { DS_PRESENT, EVENT_HELD },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct run r = begin(f, t, FIXTURE_NOW);
		struct served_list l;
		uint64_t number = propose_first(f, t, "a.ch.", 2, r.number);
		STEPS(f, t, number, EVENT_RELEASED);
		r = begin(f, t, FIXTURE_NOW + HOUR);
		assert_int_equal(ask(f, t, &r, FIXTURE_NOW + HOUR, 7, cases[i].ds, &l), 1);
		struct change c = finish(f, t, &r, &l, number);
		assert_int_equal(c.state, cases[i].state);
		assert_int_equal(c.held_for, c.state == EVENT_HELD ? REASON_HOLD_DS_SERVED : REASON_NONE);
		served_list_free(&l);
		txn_abort(t);
	}
}

/* It waits for a scan that confirms it and asks again; nobody releases it by hand, and it is counted meanwhile. */
static void test_first_again(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	struct served_list l;
	struct operator_order o = { .action = OPERATOR_DO_RELEASE, .who = "anna", .why = "it is right", .now = FIXTURE_NOW };
	const char *refusal = NULL;
	uint64_t number = propose_first(f, t, "a.ch.", 2, r.number);
	assert_int_equal(ask(f, t, &r, FIXTURE_NOW, 7, DS_PRESENT, &l), 1);
	assert_int_equal(finish(f, t, &r, &l, number).held_for, REASON_HOLD_DS_SERVED);
	served_list_free(&l);
	assert_int_equal(operator_say_change(t, f->crypto, number, &o, &refusal), ERR_CONFLICT);
	assert_non_null(strstr(refusal, "prove that they serve no DS set"));
	assert_int_equal(event_of(f, t, number, EVENT_RELEASED), ERR_CONFLICT);
	r = begin(f, t, FIXTURE_NOW + HOUR);
	assert_int_equal(wanted(f, t, &r, FIXTURE_NOW + HOUR), 0);
	assert_int_equal(finish(f, t, &r, &l, number).held_for, REASON_HOLD_DS_SERVED);
	assert_int_equal(r.served, 1);
	STEPS(f, t, number, EVENT_CONFIRMED);
	r = begin(f, t, FIXTURE_NOW + 2 * HOUR);
	assert_int_equal(ask(f, t, &r, FIXTURE_NOW + 2 * HOUR, 0, DS_ABSENT, &l), 1);
	assert_int_equal(finish(f, t, &r, &l, number).state, EVENT_RELEASED);
	assert_true(r.served == 0 && r.unproven == 0 && r.released == 1);
	served_list_free(&l);
	txn_abort(t);
}

/* What the list no longer shows may be served yet: a delete, and then a first DS set. */
static void test_first_after_delete(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = begin(f, t, FIXTURE_NOW);
	struct served_list l;
	uint64_t gone = propose(f, t, "a.ch.", 0, 0);
	publish(f, t, gone);
	uint64_t number = propose_first(f, t, "a.ch.", 2, r.number);
	assert_int_equal(ask(f, t, &r, FIXTURE_NOW + 2, 1, DS_PRESENT, &l), 1);
	assert_int_equal(served_list_note(t, &l, FIXTURE_NOW + 2, f->arena), 0);
	assert_int_equal(in_dns_of(f, t, gone), IN_DNS_WAITS);
	assert_int_equal(finish(f, t, &r, &l, number).held_for, REASON_HOLD_DS_SERVED);
	served_list_free(&l);
	txn_abort(t);
}

static unsigned faults(struct fixture *f)
{
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	return (unsigned)report.faults;
}

/* db verify finds what is damaged, and a note of a change that the child does not have. */
static void test_verify(void **state)
{
	struct fixture *f = *state;
	static const uint8_t good[] = { 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 9 };
	static const struct { const char *child; size_t at; uint8_t octet; size_t size; unsigned faults; } cases[] = {
		{ "a.ch.", 9, 3, sizeof(good), 0 }, { "a.ch.", 9, 0, sizeof(good), 1 }, { "a.ch.", 9, 4, sizeof(good), 1 },
		{ "a.ch.", 0, 2, sizeof(good), 1 }, { "a.ch.", 0, 1, sizeof(good) - 1, 1 }, { "a.ch.", 8, 7, sizeof(good), 1 },
		{ "b.ch.", 0, 1, sizeof(good), 1 },
	};
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(propose(f, t, "a.ch.", 2, 0), 1);
	fixture_commit(t);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t octets[sizeof(good)];
		struct served_note n;
		struct key key;
		struct name child = fixture_name(cases[i].child);
		memcpy(octets, good, sizeof(octets));
		octets[cases[i].at] = cases[i].octet;
		key_name(&child, &key);
		t = fixture_begin(f, STORE_WRITE);
		assert_int_equal(db_put(t, DB_SERVED, key_slice(&key), (struct slice){ octets, cases[i].size }), 0);
		fixture_commit(t);
		if (faults(f) != cases[i].faults) {
			fail_msg("%zu: %u", i, faults(f));
		}
		t = fixture_begin(f, STORE_WRITE);
		int rc = served_get(t, &child, &n);
		assert_int_equal(rc == 0, served_decode((struct slice){ octets, cases[i].size }, &n) == 0);
		txn_abort(t);
		t = fixture_begin(f, STORE_WRITE);
		assert_int_equal(served_forget(t, &child), 0);
		fixture_commit(t);
	}
	assert_int_equal(faults(f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_whom_to_ask),
		TEST(test_no_ttl),
		TEST(test_what_they_serve),
		TEST(test_again),
		TEST(test_one_after_the_other),
		TEST(test_first),
		TEST(test_first_unasked),
		TEST(test_first_again),
		TEST(test_first_without_asking),
		TEST(test_first_released),
		TEST(test_first_after_delete),
		TEST(test_verify),
	};
	return cmocka_run_group_tests_name("served", tests, NULL, NULL);
}
