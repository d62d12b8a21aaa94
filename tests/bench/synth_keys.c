/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and signatures of synth: P-256 with d = D0 + number and one nonce k for all, so that
 * s = z/k + number*(r/k) + D0*(r/k) costs two modular products. */
#include "tests/bench/synth.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#define ALGORITHM 13
#define KEY_OCTETS 64
#define FIRST_KEY "1000000000000000000000000000000000000000000000000000000001"
#define NONCE "6C61622D6E6F6E63652D666F722D746573742D7369676E6174757265732D6F6E"

static struct {
	BN_CTX *ctx;
	EC_GROUP *group;
	BN_MONT_CTX *mont;
	const BIGNUM *order;
	BIGNUM *first;			/* D0 */
	BIGNUM *k_inverse;		/* 1/k, Montgomery form */
	BIGNUM *slope;			/* r/k, Montgomery form */
	BIGNUM *base;			/* D0 * r/k */
	BIGNUM *a, *b, *x, *y;
	EC_POINT *point;
	uint8_t r[32];
	uint8_t (*public)[KEY_OCTETS];	/* all zero: not made yet */
	uint32_t count;
	uint32_t inception, expiration;
} keys;

static void must(bool holds)
{
	if (!holds) {
		fputs("synthd: OpenSSL or memory failed\n", stderr);
		exit(1);
	}
}

static BIGNUM *number(void)
{
	BIGNUM *n = BN_new();
	must(n != NULL);
	return n;
}

static void prepare_signing(void)
{
	BIGNUM *k = NULL, *r = number(), *slope = number();
	must(BN_hex2bn(&k, NONCE) > 0);
	must(EC_POINT_mul(keys.group, keys.point, k, NULL, NULL, keys.ctx) == 1);
	must(EC_POINT_get_affine_coordinates(keys.group, keys.point, keys.x, keys.y, keys.ctx) == 1);
	must(BN_nnmod(r, keys.x, keys.order, keys.ctx) == 1 && BN_bn2binpad(r, keys.r, 32) == 32);
	must(BN_mod_inverse(k, k, keys.order, keys.ctx) != NULL);
	must(BN_mod_mul(slope, k, r, keys.order, keys.ctx) == 1);
	must(BN_mod_mul(keys.base, slope, keys.first, keys.order, keys.ctx) == 1);
	must(BN_to_montgomery(keys.k_inverse, k, keys.mont, keys.ctx) == 1);
	must(BN_to_montgomery(keys.slope, slope, keys.mont, keys.ctx) == 1);
	BN_free(k);
	BN_free(r);
	BN_free(slope);
}

void synth_keys_init(uint32_t count)
{
	keys.inception = (uint32_t)time(NULL) - 3600;
	keys.expiration = keys.inception + 30 * 86400;
	keys.ctx = BN_CTX_new();
	keys.group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	keys.mont = BN_MONT_CTX_new();
	must(keys.ctx != NULL && keys.group != NULL && keys.mont != NULL);
	keys.order = EC_GROUP_get0_order(keys.group);
	must(BN_MONT_CTX_set(keys.mont, keys.order, keys.ctx) == 1);
	keys.point = EC_POINT_new(keys.group);
	must(keys.point != NULL && BN_hex2bn(&keys.first, FIRST_KEY) > 0);
	keys.k_inverse = number();
	keys.slope = number();
	keys.base = number();
	keys.a = number();
	keys.b = number();
	keys.x = number();
	keys.y = number();
	keys.count = count;
	keys.public = calloc(count, sizeof(*keys.public));
	must(keys.public != NULL);
	prepare_signing();
}

static const uint8_t *public_key(uint32_t key)
{
	static const uint8_t none[KEY_OCTETS];
	must(key < keys.count);
	uint8_t *public = keys.public[key];
	if (memcmp(public, none, KEY_OCTETS) != 0) {
		return public;
	}
	must(BN_copy(keys.a, keys.first) != NULL && BN_add_word(keys.a, key) == 1);
	must(EC_POINT_mul(keys.group, keys.point, keys.a, NULL, NULL, keys.ctx) == 1);
	must(EC_POINT_get_affine_coordinates(keys.group, keys.point, keys.x, keys.y, keys.ctx) == 1);
	must(BN_bn2binpad(keys.x, public, 32) == 32 && BN_bn2binpad(keys.y, public + 32, 32) == 32);
	return public;
}

void synth_dnskey(uint32_t key, struct synth_rdata *out)
{
	static const uint8_t head[4] = { 1, 1, 3, ALGORITHM };
	memcpy(out->octets, head, sizeof(head));
	memcpy(out->octets + sizeof(head), public_key(key), KEY_OCTETS);
	out->size = sizeof(head) + KEY_OCTETS;
}

/* RFC 4034 appendix B. */
uint16_t synth_tag(const struct synth_rdata *dnskey)
{
	uint32_t sum = 0;
	for (size_t i = 0; i < dnskey->size; i++) {
		sum += i % 2 == 0 ? (uint32_t)dnskey->octets[i] << 8 : dnskey->octets[i];
	}
	return (uint16_t)(sum + (sum >> 16));
}

void synth_ds(const struct synth_name *owner, const struct synth_rdata *dnskey, struct synth_rdata *out)
{
	uint8_t input[sizeof(owner->octets) + sizeof(dnskey->octets)];
	memcpy(input, owner->octets, owner->size);
	memcpy(input + owner->size, dnskey->octets, dnskey->size);
	uint16_t tag = synth_tag(dnskey);
	const uint8_t head[4] = { (uint8_t)(tag >> 8), (uint8_t)tag, ALGORITHM, 2 };
	memcpy(out->octets, head, sizeof(head));
	SHA256(input, owner->size + dnskey->size, out->octets + sizeof(head));
	out->size = sizeof(head) + SHA256_DIGEST_LENGTH;
}

static void sign(const uint8_t *data, size_t size, uint32_t key, uint8_t out[64])
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256(data, size, digest);
	must(BN_bin2bn(digest, sizeof(digest), keys.a) != NULL);
	must(BN_mod_mul_montgomery(keys.x, keys.a, keys.k_inverse, keys.mont, keys.ctx) == 1);
	must(BN_set_word(keys.a, key) == 1);
	must(BN_mod_mul_montgomery(keys.y, keys.a, keys.slope, keys.mont, keys.ctx) == 1);
	must(BN_mod_add(keys.b, keys.x, keys.y, keys.order, keys.ctx) == 1);
	must(BN_mod_add(keys.b, keys.b, keys.base, keys.order, keys.ctx) == 1);
	memcpy(out, keys.r, 32);
	must(BN_bn2binpad(keys.b, out + 32, 32) == 32);
}

static uint8_t *put(uint8_t *at, uint32_t value, unsigned octets)
{
	for (unsigned i = octets; i > 0; i--) {
		*at++ = (uint8_t)(value >> (8 * (i - 1)));
	}
	return at;
}

static uint8_t *put_octets(uint8_t *at, const void *octets, size_t size)
{
	memcpy(at, octets, size);
	return at + size;
}

/* RFC 4034 sections 3.1 and 3.1.8.1. */
void synth_rrsig(const struct synth_rrset *set, unsigned which, struct synth_rdata *out)
{
	struct synth_rdata dnskey;
	synth_dnskey(set->signer[which], &dnskey);
	uint8_t *at = out->octets;
	at = put(at, set->type, 2);
	at = put(at, ALGORITHM, 1);
	at = put(at, set->owner.labels, 1);
	at = put(at, SYNTH_TTL, 4);
	at = put(at, keys.expiration, 4);
	at = put(at, keys.inception, 4);
	at = put(at, synth_tag(&dnskey), 2);
	at = put_octets(at, set->zone.octets, set->zone.size);
	size_t head = (size_t)(at - out->octets);
	uint8_t data[1024];
	uint8_t *end = put_octets(data, out->octets, head);
	for (unsigned i = 0; i < set->count; i++) {
		end = put_octets(end, set->owner.octets, set->owner.size);
		end = put(end, set->type, 2);
		end = put(end, 1, 2);
		end = put(end, SYNTH_TTL, 4);
		end = put(end, (uint32_t)set->rdata[i].size, 2);
		end = put_octets(end, set->rdata[i].octets, set->rdata[i].size);
	}
	sign(data, (size_t)(end - data), set->signer[which], at);
	out->size = head + 64;
}
