/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets to evidence. Strict: one evidence has one encoding, so every other form is refused. */
#include "validate/cds/codec.h"
#include "validate/cds/evidence_format.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

struct decoder {
	struct wire w;
	size_t count;		/* answers in the pool */
	size_t used;		/* of these, referred to so far: first uses come in order */
	struct slice items[EVIDENCE_ANSWERS_MAX];
};

static int read_hosts(struct decoder *d, struct arena *arena, struct evidence *e)
{
	e->host_count = wire_read_u8(&d->w);
	if (wire_error(&d->w) || e->host_count > LIMIT_NS_HOSTS) {
		return ERR_FORMAT;
	}
	e->hosts = arena_array(arena, e->host_count, sizeof e->hosts[0]);
	if (e->hosts == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < e->host_count; i++) {
		codec_read_name(&d->w, &e->hosts[i].name);
		uint8_t status = wire_read_u8(&d->w);
		if (wire_error(&d->w) || status > EVIDENCE_HOST_ALIAS) {
			return ERR_FORMAT;
		}
		e->hosts[i].status = (enum evidence_host_status)status;
	}
	return 0;
}

static int read_pool(struct decoder *d)
{
	d->count = wire_read_u8(&d->w);
	if (d->count > EVIDENCE_ANSWERS_MAX) {
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < d->count; i++) {
		uint16_t size = wire_read_u16(&d->w);
		struct slice item = { wire_read(&d->w, size), size };
		if (wire_error(&d->w) || size == 0) {
			return ERR_FORMAT;
		}
		for (size_t k = 0; k < i; k++) {
			if (slice_equal(d->items[k], item)) {
				return ERR_FORMAT;
			}
		}
		d->items[i] = item;
	}
	return 0;
}

static int read_answer(struct decoder *d, struct evidence_answer *out)
{
	uint8_t status = wire_read_u8(&d->w);
	uint8_t tcp = wire_read_u8(&d->w);
	out->attempts = wire_read_u8(&d->w);
	out->rtt_us = wire_read_u32(&d->w);
	if (wire_error(&d->w) || status > EVIDENCE_NOT_ASKED || tcp > 1) {
		return ERR_FORMAT;
	}
	out->status = (enum evidence_status)status;
	out->tcp = tcp == 1;
	if (out->status != EVIDENCE_ANSWERED) {
		return 0;
	}
	uint8_t index = wire_read_u8(&d->w);
	if (wire_error(&d->w) || index >= d->count || index > d->used) {
		return ERR_FORMAT;
	}
	if (index == d->used) {
		d->used++;
	}
	out->octets = d->items[index];
	return 0;
}

static int read_server(struct decoder *d, size_t host_count, struct evidence_server *out)
{
	codec_read_address(&d->w, &out->address);
	out->hosts = wire_read_u32(&d->w);
	uint8_t skip = wire_read_u8(&d->w);
	if (wire_error(&d->w) || skip > SKIP_LIMIT ||
	    (host_count < 32 && out->hosts >> host_count != 0)) {
		return ERR_FORMAT;
	}
	out->skip = (enum evidence_skip)skip;
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		int rc = read_answer(d, &out->answers[q]);
		if (rc < 0) {
			return rc;
		}
	}
	return 0;
}

static int read_servers(struct decoder *d, struct arena *arena, struct evidence *e)
{
	e->server_count = wire_read_u8(&d->w);
	if (wire_error(&d->w) || e->server_count > LIMIT_CHILD_ADDRESSES) {
		return ERR_FORMAT;
	}
	e->servers = arena_array(arena, e->server_count, sizeof e->servers[0]);
	if (e->servers == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < e->server_count; i++) {
		int rc = read_server(d, e->host_count, &e->servers[i]);
		if (rc < 0) {
			return rc;
		}
		if (i > 0 && address_compare(&e->servers[i - 1].address, &e->servers[i].address) >= 0) {
			return ERR_FORMAT;
		}
	}
	return 0;
}

static int read_ns(struct decoder *d, struct evidence *e)
{
	e->ns.asked = true;
	e->ns.server = wire_read_u8(&d->w);
	int rc = read_answer(d, &e->ns.answer);
	if (rc < 0) {
		return rc;
	}
	return evidence_has_ns(e) ? 0 : ERR_FORMAT;
}

int evidence_decode(struct slice data, struct arena *arena, struct evidence *out)
{
	if (arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	if (data.size > LIMIT_EVIDENCE_OCTETS) {
		return ERR_FORMAT;
	}
	struct decoder *d = arena_alloc(arena, sizeof *d);
	if (d == NULL) {
		return ERR_NOMEM;
	}
	d->w = wire_reader(data.data, data.size);
	uint8_t version = wire_read_u8(&d->w);
	if (wire_error(&d->w) || version == 0) {
		return ERR_FORMAT;
	}
	if (version > EVIDENCE_WITH_NS) {
		return ERR_VERSION;
	}
	struct evidence e = { .host_count = 0 };
	codec_read_name(&d->w, &e.child);
	e.began_ms = wire_read_u64(&d->w);
	e.ended_ms = wire_read_u64(&d->w);
	int rc = read_hosts(d, arena, &e);
	if (rc == 0) {
		rc = read_pool(d);
	}
	if (rc == 0) {
		rc = read_servers(d, arena, &e);
	}
	if (rc == 0 && version >= EVIDENCE_WITH_NS) {
		rc = read_ns(d, &e);
	}
	if (rc < 0) {
		return rc;
	}
	if (!wire_done(&d->w) || d->used != d->count) {
		return ERR_FORMAT;
	}
	*out = e;
	return 0;
}
