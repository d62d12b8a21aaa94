/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeder: what comes out of the store, how far ahead it is read, and what progress says after any crash. */
#include "tests/unit/scanner_fixture.h"

#include "scanner/pipeline/feed_set.h"

#define CREDITS 64

/* As the writer does it: one transaction, then the jobs are through. */
static void commit(struct fixture *f, struct feeder *feeder, struct run *run, struct job **jobs, size_t count)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (size_t i = 0; i < count; i++) {
		if (!jobs[i]->failed) {
			static enum reason warnings[] = { REASON_WARN_SIGNATURE_LIFETIME, REASON_DRIFT_DS_UNUSABLE };
			const struct decision d = { .reason = REASON_NOOP_NO_SIGNAL, .warning_count = 2, .warnings = warnings };
			feeder_decided(feeder, jobs[i], &d);
		}
	}
	assert_int_equal(feeder_progress(feeder, t, run), 0);
	assert_int_equal(run_put(t, run), 0);
	fixture_commit(t);
	for (size_t i = 0; i < count; i++) {
		feeder_done(feeder, jobs[i]);
	}
}

/* Feeds everything; the first labels in the order they came, a blank after each. To be freed. The child
 * called fails fails. */
static char *feed_all(struct fixture *f, struct run *run, const char *fails)
{
	struct feeder *feeder = open_feeder(f, run, CREDITS);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct job *job;
	while ((job = next_job(feeder)) != NULL) {
		char name[NAME_TEXT_SIZE];
		name_to_text(&job->delegation.child, name);
		name[strcspn(name, ".")] = '\0';
		fprintf(out, "%s ", name);
		job->failed = fails != NULL && strcmp(name, fails) == 0;
		commit(f, feeder, run, &job, 1);
	}
	assert_int_equal(feeder_error(feeder), 0);
	feeder_free(feeder);
	fclose(out);
	return text;
}

static size_t words(const char *text)
{
	size_t n = 0;
	for (; *text != '\0'; text++) {
		n += *text == ' ';
	}
	return n;
}

static void nothing_to_feed(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	struct run run = begin_run(f, "ch.", NULL);
	char *got = feed_all(f, &run, NULL);
	assert_string_equal(got, "");
	assert_int_equal(run.children, 0);
	free(got);
}

static void every_child_once(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 300);
	put_children(f, "b", "ch.", "two.net.", 1);
	put_children(f, "c", "ch.", "three.net.", 129);
	struct run run = begin_run(f, "ch.", NULL);
	char *got = feed_all(f, &run, NULL);
	assert_int_equal(words(got), 430);
	for (unsigned i = 0; i < 300; i++) {
		char name[16];
		snprintf(name, sizeof(name), "a%03u ", i);
		const char *at = strstr(got, name);
		assert_non_null(at);
		assert_null(strstr(at + 1, name));
	}
	assert_int_equal(run.children, 430);
	assert_int_equal(run.counts[REASON_NOOP_NO_SIGNAL], 430);
	assert_int_equal(run.warnings[REASON_WARN_SIGNATURE_LIFETIME], 430);
	assert_int_equal(run.warnings[REASON_DRIFT_DS_UNUSABLE], 430);
	free(got);
	/* The same run again has nothing left to do. */
	got = feed_all(f, &run, NULL);
	assert_string_equal(got, "");
	assert_int_equal(run.children, 430);
	free(got);
}

/* Children of another parent that use the same servers, and those of a parent below this one. */
static void other_parents_are_passed_over(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	put_parent(f, "li.");
	put_parent(f, "co.ch.");
	put_children(f, "l", "li.", "one.net.", 2100);
	put_children(f, "n", "co.ch.", "one.net.", 3);
	put_children(f, "a", "ch.", "one.net.", 2);
	/* Beside the loaded ones: a delegation whose name is deeper, but of ch. itself. */
	put_children(f, "d", "deep.ch.", "one.net.", 1);
	struct run run = begin_run(f, "ch.", NULL);
	char *got = feed_all(f, &run, NULL);
	assert_string_equal(got, "a000 a001 d000 ");
	assert_int_equal(run.children, 3);
	free(got);
	run = begin_run(f, "co.ch.", NULL);
	got = feed_all(f, &run, NULL);
	assert_string_equal(got, "n000 n001 n002 ");
	free(got);
}

static void only_one_child(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 5);
	struct run run = begin_run(f, "ch.", "a003.ch.");
	char *got = feed_all(f, &run, NULL);
	assert_string_equal(got, "a003 ");
	assert_int_equal(run.children, 1);
	free(got);
	/* No progress is kept: asked again it is fed again (and the store knows that it was decided). */
	got = feed_all(f, &run, NULL);
	assert_string_equal(got, "a003 ");
	free(got);
}

static void failed_child_is_fed_again(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 200);
	put_children(f, "b", "ch.", "two.net.", 3);
	struct run run = begin_run(f, "ch.", NULL);
	char *got = feed_all(f, &run, "a150");
	assert_int_equal(words(got), 203);
	free(got);
	assert_true(run.children >= 3 && run.children <= 153);
	uint64_t counted = run.children;
	got = feed_all(f, &run, NULL);
	assert_non_null(strstr(got, "a150 "));
	assert_null(strstr(got, "b000 "));
	assert_int_equal(words(got), 203 - counted);
	assert_int_equal(run.children, 203);
	assert_int_equal(run.counts[REASON_NOOP_NO_SIGNAL], 203);
	free(got);
}

/* A set whose children wait for a slow server holds up no other, and no more of it is out than its share. */
static void slow_set_holds_up_nobody(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "slow.net.", 400);
	put_children(f, "b", "ch.", "one.net.", 400);
	put_children(f, "c", "ch.", "two.net.", 400);
	struct run run = begin_run(f, "ch.", NULL);
	struct feeder *feeder = open_feeder(f, &run, CREDITS);
	struct job *slow[CREDITS];
	size_t held = 0, quick = 0;
	while (quick < 800) {
		struct job *job = next_job(feeder);
		assert_non_null(job);
		if (job == NULL) {
			break;
		}
		if (job->delegation.child.octets[1] == 'a') {
			assert_true(held < CREDITS);
			slow[held++] = job;
		} else {
			quick++;
			commit(f, feeder, &run, &job, 1);
		}
	}
	/* Now it is alone and may have all there is. */
	while (held < CREDITS) {
		slow[held++] = next_job(feeder);
		assert_non_null(slow[held - 1]);
	}
	bool finished = true;
	assert_null(feeder_pull(feeder, &finished));
	assert_false(finished);
	commit(f, feeder, &run, slow, held);
	size_t rest = 0;
	struct job *job;
	while ((job = next_job(feeder)) != NULL) {
		rest++;
		commit(f, feeder, &run, &job, 1);
	}
	assert_int_equal(rest, 400 - CREDITS);
	assert_int_equal(run.children, 1200);
	feeder_free(feeder);
}

/* Many sets of one child each: as many children can be out as there are credits, not as there are sets read at once. */
static void small_sets_fill_the_credits(void **state)
{
	struct fixture *f = *state;
	enum { SETS = 700 };
	static struct job *jobs[SETS];
	put_parent(f, "ch.");
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (unsigned i = 0; i < SETS; i++) {
		char child[64], zone[64];
		snprintf(child, sizeof(child), "a%03u.ch.", i);
		snprintf(zone, sizeof(zone), "op%03u.net.", i);
		struct delegation d = fixture_delegation(f, child, zone, 0);
		fixture_put(f, t, &d);
	}
	fixture_commit(t);
	struct run run = begin_run(f, "ch.", NULL);
	struct feeder *feeder = open_feeder(f, &run, 2048);
	for (unsigned i = 0; i < SETS; i++) {
		jobs[i] = next_job(feeder);
		assert_non_null(jobs[i]);
	}
	assert_null(next_job(feeder));
	commit(f, feeder, &run, jobs, SETS);
	assert_int_equal(run.children, SETS);
	feeder_free(feeder);
}

/* What is read ahead and not pulled: with many large sets it stays within the credits, at any moment. */
static void reading_ahead_is_bounded(void **state)
{
	struct fixture *f = *state;
	enum { SETS = 40, EACH = 40, BOUND = 240 };
	static struct job *jobs[SETS * EACH + 1];
	size_t count = 0, most = 0;
	put_parent(f, "ch.");
	for (unsigned i = 0; i < SETS; i++) {
		char prefix[16], zone[32];
		snprintf(prefix, sizeof(prefix), "s%02u-", i);
		snprintf(zone, sizeof(zone), "op%02u.net.", i);
		put_children(f, prefix, "ch.", zone, EACH);
	}
	struct run run = begin_run(f, "ch.", NULL);
	struct feeder *feeder = open_feeder(f, &run, BOUND);
	while ((jobs[count] = next_job(feeder)) != NULL) {
		size_t ahead = feeder_ahead(feeder);
		most = ahead > most ? ahead : most;
		assert_true(ahead <= BOUND);
		if (++count % 64 == 0) {
			commit(f, feeder, &run, jobs + count - 64, 64);
		}
	}
	assert_int_equal(count, SETS * EACH);
	assert_true(most > 0);
	commit(f, feeder, &run, jobs + count / 64 * 64, count % 64);
	assert_int_equal(run.children, SETS * EACH);
	feeder_free(feeder);
}

/* Stopped in the middle of everything: read ahead, pulled, decided and not committed. */
static void stop_leaves_nothing_behind(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 300);
	struct run run = begin_run(f, "ch.", NULL);
	for (unsigned i = 0; i < 20; i++) {
		struct feeder *feeder = open_feeder(f, &run, CREDITS);
		struct job *jobs[20];
		for (unsigned k = 0; k < i; k++) {
			jobs[k] = next_job(feeder);
		}
		feeder_stop(feeder);
		bool finished = false;
		assert_null(feeder_pull(feeder, &finished));
		assert_true(finished);
		for (unsigned k = 0; k < i; k++) {
			jobs[k]->failed = true;
			feeder_done(feeder, jobs[k]);
		}
		feeder_free(feeder);
	}
	feeder_free(NULL);
	assert_int_equal(run.children, 0);
}

/* ---- against a model */

#define SETS 5
#define CHILDREN_MAX 260

static const unsigned set_sizes[SETS] = { 1, 3, 40, 150, CHILDREN_MAX };

struct model {
	struct fixture *f;
	unsigned random;
	bool fed[SETS][CHILDREN_MAX];		/* by this process */
	bool decided[SETS][CHILDREN_MAX];	/* by this process, and committed */
	unsigned chunk_last[SETS][CHILDREN_MAX];	/* index of the last child of its chunk, as read this time */
	unsigned from[SETS];			/* what this process must feed: this one and all behind it */
};

static unsigned draw(struct model *m, unsigned below)
{
	m->random = m->random * 1103515245u + 12345u;
	return (m->random >> 16) % below;
}

/* "sS-NNN.ch." */
static void place_of(const struct name *child, unsigned *set, unsigned *i)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(child, text);
	assert_int_equal(sscanf(text, "s%u-%u.ch.", set, i), 2);
	assert_true(*set < SETS && *i < set_sizes[*set]);
}

static void note_fed(struct model *m, const struct job *job)
{
	unsigned set, i, last_set;
	place_of(&job->delegation.child, &set, &i);
	assert_false(m->fed[set][i]);
	assert_true(i >= m->from[set]);
	assert_true(i == m->from[set] || m->fed[set][i - 1]);
	m->fed[set][i] = true;
	place_of(&job->chunk->last, &last_set, &m->chunk_last[set][i]);
	assert_int_equal(last_set, set);
}

/* Where the next process begins: at the chunk of the first child that is not decided. */
static void predict(struct model *m)
{
	for (unsigned set = 0; set < SETS; set++) {
		unsigned first = m->from[set];
		while (first < set_sizes[set] && m->decided[set][first]) {
			first++;
		}
		unsigned from = first;
		while (from > m->from[set] && m->chunk_last[set][from - 1] >= first) {
			from--;
		}
		m->from[set] = from;
	}
}

static void commit_some(struct model *m, struct feeder *feeder, struct run *run, struct job **jobs, size_t *count)
{
	size_t n = *count == 0 ? 0 : 1 + draw(m, (unsigned)(*count < 20 ? *count : 20));
	struct job *batch[20];
	for (size_t i = 0; i < n; i++) {
		unsigned set, at;
		size_t which = draw(m, (unsigned)*count);
		batch[i] = jobs[which];
		jobs[which] = jobs[--*count];
		place_of(&batch[i]->delegation.child, &set, &at);
		batch[i]->failed = draw(m, 40) == 0;
		m->decided[set][at] = !batch[i]->failed;
	}
	commit(m->f, feeder, run, batch, n);
}

/* One process: feeds until all is done, or dies after some children. */
static bool live(struct model *m, uint64_t number, unsigned life)
{
	struct run run;
	struct txn *t = fixture_begin(m->f, STORE_READ);
	assert_int_equal(run_get(t, number, &run), 0);
	txn_abort(t);
	unsigned counted = 0, total = 0;
	for (unsigned set = 0; set < SETS; set++) {
		counted += m->from[set];
		total += set_sizes[set];
	}
	assert_int_equal(run.children, counted);
	assert_int_equal(run.counts[REASON_NOOP_NO_SIGNAL], counted);
	memset(m->fed, 0, sizeof(m->fed));
	memset(m->decided, 0, sizeof(m->decided));
	struct feeder *feeder = open_feeder(m->f, &run, CREDITS);
	struct job *jobs[CREDITS];
	size_t count = 0;
	bool finished = false;
	while (life-- > 0 && !(finished && count == 0)) {
		unsigned before = bell_count();
		struct job *job = count == CREDITS || finished ? NULL : feeder_pull(feeder, &finished);
		if (job != NULL) {
			note_fed(m, job);
			jobs[count++] = job;
		}
		if (job == NULL || draw(m, 20) == 0) {
			bool stuck = job == NULL && count == 0 && !finished;
			commit_some(m, feeder, &run, jobs, &count);
			if (stuck) {
				bell_wait(before);
			}
		}
	}
	/* kill -9 */
	feeder_stop(feeder);
	while (count > 0) {
		struct job *job = jobs[--count];
		job->failed = true;
		feeder_done(feeder, job);
	}
	feeder_free(feeder);
	predict(m);
	return counted == total;
}

static void crashes_against_a_model(void **state)
{
	struct fixture *f = *state;
	put_parent(f, "ch.");
	for (unsigned set = 0; set < SETS; set++) {
		char prefix[16], zone[32];
		snprintf(prefix, sizeof(prefix), "s%u-", set);
		snprintf(zone, sizeof(zone), "op%u.net.", set);
		put_children(f, prefix, "ch.", zone, set_sizes[set]);
	}
	for (unsigned seed = 1; seed <= 4; seed++) {
		struct model m = { .f = f, .random = seed };
		struct run run = begin_run(f, "ch.", NULL);
		unsigned lives = 1;
		while (!live(&m, run.number, 1 + draw(&m, 300))) {
			lives++;
			assert_true(lives < 500);
		}
		assert_true(lives > 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_to_feed, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(every_child_once, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(other_parents_are_passed_over, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(only_one_child, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(failed_child_is_fed_again, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(slow_set_holds_up_nobody, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(small_sets_fill_the_credits, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(reading_ahead_is_bounded, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(stop_leaves_nothing_behind, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(crashes_against_a_model, store_setup, store_teardown),
	};
	return cmocka_run_group_tests_name("feeder", tests, NULL, NULL);
}
