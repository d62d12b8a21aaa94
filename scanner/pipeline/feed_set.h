/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One NS set being walked: children read ahead, and chunks of them not yet decided. Private to the feeder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/store/runs.h"
#include "scanner/pipeline/job.h"

/* Children read in one transaction, at most; also the grain of progress. */
#define FEED_CHUNK 128
/* Children looked at in one transaction: a reader that stays makes the store grow (doc/architecture.md, store). */
#define FEED_LOOK 1000

struct feed_set {
	struct feed_set *ring_next, *ring_prev;
	struct feed_set *dirty_next;
	bool is_dirty;
	bool drained;			/* nothing left to read or to pull: off the ring */
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
	uint8_t id[NSSET_OCTETS];	/* of the set, which may be gone when progress is written */
	bool pseudo;
	struct name last;		/* its last child */
	bool final;			/* nothing of the set comes after it */
	size_t left;			/* children not decided */
	struct job *jobs;		/* until feed_set_add: a list by node.next */
	size_t count;
	uint16_t counts[RUN_REASONS];
	uint16_t warnings[RUN_REASONS];
};

/* One reading of a set, while others use the set: from where, then up to where. */
struct feed_reading {
	struct feed_set *set;		/* only id and pseudo are looked at */
	size_t most;			/* children */
	struct name cursor;
	bool exhausted;
	struct chunk *chunk;		/* NULL: no child of ours among those looked at */
};

struct feed_set *feed_set_new(const uint8_t *id);	/* id NULL: pseudo set */
void feed_set_free(struct feed_set *s);
/* What was read of it goes in. */
void feed_set_add(struct feed_set *s, const struct feed_reading *r);
struct job *feed_set_pull(struct feed_set *s);
/* Takes the decided chunks at the front off the set, appends them to the list; the new end of the list. */
struct chunk **feed_set_take_decided(struct feed_set *s, struct chunk **end);
/* Cursors and counts of a list of decided chunks go into the transaction and the run; frees the list in any case. */
int feed_progress(struct chunk *list, struct txn *t, struct run *run);

/* The NS set after *after (NULL: first) and where the run is in it. ERR_NOTFOUND at the end. */
int feed_next_set(struct store *store, const struct run *run, const uint8_t *after, uint8_t id[NSSET_OCTETS],
	struct name *cursor, bool *done);
/* Fills r->chunk, moves r->cursor, sets r->exhausted. */
int feed_read_chunk(struct store *store, const struct run *run, struct feed_reading *r);
