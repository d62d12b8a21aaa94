/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Imports DNSKEY public keys into OpenSSL and verifies raw signatures with them. */
#include "validate/dnssec/pubkey.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "validate/dnssec/provider.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* RFC 5702 section 2 and RFC 3110: no modulus below 512 bits, for RSA/SHA-512 1024. */
#define RSA_MIN_OCTETS 64
#define RSA_SHA512_MIN_OCTETS 128

/* Two INTEGERs of at most 49 octets in one SEQUENCE: lengths fit one octet. */
#define ECDSA_DER_OCTETS (2 + 2 * (2 + 49))

struct pubkey {
	enum key_family family;
	enum hash hash;			/* not for the EdDSA families, which hash themselves */
	size_t hash_octets;
	size_t signature_octets;
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *verify;		/* initialised once a key; NULL for EdDSA */
};

/* What an algorithm number means; octets of key and signature where they are fixed. */
struct scheme {
	enum key_family family;
	enum hash hash;
	size_t hash_octets;
	size_t key_octets;
	size_t signature_octets;
};

static bool find_scheme(uint8_t algorithm, struct scheme *out)
{
	switch (algorithm) {
	case 5:
	case 7:
		*out = (struct scheme){ FAMILY_RSA, HASH_SHA1, 20, 0, 0 };
		return true;
	case 8:
		*out = (struct scheme){ FAMILY_RSA, HASH_SHA256, 32, 0, 0 };
		return true;
	case 10:
		*out = (struct scheme){ FAMILY_RSA, HASH_SHA512, 64, 0, 0 };
		return true;
	case 13:
		*out = (struct scheme){ FAMILY_P256, HASH_SHA256, 32, 64, 64 };
		return true;
	case 14:
		*out = (struct scheme){ FAMILY_P384, HASH_SHA384, 48, 96, 96 };
		return true;
	case 15:
		*out = (struct scheme){ FAMILY_ED25519, HASH_COUNT, 0, 32, 64 };
		return true;
	case 16:
		*out = (struct scheme){ FAMILY_ED448, HASH_COUNT, 0, 57, 114 };
		return true;
	default:
		return false;
	}
}

static const char *family_name(enum key_family family)
{
	switch (family) {
	case FAMILY_RSA:
		return "RSA";
	case FAMILY_P256:
	case FAMILY_P384:
		return "EC";
	case FAMILY_ED25519:
		return "ED25519";
	case FAMILY_ED448:
		return "ED448";
	case FAMILY_COUNT:
		break;
	}
	return "";
}

/* The curve as a key without a point. Making the group costs four times a copy of it. */
static EVP_PKEY *make_curve(struct crypto *crypto, enum key_family family)
{
	char p256[] = "P-256";
	char p384[] = "P-384";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
			family == FAMILY_P256 ? p256 : p384, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;
	if (EVP_PKEY_fromdata(crypto->import_ctx[family], &key, EVP_PKEY_KEY_PARAMETERS, params) != 1) {
		return NULL;
	}
	return key;
}

bool pubkey_prepare(struct crypto *crypto)
{
	for (int i = 0; i < FAMILY_COUNT; i++) {
		EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(crypto->lib,
			family_name((enum key_family)i), NULL);
		crypto->import_ctx[i] = ctx;
		if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1) {
			return false;
		}
	}
	crypto->curve[0] = make_curve(crypto, FAMILY_P256);
	crypto->curve[1] = make_curve(crypto, FAMILY_P384);
	return crypto->curve[0] != NULL && crypto->curve[1] != NULL;
}

/* After a failure: was it our memory or the stranger's octets? */
static int why_not(int otherwise)
{
	bool memory = ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
	ERR_clear_error();
	return memory ? ERR_CRYPTO : otherwise;
}

/* ERR_FORMAT when OpenSSL finds the key bad, ERR_CRYPTO when it ran out of memory. */
static int import_params(struct crypto *crypto, enum key_family family, OSSL_PARAM *params,
	EVP_PKEY **out)
{
	if (EVP_PKEY_fromdata(crypto->import_ctx[family], out, EVP_PKEY_PUBLIC_KEY, params) == 1) {
		return 0;
	}
	return why_not(ERR_FORMAT);
}

/* A point that is not on the curve is refused by OpenSSL. */
static int import_curve(struct crypto *crypto, enum key_family family, struct slice key, EVP_PKEY **out)
{
	uint8_t point[1 + 96];
	assert(key.size < sizeof(point));
	point[0] = 0x04;		/* uncompressed (SEC 1 section 2.3.3) */
	memcpy(point + 1, key.data, key.size);
	EVP_PKEY *copy = EVP_PKEY_dup(crypto->curve[family == FAMILY_P256 ? 0 : 1]);
	if (copy == NULL) {
		return ERR_CRYPTO;
	}
	if (EVP_PKEY_set1_encoded_public_key(copy, point, key.size + 1) != 1) {
		EVP_PKEY_free(copy);
		return why_not(ERR_FORMAT);
	}
	*out = copy;
	return 0;
}

static int import_edwards(struct crypto *crypto, enum key_family family, struct slice key, EVP_PKEY **out)
{
	uint8_t octets[57];
	assert(key.size <= sizeof(octets));
	memcpy(octets, key.data, key.size);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets, key.size),
		OSSL_PARAM_construct_end(),
	};
	return import_params(crypto, family, params, out);
}

/* OSSL_PARAM wants big numbers in the byte order of the machine. */
static bool to_native(struct slice big, uint8_t *out)
{
	BIGNUM *number = BN_bin2bn(big.data, (int)big.size, NULL);
	bool good = number != NULL && BN_bn2nativepad(number, out, (int)big.size) == (int)big.size;
	BN_free(number);
	return good;
}

static int import_rsa(struct crypto *crypto, const struct dnskey *key, EVP_PKEY **out,
	size_t *modulus_octets)
{
	struct slice exponent;
	struct slice modulus;
	rsa_split(key->key, &exponent, &modulus);
	size_t least = key->algorithm == 10 ? RSA_SHA512_MIN_OCTETS : RSA_MIN_OCTETS;
	if (modulus.size < least || exponent.size == 0) {
		return ERR_FORMAT;
	}
	if (modulus.size > LIMIT_RSA_OCTETS || exponent.size > LIMIT_RSA_EXPONENT_OCTETS) {
		return ERR_ARG;		/* work a stranger chooses; unsupported, not wrong */
	}
	bool odd = (modulus.data[modulus.size - 1] & exponent.data[exponent.size - 1] & 1) != 0;
	if (!odd || (exponent.size == 1 && exponent.data[0] == 1)) {
		return ERR_FORMAT;
	}
	uint8_t e[LIMIT_RSA_EXPONENT_OCTETS];
	uint8_t n[LIMIT_RSA_OCTETS];
	if (!to_native(exponent, e) || !to_native(modulus, n)) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e, exponent.size),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n, modulus.size),
		OSSL_PARAM_construct_end(),
	};
	*modulus_octets = modulus.size;
	return import_params(crypto, FAMILY_RSA, params, out);
}

/* The hash is made by us with a prefetched digest, so this is set up once a key, not a signature. */
static int prepare_verify(struct crypto *crypto, struct pubkey *key)
{
	key->verify = EVP_PKEY_CTX_new_from_pkey(crypto->lib, key->pkey, NULL);
	if (key->verify == NULL || EVP_PKEY_verify_init(key->verify) != 1) {
		return ERR_CRYPTO;
	}
	if (key->family == FAMILY_RSA &&
		(EVP_PKEY_CTX_set_rsa_padding(key->verify, RSA_PKCS1_PADDING) != 1 ||
		EVP_PKEY_CTX_set_signature_md(key->verify, crypto->md[key->hash]) != 1)) {
		return ERR_CRYPTO;
	}
	return 0;
}

int pubkey_import(struct crypto *crypto, const struct dnskey *key, struct pubkey **out)
{
	struct scheme scheme;
	if (!find_scheme(key->algorithm, &scheme)) {
		return ERR_ARG;
	}
	if (key->key.size == 0 || (scheme.key_octets != 0 && key->key.size != scheme.key_octets)) {
		return ERR_FORMAT;
	}
	struct pubkey *p = calloc(1, sizeof(*p));
	if (p == NULL) {
		return ERR_NOMEM;
	}
	p->family = scheme.family;
	p->hash = scheme.hash;
	p->hash_octets = scheme.hash_octets;
	p->signature_octets = scheme.signature_octets;
	int err;
	switch (scheme.family) {
	case FAMILY_RSA:
		err = import_rsa(crypto, key, &p->pkey, &p->signature_octets);
		break;
	case FAMILY_P256:
	case FAMILY_P384:
		err = import_curve(crypto, scheme.family, key->key, &p->pkey);
		break;
	default:
		err = import_edwards(crypto, scheme.family, key->key, &p->pkey);
		break;
	}
	assert((err == 0) == (p->pkey != NULL));
	if (err == 0 && scheme.hash != HASH_COUNT) {
		err = prepare_verify(crypto, p);
	}
	if (err != 0) {
		ERR_clear_error();
		pubkey_free(p);
		return err;
	}
	*out = p;
	return 0;
}

void pubkey_free(struct pubkey *key)
{
	if (key == NULL) {
		return;
	}
	EVP_PKEY_CTX_free(key->verify);
	EVP_PKEY_free(key->pkey);
	free(key);
}

/* One INTEGER of DER: no leading zeros but one before a set high bit. Returns the octets written. */
static size_t write_integer(uint8_t *out, const uint8_t *octets, size_t size)
{
	while (size > 1 && octets[0] == 0) {
		octets++;
		size--;
	}
	size_t pad = octets[0] >> 7;
	out[0] = 0x02;
	out[1] = (uint8_t)(size + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, octets, size);
	return 2 + pad + size;
}

/* RFC 6605 section 4 has r | s, OpenSSL wants Ecdsa-Sig-Value. */
static size_t write_ecdsa(uint8_t out[ECDSA_DER_OCTETS], struct slice signature)
{
	size_t half = signature.size / 2;
	size_t size = 2;
	size += write_integer(out + size, signature.data, half);
	size += write_integer(out + size, signature.data + half, half);
	out[0] = 0x30;
	out[1] = (uint8_t)(size - 2);
	return size;
}

static int verify_hashed(struct crypto *crypto, const struct pubkey *key, struct slice data,
	struct slice signature)
{
	uint8_t hash[HASH_MAX_OCTETS];
	const struct hash_part part = { data.data, data.size };
	int err = crypto_hash(crypto, key->hash, &part, 1, hash);
	if (err != 0) {
		return -1;
	}
	if (key->family == FAMILY_RSA) {
		return EVP_PKEY_verify(key->verify, signature.data, signature.size, hash, key->hash_octets);
	}
	uint8_t der[ECDSA_DER_OCTETS];
	size_t size = write_ecdsa(der, signature);
	return EVP_PKEY_verify(key->verify, der, size, hash, key->hash_octets);
}

static int verify_whole(struct crypto *crypto, const struct pubkey *key, struct slice data,
	struct slice signature)
{
	EVP_MD_CTX *ctx = crypto->verify_ctx;
	if (EVP_MD_CTX_reset(ctx) != 1 ||
		EVP_DigestVerifyInit_ex(ctx, NULL, NULL, crypto->lib, NULL, key->pkey, NULL) != 1) {
		return -1;
	}
	int result = EVP_DigestVerify(ctx, signature.data, signature.size, data.data, data.size);
	EVP_MD_CTX_reset(ctx);		/* keeps no reference to a key that may be freed */
	return result;
}

int pubkey_verify(struct crypto *crypto, const struct pubkey *key, struct slice data, struct slice signature)
{
	/* The signer chose these octets: a wrong length is a bad signature, and OpenSSL never sees it. */
	if (signature.size != key->signature_octets) {
		return 0;
	}
	int result = key->verify != NULL ? verify_hashed(crypto, key, data, signature)
		: verify_whole(crypto, key, data, signature);
	if (result == 1) {
		return 1;
	}
	return why_not(result < 0 ? ERR_CRYPTO : 0);
}
