/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is remembered of children: state, decisions, evidence, policies and tables by hash; and the one place where a
 * finding becomes a decision, inside the write transaction. */
#pragma once

#include "registry/store/journal.h"
#include "registry/store/runs.h"
#include "registry/store/store.h"
#include "validate/accept/accept.h"

/* A stored case: everything a decision depended on, and what was decided. Slices are copies in arena. */
struct stored_case {
	uint64_t run, sequence;		/* "RUN/SEQUENCE" in commands */
	uint32_t rules_version;
	uint32_t now;
	uint64_t generation;
	uint64_t change;		/* proposed by it; 0 */
	uint8_t policy[SHA256_OCTETS];
	uint8_t table[SHA256_OCTETS];
	uint8_t evidence_hash[SHA256_OCTETS];
	struct slice evidence;		/* empty when retention has removed it */
	struct slice delegation;
	struct slice state;
	struct slice pending;
	struct slice decision;		/* encoded (validate/accept/decision.h) */
};

/* ERR_NOTFOUND. */
int case_get(struct txn *t, uint64_t run, uint64_t sequence, struct arena *arena, struct stored_case *out);
/* The policy of a case alone: its SHA-256. ERR_NOTFOUND. */
int case_policy(struct txn *t, uint64_t run, uint64_t sequence, uint8_t hash[SHA256_OCTETS]);
/* The next stored case of a run after sequence; run 0: of all runs in order. */
int case_next(struct txn *t, uint64_t run, uint64_t after_run, uint64_t after_sequence, struct arena *arena,
	struct stored_case *out);

/* ERR_NOTFOUND: never decided. */
int state_get(struct txn *t, const struct name *child, struct arena *arena, struct child_state *out);

/* By SHA-256 of their encoding; put is idempotent. A table's rows stay as they are while t lasts: they are not read again. */
int policy_put(struct txn *t, struct crypto *crypto, const struct policy *p, uint8_t hash[SHA256_OCTETS]);
int policy_get(struct txn *t, const uint8_t hash[SHA256_OCTETS], struct policy *out);
int table_put(struct txn *t, struct crypto *crypto, const struct algorithm_table *a, uint8_t hash[SHA256_OCTETS]);
int table_get(struct txn *t, const uint8_t hash[SHA256_OCTETS], struct arena *arena, struct algorithm_table *out);

/* One judged child on its way into the store. */
struct judged {
	const struct evidence *evidence;
	struct slice evidence_octets;
	const struct delegation *delegation;	/* the one that was probed */
	const struct finding *finding;
	const struct algorithm_table *algorithms;	/* it was judged with */
	uint32_t now;				/* the time it was judged at */
};

/* In a write transaction: checks that the delegation is still the one probed, and that the finding is about what an operator wants
 * undone (else STALE_INPUT: nothing is written),
 * withdraws an unexported change that has grown stale, reads state and pending, accepts, writes decision +
 * evidence (for accepts, for what the journal has to do, and for outcomes or content that changed; a repeat is a
 * counter only), state if it differs, events, and run->sequence and run->changes (children and counts by reason are
 * the caller's: they go with the progress); run_put it once a batch. *decision in arena; a child already decided in
 * this run (state.last_run == run->number) is not decided again: *again is set and *decision is the stored one. After
 * an error t must be aborted, and run read again. */
int record_judged(struct txn *t, struct crypto *crypto, struct run *run, const struct policy *policy,
	const struct judged *j, struct arena *arena, struct decision *decision, bool *again);
