/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pool of key pairs, and DNSKEY, DS and signature octets as RFC 3110, 5702, 6605 and 8080 have them. */
#include "tests/differential/keys.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "tests/differential/chance.h"
#include "validate/wire/cursor.h"

#define RDATA_ROOM 700

enum family { RSA_KEY, P256, P384, ED25519, ED448, FAMILIES };

struct pair {
	EVP_PKEY *pkey;
	unsigned bits;
	unsigned exponent_bits;
	struct slice public;	/* in the form of DNSKEY */
};

/* Enough of the cheap ones for two to share a tag. */
static const size_t sizes[FAMILIES] = { 8, 400, 6, 400, 6 };
static const char *const names[FAMILIES] = { "RSA", "EC", "EC", "ED25519", "ED448" };
static struct pair *pool[FAMILIES];
static struct arena *memory;

struct rsa_row {
	unsigned bits;
	const char *exponent;	/* hexadecimal */
};
static const struct rsa_row rsa_rows[8] = { { 1024, "10001" }, { 1024, "3" }, { 1280, "10001" }, { 2048, "10001" },
	{ 2048, "100000001" }, { 1024, "10000000f" }, { 1032, "10001" }, { 4096, "10001" } };

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static enum family family_of(uint8_t algorithm)
{
	switch (algorithm) {
	case 5:
	case 7:
	case 8:
	case 10:
		return RSA_KEY;
	case 13:
		return P256;
	case 14:
		return P384;
	case 15:
		return ED25519;
	case 16:
		return ED448;
	default:
		return FAMILIES;
	}
}

static EVP_PKEY *generate(enum family f, size_t number)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, names[f], NULL);
	must(ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1);
	if (f == RSA_KEY) {
		BIGNUM *e = NULL;
		must(BN_hex2bn(&e, rsa_rows[number].exponent) > 0);
		must(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)rsa_rows[number].bits) == 1);
		must(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(ctx, e) == 1);
		BN_free(e);
	} else if (f == P256 || f == P384) {
		must(EVP_PKEY_CTX_set_group_name(ctx, f == P256 ? "P-256" : "P-384") == 1);
	}
	EVP_PKEY *key = NULL;
	must(EVP_PKEY_generate(ctx, &key) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void write_rsa(struct wire *w, struct pair *p)
{
	BIGNUM *n = NULL;
	BIGNUM *e = NULL;
	must(EVP_PKEY_get_bn_param(p->pkey, OSSL_PKEY_PARAM_RSA_N, &n) == 1);
	must(EVP_PKEY_get_bn_param(p->pkey, OSSL_PKEY_PARAM_RSA_E, &e) == 1);
	uint8_t octets[600];
	int size = BN_bn2bin(e, octets);
	p->exponent_bits = (unsigned)BN_num_bits(e);
	wire_write_u8(w, (uint8_t)size);
	wire_write(w, octets, (size_t)size);
	size = BN_bn2bin(n, octets);
	wire_write(w, octets, (size_t)size);
	BN_free(n);
	BN_free(e);
}

static void write_public(enum family f, struct pair *p)
{
	uint8_t *data = arena_alloc(memory, RDATA_ROOM);
	must(data != NULL);
	struct wire w = wire_writer(data, RDATA_ROOM);
	uint8_t octets[200];
	size_t size = sizeof octets;
	if (f == RSA_KEY) {
		write_rsa(&w, p);
	} else if (f == P256 || f == P384) {
		must(EVP_PKEY_get_octet_string_param(p->pkey, OSSL_PKEY_PARAM_PUB_KEY, octets, size, &size) == 1);
		must(octets[0] == 4);
		wire_write(&w, octets + 1, size - 1);
	} else {
		must(EVP_PKEY_get_raw_public_key(p->pkey, octets, &size) == 1);
		wire_write(&w, octets, size);
	}
	must(!wire_error(&w));
	p->public = (struct slice){ data, w.pos };
	p->bits = (unsigned)EVP_PKEY_get_bits(p->pkey);
}

void pool_make(uint64_t seed)
{
	memory = arena_new();
	must(memory != NULL);
	chance_seed(seed, UINT64_MAX);
	for (enum family f = 0; f < FAMILIES; f++) {
		pool[f] = arena_array(memory, sizes[f], sizeof *pool[f]);
		must(pool[f] != NULL);
		for (size_t i = 0; i < sizes[f]; i++) {
			pool[f][i].pkey = generate(f, i);
			write_public(f, &pool[f][i]);
		}
	}
}

void pool_free(void)
{
	for (enum family f = 0; f < FAMILIES; f++) {
		for (size_t i = 0; i < sizes[f]; i++) {
			EVP_PKEY_free(pool[f][i].pkey);
		}
	}
	arena_free(memory);
}

void key_retag(struct zone_key *key)
{
	key->octets[0] = (uint8_t)(key->flags >> 8);
	key->octets[1] = (uint8_t)key->flags;
	key->octets[2] = key->protocol;
	key->octets[3] = key->algorithm;
	uint32_t sum = 0;
	for (size_t i = 0; i < key->rdata.size; i++) {
		sum += i % 2 == 0 ? (uint32_t)key->rdata.data[i] << 8 : key->rdata.data[i];
	}
	key->tag = (uint16_t)(sum + (sum >> 16));
}

static void make_from(const struct pair *p, struct slice public, struct arena *arena, struct zone_key *out)
{
	uint8_t *data = arena_alloc(arena, 4 + public.size);
	must(data != NULL);
	memcpy(data + 4, public.data, public.size);
	out->pair = p;
	out->bits = p == NULL ? 0 : p->bits;
	out->exponent_bits = p == NULL ? 0 : p->exponent_bits;
	out->octets = data;
	out->rdata = (struct slice){ data, 4 + public.size };
	key_retag(out);
}

void key_make(uint8_t algorithm, uint16_t flags, uint8_t protocol, struct arena *arena, struct zone_key *out)
{
	/* 4096 bits are slow to sign with, so they are rare. */
	static const uint8_t rsa_weights[] = { 28, 15, 15, 20, 10, 5, 5, 2, 0 };
	*out = (struct zone_key){ .flags = flags, .protocol = protocol, .algorithm = algorithm };
	enum family f = family_of(algorithm);
	if (f == FAMILIES) {
		uint8_t octets[64];
		for (size_t i = 0; i < sizeof octets; i++) {
			octets[i] = (uint8_t)chance_below(256);
		}
		make_from(NULL, (struct slice){ octets, sizeof octets }, arena, out);
		return;
	}
	size_t number = f == RSA_KEY ? chance_pick(rsa_weights) : chance_below((unsigned)sizes[f]);
	make_from(&pool[f][number], pool[f][number].public, arena, out);
}

bool key_make_twins(uint8_t algorithm, uint16_t flags, struct arena *arena, struct zone_key out[2])
{
	enum family f = family_of(algorithm);
	size_t start = chance_below((unsigned)sizes[f]);
	for (size_t a = 0; a < sizes[f]; a++) {
		const struct pair *first = &pool[f][(start + a) % sizes[f]];
		out[0] = (struct zone_key){ .flags = flags, .protocol = 3, .algorithm = algorithm };
		make_from(first, first->public, arena, &out[0]);
		for (size_t b = a + 1; b < sizes[f]; b++) {
			const struct pair *second = &pool[f][(start + b) % sizes[f]];
			out[1] = (struct zone_key){ .flags = flags, .protocol = 3, .algorithm = algorithm };
			make_from(second, second->public, arena, &out[1]);
			if (out[0].tag == out[1].tag) {
				return true;
			}
		}
	}
	return false;
}

void key_damage(struct zone_key *key, struct arena *arena)
{
	size_t size = family_of(key->algorithm) == RSA_KEY ? 4 + 1u + key->rdata.data[4] : key->rdata.size;
	uint8_t *data = arena_copy(arena, key->rdata.data, size);
	must(data != NULL);
	data[size - 1] ^= 0x11;
	key->octets = data;
	key->rdata = (struct slice){ data, size };
	key->pair = NULL;
	key_retag(key);
}

/* RFC 6605 section 4: r and s side by side. */
static size_t sign_ec(EVP_MD_CTX *ctx, const uint8_t *data, size_t size, int half, uint8_t *out)
{
	uint8_t der[160];
	size_t der_size = sizeof der;
	must(EVP_DigestSign(ctx, der, &der_size, data, size) == 1);
	const uint8_t *at = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der_size);
	must(sig != NULL);
	must(BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, half) == half);
	must(BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, half) == half);
	ECDSA_SIG_free(sig);
	return 2 * (size_t)half;
}

static const EVP_MD *hash_of(uint8_t algorithm)
{
	switch (algorithm) {
	case 5:
	case 7:
		return EVP_sha1();
	case 10:
		return EVP_sha512();
	case 14:
		return EVP_sha384();
	case 15:
	case 16:
		return NULL;
	default:
		return EVP_sha256();
	}
}

size_t key_sign(const struct zone_key *key, const uint8_t *data, size_t size, uint8_t out[SIGNATURE_ROOM])
{
	if (key->pair == NULL) {
		memset(out, 0x5a, 64);
		return 64;
	}
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(ctx != NULL);
	must(EVP_DigestSignInit(ctx, NULL, hash_of(key->algorithm), NULL, key->pair->pkey) == 1);
	size_t used = SIGNATURE_ROOM;
	if (key->algorithm == 13 || key->algorithm == 14) {
		used = sign_ec(ctx, data, size, key->algorithm == 13 ? 32 : 48, out);
	} else {
		must(EVP_DigestSign(ctx, out, &used, data, size) == 1);
	}
	EVP_MD_CTX_free(ctx);
	return used;
}

struct slice key_digest(const struct zone_key *key, const struct name *owner, uint8_t type, struct arena *arena)
{
	uint8_t input[LIMIT_NAME_OCTETS + RDATA_ROOM];
	memcpy(input, owner->octets, owner->size);
	memcpy(input + owner->size, key->rdata.data, key->rdata.size);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned size = 32;
	memset(digest, key->tag & 255, sizeof digest);
	const EVP_MD *md = type == 1 ? EVP_sha1() : type == 2 ? EVP_sha256() : type == 4 ? EVP_sha384() : NULL;
	if (md != NULL) {
		must(EVP_Digest(input, owner->size + key->rdata.size, digest, &size, md, NULL) == 1);
	}
	uint8_t *data = arena_alloc(arena, 4 + size);
	must(data != NULL);
	struct wire w = wire_writer(data, 4 + size);
	wire_write_u16(&w, key->tag);
	wire_write_u8(&w, key->algorithm);
	wire_write_u8(&w, type);
	wire_write(&w, digest, size);
	return (struct slice){ data, w.pos };
}
