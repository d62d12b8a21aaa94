/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sinks remember: each in an environment of its own, and which one is of record in the store. */
#include "tests/unit/journal_fixture.h"

#include "registry/store/db.h"
#include "registry/store/sinkdb.h"

static struct store *open_sink(struct fixture *f, const char *name, enum store_mode mode)
{
	struct store *s = NULL;
	char why[256] = "";
	int rc = sinkdb_open(f->store, name, mode, &s, why);
	if (rc != 0) {
		fail_msg("%s: %d, %s", name, rc, why);
	}
	return s;
}

static struct txn *begin(struct store *s, enum store_mode mode)
{
	struct txn *t = NULL;
	assert_int_equal(txn_begin(s, mode, &t), 0);
	return t;
}

static void names(void **state)
{
	static const char *const bad[] = { "", ".", "..", "a/b", "a b", "a.b", "\xc3\xa9", "a23456789012345678901234567890123" };
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(sinkdb_is_name(bad[i]));
	}
	assert_true(sinkdb_is_name("a2345678901234567890123456789012"));
	assert_true(sinkdb_is_name("Hidden_1-b"));
}

static void is_made_when_written(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char why[256] = "";
	assert_int_equal(sinkdb_open(f->store, "hidden", STORE_READ, &s, why), ERR_NOTFOUND);
	assert_int_equal(sinkdb_open(f->store, "a/b", STORE_WRITE, &s, why), ERR_ARG);
	assert_null(s);
	store_close(open_sink(f, "hidden", STORE_WRITE));
	assert_int_equal(sinkdb_open(f->store, "other", STORE_READ, &s, why), ERR_NOTFOUND);
	store_close(open_sink(f, "hidden", STORE_READ));
}

/* That of another store would tell of other changes. */
static void belongs_to_its_store(void **state)
{
	struct fixture *f = *state;
	struct store_options o = fixture_options(f, STORE_WRITE);
	struct store *s = NULL;
	char dir[96];
	char why[256] = "";
	store_close(open_sink(f, "first", STORE_WRITE));
	o.uuid[0] ^= 1;
	snprintf(dir, sizeof(dir), "%s/sinks/hidden", f->dir);
	assert_int_equal(store_open(dir, &o, &s, why), 0);
	store_close(s);
	s = NULL;
	assert_int_equal(sinkdb_open(f->store, "hidden", STORE_WRITE, &s, why), ERR_CONFLICT);
	assert_null(s);
	assert_non_null(strstr(why, "sinks/hidden belongs to another store"));
}

static void cursor(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_sink(f, "reader", STORE_WRITE);
	struct txn *t = begin(s, STORE_WRITE);
	struct sink_cursor c = { .sequence = 77 };
	assert_int_equal(sink_cursor_get(t, &c), ERR_NOTFOUND);
	assert_int_equal(c.sequence, 77);
	memset(c.hash, 5, sizeof(c.hash));
	assert_int_equal(sink_cursor_put(t, &c), 0);
	assert_int_equal(txn_commit(t), 0);
	t = begin(s, STORE_READ);
	struct sink_cursor again = { 0 };
	assert_int_equal(sink_cursor_get(t, &again), 0);
	assert_memory_equal(&again, &c, sizeof(c));
	txn_abort(t);
	store_close(s);
}

static void attempts(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_sink(f, "hidden", STORE_WRITE);
	struct txn *t = begin(s, STORE_WRITE);
	struct sink_attempt a = { .change = 300, .trouble = TROUBLE_REFUSED, .count = 3, .first = 10, .last = 30, .next = 40,
		.generation = 9, .words = "it said \x07 no\xff" };
	struct sink_attempt b = { 0 };
	assert_int_equal(sink_attempt_get(t, 300, &b), ERR_NOTFOUND);
	assert_int_equal(sink_attempt_del(t, 300), 0);
	assert_int_equal(sink_attempt_put(t, &a), 0);
	a.change = 2;
	a.trouble = TROUBLE_WAITS;
	memset(a.words, 0, sizeof(a.words));
	assert_int_equal(sink_attempt_put(t, &a), 0);
	assert_int_equal(txn_commit(t), 0);
	t = begin(s, STORE_WRITE);
	assert_int_equal(sink_attempt_next(t, 0, &b), 0);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(sink_attempt_next(t, 3, &b), 0);
	assert_int_equal(b.change, 300);
	assert_int_equal(b.trouble, TROUBLE_REFUSED);
	assert_string_equal(b.words, "it said ? no?");
	assert_int_equal(sink_attempt_next(t, 301, &b), ERR_NOTFOUND);
	assert_int_equal(sink_attempt_del(t, 300), 0);
	assert_int_equal(sink_attempt_get(t, 300, &b), ERR_NOTFOUND);
	assert_int_equal(txn_commit(t), 0);
	store_close(s);
	for (int i = 1; i < SINK_TROUBLES; i++) {
		assert_non_null(sink_trouble_text((enum sink_trouble)i));
	}
}

/* What it is, and how its exports have ended. */
static void about(void **state)
{
	struct fixture *f = *state;
	struct store *s = open_sink(f, "hidden", STORE_WRITE);
	struct sink_about a = { .kind = "webhook", .is_along = true, .taken_at = 5, .well_at = 6, .failed_at = 7, .words = "no\tanswer" };
	struct sink_about b = { .taken_at = 9 };
	struct txn *t = begin(s, STORE_WRITE);
	assert_int_equal(sink_about_get(t, &b), ERR_NOTFOUND);
	assert_true(b.taken_at == 9);
	assert_int_equal(sink_about_put(t, &a), 0);
	assert_int_equal(txn_commit(t), 0);
	t = begin(s, STORE_READ);
	assert_int_equal(sink_about_get(t, &b), 0);
	txn_abort(t);
	assert_string_equal(b.kind, "webhook");
	assert_string_equal(b.words, "no?answer");
	assert_true(b.is_along && b.taken_at == 5 && b.well_at == 6 && b.failed_at == 7);
	t = begin(s, STORE_WRITE);
	a.kind[0] = '\0';
	assert_int_equal(sink_about_put(t, &a), ERR_ARG);
	txn_abort(t);
	store_close(s);
}

/* Octets that are none of ours stop the transaction instead of being taken for something. */
static void damage(void **state)
{
	static const uint8_t junk[] = { 1, 9 };
	const struct slice value = { .data = junk, .size = sizeof(junk) };
	static const uint8_t number[8] = { 0, 0, 0, 0, 0, 0, 0, 5 };
	struct fixture *f = *state;
	struct store *s = open_sink(f, "hidden", STORE_WRITE);
	struct sink_attempt a;
	struct sink_cursor c;
	struct sink_of_record r;
	struct txn *t = begin(s, STORE_WRITE);
	assert_int_equal(db_put(t, DB_CHANGE, (struct slice){ .data = number, .size = 8 }, value), 0);
	assert_int_equal(db_put(t, DB_META, (struct slice){ .data = (const uint8_t *)"cursor", .size = 6 }, value), 0);
	assert_int_equal(db_put(t, DB_META, (struct slice){ .data = (const uint8_t *)"sink", .size = 4 }, value), 0);
	assert_int_equal(db_put(t, DB_META, (struct slice){ .data = (const uint8_t *)"about", .size = 5 }, value), 0);
	assert_int_equal(txn_commit(t), 0);
	t = begin(s, STORE_WRITE);
	assert_int_equal(sink_attempt_get(t, 5, &a), ERR_FORMAT);
	assert_int_equal(txn_commit(t), ERR_FORMAT);
	t = begin(s, STORE_READ);
	assert_int_equal(sink_cursor_get(t, &c), ERR_FORMAT);
	txn_abort(t);
	t = begin(s, STORE_READ);
	assert_int_equal(sink_of_record_get(t, &r), ERR_FORMAT);
	txn_abort(t);
	struct sink_about b;
	t = begin(s, STORE_READ);
	assert_int_equal(sink_about_get(t, &b), ERR_FORMAT);
	txn_abort(t);
	store_close(s);
}

static void of_record(void **state)
{
	struct fixture *f = *state;
	struct sink_of_record r = { .name = "hidden", .since = 5 };
	struct sink_of_record again = { .since = 8 };
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(sink_of_record_get(t, &again), ERR_NOTFOUND);
	assert_int_equal(again.since, 8);
	assert_int_equal(sink_of_record_put(t, &r), 0);
	assert_int_equal(sink_of_record_get(t, &again), 0);
	assert_memory_equal(&again, &r, sizeof(r));
	r = (struct sink_of_record){ .name = "epp", .since = 9, .before = "hidden", .who = "anna", .why = "moved" };
	assert_int_equal(sink_of_record_put(t, &r), 0);
	assert_int_equal(sink_of_record_get(t, &again), 0);
	assert_memory_equal(&again, &r, sizeof(r));
	snprintf(r.name, sizeof(r.name), "a/b");
	assert_int_equal(sink_of_record_put(t, &r), ERR_ARG);
	txn_abort(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names), TEST(is_made_when_written), TEST(belongs_to_its_store), TEST(cursor), TEST(attempts), TEST(about), TEST(damage),
		TEST(of_record),
	};
	return cmocka_run_group_tests_name("sinkdb", tests, NULL, NULL);
}
