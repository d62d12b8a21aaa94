/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The library context that verdicts rest on, made without environment or configuration file. */
#include "validate/dnssec/crypto.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <stdlib.h>

#include "validate/dnssec/provider.h"
#include "validate/dnssec/selftest.h"

static const char *hash_name(enum hash hash)
{
	switch (hash) {
	case HASH_SHA1:
		return "SHA1";
	case HASH_SHA256:
		return "SHA2-256";
	case HASH_SHA384:
		return "SHA2-384";
	case HASH_SHA512:
		return "SHA2-512";
	case HASH_COUNT:
		break;
	}
	return "";
}

/* A digest is fetched once here; fetching by name at each use costs more than hashing an RRset. */
static bool prepare_hash(struct crypto *crypto, enum hash hash)
{
	crypto->md[hash] = EVP_MD_fetch(crypto->lib, hash_name(hash), NULL);
	crypto->hash_ctx[hash] = EVP_MD_CTX_new();
	bool good = crypto->hash_ctx[hash] != NULL &&
		EVP_DigestInit_ex2(crypto->hash_ctx[hash], crypto->md[hash], NULL) == 1;
	if (!good) {
		/* What is not whole is not there. */
		EVP_MD_free(crypto->md[hash]);
		crypto->md[hash] = NULL;
	}
	return good;
}

static bool prepare(struct crypto *crypto)
{
	/* The context is private: it loads no openssl.cnf, and default properties set for the
	 * process do not reach it. Loading a provider explicitly switches off the fallback. */
	crypto->lib = OSSL_LIB_CTX_new();
	if (crypto->lib == NULL) {
		return false;
	}
	crypto->provider = OSSL_PROVIDER_load(crypto->lib, "default");
	if (crypto->provider == NULL) {
		return false;
	}
	/* SHA-1 may be switched off by the maker of the system; the others may not. */
	(void)prepare_hash(crypto, HASH_SHA1);
	for (int hash = HASH_SHA256; hash < HASH_COUNT; hash++) {
		if (!prepare_hash(crypto, (enum hash)hash)) {
			return false;
		}
	}
	crypto->verify_ctx = EVP_MD_CTX_new();
	return crypto->verify_ctx != NULL && pubkey_prepare(crypto);
}

struct crypto *crypto_new(void)
{
	/* An engine named in a configuration file would come before every provider, also in a private
	 * context. This keeps the file unread, if nothing in the process has read it before. */
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1) {
		return NULL;
	}
	struct crypto *crypto = calloc(1, sizeof(*crypto));
	if (crypto == NULL) {
		return NULL;
	}
	if (!prepare(crypto)) {
		ERR_clear_error();
		crypto_free(crypto);
		return NULL;
	}
	for (size_t i = 0; i < sizeof(crypto->has); i++) {
		crypto->has[i] = selftest_passes(crypto, (uint8_t)i);
	}
	ERR_clear_error();
	return crypto;
}

void crypto_free(struct crypto *crypto)
{
	if (crypto == NULL) {
		return;
	}
	for (int i = 0; i < HASH_COUNT; i++) {
		EVP_MD_CTX_free(crypto->hash_ctx[i]);
		EVP_MD_free(crypto->md[i]);
	}
	for (int i = 0; i < FAMILY_COUNT; i++) {
		EVP_PKEY_CTX_free(crypto->import_ctx[i]);
	}
	EVP_PKEY_free(crypto->curve[0]);
	EVP_PKEY_free(crypto->curve[1]);
	EVP_MD_CTX_free(crypto->verify_ctx);
	if (crypto->provider != NULL) {
		OSSL_PROVIDER_unload(crypto->provider);
	}
	OSSL_LIB_CTX_free(crypto->lib);
	free(crypto);
}

bool crypto_has_algorithm(const struct crypto *crypto, uint8_t algorithm)
{
	return algorithm < sizeof(crypto->has) && crypto->has[algorithm];
}

bool crypto_has_digest(const struct crypto *crypto, uint8_t digest_type)
{
	switch (digest_type) {
	case 1:
		return crypto->md[HASH_SHA1] != NULL;
	case 2:
	case 4:
		return true;
	default:
		return false;
	}
}
