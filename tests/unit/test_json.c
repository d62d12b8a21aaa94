/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON lines: every kind of value, escaping of what terminals and parsers choke on, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/json.h"
#include "registry/sink/json_change.h"
#include "validate/wire/err.h"

struct out {
	struct json *json;
	FILE *file;
	char *text;
	size_t size;
};

static int setup(void **state)
{
	struct out *o = calloc(1, sizeof(*o));
	assert_non_null(o);
	o->json = json_new();
	o->file = open_memstream(&o->text, &o->size);
	assert_true(o->json != NULL && o->file != NULL);
	*state = o;
	return 0;
}

static int teardown(void **state)
{
	struct out *o = *state;
	json_free(o->json);
	fclose(o->file);
	free(o->text);
	free(o);
	return 0;
}

/* Ends the line; what was written since the last call. */
static const char *line(struct out *o)
{
	static char text[8192];
	assert_int_equal(json_end_line(o->json, o->file), 0);
	assert_int_equal(fflush(o->file), 0);
	assert_true(o->size < sizeof(text));
	memcpy(text, o->text, o->size);
	text[o->size] = '\0';
	rewind(o->file);
	return text;
}

static void test_values(void **state)
{
	struct out *o = *state;
	struct json *j = o->json;
	struct name name;
	assert_int_equal(name_from_text("a\\\"b\\009.Example.ch.", &name), 0);
	struct ds ds[2] = { { .tag = 1, .algorithm = 13, .digest_type = 2, .size = 2, .digest = { 0xab, 0x01 } },
		{ .tag = 2, .algorithm = 8, .digest_type = 1, .size = 1, .digest = { 0xff } } };
	const struct ds_set set = { 2, ds };
	const struct ds_set none = { 0, NULL };
	json_object(j, NULL);
	json_string(j, "s", "x");
	json_string(j, "n", NULL);
	json_uint(j, "u", UINT64_MAX);
	json_ms(j, "ms", 3142);
	json_ms(j, "ms0", 7);
	json_bool(j, "t", true);
	json_bool(j, "f", false);
	json_null(j, "z");
	json_name(j, "name", &name);
	json_hex(j, "hex", "\x00\xfe", 2);
	json_hex(j, "nohex", "", 0);
	json_time(j, "when", 1795226400);
	json_time(j, "never", 0);
	json_time(j, "too late", UINT64_MAX);
	json_ds_set(j, "ds", &set);
	json_ds_set(j, "none", &none);
	json_array(j, "a");
	json_uint(j, NULL, 1);
	json_object(j, NULL);
	json_object_end(j);
	json_array_end(j);
	json_object(j, "o");
	json_uint(j, "k", 0);
	json_object_end(j);
	json_object_end(j);
	assert_string_equal(line(o), "{\"s\":\"x\",\"n\":null,\"u\":18446744073709551615,\"ms\":3.142,\"ms0\":0.007,\"t\":true,\"f\":false,"
		"\"z\":null,\"name\":\"a\\\\\\\"b\\\\009.example.ch.\",\"hex\":\"00fe\",\"nohex\":\"\","
		"\"when\":\"2026-11-21T02:00:00Z\",\"never\":null,\"too late\":null,\"ds\":[\"1 13 2 AB01\",\"2 8 1 FF\"],\"none\":[],"
		"\"a\":[1,{}],\"o\":{\"k\":0}}\n");
}

static void test_strings(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		const char *json;
	} rows[] = {
		{ "empty", "", "\"\"" },
		{ "quote and backslash", "a\"b\\c/", "\"a\\\"b\\\\c/\"" },
		{ "controls", "a\n\t\x1b[31m\x7f", "\"a\\u000a\\u0009\\u001b[31m\\u007f\"" },
		{ "UTF-8 of two, three, four octets", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"" },
		{ "C1 control", "\xc2\x9b" "31m", "\"\\u009b31m\"" },
		{ "not a control any more", "\xc2\xa0", "\"\xc2\xa0\"" },
		{ "line ends of Unicode", "\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"" },
		{ "direction overrides", "\xe2\x80\xae\xe2\x81\xa6", "\"\\u202e\\u2066\"" },
		{ "a lone octet", "a\xff", "\"a\\\\xff\"" },
		{ "a cut character", "\xe2\x82", "\"\\\\xe2\\\\x82\"" },
		{ "a cut character at the very end", "\xf0\x9f\x98", "\"\\\\xf0\\\\x9f\\\\x98\"" },
		{ "overlong slash", "\xc0\xaf", "\"\\\\xc0\\\\xaf\"" },
		{ "overlong of three", "\xe0\x80\xaf", "\"\\\\xe0\\\\x80\\\\xaf\"" },
		{ "a surrogate", "\xed\xa0\x80", "\"\\\\xed\\\\xa0\\\\x80\"" },
		{ "last before the surrogates", "\xed\x9f\xbf", "\"\xed\x9f\xbf\"" },
		{ "above Unicode", "\xf4\x90\x80\x80", "\"\\\\xf4\\\\x90\\\\x80\\\\x80\"" },
		{ "the last of Unicode", "\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"" },
	};
	struct out *o = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expected[256];
		snprintf(expected, sizeof(expected), "[%s]\n", rows[i].json);
		json_array(o->json, NULL);
		json_string(o->json, NULL, rows[i].text);
		json_array_end(o->json);
		const char *got = line(o);
		if (strcmp(got, expected) != 0) {
			fail_msg("%s: got %s", rows[i].name, got);
		}
	}
}

static void test_long_line(void **state)
{
	struct out *o = *state;
	char *text = malloc(100001);
	assert_non_null(text);
	memset(text, 'x', 100000);
	text[100000] = '\0';
	json_object(o->json, NULL);
	json_string(o->json, "k", text);
	json_object_end(o->json);
	assert_int_equal(json_end_line(o->json, o->file), 0);
	fflush(o->file);
	assert_int_equal(o->size, 100000 + strlen("{\"k\":\"\"}\n"));
	free(text);
}

/* A caller's mistake gives no line, and the next one is fine. */
static void test_misuse(void **state)
{
	struct out *o = *state;
	for (unsigned i = 0; i < 8; i++) {
		json_object(o->json, NULL);
		switch (i) {
		case 0:
			break;				/* not closed */
		case 1:
			json_uint(o->json, NULL, 1);	/* no key */
			json_object_end(o->json);
			break;
		case 2:
			json_object_end(o->json);
			json_object_end(o->json);	/* closed twice */
			break;
		case 3:
			json_array_end(o->json);	/* closed as another */
			break;
		case 4:
			json_object_end(o->json);
			json_uint(o->json, NULL, 1);	/* a second value */
			break;
		case 5:
			json_array(o->json, "a");
			json_uint(o->json, "key", 1);	/* a key in an array */
			json_array_end(o->json);
			json_object_end(o->json);
			break;
		case 6:
			for (unsigned k = 0; k < 100; k++) {	/* too deep */
				json_object(o->json, "k");
			}
			break;
		default:
			json_object(o->json, NULL);	/* no key for an object either */
			json_object_end(o->json);
			json_object_end(o->json);
			break;
		}
		if (json_end_line(o->json, o->file) != ERR_ARG) {
			fail_msg("misuse %u was taken", i);
		}
		json_object(o->json, NULL);
		json_object_end(o->json);
		assert_string_equal(line(o), "{}\n");
	}
}

static void test_nothing(void **state)
{
	struct out *o = *state;
	assert_int_equal(json_end_line(o->json, o->file), ERR_ARG);
}

static void test_full_disk(void **state)
{
	struct out *o = *state;
	FILE *full = fopen("/dev/full", "w");
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	json_object(o->json, NULL);
	json_object_end(o->json);
	assert_int_equal(json_end_line(o->json, full), ERR_IO);
	fclose(full);
	json_object(o->json, NULL);
	json_object_end(o->json);
	assert_string_equal(line(o), "{}\n");
}

/* what the parent may have instead is told with a change, also that it may be nothing; else nobody looks for it. */
static void test_pending(void **state)
{
	static const char *const told[] = { "\"ds_before\":[],\"ds_pending\":[\"7 13 2 07\"],\"ds_after\":[]",
		"\"ds_before\":[],\"ds_pending\":[],\"ds_after\":[]", "\"ds_before\":[],\"ds_after\":[]" };
	struct out *o = *state;
	struct ds one = { .tag = 7, .algorithm = 13, .digest_type = 2, .size = 1, .digest = { 7 } };
	struct change c = { .number = 1, .class = CHANGE_SWAP };
	assert_int_equal(name_from_text("example.ch.", &c.child), 0);
	for (size_t i = 0; i < 3; i++) {
		const struct ds_set set = { i == 0, &one };
		json_change(o->json, &(struct sink_change){ .id = "x", .change = &c, .ds_pending = i < 2 ? &set : NULL });
		assert_int_equal(json_end_line(o->json, o->file), 0);
		assert_int_equal(fflush(o->file), 0);
		assert_non_null(strstr(o->text, told[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_strings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_misuse, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_full_disk, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pending, setup, teardown),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
