/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal: append-only, hash-chained events; the state of a change is an index derived from them. */
#pragma once

#include "registry/store/store.h"
#include "validate/accept/decision.h"
#include "validate/accept/operator.h"
#include "validate/accept/policy.h"
#include "validate/dnssec/crypto.h"

/* Numbers are stored. All but OPERATOR are states of a change. */
enum event_kind { EVENT_PROPOSED = 1, EVENT_RELEASED = 2, EVENT_HELD = 3, EVENT_CLAIMED = 4, EVENT_SENT = 5,
	EVENT_ACKED = 6, EVENT_FAILED = 7, EVENT_WITHDRAWN = 8, EVENT_PUBLISHED = 9,
	EVENT_OPERATOR = 10,	/* somebody said something of a child (change 0) or of its change: who, and why */
	EVENT_CONFIRMED = 11,	/* was held, and a new probe gave the same DS set: goes out when its run ends */
};
#define EVENT_KINDS 12
const char *event_kind_text(enum event_kind k);		/* "proposed"; never NULL */

/* A DS difference on its way to the registry. Its number is the sequence of its PROPOSED event. */
struct change {
	uint64_t number;
	uint8_t hash[SHA256_OCTETS];	/* of the PROPOSED event: a target that knows the id compares it */
	enum event_kind state;		/* the last event */
	uint64_t state_sequence;	/* and its sequence */
	uint64_t state_time;
	enum reason withdrawn_for;	/* STALE_EVIDENCE, ...; NONE unless withdrawn */
	enum reason held_for;		/* the decision that blocks it; BRAKE_ENGAGED, HOLD_FREEZE, HOLD_BASELINE, HOLD_SOURCE_OLD, HOLD_DS_SERVED,
					 * HOLD_DS_UNPROVEN; NONE: by an operator, or not
					 * held */
	enum reason failed_for;		/* APPLY_CONFLICT, APPLY_FAILED: the target said so; NONE: an operator did, or not failed */
	bool taken_back;		/* released, its claim was: what was said of it while it was claimed may stand against it */
	bool cleared;			/* an operator has released it from his hold or the brake's; not from the rest of A-30 */
	uint64_t seen_at;		/* the newest full probe that gave this DS set: judged_at, or when it was CONFIRMED */
	struct name child;
	enum change_class class;
	uint64_t run, sequence;		/* the decision that made it */
	uint64_t generation;		/* it was judged against */
	uint64_t judged_at;		/* seconds since the epoch */
	uint64_t acked_generation;	/* newest generation when it was sent or acknowledged; 0: was not */
	uint64_t supersedes;		/* change number; 0 */
	struct ds_set ds_before;
	struct ds_set ds_after;
	uint32_t ds_ttl;
	size_t ns_count;
	struct name *ns_before;		/* sorted: part of every compare-and-set */
	char registrar[LIMIT_LABEL_TEXT];	/* of the delegation it was judged against; empty: the source told none */
	char registration[LIMIT_LABEL_TEXT];
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
	uint8_t hash[SHA256_OCTETS];	/* of sequence, previous and the event */
	uint8_t version;		/* of its encoding; 0: the first */
	struct slice body;		/* encoded payload of the kind */
};

/* What an operator said, the body of OPERATOR. Texts are printable ASCII, neither empty. */
#define OPERATOR_WHO_MAX 64
#define OPERATOR_WHY_MAX 240
#define SINK_NAME_MAX 32
struct operator_note {
	struct name child;
	enum operator_action action;
	char who[OPERATOR_WHO_MAX + 1];
	char why[OPERATOR_WHY_MAX + 1];
	char from[SINK_NAME_MAX + 1];	/* TAKE_OVER: the sink of record before; else both are empty */
	char to[SINK_NAME_MAX + 1];	/* ... and since */
};

/* Appends PROPOSED; number, hash and state are filled in. Withdraws c->supersedes first if it has not left yet.
 * ERR_CONFLICT when the child has an outstanding change other than c->supersedes, ERR_LIMIT. */
int journal_propose(struct txn *t, struct crypto *crypto, uint64_t now, struct change *c);
/* Appends one event for a change. ERR_CONFLICT when the change is not in a state that allows it (table in journal.c),
 * ERR_NOTFOUND when there is none; t stays usable. why: for WITHDRAWN, HELD and FAILED (NONE: an operator). */
int journal_event(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change, enum event_kind kind,
	enum reason why);
/* The same of a change as it was read through t: ERR_CONFLICT, too, when it has an event since. */
int journal_event_of(struct txn *t, struct crypto *crypto, uint64_t now, const struct change *c, enum event_kind kind,
	enum reason why, struct arena *arena);
/* CLAIMED or SENT of a change that was read before, without reading it again. ERR_CONFLICT when it has an event since. The new
 * sequence is in p then. */
struct passage {
	uint64_t number;
	uint64_t sequence;		/* of its last event */
	uint64_t generation;		/* the newest one of its parent; 0: it has none */
};
int journal_pass(struct txn *t, struct crypto *crypto, uint64_t now, struct passage *p, enum event_kind kind);
int journal_ack(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change);
struct reconciled {
	uint64_t published;
	uint64_t voided;		/* withdrawn: somebody else has changed the delegation */
};
/* After a load: closes acknowledged (or sent) changes of origin whose ds_after the newer generation shows (PUBLISHED);
 * withdraws those that have not left and whose delegation is no longer the one they were judged against. */
int journal_reconcile(struct txn *t, struct crypto *crypto, const struct name *origin, uint64_t now,
	struct reconciled *out);

int change_get(struct txn *t, uint64_t number, struct arena *arena, struct change *out);
/* In order of number, from first on. */
int change_next(struct txn *t, uint64_t first, struct arena *arena, struct change *out);
/* The one outstanding change of a child: the newest that is neither withdrawn nor published. ERR_NOTFOUND. A failed
 * change is outstanding too: it may be tried again. */
int change_of_child(struct txn *t, const struct name *child, struct arena *arena, struct change *out);
/* Outstanding changes in canonical order of child: next after *after (size 0: first). Only these can be exportable. */
int change_outstanding_next(struct txn *t, const struct name *after, struct arena *arena, struct change *out);
/* The same without reading the change. */
int change_outstanding_find(struct txn *t, const struct name *after, struct name *child, uint64_t *number);
/* 0 also when there is none: PENDING_NONE. */
int pending_of_child(struct txn *t, const struct name *child, struct arena *arena, struct pending *out);
/* May it go out, or once more (released, or claimed, sent, failed and not acknowledged): younger than max_age_s, the
 * outstanding change of its child, its delegation in the store still the one it was judged against (DS, NS, registration and
 * registrar; a superseding change also goes where the superseded one has arrived, A-31)?
 * Once it was claimed or has failed, only while the last probe of the child wants it, and no operator holds the child; that a claim
 * was taken back does not undo what a probe has said meanwhile. */
int change_is_exportable(struct txn *t, const struct change *c, uint64_t now, uint32_t max_age_s, bool *yes);
/* The same where the delegation has been read through t. */
int change_is_exportable_at(struct txn *t, const struct change *c, const struct delegation *d, uint64_t now,
	uint32_t max_age_s, struct arena *arena, bool *yes);
/* And where c is the outstanding change of its child, as it was found through t. */
int change_outstanding_is_exportable(struct txn *t, const struct change *c, const struct delegation *d, uint64_t now,
	uint32_t max_age_s, struct arena *arena, bool *yes);
/* What stands against c by now, of all that would keep it from being accepted by p however its servers answer (accept_barrier):
 * *why, or NONE. */
int change_barrier(struct txn *t, const struct change *c, const struct delegation *d, const struct policy *p, uint64_t now,
	struct arena *arena, enum reason *why);
/* Not out yet, and never exportable again: whoever may write withdraws it for *why: STALE_INPUT, it is about another
 * registration or registrar, or nobody wants it any more (opted out, the registrar automates); STALE_EVIDENCE, it is old, or about another NS or DS set; NONE: it is not stale. A change that an
 * operator, the brake or a freeze holds does not grow old, for it needs a new probe in any case; but its delegation may
 * change. */
int change_is_stale(struct txn *t, const struct change *c, uint64_t now, uint32_t max_age_s, enum reason *why);

/* What the parent may get instead of what it has: the set of a change that c supersedes and that has left. */
int change_pending_ds(struct txn *t, const struct change *c, struct arena *arena, struct ds_set *out, bool *has);

/* The why of a RELEASED that takes back a claim: it has certainly not left. Whoever was told of the change need not be again. */
#define RELEASED_AGAIN REASON_NOOP_CHANGE_PENDING
bool event_is_released_again(const struct event *e);
/* The one of that sequence, or behind it; arena NULL: body lives until the next write or read through t. ERR_NOTFOUND. */
int event_next(struct txn *t, uint64_t first, struct arena *arena, struct event *out);
/* The newest before sequence; 0: the newest of all. body lives until the next write or read through t. ERR_NOTFOUND. */
int event_before(struct txn *t, uint64_t sequence, struct event *out);
/* Sequence and hash of the newest event; zeros when empty. */
int journal_head(struct txn *t, uint64_t *sequence, uint8_t hash[SHA256_OCTETS]);
