/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question to one of synth's servers, and its answer. */
#include "tests/bench/synth.h"

#include <stdlib.h>
#include <string.h>

#include "validate/wire/record.h"

#define HEADER_OCTETS 12
#define OPT_OCTETS 11
#define RCODE_NXDOMAIN 3
#define RCODE_REFUSED 5

enum section { ANSWER, AUTHORITY, ADDITIONAL, SECTIONS };

struct reply {
	const struct synth_plan *plan;
	struct synth_name question;
	uint16_t type;
	bool edns, dnssec;
	bool authoritative, truncated, recursive;
	uint8_t rcode;
	uint8_t *out;
	size_t size;
	uint16_t counts[SECTIONS];
};

/* ---- the question */

static bool read_question(struct reply *r, const uint8_t *query, size_t size, size_t *end)
{
	if (size < HEADER_OCTETS + 5 || (query[2] & 0x80) != 0 || query[4] != 0 || query[5] != 1) {
		return false;
	}
	size_t at = HEADER_OCTETS;
	struct synth_name *name = &r->question;
	name->size = 0;
	name->labels = 0;
	while (at < size && query[at] != 0) {
		size_t label = query[at];
		if (label > 63 || at + label + 1 >= size || name->size + label + 2 > sizeof(name->octets)) {
			return false;
		}
		name->octets[name->size++] = (uint8_t)label;
		for (size_t i = 1; i <= label; i++) {
			uint8_t octet = query[at + i];
			name->octets[name->size++] = octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + 32) : octet;
		}
		name->labels++;
		at += label + 1;
	}
	name->octets[name->size++] = 0;
	if (at + 5 > size) {
		return false;
	}
	r->type = (uint16_t)(query[at + 1] << 8 | query[at + 2]);
	*end = at + 5;
	r->edns = query[11] == 1 && *end + OPT_OCTETS <= size && query[*end] == 0 && query[*end + 2] == TYPE_OPT;
	r->dnssec = r->edns && (query[*end + 7] & 0x80) != 0;
	return true;
}

/* ---- the answer */

static void put16(struct reply *r, unsigned value)
{
	r->out[r->size++] = (uint8_t)(value >> 8);
	r->out[r->size++] = (uint8_t)value;
}

static bool is_suffix(const struct synth_name *name, const struct synth_name *of)
{
	return name->size <= of->size && memcmp(of->octets + (of->size - name->size), name->octets, name->size) == 0;
}

static void put_record(struct reply *r, enum section section, const struct synth_name *owner, uint16_t type,
	const struct synth_rdata *rdata)
{
	if (r->size + owner->size + 10 + rdata->size + OPT_OCTETS > SYNTH_ANSWER_MAX) {
		r->truncated = true;
		return;
	}
	if (is_suffix(owner, &r->question)) {
		put16(r, 0xc000u + HEADER_OCTETS + r->question.size - owner->size);
	} else {
		memcpy(r->out + r->size, owner->octets, owner->size);
		r->size += owner->size;
	}
	put16(r, type);
	put16(r, CLASS_IN);
	put16(r, 0);
	put16(r, SYNTH_TTL);
	put16(r, (unsigned)rdata->size);
	memcpy(r->out + r->size, rdata->octets, rdata->size);
	r->size += rdata->size;
	r->counts[section]++;
}

static void put_rrset(struct reply *r, enum section section, const struct synth_rrset *set)
{
	for (unsigned i = 0; i < set->count; i++) {
		put_record(r, section, &set->owner, set->type, &set->rdata[i]);
	}
	for (unsigned i = 0; r->dnssec && i < set->signers; i++) {
		struct synth_rdata sig;
		synth_rrsig(set, i, &sig);
		put_record(r, section, &set->owner, TYPE_RRSIG, &sig);
	}
}

static void put_opt(struct reply *r)
{
	r->out[r->size++] = 0;
	put16(r, TYPE_OPT);
	put16(r, 1232);
	put16(r, 0);
	put16(r, r->dnssec ? 0x8000 : 0);
	put16(r, 0);
	r->counts[ADDITIONAL]++;
}

static void finish(struct reply *r, const uint8_t *query)
{
	if (r->edns) {
		put_opt(r);
	}
	r->out[2] = (uint8_t)(0x80 | (query[2] & 1) | (r->authoritative ? 4 : 0) | (r->truncated ? 2 : 0));
	r->out[3] = (uint8_t)(r->rcode | (r->recursive ? 0xa0 : 0));
	for (unsigned i = 0; i < SECTIONS; i++) {
		r->out[6 + 2 * i] = (uint8_t)(r->counts[i] >> 8);
		r->out[7 + 2 * i] = (uint8_t)r->counts[i];
	}
}

/* ---- whose name it is */

static bool digits(const uint8_t *octets, unsigned count, uint32_t *value)
{
	*value = 0;
	for (unsigned i = 0; i < count; i++) {
		if (octets[i] < '0' || octets[i] > '9') {
			return false;
		}
		*value = *value * 10 + (uint32_t)(octets[i] - '0');
	}
	return true;
}

/* The child that name is or lies below. */
static bool find_child(const struct reply *r, uint32_t *child, bool *below)
{
	struct synth_name parent;
	synth_parent_name(&parent);
	const struct synth_name *name = &r->question;
	if (name->size < parent.size + 9 || !is_suffix(&parent, name)) {
		return false;
	}
	const uint8_t *label = name->octets + (name->size - parent.size - 9);
	*below = label > name->octets;
	return label[0] == 8 && label[1] == 'c' && digits(label + 2, 7, child) && *child < r->plan->children;
}

static bool find_host(const struct reply *r, unsigned *farm, unsigned *host)
{
	struct synth_name at;
	uint32_t number = 0;
	if (r->question.labels != 3 || r->question.octets[4] != 4 || !digits(r->question.octets + 6, 3, &number) ||
		number >= r->plan->farms) {
		return false;
	}
	*farm = number;
	for (*host = 0; *host < SYNTH_HOSTS; (*host)++) {
		synth_host_name(*farm, *host, &at);
		if (at.size == r->question.size && memcmp(at.octets, r->question.octets, at.size) == 0) {
			return true;
		}
	}
	return false;
}

/* ---- roles */

static void deny(struct reply *r, const struct synth_rrset *soa, const struct synth_rrset *nsec)
{
	put_rrset(r, AUTHORITY, soa);
	if (r->dnssec && nsec != NULL) {
		put_rrset(r, AUTHORITY, nsec);
	}
}

static void as_child(struct reply *r, bool tcp)
{
	struct synth_rrset set, nsec;
	uint32_t child;
	bool below;
	if (!find_child(r, &child, &below)) {
		r->rcode = RCODE_REFUSED;
		return;
	}
	r->authoritative = true;
	if (r->plan->truncate && !tcp) {
		r->truncated = true;
		return;
	}
	if (!below && synth_child_rrset(r->plan, child, r->type, &set)) {
		put_rrset(r, ANSWER, &set);
		return;
	}
	r->rcode = below ? RCODE_NXDOMAIN : 0;
	bool has_nsec = synth_child_rrset(r->plan, child, TYPE_NSEC, &nsec);
	(void)synth_child_rrset(r->plan, child, TYPE_SOA, &set);
	deny(r, &set, has_nsec ? &nsec : NULL);
}

static void deny_in_parent(struct reply *r, const struct synth_name *owner, const uint16_t *types, size_t count)
{
	struct synth_rrset soa, nsec;
	(void)synth_apex_rrset(TYPE_SOA, &soa);
	synth_minimal_nsec(owner, types, count, &nsec);
	deny(r, &soa, &nsec);
}

static void refer(struct reply *r, uint32_t child, bool is_below)
{
	static const uint16_t insecure[] = { TYPE_NS, TYPE_RRSIG, TYPE_NSEC };
	struct synth_rrset ns, ds, nsec, address;
	(void)synth_delegation_rrset(r->plan, child, TYPE_NS, &ns);
	bool secure = synth_delegation_rrset(r->plan, child, TYPE_DS, &ds);
	if (r->type == TYPE_DS && !is_below) {
		r->authoritative = true;
		if (secure) {
			put_rrset(r, ANSWER, &ds);
		} else {
			deny_in_parent(r, &ns.owner, insecure, 3);
		}
		return;
	}
	put_rrset(r, AUTHORITY, &ns);
	if (r->dnssec && secure) {
		put_rrset(r, AUTHORITY, &ds);
	} else if (r->dnssec) {
		synth_minimal_nsec(&ns.owner, insecure, 3, &nsec);
		put_rrset(r, AUTHORITY, &nsec);
	}
	for (unsigned host = 0; host < SYNTH_HOSTS; host++) {
		(void)synth_host_rrset(r->plan, synth_farm(r->plan, child), host, TYPE_A, &address);
		for (unsigned i = 0; i < address.count; i++) {
			put_record(r, ADDITIONAL, &address.owner, TYPE_A, &address.rdata[i]);
		}
	}
}

static void as_parent(struct reply *r)
{
	static const uint16_t apex[] = { TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC, TYPE_DNSKEY };
	static const uint16_t host_types[] = { TYPE_A, TYPE_RRSIG, TYPE_NSEC };
	static const uint16_t nothing[] = { TYPE_RRSIG, TYPE_NSEC };
	struct synth_name parent;
	struct synth_rrset set;
	uint32_t child;
	unsigned farm, host;
	bool below;
	synth_parent_name(&parent);
	if (find_child(r, &child, &below)) {
		refer(r, child, below);
		return;
	}
	if (!is_suffix(&parent, &r->question)) {
		r->rcode = RCODE_REFUSED;
		return;
	}
	r->authoritative = true;
	bool is_apex = r->question.size == parent.size;
	bool is_host = find_host(r, &farm, &host);
	if ((is_apex && synth_apex_rrset(r->type, &set)) ||
		(is_host && synth_host_rrset(r->plan, farm, host, r->type, &set))) {
		put_rrset(r, ANSWER, &set);
	} else if (is_apex) {
		deny_in_parent(r, &parent, apex, 5);
	} else if (is_host) {
		deny_in_parent(r, &r->question, host_types, 3);
	} else {
		deny_in_parent(r, &r->question, nothing, 2);
	}
}

/* Like a validating resolver that has the hosts in its cache, and nothing else. */
static void as_resolver(struct reply *r)
{
	unsigned farm, host;
	struct synth_rrset set;
	r->recursive = true;
	if (!find_host(r, &farm, &host)) {
		r->rcode = RCODE_REFUSED;
	} else if (synth_host_rrset(r->plan, farm, host, r->type, &set)) {
		put_rrset(r, ANSWER, &set);
	} else {
		(void)synth_apex_rrset(TYPE_SOA, &set);
		put_rrset(r, AUTHORITY, &set);
	}
}

size_t synth_answer(const struct synth_plan *plan, enum synth_role role, bool tcp, const uint8_t *query, size_t size,
	uint8_t out[SYNTH_ANSWER_MAX])
{
	struct reply r = { .plan = plan, .out = out };
	if (!read_question(&r, query, size, &r.size)) {
		return 0;
	}
	memcpy(out, query, r.size);
	switch (role) {
	case SYNTH_AS_PARENT:
		as_parent(&r);
		break;
	case SYNTH_AS_RESOLVER:
		as_resolver(&r);
		break;
	case SYNTH_AS_CHILDREN:
		as_child(&r, tcp);
		break;
	}
	finish(&r, query);
	return r.size;
}
