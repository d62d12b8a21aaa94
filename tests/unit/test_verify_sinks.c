/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: the sink of record against the journal. */
#include "tests/unit/journal_fixture.h"

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/event.h"
#include "registry/store/sinkdb.h"
#include "registry/store/verify.h"

struct heard {
	char text[4096];
	unsigned faults;
};

static void hear(void *user, const char *sentence)
{
	struct heard *h = user;
	size_t used = strlen(h->text);
	snprintf(h->text + used, sizeof(h->text) - used, "%s\n", sentence);
	h->faults++;
}

static void expect(struct fixture *f, unsigned faults, const char *words)
{
	struct heard h = { .faults = 0 };
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, hear, &h, &report), 0);
	assert_true(report.faults == h.faults);
	if (h.faults != faults || strstr(h.text, words) == NULL) {
		fail_msg("%u faults, not %u with \"%s\":\n%s", h.faults, faults, words, h.text);
	}
}

static const struct operator_order order = { .who = "anna", .why = "the old one is gone", .now = FIXTURE_NOW };

static void put_record(struct fixture *f, const char *name)
{
	struct sink_of_record r = { .since = FIXTURE_NOW - 5 };
	struct txn *t = fixture_begin(f, STORE_WRITE);
	snprintf(r.name, sizeof(r.name), "%s", name);
	assert_int_equal(sink_of_record_put(t, &r), 0);
	fixture_commit(t);
}

static int take_over(struct fixture *f, const char *name, const struct operator_order *o)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	int rc = sink_take_over(t, f->crypto, name, o);
	fixture_commit(t);
	return rc;
}

/* Who, why, from whom and to whom is in the chain, and the store has the same. */
static void taking_over_is_chained(void **state)
{
	struct fixture *f = *state;
	const struct operator_order nameless = { .why = "x", .now = FIXTURE_NOW };
	const struct name root = { .size = 1 };
	struct operator_note n;
	struct sink_of_record r;
	uint64_t when;
	assert_int_equal(take_over(f, "hidden", &order), ERR_NOTFOUND);
	put_record(f, "first");
	expect(f, 0, "");
	assert_int_equal(take_over(f, "first", &order), ERR_CONFLICT);
	assert_int_equal(take_over(f, "a b", &order), ERR_ARG);
	assert_int_equal(take_over(f, "hidden", &nameless), ERR_ARG);
	assert_int_equal(take_over(f, "hidden", &order), 0);
	struct txn *t = fixture_begin(f, STORE_READ);
	assert_int_equal(operator_last(t, &root, &n, &when), 0);
	assert_int_equal(sink_of_record_get(t, &r), 0);
	fixture_commit(t);
	assert_int_equal(n.action, OPERATOR_DO_TAKE_OVER);
	assert_string_equal(operator_action_text(n.action), "take-over");
	assert_true(when == FIXTURE_NOW && r.since == FIXTURE_NOW);
	assert_string_equal(n.who, "anna");
	assert_string_equal(n.why, "the old one is gone");
	assert_string_equal(n.from, "first");
	assert_string_equal(n.to, "hidden");
	assert_string_equal(r.name, "hidden");
	assert_string_equal(r.before, "first");
	assert_string_equal(r.who, "anna");
	assert_string_equal(r.why, "the old one is gone");
	expect(f, 0, "");
	assert_int_equal(take_over(f, "first", &order), 0);
	expect(f, 0, "");
}

/* Sinks belong to this word and to no other. */
static void body_of_taking_over(void **state)
{
	static const struct operator_note bad[] = {
		{ .child = { .size = 1 }, .action = OPERATOR_DO_TAKE_OVER, .who = "a", .why = "b" },
		{ .child = { .size = 1 }, .action = OPERATOR_DO_TAKE_OVER, .who = "a", .why = "b", .from = "x" },
		{ .child = { .size = 1 }, .action = OPERATOR_DO_TAKE_OVER, .who = "a", .why = "b", .to = "x" },
		{ .child = { .size = 1 }, .action = OPERATOR_DO_RESTORE, .who = "a", .why = "b", .from = "x", .to = "y" },
	};
	const struct operator_note good = { .child = { .size = 1 }, .action = OPERATOR_DO_TAKE_OVER, .who = "a", .why = "b", .from = "x",
		.to = "y" };
	uint8_t octets[BODY_MAX];
	struct slice body;
	struct operator_note back;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(body_encode_operator(&bad[i], octets, &body), ERR_ARG);
	}
	assert_int_equal(body_encode_operator(&good, octets, &body), 0);
	for (size_t size = 0; size < body.size; size++) {
		assert_int_equal(body_decode_operator((struct slice){ body.data, size }, &back), ERR_FORMAT);
	}
	assert_int_equal(body_decode_operator(body, &back), 0);
	assert_string_equal(back.to, "y");
	/* The same octets as another word have a tail that belongs to nothing. */
	octets[2] = OPERATOR_DO_RESTORE;
	assert_int_equal(body_decode_operator(body, &back), ERR_FORMAT);
}

static void another_than_the_journal_says(void **state)
{
	struct fixture *f = *state;
	struct sink_of_record r;
	const struct slice key = { .data = (const uint8_t *)META_SINK, .size = strlen(META_SINK) };
	put_record(f, "first");
	assert_int_equal(take_over(f, "hidden", &order), 0);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(sink_of_record_get(t, &r), 0);
	snprintf(r.why, sizeof(r.why), "because");
	assert_int_equal(sink_of_record_put(t, &r), 0);
	fixture_commit(t);
	expect(f, 1, "event 1 (operator): hidden took over from first as the sink of record, but the store has hidden of another time or word");
	put_record(f, "third");
	expect(f, 1, "event 1 (operator): hidden took over from first as the sink of record, but the store has third\n");
	t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(db_del(t, DB_META, key), 0);
	fixture_commit(t);
	expect(f, 1, "but the store has nobody\n");
	t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(db_put(t, DB_META, key, (struct slice){ (const uint8_t *)"\1\2", 2 }), 0);
	fixture_commit(t);
	expect(f, 1, "the sink of record cannot be read");
}

static void from_one_that_was_not_it(void **state)
{
	struct fixture *f = *state;
	struct operator_note n = { .child = { .size = 1 }, .action = OPERATOR_DO_TAKE_OVER, .who = "a", .why = "b", .from = "other",
		.to = "last" };
	const struct sink_of_record r = { .name = "last", .before = "other", .who = "a", .why = "b", .since = FIXTURE_NOW };
	put_record(f, "first");
	assert_int_equal(take_over(f, "hidden", &order), 0);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(journal_operator(t, f->crypto, FIXTURE_NOW, 0, &n), 0);
	assert_int_equal(sink_of_record_put(t, &r), 0);
	fixture_commit(t);
	expect(f, 1, "event 2 (operator): last takes over as the sink of record from other, which was not it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(taking_over_is_chained), TEST(body_of_taking_over), TEST(another_than_the_journal_says), TEST(from_one_that_was_not_it),
	};
	return cmocka_run_group_tests_name("verify_sinks", tests, NULL, NULL);
}
