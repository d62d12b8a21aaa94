/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of the pool, DS records of them, and signatures by them. */
#include "tests/sim/keys.h"

#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

struct pool_key {
	EVP_PKEY *pair;
	uint8_t algorithm;
	uint16_t tag;
	size_t size;
	uint8_t rdata[80];
	size_t ds_size[2];
	uint8_t ds[2][4 + 48];
	uint8_t hash[SHA256_OCTETS];
};

static struct pool_key pool[KEY_COUNT];
static uint8_t by_tag[65536];	/* number plus one */
static struct name child_name;
const struct name *sim_child = &child_name;

#define BITS(from, count) (((UINT32_C(1) << (count)) - 1) << (from))
#define CANDIDATES 120

const uint32_t keys_of_kind[KEY_KINDS] = { BITS(0, 8), BITS(8, 8), BITS(16, 4), BITS(20, 4), BITS(24, 2), BITS(26, 2) };

/* Tags that keys of a kind may have. */
static const struct {
	uint8_t algorithm;
	bool is_ksk;
	uint16_t first, last;
} ranges[KEY_KINDS] = {
	{ 13, true, 0, 19999 }, { 15, true, 20000, 39999 }, { 13, false, 50000, 65535 }, { 15, false, 50000, 65535 },
	{ 13, true, 40000, 44999 }, { 13, true, 45000, 49999 },
};
const uint32_t keys_of_algorithm[ALGORITHM_SETS] = {
	BITS(0, 8) | BITS(16, 4) | BITS(24, 2), BITS(8, 8) | BITS(20, 4),
};

uint32_t key_ksk(unsigned algorithm, unsigned slot)
{
	return UINT32_C(1) << (algorithm * KSK_SLOTS + slot % KSK_SLOTS);
}

uint32_t key_zsk(unsigned algorithm, unsigned slot)
{
	return UINT32_C(1) << (2 * KSK_SLOTS + algorithm * ZSK_SLOTS + slot % ZSK_SLOTS);
}

static unsigned tag_of(const uint8_t *rdata, size_t size)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < size; i++) {
		sum += i % 2 == 0 ? (uint32_t)rdata[i] << 8 : rdata[i];
	}
	return (sum + (sum >> 16)) & 0xffff;
}

static void write_public(struct pool_key *k, bool is_ksk)
{
	k->rdata[0] = 1;
	k->rdata[1] = is_ksk;
	k->rdata[2] = 3;
	k->rdata[3] = k->algorithm;
	uint8_t octets[80];
	size_t size = sizeof octets;
	if (k->algorithm == 13) {
		must(EVP_PKEY_get_octet_string_param(k->pair, OSSL_PKEY_PARAM_PUB_KEY, octets, size, &size) == 1 &&
			size == 65, "a public key");
		memcpy(k->rdata + 4, octets + 1, 64);
		k->size = 68;
	} else {
		must(EVP_PKEY_get_raw_public_key(k->pair, octets, &size) == 1 && size == 32, "a public key");
		memcpy(k->rdata + 4, octets, 32);
		k->size = 36;
	}
	k->tag = (uint16_t)tag_of(k->rdata, k->size);
}

static void write_ds(struct pool_key *k, unsigned which)
{
	uint8_t input[400];
	memcpy(input, child_name.octets, child_name.size);
	memcpy(input + child_name.size, k->rdata, k->size);
	uint8_t *out = k->ds[which];
	unsigned size;
	out[0] = (uint8_t)(k->tag >> 8);
	out[1] = (uint8_t)k->tag;
	out[2] = k->algorithm;
	out[3] = which == 0 ? DIGEST_SHA256 : DIGEST_SHA384;
	must(EVP_Digest(input, child_name.size + k->size, out + 4, &size, which == 0 ? EVP_sha256() : EVP_sha384(),
		NULL) == 1, "a digest");
	k->ds_size[which] = 4 + size;
}

static struct pool_key candidate(enum key_kind kind)
{
	struct pool_key k = { .algorithm = ranges[kind].algorithm };
	do {
		EVP_PKEY_free(k.pair);
		k.pair = k.algorithm == 13 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		must(k.pair != NULL, "a key");
		write_public(&k, ranges[kind].is_ksk);
	} while (k.tag < ranges[kind].first || k.tag > ranges[kind].last || by_tag[k.tag] != 0);
	return k;
}

static bool follows(const struct pool_key *a, const struct pool_key *b)
{
	return a->tag < b->tag && memcmp(a->rdata, b->rdata, a->size) < 0;
}

/* A chain of so many candidates, each of which follows the one before: the longest that ends with each is known once those
 * before it are, where they are sorted by tag. */
static void make_kind(enum key_kind kind, unsigned first, unsigned count)
{
	static struct pool_key made[CANDIDATES];
	static unsigned length[CANDIDATES], before[CANDIDATES];
	unsigned last = CANDIDATES;
	for (unsigned i = 0; i < CANDIDATES; i++) {
		struct pool_key k = candidate(kind);
		unsigned at = i;
		for (; at > 0 && made[at - 1].tag > k.tag; at--) {
			made[at] = made[at - 1];
		}
		made[at] = k;
	}
	for (unsigned i = 0; i < CANDIDATES; i++) {
		length[i] = 1;
		for (unsigned k = 0; k < i; k++) {
			if (follows(&made[k], &made[i]) && length[k] + 1 > length[i]) {
				length[i] = length[k] + 1;
				before[i] = k;
			}
		}
		last = last == CANDIDATES && length[i] == count ? i : last;
	}
	must(last < CANDIDATES, "a chain of keys");
	for (unsigned i = count; i > 0; i--, last = before[last]) {
		pool[first + i - 1] = made[last];
		made[last].pair = NULL;
	}
	for (unsigned i = 0; i < CANDIDATES; i++) {
		EVP_PKEY_free(made[i].pair);
	}
}

void keys_make(void)
{
	must(name_from_text("child.example.", &child_name) == 0, "a name");
	chance_seed(settings.seed, UINT64_MAX);
	chance_feed_openssl();
	make_kind(KIND_KSK_13, 0, KSK_SLOTS);
	make_kind(KIND_KSK_15, KSK_SLOTS, KSK_SLOTS);
	make_kind(KIND_ZSK_13, 2 * KSK_SLOTS, ZSK_SLOTS);
	make_kind(KIND_ZSK_15, 2 * KSK_SLOTS + ZSK_SLOTS, ZSK_SLOTS);
	make_kind(KIND_ATTACKER, KEY_OF_ATTACKER, 2);
	make_kind(KIND_WAY, KEY_OF_ROOT, 2);
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		struct pool_key *k = &pool[i];
		must(by_tag[k->tag] == 0, "tags of their own");
		by_tag[k->tag] = (uint8_t)(i + 1);
		write_ds(k, 0);
		write_ds(k, 1);
		must(EVP_Digest(k->rdata, k->size, k->hash, NULL, EVP_sha256(), NULL) == 1, "a digest");
	}
}

void keys_free(void)
{
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		EVP_PKEY_free(pool[i].pair);
	}
}

struct slice key_rdata(unsigned key)
{
	return (struct slice){ pool[key].rdata, pool[key].size };
}

struct slice key_ds_rdata(unsigned key, unsigned digest_type)
{
	unsigned which = digest_type == DIGEST_SHA384;
	return (struct slice){ pool[key].ds[which], pool[key].ds_size[which] };
}

struct slice key_ds_at(unsigned key, const struct name *owner, struct arena *arena)
{
	uint8_t input[400];
	uint8_t *out = arena_copy(arena, pool[key].ds[0], pool[key].ds_size[0]);
	must(out != NULL, "memory");
	memcpy(input, owner->octets, owner->size);
	memcpy(input + owner->size, pool[key].rdata, pool[key].size);
	must(EVP_Digest(input, owner->size + pool[key].size, out + 4, NULL, EVP_sha256(), NULL) == 1, "a digest");
	return (struct slice){ out, pool[key].ds_size[0] };
}

uint8_t key_algorithm(unsigned key)
{
	return pool[key].algorithm;
}

uint16_t key_tag(unsigned key)
{
	return pool[key].tag;
}

const uint8_t *key_hash(unsigned key)
{
	return pool[key].hash;
}

unsigned key_of_tag(uint16_t tag)
{
	return by_tag[tag] == 0 ? KEY_COUNT : by_tag[tag] - 1u;
}

/* RFC 6605 section 4: r and s. */
static size_t sign_ec(EVP_MD_CTX *ctx, const uint8_t *data, size_t size, uint8_t *out)
{
	uint8_t der[128];
	size_t der_size = sizeof der;
	must(EVP_DigestSign(ctx, der, &der_size, data, size) == 1, "a signature");
	const uint8_t *at = der;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)der_size);
	must(sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, 32) == 32 &&
		BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + 32, 32) == 32, "a signature");
	ECDSA_SIG_free(sig);
	return 64;
}

size_t key_sign(unsigned key, const uint8_t *data, size_t size, uint8_t *out)
{
	const struct pool_key *k = &pool[key];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	must(ctx != NULL && EVP_DigestSignInit(ctx, NULL, k->algorithm == 13 ? EVP_sha256() : NULL, NULL, k->pair) == 1,
		"a signer");
	size_t used = 64;
	if (k->algorithm == 13) {
		used = sign_ec(ctx, data, size, out);
	} else {
		must(EVP_DigestSign(ctx, out, &used, data, size) == 1, "a signature");
	}
	EVP_MD_CTX_free(ctx);
	return used;
}

void ds_mask_set(struct ds_mask mask, struct arena *arena, struct ds_set *out)
{
	*out = (struct ds_set){ .count = 0 };
	out->ds = arena_array(arena, 2 * KEY_COUNT, sizeof out->ds[0]);
	must(out->ds != NULL, "memory");
	for (unsigned i = 0; i < KEY_COUNT; i++) {
		if ((mask.sha256 >> i & 1) != 0) {
			must(ds_parse(key_ds_rdata(i, DIGEST_SHA256), &out->ds[out->count++]) == 0, "a DS");
		}
		if ((mask.sha384 >> i & 1) != 0) {
			must(ds_parse(key_ds_rdata(i, DIGEST_SHA384), &out->ds[out->count++]) == 0, "a DS");
		}
	}
	ds_set_normalize(out);
}

bool ds_mask_of(const struct ds_set *set, struct ds_mask *out)
{
	*out = (struct ds_mask){ 0, 0 };
	for (size_t i = 0; i < set->count; i++) {
		const struct ds *ds = &set->ds[i];
		unsigned key = by_tag[ds->tag];
		uint8_t rdata[4 + LIMIT_DIGEST_OCTETS];
		struct slice is = { rdata, ds_rdata(ds, rdata) };
		if (key == 0 || !slice_equal(is, key_ds_rdata(key - 1, ds->digest_type))) {
			return false;
		}
		*(ds->digest_type == DIGEST_SHA384 ? &out->sha384 : &out->sha256) |= UINT32_C(1) << (key - 1);
	}
	return true;
}
