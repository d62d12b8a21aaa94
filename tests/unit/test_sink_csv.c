/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV sink: lines that any reader of RFC 4180 takes, and a file that has whole lines only. */
#include <errno.h>

#include "registry/sink/sink.h"
#include "tests/unit/store_fixture.h"

#define ID "11223344-5566-7788-99aa-bbccddeeff00/1/42"
#define HEADER "child,id,class,ds_before,ds_after,ds_ttl,ns\r\n"
#define LINE "\"example.ch.\"," ID ",update,\"1 13 2 01; 2 13 2 02\",\"2 13 2 02; 3 13 2 03\",3600," \
	"\"ns1.example.ch. ns2.example.ch.\"\r\n"

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
	return (struct change){ .number = 42, .child = fixture_name(child), .class = CHANGE_UPDATE, .ds_before = { 2, ds },
		.ds_after = { 2, ds + 1 }, .ds_ttl = 3600, .ns_count = 2, .ns_before = hosts };
}

static int put(struct sink *s, const struct change *c)
{
	const struct sink_change x = { .id = ID, .change = c };
	return s->ops->put(s, &x);
}

/* What standard output gets of a change; NULL: of none. */
static void expect_output(const struct change *c, const char *wanted)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	char why[256] = "";
	const struct sink_options o = { .stdout_stream = to, .why = why };
	struct sink *s = NULL;
	assert_int_equal(sink_new("csv", &o, &s, why), 0);
	if (c != NULL) {
		assert_int_equal(put(s, c), 0);
	}
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_output(void **state)
{
	(void)state;
	struct change c = example("example.ch.");
	expect_output(NULL, HEADER);
	expect_output(&c, HEADER LINE);
	c.class = CHANGE_DELETE;
	c.ds_after.count = 0;
	c.ds_ttl = 0;
	c.ns_count = 1;
	expect_output(&c, HEADER "\"example.ch.\"," ID ",delete,\"1 13 2 01; 2 13 2 02\",\"\",,\"ns1.example.ch.\"\r\n");
	c = example("a\\,b\\\"c.ch.");
	c.ds_before.count = 0;
	c.ns_count = 0;
	char name[NAME_TEXT_SIZE];
	name_to_text(&c.child, name);
	/* A quotation mark in a field is two of them. */
	expect_output(&c, strchr(name, '"') != NULL ?
		HEADER "\"a,b\\\"\"c.ch.\"," ID ",update,\"\",\"2 13 2 02; 3 13 2 03\",3600,\"\"\r\n" :
		HEADER "\"a,b\\034c.ch.\"," ID ",update,\"\",\"2 13 2 02; 3 13 2 03\",3600,\"\"\r\n");
}

static void write_text(const char *path, const char *text)
{
	FILE *to = fopen(path, "wb");
	assert_non_null(to);
	fputs(text, to);
	assert_int_equal(fclose(to), 0);
}

static void expect_text(const char *what, const char *path, const char *text)
{
	char got[4096];
	FILE *from = fopen(path, "rb");
	assert_non_null(from);
	size_t size = fread(got, 1, sizeof(got) - 1, from);
	got[size] = '\0';
	fclose(from);
	if (strcmp(got, text) != 0) {
		fail_msg("%s: %s holds\n%s", what, path, got);
	}
}

/* Lines come behind those of earlier exports, and there is one header. */
static void test_file(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *before;
		bool failed;
		const char *after;
	} rows[] = {
		{ "empty", "", false, HEADER LINE },
		{ "half a header", "child,id,cl", false, HEADER LINE },
		{ "a header without the end of its line", "child,id,class,ds_before,ds_after,ds_ttl,ns\r", false, HEADER LINE },
		{ "a header", HEADER, false, HEADER LINE },
		{ "lines", HEADER LINE LINE, false, HEADER LINE LINE LINE },
		{ "half a line", HEADER LINE "\"example.ch.\",1122", false, HEADER LINE LINE },
		{ "a line without its end", HEADER "\"example.ch.\",1\r", false, HEADER LINE },
		{ "failed", HEADER LINE, true, HEADER LINE },
		{ "failed at once", "", true, "" },
	};
	char path[512];
	snprintf(path, sizeof(path), "%s/changes.csv", f->dir);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_text(path, rows[i].before);
		char why[256] = "";
		const struct sink_options o = { .target = path, .why = why };
		struct sink *s = NULL;
		assert_int_equal(sink_new("csv", &o, &s, why), 0);
		struct change c = example("example.ch.");
		assert_int_equal(put(s, &c), 0);
		assert_int_equal(s->ops->finish(s, rows[i].failed), 0);
		expect_text(rows[i].name, path, rows[i].after);
	}
}

static void test_refuses(void **state)
{
	struct fixture *f = *state;
	static const char *const foreign[] = { "my notes", "child,ds\r\nexample.ch.,\r\n", "child,id,class\nx\n", "\n" };
	char path[512];
	snprintf(path, sizeof(path), "%s/notes", f->dir);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		write_text(path, foreign[i]);
		char why[256] = "";
		const struct sink_options o = { .target = path };
		struct sink *s = NULL;
		assert_int_equal(sink_new("csv", &o, &s, why), ERR_CONFLICT);
		assert_non_null(strstr(why, "is not ours"));
		expect_text("foreign", path, foreign[i]);
	}
}

static void test_full(void **state)
{
	(void)state;
	char why[256] = "";
	const struct sink_options o = { .target = "/dev/full", .why = why };
	struct sink *s = NULL;
	assert_int_equal(sink_new("csv", &o, &s, why), 0);
	struct change c = example("example.ch.");
	assert_int_equal(put(s, &c), 0);
	assert_int_equal(s->ops->finish(s, false), ERR_FULL);
	assert_non_null(strstr(why, "/dev/full cannot be written: No space left"));
	assert_int_equal(sink_new("csv", &o, &s, why), 0);
	assert_int_equal(put(s, &c), 0);
	assert_int_equal(s->ops->finish(s, true), 0);
	assert_int_equal(sink_new("csv", &o, &s, why), 0);
	assert_int_equal(s->ops->finish(s, false), ERR_FULL);
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
		cmocka_unit_test(test_output),
		cmocka_unit_test_setup_teardown(test_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refuses, setup, teardown),
		cmocka_unit_test(test_full),
	};
	return cmocka_run_group_tests_name("sink_csv", tests, NULL, NULL);
}
