/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of the databases, and nothing else makes one. Child keys sort in canonical order (RFC 4034 section
 * 6.1): labels from the root down, octets 0 and 1 escaped, at most 505 of LMDB's 511 octets. */
#pragma once

#include "registry/store/store.h"
#include "validate/wire/name.h"

#define KEY_MAX 511

struct key {
	size_t size;
	uint8_t octets[KEY_MAX];
};

void key_name(const struct name *name, struct key *out);
/* ERR_FORMAT, here and below: not a key of that kind. */
int key_to_name(struct slice key, struct name *out);
/* Is the name of key, both from key_name, below the other one, and by how many labels? */
bool key_is_below(struct slice key, struct slice above, unsigned *labels);
/* Big-endian numbers, for time-ordered records. */
void key_u64(uint64_t a, struct key *out);
int key_to_u64(struct slice key, uint64_t *a);
void key_u64_u64(uint64_t a, uint64_t b, struct key *out);
int key_to_u64_u64(struct slice key, uint64_t *a, uint64_t *b);
/* NS set (8 octets of hash) then child. */
#define NSSET_OCTETS 8
void key_nsset(const uint8_t nsset[NSSET_OCTETS], const struct name *child, struct key *out);
/* The same of a child's own key, from key_name. */
void key_nsset_of(const uint8_t nsset[NSSET_OCTETS], struct slice child, struct key *out);
int key_to_nsset(struct slice key, uint8_t nsset[NSSET_OCTETS], struct name *child);
/* What is stored under its SHA-256. */
#define KEY_HASH_OCTETS 32
void key_hash(const uint8_t hash[KEY_HASH_OCTETS], struct key *out);
/* Child, two separators, a reason: what one child has follows it, and no other name lies between. */
void key_notice(const struct name *child, uint16_t reason, struct key *out);
int key_to_notice(struct slice key, struct name *child, uint16_t *reason);
/* To seek behind a key: the least key above it. */
void key_after(struct key *k);
struct slice key_slice(const struct key *k);
