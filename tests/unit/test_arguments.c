/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arguments: what is taken, and that what is not is refused without a trace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <getopt.h>
#include <string.h>

#include "scanner/arguments.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

static void numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		uint32_t value;
	} rows[] = {
		{ "2", true, 2 }, { "1000000", true, 1000000 }, { "007", true, 7 },
		{ "1", false, 0 }, { "1000001", false, 0 }, { "", false, 0 }, { " 5", false, 0 }, { "5 ", false, 0 }, { "+5", false, 0 },
		{ "-5", false, 0 }, { "5k", false, 0 }, { "0x10", false, 0 }, { "4294967298", false, 0 },
		{ "18446744073709551618", false, 0 }, { "1e3", false, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t value = 0;
		bool good = argument_number("--rate", rows[i].text, 2, 1000000, &value);
		if (good != rows[i].good || value != rows[i].value) {
			fail_msg("\"%s\"", rows[i].text);
		}
	}
}

static void durations(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
		uint32_t value;
	} rows[] = {
		{ "24h", true, 86400 }, { "0s", true, 0 }, { "90m", true, 5400 }, { "7d", true, 604800 },
		{ "24", false, 9 }, { "", false, 9 }, { "-1h", false, 9 }, { "h", false, 9 }, { "1h ", false, 9 }, { "50000d", false, 9 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t value = 9;
		bool good = argument_duration("--source-max-age", rows[i].text, &value);
		if (good != rows[i].good || value != rows[i].value) {
			fail_msg("\"%s\"", rows[i].text);
		}
	}
}

static void names(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "ch", true }, { "ch.", true }, { "Example.CH", true }, { ".", true }, { "a\\046b.ch.", true },
		{ "", false }, { "..", false }, { "a..b", false }, { ".ch", false }, { "a\\300.ch", false },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ch", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct name n;
		if (argument_name("--only", rows[i].text, &n) != rows[i].good) {
			fail_msg("\"%s\"", rows[i].text);
		}
	}
}

static void resolvers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t count;		/* 0: refused */
	} rows[] = {
		{ "192.0.2.1", 1 }, { "192.0.2.1,2001:db8::1", 2 }, { "::1", 1 },
		{ "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8", 8 },
		{ "1.1.1.1,1.1.1.2,1.1.1.3,1.1.1.4,1.1.1.5,1.1.1.6,1.1.1.7,1.1.1.8,1.1.1.9", 0 },
		{ "", 0 }, { ",", 0 }, { "192.0.2.1,", 0 }, { ",192.0.2.1", 0 }, { "192.0.2.1,,192.0.2.2", 0 }, { "localhost", 0 },
		{ "192.0.2.1 ", 0 }, { "192.0.2.1:53", 0 }, { "192.0.2.256", 0 },
		{ "2001:db8:0000:0000:0000:0000:0000:0001:2001:db8:0000:0000:0000:0000:0000:0001", 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct address out[ARGUMENT_RESOLVERS];
		size_t count = 0;
		bool good = argument_addresses("--resolver", rows[i].text, out, &count);
		if (good != (rows[i].count > 0) || (good && count != rows[i].count)) {
			fail_msg("\"%s\": %zu", rows[i].text, count);
		}
	}
}

static void cases(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint64_t run, sequence;	/* 0: refused */
	} rows[] = {
		{ "7/1042", 7, 1042 }, { "18446744073709551615/1", UINT64_MAX, 1 },
		{ "7", 0, 0 }, { "7/", 0, 0 }, { "/7", 0, 0 }, { "0/1", 0, 0 }, { "1/0", 0, 0 }, { "7/1 ", 0, 0 }, { "7/-1", 0, 0 },
		{ "-7/1", 0, 0 }, { "7 /1", 0, 0 }, { "7/1/2", 0, 0 }, { "18446744073709551616/1", 0, 0 }, { "seven/1", 0, 0 },
		{ "1/18446744073709551616", 0, 0 }, { "", 0, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t run = 0, sequence = 0;
		bool good = argument_case(rows[i].text, &run, &sequence);
		if (good != (rows[i].run > 0) || (good && (run != rows[i].run || sequence != rows[i].sequence))) {
			fail_msg("\"%s\"", rows[i].text);
		}
	}
}

static void policies(void **state)
{
	(void)state;
	const struct policy *p = NULL;
	assert_true(argument_policy(POLICY_DEFAULT, &p));
	assert_string_equal(p->name, POLICY_DEFAULT);
	assert_false(argument_policy("", &p));
	assert_false(argument_policy("BCP", &p));
}

static void options(void **state)
{
	(void)state;
	static const struct option known[] = {
		{ "db", required_argument, NULL, 256 }, { "json", no_argument, NULL, 257 }, { "jsonl", no_argument, NULL, 258 },
		{ "config", required_argument, NULL, 'c' }, { NULL, 0, NULL, 0 },
	};
	static const struct {
		const char *words[4];
		int option;
	} rows[] = {
		{ { "scan", "--json" }, 257 }, { { "scan", "--db", "d" }, 256 }, { { "scan", "--db=d" }, 256 }, { { "scan", "file" }, -1 },
		{ { "scan", "--", "--json" }, -1 }, { { "scan" }, -1 }, { { "scan", "--db" }, '?' }, { { "scan", "--json=yes" }, '?' },
		{ { "scan", "--nothing" }, '?' }, { { "scan", "-c", "f" }, 'c' }, { { "scan", "-cf" }, 'c' }, { { "scan", "-c" }, '?' },
		{ { "scan", "--config", "f" }, 'c' }, { { "scan", "-j" }, '?' }, { { "scan", "--js" }, '?' }, { { "scan", "-" }, -1 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static char text[4][32];
		char *argv[5] = { NULL };
		int argc = 0;
		for (; argc < 4 && rows[i].words[argc] != NULL; argc++) {
			strcpy(text[argc], rows[i].words[argc]);
			argv[argc] = text[argc];
		}
		optind = 0; /* begins anew (glibc) */
		int got = command_option(argc, argv, known);
		if (got != rows[i].option) {
			fail_msg("row %zu: %d", i, got);
		}
	}
}

/* What is said of the outside is printable, whatever it was, and cut where it must be. */
static void texts(void **state)
{
	(void)state;
	assert_string_equal(say_text("plain text"), "plain text");
	assert_string_equal(say_text("\033[31mred\r\n\x7f\xff"), "\\027[31mred\\013\\010\\127\\255");
	char text[5000];
	memset(text, '\n', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	const char *cut = say_text(text);
	assert_true(strlen(cut) > 1000 && strlen(cut) < 1100 && strlen(cut) % 4 == 0);
	/* Eight at once. */
	const char *first = say_text("0");
	for (unsigned i = 0; i < 7; i++) {
		(void)say_text("x");
	}
	assert_string_equal(first, "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers), cmocka_unit_test(durations),
		cmocka_unit_test(names),
		cmocka_unit_test(resolvers),
		cmocka_unit_test(cases),
		cmocka_unit_test(policies),
		cmocka_unit_test(options),
		cmocka_unit_test(texts),
	};
	return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
