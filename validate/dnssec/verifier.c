/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cryptographic verification under a budget: builds the signed data, imports a key once, remembers
 * results within one judgement. */
#include "validate/dnssec/verifier.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "validate/dnssec/cost.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

struct verifier *verifier_new(struct crypto *crypto, struct arena *arena, uint32_t now)
{
	struct verifier *v = arena_alloc(arena, sizeof(*v));
	if (v == NULL) {
		return NULL;
	}
	v->crypto = crypto;
	v->arena = arena;
	v->now = now;
	return v;
}

void verifier_free(struct verifier *v)
{
	if (v == NULL) {
		return;
	}
	for (struct verifier_key *k = v->keys; k != NULL; k = k->next) {
		pubkey_free(k->pubkey);
		k->pubkey = NULL;
	}
	v->keys = NULL;
	free(v->buffer);
	v->buffer = NULL;
	v->buffer_size = 0;
}

unsigned verifier_attempts(const struct verifier *v)
{
	return v->attempts;
}

uint32_t verifier_cost(const struct verifier *v)
{
	return v->cost_ns;
}

bool verifier_charge(struct verifier *v, uint32_t cost_ns)
{
	if (cost_ns > LIMIT_COST_NS - v->cost_ns) {
		v->cost_ns = LIMIT_COST_NS;	/* used up: what is cheaper is refused from here on, too */
		return false;
	}
	v->cost_ns += cost_ns;
	return true;
}

/* *out is NULL when there is no budget left to import it. */
static int find_key(struct verifier *v, const struct dnskey *key, struct verifier_key **out)
{
	for (struct verifier_key *k = v->keys; k != NULL; k = k->next) {
		if (slice_equal(k->rdata, key->rdata)) {
			*out = k;
			return 0;
		}
	}
	*out = NULL;
	if (!verifier_charge(v, cost_import(key))) {
		return 0;
	}
	struct verifier_key *k = arena_alloc(v->arena, sizeof(*k));
	uint8_t *copy = arena_copy(v->arena, key->rdata.data, key->rdata.size);
	if (k == NULL || copy == NULL) {
		return ERR_NOMEM;
	}
	int err = pubkey_import(v->crypto, key, &k->pubkey);
	if (err == ERR_FORMAT) {
		k->status = SIG_BOGUS;
	} else if (err == ERR_ARG) {
		k->status = SIG_UNSUPPORTED;
	} else if (err != 0) {
		return err;
	}
	k->rdata = (struct slice){ copy, key->rdata.size };
	k->next = v->keys;
	v->keys = k;
	*out = k;
	return 0;
}

static int grow_buffer(struct verifier *v, size_t size)
{
	if (size <= v->buffer_size) {
		return 0;
	}
	size_t room = v->buffer_size < 2048 ? 2048 : v->buffer_size;
	while (room < size) {
		room *= 2;
	}
	uint8_t *buffer = realloc(v->buffer, room);
	if (buffer == NULL) {
		return ERR_NOMEM;
	}
	v->buffer = buffer;
	v->buffer_size = room;
	return 0;
}

/* RFC 4034 section 3.1.8.1: RDATA of the RRSIG without the signature, then every RR in canonical form
 * and order with the original TTL. */
static int build_signed_data(struct verifier *v, const struct rrset *set, const struct rrsig *sig,
	size_t size, struct slice *out)
{
	int err = grow_buffer(v, size);
	if (err != 0) {
		return err;
	}
	struct wire w = wire_writer(v->buffer, size);
	wire_write(&w, sig->head.data, sig->head.size);
	for (size_t i = 0; i < set->count; i++) {
		if (set->rdata[i].size > UINT16_MAX) {
			return ERR_ARG;
		}
		name_write(&w, set->owner);
		wire_write_u16(&w, set->type);
		wire_write_u16(&w, CLASS_IN);
		wire_write_u32(&w, sig->original_ttl);
		wire_write_u16(&w, (uint16_t)set->rdata[i].size);
		wire_write(&w, set->rdata[i].data, set->rdata[i].size);
	}
	assert(!wire_error(&w) && w.pos == size);
	*out = (struct slice){ v->buffer, size };
	return 0;
}

/* The signature's size and the signed data are self-delimiting given the sizes in front. */
static int memo_digest(struct verifier *v, const struct dnskey *key, const struct rrsig *sig,
	struct slice data, uint8_t out[SHA256_OCTETS])
{
	uint8_t sizes[4];
	struct wire w = wire_writer(sizes, sizeof(sizes));
	wire_write_u16(&w, (uint16_t)key->rdata.size);
	wire_write_u16(&w, (uint16_t)sig->signature.size);
	const struct hash_part parts[] = {
		{ sizes, sizeof(sizes) },
		{ key->rdata.data, key->rdata.size },
		{ sig->signature.data, sig->signature.size },
		{ data.data, data.size },
	};
	return crypto_sha256_parts(v->crypto, parts, 4, out);
}

static int attempt(struct verifier *v, const struct dnskey *key, const struct rrsig *sig,
	struct slice data, enum sig_status *status)
{
	struct verifier_key *k;
	int err = find_key(v, key, &k);
	if (err != 0) {
		return err;
	}
	if (k != NULL && k->pubkey == NULL) {
		*status = k->status;
		return 0;
	}
	if (k == NULL || !verifier_charge(v, cost_verify(key, data.size))) {
		*status = SIG_BUDGET;
		return 0;
	}
	v->attempts++;
	int result = pubkey_verify(v->crypto, k->pubkey, data, sig->signature);
	if (result < 0) {
		return result;
	}
	*status = result == 1 ? SIG_VALID : SIG_BOGUS;
	return 0;
}

/* Octets of the data that sig signs. */
static size_t signed_size(const struct rrset *set, const struct rrsig *sig)
{
	size_t size = sig->head.size;
	for (size_t i = 0; i < set->count; i++) {
		size += set->owner->size + 10u + set->rdata[i].size;
	}
	return size;
}

int verifier_check(struct verifier *v, const struct rrset *set, const struct dnskey *key,
	const struct rrsig *sig, enum sig_status *status)
{
	*status = SIG_BUDGET;
	size_t size = signed_size(set, sig);
	if (!verifier_charge(v, cost_prepare(size))) {
		return 0;
	}
	struct slice data;
	int err = build_signed_data(v, set, sig, size, &data);
	if (err != 0) {
		return err;
	}
	uint8_t digest[SHA256_OCTETS];
	err = memo_digest(v, key, sig, data, digest);
	if (err != 0) {
		return err;
	}
	struct verifier_memo **bucket = &v->memos[digest[0] % MEMO_BUCKETS];
	for (const struct verifier_memo *m = *bucket; m != NULL; m = m->next) {
		if (memcmp(m->digest, digest, sizeof(digest)) == 0) {
			*status = m->status;
			return 0;
		}
	}
	struct verifier_memo *memo = arena_alloc(v->arena, sizeof(*memo));
	if (memo == NULL) {
		return ERR_NOMEM;
	}
	err = attempt(v, key, sig, data, &memo->status);
	if (err != 0) {
		return err;
	}
	if (memo->status != SIG_BUDGET) {	/* that says nothing of the signature */
		memcpy(memo->digest, digest, sizeof(digest));
		memo->next = *bucket;
		*bucket = memo;
	}
	*status = memo->status;
	return 0;
}
