/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finding depends on, as a key, and what of it is put in anew for each case: keys for keys of their kinds, inceptions by
 * their rank, serials. */
#pragma once

#include "tests/sim/judged.h"
#include "tests/sim/keys.h"

#define MEMO_WORDS (4 + HOSTS * (5 + PARTS * 4))
#define MEMO_TIMES (HOSTS * PARTS)

/* Distinct numbers in order. */
struct ranks {
	size_t count;
	uint32_t values[MEMO_TIMES];
};

struct memo_key {
	uint64_t hash;
	size_t count;
	uint32_t words[MEMO_WORDS];
	struct ranks inceptions;
	struct ranks serials;
	/* Keys of the case: number in the key -> number in the pool, and back. */
	uint8_t real[KEY_COUNT];
	uint8_t formal[KEY_COUNT];
};

void memo_key_make(const struct question *q, struct memo_key *out);
uint32_t rank_of(const struct ranks *r, uint32_t value);
uint64_t hash_words(const uint32_t *words, size_t count);
/* A set of keys in other numbers. */
uint32_t keys_renumbered(uint32_t keys, const uint8_t map[KEY_COUNT]);
