/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: what may follow what, one outstanding change per child, the chain. */
#include "tests/unit/journal_fixture.h"

#include "registry/store/event.h"
#include "registry/store/records.h"

static void test_change_round_trip(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct change c = make_change(f, "a.ch.", 2, 0);
	c.run = 7;
	c.sequence = 1042;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	assert_int_equal(c.number, 1);
	assert_int_equal(c.state, EVENT_PROPOSED);
	fixture_commit(t);
	t = fixture_begin(f, STORE_READ);
	struct change back;
	assert_int_equal(change_get(t, 1, f->arena, &back), 0);
	assert_true(name_equal(&back.child, &c.child));
	assert_true(back.run == 7 && back.sequence == 1042 && back.generation == 1 && back.judged_at == FIXTURE_NOW);
	assert_true(back.class == CHANGE_UPDATE && back.ds_ttl == 3600 && back.ns_count == 2);
	assert_true(name_equal(&back.ns_before[1], &c.ns_before[1]));
	assert_true(ds_set_equal(&back.ds_before, &c.ds_before) && ds_set_equal(&back.ds_after, &c.ds_after));
	assert_memory_equal(back.hash, c.hash, sizeof(c.hash));
	assert_int_equal(change_get(t, 2, f->arena, &back), ERR_NOTFOUND);
	assert_int_equal(change_next(t, 0, f->arena, &back), 0);
	assert_int_equal(back.number, 1);
	assert_int_equal(change_next(t, 2, f->arena, &back), ERR_NOTFOUND);
	fixture_commit(t);
}

/* A change of a source that tells neither is encoded as ever; one that has either is of the second version, which an older
 * program refuses. */
static void test_change_has_a_registration(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *registrar, *registration;
		uint8_t version;
	} cases[] = { { "", "", 1 }, { "acme", "", 2 }, { "", "D-1", 2 }, { "acme", "D-1", 2 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t octets[BODY_MAX];
		struct slice body;
		struct change back;
		struct event e;
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct change c = make_change(f, "a.ch.", 2, 0);
		assert_int_equal(body_encode_change(&c, octets, &body), 0);
		size_t size = body.size;
		snprintf(c.registrar, sizeof(c.registrar), "%s", cases[i].registrar);
		snprintf(c.registration, sizeof(c.registration), "%s", cases[i].registration);
		assert_int_equal(body_encode_change(&c, octets, &body), 0);
		size_t texts = cases[i].version == 1 ? 0 : 2 + strlen(cases[i].registrar) + strlen(cases[i].registration);
		assert_int_equal(body.size, size + texts);
		assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
		assert_int_equal(event_get(t, c.number, &e), 0);
		assert_int_equal(e.version, cases[i].version);
		assert_int_equal(change_get(t, c.number, f->arena, &back), 0);
		assert_string_equal(back.registrar, cases[i].registrar);
		assert_string_equal(back.registration, cases[i].registration);
		/* Neither half of it, nor two texts that say nothing. */
		octets[body.size] = 0;
		assert_int_equal(body_decode_change((struct slice){ octets, body.size + 1 }, f->arena, &back), ERR_FORMAT);
		octets[size] = 0;
		octets[size + 1] = 0;
		assert_int_equal(body_decode_change((struct slice){ octets, size + 2 }, f->arena, &back), ERR_FORMAT);
		txn_abort(t);
	}
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct change c = make_change(f, "a.ch.", 2, 0);
	snprintf(c.registrar, sizeof(c.registrar), "a\tb");
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), ERR_ARG);
	fixture_commit(t);
}

static void test_largest_change(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct change c = make_change(f, "a.ch.", 2, 0);
	char label[64];
	memset(label, 'x', 63);
	label[63] = '\0';
	char text[256];
	struct ds *ds = arena_array(f->arena, LIMIT_DS + 1, sizeof(*ds));
	struct name *ns = arena_array(f->arena, LIMIT_NS_HOSTS + 1, sizeof(*ns));
	for (size_t i = 0; i <= LIMIT_DS; i++) {
		ds[i] = fixture_ds((uint16_t)i);
		ds[i].size = LIMIT_DIGEST_OCTETS;
	}
	for (unsigned i = 0; i <= LIMIT_NS_HOSTS; i++) {
		snprintf(text, sizeof(text), "%s.%s.%s.%.53s%02u.ch.", label, label, label, label, i);
		ns[i] = fixture_name(text);
	}
	c.ds_before = (struct ds_set){ .count = LIMIT_DS, .ds = ds };
	c.ds_after = (struct ds_set){ .count = LIMIT_DS, .ds = ds };
	c.ns_before = ns;
	c.ns_count = LIMIT_NS_HOSTS + 1;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), ERR_LIMIT);
	c.ns_count = LIMIT_NS_HOSTS;
	c.ds_after.count = LIMIT_DS + 1;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), ERR_LIMIT);
	c.ds_after.count = LIMIT_DS;
	memcpy(c.registrar, label, sizeof(label));
	memcpy(c.registration, label, sizeof(label));
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	struct change back;
	assert_int_equal(change_get(t, c.number, f->arena, &back), 0);
	assert_int_equal(back.ns_count, LIMIT_NS_HOSTS);
	assert_true(ds_set_equal(&back.ds_after, &c.ds_after));
	assert_string_equal(back.registration, label);
	fixture_commit(t);
}

/* Every pair of state and event. A state is reached by the events before the dash. */
static void test_transitions(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind path[5];
		const char *allowed;	/* letters as in kinds below */
		enum reason why;	/* of the path */
	} cases[] = {
		{ "proposed", { 0 }, "RHW", REASON_NONE },
		{ "released", { EVENT_RELEASED }, "CHWA", REASON_NONE },
		{ "held by an operator", { EVENT_HELD }, "W", REASON_NONE },
		{ "held by a decision", { EVENT_HELD }, "OHW", REASON_INCONSISTENT_KEYS },
		{ "held by the brake", { EVENT_HELD }, "HW", REASON_BRAKE_ENGAGED },
		{ "held for a freeze", { EVENT_HELD }, "OHW", REASON_HOLD_FREEZE },
		{ "confirmed", { EVENT_HELD, EVENT_CONFIRMED }, "RHW", REASON_INCONSISTENT_KEYS },
		{ "claimed", { EVENT_RELEASED, EVENT_CLAIMED }, "SFPR", REASON_NONE },
		{ "sent", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, "AFP", REASON_NONE },
		{ "acked", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT, EVENT_ACKED }, "P", REASON_NONE },
		{ "acked by hand", { EVENT_RELEASED, EVENT_ACKED }, "P", REASON_NONE },
		{ "failed", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, "CHWRP", REASON_NONE },
		{ "withdrawn", { EVENT_WITHDRAWN }, "", REASON_NONE },
	};
	static const struct {
		char letter;
		enum event_kind kind;
	} kinds[] = { { 'R', EVENT_RELEASED }, { 'H', EVENT_HELD }, { 'C', EVENT_CLAIMED }, { 'S', EVENT_SENT },
		{ 'A', EVENT_ACKED }, { 'F', EVENT_FAILED }, { 'W', EVENT_WITHDRAWN }, { 'P', EVENT_PUBLISHED },
		{ 'O', EVENT_CONFIRMED } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
			struct txn *t = fixture_begin(f, STORE_WRITE);
			uint64_t c = propose(f, t, "a.ch.", 2, 0);
			for (size_t p = 0; p < 5 && cases[i].path[p] != 0; p++) {
				assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW + 1, c, cases[i].path[p], cases[i].why), 0);
			}
			fixture_load(f, t, "ch.", 2);
			bool allowed = strchr(cases[i].allowed, kinds[k].letter) != NULL;
			int rc = event_of(f, t, c, kinds[k].kind);
			if (rc != (allowed ? 0 : ERR_CONFLICT) || txn_error(t) != 0) {
				fail_msg("%s after %s: %d", event_kind_text(kinds[k].kind), cases[i].label, rc);
			}
			txn_abort(t);
		}
	}
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(event_of(f, t, 99, EVENT_RELEASED), ERR_NOTFOUND);
	assert_int_equal(event_of(f, t, 99, EVENT_PROPOSED), ERR_ARG);
	assert_int_equal(event_of(f, t, 99, EVENT_OPERATOR), ERR_ARG);
	assert_int_equal(event_of(f, t, 99, (enum event_kind)EVENT_KINDS), ERR_ARG);
	fixture_commit(t);
}

/* What was read of a change holds only until its next event: nobody writes by an old page. */
static void test_event_of_what_was_read(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t number = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, number, EVENT_RELEASED);
	struct change c;
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	assert_int_equal(journal_event_of(t, f->crypto, FIXTURE_NOW + 1, &c, EVENT_PROPOSED, REASON_NONE, f->arena), ERR_ARG);
	assert_int_equal(journal_event_of(t, f->crypto, FIXTURE_NOW + 1, &c, EVENT_CLAIMED, REASON_NONE, f->arena), 0);
	assert_int_equal(state_of(f, t, number), EVENT_CLAIMED);
	/* CLAIMED to RELEASED is allowed, but not to whoever still thinks that it is RELEASED. */
	assert_int_equal(journal_event_of(t, f->crypto, FIXTURE_NOW + 1, &c, EVENT_RELEASED, REASON_NONE, f->arena), ERR_CONFLICT);
	assert_int_equal(state_of(f, t, number), EVENT_CLAIMED);
	assert_int_equal(txn_error(t), 0);
	assert_int_equal(change_get(t, number, f->arena, &c), 0);
	assert_int_equal(journal_event_of(t, f->crypto, FIXTURE_NOW + 1, &c, EVENT_RELEASED, REASON_NONE, f->arena), 0);
	fixture_commit(t);
}

static void test_one_outstanding_change(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t one = propose(f, t, "a.ch.", 2, 0);
	uint64_t other = propose(f, t, "b.ch.", 2, 0);
	struct change second = make_change(f, "a.ch.", 3, 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &second), ERR_CONFLICT);
	second.supersedes = other;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &second), ERR_CONFLICT);
	/* Not left yet: it is withdrawn in favour of the new one. */
	uint64_t two = propose(f, t, "a.ch.", 3, one);
	struct change c;
	assert_int_equal(change_get(t, one, f->arena, &c), 0);
	assert_int_equal(c.state, EVENT_WITHDRAWN);
	assert_int_equal(c.withdrawn_for, REASON_ACCEPT_UPDATE);
	assert_int_equal(change_of_child(t, &c.child, f->arena, &c), 0);
	assert_int_equal(c.number, two);
	struct name after = { 0 };
	assert_int_equal(change_outstanding_next(t, &after, f->arena, &c), 0);
	assert_int_equal(c.number, two);
	assert_int_equal(change_outstanding_next(t, &c.child, f->arena, &c), 0);
	assert_int_equal(c.number, other);
	assert_int_equal(change_outstanding_next(t, &c.child, f->arena, &c), ERR_NOTFOUND);
	/* A withdrawn child has nothing outstanding and may start anew. */
	assert_int_equal(event_of(f, t, two, EVENT_WITHDRAWN), 0);
	struct name child = fixture_name("a.ch.");
	assert_int_equal(change_of_child(t, &child, f->arena, &c), ERR_NOTFOUND);
	propose(f, t, "a.ch.", 4, 0);
	fixture_commit(t);
}

static void test_pending(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label;
		enum event_kind path[5];
		enum pending_state expected;
	} cases[] = {
		{ "proposed", { 0 }, PENDING_PROPOSED },
		{ "held", { EVENT_HELD }, PENDING_PROPOSED },
		{ "released", { EVENT_RELEASED }, PENDING_RELEASED },
		{ "claimed", { EVENT_RELEASED, EVENT_CLAIMED }, PENDING_SENT },
		{ "sent", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_SENT }, PENDING_SENT },
		{ "acked", { EVENT_RELEASED, EVENT_ACKED }, PENDING_SENT },
		{ "failed", { EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED }, PENDING_RELEASED },
		{ "withdrawn", { EVENT_WITHDRAWN }, PENDING_NONE },
	};
	struct name child = fixture_name("a.ch.");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		struct pending p = { .state = PENDING_SENT };
		assert_int_equal(pending_of_child(t, &child, f->arena, &p), 0);
		assert_int_equal(p.state, PENDING_NONE);
		uint64_t c = propose(f, t, "a.ch.", 2, 0);
		for (size_t k = 0; k < 5 && cases[i].path[k] != 0; k++) {
			assert_int_equal(event_of(f, t, c, cases[i].path[k]), 0);
		}
		assert_int_equal(pending_of_child(t, &child, f->arena, &p), 0);
		if (p.state != cases[i].expected || (p.state != PENDING_NONE && (p.change != c || p.ds_after.count != 1))) {
			fail_msg("%s", cases[i].label);
		}
		txn_abort(t);
	}
}

static void test_run_releases_its_own(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	put_ds(f, t, "c.ch.", 1);
	struct run r = { .origin = fixture_name("ch."), .generation = 1 };
	assert_int_equal(policy_put(t, f->crypto, policy_preset(POLICY_DEFAULT), r.limits), 0);
	assert_int_equal(run_new(t, &r), 0);
	struct change own = make_change(f, "a.ch.", 2, 0);
	struct change held = make_change(f, "b.ch.", 2, 0);
	struct change other = make_change(f, "c.ch.", 2, 0);
	own.run = held.run = r.number;
	other.run = r.number + 1;
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &own), 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &held), 0);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &other), 0);
	STEPS(f, t, held.number, EVENT_HELD);
	assert_int_equal(run_finish(t, f->crypto, &r, RUN_FINISHED, FIXTURE_NOW + 5), 0);
	assert_int_equal(state_of(f, t, own.number), EVENT_RELEASED);
	assert_int_equal(state_of(f, t, held.number), EVENT_HELD);
	assert_int_equal(state_of(f, t, other.number), EVENT_PROPOSED);
	fixture_commit(t);
}

static void test_chain(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	uint64_t head;
	uint8_t head_hash[SHA256_OCTETS];
	static const uint8_t zero[SHA256_OCTETS];
	assert_int_equal(journal_head(t, &head, head_hash), 0);
	assert_int_equal(head, 0);
	assert_memory_equal(head_hash, zero, sizeof(zero));
	uint64_t c = propose(f, t, "a.ch.", 2, 0);
	STEPS(f, t, c, EVENT_RELEASED, EVENT_CLAIMED, EVENT_FAILED);
	uint8_t last[SHA256_OCTETS] = { 0 };
	struct event e;
	uint64_t sequence = 0;
	int rc;
	while ((rc = event_next(t, sequence + 1, f->arena, &e)) == 0) {
		assert_int_equal(e.sequence, sequence + 1);
		assert_int_equal(e.change, c);
		assert_memory_equal(e.previous, last, sizeof(last));
		assert_memory_not_equal(e.hash, last, sizeof(last));
		memcpy(last, e.hash, sizeof(last));
		sequence = e.sequence;
	}
	assert_int_equal(rc, ERR_NOTFOUND);
	assert_int_equal(sequence, 4);
	assert_int_equal(journal_head(t, &head, head_hash), 0);
	assert_int_equal(head, 4);
	assert_memory_equal(head_hash, last, sizeof(last));
	fixture_commit(t);
}

static void test_change_id(void **state)
{
	struct fixture *f = *state;
	char text[CHANGE_ID_TEXT];
	uint64_t number = 0;
	change_id_text(f->store, 18446744073709551615u, text);
	assert_string_equal(text, "00112233-4455-6677-8899-aabbccddeeff/1/18446744073709551615");
	assert_int_equal(change_id_parse(f->store, text, &number), 0);
	assert_true(number == UINT64_MAX);
	static const struct {
		const char *text;
		int expected;
	} cases[] = {
		{ "", ERR_FORMAT },
		{ "5", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/x", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/1x", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/01", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/-1", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/1/18446744073709551616", ERR_FORMAT },
		{ "00112233-4455-6677-8899-aabbccddeeff/2/1", ERR_CONFLICT },
		{ "10112233-4455-6677-8899-aabbccddeeff/1/1", ERR_CONFLICT },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (change_id_parse(f->store, cases[i].text, &number) != cases[i].expected) {
			fail_msg("%s", cases[i].text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_change_round_trip),
		TEST(test_change_has_a_registration),
		TEST(test_largest_change),
		TEST(test_transitions),
		TEST(test_event_of_what_was_read),
		TEST(test_one_outstanding_change),
		TEST(test_pending),
		TEST(test_run_releases_its_own),
		TEST(test_chain),
		TEST(test_change_id),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
