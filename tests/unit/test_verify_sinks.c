/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: the sink of record against the journal, and what sinks have noted. */
#include "tests/unit/journal_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/event.h"
#include "registry/store/key.h"
#include "registry/store/sinkdb.h"
#include "registry/store/verify.h"

static void expect(struct fixture *f, unsigned faults, const char *words)
{
	struct faults_heard h = { .faults = 0 };
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, fixture_hear, &h, &report), 0);
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
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	assert_true(report.faults == 1 && report.sink_faults == 0);
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

/* ---- what sinks have noted */

static struct txn *begin(struct store *s, enum store_mode mode)
{
	struct txn *t = NULL;
	assert_int_equal(txn_begin(s, mode, &t), 0);
	return t;
}

static struct store *open_notes(struct fixture *f, const char *name)
{
	struct store *s = NULL;
	char why[256] = "";
	assert_int_equal(sinkdb_open(f->store, name, STORE_WRITE, &s, why), 0);
	return s;
}

/* Changes 1 and 2, of which the second is released: events 1 to 3. A sink that has read two of them and was refused one. */
static void make_sink(struct fixture *f)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct event e;
	struct sink_cursor c = { .sequence = 2 };
	fixture_load(f, t, "ch.", 1);
	for (unsigned i = 0; i < 2; i++) {
		struct delegation d = fixture_delegation(f, i == 0 ? "a.ch." : "b.ch.", "one.net.", 1);
		struct change change = { .child = d.child, .class = CHANGE_DELETE, .generation = 1, .judged_at = FIXTURE_NOW, .ds_before = d.ds };
		fixture_put(f, t, &d);
		assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &change), 0);
	}
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, 2, EVENT_RELEASED, REASON_NONE), 0);
	assert_int_equal(event_get(t, 2, &e), 0);
	memcpy(c.hash, e.hash, sizeof(c.hash));
	fixture_commit(t);
	struct store *notes = open_notes(f, "along");
	struct txn *n = begin(notes, STORE_WRITE);
	const struct sink_attempt a = { .change = 1, .trouble = TROUBLE_REFUSED, .count = 1, .words = "no" };
	assert_int_equal(sink_cursor_put(n, &c), 0);
	assert_int_equal(sink_attempt_put(n, &a), 0);
	assert_int_equal(txn_commit(n), 0);
	store_close(notes);
}

/* Writes a value, or (size 0) takes it out. */
static void overwrite(struct fixture *f, enum db db, struct slice key, struct slice value)
{
	struct store *notes = open_notes(f, "along");
	struct txn *n = begin(notes, STORE_WRITE);
	assert_int_equal(value.size == 0 ? db_del(n, db, key) : db_put(n, db, key, value), 0);
	assert_int_equal(txn_commit(n), 0);
	store_close(notes);
}

static void put_cursor(struct fixture *f, uint64_t sequence, uint8_t fill)
{
	struct sink_cursor c = { .sequence = sequence };
	struct store *notes = open_notes(f, "along");
	struct txn *n = begin(notes, STORE_WRITE);
	memset(c.hash, fill, sizeof(c.hash));
	assert_int_equal(sink_cursor_put(n, &c), 0);
	assert_int_equal(txn_commit(n), 0);
	store_close(notes);
}

static void put_attempt(struct fixture *f, uint64_t change, uint32_t count)
{
	struct store *notes = open_notes(f, "along");
	struct txn *n = begin(notes, STORE_WRITE);
	const struct sink_attempt a = { .change = change, .trouble = TROUBLE_WAITS, .count = count };
	assert_int_equal(sink_attempt_put(n, &a), 0);
	assert_int_equal(txn_commit(n), 0);
	store_close(notes);
}

static void notes_that_are_well(void **state)
{
	struct fixture *f = *state;
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	assert_true(report.sinks == 0 && report.faults == 0);
	make_sink(f);
	store_close(open_notes(f, "empty"));
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	assert_true(report.sinks == 2 && report.faults == 0);
}

/* A cursor that is ahead of the journal, of another one, or no cursor at all. */
static void cursor_that_is_not(void **state)
{
	struct fixture *f = *state;
	const struct slice key = { .data = (const uint8_t *)META_CURSOR, .size = strlen(META_CURSOR) };
	make_sink(f);
	put_cursor(f, 4, 0);
	struct verify_report report;
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
	assert_true(report.faults == 1 && report.sink_faults == 1);
	expect(f, 1, "sink along has read up to event 4, which is not there; the journal ends at event 3");
	put_cursor(f, 0, 0);
	expect(f, 1, "sink along has read up to event 0, which is not there");
	put_cursor(f, 3, 7);
	expect(f, 1, "sink along has read up to event 3 of another journal: was this one restored?");
	overwrite(f, DB_META, key, (struct slice){ (const uint8_t *)"\1\0\0", 3 });
	expect(f, 1, "sink along: how far it has read cannot be read");
	overwrite(f, DB_META, key, (struct slice){ (const uint8_t *)"\377", 1 });
	expect(f, 1, "sink along: how far it has read cannot be read");
	overwrite(f, DB_META, key, (struct slice){ .size = 0 });
	expect(f, 0, "");
}

static void attempts_that_are_not(void **state)
{
	struct fixture *f = *state;
	struct key key;
	make_sink(f);
	put_attempt(f, 3, 1);
	put_attempt(f, 9, 1);
	expect(f, 2, "sink along has noted something of change 3, which was never proposed\n"
		"sink along has noted something of change 9, which was never proposed");
	for (uint64_t i = 3; i <= 9; i += 6) {
		key_u64(i, &key);
		overwrite(f, DB_CHANGE, key_slice(&key), (struct slice){ .size = 0 });
	}
	put_attempt(f, 2, 0);
	expect(f, 1, "sink along: what it has noted of change 2 cannot be read");
	key_u64(2, &key);
	overwrite(f, DB_CHANGE, key_slice(&key), (struct slice){ (const uint8_t *)"\1\1", 2 });
	expect(f, 1, "sink along: what it has noted of change 2 cannot be read");
	overwrite(f, DB_CHANGE, key_slice(&key), (struct slice){ .size = 0 });
	overwrite(f, DB_CHANGE, (struct slice){ (const uint8_t *)"key", 3 }, (struct slice){ (const uint8_t *)"\1", 1 });
	expect(f, 1, "sink along: what it has noted of change 0 cannot be read");
}

static void ends_that_are_not(void **state)
{
	struct fixture *f = *state;
	const struct slice key = { .data = (const uint8_t *)META_ABOUT, .size = strlen(META_ABOUT) };
	make_sink(f);
	overwrite(f, DB_META, key, (struct slice){ (const uint8_t *)"\1\1x", 3 });
	expect(f, 1, "sink along: how its exports have ended cannot be read");
	overwrite(f, DB_META, key, (struct slice){ .size = 0 });
	expect(f, 0, "");
}

static void path_of(const struct fixture *f, const char *rest, char out[160])
{
	snprintf(out, 160, "%s/sinks/%s", f->dir, rest);
}

/* Of another store, of another format, of nobody. */
static void environments_that_are_not(void **state)
{
	struct fixture *f = *state;
	struct store_options o = fixture_options(f, STORE_WRITE);
	struct store *other = NULL;
	char path[160];
	char why[256] = "";
	make_sink(f);
	path_of(f, "a b", path);
	assert_int_equal(mkdir(path, 0700), 0);
	expect(f, 1, "sinks/a b is of no sink: remove it");
	assert_int_equal(rmdir(path), 0);
	path_of(f, "killed", path);
	assert_int_equal(mkdir(path, 0700), 0);
	expect(f, 0, "");
	path_of(f, "foreign", path);
	o.uuid[0] ^= 1;
	assert_int_equal(store_open(path, &o, &other, why), 0);
	store_close(other);
	expect(f, 1, "sink foreign: its notes cannot be opened: ");
	expect(f, 1, "belongs to another store; remove it");
	path_of(f, "killed/data.mdb", path);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (int i = 0; i < 8192; i++) {
		fputc('x', file);
	}
	assert_int_equal(fclose(file), 0);
	expect(f, 2, "sink killed: its notes cannot be opened: ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(taking_over_is_chained), TEST(body_of_taking_over), TEST(another_than_the_journal_says), TEST(from_one_that_was_not_it),
		TEST(notes_that_are_well), TEST(cursor_that_is_not), TEST(attempts_that_are_not), TEST(ends_that_are_not), TEST(environments_that_are_not),
	};
	return cmocka_run_group_tests_name("verify_sinks", tests, NULL, NULL);
}
