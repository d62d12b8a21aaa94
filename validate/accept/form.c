/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octet forms shared by the encodings of this folder: each value has exactly one. */
#include "validate/accept/form.h"

#include <string.h>

#include "validate/cds/codec.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

int form_begin(struct arena *arena, size_t bound, uint8_t version, struct wire *w)
{
	uint8_t *data = arena_alloc(arena, bound + 1);
	if (data == NULL) {
		return ERR_NOMEM;
	}
	*w = wire_writer(data, bound + 1);
	wire_write_u8(w, version);
	return 0;
}

int form_end(const struct wire *w, struct slice *out)
{
	if (wire_error(w)) {
		return ERR_ARG;
	}
	*out = (struct slice){ .data = w->out, .size = w->pos };
	return 0;
}

int form_open(struct slice data, uint8_t version, struct wire *w)
{
	*w = wire_reader(data.data, data.size);
	uint8_t found = wire_read_u8(w);
	if (wire_error(w) || found == 0) {
		return ERR_FORMAT;
	}
	return found > version ? ERR_VERSION : 0;
}

uint8_t form_version(const struct wire *w)
{
	return w->data[0];
}

void form_fail(struct wire *w)
{
	w->error = true;
}

uint8_t form_read_below(struct wire *w, unsigned limit)
{
	uint8_t value = wire_read_u8(w);
	if (value >= limit) {
		form_fail(w);
		return 0;
	}
	return value;
}

bool form_read_flag(struct wire *w)
{
	return form_read_below(w, 2) == 1;
}

enum reason form_read_reason(struct wire *w)
{
	enum reason reason = (enum reason)wire_read_u16(w);
	if (reason != REASON_NONE && reason_find(reason) == NULL) {
		form_fail(w);
		return REASON_NONE;
	}
	return reason;
}

void form_write_reason(struct wire *w, enum reason reason)
{
	if (reason != REASON_NONE && reason_find(reason) == NULL) {
		form_fail(w);
		return;
	}
	wire_write_u16(w, (uint16_t)reason);
}

int form_read_ds_set(struct wire *w, struct arena *arena, struct ds_set *out)
{
	*out = (struct ds_set){ .count = 0 };
	size_t count = wire_read_u16(w);
	if (count > LIMIT_DS) {
		form_fail(w);
	}
	if (wire_error(w) || count == 0) {
		return 0;
	}
	struct ds *ds = arena_array(arena, count, sizeof *ds);
	if (ds == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		codec_read_ds(w, &ds[i]);
		/* A record that was not read is not fit to be compared. */
		if (wire_error(w) || (i > 0 && ds_compare(&ds[i - 1], &ds[i]) >= 0)) {
			form_fail(w);
			return 0;
		}
	}
	*out = (struct ds_set){ .count = count, .ds = ds };
	return 0;
}

void form_write_ds_set(struct wire *w, const struct ds_set *set)
{
	wire_write_u16(w, (uint16_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		const struct ds *ds = &set->ds[i];
		if (ds->size > LIMIT_DIGEST_OCTETS || (i > 0 && ds_compare(&set->ds[i - 1], ds) >= 0)) {
			form_fail(w);
			return;
		}
		codec_write_ds(w, ds);
	}
}

bool form_is_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e) {
			return false;
		}
	}
	return true;
}

const char *form_read_text(struct wire *w, size_t size, struct arena *arena)
{
	const char *octets = (const char *)wire_read(w, size);
	if (octets == NULL || !form_is_text(octets, size)) {
		form_fail(w);
		size = 0;
	}
	char *text = arena_alloc(arena, size + 1);
	if (text != NULL && size > 0) {
		memcpy(text, octets, size);
	}
	return text;
}

void form_write_label(struct wire *w, const char text[LIMIT_LABEL_TEXT])
{
	size_t size = strnlen(text, LIMIT_LABEL_TEXT);
	if (size == LIMIT_LABEL_TEXT || !form_is_text(text, size)) {
		form_fail(w);
	} else if (size > 0) {
		wire_write_u8(w, (uint8_t)size);
		wire_write(w, text, size);
	}
}

void form_read_label(struct wire *w, char out[LIMIT_LABEL_TEXT])
{
	size_t size = form_read_below(w, LIMIT_LABEL_TEXT);
	const char *octets = (const char *)wire_read(w, size);
	if (octets == NULL || size == 0 || !form_is_text(octets, size)) {
		form_fail(w);
		return;
	}
	memset(out, 0, LIMIT_LABEL_TEXT);
	memcpy(out, octets, size);
}

bool form_is_hash(const uint8_t hash[SHA256_OCTETS])
{
	static const uint8_t none[SHA256_OCTETS];
	return memcmp(hash, none, sizeof none) != 0;
}

void form_read_hash(struct wire *w, uint8_t out[SHA256_OCTETS])
{
	const uint8_t *octets = wire_read(w, SHA256_OCTETS);
	if (octets != NULL) {
		memcpy(out, octets, SHA256_OCTETS);
	}
}
