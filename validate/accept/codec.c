/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octet forms shared by the encodings of this folder: each value has exactly one. */
#include "validate/accept/codec.h"

#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

int codec_begin(struct arena *arena, size_t bound, uint8_t version, struct wire *w)
{
	uint8_t *data = arena_alloc(arena, bound + 1);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	*w = wire_writer(data, bound + 1);
	wire_write_u8(w, version);
	return 0;
}

int codec_end(const struct wire *w, struct slice *out)
{
	if (wire_error(w)) {
		return ERR_ARG;
	}
	*out = (struct slice){ .data = w->out, .size = w->pos };
	return 0;
}

int codec_open(struct slice data, uint8_t version, struct wire *w)
{
	*w = wire_reader(data.data, data.size);
	uint8_t found = wire_read_u8(w);
	if (wire_error(w) || found == 0) {
		return ERR_FORMAT;
	}
	return found > version ? ERR_VERSION : 0;
}

void codec_fail(struct wire *w)
{
	w->error = true;
}

uint8_t codec_read_below(struct wire *w, unsigned limit)
{
	uint8_t value = wire_read_u8(w);
	if (value >= limit) {
		codec_fail(w);
		return 0;
	}
	return value;
}

bool codec_read_flag(struct wire *w)
{
	return codec_read_below(w, 2) == 1;
}

enum reason codec_read_reason(struct wire *w)
{
	enum reason reason = (enum reason)wire_read_u16(w);
	if (reason != REASON_NONE && reason_find(reason) == NULL) {
		codec_fail(w);
		return REASON_NONE;
	}
	return reason;
}

void codec_write_reason(struct wire *w, enum reason reason)
{
	if (reason != REASON_NONE && reason_find(reason) == NULL) {
		codec_fail(w);
		return;
	}
	wire_write_u16(w, (uint16_t)reason);
}

void codec_read_name(struct wire *w, struct name *out)
{
	*out = (struct name){ .size = 0 };
	uint8_t size = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, size);
	if (octets == NULL || wire_error(w)) {
		codec_fail(w);
		return;
	}
	struct name name;
	/* Upper case would be a second form of the same name. */
	if (name_from_wire(octets, size, &name) != 0 || name.size != size ||
	    memcmp(name.octets, octets, size) != 0) {
		codec_fail(w);
		return;
	}
	*out = name;
}

void codec_write_name(struct wire *w, const struct name *name)
{
	if (name->size == 0) {
		codec_fail(w);
		return;
	}
	wire_write_u8(w, name->size);
	wire_write(w, name->octets, name->size);
}

void codec_read_address(struct wire *w, struct address *out)
{
	*out = (struct address){ .family = 0 };
	uint8_t family = wire_read_u8(w);
	if (family != 4 && family != 6) {
		codec_fail(w);
		return;
	}
	size_t size = family == 4 ? 4 : 16;
	const uint8_t *octets = wire_read(w, size);
	if (octets != NULL) {
		out->family = family;
		memcpy(out->octets, octets, size);
	}
}

void codec_write_address(struct wire *w, const struct address *address)
{
	if (address->family != 4 && address->family != 6) {
		codec_fail(w);
		return;
	}
	wire_write_u8(w, address->family);
	wire_write(w, address->octets, address->family == 4 ? 4 : 16);
}

static void read_ds(struct wire *w, struct ds *out)
{
	out->tag = wire_read_u16(w);
	out->algorithm = wire_read_u8(w);
	out->digest_type = wire_read_u8(w);
	uint8_t size = codec_read_below(w, LIMIT_DIGEST_OCTETS + 1);
	const uint8_t *digest = wire_read(w, size);
	if (digest != NULL) {
		out->size = size;
		memcpy(out->digest, digest, size);
	}
}

int codec_read_ds_set(struct wire *w, struct arena *arena, struct ds_set *out)
{
	*out = (struct ds_set){ .count = 0 };
	size_t count = wire_read_u16(w);
	if (count > LIMIT_DS) {
		codec_fail(w);
	}
	if (wire_error(w) || count == 0) {
		return 0;
	}
	struct ds *ds = arena_array(arena, count, sizeof *ds);
	if (ds == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		read_ds(w, &ds[i]);
		if (i > 0 && ds_compare(&ds[i - 1], &ds[i]) >= 0) {
			codec_fail(w);
		}
	}
	if (!wire_error(w)) {
		*out = (struct ds_set){ .count = count, .ds = ds };
	}
	return 0;
}

void codec_write_ds_set(struct wire *w, const struct ds_set *set)
{
	if (set->count > LIMIT_DS) {
		codec_fail(w);
		return;
	}
	wire_write_u16(w, (uint16_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct ds *ds = &set->ds[i];
		if (ds->size > LIMIT_DIGEST_OCTETS || (i > 0 && ds_compare(&set->ds[i - 1], ds) >= 0)) {
			codec_fail(w);
			return;
		}
		wire_write_u16(w, ds->tag);
		wire_write_u8(w, ds->algorithm);
		wire_write_u8(w, ds->digest_type);
		wire_write_u8(w, ds->size);
		wire_write(w, ds->digest, ds->size);
	}
}

bool codec_is_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e) {
			return false;
		}
	}
	return true;
}

const char *codec_read_text(struct wire *w, size_t size, struct arena *arena)
{
	const char *octets = (const char *)wire_read(w, size);
	if (octets == NULL || wire_error(w) || !codec_is_text(octets, size)) {
		codec_fail(w);
		return NULL;
	}
	char *text = arena_alloc(arena, size + 1);
	if (text != NULL) {
		memcpy(text, octets, size);
	}
	return text;
}
