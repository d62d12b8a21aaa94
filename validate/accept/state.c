/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encodings of what is remembered of a child and of its change under way. */
#include "validate/accept/state.h"

#include <string.h>

#include "validate/accept/form.h"
#include "validate/accept/life.h"
#include "validate/cds/codec.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* 1: without what lasts (life.h). */
#define STATE_ENCODING 2
#define PENDING_ENCODING 1

#define STATE_HEAD_OCTETS (1 + 2 + 4 + 8 + 8 + SHA256_OCTETS + 3)
#define MARK_OCTETS (2 + 1 + 2 + SHA256_OCTETS + 4)
#define FAILING_OCTETS (4 + 4 + 2)
#define FAILURE_OCTETS (FORM_ADDRESS_OCTETS + FAILING_OCTETS)
#define HOST_FAILURE_OCTETS (FORM_NAME_OCTETS + FAILING_OCTETS)

static void write_mark(struct wire *w, const struct mark *m)
{
	wire_write_u16(w, m->type);
	wire_write_u8(w, m->algorithm);
	wire_write_u16(w, m->tag);
	wire_write(w, m->key_hash, sizeof m->key_hash);
	wire_write_u32(w, m->inception);
}

static void read_mark(struct wire *w, struct mark *m)
{
	m->type = wire_read_u16(w);
	m->algorithm = wire_read_u8(w);
	m->tag = wire_read_u16(w);
	const uint8_t *hash = wire_read(w, sizeof m->key_hash);
	if (hash != NULL) {
		memcpy(m->key_hash, hash, sizeof m->key_hash);
	}
	m->inception = wire_read_u32(w);
}

static void write_failing(struct wire *w, const struct failing *f)
{
	wire_write_u32(w, f->first_failed);
	wire_write_u32(w, f->last_failed);
	wire_write_u16(w, f->failures);
}

static void read_failing(struct wire *w, struct failing *f)
{
	f->first_failed = wire_read_u32(w);
	f->last_failed = wire_read_u32(w);
	f->failures = wire_read_u16(w);
}

static void write_failure(struct wire *w, const struct server_failure *f)
{
	if (f->address.family != 4 && f->address.family != 6) {
		form_fail(w);
		return;
	}
	codec_write_address(w, &f->address);
	write_failing(w, &f->times);
}

static void write_failures(struct wire *w, const struct child_state *s)
{
	wire_write_u8(w, (uint8_t)s->failure_count);
	for (size_t i = 0; i < s->failure_count; i++) {
		if (i > 0 && address_compare(&s->failures[i - 1].address, &s->failures[i].address) >= 0) {
			form_fail(w);
		}
		write_failure(w, &s->failures[i]);
	}
	wire_write_u8(w, (uint8_t)s->host_failure_count);
	for (size_t i = 0; i < s->host_failure_count; i++) {
		const struct host_failure *f = &s->host_failures[i];
		if (f->host.size == 0 || (i > 0 && name_compare(&f[-1].host, &f->host) >= 0)) {
			form_fail(w);
		}
		codec_write_name(w, &f->host);
		write_failing(w, &f->times);
	}
}

int child_state_encode(const struct child_state *s, struct arena *arena, struct slice *out)
{
	if (s->mark_count > LIMIT_MARKS || s->failure_count > LIMIT_CHILD_ADDRESSES ||
	    s->host_failure_count > LIMIT_NS_HOSTS || s->ds_seen.count > LIMIT_DS || s->ds_published.count > LIMIT_DS ||
	    s->rollback.to.count > LIMIT_DS || s->rollback.undone.count > LIMIT_DS) {
		return ERR_LIMIT;
	}
	struct wire w;
	size_t bound = STATE_HEAD_OCTETS + s->mark_count * MARK_OCTETS + s->failure_count * FAILURE_OCTETS +
		s->host_failure_count * HOST_FAILURE_OCTETS + life_bound(s);
	int code = form_begin(arena, bound, STATE_ENCODING, &w);
	if (code != 0) {
		return code;
	}
	form_write_reason(&w, s->last_reason);
	wire_write_u32(&w, s->last_changed);
	wire_write_u64(&w, s->last_run);
	wire_write_u64(&w, s->last_sequence);
	wire_write(&w, s->content_hash, sizeof s->content_hash);
	wire_write_u8(&w, (uint8_t)s->mark_count);
	for (size_t i = 0; i < s->mark_count; i++) {
		if (i > 0 && mark_compare(&s->marks[i - 1], &s->marks[i]) >= 0) {
			form_fail(&w);
		}
		write_mark(&w, &s->marks[i]);
	}
	write_failures(&w, s);
	life_write(&w, s);
	return form_end(&w, out);
}

static int read_marks(struct wire *w, struct arena *arena, struct child_state *s)
{
	s->mark_count = form_read_below(w, LIMIT_MARKS + 1);
	s->marks = arena_array(arena, s->mark_count, sizeof *s->marks);
	if (s->marks == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < s->mark_count; i++) {
		read_mark(w, &s->marks[i]);
		if (i > 0 && mark_compare(&s->marks[i - 1], &s->marks[i]) >= 0) {
			form_fail(w);
		}
	}
	return 0;
}

static int read_failures(struct wire *w, struct arena *arena, struct child_state *s)
{
	s->failure_count = form_read_below(w, LIMIT_CHILD_ADDRESSES + 1);
	s->failures = arena_array(arena, s->failure_count, sizeof *s->failures);
	if (s->failures == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < s->failure_count; i++) {
		codec_read_address(w, &s->failures[i].address);
		read_failing(w, &s->failures[i].times);
		if (i > 0 && address_compare(&s->failures[i - 1].address, &s->failures[i].address) >= 0) {
			form_fail(w);
		}
	}
	return 0;
}

static int read_host_failures(struct wire *w, struct arena *arena, struct child_state *s)
{
	s->host_failure_count = form_read_below(w, LIMIT_NS_HOSTS + 1);
	s->host_failures = arena_array(arena, s->host_failure_count, sizeof *s->host_failures);
	if (s->host_failures == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < s->host_failure_count; i++) {
		struct host_failure *f = &s->host_failures[i];
		codec_read_name(w, &f->host);
		read_failing(w, &f->times);
		if (i > 0 && name_compare(&f[-1].host, &f->host) >= 0) {
			form_fail(w);
		}
	}
	return 0;
}

int child_state_decode(struct slice data, struct arena *arena, struct child_state *out)
{
	struct wire w;
	int code = form_open(data, STATE_ENCODING, &w);
	if (code != 0) {
		return code;
	}
	struct child_state s = { .last_reason = form_read_reason(&w) };
	s.last_changed = wire_read_u32(&w);
	s.last_run = wire_read_u64(&w);
	s.last_sequence = wire_read_u64(&w);
	form_read_hash(&w, s.content_hash);
	code = read_marks(&w, arena, &s);
	if (code == 0) {
		code = read_failures(&w, arena, &s);
	}
	if (code == 0) {
		code = read_host_failures(&w, arena, &s);
	}
	if (code == 0 && form_version(&w) > 1) {
		code = life_read(&w, arena, &s);
	}
	if (code != 0) {
		return code;
	}
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = s;
	return 0;
}

int pending_encode(const struct pending *p, struct arena *arena, struct slice *out)
{
	/* Nothing under way has one form, whatever the other members still hold. */
	const struct pending none = { .state = PENDING_NONE };
	if (p->state == PENDING_NONE) {
		p = &none;
	}
	if ((unsigned)p->state > PENDING_SENT || p->ds_after.count > LIMIT_DS) {
		return ERR_ARG;
	}
	struct wire w;
	int code = form_begin(arena, 1 + 1 + 8 + FORM_DS_SET_OCTETS(p->ds_after.count), PENDING_ENCODING, &w);
	if (code != 0) {
		return code;
	}
	wire_write_u8(&w, (uint8_t)p->state);
	wire_write_u64(&w, p->change);
	form_write_ds_set(&w, &p->ds_after);
	return form_end(&w, out);
}

int pending_decode(struct slice data, struct arena *arena, struct pending *out)
{
	struct wire w;
	int code = form_open(data, PENDING_ENCODING, &w);
	if (code != 0) {
		return code;
	}
	struct pending p = { .state = (enum pending_state)form_read_below(&w, PENDING_SENT + 1) };
	p.change = wire_read_u64(&w);
	code = form_read_ds_set(&w, arena, &p.ds_after);
	if (code != 0) {
		return code;
	}
	bool says_nothing = p.change == 0 && p.ds_after.count == 0;
	if (!wire_done(&w) || (p.state == PENDING_NONE && !says_nothing)) {
		return ERR_FORMAT;
	}
	*out = p;
	return 0;
}
