/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of struct verifier: budget, imported keys, remembered results. Private to
 * validate/dnssec. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/crypto.h"
#include "validate/dnssec/pubkey.h"
#include "validate/dnssec/rrsig.h"

/* One key imported; an import that failed is remembered as well. */
struct verifier_key {
	struct verifier_key *next;
	struct slice rdata;		/* own copy */
	struct pubkey *pubkey;		/* NULL when it could not be imported */
	enum sig_status status;		/* why not */
};

/* One verification remembered. */
struct verifier_memo {
	struct verifier_memo *next;
	uint8_t digest[SHA256_OCTETS];
	enum sig_status status;
};

/* The last hash of NSEC3: the servers of a zone nearly always show the same one. */
struct verifier_nsec3 {
	struct name name;
	uint16_t iterations;
	size_t salt_size;
	uint8_t salt[255];
	uint8_t hash[20];
};

#define MEMO_BUCKETS 64

struct verifier {
	struct crypto *crypto;
	struct arena *arena;
	uint32_t now;
	unsigned attempts;
	uint32_t cost_ns;		/* charged so far; LIMIT_COST_NS: used up */
	struct verifier_key *keys;
	struct verifier_memo *memos[MEMO_BUCKETS];	/* by the first octet of the digest */
	struct verifier_nsec3 nsec3;	/* name.size 0: none yet */
	uint8_t *buffer;		/* signed data of the set in hand; freed by verifier_free */
	size_t buffer_size;
};

/* Is sig, whose conditions hold, a signature of key over set? *status becomes SIG_VALID, SIG_BOGUS,
 * SIG_UNSUPPORTED or SIG_BUDGET. */
int verifier_check(struct verifier *v, const struct rrset *set, const struct dnskey *key,
	const struct rrsig *sig, enum sig_status *status);
