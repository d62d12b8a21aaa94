/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong under a store: a full map, a full disk, kill -9. It stays whole. */
#include "tests/unit/store_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "registry/store/journal.h"
#include "registry/store/runs.h"
#include "registry/store/verify.h"

static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){ 0 };
	fixture_make(&f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static void verify_is_clean(struct fixture *f, struct verify_report *report)
{
	assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, report), 0);
	assert_int_equal(report->faults, 0);
}

/* Batches of 100 until one does not fit; how many went in. */
static int fill(struct fixture *f, uint64_t *stored)
{
	int rc = 0;
	for (int batch = 0; rc == 0 && batch < 1000; batch++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		for (int i = 0; i < 100; i++) {
			char text[64];
			bool changed;
			snprintf(text, sizeof(text), "domain%06d.ch.", batch * 100 + i);
			struct delegation d = fixture_delegation(f, text, "one.net.", 1);
			delegation_put(t, f->crypto, &d, &changed);
		}
		rc = txn_commit(t);
		*stored += rc == 0 ? 100 : 0;
	}
	return rc;
}

static void test_full_map(void **state)
{
	struct fixture *f = *state;
	f->max_size = 1 << 20;
	fixture_open(f, STORE_WRITE);
	uint64_t stored = 0;
	assert_int_equal(fill(f, &stored), ERR_FULL);
	assert_true(stored > 500);
	struct verify_report report;
	verify_is_clean(f, &report);
	assert_int_equal(report.delegations, stored);
	/* The same store with room goes on. */
	fixture_close(f);
	f->max_size = 0;
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "more.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
	fixture_commit(t);
	verify_is_clean(f, &report);
	assert_int_equal(report.delegations, stored + 1);
}

/* A limit on the size of files stands for a full disk. */
static void test_full_disk(void **state)
{
	struct fixture *f = *state;
	int told[2];
	assert_int_equal(pipe(told), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit limit = { .rlim_cur = 1 << 20, .rlim_max = 1 << 20 };
		uint64_t stored = 0;
		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
			_exit(1);
		}
		fixture_open(f, STORE_WRITE);
		int rc = fill(f, &stored);
		bool ok = rc == ERR_FULL && write(told[1], &stored, sizeof(stored)) == sizeof(stored);
		_exit(ok ? 0 : 2);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	uint64_t stored = 0;
	assert_int_equal(read(told[0], &stored, sizeof(stored)), sizeof(stored));
	close(told[0]);
	close(told[1]);
	struct verify_report report;
	fixture_open(f, STORE_WRITE);
	verify_is_clean(f, &report);
	assert_true(stored > 500);
	assert_int_equal(report.delegations, stored);
}

/* No room from the start: a sentence, not a SIGBUS in the lock file. */
static void test_disk_full_from_the_start(void **state)
{
	struct fixture *f = *state;
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit limit = { .rlim_cur = 4096, .rlim_max = 4096 };
		struct store_options o = fixture_options(f, STORE_WRITE);
		struct store *s = NULL;
		char why[256] = "";
		signal(SIGXFSZ, SIG_IGN);
		bool ok = setrlimit(RLIMIT_FSIZE, &limit) == 0 && store_open(f->dir, &o, &s, why) == ERR_FULL &&
			strstr(why, "no room for the store in ") != NULL;
		_exit(ok ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fixture_open(f, STORE_WRITE);
}

/* Writes batches for ever: every change proposed in one batch with the delegation, released in the next; tells the number
 * of each batch that was committed. */
static void write_until_killed(struct fixture *f, int tell)
{
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run last = { 0 };
	int rc = run_last(t, &last);
	txn_abort(t);
	for (uint64_t batch = rc == 0 ? last.number : 0;; batch++) {
		struct run r = { .origin = fixture_name("ch."), .generation = 1 };
		t = fixture_begin(f, STORE_WRITE);
		if (run_new(t, &r) != 0) {
			_exit(1);
		}
		for (unsigned i = 0; i < 20; i++) {
			char text[64];
			snprintf(text, sizeof(text), "b%06u-%u.ch.", (unsigned)batch, i);
			struct delegation d = fixture_delegation(f, text, i % 2 == 0 ? "one.net." : "two.net.", 1);
			fixture_put(f, t, &d);
			struct change c = { .child = d.child, .class = CHANGE_DELETE, .generation = 1, .judged_at = FIXTURE_NOW,
				.ds_before = d.ds };
			if (journal_propose(t, f->crypto, FIXTURE_NOW, &c) != 0 ||
			    journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_RELEASED, REASON_NONE) != 0) {
				_exit(1);
			}
		}
		arena_reset(f->arena);
		if (txn_commit(t) != 0 || write(tell, &r.number, sizeof(r.number)) != sizeof(r.number)) {
			_exit(1);
		}
	}
}

static void nap_us(long microseconds)
{
	const struct timespec nap = { .tv_nsec = microseconds * 1000 };
	nanosleep(&nap, NULL);
}

/* kill -9 at any instant loses at most the batch that was open. */
static void test_killed_writer(void **state)
{
	struct fixture *f = *state;
	unsigned seed = 7;
	uint64_t committed = 0;
	for (int round = 0; round < 20; round++) {
		int told[2];
		assert_int_equal(pipe(told), 0);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			close(told[0]);
			write_until_killed(f, told[1]);
		}
		close(told[1]);
		uint64_t number;
		if (round % 2 == 0) {
			/* However slow this machine is, every other writer gets somewhere; the rest may die while opening. */
			assert_int_equal(read(told[0], &number, sizeof(number)), sizeof(number));
			assert_true(number == committed + 1);
			committed = number;
		}
		nap_us(1000 + rand_r(&seed) % 60000);
		assert_int_equal(kill(pid, SIGKILL), 0);
		int status;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		while (read(told[0], &number, sizeof(number)) == sizeof(number)) {
			assert_true(number == committed + 1);
			committed = number;
		}
		close(told[0]);
		struct verify_report report;
		fixture_open(f, STORE_WRITE);
		verify_is_clean(f, &report);
		/* Nothing that was committed is lost; one batch may have been, without having been told. */
		assert_true(report.runs == committed || report.runs == committed + 1);
		committed = report.runs;
		assert_int_equal(report.delegations, committed * 20);
		assert_int_equal(report.changes, committed * 20);
		assert_int_equal(report.events, committed * 40);
		fixture_close(f);
	}
	assert_true(committed >= 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_full_map),
		TEST(test_full_disk),
		TEST(test_disk_full_from_the_start),
		TEST(test_killed_writer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
