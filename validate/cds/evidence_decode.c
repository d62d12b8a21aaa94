/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets to evidence. Strict: one evidence has one encoding, so every other form is refused. */
#include "validate/cds/codec.h"
#include "validate/cds/evidence_format.h"
#include "validate/wire/cursor.h"
#include "validate/wire/err.h"

struct decoder {
	struct wire w;
	uint8_t version;
	size_t count;		/* answers in the pool */
	size_t used;		/* of these, referred to so far: first uses come in order */
	struct slice items[LIMIT_EVIDENCE_ANSWERS];
};

static size_t read_number(struct decoder *d)
{
	return d->version < EVIDENCE_WITH_SIGNALS ? wire_read_u8(&d->w) : wire_read_u16(&d->w);
}

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
		if (wire_error(&d->w) || status > EVIDENCE_HOST_NOT_ASKED) {
			return ERR_FORMAT;
		}
		e->hosts[i].status = (enum evidence_host_status)status;
	}
	return 0;
}

static int read_pool(struct decoder *d)
{
	d->count = read_number(d);
	if (d->count > (d->version < EVIDENCE_WITH_SIGNALS ? EVIDENCE_ANSWERS_FORMER : LIMIT_EVIDENCE_ANSWERS)) {
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
	size_t index = read_number(d);
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

static int read_signal(struct decoder *d, struct arena *arena, struct evidence_signal *out)
{
	int rc = 0;
	out->host = wire_read_u8(&d->w);
	for (size_t i = 0; rc == 0 && i < EVIDENCE_SIGNAL_ANSWERS; i++) {
		rc = read_answer(d, &out->answers[i]);
	}
	if (rc < 0) {
		return rc;
	}
	out->link_count = wire_read_u8(&d->w);
	if (wire_error(&d->w) || out->link_count > LIMIT_LINKS) {
		return ERR_FORMAT;
	}
	out->links = arena_array(arena, out->link_count, sizeof out->links[0]);
	if (out->links == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; rc == 0 && i < out->link_count; i++) {
		codec_read_name(&d->w, &out->links[i].name);
		out->links[i].type = wire_read_u16(&d->w);
		rc = wire_error(&d->w) || !evidence_link_is_sound(&out->links[i]) ? ERR_FORMAT :
			read_answer(d, &out->links[i].answer);
	}
	return rc;
}

static int read_signals(struct decoder *d, struct arena *arena, struct evidence *e)
{
	e->signals_asked = true;
	e->signal_count = wire_read_u8(&d->w);
	if (wire_error(&d->w) || e->signal_count > e->host_count) {
		return ERR_FORMAT;
	}
	e->signals = arena_array(arena, e->signal_count, sizeof e->signals[0]);
	if (e->signals == NULL) {
		return ERR_NOMEM;
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < e->signal_count; i++) {
		rc = read_signal(d, arena, &e->signals[i]);
	}
	return rc == 0 && !evidence_signals_match(e) ? ERR_FORMAT : rc;
}

static int read_vantage(struct decoder *d, struct arena *arena, const struct evidence *e, struct evidence_vantage *out)
{
	codec_read_label(&d->w, out->name);
	out->servers = arena_array(arena, e->server_count, sizeof out->servers[0]);
	if (out->servers == NULL) {
		return ERR_NOMEM;
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < e->server_count; i++) {
		struct evidence_server *s = &out->servers[i];
		s->address = e->servers[i].address;
		s->hosts = e->servers[i].hosts;
		uint8_t skip = wire_read_u8(&d->w);
		if (wire_error(&d->w) || skip > SKIP_LIMIT) {
			return ERR_FORMAT;
		}
		s->skip = (enum evidence_skip)skip;
		for (size_t q = 0; rc == 0 && q < EVIDENCE_QUESTIONS; q++) {
			rc = read_answer(d, &s->answers[q]);
		}
		if (rc == 0 && e->challenge_asked) {
			rc = read_answer(d, &s->challenge);
		}
	}
	return rc;
}

static int read_vantages(struct decoder *d, struct arena *arena, struct evidence *e)
{
	codec_read_label(&d->w, e->vantage);
	e->vantage_count = wire_read_u8(&d->w);
	if (wire_error(&d->w) || e->vantage_count >= LIMIT_VANTAGES) {
		return ERR_FORMAT;
	}
	e->vantages = arena_array(arena, e->vantage_count, sizeof e->vantages[0]);
	if (e->vantages == NULL) {
		return ERR_NOMEM;
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < e->vantage_count; i++) {
		rc = read_vantage(d, arena, e, &e->vantages[i]);
	}
	return rc == 0 && !evidence_vantages_are_named(e) ? ERR_FORMAT : rc;
}

/* What came with the versions. */
static int read_end(struct decoder *d, struct arena *arena, struct evidence *e)
{
	unsigned has = d->version == EVIDENCE_WITH_NS ? EVIDENCE_HAS_NS : 0;
	if (d->version >= EVIDENCE_WITH_SIGNALS) {
		uint8_t trigger = wire_read_u8(&d->w);
		has = wire_read_u8(&d->w);
		if (wire_error(&d->w) || trigger > TRIGGER_RETRY || has > EVIDENCE_HAS_ALL) {
			return ERR_FORMAT;
		}
		e->trigger = (enum evidence_trigger)trigger;
	}
	int rc = (has & EVIDENCE_HAS_NS) != 0 ? read_ns(d, e) : 0;
	e->challenge_asked = (has & EVIDENCE_HAS_CHALLENGE) != 0;
	for (size_t i = 0; rc == 0 && e->challenge_asked && i < e->server_count; i++) {
		rc = read_answer(d, &e->servers[i].challenge);
	}
	if (rc == 0 && (has & EVIDENCE_HAS_SIGNALS) != 0) {
		rc = read_signals(d, arena, e);
	}
	if (rc == 0 && (has & EVIDENCE_HAS_VANTAGES) != 0) {
		rc = read_vantages(d, arena, e);
	}
	return rc == 0 && evidence_version(e) != d->version ? ERR_FORMAT : rc;
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
	d->version = wire_read_u8(&d->w);
	if (wire_error(&d->w) || d->version == 0) {
		return ERR_FORMAT;
	}
	if (d->version > EVIDENCE_WITH_VANTAGES) {
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
	if (rc == 0) {
		rc = read_end(d, arena, &e);
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
