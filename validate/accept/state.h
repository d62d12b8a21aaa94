/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is remembered of a child between runs. Put only if it differs: a quiet child costs no write. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/judge.h"

/* Failures in a row, counted at the retry schedule of the policy and not per probe. */
struct failing {
	uint32_t first_failed;	/* seconds since the epoch */
	uint32_t last_failed;
	uint16_t failures;
};

/* A server that gave no usable response, by address; forgotten once it answers. */
struct server_failure {
	struct address address;
	struct failing times;
};

/* A host whose addresses could not be looked up; forgotten once they could. */
struct host_failure {
	struct name host;
	struct failing times;
};

/* The change of this child that is under way, derived from the journal by the store; input only. */
enum pending_state { PENDING_NONE = 0, PENDING_PROPOSED = 1, PENDING_RELEASED = 2, PENDING_SENT = 3 };
struct pending {
	enum pending_state state;	/* SENT: claimed, sent or acknowledged, not yet published */
	uint64_t change;		/* sequence of its change id */
	struct ds_set ds_after;
};

/* What an operator said of a request for a first DS set, by command; who and why are in the journal. That he holds the child
 * is SUSPENDED_BY_OPERATOR. Stored. */
enum operator_word {
	OPERATOR_NONE = 0,
	OPERATOR_APPROVE = 2,	/* the first DS set that is asked for is his (RFC 8078 sections 3.1, 3.2) */
	OPERATOR_CANCEL = 3,	/* the request that is there now is not wanted; another one may be */
	OPERATOR_CHALLENGE = 4,	/* a token was handed out: who shows it in the zone wants the DS set (section 3.4) */
};

/* A request for a first DS set on its way (RFC 8078 section 3.3 and its neighbours). began 0: none. */
struct window {
	uint32_t began;		/* seconds since the epoch */
	uint32_t last_check;	/* the last one that counted */
	uint32_t last_seen;	/* the last probe of any kind that confirmed it */
	uint32_t span_s;	/* sum of the gaps between checks that counted */
	uint16_t checks;
	uint8_t request_hash[SHA256_OCTETS];	/* as in the finding */
	uint8_t ns_hash[SHA256_OCTETS];
};

/* A change of the child that an operator undoes. Stored. */
enum rollback_state {
	ROLLBACK_NONE = 0,
	ROLLBACK_WANTED = 1,	/* until the parent has the DS set from before it */
	ROLLBACK_DONE = 2,	/* what was undone is not published again at the same request */
};
struct rollback {
	enum rollback_state state;
	bool forced;		/* whatever becomes of the zone */
	uint32_t at;		/* when he said so; seconds since the epoch */
	uint64_t change;	/* its number */
	struct ds_set to;	/* what it replaced */
	struct ds_set undone;	/* what it made */
};

/* Why nothing is done for the child by itself. Each is set and cleared by its own events. Bits; stored. */
#define SUSPENDED_BY_REMOVAL 1u		/* somebody else emptied the DS set */
#define SUSPENDED_BY_OPERATOR 2u	/* nothing is accepted until he releases it */

struct child_state {
	enum reason last_reason;	/* REASON_NONE: never decided */
	uint32_t last_changed;		/* when last_reason or content last changed */
	uint64_t last_run;		/* decision that is stored for it: run, sequence; 0: none */
	uint64_t last_sequence;
	uint8_t content_hash[SHA256_OCTETS];
	unsigned suspended;		/* SUSPENDED_* */
	enum operator_word word;
	uint32_t word_at;
	uint8_t word_hash[SHA256_OCTETS];	/* the request it was about; zeros: the next one */
	uint8_t challenge_hash[SHA256_OCTETS];	/* of CHALLENGE: the token, as in the finding; else zeros */
	struct window window;
	uint32_t seen;			/* newest decision that was worth a write: time only goes on (CLOCK_UNSAFE) */
	uint32_t accepted;		/* when a change was last accepted; 0: never */
	uint32_t settled;		/* since when NS set, registrar and DS by hand are as they are; 0: not known */
	uint8_t ns_hash[SHA256_OCTETS];	/* of the delegation as decided last */
	struct ds_set ds_seen;		/* DS set of the parent as decided last ... */
	bool ds_known;			/* ... if it was ever seen */
	struct ds_set ds_published;	/* of the change of ours that the parent has shown last, since the child was decided ... */
	bool published_known;		/* ... if it has shown any */
	char registrar[LIMIT_LABEL_TEXT];	/* as decided last */
	char registration[LIMIT_LABEL_TEXT];
	uint32_t ttl_restore;		/* when the DS TTL that was lowered may be restored; 0: it is not lowered */
	uint32_t ttl_normal;		/* to what; 0: to what the registry gives a DS set by itself */
	struct rollback rollback;
	size_t mark_count;
	struct mark *marks;		/* replay marks of accepted signatures, sorted */
	struct last_words said[SAID_TYPES];	/* last, as in the finding; kept by the strict guard alone */
	size_t failure_count;
	struct server_failure *failures;	/* sorted by address */
	size_t host_failure_count;
	struct host_failure *host_failures;	/* sorted by name */
};

/* The parent shows a change of ours, with that DS set (which s borrows): asked for, withdrawn or on its way is not there, and only
 * what is there tells who emptied a DS set (DSA-7.1-3). */
void child_state_publish(struct child_state *s, const struct ds_set *set);
/* The delegation is gone from a source that was read to its end: what waits does not wait for its return, and its DS set went with
 * it: that it has none when it returns is nobody's removal. A suspension stays. Likewise of a restored store: what befell
 * the child since the backup is not known. Is there anything of that kind, so that s
 * is another one now? */
bool child_state_leave(struct child_state *s);

/* The DS set to go back to, for the judge to look at; NULL: none. It is s's. */
const struct ds_set *child_state_back(const struct child_state *s);

/* Order of marks in a state: by type, then key. Equal when they are of the same type and key. */
int mark_compare(const struct mark *a, const struct mark *b);
/* Canonical: equal states encode equally. *out in arena. */
int child_state_encode(const struct child_state *s, struct arena *arena, struct slice *out);
int child_state_decode(struct slice data, struct arena *arena, struct child_state *out);
int pending_encode(const struct pending *p, struct arena *arena, struct slice *out);
int pending_decode(struct slice data, struct arena *arena, struct pending *out);
