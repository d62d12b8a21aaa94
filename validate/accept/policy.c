/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies: the presets as data, and the one encoding that is hashed and stored. */
#include "validate/accept/policy.h"

#include <string.h>

#include "validate/accept/form.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define ENCODING 1

#define MINUTE 60u
#define HOUR (60u * MINUTE)
#define DAY (24u * HOUR)

/* The values all presets share; each preset below names its own rules. RFC 9975 section 3 gives the
 * schedule of 5, 10, 20 and 40 minutes; drop_after_s is their sum, so that it never lies between two. */
#define TIMES \
	.retry_count = 4, .retry_s = { 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE }, \
	.drop_after_s = 75 * MINUTE, .delete_hold_max_s = 7 * DAY, .replay_guard = true, \
	.change_max_age_s = DAY

/* 20 records and 8 keys: A-15. warn_signature_left_s 0: a day, and the TTL of a new DS set (L-CONT-4). A delete in the
 * only type that is published is accepted with a warning, unless both types are required of everything (B2, A-13). */
#define RULES(types_mode, continuity_mode) { \
	.types = (types_mode), .digests = DIGEST_MODE_VERBATIM, .continuity = (continuity_mode), \
	.delete_allowed = true, .delete_requires_both = (types_mode) == TYPES_BOTH_STRICT, \
	.max_records = LIMIT_CDS, .max_keys = 8, .warn_signature_left_s = 0 }

static const struct policy presets[] = {
	{
		.name = POLICY_DEFAULT,
		.source = "RFC 7344, 8078, 9975; draft-ietf-dnsop-ds-automation-09 (2026-05-22)",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, CONTINUITY_PER_ALGORITHM),
		TIMES,
	},
	{
		.name = "both-strict",
		.source = "bcp, and RFC 9975 section 3.1 to the letter: CDS and CDNSKEY both required",
		.rules = RULES(TYPES_BOTH_STRICT, CONTINUITY_PER_ALGORITHM),
		TIMES,
	},
	{
		.name = "one-path",
		.source = "bcp, but one algorithm of the new DS set that works is enough (RFC 6840 5.11)",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, CONTINUITY_ONE_PATH),
		TIMES,
	},
	{
		.name = "cds-only",
		.source = "bcp for a parent that takes DS from CDS alone (RFC 7344 section 4)",
		.rules = RULES(TYPES_SINGLE_CDS, CONTINUITY_PER_ALGORITHM),
		TIMES,
	},
	{
		.name = "cdnskey-only",
		.source = "bcp for a parent that makes DS from CDNSKEY alone (RFC 7344 section 4)",
		.rules = RULES(TYPES_SINGLE_CDNSKEY, CONTINUITY_PER_ALGORITHM),
		TIMES,
	},
};

const struct policy *policy_presets(size_t *count)
{
	*count = sizeof presets / sizeof presets[0];
	return presets;
}

const struct policy *policy_preset(const char *name)
{
	if (name == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
		if (strcmp(presets[i].name, name) == 0) {
			return &presets[i];
		}
	}
	return NULL;
}

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

static bool is_sane(const struct policy *p)
{
	const struct rules *r = &p->rules;
	return (unsigned)r->types <= TYPES_SINGLE_CDNSKEY && (unsigned)r->digests <= DIGEST_MODE_AUGMENT &&
		(unsigned)r->continuity <= CONTINUITY_ONE_PATH && r->max_records >= 1 &&
		r->max_records <= LIMIT_CDS && r->max_keys >= 1 && r->max_keys <= LIMIT_DNSKEY &&
		p->retry_count <= POLICY_RETRIES;
}

size_t policy_encode(const struct policy *p, uint8_t *out, size_t size)
{
	if (p == NULL || out == NULL || !is_sane(p)) {
		return 0;
	}
	struct wire w = wire_writer(out, size);
	wire_write_u8(&w, ENCODING);
	write_text(&w, p->name, sizeof p->name);
	write_text(&w, p->source, sizeof p->source);
	wire_write_u8(&w, (uint8_t)p->rules.types);
	wire_write_u8(&w, (uint8_t)p->rules.digests);
	wire_write_u8(&w, (uint8_t)p->rules.continuity);
	wire_write_u8(&w, p->rules.delete_allowed);
	wire_write_u8(&w, p->rules.delete_requires_both);
	wire_write_u8(&w, p->rules.max_records);
	wire_write_u8(&w, p->rules.max_keys);
	wire_write_u32(&w, p->rules.warn_signature_left_s);
	wire_write_u8(&w, p->retry_count);
	for (size_t i = 0; i < p->retry_count; i++) {
		wire_write_u32(&w, p->retry_s[i]);
	}
	wire_write_u32(&w, p->drop_after_s);
	wire_write_u32(&w, p->delete_hold_max_s);
	wire_write_u8(&w, p->replay_guard);
	wire_write_u32(&w, p->change_max_age_s);
	return wire_error(&w) ? 0 : w.pos;
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
	read_text(&w, p.name, sizeof p.name);
	read_text(&w, p.source, sizeof p.source);
	read_rules(&w, &p.rules);
	p.retry_count = form_read_below(&w, POLICY_RETRIES + 1);
	for (size_t i = 0; i < p.retry_count; i++) {
		p.retry_s[i] = wire_read_u32(&w);
	}
	p.drop_after_s = wire_read_u32(&w);
	p.delete_hold_max_s = wire_read_u32(&w);
	p.replay_guard = form_read_flag(&w);
	p.change_max_age_s = wire_read_u32(&w);
	if (!wire_done(&w) || !is_sane(&p)) {
		return ERR_FORMAT;
	}
	*out = p;
	return 0;
}
