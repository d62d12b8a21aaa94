/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A feeder over a store of many NS sets, pulled from as the loop does it. */
#pragma once

#include "tests/unit/store_fixture.h"

#include <pthread.h>
#include <time.h>

#include "scanner/pipeline/feeder.h"

/* The feeder's wake, waited for. */
struct bell {
	pthread_mutex_t lock;
	pthread_cond_t rung;
	unsigned count;
};

static struct bell bell = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 };

static inline void ring(void *user)
{
	struct bell *b = user;
	pthread_mutex_lock(&b->lock);
	b->count++;
	pthread_cond_signal(&b->rung);
	pthread_mutex_unlock(&b->lock);
}

static inline unsigned bell_count(void)
{
	pthread_mutex_lock(&bell.lock);
	unsigned count = bell.count;
	pthread_mutex_unlock(&bell.lock);
	return count;
}

/* Waits until the bell was rung more often than that; half a minute of silence is a failure. */
static inline void bell_wait(unsigned before)
{
	struct timespec end;
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 30;
	pthread_mutex_lock(&bell.lock);
	while (bell.count == before) {
		assert_int_equal(pthread_cond_timedwait(&bell.rung, &bell.lock, &end), 0);
	}
	pthread_mutex_unlock(&bell.lock);
}

/* The next job, waiting for the feeder's thread; NULL when it is finished. */
static inline struct job *next_job(struct feeder *f)
{
	for (;;) {
		bool finished = false;
		unsigned before = bell_count();
		struct job *job = feeder_pull(f, &finished);
		if (job != NULL || finished) {
			return job;
		}
		bell_wait(before);
	}
}

static inline struct feeder *open_feeder(struct fixture *f, const struct run *run, size_t credits)
{
	const struct feeder_options o = { .store = f->store, .run = run, .credits = credits, .wake = ring, .user = &bell };
	struct feeder *feeder = NULL;
	assert_int_equal(feeder_new(&o, &feeder), 0);
	return feeder;
}

/* Children PREFIX000.PARENT and so on, all of the NS set of that operator. */
static inline void put_children(struct fixture *f, const char *prefix, const char *parent, const char *operator_zone,
	unsigned count)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (unsigned i = 0; i < count; i++) {
		char child[128];
		snprintf(child, sizeof(child), "%s%03u.%s", prefix, i, parent);
		struct delegation d = fixture_delegation(f, child, operator_zone, i % 2 == 0 ? 1 : 0);
		fixture_put(f, t, &d);
	}
	fixture_commit(t);
}

static inline void put_parent(struct fixture *f, const char *origin)
{
	struct txn *t = fixture_begin(f, STORE_WRITE);
	fixture_load(f, t, origin, 1);
	fixture_commit(t);
}

static inline struct run begin_run(struct fixture *f, const char *origin, const char *only)
{
	struct run run = { .generation = 1, .origin = fixture_name(origin), .began = FIXTURE_NOW };
	if (only != NULL) {
		run.only = fixture_name(only);
	}
	struct txn *t = fixture_begin(f, STORE_WRITE);
	assert_int_equal(run_new(t, &run), 0);
	fixture_commit(t);
	return run;
}

static inline int store_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	fixture_open(f, STORE_WRITE);
	*state = f;
	return 0;
}

static inline int store_teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}
