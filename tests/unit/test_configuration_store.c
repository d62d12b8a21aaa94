/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store in the configuration: how it begins, how long it keeps what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "scanner/configuration.h"
#include "validate/wire/err.h"

#define DAY 86400u

static int parse(const char *text, struct arena *arena, struct config *out, struct yaml_fault *fault)
{
	return config_parse("f.yaml", text, strlen(text), arena, out, fault);
}

static void expect_store(const char *text, bool records, uint32_t accepts, uint32_t changed, uint32_t rest)
{
	struct config c;
	struct yaml_fault fault;
	struct arena *arena = arena_new();
	if (parse(text, arena, &c, &fault) != ERR_OK) {
		fail_msg("%zu:%zu: %s\n%s", fault.line, fault.column, fault.reason, text);
	}
	assert_int_equal(c.store.first_run_records, records);
	assert_int_equal(c.store.retention.keep_s[RETENTION_ACCEPT], accepts);
	assert_int_equal(c.store.retention.keep_s[RETENTION_CHANGED], changed);
	assert_int_equal(c.store.retention.keep_s[RETENTION_REST], rest);
	arena_free(arena);
}

static void test_taken(void **state)
{
	(void)state;
	expect_store("parents: {}\n", false, 3650 * DAY, 3650 * DAY, 90 * DAY);
	expect_store("store: {}\n", false, 3650 * DAY, 3650 * DAY, 90 * DAY);
	expect_store("store: { first-run: record }\n", true, 3650 * DAY, 3650 * DAY, 90 * DAY);
	expect_store("store: { first-run: apply, keep-rest: 30d }\n", false, 3650 * DAY, 3650 * DAY, 30 * DAY);
	expect_store("store:\n  keep-changed: 365d\n  keep-accepts: forever\n", false, 0, 365 * DAY, 90 * DAY);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
		const char *reason;
	} cases[] = {
		{ "store: 5\n", 1, 8, "store takes a mapping of first-run and times to keep" },
		{ "store: { keep: 90d }\n", 1, 10, "\"keep\" is no key here; there are first-run, keep-accepts, keep-changed, keep-rest" },
		{ "store: { first-run: yes }\n", 1, 21, "first-run takes record or apply, not \"yes\"" },
		{ "store: { first-run: apply, first-run: apply }\n", 1, 28, "first-run stands here twice" },
		{ "store: { keep-rest: 29d }\n", 1, 21, "keep-rest takes a time of 30d or more, or forever, not \"29d\"" },
		{ "store: { keep-rest: 90 }\n", 1, 21, "keep-rest takes a time of 30d or more, or forever, not \"90\"" },
		{ "store:\n  keep-accepts: 0s\n", 2, 17, "keep-accepts takes a time of 30d or more, or forever, not \"0s\"" },
		{ "store:\n  keep-changed: [90d]\n", 2, 17, "keep-changed takes one value, not a list or a mapping" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config c;
		struct yaml_fault fault;
		struct arena *arena = arena_new();
		assert_int_equal(parse(cases[i].text, arena, &c, &fault), ERR_FORMAT);
		if (fault.line != cases[i].line || fault.column != cases[i].column || strcmp(fault.reason, cases[i].reason) != 0) {
			fail_msg("%zu:%zu: %s\n%s", fault.line, fault.column, fault.reason, cases[i].text);
		}
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_taken), cmocka_unit_test(test_refused) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
