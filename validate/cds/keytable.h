/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which records name the same key: every key met in one judgement gets a number. */
#pragma once

#include <stdbool.h>

#include "validate/cds/reason.h"
#include "validate/dnssec/algorithm.h"
#include "validate/dnssec/ds.h"
#include "validate/dnssec/rrsig.h"

#define KEYTABLE_MAX 256

/* A set of key numbers. */
struct keyset {
	uint64_t bits[KEYTABLE_MAX / 64];
};
void keyset_add(struct keyset *set, unsigned id);
bool keyset_has(const struct keyset *set, unsigned id);
bool keyset_equal(const struct keyset *a, const struct keyset *b);
unsigned keyset_count(const struct keyset *set);

/* Room for the text of a few keys. */
#define KEYSET_TEXT_SIZE 128

struct key_entry {
	const struct dnskey *key;	/* NULL: known by digest only */
	uint16_t tag;
	uint8_t algorithm;
	bool published;			/* in the DNSKEY RRset of some server */
	bool offered;			/* in the CDNSKEY RRset of some server */
};

struct keytable;

/* owner is the child; work is charged to v. NULL when out of memory. */
struct keytable *keytable_new(struct crypto *crypto, struct verifier *v, const struct algorithm_table *algorithms,
	const struct name *owner, struct arena *arena);
/* Why there are records that no number tells apart (L-DOS-1): TOO_MANY_KEYS, KEY_TAG_COLLISIONS, BUDGET_EXHAUSTED. Then
 * nothing may rest on the numbers. REASON_NONE: there are none. */
enum reason keytable_excess(const struct keytable *t);
const struct key_entry *keytable_entry(const struct keytable *t, unsigned id);

/* First all keys, then all digests. The number of the key; equal keys have equal numbers. */
unsigned keytable_add_key(struct keytable *t, const struct dnskey *key, bool published);
/* The keys that the records of one DS or CDS RRset name: ids[i] for ds[i]. */
int keytable_add_digests(struct keytable *t, const struct ds *ds, size_t count, unsigned *ids);
/* "12345 (13), 4711 (8)", "none", or the first few and how many more there are. */
void keyset_to_text(const struct keytable *t, const struct keyset *set, char text[KEYSET_TEXT_SIZE]);
