/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cryptography that verdicts rest on: an own OpenSSL library context with the default
 * provider only, so that no environment or configuration file changes a verdict. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_OCTETS 32

/* Not to be shared between threads; one a thread. */
struct crypto;

/* NULL when OpenSSL cannot give what is needed (the caller says so and ends). */
struct crypto *crypto_new(void);
void crypto_free(struct crypto *crypto);

/* Is this DNSSEC algorithm / DS digest type implemented and working here? RSA/SHA-1 is probed by
 * a self-test at crypto_new. */
bool crypto_has_algorithm(const struct crypto *crypto, uint8_t algorithm);
bool crypto_has_digest(const struct crypto *crypto, uint8_t digest_type);

int crypto_sha256(struct crypto *crypto, const void *data, size_t size, uint8_t out[SHA256_OCTETS]);
/* Incremental form for chains and composed values. */
struct hash_part {
	const void *data;
	size_t size;
};
int crypto_sha256_parts(struct crypto *crypto, const struct hash_part *parts, size_t count,
	uint8_t out[SHA256_OCTETS]);
/* DS digest type 1, 2 or 4 over parts; size is 20, 32 or 48. ERR_ARG for other types. */
int crypto_ds_digest(struct crypto *crypto, uint8_t digest_type, const struct hash_part *parts,
	size_t count, uint8_t *out, size_t *size);
/* RFC 5155 section 5 hash, SHA-1; iterations as in the record (0: hashed once). */
int crypto_nsec3_hash(struct crypto *crypto, const struct hash_part *name, const struct hash_part *salt,
	uint16_t iterations, uint8_t out[20]);
