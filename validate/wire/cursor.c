/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cursor over octets: big-endian numbers, one sticky error. */
#include "validate/wire/cursor.h"

#include <string.h>

struct wire wire_reader(const void *data, size_t size)
{
	return (struct wire){ .data = data, .size = data == NULL ? 0 : size };
}

struct wire wire_writer(void *data, size_t size)
{
	return (struct wire){ .out = data, .size = data == NULL ? 0 : size };
}

const uint8_t *wire_read(struct wire *w, size_t size)
{
	if (w->error || w->data == NULL || size > w->size - w->pos) {
		w->error = true;
		return NULL;
	}
	const uint8_t *octets = w->data + w->pos;
	w->pos += size;
	return octets;
}

uint8_t wire_read_u8(struct wire *w)
{
	const uint8_t *o = wire_read(w, 1);
	return o == NULL ? 0 : o[0];
}

uint16_t wire_read_u16(struct wire *w)
{
	const uint8_t *o = wire_read(w, 2);
	return o == NULL ? 0 : (uint16_t)(o[0] << 8 | o[1]);
}

uint32_t wire_read_u32(struct wire *w)
{
	const uint8_t *o = wire_read(w, 4);
	if (o == NULL) {
		return 0;
	}
	return (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

uint64_t wire_read_u64(struct wire *w)
{
	/* Both halves or nothing. */
	if (w->error || wire_left(w) < 8) {
		w->error = true;
		return 0;
	}
	uint64_t high = wire_read_u32(w);
	return high << 32 | wire_read_u32(w);
}

void wire_write(struct wire *w, const void *data, size_t size)
{
	if (w->error || w->out == NULL || size > w->size - w->pos) {
		w->error = true;
		return;
	}
	if (size != 0) {
		memcpy(w->out + w->pos, data, size);
		w->pos += size;
	}
}

void wire_write_u8(struct wire *w, uint8_t value)
{
	wire_write(w, &value, 1);
}

void wire_write_u16(struct wire *w, uint16_t value)
{
	const uint8_t octets[2] = { (uint8_t)(value >> 8), (uint8_t)value };
	wire_write(w, octets, sizeof(octets));
}

void wire_write_u32(struct wire *w, uint32_t value)
{
	const uint8_t octets[4] = { (uint8_t)(value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value };
	wire_write(w, octets, sizeof(octets));
}

void wire_write_u64(struct wire *w, uint64_t value)
{
	const uint8_t octets[8] = { (uint8_t)(value >> 56), (uint8_t)(value >> 48),
		(uint8_t)(value >> 40), (uint8_t)(value >> 32), (uint8_t)(value >> 24),
		(uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value };
	wire_write(w, octets, sizeof(octets));
}

size_t wire_left(const struct wire *w)
{
	return w->error ? 0 : w->size - w->pos;
}

bool wire_error(const struct wire *w)
{
	return w->error;
}

bool wire_done(const struct wire *w)
{
	return !w->error && w->pos == w->size;
}
