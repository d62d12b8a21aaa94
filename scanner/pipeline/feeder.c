/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Feeder: one thread reads chunks of children ahead; the loop pulls them in turn from the active sets. */
#include "scanner/pipeline/feeder.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/pipeline/feed_set.h"
#include "validate/wire/err.h"

/* NS sets read at once; children of one set that may be out even when many sets are active. */
#define SETS_ACTIVE 256
#define SET_OUT_MIN 16

struct feeder {
	struct feeder_options options;
	struct run run;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wanted;		/* the thread has something to do */
	struct feed_set *sets;		/* ring of active sets: the next to pull from */
	size_t active;
	struct feed_set *dirty;		/* sets with a chunk decided since the last progress */
	uint8_t last_set[NSSET_OCTETS];
	bool any_set;			/* last_set is valid */
	bool no_more_sets;
	bool stopping;
	int error;
};

static void ring_add(struct feeder *f, struct feed_set *s)
{
	if (f->sets == NULL) {
		s->ring_next = s->ring_prev = s;
		f->sets = s;
	} else {
		s->ring_next = f->sets;
		s->ring_prev = f->sets->ring_prev;
		s->ring_prev->ring_next = s;
		f->sets->ring_prev = s;
	}
	f->active++;
}

static void ring_remove(struct feeder *f, struct feed_set *s)
{
	if (s->ring_next == s) {
		f->sets = NULL;
	} else {
		s->ring_next->ring_prev = s->ring_prev;
		s->ring_prev->ring_next = s->ring_next;
		if (f->sets == s) {
			f->sets = s->ring_next;
		}
	}
	f->active--;
}

/* A set that needs reading: fewer than half a chunk in hand. */
static struct feed_set *hungry(const struct feeder *f)
{
	struct feed_set *s = f->sets;
	for (size_t i = 0; i < f->active; i++, s = s->ring_next) {
		if (!s->exhausted && s->ready_count < FEED_CHUNK / 2) {
			return s;
		}
	}
	return NULL;
}

/* With the lock held. The next NS set of the store, or the pseudo set of a run over one child. */
static int open_set(struct feeder *f)
{
	if (f->run.only.size > 0) {
		f->no_more_sets = true;
		struct feed_set *only = feed_set_new(NULL);
		if (only == NULL) {
			return ERR_NOMEM;
		}
		ring_add(f, only);
		return ERR_OK;
	}
	uint8_t id[NSSET_OCTETS];
	bool done;
	struct name cursor;
	int ret = feed_next_set(f->options.store, &f->run, f->any_set ? f->last_set : NULL, id, &cursor, &done);
	if (ret == ERR_NOTFOUND) {
		f->no_more_sets = true;
		return ERR_OK;
	}
	if (ret != ERR_OK) {
		return ret;
	}
	memcpy(f->last_set, id, sizeof(id));
	f->any_set = true;
	if (done) {
		return ERR_OK;
	}
	struct feed_set *s = feed_set_new(id);
	if (s == NULL) {
		return ERR_NOMEM;
	}
	s->cursor = cursor;
	ring_add(f, s);
	return ERR_OK;
}

/* With the lock held: a set nobody needs any more leaves the ring. */
static void retire(struct feeder *f, struct feed_set *s)
{
	bool chunks_left = s->chunks != NULL && !s->blocked;
	if (!s->exhausted || s->ready_count > 0 || s->out > 0 || chunks_left || s->is_dirty || s->reading) {
		return;
	}
	ring_remove(f, s);
	feed_set_free(s);
	pthread_cond_signal(&f->wanted);
}

/* Reads one chunk without holding the lock; the set cannot go away while it is marked as reading. */
static int read_chunk(struct feeder *f, struct feed_set *s)
{
	s->reading = true;
	pthread_mutex_unlock(&f->lock);
	struct chunk *chunk = NULL;
	int ret = feed_read_chunk(f->options.store, &f->run, s, &chunk);
	pthread_mutex_lock(&f->lock);
	s->reading = false;
	if (chunk != NULL) {
		feed_set_add(s, chunk);
	}
	retire(f, s);
	return ret;
}

static void *feed(void *arg)
{
	struct feeder *f = arg;
	pthread_mutex_lock(&f->lock);
	while (!f->stopping && f->error == ERR_OK) {
		struct feed_set *s = hungry(f);
		if (s != NULL) {
			f->error = read_chunk(f, s);
		} else if (!f->no_more_sets && f->active < SETS_ACTIVE) {
			f->error = open_set(f);
		} else if (f->no_more_sets && f->sets == NULL) {
			break;
		} else {
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
	for (size_t i = 0; i < f->active && job == NULL && !f->stopping; i++) {
		struct feed_set *s = f->sets;
		f->sets = s->ring_next;
		if (s->out < most) {
			job = feed_set_pull(s);
		}
		if (!s->exhausted && s->ready_count < FEED_CHUNK / 2) {
			pthread_cond_signal(&f->wanted);
		}
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
	retire(f, s);
	pthread_mutex_unlock(&f->lock);
	arena_free(job->arena);
}

void feeder_decided(struct feeder *f, struct job *job, enum reason reason)
{
	pthread_mutex_lock(&f->lock);
	struct chunk *c = job->chunk;
	assert(c->left > 0 && reason < RUN_REASONS);
	c->counts[reason]++;
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
	int ret = ERR_OK;
	pthread_mutex_lock(&f->lock);
	while (f->dirty != NULL) {
		struct feed_set *s = f->dirty;
		f->dirty = s->dirty_next;
		s->is_dirty = false;
		if (ret == ERR_OK) {
			ret = feed_set_progress(s, t, run);
		}
		retire(f, s);
	}
	pthread_mutex_unlock(&f->lock);
	return ret;
}

void feeder_stop(struct feeder *f)
{
	pthread_mutex_lock(&f->lock);
	f->stopping = true;
	pthread_cond_signal(&f->wanted);
	pthread_mutex_unlock(&f->lock);
}

void feeder_free(struct feeder *f)
{
	if (f == NULL) {
		return;
	}
	feeder_stop(f);
	pthread_join(f->thread, NULL);
	while (f->sets != NULL) {
		struct feed_set *s = f->sets;
		ring_remove(f, s);
		feed_set_free(s);
	}
	pthread_cond_destroy(&f->wanted);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

int feeder_error(struct feeder *f)
{
	pthread_mutex_lock(&f->lock);
	int error = f->error;
	pthread_mutex_unlock(&f->lock);
	return error;
}
