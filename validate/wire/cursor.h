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

uint8_t wire_read_u8(struct wire *w);
uint16_t wire_read_u16(struct wire *w);
uint32_t wire_read_u32(struct wire *w);
uint64_t wire_read_u64(struct wire *w);
/* A slice of the input, not a copy; NULL (and error) when too short. */
const uint8_t *wire_read(struct wire *w, size_t size);

void wire_write_u8(struct wire *w, uint8_t value);
void wire_write_u16(struct wire *w, uint16_t value);
void wire_write_u32(struct wire *w, uint32_t value);
void wire_write_u64(struct wire *w, uint64_t value);
void wire_write(struct wire *w, const void *data, size_t size);

size_t wire_left(const struct wire *w);
bool wire_error(const struct wire *w);
/* Reading finished without error and without octets left over. */
bool wire_done(const struct wire *w);
