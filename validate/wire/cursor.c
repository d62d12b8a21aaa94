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
