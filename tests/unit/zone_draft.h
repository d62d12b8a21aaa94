/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections in the making; private to the zone fixture. */
#pragma once

#include "tests/unit/zone_fixture.h"
#include "validate/wire/record.h"

#define ZONE_RECORDS_MAX 128

struct zone_list {
	size_t count;
	struct slice items[ZONE_RECORDS_MAX];
};

struct section_draft {
	size_t count;
	struct record records[ZONE_RECORDS_MAX];
};

/* Records of one set and the keys that sign it. */
struct rrset_draft {
	const struct name *owner;
	uint16_t type;
	const struct zone_list *list;
	const char *by;
	enum when when;
};

void zone_must(bool holds);
const struct name *zone_name(const char *text, struct arena *arena);
/* Words as in struct says. */
void zone_add_words(struct zone_list *l, uint16_t type, const char *words, struct arena *arena);
void zone_put(struct section_draft *s, const struct rrset_draft *d, struct arena *arena);
void zone_put_soa(struct section_draft *s, const struct says *says, bool moved, struct arena *arena);

/* zone_signals.c: what the operators of the servers say, into e, which has its hosts. */
void signals_build(const struct says *servers, struct arena *arena, struct evidence *e);

/* zone_denial.c: SOA, and the proof that the type is absent as says has it. */
void zone_put_denial(struct section_draft *s, const struct says *says, uint16_t absent, struct arena *arena);
