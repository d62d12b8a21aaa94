/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes keys, RRsets and signatures for tests: out of frozen vectors, and with an Ed25519 signer of its
 * own, whose keys are a repeated octet and whose signatures are therefore always the same. */
#pragma once

#include <assert.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "tests/unit/vectors.h"
#include "tests/unit/wire_hex.h"
#include "validate/dnssec/key.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/arena.h"
#include "validate/wire/cursor.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

static inline const struct name *fixture_name(struct arena *arena, const char *text)
{
	struct name *name = arena_alloc(arena, sizeof(*name));
	int err = name_from_text(text, name);
	assert(err == 0);
	return name;
}

static inline struct slice fixture_hex(struct arena *arena, const char *text)
{
	size_t room = strlen(text) / 2 + 1;
	uint8_t *octets = arena_alloc(arena, room);
	return (struct slice){ octets, hex_octets(text, octets, room) };
}

/* Appends what the Base64 text stands for. */
static inline void fixture_base64(struct wire *w, const char *text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned held = 0;
	for (; *text != '\0' && *text != '='; text++) {
		const char *digit = strchr(digits, *text);
		assert(digit != NULL);
		bits = bits << 6 | (uint32_t)(digit - digits);
		held += 6;
		if (held >= 8) {
			held -= 8;
			wire_write_u8(w, (uint8_t)(bits >> held));
		}
	}
	assert(!wire_error(w));
}

static inline struct dnskey fixture_dnskey(const struct wire *w)
{
	struct dnskey key;
	int err = dnskey_parse((struct slice){ w->out, w->pos }, &key);
	assert(err == 0);
	return key;
}

static inline struct dnskey fixture_key(struct arena *arena, const struct vector_key *v)
{
	size_t room = 4 + strlen(v->base64);
	struct wire w = wire_writer(arena_alloc(arena, room), room);
	wire_write_u16(&w, v->flags);
	wire_write_u8(&w, v->protocol);
	wire_write_u8(&w, v->algorithm);
	fixture_base64(&w, v->base64);
	return fixture_dnskey(&w);
}

static inline void fixture_sig_head(struct wire *w, const struct vector_sig *v)
{
	struct name signer;
	int err = name_from_text(v->signer, &signer);
	assert(err == 0);
	wire_write_u16(w, v->covered);
	wire_write_u8(w, v->algorithm);
	wire_write_u8(w, v->labels);
	wire_write_u32(w, v->ttl);
	wire_write_u32(w, v->expiration);
	wire_write_u32(w, v->inception);
	wire_write_u16(w, v->tag);
	name_write(w, &signer);
}

static inline struct slice fixture_sig(struct arena *arena, const struct vector_sig *v)
{
	size_t room = 300 + strlen(v->base64);
	struct wire w = wire_writer(arena_alloc(arena, room), room);
	fixture_sig_head(&w, v);
	fixture_base64(&w, v->base64);
	return (struct slice){ w.out, w.pos };
}

/* The RRset of a vector with its one signature. */
static inline struct rrset fixture_rrset(struct arena *arena, const struct vector *v)
{
	struct rrset set = { .owner = fixture_name(arena, v->owner), .type = v->type, .ttl = v->sig.ttl };
	set.rdata = arena_array(arena, 3, sizeof(*set.rdata));
	for (; set.count < 3 && v->rdata[set.count] != NULL; set.count++) {
		set.rdata[set.count] = fixture_hex(arena, v->rdata[set.count]);
	}
	set.signatures = arena_array(arena, 1, sizeof(*set.signatures));
	set.signatures[0] = fixture_sig(arena, &v->sig);
	set.signature_count = 1;
	return set;
}

struct signer {
	EVP_PKEY *pkey;
	const char *zone;
	struct dnskey key;
};

/* The private key is 32 times the octet. Freed with signer_deinit. */
static inline void signer_init(struct signer *s, struct arena *arena, const char *zone, uint8_t octet,
	uint16_t flags, uint8_t protocol)
{
	uint8_t private[32];
	uint8_t public[32];
	size_t size = sizeof(public);
	memset(private, octet, sizeof(private));
	s->zone = zone;
	s->pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, private, sizeof(private));
	int good = EVP_PKEY_get_raw_public_key(s->pkey, public, &size);
	assert(good == 1);
	struct wire w = wire_writer(arena_alloc(arena, 36), 36);
	wire_write_u16(&w, flags);
	wire_write_u8(&w, protocol);
	wire_write_u8(&w, 15);
	wire_write(&w, public, size);
	s->key = fixture_dnskey(&w);
}

static inline void signer_deinit(struct signer *s)
{
	EVP_PKEY_free(s->pkey);
}

/* What an honest signer would put into the RRSIG, from an hour before now until a day after. */
static inline struct vector_sig signer_fields(const struct signer *s, const struct rrset *set, uint32_t now)
{
	return (struct vector_sig){ set->type, 15, (uint8_t)name_labels(set->owner), 3600,
		now + 86400, now - 3600, s->key.tag, s->zone, "" };
}

/* A true signature over whatever the fields say. */
static inline struct slice signer_sign(const struct signer *s, struct arena *arena, const struct rrset *set,
	const struct vector_sig *fields)
{
	uint8_t *data = arena_alloc(arena, 8192);
	struct wire w = wire_writer(data, 8192);
	fixture_sig_head(&w, fields);
	size_t head = w.pos;
	for (size_t i = 0; i < set->count; i++) {
		name_write(&w, set->owner);
		wire_write_u16(&w, set->type);
		wire_write_u16(&w, 1);
		wire_write_u32(&w, fields->ttl);
		wire_write_u16(&w, (uint16_t)set->rdata[i].size);
		wire_write(&w, set->rdata[i].data, set->rdata[i].size);
	}
	assert(!wire_error(&w));
	uint8_t *rdata = arena_alloc(arena, head + 64);
	memcpy(rdata, data, head);
	size_t size = 64;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int good = EVP_DigestSignInit(ctx, NULL, NULL, NULL, s->pkey);
	assert(good == 1);
	good = EVP_DigestSign(ctx, rdata + head, &size, data, w.pos);
	assert(good == 1 && size == 64);
	EVP_MD_CTX_free(ctx);
	return (struct slice){ rdata, head + size };
}

/* One more signature of the RRset. */
static inline void fixture_add(struct arena *arena, struct rrset *set, struct slice signature)
{
	struct slice *more = arena_array(arena, set->signature_count + 1, sizeof(*more));
	if (set->signature_count > 0) {
		memcpy(more, set->signatures, set->signature_count * sizeof(*more));
	}
	more[set->signature_count++] = signature;
	set->signatures = more;
}

/* An RRset of one record, not signed yet. */
static inline struct rrset fixture_one(struct arena *arena, const char *owner, uint16_t type, const char *hex)
{
	struct rrset set = { .owner = fixture_name(arena, owner), .type = type, .ttl = 3600, .count = 1 };
	set.rdata = arena_array(arena, 1, sizeof(*set.rdata));
	set.rdata[0] = fixture_hex(arena, hex);
	return set;
}
