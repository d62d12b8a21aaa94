/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finding depends on, as a key. */
#include "tests/sim/memo_key.h"

#include <string.h>

static void rank_add(struct ranks *r, uint32_t value)
{
	size_t at = r->count;
	while (at > 0 && r->values[at - 1] > value) {
		at--;
	}
	if (at > 0 && r->values[at - 1] == value) {
		return;
	}
	memmove(&r->values[at + 1], &r->values[at], (r->count - at) * sizeof r->values[0]);
	r->values[at] = value;
	r->count++;
}

uint32_t rank_of(const struct ranks *r, uint32_t value)
{
	uint32_t i = 0;
	while (i < r->count && r->values[i] != value) {
		i++;
	}
	must(i < r->count, "a rank");
	return i;
}

uint64_t hash_words(const uint32_t *words, size_t count)
{
	uint64_t h = count;
	for (size_t i = 0; i < count; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
	}
	return h ^ h >> 32;
}

uint32_t keys_renumbered(uint32_t keys, const uint8_t map[KEY_COUNT])
{
	uint32_t out = 0;
	for (unsigned i = 0; keys != 0; i++, keys >>= 1) {
		out |= (keys & 1) != 0 ? UINT32_C(1) << map[i] : 0;
	}
	return out;
}

/* Those that occur become the first of their kinds, in their order; the attacker's, and those of signaling zones, stay. */
static void number_keys(struct memo_key *k, uint32_t occurring)
{
	for (unsigned kind = 0; kind < KEY_KINDS; kind++) {
		uint32_t of = keys_of_kind[kind];
		unsigned next = 0;
		while ((of >> next & 1) == 0) {
			next++;
		}
		for (unsigned pass = 0; pass < 2; pass++) {
			for (unsigned i = 0; i < KEY_COUNT; i++) {
				bool occurs = kind >= KIND_ATTACKER || (occurring >> i & 1) != 0;
				if ((of >> i & 1) != 0 && occurs == (pass == 0)) {
					k->formal[i] = (uint8_t)next;
					k->real[next++] = (uint8_t)i;
				}
			}
		}
	}
}

/* Under which of the times that are warned of a signature ends: a day for what is there, and the TTL of the DS set on top where
 * a new one has to spread (L-CONT-4). */
static uint32_t time_class(const struct question *q, const struct part *p)
{
	uint32_t now = q->child->now;
	uint32_t fixed = q->child->parent.kind->policy.rules.warn_signature_left_s;
	uint32_t ttl = ds_mask_empty(q->child->parent.registered) ? 0 : parent_ttl(q->child);
	const uint32_t bounds[] = { fixed != 0 ? fixed : DAY, fixed != 0 ? fixed : DAY + ttl };
	if (p->by == 0 || p->inception > now || p->expiration < now) {
		return p->by == 0 ? 0 : p->inception > now ? 1 : 2;
	}
	uint32_t left = p->expiration - now;
	return left < bounds[0] ? 3 : left < bounds[1] ? 4 : 5;
}

static void survey(const struct question *q, struct memo_key *k)
{
	uint32_t occurring = q->child->parent.registered.sha256 | q->child->parent.registered.sha384;
	k->inceptions.count = 0;
	k->serials.count = 0;
	for (size_t i = 0; i < q->count; i++) {
		for (unsigned n = 0; n < PARTS && q->views[i].mood == MOOD_FINE; n++) {
			const struct part *p = &q->views[i].zone.parts[n];
			rank_add(&k->serials, p->serial);
			occurring |= p->keys | p->keys384 | p->by;
			occurring |= q->signals_asked ? q->views[i].signal[0].keys | q->views[i].signal[0].keys384 |
				q->views[i].signal[1].keys : 0;
			if (p->by != 0) {
				rank_add(&k->inceptions, p->inception);
			}
		}
	}
	number_keys(k, occurring);
}

static size_t find_like(const struct question *q, size_t i)
{
	size_t like = 0;
	while (like < i && (q->views[like].mood != q->views[i].mood ||
			memcmp(&q->views[like].zone, &q->views[i].zone, sizeof q->views[i].zone) != 0)) {
		like++;
	}
	return like;
}

void memo_key_make(const struct question *q, struct memo_key *k)
{
	const struct parent *parent = &q->child->parent;
	survey(q, k);
	size_t n = 0;
	k->words[n++] = (uint32_t)q->count | (uint32_t)(parent->kind->rules_number << 8) | (uint32_t)q->signals_asked << 16;
	k->words[n++] = parent->ns;
	k->words[n++] = keys_renumbered(parent->registered.sha256, k->formal);
	k->words[n++] = keys_renumbered(parent->registered.sha384, k->formal);
	for (size_t i = 0; i < q->count; i++) {
		const struct view *v = &q->views[i];
		size_t like = find_like(q, i);
		k->words[n++] = (uint32_t)v->host | (uint32_t)v->mood << 8 | (uint32_t)like << 16;
		for (unsigned m = 0; m < PARTS && like == i && v->mood == MOOD_FINE; m++) {
			const struct part *p = &v->zone.parts[m];
			k->words[n++] = (uint32_t)p->kind | (uint32_t)p->types << 4 | time_class(q, p) << 8 |
				(p->by == 0 ? 0 : rank_of(&k->inceptions, p->inception) << 16) |
				rank_of(&k->serials, p->serial) << 24;
			k->words[n++] = keys_renumbered(p->keys, k->formal);
			k->words[n++] = keys_renumbered(p->keys384, k->formal);
			k->words[n++] = keys_renumbered(p->by, k->formal);
		}
	}
	for (size_t i = 0; i < q->count && q->signals_asked; i++) {
		const struct signal *s = q->views[i].signal;
		k->words[n++] = (uint32_t)s[0].kind | (uint32_t)s[1].kind << 8;
		k->words[n++] = keys_renumbered(s[0].keys, k->formal);
		k->words[n++] = keys_renumbered(s[0].keys384, k->formal);
		k->words[n++] = keys_renumbered(s[1].keys, k->formal);
	}
	must(n <= MEMO_WORDS, "room for a key");
	k->count = n;
	k->hash = hash_words(k->words, n);
}
