/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC (RFC 4034 section 4) and NSEC3 (RFC 5155) for a zone; what is wrong is so at the apex only. */
#include "tests/differential/child.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "validate/wire/cursor.h"

#define NAMES_MAX 16
#define TYPES_MAX 512
#define SHA1_OCTETS 20

struct link {
	struct name name;		/* of the zone */
	uint8_t types[TYPES_MAX];	/* what it has */
	bool apex;
	uint8_t hash[SHA1_OCTETS];	/* NSEC3 */
};

struct chain {
	size_t count;
	struct link list[NAMES_MAX];
};

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static struct link *find(struct chain *chain, const struct name *name)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (name_equal(&chain->list[i].name, name)) {
			return &chain->list[i];
		}
	}
	must(chain->count < NAMES_MAX);
	struct link *l = &chain->list[chain->count++];
	*l = (struct link){ .name = *name };
	return l;
}

static void collect(const struct child *c, const struct zone_records *z, struct chain *chain)
{
	for (size_t i = 0; i < z->count; i++) {
		const struct zone_record *r = &z->list[i];
		struct link *l = find(chain, r->owner);
		l->apex = name_equal(r->owner, &c->apex);
		l->types[r->type] = 1;
	}
	for (size_t i = 0; i < chain->count; i++) {
		struct link *l = &chain->list[i];
		bool insecure = l->types[TYPE_NS] && !l->apex && !l->types[TYPE_DS];
		if (!c->denial.nsec3) {
			l->types[TYPE_NSEC] = l->types[TYPE_RRSIG] = 1;
		} else if (insecure && c->denial.opt_out) {
			*l = chain->list[--chain->count];
			i--;
		}
	}
	/* Names with nothing but names below them have an NSEC3, and no NSEC. */
	for (size_t i = 0; c->denial.nsec3 && i < chain->count; i++) {
		struct name above;
		name_parent(&chain->list[i].name, &above);
		if (!chain->list[i].apex) {
			find(chain, &above);
		}
	}
}

static void write_bitmap(struct wire *w, const uint8_t types[TYPES_MAX])
{
	for (unsigned window = 0; window < TYPES_MAX / 256; window++) {
		uint8_t octets[32] = { 0 };
		uint8_t used = 0;
		for (unsigned i = 0; i < 256; i++) {
			if (types[window * 256 + i]) {
				octets[i / 8] |= (uint8_t)(0x80 >> i % 8);
				used = (uint8_t)(i / 8 + 1);
			}
		}
		if (used > 0) {
			wire_write_u8(w, (uint8_t)window);
			wire_write_u8(w, used);
			wire_write(w, octets, used);
		}
	}
}

static void spoil_types(const struct denial_plan *d, uint8_t types[TYPES_MAX])
{
	if (d->fault == DENIAL_BIT_TOO_MANY) {
		types[d->fault_type] = 1;
	} else if (d->fault == DENIAL_BIT_MISSING) {
		types[d->fault_type] = 0;
	} else if (d->fault == DENIAL_CNAME_BIT) {
		types[TYPE_CNAME] = 1;
	} else if (d->fault == DENIAL_NO_SOA_BIT) {
		types[TYPE_SOA] = 0;
	}
}

static int by_name(const void *a, const void *b)
{
	return name_compare(&((const struct link *)a)->name, &((const struct link *)b)->name);
}

static int by_hash(const void *a, const void *b)
{
	return memcmp(((const struct link *)a)->hash, ((const struct link *)b)->hash, SHA1_OCTETS);
}

static void add_signed(struct child *c, struct zone_records *z, const struct name *owner, uint16_t type,
	const struct wire *w)
{
	const uint8_t *kept = arena_copy(c->arena, w->out, w->pos);
	must(kept != NULL && !wire_error(w));
	zone_add(c, z, owner, type, 3600, (struct slice){ kept, w->pos });
}

/* RFC 6840 section 5.1: the case of the next name is part of what is signed. */
static void write_next(struct wire *w, const struct name *next, bool upper)
{
	size_t start = w->pos;
	name_write(w, next);
	for (size_t i = start; upper && i < w->pos; i++) {
		w->out[i] = (uint8_t)toupper(w->out[i]);
	}
}

static void add_nsec(struct child *c, struct zone_records *z, struct chain *chain, size_t at, const struct signers *by)
{
	struct link *l = &chain->list[at];
	enum denial_fault fault = l->apex ? c->denial.fault : DENIAL_FINE;
	uint8_t data[600];
	if (fault == DENIAL_MISSING) {
		return;
	}
	if (l->apex) {
		spoil_types(&c->denial, l->types);
	}
	size_t next = (at + (fault == DENIAL_NEXT ? 2 : 1)) % chain->count;
	for (unsigned times = fault == DENIAL_TWICE ? 2 : 1; times > 0; times--) {
		struct wire w = wire_writer(data, sizeof data);
		write_next(&w, &chain->list[next].name, fault == DENIAL_UPPER_NEXT);
		write_bitmap(&w, l->types);
		add_signed(c, z, &l->name, TYPE_NSEC, &w);
		next = (next + 1) % chain->count;
	}
	zone_sign(c, z, &l->name, TYPE_NSEC, l->apex ? &c->sets[SET_DENIAL] : by);
}

/* RFC 5155 section 5. */
static void hash_name(const struct denial_plan *d, const struct name *name, uint8_t out[SHA1_OCTETS])
{
	uint8_t input[LIMIT_NAME_OCTETS + sizeof d->salt];
	memcpy(input, name->octets, name->size);
	size_t size = name->size;
	for (unsigned i = 0; i <= d->iterations; i++) {
		memcpy(input + size, d->salt, d->salt_size);
		must(EVP_Digest(input, size + d->salt_size, out, NULL, EVP_sha1(), NULL) == 1);
		memcpy(input, out, SHA1_OCTETS);
		size = SHA1_OCTETS;
	}
}

static void hashed_owner(const struct child *c, const uint8_t hash[SHA1_OCTETS], struct name *out)
{
	out->octets[0] = 32;
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5;
		unsigned pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		out->octets[1 + i] = (uint8_t)"0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
	}
	memcpy(out->octets + 33, c->apex.octets, c->apex.size);
	out->size = (uint8_t)(33 + c->apex.size);
}

static void write_parameters(struct wire *w, const struct denial_plan *d, uint8_t algorithm, uint8_t flags)
{
	wire_write_u8(w, algorithm);
	wire_write_u8(w, flags);
	wire_write_u16(w, d->iterations);
	wire_write_u8(w, d->salt_size);
	wire_write(w, d->salt, d->salt_size);
}

static void add_nsec3(struct child *c, struct zone_records *z, struct chain *chain, size_t at, const struct signers *by)
{
	struct link *l = &chain->list[at];
	const struct denial_plan *d = &c->denial;
	enum denial_fault fault = l->apex ? d->fault : DENIAL_FINE;
	uint8_t data[600];
	if (fault == DENIAL_MISSING) {
		return;
	}
	if (l->apex) {
		spoil_types(d, l->types);
	}
	uint8_t hash[SHA1_OCTETS];
	memcpy(hash, l->hash, SHA1_OCTETS);
	hash[SHA1_OCTETS - 1] ^= fault == DENIAL_HASH;
	struct name owner;
	hashed_owner(c, hash, &owner);
	size_t next = (at + (fault == DENIAL_NEXT ? 2 : 1)) % chain->count;
	for (unsigned times = fault == DENIAL_TWICE ? 2 : 1; times > 0; times--) {
		struct wire w = wire_writer(data, sizeof data);
		write_parameters(&w, d, fault == DENIAL_HASH_ALGORITHM ? 2 : 1,
			(uint8_t)(d->opt_out | (fault == DENIAL_FLAGS ? 2 : 0)));
		wire_write_u8(&w, SHA1_OCTETS);
		wire_write(&w, chain->list[next].hash, SHA1_OCTETS);
		write_bitmap(&w, l->types);
		add_signed(c, z, &owner, TYPE_NSEC3, &w);
		next = (next + 1) % chain->count;
	}
	zone_sign(c, z, &owner, TYPE_NSEC3, l->apex ? &c->sets[SET_DENIAL] : by);
}

void zone_deny(struct child *c, struct zone_records *z, const struct signers *by)
{
	struct chain *chain = arena_alloc(c->arena, sizeof *chain);
	must(chain != NULL);
	if (c->denial.nsec3) {
		uint8_t data[64];
		struct wire w = wire_writer(data, sizeof data);
		write_parameters(&w, &c->denial, 1, 0);
		add_signed(c, z, &c->apex, TYPE_NSEC3PARAM, &w);
		zone_sign(c, z, &c->apex, TYPE_NSEC3PARAM, by);
	}
	collect(c, z, chain);
	for (size_t i = 0; c->denial.nsec3 && i < chain->count; i++) {
		hash_name(&c->denial, &chain->list[i].name, chain->list[i].hash);
	}
	qsort(chain->list, chain->count, sizeof chain->list[0], c->denial.nsec3 ? by_hash : by_name);
	for (size_t i = 0; i < chain->count; i++) {
		if (c->denial.nsec3) {
			add_nsec3(c, z, chain, i, by);
		} else {
			add_nsec(c, z, chain, i, by);
		}
	}
}
