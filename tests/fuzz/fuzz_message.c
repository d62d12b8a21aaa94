/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as a message; what is read is whole, canonical, and survives composing. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

static void check_record(const struct record *record, struct arena *arena)
{
	struct name owner;
	HOLDS(name_from_wire(record->owner->octets, record->owner->size, &owner) == 0);
	HOLDS(name_equal(&owner, record->owner));
	HOLDS(record->type != TYPE_OPT);
	/* Copying touches every octet: sanitizers see a slice that is out of bounds. */
	const uint8_t *copy = arena_copy(arena, record->rdata.data, record->rdata.size);
	HOLDS(copy != NULL);
	if (record->class == CLASS_IN) {
		const struct slice alone = { copy, record->rdata.size };
		struct slice again;
		HOLDS(rdata_canonical(alone, 0, alone.size, record->type, arena, &again) == 0);
		HOLDS(slice_equal(again, record->rdata));
	}
}

static void check_slices(const struct slice *slices, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		HOLDS(slice_compare(&slices[i - 1], &slices[i]) < 0);
	}
}

static void check_rrset(const struct message *m, enum section section,
	const struct record *record, struct arena *arena)
{
	struct rrset set;
	HOLDS(message_rrset(m, section, record->owner, record->type, arena, &set) == 0);
	if (record->class != CLASS_IN) {
		return;
	}
	HOLDS(set.count > 0 && set.count <= m->count[section]);
	HOLDS(name_equal(set.owner, record->owner) && set.ttl <= record->ttl);
	check_slices(set.rdata, set.count);
	check_slices(set.signatures, set.signature_count);
}

static void check_composed(const struct message *m, struct arena *arena)
{
	struct message_draft draft = { .question = &m->question, .question_type = m->question_type,
		.flags = m->flags, .rcode = m->rcode };
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		draft.count[i] = m->count[i];
		draft.records[i] = m->records[i];
	}
	static uint8_t out[LIMIT_MESSAGE_OCTETS];
	size_t size = message_compose(&draft, out, sizeof(out));
	if (size == 0) {
		return;		/* too long without compression, or no question */
	}
	struct message again;
	HOLDS(message_parse(out, size, arena, &again) == 0);
	HOLDS(again.rcode == m->rcode && again.question_type == m->question_type);
	HOLDS(name_equal(&again.question, &m->question));
	for (unsigned i = 0; i < SECTION_COUNT; i++) {
		HOLDS(again.count[i] == m->count[i]);
		for (size_t k = 0; k < m->count[i]; k++) {
			const struct record *a = &m->records[i][k];
			const struct record *b = &again.records[i][k];
			HOLDS(name_equal(a->owner, b->owner) && slice_equal(a->rdata, b->rdata));
			HOLDS(a->type == b->type && a->class == b->class && a->ttl == b->ttl);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	struct message m;
	int err = message_parse(data, size, arena, &m);
	HOLDS(err == 0 || err == ERR_FORMAT || err == ERR_LIMIT);
	if (err == 0) {
		for (unsigned i = 0; i < SECTION_COUNT; i++) {
			for (size_t k = 0; k < m.count[i]; k++) {
				check_record(&m.records[i][k], arena);
				/* All pairs would take long and find nothing more. */
				if (k < 8) {
					check_rrset(&m, (enum section)i, &m.records[i][k], arena);
				}
			}
		}
		if (m.question_count > 0) {
			(void)message_answers(&m, &m.question, m.question_type);
			check_composed(&m, arena);
		}
	}
	arena_free(arena);
	return 0;
}
