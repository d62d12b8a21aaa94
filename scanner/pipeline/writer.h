/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writer: the one thread that writes the store. Findings become decisions inside its transactions. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/store/records.h"
#include "scanner/pipeline/feeder.h"
#include "validate/accept/policy_set.h"

struct writer;

struct writer_options {
	struct store *store;
	struct feeder *feeder;
	const struct policy_set *policies;		/* that the judges use, too */
	const struct algorithm_table *algorithms;	/* that the judges use */
	struct run *run;		/* the writer's while it runs */
	size_t batch;			/* a batch ends with this many children ... */
	uint32_t batch_ms;		/* ... or so long after its first */
	/* After the commit, for each child decided in it; from the writer's thread. case_sequence 0: nothing new was
	 * stored. */
	void (*decided)(void *user, const struct decision *decision, uint64_t case_sequence, struct slice evidence);
	/* The job is through: the receiver gives it to feeder_done. */
	void (*done)(void *user, struct job *job);
	void *user;
};

int writer_new(const struct writer_options *options, struct writer **out);
/* Where judged jobs are pushed. */
struct queue *writer_queue(struct writer *w);
/* Counters for progress: children that are through, also those this run had decided before it was interrupted; changes
 * proposed. */
void writer_counts(struct writer *w, uint64_t *children, uint64_t *changes);
/* What storing said, if it failed: nothing is decided any more from then on. */
int writer_error(struct writer *w);
/* Writes what is left, then ends the thread. NULL is fine. */
void writer_free(struct writer *w);
