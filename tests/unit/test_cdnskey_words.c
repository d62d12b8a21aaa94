/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of FRED's cdnskey-scanner: its input, answers in its words, its anchors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/base64.h"
#include "scanner/cdnskey_words.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

/* Lines as "S:a,b;I:ns:a,b;". */
static void read_list(const char *text, size_t size, char out[512])
{
	struct cdnskey_list list = { .at = text, .end = text + size };
	struct cdnskey_line line;
	int rc = 0;
	size_t used = 0;
	out[0] = '\0';
	while (cdnskey_list_next(&list, &line, &rc)) {
		struct cdnskey_word w;
		used += (size_t)snprintf(out + used, 512 - used, line.section == FRED_SECURE ? "S:" : "I:%.*s:", (int)line.server.size,
			line.server.text == NULL ? "" : line.server.text);
		while (cdnskey_names_next(&line.names, &w)) {
			used += (size_t)snprintf(out + used, 512 - used, "%.*s,", (int)w.size, w.text);
		}
		used += (size_t)snprintf(out + used, 512 - used, ";");
	}
	if (rc != 0) {
		snprintf(out + used, 512 - used, "!%d", rc);
	}
}

static void test_list(void **state)
{
	static const struct {
		const char *text, *out;
	} lists[] = {
		{ "[insecure]\nns1.x a b\nns2.x b\n[secure]\nc d\n", "I:ns1.x:a,b,;I:ns2.x:b,;S:c,d,;" },
		{ "[secure]\nc\nd\n[insecure]\nns a\n[secure]\ne", "S:c,;S:d,;I:ns:a,;S:e,;" },
		{ "[secure]\n\n  c   d \r\n", "S:c,d,;" },
		{ "[insecure]\nns\n", "I:ns:;" },
		{ "[insecure]\n[secure]\n", "" },
		{ "", "" },
		{ "\n", "" },
		{ "a\n", "!-7" },
		{ "[Secure]\na\n", "!-7" },
	};
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char out[512];
		read_list(lists[i].text, strlen(lists[i].text), out);
		assert_string_equal(out, lists[i].out);
	}
	char out[512];
	read_list("[secure]\na\0b c\n", 15, out);
	assert_string_equal(out, "S:a,c,;");		/* %.*s ends at the NUL; the word does not */
	struct cdnskey_word w = { "a\0b", 3 };
	struct name name;
	assert_false(cdnskey_word_name(&w, &name));
	w = (struct cdnskey_word){ "Example.CZ", 10 };
	assert_true(cdnskey_word_name(&w, &name));
	w = (struct cdnskey_word){ "a..cz", 5 };
	assert_false(cdnskey_word_name(&w, &name));
	(void)state;
}

static void test_base64(void **state)
{
	static const struct {
		const char *octets, *text;
	} pairs[] = { { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "foobar", "Zm9vYmFy" } };
	static const char *const bad[] = { "", "Zg", "Zg=", "Z===", "Zh==", "Zm9=", "Zm 9", "Zg==Zg==", "=Zg=", "Zm9v\n", "Zm9*" };
	uint8_t out[16];
	size_t size = 0;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		char text[BASE64_ROOM(8)];
		base64_write((const uint8_t *)pairs[i].octets, strlen(pairs[i].octets), text);
		assert_string_equal(text, pairs[i].text);
		assert_int_equal(base64_read(text, strlen(text), out, sizeof(out), &size), 0);
		assert_int_equal(size, strlen(pairs[i].octets));
		assert_memory_equal(out, pairs[i].octets, size);
		assert_int_equal(base64_read(text, strlen(text), out, size - 1, &size), ERR_LIMIT);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (base64_read(bad[i], strlen(bad[i]), out, sizeof(out), &size) != ERR_FORMAT) {
			fail_msg("%s is taken", bad[i]);
		}
	}
	uint8_t all[256];
	uint8_t back[256];
	char text[BASE64_ROOM(256)];
	for (unsigned i = 0; i < 256; i++) {
		all[i] = (uint8_t)(i * 7);
	}
	base64_write(all, 256, text);
	assert_int_equal(base64_read(text, strlen(text), back, 256, &size), 0);
	assert_memory_equal(all, back, 256);
	(void)state;
}

static const uint8_t good_key[] = { 1, 1, 3, 13, 'k', 'e', 'y' };

static size_t compose(const char *question, uint16_t flags, uint16_t rcode, const uint8_t *rdata, size_t size, const char *owner,
	uint8_t *out)
{
	struct name q;
	struct name o;
	assert_int_equal(name_from_text(question, &q), 0);
	assert_int_equal(name_from_text(owner, &o), 0);
	const struct record r = { .owner = &o, .type = TYPE_CDNSKEY, .class = CLASS_IN, .ttl = 60, .rdata = { rdata, size } };
	struct message_draft d = { .question = &q, .question_type = TYPE_CDNSKEY, .flags = flags, .rcode = rcode };
	d.count[SECTION_ANSWER] = size > 0;
	d.records[SECTION_ANSWER] = &r;
	size_t n = message_compose(&d, out, 512);
	assert_true(n > 0);
	return n;
}

static void test_answers(void **state)
{
	static const struct {
		const char *name;
		uint16_t flags, rcode;
		size_t size;
		const char *owner;
		enum cdnskey_says authoritative, any;
	} answers[] = {
		{ "a key", MESSAGE_FLAG_AA, 0, 7, "a.cz", CDNSKEY_RECORDS, CDNSKEY_RECORDS },
		{ "a key of a cache", 0, 0, 7, "a.cz", CDNSKEY_NOTHING, CDNSKEY_RECORDS },
		{ "none", MESSAGE_FLAG_AA, 0, 0, "a.cz", CDNSKEY_EMPTY, CDNSKEY_EMPTY },
		{ "none, says a cache", 0, 0, 0, "a.cz", CDNSKEY_NOTHING, CDNSKEY_EMPTY },
		{ "no such name", MESSAGE_FLAG_AA, RCODE_NXDOMAIN, 0, "a.cz", CDNSKEY_EMPTY, CDNSKEY_EMPTY },
		{ "of another name", MESSAGE_FLAG_AA, 0, 7, "b.cz", CDNSKEY_EMPTY, CDNSKEY_EMPTY },
		{ "without a key", MESSAGE_FLAG_AA, 0, 4, "a.cz", CDNSKEY_NOTHING, CDNSKEY_NOTHING },
		{ "SERVFAIL", MESSAGE_FLAG_AA, RCODE_SERVFAIL, 0, "a.cz", CDNSKEY_NOTHING, CDNSKEY_NOTHING },
		{ "REFUSED", MESSAGE_FLAG_AA, RCODE_REFUSED, 0, "a.cz", CDNSKEY_NOTHING, CDNSKEY_NOTHING },
		{ "cut", MESSAGE_FLAG_AA | MESSAGE_FLAG_TC, 0, 7, "a.cz", CDNSKEY_NOTHING, CDNSKEY_NOTHING },
	};
	struct arena *arena = arena_new();
	struct name name;
	assert_int_equal(name_from_text("a.cz", &name), 0);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		uint8_t octets[512];
		struct rrset keys;
		size_t size = compose("a.cz", answers[i].flags, answers[i].rcode, good_key, answers[i].size, answers[i].owner, octets);
		if (cdnskey_read(octets, size, &name, true, arena, &keys) != answers[i].authoritative
		    || cdnskey_read(octets, size, &name, false, arena, &keys) != answers[i].any) {
			fail_msg("%s", answers[i].name);
		}
		assert_int_equal(cdnskey_read(octets, size - 1, &name, false, arena, &keys), CDNSKEY_NOTHING);
	}
	uint8_t octets[512];
	struct rrset keys;
	size_t size = compose("b.cz", MESSAGE_FLAG_AA, 0, good_key, 7, "b.cz", octets);
	assert_int_equal(cdnskey_read(octets, size, &name, false, arena, &keys), CDNSKEY_NOTHING);
	size = compose("a.cz", MESSAGE_FLAG_AA, 0, good_key, 7, "a.cz", octets);
	assert_int_equal(cdnskey_read(octets, size, &name, true, arena, &keys), CDNSKEY_RECORDS);
	char *text = NULL;
	size_t length = 0;
	FILE *to = open_memstream(&text, &length);
	assert_non_null(to);
	cdnskey_print(to, "secure a.cz", &keys);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(text, "secure a.cz 257 3 13 a2V5\n");
	free(text);
	arena_free(arena);
	(void)state;
}

static void test_anchors(void **state)
{
	static const char *const bad[] = { "", ".", ". 257 3 13", ". 257 3 13 Zg", ". 257 3 13 Zm9v more", ". 65536 3 13 Zm9v", ". 257 256 13 Zm9v",
		". 257 3 x Zm9v", "a..b 257 3 13 Zm9v", ". 257 3 13 Zm9v,", ",", ". -1 3 13 Zm9v" };
	struct arena *arena = arena_new();
	struct record *records = NULL;
	size_t count = 0;
	assert_int_equal(cdnskey_anchors(". 257 3 13 Zm9v,CZ 256 3 8 Zm9vYg==", arena, &records, &count), 0);
	assert_int_equal(count, 2);
	assert_true(name_equal(records[0].owner, &name_root));
	assert_int_equal(records[0].type, TYPE_DNSKEY);
	assert_int_equal(records[0].rdata.size, 7);
	assert_memory_equal(records[0].rdata.data, "\1\1\3\15foo", 7);
	assert_memory_equal(records[1].rdata.data, "\1\0\3\10foob", 8);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (cdnskey_anchors(bad[i], arena, &records, &count) != ERR_FORMAT) {
			fail_msg("\"%s\" is taken", bad[i]);
		}
	}
	char many[70 * 16] = ". 257 3 13 Zm9v";
	for (unsigned i = 0; i < 64; i++) {
		strcat(many, ",. 1 3 13 Zm9v");
	}
	assert_int_equal(cdnskey_anchors(many, arena, &records, &count), ERR_FORMAT);
	arena_free(arena);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_anchors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
