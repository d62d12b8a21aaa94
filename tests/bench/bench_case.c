/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the roll-over case: keys, RRsets, signatures, answers of two servers. */
#include "tests/bench/bench_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rsa.h>

#include "tests/bench/bench_util.h"
#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define CHILD "example.bench."
#define TTL 3600
#define SERVERS 2

const struct bench_scheme bench_schemes[] = {
	{ "RSASHA1 2048", 5, 2048, "SHA1" },
	{ "RSASHA256 2048", 8, 2048, "SHA256" },
	{ "RSASHA256 4096", 8, 4096, "SHA256" },
	{ "RSASHA512 2048", 10, 2048, "SHA512" },
	{ "P-256", 13, 0, "SHA256" },
	{ "P-384", 14, 0, "SHA384" },
	{ "Ed25519", 15, 0, NULL },
	{ "Ed448", 16, 0, NULL },
	{ NULL, 0, 0, NULL },
};

static EVP_PKEY *make_key(const struct bench_scheme *scheme)
{
	EVP_PKEY *key = scheme->bits > 0 ? EVP_RSA_gen(scheme->bits) :
		scheme->algorithm == 15 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") :
		scheme->algorithm == 16 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED448") : EVP_EC_gen(scheme->name);
	bench_must(key != NULL, "making a key");
	return key;
}

static bool is_ecdsa(const struct bench_case *c)
{
	return c->scheme->algorithm == 13 || c->scheme->algorithm == 14;
}

/* RFC 3110 section 2. */
static void write_rsa(struct wire *w, EVP_PKEY *key)
{
	static const char *const parts[] = { OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_N };
	for (size_t i = 0; i < 2; i++) {
		BIGNUM *n = NULL;
		uint8_t octets[512];
		bench_must(EVP_PKEY_get_bn_param(key, parts[i], &n) == 1, "reading an RSA key");
		int size = BN_bn2bin(n, octets);
		if (i == 0) {
			wire_write_u8(w, (uint8_t)size);
		}
		wire_write(w, octets, (size_t)size);
		BN_free(n);
	}
}

static struct slice dnskey_rdata(const struct bench_case *c, enum bench_key which, struct arena *arena)
{
	EVP_PKEY *key = c->keys[which];
	uint8_t octets[128], *out = arena_alloc(arena, 600);
	size_t size = sizeof(octets);
	bench_must(out != NULL, "memory");
	struct wire w = wire_writer(out, 600);
	wire_write_u16(&w, which == KEY_ZONE ? 256 : 257);
	wire_write_u8(&w, 3);
	wire_write_u8(&w, c->scheme->algorithm);
	if (c->scheme->bits > 0) {
		write_rsa(&w, key);
	} else if (is_ecdsa(c)) {
		bench_must(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, octets, size, &size) == 1 &&
			size % 2 == 1, "reading an ECDSA key");
		wire_write(&w, octets + 1, size - 1);
	} else {
		bench_must(EVP_PKEY_get_raw_public_key(key, octets, &size) == 1, "reading an EdDSA key");
		wire_write(&w, octets, size);
	}
	bench_must(!wire_error(&w), "writing a key");
	return (struct slice){ out, w.pos };
}

/* RFC 6605 section 4: r and s in 32 or 48 octets each. */
static void flatten(uint8_t *signature, size_t *size, int half)
{
	const uint8_t *at = signature;
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &at, (long)*size);
	bench_must(s != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(s), signature, half) == half &&
		BN_bn2binpad(ECDSA_SIG_get0_s(s), signature + half, half) == half, "reading a signature");
	ECDSA_SIG_free(s);
	*size = (size_t)half * 2;
}

static size_t sign(const struct bench_case *c, enum bench_key which, struct slice data, uint8_t *out, size_t room)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const EVP_MD *digest = c->scheme->digest == NULL ? NULL : EVP_get_digestbyname(c->scheme->digest);
	bench_must(ctx != NULL && EVP_DigestSignInit(ctx, NULL, digest, NULL, c->keys[which]) == 1 &&
		EVP_DigestSign(ctx, out, &room, data.data, data.size) == 1, "signing");
	EVP_MD_CTX_free(ctx);
	if (is_ecdsa(c)) {
		flatten(out, &room, c->scheme->algorithm == 13 ? 32 : 48);
	}
	return room;
}

static int by_octets(const void *a, const void *b)
{
	return slice_compare(a, b);
}

/* One RRset of the child: sorted, with room for two signatures. */
struct set {
	const struct name *owner;
	uint16_t type;
	size_t count;
	struct slice rdata[KEYS];
	size_t signature_count;
	struct slice signatures[2];
};

static struct bench_signature sign_set(const struct bench_case *c, struct set *set, enum bench_key which,
	struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, 4096), *rdata = arena_alloc(arena, 1024);
	bench_must(data != NULL && rdata != NULL, "memory");
	qsort(set->rdata, set->count, sizeof(set->rdata[0]), by_octets);
	struct wire w = wire_writer(data, 4096);
	wire_write_u16(&w, set->type);
	wire_write_u8(&w, c->scheme->algorithm);
	wire_write_u8(&w, (uint8_t)name_labels(set->owner));
	wire_write_u32(&w, TTL);
	wire_write_u32(&w, c->now + 30 * 86400);
	wire_write_u32(&w, c->now - 3600);
	wire_write_u16(&w, dnskey_tag(c->dnskeys[which]));
	name_write(&w, set->owner);
	size_t head = w.pos;
	for (size_t i = 0; i < set->count; i++) {
		name_write(&w, set->owner);
		wire_write_u16(&w, set->type);
		wire_write_u16(&w, CLASS_IN);
		wire_write_u32(&w, TTL);
		wire_write_u16(&w, (uint16_t)set->rdata[i].size);
		wire_write(&w, set->rdata[i].data, set->rdata[i].size);
	}
	bench_must(!wire_error(&w), "composing signed data");
	memcpy(rdata, data, head);
	struct slice signed_data = { data, w.pos };
	size_t size = sign(c, which, signed_data, rdata + head, 1024 - head);
	set->signatures[set->signature_count++] = (struct slice){ rdata, head + size };
	return (struct bench_signature){ which, signed_data, { rdata + head, size } };
}

static struct slice compose(const struct set *set, struct arena *arena)
{
	struct record records[KEYS + 2];
	size_t count = 0;
	for (size_t i = 0; i < set->count + set->signature_count; i++) {
		bool is_signature = i >= set->count;
		records[count++] = (struct record){ .owner = set->owner, .class = CLASS_IN, .ttl = TTL,
			.type = is_signature ? TYPE_RRSIG : set->type,
			.rdata = is_signature ? set->signatures[i - set->count] : set->rdata[i] };
	}
	const struct message_draft draft = { .question = set->owner, .question_type = set->type,
		.flags = MESSAGE_FLAG_AA, .count = { count }, .records = { records } };
	uint8_t *out = arena_alloc(arena, 4096);
	bench_must(out != NULL, "memory");
	size_t size = message_compose(&draft, out, 4096);
	bench_must(size > 0, "composing an answer");
	return (struct slice){ out, size };
}

static struct slice soa_rdata(struct arena *arena)
{
	struct name host;
	uint8_t *out = arena_alloc(arena, 256);
	bench_must(out != NULL && name_from_text("ns1." CHILD, &host) == 0, "memory");
	struct wire w = wire_writer(out, 256);
	name_write(&w, &host);
	name_write(&w, &host);
	for (unsigned i = 1; i <= 5; i++) {
		wire_write_u32(&w, 3600 * i);
	}
	return (struct slice){ out, w.pos };
}

static struct slice cds_rdata(const struct bench_case *c, enum bench_key which, const struct name *owner,
	struct arena *arena)
{
	struct crypto *crypto = crypto_new();
	struct dnskey key;
	struct ds ds;
	uint8_t *out = arena_alloc(arena, 4 + LIMIT_DIGEST_OCTETS);
	bench_must(crypto != NULL && out != NULL && dnskey_parse(c->dnskeys[which], &key) == 0 &&
		ds_from_key(crypto, owner, &key, DIGEST_SHA256, &ds) == 0, "making a DS");
	crypto_free(crypto);
	return (struct slice){ out, ds_rdata(&ds, out) };
}

static void make_delegation(struct bench_case *c, const struct name *child, struct arena *arena)
{
	struct delegation *d = &c->delegation;
	d->child = *child;
	d->host_count = SERVERS;
	d->hosts = arena_array(arena, SERVERS, sizeof(*d->hosts));
	d->ds_state = DS_PRESENT;
	d->ds_ttl = TTL;
	d->ds.count = 1;
	d->ds.ds = arena_array(arena, 1, sizeof(*d->ds.ds));
	bench_must(d->hosts != NULL && d->ds.ds != NULL, "memory");
	bench_must(ds_parse(cds_rdata(c, KEY_OLD, child, arena), d->ds.ds) == 0, "reading a DS");
	bench_must(name_from_text("ns1.example.net.", &d->hosts[0].name) == 0 &&
		name_from_text("ns2.example.net.", &d->hosts[1].name) == 0, "names");
}

static void make_evidence(struct bench_case *c, const struct slice answers[EVIDENCE_QUESTIONS], struct arena *arena)
{
	struct evidence *e = &c->evidence;
	e->child = c->delegation.child;
	e->began_ms = (uint64_t)c->now * 1000 - 100;
	e->ended_ms = (uint64_t)c->now * 1000;
	e->host_count = SERVERS;
	e->hosts = arena_array(arena, SERVERS, sizeof(*e->hosts));
	e->server_count = SERVERS;
	e->servers = arena_array(arena, SERVERS, sizeof(*e->servers));
	bench_must(e->hosts != NULL && e->servers != NULL, "memory");
	for (size_t i = 0; i < SERVERS; i++) {
		e->hosts[i] = (struct evidence_host){ c->delegation.hosts[i].name, EVIDENCE_HOST_RESOLVED };
		e->servers[i].address = (struct address){ .family = 4, .octets = { 192, 0, 2, (uint8_t)(i + 1) } };
		e->servers[i].hosts = UINT32_C(1) << i;
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			e->servers[i].answers[q] = (struct evidence_answer){ .status = EVIDENCE_ANSWERED,
				.attempts = 1, .rtt_us = 1000, .octets = answers[q] };
		}
	}
}

void bench_case_make(const struct bench_scheme *scheme, uint32_t now, struct arena *arena, struct bench_case *out)
{
	memset(out, 0, sizeof(*out));
	out->scheme = scheme;
	out->now = now;
	for (enum bench_key i = KEY_OLD; i < KEYS; i++) {
		out->keys[i] = make_key(scheme);
		out->dnskeys[i] = dnskey_rdata(out, i, arena);
	}
	static struct name child;
	bench_must(name_from_text(CHILD, &child) == 0, "names");
	make_delegation(out, &child, arena);
	struct set soa = { &child, TYPE_SOA, 1, { soa_rdata(arena) }, 0, { { NULL, 0 } } };
	struct set cds = { &child, TYPE_CDS, 1, { cds_rdata(out, KEY_NEW, &child, arena) }, 0, { { NULL, 0 } } };
	struct set cdnskey = { &child, TYPE_CDNSKEY, 1, { out->dnskeys[KEY_NEW] }, 0, { { NULL, 0 } } };
	struct set dnskey = { &child, TYPE_DNSKEY, KEYS, { out->dnskeys[0], out->dnskeys[1], out->dnskeys[2] }, 0,
		{ { NULL, 0 } } };
	out->signatures[0] = sign_set(out, &dnskey, KEY_OLD, arena);
	out->signatures[1] = sign_set(out, &cds, KEY_OLD, arena);
	out->signatures[2] = sign_set(out, &cdnskey, KEY_OLD, arena);
	out->signatures[3] = sign_set(out, &dnskey, KEY_NEW, arena);
	out->signatures[4] = sign_set(out, &soa, KEY_ZONE, arena);
	struct slice answers[EVIDENCE_QUESTIONS];
	answers[EVIDENCE_SOA] = answers[EVIDENCE_SOA_LAST] = compose(&soa, arena);
	answers[EVIDENCE_CDS] = compose(&cds, arena);
	answers[EVIDENCE_CDNSKEY] = compose(&cdnskey, arena);
	answers[EVIDENCE_DNSKEY] = compose(&dnskey, arena);
	make_evidence(out, answers, arena);
}

/* RFC 3597: no presentation of keys and signatures is needed. */
static void write_record(FILE *f, const struct record *r)
{
	char owner[NAME_TEXT_SIZE];
	name_to_text(r->owner, owner);
	fprintf(f, "%s %u IN TYPE%u \\# %zu ", owner, (unsigned)r->ttl, (unsigned)r->type, r->rdata.size);
	for (size_t i = 0; i < r->rdata.size; i++) {
		fprintf(f, "%02x", (unsigned)r->rdata.data[i]);
	}
	fputc('\n', f);
}

void bench_case_write(const struct bench_case *c, const char *zone, const char *dsset)
{
	struct arena *arena = arena_new();
	FILE *f = fopen(zone, "w");
	bench_must(arena != NULL && f != NULL, "writing a zone");
	for (size_t q = 0; q < EVIDENCE_SOA_LAST; q++) {
		const struct slice octets = c->evidence.servers[0].answers[q].octets;
		struct message m;
		bench_must(message_parse(octets.data, octets.size, arena, &m) == 0, "reading an answer");
		for (size_t i = 0; i < m.count[SECTION_ANSWER]; i++) {
			write_record(f, &m.records[SECTION_ANSWER][i]);
		}
	}
	bench_must(fclose(f) == 0, "writing a zone");
	f = fopen(dsset, "w");
	char ds[DS_TEXT_SIZE];
	ds_to_text(c->delegation.ds.ds, ds);
	bench_must(f != NULL && fprintf(f, CHILD " IN DS %s\n", ds) > 0 && fclose(f) == 0, "writing a DS set");
	arena_free(arena);
}

void bench_case_free(struct bench_case *c)
{
	for (enum bench_key i = KEY_OLD; i < KEYS; i++) {
		EVP_PKEY_free(c->keys[i]);
	}
}
