/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key identity. Two records name one key if they are equal, or if both digests verify one DNSKEY or
 * CDNSKEY; otherwise they are distinct. Tags alone never decide (T-12, W-10). */
#include "validate/cds/keytable.h"

#include <stdio.h>
#include <string.h>

#include "validate/dnssec/cost.h"
#include "validate/wire/err.h"

struct digest_entry {
	struct digest_entry *next;
	struct ds ds;
	unsigned id;
};

struct keytable {
	struct crypto *crypto;
	struct verifier *verifier;
	const struct algorithm_table *algorithms;
	const struct name *owner;
	struct arena *arena;
	enum reason excess;
	unsigned count;
	struct key_entry *entries;
	size_t digest_count;
	struct digest_entry *digests;
};

void keyset_add(struct keyset *set, unsigned id)
{
	if (id < KEYTABLE_MAX) {
		set->bits[id / 64] |= UINT64_C(1) << id % 64;
	}
}

bool keyset_has(const struct keyset *set, unsigned id)
{
	return id < KEYTABLE_MAX && (set->bits[id / 64] >> id % 64 & 1) != 0;
}

bool keyset_equal(const struct keyset *a, const struct keyset *b)
{
	return memcmp(a->bits, b->bits, sizeof a->bits) == 0;
}

unsigned keyset_count(const struct keyset *set)
{
	unsigned count = 0;
	for (size_t i = 0; i < KEYTABLE_MAX / 64; i++) {
		for (uint64_t left = set->bits[i]; left != 0; left &= left - 1) {
			count++;
		}
	}
	return count;
}

struct keytable *keytable_new(struct crypto *crypto, struct verifier *v, const struct algorithm_table *algorithms,
	const struct name *owner, struct arena *arena)
{
	struct keytable *t = arena_alloc(arena, sizeof *t);
	struct key_entry *entries = arena_array(arena, KEYTABLE_MAX, sizeof *entries);
	if (t == NULL || entries == NULL) {
		return NULL;
	}
	t->crypto = crypto;
	t->verifier = v;
	t->algorithms = algorithms;
	t->owner = owner;
	t->arena = arena;
	t->entries = entries;
	return t;
}

enum reason keytable_excess(const struct keytable *t)
{
	return t->excess;
}

/* The first reason stays: what follows may come of it. */
static void exceed(struct keytable *t, enum reason reason)
{
	t->excess = t->excess == REASON_NONE ? reason : t->excess;
}

const struct key_entry *keytable_entry(const struct keytable *t, unsigned id)
{
	return id < t->count ? &t->entries[id] : NULL;
}

/* The next free number; KEYTABLE_MAX, which is in no set, when there is none. */
static unsigned new_entry(struct keytable *t, struct key_entry entry)
{
	if (t->count == KEYTABLE_MAX) {
		exceed(t, REASON_TOO_MANY_KEYS);
		return KEYTABLE_MAX;
	}
	t->entries[t->count] = entry;
	return t->count++;
}

/* Colliding tags are cheap to make; whatever has to be tried for all of them is not (CVE-2023-50387). */
unsigned keytable_add_key(struct keytable *t, const struct dnskey *key, bool published)
{
	unsigned found = 0;
	unsigned colliding = 0;
	for (; found < t->count; found++) {
		const struct key_entry *e = &t->entries[found];
		if (e->key != NULL && e->tag == key->tag && e->algorithm == key->algorithm) {
			if (slice_equal(e->key->rdata, key->rdata)) {
				break;
			}
			colliding++;
		}
	}
	if (found == t->count && colliding == LIMIT_TAG_COLLISIONS) {
		exceed(t, REASON_KEY_TAG_COLLISIONS);
		return KEYTABLE_MAX;
	}
	if (found == t->count) {
		found = new_entry(t, (struct key_entry){ .key = key, .tag = key->tag,
			.algorithm = key->algorithm });
	}
	if (found < t->count) {
		t->entries[found].published = t->entries[found].published || published;
		t->entries[found].offered = t->entries[found].offered || !published;
	}
	return found;
}

static const struct digest_entry *find_digest(const struct keytable *t, const struct ds *ds)
{
	for (const struct digest_entry *d = t->digests; d != NULL; d = d->next) {
		if (ds_equal(&d->ds, ds)) {
			return d;
		}
	}
	return NULL;
}

static int remember(struct keytable *t, const struct ds *ds, unsigned id)
{
	struct digest_entry *d = arena_alloc(t->arena, sizeof *d);
	if (d == NULL) {
		return ERR_NOMEM;
	}
	d->ds = *ds;
	d->id = id;
	d->next = t->digests;
	t->digests = d;
	t->digest_count++;
	return 0;
}

/* The key that the digest verifies. *candidates: keys with its tag and algorithm. */
static int find_key(struct keytable *t, const struct ds *ds, unsigned *id, unsigned *candidates)
{
	*id = KEYTABLE_MAX;
	*candidates = 0;
	for (unsigned i = 0; i < t->count; i++) {
		const struct key_entry *e = &t->entries[i];
		if (e->key == NULL || e->tag != ds->tag || e->algorithm != ds->algorithm) {
			continue;
		}
		(*candidates)++;
		if (!crypto_has_digest(t->crypto, ds->digest_type)) {
			continue;
		}
		if (!verifier_charge(t->verifier, cost_digest(t->owner->size + e->key->rdata.size, 0))) {
			exceed(t, REASON_BUDGET_EXHAUSTED);
			return 0;
		}
		bool matches;
		int rc = ds_matches_key(t->crypto, t->owner, ds, e->key, &matches);
		if (rc < 0) {
			return rc;
		}
		if (matches) {
			*id = i;
			return 0;
		}
	}
	return 0;
}

/* A digest that takes no part in the comparison (R9975-3.1-4) and verifies nothing we know belongs to
 * the key of an eligible digest beside it with the same tag and algorithm; unless it could have
 * verified a key and did not: then it contradicts, and names something else. */
static unsigned find_sibling(const struct keytable *t, const struct ds *ds, const struct ds *set,
	const unsigned *ids, size_t count)
{
	unsigned found = KEYTABLE_MAX;
	for (size_t i = 0; i < count; i++) {
		if (set[i].tag != ds->tag || set[i].algorithm != ds->algorithm ||
		    !digest_is_eligible(t->algorithms, set[i].digest_type)) {
			continue;
		}
		/* Beside one that verifies a key, one that contradicts it is nobody's sibling, whichever comes first. */
		const struct key_entry *e = keytable_entry(t, ids[i]);
		if (e != NULL && e->key != NULL) {
			return ids[i];
		}
		found = found == KEYTABLE_MAX ? ids[i] : found;
	}
	return found;
}

/* A digest that is not computed here and stood alone elsewhere named nobody there; beside one that tells the key it
 * names that key. */
static unsigned tell_better(const struct keytable *t, unsigned known, const struct ds *ds, unsigned sibling)
{
	const struct key_entry *e = keytable_entry(t, known);
	const struct key_entry *s = keytable_entry(t, sibling);
	bool better = e != NULL && e->key == NULL && s != NULL && s->key != NULL;
	return better && !crypto_has_digest(t->crypto, ds->digest_type) ? sibling : known;
}

static int resolve(struct keytable *t, const struct ds *set, size_t count, size_t at, unsigned *ids)
{
	const struct ds *ds = &set[at];
	if (!verifier_charge(t->verifier, cost_digest(0, t->digest_count + t->count))) {
		exceed(t, REASON_BUDGET_EXHAUSTED);
		return 0;
	}
	const struct digest_entry *known = find_digest(t, ds);
	if (known != NULL) {
		ids[at] = tell_better(t, known->id, ds, find_sibling(t, ds, set, ids, count));
		return 0;
	}
	unsigned candidates;
	int rc = find_key(t, ds, &ids[at], &candidates);
	if (rc < 0) {
		return rc;
	}
	bool contradicts = candidates > 0 && crypto_has_digest(t->crypto, ds->digest_type);
	if (ids[at] == KEYTABLE_MAX && !contradicts &&
	    !digest_is_eligible(t->algorithms, ds->digest_type)) {
		ids[at] = find_sibling(t, ds, set, ids, count);
	}
	if (ids[at] == KEYTABLE_MAX) {
		ids[at] = new_entry(t, (struct key_entry){ .tag = ds->tag, .algorithm = ds->algorithm });
	}
	return remember(t, ds, ids[at]);
}

int keytable_add_digests(struct keytable *t, const struct ds *ds, size_t count, unsigned *ids)
{
	for (size_t i = 0; i < count; i++) {
		ids[i] = KEYTABLE_MAX;
	}
	/* Eligible ones first, so that the others find them. */
	for (int eligible = 1; eligible >= 0; eligible--) {
		for (size_t i = 0; i < count; i++) {
			if (digest_is_eligible(t->algorithms, ds[i].digest_type) != (eligible == 1)) {
				continue;
			}
			int rc = resolve(t, ds, count, i, ids);
			if (rc < 0) {
				return rc;
			}
		}
	}
	return 0;
}

/* Tag and algorithm, as tools print them. */
void keyset_to_text(const struct keytable *t, const struct keyset *set, char text[KEYSET_TEXT_SIZE])
{
	size_t used = 0;
	unsigned said = 0;
	unsigned count = keyset_count(set);
	snprintf(text, KEYSET_TEXT_SIZE, "none");
	for (unsigned id = 0; id < t->count && said < count; id++) {
		if (!keyset_has(set, id)) {
			continue;
		}
		if (said == 6) {
			snprintf(text + used, KEYSET_TEXT_SIZE - used, " and %u more", count - said);
			return;
		}
		int wrote = snprintf(text + used, KEYSET_TEXT_SIZE - used, "%s%u (%u)", said == 0 ? "" : ", ",
			t->entries[id].tag, t->entries[id].algorithm);
		used += wrote < 0 ? 0 : (size_t)wrote;
		said++;
	}
}
