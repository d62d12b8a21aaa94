/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges: a pool of threads that turn probes into findings. */
#pragma once

#include <stddef.h>

#include "scanner/pipeline/job.h"
#include "validate/accept/policy_set.h"

struct judges;

struct judges_options {
	size_t threads;			/* 0: one a processor, less one for the loop */
	const struct policy_set *policies;
	const struct algorithm_table *algorithms;
	struct queue *judged;		/* where judged jobs go, failed ones too */
	/* The job wants its child to be looked at once more over TCP; called from a judge's thread. */
	void (*again)(void *user, struct job *job);
	void *user;
};

/* Will a look for signals be wanted of any child? */
bool judges_want_signals(const struct policy_set *policies);

int judges_new(const struct judges_options *options, struct judges **out);
/* Never blocks. */
void judges_push(struct judges *j, struct job *job);
/* Judges what is left, then ends the threads. NULL is fine. */
void judges_free(struct judges *j);
