/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proofs of absence in the zones of the chain fixture; private to it. */
#pragma once

#include "tests/unit/chain_fixture.h"
#include "tests/unit/zone_draft.h"

/* One RRset and its signatures, signed for the zone. */
void chain_put(struct section_draft *s, const struct chain_zone *zone, const struct name *owner, uint16_t type,
	const struct zone_list *list, const char *by, enum when when, struct arena *arena);
/* What proves that a type is not at the name, or the name not there. Is it not there? */
bool chain_put_denial(struct section_draft *s, const struct chain_zone *zone, const struct name *name, struct arena *arena);
