/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cursor over octets with a sticky error: read or write in one go, check once.
 * After the first overrun reads give zeros, writes do nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire {
	const uint8_t *data;	/* read side */
	uint8_t *out;		/* write side, NULL when reading */
	size_t size;
	size_t pos;
	bool error;
};

struct wire wire_reader(const void *data, size_t size);
struct wire wire_writer(void *data, size_t size);

static inline size_t wire_left(const struct wire *w)
{
	return w->error ? 0 : w->size - w->pos;
}

static inline bool wire_error(const struct wire *w)
{
	return w->error;
}

/* Reading finished without error and without octets left over. */
static inline bool wire_done(const struct wire *w)
{
	return !w->error && w->pos == w->size;
}

/* A slice of the input, not a copy; NULL (and error) when too short. Here, so that reading a number costs no call: records of
 * the store are some fifty numbers each. */
static inline const uint8_t *wire_read(struct wire *w, size_t size)
{
	if (w->error || w->data == NULL || size > w->size - w->pos) {
		w->error = true;
		return NULL;
	}
	const uint8_t *octets = w->data + w->pos;
	w->pos += size;
	return octets;
}

static inline uint8_t wire_read_u8(struct wire *w)
{
	const uint8_t *o = wire_read(w, 1);
	return o == NULL ? 0 : o[0];
}

static inline uint16_t wire_read_u16(struct wire *w)
{
	const uint8_t *o = wire_read(w, 2);
	return o == NULL ? 0 : (uint16_t)(o[0] << 8 | o[1]);
}

static inline uint32_t wire_read_u32(struct wire *w)
{
	const uint8_t *o = wire_read(w, 4);
	return o == NULL ? 0 : (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

static inline uint64_t wire_read_u64(struct wire *w)
{
	/* Both halves or nothing. */
	if (wire_left(w) < 8) {
		w->error = true;
		return 0;
	}
	uint64_t high = wire_read_u32(w);
	return high << 32 | wire_read_u32(w);
}

void wire_write_u8(struct wire *w, uint8_t value);
void wire_write_u16(struct wire *w, uint16_t value);
void wire_write_u32(struct wire *w, uint32_t value);
void wire_write_u64(struct wire *w, uint64_t value);
void wire_write(struct wire *w, const void *data, size_t size);
