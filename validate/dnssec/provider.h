/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of struct crypto. Private to crypto.c, digest.c and pubkey.c, the three files that may
 * include OpenSSL; its types are named by their tags here so that this header need not. */
#pragma once

#include <stdbool.h>

#include "validate/dnssec/crypto.h"

enum hash { HASH_SHA1, HASH_SHA256, HASH_SHA384, HASH_SHA512, HASH_COUNT };
enum key_family { FAMILY_RSA, FAMILY_P256, FAMILY_P384, FAMILY_ED25519, FAMILY_ED448, FAMILY_COUNT };

/* SHA-512 */
#define HASH_MAX_OCTETS 64

struct crypto {
	struct ossl_lib_ctx_st *lib;
	struct ossl_provider_st *provider;
	struct evp_md_st *md[HASH_COUNT];
	struct evp_md_ctx_st *hash_ctx[HASH_COUNT];	/* fetched algorithm inside, used again */
	struct evp_pkey_ctx_st *import_ctx[FAMILY_COUNT];
	struct evp_pkey_st *curve[2];			/* P-256, P-384 without a point */
	struct evp_md_ctx_st *verify_ctx;		/* for the one-shot algorithms */
	bool has[32];					/* by DNSSEC algorithm number */
};

/* digest.c: one hash over parts; size of out by the hash. */
int crypto_hash(struct crypto *crypto, enum hash hash, const struct hash_part *parts, size_t count,
	uint8_t *out);

/* pubkey.c: contexts for importing; false when OpenSSL cannot give one. */
bool pubkey_prepare(struct crypto *crypto);
