/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child in the middle of a KSK roll-over, signed with OpenSSL alone, for one algorithm. */
#pragma once

#include <openssl/evp.h>

#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/wire/arena.h"
#include "validate/wire/record.h"

#define BENCH_CASE_NOW 1750000000u

enum bench_key { KEY_OLD, KEY_NEW, KEY_ZONE, KEYS };

/* A signature that any validator has to check for this case. */
struct bench_signature {
	enum bench_key key;
	struct slice data;	/* RFC 4034 section 3.1.8.1 */
	struct slice signature;	/* as in the RRSIG */
};

/* DNSKEY by the old and by the new key, CDS and CDNSKEY by the old one, SOA by the zone's (L-CONT-3). */
#define BENCH_SIGNATURES 5

struct bench_case {
	uint8_t algorithm;
	EVP_PKEY *keys[KEYS];
	struct slice dnskeys[KEYS];
	struct bench_signature signatures[BENCH_SIGNATURES];
	struct evidence evidence;	/* two servers that agree */
	struct delegation delegation;	/* DS of the old key */
};

/* Algorithm 8 (2048 bits), 13 or 15. Everything but the keys in arena. */
void bench_case_make(uint8_t algorithm, struct arena *arena, struct bench_case *out);
void bench_case_free(struct bench_case *c);
