/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys that all simulated children share, each on its own: real ones, made from the seed. */
#pragma once

#include "tests/sim/sim.h"

#define KEY_COUNT 28
#define KSK_SLOTS 8
#define ZSK_SLOTS 4
#define ALGORITHM_SETS 2	/* 13 and 15 */
#define KEY_OF_ATTACKER 24u
#define KEY_STANDBY_OF_ATTACKER 25u
#define KEY_OF_ROOT 26u
#define KEY_OF_OPERATORS 27u	/* of their signaling zones */

/* Kinds of keys that are alike but for their octets. Within a kind, tags and RDATA come in the order of the numbers, and the
 * kinds in DS sets have tags apart, so that exchanging the keys of a case for others of their kinds, in their order, changes no
 * order of anything. */
enum key_kind { KIND_KSK_13, KIND_KSK_15, KIND_ZSK_13, KIND_ZSK_15, KIND_ATTACKER, KIND_WAY, KEY_KINDS };
extern const uint32_t keys_of_kind[KEY_KINDS];

/* The one name that all of them have. */
extern const struct name *sim_child;

void keys_make(void);
void keys_free(void);
uint32_t key_ksk(unsigned algorithm, unsigned slot);	/* one bit */
uint32_t key_zsk(unsigned algorithm, unsigned slot);
/* All keys of an algorithm set. */
extern const uint32_t keys_of_algorithm[ALGORITHM_SETS];

struct slice key_rdata(unsigned key);
struct slice key_ds_rdata(unsigned key, unsigned digest_type);
/* The DS with SHA-256 of a key at another name. */
struct slice key_ds_at(unsigned key, const struct name *owner, struct arena *arena);
uint8_t key_algorithm(unsigned key);
uint16_t key_tag(unsigned key);
const uint8_t *key_hash(unsigned key);	/* SHA-256 of RDATA */
/* The number of the key with this tag; KEY_COUNT: none. */
unsigned key_of_tag(uint16_t tag);
/* Appends the signature of key over data. */
size_t key_sign(unsigned key, const uint8_t *data, size_t size, uint8_t *out);

void ds_mask_set(struct ds_mask mask, struct arena *arena, struct ds_set *out);
/* False: a record of no key that we know. */
bool ds_mask_of(const struct ds_set *set, struct ds_mask *out);
