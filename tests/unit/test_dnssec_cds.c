/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dnssec-cds: times, TTLs and the command line as BIND's program reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scanner/dnssec_cds.h"

/* Those without a base are no times. Absolute ones by date -u -d TEXT +%s. */
static const struct {
	const char *text;
	bool good;
	enum start_base base;
	int64_t start;
} times[] = {
	{ "20261121020000", true, START_ABSOLUTE, 1795226400 },
	{ "20261121", true, START_ABSOLUTE, 1795219200 },
	{ "1795226400", true, START_ABSOLUTE, 1795226400 },
	{ "0", true, START_ABSOLUTE, 0 },
	{ "now", true, START_NOW, 0 },
	{ "NOW", true, START_NOW, 0 },
	{ "now-3600", true, START_NOW, -3600 },
	{ "now+1h", true, START_NOW, 3600 },
	{ "now-1mo", true, START_NOW, -2592000 },
	{ "-3600", true, START_FILE, -3600 },
	{ "+10mi", true, START_FILE, 600 },
	{ "-2W", true, START_FILE, -1209600 },
	{ "-1y", true, START_FILE, -31536000 },
	{ "-0", true, START_FILE, 0 },
	{ "", false, START_FILE, 0 },
	{ "-", false, START_FILE, 0 },
	{ "now3600", false, START_FILE, 0 },
	{ "now-", false, START_FILE, 0 },
	{ "-1x", false, START_FILE, 0 },
	{ "-1h30mi", false, START_FILE, 0 },
	{ "--1", false, START_FILE, 0 },
	{ "- 1", false, START_FILE, 0 },
	{ "-99999999999999999999", false, START_FILE, 0 },
	{ "20261321", false, START_FILE, 0 },
	{ "2026112x", false, START_FILE, 0 },
	{ "yesterday", false, START_FILE, 0 },
};

static void test_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		enum start_base base = START_FILE;
		int64_t start = 0;
		if (dnssec_cds_time(times[i].text, &base, &start) != times[i].good
			|| (times[i].good && (base != times[i].base || start != times[i].start))) {
			fail_msg("\"%s\": %d %lld", times[i].text, (int)base, (long long)start);
		}
	}
}

static const struct {
	const char *text;
	bool good;
	uint32_t ttl;
} ttls[] = {
	{ "0", true, 0 }, { "3600", true, 3600 }, { "2147483647", true, 2147483647 }, { "1h", true, 3600 },
	{ "1H30M", true, 5400 }, { "1w2d3h4m5s", true, 788645 },
	{ "2147483648", false, 0 }, { "99999999999", false, 0 }, { "10000w", false, 0 }, { "-1", false, 0 }, { "", false, 0 },
	{ "h", false, 0 }, { "1x", false, 0 }, { "1h30", false, 0 }, { "1 h", false, 0 },
};

static void test_ttls(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ttls) / sizeof(ttls[0]); i++) {
		uint32_t ttl = 0;
		if (dnssec_cds_ttl(ttls[i].text, &ttl) != ttls[i].good || (ttls[i].good && ttl != ttls[i].ttl)) {
			fail_msg("\"%s\": %lu", ttls[i].text, (unsigned long)ttl);
		}
	}
}

#define WORDS 12

static bool read_words(const char *const words[WORDS], struct dnssec_cds_options *o, bool *help)
{
	char *argv[WORDS + 2] = { (char[]){ "dnssec-cds" } };
	static char copies[WORDS][32];
	int argc = 1;
	for (; words[argc - 1] != NULL; argc++) {
		strcpy(copies[argc - 1], words[argc - 1]);
		argv[argc] = copies[argc - 1];
	}
	optind = 0;	/* of getopt: begin anew */
	return dnssec_cds_options_read(argc, argv, o, help);
}

static void test_options(void **state)
{
	(void)state;
	struct dnssec_cds_options o;
	bool help;
	assert_true(read_words((const char *const[WORDS]){ "-d", "d", "-f", "f", "example.ch" }, &o, &help));
	assert_false(help);
	assert_int_equal(o.digests, 1 << 2);
	assert_true(!o.in_place && !o.nsupdate && !o.prefer_cdnskey && o.base == START_FILE && o.start == 0 && o.ttl == 0);
	assert_true(read_words((const char *const[WORDS]){ "-Dui.bak", "-a", "sha-384", "-aSHA256", "-s", "-60", "-d", "d", "-ff",
		"example.ch" }, &o, &help));
	assert_int_equal(o.digests, 1 << 2 | 1 << 4);
	assert_true(o.in_place && o.nsupdate && o.prefer_cdnskey && o.start == -60);
	assert_string_equal(o.extension, ".bak");
	assert_true(read_words((const char *const[WORDS]){ "-i", "-d", "d", "-f", "f", "example.ch" }, &o, &help));
	assert_true(o.in_place && o.extension == NULL);
	assert_true(read_words((const char *const[WORDS]){ "--help" }, &o, &help));
	assert_true(help);
	assert_true(read_words((const char *const[WORDS]){ "-V" }, &o, &help));
	assert_true(o.version);
}

static void test_misuse(void **state)
{
	(void)state;
	static const char *const lines[][WORDS] = {
		{ NULL }, { "-d", "d", "-f", "f" }, { "-d", "d", "-f", "f", "a.ch", "b.ch" }, { "-f", "f", "a.ch" }, { "-d", "d", "a.ch" },
		{ "-d", "d", "-f", "f", "a..ch" }, { "-x", "-d", "d", "-f", "f", "a.ch" }, { "-d", "d", "a.ch", "-f" },
		{ "-a", "GOST", "-d", "d", "-f", "f", "a.ch" }, { "-a", "0", "-d", "d", "-f", "f", "a.ch" },
		{ "-a", "sha256,sha384", "-d", "d", "-f", "f", "a.ch" }, { "-c", "CH", "-d", "d", "-f", "f", "a.ch" },
		{ "-i/../x", "-d", "d", "-f", "f", "a.ch" }, { "-s", "x", "-d", "d", "-f", "f", "a.ch" },
		{ "-T", "x", "-d", "d", "-f", "f", "a.ch" }, { "-v", "x", "-d", "d", "-f", "f", "a.ch" },
		{ "--helpless", "-d", "d", "-f", "f", "a.ch" },
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct dnssec_cds_options o;
		bool help;
		if (read_words(lines[i], &o, &help)) {
			fail_msg("line %zu: taken", i);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_times), cmocka_unit_test(test_ttls),
		cmocka_unit_test(test_options), cmocka_unit_test(test_misuse),
	};
	return cmocka_run_group_tests_name("dnssec-cds", tests, NULL, NULL);
}
