/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeder: children of a run out of the store, NS set by NS set, several sets at once so that a slow operator
 * holds up nobody else; and the progress of the run, counted back in the order they went out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "registry/store/runs.h"
#include "scanner/pipeline/job.h"
#include "validate/accept/decision.h"

struct feeder;

struct feeder_options {
	struct store *store;
	const struct run *run;		/* copied: number, origin, only */
	size_t credits;			/* children that may be out at once */
	/* Called from the feeder's thread when feeder_pull may give something again. */
	void (*wake)(void *user);
	void *user;
};

/* Starts the thread. */
int feeder_new(const struct feeder_options *options, struct feeder **out);
/* The next child, or NULL: nothing now, or *finished: nothing ever. Does not wait. */
struct job *feeder_pull(struct feeder *f, bool *finished);
/* The child is through (committed, dropped or failed): its arena is freed. */
void feeder_done(struct feeder *f, struct job *job);
/* Stops reading; what was pulled must still come to feeder_done. */
void feeder_stop(struct feeder *f);
/* Joins the thread; every job must have come back. NULL is fine. */
void feeder_free(struct feeder *f);
/* Children read and not yet pulled. */
size_t feeder_ahead(struct feeder *f);
/* What reading the store said, if it failed. */
int feeder_error(struct feeder *f);

/* For the writer, inside its transaction: the child was decided like this ... */
void feeder_decided(struct feeder *f, struct job *job, const struct decision *d);
/* ... and the progress that follows: cursors of NS sets, and in run the children counted by reason and warning. */
int feeder_progress(struct feeder *f, struct txn *t, struct run *run);
