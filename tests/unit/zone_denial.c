/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs of absence at the apex of the test zone, right and wrong ones. */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "tests/unit/zone_draft.h"
#include "validate/wire/cursor.h"

/* Window 0 only: all types here are below 64. */
static void write_bitmap(struct wire *w, const struct says *says, uint16_t absent)
{
	uint8_t bits[8] = { 0 };
	uint16_t types[10] = { TYPE_NS, TYPE_RRSIG };
	size_t count = 2;
	if (says->denial != DENY_FROM_PARENT) {
		types[count++] = TYPE_SOA;
		types[count++] = TYPE_DNSKEY;
	}
	if (says->denial == DENY_CNAME_BIT) {
		types[count++] = TYPE_CNAME;
	}
	if (says->denial == DENY_NOT_REALLY) {
		types[count++] = absent;
	}
	types[count++] = says->cds != NULL ? TYPE_CDS : TYPE_NS;
	types[count++] = says->cdnskey != NULL ? TYPE_CDNSKEY : TYPE_NS;
	for (size_t i = 0; i < count; i++) {
		bits[types[i] / 8] |= (uint8_t)(0x80 >> types[i] % 8);
	}
	size_t used = 8;
	while (bits[used - 1] == 0) {
		used--;
	}
	wire_write_u8(w, 0);
	wire_write_u8(w, (uint8_t)used);
	wire_write(w, bits, used);
}

/* RFC 5155 section 5, no salt. */
static void hash_apex(uint16_t iterations, uint8_t out[20], struct arena *arena)
{
	const struct name *apex = zone_name(ZONE_CHILD, arena);
	zone_must(EVP_Digest(apex->octets, apex->size, out, NULL, EVP_sha1(), NULL) == 1);
	for (unsigned i = 0; i < iterations; i++) {
		uint8_t again[20];
		memcpy(again, out, sizeof again);
		zone_must(EVP_Digest(again, sizeof again, out, NULL, EVP_sha1(), NULL) == 1);
	}
}

static const struct name *nsec3_owner(const uint8_t hash[20], struct arena *arena)
{
	char text[64] = { 0 };
	for (unsigned i = 0; i < 32; i++) {
		unsigned bit = i * 5;
		unsigned pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		text[i] = "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
	}
	snprintf(text + 32, sizeof text - 32, ".%s", ZONE_CHILD);
	return zone_name(text, arena);
}

static void put_nsec3(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena)
{
	uint16_t iterations = says->denial == DENY_NSEC3_MANY ? 501 : 0;
	uint8_t hash[20];
	hash_apex(iterations, hash, arena);
	uint8_t rdata[80];
	struct wire w = wire_writer(rdata, sizeof rdata);
	wire_write_u8(&w, 1);
	wire_write_u8(&w, says->denial == DENY_NSEC3_OPTOUT);
	wire_write_u16(&w, iterations);
	wire_write_u8(&w, 0);
	wire_write_u8(&w, 20);
	wire_write(&w, hash, 20);
	write_bitmap(&w, says, absent);
	struct zone_list list = { .count = 0 };
	list.items[list.count++] = (struct slice){ arena_copy(arena, rdata, w.pos), w.pos };
	const struct rrset_draft d = { nsec3_owner(hash, arena), TYPE_NSEC3, &list,
		says->zone_by == NULL ? "Z" : says->zone_by, says->denial_when };
	zone_put(s, &d, arena);
}

static void put_nsec(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena)
{
	uint8_t rdata[80];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, zone_name("a.example.ch.", arena));
	write_bitmap(&w, says, absent);
	struct zone_list list = { .count = 0 };
	list.items[list.count++] = (struct slice){ arena_copy(arena, rdata, w.pos), w.pos };
	enum when when = says->denial == DENY_EXPIRED ? WHEN_EXPIRED :
		says->denial == DENY_FROM_PARENT ? WHEN_FOREIGN_SIGNER : says->denial_when;
	const struct rrset_draft d = { zone_name(ZONE_CHILD, arena), TYPE_NSEC, &list,
		says->zone_by == NULL ? "Z" : says->zone_by, when };
	zone_put(s, &d, arena);
}

void zone_put_denial(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena)
{
	zone_put_soa(s, says, false, arena);
	switch (says->denial) {
	case DENY_NSEC3:
	case DENY_NSEC3_OPTOUT:
	case DENY_NSEC3_MANY:
		put_nsec3(s, says, absent, arena);
		break;
	case DENY_NOTHING:
		break;
	default:
		put_nsec(s, says, absent, arena);
		break;
	}
}
