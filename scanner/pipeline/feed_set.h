/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One NS set being walked: children read ahead, and chunks of them not yet decided. Private to the feeder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/store/runs.h"
#include "scanner/pipeline/job.h"

/* Children read in one transaction; also the grain of progress. */
#define FEED_CHUNK 128

struct feed_set {
	struct feed_set *ring_next, *ring_prev;
	struct feed_set *dirty_next;
	bool is_dirty;
	uint8_t id[NSSET_OCTETS];
	bool pseudo;			/* the one child of a run over one child: no progress is kept */
	struct name cursor;		/* last child read */
	bool exhausted;			/* the store has no more children of it */
	bool reading;
	bool blocked;			/* a child failed: progress stays before its chunk */
	struct job *ready;		/* read, not pulled */
	struct job *ready_last;
	size_t ready_count;
	size_t out;			/* pulled, not done */
	struct chunk *chunks;		/* in order; the first undecided one is first */
	struct chunk *chunks_last;
};

struct chunk {
	struct chunk *next;
	struct feed_set *set;
	struct name last;		/* its last child */
	bool final;			/* nothing of the set comes after it */
	size_t left;			/* children not decided */
	struct job *jobs;		/* until feed_set_add: a list by node.next */
	size_t count;
	uint16_t counts[RUN_REASONS];
};

struct feed_set *feed_set_new(const uint8_t *id);	/* id NULL: pseudo set */
void feed_set_free(struct feed_set *s);
void feed_set_add(struct feed_set *s, struct chunk *chunk);
struct job *feed_set_pull(struct feed_set *s);
/* Cursor and counts of the decided chunks at the front go into the transaction and the run. */
int feed_set_progress(struct feed_set *s, struct txn *t, struct run *run);

/* The NS set after *after (NULL: first) and where the run is in it. ERR_NOTFOUND at the end. */
int feed_next_set(struct store *store, const struct run *run, const uint8_t *after, uint8_t id[NSSET_OCTETS],
	struct name *cursor, bool *done);
/* Reads the next chunk of s; NULL in *out when there was none left. Moves cursor, sets exhausted. */
int feed_read_chunk(struct store *store, const struct run *run, struct feed_set *s, struct chunk **out);
