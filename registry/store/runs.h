/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs: one walk over one generation, resumable; progress is a cursor per NS set. */
#pragma once

#include "registry/store/delegations.h"
#include "registry/store/store.h"
#include "validate/cds/reason.h"

enum run_state { RUN_OPEN = 0, RUN_FINISHED = 1, RUN_SUPERSEDED = 2, RUN_PARTIAL = 3 };
#define RUN_REASONS 256		/* reason numbers are below it */

struct served_list;

struct run {
	uint64_t number;		/* counts up from 1 */
	enum run_state state;
	uint64_t generation;
	struct name origin;
	struct name only;		/* size 0: every child */
	uint64_t began;			/* seconds since the epoch */
	uint64_t ended;			/* 0 while open */
	uint8_t policy[SHA256_OCTETS];
	uint8_t table[SHA256_OCTETS];	/* of algorithms; zeros in a run of before this was kept */
	uint64_t children;		/* decided so far */
	uint64_t changes;		/* proposed in it */
	uint64_t questions;
	uint64_t sequence;		/* last decision of it */
	uint64_t counts[RUN_REASONS];	/* decided children by primary reason */
	uint64_t warnings[RUN_REASONS];	/* and by each reason they are warned of beside it */
	uint8_t limits[SHA256_OCTETS];	/* the policy whose freezes and brakes it ends by: the parent's own; policy may be the hash
					 * of a set of them */
	bool is_research;		/* its source was too old: nothing that it decides goes out */
	/* When it had ended: */
	uint64_t released;		/* changes that it let go */
	uint64_t braked;		/* changes of its children that the brake holds, since then or since before */
	uint64_t frozen;		/* and that wait for the end of a freeze */
	uint64_t aged;			/* and that wait for a source that is young enough; not stored */
	uint64_t served;		/* and first DS sets whose child has one in DNS, */
	uint64_t unproven;		/* ... or of which that is not known; not stored */
	uint64_t recorded;		/* and that are recorded only, for the baseline was not accepted yet; not stored */
	const struct served_list *dns;	/* what the parent's servers said of changes that wait; NULL: they are not to be asked. Not stored */
};

int run_get(struct txn *t, uint64_t number, struct run *out);
int run_last(struct txn *t, struct run *out);			/* ERR_NOTFOUND: never ran */
int run_previous(struct txn *t, uint64_t before, struct run *out);	/* the newest with a smaller number */
int run_put(struct txn *t, const struct run *r);
/* The newest over that parent. ERR_NOTFOUND. */
int run_last_of(struct txn *t, const struct name *origin, struct run *out);
/* Gives the next number. */
int run_new(struct txn *t, struct run *r);

/* Progress within a run: the last child of the NS set such that it and all before it are decided;
 * done: the whole set is. ERR_NOTFOUND: not begun. */
int run_progress_get(struct txn *t, uint64_t run, const uint8_t nsset[NSSET_OCTETS], struct name *last, bool *done);
int run_progress_put(struct txn *t, uint64_t run, const uint8_t nsset[NSSET_OCTETS], const struct name *last, bool done);
/* Ends the run: its open proposals are released or held (release.h), its progress records go. */
int run_finish(struct txn *t, struct crypto *crypto, struct run *r, enum run_state state, uint64_t now);
