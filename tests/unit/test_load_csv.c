/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loads of lists in CSV: the same generation as from a master file, and what the registry says beside its records. */
#include "tests/unit/load_fixture.h"

#define ALL "child,ns,glue,ds,ds-ttl,flags,registrar,registration,manual-change\n"

static struct load_report load_csv(struct fixture *f, const char *text)
{
	return load_file(f, "list.csv", text);
}

/* What both can say is the same content, sibling glue included, so a registry may go from one to the other. */
static void test_same_generation(void **state)
{
	struct fixture *f = *state;
	struct load_report zone = load_text(f, SOA_SERIAL("0") "b.ch. NS ns.a.ch.\na.ch. NS ns.a.ch.\na.ch. NS ns.b.net.\n"
		"a.ch. 60 DS 1 13 2 " D32 "\na.ch. 60 DS 1 8 1 " D20 "\nns.a.ch. A 192.0.2.1\nns.a.ch. AAAA 2001:db8::1\n"
		"c.d.ch. NS x.\nxn--bcher-kva.ch. NS x.\n");
	static const char *const same[] = {
		"child,ns,glue,ds,ds-ttl\na.ch,ns.a.ch ns.b.net,ns.a.ch=192.0.2.1 ns.a.ch=2001:db8::1,1 13 2 " D32 ";1 8 1 " D20 ",60\n"
			"b.ch,ns.a.ch,,,\nc.d.ch,x,,,\nxn--bcher-kva.ch,x,,,\n",
		"ds-ttl,ds,glue,ns,child\r\n,,,X.,XN--Bcher-Kva.CH.\r\n,\"\",,x x,C.d.ch\r\n"
			",,NS.a.ch.=2001:DB8:0::1,ns.a.ch,b.ch\r\n60,1 8 1 " D20 ";1 13 2 " D32 ";1 13 2 " D32 ",ns.a.ch=192.0.2.1 "
			"ns.a.ch=192.0.2.1,ns.b.net ns.a.ch,a.ch\r\n",
	};
	assert_int_equal(zone.generation.delegations, 4);
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct load_report csv = load_csv(f, same[i]);
		if (!csv.unchanged || csv.generation.number != 1 || csv.generation.soa_serial != 0 || csv.generation.secure != 1
			|| memcmp(csv.generation.digest, zone.generation.digest, sizeof(zone.generation.digest)) != 0) {
			char *got = dump(f, "ch.");
			fail_msg("list %zu differs:\n%s", i, got);
		}
	}
	expect_dump(f, "ch.", "a.ch. ns.a.ch.=192.0.2.1,2001:db8::1 ns.b.net. ds 2 (60 1 8 1 0123456789ABCDEF0123456789ABCDEF01234567) "
		"(60 1 13 2 " D32_UPPER ")\nb.ch. ns.a.ch.=192.0.2.1,2001:db8::1 ds 1\nc.d.ch. x. ds 1\nxn--bcher-kva.ch. x. ds 1\n", "both");
}

/* Each of the facts is content: it is stored, a change of it is a change, and the same again is none. */
static void test_facts(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *line;
		const char *dump;
	} rows[] = {
		{ "a.ch,x,,,,,,,", "a.ch. x. ds 1\n" },
		{ "a.ch,x,,,,opted-out,,,", "a.ch. x. ds 1 {1 | 0}\n" },
		{ "a.ch,x,,,,opted-out not-published,,,", "a.ch. x. ds 1 {33 | 0}\n" },
		{ "a.ch,x,,,,,Mine,,", "a.ch. x. ds 1 {0 Mine| 0}\n" },
		{ "a.ch,x,,,,,,Mine,", "a.ch. x. ds 1 {0 |Mine 0}\n" },
		{ "a.ch,x,,,,,,,1795226400", "a.ch. x. ds 1 {0 | 1795226400}\n" },
		{ "a.ch,x,,unknown,,registry-lock,R,7,2026-11-21T02:00:01Z", "a.ch. x. ds 0 {8 R|7 1795226401}\n" },
		{ "a.ch,x,,,,,,,", "a.ch. x. ds 1\n" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		snprintf(text, sizeof(text), ALL "b.ch,x,,,,,,,\n%s\n", rows[i].line);
		struct load_report r = load_csv(f, text);
		assert_int_equal(r.generation.number, i + 1);
		assert_int_equal(r.added + r.changed, i == 0 ? 2 : 1);
		char expected[512];
		snprintf(expected, sizeof(expected), "%sb.ch. x. ds 1\n", rows[i].dump);
		expect_dump(f, "ch.", expected, rows[i].line);
		/* The same in another order and from other lines. */
		snprintf(text, sizeof(text), ALL "%s\n\nb.ch,x,,,,,,,\n", rows[i].line);
		r = load_csv(f, text);
		assert_true(r.unchanged);
		assert_int_equal(r.added + r.changed + r.removed, 0);
	}
}

static void test_left_out(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		const char *text;
		const char *dump;
		const char *told;
		uint64_t skipped;
	} rows[] = {
		{ "a child twice: nobody knows which is right", "child,ns,ds\na.ch,x,\nb.ch,x,\nA.ch.,y,1 13 2 " D32 "\na.ch,z,unknown\n",
			"b.ch. x. ds 1\n", "0:child: a.ch. stands in lines 2 and 4, and which is right nobody knows: left out\n", 1 },
		{ "the same line twice", "child,ns,flags\na.ch,x,opted-out\na.ch,x,opted-out\nb.ch,x,\n", "b.ch. x. ds 0\n",
			"0:child: a.ch. stands in lines 2 and 3, and which is right nobody knows: left out\n", 1 },
		{ "a child below another", "child,ns,ds\nx.a.ch,x,\nb.ch,x,\na.ch,x,\n", "a.ch. x. ds 1\nb.ch. x. ds 1\n",
			"0:x.a.ch.: is below another child, where the parent has no delegations: left out\n", 1 },
		{ "a wildcard", "child,ns\n*.ch,x\nb.ch,x\n", "b.ch. x. ds 0\n",
			"0:*.ch.: NS records at a wildcard are no delegation (RFC 4592 section 4.2): left out\n", 1 },
		{ "more addresses of a host than are kept, of several lines", "child,ns,glue\na.ch,x,x=192.0.2.1 x=192.0.2.2 x=192.0.2.3 "
			"x=192.0.2.4 x=192.0.2.5\nb.ch,x,x=192.0.2.6 x=192.0.2.7 x=192.0.2.8 x=192.0.2.9\n",
			"a.ch. x.=192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7,192.0.2.8 ds 0\n"
			"b.ch. x.=192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4,192.0.2.5,192.0.2.6,192.0.2.7,192.0.2.8 ds 0\n",
			"0:a.ch.: a name server has more addresses than are kept: the others are left out\n"
			"0:b.ch.: a name server has more addresses than are kept: the others are left out\n", 2 },
		{ "a line with a bad value", "child,ns,ds\na.ch,x,1 13 2 00\nb.ch,x,\n", "b.ch. x. ds 1\n",
			"2:ds: the digest of \"1 13 2 00\" does not have the length of its type\n", 1 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told told = { .text = "" };
		const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .allow_shrink = true, .skip = on_skip, .user = &told };
		struct load_report report;
		struct source_error error;
		int rc = load_with(f, file_text(f, "list.csv", rows[i].text), &o, &report, &error);
		if (rc != 0 || strcmp(told.text, rows[i].told) != 0 || report.generation.skipped != rows[i].skipped) {
			fail_msg("%s: %d %s: told %s", rows[i].name, rc, error.reason, told.text);
		}
		expect_dump(f, "ch.", rows[i].dump, rows[i].name);
	}
}

/* What ends early is no smaller parent, and what lost too much is not believed. */
static void test_nothing_is_inferred(void **state)
{
	struct fixture *f = *state;
	char *text = malloc(64 * 1024);
	assert_non_null(text);
	size_t used = (size_t)sprintf(text, "child,ns\n");
	size_t half = 0;
	for (unsigned i = 0; i < 1000; i++) {
		half = i == 500 ? used : half;
		used += (size_t)sprintf(text + used, "d%03u.ch,ns%u.net\n", i, i % 7);
	}
	struct load_report before = load_csv(f, text);
	assert_int_equal(before.added, 1000);
	const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX };
	struct load_report report;
	struct source_error error;
	static const struct {
		size_t more;
		const char *end;
		int rc;
	} cuts[] = {
		{ 0, "", ERR_CONFLICT },		/* behind a line */
		{ 3, "", ERR_FORMAT },
		{ 3, "\n", ERR_FORMAT },
		{ 8, "", ERR_FORMAT },
	};
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		char *part = malloc(64 * 1024);
		assert_non_null(part);
		sprintf(part, "%.*s%s", (int)(half + cuts[i].more), text, cuts[i].end);
		assert_int_equal(load_with(f, file_text(f, "list.csv", part), &o, &report, &error), cuts[i].rc);
		free(part);
	}
	assert_int_equal(load_with(f, file_text(f, "list.csv", "child,ns\n"), &o, &report, &error), ERR_FORMAT);
	assert_int_equal(load_with(f, file_text(f, "list.csv", "child,ns,new\n"), &o, &report, &error), ERR_FORMAT);
	struct load_report after = load_csv(f, text);
	assert_true(after.unchanged);
	assert_int_equal(after.generation.number, before.generation.number);
	free(text);
}

static char *registered(unsigned count, unsigned anew, const char *others)
{
	char *text = malloc(count * 40 + 64);
	assert_non_null(text);
	size_t used = (size_t)sprintf(text, "child,ns,registration\n");
	for (unsigned i = 0; i < count; i++) {
		used += (size_t)sprintf(text + used, "d%05u.ch,x,%s\n", i, i < anew ? others : "2019-01-01");
	}
	return text;
}

/* a registry that numbers its domains anew, or another source, is not believed to have dropped them all. */
static void test_registered_anew(void **state)
{
	struct fixture *f = *state;
	static const struct {
		unsigned count, anew;
		const char *others;
		bool allow;
		int rc;
	} rows[] = {
		{ 20000, 0, "", false, 0 },
		{ 20000, 201, "ROID", false, ERR_CONFLICT },
		{ 20000, 201, "ROID", true, 0 },
		{ 20000, 1, "ROID", false, 0 },			/* 200 that go back */
		{ 20000, 20000, "", false, 0 },			/* it tells no longer: no news */
		{ 20000, 0, "", false, 0 },
		{ 150, 0, "", true, 0 },
		{ 150, 101, "ROID", false, ERR_CONFLICT },
		{ 150, 100, "ROID", false, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *text = registered(rows[i].count, rows[i].anew, rows[i].others);
		const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .allow_shrink = true, .allow_reregistration = rows[i].allow };
		struct load_report report;
		struct source_error error;
		int rc = load_with(f, file_text(f, "list.csv", text), &o, &report, &error);
		if (rc != rows[i].rc || (rc != 0 && strstr(error.reason, "--allow-reregistration") == NULL)) {
			fail_msg("row %zu: %d %s", i, rc, error.reason);
		}
		free(text);
	}
}

/* As much memory as the sorter takes for the least: runs on disk, and facts among them. */
static void test_sorted_on_disk(void **state)
{
	struct fixture *f = *state;
	const unsigned count = 20000;
	char *text = malloc(count * 160 + 64);
	assert_non_null(text);
	size_t used = (size_t)sprintf(text, "child,ns,glue,ds,flags,registrar\n");
	for (unsigned i = 0; i < count; i++) {
		unsigned n = (i * 7919) % count;
		used += (size_t)sprintf(text + used, "d%05u.ch,ns.d%05u.ch ns.op.ch,ns.d%05u.ch=192.0.2.%u,%u 13 1 " D20 ",%s,r%u\n", n, n, n,
			n % 256, n, n % 2 == 0 ? "registry-lock" : "", n % 9);
	}
	sprintf(text + used, "op.ch,ns.op.ch,ns.op.ch=192.0.2.9,,,\n");
	struct load_report large = load_csv(f, text);
	assert_int_equal(large.added, count + 1);
	const struct load_options small = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .memory = 1 };
	struct load_report report;
	struct source_error error;
	assert_int_equal(load_with(f, file_path(f, "list.csv"), &small, &report, &error), 0);
	assert_true(report.unchanged);
	char *got = dump(f, "ch.");
	assert_non_null(strstr(got, "\nd00010.ch. ns.d00010.ch.=192.0.2.10 ns.op.ch.=192.0.2.9 ds 2 (3600 10 13 1 "
		"0123456789ABCDEF0123456789ABCDEF01234567) {8 r1| 0}\nd00011.ch."));
	free(got);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same_generation, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_facts, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_left_out, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_nothing_is_inferred, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_registered_anew, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_sorted_on_disk, load_setup, load_teardown),
	};
	return cmocka_run_group_tests_name("load_csv", tests, NULL, NULL);
}
