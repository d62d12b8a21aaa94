/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong, or only unusual, with a child: none, one or two things. */
#include "tests/differential/child.h"

#include <string.h>

#include "tests/differential/chance.h"

static enum how any_how(void)
{
	return (enum how)(1 + chance_below(HOW_COUNT - 1));
}

static enum set any_set(void)
{
	static const uint8_t weights[] = { 26, 28, 24, 8, 7, 7, 0 };	/* as in enum set */
	return (enum set)chance_pick(weights);
}

static void fault_signature(struct child *c)
{
	struct signers *s = &c->sets[any_set()];
	enum how how = any_how();
	bool all = chance_percent(70);
	size_t at = s->count == 0 ? 0 : chance_below((unsigned)s->count);
	for (size_t i = 0; i < s->count; i++) {
		if (all || i == at) {
			s->list[i].how = how;
		}
	}
}

static void fault_no_signature(struct child *c)
{
	c->sets[any_set()].count = 0;
}

/* The request is signed by a key that only signs the zone. */
static void fault_zone_key_only(struct child *c)
{
	unsigned key = c->key_count > 2 ? 2 : 1;
	bool both = chance_percent(60);
	for (enum set s = SET_CDS; s <= SET_CDNSKEY; s++) {
		if (both || chance_percent(50)) {
			c->sets[s].count = 0;
			signer_add(&c->sets[s], key, HOW_GOOD);
		}
	}
}

/* By a key that is nowhere. */
static void fault_unknown_key(struct child *c)
{
	unsigned key = child_add_key(c, c->keys[0].algorithm, 257, false);
	struct signers *s = &c->sets[any_set()];
	if (chance_percent(60)) {
		s->count = 0;
	}
	signer_add(s, key, HOW_GOOD);
}

/* One more signature, of no use, beside those that are there. */
static void fault_useless_signature(struct child *c)
{
	struct signers *s = &c->sets[any_set()];
	if (s->count > 0) {
		signer_add(s, s->list[0].key, any_how());
	}
}

static void fault_flags(struct child *c)
{
	static const uint8_t weights[] = { 4, 2, 1, 0 };
	unsigned number = chance_pick(weights);
	struct zone_key *key = &c->keys[number < c->key_count ? number : 0];
	switch (chance_below(4)) {
	case 0:
		key->flags |= 0x80;		/* REVOKE */
		break;
	case 1:
		key->flags &= 0xfeff;		/* no zone key */
		break;
	case 2:
		key->protocol = (uint8_t)(chance_percent(50) ? 2 : 255);
		break;
	default:
		key->flags ^= 1;		/* SEP: no fault */
		break;
	}
	key_retag(key);
}

/* A key more in the DNSKEY RRset: of an algorithm nobody knows, damaged, or with the tag of key 0. */
static void fault_more_keys(struct child *c)
{
	static const uint8_t opaque[] = { 1, 3, 6, 12, 17, 23, 99, 253 };
	uint8_t algorithm = c->keys[0].algorithm;
	unsigned key;
	struct zone_key twins[2];
	switch (chance_below(4)) {
	case 0:
		child_add_key(c, opaque[chance_below(sizeof opaque)], 257, true);
		break;
	case 1:
		key = child_add_key(c, algorithm, 257, true);
		key_damage(&c->keys[key], c->arena);
		break;
	default:
		if ((algorithm != 13 && algorithm != 15) ||
		    !key_make_twins(algorithm, c->keys[0].flags, c->arena, twins)) {
			break;
		}
		key = child_add_key(c, algorithm, c->keys[0].flags, true);
		bool first = chance_percent(50);
		c->keys[0] = twins[first];
		c->keys[key] = twins[!first];
		c->keys[0].published = c->keys[key].published = true;
		if (chance_percent(50)) {
			signer_add(&c->sets[SET_DNSKEY], key, HOW_GOOD);
		}
		break;
	}
}

static void fault_entries(struct child *c)
{
	static const uint8_t digests[] = { 1, 2, 2, 4, 5, 200 };
	unsigned stranger = child_add_key(c, child_algorithm(), 257, chance_percent(30));
	unsigned which = chance_below(3);
	struct entries *e = which == 0 ? &c->ds : which == 1 ? &c->cds : &c->cdnskey;
	if (e->count == 0) {
		return;
	}
	size_t at = chance_below((unsigned)e->count);
	switch (chance_below(4)) {
	case 0:
		entry_add(e, ENTRY_GOOD, stranger, which == 2 ? 0 : digests[chance_below(sizeof digests)]);
		break;
	case 1:
		if (which > 0 || e->count > 1) {	/* a child without DS is not what is compared here */
			e->list[at] = e->list[--e->count];
		}
		break;
	case 2:
		if (which < 2 && e->list[at].kind == ENTRY_GOOD) {
			e->list[at].kind = ENTRY_WRONG;
		}
		break;
	default:
		if (which < 2 && e->list[at].kind == ENTRY_GOOD) {
			entry_add(e, ENTRY_WRONG, e->list[at].key, (uint8_t)(chance_percent(50) ? 2 : 4));
		}
		break;
	}
}

/* More records than a parent takes, or than keys it takes. */
static void fault_many(struct child *c)
{
	if (c->cds.count == 0) {
		return;
	}
	size_t wanted = chance_percent(50) ? 22 : 11;
	for (unsigned i = 0; c->cds.count < wanted; i++) {
		entry_add(&c->cds, ENTRY_WRONG, i % 2, (uint8_t)(6 + i));
	}
}

static void fault_short_digest(struct child *c)
{
	if (c->cds.count > 0) {
		c->cds.list[0].kind = c->cds.list[0].kind == ENTRY_GOOD ? ENTRY_SHORT : c->cds.list[0].kind;
	}
}

/* CDS alone, and a digest of nothing beside a good one. */
static void fault_contradiction(struct child *c)
{
	if (c->cds.count > 0 && c->cds.list[0].kind == ENTRY_GOOD) {
		c->cdnskey.count = 0;
		entry_add(&c->cds, ENTRY_WRONG, c->cds.list[0].key, c->cds.list[0].digest);
	}
}

/* A key of the DS set that only a digest names which nobody computes. */
static void fault_uncomputed(struct child *c)
{
	unsigned key = c->ds.list[0].key;
	size_t kept = 0;
	for (size_t i = 0; i < c->ds.count; i++) {
		if (c->ds.list[i].key != key) {
			c->ds.list[kept++] = c->ds.list[i];
		}
	}
	c->ds.count = kept;
	entry_add(&c->ds, ENTRY_GOOD, key, 5);
	if (c->cds.count > 0 && c->cds.list[0].kind == ENTRY_GOOD && chance_percent(70)) {
		entry_add(&c->cds, ENTRY_GOOD, key, 5);
	}
}

static void fault_denial(struct child *c)
{
	struct denial_plan *d = &c->denial;
	d->iterations %= 30;		/* of an earlier fault */
	d->fault = (enum denial_fault)(1 + chance_below(DENIAL_FAULTS - 1));
	static const uint16_t absent[] = { TYPE_A, 15 /* MX */, 257 /* CAA */, TYPE_CDS, TYPE_CDNSKEY };
	static const uint16_t present[] = { TYPE_NS, TYPE_DNSKEY, TYPE_CDS, TYPE_CDNSKEY, TYPE_RRSIG };
	if (d->fault == DENIAL_BIT_TOO_MANY) {
		d->fault_type = absent[chance_below(5)];
	} else if (d->fault == DENIAL_BIT_MISSING) {
		d->fault_type = present[chance_below(5)];
	} else if (d->fault == DENIAL_MANY_ITERATIONS) {
		d->iterations = (uint16_t)(100 + chance_below(1000));
	}
}

void plan_faults(struct child *c)
{
	static const uint8_t how_many[] = { 40, 42, 18, 0 };
	static const uint8_t weights[] = { 34, 8, 8, 6, 8, 8, 8, 14, 2, 2, 4, 6, 16, 0 };
	static void (*const faults[])(struct child *) = { fault_signature, fault_no_signature, fault_zone_key_only,
		fault_unknown_key, fault_useless_signature, fault_flags, fault_more_keys, fault_entries, fault_many,
		fault_short_digest, fault_contradiction, fault_uncomputed,
		fault_denial };
	for (unsigned left = chance_pick(how_many); left > 0; left--) {
		faults[chance_pick(weights)](c);
	}
}
