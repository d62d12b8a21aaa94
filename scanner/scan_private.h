/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of a scan share. Private to scan*.c. */
#pragma once

#include "registry/sink/json.h"
#include "registry/store/served.h"
#include "scanner/arguments.h"
#include "scanner/loop_parent.h"
#include "scanner/progress.h"
#include "scanner/scan.h"

struct scan {
	const struct scan_options *options;
	const bool *stop;		/* set by a signal */
	struct store *store;
	struct crypto *crypto;
	struct arena *arena;
	struct json *json;
	struct progress progress;
	struct generation generation;
	struct run run;
	bool resumed;
	bool is_research;		/* the source is too old */
	uint64_t began_with;		/* children decided by earlier processes of this run */
	struct policy_set policies;
	uint8_t policy_hash[SHA256_OCTETS];	/* of all of them */
	const struct algorithm_table *algorithms;
	uint8_t table_hash[SHA256_OCTETS];
	struct bootstrap_rules anchors;	/* of --trust-anchor: nothing else of it */
	uint64_t skipped_shown;
	int output_error;
	struct address system[ARGUMENT_RESOLVERS];
	struct hosts_options hosts;
	struct served_list served;	/* changes that the parent's servers were asked for */
};

/* How politely and how patiently servers are asked. */
void scan_fill_walk(const struct scan_options *o, struct walk_options *w);

/* Each says what went wrong and gives the exit code. */

/* Is the clock no further on than can be, by what the store has? s->options->clock. */
int scan_check_clock(struct scan *s);
/* The source into the store: s->generation. */
int scan_load(struct scan *s);
/* How the parent's servers are asked. */
void scan_fill_parent(const struct scan *s, struct loop_parent_options *out);
/* Asks them for the DS sets that a list of the registry should have changed, and for those that have to be none: s->served. */
int scan_ask_served(struct scan *s);
/* What came of it, in the transaction that ends the run. */
int scan_note_served(struct scan *s, struct txn *t);
/* --trust-anchor: for addresses and for the policies. */
int scan_read_anchors(struct scan *s);
/* Those of the parent that was loaded: s->policies. */
int scan_choose_policies(struct scan *s);
/* Begins or resumes the run over s->generation: s->run. */
int scan_open_run(struct scan *s);
/* Removes from the store what has grown old: told of when there is something to tell. */
int scan_retain(struct scan *s);
/* Ends it in this state; its changes are released, or held: EXIT_BRAKE. */
int scan_close_run(struct scan *s, enum run_state state);
