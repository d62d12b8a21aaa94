/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of test zones and real signatures by them. The keys are frozen; make others with
 *   openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -outform DER | base64
 * and likewise genpkey -algorithm ED25519, genrsa 2048. */
#include "tests/unit/zone_keys.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "validate/wire/arena.h"
#include "validate/wire/cursor.h"

static const char pkcs8_a[] =
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglkf9LLUDShOO8neRT+0Ct+XMmRx0"
	"dT99aEFQ/t9mH9ShRANCAAQtZzvEMG+8COZn2dHyXTp4H3K8aRD7RLvObFERlXNs0nd3yTY1LARN"
	"V1syYGPgvJgqXqGZJVKLWNLEi4ujDp1/";
static const char pkcs8_b[] =
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgq89O7hdUJYfB0qp3XuUE4GhncbGk"
	"dIqwFTSs1R0S3tehRANCAARqoorVyzQ1ylgmDVKnXxRmGDcnEawoAvG1w4SQKZFi+8c1hSxB/sE3"
	"2OYHFdFwR59H8aJHRsYU9qmNTGqbPCft";
static const char pkcs8_c[] =
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXd55Aot8LyivIDerGUyJ3va1mD9B"
	"t28RsvR6k3X90N2hRANCAATOQJCVRhQCb8uqcszT1BkekDQMo8HDMbv8uhZpBj3CxEjHEUJ3oglA"
	"3jLopsZUXuJFvwryJVkIWrOpG0ZTUDFo";
static const char pkcs8_z[] =
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMXSON5p5Nsj4zjiaGlZfY3wrwm4G"
	"LP4T9kg02DyqH0GhRANCAATiLiFz7JPgsETO6Om4TzFfaykNZ57UUMnX/ghfjaxw//Pf6NF+SNHO"
	"0YDlpB1jFY+Oe9PjQNVIl5TXaw2emnoM";
static const char pkcs8_y[] =
	"MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSIRXsM1DiYEhcERTfaOKOahbOQOQ"
	"F8KB0jPxJjNL8Y6hRANCAATj2W/96TRqcnjwlWk2JRUqaYX88vYfRrcXuYrUcVI+LyTgeJ8BgzRy"
	"G+QW4nYf1gJb/AAmKlZM79s1dIwkueFa";
static const char pkcs8_e[] =
	"MC4CAQAwBQYDK2VwBCIEIOeAwC9C4/kO0M6Yog2o+tz6XDoiBSz86yLlh8agWROC";
static const char pkcs8_r[] =
	"MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDL+0W9pwHGPr2/BU3nvLbisFol"
	"uaN/OeZfr4mKZrPtHX7bUhm4OmwCEXI4FdgS9TglXU/grf6WM74csnEkLJ8EH4X6JsOj5zqAxizq"
	"8KqVEdqFzrrqrlzVMh04F86I5ymYxjkZx0lc0pb+7X60rgvHmldA+JYNXmFDl9xLVdFqJj+W1q6q"
	"YO5/FXlwJMTI6jvz3EVlK67KtV9195UVXylGpdzLF+NhzUeCpERi3mv7EPB56op7AxcRlD22JmNE"
	"NMFIhoBYOi5eMlfICv2ecYeZhjqQARdC+xfR4eyKPHe7+SyePlJ30tekytjacqr9ZHaPYTgg+0o7"
	"8jXfziqtL8VBAgMBAAECggEAFPorjygyaMSRh2hAfYU9Cp2Hu8r2SzJ1ZGA9RRAwT0GCBwSPtBBA"
	"BMtuA2INtU9mHYOV4B2Mqb46/iEEvStglBA420OqyXuRWuZmfqfO5yMtpaafttxFHEC53AeovBAH"
	"yVgTTbkerI7Uq/VZGzQt7nJLKFmYNto+pvCiXVX/QgrrYubN78G4NsWrQFILNCXXMvXmFofi9oP2"
	"6dNmWBpxy/29iWrY+b3lNG1lVgspRSfpvJ8wwDT6iPq28TBubYwC9kJW9tMdyy4Kfm++DMzz7T8s"
	"4gWteAzVSPoV0KOBgOwfYbanIKzegHW2Ha8TscT0IW+lZLtuSL0QE0+3DcyOEQKBgQDuQbgMB2q5"
	"heBevoh3rbQHMCvb0bcnCh+dUfKJ95qnWh2pPA291AW8WrYS01knp+h5QyHsxxKB8i1RRX3CuTgj"
	"dqp0ZSjSr3L1851PqtmgDBIQAu6uIS6gcknJXJBex6L0X5p0YZStDiuKhnwWqEtKIqnXKOgfrhRt"
	"1kUcH7Rj+QKBgQDbLBvvY73ZkPTVyrwotfId5+StDnm+Z6icRP8e+0lZduBcO7LRJDCgk3LerFc6"
	"dL9jW1OfMpjNfe8Kc2X4j64YM8A3F7WdHfq3Jr1LLG0d6LScJwuwGvDQOWqLxtkS+/d6H7031tRP"
	"DyLb+3ka7uNpWsSfXwk+DWSBvm5GJo+tiQKBgQCBnHbG9HH2owHACN6sXG6HSolRd/Cu6C7yolXT"
	"AEO9rqRcIDNJhUHpiV9rNlZV4F3zObYG3PUQg/JrN+aGO8RyZmesEiv3EUL00aZOZJ8nFentk+rM"
	"B3kaB5JkXFqddPUNA8U+cqcyzXaaUTbIDJ2IovrJ9ZLxSP4MEnheKFE14QKBgG8Fwwja75q8USnT"
	"TskYkZMQmsgHIyiOfdzbHpjlFdzZ2QEfxI8o0/Ejf/bIOk+EQEbmRk/IY5sEhgg3OJpWvgvIez/t"
	"JLR4MT6BwzXHRWb3MDZBmSwWGZKA4zX2/pMdS9lzJniYvGdn9XKVyl0YUd5Wem94xsfGJPmMK3Qh"
	"qHpxAoGACltCTPkHkcxcHnOYUjpQGrhXt4fCASIAlrJF0p1y7jIPqIbHp43JEc++ODEgEzCVGfqW"
	"v6NSR5fz8oSB+YBfD70WANfEP4+YbasgfydpTXWoBD64HPbFMJ7Tl0upTXEpOWwXtKdSRlfduiw5"
	"rUBoIm4AAtuK5ULxpopJfMnTs6s=";

struct key_row {
	char letter;
	uint16_t flags;
	uint8_t protocol;
	uint8_t algorithm;
	const char *pkcs8;	/* NULL: opaque octets, signatures made up */
};

static const struct key_row rows[] = {
	{ 'A', 257, 3, 13, pkcs8_a }, { 'B', 257, 3, 13, pkcs8_b }, { 'C', 257, 3, 13, pkcs8_c },
	{ 'Z', 256, 3, 13, pkcs8_z }, { 'Y', 256, 3, 13, pkcs8_y }, { 'E', 257, 3, 15, pkcs8_e }, { 'R', 257, 3, 8, pkcs8_r },
	{ 'F', 257, 3, 5, pkcs8_r }, { 'S', 257, 3, 7, pkcs8_r }, { 'G', 257, 3, 12, NULL }, { 'T', 257, 3, 10, pkcs8_r }, { 'V', 385, 3, 13, pkcs8_b },
	{ 'N', 1, 3, 13, pkcs8_b }, { 'P', 257, 2, 13, pkcs8_b }, { 'U', 257, 3, 17, NULL },
	{ 'D', 257, 3, 3, NULL }, { 'W', 257, 3, 99, NULL }, { 'H', 257, 3, 13, NULL },
};
#define ROWS (sizeof rows / sizeof rows[0])

static EVP_PKEY *loaded[ROWS];

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static size_t find_row(char letter)
{
	size_t i = 0;
	while (i < ROWS && rows[i].letter != letter) {
		i++;
	}
	must(i < ROWS);
	return i;
}

void zone_keys_load(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].pkcs8 == NULL) {
			continue;
		}
		uint8_t der[2048];
		size_t size = strlen(rows[i].pkcs8);
		int decoded = EVP_DecodeBlock(der, (const uint8_t *)rows[i].pkcs8, (int)size);
		must(decoded > 0 && (size_t)decoded <= sizeof der);
		const uint8_t *at = der;
		loaded[i] = d2i_AutoPrivateKey(NULL, &at, decoded);
		must(loaded[i] != NULL);
	}
}

void zone_keys_free(void)
{
	for (size_t i = 0; i < ROWS; i++) {
		EVP_PKEY_free(loaded[i]);
		loaded[i] = NULL;
	}
}

static void write_rsa(struct wire *w, EVP_PKEY *key)
{
	BIGNUM *n = NULL;
	BIGNUM *e = NULL;
	must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
	must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) == 1);
	uint8_t octets[512];
	int size = BN_bn2bin(e, octets);
	wire_write_u8(w, (uint8_t)size);
	wire_write(w, octets, (size_t)size);
	size = BN_bn2bin(n, octets);
	wire_write(w, octets, (size_t)size);
	BN_free(n);
	BN_free(e);
}

static void write_public(struct wire *w, size_t row)
{
	EVP_PKEY *key = loaded[row];
	uint8_t octets[128];
	size_t size = sizeof octets;
	if (key == NULL) {
		memset(octets, rows[row].letter, 64);
		wire_write(w, octets, 64);
	} else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
		write_rsa(w, key);
	} else if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
		must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, octets, size, &size) == 1);
		must(size == 65 && octets[0] == 4);
		wire_write(w, octets + 1, 64);
	} else {
		must(EVP_PKEY_get_raw_public_key(key, octets, &size) == 1);
		wire_write(w, octets, size);
	}
}

/* Another key with the tag and algorithm of A: the tag is a sum of 16-bit words, whatever their order. */
static struct slice colliding_key(unsigned number, struct arena *arena)
{
	struct slice rdata = key_rdata('A', arena);
	uint8_t *octets = arena_copy(arena, rdata.data, rdata.size);
	must(octets != NULL && 4 * number + 8 <= rdata.size);
	uint8_t *word = octets + 4 * number;
	const uint8_t first[2] = { word[0], word[1] };
	memcpy(word, word + 2, 2);
	memcpy(word + 2, first, 2);
	return (struct slice){ octets, rdata.size };
}

struct slice key_rdata(char letter, struct arena *arena)
{
	if (letter >= '1' && letter <= '9') {
		return colliding_key((unsigned)(letter - '0'), arena);
	}
	size_t row = find_row(letter);
	uint8_t *data = arena_alloc(arena, 600);
	must(data != NULL);
	struct wire w = wire_writer(data, 600);
	wire_write_u16(&w, rows[row].flags);
	wire_write_u8(&w, rows[row].protocol);
	wire_write_u8(&w, rows[row].algorithm);
	write_public(&w, row);
	must(!wire_error(&w));
	return (struct slice){ data, w.pos };
}

uint16_t key_tag(char letter, struct arena *arena)
{
	struct slice rdata = key_rdata(letter, arena);
	uint32_t sum = 0;
	for (size_t i = 0; i < rdata.size; i++) {
		sum += i % 2 == 0 ? (uint32_t)rdata.data[i] << 8 : rdata.data[i];
	}
	return (uint16_t)(sum + (sum >> 16));
}

struct slice key_ds_at(const struct name *owner, char letter, uint8_t digest_type, struct arena *arena)
{
	struct slice rdata = key_rdata(letter, arena);
	uint8_t input[1024];
	memcpy(input, owner->octets, owner->size);
	memcpy(input + owner->size, rdata.data, rdata.size);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = 32;
	memset(digest, letter, sizeof digest);
	const EVP_MD *md = digest_type == 1 ? EVP_sha1() : digest_type == 2 ? EVP_sha256() :
		digest_type == 4 ? EVP_sha384() : NULL;
	if (md != NULL) {
		must(EVP_Digest(input, owner->size + rdata.size, digest, &size, md, NULL) == 1);
	}
	uint8_t *data = arena_alloc(arena, 4 + size);
	must(data != NULL);
	struct wire w = wire_writer(data, 4 + size);
	wire_write_u16(&w, key_tag(letter, arena));
	wire_write_u8(&w, rows[find_row(letter)].algorithm);
	wire_write_u8(&w, digest_type);
	wire_write(&w, digest, size);
	return (struct slice){ data, w.pos };
}

struct slice key_ds(char letter, uint8_t digest_type, struct arena *arena)
{
	struct name owner;
	must(name_from_text(ZONE_CHILD, &owner) == 0);
	return key_ds_at(&owner, letter, digest_type, arena);
}

/* RFC 6605: r and s in 32 octets each. */
static size_t sign_ec(EVP_MD_CTX *ctx, const uint8_t *data, size_t size, uint8_t *out)
{
	uint8_t der[128];
	size_t der_size = sizeof der;
	must(EVP_DigestSign(ctx, der, &der_size, data, size) == 1);
	const uint8_t *at = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der_size);
	must(sig != NULL);
	must(BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32);
	must(BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32);
	ECDSA_SIG_free(sig);
	return 64;
}

static size_t sign_octets(size_t row, const uint8_t *data, size_t size, uint8_t out[512])
{
	if (loaded[row] == NULL) {
		memset(out, 0x5a, 64);
		return 64;
	}
	uint8_t algorithm = rows[row].algorithm;
	const EVP_MD *md = algorithm == 15 ? NULL : algorithm == 5 || algorithm == 7 ? EVP_sha1() :
		algorithm == 10 ? EVP_sha512() : EVP_sha256();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(ctx != NULL && EVP_DigestSignInit(ctx, NULL, md, NULL, loaded[row]) == 1);
	size_t used = 512;
	if (algorithm == 13) {
		used = sign_ec(ctx, data, size, out);
	} else {
		must(EVP_DigestSign(ctx, out, &used, data, size) == 1);
	}
	EVP_MD_CTX_free(ctx);
	return used;
}

static int compare(const void *a, const void *b)
{
	const struct slice *x = a;
	const struct slice *y = b;
	size_t shorter = x->size < y->size ? x->size : y->size;
	int order = memcmp(x->data, y->data, shorter);
	return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static void write_head(struct wire *w, const struct signing *s, size_t row, struct arena *arena)
{
	uint32_t inception = ZONE_NOW - 3600;
	uint32_t expiration = ZONE_NOW + 30 * 86400;
	if (s->when == WHEN_EXPIRED) {
		inception = ZONE_NOW - 86400;
		expiration = ZONE_NOW - 60;
	} else if (s->when == WHEN_FUTURE) {
		inception = ZONE_NOW + 600;
	} else if (s->when == WHEN_OLD) {
		inception = ZONE_NOW - 7 * 86400;
	} else if (s->when == WHEN_OLDEST) {
		inception = ZONE_NOW - 20 * 86400;
	} else if (s->when == WHEN_LATER) {
		inception = ZONE_NOW + 6 * 86400;
	} else if (s->when == WHEN_SHORT) {
		expiration = ZONE_NOW + 3600;
	}
	struct name other;
	must(name_from_text("ch.", &other) == 0);
	bool is_wildcard = s->owner->size > 2 && memcmp(s->owner->octets, "\1*", 2) == 0;	/* RFC 4034 section 3.1.3 */
	unsigned labels = name_labels(s->owner) - is_wildcard;
	wire_write_u16(w, s->type);
	wire_write_u8(w, rows[row].algorithm);
	wire_write_u8(w, (uint8_t)(s->when == WHEN_LABELS ? labels - 1 : labels));
	wire_write_u32(w, s->ttl);
	wire_write_u32(w, expiration);
	wire_write_u32(w, inception);
	wire_write_u16(w, key_tag(s->letter, arena));
	name_write(w, s->when == WHEN_FOREIGN_SIGNER ? &other : s->zone);
}

/* RFC 4034 section 3.1.8.1. */
struct slice sign_rrset(const struct signing *s, struct arena *arena)
{
	size_t row = find_row(s->letter);
	struct slice *sorted = arena_copy(arena, s->rdata, s->count * sizeof *sorted);
	size_t room = 1024;
	for (size_t i = 0; i < s->count; i++) {
		room += 300 + s->rdata[i].size;
	}
	uint8_t *data = arena_alloc(arena, room);
	uint8_t *out = arena_alloc(arena, 1024);
	must(sorted != NULL && data != NULL && out != NULL);
	qsort(sorted, s->count, sizeof *sorted, compare);
	struct wire w = wire_writer(data, room);
	write_head(&w, s, row, arena);
	size_t head = w.pos;
	for (size_t i = 0; i < s->count; i++) {
		name_write(&w, s->owner);
		wire_write_u16(&w, s->type);
		wire_write_u16(&w, CLASS_IN);
		wire_write_u32(&w, s->ttl);
		wire_write_u16(&w, (uint16_t)sorted[i].size);
		wire_write(&w, sorted[i].data, sorted[i].size);
	}
	must(!wire_error(&w));
	memcpy(out, data, head);
	size_t used = sign_octets(row, data, w.pos, out + head);
	if (s->when == WHEN_CORRUPT) {
		out[head + used / 2] ^= 1;
	}
	return (struct slice){ out, head + used };
}
