/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children made to cost much by what has to be read, hashed and compared (CVE-2023-50868). */
#include "tests/unit/hostile.h"

#include <string.h>

#include <openssl/evp.h>

#include "validate/wire/cursor.h"

#define DNSKEY_OCTETS 2000
#define NSEC3_OWNER 33		/* a length octet and 20 octets in base32hex */

/* One cheap key that is all of the zone, and a server for each view: they differ in the SOA alone. */
static void begin(struct hostile_zone *z, const struct hostile_child *c)
{
	hostile_add_key(z, 13, 0);
	hostile_delegate(z, (const size_t[]){ 0 }, 1);
	hostile_servers(z, c->servers);
	struct hostile_set keys = hostile_dnskeys(z, 0, 1);
	hostile_sign(z, &keys, 0, 0);
	const struct slice octets = hostile_answer(z, TYPE_DNSKEY, &keys, 1);
	for (unsigned i = 0; i < c->servers; i++) {
		hostile_say(z, i, EVIDENCE_DNSKEY, octets);
		hostile_say_soa(z, i, 0, i);
	}
}

static void say_everywhere(struct hostile_zone *z, enum evidence_question q, struct slice octets)
{
	for (size_t i = 0; i < z->evidence.server_count; i++) {
		hostile_say(z, i, q, octets);
	}
}

/* The hash of RFC 5155 section 5 without iterations and salt. */
static const struct name *nsec3_owner(struct hostile_zone *z, const uint8_t hash[20])
{
	struct name *owner = arena_alloc(z->arena, sizeof *owner);
	hostile_must(owner != NULL);
	owner->octets[0] = NSEC3_OWNER - 1;
	for (unsigned i = 0; i < NSEC3_OWNER - 1; i++) {
		unsigned bit = i * 5;
		unsigned pair = (unsigned)hash[bit / 8] << 8 | (bit / 8 < 19 ? hash[bit / 8 + 1] : 0);
		owner->octets[1 + i] = (uint8_t)"0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
	}
	memcpy(owner->octets + NSEC3_OWNER, z->child.octets, z->child.size);
	owner->size = (uint8_t)(NSEC3_OWNER + z->child.size);
	return owner;
}

/* NSEC3 RDATA that denies CDS and CDNSKEY; next is anything. */
static struct slice nsec3_rdata(struct hostile_zone *z, uint16_t iterations, struct slice salt)
{
	uint8_t *data = arena_alloc(z->arena, 320);
	hostile_must(data != NULL);
	struct wire w = wire_writer(data, 320);
	wire_write_u16(&w, 0x0100);
	wire_write_u16(&w, iterations);
	wire_write_u8(&w, (uint8_t)salt.size);
	wire_write(&w, salt.data, salt.size);
	wire_write_u8(&w, 20);
	struct slice next = hostile_chance(z, 20);
	wire_write(&w, next.data, next.size);
	wire_write(&w, "\0\7\042\0\0\0\0\002\220", 9);	/* NS SOA RRSIG DNSKEY ... */
	hostile_must(!wire_error(&w));
	return (struct slice){ data, w.pos };
}

static void deny(struct hostile_zone *z, const struct hostile_set *sets, size_t count)
{
	say_everywhere(z, EVIDENCE_CDS, hostile_answer(z, TYPE_CDS, sets, count));
	say_everywhere(z, EVIDENCE_CDNSKEY, hostile_answer(z, TYPE_CDNSKEY, sets, count));
}

/* As many as fit, each with another salt: each has to be hashed to know whether it is the apex' one. */
static void make_nsec3_salts(struct hostile_zone *z, const struct hostile_child *c)
{
	begin(z, c);
	struct hostile_set sets[180];
	for (size_t i = 0; i < 180; i++) {
		sets[i] = (struct hostile_set){ .owner = nsec3_owner(z, hostile_chance(z, 20).data), .type = TYPE_NSEC3 };
		hostile_put(z, &sets[i], nsec3_rdata(z, (uint16_t)c->number, hostile_chance(z, 255)));
	}
	deny(z, sets, 180);
}

/* All of them at the apex' own hash: an RRset that no zone has, to be gathered again for every record of it. */
static void make_nsec3_one_owner(struct hostile_zone *z, const struct hostile_child *c)
{
	begin(z, c);
	uint8_t hash[20];
	hostile_must(EVP_Digest(z->child.octets, z->child.size, hash, NULL, EVP_sha1(), NULL) == 1);
	struct hostile_set set = { .owner = nsec3_owner(z, hash), .type = TYPE_NSEC3 };
	for (unsigned i = 0; i < c->number; i++) {
		hostile_put(z, &set, nsec3_rdata(z, 0, (struct slice){ NULL, 0 }));
	}
	deny(z, &set, 1);
}

/* A message of 510 records whose three names are each made of 60 jumps and 126 labels. */
static struct slice jumping_message(struct hostile_zone *z, uint16_t type)
{
	uint8_t *data = arena_alloc(z->arena, LIMIT_MESSAGE_OCTETS);
	hostile_must(data != NULL);
	struct wire w = wire_writer(data, LIMIT_MESSAGE_OCTETS);
	wire_write(&w, "\0\0\204\0\0\1\1\377\0\0\0\0", 12);	/* one question, 511 answers */
	name_write(&w, &z->child);
	wire_write_u16(&w, type);
	wire_write_u16(&w, CLASS_IN);
	/* An RDATA that is a chain of pointers. */
	wire_write(&w, "\300\014\377\0\0\1\0\0\0\0\0\170", 12);
	for (unsigned i = 0; i < 60; i++) {
		size_t before = i == 0 ? 12 : w.pos - 2;
		wire_write_u16(&w, (uint16_t)(0xc000 | before));
	}
	size_t end = w.pos - 2;
	for (unsigned i = 1; i < 511; i++) {
		/* Never the owner of the record before, which would be known. */
		wire_write_u16(&w, (uint16_t)(0xc000 | (end - 2 - 2 * (i % 2))));
		wire_write(&w, "\0\006\0\1\0\0\0\0\0\030", 10);	/* SOA, 24 octets */
		wire_write_u16(&w, (uint16_t)(0xc000 | end));
		wire_write_u16(&w, (uint16_t)(0xc000 | end));
		wire_write(&w, hostile_chance(z, 20).data, 20);
	}
	hostile_must(!wire_error(&w));
	return (struct slice){ data, w.pos };
}

static void make_jumps(struct hostile_zone *z, const struct hostile_child *c)
{
	z->child.size = 0;
	for (unsigned i = 0; i < 126; i++) {
		z->child.octets[z->child.size++] = 1;
		z->child.octets[z->child.size++] = 'a';
	}
	z->child.octets[z->child.size++] = 0;
	begin(z, c);
	static const enum evidence_question all[] = { EVIDENCE_CDS, EVIDENCE_CDNSKEY, EVIDENCE_DNSKEY, EVIDENCE_SOA_LAST };
	for (size_t i = 0; i < 4; i++) {
		say_everywhere(z, all[i], jumping_message(z, evidence_question_type(all[i])));
	}
}

/* Records that have nothing to do with the question; beyond 512 they are counted, and not one is read. */
static void make_many_records(struct hostile_zone *z, const struct hostile_child *c)
{
	begin(z, c);
	struct hostile_set noise[2] = { { .type = 65280 }, { .type = 65281 } };
	for (unsigned i = 0; i < 2 * c->number; i++) {
		hostile_put(z, &noise[i % 2], hostile_chance(z, 4));
	}
	deny(z, noise, 2);
}

/* RRsets as large as an answer can be, the same at all servers, whose octets count once in the evidence. */
static void make_large_sets(struct hostile_zone *z, const struct hostile_child *c)
{
	hostile_add_key(z, 13, 0);
	struct hostile_set sets[] = { { .type = TYPE_DNSKEY }, { .type = TYPE_CDNSKEY }, { .type = TYPE_CDS } };
	hostile_put(z, &sets[0], z->keys[0].rdata);
	for (unsigned k = 0; k < 2; k++) {
		for (unsigned i = 0; i < c->number; i++) {
			struct slice octets = hostile_chance(z, DNSKEY_OCTETS + 1000 * k);
			uint8_t *rdata = arena_copy(z->arena, octets.data, octets.size);
			hostile_must(rdata != NULL);
			memcpy(rdata, "\1\1\3\15", 4);
			hostile_put(z, &sets[k], (struct slice){ rdata, octets.size });
		}
	}
	hostile_put(z, &sets[2], hostile_ds(z, 0));
	hostile_delegate(z, (const size_t[]){ 0 }, 1);
	hostile_servers(z, c->servers);
	static const enum evidence_question questions[] = { EVIDENCE_DNSKEY, EVIDENCE_CDNSKEY, EVIDENCE_CDS };
	for (unsigned k = 0; k < 3; k++) {
		hostile_sign(z, &sets[k], 0, 0);
		say_everywhere(z, questions[k], hostile_answer(z, evidence_question_type(questions[k]), &sets[k], 1));
	}
	for (unsigned i = 0; i < c->servers; i++) {
		hostile_say_soa(z, i, 0, i);
	}
}

/* Large RRsets, and signatures over them by a key that did not make them: everything is hashed for each. */
static void make_large_forged(struct hostile_zone *z, const struct hostile_child *c)
{
	size_t costly = c->exponent == 0 ? hostile_add_key(z, c->algorithm, c->bits) :
		hostile_add_rsa(z, c->algorithm, c->bits, c->exponent);
	hostile_delegate(z, (const size_t[]){ costly }, 1);
	hostile_servers(z, c->servers);
	for (unsigned i = 0; i < c->servers; i++) {
		struct hostile_set keys = hostile_dnskeys(z, costly, 1);
		for (unsigned k = 0; k < c->number; k++) {
			hostile_put(z, &keys, hostile_chance(z, DNSKEY_OCTETS));
		}
		for (unsigned k = 0; k < LIMIT_VERIFY_PER_RRSET; k++) {
			hostile_forge(z, &keys, costly);
		}
		hostile_say_set(z, i, EVIDENCE_DNSKEY, &keys);
		const struct hostile_set cds = hostile_cds(z, 0, 1);
		const struct hostile_set cdnskey = hostile_cdnskey(z, 0, 1);
		const struct hostile_set soa = hostile_soa(z, i);
		hostile_say_set(z, i, EVIDENCE_CDS, &cds);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &cdnskey);
		hostile_say_set(z, i, EVIDENCE_SOA, &soa);
		hostile_say_set(z, i, EVIDENCE_SOA_LAST, &soa);
	}
}

/* CDS records of one tag with digests that verify nothing, other ones at every server, beside as large a DS set. */
static void make_digests(struct hostile_zone *z, const struct hostile_child *c)
{
	begin(z, c);
	for (unsigned i = 0; i < c->servers; i++) {
		struct hostile_set sets[] = { { .type = TYPE_CDS }, hostile_cdnskey(z, 0, 1) };
		hostile_put(z, &sets[0], hostile_ds(z, 0));
		for (unsigned k = 1; k < LIMIT_CDS; k++) {
			struct slice digest = hostile_chance(z, 36);
			uint8_t *rdata = arena_copy(z->arena, digest.data, digest.size);
			hostile_must(rdata != NULL);
			memcpy(rdata, hostile_ds(z, 0).data, 4);
			rdata[3] = (uint8_t)(k < c->number ? 2 : 200);
			hostile_put(z, &sets[0], (struct slice){ rdata, 36 });
		}
		hostile_sign(z, &sets[0], 0, 0);
		hostile_sign(z, &sets[1], 0, 0);
		hostile_say_set(z, i, EVIDENCE_CDS, &sets[0]);
		hostile_say_set(z, i, EVIDENCE_CDNSKEY, &sets[1]);
	}
}

static const struct hostile_child volumes[] = {
	{ "NSEC3, 500 iterations, long salts, A-15", make_nsec3_salts, REASON_BUDGET_EXHAUSTED, .exhausts = true, .servers = 1,
		.number = 500 },
	{ "NSEC3, 500 iterations, long salts, at 32 addresses", make_nsec3_salts, REASON_BUDGET_EXHAUSTED,
		.exhausts = true, .servers = 32, .number = 500 },
	{ "NSEC3, 501 iterations, long salts, A-15", make_nsec3_salts, REASON_DENIAL_UNPROVEN, .servers = 1, .number = 501 },
	{ "NSEC3, 65535 iterations, long salts", make_nsec3_salts, REASON_DENIAL_UNPROVEN, .servers = 1, .number = 65535 },
	{ "NSEC3, no iterations, long salts", make_nsec3_salts, REASON_BUDGET_EXHAUSTED, .exhausts = true, .servers = 32 },
	{ "500 NSEC3 records of the apex, A-15", make_nsec3_one_owner, REASON_BUDGET_EXHAUSTED, .exhausts = true, .servers = 32,
		.number = 500 },
	{ "names of 60 jumps and 126 labels, L-DOS-1", make_jumps, REASON_BUDGET_EXHAUSTED, .exhausts = true, .servers = 32 },
	{ "500 records in every answer", make_many_records, REASON_BUDGET_EXHAUSTED, .exhausts = true, .servers = 32,
		.number = 250 },
	{ "more records than are read, L-DOS-1", make_many_records, REASON_BUDGET_EXHAUSTED, .servers = 4, .number = 300 },
	{ "RRsets of 60000 octets, the same at 32 addresses", make_large_sets, REASON_BUDGET_EXHAUSTED,
		.exhausts = true, .servers = 32, .number = 19 },
	{ "forged Ed448 over 60000 octets", make_large_forged, REASON_BUDGET_EXHAUSTED, .exhausts = true, .algorithm = 16,
		.servers = 4, .number = 30 },
	{ "forged RSA/SHA-1 over 60000 octets", make_large_forged, REASON_CHILD_BOGUS, .algorithm = 5, .bits = 512,
		.exponent = 1, .servers = 4, .number = 30 },
	{ "forged RSA/SHA-512 over 60000 octets", make_large_forged, REASON_CHILD_BOGUS, .algorithm = 10, .bits = 1024,
		.exponent = 1, .servers = 4, .number = 30 },
	{ "640 digests of one tag, L-DOS-1", make_digests, REASON_TOO_MANY_KEYS, .servers = 32, .number = 20 },
	{ "640 digests of one tag and key", make_digests, REASON_NOOP_IN_SYNC, .servers = 32, .number = 1 },
};

const struct hostile_child *hostile_by_volume(size_t *count)
{
	*count = sizeof volumes / sizeof volumes[0];
	return volumes;
}
