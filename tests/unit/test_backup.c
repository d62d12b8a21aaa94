/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backups, stores made of them, and the baseline that these begin with. */
#include "tests/unit/crowd.h"

#include <sys/stat.h>

#include "registry/store/backup.h"
#include "registry/store/baseline.h"
#include "registry/store/db.h"
#include "registry/store/key.h"

static const struct operator_order restore_order = { .action = OPERATOR_DO_RESTORE, .who = "anna", .why = "disk lost",
	.now = FIXTURE_NOW + DAY };

static void path_of(const struct crowd *w, const char *what, char out[96])
{
	snprintf(out, 96, "%s/%s", w->f.dir, what);
}

static void back_up(struct crowd *w, const char *what, struct backup_report *report)
{
	char path[96];
	char why[256];
	path_of(w, what, path);
	if (store_backup(w->f.store, path, w->now, report, why) != 0) {
		fail_msg("%s", why);
	}
}

static int restore(struct crowd *w, const char *from, const char *to, const struct operator_order *o,
	struct backup_report *report, char why[256])
{
	char source[96];
	char target[96];
	path_of(w, from, source);
	path_of(w, to, target);
	return store_restore(source, target, FIXTURE_MAP, w->f.crypto, o, NULL, report, why);
}

/* The store of w is the one in this directory from here on. */
static void change_to(struct crowd *w, const char *what)
{
	char path[96];
	path_of(w, what, path);
	const struct store_options o = { .mode = STORE_WRITE, .must_exist = true, .max_size = FIXTURE_MAP };
	char why[256];
	fixture_close(&w->f);
	if (store_open(path, &o, &w->f.store, why) != 0) {
		fail_msg("%s", why);
	}
}

static void id_of(struct crowd *w, uint64_t number, char id[CHANGE_ID_TEXT])
{
	change_id_text(w->f.store, number, id);
}

static bool accepts(struct crowd *w, const char **refusal)
{
	const struct operator_order o = { .action = OPERATOR_DO_BASELINE, .who = "anna", .why = "compared", .now = w->now };
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	int rc = baseline_accept(t, w->f.crypto, &o, refusal);
	fixture_commit(t);
	assert_true(rc == 0 || rc == ERR_CONFLICT);
	return rc == 0;
}

static bool in_baseline(struct crowd *w)
{
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	bool on = baseline_is_on(t);
	txn_abort(t);
	return on;
}

/* a backup is read like a store, and nothing is written to it: it would give its ids again. */
static void test_a_backup_is_only_read(void **state)
{
	struct crowd *w = *state;
	struct backup_report report;
	char why[256];
	char path[96];
	run_asking(w, 0, 0, 5, 1, 2);
	back_up(w, "backup", &report);
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(journal_head(t, &sequence, hash), 0);
	txn_abort(t);
	assert_int_equal(report.sequence, sequence);
	assert_memory_equal(report.hash, hash, sizeof(hash));
	path_of(w, "backup", path);
	struct store *s = NULL;
	struct store_options o = { .mode = STORE_WRITE, .must_exist = true, .max_size = FIXTURE_MAP };
	assert_int_equal(store_open(path, &o, &s, why), ERR_STORE);
	assert_non_null(strstr(why, "is a backup"));
	o.mode = STORE_READ;
	assert_int_equal(store_open(path, &o, &s, why), 0);
	struct verify_report verified;
	assert_int_equal(store_verify(s, w->f.crypto, NULL, NULL, NULL, &verified), 0);
	assert_true(verified.faults == 0 && verified.changes == 5);
	store_close(s);
	/* The store itself goes on. */
	run_asking(w, HOUR, 5, 5, 1, 2);
	assert_int_equal(exportable(w), 10);
}

/* Neither a directory that is there, nor one left by a copy that was cut short, is written into. */
static void test_a_backup_wants_a_new_directory(void **state)
{
	struct crowd *w = *state;
	struct backup_report report;
	char why[256];
	char path[96];
	back_up(w, "backup", &report);
	path_of(w, "backup", path);
	assert_int_equal(store_backup(w->f.store, path, w->now, &report, why), ERR_CONFLICT);
	assert_non_null(strstr(why, "is there already"));
	path_of(w, "other.partial", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_of(w, "other", path);
	assert_int_equal(store_backup(w->f.store, path, w->now, &report, why), ERR_IO);
	assert_non_null(strstr(why, "cut short"));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(restore(w, "backup", "backup", &restore_order, &report, why), ERR_CONFLICT);
	assert_int_equal(restore(w, "none", "new", &restore_order, &report, why), ERR_NOTFOUND);
	path_of(w, "new.partial", path);
	assert_int_equal(access(path, F_OK), -1);
	const struct operator_order nobody = { .action = OPERATOR_DO_RESTORE, .who = "", .why = "x", .now = w->now };
	assert_int_equal(restore(w, "backup", "new", &nobody, &report, why), ERR_ARG);
	path_of(w, "new", path);
	assert_int_equal(access(path, F_OK), -1);
}

/* changes that had not left are withdrawn, one that had is kept, and no id is given twice: not to what the lost store
 * did after the backup, and not by a second store made of the same one. */
static void test_a_restored_store_has_an_epoch_of_its_own(void **state)
{
	struct crowd *w = *state;
	struct backup_report report;
	char why[256];
	char before[CHANGE_ID_TEXT];
	char lost[CHANGE_ID_TEXT];
	char now[CHANGE_ID_TEXT];
	run_asking(w, 0, 0, 5, 1, 2);
	id_of(w, 1, before);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, 1, EVENT_CLAIMED, REASON_NONE), 0);
	fixture_commit(t);
	back_up(w, "backup", &report);
	run_asking(w, HOUR, 5, 5, 1, 2);
	id_of(w, report.sequence + 1, lost);
	struct backup_report restored;
	assert_int_equal(restore(w, "backup", "new", &restore_order, &restored, why), 0);
	assert_true(restored.withdrawn == 4 && restored.left == 1 && restored.sequence == report.sequence + 5);
	change_to(w, "new");
	struct store_identity i;
	store_identity(w->f.store, &i);
	assert_true(i.epoch >= restore_order.now);
	const uint32_t epoch = i.epoch;
	id_of(w, 1, now);
	assert_string_equal(now, before);
	id_of(w, report.sequence + 1, now);
	assert_string_not_equal(now, lost);
	uint64_t number;
	assert_int_equal(change_id_parse(w->f.store, lost, &number), ERR_CONFLICT);
	assert_int_equal(change_id_parse(w->f.store, now, &number), 0);
	assert_int_equal(number, report.sequence + 1);
	assert_int_equal(change_id_parse(w->f.store, before, &number), 0);
	/* The clock stands still, or is behind what it was, and yet: another one, and another one in each store. */
	back_up(w, "again", &report);
	const struct operator_order behind = { .action = OPERATOR_DO_RESTORE, .who = "anna", .why = "x", .now = FIXTURE_NOW };
	assert_int_equal(restore(w, "again", "newer", &restore_order, &restored, why), 0);
	assert_int_equal(restore(w, "again", "twin", &restore_order, &restored, why), 0);
	assert_int_equal(restore(w, "again", "third", &behind, &restored, why), 0);
	assert_int_equal(restore(w, "again", "fourth", &behind, &restored, why), 0);
	static const char *const stores[] = { "newer", "twin", "third", "fourth" };
	uint32_t epochs[4];
	for (size_t k = 0; k < 4; k++) {
		change_to(w, stores[k]);
		store_identity(w->f.store, &i);
		assert_true(i.epoch > epoch);
		epochs[k] = i.epoch;
		id_of(w, 1, now);
		assert_string_equal(now, before);
		for (size_t m = 0; m < k; m++) {
			assert_int_not_equal(epochs[m], epochs[k]);
		}
	}
	struct verify_report verified;
	assert_int_equal(store_verify(w->f.store, w->f.crypto, NULL, NULL, NULL, &verified), 0);
	assert_int_equal(verified.faults, 0);
}

static struct child_state remembered(struct crowd *w, const char *child)
{
	struct name name = fixture_name(child);
	struct child_state s;
	struct txn *t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(state_get(t, &name, w->f.arena, &s), 0);
	txn_abort(t);
	return s;
}

/* what let something happen before the backup lets nothing happen after it: windows, approvals, tokens, what was to be undone,
 * and what was seen of the parent, or a delete that was published since would pass for somebody's removal. What keeps a child from
 * being changed is kept. */
static void test_what_a_restore_forgets(void **state)
{
	struct crowd *w = *state;
	struct fixture *f = &w->f;
	struct backup_report report;
	char why[256];
	const uint32_t at = (uint32_t)w->now;
	const struct ds_set one = { .count = 1, .ds = &(struct ds){ .tag = 1, .algorithm = 13, .digest_type = 2, .size = 32 } };
	const struct child_state states[] = {
		{ .word = OPERATOR_APPROVE, .word_at = at, .window = { .began = at, .last_check = at, .checks = 2, .span_s = 200000 } },
		{ .word = OPERATOR_CHALLENGE, .word_at = at, .challenge_hash = { 1 }, .settled = at },
		{ .word = OPERATOR_CANCEL, .word_at = at, .suspended = SUSPENDED_BY_OPERATOR | SUSPENDED_BY_REMOVAL },
		{ .ds_known = true, .ds_seen = one, .published_known = true, .ds_published = one, .suspended = SUSPENDED_BY_REMOVAL },
		{ .rollback = { .state = ROLLBACK_WANTED, .at = at, .change = 1, .undone = one }, .word = OPERATOR_CANCEL },
		{ .rollback = { .state = ROLLBACK_DONE, .at = at, .change = 1, .undone = one } },
	};
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (unsigned i = 0; i < 6000; i++) {
		char text[32];
		snprintf(text, sizeof(text), "s%04u.ch.", i);
		struct name name = fixture_name(text);
		struct child_state s = states[i % 6];
		struct slice octets;
		struct key key;
		s.last_reason = REASON_NOOP_IN_SYNC;
		key_name(&name, &key);
		assert_int_equal(child_state_encode(&s, f->arena, &octets), 0);
		assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
		arena_reset(f->arena);
	}
	fixture_commit(t);
	back_up(w, "backup", &report);
	assert_int_equal(restore(w, "backup", "new", &restore_order, &report, why), 0);
	change_to(w, "new");
	static const enum operator_word words[] = { OPERATOR_NONE, OPERATOR_NONE, OPERATOR_CANCEL, OPERATOR_NONE, OPERATOR_CANCEL };
	for (unsigned i = 0; i < 6000; i++) {
		char text[32];
		snprintf(text, sizeof(text), "s%04u.ch.", i);
		struct child_state s = remembered(w, text);
		assert_int_equal(s.word, i % 6 == 5 ? OPERATOR_NONE : words[i % 6]);
		assert_true(s.window.began == 0 && s.window.checks == 0 && s.settled == 0 && s.challenge_hash[0] == 0);
		assert_true(!s.ds_known && s.ds_seen.count == 0 && !s.published_known && s.ds_published.count == 0);
		assert_int_equal(s.suspended, states[i % 6].suspended);
		assert_int_equal(s.rollback.state, i % 6 == 5 ? ROLLBACK_DONE : ROLLBACK_NONE);
		assert_int_equal(s.last_reason, REASON_NOOP_IN_SYNC);
		arena_reset(f->arena);
	}
}

/* A-33, HOLD_BASELINE: a full run only records, whatever asks for; accepted, each goes out with a new probe and not without. */
static void test_the_baseline_only_records(void **state)
{
	struct crowd *w = *state;
	struct backup_report report;
	const char *refusal;
	char why[256];
	run_asking(w, 0, 0, 5, 1, 2);
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(journal_event(t, w->f.crypto, w->now, 1, EVENT_CLAIMED, REASON_NONE), 0);
	fixture_commit(t);
	assert_int_equal(exportable(w), 5);
	back_up(w, "backup", &report);
	assert_int_equal(restore(w, "backup", "new", &restore_order, &report, why), 0);
	change_to(w, "new");
	w->now = restore_order.now;
	assert_true(in_baseline(w));
	assert_int_equal(exportable(w), 0);	/* what was claimed neither */
	assert_false(accepts(w, &refusal));
	assert_non_null(strstr(refusal, "no full scan"));
	run_asking(w, HOUR, 10, 7, 1, 3);
	assert_true(w->run.released == 0 && w->run.recorded == 7);
	assert_int_equal(count_in(w, EVENT_HELD, REASON_HOLD_BASELINE), 7);
	struct txn *first = fixture_begin(&w->f, STORE_READ);
	struct name child = fixture_name("c010.ch.");
	struct change c;
	assert_int_equal(change_of_child(first, &child, w->f.arena, &c), 0);
	txn_abort(first);
	assert_int_equal(held_for(w, c.number), REASON_HOLD_BASELINE);
	/* Asking again does not let it out, nor does an operator's release. */
	run_asking(w, HOUR, 10, 7, 1, 3);
	assert_true(w->run.released == 0 && w->run.recorded == 7 && exportable(w) == 0);
	assert_true(accepts(w, &refusal));
	assert_false(in_baseline(w));
	assert_int_equal(exportable(w), 0);
	assert_false(accepts(w, &refusal));
	assert_non_null(strstr(refusal, "there is no baseline"));
	run_asking(w, HOUR, 10, 6, 1, 3);
	assert_true(w->run.released == 6 && w->run.recorded == 1);
	assert_int_equal(exportable(w), 6);
}

/* first_run: record. An empty store has nothing to accept; a run over one child is no full one, nor is one that broke off. */
static void test_a_new_store_may_begin_so(void **state)
{
	struct crowd *w = *state;
	const char *refusal;
	struct txn *t = fixture_begin(&w->f, STORE_WRITE);
	assert_false(baseline_is_on(t));
	assert_int_equal(baseline_begin(t, BASELINE_FIRST_RUN, w->now), 0);
	struct baseline b;
	assert_int_equal(baseline_get(t, &b), 0);
	assert_true(b.why == BASELINE_FIRST_RUN && b.since == w->now && b.run == 0);
	fixture_commit(t);
	begin_run(w);
	ask(w, 1, 2);
	w->run.only = fixture_name("c001.ch.");
	end_run(w);
	assert_false(accepts(w, &refusal));
	begin_run(w);
	ask(w, 2, 2);
	t = fixture_begin(&w->f, STORE_WRITE);
	assert_int_equal(run_finish(t, w->f.crypto, &w->run, RUN_PARTIAL, w->now), 0);
	struct name origin;
	assert_int_equal(baseline_unwalked(t, &b, &origin), 0);
	struct name ch = fixture_name("ch.");
	assert_true(name_equal(&origin, &ch));
	fixture_commit(t);
	assert_false(accepts(w, &refusal));
	run_asking(w, HOUR, 3, 1, 1, 2);
	t = fixture_begin(&w->f, STORE_READ);
	assert_int_equal(baseline_unwalked(t, &b, &origin), ERR_NOTFOUND);
	txn_abort(t);
	assert_int_equal(exportable(w), 0);
	assert_true(accepts(w, &refusal));
}

/* Of a store in which nothing was loaded nobody can say what it would do. */
static void test_nothing_loaded_nothing_accepted(void **state)
{
	(void)state;
	struct fixture f = { 0 };
	const struct operator_order o = { .action = OPERATOR_DO_BASELINE, .who = "anna", .why = "x", .now = FIXTURE_NOW };
	const struct operator_order nobody = { .action = OPERATOR_DO_BASELINE, .who = "anna", .why = "", .now = FIXTURE_NOW };
	const char *refusal;
	fixture_make(&f);
	fixture_open(&f, STORE_WRITE);
	struct txn *t = fixture_begin(&f, STORE_WRITE);
	assert_int_equal(baseline_begin(t, BASELINE_FIRST_RUN, FIXTURE_NOW), 0);
	assert_int_equal(baseline_accept(t, f.crypto, &o, &refusal), ERR_CONFLICT);
	assert_non_null(strstr(refusal, "nothing was recorded"));
	assert_int_equal(baseline_accept(t, f.crypto, &nobody, &refusal), ERR_ARG);
	fixture_commit(t);
	fixture_end(&f);
}

/* A backup that was tampered with makes no store. */
static void test_an_unsound_backup_is_refused(void **state)
{
	struct crowd *w = *state;
	struct backup_report report;
	char why[256];
	char path[96];
	run_asking(w, 0, 0, 5, 1, 2);
	back_up(w, "backup", &report);
	path_of(w, "backup/data.mdb", path);
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	static uint8_t octets[1 << 22];
	size_t size = fread(octets, 1, sizeof(octets), file);
	/* The name of a child in the body of its PROPOSED event: the chain tells. */
	bool found = false;
	for (size_t i = 0; i + 9 < size; i++) {
		if (memcmp(octets + i, "\x04" "c001\x02" "ch", 8) == 0) {
			octets[i + 4] = '9';
			found = true;
		}
	}
	assert_true(found);
	rewind(file);
	assert_int_equal(fwrite(octets, 1, size, file), size);
	fclose(file);
	assert_int_equal(restore(w, "backup", "new", &restore_order, &report, why), ERR_STORE);
	assert_non_null(strstr(why, "not sound"));
	path_of(w, "new", path);
	assert_int_equal(access(path, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_backup_is_only_read, crowd_setup, crowd_teardown),
		cmocka_unit_test_setup_teardown(test_a_backup_wants_a_new_directory, crowd_setup, crowd_teardown),
		cmocka_unit_test_setup_teardown(test_a_restored_store_has_an_epoch_of_its_own, crowd_setup, crowd_teardown),
		cmocka_unit_test_setup_teardown(test_what_a_restore_forgets, crowd_setup, crowd_teardown),
		cmocka_unit_test_setup_teardown(test_the_baseline_only_records, crowd_setup, crowd_teardown),
		cmocka_unit_test_setup_teardown(test_a_new_store_may_begin_so, crowd_setup, crowd_teardown),
		cmocka_unit_test(test_nothing_loaded_nothing_accepted),
		cmocka_unit_test_setup_teardown(test_an_unsound_backup_is_refused, crowd_setup, crowd_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
