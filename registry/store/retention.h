/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is kept how long. The journal, runs, and what a state refers to are kept for ever. */
#pragma once

#include "registry/store/records.h"

/* A stored case and its evidence are one of: */
enum retention_class {
	RETENTION_ACCEPT,	/* it made a change, or accepted: its case is kept for ever, its evidence so long */
	RETENTION_CHANGED,	/* what came out was not what had come out before, and somebody has to act */
	RETENTION_REST,		/* nothing to do, or the same reason once more */
	RETENTION_CLASSES
};
/* Seconds; 0: for ever. */
struct retention {
	uint32_t keep_s[RETENTION_CLASSES];
};
extern const struct retention retention_default;

struct retention_report {
	uint64_t looked_at, cases, evidence;	/* removed, the last two */
};

/* In a write transaction: the next at most count cases that have grown old. *done: there are no more for now; else call it
 * again, in a transaction of its own, so that nobody waits long. Each case is looked at once for each class. */
int retention_step(struct txn *t, const struct retention *r, uint64_t now, size_t count, struct retention_report *report, bool *done);

/* A state that referred to this case refers to a newer one: if its evidence has gone and nothing else keeps it, it goes. */
int retention_succeeded(struct txn *t, uint64_t run, uint64_t sequence, struct arena *arena);
