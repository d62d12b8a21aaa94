/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in the making. */
#include "tests/sim/draft.h"

#include <string.h>

#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define RECORD_TTL 3600

struct slice draft_keep(struct arena *arena, const void *data, size_t size)
{
	struct slice s = { arena_copy(arena, data, size), size };
	must(s.data != NULL, "memory");
	return s;
}

void draft_put(struct draft *d, const struct name *owner, uint16_t type, struct slice rdata)
{
	must(d->count < DRAFT_RECORDS, "room for records");
	d->records[d->count++] = (struct record){ owner, type, CLASS_IN, RECORD_TTL, rdata };
}

static size_t sort_rdata(const struct draft *d, size_t first, size_t end, struct slice sorted[DRAFT_RECORDS])
{
	for (size_t i = first; i < end; i++) {
		size_t at = i - first;
		for (; at > 0 && slice_compare(&sorted[at - 1], &d->records[i].rdata) > 0; at--) {
			sorted[at] = sorted[at - 1];
		}
		sorted[at] = d->records[i].rdata;
	}
	return end - first;
}

/* RFC 4034 section 3.1.8.1. */
void draft_sign(struct draft *d, size_t first, size_t end, const struct signer *by, struct arena *arena)
{
	static uint8_t data[DRAFT_ROOM];
	struct slice sorted[DRAFT_RECORDS];
	size_t count = sort_rdata(d, first, end, sorted);
	uint16_t type = d->records[first].type;
	struct wire w = wire_writer(data, sizeof data);
	wire_write_u16(&w, type);
	wire_write_u8(&w, key_algorithm(by->key));
	wire_write_u8(&w, (uint8_t)name_labels(by->owner));
	wire_write_u32(&w, RECORD_TTL);
	wire_write_u32(&w, by->expiration);
	wire_write_u32(&w, by->inception);
	wire_write_u16(&w, key_tag(by->key));
	name_write(&w, by->zone);
	uint8_t out[512];
	size_t head = w.pos;
	memcpy(out, data, head);
	for (size_t i = 0; i < count; i++) {
		name_write(&w, by->owner);
		wire_write_u16(&w, type);
		wire_write_u16(&w, CLASS_IN);
		wire_write_u32(&w, RECORD_TTL);
		wire_write_u16(&w, (uint16_t)sorted[i].size);
		wire_write(&w, sorted[i].data, sorted[i].size);
	}
	must(!wire_error(&w), "room for what is signed");
	size_t used = key_sign(by->key, data, w.pos, out + head);
	draft_put(d, by->owner, TYPE_RRSIG, draft_keep(arena, out, head + used));
}

struct slice draft_nsec(const struct name *next, const uint16_t *types, size_t count, struct arena *arena)
{
	uint8_t bits[8] = { 0 };
	for (size_t i = 0; i < count; i++) {
		bits[types[i] / 8] |= (uint8_t)(0x80 >> types[i] % 8);
	}
	size_t used = sizeof bits;
	while (bits[used - 1] == 0) {
		used--;
	}
	uint8_t rdata[LIMIT_NAME_OCTETS + 2 + sizeof bits];
	struct wire w = wire_writer(rdata, sizeof rdata);
	name_write(&w, next);
	wire_write_u8(&w, 0);
	wire_write_u8(&w, (uint8_t)used);
	wire_write(&w, bits, used);
	must(!wire_error(&w), "room for an NSEC record");
	return draft_keep(arena, rdata, w.pos);
}

struct slice draft_message(const struct name *question, uint16_t type, const struct draft *answer, const struct draft *authority,
	struct arena *arena)
{
	static uint8_t data[DRAFT_ROOM];
	const struct message_draft draft = { .question = question, .question_type = type, .flags = MESSAGE_FLAG_AA,
		.count = { answer->count, authority->count }, .records = { answer->records, authority->records } };
	size_t size = message_compose(&draft, data, sizeof data);
	must(size > 0, "room for a message");
	return draft_keep(arena, data, size);
}
