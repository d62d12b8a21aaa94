/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The content hash: tells whether anything that notices are about has changed, new warnings included. Never an
 * input of a judgement. */
#include "validate/cds/judging.h"

#include <assert.h>

#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

static size_t slices_size(const struct slice *slices, size_t count)
{
	size_t size = 4;
	for (size_t i = 0; i < count; i++) {
		size += 4 + slices[i].size;
	}
	return size;
}

static void write_slices(struct wire *w, const struct slice *slices, size_t count)
{
	wire_write_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		wire_write_u32(w, (uint32_t)slices[i].size);
		wire_write(w, slices[i].data, slices[i].size);
	}
}

/* Class, records and signatures of CDS, CDNSKEY and DNSKEY. */
static int hash_view(struct judging *j, const struct view *v, uint8_t out[SHA256_OCTETS])
{
	static const enum evidence_question questions[] = { EVIDENCE_CDS, EVIDENCE_CDNSKEY, EVIDENCE_DNSKEY };
	size_t room = 0;
	for (size_t i = 0; i < 3; i++) {
		const struct rrset *set = &v->answers[questions[i]].set;
		room += 1 + slices_size(set->rdata, set->count) +
			slices_size(set->signatures, set->signature_count);
	}
	uint8_t *data = arena_alloc(j->arena, room);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, room);
	for (size_t i = 0; i < 3; i++) {
		const struct answer *a = &v->answers[questions[i]];
		wire_write_u8(&w, (uint8_t)a->class);
		write_slices(&w, a->set.rdata, a->set.count);
		write_slices(&w, a->set.signatures, a->set.signature_count);
	}
	assert(!wire_error(&w) && w.pos == room);
	return crypto_sha256(j->crypto, data, room, out);
}

static int hash_delegation(struct judging *j, uint8_t out[SHA256_OCTETS])
{
	const struct delegation *d = j->in->delegation;
	size_t room = 2 + d->host_count * LIMIT_NAME_OCTETS + d->ds.count * (5 + LIMIT_DIGEST_OCTETS);
	uint8_t *data = arena_alloc(j->arena, room);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, room);
	wire_write_u8(&w, (uint8_t)d->ds_state);
	wire_write_u8(&w, (uint8_t)d->host_count);
	for (size_t i = 0; i < d->host_count; i++) {
		name_write(&w, &d->hosts[i].name);
	}
	for (size_t i = 0; i < d->ds.count; i++) {
		uint8_t rdata[4 + LIMIT_DIGEST_OCTETS];
		size_t size = ds_rdata(&d->ds.ds[i], rdata);
		wire_write_u8(&w, (uint8_t)size);
		wire_write(&w, rdata, size);
	}
	assert(!wire_error(&w));
	return crypto_sha256(j->crypto, data, w.pos, out);
}

int content_hash(struct judging *j, uint8_t out[SHA256_OCTETS])
{
	size_t count = j->in->evidence->server_count;
	uint8_t (*hashes)[SHA256_OCTETS] = arena_array(j->arena, j->view_count, sizeof hashes[0]);
	struct hash_part *parts = arena_array(j->arena, 2 + 2 * count, sizeof parts[0]);
	uint8_t delegation[SHA256_OCTETS];
	if (hashes == NULL || parts == NULL) {
		return ERR_NOMEM;
	}
	int rc = hash_delegation(j, delegation);
	for (size_t i = 0; rc == 0 && i < j->view_count; i++) {
		rc = hash_view(j, &j->views[i], hashes[i]);
	}
	parts[0] = (struct hash_part){ delegation, sizeof delegation };
	for (size_t i = 0; i < count; i++) {
		const struct address *a = &j->in->evidence->servers[i].address;
		/* Family and all 16 octets: of fixed size. */
		parts[1 + 2 * i] = (struct hash_part){ a, 1 + sizeof a->octets };
		parts[2 + 2 * i] = (struct hash_part){ hashes[j->of_server[i] - j->views], SHA256_OCTETS };
	}
	/* Signatures that come to their end are news though no octet has changed. */
	uint8_t warnings[2 * LIMIT_WARNINGS];
	struct wire w = wire_writer(warnings, sizeof warnings);
	for (size_t i = 0; i < j->trace.warning_count; i++) {
		wire_write_u16(&w, (uint16_t)j->trace.warnings[i]);
	}
	assert(!wire_error(&w));
	parts[1 + 2 * count] = (struct hash_part){ warnings, w.pos };
	return rc < 0 ? rc : crypto_sha256_parts(j->crypto, parts, 2 + 2 * count, out);
}
