/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans of children: what the parent has, what the child asks for, and who signs it. */
#include "tests/differential/child.h"

#include <stdlib.h>
#include <string.h>

#include "tests/differential/chance.h"

enum story { NOTHING, IN_SYNC, ADD, SWAP, REMOVE, REMOVAL, STANDBY, REDIGEST, STRANGE, STORIES };
static const char *const story_texts[STORIES] = { "nothing", "in-sync", "add", "swap", "remove", "removal", "standby",
	"redigest", "strange" };

void entry_add(struct entries *e, enum entry_kind kind, unsigned key, uint8_t digest)
{
	if (e->count < ENTRIES_MAX) {
		e->list[e->count++] = (struct entry){ kind, key, digest };
	}
}

void signer_add(struct signers *s, unsigned key, enum how how)
{
	if (s->count < SIGNERS_MAX) {
		s->list[s->count++] = (struct signer){ key, how };
	}
}

uint8_t child_algorithm(void)
{
	static const uint8_t weights[] = { 38, 18, 20, 7, 6, 5, 3, 3, 0 };
	static const uint8_t numbers[] = { 13, 15, 8, 10, 14, 16, 5, 7 };
	return numbers[chance_pick(weights)];
}

unsigned child_add_key(struct child *c, uint8_t algorithm, uint16_t flags, bool published)
{
	if (c->key_count == KEYS_MAX) {
		abort();
	}
	struct zone_key *key = &c->keys[c->key_count];
	for (bool fresh = false; !fresh;) {
		key_make(algorithm, flags, 3, c->arena, key);
		fresh = true;
		for (size_t i = 0; i < c->key_count; i++) {
			fresh = fresh && (key->pair == NULL || c->keys[i].pair != key->pair);
		}
	}
	key->published = published;
	return (unsigned)c->key_count++;
}

static void plan_name(struct child *c)
{
	static const char *const parents[] = { "ch.", "example.", "co.uk.", "xn--p1ai.", "a.b.c.d.e.", "." };
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	char text[160];
	size_t used = 0;
	size_t size = chance_percent(5) ? 63 : 1 + chance_below(20);
	for (size_t i = 0; i < size; i++) {
		text[used++] = letters[chance_below(sizeof letters - 1)];
	}
	if (chance_percent(4)) {
		memcpy(text + used, "\\046\\032\\200", 12);	/* a dot, a blank and an octet that is no letter */
		used = size + 12 > 63 ? used : used + 12;
	}
	const char *parent = parents[chance_below(6)];
	text[used++] = '.';
	strcpy(text + used, strcmp(parent, ".") == 0 ? "" : parent);
	if (name_from_text(text, &c->apex) != 0) {
		abort();
	}
}

static void plan_options(struct child *c)
{
	static const uint8_t weights[] = { 50, 25, 8, 7, 5, 5, 0 };
	static const uint8_t masks[] = { 0, 1 << 2 | 1 << 4, 1 << 1 | 1 << 2, 1 << 4, 1 << 1 | 1 << 2 | 1 << 4, 1 << 1 };
	c->digests = masks[chance_pick(weights)];
	c->prefer_cdnskey = c->digests == 0 && chance_percent(30);
}

static void plan_style(struct child *c)
{
	c->style = (struct style){ .upper = chance_percent(20), .shuffled = chance_percent(20), .ttls = chance_percent(5),
		.relative = chance_percent(20), .generic = chance_percent(10), .lines = chance_percent(15),
		.twice = chance_percent(10) };
}

static void plan_denial(struct child *c)
{
	struct denial_plan *d = &c->denial;
	d->nsec3 = chance_percent(50);
	d->opt_out = d->nsec3 && chance_percent(30);
	d->iterations = (uint16_t)(chance_percent(60) ? 0 : chance_below(30));
	d->salt_size = (uint8_t)(chance_percent(50) ? 0 : 1 + chance_below(15));
	for (size_t i = 0; i < d->salt_size; i++) {
		d->salt[i] = (uint8_t)chance_below(256);
	}
}

/* Digest types as bits. */
static unsigned plan_digests(void)
{
	static const uint8_t weights[] = { 60, 12, 10, 6, 4, 4, 2, 2, 0 };
	static const unsigned masks[] = { 1 << 2, 1 << 2 | 1 << 4, 1 << 1 | 1 << 2, 1 << 4, 1 << 1, 1 << 1 | 1 << 2 | 1 << 4,
		1 << 2 | 1 << 6, 1 << 2 | 1 << 3 };
	return masks[chance_pick(weights)];
}

static void add_digests(struct entries *e, unsigned keys, unsigned digests)
{
	for (unsigned key = 0; key < KEYS_MAX; key++) {
		unsigned mine = digests;
		if ((digests & (digests - 1)) != 0 && chance_percent(25)) {
			mine &= chance_percent(50) ? 1u << 4 : 1u << 2;	/* not the same types for every key */
		}
		for (uint8_t type = 0; type < 8; type++) {
			if ((keys >> key & 1) != 0 && ((mine == 0 ? digests : mine) >> type & 1) != 0) {
				entry_add(e, ENTRY_GOOD, key, type);
			}
		}
	}
}

/* What one type asks for; removal in its exact form, or in one that is not. */
static void add_removal(struct entries *e, uint16_t type, unsigned keys)
{
	bool exact = chance_percent(85);
	entry_add(e, exact ? ENTRY_DELETE : ENTRY_ODD, exact ? 0 : chance_below(4), 0);
	if (chance_percent(12)) {
		for (unsigned key = 0; key < KEYS_MAX; key++) {
			if ((keys >> key & 1) != 0) {
				entry_add(e, ENTRY_GOOD, key, type == TYPE_CDS ? 2 : 0);
			}
		}
	}
}

static void plan_request(struct child *c, enum story story, unsigned current, unsigned wanted, unsigned digests)
{
	static const uint8_t presence[] = { 72, 15, 13, 0 };
	unsigned which = chance_pick(presence);
	bool cds = which != 2;
	bool cdnskey = which != 1;
	if (story == NOTHING) {
		return;
	}
	unsigned asked = chance_percent(70) ? digests : plan_digests();
	bool removal = story == REMOVAL;
	if (cds && (!removal || (which == 0 && chance_percent(8)))) {
		add_digests(&c->cds, removal ? current : wanted, asked);
	} else if (cds) {
		add_removal(&c->cds, TYPE_CDS, current);
	}
	for (unsigned key = 0; cdnskey && !removal && key < KEYS_MAX; key++) {
		if ((wanted >> key & 1) != 0) {
			entry_add(&c->cdnskey, ENTRY_GOOD, key, 0);
		}
	}
	if (cdnskey && removal) {
		add_removal(&c->cdnskey, TYPE_CDNSKEY, current);
	}
}

/* Keys 0 and 1 are the key-signing ones, 2 and 3 sign the rest; without 2, key 0 does everything. */
static void plan_signers(struct child *c, enum story story, bool split)
{
	bool second = story == ADD || story == SWAP || story == REMOVE;
	bool active = second && c->keys[1].published && !chance_percent(16);
	unsigned zone = split ? 2 : 0;
	signer_add(&c->sets[SET_DNSKEY], 0, HOW_GOOD);
	if (active) {
		signer_add(&c->sets[SET_DNSKEY], 1, HOW_GOOD);
	}
	if (split && chance_percent(15)) {
		signer_add(&c->sets[SET_DNSKEY], 2, HOW_GOOD);
	}
	for (enum set s = SET_CDS; s <= SET_CDNSKEY; s++) {
		signer_add(&c->sets[s], 0, HOW_GOOD);
		if (active && chance_percent(50)) {
			signer_add(&c->sets[s], 1, HOW_GOOD);
		}
		if (split && chance_percent(10)) {
			signer_add(&c->sets[s], 2, HOW_GOOD);
		}
	}
	bool other = second && c->keys[1].algorithm != c->keys[0].algorithm;
	for (enum set s = SET_SOA; s < SET_COUNT; s++) {
		signer_add(&c->sets[s], zone, HOW_GOOD);
		if (other && !(story == SWAP && chance_percent(15))) {
			signer_add(&c->sets[s], split ? 3 : 1, HOW_GOOD);
		}
	}
	c->zone = c->sets[SET_SOA];
}

static void plan_keys_of(struct child *c, enum story story, bool split)
{
	uint8_t algorithm = child_algorithm();
	uint8_t second = chance_percent(70) ? algorithm : child_algorithm();
	uint16_t flags = (uint16_t)(split || !chance_percent(30) ? 257 : 256);
	child_add_key(c, algorithm, flags, true);
	child_add_key(c, second, 257, story == STANDBY ? false : !(story == SWAP && chance_percent(8)));
	if (story == NOTHING || story == IN_SYNC || story == REDIGEST || story == REMOVAL) {
		c->keys[1].published = chance_percent(20);
	}
	if (split) {
		child_add_key(c, algorithm, 256, true);
		if (second != algorithm) {
			child_add_key(c, second, 256, c->keys[1].published);
		} else {
			child_add_key(c, second, 256, false);
		}
	}
}

void child_plan(struct child *c)
{
	static const uint8_t weights[] = { 8, 12, 16, 18, 12, 12, 8, 10, 4, 0 };
	static const struct {
		unsigned current;	/* keys as bits */
		unsigned wanted;
	} stories[STORIES] = { { 1, 0 }, { 1, 1 }, { 1, 3 }, { 1, 2 }, { 3, 1 }, { 1, 0 }, { 1, 3 }, { 1, 1 }, { 2, 1 } };
	enum story story = (enum story)chance_pick(weights);
	c->story = story_texts[story];
	plan_name(c);
	plan_options(c);
	plan_style(c);
	plan_denial(c);
	bool split = chance_percent(65);
	plan_keys_of(c, story, split);
	unsigned digests = story == REDIGEST ? 1u << (chance_percent(50) ? 1 : 2) : plan_digests();
	add_digests(&c->ds, stories[story].current, digests);
	plan_request(c, story, stories[story].current, stories[story].wanted, digests);
	plan_signers(c, story, split);
	plan_faults(c);
}
