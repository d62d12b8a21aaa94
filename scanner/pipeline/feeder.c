/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeder: one thread reads chunks of children ahead; the loop pulls them in turn from the active sets. */
#include "scanner/pipeline/feeder.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/pipeline/feed_set.h"
#include "validate/wire/err.h"

/* NS sets read at once; children of one set that may be out even when many sets are active; children of one set read
 * ahead even then. */
#define SETS_ACTIVE 256
#define SET_OUT_MIN 16
#define CHUNK_MIN 4

struct feeder {
	struct feeder_options options;
	struct run run;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wanted;		/* the thread has something to do */
	struct feed_set *sets;		/* ring of active sets: the next to pull from */
	size_t active;
	struct feed_set *drained;	/* ring of those with children out only */
	struct feed_set *dirty;		/* sets with a chunk decided since the last progress */
	uint8_t last_set[NSSET_OCTETS];
	bool any_set;			/* last_set is valid */
	bool no_more_sets;
	bool stopping;
	int error;
};

static void ring_add(struct feed_set **ring, struct feed_set *s)
{
	if (*ring == NULL) {
		s->ring_next = s->ring_prev = s;
		*ring = s;
		return;
	}
	s->ring_next = *ring;
	s->ring_prev = (*ring)->ring_prev;
	s->ring_prev->ring_next = s;
	(*ring)->ring_prev = s;
}

static void ring_remove(struct feed_set **ring, struct feed_set *s)
{
	if (s->ring_next == s) {
		*ring = NULL;
		return;
	}
	s->ring_prev->ring_next = s->ring_next;
	s->ring_next->ring_prev = s->ring_prev;
	if (*ring == s) {
		*ring = s->ring_next;
	}
}

static void activate(struct feeder *f, struct feed_set *s)
{
	ring_add(&f->sets, s);
	f->active++;
}

/* What is read ahead stays well below what may be out, however many sets are read: a child takes 16 kB at least. */
static size_t chunk_size(const struct feeder *f)
{
	size_t most = f->active == 0 ? FEED_CHUNK : f->options.credits / 4 / f->active;
	return most < CHUNK_MIN ? CHUNK_MIN : most > FEED_CHUNK ? FEED_CHUNK : most;
}

/* A set that needs reading: fewer than half a chunk in hand. */
static bool is_hungry(const struct feeder *f, const struct feed_set *s)
{
	return !s->exhausted && s->ready_count < (chunk_size(f) + 1) / 2;
}

static struct feed_set *hungry(const struct feeder *f)
{
	struct feed_set *s = f->sets;
	for (size_t i = 0; i < f->active; i++, s = s->ring_next) {
		if (is_hungry(f, s)) {
			return s;
		}
	}
	return NULL;
}

static int add_set(struct feeder *f, const uint8_t *id, const struct name *cursor)
{
	struct feed_set *s = feed_set_new(id);
	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->cursor = *cursor;
	activate(f, s);
	return ERR_OK;
}

/* The next NS set of the store, or the pseudo set of a run over one child. Only the thread comes here; the lock is
 * given back while it reads. */
static int open_set(struct feeder *f)
{
	struct name cursor = { .size = 0 };
	if (f->run.only.size > 0) {
		f->no_more_sets = true;
		return add_set(f, NULL, &cursor);
	}
	uint8_t id[NSSET_OCTETS];
	bool done = false;
	pthread_mutex_unlock(&f->lock);
	int ret = feed_next_set(f->options.store, &f->run, f->any_set ? f->last_set : NULL, id, &cursor, &done);
	pthread_mutex_lock(&f->lock);
	if (ret != ERR_OK) {
		f->no_more_sets = ret == ERR_NOTFOUND;
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	memcpy(f->last_set, id, sizeof(id));
	f->any_set = true;
	return done ? ERR_OK : add_set(f, id, &cursor);
}

/* With the lock held: a set with nothing more to give makes room for another, and one that nobody needs any more goes. */
static void settle(struct feeder *f, struct feed_set *s)
{
	if (!s->exhausted || s->ready_count > 0 || s->reading) {
		return;
	}
	if (!s->drained) {
		ring_remove(&f->sets, s);
		f->active--;
		ring_add(&f->drained, s);
		s->drained = true;
		pthread_cond_signal(&f->wanted);
	}
	bool chunks_left = s->chunks != NULL && !s->blocked;
	if (s->out > 0 || chunks_left || s->is_dirty) {
		return;
	}
	ring_remove(&f->drained, s);
	feed_set_free(s);
}

/* Reads one chunk without holding the lock; the set cannot go away while it is marked as reading. */
static int read_chunk(struct feeder *f, struct feed_set *s)
{
	struct feed_reading reading = { .set = s, .most = chunk_size(f), .cursor = s->cursor };
	s->reading = true;
	pthread_mutex_unlock(&f->lock);
	int ret = feed_read_chunk(f->options.store, &f->run, &reading);
	pthread_mutex_lock(&f->lock);
	s->reading = false;
	feed_set_add(s, &reading);
	settle(f, s);
	return ret;
}

/* One step; false when there is nothing to do now. Sets are opened first: how far one is read ahead depends on how many
 * there are. */
static bool feed_step(struct feeder *f)
{
	struct feed_set *s;
	if (!f->no_more_sets && f->active < SETS_ACTIVE) {
		f->error = open_set(f);
		return true;
	}
	if ((s = hungry(f)) != NULL) {
		f->error = read_chunk(f, s);
		return true;
	}
	return false;
}

static void *feed(void *arg)
{
	struct feeder *f = arg;
	pthread_mutex_lock(&f->lock);
	while (!f->stopping && f->error == ERR_OK && !(f->no_more_sets && f->sets == NULL)) {
		if (!feed_step(f)) {
			pthread_cond_wait(&f->wanted, &f->lock);
			continue;
		}
		pthread_mutex_unlock(&f->lock);
		f->options.wake(f->options.user);
		pthread_mutex_lock(&f->lock);
	}
	pthread_mutex_unlock(&f->lock);
	f->options.wake(f->options.user);
	return NULL;
}

int feeder_new(const struct feeder_options *options, struct feeder **out)
{
	struct feeder *f = calloc(1, sizeof(*f));
	if (f == NULL) {
		return ERR_NOMEM;
	}
	f->options = *options;
	f->run = *options->run;
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->wanted, NULL);
	if (pthread_create(&f->thread, NULL, feed, f) != 0) {
		pthread_cond_destroy(&f->wanted);
		pthread_mutex_destroy(&f->lock);
		free(f);
		return ERR_NOMEM;
	}
	*out = f;
	return ERR_OK;
}

static bool over(const struct feeder *f)
{
	return f->stopping || f->error != ERR_OK || (f->no_more_sets && f->sets == NULL);
}

struct job *feeder_pull(struct feeder *f, bool *finished)
{
	struct job *job = NULL;
	pthread_mutex_lock(&f->lock);
	size_t most = f->active == 0 ? 0 : f->options.credits / f->active;
	most = most < SET_OUT_MIN ? SET_OUT_MIN : most;
	size_t sets = f->stopping ? 0 : f->active;
	for (size_t i = 0; i < sets && job == NULL && f->sets != NULL; i++) {
		struct feed_set *s = f->sets;
		f->sets = s->ring_next;
		if (s->out < most) {
			job = feed_set_pull(s);
		}
		if (is_hungry(f, s)) {
			pthread_cond_signal(&f->wanted);
		}
		settle(f, s);
	}
	*finished = job == NULL && over(f);
	pthread_mutex_unlock(&f->lock);
	return job;
}

void feeder_done(struct feeder *f, struct job *job)
{
	pthread_mutex_lock(&f->lock);
	struct feed_set *s = job->set;
	assert(s->out > 0);
	s->out--;
	if (job->failed) {
		/* Progress cannot pass this child: the run stays open for it. */
		s->blocked = true;
	}
	settle(f, s);
	pthread_mutex_unlock(&f->lock);
	arena_free(job->arena);
}

void feeder_decided(struct feeder *f, struct job *job, const struct decision *d)
{
	pthread_mutex_lock(&f->lock);
	struct chunk *c = job->chunk;
	assert(c->left > 0 && d->reason < RUN_REASONS);
	c->counts[d->reason]++;
	for (size_t i = 0; i < d->warning_count; i++) {
		/* Each stands there once. */
		assert(d->warnings[i] < RUN_REASONS);
		c->warnings[d->warnings[i]]++;
	}
	c->left--;
	if (c->left == 0 && !c->set->is_dirty) {
		c->set->is_dirty = true;
		c->set->dirty_next = f->dirty;
		f->dirty = c->set;
	}
	pthread_mutex_unlock(&f->lock);
}

int feeder_progress(struct feeder *f, struct txn *t, struct run *run)
{
	struct chunk *decided = NULL;
	struct chunk **end = &decided;
	pthread_mutex_lock(&f->lock);
	while (f->dirty != NULL) {
		struct feed_set *s = f->dirty;
		f->dirty = s->dirty_next;
		s->is_dirty = false;
		end = feed_set_take_decided(s, end);
		settle(f, s);
	}
	pthread_mutex_unlock(&f->lock);
	/* The store is written without the lock: the loop must not wait for it. */
	return feed_progress(decided, t, run);
}

void feeder_stop(struct feeder *f)
{
	pthread_mutex_lock(&f->lock);
	f->stopping = true;
	pthread_cond_signal(&f->wanted);
	pthread_mutex_unlock(&f->lock);
}

static void free_ring(struct feed_set **ring)
{
	while (*ring != NULL) {
		struct feed_set *s = *ring;
		ring_remove(ring, s);
		feed_set_free(s);
	}
}

void feeder_free(struct feeder *f)
{
	if (f == NULL) {
		return;
	}
	feeder_stop(f);
	pthread_join(f->thread, NULL);
	free_ring(&f->sets);
	free_ring(&f->drained);
	pthread_cond_destroy(&f->wanted);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

size_t feeder_ahead(struct feeder *f)
{
	size_t ahead = 0;
	pthread_mutex_lock(&f->lock);
	struct feed_set *s = f->sets;
	for (size_t i = 0; i < f->active; i++, s = s->ring_next) {
		ahead += s->ready_count;
	}
	pthread_mutex_unlock(&f->lock);
	return ahead;
}

int feeder_error(struct feeder *f)
{
	pthread_mutex_lock(&f->lock);
	int error = f->error;
	pthread_mutex_unlock(&f->lock);
	return error;
}
