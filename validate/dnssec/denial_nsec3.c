/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3: the record of the name, or the proof of its closest encloser (RFC 5155 sections 8.3 to 8.7). */
#include "validate/dnssec/denial_search.h"

#include <string.h>

#include "validate/dnssec/cost.h"
#include "validate/dnssec/ds.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define NSEC3_SHA1 1
#define NSEC3_OCTETS 20
#define NSEC3_LABEL 32			/* 20 octets in base32hex */
#define NSEC3_FLAG_OPT_OUT 1

struct nsec3 {
	const struct name *owner;
	uint8_t hash[NSEC3_OCTETS];
	const uint8_t *next;
	uint8_t flags;
	uint16_t iterations;
	struct slice salt;
	struct bitmap bitmap;
};

/* The readable ones of a message. */
struct nsec3_list {
	size_t count;
	struct nsec3 *items;
	const struct nsec3 *hashed_by;	/* whose parameters all names but the one asked for are hashed with; NULL: none */
};

/* False also for what must be ignored: another hash, flags not known (RFC 5155 sections 8.1, 8.2). */
static bool read_rdata(struct slice rdata, uint16_t type, struct nsec3 *out)
{
	struct wire w = wire_reader(rdata.data, rdata.size);
	uint8_t algorithm = wire_read_u8(&w);
	out->flags = wire_read_u8(&w);
	out->iterations = wire_read_u16(&w);
	out->salt.size = wire_read_u8(&w);
	out->salt.data = wire_read(&w, out->salt.size);
	uint8_t next_size = wire_read_u8(&w);
	out->next = wire_read(&w, next_size);
	return algorithm == NSEC3_SHA1 && (out->flags & ~NSEC3_FLAG_OPT_OUT) == 0 &&
		next_size == NSEC3_OCTETS && bitmap_read(&w, type, &out->bitmap);
}

static int base32hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'v' ? c - 'a' + 10 : -1;	/* names are lower case */
}

/* The hash in the first label of an owner directly below zone. */
static bool read_hash(const struct name *owner, const struct name *zone, uint8_t hash[NSEC3_OCTETS])
{
	/* More labels than one have a length among the digits, which is none. */
	bool is_hash = owner->size == zone->size + 1 + NSEC3_LABEL && name_is_within(owner, zone);
	memset(hash, 0, NSEC3_OCTETS);
	for (size_t i = 0; is_hash && i < NSEC3_LABEL; i++) {
		int digit = base32hex_digit(owner->octets[1 + i]);
		is_hash = digit >= 0;
		for (size_t bit = 0; bit < 5; bit++) {
			size_t at = i * 5 + bit;
			hash[at / 8] = (uint8_t)(hash[at / 8] | (digit >> (4 - bit) & 1) << (7 - at % 8));
		}
	}
	return is_hash;
}

static int read_all(struct denial_search *s, struct nsec3_list *out)
{
	size_t count = 0;
	for (size_t i = 0; i < s->m->count[SECTION_AUTHORITY]; i++) {
		count += s->m->records[SECTION_AUTHORITY][i].type == TYPE_NSEC3;
	}
	/* Where SHA-1 is switched off its hash is one that is not known. */
	*out = (struct nsec3_list){ .count = 0 };
	if (count == 0 || !crypto_has_digest(s->crypto, DIGEST_SHA1)) {
		return 0;
	}
	out->items = arena_array(s->v->arena, count, sizeof(*out->items));
	if (out->items == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < s->m->count[SECTION_AUTHORITY]; i++) {
		const struct record *r = &s->m->records[SECTION_AUTHORITY][i];
		struct nsec3 *n = &out->items[out->count];
		if (r->type != TYPE_NSEC3 || r->class != CLASS_IN) {
			continue;
		}
		if (!denial_charge(s, cost_nsec_record(r->rdata.size))) {
			out->count = 0;
			return 0;
		}
		n->owner = r->owner;
		if (read_hash(r->owner, s->q->zone, n->hash) && read_rdata(r->rdata, s->q->type, n)) {
			out->count++;
			bool first = out->hashed_by == NULL && n->iterations <= LIMIT_NSEC3_ITERATIONS;
			out->hashed_by = first ? n : out->hashed_by;
		}
	}
	return 0;
}

static bool same_parameters(const struct nsec3 *a, const struct nsec3 *b)
{
	return a->iterations == b->iterations && slice_equal(a->salt, b->salt);
}

static bool is_hashed(const struct verifier_nsec3 *last, const struct name *name,
	const struct nsec3 *nsec3)
{
	return name_equal(&last->name, name) && last->iterations == nsec3->iterations &&
		last->salt_size == nsec3->salt.size &&
		memcmp(last->salt, nsec3->salt.data, last->salt_size) == 0;
}

/* The hash of a name under the parameters of the record goes into the verifier; false: it does not. Hashing is charged to
 * the budget of the child (A-15, CVE-2023-50868). */
static int hash_name(struct denial_search *s, const struct name *what, const struct nsec3 *nsec3, bool *done)
{
	struct verifier_nsec3 *last = &s->v->nsec3;
	*done = is_hashed(last, what, nsec3);
	if (*done || !denial_charge(s, cost_nsec3(what->size, nsec3->salt.size, nsec3->iterations))) {
		return 0;
	}
	last->name.size = 0;
	const struct hash_part name = { what->octets, what->size };
	const struct hash_part salt = { nsec3->salt.data, nsec3->salt.size };
	int err = crypto_nsec3_hash(s->crypto, &name, &salt, nsec3->iterations, last->hash);
	if (err != 0) {
		return err;
	}
	last->name = *what;
	last->iterations = nsec3->iterations;
	last->salt_size = nsec3->salt.size;
	memcpy(last->salt, nsec3->salt.data, nsec3->salt.size);
	*done = true;
	return 0;
}

/* One record that may be that of the name asked for. Whether it is cannot be known where there are too many iterations; and
 * unless it is signed, nobody of the zone said so (RFC 9276 section 3.2). At the apex a bitmap that says otherwise counts,
 * too; below it the record might be needed for what it covers. */
static int try_match(struct denial_search *s, const struct nsec3 *n)
{
	enum denial_status verdict = bitmap_verdict(&n->bitmap, s->q);
	bool too_many = n->iterations > LIMIT_NSEC3_ITERATIONS;
	bool is_apex = name_equal(s->q->name, s->q->zone);
	if (verdict == DENIAL_NONE && (is_apex || !too_many)) {
		return 0;
	}
	bool valid = too_many;
	int err = too_many ? 0 : hash_name(s, s->q->name, n, &valid);
	if (err != 0 || !valid || (!too_many && memcmp(s->v->nsec3.hash, n->hash, NSEC3_OCTETS) != 0)) {
		return err;
	}
	err = denial_verify(s, n->owner, TYPE_NSEC3, &valid);
	if (err == 0 && valid) {
		bool compact = n->bitmap.has_nxname && !is_apex && verdict == DENIAL_PROVEN;
		denial_note(s, too_many ? DENIAL_ITERATIONS : verdict, SIG_VALID, compact && !too_many);
	}
	return err;
}

static bool covers(const struct nsec3 *n, const uint8_t hash[NSEC3_OCTETS])
{
	bool behind = memcmp(n->hash, hash, NSEC3_OCTETS) < 0;
	bool before = memcmp(hash, n->next, NSEC3_OCTETS) < 0;
	bool last = memcmp(n->hash, n->next, NSEC3_OCTETS) >= 0;
	return last ? (behind || before) && memcmp(n->hash, hash, NSEC3_OCTETS) != 0 : behind && before;
}

/* The record at the hash of a name, or the one that covers it; NULL: neither, or no budget. */
static int find(struct denial_search *s, const struct nsec3_list *l, const struct name *name, bool at, const struct nsec3 **out)
{
	bool done;
	*out = NULL;
	if (!denial_charge(s, cost_gather(l->count))) {
		return 0;
	}
	int err = hash_name(s, name, l->hashed_by, &done);
	for (size_t i = 0; done && *out == NULL && i < l->count; i++) {
		const struct nsec3 *n = &l->items[i];
		bool fits = at ? memcmp(n->hash, s->v->nsec3.hash, NSEC3_OCTETS) == 0 : covers(n, s->v->nsec3.hash);
		*out = fits && same_parameters(n, l->hashed_by) ? n : NULL;
	}
	return err;
}

/* RFC 5155 section 8.3. The name one label longer than the closest encloser, on the way to the name asked for. */
static int find_encloser(struct denial_search *s, const struct nsec3_list *l, const struct nsec3 **out,
	struct name *encloser, struct name *next_closer)
{
	*out = NULL;
	*encloser = *s->q->name;
	while (*out == NULL && !name_equal(encloser, s->q->zone)) {
		*next_closer = *encloser;
		name_parent(encloser, encloser);
		int err = find(s, l, encloser, true, out);
		if (err != 0) {
			return err;
		}
	}
	return 0;
}

static int verify_all(struct denial_search *s, const struct nsec3 *const *needed, size_t count, bool *valid)
{
	int err = 0;
	*valid = true;
	for (size_t i = 0; err == 0 && *valid && i < count; i++) {
		err = denial_verify(s, needed[i]->owner, TYPE_NSEC3, valid);
	}
	return err;
}

/* Sections 8.4 (no such name), 8.6 (no DS) and 8.7 (a wildcard without the type). */
static int try_encloser(struct denial_search *s, const struct nsec3_list *l)
{
	struct name encloser;
	struct name next_closer;
	struct name wildcard;
	const struct nsec3 *needed[3];
	int err = find(s, l, s->q->name, true, &needed[0]);
	if (err != 0 || needed[0] != NULL) {
		return err;		/* it is there, whatever else says that it is not */
	}
	err = find_encloser(s, l, &needed[0], &encloser, &next_closer);
	if (err != 0 || needed[0] == NULL || !bitmap_speaks_below(&needed[0]->bitmap)) {
		return err;
	}
	err = find(s, l, &next_closer, false, &needed[1]);
	if (err != 0 || needed[1] == NULL) {
		return err;
	}
	bool opt_out = (needed[1]->flags & NSEC3_FLAG_OPT_OUT) != 0;
	bool no_name = false;
	if (!opt_out) {
		denial_wildcard(&encloser, &wildcard);
		err = find(s, l, &wildcard, true, &needed[2]);
		bool at = needed[2] != NULL;
		if (err == 0 && !at) {
			err = find(s, l, &wildcard, false, &needed[2]);
		}
		if (err != 0 || needed[2] == NULL || (at && !bitmap_denies_wildcard(&needed[2]->bitmap))) {
			return err;
		}
		opt_out = !at && (needed[2]->flags & NSEC3_FLAG_OPT_OUT) != 0;
		no_name = !at && !opt_out;
	}
	bool valid;
	err = verify_all(s, needed, (needed[1]->flags & NSEC3_FLAG_OPT_OUT) != 0 ? 2 : 3, &valid);
	if (err == 0 && valid) {
		denial_note(s, opt_out ? DENIAL_OPT_OUT : DENIAL_PROVEN, SIG_VALID, no_name);
	}
	return err;
}

int denial_try_nsec3(struct denial_search *s)
{
	struct nsec3_list l;
	int err = read_all(s, &l);
	for (size_t i = 0; err == 0 && !denial_is_settled(s) && i < l.count; i++) {
		err = try_match(s, &l.items[i]);
	}
	bool elsewhere = !denial_is_settled(s) && l.hashed_by != NULL && !name_equal(s->q->name, s->q->zone);
	return err == 0 && elsewhere ? try_encloser(s, &l) : err;
}
