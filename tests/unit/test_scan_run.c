/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The run of a scan: which open run is gone on with, which ends, which is left alone. */
#include "tests/unit/store_fixture.h"

#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/scan_private.h"

struct row {
	const char *name;
	/* The open run: over this generation, of the one child, by this policy. */
	uint64_t generation;
	const char *only;
	const char *policy;
	/* The scan that comes, over generation 2. */
	const char *new_only;
	const char *new_policy;
	bool other_table;		/* of the scan that comes; the open run is by the built-in one */
	bool resumed;
	enum run_state fate;		/* of the open run when it is not resumed */
};

static const struct row rows[] = {
	{ "the same again", 2, NULL, "bcp", NULL, "bcp", false, true, RUN_OPEN },
	{ "the same child again", 2, "a.ch.", "bcp", "a.ch.", "bcp", false, true, RUN_OPEN },
	{ "the parent has changed", 1, NULL, "bcp", NULL, "bcp", false, false, RUN_SUPERSEDED },
	{ "the parent has changed, and now one child", 1, NULL, "bcp", "a.ch.", "bcp", false, false, RUN_SUPERSEDED },
	{ "another policy", 2, NULL, "bcp", NULL, "auth-only", false, false, RUN_SUPERSEDED },
	{ "another algorithm table", 2, NULL, "bcp", NULL, "bcp", true, false, RUN_SUPERSEDED },
	{ "a look at one child by another table", 2, NULL, "bcp", "a.ch.", "bcp", true, false, RUN_OPEN },
	{ "a look at one child between", 2, NULL, "bcp", "a.ch.", "bcp", false, false, RUN_OPEN },
	{ "a look at one child by another policy", 2, NULL, "bcp", "a.ch.", "auth-only", false, false, RUN_OPEN },
	{ "another child", 2, "a.ch.", "bcp", "b.ch.", "bcp", false, false, RUN_OPEN },
	{ "all children contain one", 2, "a.ch.", "bcp", NULL, "bcp", false, false, RUN_SUPERSEDED },
};

static const struct config no_config;

static struct scan scan_of(struct fixture *f, struct scan_options *o, const char *only, const char *policy)
{
	memset(o, 0, sizeof(*o));
	o->source.path = "zone";
	o->db = f->dir;
	o->config = &no_config;
	o->quiet = true;
	if (only != NULL) {
		o->only = fixture_name(only);
	}
	struct scan s = { .options = o, .store = f->store, .crypto = f->crypto, .arena = f->arena,
		.policies = { .policy = policy_preset(policy) }, .algorithms = algorithm_table_builtin() };
	s.generation = (struct generation){ .number = 2, .origin = fixture_name("ch.") };
	return s;
}

static void put_open(struct fixture *f, const struct row *row, struct run *open)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	*open = (struct run){ .generation = row->generation, .origin = fixture_name("ch."), .began = FIXTURE_NOW, .children = 7 };
	if (row->only != NULL) {
		open->only = fixture_name(row->only);
	}
	assert_int_equal(policy_put(t, f->crypto, policy_preset(row->policy), open->policy), 0);
	assert_int_equal(table_put(t, f->crypto, algorithm_table_builtin(), open->table), 0);
	assert_int_equal(run_new(t, open), 0);
	fixture_commit(t);
}

static enum run_state state_of(struct fixture *f, uint64_t number)
{
	struct run r;
	struct txn *t = fixture_begin(f, STORE_READ);
	assert_int_equal(run_get(t, number, &r), 0);
	txn_abort(t);
	return r.state;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	static const char *const children[] = { "a.ch.", "b.ch.", "c.li." };
	fixture_load(f, t, "ch.", 2);
	fixture_load(f, t, "li.", 1);
	for (size_t i = 0; i < 3; i++) {
		struct delegation d = fixture_delegation(f, children[i], "one.net.", 1);
		fixture_put(f, t, &d);
	}
	fixture_commit(t);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

static void fates_of_open_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *own = NULL;
		setup(&own);
		struct fixture *f = own;
		struct run open;
		struct scan_options o;
		put_open(f, &rows[i], &open);
		struct scan s = scan_of(f, &o, rows[i].new_only, rows[i].new_policy);
		struct algorithm_table other = *algorithm_table_builtin();
		other.version = "2026-12-01 another";
		s.algorithms = rows[i].other_table ? &other : s.algorithms;
		int code = scan_open_run(&s);
		bool as_told = code == EXIT_OK && s.resumed == rows[i].resumed && (s.run.number == open.number) == s.resumed
			&& s.began_with == (s.resumed ? 7u : 0u) && state_of(f, open.number) == rows[i].fate;
		if (!as_told) {
			fail_msg("%s: code %d, resumed %d, run %d", rows[i].name, code, s.resumed, (int)state_of(f, open.number));
		}
		teardown(&own);
	}
}

/* An interrupted run over all children, a look at one, and the run over all goes on. */
static void look_between_two_halves(void **state)
{
	struct fixture *f = *state;
	struct run open;
	struct scan_options o;
	put_open(f, &rows[0], &open);
	struct scan s = scan_of(f, &o, "a.ch.", "bcp");
	assert_int_equal(scan_open_run(&s), EXIT_OK);
	assert_false(s.resumed);
	assert_int_equal(scan_close_run(&s, RUN_FINISHED), EXIT_OK);
	assert_int_equal(state_of(f, s.run.number), RUN_FINISHED);
	s = scan_of(f, &o, NULL, "bcp");
	assert_int_equal(scan_open_run(&s), EXIT_OK);
	assert_true(s.resumed);
	assert_int_equal(s.run.number, open.number);
}

/* --only of another parent in the same store, or of nobody: no run is begun. */
static void only_of_this_parent(void **state)
{
	struct fixture *f = *state;
	static const char *const not_ours[] = { "c.li.", "nobody.ch.", "ch.", "x.a.ch." };
	for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
		struct scan_options o;
		struct run r;
		struct scan s = scan_of(f, &o, not_ours[i], "bcp");
		assert_int_equal(scan_open_run(&s), EXIT_RUNTIME);
		struct txn *t = fixture_begin(f, STORE_READ);
		assert_int_equal(run_last(t, &r), ERR_NOTFOUND);
		txn_abort(t);
	}
}

/* the exit code says that somebody has to look, in this run and in those after it until he has. */
static void brake_ends_with_6(void **state)
{
	struct fixture *f = *state;
	struct scan_options o;
	struct policy strict = *policy_preset("bcp");
	strict.brakes[BRAKE_UPDATE] = (struct brake_limit){ .count = 1 };
	struct scan s = scan_of(f, &o, NULL, "bcp");
	s.policies.policy = &strict;
	assert_int_equal(scan_open_run(&s), EXIT_OK);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (unsigned i = 0; i < 2; i++) {
		struct delegation d = fixture_delegation(f, i == 0 ? "a.ch." : "b.ch.", "one.net.", 1);
		struct ds ds = fixture_ds(2);
		struct name hosts[2] = { d.hosts[0].name, d.hosts[1].name };
		struct change c = { .child = d.child, .class = CHANGE_SWAP, .run = s.run.number, .generation = 2,
			.judged_at = FIXTURE_NOW, .ds_before = d.ds, .ds_after = { .count = 1, .ds = &ds }, .ns_count = 2,
			.ns_before = hosts };
		assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	}
	fixture_commit(t);
	assert_int_equal(scan_close_run(&s, RUN_FINISHED), EXIT_BRAKE);
	assert_true(s.run.braked == 2 && s.run.released == 0 && EXIT_BRAKE == 6);
	s = scan_of(f, &o, NULL, "bcp");
	assert_int_equal(scan_open_run(&s), EXIT_OK);
	assert_int_equal(scan_close_run(&s, RUN_PARTIAL), EXIT_BRAKE);
	/* A look at another child does not answer for them. */
	s = scan_of(f, &o, "c.ch.", "bcp");
	t = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "c.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
	fixture_commit(t);
	assert_int_equal(scan_open_run(&s), EXIT_OK);
	assert_int_equal(scan_close_run(&s, RUN_FINISHED), EXIT_OK);
}

#define DAY UINT64_C(86400)
#define NOW (UINT64_C(20000) * DAY)

/* T-26: what is believed of a clock by the newest run, and until when things are removed by it. */
static void clock_that_leaps(void **state)
{
	(void)state;
	static const struct {
		uint64_t last;
		bool believed;		/* without a word of the operator */
		uint64_t remove_by;
	} leaps[] = {
		{ 0, true, NOW },
		{ NOW, true, NOW },
		{ NOW + 300 * DAY, true, NOW },
		{ NOW - 7 * DAY, true, NOW },
		{ NOW - 7 * DAY - 1, false, NOW - 1 },
		{ NOW - 300 * DAY, false, NOW - 293 * DAY },
		{ 1, false, 1 + 7 * DAY },
	};
	for (size_t i = 0; i < sizeof(leaps) / sizeof(leaps[0]); i++) {
		struct scan_clock c = { .known = true, .last = leaps[i].last };
		assert_int_equal(scan_clock_is_believed(&c, NOW), leaps[i].believed);
		assert_int_equal(scan_clock_to_remove_by(&c, NOW), leaps[i].remove_by);
		/* Whoever says that it is right goes on, and removes no more than that. */
		c.is_right = true;
		assert_true(scan_clock_is_believed(&c, NOW));
		assert_int_equal(scan_clock_to_remove_by(&c, NOW), leaps[i].remove_by);
	}
	const struct scan_clock unknown = { .is_right = true };
	assert_false(scan_clock_is_believed(&unknown, NOW));
	assert_int_equal(scan_clock_to_remove_by(&unknown, NOW), 0);
}

static void put_ended(struct fixture *f, uint64_t began, uint64_t ended)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = { .generation = 2, .origin = fixture_name("ch."), .began = began, .ended = ended, .state = RUN_FINISHED };
	assert_int_equal(run_new(t, &r), 0);
	fixture_commit(t);
}

/* T-26: by the newest run of the store, and by the same one for each parent of a command. */
static void clock_of_a_store(void **state)
{
	struct fixture *f = *state;
	struct scan_options o;
	struct scan_clock c = { .known = false };
	struct scan s = scan_of(f, &o, NULL, "bcp");
	uint64_t now = clock_unix_s();
	o.clock = &c;
	assert_int_equal(scan_check_clock(&s), EXIT_OK);
	assert_int_equal(c.last, 0);
	put_ended(f, now - 30 * DAY, now - 6 * DAY);
	c.known = false;
	assert_int_equal(scan_check_clock(&s), EXIT_OK);
	assert_int_equal(c.last, now - 6 * DAY);
	put_ended(f, now - 8 * DAY, 0);
	c.known = false;
	assert_int_equal(scan_check_clock(&s), EXIT_RUNTIME);
	assert_int_equal(c.last, now - 8 * DAY);
	c = (struct scan_clock){ .is_right = true };
	assert_int_equal(scan_check_clock(&s), EXIT_OK);
	/* The next parent: what the first one's run wrote is no witness. */
	put_ended(f, now, now);
	assert_int_equal(scan_check_clock(&s), EXIT_OK);
	assert_int_equal(scan_clock_to_remove_by(&c, now), now - DAY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fates_of_open_runs),
		cmocka_unit_test_setup_teardown(look_between_two_halves, setup, teardown),
		cmocka_unit_test_setup_teardown(brake_ends_with_6, setup, teardown),
		cmocka_unit_test_setup_teardown(only_of_this_parent, setup, teardown),
		cmocka_unit_test(clock_that_leaps),
		cmocka_unit_test_setup_teardown(clock_of_a_store, setup, teardown),
	};
	return cmocka_run_group_tests_name("scan_run", tests, NULL, NULL);
}
