/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file for $INCLUDE: the whole DS state, replaced at once, and nothing of somebody else's. */
#include "tests/unit/store_fixture.h"

#include "registry/sink/sink.h"

#define HEADER "; DS records by cdswalk for $INCLUDE: replaced as a whole.\n"
#define DIGEST(octet) octet octet octet octet octet octet octet octet octet octet octet octet octet octet octet octet \
	octet octet octet octet octet octet octet octet octet octet octet octet octet octet octet octet

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

static int told;		/* what the store says at the end */

static int say_sets(void *user, const struct name *zone, sink_take_ds *take, void *to)
{
	static const struct { const char *child; uint16_t tag; uint32_t ttl; } sets[] = {
		{ "a.ch.", 1, 3600 }, { "b.ch.", 0, 0 }, { "c.ch.", 3, 0 }, { "d.ch.", 4, 60 } };
	struct name wanted = fixture_name("ch.");
	(void)user;
	assert_true(name_equal(zone, &wanted));
	for (size_t i = 0; i < 4; i++) {
		struct name child = fixture_name(sets[i].child);
		struct ds ds = fixture_ds(sets[i].tag);
		struct ds_set set = { .count = sets[i].tag != 0, .ds = &ds };
		int rc = take(to, &child, &set, sets[i].ttl);
		if (rc != 0) {
			return rc;
		}
	}
	return told;
}

static struct sink *open_sink(const char *target, FILE *to, const char *zone, int expected, const char *sentence)
{
	static struct name origin;
	static struct sink_setting given[1];
	static char why[256];
	origin = fixture_name("ch.");
	given[0] = (struct sink_setting){ "zone", zone, 7 };
	struct sink_options o = { .target = target, .stdout_stream = to, .each_ds = say_sets, .zone = &origin, .file = "f",
		.settings = given, .setting_count = zone != NULL, .why = why };
	struct sink *s = NULL;
	why[0] = '\0';
	assert_int_equal(sink_new("include", &o, &s, why), expected);
	if (sentence != NULL && strstr(why, sentence) == NULL) {
		fail_msg("\"%s\" is not in: %s", sentence, why);
	}
	return s;
}

static int put_change(struct sink *s, const char *child, const char *parent, uint16_t tag, uint32_t ttl)
{
	struct name zone = fixture_name(parent);
	struct ds ds = fixture_ds(tag);
	struct change c = { .child = fixture_name(child), .ds_after = { .count = tag != 0, .ds = &ds }, .ds_ttl = ttl };
	const struct sink_change x = { .id = "x", .change = &c, .parent = &zone, .ds_now = &c.ds_before };
	return s->ops->put(s, &x);
}

static char *text_of(const char *path)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	if (f == NULL) {
		return NULL;
	}
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* What changes is over what the store says; removed, new, without a TTL; a child that is gone has no place. */
static void whole_state(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	(void)state;
	told = 0;
	struct sink *s = open_sink(NULL, to, NULL, 0, NULL);
	assert_int_equal(put_change(s, "d.ch.", "ch.", 5, 900), 0);
	assert_int_equal(put_change(s, "bb.ch.", "ch.", 6, 900), 0);
	assert_int_equal(put_change(s, "a.ch.", "ch.", 0, 900), 0);
	assert_int_equal(put_change(s, "b.ch.", "ch.", 2, 0), 0);
	assert_int_equal(put_change(s, "x.li.", "li.", 2, 0), ERR_LIMIT);
	assert_int_equal(s->ops->finish(s, false), 0);
	fclose(to);
	assert_string_equal(text, HEADER "b.ch.\tIN\tDS\t2 13 2 " DIGEST("02") "\nc.ch.\tIN\tDS\t3 13 2 " DIGEST("03") "\n"
		"d.ch.\t900\tIN\tDS\t5 13 2 " DIGEST("05") "\n");
	free(text);
}

static void replaced(void **state)
{
	const struct fixture *f = *state;
	char path[96];
	snprintf(path, sizeof(path), "%s/ds.zone", f->dir);
	told = 0;
	struct sink *s = open_sink(path, NULL, "ch.", 0, NULL);
	assert_null(text_of(path));
	assert_int_equal(s->ops->finish(s, true), 0);
	assert_null(text_of(path));
	s = open_sink(path, NULL, "ch.", 0, NULL);
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_non_null(strstr(text_of(path), "a.ch.\t3600\tIN\tDS\t1 13 2"));
	s = open_sink(path, NULL, "ch.", 0, NULL);
	assert_int_equal(put_change(s, "a.ch.", "ch.", 9, 0), 0);
	assert_non_null(strstr(text_of(path), "a.ch.\t3600\tIN\tDS\t1 13 2"));	/* whole until the end */
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_non_null(strstr(text_of(path), "a.ch.\tIN\tDS\t9 13 2"));
	/* Not all is known, or the store fails: the old one stays. */
	for (int i = 0; i < 2; i++) {
		told = i == 0 ? ERR_CONFLICT : ERR_STORE;
		s = open_sink(path, NULL, "ch.", 0, NULL);
		assert_int_equal(s->ops->finish(s, false), told);
		assert_non_null(strstr(text_of(path), "a.ch.\tIN\tDS\t9 13 2"));
	}
}

static void refused(void **state)
{
	const struct fixture *f = *state;
	char path[96];
	snprintf(path, sizeof(path), "%s/zone", f->dir);
	FILE *z = fopen(path, "w");
	assert_non_null(z);
	fputs("; DS records of somebody else that are a good deal longer than the header\n", z);
	fclose(z);
	assert_null(open_sink(path, NULL, NULL, ERR_CONFLICT, "/zone is not ours"));
	z = fopen(path, "w");
	fclose(z);
	assert_null(open_sink(path, NULL, NULL, ERR_CONFLICT, "/zone is not ours"));
	unlink(path);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_null(open_sink(path, NULL, NULL, ERR_CONFLICT, "/zone is not ours"));
	snprintf(path, sizeof(path), "%s/none/zone", f->dir);
	assert_null(open_sink(path, NULL, NULL, ERR_IO, "cannot be opened"));
	assert_null(open_sink(path, NULL, "a..b", ERR_ARG, "f:7: zone: give the name of a parent"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_state, setup, teardown),
		cmocka_unit_test_setup_teardown(replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
	};
	return cmocka_run_group_tests_name("sink include", tests, NULL, NULL);
}
