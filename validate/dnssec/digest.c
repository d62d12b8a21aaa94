/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests: SHA-256 of anything, DS digests, the hash of NSEC3. */
#include <openssl/err.h>
#include <openssl/evp.h>

#include "validate/dnssec/crypto.h"
#include "validate/dnssec/ds.h"
#include "validate/dnssec/provider.h"
#include "validate/wire/err.h"

int crypto_hash(struct crypto *crypto, enum hash hash, const struct hash_part *parts, size_t count,
	uint8_t *out)
{
	EVP_MD_CTX *ctx = crypto->hash_ctx[hash];
	if (crypto->md[hash] == NULL) {
		return ERR_ARG;
	}
	bool good = EVP_DigestInit_ex2(ctx, crypto->md[hash], NULL) == 1;
	for (size_t i = 0; good && i < count; i++) {
		good = EVP_DigestUpdate(ctx, parts[i].data, parts[i].size) == 1;
	}
	if (!good || EVP_DigestFinal_ex(ctx, out, NULL) != 1) {
		ERR_clear_error();
		return ERR_CRYPTO;
	}
	return 0;
}

int crypto_sha256_parts(struct crypto *crypto, const struct hash_part *parts, size_t count,
	uint8_t out[SHA256_OCTETS])
{
	return crypto_hash(crypto, HASH_SHA256, parts, count, out);
}

int crypto_sha256(struct crypto *crypto, const void *data, size_t size, uint8_t out[SHA256_OCTETS])
{
	const struct hash_part part = { data, size };
	return crypto_hash(crypto, HASH_SHA256, &part, 1, out);
}

int crypto_ds_digest(struct crypto *crypto, uint8_t digest_type, const struct hash_part *parts,
	size_t count, uint8_t *out, size_t *size)
{
	enum hash hash;
	size_t octets;
	switch (digest_type) {
	case DIGEST_SHA1:
		hash = HASH_SHA1;
		octets = 20;
		break;
	case DIGEST_SHA256:
		hash = HASH_SHA256;
		octets = 32;
		break;
	case DIGEST_SHA384:
		hash = HASH_SHA384;
		octets = 48;
		break;
	default:
		return ERR_ARG;
	}
	int err = crypto_hash(crypto, hash, parts, count, out);
	if (err == 0) {
		*size = octets;
	}
	return err;
}

int crypto_nsec3_hash(struct crypto *crypto, const struct hash_part *name, const struct hash_part *salt,
	uint16_t iterations, uint8_t out[20])
{
	/* RFC 5155 section 5: IH(0) = H(x || salt), IH(k) = H(IH(k-1) || salt). */
	struct hash_part parts[2] = { *name, *salt };
	uint8_t hash[20];
	int err = crypto_hash(crypto, HASH_SHA1, parts, 2, hash);
	parts[0] = (struct hash_part){ hash, sizeof(hash) };
	for (unsigned i = 0; err == 0 && i < iterations; i++) {
		err = crypto_hash(crypto, HASH_SHA1, parts, 2, hash);
	}
	if (err != 0) {
		return err;
	}
	for (size_t i = 0; i < sizeof(hash); i++) {
		out[i] = hash[i];
	}
	return 0;
}
