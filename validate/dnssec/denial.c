/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs of absence: what NSEC and NSEC3 have in common. */
#include "validate/dnssec/denial_search.h"

#include <string.h>

#include "validate/dnssec/cost.h"
#include "validate/wire/err.h"

#define TYPE_NXNAME 128		/* RFC 9824 section 2: a mark in bitmaps, never a record */

static bool window_has(const uint8_t *octets, size_t size, uint8_t window, uint16_t type)
{
	size_t octet = (type & 0xff) / 8;
	return type >> 8 == window && octet < size && (octets[octet] & 0x80 >> type % 8) != 0;
}

/* RFC 4034 section 4.1.2, to the letter: windows ascend, hold 1 to 32 octets and end in a set bit. Where nothing could be
 * read in front of it, the bitmap is empty. */
bool bitmap_read(struct wire *w, uint16_t type, struct bitmap *out)
{
	int last = -1;
	*out = (struct bitmap){ 0 };
	while (wire_left(w) > 0) {
		uint8_t window = wire_read_u8(w);
		uint8_t size = wire_read_u8(w);
		const uint8_t *octets = wire_read(w, size);
		if (wire_error(w) || window <= last || size == 0 || size > 32 || octets[size - 1] == 0) {
			return false;
		}
		last = window;
		out->has_type = out->has_type || window_has(octets, size, window, type);
		out->has_cname = out->has_cname || window_has(octets, size, window, TYPE_CNAME);
		out->has_soa = out->has_soa || window_has(octets, size, window, TYPE_SOA);
		out->has_ns = out->has_ns || window_has(octets, size, window, TYPE_NS);
		out->has_dname = out->has_dname || window_has(octets, size, window, TYPE_DNAME);
		out->has_nxname = out->has_nxname || window_has(octets, size, window, TYPE_NXNAME);
	}
	return true;
}

/* RFC 4035 section 5.4, RFC 6840 section 4.3. Every apex has an SOA, and no parent's side of the cut shows one: so asking
 * for it at the apex also refuses what RFC 6840 section 4.1 refuses, and below the apex one is of another zone. */
enum denial_status bitmap_verdict(const struct bitmap *b, const struct denial_question *q)
{
	bool is_apex = name_equal(q->name, q->zone);
	if (b->has_cname || b->has_soa != is_apex || (is_apex && q->type == TYPE_DS)) {
		return DENIAL_NONE;
	}
	if (!is_apex && b->has_ns) {
		return q->type == TYPE_DS && b->has_type ? DENIAL_NONE : DENIAL_CUT;
	}
	return b->has_type ? DENIAL_NONE : DENIAL_PROVEN;
}

bool bitmap_speaks_below(const struct bitmap *b)
{
	return !b->has_dname && (!b->has_ns || b->has_soa);
}

bool bitmap_denies_wildcard(const struct bitmap *b)
{
	return !b->has_type && !b->has_cname && !b->has_ns && !b->has_soa;
}

static int rank(enum denial_status status)
{
	switch (status) {
	case DENIAL_PROVEN:
	case DENIAL_CUT:
	case DENIAL_OPT_OUT:
		return 2;
	case DENIAL_BOGUS:
		return 1;
	case DENIAL_ITERATIONS:
	case DENIAL_NONE:
		break;
	}
	return 0;
}

void denial_note(struct denial_search *s, enum denial_status status, enum sig_status sig, bool no_name)
{
	bool better = rank(status) > rank(s->found.status) || rank(s->found.status) == 0;
	if (better && !denial_is_settled(s)) {
		s->found = (struct denial){ status, sig, no_name, s->inception };
	}
}

bool denial_is_settled(const struct denial_search *s)
{
	return rank(s->found.status) == 2;
}

bool denial_charge(struct denial_search *s, uint32_t cost_ns)
{
	if (verifier_charge(s->v, cost_ns)) {
		return true;
	}
	denial_note(s, DENIAL_BOGUS, SIG_BUDGET, false);
	return false;
}

int denial_verify(struct denial_search *s, const struct name *owner, uint16_t type, bool *valid)
{
	*valid = false;
	if (!denial_charge(s, cost_gather(s->m->count[SECTION_AUTHORITY]))) {
		return 0;
	}
	struct rrset set;
	int err = message_rrset(s->m, SECTION_AUTHORITY, owner, type, s->v->arena, &set);
	if (err != 0 || set.count != 1) {
		return err;		/* two of one owner contradict each other */
	}
	struct sig_result result;
	rrsig_sort_newest_first(&set);
	err = verify_by_keys(s->v, s->q->zone, &set, s->q->keys, s->q->key_count, &result);
	if (err != 0) {
		return err;
	}
	*valid = result.status == SIG_VALID;
	s->inception = result.sig.inception;
	if (!*valid) {
		denial_note(s, DENIAL_BOGUS, result.status, false);
	}
	return 0;
}

void denial_wildcard(const struct name *encloser, struct name *out)
{
	out->octets[0] = 1;
	out->octets[1] = '*';
	memcpy(out->octets + 2, encloser->octets, encloser->size);
	out->size = (uint8_t)(encloser->size + 2);
}

int denial_find(struct verifier *v, struct crypto *crypto, const struct denial_question *q, const struct message *m,
	struct denial *out)
{
	struct denial_search s = { .v = v, .crypto = crypto, .q = q, .m = m };
	*out = s.found;
	if (!name_is_within(q->name, q->zone)) {
		return ERR_ARG;
	}
	int err = denial_try_nsec(&s);
	if (err == 0 && !denial_is_settled(&s)) {
		err = denial_try_nsec3(&s);
	}
	if (err == 0) {
		*out = s.found;
	}
	return err;
}

int denial_nodata(struct verifier *v, struct crypto *crypto, const struct name *zone,
	const struct message *m, uint16_t type, const struct dnskey *keys, size_t key_count,
	struct denial *out)
{
	const struct denial_question q = { zone, zone, type, keys, key_count };
	return denial_find(v, crypto, &q, m, out);
}
