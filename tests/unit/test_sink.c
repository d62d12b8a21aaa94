/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sinks: what is written, and that a full disk, a closed pipe or a hostile name leaves nothing half done. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "registry/sink/sink.h"
#include "tests/unit/store_fixture.h"

#define ID "11223344-5566-7788-99aa-bbccddeeff00/1/42"
#define LINE "{\"id\":\"" ID "\",\"hash\":\"abababababababababababababababababababababababababababababababab\"," \
	"\"child\":\"example.ch.\",\"class\":\"update\",\"run\":7,\"case\":\"7/1042\",\"judged_at\":\"2026-11-21T02:00:00Z\"," \
	"\"ds_before\":[\"1 13 2 01\",\"2 13 2 02\"],\"ds_after\":[\"2 13 2 02\",\"3 13 2 03\"],\"add\":[\"3 13 2 03\"]," \
	"\"remove\":[\"1 13 2 01\"],\"ns_before\":[\"ns1.example.ch.\",\"ns2.example.ch.\"],\"ds_ttl\":3600,\"generation\":5}\n"

static struct ds ds[3] = {
	{ .tag = 1, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 1 } },
	{ .tag = 2, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 2 } },
	{ .tag = 3, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 3 } },
};

static struct change example(const char *child)
{
	static struct name hosts[2];
	hosts[0] = fixture_name("ns1.example.ch.");
	hosts[1] = fixture_name("ns2.example.ch.");
	struct change c = { .number = 42, .child = fixture_name(child), .class = CHANGE_UPDATE, .run = 7, .sequence = 1042,
		.generation = 5, .judged_at = 1795226400, .ds_before = { 2, ds }, .ds_after = { 2, ds + 1 }, .ds_ttl = 3600,
		.ns_count = 2, .ns_before = hosts };
	memset(c.hash, 0xab, sizeof(c.hash));
	return c;
}

static int put(struct sink *s, const struct change *c)
{
	const struct name parent = fixture_name("ch.");
	const struct sink_change x = { .id = ID, .change = c, .parent = &parent, .ds_now = &c->ds_before };
	return s->ops->put(s, &x);
}

static const char *path_in(const struct fixture *f, const char *name)
{
	static char path[512];
	snprintf(path, sizeof(path), "%s/%s", f->dir, name);
	return path;
}

static void write_text(const char *path, const char *text)
{
	FILE *to = fopen(path, "wb");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static void expect_text(const char *path, const char *text)
{
	static char got[256 * 1024];
	FILE *from = fopen(path, "rb");
	if (from == NULL) {
		fail_msg("%s is missing", path);
		return;
	}
	size_t size = fread(got, 1, sizeof(got) - 1, from);
	got[size] = '\0';
	fclose(from);
	if (strcmp(got, text) != 0) {
		fail_msg("%s holds\n%s", path, got);
	}
}

static unsigned count_files(const char *dir)
{
	unsigned count = 0;
	DIR *d = opendir(dir);
	assert_non_null(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	}
	closedir(d);
	return count;
}

static struct sink *made(const char *name, const char *target, char why[256])
{
	const struct sink_options o = { .target = target, .why = why };
	struct sink *s = NULL;
	char failure[256] = "";
	int rc = sink_new(name, &o, &s, failure);
	if (rc != 0) {
		fail_msg("%s: %d %s", name, rc, failure);
	}
	return s;
}

static void test_list(void **state)
{
	(void)state;
	static const char *const names[] = { "jsonl", "csv", "dsset", "include", "nsupdate", "update", "webhook", "epp", "outbox" };
	const struct sink_ops *const *list = sink_list();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_string_equal(list[i]->name, names[i]);
		assert_int_equal(list[i]->needs_directory, strcmp(names[i], "dsset") == 0);
	}
	assert_null(list[sizeof(names) / sizeof(names[0])]);
	struct sink *s = NULL;
	char why[256] = "";
	const struct sink_options o = { .target = NULL };
	assert_int_equal(sink_new("pigeon", &o, &s, why), ERR_ARG);
	assert_string_equal(why, "no sink is called pigeon; there are: jsonl csv dsset include nsupdate update webhook epp outbox");
	assert_null(s);
}

static void test_jsonl_stream(void **state)
{
	(void)state;
	static const char *const targets[] = { NULL, "-" };
	for (unsigned i = 0; i < 2; i++) {
		char *text = NULL;
		size_t size = 0;
		FILE *to = open_memstream(&text, &size);
		const struct sink_options o = { .target = targets[i], .stdout_stream = to };
		struct sink *s = NULL;
		char why[256];
		assert_int_equal(sink_new("jsonl", &o, &s, why), 0);
		struct change c = example("example.ch.");
		assert_int_equal(put(s, &c), 0);
		assert_int_equal(s->ops->finish(s, false), 0);
		assert_string_equal(text, LINE);
		fclose(to);
		free(text);
	}
}

static void test_jsonl_delete(void **state)
{
	(void)state;
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	const struct sink_options o = { .stdout_stream = to };
	struct sink *s = NULL;
	char why[256];
	assert_int_equal(sink_new("jsonl", &o, &s, why), 0);
	struct change c = example("example.ch.");
	c.class = CHANGE_DELETE;
	c.ds_after.count = 0;
	assert_int_equal(put(s, &c), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_non_null(strstr(text, "\"class\":\"delete\""));
	assert_non_null(strstr(text, "\"ds_after\":[],\"add\":[],\"remove\":[\"1 13 2 01\",\"2 13 2 02\"]"));
	fclose(to);
	free(text);
}

/* A file is appended to; what a killed export left is cut off; a failed one takes its lines back. */
static void test_jsonl_file(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *before;
		bool failed;
		const char *after;
	} rows[] = {
		{ "empty", "", false, LINE },
		{ "behind others", "{\"other\":1}\n", false, "{\"other\":1}\n" LINE },
		{ "half a line of ours", "{}\n{\"id\":\"11223344-5566", false, "{}\n" LINE },
		{ "nothing but half a line of ours", "{\"id", false, LINE },
		{ "failed", "{}\n", true, "{}\n" },
		{ "failed behind half a line", "{}\n{\"id\":\"1", true, "{}\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *path = path_in(f, "changes.jsonl");
		write_text(path, rows[i].before);
		struct sink *s = made("jsonl", path, NULL);
		struct change c = example("example.ch.");
		assert_int_equal(put(s, &c), 0);
		assert_int_equal(s->ops->finish(s, rows[i].failed), 0);
		expect_text(path, rows[i].after);
	}
	/* A new one. */
	const char *path = path_in(f, "new.jsonl");
	struct sink *s = made("jsonl", path, NULL);
	assert_int_equal(s->ops->finish(s, false), 0);
	expect_text(path, "");
}

static void test_jsonl_refuses(void **state)
{
	struct fixture *f = *state;
	struct sink *s = NULL;
	char why[256] = "";
	struct sink_options o = { .target = path_in(f, "notes") };
	write_text(o.target, "{\"id\":\"x\"}\nmy notes");
	assert_int_equal(sink_new("jsonl", &o, &s, why), ERR_CONFLICT);
	assert_non_null(strstr(why, "not ours"));
	expect_text(o.target, "{\"id\":\"x\"}\nmy notes");
	o.target = f->dir;
	assert_int_equal(sink_new("jsonl", &o, &s, why), ERR_IO);
	assert_non_null(strstr(why, "Is a directory"));
	o.target = path_in(f, "none/changes");
	assert_int_equal(sink_new("jsonl", &o, &s, why), ERR_IO);
	assert_non_null(strstr(why, "No such file"));
	/* Two at a time. */
	char path[512];
	snprintf(path, sizeof(path), "%s/busy", f->dir);
	struct sink *first = made("jsonl", path, NULL);
	o.target = path;
	assert_int_equal(sink_new("jsonl", &o, &s, why), ERR_BUSY);
	assert_non_null(strstr(why, "another export"));
	assert_int_equal(first->ops->finish(first, false), 0);
	assert_int_equal(sink_new("jsonl", &o, &s, why), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
}

/* The disk fills up after some lines, which a later line shows or the end: none of them stays. */
static void test_jsonl_full(void **state)
{
	struct fixture *f = *state;
	static const struct {
		size_t lines;
		bool put_tells;
	} rows[] = { { 4, false }, { 1000, true } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *path = path_in(f, "changes.jsonl");
		write_text(path, "{}\n");
		char why[256] = "";
		struct sink *s = made("jsonl", path, why);
		struct rlimit limit;
		assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
		struct rlimit small = limit;
		small.rlim_cur = 3 + 3 * strlen(LINE) + 10;
		void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		struct change c = example("example.ch.");
		int rc = 0;
		for (size_t k = 0; rc == 0 && k < rows[i].lines; k++) {
			rc = put(s, &c);
		}
		int end = s->ops->finish(s, rows[i].put_tells);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
		signal(SIGXFSZ, handler);
		assert_int_equal(rc, rows[i].put_tells ? ERR_FULL : 0);
		assert_int_equal(end, rows[i].put_tells ? 0 : ERR_FULL);
		assert_non_null(strstr(why, "changes.jsonl cannot be written: "));
		expect_text(path, "{}\n");
	}
}

static void test_jsonl_device(void **state)
{
	(void)state;
	char why[256] = "";
	struct change c = example("example.ch.");
	struct sink *s = made("jsonl", "/dev/null", why);
	assert_int_equal(put(s, &c), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	s = made("jsonl", "/dev/full", why);
	int rc = put(s, &c);
	int end = s->ops->finish(s, rc != 0);
	assert_true(rc == ERR_FULL || end == ERR_FULL);
	assert_non_null(strstr(why, "/dev/full cannot be written: No space left"));
}

static void test_jsonl_closed_pipe(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	FILE *to = fdopen(ends[1], "w");
	assert_non_null(to);
	void (*handler)(int) = signal(SIGPIPE, SIG_IGN);
	char why[256] = "";
	char failure[256];
	const struct sink_options o = { .stdout_stream = to, .why = why };
	struct sink *s = NULL;
	assert_int_equal(sink_new("jsonl", &o, &s, failure), 0);
	struct change c = example("example.ch.");
	int rc = put(s, &c);
	rc = rc != 0 ? rc : s->ops->finish(s, false);
	assert_int_equal(rc, ERR_IO);
	assert_string_equal(why, "standard output cannot be written: Broken pipe");
	fclose(to);
	signal(SIGPIPE, handler);
}

static void put_dsset(const char *dir, const struct change *c)
{
	char why[256] = "";
	struct sink *s = made("dsset", dir, why);
	if (put(s, c) != 0) {
		fail_msg("%s", why);
	}
	assert_int_equal(s->ops->finish(s, false), 0);
}

/* What the changes of example() were judged against: a file cannot compare, its reader can. */
#define BEFORE(ds) "; change " ID ", for the parent with these name servers and DS records:\n" \
	"; NS ns1.example.ch.\n; NS ns2.example.ch.\n" ds
#define TWO_DS BEFORE("; DS 1 13 2 01\n; DS 2 13 2 02\n")

static void test_dsset(void **state)
{
	struct fixture *f = *state;
	char path[512];
	snprintf(path, sizeof(path), "%s/dsset-example.ch.", f->dir);
	struct change c = example("EXAMPLE.ch.");
	put_dsset(f->dir, &c);
	expect_text(path, TWO_DS "example.ch.\t3600\tIN\tDS\t2 13 2 02\nexample.ch.\t3600\tIN\tDS\t3 13 2 03\n");
	c.ds_ttl = 0;
	c.ds_after.count = 1;
	c.ds_before.count = 0;
	put_dsset(f->dir, &c);
	expect_text(path, BEFORE("; no DS\n") "example.ch.\t\tIN\tDS\t2 13 2 02\n");
	c.ds_before.count = 2;
	c.ds_after.count = 0;
	put_dsset(f->dir, &c);
	expect_text(path, TWO_DS "; example.ch. has no DS records: they are to be removed (RFC 8078 section 4).\n");
	assert_int_equal(count_files(f->dir), 1);
	/* One that supersedes another that may still come. */
	char why[256] = "";
	struct sink *s = made("dsset", f->dir, why);
	const struct sink_change x = { .id = ID, .change = &c, .ds_now = &c.ds_after, .ds_pending = &c.ds_before };
	assert_int_equal(s->ops->put(s, &x), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	expect_text(path, BEFORE("; no DS\n; or, once an earlier change has come:\n; DS 1 13 2 01\n; DS 2 13 2 02\n")
		"; example.ch. has no DS records: they are to be removed (RFC 8078 section 4).\n");
	/* A directory that is not there yet. */
	char dir[128];
	snprintf(dir, sizeof(dir), "%s/new", f->dir);
	put_dsset(dir, &c);
	snprintf(path, sizeof(path), "%s/dsset-example.ch.", dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void test_dsset_names(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *child;
		const char *file;
	} rows[] = {
		{ "xn--bcher-kva.ch.", "dsset-xn--bcher-kva.ch." },
		{ "a_b.ch.", "dsset-a_b.ch." },
		{ "\\.\\.\\047\\.\\.\\047etc.ch.", "dsset-%2E%2E%2F%2E%2E%2Fetc.ch." },
		{ "\\.ch.", "dsset-%2Ech." },
		{ "\\000.ch.", "dsset-%00.ch." },
		{ "\\%2E.ch.", "dsset-%252e.ch." },
		{ "\\010\\027\\255x.ch.", "dsset-%0A%1B%FFx.ch." },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct change c = example(rows[i].child);
		put_dsset(f->dir, &c);
		const char *path = path_in(f, rows[i].file);
		if (unlink(path) != 0) {
			fail_msg("%s is not there", path);
		}
	}
	assert_int_equal(count_files(f->dir), 0);
}

/* The longest file name there is, and one octet more. */
static void test_dsset_long_name(void **state)
{
	struct fixture *f = *state;
	struct name name = { .size = 0 };
	static const uint8_t labels[] = { 63, 63, 63, 55 };
	for (unsigned i = 0; i < 4; i++) {
		name.octets[name.size++] = labels[i];
		memset(name.octets + name.size, 'a', labels[i]);
		name.size = (uint8_t)(name.size + labels[i]);
	}
	name.octets[name.size++] = 0;
	struct change c = example("example.ch.");
	c.child = name;		/* 248 octets of text and the prefix: 254 */
	put_dsset(f->dir, &c);
	assert_int_equal(count_files(f->dir), 1);
	c.child.octets[c.child.size - 2] = '\\';	/* three characters in the file's name */
	char why[256] = "";
	struct sink *s = made("dsset", f->dir, why);
	assert_int_equal(put(s, &c), ERR_LIMIT);
	assert_non_null(strstr(why, "too long for a file name"));
	/* The others go on. */
	struct change other = example("example.ch.");
	assert_int_equal(put(s, &other), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_int_equal(count_files(f->dir), 2);
}

static void test_dsset_refuses(void **state)
{
	struct fixture *f = *state;
	struct sink *s = NULL;
	char why[256] = "";
	struct sink_options o = { .target = NULL };
	assert_int_equal(sink_new("dsset", &o, &s, why), ERR_ARG);
	assert_non_null(strstr(why, "needs a directory"));
	o.target = path_in(f, "file");
	write_text(o.target, "x");
	assert_int_equal(sink_new("dsset", &o, &s, why), ERR_IO);
	assert_non_null(strstr(why, "Not a directory"));
	o.target = path_in(f, "no/where");
	assert_int_equal(sink_new("dsset", &o, &s, why), ERR_IO);
	assert_non_null(strstr(why, "No such file"));
}

/* The old file stays as it is when the new one does not fit, and nothing else is left. */
static void test_dsset_full(void **state)
{
	struct fixture *f = *state;
	struct change c = example("example.ch.");
	put_dsset(f->dir, &c);
	char why[256] = "";
	struct sink *s = made("dsset", f->dir, why);
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	struct rlimit small = limit;
	small.rlim_cur = 10;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	c.ds_after.count = 1;
	int rc = put(s, &c);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, handler);
	assert_int_equal(rc, ERR_FULL);
	assert_non_null(strstr(why, "dsset-example.ch. cannot be written: "));
	assert_int_equal(s->ops->finish(s, true), 0);
	expect_text(path_in(f, "dsset-example.ch."),
		TWO_DS "example.ch.\t3600\tIN\tDS\t2 13 2 02\nexample.ch.\t3600\tIN\tDS\t3 13 2 03\n");
	assert_int_equal(count_files(f->dir), 1);
}

/* A symbolic link under the temporary or the final name leads nowhere: it is replaced. */
static void test_dsset_links(void **state)
{
	struct fixture *f = *state;
	char victim[512];
	char temporary[64];
	snprintf(victim, sizeof(victim), "%s/victim", f->dir);
	write_text(victim, "mine");
	snprintf(temporary, sizeof(temporary), ".cdswalk-dsset.%ld", (long)getpid());
	assert_int_equal(symlink(victim, path_in(f, temporary)), 0);
	assert_int_equal(symlink(victim, path_in(f, "dsset-example.ch.")), 0);
	struct change c = example("example.ch.");
	put_dsset(f->dir, &c);
	expect_text(victim, "mine");
	struct stat st;
	assert_int_equal(lstat(path_in(f, "dsset-example.ch."), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(count_files(f->dir), 2);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_jsonl_stream),
		cmocka_unit_test(test_jsonl_delete),
		cmocka_unit_test_setup_teardown(test_jsonl_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_jsonl_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_jsonl_full, setup, teardown),
		cmocka_unit_test(test_jsonl_device),
		cmocka_unit_test(test_jsonl_closed_pipe),
		cmocka_unit_test_setup_teardown(test_dsset, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dsset_names, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dsset_long_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dsset_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dsset_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dsset_links, setup, teardown),
	};
	return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
