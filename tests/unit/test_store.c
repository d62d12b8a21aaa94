/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The environment: opened, refused with a sentence, locked, copied. */
#include "tests/unit/store_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "registry/store/db.h"
#include "registry/store/identity.h"
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

/* Opens dir and expects an error and a sentence with these words. */
static void refuse(struct fixture *f, const char *dir, enum store_mode mode, int expected, const char *words)
{
	struct store_options o = fixture_options(f, mode);
	struct store *s = NULL;
	char why[256] = "";
	int rc = store_open(dir, &o, &s, why);
	if (rc != expected || s != NULL || strstr(why, words) == NULL) {
		fail_msg("%s: %d, \"%s\" instead of %d, \"%s\"", dir, rc, why, expected, words);
	}
}

static void path_in(const struct fixture *f, const char *file, char path[512])
{
	snprintf(path, 512, "%s/%s", f->dir, file);
}

static void write_file(const char *path, const void *data, size_t size)
{
	FILE *to = fopen(path, "wb");
	assert_non_null(to);
	assert_int_equal(fwrite(data, 1, size, to), size);
	assert_int_equal(fclose(to), 0);
}

static void test_identity(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	struct store_identity i;
	store_identity(f->store, &i);
	assert_string_equal(i.uuid, "00112233-4455-6677-8899-aabbccddeeff");
	assert_int_equal(i.epoch, 1);
	assert_int_equal(i.format, STORE_FORMAT);
	assert_string_equal(store_dir(f->store), f->dir);
	fixture_close(f);
	/* It is made once. */
	struct store_options o = fixture_options(f, STORE_WRITE);
	memset(o.uuid, 0xff, sizeof(o.uuid));
	char why[256];
	assert_int_equal(store_open(f->dir, &o, &f->store, why), 0);
	store_identity(f->store, &i);
	assert_string_equal(i.uuid, "00112233-4455-6677-8899-aabbccddeeff");
}

static void test_makes_its_directory(void **state)
{
	struct fixture *f = *state;
	char path[512];
	path_in(f, "new", path);
	struct store_options o = fixture_options(f, STORE_WRITE);
	struct store *s = NULL;
	char why[256];
	assert_int_equal(store_open(path, &o, &s, why), 0);
	store_close(s);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	fixture_remove_files(path);
	assert_int_equal(rmdir(path), 0);
	path_in(f, "a/b", path);
	refuse(f, path, STORE_WRITE, ERR_IO, "the directory above it does not exist");
}

static void test_refusals(void **state)
{
	struct fixture *f = *state;
	char path[512];
	path_in(f, "absent", path);
	refuse(f, path, STORE_READ, ERR_NOTFOUND, "no store in ");
	refuse(f, path, STORE_READ, ERR_NOTFOUND, "run cdswalk scan --db ");
	refuse(f, f->dir, STORE_READ, ERR_NOTFOUND, "run cdswalk scan --db ");
	refuse(f, "", STORE_READ, ERR_ARG, "--db DIR");
	/* Who only changes what is there makes no store, either. */
	struct store_options changing = fixture_options(f, STORE_WRITE);
	changing.must_exist = true;
	char why[256] = "";
	assert_int_equal(store_open(path, &changing, &f->store, why), ERR_NOTFOUND);
	assert_non_null(strstr(why, "run cdswalk scan --db "));
	assert_int_equal(store_open(f->dir, &changing, &f->store, why), ERR_NOTFOUND);
	/* Asking left nothing behind. */
	assert_int_equal(rmdir(f->dir), 0);
	assert_int_equal(mkdir(f->dir, 0700), 0);

	path_in(f, "file", path);
	write_file(path, "x", 1);
	refuse(f, path, STORE_READ, ERR_IO, "is not a directory");
	refuse(f, path, STORE_WRITE, ERR_IO, "is not a directory");

	path_in(f, "data.mdb", path);
	char text[8192];
	memset(text, 'x', sizeof(text));
	write_file(path, text, sizeof(text));
	refuse(f, f->dir, STORE_READ, ERR_STORE, "is not a cdswalk store");
	refuse(f, f->dir, STORE_WRITE, ERR_STORE, "is not a cdswalk store");
	write_file(path, text, 0);
	refuse(f, f->dir, STORE_READ, ERR_NOTFOUND, "run cdswalk scan --db ");
	/* An empty file is what a creation that was killed leaves: it is made again. */
	fixture_open(f, STORE_WRITE);
}

static void test_unwritable_directory(void **state)
{
	struct fixture *f = *state;
	if (geteuid() == 0) {
		/* Nothing is unwritable for root: become nobody in a child. */
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			struct store_options o = fixture_options(f, STORE_WRITE);
			struct store *s = NULL;
			char why[256] = "";
			bool ok = setuid(65534) == 0 && store_open(f->dir, &o, &s, why) == ERR_IO &&
				strstr(why, "cannot ") != NULL && strstr(why, "Permission denied") != NULL;
			_exit(ok ? 0 : 1);
		}
		int status;
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		return;
	}
	assert_int_equal(chmod(f->dir, 0500), 0);
	refuse(f, f->dir, STORE_WRITE, ERR_IO, "cannot write to ");
	assert_int_equal(chmod(f->dir, 0700), 0);
}

static void put_identity(struct fixture *f, const uint8_t octets[IDENTITY_OCTETS])
{
	static const uint8_t name[] = { 's', 't', 'o', 'r', 'e' };
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct slice value = { .data = octets, .size = IDENTITY_OCTETS };
	assert_int_equal(db_put(t, DB_META, (struct slice){ .data = name, .size = sizeof(name) }, value), 0);
	fixture_commit(t);
	fixture_close(f);
}

static void test_newer_format(void **state)
{
	struct fixture *f = *state;
	struct store_options o = fixture_options(f, STORE_WRITE);
	uint8_t octets[IDENTITY_OCTETS];
	identity_encode(&o, octets);
	octets[4] = STORE_FORMAT + 1;
	put_identity(f, octets);
	refuse(f, f->dir, STORE_READ, ERR_VERSION, "was made by a newer cdswalk (format 5); upgrade this program");
	refuse(f, f->dir, STORE_WRITE, ERR_VERSION, "was made by a newer cdswalk (format 5); upgrade this program");
}

static void test_damaged_identity(void **state)
{
	struct fixture *f = *state;
	uint8_t octets[IDENTITY_OCTETS] = { 0 };
	put_identity(f, octets);
	refuse(f, f->dir, STORE_WRITE, ERR_STORE, "is damaged");
}

static void test_cut_short(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (int i = 0; i < 20000; i++) {
		char text[64];
		snprintf(text, sizeof(text), "domain%06d.ch.", i);
		struct delegation d = fixture_delegation(f, text, "one.net.", 1);
		fixture_put(f, t, &d);
	}
	fixture_commit(t);
	fixture_close(f);
	char path[512];
	path_in(f, "data.mdb", path);
	assert_int_equal(truncate(path, 16384), 0);
	refuse(f, f->dir, STORE_READ, ERR_STORE, "is cut short");
	refuse(f, f->dir, STORE_WRITE, ERR_STORE, "is cut short");
}

static void test_read_beside_write(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	struct txn *w = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 1);
	fixture_put(f, w, &d);
	struct txn *r = fixture_begin(f, STORE_READ);
	struct delegation back;
	assert_int_equal(delegation_get(r, &d.child, f->arena, &back), ERR_NOTFOUND);
	fixture_commit(w);
	assert_int_equal(delegation_get(r, &d.child, f->arena, &back), ERR_NOTFOUND);
	fixture_commit(r);
	r = fixture_begin(f, STORE_READ);
	assert_int_equal(delegation_get(r, &d.child, f->arena, &back), 0);
	fixture_commit(r);
	txn_abort(NULL);
}

static void test_error_is_sticky(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "ch.", 1);
	struct generation g = { .number = 1 };
	assert_int_equal(generation_put(t, &g), ERR_ARG);
	struct name ch = fixture_name("ch.");
	assert_int_equal(generation_get(t, &ch, &g), ERR_ARG);
	assert_int_equal(txn_error(t), ERR_ARG);
	assert_int_equal(txn_commit(t), ERR_ARG);
	t = fixture_begin(f, STORE_READ);
	assert_int_equal(generation_get(t, &ch, &g), ERR_NOTFOUND);
	fixture_commit(t);
	/* An aborted transaction leaves nothing either. */
	t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, "ch.", 1);
	txn_abort(t);
	t = fixture_begin(f, STORE_READ);
	assert_int_equal(generation_get(t, &ch, &g), ERR_NOTFOUND);
	fixture_commit(t);
}

static void test_seek(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct slice key;
	struct slice value;
	struct key k;
	const struct slice none = { 0 };
	assert_int_equal(db_seek(t, DB_RUN, none, &key, &value), ERR_NOTFOUND);
	assert_int_equal(db_seek_last(t, DB_RUN, none, &key, &value), ERR_NOTFOUND);
	for (uint64_t i = 10; i <= 30; i += 10) {
		key_u64(i, &k);
		assert_int_equal(db_put(t, DB_RUN, key_slice(&k), key_slice(&k)), 0);
	}
	static const struct {
		uint64_t at;
		uint64_t seek;		/* 0: not found */
		uint64_t seek_last;
	} cases[] = { { 1, 10, 0 }, { 10, 10, 0 }, { 11, 20, 10 }, { 20, 20, 10 }, { 30, 30, 20 }, { 31, 0, 30 } };
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t got = 0;
		key_u64(cases[i].at, &k);
		int rc = db_seek(t, DB_RUN, key_slice(&k), &key, &value);
		assert_int_equal(rc, cases[i].seek == 0 ? ERR_NOTFOUND : 0);
		assert_true(rc != 0 || (key_to_u64(key, &got) == 0 && got == cases[i].seek));
		rc = db_seek_last(t, DB_RUN, key_slice(&k), &key, &value);
		assert_int_equal(rc, cases[i].seek_last == 0 ? ERR_NOTFOUND : 0);
		assert_true(rc != 0 || (key_to_u64(key, &got) == 0 && got == cases[i].seek_last));
	}
	assert_int_equal(txn_error(t), 0);
	/* What is appended is never rewritten, nor put in between. */
	key_u64(20, &k);
	assert_int_equal(db_append(t, DB_RUN, key_slice(&k), key_slice(&k)), ERR_CONFLICT);
	assert_int_equal(txn_commit(t), ERR_CONFLICT);
}

static void test_walk_lock(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	char why[256] = "";
	int to_child[2];
	int to_parent[2];
	assert_int_equal(pipe(to_child) | pipe(to_parent), 0);
	fixture_close(f);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char go;
		close(to_child[1]);
		fixture_open(f, STORE_WRITE);
		int rc = store_lock_walk(f->store, why);
		bool told = write(to_parent[1], rc == 0 ? "1" : "0", 1) == 1;
		/* Ends when the parent does, and without giving the lock back itself. */
		_exit(told && read(to_child[0], &go, 1) >= 0 ? 0 : 1);
	}
	char answer = 0;
	assert_int_equal(read(to_parent[0], &answer, 1), 1);
	assert_int_equal(answer, '1');
	fixture_open(f, STORE_WRITE);
	assert_int_equal(store_lock_walk(f->store, why), ERR_BUSY);
	char expected[64];
	snprintf(expected, sizeof(expected), "(process %ld)", (long)pid);
	assert_non_null(strstr(why, "is in use by another walk"));
	assert_non_null(strstr(why, expected));
	/* A killed walk holds nothing. */
	assert_int_equal(kill(pid, SIGKILL), 0);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(store_lock_walk(f->store, why), 0);
	assert_int_equal(store_lock_walk(f->store, why), 0);
	close(to_child[0]);
	close(to_child[1]);
	close(to_parent[0]);
	close(to_parent[1]);
}

/* Somebody who holds the lock from another PID namespace cannot be seen by LMDB's reader table. */
static void test_other_namespace(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	fixture_close(f);
	char path[512];
	path_in(f, "walk.lock", path);
	write_file(path, "77 pid:[1]\n", 11);
	/* Nobody holds it: an old note. */
	fixture_open(f, STORE_READ);
	fixture_close(f);
	fixture_open(f, STORE_WRITE);
	char why[256];
	assert_int_equal(store_lock_walk(f->store, why), 0);
	write_file(path, "77 pid:[1]\n", 11);
	if (access("/proc/self/ns/pid", F_OK) == 0) {
		refuse(f, f->dir, STORE_READ, ERR_BUSY, "another PID namespace");
	}
}

/* A walk that begins has the lock before its note is there; and who only looks has it for a moment. */
static void test_beginning_walk(void **state)
{
	struct fixture *f = *state;
	const struct timespec moment = { .tv_nsec = 50000000 };
	char own[64] = "";
	if (readlink("/proc/self/ns/pid", own, sizeof(own) - 1) < 0) {
		skip();
	}
	char path[512];
	char why[256] = "";
	char note[96];
	int size = snprintf(note, sizeof(note), "77 %s\n", own);
	fixture_open(f, STORE_WRITE);
	fixture_close(f);
	path_in(f, "walk.lock", path);
	for (int looks = 0; looks < 2; looks++) {
		write_file(path, "77 pid:[1]\n", 11);
		int begun[2];
		assert_int_equal(pipe(begun), 0);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			int fd = open(path, O_RDWR);
			bool good = fd >= 0 && flock(fd, (looks ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 && write(begun[1], "1", 1) == 1 &&
				nanosleep(&moment, NULL) == 0 && (looks || pwrite(fd, note, (size_t)size, 0) == size) &&
				(looks || nanosleep(&moment, NULL) == 0);
			_exit(good ? 0 : 1);
		}
		char told;
		int status = -1;
		assert_int_equal(read(begun[0], &told, 1), 1);
		fixture_open(f, STORE_WRITE);
		if (looks) {
			assert_int_equal(store_lock_walk(f->store, why), 0);
		}
		fixture_close(f);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(status, 0);
		close(begun[0]);
		close(begun[1]);
	}
}

static void test_copy(void **state)
{
	struct fixture *f = *state;
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 1);
	fixture_put(f, t, &d);
	fixture_commit(t);
	char path[512];
	char why[256] = "";
	path_in(f, "absent", path);
	assert_int_equal(store_copy(f->store, path, why), ERR_IO);
	assert_non_null(strstr(why, "cannot copy the store to "));
	path_in(f, "copy", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(store_copy(f->store, path, why), 0);
	struct store_options o = fixture_options(f, STORE_WRITE);
	struct store *copy = NULL;
	assert_int_equal(store_open(path, &o, &copy, why), 0);
	/* Writing to the copy changes nothing here. */
	assert_int_equal(txn_begin(copy, STORE_WRITE, &t), 0);
	assert_int_equal(delegation_del(t, f->crypto, &d.child, FIXTURE_NOW), 0);
	fixture_commit(t);
	store_close(copy);
	t = fixture_begin(f, STORE_READ);
	struct delegation back;
	assert_int_equal(delegation_get(t, &d.child, f->arena, &back), 0);
	fixture_commit(t);
	fixture_remove_files(path);
	assert_int_equal(rmdir(path), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_identity),
		TEST(test_makes_its_directory),
		TEST(test_refusals),
		TEST(test_unwritable_directory),
		TEST(test_newer_format),
		TEST(test_damaged_identity),
		TEST(test_cut_short),
		TEST(test_read_beside_write),
		TEST(test_error_is_sticky),
		TEST(test_seek),
		TEST(test_walk_lock),
		TEST(test_other_namespace),
		TEST(test_beginning_walk),
		TEST(test_copy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
