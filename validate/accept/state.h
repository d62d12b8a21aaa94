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

struct child_state {
	enum reason last_reason;	/* REASON_NONE: never decided */
	uint32_t last_changed;		/* when last_reason or content last changed */
	uint64_t last_run;		/* decision that is stored for it: run, sequence; 0: none */
	uint64_t last_sequence;
	uint8_t content_hash[SHA256_OCTETS];
	size_t mark_count;
	struct mark *marks;		/* replay marks of accepted signatures, sorted */
	size_t failure_count;
	struct server_failure *failures;	/* sorted by address */
	size_t host_failure_count;
	struct host_failure *host_failures;	/* sorted by name */
};

/* Order of marks in a state: by type, then key. Equal when they are of the same type and key. */
int mark_compare(const struct mark *a, const struct mark *b);
/* Canonical: equal states encode equally. *out in arena. */
int child_state_encode(const struct child_state *s, struct arena *arena, struct slice *out);
int child_state_decode(struct slice data, struct arena *arena, struct child_state *out);
int pending_encode(const struct pending *p, struct arena *arena, struct slice *out);
int pending_decode(struct slice data, struct arena *arena, struct pending *out);
