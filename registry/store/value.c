/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values: the fields several records share. */
#include "registry/store/value.h"

#include <assert.h>
#include <string.h>

#include "validate/cds/codec.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

struct wire value_writer(uint8_t *out, size_t size)
{
	struct wire w = wire_writer(out, size);
	wire_write_u8(&w, VALUE_VERSION);
	return w;
}

int value_reader_of(struct slice value, uint8_t known, struct wire *out, uint8_t *version)
{
	struct wire w = wire_reader(value.data, value.size);
	*version = wire_read_u8(&w);
	if (wire_error(&w) || *version == 0) {
		return ERR_FORMAT;
	}
	if (*version > known) {
		return ERR_VERSION;
	}
	*out = w;
	return 0;
}

int value_reader(struct slice value, struct wire *out)
{
	uint8_t version;
	return value_reader_of(value, VALUE_VERSION, out, &version);
}

struct slice value_written(const struct wire *w)
{
	assert(!wire_error(w));
	return (struct slice){ .data = w->out, .size = w->pos };
}

void value_write_name(struct wire *w, const struct name *name)
{
	wire_write_u8(w, name->size);
	wire_write(w, name->octets, name->size);
}

void value_read_name(struct wire *w, struct name *out)
{
	*out = (struct name){ 0 };
	size_t size = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, size);
	if (size != 0 && octets != NULL && name_from_wire(octets, size, out) != 0) {
		w->error = true;
	}
}

void value_write_ds_set(struct wire *w, const struct ds_set *set)
{
	wire_write_u16(w, (uint16_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		codec_write_ds(w, &set->ds[i]);
	}
}

void value_read_ds_set(struct wire *w, struct arena *arena, struct ds_set *out)
{
	*out = (struct ds_set){ 0 };
	size_t count = wire_read_u16(w);
	if (count > LIMIT_DS) {
		w->error = true;
	}
	if (count == 0 || wire_error(w)) {
		return;
	}
	struct ds *ds = arena_array(arena, count, sizeof(*ds));
	for (size_t i = 0; i < count && ds != NULL; i++) {
		codec_read_ds(w, &ds[i]);
	}
	if (ds == NULL || wire_error(w)) {
		w->error = true;
		return;
	}
	*out = (struct ds_set){ .count = count, .ds = ds };
}

void value_write_slice(struct wire *w, struct slice s)
{
	wire_write_u32(w, (uint32_t)s.size);
	wire_write(w, s.data, s.size);
}

struct slice value_read_slice(struct wire *w)
{
	size_t size = wire_read_u32(w);
	const uint8_t *data = wire_read(w, size);
	return (struct slice){ .data = data, .size = data == NULL ? 0 : size };
}

void value_read_octets(struct wire *w, uint8_t *out, size_t size)
{
	const uint8_t *data = wire_read(w, size);
	if (data != NULL) {
		memcpy(out, data, size);
	} else {
		memset(out, 0, size);
	}
}

static bool is_printable(const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (octets[i] < ' ' || octets[i] > '~') {
			return false;
		}
	}
	return true;
}

bool value_write_text(struct wire *w, const char *text, size_t size)
{
	const char *end = memchr(text, '\0', size);
	if (end == NULL || end - text > UINT8_MAX || !is_printable((const uint8_t *)text, (size_t)(end - text))) {
		return false;
	}
	wire_write_u8(w, (uint8_t)(end - text));
	wire_write(w, text, (size_t)(end - text));
	return true;
}

void value_read_text(struct wire *w, char *out, size_t size)
{
	memset(out, 0, size);
	size_t used = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, used);
	if (octets == NULL) {
		return;
	}
	if (used >= size || !is_printable(octets, used)) {
		w->error = true;
		return;
	}
	memcpy(out, octets, used);
}

int value_copy(struct arena *arena, struct slice s, struct slice *out)
{
	*out = (struct slice){ 0 };
	if (s.size == 0) {
		return 0;
	}
	void *copy = arena_copy(arena, s.data, s.size);
	if (copy == NULL) {
		return ERR_NOMEM;
	}
	*out = (struct slice){ .data = copy, .size = s.size };
	return 0;
}
