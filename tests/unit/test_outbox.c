/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The outbox as far as there is no server: what a change is as a row, which settings there are, and how it says that it
 * cannot connect. tests/system has the rest, with PostgreSQL. */
#include "tests/unit/store_fixture.h"

#include <sys/stat.h>

#include "registry/sink/outbox_batch.h"

#define STORE "11223344-5566-7788-99aa-bbccddeeff00/3/"
#define HEX "0001020304050607080900000000000000000000000000000000000000000000"

static struct ds ds[3] = {
	{ .tag = 1, .algorithm = 13, .digest_type = 2, .size = 2, .digest = { 0xab, 1 } },
	{ .tag = 2, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 2 } },
	{ .tag = 3, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 3 } },
};

static struct change example(void)
{
	static struct name hosts[2];
	hosts[0] = fixture_name("ns1.example.ch.");
	hosts[1] = fixture_name("ns2.example.ch.");
	return (struct change){ .number = 42, .hash = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, .child = fixture_name("example.ch."),
		.class = CHANGE_UPDATE, .ds_before = { 2, ds }, .ds_after = { 2, ds + 1 }, .ds_ttl = 600, .ns_count = 2,
		.ns_before = hosts, .run = 7, .sequence = 9, .generation = 5, .judged_at = FIXTURE_NOW, .registrar = "Mine \"Ltd\"" };
}

static void expect_json(const struct outbox_batch *b, size_t first, size_t count, const char *wanted)
{
	char *got = outbox_batch_json(b, first, count);
	assert_non_null(got);
	assert_string_equal(got, wanted);
	free(got);
}

#define FIRST "{\"n\":0,\"id\":\"" STORE "42\",\"hash\":\"" HEX "\",\"parent\":\"ch.\",\"child\":\"example.ch.\"," \
	"\"class\":\"update\",\"ds_before\":[\"1 13 2 AB01\",\"2 13 2 02\"],\"ds_pending\":null,\"ds_after\":[\"2 13 2 02\",\"3 13 2 03\"]," \
	"\"ds_ttl\":600,\"ns_before\":[\"ns1.example.ch.\",\"ns2.example.ch.\"],\"registrar\":\"Mine \\\"Ltd\\\"\",\"registration\":null," \
	"\"supersedes\":null,\"judged_at\":\"2027-01-15T08:00:00Z\",\"judged_case\":\"7/9\",\"generation\":5}\n"
#define SECOND "{\"n\":1,\"id\":\"" STORE "43\",\"hash\":\"" HEX "\",\"parent\":\"ch.\",\"child\":\"example.ch.\"," \
	"\"class\":\"delete\",\"ds_before\":[\"3 13 2 03\"],\"ds_pending\":[],\"ds_after\":[]," \
	"\"ds_ttl\":null,\"ns_before\":[\"ns1.example.ch.\",\"ns2.example.ch.\"],\"registrar\":null,\"registration\":\"R-1\"," \
	"\"supersedes\":\"" STORE "42\",\"judged_at\":\"2027-01-15T08:00:00Z\",\"judged_case\":\"7/9\",\"generation\":5}\n"
#define THIRD "{\"n\":2,\"id\":\"" STORE "41\",\"hash\":\"" HEX "\"}\n"

/* DS and NS of before are in the row; A-31: so is what may be there instead. */
static void test_rows(void **state)
{
	(void)state;
	const struct name parent = fixture_name("ch.");
	const struct ds_set arrived = { 1, ds + 2 };
	const struct ds_set none = { 0, NULL };
	struct change c = example();
	struct outbox_batch *b = outbox_batch_new();
	assert_non_null(b);
	struct sink_change x = { .id = STORE "42", .change = &c, .parent = &parent, .ds_now = &c.ds_before };
	assert_int_equal(outbox_batch_add(b, &x, true), 0);
	struct change d = example();
	d.number = 43;
	d.class = CHANGE_DELETE;
	d.ds_after = none;
	d.ds_ttl = 0;
	d.supersedes = 42;
	d.registrar[0] = '\0';
	snprintf(d.registration, sizeof(d.registration), "R-1");
	x = (struct sink_change){ .id = STORE "43", .change = &d, .parent = &parent, .ds_now = &arrived, .ds_pending = &none };
	assert_int_equal(outbox_batch_add(b, &x, true), 0);
	struct change asked = { .number = 41, .hash = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	x = (struct sink_change){ .id = STORE "41", .change = &asked };
	assert_int_equal(outbox_batch_add(b, &x, false), 0);
	assert_int_equal(outbox_batch_count(b), 3);
	expect_json(b, 0, 3, "[" FIRST "," SECOND "," THIRD "]");
	expect_json(b, 1, 1, "[" SECOND "]");
	const struct outbox_entry *e = outbox_batch_entry(b, 2);
	assert_int_equal(e->number, 41);
	assert_false(e->is_new);
	assert_string_equal(e->id, STORE "41");
	assert_string_equal(e->hash, HEX);
	outbox_batch_empty(b);
	assert_int_equal(outbox_batch_count(b), 0);
	assert_int_equal(outbox_batch_add(b, &x, false), 0);
	expect_json(b, 0, 1, "[{\"n\":0,\"id\":\"" STORE "41\",\"hash\":\"" HEX "\"}\n]");
	outbox_batch_free(b);
	outbox_batch_free(NULL);
}

static void test_full(void **state)
{
	(void)state;
	struct change c = example();
	const struct sink_change x = { .id = STORE "42", .change = &c };
	struct outbox_batch *b = outbox_batch_new();
	assert_non_null(b);
	for (size_t i = 0; i < OUTBOX_BATCH_MAX; i++) {
		assert_int_equal(outbox_batch_add(b, &x, false), 0);
	}
	assert_int_equal(outbox_batch_add(b, &x, false), ERR_NOMEM);
	assert_int_equal(outbox_batch_count(b), OUTBOX_BATCH_MAX);
	outbox_batch_free(b);
}

/* ---- settings and connections */

static void expect_refused(const struct sink_setting *settings, size_t count, const char *target, int code, const char *said)
{
	char why[256] = "";
	const struct sink_options o = { .target = target, .file = "c.yaml", .settings = settings, .setting_count = count, .why = why };
	struct sink *s = NULL;
	assert_int_equal(sink_new("outbox", &o, &s, why), code);
	assert_null(s);
	if (strstr(why, said) == NULL) {
		fail_msg("\"%s\" is not in: %s", said, why);
	}
	assert_null(strstr(why, "s3cret"));
}

static void test_settings(void **state)
{
	(void)state;
	const struct sink_setting some[] = { { "connection-file", "/nowhere", 3 }, { "batch", "0", 4 }, { "timeout", "3601", 5 },
		{ "table", "x", 6 } };
	expect_refused(NULL, 0, NULL, ERR_ARG, "the sink needs the setting connection-file");
	expect_refused(some + 3, 1, NULL, ERR_ARG, "c.yaml:6: table: the sink has no such setting; it has: connection-file batch timeout");
	expect_refused(some, 2, NULL, ERR_ARG, "c.yaml:4: batch: give a whole number from 1 to 1000");
	const struct sink_setting late[] = { some[0], some[2] };
	expect_refused(late, 2, NULL, ERR_ARG, "c.yaml:5: timeout: give a whole number from 1 to 3600");
	expect_refused(some, 1, "there", ERR_ARG, "an outbox writes to no file or directory; where it is says connection-file");
	expect_refused(some, 1, NULL, ERR_ARG, "c.yaml:3: connection-file: /nowhere cannot be opened: No such file or directory");
}

static void test_connections(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text;
		mode_t mode;
		int code;
		const char *said;
	} cases[] = {
		{ "host=/nowhere password=s3cret", 0640, ERR_ARG, "can be read by others than its owner" },
		{ "host=/nowhere password=s3cret more", 0600, ERR_ARG, "is no connection string of PostgreSQL" },
		{ "s3cret", 0600, ERR_ARG, "is no connection string of PostgreSQL" },
		{ "host=/nowhere password=s3cret", 0600, ERR_IO, "connection to server on socket \"/nowhere/.s.PGSQL.5432\" failed" },
		{ "host=/s3cret password=s3cret", 0600, ERR_IO, "connection to server on socket \"/******/.s.PGSQL.5432\" failed" },
		{ "port=s3cret sslpassword=s3cret", 0600, ERR_IO, "invalid integer value \"******\" for connection option \"port\"" },
		{ "postgresql://me:s3cret@%2Fs3cret/x", 0600, ERR_IO, "connection to server on socket \"/******/.s.PGSQL.5432\" failed" },
	};
	char path[96];
	const struct sink_setting setting = { "connection-file", path, 1 };
	snprintf(path, sizeof(path), "%s/key", f->dir);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		FILE *to = fopen(path, "w");
		assert_non_null(to);
		fprintf(to, "%s\n", cases[i].text);
		assert_int_equal(fchmod(fileno(to), cases[i].mode), 0);
		assert_int_equal(fclose(to), 0);
		expect_refused(&setting, 1, NULL, cases[i].code, cases[i].said);
	}
	assert_int_equal(setenv("PGPASSWORD", "s3cret", 1), 0);
	FILE *to = fopen(path, "w");
	assert_non_null(to);
	fprintf(to, "host=/nowhere\n");
	assert_int_equal(fclose(to), 0);
	expect_refused(&setting, 1, NULL, ERR_ARG, "the environment has PGPASSWORD, which is no place for a secret");
	assert_int_equal(unsetenv("PGPASSWORD"), 0);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_settings),
		cmocka_unit_test_setup_teardown(test_connections, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
