/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The nsupdate sink: one message a change, which says what has to be there; and a script that is whole or not there. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "registry/sink/sink.h"
#include "tests/unit/store_fixture.h"

#define ID "11223344-5566-7788-99aa-bbccddeeff00/1/42"
#define NS "prereq yxrrset example.ch. IN NS ns1.example.ch.\nprereq yxrrset example.ch. IN NS ns2.example.ch.\n"
#define SCRIPT "; change " ID ": update\nzone ch.\n" \
	"prereq yxrrset example.ch. IN DS 1 13 2 01\nprereq yxrrset example.ch. IN DS 2 13 2 02\n" NS \
	"update delete example.ch. IN DS\n" \
	"update add example.ch. 600 IN DS 2 13 2 02\nupdate add example.ch. 600 IN DS 3 13 2 03\nsend\n"

static struct ds ds[3] = {
	{ .tag = 1, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 1 } },
	{ .tag = 2, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 2 } },
	{ .tag = 3, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 3 } },
};

static struct change example(void)
{
	static struct name hosts[2];
	hosts[0] = fixture_name("ns1.example.ch.");
	hosts[1] = fixture_name("ns2.example.ch.");
	return (struct change){ .number = 42, .child = fixture_name("example.ch."), .class = CHANGE_UPDATE, .ds_before = { 2, ds },
		.ds_after = { 2, ds + 1 }, .ds_ttl = 600, .ns_count = 2, .ns_before = hosts };
}

static const struct ds_set *pending;	/* that may have come; NULL: none */

static int put(struct sink *s, const struct change *c, const struct ds_set *now)
{
	const struct name parent = fixture_name("ch.");
	const struct sink_change x = { .id = ID, .change = c, .parent = &parent, .ds_now = now, .ds_pending = pending };
	return s->ops->put(s, &x);
}

static void expect_output(const struct change *c, const struct ds_set *now, const char *wanted)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	char why[256] = "";
	const struct sink_options o = { .stdout_stream = to, .why = why };
	struct sink *s = NULL;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), 0);
	assert_int_equal(put(s, c, now), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, wanted);
	free(text);
}

/* */
static void test_messages(void **state)
{
	(void)state;
	const struct ds_set none = { 0, NULL };
	struct change c = example();
	expect_output(&c, &c.ds_before, SCRIPT);
	/* One that this one supersedes has arrived: that one's set is what has to be there. */
	const struct ds_set arrived = { 1, ds + 2 };
	expect_output(&c, &arrived, "; change " ID ": update\nzone ch.\nprereq yxrrset example.ch. IN DS 3 13 2 03\n" NS
		"update delete example.ch. IN DS\n"
		"update add example.ch. 600 IN DS 2 13 2 02\nupdate add example.ch. 600 IN DS 3 13 2 03\nsend\n");
	/* It may yet, so that either is good: a message for each, at the end, for one of them is refused. */
	pending = &arrived;
	expect_output(&c, &c.ds_before, SCRIPT "; change " ID " once more, if an earlier one has come meanwhile\nzone ch.\n"
		"prereq yxrrset example.ch. IN DS 3 13 2 03\n" NS "update delete example.ch. IN DS\n"
		"update add example.ch. 600 IN DS 2 13 2 02\nupdate add example.ch. 600 IN DS 3 13 2 03\nsend\n");
	pending = NULL;
	c.class = CHANGE_DELETE;
	c.ds_after.count = 0;
	expect_output(&c, &arrived, "; change " ID ": delete\nzone ch.\nprereq yxrrset example.ch. IN DS 3 13 2 03\n" NS
		"update delete example.ch. IN DS\nsend\n");
	/* A first one, and nobody knows of a TTL. */
	c = example();
	c.ds_after.count = 1;
	c.ds_ttl = 0;
	expect_output(&c, &none, "; change " ID ": update\nzone ch.\nprereq nxrrset example.ch. IN DS\n" NS
		"update delete example.ch. IN DS\nupdate add example.ch. 3600 IN DS 2 13 2 02\nsend\n");
}

/* A message has no word for the TTL that the registry uses otherwise. */
static void test_ttl_of_the_registry(void **state)
{
	(void)state;
	char why[256] = "";
	FILE *to = tmpfile();
	const struct sink_options o = { .stdout_stream = to, .why = why };
	struct sink *s = NULL;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), 0);
	struct change c = example();
	c.class = CHANGE_TTL;
	c.ds_after = c.ds_before;
	assert_int_equal(put(s, &c, &c.ds_before), 0);
	long size = ftell(to);
	c.ds_ttl = 0;
	assert_int_equal(put(s, &c, &c.ds_before), ERR_LIMIT);
	assert_non_null(strstr(why, "UPDATE has to name it"));
	assert_int_equal(ftell(to), size);
	assert_int_equal(s->ops->finish(s, false), 0);
	fclose(to);
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

static void expect_file(const char *path, const char *text)
{
	char got[4096];
	FILE *from = fopen(path, "rb");
	assert_non_null(from);
	got[fread(got, 1, sizeof(got) - 1, from)] = '\0';
	fclose(from);
	assert_string_equal(got, text);
}

static void test_file(void **state)
{
	struct fixture *f = *state;
	char path[512];
	char why[256] = "";
	snprintf(path, sizeof(path), "%s/script", f->dir);
	const struct sink_options o = { .target = path, .why = why };
	struct change c = example();
	struct sink *s = NULL;
	/* Failed: nothing is there. */
	assert_int_equal(sink_new("nsupdate", &o, &s, why), 0);
	assert_int_equal(put(s, &c, &c.ds_before), 0);
	assert_int_equal(s->ops->finish(s, true), 0);
	assert_int_equal(count_files(f->dir), 0);
	/* Not before its end. */
	assert_int_equal(sink_new("nsupdate", &o, &s, why), 0);
	assert_int_equal(put(s, &c, &c.ds_before), 0);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	expect_file(path, SCRIPT);
	assert_int_equal(count_files(f->dir), 1);
	/* One that waits stays. */
	struct sink *second = NULL;
	assert_int_equal(sink_new("nsupdate", &o, &second, why), ERR_CONFLICT);
	assert_non_null(strstr(why, "script is there already; work it off and remove it first"));
	assert_null(second);
	expect_file(path, SCRIPT);
	assert_int_equal(count_files(f->dir), 1);
}

/* It came there while the export went on. */
static void test_file_of_somebody(void **state)
{
	struct fixture *f = *state;
	char path[512];
	char why[256] = "";
	snprintf(path, sizeof(path), "%s/script", f->dir);
	const struct sink_options o = { .target = path, .why = why };
	struct change c = example();
	struct sink *s = NULL;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), 0);
	assert_int_equal(put(s, &c, &c.ds_before), 0);
	FILE *other = fopen(path, "w");
	assert_non_null(other);
	fputs("mine", other);
	fclose(other);
	assert_int_equal(s->ops->finish(s, false), ERR_CONFLICT);
	assert_non_null(strstr(why, "is there already"));
	expect_file(path, "mine");
	assert_int_equal(count_files(f->dir), 1);
}

static void test_refuses(void **state)
{
	struct fixture *f = *state;
	char path[512];
	char why[256] = "";
	snprintf(path, sizeof(path), "%s/none/script", f->dir);
	struct sink_options o = { .target = path };
	struct sink *s = NULL;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), ERR_IO);
	assert_non_null(strstr(why, "No such file"));
	o.target = f->dir;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), ERR_CONFLICT);
	o.target = "/";
	assert_int_equal(sink_new("nsupdate", &o, &s, why), ERR_CONFLICT);
	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	o.target = path;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), ERR_IO);
	assert_non_null(strstr(why, "File name too long"));
	assert_null(s);
}

/* The disk is full: no script, and nothing of it. */
static void test_full(void **state)
{
	struct fixture *f = *state;
	char path[512];
	char why[256] = "";
	snprintf(path, sizeof(path), "%s/script", f->dir);
	const struct sink_options o = { .target = path, .why = why };
	struct change c = example();
	struct sink *s = NULL;
	assert_int_equal(sink_new("nsupdate", &o, &s, why), 0);
	struct rlimit limit;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	struct rlimit small = limit;
	small.rlim_cur = 10;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int rc = put(s, &c, &c.ds_before);
	int end = s->ops->finish(s, rc != 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, handler);
	assert_int_equal(rc != 0 ? rc : end, ERR_FULL);
	assert_non_null(strstr(why, "script cannot be written: "));
	assert_int_equal(count_files(f->dir), 0);
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
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_ttl_of_the_registry),
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_file_of_somebody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
	};
	return cmocka_run_group_tests_name("sink_nsupdate", tests, NULL, NULL);
}
