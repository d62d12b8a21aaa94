/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC and NSEC3 chains of the zones of the chain fixture, and the records of them that a proof needs. */
#include "tests/unit/chain_denial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "validate/wire/cursor.h"

#define NODES 128
#define MANY 501
#define TYPE_NXNAME 128

/* A name of the zone, with its own types or with none (an empty non-terminal). */
struct node {
	struct name name;
	uint8_t hash[20];
	uint8_t bits[32];	/* window 0 */
	bool has_data;
	bool cut;
	bool secure;
};

struct nodes {
	size_t count;
	struct node items[NODES];
};

void chain_put(struct section_draft *s, const struct chain_zone *zone, const struct name *owner, uint16_t type,
	const struct zone_list *list, const char *by, enum when when, struct arena *arena)
{
	for (size_t i = 0; i < list->count; i++) {
		zone_must(s->count < ZONE_RECORDS_MAX);
		s->records[s->count++] = (struct record){ owner, type, CLASS_IN, 3600, list->items[i] };
	}
	for (; list->count > 0 && *by != '\0'; by++) {
		struct signing signing = { *by, when, owner, zone_name(zone->name, arena), type, 3600,
			list->count, list->items };
		zone_must(s->count < ZONE_RECORDS_MAX);
		s->records[s->count++] = (struct record){ owner, TYPE_RRSIG, CLASS_IN, 3600, sign_rrset(&signing, arena) };
	}
}

static void set_bit(struct node *n, uint16_t type)
{
	zone_must(type < 256);
	n->bits[type / 8] |= (uint8_t)(0x80 >> type % 8);
}

static struct node *node_at(struct nodes *all, const struct name *name)
{
	for (size_t i = 0; i < all->count; i++) {
		if (name_equal(&all->items[i].name, name)) {
			return &all->items[i];
		}
	}
	zone_must(all->count < NODES);
	all->items[all->count] = (struct node){ .name = *name };
	return &all->items[all->count++];
}

static void add_type(struct nodes *all, const struct name *owner, uint16_t type, bool is_apex)
{
	struct node *n = node_at(all, owner);
	n->has_data = true;
	n->cut = n->cut || (!is_apex && (type == TYPE_NS || type == TYPE_DS));
	n->secure = n->secure || type == TYPE_DS;
	set_bit(n, type);
	if (n->cut) {
		set_bit(n, TYPE_NS);
	}
}

/* Every name, and every name between one and the apex. */
static void gather(const struct chain_zone *zone, struct nodes *all, struct arena *arena)
{
	static const uint16_t apex_types[] = { TYPE_NS, TYPE_SOA, TYPE_DNSKEY };
	const struct name *apex = zone_name(zone->name, arena);
	for (size_t i = 0; i < 3; i++) {
		add_type(all, apex, apex_types[i], true);
	}
	for (size_t i = 0; i < CHAIN_RRSETS && zone->rrsets[i].owner != NULL; i++) {
		const struct name *owner = zone_name(zone->rrsets[i].owner, arena);
		add_type(all, owner, zone->rrsets[i].type, name_equal(owner, apex));
	}
	size_t own = all->count;
	for (size_t i = 0; i < own; i++) {
		struct name up = all->items[i].name;
		while (!name_equal(&up, apex)) {
			name_parent(&up, &up);
			(void)node_at(all, &up);
		}
	}
}

static void write_bitmap(struct wire *w, const struct node *n)
{
	size_t used = 32;
	while (used > 0 && n->bits[used - 1] == 0) {
		used--;
	}
	if (used > 0) {
		wire_write_u8(w, 0);
		wire_write_u8(w, (uint8_t)used);
		wire_write(w, n->bits, used);
	}
}

static const char *signers(const struct chain_zone *zone)
{
	return zone->denial_by == NULL ? zone->by : zone->denial_by;
}

static int by_name(const void *a, const void *b)
{
	return name_compare(&((const struct node *)a)->name, &((const struct node *)b)->name);
}

static void put_nsec(struct section_draft *s, const struct chain_zone *zone, const struct node *n, const struct name *next,
	struct arena *arena)
{
	struct node full = *n;
	struct zone_list list = { .count = 1 };
	uint8_t rdata[320];
	struct wire w = wire_writer(rdata, sizeof rdata);
	set_bit(&full, TYPE_NSEC);
	set_bit(&full, TYPE_RRSIG);
	name_write(&w, next);
	write_bitmap(&w, &full);
	list.items[0] = (struct slice){ arena_copy(arena, rdata, w.pos), w.pos };
	for (size_t i = 0; i < s->count; i++) {		/* once is enough */
		if (s->records[i].type == TYPE_NSEC && name_equal(s->records[i].owner, &n->name)) {
			return;
		}
	}
	const struct name *owner = arena_copy(arena, &n->name, sizeof n->name);
	chain_put(s, zone, owner, TYPE_NSEC, &list, signers(zone), zone->denial_when, arena);
}

/* The record at the name or, where there is none, the one before it; of sorted names with data. */
static size_t before(const struct nodes *all, const struct name *name)
{
	size_t at = 0;
	for (size_t i = 0; i < all->count; i++) {
		at = name_compare(&all->items[i].name, name) <= 0 ? i : at;
	}
	return at;
}

static void put_span(struct section_draft *s, const struct chain_zone *zone, const struct nodes *all, const struct name *name,
	struct arena *arena)
{
	size_t at = before(all, name);
	put_nsec(s, zone, &all->items[at], &all->items[(at + 1) % all->count].name, arena);
}

static void encloser_of(const struct nodes *all, const struct name *name, struct name *encloser, struct name *next_closer)
{
	*encloser = *name;
	for (bool found = false; !found;) {
		*next_closer = *encloser;
		name_parent(encloser, encloser);
		for (size_t i = 0; i < all->count; i++) {
			found = found || name_equal(&all->items[i].name, encloser);
		}
	}
}

static void wildcard_of(const struct name *encloser, struct name *out)
{
	memcpy(out->octets, "\1*", 2);
	memcpy(out->octets + 2, encloser->octets, encloser->size);
	out->size = (uint8_t)(encloser->size + 2);
}

static void keep(struct nodes *all, bool (*wanted)(const struct node *n))
{
	size_t kept = 0;
	for (size_t i = 0; i < all->count; i++) {
		if (wanted(&all->items[i])) {
			all->items[kept++] = all->items[i];
		}
	}
	all->count = kept;
}

static bool has_data(const struct node *n)
{
	return n->has_data;
}

static bool is_not_left_out(const struct node *n)
{
	return !n->cut || n->secure;
}

static void nsec(struct section_draft *s, const struct chain_zone *zone, struct nodes *all, const struct name *name, bool exists,
	struct arena *arena)
{
	struct name encloser;
	struct name next_closer;
	struct name wildcard;
	if (!exists) {
		encloser_of(all, name, &encloser, &next_closer);
		wildcard_of(&encloser, &wildcard);
	}
	keep(all, has_data);
	qsort(all->items, all->count, sizeof all->items[0], by_name);
	put_span(s, zone, all, name, arena);
	if (!exists) {
		put_span(s, zone, all, &wildcard, arena);
	}
}

/* One record of the name itself, made when it is asked for; the next name is the one right behind it. */
static void compact(struct section_draft *s, const struct chain_zone *zone, const struct nodes *all, const struct name *name,
	bool exists, struct arena *arena)
{
	struct node n = { .name = *name };
	struct name next = { .size = (uint8_t)(name->size + 2) };
	memcpy(next.octets, "\1\0", 2);
	memcpy(next.octets + 2, name->octets, name->size);
	for (size_t i = 0; i < all->count; i++) {
		n = name_equal(&all->items[i].name, name) ? all->items[i] : n;
	}
	if (!exists) {
		set_bit(&n, TYPE_NXNAME);
	}
	put_nsec(s, zone, &n, &next, arena);
}

static void hash_name(const struct name *name, unsigned iterations, uint8_t out[20])
{
	zone_must(EVP_Digest(name->octets, name->size, out, NULL, EVP_sha1(), NULL) == 1);
	for (unsigned i = 0; i < iterations; i++) {
		uint8_t again[20];
		memcpy(again, out, sizeof again);
		zone_must(EVP_Digest(again, sizeof again, out, NULL, EVP_sha1(), NULL) == 1);
	}
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct node *)a)->hash, ((const struct node *)b)->hash, 20);
}

static const struct name *hashed_owner(const struct chain_zone *zone, const uint8_t hash[20], struct arena *arena)
{
	char text[300] = { 0 };
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5;
		unsigned pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		text[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
	}
	snprintf(text + 32, sizeof text - 32, ".%s", strcmp(zone->name, ".") == 0 ? "" : zone->name);
	return zone_name(text, arena);
}

/* The record at the hash of the name, or the one before it. */
static void put_nsec3(struct section_draft *s, const struct chain_zone *zone, const struct nodes *all, const struct name *name,
	struct arena *arena)
{
	unsigned iterations = zone->denial == CHAIN_NSEC3_MANY ? MANY : 0;
	uint8_t hash[20];
	size_t at = all->count - 1;
	hash_name(name, iterations, hash);
	for (size_t i = 0; i < all->count; i++) {
		at = memcmp(all->items[i].hash, hash, sizeof hash) <= 0 ? i : at;
	}
	struct node full = all->items[at];
	const struct name *owner = hashed_owner(zone, full.hash, arena);
	for (size_t i = 0; i < s->count; i++) {
		if (s->records[i].type == TYPE_NSEC3 && name_equal(s->records[i].owner, owner)) {
			return;
		}
	}
	if (full.has_data && is_not_left_out(&full)) {
		set_bit(&full, TYPE_RRSIG);
	}
	uint8_t rdata[128];
	struct wire w = wire_writer(rdata, sizeof rdata);
	wire_write_u8(&w, 1);
	wire_write_u8(&w, zone->denial == CHAIN_OPT_OUT);
	wire_write_u16(&w, (uint16_t)iterations);
	wire_write_u8(&w, 0);
	wire_write_u8(&w, 20);
	wire_write(&w, all->items[(at + 1) % all->count].hash, 20);
	write_bitmap(&w, &full);
	struct zone_list list = { .count = 1, .items = { { arena_copy(arena, rdata, w.pos), w.pos } } };
	chain_put(s, zone, owner, TYPE_NSEC3, &list, signers(zone), zone->denial_when, arena);
}

static void nsec3(struct section_draft *s, const struct chain_zone *zone, struct nodes *all, const struct name *name,
	struct arena *arena)
{
	struct name encloser;
	struct name next_closer;
	struct name wildcard;
	bool there = false;
	if (zone->denial == CHAIN_OPT_OUT) {
		keep(all, is_not_left_out);
	}
	for (size_t i = 0; i < all->count; i++) {
		hash_name(&all->items[i].name, zone->denial == CHAIN_NSEC3_MANY ? MANY : 0, all->items[i].hash);
		there = there || name_equal(&all->items[i].name, name);
	}
	if (!there) {
		encloser_of(all, name, &encloser, &next_closer);
		wildcard_of(&encloser, &wildcard);
	}
	qsort(all->items, all->count, sizeof all->items[0], by_hash);
	put_nsec3(s, zone, all, there ? name : &encloser, arena);
	if (!there) {
		put_nsec3(s, zone, all, &next_closer, arena);
		put_nsec3(s, zone, all, &wildcard, arena);
	}
}

bool chain_put_denial(struct section_draft *s, const struct chain_zone *zone, const struct name *name, struct arena *arena)
{
	struct nodes *all = arena_alloc(arena, sizeof *all);
	bool exists = false;
	zone_must(all != NULL);
	gather(zone, all, arena);
	for (size_t i = 0; i < all->count; i++) {
		exists = exists || name_equal(&all->items[i].name, name);
	}
	switch (zone->denial) {
	case CHAIN_NSEC:
		nsec(s, zone, all, name, exists, arena);
		break;
	case CHAIN_COMPACT:
		compact(s, zone, all, name, exists, arena);
		break;
	case CHAIN_BARE:
		break;
	case CHAIN_NSEC3:
	case CHAIN_OPT_OUT:
	case CHAIN_NSEC3_MANY:
		nsec3(s, zone, all, name, arena);
		break;
	}
	return !exists && zone->denial != CHAIN_COMPACT;
}
