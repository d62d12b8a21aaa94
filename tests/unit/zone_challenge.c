/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TXT records of the test child, unsigned. */
#include "tests/unit/zone_challenge.h"

#include <string.h>

#include "tests/unit/zone_draft.h"
#include "validate/cds/challenge.h"
#include "validate/wire/message.h"

#define MESSAGE_ROOM 2048
#define TTL 300

/* One word; the character strings that it has. */
static struct slice strings_of(const char *word, size_t size, struct arena *arena)
{
	uint8_t *data = arena_alloc(arena, size + 1);
	zone_must(data != NULL);
	for (size_t i = 0, begin = 0; i <= size; i++) {
		if (i == size || word[i] == '+') {
			data[begin] = (uint8_t)(i - begin);
			begin = i + 1;
		} else {
			data[i + 1] = (uint8_t)word[i];
		}
	}
	return (struct slice){ data, size + 1 };
}

struct evidence_answer challenge_build(const char *words, struct arena *arena)
{
	struct section_draft *answer = arena_alloc(arena, sizeof *answer);
	struct name *owner = arena_alloc(arena, sizeof *owner);
	uint8_t *data = arena_alloc(arena, MESSAGE_ROOM);
	zone_must(answer != NULL && owner != NULL && data != NULL);
	zone_must(challenge_name(zone_name(ZONE_CHILD, arena), owner) == 0);
	for (size_t size; *words != '\0'; words += size) {
		words += strspn(words, " ");
		size = strcspn(words, " ");
		answer->records[answer->count++] = (struct record){ owner, TYPE_TXT, CLASS_IN, TTL, strings_of(words, *words == '-' ? 0 : size, arena) };
	}
	struct message_draft draft = { .question = owner, .question_type = TYPE_TXT, .flags = MESSAGE_FLAG_AA,
		.rcode = answer->count == 0 ? RCODE_NXDOMAIN : RCODE_NOERROR };
	draft.count[SECTION_ANSWER] = answer->count;
	draft.records[SECTION_ANSWER] = answer->records;
	size_t size = message_compose(&draft, data, MESSAGE_ROOM);
	zone_must(size > 0);
	return (struct evidence_answer){ EVIDENCE_ANSWERED, true, 1, 1000, { data, size } };
}
