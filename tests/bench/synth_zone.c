/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the zones of synth hold. */
#include "tests/bench/synth.h"

#include <assert.h>
#include <string.h>

#include <openssl/sha.h>

#include "validate/wire/record.h"

#define PARENT "bench"
#define PARENT_KEY 0

void synth_name(const char *text, struct synth_name *out)
{
	memset(out, 0, sizeof(*out));
	while (*text != '\0') {
		size_t size = strcspn(text, ".");
		assert(size > 0 && out->size + size + 2 <= sizeof(out->octets));
		out->octets[out->size++] = (uint8_t)size;
		memcpy(out->octets + out->size, text, size);
		out->size = (uint8_t)(out->size + size);
		out->labels++;
		text += size + (text[size] == '.');
	}
	out->octets[out->size++] = 0;
}

void synth_parent_name(struct synth_name *out)
{
	synth_name(PARENT, out);
}

void synth_child_name(uint32_t child, struct synth_name *out)
{
	char text[32];
	snprintf(text, sizeof(text), "c%07u." PARENT, (unsigned)(child % SYNTH_CHILDREN_MAX));
	synth_name(text, out);
}

void synth_host_name(unsigned farm, unsigned host, struct synth_name *out)
{
	char text[32];
	snprintf(text, sizeof(text), "ns%u.f%03u." PARENT, host + 1, farm);
	synth_name(text, out);
}

void synth_host_address(unsigned farm, unsigned host, unsigned which, uint8_t out[4])
{
	out[0] = 127;
	out[1] = 61;
	out[2] = (uint8_t)farm;
	out[3] = (uint8_t)(1 + host * SYNTH_ADDRESSES_MAX + which);
}

/* Every farm gets children of every class. */
unsigned synth_farm(const struct synth_plan *plan, uint32_t child)
{
	return child / 20 % plan->farms;
}

enum synth_class synth_class(uint32_t child)
{
	static const enum synth_class last[6] = { SYNTH_NO_CDS, SYNTH_NO_CDS, SYNTH_ROLL, SYNTH_ROLL,
		SYNTH_ISLAND, SYNTH_UNSIGNED };
	return child % 20 < 14 ? SYNTH_IN_SYNC : last[child % 20 - 14];
}

static uint32_t current_key(uint32_t child)
{
	return 1 + 2 * child;
}

static uint32_t next_key(uint32_t child)
{
	return 2 + 2 * child;
}

static void begin(struct synth_rrset *set, const struct synth_name *owner, const struct synth_name *zone, uint16_t type)
{
	set->owner = *owner;
	set->zone = *zone;
	set->type = type;
	set->count = 0;
	set->signers = 0;
}

static struct synth_rdata *add(struct synth_rrset *set)
{
	struct synth_rdata *r = &set->rdata[set->count++];
	r->size = 0;
	return r;
}

static void put(struct synth_rdata *r, const void *octets, size_t size)
{
	assert(r->size + size <= sizeof(r->octets));
	memcpy(r->octets + r->size, octets, size);
	r->size += size;
}

/* Signatures are made over the records in this order (RFC 4034 section 6.3). */
static void sort(struct synth_rrset *set)
{
	if (set->count == 2 && memcmp(set->rdata[0].octets, set->rdata[1].octets, set->rdata[0].size) > 0) {
		struct synth_rdata r = set->rdata[0];
		set->rdata[0] = set->rdata[1];
		set->rdata[1] = r;
	}
}

static void signed_by(struct synth_rrset *set, uint32_t key)
{
	set->signer[set->signers++] = key;
}

static void add_soa(struct synth_rrset *set, const struct synth_name *primary)
{
	static const uint8_t numbers[20] = { 0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 2, 88, 0, 1, 81, 128, 0, 0, 1, 44 };
	struct synth_name mail;
	synth_name("hostmaster." PARENT, &mail);
	struct synth_rdata *r = add(set);
	put(r, primary->octets, primary->size);
	put(r, mail.octets, mail.size);
	put(r, numbers, sizeof(numbers));
}

static void add_ns(struct synth_rrset *set, unsigned farm)
{
	for (unsigned host = 0; host < SYNTH_HOSTS; host++) {
		struct synth_name name;
		synth_host_name(farm, host, &name);
		put(add(set), name.octets, name.size);
	}
}

/* RFC 4034 section 4.1.2; types ascend and are below 256. */
static void put_bitmap(struct synth_rdata *r, const uint16_t *types, size_t count)
{
	uint8_t map[34] = { 0 };
	for (size_t i = 0; i < count; i++) {
		assert(types[i] < 256);
		map[2 + types[i] / 8] |= (uint8_t)(0x80 >> types[i] % 8);
	}
	map[1] = (uint8_t)(types[count - 1] / 8 + 1);
	put(r, map, 2 + (size_t)map[1]);
}

static void add_child_nsec(struct synth_rrset *set, enum synth_class class)
{
	static const uint16_t types[] = { TYPE_NS, TYPE_SOA, TYPE_RRSIG, TYPE_NSEC, TYPE_DNSKEY, TYPE_CDS, TYPE_CDNSKEY };
	struct synth_rdata *r = add(set);
	put(r, set->owner.octets, set->owner.size);
	put_bitmap(r, types, class == SYNTH_NO_CDS ? 5 : 7);
}

bool synth_child_rrset(const struct synth_plan *plan, uint32_t child, uint16_t type, struct synth_rrset *out)
{
	struct synth_name name, primary;
	synth_child_name(child, &name);
	synth_host_name(synth_farm(plan, child), 0, &primary);
	enum synth_class class = synth_class(child);
	bool is_signed = class != SYNTH_UNSIGNED;
	bool signals = is_signed && class != SYNTH_NO_CDS;
	uint32_t told = class == SYNTH_ROLL ? next_key(child) : current_key(child);
	struct synth_rdata dnskey;
	begin(out, &name, &name, type);
	if (type == TYPE_SOA) {
		add_soa(out, &primary);
	} else if (type == TYPE_NS) {
		add_ns(out, synth_farm(plan, child));
	} else if (type == TYPE_NSEC && is_signed) {
		add_child_nsec(out, class);
	} else if (type == TYPE_DNSKEY && is_signed) {
		synth_dnskey(current_key(child), add(out));
		if (class == SYNTH_ROLL) {
			synth_dnskey(next_key(child), add(out));
			signed_by(out, next_key(child));
		}
	} else if (type == TYPE_CDS && signals) {
		synth_dnskey(told, &dnskey);
		synth_ds(&name, &dnskey, add(out));
	} else if (type == TYPE_CDNSKEY && signals) {
		synth_dnskey(told, add(out));
	}
	if (is_signed) {
		signed_by(out, current_key(child));
	}
	sort(out);
	return out->count > 0;
}

bool synth_apex_rrset(uint16_t type, struct synth_rrset *out)
{
	struct synth_name name, primary;
	synth_parent_name(&name);
	synth_name("nic." PARENT, &primary);
	begin(out, &name, &name, type);
	if (type == TYPE_SOA) {
		add_soa(out, &primary);
	} else if (type == TYPE_NS) {
		put(add(out), primary.octets, primary.size);
	} else if (type == TYPE_DNSKEY) {
		synth_dnskey(PARENT_KEY, add(out));
	}
	signed_by(out, PARENT_KEY);
	return out->count > 0;
}

static void make_up_ds(uint32_t child, struct synth_rdata *out)
{
	static const uint8_t head[4] = { 48, 57, 13, 2 };
	put(out, head, sizeof(head));
	SHA256((const uint8_t *)&child, sizeof(child), out->octets + sizeof(head));
	out->size += SHA256_DIGEST_LENGTH;
}

bool synth_delegation_rrset(const struct synth_plan *plan, uint32_t child, uint16_t type, struct synth_rrset *out)
{
	struct synth_name name, zone;
	synth_child_name(child, &name);
	synth_parent_name(&zone);
	enum synth_class class = synth_class(child);
	begin(out, &name, &zone, type);
	if (type == TYPE_NS) {
		add_ns(out, synth_farm(plan, child));
	} else if (type == TYPE_DS && class != SYNTH_ISLAND && class != SYNTH_UNSIGNED) {
		struct synth_rdata dnskey;
		if (plan->made_up) {
			make_up_ds(child, add(out));
		} else {
			synth_dnskey(current_key(child), &dnskey);
			synth_ds(&name, &dnskey, add(out));
		}
		signed_by(out, PARENT_KEY);
	}
	return out->count > 0;
}

bool synth_host_rrset(const struct synth_plan *plan, unsigned farm, unsigned host, uint16_t type,
	struct synth_rrset *out)
{
	struct synth_name name, zone;
	synth_host_name(farm, host, &name);
	synth_parent_name(&zone);
	begin(out, &name, &zone, type);
	for (unsigned i = 0; type == TYPE_A && i < plan->addresses; i++) {
		uint8_t octets[4];
		synth_host_address(farm, host, i, octets);
		put(add(out), octets, sizeof(octets));
	}
	signed_by(out, PARENT_KEY);
	return out->count > 0;
}

void synth_minimal_nsec(const struct synth_name *owner, const uint16_t *types, size_t count, struct synth_rrset *out)
{
	static const uint8_t least[2] = { 1, 0 };
	struct synth_name zone;
	synth_parent_name(&zone);
	begin(out, owner, &zone, TYPE_NSEC);
	struct synth_rdata *r = add(out);
	put(r, least, sizeof(least));
	put(r, owner->octets, owner->size);
	put_bitmap(r, types, count);
	signed_by(out, PARENT_KEY);
}
