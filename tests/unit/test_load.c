/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load: delegations out of records, generations, the brake, all or nothing. */
#include <fcntl.h>
#include <sys/stat.h>

#include "registry/store/journal.h"
#include "tests/unit/load_fixture.h"

struct row {
	const char *name;
	const char *text;
	const char *dump;
	const char *told;
};

static const struct row rows[] = {
	{ "NS, glue, DS", SOA "ch. NS a.nic.ch.\na.ch. NS ns.a.ch.\na.ch. NS ns.b.net.\na.ch. 60 DS 1 13 2 " D32 "\nns.a.ch. A 192.0.2.1\n"
		"ns.a.ch. AAAA 2001:db8::1\nb.ch. NS ns.b.net.\n",
		"a.ch. ns.a.ch.=192.0.2.1,2001:db8::1 ns.b.net. ds 2 (60 1 13 2 " D32_UPPER ")\nb.ch. ns.b.net. ds 1\n", "" },
	{ "sibling glue before and behind", SOA "ns.z.ch. A 192.0.2.9\na.ch. NS ns.z.ch.\nb.ch. NS ns.z.ch.\nz.ch. NS ns.z.ch.\n"
		"m.ch. NS ns.y.ch.\ny.ch. NS ns.y.ch.\nns.y.ch. A 192.0.2.8\n",
		"a.ch. ns.z.ch.=192.0.2.9 ds 1\nb.ch. ns.z.ch.=192.0.2.9 ds 1\nm.ch. ns.y.ch.=192.0.2.8 ds 1\n"
		"y.ch. ns.y.ch.=192.0.2.8 ds 1\nz.ch. ns.z.ch.=192.0.2.9 ds 1\n", "" },
	{ "the parent's own hosts", SOA "a.nic.ch. A 192.0.2.3\na.ch. NS a.nic.ch.\n", "a.ch. a.nic.ch.=192.0.2.3 ds 1\n", "" },
	{ "owners outside of the zone", SOA "a.li. NS x.\nli. NS x.\n. NS x.\na.ch. NS ns.net.\nns.net. A 192.0.2.4\nother.net. A "
		"192.0.2.5\n", "a.ch. ns.net.=192.0.2.4 ds 1\n", "" },
	{ "below a delegation", SOA "b.a.ch. NS x.\nb.a.ch. DS 1 13 2 " D32 "\na.ch. NS y.\nab.ch. NS z.\n", "a.ch. y. ds 1\n"
		"ab.ch. z. ds 1\n", "" },
	{ "deeper delegations", SOA "b.a.ch. NS x.\nc.b.a.ch. NS x.\n", "b.a.ch. x. ds 1\n", "" },
	{ "DS without NS", SOA "a.ch. DS 1 13 2 " D32 "\nb.ch. NS x.\n", "b.ch. x. ds 1\n",
		"0:a.ch.: DS records but no NS records: left out\n" },
	{ "DS at the apex is the parent's", SOA "ch. DS 1 13 2 " D32 "\nb.ch. NS x.\n", "b.ch. x. ds 1\n", "" },
	{ "NS at a wildcard", SOA "*.ch. NS x.\nb.ch. NS x.\n", "b.ch. x. ds 1\n",
		"0:*.ch.: NS records at a wildcard are no delegation (RFC 4592 section 4.2): left out\n" },
	{ "duplicates and other case", SOA "a.ch. NS x.\nA.CH. NS X.\na.ch. DS 1 13 2 " D32 "\na.ch. DS 1 13 2 " D32 "\n",
		"a.ch. x. ds 2 (3600 1 13 2 " D32_UPPER ")\n", "" },
	{ "DS sorted, smallest TTL", SOA "a.ch. NS x.\na.ch. 90 DS 2 13 2 " D32 "\na.ch. 80 DS 1 13 2 " D32 "\na.ch. 70 DS 1 13 2 " D32
		"\na.ch. 99 DS 1 8 1 " D20 "\n", "a.ch. x. ds 2 (70 1 8 1 0123456789ABCDEF0123456789ABCDEF01234567) (70 1 13 2 "
		D32_UPPER ") (70 2 13 2 " D32_UPPER ")\n", "" },
	{ "a broken DS makes the set unknown", SOA "a.ch. NS x.\na.ch. DS 1 13 2 " D32 "\na.ch. DS 1 13 2 0123\n",
		"a.ch. x. ds 0\n", "4:the DS record is malformed: its digest does not have the length of its type\n" },
	{ "a broken NS: the server that is missing might be the one that disagrees", SOA "a.ch. NS x.\na.ch. NS y..z.\n"
		"a.ch. DS 1 13 2 " D32 "\n", "a.ch. x. ds 0\n", "3:invalid domain name character\n" },
	{ "names with odd octets", SOA "a\\000b.ch. NS x\\.y.\na\\001.ch. NS z.\na.ch. NS \\000.\n",
		"a.ch. \\000. ds 1\na\\000b.ch. x\\.y. ds 1\na\\001.ch. z. ds 1\n", "" },
	{ "nothing", SOA, "", "" },
};

static void test_rows(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told told = { .text = "" };
		const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .allow_shrink = true, .skip = on_skip, .user = &told };
		struct load_report report;
		struct source_error error;
		int rc = load_with(f, file_text(f, "zone", rows[i].text), &o, &report, &error);
		if (rc != 0) {
			fail_msg("%s: %d %s", rows[i].name, rc, error.reason);
		}
		if (strcmp(told.text, rows[i].told) != 0) {
			fail_msg("%s: told %s", rows[i].name, told.text);
		}
		assert_int_equal(report.generation.skipped, told.text[0] != '\0');
		expect_dump(f, "ch.", rows[i].dump, rows[i].name);
	}
}

__attribute__((format(printf, 2, 3)))
static void append(char **text, const char *format, ...)
{
	char line[256];
	va_list args;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	size_t size = strlen(*text);
	*text = realloc(*text, size + strlen(line) + 1);
	assert_non_null(*text);
	strcpy(*text + size, line);
}

/* More than is kept of hosts, DS records and addresses; exactly as many are fine. */
static void test_ceilings(void **state)
{
	struct fixture *f = *state;
	char *text = calloc(1, 1);
	append(&text, "%s", SOA);
	for (unsigned i = 0; i <= LIMIT_NS_HOSTS; i++) {
		append(&text, "%s.ch. NS h%02u.\n", "manyns", i);
		append(&text, "%s.ch. NS h%02u.\n", "fullns", i % LIMIT_NS_HOSTS);
	}
	for (unsigned i = 0; i <= LIMIT_DS; i++) {
		append(&text, "%s.ch. DS %u 13 2 " D32 "\n", "manyds", i);
		append(&text, "%s.ch. DS %u 13 2 " D32 "\n", "fullds", i % LIMIT_DS);
	}
	append(&text, "manyds.ch. NS x.\nfullds.ch. NS x.\nmanyglue.ch. NS ns.manyglue.ch.\n");
	for (unsigned i = 0; i <= LIMIT_HOST_ADDRESSES; i++) {
		append(&text, "ns.manyglue.ch. A 192.0.2.%u\n", i);
	}
	struct told told = { .text = "" };
	const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .skip = on_skip, .user = &told };
	struct load_report report;
	struct source_error error;
	assert_int_equal(load_with(f, file_text(f, "zone", text), &o, &report, &error), 0);
	assert_int_equal(report.generation.delegations, 3);
	assert_int_equal(report.generation.skipped, 3);
	assert_string_equal(told.text, "0:manyds.ch.: more DS records than are kept: left out\n"
		"0:manyglue.ch.: a name server has more addresses than are kept: the others are left out\n"
		"0:manyns.ch.: more NS records than are kept: left out\n");
	char *got = dump(f, "ch.");
	assert_non_null(strstr(got, "fullds.ch. x. ds 2 (3600 0 13 2"));
	assert_non_null(strstr(got, "fullns.ch. h00."));
	assert_non_null(strstr(got, "192.0.2.7 ds 1"));
	assert_null(strstr(got, "192.0.2.8"));
	free(got);
	free(text);
}

static void test_generations(void **state)
{
	struct fixture *f = *state;
	struct load_report r = load_text(f, SOA "a.ch. NS x.\nb.ch. NS x.\nb.ch. DS 1 13 2 " D32 "\n");
	struct generation first = r.generation;
	assert_int_equal(first.number, 1);
	assert_int_equal(first.soa_serial, 7);
	assert_int_equal(first.delegations, 2);
	assert_int_equal(first.secure, 1);
	assert_int_equal(first.loaded, FIXTURE_NOW);
	assert_int_equal(r.added, 2);
	assert_false(r.unchanged);
	/* The same in other words. */
	r = load_text(f, SOA "b.ch. NS x.\n DS 1 13 2 " D32 "\na.ch. NS x.\nx.ch. TXT new\n");
	assert_true(r.unchanged);
	assert_int_equal(r.generation.number, 1);
	assert_memory_equal(r.generation.digest, first.digest, sizeof(first.digest));
	/* Only the serial. */
	r = load_text(f, SOA_SERIAL("8") "b.ch. NS x.\n DS 1 13 2 " D32 "\na.ch. NS x.\n");
	assert_false(r.unchanged);
	assert_int_equal(r.generation.number, 2);
	assert_int_equal(r.added + r.changed + r.removed, 0);
	assert_memory_equal(r.generation.digest, first.digest, sizeof(first.digest));
	/* Only the content: one of each. */
	r = load_text(f, SOA_SERIAL("8") "b.ch. NS y.\nc.ch. NS x.\n");
	assert_int_equal(r.generation.number, 3);
	assert_int_equal(r.added, 1);
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.removed, 1);
	assert_memory_not_equal(r.generation.digest, first.digest, sizeof(first.digest));
	expect_dump(f, "ch.", "b.ch. y. ds 1\nc.ch. x. ds 1\n", "after all");
	struct txn *t = fixture_begin(f, STORE_READ);
	struct name ch = fixture_name("ch.");
	struct generation g;
	assert_int_equal(generation_get(t, &ch, &g), 0);
	txn_abort(t);
	assert_int_equal(g.number, 3);
	assert_memory_equal(g.digest, r.generation.digest, sizeof(g.digest));
}

/* A TTL, an address, one host: each is content. */
static void test_digest_sees_all(void **state)
{
	struct fixture *f = *state;
	static const char *const texts[] = {
		SOA "a.ch. NS ns.a.ch.\nns.a.ch. A 192.0.2.1\na.ch. 60 DS 1 13 2 " D32 "\n",
		SOA "a.ch. NS ns.a.ch.\nns.a.ch. A 192.0.2.1\na.ch. 61 DS 1 13 2 " D32 "\n",
		SOA "a.ch. NS ns.a.ch.\nns.a.ch. A 192.0.2.2\na.ch. 60 DS 1 13 2 " D32 "\n",
		SOA "a.ch. NS ns.a.ch.\na.ch. 60 DS 1 13 2 " D32 "\n",
		SOA "a.ch. NS ns.a.ch.\na.ch. NS x.\nns.a.ch. A 192.0.2.1\na.ch. 60 DS 1 13 2 " D32 "\n",
		SOA "a.ch. NS ns.a.ch.\nns.a.ch. A 192.0.2.1\na.ch. 60 DS 2 13 2 " D32 "\n",
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct load_report r = load_text(f, texts[i]);
		assert_int_equal(r.generation.number, i + 1);
		assert_int_equal(r.added + r.changed, 1);
	}
}

/* "uk." must not take the delegations of "co.uk." for its own that went away. */
static void test_nested_parents(void **state)
{
	struct fixture *f = *state;
	load_text(f, "co.uk. SOA a. b. 1 2 3 4 5\nx.co.uk. NS n.\ny.co.uk. NS n.\n");
	load_text(f, "uk. SOA a. b. 1 2 3 4 5\nco.uk. NS n.\nx.co.uk. NS other.\nme.uk. NS n.\n");
	expect_dump(f, "co.uk.", "x.co.uk. n. ds 1\ny.co.uk. n. ds 1\n", "co.uk.");
	expect_dump(f, "uk.", "co.uk. n. ds 1\nme.uk. n. ds 1\n", "uk.");
	struct load_report r = load_text(f, "uk. SOA a. b. 2 2 3 4 5\nco.uk. NS n.\n");
	assert_int_equal(r.removed, 1);
	expect_dump(f, "co.uk.", "x.co.uk. n. ds 1\ny.co.uk. n. ds 1\n", "co.uk. again");
}

static void test_brake(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		unsigned before, gone;
		int rc;
	} brakes[] = {
		{ "20 are never too many", 30, 20, 0 },
		{ "21 of 30", 30, 21, ERR_CONFLICT },
		{ "10 % are not over 10 %", 300, 30, 0 },
		{ "over 10 %", 300, 31, ERR_CONFLICT },
	};
	for (size_t i = 0; i < sizeof(brakes) / sizeof(brakes[0]); i++) {
		char *whole = zone_of(0, brakes[i].before);
		char *less = zone_of(brakes[i].gone, brakes[i].before);
		load_text(f, whole);
		char *before = dump(f, "ch.");
		const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX };
		struct load_report report;
		struct source_error error = { .line = 0 };
		int rc = load_with(f, file_text(f, "zone", less), &o, &report, &error);
		if (rc != brakes[i].rc) {
			fail_msg("%s: %d %s", brakes[i].name, rc, error.reason);
		}
		if (rc != 0) {
			assert_non_null(strstr(error.reason, "delegations would go"));
			expect_dump(f, "ch.", before, brakes[i].name);
			struct load_report r = load_text(f, less);
			assert_int_equal(r.removed, brakes[i].gone);
		} else {
			assert_int_equal(report.removed, brakes[i].gone);
		}
		free(before);
		free(whole);
		free(less);
	}
}

/* Nothing reaches the store of a file that is not whole, or of a load that was stopped. */
static void test_all_or_nothing(void **state)
{
	struct fixture *f = *state;
	load_text(f, SOA "a.ch. NS x.\n");
	static const char *const texts[] = {
		SOA_SERIAL("8") "a.ch. NS y.\nb.ch. NS z",
		SOA_SERIAL("8") "a.ch. NS y.\nb.ch. NS ( z.\n",
		SOA_SERIAL("8") "a.ch. NS y.\n$INCLUDE more\n",
		"a.ch. NS y.\n",
	};
	struct load_report report;
	struct source_error error;
	bool stop = false;
	struct told told = { .stop = &stop };
	const struct load_options o = { .now = FIXTURE_NOW, .max_age_s = UINT32_MAX, .skip = on_skip, .user = &told, .stop = &stop };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(load_with(f, file_text(f, "zone", texts[i]), &o, &report, &error), ERR_FORMAT);
		assert_int_equal(report.generation.number, 0);
	}
	/* Stopped while reading, and between reading and writing. */
	static const char *const stopping[] = {
		SOA_SERIAL("8") "b.ch. NS\na.ch. NS y.\n",
		SOA_SERIAL("8") "a.ch. NS y.\nb.ch. DS 1 13 2 " D32 "\n",
	};
	for (size_t i = 0; i < 2; i++) {
		stop = false;
		assert_int_equal(load_with(f, file_text(f, "zone", stopping[i]), &o, &report, &error), ERR_CANCELLED);
		assert_true(stop);
	}
	expect_dump(f, "ch.", "a.ch. x. ds 1\n", "after all");
	struct load_report r = load_text(f, SOA "a.ch. NS x.\n");
	assert_true(r.unchanged);
}

static char *store_octets(const struct fixture *f, size_t *size)
{
	char path[128];
	char *octets = NULL;
	snprintf(path, sizeof(path), "%s/data.mdb", f->dir);
	FILE *in = fopen(path, "r");
	FILE *out = open_memstream(&octets, size);
	assert_non_null(in);
	assert_non_null(out);
	for (int c; (c = fgetc(in)) != EOF;) {
		fputc(c, out);
	}
	fclose(in);
	fclose(out);
	return octets;
}

static bool file_is(const struct fixture *f, const char *octets, size_t size)
{
	size_t now_size;
	char *now = store_octets(f, &now_size);
	bool same = now_size == size && memcmp(now, octets, size) == 0;
	free(now);
	return same;
}

/* A zone as it is in the store is loaded without a write, whatever the time and however it is written down. */
static void test_nothing_written(void **state)
{
	struct fixture *f = *state;
	struct load_options o = { .now = FIXTURE_NOW + 86400, .max_age_s = UINT32_MAX, .forget_by = FIXTURE_NOW + 86400 };
	struct load_report report;
	struct source_error error;
	size_t size;
	load_text(f, SOA "a.ch. NS x.\nb.ch. NS x.\n");
	char *before = store_octets(f, &size);
	assert_int_equal(load_with(f, file_text(f, "zone", SOA "b.ch. NS x.\na.ch. NS X.\n"), &o, &report, &error), 0);
	assert_true(report.unchanged);
	assert_int_equal(report.generation.loaded, FIXTURE_NOW);
	assert_true(file_is(f, before, size));
	/* What status shows of it is another thing now. */
	assert_int_equal(load_with(f, file_text(f, "zone", SOA "b.ch. NS x.\na.ch. NS x.\nnone\n"), &o, &report, &error), 0);
	assert_true(report.unchanged);
	assert_int_equal(report.generation.skipped, 1);
	assert_int_equal(report.generation.loaded, FIXTURE_NOW + 86400);
	assert_false(file_is(f, before, size));
	free(before);
}

/* The next generation shows what was acknowledged: the change is published. */
static void test_published(void **state)
{
	struct fixture *f = *state;
	load_text(f, SOA "a.ch. NS x.\nb.ch. NS x.\n");
	struct ds ds = fixture_ds(1);
	struct change c = { .child = fixture_name("a.ch."), .class = CHANGE_UPDATE, .run = 1, .sequence = 1, .generation = 1,
		.judged_at = FIXTURE_NOW, .ds_after = { 1, &ds }, .ds_ttl = 3600, .ns_count = 1 };
	struct name host = fixture_name("x.");
	c.ns_before = &host;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(journal_propose(t, f->crypto, FIXTURE_NOW, &c), 0);
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_RELEASED, REASON_NONE), 0);
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_CLAIMED, REASON_NONE), 0);
	assert_int_equal(journal_event(t, f->crypto, FIXTURE_NOW, c.number, EVENT_SENT, REASON_NONE), 0);
	assert_int_equal(journal_ack(t, f->crypto, FIXTURE_NOW, c.number), 0);
	fixture_commit(t);
	struct load_report r = load_text(f, SOA_SERIAL("8") "a.ch. NS x.\nb.ch. NS x.\n");
	assert_int_equal(r.changes.published, 0);
	char text[512];
	char digest[DS_TEXT_SIZE];
	ds_to_text(&ds, digest);
	snprintf(text, sizeof(text), SOA_SERIAL("9") "a.ch. NS x.\nb.ch. NS x.\na.ch. DS %s\n", digest);
	/* an old source shows nothing, however often; the same from a young one does, though nothing else is new. */
	const struct load_options old = { .now = FIXTURE_NOW, .allow_shrink = true };
	struct source_error error;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(load_with(f, file_text(f, "zone", text), &old, &r, &error), 0);
		assert_true(!r.is_young && r.generation.is_old && r.generation.number == 3 && r.unchanged == (i == 1));
		assert_int_equal(r.changes.published, 0);
	}
	r = load_text(f, text);
	assert_true(r.is_young && !r.generation.is_old && r.unchanged && r.generation.number == 3);
	assert_int_equal(r.changes.published, 1);
	r = load_text(f, text);
	assert_int_equal(r.changes.published, 0);
}

#define DAY 86400u
#define SIGNED_UNTIL(time) "ch. 3600 IN RRSIG SOA 13 1 3600 " time " 20261001000000 1 ch. AAAA\n"
#define CHILD "a.ch. 3600 IN NS x.\n"

/* by the time of the file, on either side of now; by the SOA, when all its signatures have expired. */
static void test_age(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *label, *file, *text;
		int64_t age;		/* of the file */
		uint32_t max_age_s;
		bool is_young, is_expired;
	} cases[] = {
		{ "of now", "zone", SOA CHILD, 0, DAY, true, false },
		{ "just young enough", "zone", SOA CHILD, DAY - 1, DAY, true, false },
		{ "just too old", "zone", SOA CHILD, DAY, DAY, false, false },
		{ "from the future, a little", "zone", SOA CHILD, -(int64_t)DAY + 1, DAY, true, false },
		{ "from the future", "zone", SOA CHILD, -(int64_t)DAY, DAY, false, false },
		{ "a year", "zone", SOA CHILD, 365 * DAY, 366 * DAY, true, false },
		{ "never young enough", "zone", SOA CHILD, 0, 0, false, false },
		{ "signed", "zone", SOA SIGNED_UNTIL("20280101000000") CHILD, 0, DAY, true, false },
		{ "signed once", "zone", SOA SIGNED_UNTIL("20261101000000") CHILD, 0, DAY, false, true },
		{ "signed once more", "zone", SOA SIGNED_UNTIL("20261101000000") SIGNED_UNTIL("20280101000000") CHILD, 0, DAY, true, false },
		{ "and the other way round", "zone", SOA SIGNED_UNTIL("20280101000000") SIGNED_UNTIL("20261101000000") CHILD, 0, DAY, true,
			false },
		{ "another type's signature", "zone", SOA "ch. 3600 IN RRSIG NS 13 1 3600 20261101000000 20261001000000 1 ch. AAAA\n" CHILD, 0,
			DAY, true, false },
		{ "a list", "list.csv", "child,ns\na.ch.,x.\n", DAY - 1, DAY, true, false },
		{ "an old list", "list.csv", "child,ns\na.ch.,x.\n", DAY, DAY, false, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct load_options o = { .now = FIXTURE_NOW, .allow_shrink = true, .max_age_s = cases[i].max_age_s };
		struct load_report report;
		struct source_error error;
		const char *path = file_text(f, cases[i].file, cases[i].text);
		const struct timespec time = { .tv_sec = (time_t)((int64_t)FIXTURE_NOW - cases[i].age) };
		const struct timespec times[2] = { time, time };
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
		assert_int_equal(load_with(f, path, &o, &report, &error), 0);
		if (report.is_young != cases[i].is_young || report.is_expired != cases[i].is_expired
		    || report.written != (uint64_t)time.tv_sec) {
			fail_msg("%s: young %d, expired %d", cases[i].label, report.is_young, report.is_expired);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_ceilings, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_generations, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_digest_sees_all, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_nested_parents, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_brake, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_all_or_nothing, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_nothing_written, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_published, load_setup, load_teardown),
		cmocka_unit_test_setup_teardown(test_age, load_setup, load_teardown),
	};
	return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
