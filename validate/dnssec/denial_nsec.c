/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC: the record of the name, or one that covers it and one for the wildcard (RFC 4035 section 5.4). */
#include "validate/dnssec/denial_search.h"

#include "validate/dnssec/cost.h"

struct nsec {
	const struct name *owner;	/* NULL: none */
	struct name next;
	struct bitmap bitmap;
};

/* False for what is no NSEC of the zone. */
static bool read_nsec(const struct denial_search *s, const struct record *r, struct nsec *out)
{
	if (r->type != TYPE_NSEC || r->class != CLASS_IN || !name_is_within(r->owner, s->q->zone)) {
		return false;
	}
	struct wire w = wire_reader(r->rdata.data, r->rdata.size);
	out->owner = r->owner;
	name_read_plain(&w, &out->next);
	return bitmap_read(&w, s->q->type, &out->bitmap) && name_is_within(&out->next, s->q->zone);
}

/* The last record of a zone points to the apex. */
static bool covers(const struct denial_search *s, const struct nsec *n, const struct name *name)
{
	bool last = name_equal(&n->next, s->q->zone);
	return name_compare(n->owner, name) < 0 && (last || name_compare(name, &n->next) < 0) &&
		(!name_is_within(name, n->owner) || bitmap_speaks_below(&n->bitmap));
}

/* The first record that is at the name, or that covers it. What is not signed can then hide what is, but so can who drops
 * it. */
static bool find(struct denial_search *s, const struct name *name, bool at, struct nsec *out)
{
	uint32_t cost = cost_gather(s->m->count[SECTION_AUTHORITY]);
	for (size_t i = 0; i < s->m->count[SECTION_AUTHORITY]; i++) {
		const struct record *r = &s->m->records[SECTION_AUTHORITY][i];
		cost += r->type == TYPE_NSEC ? cost_nsec_record(r->rdata.size) : 0;
	}
	if (!denial_charge(s, cost)) {
		return false;
	}
	for (size_t i = 0; i < s->m->count[SECTION_AUTHORITY]; i++) {
		if (read_nsec(s, &s->m->records[SECTION_AUTHORITY][i], out) &&
		    (at ? name_equal(out->owner, name) : covers(s, out, name))) {
			return true;
		}
	}
	return false;
}

/* The longest name that a is, or lies below, and b too. */
static void common_ancestor(const struct name *a, const struct name *b, struct name *out)
{
	*out = *a;
	while (!name_is_within(b, out)) {
		name_parent(out, out);
	}
}

/* The name is between owner and next, so whatever exists above it has one of them at or below it. */
static void closest_encloser(const struct nsec *n, const struct name *name, struct name *out)
{
	struct name other;
	common_ancestor(name, n->owner, out);
	common_ancestor(name, &n->next, &other);
	*out = other.size > out->size ? other : *out;
}

/* Nothing at the name: is there a wildcard that would have made it, or none? */
static int try_wildcard(struct denial_search *s, const struct nsec *cover)
{
	struct name encloser;
	struct name wildcard;
	closest_encloser(cover, s->q->name, &encloser);
	denial_wildcard(&encloser, &wildcard);
	struct nsec n;
	bool at = find(s, &wildcard, true, &n);
	if ((at && !bitmap_denies_wildcard(&n.bitmap)) || (!at && !find(s, &wildcard, false, &n))) {
		return 0;
	}
	bool valid;
	int err = denial_verify(s, cover->owner, TYPE_NSEC, &valid);
	if (err == 0 && valid) {
		err = denial_verify(s, n.owner, TYPE_NSEC, &valid);
	}
	if (err == 0 && valid) {
		denial_note(s, DENIAL_PROVEN, SIG_VALID, !at);
	}
	return err;
}

int denial_try_nsec(struct denial_search *s)
{
	struct nsec n;
	enum denial_status verdict = DENIAL_PROVEN;
	bool at = find(s, s->q->name, true, &n);
	if (at) {
		verdict = bitmap_verdict(&n.bitmap, s->q);
	} else if (name_equal(s->q->name, s->q->zone) || !find(s, s->q->name, false, &n)) {
		return 0;
	} else if (!name_is_within(&n.next, s->q->name)) {
		return try_wildcard(s, &n);
	}
	/* Of the name itself; or of an empty non-terminal, for the next name lies below it. */
	bool valid = false;
	int err = verdict == DENIAL_NONE ? 0 : denial_verify(s, n.owner, TYPE_NSEC, &valid);
	if (err == 0 && valid) {
		bool compact = at && n.bitmap.has_nxname && verdict == DENIAL_PROVEN && !name_equal(s->q->name, s->q->zone);
		denial_note(s, verdict, SIG_VALID, compact);
	}
	return err;
}
