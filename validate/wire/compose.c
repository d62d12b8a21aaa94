/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Composes answers, for views read from master files and for tests. */
#include "validate/wire/cursor.h"
#include "validate/wire/message.h"

#define KEPT_FLAGS 0x7ff0	/* all but QR and RCODE */
#define EDNS_SIZE 1232

static void write_record(struct wire *w, const struct record *record)
{
	if (record->owner == NULL || record->owner->size == 0 || record->rdata.size > UINT16_MAX) {
		w->error = true;
		return;
	}
	name_write(w, record->owner);
	wire_write_u16(w, record->type);
	wire_write_u16(w, record->class);
	wire_write_u32(w, record->ttl);
	wire_write_u16(w, (uint16_t)record->rdata.size);
	wire_write(w, record->rdata.data, record->rdata.size);
}

size_t message_compose(const struct message_draft *draft, uint8_t *out, size_t size)
{
	/* The upper bits of an RCODE are in an OPT record: RFC 6891 section 6.1.3. */
	size_t opt = draft->rcode > 15;
	if (draft->question == NULL || draft->question->size == 0 || draft->rcode > 0xfff) {
		return 0;
	}
	struct wire w = wire_writer(out, size < LIMIT_MESSAGE_OCTETS ? size : LIMIT_MESSAGE_OCTETS);
	wire_write_u16(&w, 0);
	wire_write_u16(&w, MESSAGE_FLAG_QR | (draft->flags & KEPT_FLAGS) | (draft->rcode & 15));
	wire_write_u16(&w, 1);
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		size_t count = draft->count[i] + (i == SECTION_ADDITIONAL ? opt : 0);
		if (count > UINT16_MAX) {
			return 0;
		}
		wire_write_u16(&w, (uint16_t)count);
	}
	name_write(&w, draft->question);
	wire_write_u16(&w, draft->question_type);
	wire_write_u16(&w, CLASS_IN);
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		for (size_t k = 0; k < draft->count[i]; k++) {
			write_record(&w, &draft->records[i][k]);
		}
	}
	if (opt != 0) {
		const struct record record = { .owner = &name_root, .type = TYPE_OPT,
			.class = EDNS_SIZE, .ttl = (uint32_t)(draft->rcode >> 4) << 24 };
		write_record(&w, &record);
	}
	return wire_error(&w) ? 0 : w.pos;
}
