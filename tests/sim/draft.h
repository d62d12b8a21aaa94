/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in the making, signed for real; private to what makes evidence. */
#pragma once

#include "tests/sim/judged.h"
#include "tests/sim/keys.h"

#define DRAFT_RECORDS 48
#define DRAFT_ROOM 16384

struct draft {
	size_t count;
	struct record records[DRAFT_RECORDS];
};

/* How an RRset is signed. */
struct signer {
	const struct name *owner;
	const struct name *zone;
	unsigned key;
	uint32_t inception, expiration;
};

struct slice draft_keep(struct arena *arena, const void *data, size_t size);
void draft_put(struct draft *d, const struct name *owner, uint16_t type, struct slice rdata);
/* The signature over the records from first to end, which are one RRset, behind all others. */
void draft_sign(struct draft *d, size_t first, size_t end, const struct signer *by, struct arena *arena);
/* NSEC with these types; a name behind which nothing is. */
struct slice draft_nsec(const struct name *next, const uint16_t *types, size_t count, struct arena *arena);
struct slice draft_message(const struct name *question, uint16_t type, const struct draft *answer, const struct draft *authority,
	struct arena *arena);

/* signals.c: what the operators say under _signal. */
void signals_fill(const struct question *q, struct arena *arena, struct evidence *e);
