/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The content hash: tells whether anything that notices are about has changed, new warnings included. And those of
 * what a window of time is about: the request, the NS set; and of what the child says by its newest signatures. None
 * is an input of a judgement. */
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

/* Class and records of CDS, CDNSKEY and DNSKEY. Their signatures are no news: many zones are signed anew every day, and what is
 * wrong with a signature, or will be, is a reason or a warning. */
static int hash_view(struct judging *j, const struct view *v, uint8_t out[SHA256_OCTETS])
{
	static const enum evidence_question questions[] = { EVIDENCE_CDS, EVIDENCE_CDNSKEY, EVIDENCE_DNSKEY };
	size_t room = 0;
	for (size_t i = 0; i < 3; i++) {
		const struct rrset *set = &v->answers[questions[i]].set;
		room += 1 + slices_size(set->rdata, set->count);
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
	}
	assert(!wire_error(&w) && w.pos == room);
	return crypto_sha256(j->crypto, data, room, out);
}

static void write_ds(struct wire *w, const struct ds_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		uint8_t rdata[4 + LIMIT_DIGEST_OCTETS];
		size_t size = ds_rdata(&set->ds[i], rdata);
		wire_write_u8(w, (uint8_t)size);
		wire_write(w, rdata, size);
	}
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
	write_ds(&w, &d->ds);
	assert(!wire_error(&w));
	return crypto_sha256(j->crypto, data, w.pos, out);
}

int content_hash(struct judging *j, enum reason signaling, uint8_t out[SHA256_OCTETS])
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
	uint8_t warnings[2 * LIMIT_WARNINGS + 2];
	struct wire w = wire_writer(warnings, sizeof warnings);
	for (size_t i = 0; i < j->trace.warning_count; i++) {
		wire_write_u16(&w, (uint16_t)j->trace.warnings[i]);
	}
	/* So are signals that say something else, whatever they say. */
	if (signaling != REASON_NONE) {
		wire_write_u16(&w, (uint16_t)signaling);
	}
	assert(!wire_error(&w));
	parts[1 + 2 * count] = (struct hash_part){ warnings, w.pos };
	return rc < 0 ? rc : crypto_sha256_parts(j->crypto, parts, 2 + 2 * count, out);
}

static const struct rrset *signal_set(const struct view *v, enum signal_type t)
{
	return &v->answers[signal_type_question(t)].set;
}

static bool everyone_has(const struct judging *j, enum signal_type t, struct slice rdata)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct rrset *set = signal_set(&j->views[i], t);
		bool found = !view_votes(&j->views[i]);
		for (size_t k = 0; !found && k < set->count; k++) {
			found = slice_equal(set->rdata[k], rdata);
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

/* The records of one type that all who vote have, in order: RRsets are sorted. Digests that only some of them publish are
 * not agreed on, and come and go. */
static int find_agreed(const struct judging *j, enum signal_type t, struct slice **out, size_t *count)
{
	const struct rrset *set = NULL;
	for (size_t i = 0; j->used[t] && set == NULL && i < j->view_count; i++) {
		set = view_votes(&j->views[i]) ? signal_set(&j->views[i], t) : NULL;
	}
	size_t room = set == NULL ? 0 : set->count;
	*count = 0;
	*out = arena_array(j->arena, room, sizeof **out);
	if (*out == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < room; i++) {
		if (everyone_has(j, t, set->rdata[i])) {
			(*out)[(*count)++] = set->rdata[i];
		}
	}
	return 0;
}

int content_request(struct judging *j, const struct ds_set *asked, uint8_t out[SHA256_OCTETS])
{
	struct slice *records[SIGNAL_TYPES];
	size_t counts[SIGNAL_TYPES];
	size_t room = 1 + asked->count * (5 + LIMIT_DIGEST_OCTETS);
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		int rc = find_agreed(j, t, &records[t], &counts[t]);
		if (rc < 0) {
			return rc;
		}
		room += slices_size(records[t], counts[t]);
	}
	uint8_t *data = arena_alloc(j->arena, room);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, room);
	wire_write_u8(&w, (uint8_t)asked->count);
	write_ds(&w, asked);
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		write_slices(&w, records[t], counts[t]);
	}
	assert(!wire_error(&w));
	return crypto_sha256(j->crypto, data, w.pos, out);
}

int content_ns(struct judging *j, uint8_t out[SHA256_OCTETS])
{
	const struct delegation *d = j->in->delegation;
	struct hash_part *parts = arena_array(j->arena, d->host_count, sizeof parts[0]);
	if (parts == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->host_count; i++) {
		parts[i] = (struct hash_part){ d->hosts[i].name.octets, d->hosts[i].name.size };
	}
	return crypto_sha256_parts(j->crypto, parts, d->host_count, out);
}

static bool same_records(const struct rrset *a, const struct rrset *b)
{
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++) {
		same = slice_equal(a->rdata[i], b->rdata[i]);
	}
	return same;
}

static int hash_records(struct judging *j, const struct rrset *set, uint8_t out[SHA256_OCTETS])
{
	size_t room = slices_size(set->rdata, set->count);
	uint8_t *data = arena_alloc(j->arena, room);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	struct wire w = wire_writer(data, room);
	write_slices(&w, set->rdata, set->count);
	assert(!wire_error(&w) && w.pos == room);
	return crypto_sha256(j->crypto, data, room, out);
}

static int find_said(struct judging *j, enum signal_type t, struct last_words *out)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct signal_view *s = &j->views[i].signals[t];
		if (s->dated && (!out->known || serial_before(out->inception, s->inception))) {
			out->known = true;
			out->inception = s->inception;
		}
	}
	const struct rrset *said = NULL;
	bool same = true;
	for (size_t i = 0; i < j->view_count; i++) {
		const struct signal_view *s = &j->views[i].signals[t];
		const struct rrset *set = signal_set(&j->views[i], t);
		if (s->dated && s->inception == out->inception) {
			same = same && (said == NULL || same_records(said, set));
			said = set;
		}
	}
	return said != NULL && same ? hash_records(j, said, out->hash) : 0;
}

int content_said(struct judging *j, struct last_words out[SAID_TYPES])
{
	int rc = find_said(j, IN_CDS, &out[SAID_CDS]);
	return rc < 0 ? rc : find_said(j, IN_CDNSKEY, &out[SAID_CDNSKEY]);
}
