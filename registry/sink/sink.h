/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sinks: DS changes out, to the systems of the registry. A sink never decides. The program ignores SIGPIPE, so that a closed
 * pipe is an error here and nothing is marked as sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "registry/store/journal.h"

/* One change on its way out. */
struct sink_change {
	const char *id;
	const struct change *change;
	const struct name *parent;	/* the zone that delegates the child */
	/* What the parent has now: ds_before of the change, or, where one that it supersedes has arrived, the set of that one. */
	const struct ds_set *ds_now;
	/* What it may have instead: the set of a superseded change that has left and may arrive yet; NULL: none. */
	const struct ds_set *ds_pending;
	/* DNSKEY RDATA of the keys that the DS set after the change stands for, for targets that take keys; only where the sink
	 * asks for them (needs_keys). */
	const struct slice *keys;
	size_t key_count;
};

/* What became of one change, told by sinks that get answers. Zero says that nothing is known. */
enum sink_outcome {
	SINK_UNKNOWN = 0,	/* it may have been taken or not: it stays claimed, and the next export compares first */
	SINK_WAITS,		/* it was certainly not taken, for now: a busy or unreachable target. It is released again */
	SINK_TAKEN,		/* given over; the target answers later, or in the next walk: SENT */
	SINK_APPLIED,		/* the target has it now, or had it already: ACKED */
	SINK_CONFLICT,		/* DS or NS there is neither the one before nor the one after: APPLY_CONFLICT */
	SINK_REFUSED,		/* the target says no, and will say so again: APPLY_FAILED, and somebody has to look */
};
struct sink_result {
	enum sink_outcome outcome;
	const char *why;	/* one sentence, with the target's own words and code; NULL: none. Never a secret */
	uint64_t rest_s;	/* of WAITS: the target wants not to be asked for so long; 0: it has not said */
};

#define SINK_LANES 2

struct sink;
struct text;
struct sink_ops {
	const char *name;		/* as people give it */
	const char *sentence;		/* for help */
	bool needs_directory;		/* TARGET is a directory */
	bool has_answers;		/* a result comes for each change; what got none when finish returns is SINK_UNKNOWN */
	bool needs_keys;
	bool only_of_record;		/* it writes what the journal says was handed over: nothing for who reads along */
	/* ERR_IO, ERR_FULL, ERR_NOMEM, ERR_LIMIT (this change can never be written by this sink: the others can), ERR_ARG (it will be
	 * so next time, and trying does harm: a login that was refused; who follows ends, with the sentence). x and what it
	 * points to live until put returns. A sink with answers may wait here for earlier ones: what is under way is bounded. */
	int (*put)(struct sink *s, const struct sink_change *x);
	/* Of sinks whose target answers later: what became of one that was TAKEN in an earlier export. Only id and change of x are
	 * given. A result comes as for put: TAKEN is no news, UNKNOWN says that the target has lost it. Errors as for put, all
	 * calls before or behind those of put. NULL: the next walk shows. */
	int (*poll)(struct sink *s, const struct sink_change *x);
	uint32_t poll_pause_s;		/* that a target wants between two such questions at least; 0: it does not mind */
	/* The same in steps, of sinks without answers whose text may wait; all three or none. compose: what put would write, behind
	 * what is in out, and nothing of it leaves; ERR_NOMEM, and then out is as it was before: there is no change that such a sink
	 * cannot write. Other threads may compose while this one writes and settles, each with a lane below SINK_LANES of its own;
	 * put has lane 0. write: composed text, whole changes. settle: all that was written is durable, and stays even if the sink
	 * fails after it. */
	int (*compose)(struct sink *s, unsigned lane, const struct sink_change *x, struct text *out);
	int (*write)(struct sink *s, const char *data, size_t size);
	int (*settle)(struct sink *s);
	/* Everything is written and durable, or an error: then nothing counts as sent but what was settled. failed: take back what can be. Frees s
	 * in any case. */
	int (*finish)(struct sink *s, bool failed);
};
struct sink {
	const struct sink_ops *ops;
};

/* One value of the sink's part of the configuration, as it stands there. */
struct sink_setting {
	const char *key, *value;
	size_t line;			/* 0: from the command line */
};

/* The DS set of one child; 0, or an error that ends it all. */
typedef int sink_take_ds(void *to, const struct name *child, const struct ds_set *ds, uint32_t ttl);

struct sink_options {
	const char *target;		/* NULL or "-": standard output where the sink can */
	const char *file;		/* that the settings come from, for sentences; NULL: none */
	const struct sink_setting *settings;	/* live as long as the sink */
	size_t setting_count;
	const struct name *zones;	/* the parents whose children changes may be of; live as long as the sink */
	size_t zone_count;
	bool dry_run;			/* compare and tell, change nothing at the target */
	/* Of sinks with answers: called in put and finish, once at most for a change, by its number. */
	void (*done)(void *user, uint64_t change, const struct sink_result *r);
	void *user;
	/* For sinks that write a whole zone: every child of it in canonical order, with the DS set that it has once what went out
	 * before has arrived. ERR_CONFLICT: not all are known, or not all children, or they are of an old source. NULL: nobody tells. */
	int (*each_ds)(void *user, const struct name *zone, sink_take_ds *take, void *to);
	FILE *stdout_stream;		/* where "-" goes; NULL: stdout */
	char *why;			/* of 256 octets: gets the sentence of a failed put or finish; may be NULL */
};

/* why: one sentence. ERR_ARG for an unknown name. */
int sink_new(const char *name, const struct sink_options *o, struct sink **out, char why[256]);
const struct sink_ops *const *sink_list(void);	/* NULL-terminated */
