/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writer: what is told and counted of a batch, a child whose delegation changed meanwhile, a store that fails. */
#include "tests/unit/scanner_fixture.h"

#include "scanner/pipeline/writer.h"

struct heard {
	struct feeder *feeder;
	struct queue *through;
	unsigned decided, stale;
	bool in_store;			/* what was told was committed before */
	struct store *store;
};

static void on_decided(void *user, const struct decision *d, uint64_t sequence, struct slice evidence)
{
	struct heard *h = user;
	struct child_state state;
	struct txn *t = NULL;
	struct arena *arena = arena_new();
	h->decided++;
	h->stale += d->reason == REASON_STALE_INPUT;
	if (txn_begin(h->store, STORE_READ, &t) != 0 || state_get(t, &d->child, arena, &state) != 0
		|| state.last_sequence != sequence || evidence.size == 0) {
		h->in_store = false;
	}
	txn_abort(t);
	arena_free(arena);
}

static void on_done(void *user, struct job *job)
{
	struct heard *h = user;
	queue_push(h->through, &job->node);
}

/* As the judges leave it: no address, NO_USABLE_SERVER. */
static void judge_one(struct fixture *f, struct job *job)
{
	struct evidence *e = &job->evidence;
	e->child = job->delegation.child;
	e->began_ms = e->ended_ms = FIXTURE_NOW * 1000;
	e->host_count = job->delegation.host_count;
	e->hosts = arena_array(job->arena, e->host_count, sizeof(*e->hosts));
	for (size_t i = 0; i < e->host_count; i++) {
		e->hosts[i] = (struct evidence_host){ .name = job->delegation.hosts[i].name, .status = EVIDENCE_HOST_NO_ADDRESS };
	}
	job->now = (uint32_t)FIXTURE_NOW;
	const struct judge_input in = { .evidence = e, .delegation = &job->delegation,
		.rules = &policy_preset(POLICY_DEFAULT)->rules, .algorithms = algorithm_table_builtin(), .now = job->now };
	assert_int_equal(evidence_encode(e, job->arena, &job->evidence_octets), 0);
	assert_int_equal(judge(f->crypto, &in, job->arena, &job->finding), 0);
}

/* Not the built-in one, so that it is seen in the store. */
static const struct algorithm_table *own_table(void)
{
	static struct algorithm_table table;
	table = *algorithm_table_builtin();
	table.version = "2026-12-01 a table of these tests";
	return &table;
}

static struct writer *open_writer(struct fixture *f, struct heard *h, struct run *run)
{
	static struct policy_set policies;
	policies.policy = policy_preset(POLICY_DEFAULT);
	const struct writer_options o = { .store = f->store, .feeder = h->feeder, .policies = &policies,
		.algorithms = own_table(), .run = run, .batch = 8, .batch_ms = 20, .decided = on_decided, .done = on_done, .user = h };
	struct writer *w = NULL;
	assert_int_equal(writer_new(&o, &w), 0);
	return w;
}

/* Children of the run through the writer; those whose number is in stale have another delegation than the store. */
static void write_all(struct fixture *f, struct run *run, struct heard *h, const char *stale, uint64_t *children)
{
	struct job *job;
	uint64_t changes;
	h->store = f->store;
	h->in_store = true;
	h->through = queue_new();
	h->feeder = open_feeder(f, run, 64);
	struct writer *w = open_writer(f, h, run);
	while ((job = next_job(h->feeder)) != NULL) {
		judge_one(f, job);
		if (stale != NULL && job->delegation.child.octets[4] == stale[0]) {
			job->delegation.ds_state = DS_ABSENT;
			job->delegation.ds_ttl = 0;
			job->delegation.ds.count = 0;
		}
		queue_push(writer_queue(w), &job->node);
		struct job *back = (struct job *)queue_pop(h->through);
		assert_ptr_equal(back, job);
		feeder_done(h->feeder, back);
	}
	writer_counts(w, children, &changes);
	assert_int_equal(writer_error(w), 0);
	writer_free(w);
	feeder_free(h->feeder);
	queue_free(h->through);
}

static void told_after_the_commit(void **state)
{
	struct fixture *f = *state;
	struct heard h = { 0 };
	uint64_t children = 0;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 9);
	struct run run = begin_run(f, "ch.", NULL);
	write_all(f, &run, &h, NULL, &children);
	assert_int_equal(h.decided, 9);
	assert_true(h.in_store);
	assert_int_equal(children, 9);
	assert_int_equal(run.children, 9);
	assert_int_equal(run.counts[REASON_NS_NO_ADDRESS], 9);
	/* Each case has the table that the writer was given. */
	struct txn *t = fixture_begin(f, STORE_READ);
	for (uint64_t i = 1; i <= 9; i++) {
		struct stored_case c;
		struct algorithm_table table;
		assert_int_equal(case_get(t, run.number, i, f->arena, &c), 0);
		assert_int_equal(table_get(t, c.table, f->arena, &table), 0);
		assert_string_equal(table.version, own_table()->version);
	}
	txn_abort(t);
}

/* A child decided in this run before an interruption is through, counted, and not told again. */
static void again_is_counted_not_told(void **state)
{
	struct fixture *f = *state;
	struct heard h = { 0 };
	uint64_t children = 0;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 9);
	struct run run = begin_run(f, "ch.", "a004.ch.");
	write_all(f, &run, &h, NULL, &children);
	assert_int_equal(h.decided, 1);
	h.decided = 0;
	write_all(f, &run, &h, NULL, &children);
	assert_int_equal(h.decided, 0);
	assert_int_equal(children, 1);
}

/* STALE_INPUT is no decision: the run stays open for the child, and nothing is said of it. */
static void changed_delegation_is_not_decided(void **state)
{
	struct fixture *f = *state;
	struct heard h = { 0 };
	uint64_t children = 0;
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 9);
	struct run run = begin_run(f, "ch.", NULL);
	write_all(f, &run, &h, "4", &children);
	assert_int_equal(h.decided, 8);
	assert_int_equal(h.stale, 0);
	assert_int_equal(children, 8);
	assert_int_equal(run.counts[REASON_STALE_INPUT], 0);
	assert_true(run.children < 9);
	/* The next process of the run reads it anew and is through with it. */
	struct run resumed;
	struct txn *t = fixture_begin(f, STORE_READ);
	assert_int_equal(run_get(t, run.number, &resumed), 0);
	txn_abort(t);
	h.decided = 0;
	write_all(f, &resumed, &h, NULL, &children);
	assert_int_equal(h.decided, 1);
	assert_int_equal(resumed.children, 9);
}

/* A store that cannot be written: nothing is told, every job comes back as failed, and what it said is kept. */
static void store_that_fails(void **state)
{
	struct fixture *f = *state;
	struct heard h = { 0 };
	put_parent(f, "ch.");
	put_children(f, "a", "ch.", "one.net.", 3);
	struct run run = begin_run(f, "ch.", NULL);
	h.store = f->store;
	h.through = queue_new();
	h.feeder = open_feeder(f, &run, 64);
	struct run broken = run;
	broken.origin.size = 0; /* run_put refuses it */
	struct writer *w = open_writer(f, &h, &broken);
	struct job *job;
	while ((job = next_job(h.feeder)) != NULL) {
		judge_one(f, job);
		queue_push(writer_queue(w), &job->node);
		struct job *back = (struct job *)queue_pop(h.through);
		assert_true(back != NULL && back->failed);
		feeder_done(h.feeder, back);
	}
	assert_int_equal(h.decided, 0);
	assert_int_not_equal(writer_error(w), 0);
	writer_free(w);
	writer_free(NULL);
	feeder_free(h.feeder);
	queue_free(h.through);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(told_after_the_commit, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(again_is_counted_not_told, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(changed_delegation_is_not_decided, store_setup, store_teardown),
		cmocka_unit_test_setup_teardown(store_that_fails, store_setup, store_teardown),
	};
	return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
