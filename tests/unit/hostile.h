/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children made to cost much, and the largest honest ones beside them. Shared by test_hostile and bench_hostile. */
#pragma once

#include <openssl/evp.h>

#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"
#include "validate/cds/reason.h"
#include "validate/wire/message.h"

#define HOSTILE_NOW 1750000000u
#define HOSTILE_KEYS 320

struct hostile_key {
	EVP_PKEY *pkey;		/* NULL: made up, signs nothing */
	struct slice rdata;
	uint8_t algorithm;
	uint16_t tag;
};

/* One RRset in the making, at the apex unless told otherwise. */
struct hostile_set {
	const struct name *owner;	/* NULL: the apex */
	uint16_t type;
	size_t count;
	struct slice *rdata;
	size_t signature_count;
	struct slice *signatures;
};

struct hostile_zone {
	struct arena *arena;
	struct name child;
	size_t key_count;
	struct hostile_key keys[HOSTILE_KEYS];
	uint32_t chance;		/* state of made-up octets */
	struct evidence evidence;
	struct delegation delegation;
};

/* One child: made anew for each judgement of it, in arena. */
struct hostile_child {
	const char *name;
	void (*make)(struct hostile_zone *z, const struct hostile_child *c);
	enum reason reason;
	bool exhausts;			/* the budget is used up */
	unsigned cost_max_us;		/* otherwise charged at most; 0: the whole budget */
	/* what the maker makes of these */
	uint8_t algorithm;
	unsigned bits;			/* of RSA */
	unsigned exponent;		/* octets of a made-up RSA exponent */
	unsigned servers;
	unsigned number;
};

/* hostile_keys.c: costly by keys and signatures; the honest ones are there, too. hostile_volume.c: by mere volume. */
const struct hostile_child *hostile_by_keys(size_t *count);
const struct hostile_child *hostile_by_volume(size_t *count);
/* An honest child in whose answers are so many records of noise. */
struct hostile_child hostile_noise(unsigned records);
/* Keys that a child had made are freed with hostile_free. */
void hostile_make(const struct hostile_child *c, struct arena *arena, struct hostile_zone *z);
void hostile_free(struct hostile_zone *z);

/* hostile_zone.c: what children are made of. Everything in the arena of the zone. */
void hostile_must(bool holds);
struct slice hostile_chance(struct hostile_zone *z, size_t size);
/* A real key; flags 257. RSA of so many bits. Its number. */
size_t hostile_add_key(struct hostile_zone *z, uint8_t algorithm, unsigned bits);
/* An RSA key of made-up octets, exponent all ones; or one with this RDATA. */
size_t hostile_add_rsa(struct hostile_zone *z, uint8_t algorithm, unsigned bits, unsigned exponent_octets);
size_t hostile_add_rdata(struct hostile_zone *z, struct slice rdata);
struct slice hostile_ds(struct hostile_zone *z, size_t key);
struct hostile_set hostile_cds(struct hostile_zone *z, size_t first, size_t count);
struct hostile_set hostile_cdnskey(struct hostile_zone *z, size_t first, size_t count);
void hostile_put(struct hostile_zone *z, struct hostile_set *s, struct slice rdata);
void hostile_sign(struct hostile_zone *z, struct hostile_set *s, size_t key, uint32_t age);
/* A signature of made-up octets that key could have made. */
void hostile_forge(struct hostile_zone *z, struct hostile_set *s, size_t key);
struct hostile_set hostile_dnskeys(struct hostile_zone *z, size_t first, size_t count);
struct hostile_set hostile_soa(struct hostile_zone *z, uint32_t serial);
/* The answer with these sets; those whose type is not asked for go to the authority section. */
struct slice hostile_answer(struct hostile_zone *z, uint16_t type, const struct hostile_set *sets, size_t count);
/* The DS set of the parent; so many servers with nothing said yet. */
void hostile_delegate(struct hostile_zone *z, const size_t *keys, size_t count);
void hostile_servers(struct hostile_zone *z, size_t count);
void hostile_say(struct hostile_zone *z, size_t server, enum evidence_question q, struct slice octets);
void hostile_say_set(struct hostile_zone *z, size_t server, enum evidence_question q, const struct hostile_set *s);
/* Both SOA answers by this key, made different by the serial. */
void hostile_say_soa(struct hostile_zone *z, size_t server, size_t key, uint32_t serial);
