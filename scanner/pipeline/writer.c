/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writer: batches in key order, one transaction each; decisions are told only after their commit. */
#include "scanner/pipeline/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "scanner/clock.h"
#include "validate/wire/err.h"

struct writer {
	struct writer_options options;
	struct queue *judged;
	struct crypto *crypto;
	pthread_t thread;
	atomic_uint_least64_t children, changes;
	atomic_int error;
	struct entry *batch;
	size_t count;
};

struct entry {
	struct job *job;
	struct decision decision;
	uint64_t sequence;		/* of the stored case; 0: none */
	bool decided;			/* by this run now: to be told */
};

/* Sorted puts are an order of magnitude cheaper than random ones (doc/architecture.md, store). */
static int by_child(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	return name_compare(&x->job->delegation.child, &y->job->delegation.child);
}

static int record(struct writer *w, struct txn *t, struct entry *e)
{
	struct job *job = e->job;
	const struct judged judged = {
		.evidence = &job->evidence,
		.evidence_octets = job->evidence_octets,
		.delegation = &job->delegation,
		.finding = &job->finding,
		.algorithms = w->options.algorithms,
		.now = job->now,
	};
	struct run *run = w->options.run;
	uint64_t before = run->sequence;
	bool again = false;
	const struct policy *policy = policy_of(w->options.policies, &job->delegation.child);
	int ret = record_judged(t, w->crypto, run, policy, &judged, job->arena, &e->decision, &again);
	if (ret != ERR_OK) {
		return ret;
	}
	if (e->decision.reason == REASON_STALE_INPUT) {
		/* Void: the run is not through with this child, its delegation is read again the next time. */
		job->failed = true;
		return ERR_OK;
	}
	e->sequence = run->sequence > before ? run->sequence : 0;
	e->decided = !again;
	feeder_decided(w->options.feeder, job, &e->decision);
	return ERR_OK;
}

static int write_batch(struct writer *w)
{
	struct txn *t = NULL;
	int ret = txn_begin(w->options.store, STORE_WRITE, &t);
	if (ret != ERR_OK) {
		return ret;
	}
	for (size_t i = 0; i < w->count && ret == ERR_OK; i++) {
		if (!w->batch[i].job->failed) {
			ret = record(w, t, &w->batch[i]);
		}
	}
	if (ret == ERR_OK) {
		ret = feeder_progress(w->options.feeder, t, w->options.run);
	}
	if (ret == ERR_OK) {
		ret = run_put(t, w->options.run);
	}
	if (ret != ERR_OK) {
		txn_abort(t);
		return ret;
	}
	return txn_commit(t);
}

static void tell(struct writer *w)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct entry *e = &w->batch[i];
		if (e->decided) {
			w->options.decided(w->options.user, &e->decision, e->sequence, e->job->evidence_octets);
		}
		atomic_fetch_add(&w->children, !e->job->failed);
	}
	atomic_store(&w->changes, w->options.run->changes);
}

static void end_batch(struct writer *w)
{
	qsort(w->batch, w->count, sizeof(*w->batch), by_child);
	if (atomic_load(&w->error) == ERR_OK) {
		int ret = write_batch(w);
		if (ret == ERR_OK) {
			tell(w);
		} else {
			atomic_store(&w->error, ret);
		}
	}
	for (size_t i = 0; i < w->count; i++) {
		struct job *job = w->batch[i].job;
		job->failed = job->failed || atomic_load(&w->error) != ERR_OK;
		w->options.done(w->options.user, job);
	}
	w->count = 0;
}

static void *work(void *arg)
{
	struct writer *w = arg;
	uint64_t until = 0;
	for (;;) {
		struct job *job = (struct job *)(w->count == 0 ? queue_pop(w->judged) : queue_pop_until(w->judged, until));
		if (job == NULL && w->count == 0) {
			return NULL;
		}
		if (job != NULL) {
			if (w->count == 0) {
				until = clock_steady_ms() + w->options.batch_ms;
			}
			w->batch[w->count++] = (struct entry){ .job = job };
		}
		if (job == NULL || w->count == w->options.batch) {
			end_batch(w);
		}
	}
}

int writer_new(const struct writer_options *options, struct writer **out)
{
	struct writer *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		return ERR_NOMEM;
	}
	w->options = *options;
	int ret = ERR_NOMEM;
	w->judged = queue_new();
	w->crypto = crypto_new();
	w->batch = calloc(options->batch, sizeof(*w->batch));
	if (w->judged == NULL || w->batch == NULL) {
		goto out;
	}
	if (w->crypto == NULL) {
		ret = ERR_CRYPTO;
		goto out;
	}
	ret = pthread_create(&w->thread, NULL, work, w) == 0 ? ERR_OK : ERR_NOMEM;
out:
	if (ret != ERR_OK) {
		free(w->batch);
		crypto_free(w->crypto);
		queue_free(w->judged);
		free(w);
		return ret;
	}
	*out = w;
	return ERR_OK;
}

struct queue *writer_queue(struct writer *w)
{
	return w->judged;
}

void writer_counts(struct writer *w, uint64_t *children, uint64_t *changes)
{
	*children = atomic_load(&w->children);
	*changes = atomic_load(&w->changes);
}

int writer_error(struct writer *w)
{
	return atomic_load(&w->error);
}

void writer_free(struct writer *w)
{
	if (w == NULL) {
		return;
	}
	queue_close(w->judged);
	pthread_join(w->thread, NULL);
	free(w->batch);
	crypto_free(w->crypto);
	queue_free(w->judged);
	free(w);
}
