/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sinks in the configuration: what is handed over to a sink, and what is refused where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "scanner/configuration.h"
#include "validate/wire/err.h"

#define S "sinks:\n  - "
#define N S "name: a\n    kind: csv\n"
#define BOTH "name, kind and settings"

static int set_up(void **state)
{
	*state = arena_new();
	return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static struct config parse(struct arena *arena, const char *text)
{
	struct config c;
	struct yaml_fault fault;
	int ret = config_parse("f.yaml", text, strlen(text), arena, &c, &fault);
	if (ret != ERR_OK) {
		fail_msg("%d, %zu:%zu: %s\n%s", ret, fault.line, fault.column, fault.reason, text);
	}
	return c;
}

static void expect_setting(const struct sink_setting *s, const char *key, const char *value, size_t line)
{
	assert_string_equal(s->key, key);
	assert_string_equal(s->value, value);
	assert_int_equal(s->line, line);
}

static void are_taken(void **state)
{
	struct config c = parse(*state, "policy: { preset: bcp }\nsinks:\n  - name: hidden-1\n    kind: nsupdate\n    server: 192.0.2.1@53\n"
		"    name-of: x\n  - { kind: jsonl, record: no, name: Lines_2, to: /var/x y, empty: '' }\n  - kind: csv\n    record: yes\n    name: csv\n");
	assert_int_equal(c.sink_count, 3);
	const struct config_sink *s = config_sink(&c, "hidden-1");
	assert_non_null(s);
	assert_string_equal(s->kind, "nsupdate");
	assert_null(s->target);
	assert_true(s->is_record);
	assert_int_equal(s->setting_count, 2);
	expect_setting(&s->settings[0], "server", "192.0.2.1@53", 5);
	expect_setting(&s->settings[1], "name-of", "x", 6);
	s = config_sink(&c, "Lines_2");
	assert_non_null(s);
	assert_string_equal(s->kind, "jsonl");
	assert_string_equal(s->target, "/var/x y");
	assert_false(s->is_record);
	assert_int_equal(s->setting_count, 1);
	expect_setting(&s->settings[0], "empty", "", 7);
	s = config_sink(&c, "csv");
	assert_non_null(s);
	assert_true(s->is_record);
	assert_null(config_sink(&c, "lines_2"));
	assert_int_equal(parse(*state, "sinks: []\n").sink_count, 0);
	assert_int_equal(parse(*state, "policy: {}\n").sink_count, 0);
}

static const struct refusal {
	const char *text;
	size_t line, column;
	const char *reason;
} refusals[] = {
	{ "sinks: x\n", 1, 8, "sinks takes a list of mappings of " BOTH },
	{ "sinks: {}\n", 1, 8, "sinks takes a list of mappings of " BOTH },
	{ S "x\n", 2, 5, "sinks takes a list of mappings, each of " BOTH },
	{ S "[]\n", 2, 5, "sinks takes a list of mappings, each of " BOTH },
	{ S "name: a\n", 2, 5, "the sink has no kind" },
	{ S "kind: csv\n", 2, 5, "the sink has no name" },
	{ S "name: a b\n    kind: csv\n", 2, 11, "the name of a sink is 1 to 32 letters, digits, - and _" },
	{ S "name: ../a\n    kind: csv\n", 2, 11, "the name of a sink is 1 to 32 letters, digits, - and _" },
	{ S "name: ''\n    kind: csv\n", 2, 11, "the name of a sink is 1 to 32 letters, digits, - and _" },
	{ S "name: a23456789012345678901234567890123\n    kind: csv\n", 2, 11, "the name of a sink is 1 to 32 letters, digits, - and _" },
	{ S "name: jsonl\n    kind: csv\n", 2, 11, "jsonl is a kind of its own; give the sink another name" },
	{ N "    kind: csv\n", 4, 5, "kind stands here twice" },
	{ N "    record: maybe\n", 4, 13, "record takes yes or no, not \"maybe\"" },
	{ N "    to: [x]\n", 4, 9, "to takes one value, not a list or a mapping" },
	{ N "    server: { a: b }\n", 4, 13, "server takes one value, not a list or a mapping" },
	{ N "  - name: a\n    kind: csv\n", 4, 11, "a sink a stands here twice" },
	{ N "sinks: []\n", 4, 1, "sinks stands here twice" },
};

static void refuse(struct arena *arena, const char *text, size_t line, size_t column, const char *reason)
{
	struct config c = { .sink_count = 7 };
	struct yaml_fault fault;
	assert_int_equal(config_parse("f.yaml", text, strlen(text), arena, &c, &fault), ERR_FORMAT);
	if (fault.line != line || fault.column != column || strncmp(fault.reason, reason, strlen(reason)) != 0) {
		fail_msg("%zu:%zu: %s\ninstead of %zu:%zu: %s\n%s", fault.line, fault.column, fault.reason, line, column, reason, text);
	}
	assert_int_equal(c.sink_count, 7);
}

static void are_refused(void **state)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		refuse(*state, refusals[i].text, refusals[i].line, refusals[i].column, refusals[i].reason);
		arena_reset(*state);
	}
	refuse(*state, S "name: a\n    kind: pigeon\n", 3, 11, "no sink is of the kind \"pigeon\"; there are jsonl, csv, dsset");
}

static void ceilings(void **state)
{
	static char text[8192];
	size_t used = (size_t)snprintf(text, sizeof(text), "%s", N);
	for (int i = 0; i <= CONFIG_SINK_SETTINGS; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used, "    key-%d: x\n", i);
	}
	refuse(*state, text, 4 + CONFIG_SINK_SETTINGS, 5, "a sink has no more than 32 settings");
	used = (size_t)snprintf(text, sizeof(text), "sinks:\n");
	for (int i = 0; i <= 64; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used, "  - { name: n%d, kind: csv }\n", i);
	}
	refuse(*state, text, 66, 5, "there are more than 64 sinks");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(are_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ceilings, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("configuration of sinks", tests, NULL, NULL);
}
