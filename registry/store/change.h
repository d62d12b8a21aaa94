/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each change stands: the index that is derived from events, and can be rebuilt from them. Private to
 * registry/store. */
#pragma once

#include "registry/store/event.h"

/* The value of DB_CHANGE. */
struct change_status {
	enum event_kind state;
	uint64_t sequence;		/* of the last event */
	uint64_t time;
	enum reason why;		/* of the last event */
	uint64_t acked_generation;
	bool cleared;			/* by an operator, after the hold that he or the brake put on it */
	uint64_t confirmed;		/* when it was last CONFIRMED; 0: never */
};

/* May an event of that kind follow? The table is in status.c. */
bool status_allows(const struct change_status *s, enum event_kind kind);
/* Held by the brake or by an operator, and nobody has released it. */
bool status_is_barred(const struct change_status *s);
bool status_is_open(enum event_kind state);	/* neither withdrawn nor published */
bool status_has_left(enum event_kind state);	/* claimed, sent, acknowledged: the registry may have it */
bool status_may_leave(enum event_kind state);	/* released, and not yet acknowledged */
/* What an event makes of a status; note is zero for PROPOSED. The same for the writer and for db verify. */
void status_apply(struct change_status *s, const struct event *e, const struct event_note *note);
/* The same for OPERATOR: no state of its own. */
void status_apply_operator(struct change_status *s, const struct operator_note *note);
int status_decode(struct slice value, struct change_status *out);
int status_get(struct txn *t, uint64_t change, struct change_status *out);
int status_put(struct txn *t, uint64_t change, const struct change_status *s);
/* Of a new change: its number is above all others. */
int status_append(struct txn *t, uint64_t change, const struct change_status *s);

/* Number of the outstanding change of child. ERR_NOTFOUND. */
int outstanding_get(struct txn *t, const struct name *child, uint64_t *change);
int outstanding_put(struct txn *t, const struct name *child, uint64_t change);
int outstanding_del(struct txn *t, const struct name *child);
int outstanding_next(struct txn *t, const struct name *after, struct name *child, uint64_t *change);
/* The parent shows c: accept has to know by the next probe why the DS set is another one (DSA-7.1-3). */
int state_published(struct txn *t, const struct change *c, struct arena *arena);
/* Of these indexes. */
int number_decode(struct slice value, uint64_t *number);

/* Does it give a first DS set? */
bool change_is_first(const struct change *c);
/* Is why what holds one because of what the parent's servers serve, or are not known to? */
bool change_is_held_for_dns(enum reason why);
/* The newest open change that c (or one it supersedes) supersedes; *number 0: none. */
int change_open_before(struct txn *t, uint64_t supersedes, struct arena *arena, struct change *out, uint64_t *number);

/* Has c left, and the parent has other keys than c knows of, before or after, or another registration? Then nobody will ever
 * publish it. */
int change_is_overtaken(struct txn *t, const struct change *c, const struct delegation *d, bool *yes);
/* Claimed so long ago that the export can only have died, and too old to be exported again? */
bool change_is_abandoned(const struct change *c, uint64_t now, uint32_t max_age_s);
/* Withdraws c, which change_is_overtaken, and what it superseded. */
int journal_overtaken(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change);

/* Chained before what it brings about; change 0: about the child alone. ERR_ARG: see body_encode_operator. */
int journal_operator(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change, const struct operator_note *n);
/* Index: sequence of the newest OPERATOR event about child. ERR_NOTFOUND. */
int operator_index_put(struct txn *t, const struct name *child, uint64_t sequence);
int operator_index_get(struct txn *t, const struct name *child, uint64_t *sequence);
