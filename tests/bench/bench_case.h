/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child in the middle of a KSK roll-over, signed with OpenSSL alone, for one algorithm. */
#pragma once

#include <openssl/evp.h>

#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/wire/arena.h"
#include "validate/wire/record.h"

/* An algorithm and, for RSA, the size of its keys. */
struct bench_scheme {
	const char *name;
	uint8_t algorithm;
	unsigned bits;
	const char *digest;	/* NULL: the algorithm does that itself */
};
/* Ends with a row without a name. */
extern const struct bench_scheme bench_schemes[];

enum bench_key { KEY_OLD, KEY_NEW, KEY_ZONE, KEYS };

/* A signature that any validator has to check for this case. */
struct bench_signature {
	enum bench_key key;
	struct slice data;	/* RFC 4034 section 3.1.8.1 */
	struct slice signature;	/* as in the RRSIG */
};

/* DNSKEY, CDS and CDNSKEY by the old key, DNSKEY by the new one, SOA by the zone's (L-CONT-3). */
#define BENCH_SIGNATURES 5

struct bench_case {
	const struct bench_scheme *scheme;
	uint32_t now;
	EVP_PKEY *keys[KEYS];
	struct slice dnskeys[KEYS];
	struct bench_signature signatures[BENCH_SIGNATURES];
	struct evidence evidence;	/* two servers that agree */
	struct delegation delegation;	/* DS of the old key */
};

/* Everything but the keys in arena. */
void bench_case_make(const struct bench_scheme *scheme, uint32_t now, struct arena *arena, struct bench_case *out);
/* The child's zone as one server has it, and the DS set as the parent has it. */
void bench_case_write(const struct bench_case *c, const char *zone, const char *dsset);
void bench_case_free(struct bench_case *c);
