/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity record: who made this store, in which format. */
#include "registry/store/identity.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "registry/store/value.h"
#include "validate/wire/err.h"

static void identity_text(const uint8_t uuid[16], char text[STORE_UUID_TEXT])
{
	size_t pos = 0;
	for (size_t i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10) {
			text[pos++] = '-';
		}
		snprintf(text + pos, STORE_UUID_TEXT - pos, "%02x", uuid[i]);
		pos += 2;
	}
}

/* The layout of this record never changes: every version must be able to read the format number. */
int identity_decode(struct slice value, const char *dir, struct store_identity *out, char why[256])
{
	struct wire w = wire_reader(value.data, value.size);
	wire_read_u8(&w);
	out->format = wire_read_u32(&w);
	if (!wire_error(&w) && out->format > STORE_FORMAT) {
		snprintf(why, 256, "%s was made by a newer cdswalk (format %u); upgrade this program", dir,
			(unsigned)out->format);
		return ERR_VERSION;
	}
	uint8_t uuid[16];
	value_read_octets(&w, uuid, sizeof(uuid));
	out->epoch = wire_read_u32(&w);
	wire_read_u64(&w);
	if (!wire_done(&w) || out->format == 0) {
		snprintf(why, 256, "the store in %s is damaged (its identity cannot be read); restore it from a backup", dir);
		return ERR_STORE;
	}
	identity_text(uuid, out->uuid);
	return 0;
}

void identity_encode(const struct store_options *o, uint8_t out[IDENTITY_OCTETS])
{
	struct wire w = value_writer(out, IDENTITY_OCTETS);
	wire_write_u32(&w, STORE_FORMAT);
	wire_write(&w, o->uuid, sizeof(o->uuid));
	wire_write_u32(&w, 1);
	wire_write_u64(&w, o->now);
	assert(w.pos == IDENTITY_OCTETS && !wire_error(&w));
}

void identity_renew(const uint8_t before[IDENTITY_OCTETS], uint8_t out[IDENTITY_OCTETS])
{
	memcpy(out, before, IDENTITY_OCTETS);
	struct wire w = wire_writer(out + 1, sizeof(uint32_t));
	wire_write_u32(&w, STORE_FORMAT);
}

void identity_restored(const uint8_t before[IDENTITY_OCTETS], uint32_t epoch, uint8_t out[IDENTITY_OCTETS])
{
	identity_renew(before, out);
	struct wire w = wire_writer(out + 1 + 4 + 16, sizeof(uint32_t));
	wire_write_u32(&w, epoch);
}

uint32_t epochs_of(const struct epochs *e, uint64_t sequence)
{
	uint32_t number = 1;
	for (size_t i = 0; i < e->count && e->at[i].first <= sequence; i++) {
		number = e->at[i].number;
	}
	return number;
}

struct slice epochs_encode(const struct epochs *e, uint8_t out[EPOCHS_OCTETS])
{
	struct wire w = value_writer(out, EPOCHS_OCTETS);
	wire_write_u16(&w, (uint16_t)e->count);
	for (size_t i = 0; i < e->count; i++) {
		wire_write_u64(&w, e->at[i].first);
		wire_write_u32(&w, e->at[i].number);
	}
	return value_written(&w);
}

int epochs_decode(struct slice value, struct epochs *out)
{
	struct epochs e = { 0 };
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	e.count = wire_read_u16(&w);
	if (e.count > EPOCHS_MAX) {
		return ERR_FORMAT;
	}
	for (size_t i = 0; i < e.count; i++) {
		e.at[i].first = wire_read_u64(&w);
		e.at[i].number = wire_read_u32(&w);
		/* Neither ever goes back. */
		if (i > 0 && (e.at[i].first < e.at[i - 1].first || e.at[i].number <= e.at[i - 1].number)) {
			return ERR_FORMAT;
		}
	}
	if (!wire_done(&w)) {
		return ERR_FORMAT;
	}
	*out = e;
	return 0;
}
