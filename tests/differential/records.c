/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The records of a child's zone, and their signatures as RFC 4034 section 3.1.8.1 has them, right and wrong. */
#include "tests/differential/child.h"

#include <stdlib.h>
#include <string.h>

#include "tests/differential/chance.h"
#include "validate/wire/cursor.h"

#define DAY 86400u
#define HOUR 3600u
#define RECORDS_MAX 400
#define DATA_ROOM 32768

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static struct slice copy(struct child *c, const void *data, size_t size)
{
	struct slice s = { arena_copy(c->arena, data, size), size };
	must(s.data != NULL);
	return s;
}

/* Forms of algorithm 0 that are not the removal request. */
static struct slice odd_rdata(uint16_t type, unsigned shape)
{
	static const uint8_t cds[4][7] = { "\0\0\0\0\0\0", "\0\1\0\0\0", "\0\0\0\0\1", "\0\0\0\x02\0" };
	static const uint8_t cdnskey[4][7] = { "\1\1\3\0\0", "\0\0\2\0\0", "\0\0\3\0\0\0", "\0\0\3\0\1" };
	size_t size = type == TYPE_CDS ? (shape == 0 ? 6 : 5) : (shape == 2 ? 6 : 5);
	return (struct slice){ type == TYPE_CDS ? cds[shape] : cdnskey[shape], size };
}

struct slice entry_rdata(const struct child *c, const struct entry *e, uint16_t type)
{
	static const uint8_t removal[2][5] = { { 0, 0, 0, 0, 0 }, { 0, 0, 3, 0, 0 } };
	if (e->kind == ENTRY_DELETE) {
		return (struct slice){ removal[type == TYPE_CDNSKEY], 5 };
	}
	if (e->kind == ENTRY_ODD) {
		return odd_rdata(type, e->key);
	}
	const struct zone_key *key = &c->keys[e->key];
	if (type == TYPE_CDNSKEY) {
		return key->rdata;
	}
	struct slice ds = key_digest(key, &c->apex, e->digest, c->arena);
	uint8_t *data = arena_copy(c->arena, ds.data, ds.size);
	must(data != NULL);
	if (e->kind == ENTRY_WRONG) {
		data[ds.size - 1] ^= 1;
	}
	return (struct slice){ data, ds.size - (e->kind == ENTRY_SHORT) };
}

void zone_add(struct child *c, struct zone_records *z, const struct name *owner, uint16_t type, uint32_t ttl,
	struct slice rdata)
{
	if (z->list == NULL) {
		z->room = RECORDS_MAX;
		z->list = arena_array(c->arena, z->room, sizeof *z->list);
		must(z->list != NULL);
	}
	must(z->count < z->room);
	const struct name *kept = arena_copy(c->arena, owner, sizeof *owner);
	must(kept != NULL);
	z->list[z->count++] = (struct zone_record){ kept, type, ttl, rdata };
}

static int compare(const void *a, const void *b)
{
	const struct slice *x = a;
	const struct slice *y = b;
	int order = memcmp(x->data, y->data, x->size < y->size ? x->size : y->size);
	return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static void write_times(struct wire *w, uint32_t now, enum how how)
{
	uint32_t inception = now - 6 * HOUR - chance_below(3 * DAY);
	uint32_t expiration = now + 7 * DAY + chance_below(20 * DAY);
	if (how == HOW_LONG_AGO) {
		inception = now - 60 * DAY;
	} else if (how == HOW_EXPIRED) {
		expiration = now - 5 * HOUR;
	} else if (how == HOW_FUTURE) {
		inception = now + 5 * HOUR;
	} else if (how == HOW_REVERSED) {
		inception = now - HOUR;
		expiration = now - 2 * HOUR;
	}
	wire_write_u32(w, expiration);
	wire_write_u32(w, inception);
}

static void write_signer(struct child *c, struct wire *w, enum how how)
{
	struct name name = c->apex;
	if (how == HOW_SIGNER_PARENT) {
		name_parent(&c->apex, &name);
	} else if (how == HOW_SIGNER_BELOW) {
		memmove(name.octets + 2, c->apex.octets, c->apex.size);
		memcpy(name.octets, "\1z", 2);
		name.size = (uint8_t)(c->apex.size + 2);
	}
	name_write(w, &name);
}

static void write_head(struct child *c, struct wire *w, const struct zone_record *first, const struct signer *by)
{
	const struct zone_key *key = &c->keys[by->key];
	unsigned labels = name_labels(first->owner);
	bool ttl = by->how == HOW_ORIGINAL_TTL;
	wire_write_u16(w, first->type);
	wire_write_u8(w, (uint8_t)(by->how == HOW_ALGORITHM ? (key->algorithm == 13 ? 15 : 13) : key->algorithm));
	wire_write_u8(w, (uint8_t)(labels + (by->how == HOW_MANY_LABELS) - (by->how == HOW_FEW_LABELS)));
	wire_write_u32(w, ttl ? first->ttl / 2 : first->ttl);
	write_times(w, c->now, by->how);
	wire_write_u16(w, (uint16_t)(by->how == HOW_TAG ? key->tag ^ 0x0101 : key->tag));
	write_signer(c, w, by->how);
}

/* The owner as it is signed: what few labels claim is a wildcard (RFC 4035 section 5.3.2). */
static struct name signed_owner(const struct zone_record *first, enum how how)
{
	struct name name = *first->owner;
	if (how == HOW_FEW_LABELS) {
		struct name parent;
		name_parent(first->owner, &parent);
		memcpy(name.octets, "\1*", 2);
		memcpy(name.octets + 2, parent.octets, parent.size);
		name.size = (uint8_t)(parent.size + 2);
	}
	return name;
}

static struct slice sign(struct child *c, const struct zone_record *first, const struct slice *rdata, size_t count,
	const struct signer *by)
{
	static uint8_t data[DATA_ROOM];
	uint8_t out[SIGNATURE_ROOM + 300];
	struct wire w = wire_writer(data, sizeof data);
	write_head(c, &w, first, by);
	size_t head = w.pos;
	struct name owner = signed_owner(first, by->how);
	for (size_t i = 0; i < count; i++) {
		name_write(&w, &owner);
		wire_write_u16(&w, first->type);
		wire_write_u16(&w, CLASS_IN);
		wire_write_u32(&w, by->how == HOW_ORIGINAL_TTL ? first->ttl / 2 : first->ttl);
		wire_write_u16(&w, (uint16_t)rdata[i].size);
		wire_write(&w, rdata[i].data, rdata[i].size);
	}
	must(!wire_error(&w));
	memcpy(out, data, head);
	data[w.pos - 1] ^= by->how == HOW_OTHER_DATA;
	size_t used = key_sign(&c->keys[by->key], data, w.pos, out + head);
	if (by->how == HOW_CORRUPT) {
		out[head + used / 2] ^= 1;
	} else if (by->how == HOW_CUT) {
		used--;
	} else if (by->how == HOW_PADDED) {
		memmove(out + head + 1, out + head, used);
		out[head] = 0;
		used++;
	}
	return copy(c, out, head + used);
}

void zone_sign(struct child *c, struct zone_records *z, const struct name *owner, uint16_t type,
	const struct signers *by)
{
	struct slice rdata[64];
	size_t count = 0;
	struct zone_record first = { .owner = NULL };
	for (size_t i = 0; i < z->count; i++) {
		if (z->list[i].type == type && name_equal(z->list[i].owner, owner)) {
			must(count < 64);
			first = count == 0 ? z->list[i] : first;
			rdata[count++] = z->list[i].rdata;
		}
	}
	if (count == 0) {
		return;
	}
	qsort(rdata, count, sizeof rdata[0], compare);
	size_t kept = 1;
	for (size_t i = 1; i < count; i++) {
		if (compare(&rdata[kept - 1], &rdata[i]) != 0) {
			rdata[kept++] = rdata[i];
		}
	}
	for (size_t i = 0; i < by->count; i++) {
		zone_add(c, z, owner, TYPE_RRSIG, first.ttl, sign(c, &first, rdata, kept, &by->list[i]));
	}
}

static struct name below(const struct child *c, const char *label)
{
	struct name name;
	size_t size = strlen(label);
	name.octets[0] = (uint8_t)size;
	memcpy(name.octets + 1, label, size);
	memcpy(name.octets + 1 + size, c->apex.octets, c->apex.size);
	name.size = (uint8_t)(1 + size + c->apex.size);
	return name;
}

static struct slice soa_rdata(struct child *c, const struct name *host)
{
	uint8_t data[2 * LIMIT_NAME_OCTETS + 20];
	struct wire w = wire_writer(data, sizeof data);
	name_write(&w, host);
	name_write(&w, host);
	for (uint32_t i = 0; i < 5; i++) {
		wire_write_u32(&w, i == 0 ? c->now : 900 * i);
	}
	must(!wire_error(&w));
	return copy(c, data, w.pos);
}

/* A delegation that is not signed, one that is, glue, and a name with nothing but a name below it. */
static void add_others(struct child *c, struct zone_records *z, uint32_t ttl, const struct signers *by)
{
	const struct name www = below(c, "www");
	const struct name plain = below(c, "plain");
	const struct name secure = below(c, "secure");
	const struct name host = below(c, "ns1");
	struct name deep = below(c, "empty");
	memmove(deep.octets + 2, deep.octets, deep.size);
	memcpy(deep.octets, "\1d", 2);
	deep.size = (uint8_t)(deep.size + 2);
	zone_add(c, z, &www, 16, ttl, copy(c, "\5hello", 6));
	zone_sign(c, z, &www, 16, &c->sets[SET_TXT]);
	zone_add(c, z, &host, TYPE_A, ttl, copy(c, "\300\0\2\1", 4));
	zone_sign(c, z, &host, TYPE_A, by);
	zone_add(c, z, &plain, TYPE_NS, ttl, copy(c, host.octets, host.size));
	if (chance_percent(50)) {
		zone_add(c, z, &deep, 16, ttl, copy(c, "\4deep", 5));
		zone_sign(c, z, &deep, 16, by);
	}
	if (chance_percent(50)) {
		struct slice ds = key_digest(&c->keys[0], &secure, 2, c->arena);
		zone_add(c, z, &secure, TYPE_NS, ttl, copy(c, host.octets, host.size));
		zone_add(c, z, &secure, TYPE_DS, ttl, ds);
		zone_sign(c, z, &secure, TYPE_DS, by);
	}
}

void zone_make(struct child *c, struct zone_records *out)
{
	*out = (struct zone_records){ .count = 0 };
	const struct name host = below(c, "ns1");
	uint32_t ttl = 60 + 60 * chance_below(1000);
	zone_add(c, out, &c->apex, TYPE_SOA, ttl, soa_rdata(c, &host));
	zone_sign(c, out, &c->apex, TYPE_SOA, &c->sets[SET_SOA]);
	zone_add(c, out, &c->apex, TYPE_NS, ttl, copy(c, host.octets, host.size));
	zone_sign(c, out, &c->apex, TYPE_NS, &c->zone);
	for (size_t i = 0; i < c->key_count; i++) {
		if (c->keys[i].published) {
			zone_add(c, out, &c->apex, TYPE_DNSKEY, ttl, c->keys[i].rdata);
		}
	}
	zone_sign(c, out, &c->apex, TYPE_DNSKEY, &c->sets[SET_DNSKEY]);
	for (size_t i = 0; i < c->cds.count; i++) {
		zone_add(c, out, &c->apex, TYPE_CDS, ttl, entry_rdata(c, &c->cds.list[i], TYPE_CDS));
	}
	zone_sign(c, out, &c->apex, TYPE_CDS, &c->sets[SET_CDS]);
	for (size_t i = 0; i < c->cdnskey.count; i++) {
		zone_add(c, out, &c->apex, TYPE_CDNSKEY, ttl, entry_rdata(c, &c->cdnskey.list[i], TYPE_CDNSKEY));
	}
	zone_sign(c, out, &c->apex, TYPE_CDNSKEY, &c->sets[SET_CDNSKEY]);
	add_others(c, out, ttl, &c->zone);
	zone_deny(c, out, &c->zone);
}
