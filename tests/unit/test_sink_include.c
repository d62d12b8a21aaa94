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
	static const struct { const char *zone, *child; uint16_t tag; uint32_t ttl; } sets[] = {
		{ "ch.", "a.ch.", 1, 3600 }, { "ch.", "b.ch.", 0, 0 }, { "ch.", "c.ch.", 3, 0 }, { "ch.", "d.ch.", 4, 60 },
		{ "co.ch.", "a.co.ch.", 7, 0 }, { ".", "li.", 8, 0 } };
	(void)user;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct name origin = fixture_name(sets[i].zone);
		struct name child = fixture_name(sets[i].child);
		struct ds ds = fixture_ds(sets[i].tag);
		struct ds_set set = { .count = sets[i].tag != 0, .ds = &ds };
		int rc = name_equal(zone, &origin) ? take(to, &child, &set, sets[i].ttl) : 0;
		if (rc != 0) {
			return rc;
		}
	}
	return told;
}

/* Of a store with these parents. */
static struct sink *open_sink_of(const struct sink_options *more, size_t count, const char *const *zones, int expected,
	const char *sentence)
{
	static struct name origins[4];
	static char why[256];
	struct sink_options o = *more;
	struct sink *s = NULL;
	for (size_t i = 0; i < count; i++) {
		origins[i] = fixture_name(zones[i]);
	}
	o.each_ds = say_sets;
	o.zones = origins;
	o.zone_count = count;
	o.file = "f";
	o.why = why;
	why[0] = '\0';
	assert_int_equal(sink_new("include", &o, &s, why), expected);
	if (sentence != NULL && strstr(why, sentence) == NULL) {
		fail_msg("\"%s\" is not in: %s", sentence, why);
	}
	return s;
}

static struct sink *open_sink(const char *target, FILE *to, int expected, const char *sentence)
{
	const struct sink_options o = { .target = target, .stdout_stream = to };
	return open_sink_of(&o, 1, (const char *const[]){ "ch." }, expected, sentence);
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
	struct sink *s = open_sink(NULL, to, 0, NULL);
	assert_int_equal(put_change(s, "d.ch.", "ch.", 5, 900), 0);
	assert_int_equal(put_change(s, "bb.ch.", "ch.", 6, 900), 0);
	assert_int_equal(put_change(s, "a.ch.", "ch.", 0, 900), 0);
	assert_int_equal(put_change(s, "b.ch.", "ch.", 2, 0), 0);
	assert_int_equal(put_change(s, "x.li.", "li.", 2, 0), ERR_CONFLICT);
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
	struct sink *s = open_sink(path, NULL, 0, NULL);
	assert_null(text_of(path));
	assert_int_equal(s->ops->finish(s, true), 0);
	assert_null(text_of(path));
	s = open_sink(path, NULL, 0, NULL);
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_non_null(strstr(text_of(path), "a.ch.\t3600\tIN\tDS\t1 13 2"));
	s = open_sink(path, NULL, 0, NULL);
	assert_int_equal(put_change(s, "a.ch.", "ch.", 9, 0), 0);
	assert_non_null(strstr(text_of(path), "a.ch.\t3600\tIN\tDS\t1 13 2"));	/* whole until the end */
	assert_int_equal(s->ops->finish(s, false), 0);
	assert_non_null(strstr(text_of(path), "a.ch.\tIN\tDS\t9 13 2"));
	/* Not all is known, or the store fails: the old one stays. */
	for (int i = 0; i < 2; i++) {
		told = i == 0 ? ERR_CONFLICT : ERR_STORE;
		s = open_sink(path, NULL, 0, NULL);
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
	assert_null(open_sink(path, NULL, ERR_CONFLICT, "/zone is not ours"));
	z = fopen(path, "w");
	fclose(z);
	assert_null(open_sink(path, NULL, ERR_CONFLICT, "/zone is not ours"));
	unlink(path);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_null(open_sink(path, NULL, ERR_CONFLICT, "/zone is not ours"));
	snprintf(path, sizeof(path), "%s/none/zone", f->dir);
	assert_null(open_sink(path, NULL, ERR_IO, "cannot be opened"));
	const struct sink_setting zone = { "zone", "ch.", 7 };
	const struct sink_options o = { .settings = &zone, .setting_count = 1 };
	assert_null(open_sink_of(&o, 1, (const char *const[]){ "ch." }, ERR_ARG, "f:7: zone: the sink has no such setting, and no other"));
	assert_null(open_sink_of(&(struct sink_options){ .target = NULL }, 0, NULL, ERR_CONFLICT, "no parent was loaded yet"));
}

/* Of several parents each has a file of its own, the root and one below another among them; one file would be of one. */
static void several_parents(void **state)
{
	static const char *const zones[] = { ".", "ch.", "co.ch." };
	static const char *const names[] = { "include-.", "include-ch.", "include-co.ch." };
	static const char *const sets[] = { HEADER "li.\tIN\tDS\t8 13 2 " DIGEST("08") "\n",
		HEADER "a.ch.\t3600\tIN\tDS\t1 13 2 " DIGEST("01") "\nc.ch.\tIN\tDS\t9 13 2 " DIGEST("09") "\nd.ch.\t60\tIN\tDS\t4 13 2 "
			DIGEST("04") "\n",
		HEADER "a.co.ch.\tIN\tDS\t6 13 2 " DIGEST("06") "\n" };
	const struct fixture *f = *state;
	const struct sink_options o = { .target = f->dir };
	char path[128];
	told = 0;
	snprintf(path, sizeof(path), "%s/ds.zone", f->dir);
	assert_null(open_sink_of(&(struct sink_options){ .target = path }, 3, zones, ERR_CONFLICT, "the store has 3 parents"));
	assert_null(open_sink_of(&(struct sink_options){ .target = NULL }, 3, zones, ERR_CONFLICT, "the store has 3 parents"));
	struct sink *s = open_sink_of(&o, 3, zones, 0, NULL);
	assert_int_equal(put_change(s, "c.ch.", "ch.", 9, 0), 0);
	assert_int_equal(put_change(s, "a.co.ch.", "co.ch.", 6, 0), 0);
	assert_int_equal(s->ops->finish(s, false), 0);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", f->dir, names[i]);
		assert_string_equal(text_of(path), sets[i]);
	}
	/* A file that is somebody else's is seen before any is written. */
	FILE *z = fopen(path, "w");
	assert_non_null(z);
	fclose(z);
	assert_null(open_sink_of(&o, 3, zones, ERR_CONFLICT, "is not ours"));
	unlink(path);
	told = ERR_CONFLICT;
	s = open_sink_of(&o, 3, zones, 0, NULL);
	assert_int_equal(s->ops->finish(s, false), ERR_CONFLICT);
	assert_null(text_of(path));
	/* To look, all of them one after the other. */
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	told = 0;
	s = open_sink_of(&(struct sink_options){ .stdout_stream = to, .dry_run = true }, 3, zones, 0, NULL);
	assert_int_equal(s->ops->finish(s, false), 0);
	fclose(to);
	assert_non_null(strstr(text, DIGEST("08")));
	assert_non_null(strstr(text, DIGEST("07")));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_state, setup, teardown),
		cmocka_unit_test_setup_teardown(replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(refused, setup, teardown),
		cmocka_unit_test_setup_teardown(several_parents, setup, teardown),
	};
	return cmocka_run_group_tests_name("sink include", tests, NULL, NULL);
}
