/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of a sink: each value has its range, and what is wrong is said with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "registry/sink/settings.h"
#include "validate/wire/err.h"

static const struct sink_setting given[] = {
	{ "port", "53", 4 }, { "mode", "slow", 5 }, { "secure", "yes", 6 }, { "plain", "no", 7 }, { "odd", "maybe", 8 },
	{ "empty", "", 9 }, { "word", "12x", 10 }, { "huge", "18446744073709551616", 11 }, { "minus", "-1", 12 },
	{ "most", "18446744073709551615", 13 }, { "spoken", "7", 0 },
};
static const struct sink_options options = { .file = "sinks.yaml", .settings = given,
	.setting_count = sizeof(given) / sizeof(given[0]) };

static void expect(const char *why, const char *text)
{
	if (strcmp(why, text) != 0) {
		fail_msg("it says: %s\nnot: %s", why, text);
	}
}

static void known_keys(void **state)
{
	static const struct sink_setting twice[] = { { "port", "1", 3 }, { "mode", "a", 4 }, { "port", "1", 5 } };
	static const char *const all[] = { "mode", "port", NULL };
	static const char *const some[] = { "mode", "porter", NULL };
	struct sink_options o = { .file = "f", .settings = twice, .setting_count = 2 };
	char why[256] = "";
	(void)state;
	assert_int_equal(settings_check(&o, all, why), 0);
	assert_int_equal(settings_check(&o, some, why), ERR_ARG);
	expect(why, "f:3: port: the sink has no such setting; it has: mode porter");
	o.setting_count = 3;
	assert_int_equal(settings_check(&o, all, why), ERR_ARG);
	expect(why, "f:5: port: is given twice");
	o.setting_count = 0;
	assert_int_equal(settings_check(&o, all, why), 0);
}

static void numbers(void **state)
{
	static const struct { const char *key; uint64_t min, max; const char *why; } refused[] = {
		{ "port", 54, 65535, "sinks.yaml:4: port: give a whole number from 54 to 65535" },
		{ "port", 1, 52, "sinks.yaml:4: port: give a whole number from 1 to 52" },
		{ "empty", 0, 9, "sinks.yaml:9: empty: give a whole number from 0 to 9" },
		{ "word", 0, 99, "sinks.yaml:10: word: give a whole number from 0 to 99" },
		{ "huge", 0, UINT64_MAX, "sinks.yaml:11: huge: give a whole number from 0 to 18446744073709551615" },
		{ "minus", 0, UINT64_MAX, "sinks.yaml:12: minus: give a whole number from 0 to 18446744073709551615" },
		{ "spoken", 8, 9, "spoken: give a whole number from 8 to 9" },
	};
	uint64_t n = 7;
	char why[256] = "";
	(void)state;
	assert_int_equal(settings_uint(&options, "port", 53, 53, &n, why), 0);
	assert_int_equal(n, 53);
	assert_int_equal(settings_uint(&options, "most", 0, UINT64_MAX, &n, why), 0);
	assert_true(n == UINT64_MAX);
	n = 7;
	assert_int_equal(settings_uint(&options, "absent", 10, 20, &n, why), 0);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(settings_uint(&options, refused[i].key, refused[i].min, refused[i].max, &n, why), ERR_ARG);
		expect(why, refused[i].why);
		assert_int_equal(n, 7);
	}
}

static void words(void **state)
{
	static const char *const speeds[] = { "fast", "slow", NULL };
	static const char *const others[] = { "slower", "slo", NULL };
	size_t at = 9;
	bool yes = false;
	char why[256] = "";
	(void)state;
	assert_int_equal(settings_word(&options, "absent", speeds, &at, why), 0);
	assert_int_equal(at, 9);
	assert_int_equal(settings_word(&options, "mode", others, &at, why), ERR_ARG);
	expect(why, "sinks.yaml:5: mode: give one of: slower slo");
	assert_int_equal(at, 9);
	assert_int_equal(settings_word(&options, "mode", speeds, &at, why), 0);
	assert_int_equal(at, 1);
	assert_int_equal(settings_bool(&options, "secure", &yes, why), 0);
	assert_true(yes);
	assert_int_equal(settings_bool(&options, "absent", &yes, why), 0);
	assert_true(yes);
	assert_int_equal(settings_bool(&options, "plain", &yes, why), 0);
	assert_false(yes);
	assert_int_equal(settings_bool(&options, "absent", &yes, why), 0);
	assert_false(yes);
	assert_int_equal(settings_bool(&options, "odd", &yes, why), ERR_ARG);
	expect(why, "sinks.yaml:8: odd: give one of: no yes");
	assert_false(yes);
}

static void texts(void **state)
{
	const char *text = "before";
	char why[256] = "";
	(void)state;
	assert_string_equal(settings_text(&options, "mode"), "slow");
	assert_string_equal(settings_text(&options, "empty"), "");
	assert_null(settings_text(&options, "absent"));
	assert_int_equal(settings_need(&options, "mode", &text, why), 0);
	assert_string_equal(text, "slow");
	assert_int_equal(settings_need(&options, "absent", &text, why), ERR_ARG);
	expect(why, "the sink needs the setting absent");
	assert_null(text);
	assert_int_equal(settings_wrong(&options, "mode", "is not to be had", why), ERR_ARG);
	expect(why, "sinks.yaml:5: mode: is not to be had");
	assert_int_equal(settings_wrong(&options, "absent", "is not to be had", why), ERR_ARG);
	expect(why, "absent: is not to be had");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_keys),
		cmocka_unit_test(numbers),
		cmocka_unit_test(words),
		cmocka_unit_test(texts),
	};
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
