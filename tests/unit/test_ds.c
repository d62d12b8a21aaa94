/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DS: digests printed in RFCs, text, order, sets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/ds.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DSKEY "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMm" \
	"mAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
#define HEX32 "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF"

static const struct digest_case {
	const char *label;
	const char *owner;
	struct vector_key key;
	const char *ds;
} digest_cases[] = {
	{ "RFC 4034 section 5.4, W-11", "dskey.example.com.", { 256, 3, 5, DSKEY },
		"60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118" },
	{ "RFC 4509 section 2.3, W-11", "DSKEY.example.COM.", { 256, 3, 5, DSKEY },
		"60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A" },
	{ "RFC 6605 section 6.1", "example.net.", { 257, 3, 13,
		"GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==" },
		"55648 13 2 B4C8C1FE2E7477127B27115656AD6256F424625BF5C1E2770CE6D6E37DF61D17" },
	{ "RFC 6605 section 6.2", "example.net.", { 257, 3, 14,
		"xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8"
		"/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40" },
		"10771 14 4 72D7B62976CE06438E9C0BF319013CF801F09ECC84B8D7E9495F27E305C6A9B0563A9B5F4D288405"
		"C3008A946DF983D6" },
	{ "RFC 8080 section 6.1", "example.com.", { 257, 3, 15,
		"l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=" },
		"3613 15 2 3AA5AB37EFCE57F737FC1627013FEE07BDF241BD10F3B1964AB55C78E79A304B" },
	{ "RFC 8080 section 6.2", "example.com.", { 257, 3, 16,
		"3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA" },
		"9713 16 2 6CCF18D5BC5D7FC2FCEB1D59D17321402F2AA8D368048DB93DD811F5CB2B19C7" },
};

static void digests(void **state)
{
	(void)state;
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(digest_cases); i++) {
		const struct digest_case *c = &digest_cases[i];
		struct dnskey key = fixture_key(arena, &c->key);
		const struct name *owner = fixture_name(arena, c->owner);
		struct ds printed;
		struct ds made;
		assert_int_equal(ds_from_text(c->ds, &printed), 0);
		assert_int_equal(ds_from_key(crypto, owner, &key, printed.digest_type, &made), 0);
		char text[DS_TEXT_SIZE];
		ds_to_text(&made, text);
		assert_string_equal(text, c->ds);
		bool matches = false;
		assert_int_equal(ds_matches_key(crypto, owner, &printed, &key, &matches), 0);
		assert_true(matches);
		/* Another owner, tag, algorithm, type or digest does not match. */
		assert_int_equal(ds_matches_key(crypto, &name_root, &printed, &key, &matches), 0);
		assert_false(matches);
		struct ds wrong[5] = { printed, printed, printed, printed, printed };
		wrong[0].tag++;
		wrong[1].algorithm++;
		wrong[2].digest_type = 3;
		wrong[3].digest[0] ^= 1;
		wrong[4].size--;
		for (size_t k = 0; k < COUNT(wrong); k++) {
			matches = true;
			assert_int_equal(ds_matches_key(crypto, owner, &wrong[k], &key, &matches), 0);
			assert_false(matches);
		}
		assert_int_equal(ds_from_key(crypto, owner, &key, 3, &made), ERR_ARG);
		assert_int_equal(ds_from_key(crypto, owner, &key, 0, &made), ERR_ARG);
		assert_int_equal(ds_from_key(crypto, owner, &key, 5, &made), ERR_ARG);
	}
	arena_free(arena);
	crypto_free(crypto);
}

static const struct text_case {
	const char *label;
	const char *text;
	const char *back;	/* NULL: refused */
} text_cases[] = {
	{ "plain", "1 13 2 " HEX32, "1 13 2 " HEX32 },
	{ "lower case", "1 13 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
		"1 13 2 " HEX32 },
	{ "blanks", " \t1  13\t2   01 2345 6 789ABCDEF0123456789ABCDEF 0123456789ABCDEF0123456789ABCDEF ",
		"1 13 2 " HEX32 },
	{ "delete", "0 0 0 00", "0 0 0 00" },
	{ "limits", "65535 255 255 FF", "65535 255 255 FF" },
	{ "longest digest", "1 2 3 " HEX32 HEX32, "1 2 3 " HEX32 HEX32 },
	{ "digest too long", "1 2 3 " HEX32 HEX32 "00", NULL },
	{ "odd digits", "1 2 3 012", NULL },
	{ "no digest", "1 2 3", NULL },
	{ "blank digest", "1 2 3 ", NULL },
	{ "no hexadecimal", "1 2 3 0g", NULL },
	{ "mnemonic", "1 ECDSAP256SHA256 2 00", NULL },
	{ "tag too large", "65536 2 3 00", NULL },
	{ "algorithm too large", "1 256 3 00", NULL },
	{ "type too large", "1 2 256 00", NULL },
	{ "many digits", "99999999999999999999 2 3 00", NULL },
	{ "negative", "-1 2 3 00", NULL },
	{ "type and digest in one word", "1 13 2aabb", NULL },
	{ "empty", "", NULL },
};

static void texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(text_cases); i++) {
		const struct text_case *c = &text_cases[i];
		struct ds ds;
		int got = ds_from_text(c->text, &ds);
		if (got != (c->back != NULL ? 0 : ERR_FORMAT)) {
			fail_msg("%s: got %d", c->label, got);
		}
		if (got == 0) {
			char text[DS_TEXT_SIZE];
			ds_to_text(&ds, text);
			assert_string_equal(text, c->back);
		}
	}
}

/* W-02 */
static void rdata(void **state)
{
	(void)state;
	uint8_t octets[4 + LIMIT_DIGEST_OCTETS + 1] = { 0x12, 0x34, 13, 2 };
	uint8_t back[4 + LIMIT_DIGEST_OCTETS];
	struct ds ds;
	for (size_t i = 4; i < sizeof(octets); i++) {
		octets[i] = (uint8_t)i;
	}
	for (size_t size = 0; size <= sizeof(octets); size++) {
		bool good = size >= 5 && size <= 4 + LIMIT_DIGEST_OCTETS;
		assert_int_equal(ds_parse((struct slice){ octets, size }, &ds), good ? 0 : ERR_FORMAT);
		if (good) {
			assert_int_equal(ds.tag, 0x1234);
			assert_int_equal(ds.algorithm, 13);
			assert_int_equal(ds.digest_type, 2);
			assert_int_equal(ds.size, size - 4);
			assert_int_equal(ds_is_wellformed(&ds), size == 36);
			assert_int_equal(ds_rdata(&ds, back), size);
			assert_memory_equal(back, octets, size);
		}
	}
}

/* W-08 */
static void wellformed(void **state)
{
	(void)state;
	static const uint8_t sizes[] = { 0, 20, 32, 32, 48, 32, 32 };
	for (unsigned type = 0; type < 256; type++) {
		for (unsigned size = 0; size <= LIMIT_DIGEST_OCTETS; size++) {
			const struct ds ds = { .digest_type = (uint8_t)type, .size = (uint8_t)size };
			bool known = type >= 1 && type <= 6;
			assert_int_equal(ds_is_wellformed(&ds), known ? size == sizes[type] : size > 0);
		}
	}
}

static struct ds ds_of(const char *text)
{
	struct ds ds;
	assert_int_equal(ds_from_text(text, &ds), 0);
	return ds;
}

/* Every field counts. */
static void equality(void **state)
{
	(void)state;
	const struct ds a = ds_of("1 13 2 aabb");
	static const char *const others[] = { "2 13 2 aabb", "1 14 2 aabb", "1 13 4 aabb", "1 13 2 aabbcc", "1 13 2 aabc" };
	assert_true(ds_equal(&a, &a));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		const struct ds b = ds_of(others[i]);
		assert_false(ds_equal(&a, &b));
		assert_false(ds_equal(&b, &a));
	}
}

static void sets(void **state)
{
	(void)state;
	struct ds one[] = { ds_of("2 13 2 00"), ds_of("1 13 2 0000"), ds_of("1 13 2 00"), ds_of("2 13 2 00"),
		ds_of("1 8 4 FF"), ds_of("1 13 1 FF"), ds_of("1 13 2 00") };
	const struct ds sorted[] = { ds_of("1 8 4 FF"), ds_of("1 13 1 FF"), ds_of("1 13 2 00"),
		ds_of("1 13 2 0000"), ds_of("2 13 2 00") };
	struct ds_set set = { COUNT(one), one };
	ds_set_normalize(&set);
	assert_int_equal(set.count, COUNT(sorted));
	for (size_t i = 0; i < COUNT(sorted); i++) {
		assert_int_equal(ds_compare(&set.ds[i], &sorted[i]), 0);
		assert_true(ds_set_has(&set, &sorted[i]));
		for (size_t k = 0; k < COUNT(sorted); k++) {
			int order = ds_compare(&sorted[i], &sorted[k]);
			assert_true(i < k ? order < 0 : i > k ? order > 0 : order == 0);
		}
	}
	struct ds absent = ds_of("3 13 2 00");
	assert_false(ds_set_has(&set, &absent));
	struct ds other[] = { sorted[4], sorted[3], sorted[2], sorted[1], sorted[0] };
	struct ds_set same = { COUNT(other), other };
	assert_false(ds_set_equal(&set, &same));
	ds_set_normalize(&same);
	assert_true(ds_set_equal(&set, &same));
	same.count--;
	assert_false(ds_set_equal(&set, &same));
	struct ds_set empty = { 0, NULL };
	ds_set_normalize(&empty);
	assert_int_equal(empty.count, 0);
	assert_false(ds_set_equal(&set, &empty));
	assert_true(ds_set_equal(&empty, &empty));
	assert_false(ds_set_has(&empty, &absent));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(texts),
		cmocka_unit_test(rdata),
		cmocka_unit_test(wellformed),
		cmocka_unit_test(equality),
		cmocka_unit_test(sets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
