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
};

struct sink;
struct sink_ops {
	const char *name;		/* as people give it */
	const char *sentence;		/* for help */
	bool needs_directory;		/* TARGET is a directory */
	/* ERR_IO, ERR_FULL, ERR_NOMEM, ERR_LIMIT (this change can never be written by this sink: the others can). */
	int (*put)(struct sink *s, const struct sink_change *x);
	/* Everything is written and durable, or an error: then nothing counts as sent. failed: take back what can be. Frees s
	 * in any case. */
	int (*finish)(struct sink *s, bool failed);
};
struct sink {
	const struct sink_ops *ops;
};

struct sink_options {
	const char *target;		/* NULL or "-": standard output where the sink can */
	FILE *stdout_stream;		/* where "-" goes; NULL: stdout */
	char *why;			/* of 256 octets: gets the sentence of a failed put or finish; may be NULL */
};

/* why: one sentence. ERR_ARG for an unknown name. */
int sink_new(const char *name, const struct sink_options *o, struct sink **out, char why[256]);
const struct sink_ops *const *sink_list(void);	/* NULL-terminated */
