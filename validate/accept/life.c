/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of what lasts in a child's state: a word of bits says what is there, the rest is zero. */
#include "validate/accept/life.h"

#include "validate/accept/window.h"
#include "validate/wire/limits.h"

/* Bits of the first word, in the order in which the parts follow. Stored. */
enum part {
	PART_SUSPENDED = 1,
	PART_WORD = 2,
	PART_WINDOW = 4,
	PART_SEEN = 8,
	PART_ACCEPTED = 16,
	PART_SETTLED = 32,
	PART_NS = 64,
	PART_DS_SEEN = 128,
	PART_DS_PUBLISHED = 256,
	PART_REGISTRAR = 512,
	PART_REGISTRATION = 1024,
	PART_TTL = 2048,
	PART_SAID = 4096,
	PART_ROLLBACK = 8192,
};
#define PARTS 16383u
#define SAID_BIT(type) (1u << (type))
#define SAID_BITS (SAID_BIT(SAID_TYPES) - 1)
#define SUSPENDED_BITS (SUSPENDED_BY_REMOVAL | SUSPENDED_BY_OPERATOR)

#define FIXED_OCTETS (2 + 1 + (1 + 4 + 2 * SHA256_OCTETS) + WINDOW_OCTETS + 3 * 4 + SHA256_OCTETS + 2 * LIMIT_LABEL_TEXT + 2 * 4 + \
	1 + SAID_TYPES * (4 + SHA256_OCTETS))

size_t life_bound(const struct child_state *s)
{
	return FIXED_OCTETS + FORM_DS_SET_OCTETS(s->ds_known ? s->ds_seen.count : 0) +
		FORM_DS_SET_OCTETS(s->published_known ? s->ds_published.count : 0) + 1 + 1 + 4 + 8 +
		FORM_DS_SET_OCTETS(s->rollback.to.count) + FORM_DS_SET_OCTETS(s->rollback.undone.count);
}

static unsigned said_bits(const struct child_state *s)
{
	return (s->said[SAID_CDS].known ? SAID_BIT(SAID_CDS) : 0u) | (s->said[SAID_CDNSKEY].known ? SAID_BIT(SAID_CDNSKEY) : 0u);
}

static unsigned parts_of(const struct child_state *s)
{
	return (s->suspended != 0 ? PART_SUSPENDED : 0u) | (s->word != OPERATOR_NONE ? PART_WORD : 0u) |
		(window_is_open(&s->window) ? PART_WINDOW : 0u) | (s->seen != 0 ? PART_SEEN : 0u) |
		(s->accepted != 0 ? PART_ACCEPTED : 0u) | (s->settled != 0 ? PART_SETTLED : 0u) |
		(form_is_hash(s->ns_hash) ? PART_NS : 0u) | (s->ds_known ? PART_DS_SEEN : 0u) |
		(s->published_known ? PART_DS_PUBLISHED : 0u) | (s->registrar[0] != '\0' ? PART_REGISTRAR : 0u) |
		(s->registration[0] != '\0' ? PART_REGISTRATION : 0u) | (s->ttl_restore != 0 ? PART_TTL : 0u) |
		(said_bits(s) != 0 ? PART_SAID : 0u) | (s->rollback.state != ROLLBACK_NONE ? PART_ROLLBACK : 0u);
}

static void write_time(struct wire *w, uint32_t time)
{
	if (time != 0) {
		wire_write_u32(w, time);
	}
}

static void write_words(struct wire *w, const struct child_state *s)
{
	if (s->suspended != 0) {
		if ((s->suspended & ~SUSPENDED_BITS) != 0) {
			form_fail(w);
		}
		wire_write_u8(w, (uint8_t)s->suspended);
	}
	if (s->word != OPERATOR_NONE) {
		if (s->word < OPERATOR_APPROVE || s->word > OPERATOR_CHALLENGE) {
			form_fail(w);
		}
		wire_write_u8(w, (uint8_t)s->word);
		wire_write_u32(w, s->word_at);
		wire_write(w, s->word_hash, sizeof s->word_hash);
	}
	if (s->word == OPERATOR_CHALLENGE) {
		if (!form_is_hash(s->challenge_hash)) {
			form_fail(w);
		}
		wire_write(w, s->challenge_hash, sizeof s->challenge_hash);
	}
}

static void write_said(struct wire *w, const struct child_state *s)
{
	if (said_bits(s) != 0) {
		wire_write_u8(w, (uint8_t)said_bits(s));
	}
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		if (s->said[t].known) {
			wire_write_u32(w, s->said[t].inception);
			wire_write(w, s->said[t].hash, sizeof s->said[t].hash);
		}
	}
}

static void write_rollback(struct wire *w, const struct rollback *r)
{
	if (r->state == ROLLBACK_NONE) {
		return;
	}
	if ((unsigned)r->state > ROLLBACK_DONE || r->change == 0 || ds_set_equal(&r->to, &r->undone)) {
		form_fail(w);
	}
	wire_write_u8(w, (uint8_t)r->state);
	wire_write_u8(w, r->forced);
	wire_write_u32(w, r->at);
	wire_write_u64(w, r->change);
	form_write_ds_set(w, &r->to);
	form_write_ds_set(w, &r->undone);
}

void life_write(struct wire *w, const struct child_state *s)
{
	wire_write_u16(w, (uint16_t)parts_of(s));
	write_words(w, s);
	if (window_is_open(&s->window)) {
		window_write(w, &s->window);
	}
	write_time(w, s->seen);
	write_time(w, s->accepted);
	write_time(w, s->settled);
	if (form_is_hash(s->ns_hash)) {
		wire_write(w, s->ns_hash, sizeof s->ns_hash);
	}
	if (s->ds_known) {
		form_write_ds_set(w, &s->ds_seen);
	}
	if (s->published_known) {
		form_write_ds_set(w, &s->ds_published);
	}
	form_write_label(w, s->registrar);
	form_write_label(w, s->registration);
	if (s->ttl_restore != 0) {
		wire_write_u32(w, s->ttl_restore);
		wire_write_u32(w, s->ttl_normal);
	}
	write_said(w, s);
	write_rollback(w, &s->rollback);
}

/* A part that is there says something: else a state would have two encodings. */
static uint32_t read_time(struct wire *w, unsigned parts, enum part part)
{
	if ((parts & part) == 0) {
		return 0;
	}
	uint32_t time = wire_read_u32(w);
	if (time == 0) {
		form_fail(w);
	}
	return time;
}

static void read_words(struct wire *w, unsigned parts, struct child_state *s)
{
	if ((parts & PART_SUSPENDED) != 0) {
		s->suspended = form_read_below(w, SUSPENDED_BITS + 1);
		if (s->suspended == 0) {
			form_fail(w);
		}
	}
	if ((parts & PART_WORD) != 0) {
		s->word = (enum operator_word)form_read_below(w, OPERATOR_CHALLENGE + 1);
		s->word_at = wire_read_u32(w);
		form_read_hash(w, s->word_hash);
		if (s->word < OPERATOR_APPROVE) {
			form_fail(w);
		}
	}
	if (s->word == OPERATOR_CHALLENGE) {
		form_read_hash(w, s->challenge_hash);
		if (!form_is_hash(s->challenge_hash)) {
			form_fail(w);
		}
	}
}

static int read_sets(struct wire *w, unsigned parts, struct arena *arena, struct child_state *s)
{
	s->ds_known = (parts & PART_DS_SEEN) != 0;
	s->published_known = (parts & PART_DS_PUBLISHED) != 0;
	int code = s->ds_known ? form_read_ds_set(w, arena, &s->ds_seen) : 0;
	return code == 0 && s->published_known ? form_read_ds_set(w, arena, &s->ds_published) : code;
}

static void read_said(struct wire *w, unsigned parts, struct child_state *s)
{
	unsigned bits = (parts & PART_SAID) != 0 ? form_read_below(w, SAID_BITS + 1) : 0;
	if ((parts & PART_SAID) != 0 && bits == 0) {
		form_fail(w);
	}
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		if ((bits & SAID_BIT(t)) != 0) {
			s->said[t].known = true;
			s->said[t].inception = wire_read_u32(w);
			form_read_hash(w, s->said[t].hash);
		}
	}
}

static int read_rollback(struct wire *w, unsigned parts, struct arena *arena, struct rollback *r)
{
	if ((parts & PART_ROLLBACK) == 0) {
		return 0;
	}
	r->state = (enum rollback_state)form_read_below(w, ROLLBACK_DONE + 1);
	r->forced = form_read_flag(w);
	r->at = wire_read_u32(w);
	r->change = wire_read_u64(w);
	int code = form_read_ds_set(w, arena, &r->to);
	if (code == 0) {
		code = form_read_ds_set(w, arena, &r->undone);
	}
	if (code == 0 && (r->state == ROLLBACK_NONE || r->change == 0 || ds_set_equal(&r->to, &r->undone))) {
		form_fail(w);
	}
	return code;
}

int life_read(struct wire *w, struct arena *arena, struct child_state *s)
{
	unsigned parts = wire_read_u16(w);
	if ((parts & ~PARTS) != 0) {
		form_fail(w);
		return 0;
	}
	read_words(w, parts, s);
	if ((parts & PART_WINDOW) != 0) {
		window_read(w, &s->window);
	}
	s->seen = read_time(w, parts, PART_SEEN);
	s->accepted = read_time(w, parts, PART_ACCEPTED);
	s->settled = read_time(w, parts, PART_SETTLED);
	if ((parts & PART_NS) != 0) {
		form_read_hash(w, s->ns_hash);
		if (!form_is_hash(s->ns_hash)) {
			form_fail(w);
		}
	}
	int code = read_sets(w, parts, arena, s);
	if (code != 0) {
		return code;
	}
	if ((parts & PART_REGISTRAR) != 0) {
		form_read_label(w, s->registrar);
	}
	if ((parts & PART_REGISTRATION) != 0) {
		form_read_label(w, s->registration);
	}
	s->ttl_restore = read_time(w, parts, PART_TTL);
	s->ttl_normal = (parts & PART_TTL) != 0 ? wire_read_u32(w) : 0;
	read_said(w, parts, s);
	return read_rollback(w, parts, arena, &s->rollback);
}
