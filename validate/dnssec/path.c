/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From zone to zone: DS proven by the zone above, DNSKEY by the DS (RFC 4035 sections 5.2 and 5.4). */
#include "validate/dnssec/path.h"

#include <string.h>

#include "validate/dnssec/cost.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

struct walk {
	struct verifier *v;
	struct crypto *crypto;
	const struct path_link *links;
	size_t link_count;
	struct arena *arena;
	struct path *out;
	bool ended;			/* out says how */
};

struct ds_list {
	size_t count;
	const struct ds *ds;
};

/* why: what is said of the name. */
static int end(struct walk *w, enum path_status status, enum sig_status sig, const char *why, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	const char *said = arena_printf(w->arena, "%s %s", text, why);
	if (said == NULL) {
		return ERR_NOMEM;
	}
	w->ended = true;
	w->out->status = status;
	w->out->sig = sig;
	w->out->why = said;
	return 0;
}

static const char *sig_text(enum sig_status status)
{
	switch (status) {
	case SIG_MISSING:
		return "is not signed by a key that is proven";
	case SIG_EXPIRED:
		return "has an expired signature";
	case SIG_NOT_YET_VALID:
		return "has a signature that is not valid yet";
	case SIG_UNSUPPORTED:
		return "is signed with algorithms that are not implemented here only";
	case SIG_TOO_MANY:
		return "has more signatures than are tried";
	case SIG_BUDGET:
		return "takes more work than is done for one child";
	case SIG_VALID:
	case SIG_BOGUS:
		break;
	}
	return "has a signature that does not verify";
}

static int end_by_signature(struct walk *w, enum sig_status sig, const char *what, const struct name *name)
{
	const char *why = arena_printf(w->arena, "%s %s", what, sig_text(sig));
	if (why == NULL) {
		return ERR_NOMEM;
	}
	return end(w, sig == SIG_BUDGET ? PATH_BUDGET : PATH_BOGUS, sig, why, name);
}

/* NULL, and the walk ended, unless there is an answer to the question that could be one of a zone. */
static int find_answer(struct walk *w, const struct name *name, uint16_t type, const struct message **out)
{
	const struct message *m = NULL;
	for (size_t i = 0; m == NULL && i < w->link_count; i++) {
		const struct path_link *l = &w->links[i];
		m = l->type == type && name_equal(l->name, name) ? l->message : NULL;
	}
	bool good = m != NULL && message_answers(m, name, type) && (m->flags & MESSAGE_FLAG_TC) == 0 &&
		(m->rcode == RCODE_NOERROR || m->rcode == RCODE_NXDOMAIN);
	*out = good ? m : NULL;
	return good ? 0 : end(w, PATH_INCOMPLETE, SIG_VALID,
		type == TYPE_DS ? "has no usable answer for DS" : "has no usable answer for DNSKEY", name);
}

static int gather(struct walk *w, const struct message *m, const struct name *name, uint16_t type, struct rrset *set)
{
	if (!verifier_charge(w->v, cost_gather(m->count[SECTION_ANSWER]))) {
		return end_by_signature(w, SIG_BUDGET, "is not looked at: it", name);
	}
	return message_rrset(m, SECTION_ANSWER, name, type, w->arena, set);
}

/* False: more keys with one tag and algorithm than honest zones have (CVE-2023-50387). */
static bool parse_keys(const struct rrset *set, struct dnskey *keys, size_t *count)
{
	size_t alike_most = 0;
	*count = 0;
	for (size_t i = 0; i < set->count; i++) {
		struct dnskey *k = &keys[*count];
		if (dnskey_parse(set->rdata[i], k) != 0 || !dnskey_is_usable(k)) {
			continue;
		}
		size_t alike = 1;
		for (size_t j = 0; j < *count; j++) {
			alike += keys[j].tag == k->tag && keys[j].algorithm == k->algorithm;
		}
		alike_most = alike > alike_most ? alike : alike_most;
		++*count;
	}
	return alike_most <= LIMIT_TAG_COLLISIONS;
}

/* *matches: one of the DS records is of the key. */
static int is_vouched_for(struct walk *w, const struct name *zone, const struct ds_list *ds, const struct dnskey *key,
	bool *matches)
{
	*matches = false;
	for (size_t i = 0; !*matches && i < ds->count; i++) {
		if (ds->ds[i].tag != key->tag || ds->ds[i].algorithm != key->algorithm) {
			continue;
		}
		if (!verifier_charge(w->v, cost_digest(zone->size + key->rdata.size, 0))) {
			return end_by_signature(w, SIG_BUDGET, "is not looked at: its DNSKEY set", zone);
		}
		int err = ds_matches_key(w->crypto, zone, &ds->ds[i], key, matches);
		if (err != 0) {
			return err;
		}
	}
	return 0;
}

/* The DNSKEY set is signed by a key that the DS set refers to: the walk is in zone from now on. */
static int enter(struct walk *w, const struct name *zone, const struct ds_list *ds)
{
	const struct message *m;
	int err = find_answer(w, zone, TYPE_DNSKEY, &m);
	struct rrset set = { .count = 0 };
	if (err == 0 && !w->ended) {
		err = gather(w, m, zone, TYPE_DNSKEY, &set);
	}
	if (err != 0 || w->ended) {
		return err;
	}
	if (set.count == 0 || set.count > LIMIT_DNSKEY) {
		return end(w, PATH_BOGUS, SIG_VALID, set.count == 0 ? "has a DS set and no DNSKEY set" : "has too many keys", zone);
	}
	struct dnskey *keys = arena_array(w->arena, set.count, sizeof(*keys));
	struct dnskey *vouched = arena_array(w->arena, set.count, sizeof(*vouched));
	if (keys == NULL || vouched == NULL) {
		return ERR_NOMEM;
	}
	size_t count;
	size_t vouched_count = 0;
	if (!parse_keys(&set, keys, &count)) {
		return end(w, PATH_BOGUS, SIG_TOO_MANY, "has too many keys with one tag", zone);
	}
	for (size_t i = 0; i < count; i++) {
		bool matches;
		err = is_vouched_for(w, zone, ds, &keys[i], &matches);
		if (err != 0 || w->ended) {
			return err;
		}
		if (matches) {
			vouched[vouched_count++] = keys[i];
		}
	}
	if (vouched_count == 0) {
		return end(w, PATH_BOGUS, SIG_MISSING, "has no key that its DS set, or the trust anchor, refers to", zone);
	}
	struct sig_result result;
	err = verify_by_keys(w->v, zone, &set, vouched, vouched_count, &result);
	if (err != 0 || result.status != SIG_VALID) {
		return err != 0 ? err : end_by_signature(w, result.status, "has a DNSKEY set that", zone);
	}
	w->out->zone = *zone;
	w->out->keys = keys;
	w->out->key_count = count;
	return 0;
}

/* RFC 4035 section 5.2, RFC 6840 section 5.2: the records that lead anywhere. Malformed: one says a digest type that it is
 * not of, so that nothing is known of the others' signer. */
static bool parse_ds(struct walk *w, const struct rrset *set, struct ds *ds, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < set->count; i++) {
		if (ds_parse(set->rdata[i], &ds[*count]) != 0 || !ds_is_wellformed(&ds[*count])) {
			return false;
		}
		*count += crypto_has_algorithm(w->crypto, ds[*count].algorithm) &&
			crypto_has_digest(w->crypto, ds[*count].digest_type);
	}
	return true;
}

static int cross_cut(struct walk *w, const struct name *name, const struct rrset *set)
{
	struct sig_result result;
	int err = verify_by_keys(w->v, &w->out->zone, set, w->out->keys, w->out->key_count, &result);
	if (err != 0 || result.status != SIG_VALID) {
		return err != 0 ? err : end_by_signature(w, result.status, "has a DS set that", name);
	}
	if (set->count > LIMIT_DS) {
		return end(w, PATH_BOGUS, SIG_VALID, "has more DS records than are looked at", name);
	}
	struct ds *ds = arena_array(w->arena, set->count, sizeof(*ds));
	struct ds_list list = { .ds = ds };
	if (ds == NULL) {
		return ERR_NOMEM;
	}
	if (!parse_ds(w, set, ds, &list.count)) {
		return end(w, PATH_BOGUS, SIG_VALID, "has a malformed DS record", name);
	}
	if (list.count == 0) {
		return end(w, PATH_INSECURE, SIG_VALID, "has DS records of unknown algorithms and digests only", name);
	}
	return enter(w, name, &list);
}

static bool has_alias(const struct message *m, const struct name *name)
{
	bool found = false;
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		const struct record *r = &m->records[SECTION_ANSWER][i];
		found = found || (r->type == TYPE_CNAME && name_equal(r->owner, name)) ||
			(r->type == TYPE_DNAME && !name_equal(r->owner, name) && name_is_within(name, r->owner));
	}
	return found;
}

/* No DS: is the name not a cut, or an insecure one, or not there? */
static int stay(struct walk *w, const struct name *name, const struct message *m)
{
	if (has_alias(m, name)) {
		return end(w, PATH_ALIAS, SIG_VALID, "is an alias", name);
	}
	const struct denial_question q = { &w->out->zone, name, TYPE_DS, w->out->keys, w->out->key_count };
	struct denial denial;
	int err = denial_find(w->v, w->crypto, &q, m, &denial);
	if (err != 0) {
		return err;
	}
	switch (denial.status) {
	case DENIAL_PROVEN:
		w->out->absent = denial.no_name;
		return denial.no_name ? end(w, PATH_SECURE, SIG_VALID, "does not exist", name) : 0;
	case DENIAL_CUT:
		return end(w, PATH_INSECURE, SIG_VALID, "is delegated without DS", name);
	case DENIAL_OPT_OUT:
		return end(w, PATH_INSECURE, SIG_VALID, "is in a span that may hold delegations without DS", name);
	case DENIAL_ITERATIONS:
		return end(w, PATH_BOGUS, SIG_VALID, "is denied with more NSEC3 iterations than are computed", name);
	case DENIAL_BOGUS:
		return end_by_signature(w, denial.sig, "has no DS, the proof of which", name);
	case DENIAL_NONE:
		break;
	}
	return end(w, PATH_BOGUS, SIG_VALID, "has neither a DS nor the proof that there is none", name);
}

static void suffix(const struct name *name, unsigned skip, struct name *out)
{
	size_t pos = 0;
	for (; skip > 0; skip--) {
		pos += 1u + name->octets[pos];
	}
	out->size = (uint8_t)(name->size - pos);
	memcpy(out->octets, name->octets + pos, out->size);
}

static int descend(struct walk *w, const struct name *name)
{
	int err = 0;
	for (unsigned left = name_labels(name); err == 0 && !w->ended && left > 0; left--) {
		struct name next;
		const struct message *m;
		struct rrset set = { .count = 0 };
		suffix(name, left - 1, &next);
		err = find_answer(w, &next, TYPE_DS, &m);
		if (err == 0 && !w->ended) {
			err = gather(w, m, &next, TYPE_DS, &set);
		}
		if (err == 0 && !w->ended) {
			err = set.count > 0 ? cross_cut(w, &next, &set) : stay(w, &next, m);
		}
	}
	return err;
}

int path_follow(struct verifier *v, struct crypto *crypto, const struct name *name, const struct ds *anchors,
	size_t anchor_count, const struct path_link *links, size_t link_count, struct arena *arena, struct path *out)
{
	struct path path = { .zone = name_root, .why = "no trust anchor of the root is configured" };
	struct walk w = { .v = v, .crypto = crypto, .links = links, .link_count = link_count, .arena = arena, .out = &path };
	const struct ds_list list = { anchor_count, anchors };
	*out = path;
	out->sig = SIG_MISSING;
	if (anchor_count == 0) {
		return 0;
	}
	int err = enter(&w, &name_root, &list);
	if (err == 0 && !w.ended) {
		err = descend(&w, name);
	}
	if (err == 0 && !w.ended) {
		err = end(&w, PATH_SECURE, SIG_VALID, "is proven from the root", &path.zone);
	}
	if (err == 0) {
		*out = path;
	}
	return err;
}
