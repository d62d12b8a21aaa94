/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: append-only, hash-chained events; the state of a change is an index derived from them. */
#pragma once

#include "registry/store/store.h"
#include "validate/accept/decision.h"
#include "validate/dnssec/crypto.h"

/* Numbers are stored. */
enum event_kind { EVENT_PROPOSED = 1, EVENT_RELEASED = 2, EVENT_HELD = 3, EVENT_CLAIMED = 4, EVENT_SENT = 5,
	EVENT_ACKED = 6, EVENT_FAILED = 7, EVENT_WITHDRAWN = 8, EVENT_PUBLISHED = 9 };
const char *event_kind_text(enum event_kind k);

/* A DS difference on its way to the registry. Its number is the sequence of its PROPOSED event. */
struct change {
	uint64_t number;
	uint8_t hash[SHA256_OCTETS];	/* of the PROPOSED event: a target that knows the id compares it */
	enum event_kind state;		/* the last event */
	uint64_t state_sequence;	/* and its sequence */
	uint64_t state_time;
	enum reason withdrawn_for;	/* STALE_EVIDENCE, ...; NONE */
	struct name child;
	enum change_class class;
	uint64_t run, sequence;		/* the decision that made it */
	uint64_t generation;		/* it was judged against */
	uint64_t judged_at;		/* seconds since the epoch */
	uint64_t acked_generation;	/* newest generation when it was acknowledged */
	uint64_t supersedes;		/* change number; 0 */
	struct ds_set ds_before;
	struct ds_set ds_after;
	uint32_t ds_ttl;
	size_t ns_count;
	struct name *ns_before;		/* sorted: part of every compare-and-set */
};

/* "UUID/EPOCH/NUMBER", at most 80 octets with the NUL. */
#define CHANGE_ID_TEXT 80
void change_id_text(const struct store *s, uint64_t number, char out[CHANGE_ID_TEXT]);
/* ERR_FORMAT; ERR_CONFLICT when it names another store or epoch. */
int change_id_parse(const struct store *s, const char *text, uint64_t *number);

struct event {
	uint64_t sequence;		/* from 1, no gaps */
	enum event_kind kind;
	uint64_t time;
	uint64_t change;
	uint8_t previous[SHA256_OCTETS];	/* hash of the event before; zero for the first */
	uint8_t hash[SHA256_OCTETS];
	struct slice body;		/* encoded payload of the kind */
};

/* Appends PROPOSED; number, hash and state are filled in. Withdraws c->supersedes if it is unexported. */
int journal_propose(struct txn *t, struct crypto *crypto, uint64_t now, struct change *c);
/* Appends one event for a change. ERR_CONFLICT when the change is not in a state that allows it (table in journal.c),
 * ERR_NOTFOUND when there is none. why: for WITHDRAWN. */
int journal_event(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change, enum event_kind kind,
	enum reason why);
int journal_ack(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change);
/* After a load: closes acknowledged (or sent) changes of origin whose ds_after the newer generation shows (PUBLISHED). */
int journal_reconcile(struct txn *t, struct crypto *crypto, const struct name *origin, uint64_t now, uint64_t *published);

int change_get(struct txn *t, uint64_t number, struct arena *arena, struct change *out);
/* In order of number, from first on. */
int change_next(struct txn *t, uint64_t first, struct arena *arena, struct change *out);
/* The one outstanding change of a child: proposed, released, held, claimed, sent or acked. ERR_NOTFOUND. */
int change_of_child(struct txn *t, const struct name *child, struct arena *arena, struct change *out);
int pending_of_child(struct txn *t, const struct name *child, struct arena *arena, struct pending *out);
/* May it go out: released, younger than max_age_s, its delegation in the store still the one it was judged against
 * (DS and NS)? */
int change_is_exportable(struct txn *t, const struct change *c, uint64_t now, uint32_t max_age_s, bool *yes);

int event_next(struct txn *t, uint64_t first, struct arena *arena, struct event *out);
/* Sequence and hash of the newest event; zeros when empty. */
int journal_head(struct txn *t, uint64_t *sequence, uint8_t hash[SHA256_OCTETS]);
