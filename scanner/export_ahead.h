/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes that are due, read and composed before they are claimed, beside the thread that claims and writes the ones before
 * them. Nothing is claimed here and nothing leaves: whoever claims them looks first whether the store is still what was read
 * (seen). Private to scanner/export*.c. */
#pragma once

#include <pthread.h>

#include "registry/sink/text.h"
#include "scanner/export.h"

struct ahead_item {
	struct passage passage;
	bool fresh;			/* to be claimed; not fresh: it is claimed or sent already */
	size_t place;			/* of its child */
	unsigned lane;			/* in whose text it is, */
	size_t begin, end;		/* ... from where to where */
};

struct candidate {
	uint64_t number;
	size_t place;			/* of its child among the others */
};

/* A part of them, which one thread looks at and composes. */
struct lane {
	struct ahead *ahead;
	unsigned number;
	size_t from, to;		/* candidates; its items and odd ones begin at the same place until all are done */
	size_t count, odd_count;
	uint64_t seen;
	int error;
	struct text text;
	struct export *own;		/* what is looked up for them */
	pthread_t thread;
};

struct ahead {
	struct name after;		/* the child that was looked at last */
	bool ended;			/* there are no others */
	uint64_t seen;			/* the commit that all was read at, or the first of them */
	uint64_t read_at;		/* steady milliseconds */
	uint64_t now;			/* of the clock, when it began */
	uint64_t next_due;
	int error;
	size_t looked_at;
	struct candidate candidates[EXPORT_AHEAD];
	size_t count;
	struct ahead_item items[EXPORT_AHEAD];	/* by number: what is near in the journal is near in the store, but for two tables */
	size_t order[EXPORT_AHEAD];	/* of the items: by child */
	size_t at[EXPORT_AHEAD];	/* behind the item of the child at that place; 0: it has none */
	size_t odd_count;
	uint64_t odd[EXPORT_AHEAD];	/* something is to be said or noted of them: for the one who claims */
	struct lane lanes[SINK_LANES];
	pthread_t thread;
	bool is_running;
};

/* NULL when out of memory. */
struct ahead *ahead_new(const struct export *e);
void ahead_free(struct ahead *a);	/* ended; NULL is fine */
/* What comes behind a->after; a->error. */
void ahead_fill(struct ahead *a);
/* The same beside the caller, or at once where there is no thread to be had. */
void ahead_start(struct ahead *a, const struct name *after);
void ahead_wait(struct ahead *a);
