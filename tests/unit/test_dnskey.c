/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNSKEY: fields, key tags printed in RFCs, which keys may sign, which octets are no key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/dnssec_fixture.h"
#include "validate/dnssec/crypto.h"
#include "validate/dnssec/pubkey.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DSKEY "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMm" \
	"mAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="

static const struct tag_case {
	const char *label;
	struct vector_key key;
	uint16_t tag;
} tag_cases[] = {
	{ "RFC 4034 section 5.4, W-10", { 256, 3, 5, DSKEY }, 60485 },
	{ "the same, revoked, W-09", { 256 | DNSKEY_FLAG_REVOKE, 3, 5, DSKEY }, 60613 },
	/* Appendix B.1: octets 3 and 2 from the end, "jwvFw==" ends in 3c 2f 17 */
	{ "the same octets under RSAMD5, W-10", { 256, 3, 1, DSKEY }, 0x3c2f },
	{ "RFC 6605 section 6.1", { 257, 3, 13,
		"GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==" },
		55648 },
	{ "RFC 8080 section 6.1", { 257, 3, 15, "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=" }, 3613 },
	{ "RFC 8080 section 6.2", { 257, 3, 16,
		"3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA" }, 9713 },
	{ "delete request, W-07", { 0, 3, 0, "AA==" }, 768 },
	{ "odd size", { 257, 3, 8, "AwEAAQ==" }, 0x0101 + 0x0308 + 0x0301 + 0x0001 },
};

static void tags(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	for (size_t i = 0; i < COUNT(tag_cases); i++) {
		const struct tag_case *c = &tag_cases[i];
		struct dnskey key = fixture_key(arena, &c->key);
		if (key.tag != c->tag) {
			fail_msg("%s: got %u, expected %u", c->label, key.tag, c->tag);
		}
		assert_int_equal(key.flags, c->key.flags);
		assert_int_equal(key.protocol, c->key.protocol);
		assert_int_equal(key.algorithm, c->key.algorithm);
		assert_int_equal(key.key.size, key.rdata.size - 4);
	}
	arena_free(arena);
}

static void parse_refuses_short(void **state)
{
	(void)state;
	const uint8_t octets[] = { 1, 1, 3, 13, 9 };
	struct dnskey key;
	for (size_t size = 0; size < sizeof(octets); size++) {
		assert_int_equal(dnskey_parse((struct slice){ octets, size }, &key), ERR_FORMAT);
	}
	assert_int_equal(dnskey_parse((struct slice){ octets, sizeof(octets) }, &key), 0);
	assert_int_equal(key.key.size, 1);
	/* An RSAMD5 key too short for its own rule still has a tag. */
	const uint8_t md5[] = { 1, 1, 3, 1, 9 };
	assert_int_equal(dnskey_tag((struct slice){ md5, sizeof(md5) }), 0x0101 + 0x0301 + 0x0900);
}

/* W-09; R4034-2.1.1-2: reserved bits do not matter. */
static const struct usable_case {
	uint16_t flags;
	uint8_t protocol;
	bool usable;
} usable_cases[] = {
	{ 256, 3, true }, { 257, 3, true }, { 0x0141, 3, true },
	{ 0, 3, false }, { 1, 3, false }, { 384, 3, false }, { 385, 3, false },
	{ 257, 0, false }, { 257, 2, false }, { 257, 4, false },
};

static void usable(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(usable_cases); i++) {
		const struct dnskey key = { .flags = usable_cases[i].flags,
			.protocol = usable_cases[i].protocol };
		assert_int_equal(dnskey_is_usable(&key), usable_cases[i].usable);
	}
}

#define P256 "1a88c88615d437fbb8bf9e1942a1929f28562706ae6c2bd399e7b1bfb6d1e9e7" \
	"5b92b4aa42917ae1c61b701ef035c3fe7be3009cbafe5a2f71316c902dcf0d00"
#define FF16 "ffffffffffffffffffffffffffffffff"
#define FF64 FF16 FF16 FF16 FF16
#define FF128 FF64 FF64
#define FF512 FF128 FF128 FF128 FF128

static const struct import_case {
	const char *label;
	uint8_t algorithm;
	const char *key;
	int expected;
} import_cases[] = {
	{ "P-256", 13, P256, 0 },
	{ "P-256, one octet more", 13, P256 "00", ERR_FORMAT },
	{ "P-256, one octet fewer", 13, "88c88615d437fbb8bf9e1942a1929f28562706ae6c2bd399e7b1bfb6d1e9e7"
		"5b92b4aa42917ae1c61b701ef035c3fe7be3009cbafe5a2f71316c902dcf0d00", ERR_FORMAT },
	{ "P-256, not on the curve", 13, "1a88c88615d437fbb8bf9e1942a1929f28562706ae6c2bd399e7b1bfb6d1e9e7"
		"5b92b4aa42917ae1c61b701ef035c3fe7be3009cbafe5a2f71316c902dcf0d01", ERR_FORMAT },
	{ "P-256, zeros", 13, "0000000000000000000000000000000000000000000000000000000000000000"
		"0000000000000000000000000000000000000000000000000000000000000000", ERR_FORMAT },
	{ "P-256, coordinates above the field", 13, FF64, ERR_FORMAT },
	{ "P-384 with the octets of P-256", 14, P256, ERR_FORMAT },
	{ "P-384, not on the curve", 14, FF64 FF16 FF16, ERR_FORMAT },
	{ "Ed25519 too short", 15, "00", ERR_FORMAT },
	{ "Ed448 too short", 16, FF16 FF16, ERR_FORMAT },
	{ "RSA, exponent 3", 8, "0103" FF64, 0 },
	{ "RSA, exponent length in three octets", 8, "00000103" FF64, 0 },
	{ "RSA, zeros in front of both", 8, "03000003" "0000" FF64, 0 },
	{ "RSA, no modulus", 8, "0103", ERR_FORMAT },
	{ "RSA, exponent of five octets", 8, "0503ffffffff" FF64, 0 },
	{ "RSA, exponent longer than all", 8, "ff03" FF64, ERR_FORMAT },
	{ "RSA, three-octet length cut", 8, "0001", ERR_FORMAT },
	{ "RSA, exponent length zero", 8, "000000" FF64, ERR_FORMAT },
	{ "RSA, exponent zero", 8, "0100" FF64, ERR_FORMAT },
	{ "RSA, exponent one", 8, "0101" FF64, ERR_FORMAT },
	{ "RSA, exponent even", 8, "0104" FF64, ERR_FORMAT },
	{ "RSA, modulus even", 8, "0103" FF64 "fe", ERR_FORMAT },
	{ "RSA, modulus of 504 bits", 8, "0103" FF16 FF16 FF16 "ffffffffffffffffffffffffffffff", ERR_FORMAT },
	{ "RSA/SHA-512, modulus of 512 bits", 10, "0103" FF64, ERR_FORMAT },
	{ "RSA/SHA-512, modulus of 1024 bits", 10, "0103" FF128, 0 },
	{ "RSA, modulus of 4096 bits", 8, "0103" FF512, 0 },
	{ "RSA, modulus larger", 8, "0103" FF512 "ff", ERR_ARG },
	{ "RSA, exponent of six octets", 8, "06ffffffffffff" FF64, ERR_ARG },
	{ "RSA/MD5", 1, "0103" FF64, ERR_ARG },
	{ "DSA", 3, FF64, ERR_ARG },
	{ "ECC-GOST", 12, FF64, ERR_ARG },
	{ "private", 253, FF64, ERR_ARG },
	{ "delete", 0, "00", ERR_ARG },
};

static void imports(void **state)
{
	(void)state;
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	assert_non_null(crypto);
	for (size_t i = 0; i < COUNT(import_cases); i++) {
		const struct import_case *c = &import_cases[i];
		struct dnskey key = { .algorithm = c->algorithm, .key = fixture_hex(arena, c->key) };
		struct pubkey *pubkey = NULL;
		int got = pubkey_import(crypto, &key, &pubkey);
		if (got != c->expected) {
			fail_msg("%s: got %d, expected %d", c->label, got, c->expected);
		}
		assert_true((pubkey != NULL) == (got == 0));
		pubkey_free(pubkey);
	}
	arena_free(arena);
	crypto_free(crypto);
}

/* Whatever the octets of a signature are, the answer is no, never our failure. */
static void odd_signatures(void **state)
{
	(void)state;
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	const struct slice data = { (const uint8_t *)"data", 4 };
	for (size_t i = 0; i < COUNT(good_vectors); i++) {
		struct dnskey key = fixture_key(arena, &good_vectors[i].key);
		struct pubkey *pubkey = NULL;
		assert_int_equal(pubkey_import(crypto, &key, &pubkey), 0);
		static const uint8_t fills[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };
		for (size_t f = 0; f < sizeof(fills); f++) {
			uint8_t octets[LIMIT_RSA_OCTETS];
			memset(octets, fills[f], sizeof(octets));
			for (size_t size = 0; size <= sizeof(octets); size++) {
				assert_int_equal(pubkey_verify(crypto, pubkey, data,
					(struct slice){ octets, size }), 0);
			}
		}
		pubkey_free(pubkey);
	}
	arena_free(arena);
	crypto_free(crypto);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags),
		cmocka_unit_test(parse_refuses_short),
		cmocka_unit_test(usable),
		cmocka_unit_test(imports),
		cmocka_unit_test(odd_signatures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
