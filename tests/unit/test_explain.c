/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The explain command: what it says beside the decision itself, when the store has moved on since. */
#include "tests/unit/store_fixture.h"

#include <fcntl.h>
#include <getopt.h>

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/records.h"
#include "scanner/command.h"

/* What the command prints and its exit code. */
struct said {
	int code;
	char text[16384];
};

static void read_back(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);
	assert_true(n >= 0);
	text[n] = '\0';
}

/* The command's own would map a terabyte, which valgrind cannot. Linked in its place: --wrap. */
struct store *__wrap_command_open_store(const char *dir, enum store_mode mode, int *code);

struct store *__wrap_command_open_store(const char *dir, enum store_mode mode, int *code)
{
	struct fixture f = { .store = NULL };
	snprintf(f.dir, sizeof(f.dir), "%s", dir);
	fixture_open(&f, mode);
	*code = EXIT_OK;
	return f.store;
}

static struct said explain(struct fixture *f, const char *child, const char *more)
{
	struct said s = { .code = -1 };
	char path[96], words[5][96];
	char *argv[6] = { words[0], words[1], words[2], words[3], words[4], NULL };
	snprintf(words[0], sizeof(words[0]), "explain");
	snprintf(words[1], sizeof(words[1]), "--db");
	snprintf(words[2], sizeof(words[2]), "%s", f->dir);
	snprintf(words[3], sizeof(words[3]), "%s", child);
	snprintf(words[4], sizeof(words[4]), "%s", more == NULL ? "" : more);
	snprintf(path, sizeof(path), "%s/said", f->dir);
	/* One environment of a store in a process at a time. */
	fixture_close(f);
	fflush(stdout);
	int saved = dup(STDOUT_FILENO);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(saved >= 0 && fd >= 0);
	dup2(fd, STDOUT_FILENO);
	optind = 0;
	s.code = command_explain.run(&command_explain, more == NULL ? 4 : 5, argv);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	read_back(fd, s.text, sizeof(s.text));
	close(fd);
	fixture_open(f, STORE_WRITE);
	return s;
}

/* A child without any address, judged and recorded: NO_USABLE_SERVER. */
static void decide(struct fixture *f, struct txn *t, struct run *run, const struct delegation *d)
{
	struct evidence e = { .child = d->child, .began_ms = FIXTURE_NOW * 1000, .ended_ms = FIXTURE_NOW * 1000,
		.host_count = d->host_count };
	e.hosts = arena_array(f->arena, d->host_count, sizeof(*e.hosts));
	for (size_t i = 0; i < d->host_count; i++) {
		e.hosts[i] = (struct evidence_host){ .name = d->hosts[i].name, .status = EVIDENCE_HOST_NO_ADDRESS };
	}
	const struct policy *policy = policy_preset(POLICY_DEFAULT);
	const struct judge_input in = { .evidence = &e, .delegation = d, .rules = &policy->rules,
		.algorithms = algorithm_table_builtin(), .now = (uint32_t)FIXTURE_NOW };
	struct judged judged = { .evidence = &e, .delegation = d, .algorithms = in.algorithms, .now = in.now };
	struct finding finding;
	struct decision decision;
	bool again;
	assert_int_equal(evidence_encode(&e, f->arena, &judged.evidence_octets), 0);
	assert_int_equal(judge(f->crypto, &in, f->arena, &finding), 0);
	judged.finding = &finding;
	assert_int_equal(record_judged(t, f->crypto, run, policy, &judged, f->arena, &decision, &again), 0);
}

/* A run over origin (or one child of it) that decides d, if given, and ends in that state. */
static void run(struct fixture *f, const char *origin, const char *only, enum run_state state, const struct delegation *d)
{
	struct run r = { .generation = 1, .origin = fixture_name(origin), .began = FIXTURE_NOW };
	struct txn *t = fixture_begin(f, STORE_WRITE);
	if (only != NULL) {
		r.only = fixture_name(only);
	}
	assert_int_equal(run_new(t, &r), 0);
	if (d != NULL) {
		decide(f, t, &r, d);
	}
	if (state != RUN_OPEN) {
		assert_int_equal(run_finish(t, f->crypto, &r, state, FIXTURE_NOW + r.number), 0);
	}
	fixture_commit(t);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "ch.", 1);
	fixture_load(f, t, "li.", 1);
	struct delegation d = fixture_delegation(f, "child.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
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

static void never_decided(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(explain(f, "child.ch.", NULL).code, EXIT_RUNTIME);
	struct said s = explain(f, "nobody.ch.", NULL);
	assert_int_equal(s.code, EXIT_RUNTIME);
	assert_string_equal(s.text, "");
}

/* Only runs that did look at the child say that nothing changed since. */
static void runs_since(void **state)
{
	struct fixture *f = *state;
	struct delegation d = fixture_delegation(f, "child.ch.", "one.net.", 1);
	run(f, "ch.", NULL, RUN_FINISHED, &d);
	struct said s = explain(f, "child.ch.", NULL);
	assert_int_equal(s.code, EXIT_OK);
	assert_non_null(strstr(s.text, "case 1/1"));
	assert_non_null(strstr(s.text, "NS_NO_ADDRESS"));
	assert_null(strstr(s.text, "every run since"));
	run(f, "li.", NULL, RUN_FINISHED, NULL);
	run(f, "ch.", "other.ch.", RUN_FINISHED, NULL);
	run(f, "ch.", NULL, RUN_PARTIAL, NULL);
	run(f, "ch.", NULL, RUN_SUPERSEDED, NULL);
	assert_null(strstr(explain(f, "child.ch.", NULL).text, "every run since"));
	run(f, "ch.", NULL, RUN_FINISHED, &d);
	run(f, "li.", NULL, RUN_FINISHED, NULL);
	run(f, "ch.", NULL, RUN_OPEN, NULL);
	s = explain(f, "child.ch.", NULL);
	assert_non_null(strstr(s.text, "case 1/1"));
	assert_non_null(strstr(s.text, "the last one, run 6, ended"));
	/* For programs there is the record and nothing else. */
	s = explain(f, "child.ch.", "--json");
	assert_int_equal(s.text[0], '{');
	assert_int_equal(strcspn(s.text, "\n") + 1, strlen(s.text));
}

/* What is in force of an operator's word, and how to end it; an approval that the policy does not read is told of. */
static void words_in_force(void **state)
{
	static const struct {
		enum operator_word word;
		const char *says;
	} cases[] = {
		{ OPERATOR_CANCEL, "is refused until changes release takes that back" },
		{ OPERATOR_APPROVE, "The approval has no effect: bootstrap.methods of the policy has neither channel nor checked" },
		{ OPERATOR_CHALLENGE, "The token has no effect: bootstrap.methods of the policy does not have challenge" },
	};
	struct fixture *f = *state;
	struct delegation d = fixture_delegation(f, "child.ch.", "one.net.", 1);
	run(f, "ch.", NULL, RUN_FINISHED, &d);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_null(strstr(explain(f, "child.ch.", NULL).text, cases[i].says));
		struct child_state s;
		struct txn *t = fixture_begin(f, STORE_WRITE);
		assert_int_equal(state_get(t, &d.child, f->arena, &s), 0);
		s.word = cases[i].word;
		s.word_at = (uint32_t)FIXTURE_NOW;
		s.challenge_hash[0] = cases[i].word == OPERATOR_CHALLENGE;
		struct key key;
		struct slice octets;
		assert_int_equal(child_state_encode(&s, f->arena, &octets), 0);
		key_name(&d.child, &key);
		assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
		fixture_commit(t);
		assert_non_null(strstr(explain(f, "child.ch.", NULL).text, cases[i].says));
	}
}

/* A request that waits is told as it is by now, not as the stored decision left it: to people and to programs. */
static void window_by_now(void **state)
{
	struct fixture *f = *state;
	struct delegation d = fixture_delegation(f, "child.ch.", "one.net.", 1);
	run(f, "ch.", NULL, RUN_FINISHED, &d);
	assert_non_null(strstr(explain(f, "child.ch.", "--json").text, "\"window\":null"));
	struct child_state s;
	struct key key;
	struct slice octets;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	key_name(&d.child, &key);
	assert_int_equal(state_get(t, &d.child, f->arena, &s), 0);
	s.window = (struct window){ .began = 1799990000, .last_check = 1799995000, .last_seen = 1799996400, .checks = 2,
		.span_s = 5000 };
	assert_int_equal(child_state_encode(&s, f->arena, &octets), 0);
	assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
	fixture_commit(t);
	assert_non_null(strstr(explain(f, "child.ch.", "--json").text, "\"checks\":2,\"span_s\":5000"));
	assert_non_null(strstr(explain(f, "child.ch.", NULL).text, "2 of 3 checks, 83 min"));
}

static void delegation_that_is_gone(void **state)
{
	struct fixture *f = *state;
	struct delegation d = fixture_delegation(f, "child.ch.", "one.net.", 1);
	run(f, "ch.", NULL, RUN_FINISHED, &d);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(delegation_del(t, f->crypto, &d.child, FIXTURE_NOW), 0);
	fixture_commit(t);
	run(f, "ch.", NULL, RUN_FINISHED, NULL);
	struct said s = explain(f, "child.ch.", NULL);
	assert_non_null(strstr(s.text, "no longer delegated"));
	assert_null(strstr(s.text, "every run since"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(never_decided, setup, teardown),
		cmocka_unit_test_setup_teardown(runs_since, setup, teardown),
		cmocka_unit_test_setup_teardown(words_in_force, setup, teardown),
		cmocka_unit_test_setup_teardown(window_by_now, setup, teardown),
		cmocka_unit_test_setup_teardown(delegation_that_is_gone, setup, teardown),
	};
	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
