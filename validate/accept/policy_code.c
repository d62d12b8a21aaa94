/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one encoding of a policy, which is hashed and stored. */
#include "validate/accept/policy.h"

#include <string.h>

#include "validate/accept/form.h"
#include "validate/cds/codec.h"
#include "validate/wire/err.h"

/* 3: with the vantages that have to agree; where one is enough it is written as 2. 4: also with the time after which a change is
 * late, unless that is the one of the presets. */
#define ENCODING 4

/* ---- writing */

static void write_text(struct wire *w, const char *text, size_t room)
{
	size_t size = strnlen(text, room);
	if (size == room || !form_is_text(text, size)) {
		form_fail(w);
		return;
	}
	wire_write_u8(w, (uint8_t)size);
	wire_write(w, text, size);
}

static void write_rules(struct wire *w, const struct rules *r)
{
	wire_write_u8(w, (uint8_t)r->types);
	wire_write_u8(w, (uint8_t)r->digests);
	wire_write_u8(w, (uint8_t)r->continuity);
	wire_write_u8(w, r->delete_allowed);
	wire_write_u8(w, r->delete_requires_both);
	wire_write_u8(w, r->max_records);
	wire_write_u8(w, r->max_keys);
	wire_write_u32(w, r->warn_signature_left_s);
}

static void write_silence(struct wire *w, const struct policy *p)
{
	wire_write_u8(w, p->retry_count);
	for (size_t i = 0; i < p->retry_count; i++) {
		wire_write_u32(w, p->retry_s[i]);
	}
	wire_write_u32(w, p->drop_after_s);
	wire_write_u32(w, p->delete_hold_max_s);
	wire_write_u8(w, (uint8_t)p->replay_guard);
	wire_write_u32(w, p->change_max_age_s);
}

/* rules.bootstrap.enabled, .authenticated and .challenge follow from the methods. */
static void write_bootstrap(struct wire *w, const struct policy *p)
{
	const struct bootstrap_policy *b = &p->bootstrap;
	wire_write_u8(w, b->method_count);
	wire_write(w, b->methods, b->method_count);
	wire_write_u32(w, b->delay_s);
	wire_write_u16(w, b->min_checks);
	wire_write_u32(w, b->min_spacing_s);
	wire_write_u32(w, b->max_gap_s);
	wire_write_u32(w, b->settled_s);
	wire_write_u32(w, b->confirmation_s);
	wire_write_u8(w, p->requires_all_servers);
	const struct bootstrap_rules *r = &p->rules.bootstrap;
	wire_write_u8(w, r->fall_back_absent);
	wire_write_u8(w, r->fall_back_incomplete);
	wire_write_u8(w, r->anchor_count);
	for (size_t i = 0; i < r->anchor_count; i++) {
		codec_write_ds(w, &r->anchors[i]);
	}
}

static void write_brakes(struct wire *w, const struct brake_limit limits[BRAKE_CLASSES])
{
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		wire_write_u32(w, limits[i].count);
		wire_write_u32(w, limits[i].ppm);
	}
}

static void write_life(struct wire *w, const struct policy *p)
{
	wire_write_u8(w, p->respect_registry_lock);
	wire_write_u8(w, p->respect_registrar_lock);
	wire_write_u8(w, p->guard_manual_change);
	wire_write_u32(w, p->min_interval_s);
	wire_write_u32(w, p->ttl.change_s);
	wire_write_u32(w, p->ttl.hold_s);
	write_brakes(w, p->brakes);
	write_brakes(w, p->operator_brakes);
	wire_write_u8(w, p->freeze_count);
	for (size_t i = 0; i < p->freeze_count; i++) {
		wire_write_u16(w, p->freezes[i].from_min);
		wire_write_u16(w, p->freezes[i].to_min);
	}
	wire_write_u8(w, p->notices.repeats);
	wire_write_u32(w, p->notices.again_s);
	wire_write_u32(w, p->notices.registrant_after_s);
}

static uint8_t version_of(const struct policy *p)
{
	return p->change_late_after_s != POLICY_LATE_AFTER_S ? 4 : p->rules.bootstrap.vantages > 1 ? 3 : 2;
}

size_t policy_encode(const struct policy *p, uint8_t *out, size_t size)
{
	if (p == NULL || out == NULL || policy_fault(p) != NULL) {
		return 0;
	}
	struct wire w = wire_writer(out, size);
	uint8_t version = version_of(p);
	wire_write_u8(&w, version);
	write_text(&w, p->name, sizeof(p->name));
	write_text(&w, p->source, sizeof(p->source));
	write_rules(&w, &p->rules);
	write_silence(&w, p);
	write_bootstrap(&w, p);
	write_life(&w, p);
	if (version >= 3) {
		wire_write_u8(&w, p->rules.bootstrap.vantages);
	}
	if (version >= 4) {
		wire_write_u32(&w, p->change_late_after_s);
	}
	return wire_error(&w) ? 0 : w.pos;
}

/* ---- reading */

static void read_text(struct wire *w, char *text, size_t room)
{
	size_t size = wire_read_u8(w);
	const char *octets = (const char *)wire_read(w, size);
	if (octets == NULL || size >= room || !form_is_text(octets, size)) {
		form_fail(w);
		return;
	}
	memcpy(text, octets, size);
}

static void read_rules(struct wire *w, struct rules *r)
{
	r->types = (enum types_mode)wire_read_u8(w);
	r->digests = (enum digest_mode)wire_read_u8(w);
	r->continuity = (enum continuity_mode)wire_read_u8(w);
	r->delete_allowed = form_read_flag(w);
	r->delete_requires_both = form_read_flag(w);
	r->max_records = wire_read_u8(w);
	r->max_keys = wire_read_u8(w);
	r->warn_signature_left_s = wire_read_u32(w);
}

static void read_silence(struct wire *w, struct policy *p)
{
	p->retry_count = form_read_below(w, POLICY_RETRIES + 1);
	for (size_t i = 0; i < p->retry_count; i++) {
		p->retry_s[i] = wire_read_u32(w);
	}
	p->drop_after_s = wire_read_u32(w);
	p->delete_hold_max_s = wire_read_u32(w);
	p->replay_guard = (enum replay_guard)wire_read_u8(w);
	p->change_max_age_s = wire_read_u32(w);
}

static void read_bootstrap(struct wire *w, struct policy *p)
{
	struct bootstrap_policy *b = &p->bootstrap;
	b->method_count = form_read_below(w, POLICY_METHODS + 1);
	for (size_t i = 0; i < b->method_count; i++) {
		b->methods[i] = wire_read_u8(w);
	}
	b->delay_s = wire_read_u32(w);
	b->min_checks = wire_read_u16(w);
	b->min_spacing_s = wire_read_u32(w);
	b->max_gap_s = wire_read_u32(w);
	b->settled_s = wire_read_u32(w);
	b->confirmation_s = wire_read_u32(w);
	p->requires_all_servers = form_read_flag(w);
	struct bootstrap_rules *r = &p->rules.bootstrap;
	r->enabled = b->method_count > 0;
	r->authenticated = policy_uses(p, BOOTSTRAP_AUTHENTICATED);
	r->challenge = policy_uses(p, BOOTSTRAP_CHALLENGE);
	r->fall_back_absent = form_read_flag(w);
	r->fall_back_incomplete = form_read_flag(w);
	r->anchor_count = form_read_below(w, LIMIT_ROOT_ANCHORS + 1);
	for (size_t i = 0; i < r->anchor_count; i++) {
		codec_read_ds(w, &r->anchors[i]);
	}
}

static void read_brakes(struct wire *w, struct brake_limit limits[BRAKE_CLASSES])
{
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		limits[i].count = wire_read_u32(w);
		limits[i].ppm = wire_read_u32(w);
	}
}

static void read_life(struct wire *w, struct policy *p)
{
	p->respect_registry_lock = form_read_flag(w);
	p->respect_registrar_lock = form_read_flag(w);
	p->guard_manual_change = form_read_flag(w);
	p->min_interval_s = wire_read_u32(w);
	p->ttl.change_s = wire_read_u32(w);
	p->ttl.hold_s = wire_read_u32(w);
	read_brakes(w, p->brakes);
	read_brakes(w, p->operator_brakes);
	p->freeze_count = form_read_below(w, POLICY_FREEZES + 1);
	for (size_t i = 0; i < p->freeze_count; i++) {
		p->freezes[i].from_min = wire_read_u16(w);
		p->freezes[i].to_min = wire_read_u16(w);
	}
	p->notices.repeats = wire_read_u8(w);
	p->notices.again_s = wire_read_u32(w);
	p->notices.registrant_after_s = wire_read_u32(w);
}

/* What a policy of the time before these values did: no first DS set, no lock, no brake, no freeze, no notice. */
static void former_values(struct policy *p)
{
	p->requires_all_servers = true;
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		p->brakes[i].count = UINT32_MAX;
		p->operator_brakes[i].count = UINT32_MAX;
	}
}

int policy_decode(const uint8_t *data, size_t size, struct policy *out)
{
	if (out == NULL) {
		return ERR_ARG;
	}
	struct wire w;
	int code = form_open((struct slice){ .data = data, .size = size }, ENCODING, &w);
	if (code != 0) {
		return code;
	}
	struct policy p = { .name = "" };
	read_text(&w, p.name, sizeof(p.name));
	read_text(&w, p.source, sizeof(p.source));
	read_rules(&w, &p.rules);
	read_silence(&w, &p);
	if (data[0] == 1) {
		former_values(&p);
	} else {
		read_bootstrap(&w, &p);
		read_life(&w, &p);
	}
	p.rules.bootstrap.vantages = data[0] < 3 ? 1 : wire_read_u8(&w);
	p.change_late_after_s = data[0] < 4 ? POLICY_LATE_AFTER_S : wire_read_u32(&w);
	/* One policy has one text; of the first version none is written any more. */
	bool canonical = data[0] == 1 || data[0] == version_of(&p);
	if (!wire_done(&w) || !canonical || policy_fault(&p) != NULL) {
		return ERR_FORMAT;
	}
	*out = p;
	return 0;
}
