/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loop: the network thread of a run. It pulls children from the feeder while it has credits, walks them,
 * hands probes to the judges, and ends when everything is through or somebody stops it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/store/records.h"
#include "scanner/net/network.h"
#include "scanner/walk/walk.h"
#include "validate/accept/policy_set.h"

struct loop_progress {
	uint64_t children;		/* that went through this process */
	uint64_t changes;
	uint64_t questions;
	size_t in_flight;		/* children between feeder and writer */
	size_t waiting;			/* children and questions held back by politeness */
};

struct loop_options {
	struct store *store;
	struct run *run;		/* updated while it runs */
	const struct policy_set *policies;
	const struct algorithm_table *algorithms;
	struct walk_options walk;
	struct network_options network;	/* signaling is what the policies say */
	size_t credits;			/* children in flight; 0: 1024 */
	size_t judges;			/* threads; 0: by processors */
	/* From the writer's thread, after the commit; case_sequence 0: nothing new was stored. False: nobody hears it any
	 * more, and the loop stops. */
	bool (*decided)(void *user, const struct decision *decision, uint64_t case_sequence, struct slice evidence);
	/* From the loop, about five times a second; NULL: the program is about to leave at once. */
	void (*progress)(void *user, const struct loop_progress *p);
	/* Set by a signal that came before the loop takes them over; NULL: none. */
	const bool *stop;
	void *user;
};

enum loop_end { LOOP_FAILED = 0, LOOP_FINISHED, LOOP_STOPPED, LOOP_INCOMPLETE };

struct loop_report {
	enum loop_end end;
	struct loop_progress progress;
	uint64_t undecided;		/* children that could not be decided, not for a reason of theirs */
	const char *why;		/* LOOP_FAILED: one sentence, static */
};

/* Runs until the end. SIGINT and SIGTERM stop it cleanly, the second one at once. 0 or an error. */
int loop_run(const struct loop_options *options, struct loop_report *report);
