/* SPDX-License-Identifier: GPL-3.0-or-later */
/* changes export to a sink that reads along: every change that was released, in order, at least once; the journal is not
 * touched. */
#include "tests/unit/export_fixture.h"

static void reads_along(void **state)
{
	struct crowd *w = *state;
	const char *conf = reader(w);
	run_asking(w, HOUR, 0, 3, 1, 2);
	uint64_t head = head_of(w);
	assert_int_equal(EXPORT(w, "reader", .config = conf, .dry_run = true), EXIT_OK);
	PUTS(0, 1, 2);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	PUTS(0, 1, 2);
	assert_int_equal(head_of(w), head);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(put_count, 0);
	/* What has gone its way already is told, too. */
	run_asking(w, HOUR, 3, 1, 1, 2);
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	PUTS(3);
	/* What is old, or was withdrawn, is no news. */
	run_asking(w, HOUR, 4, 2, 1, 2);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, change_of(w, 4).number, EVENT_WITHDRAWN, REASON_STALE_INPUT), 0);
	fixture_commit(t);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	PUTS(5);
	run_asking(w, HOUR, 6, 1, 1, 2);
	w->now += DAY;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(put_count, 0);
}

/* What waits holds up what comes behind it; what is refused does not. */
static void order_stays(void **state)
{
	struct crowd *w = *state;
	const char *conf = reader(w);
	run_asking(w, HOUR, 0, 5, 1, 2);
	answers[1] = SINK_REFUSED;
	answers[2] = SINK_WAITS;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_RUNTIME);
	PUTS(0, 1, 2, 3);		/* the answer comes one put later */
	assert_int_equal(attempt_of(w, "reader", 1)->trouble, TROUBLE_REFUSED);
	assert_int_equal(attempt_of(w, "reader", 2)->trouble, TROUBLE_WAITS);
	(void)EXPORT(w, "reader", .config = conf);
	assert_int_equal(put_count, 0);
	answers[2] = SINK_APPLIED;
	w->now++;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	PUTS(2, 3, 4);
	assert_null(attempt_of(w, "reader", 2));
	answers[1] = SINK_APPLIED;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(put_count, 0);
	assert_int_equal(EXPORT(w, "reader", .config = conf, .again = true), EXIT_OK);
	PUTS(1);
	assert_null(attempt_of(w, "reader", 1));
	/* A line that is cut: the same again from there. */
	run_asking(w, HOUR, 5, 3, 1, 2);
	put_fails_at = 2;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_RUNTIME);
	PUTS(5, 6);
	put_fails_at = 0;
	w->now++;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	PUTS(6, 7);
}

/* A journal that was restored may have other events where the sink has read. */
static void another_journal(void **state)
{
	struct crowd *w = *state;
	const char *conf = reader(w);
	struct store *notes;
	struct sink_cursor c;
	struct txn *t;
	char why[256];
	run_asking(w, HOUR, 0, 2, 1, 2);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(sinkdb_open(w->f.store, "reader", STORE_WRITE, &notes, why), 0);
		assert_int_equal(txn_begin(notes, STORE_WRITE, &t), 0);
		assert_int_equal(sink_cursor_get(t, &c), 0);
		assert_int_equal(c.sequence, head_of(w));
		c.hash[0] ^= i == 0;
		c.sequence += i == 1;
		assert_int_equal(sink_cursor_put(t, &c), 0);
		assert_int_equal(txn_commit(t), 0);
		store_close(notes);
		assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_RUNTIME);
		assert_int_equal(EXPORT(w, "reader", .config = conf, .follow = true), EXIT_RUNTIME);
		assert_int_equal(put_count, 0);
		assert_int_equal(EXPORT(w, "reader", .config = conf, .again = true), EXIT_OK);
		PUTS(0, 1);
	}
}

static struct sink_about about(struct crowd *w, const char *sink)
{
	struct sink_about a = { .kind = "none" };
	struct store *notes = NULL;
	struct txn *t;
	char why[256];
	if (sinkdb_open(w->f.store, sink, STORE_READ, &notes, why) == 0) {
		assert_int_equal(txn_begin(notes, STORE_READ, &t), 0);
		int rc = sink_about_get(t, &a);
		assert_true(rc == 0 || rc == ERR_NOTFOUND);
		txn_abort(t);
	}
	store_close(notes);
	return a;
}

/* How exports end is noted for those who ask: when the target took something last, when all was well, when it was not and why. */
static void how_it_ended(void **state)
{
	struct crowd *w = *state;
	const char *conf = reader(w);
	run_asking(w, HOUR, 0, 2, 1, 2);
	const uint64_t first = w->now;
	assert_int_equal(EXPORT(w, "fake", .dry_run = true), EXIT_OK);
	assert_string_equal(about(w, "fake").kind, "none");
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	struct sink_about a = about(w, "fake");
	assert_string_equal(a.kind, "fake");
	assert_true(!a.is_along && a.taken_at == first && a.well_at == first && a.failed_at == 0);
	w->now += 5;
	assert_int_equal(EXPORT(w, "fake"), EXIT_OK);
	a = about(w, "fake");
	assert_true(a.taken_at == first && a.well_at == first + 5 && a.failed_at == 0);
	w->now += 5;
	new_fails = 1;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	a = about(w, "fake");
	assert_true(a.taken_at == first && a.well_at == first + 5 && a.failed_at == first + 10);
	assert_string_equal(a.words, "nobody answers");
	/* What is refused was not taken; that the target answers is well all the same. */
	run_asking(w, HOUR, 2, 1, 1, 2);
	answers[2] = SINK_REFUSED;
	assert_int_equal(EXPORT(w, "fake"), EXIT_RUNTIME);
	a = about(w, "fake");
	assert_true(a.taken_at == first && a.well_at == w->now);
	/* One that may not export has not failed. */
	assert_int_equal(EXPORT(w, "asking"), EXIT_USAGE);
	assert_string_equal(about(w, "asking").kind, "none");
	answers[2] = SINK_TAKEN;
	put_fails_at = 2;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_RUNTIME);
	a = about(w, "reader");
	assert_true(a.is_along && a.taken_at == w->now && a.well_at == 0 && a.failed_at == w->now);
	assert_string_equal(a.words, "the line is cut");
	verify(w);
}

/* A sink of lines: in the order of the events, though it is composed in another one; up to a freeze, and without what was
 * withdrawn. */
static void lines_along(void **state)
{
	struct crowd *w = *state;
	char conf[96];
	snprintf(conf, sizeof(conf), "%s/conf", w->f.dir);
	FILE *f = fopen(conf, "w");
	assert_non_null(f);
	fputs("sinks:\n  - { name: reader, kind: lines, record: no }\n", f);
	assert_int_equal(fclose(f), 0);
	w->now += HOUR;
	begin_run(w);
	for (unsigned i = 5; i > 0; i--) {
		(void)ask(w, i, 2);
	}
	end_run(w);
	assert_true(change_of(w, 5).number < change_of(w, 1).number);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, change_of(w, 4).number, EVENT_WITHDRAWN, REASON_STALE_INPUT), 0);
	fixture_commit(t);
	uint64_t head = head_of(w);
	write_fails_at = 1;
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_RUNTIME);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(written_count, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(written[i], i < 3 ? i + 1 : 5);
	}
	assert_int_equal(composed[4], 5);
	assert_int_equal(composed[7], 1);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(written_count, 4);
	assert_int_equal(head_of(w), head);
	/* A freeze begins behind the release. */
	run_asking(w, HOUR, 6, 1, 1, 2);
	w->policy.freeze_count = 1;
	w->policy.freezes[0] = (struct freeze){ .from_min = 0, .to_min = 7 * 24 * 60 - 1 };
	run_asking(w, HOUR, 7, 0, 1, 2);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(written_count, 4);
	w->policy.freeze_count = 0;
	run_asking(w, HOUR, 7, 0, 1, 2);
	assert_int_equal(EXPORT(w, "reader", .config = conf), EXIT_OK);
	assert_int_equal(written_count, 5);
	assert_int_equal(written[4], 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = { CASE(reads_along), CASE(order_stays), CASE(another_journal),
		CASE(how_it_ended), CASE(lines_along) };
	return cmocka_run_group_tests_name("export along", tests, NULL, NULL);
}
