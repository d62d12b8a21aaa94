/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RRSIG: its fields, its conditions (RFC 4035 section 5.3.1) and its verification. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/crypto.h"
#include "validate/dnssec/key.h"
#include "validate/wire/arena.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

struct rrsig {
	uint16_t covered;
	uint8_t algorithm;
	uint8_t labels;
	uint32_t original_ttl;
	uint32_t expiration;	/* RFC 1982 serial numbers */
	uint32_t inception;
	uint16_t tag;
	struct name signer;
	struct slice signature;
	struct slice head;	/* RDATA before the signature, signer in lower case */
};

/* RDATA must be canonical as from rdata_canonical. */
int rrsig_parse(struct slice rdata, struct rrsig *out);

/* What one signature says of one RRset under one key at one time. Zero refuses. */
enum sig_status {
	SIG_BOGUS = 0,		/* does not verify, or a condition of RFC 4035 5.3.1 fails */
	SIG_VALID,
	SIG_MISSING,		/* no signature at all, or none by a wanted key */
	SIG_EXPIRED,
	SIG_NOT_YET_VALID,
	SIG_UNSUPPORTED,	/* algorithm not implemented here */
	SIG_TOO_MANY,		/* more signatures than are tried (L-DOS-1) */
	SIG_BUDGET,		/* no budget left */
};

/* Not looked at to the end, so neither valid nor not. */
bool sig_status_is_unknown(enum sig_status status);
/* The one that explains better why nothing is proven: what is unknown before "expired", that before "does not verify". */
enum sig_status sig_status_graver(enum sig_status a, enum sig_status b);

/* The budget of one judgement, and what it learnt: a verification is remembered within it. Made by verifier_new in
 * an arena, for one child at one time; NULL when out of memory. */
struct verifier;
struct verifier *verifier_new(struct crypto *crypto, struct arena *arena, uint32_t now);
/* Frees the imported keys. Before the arena is reset or freed; NULL is fine. */
void verifier_free(struct verifier *v);
/* Charges work in the prices of cost.h before it is done. False: there is not that much left, and from now on nothing. */
bool verifier_charge(struct verifier *v, uint32_t cost_ns);
/* Charged so far; LIMIT_COST_NS when it was used up. */
uint32_t verifier_cost(const struct verifier *v);
/* Verifications made so far. */
unsigned verifier_attempts(const struct verifier *v);

/* Serial arithmetic (RFC 4034 section 3.1.5): inception <= now <= expiration? */
enum sig_status rrsig_time_status(const struct rrsig *sig, uint32_t now);
/* a before b by RFC 1982; false when equal or undefined. */
bool serial_before(uint32_t a, uint32_t b);
/* The signatures of set, which are canonical, by inception: then the first one that verifies is the newest. */
void rrsig_sort_newest_first(struct rrset *set);

struct sig_result {
	enum sig_status status;	/* of the best signature */
	const struct dnskey *key;	/* that verified it, else NULL */
	struct rrsig sig;	/* that verified; valid for SIG_VALID only */
};

/* Does key sign set in zone? Looks at every RRSIG with the tag and algorithm of key. Labels must equal
 * the owner's (no wildcard expansion), the signer must be zone. < 0 only for our own failures. */
int verify_by_key(struct verifier *v, const struct name *zone, const struct rrset *set,
	const struct dnskey *key, struct sig_result *out);
/* The same for any usable key of keys; the first valid one wins. Otherwise the status is the gravest of all. */
int verify_by_keys(struct verifier *v, const struct name *zone, const struct rrset *set,
	const struct dnskey *keys, size_t key_count, struct sig_result *out);
