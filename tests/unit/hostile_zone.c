/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, signatures and answers of hostile children; independent of what is tested. */
#include "tests/unit/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "validate/wire/cursor.h"

#define TTL 3600
#define KEY_ROOM 2200
#define SIGNATURE_ROOM 2400
#define ITEMS 512

void hostile_must(bool holds)
{
	if (!holds) {
		fputs("hostile child: cannot be made\n", stderr);
		abort();
	}
}

static uint8_t *room_for(struct hostile_zone *z, size_t size)
{
	uint8_t *data = arena_alloc(z->arena, size);
	hostile_must(data != NULL);
	return data;
}

/* xorshift32: always the same octets. */
struct slice hostile_chance(struct hostile_zone *z, size_t size)
{
	uint8_t *data = room_for(z, size);
	for (size_t i = 0; i < size; i++) {
		z->chance ^= z->chance << 13;
		z->chance ^= z->chance >> 17;
		z->chance ^= z->chance << 5;
		data[i] = (uint8_t)(z->chance >> 11);
	}
	return (struct slice){ data, size };
}

size_t hostile_add_rdata(struct hostile_zone *z, struct slice rdata)
{
	uint32_t sum = 0;
	hostile_must(z->key_count < HOSTILE_KEYS);
	for (size_t i = 0; i < rdata.size; i++) {
		sum += i % 2 == 0 ? (uint32_t)rdata.data[i] << 8 : rdata.data[i];
	}
	z->keys[z->key_count] = (struct hostile_key){ .rdata = rdata, .algorithm = rdata.data[3],
		.tag = (uint16_t)(sum + (sum >> 16)) };
	return z->key_count++;
}

static struct wire begin_key(struct hostile_zone *z, uint8_t algorithm)
{
	struct wire w = wire_writer(room_for(z, KEY_ROOM), KEY_ROOM);
	wire_write_u16(&w, 257);
	wire_write_u8(&w, 3);
	wire_write_u8(&w, algorithm);
	return w;
}

static size_t end_key(struct hostile_zone *z, const struct wire *w)
{
	hostile_must(!wire_error(w));
	return hostile_add_rdata(z, (struct slice){ w->out, w->pos });
}

size_t hostile_add_rsa(struct hostile_zone *z, uint8_t algorithm, unsigned bits, unsigned exponent_octets)
{
	struct wire w = begin_key(z, algorithm);
	uint8_t exponent[255];
	memset(exponent, 0xff, sizeof exponent);
	wire_write_u8(&w, (uint8_t)exponent_octets);
	wire_write(&w, exponent, exponent_octets);
	struct slice modulus = hostile_chance(z, bits / 8);
	uint8_t *octets = room_for(z, modulus.size);
	memcpy(octets, modulus.data, modulus.size);
	octets[0] |= 0x80;
	octets[modulus.size - 1] |= 1;
	wire_write(&w, octets, modulus.size);
	return end_key(z, &w);
}

static void write_number(struct wire *w, EVP_PKEY *key, const char *name, bool with_size)
{
	BIGNUM *n = NULL;
	uint8_t octets[600];
	hostile_must(EVP_PKEY_get_bn_param(key, name, &n) == 1);
	int size = BN_bn2bin(n, octets);
	if (with_size) {
		wire_write_u8(w, (uint8_t)size);
	}
	wire_write(w, octets, (size_t)size);
	BN_free(n);
}

static EVP_PKEY *make_key(uint8_t algorithm, unsigned bits)
{
	switch (algorithm) {
	case 13:
		return EVP_EC_gen("P-256");
	case 14:
		return EVP_EC_gen("P-384");
	case 15:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case 16:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED448");
	default:
		return EVP_RSA_gen(bits);
	}
}

size_t hostile_add_key(struct hostile_zone *z, uint8_t algorithm, unsigned bits)
{
	EVP_PKEY *key = make_key(algorithm, bits);
	hostile_must(key != NULL);
	struct wire w = begin_key(z, algorithm);
	uint8_t octets[160];
	size_t size = sizeof octets;
	if (algorithm == 13 || algorithm == 14) {
		hostile_must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, octets, size, &size) == 1);
		wire_write(&w, octets + 1, size - 1);
	} else if (algorithm == 15 || algorithm == 16) {
		hostile_must(EVP_PKEY_get_raw_public_key(key, octets, &size) == 1);
		wire_write(&w, octets, size);
	} else {
		write_number(&w, key, OSSL_PKEY_PARAM_RSA_E, true);
		write_number(&w, key, OSSL_PKEY_PARAM_RSA_N, false);
	}
	size_t number = end_key(z, &w);
	z->keys[number].pkey = key;
	return number;
}

struct slice hostile_ds(struct hostile_zone *z, size_t key)
{
	const struct hostile_key *k = &z->keys[key];
	uint8_t *input = room_for(z, z->child.size + k->rdata.size);
	memcpy(input, z->child.octets, z->child.size);
	memcpy(input + z->child.size, k->rdata.data, k->rdata.size);
	uint8_t *out = room_for(z, 36);
	out[0] = (uint8_t)(k->tag >> 8);
	out[1] = (uint8_t)k->tag;
	out[2] = k->algorithm;
	out[3] = 2;
	hostile_must(EVP_Digest(input, z->child.size + k->rdata.size, out + 4, NULL, EVP_sha256(), NULL) == 1);
	return (struct slice){ out, 36 };
}

void hostile_put(struct hostile_zone *z, struct hostile_set *s, struct slice rdata)
{
	if (s->rdata == NULL) {
		s->rdata = arena_array(z->arena, ITEMS, sizeof s->rdata[0]);
		hostile_must(s->rdata != NULL);
	}
	hostile_must(s->count < ITEMS);
	s->rdata[s->count++] = rdata;
}

static void put_signature(struct hostile_zone *z, struct hostile_set *s, struct slice rdata)
{
	if (s->signatures == NULL) {
		s->signatures = arena_array(z->arena, ITEMS, sizeof s->signatures[0]);
		hostile_must(s->signatures != NULL);
	}
	hostile_must(s->signature_count < ITEMS);
	s->signatures[s->signature_count++] = rdata;
}

static const struct name *owner_of(const struct hostile_zone *z, const struct hostile_set *s)
{
	return s->owner == NULL ? &z->child : s->owner;
}

static void write_head(struct wire *w, struct hostile_zone *z, const struct hostile_set *s, size_t key, uint32_t age)
{
	wire_write_u16(w, s->type);
	wire_write_u8(w, z->keys[key].algorithm);
	wire_write_u8(w, (uint8_t)name_labels(owner_of(z, s)));
	wire_write_u32(w, TTL);
	wire_write_u32(w, HOSTILE_NOW + 30 * 86400);
	wire_write_u32(w, HOSTILE_NOW - 3600 - age);
	wire_write_u16(w, z->keys[key].tag);
	name_write(w, &z->child);
}

/* RFC 6605: r and s of equal length. */
static size_t flatten(uint8_t *signature, size_t size, int half)
{
	const uint8_t *at = signature;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &at, (long)size);
	hostile_must(sig != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(sig), signature, half) == half &&
		BN_bn2binpad(ECDSA_SIG_get0_s(sig), signature + half, half) == half);
	ECDSA_SIG_free(sig);
	return 2 * (size_t)half;
}

static size_t sign_octets(const struct hostile_key *k, struct slice data, uint8_t *out, size_t room)
{
	const EVP_MD *md = k->algorithm >= 15 ? NULL : k->algorithm == 14 ? EVP_sha384() :
		k->algorithm == 5 ? EVP_sha1() : k->algorithm == 10 ? EVP_sha512() : EVP_sha256();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	hostile_must(ctx != NULL && EVP_DigestSignInit(ctx, NULL, md, NULL, k->pkey) == 1 &&
		EVP_DigestSign(ctx, out, &room, data.data, data.size) == 1);
	EVP_MD_CTX_free(ctx);
	return k->algorithm == 13 ? flatten(out, room, 32) : k->algorithm == 14 ? flatten(out, room, 48) : room;
}

static int compare(const void *a, const void *b)
{
	return slice_compare(a, b);
}

void hostile_sign(struct hostile_zone *z, struct hostile_set *s, size_t key, uint32_t age)
{
	size_t room = 512;
	for (size_t i = 0; i < s->count; i++) {
		room += 265 + s->rdata[i].size;
	}
	struct wire w = wire_writer(room_for(z, room), room);
	qsort(s->rdata, s->count, sizeof s->rdata[0], compare);
	write_head(&w, z, s, key, age);
	size_t head = w.pos;
	for (size_t i = 0; i < s->count; i++) {
		name_write(&w, owner_of(z, s));
		wire_write_u16(&w, s->type);
		wire_write_u16(&w, CLASS_IN);
		wire_write_u32(&w, TTL);
		wire_write_u16(&w, (uint16_t)s->rdata[i].size);
		wire_write(&w, s->rdata[i].data, s->rdata[i].size);
	}
	hostile_must(!wire_error(&w));
	uint8_t *rdata = room_for(z, SIGNATURE_ROOM);
	memcpy(rdata, w.out, head);
	size_t size = sign_octets(&z->keys[key], (struct slice){ w.out, w.pos }, rdata + head, SIGNATURE_ROOM - head);
	put_signature(z, s, (struct slice){ rdata, head + size });
}

static size_t signature_octets(const struct hostile_key *k)
{
	switch (k->algorithm) {
	case 13:
	case 15:
		return 64;
	case 14:
		return 96;
	case 16:
		return 114;
	default:	/* as long as the modulus */
		return k->rdata.size - 5 - k->rdata.data[4];
	}
}

/* In range, so that nothing is refused for its looks. */
void hostile_forge(struct hostile_zone *z, struct hostile_set *s, size_t key)
{
	const struct hostile_key *k = &z->keys[key];
	struct wire w = wire_writer(room_for(z, SIGNATURE_ROOM), SIGNATURE_ROOM);
	write_head(&w, z, s, key, 0);
	size_t size = signature_octets(k);
	struct slice octets = hostile_chance(z, size);
	uint8_t *signature = room_for(z, size);
	memcpy(signature, octets.data, size);
	signature[0] &= 0x7f;
	if (k->algorithm == 13 || k->algorithm == 14) {
		signature[size / 2] &= 0x7f;
	} else if (k->algorithm == 15) {
		memcpy(signature, k->rdata.data + 4, 32);	/* a point, for certain */
		signature[63] &= 0x0f;
	} else if (k->algorithm == 16) {
		memcpy(signature, k->rdata.data + 4, 57);
		signature[112] &= 0x1f;
		signature[113] = 0;
	}
	wire_write(&w, signature, size);
	hostile_must(!wire_error(&w));
	put_signature(z, s, (struct slice){ w.out, w.pos });
}

struct hostile_set hostile_dnskeys(struct hostile_zone *z, size_t first, size_t count)
{
	struct hostile_set s = { .type = TYPE_DNSKEY };
	for (size_t i = first; i < first + count; i++) {
		hostile_put(z, &s, z->keys[i].rdata);
	}
	return s;
}

struct hostile_set hostile_soa(struct hostile_zone *z, uint32_t serial)
{
	struct hostile_set s = { .type = TYPE_SOA };
	struct wire w = wire_writer(room_for(z, 40), 40);
	wire_write_u16(&w, 0);		/* two root names */
	for (uint32_t i = 0; i < 5; i++) {
		wire_write_u32(&w, i == 0 ? serial : i * 600);
	}
	hostile_put(z, &s, (struct slice){ w.out, w.pos });
	return s;
}

struct draft {
	size_t count;
	struct record records[2 * ITEMS];
};

static void put_records(struct draft *section, const struct hostile_zone *z, const struct hostile_set *s)
{
	hostile_must(section->count + s->count + s->signature_count <= 2 * ITEMS);
	for (size_t i = 0; i < s->count + s->signature_count; i++) {
		bool is_signature = i >= s->count;
		section->records[section->count++] = (struct record){ owner_of(z, s), is_signature ? TYPE_RRSIG : s->type,
			CLASS_IN, TTL, is_signature ? s->signatures[i - s->count] : s->rdata[i] };
	}
}

struct slice hostile_answer(struct hostile_zone *z, uint16_t type, const struct hostile_set *sets, size_t count)
{
	struct draft *answer = arena_alloc(z->arena, sizeof *answer);
	struct draft *authority = arena_alloc(z->arena, sizeof *authority);
	hostile_must(answer != NULL && authority != NULL);
	for (size_t i = 0; i < count; i++) {
		put_records(sets[i].type == type ? answer : authority, z, &sets[i]);
	}
	const struct message_draft draft = { .question = &z->child, .question_type = type, .flags = MESSAGE_FLAG_AA,
		.count = { answer->count, authority->count }, .records = { answer->records, authority->records } };
	uint8_t *out = room_for(z, LIMIT_MESSAGE_OCTETS);
	size_t size = message_compose(&draft, out, LIMIT_MESSAGE_OCTETS);
	hostile_must(size > 0);
	return (struct slice){ out, size };
}

void hostile_delegate(struct hostile_zone *z, const size_t *keys, size_t count)
{
	struct delegation *d = &z->delegation;
	d->child = z->child;
	d->ds_state = DS_PRESENT;
	d->ds_ttl = TTL;
	d->ds.count = count;
	d->ds.ds = arena_array(z->arena, count, sizeof d->ds.ds[0]);
	hostile_must(d->ds.ds != NULL);
	for (size_t i = 0; i < count; i++) {
		hostile_must(ds_parse(hostile_ds(z, keys[i]), &d->ds.ds[i]) == 0);
	}
	ds_set_normalize(&d->ds);
}

void hostile_servers(struct hostile_zone *z, size_t count)
{
	struct evidence *e = &z->evidence;
	*e = (struct evidence){ .child = z->child, .began_ms = (uint64_t)HOSTILE_NOW * 1000,
		.ended_ms = (uint64_t)HOSTILE_NOW * 1000 + 100, .host_count = 1, .server_count = count };
	e->hosts = arena_array(z->arena, 1, sizeof e->hosts[0]);
	e->servers = arena_array(z->arena, count, sizeof e->servers[0]);
	z->delegation.host_count = 1;
	z->delegation.hosts = arena_array(z->arena, 1, sizeof z->delegation.hosts[0]);
	hostile_must(e->hosts != NULL && e->servers != NULL && z->delegation.hosts != NULL);
	hostile_must(name_from_text("ns.example.net.", &e->hosts[0].name) == 0);
	e->hosts[0].status = EVIDENCE_HOST_RESOLVED;
	z->delegation.hosts[0].name = e->hosts[0].name;
	for (size_t i = 0; i < count; i++) {
		e->servers[i].address = (struct address){ 4, { 192, 0, 2, (uint8_t)(i + 1) } };
		e->servers[i].hosts = 1;
	}
}

void hostile_say(struct hostile_zone *z, size_t server, enum evidence_question q, struct slice octets)
{
	z->evidence.servers[server].answers[q] = (struct evidence_answer){ .status = EVIDENCE_ANSWERED, .attempts = 1,
		.octets = octets };
}

struct hostile_set hostile_cds(struct hostile_zone *z, size_t first, size_t count)
{
	struct hostile_set s = { .type = TYPE_CDS };
	for (size_t i = first; i < first + count; i++) {
		hostile_put(z, &s, hostile_ds(z, i));
	}
	return s;
}

struct hostile_set hostile_cdnskey(struct hostile_zone *z, size_t first, size_t count)
{
	struct hostile_set s = hostile_dnskeys(z, first, count);
	s.type = TYPE_CDNSKEY;
	return s;
}

void hostile_say_set(struct hostile_zone *z, size_t server, enum evidence_question q, const struct hostile_set *s)
{
	hostile_say(z, server, q, hostile_answer(z, evidence_question_type(q), s, 1));
}

void hostile_say_soa(struct hostile_zone *z, size_t server, size_t key, uint32_t serial)
{
	struct hostile_set s = hostile_soa(z, serial);
	hostile_sign(z, &s, key, serial);
	hostile_say_set(z, server, EVIDENCE_SOA, &s);
	hostile_say_set(z, server, EVIDENCE_SOA_LAST, &s);
}

void hostile_make(const struct hostile_child *c, struct arena *arena, struct hostile_zone *z)
{
	*z = (struct hostile_zone){ .arena = arena, .chance = 0x9d2c5680 };
	hostile_must(name_from_text("example.ch.", &z->child) == 0);
	c->make(z, c);
}

void hostile_free(struct hostile_zone *z)
{
	for (size_t i = 0; i < z->key_count; i++) {
		EVP_PKEY_free(z->keys[i].pkey);
	}
}
