/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names: text, wire form, compression, canonical order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/wire_hex.h"
#include "validate/wire/err.h"
#include "validate/wire/name.h"

#define L63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk"

static struct name name_of(const char *text)
{
	struct name name;
	if (name_from_text(text, &name) != 0) {
		fail_msg("not a name: %s", text);
	}
	return name;
}

/* Of exactly its size, so that sanitizers see a read over the end; the caller frees it. */
static uint8_t *exact_octets(const char *hex, size_t *size)
{
	uint8_t room[512];
	*size = hex_octets(hex, room, sizeof(room));
	uint8_t *octets = malloc(*size == 0 ? 1 : *size);
	assert_non_null(octets);
	memcpy(octets, room, *size);
	return octets;
}

static const struct text_case {
	const char *label;
	const char *text;
	const char *wire;	/* NULL: not a name */
	const char *back;	/* NULL: as text */
} text_cases[] = {
	{ "root", ".", "00", NULL },
	{ "one label", "ch.", "02 6368 00", NULL },
	{ "no dot at the end", "example.ch", "07 6578616d706c65 02 6368 00", "example.ch." },
	{ "upper case", "eXaMple.CH.", "07 6578616d706c65 02 6368 00", "example.ch." },
	{ "dot in a label", "a\\.b.ch.", "03 612e62 02 6368 00", NULL },
	{ "backslash in a label", "a\\\\b.", "03 615c62 00", NULL },
	{ "decimal escape", "a\\000\\255.", "03 6100ff 00", NULL },
	{ "decimal escape of a letter", "\\065\\b.", "02 6162 00", "ab." },
	{ "decimal escape of a dot", "a\\046b.", "03 612e62 00", "a\\.b." },
	{ "needless escape", "\\a\\-.", "02 612d 00", "a-." },
	{ "blank", "a b.", "03 612062 00", "a\\032b." },
	{ "not ASCII", "\xc3\xa9.", "02 c3a9 00", "\\195\\169." },
	{ "meaning in master files", "\"();@$.", "06 2228293b4024 00", "\\\"\\(\\)\\;\\@\\$." },
	{ "underscore and star", "*._dsboot.", "01 2a 07 5f6473626f6f74 00", NULL },
	{ "longest label", L63 ".", "3f"
		"6162636465666768696a6b6c6d6e6f707172737475767778797a"
		"6162636465666768696a6b6c6d6e6f707172737475767778797a"
		"6162636465666768696a6b 00", NULL },
	{ "empty", "", NULL, NULL },
	{ "two dots", "a..b.", NULL, NULL },
	{ "dot first", ".a.", NULL, NULL },
	{ "only dots", "..", NULL, NULL },
	{ "label of 64 octets", L63 "l.", NULL, NULL },
	{ "label of 64 octets, escaped", L63 "\\108.", NULL, NULL },
	{ "backslash last", "a\\", NULL, NULL },
	{ "escape of two digits", "a\\12.", NULL, NULL },
	{ "escape of one digit", "a\\1", NULL, NULL },
	{ "escape above 255", "a\\256.", NULL, NULL },
};

static void text_to_wire_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]); i++) {
		const struct text_case *c = &text_cases[i];
		print_message("  %s\n", c->label);
		struct name name;
		int err = name_from_text(c->text, &name);
		if (c->wire == NULL) {
			assert_int_equal(err, ERR_FORMAT);
			continue;
		}
		assert_int_equal(err, 0);
		uint8_t octets[LIMIT_NAME_OCTETS];
		size_t size = hex_octets(c->wire, octets, sizeof(octets));
		assert_int_equal(name.size, size);
		assert_memory_equal(name.octets, octets, size);
		char text[NAME_TEXT_SIZE];
		name_to_text(&name, text);
		assert_string_equal(text, c->back == NULL ? c->text : c->back);
	}
}

/* 63 + 63 + 63 + n octets: 255 with all length octets is the most (RFC 1035 section 3.1). */
static void longest_names(void **state)
{
	(void)state;
	struct name name;
	char text[NAME_TEXT_SIZE];
	char tail[70];
	for (int n = 60; n <= 63; n++) {
		snprintf(tail, sizeof(tail), "%.*s.", n, L63);
		snprintf(text, sizeof(text), L63 "." L63 "." L63 ".%s", tail);
		assert_int_equal(name_from_text(text, &name), n <= 61 ? 0 : ERR_FORMAT);
	}
	/* Most labels: 127 of one octet. */
	memset(text, 0, sizeof(text));
	for (unsigned i = 0; i < 127; i++) {
		memcpy(text + 2 * i, "a.", 2);
	}
	assert_int_equal(name_from_text(text, &name), 0);
	assert_int_equal(name.size, 255);
	assert_int_equal(name_labels(&name), 127);
	assert_int_equal(name_compare(&name, &name), 0);
	memcpy(text + 254, "a", 2);
	assert_int_equal(name_from_text(text, &name), ERR_FORMAT);
	/* Longest text. */
	struct name worst = { .size = 255 };
	for (size_t i = 0; i < 254; i++) {
		worst.octets[i] = i % 64 == 0 ? (i == 192 ? 61 : 63) : 0xff;
	}
	name_to_text(&worst, text);
	assert_int_equal(strlen(text), (63 * 3 + 61) * 4 + 4);
	assert_int_equal(name_from_text(text, &name), 0);
	assert_true(name_equal(&name, &worst));
}

/* T-37 */
static void every_octet_survives_text(void **state)
{
	(void)state;
	for (unsigned octet = 0; octet < 256; octet++) {
		const uint8_t wire[] = { 3, 'x', (uint8_t)octet, 'y', 0 };
		struct name name;
		struct name again;
		assert_int_equal(name_from_wire(wire, sizeof(wire), &name), 0);
		char text[NAME_TEXT_SIZE];
		name_to_text(&name, text);
		for (const char *t = text; *t != '\0'; t++) {
			assert_in_range(*t, 0x21, 0x7e);
		}
		assert_int_equal(name_from_text(text, &again), 0);
		assert_true(name_equal(&name, &again));
		bool is_upper = octet >= 'A' && octet <= 'Z';
		assert_int_equal(name.octets[2], is_upper ? octet + 32 : octet);
	}
}

static const struct wire_case {
	const char *label;
	const char *wire;
	const char *text;	/* NULL: malformed */
} wire_cases[] = {
	{ "root", "00", "." },
	{ "folded", "01 41 02 4348 00", "a.ch." },
	{ "empty", "", NULL },
	{ "no root", "01 61", NULL },
	{ "label cut", "02 61", NULL },
	{ "label cut at its start", "01", NULL },
	{ "octets behind", "01 61 00 00", NULL },
	{ "pointer", "01 61 c0 00", NULL },
	{ "label type 01", "41 00", NULL },
	{ "label type 10", "81 00", NULL },
};

static void wire_to_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wire_cases) / sizeof(wire_cases[0]); i++) {
		const struct wire_case *c = &wire_cases[i];
		print_message("  %s\n", c->label);
		size_t size;
		uint8_t *octets = exact_octets(c->wire, &size);
		struct name name = { .size = 77 };
		int err = name_from_wire(octets, size, &name);
		free(octets);
		assert_int_equal(err, c->text == NULL ? ERR_FORMAT : 0);
		if (err != 0) {
			assert_int_equal(name.size, 77);
			continue;
		}
		char text[NAME_TEXT_SIZE];
		name_to_text(&name, text);
		assert_string_equal(text, c->text);
	}
}

#define HEADER "000000000000000000000000 "

/* A message of a header and these octets; the name is read at pos. */
static const struct compressed_case {
	const char *label;
	const char *wire;
	size_t pos;
	const char *text;	/* NULL: malformed */
	size_t behind;
} compressed_cases[] = {
	{ "plain", HEADER "01 61 02 6368 00", 12, "a.ch.", 18 },
	{ "pointer only", HEADER "02 4348 00 c00c ff", 16, "ch.", 18 },
	{ "labels and pointer", HEADER "02 6368 00 01 41 c00c", 16, "a.ch.", 20 },
	{ "pointer to a pointer", HEADER "02 6368 00 01 61 c00c 01 62 c010", 20, "b.a.ch.", 24 },
	{ "pointer to the root", HEADER "00 01 61 c00c", 13, "a.", 17 },
	{ "pointer into a label sequence", HEADER "01 61 02 6368 00 c00e", 18, "ch.", 20 },
	{ "pointer to itself", HEADER "c00c", 12, NULL, 0 },
	{ "pointer forwards", HEADER "c00e 00", 12, NULL, 0 },
	{ "pointer to the labels before it", HEADER "01 61 c00c", 12, NULL, 0 },
	{ "two pointers at each other", HEADER "c00e c00c", 14, NULL, 0 },
	{ "pointer into the header", HEADER "c000", 12, NULL, 0 },
	{ "pointer to the last octet of the header", HEADER "c00b", 12, NULL, 0 },
	{ "pointer behind the end", HEADER "ffff", 12, NULL, 0 },
	{ "pointer cut", HEADER "01 61 c0", 12, NULL, 0 },
	{ "label behind the end", HEADER "02 61", 12, NULL, 0 },
	{ "no root", HEADER "01 61", 12, NULL, 0 },
	{ "label type 01", HEADER "41 61 00", 12, NULL, 0 },
	{ "label type 10", HEADER "81 61 00", 12, NULL, 0 },
	{ "nothing", HEADER, 12, NULL, 0 },
};

static void compression(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(compressed_cases) / sizeof(compressed_cases[0]); i++) {
		const struct compressed_case *c = &compressed_cases[i];
		print_message("  %s\n", c->label);
		size_t size;
		uint8_t *octets = exact_octets(c->wire, &size);
		struct wire w = wire_reader(octets, size);
		w.pos = c->pos;
		struct name name;
		name_read(&w, &name);
		free(octets);
		assert_int_equal(wire_error(&w), c->text == NULL);
		if (c->text == NULL) {
			assert_int_equal(name.size, 0);
			continue;
		}
		assert_int_equal(w.pos, c->behind);
		const struct name expected = name_of(c->text);
		assert_true(name_equal(&name, &expected));
	}
}

/* The example of RFC 1035 section 4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64,
 * the root at 92. */
static void compression_of_the_rfc(void **state)
{
	(void)state;
	uint8_t octets[93] = { 0 };
	memcpy(octets + 20, "\1F\3ISI\4ARPA", 12);
	memcpy(octets + 40, "\3FOO\xc0\x14", 6);
	memcpy(octets + 64, "\xc0\x1a", 2);
	const struct rfc_case {
		size_t pos;
		const char *text;
		size_t behind;
	} cases[] = {
		{ 20, "F.ISI.ARPA.", 32 }, { 40, "FOO.F.ISI.ARPA.", 46 },
		{ 64, "ARPA.", 66 }, { 92, ".", 93 },
	};
	for (size_t i = 0; i < 4; i++) {
		struct wire w = wire_reader(octets, sizeof(octets));
		w.pos = cases[i].pos;
		struct name name;
		name_read(&w, &name);
		assert_false(wire_error(&w));
		assert_int_equal(w.pos, cases[i].behind);
		const struct name expected = name_of(cases[i].text);
		assert_true(name_equal(&name, &expected));
	}
}

static void jumps_have_a_ceiling(void **state)
{
	(void)state;
	/* A root label, then pointers each to the one before. */
	uint8_t octets[13 + 2 * (LIMIT_NAME_JUMPS + 1)] = { 0 };
	for (size_t i = 0; i <= LIMIT_NAME_JUMPS; i++) {
		octets[13 + 2 * i] = 0xc0;
		octets[14 + 2 * i] = (uint8_t)(i == 0 ? 12 : 13 + 2 * (i - 1));
	}
	for (size_t jumps = LIMIT_NAME_JUMPS; jumps <= LIMIT_NAME_JUMPS + 1; jumps++) {
		struct wire w = wire_reader(octets, sizeof(octets));
		w.pos = 13 + 2 * (jumps - 1);
		struct name name;
		name_read(&w, &name);
		assert_int_equal(wire_error(&w), jumps > LIMIT_NAME_JUMPS);
	}
}

static void too_long_by_compression(void **state)
{
	(void)state;
	/* 4 labels of 48 octets: 197 with the root; a label of 57 in front makes 255. */
	uint8_t octets[512] = { 0 };
	size_t pos = 12;
	for (unsigned i = 0; i < 4; i++) {
		octets[pos] = 48;
		memset(octets + pos + 1, 'a', 48);
		pos += 49;
	}
	pos++;
	for (uint8_t length = 57; length <= 58; length++) {
		octets[pos] = length;
		memset(octets + pos + 1, 'b', length);
		octets[pos + 1 + length] = 0xc0;
		octets[pos + 2 + length] = 12;
		struct wire w = wire_reader(octets, pos + 3 + length);
		w.pos = pos;
		struct name name;
		name_read(&w, &name);
		assert_int_equal(wire_error(&w), length == 58);
		assert_int_equal(name.size, length == 57 ? 255 : 0);
	}
}

static void errors_stick(void **state)
{
	(void)state;
	const uint8_t octets[] = { 1, 'a', 0 };
	struct wire w = wire_reader(octets, sizeof(octets));
	w.error = true;
	struct name name = { .size = 9 };
	name_read(&w, &name);
	assert_true(wire_error(&w));
	assert_int_equal(name.size, 0);
	w = wire_reader(octets, sizeof(octets));
	name_read_plain(&w, &name);
	assert_true(wire_done(&w));
	assert_int_equal(name.size, 3);
}

/* The sorted list of RFC 4034 section 6.1, with "no name" and the root in front. */
static void canonical_order_of_the_rfc(void **state)
{
	(void)state;
	const char *list[] = { ".", "example", "a.example", "yljkjljk.a.example", "Z.a.example",
		"zABC.a.EXAMPLE", "z.example", "\\001.z.example", "*.z.example",
		"\\200.z.example" };
	struct name names[11] = { { .size = 0 } };
	for (size_t i = 0; i < 10; i++) {
		names[i + 1] = name_of(list[i]);
	}
	for (size_t i = 0; i < 11; i++) {
		for (size_t k = 0; k < 11; k++) {
			int order = name_compare(&names[i], &names[k]);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
			assert_int_equal(name_equal(&names[i], &names[k]), i == k);
		}
	}
}

/* An absent octet comes before a zero octet, whatever is in the labels in front. */
static void order_of_labels_that_begin_alike(void **state)
{
	(void)state;
	const char *sorted[] = { "a.ch.", "zzz.a.ch.", "a\\000.ch.", "a.a\\000.ch.", "aa.ch." };
	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; k < 5; k++) {
			const struct name a = name_of(sorted[i]);
			const struct name b = name_of(sorted[k]);
			int order = name_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
		}
	}
}

static const struct within_case {
	const char *name;
	const char *zone;
	bool within;
	unsigned labels;
} within_cases[] = {
	{ ".", ".", true, 0 },
	{ "ch.", ".", true, 1 },
	{ "example.ch.", "ch.", true, 2 },
	{ "a.example.ch.", "EXAMPLE.ch.", true, 3 },
	{ "example.ch.", "example.ch.", true, 2 },
	{ "ch.", "example.ch.", false, 1 },
	{ "badexample.ch.", "example.ch.", false, 2 },
	{ "a\\.example.ch.", "example.ch.", false, 2 },
	/* The octets of "\003com" inside a label are no label. */
	{ "x\\003com.", "com.", false, 1 },
	{ "example.li.", "ch.", false, 2 },
};

static void within_and_labels(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(within_cases) / sizeof(within_cases[0]); i++) {
		const struct within_case *c = &within_cases[i];
		print_message("  %s in %s\n", c->name, c->zone);
		const struct name name = name_of(c->name);
		const struct name zone = name_of(c->zone);
		assert_int_equal(name_is_within(&name, &zone), c->within);
		assert_int_equal(name_labels(&name), c->labels);
	}
	const struct name none = { .size = 0 };
	assert_false(name_is_within(&name_root, &none));
	assert_false(name_is_within(&none, &name_root));
	assert_int_equal(name_labels(&none), 0);
}

/* A label that reaches over the place where the zone would begin: nothing behind the name is read (a sanitizer sees). */
static void within_reads_the_name_only(void **state)
{
	(void)state;
	const struct name zone = name_of(L63 "." L63 "." L63 ".l.");
	const struct name longer = name_of(L63 "." L63 "." L63 "." "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghi.");
	struct name *exact = malloc(sizeof(*exact));
	assert_non_null(exact);
	*exact = longer;
	assert_int_equal(exact->size, 255);
	assert_false(name_is_within(exact, &zone));
	free(exact);
}

static void parents(void **state)
{
	(void)state;
	struct name name = name_of("a\\.b.example.ch.");
	const char *expected[] = { "example.ch.", "ch.", ".", ".", "." };
	for (size_t i = 0; i < 5; i++) {
		name_parent(&name, &name);	/* also in place */
		const struct name parent = name_of(expected[i]);
		assert_true(name_equal(&name, &parent));
	}
}

static void writing(void **state)
{
	(void)state;
	uint8_t out[8];
	const struct name name = name_of("a.CH.");
	struct wire w = wire_writer(out, sizeof(out));
	name_write(&w, &name);
	assert_int_equal(w.pos, 6);
	assert_memory_equal(out, "\1a\2ch", 6);
	name_write(&w, &name);
	assert_true(wire_error(&w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_to_wire_and_back),
		cmocka_unit_test(longest_names),
		cmocka_unit_test(every_octet_survives_text),
		cmocka_unit_test(wire_to_name),
		cmocka_unit_test(compression),
		cmocka_unit_test(compression_of_the_rfc),
		cmocka_unit_test(jumps_have_a_ceiling),
		cmocka_unit_test(too_long_by_compression),
		cmocka_unit_test(errors_stick),
		cmocka_unit_test(canonical_order_of_the_rfc),
		cmocka_unit_test(order_of_labels_that_begin_alike),
		cmocka_unit_test(within_and_labels),
		cmocka_unit_test(within_reads_the_name_only),
		cmocka_unit_test(parents),
		cmocka_unit_test(writing),
	};
	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
