/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real keys of every algorithm, what DNSSEC makes of them, and signatures by them; independent of what is tested. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "validate/wire/arena.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

struct pair;	/* a private key */

/* A key as one child uses it. */
struct zone_key {
	const struct pair *pair;	/* NULL: octets that are no key */
	uint16_t flags;
	uint8_t protocol;
	uint8_t algorithm;
	unsigned bits;
	unsigned exponent_bits;		/* RSA */
	uint16_t tag;
	struct slice rdata;
	uint8_t *octets;		/* of rdata */
	bool published;			/* in the DNSKEY RRset */
};

/* Some keys of each kind; which ones depends on the seed. Few, for RSA keys take long to make. */
void pool_make(uint64_t seed);
void pool_free(void);

/* Algorithm 5, 7, 8, 10, 13, 14, 15, 16; another one gets octets that are no key. */
void key_make(uint8_t algorithm, uint16_t flags, uint8_t protocol, struct arena *arena, struct zone_key *out);
/* Two keys of algorithm 13 or 15 with one tag; both sign. False: this pool has none. */
bool key_make_twins(uint8_t algorithm, uint16_t flags, struct arena *arena, struct zone_key out[2]);
/* After a change of flags, protocol or the octets of the key. */
void key_retag(struct zone_key *key);
/* The public key is damaged: a point off the curve, an RSA key without modulus. */
void key_damage(struct zone_key *key, struct arena *arena);

#define SIGNATURE_ROOM 600
size_t key_sign(const struct zone_key *key, const uint8_t *data, size_t size, uint8_t out[SIGNATURE_ROOM]);
/* RDATA of a DS; types other than 1, 2 and 4 get octets made up. */
struct slice key_digest(const struct zone_key *key, const struct name *owner, uint8_t type, struct arena *arena);
