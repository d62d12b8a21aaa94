/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys of DNSSEC as OpenSSL keys, and one raw verification. Private to validate/dnssec. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/crypto.h"
#include "validate/dnssec/key.h"

struct pubkey;

/* ERR_FORMAT for a key that is no key of its algorithm, ERR_ARG for one not implemented,
 * ERR_CRYPTO for our own failure. Freed with pubkey_free. */
int pubkey_import(struct crypto *crypto, const struct dnskey *key, struct pubkey **out);
void pubkey_free(struct pubkey *key);

/* 1 verifies, 0 does not, below zero our own failure (an EVP result below zero is one). */
int pubkey_verify(struct crypto *crypto, const struct pubkey *key, struct slice data, struct slice signature);
