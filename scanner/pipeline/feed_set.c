/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One NS set: reading its children from the store and counting them off in order. */
#include "scanner/pipeline/feed_set.h"

#include <stdlib.h>
#include <string.h>

#include "registry/store/operators.h"
#include "validate/wire/err.h"

struct feed_set *feed_set_new(const uint8_t *id)
{
	struct feed_set *s = calloc(1, sizeof(*s));
	if (s != NULL && id != NULL) {
		memcpy(s->id, id, sizeof(s->id));
	}
	if (s != NULL) {
		s->pseudo = id == NULL;
	}
	return s;
}

static void free_jobs(struct job *job)
{
	while (job != NULL) {
		struct job *next = (struct job *)job->node.next;
		arena_free(job->arena);
		job = next;
	}
}

static void free_chunk(struct chunk *c)
{
	free_jobs(c->jobs);
	free(c);
}

void feed_set_free(struct feed_set *s)
{
	while (s->chunks != NULL) {
		struct chunk *c = s->chunks;
		s->chunks = c->next;
		free_chunk(c);
	}
	free_jobs(s->ready);
	free(s);
}

void feed_set_add(struct feed_set *s, const struct feed_reading *r)
{
	struct chunk *chunk = r->chunk;
	s->cursor = r->cursor;
	s->exhausted = r->exhausted;
	if (chunk == NULL) {
		return;
	}
	if (s->chunks == NULL) {
		s->chunks = chunk;
	} else {
		s->chunks_last->next = chunk;
	}
	s->chunks_last = chunk;
	while (chunk->jobs != NULL) {
		struct job *job = chunk->jobs;
		chunk->jobs = (struct job *)job->node.next;
		job->node.next = NULL;
		if (s->ready == NULL) {
			s->ready = job;
		} else {
			s->ready_last->node.next = &job->node;
		}
		s->ready_last = job;
		s->ready_count++;
	}
}

struct job *feed_set_pull(struct feed_set *s)
{
	struct job *job = s->ready;
	if (job != NULL) {
		s->ready = (struct job *)job->node.next;
		job->node.next = NULL;
		s->ready_count--;
		s->out++;
	}
	return job;
}

struct chunk **feed_set_take_decided(struct feed_set *s, struct chunk **end)
{
	while (s->chunks != NULL && s->chunks->left == 0) {
		struct chunk *c = s->chunks;
		s->chunks = c->next;
		c->next = NULL;
		*end = c;
		end = &c->next;
	}
	return end;
}

int feed_progress(struct chunk *list, struct txn *t, struct run *run)
{
	int ret = ERR_OK;
	while (list != NULL) {
		struct chunk *c = list;
		list = c->next;
		if (ret == ERR_OK && !c->pseudo) {
			ret = run_progress_put(t, run->number, c->id, &c->last, c->final);
		}
		for (size_t i = 0; i < RUN_REASONS; i++) {
			run->counts[i] += c->counts[i];
			run->warnings[i] += c->warnings[i];
		}
		run->children += c->count;
		free_chunk(c);
	}
	return ret;
}

int feed_next_set(struct store *store, const struct run *run, const uint8_t *after, uint8_t id[NSSET_OCTETS],
	struct name *cursor, bool *done)
{
	struct txn *t = NULL;
	int ret = txn_begin(store, STORE_READ, &t);
	if (ret != ERR_OK) {
		return ret;
	}
	*done = false;
	cursor->size = 0;
	ret = nsset_next(t, after, id);
	if (ret == ERR_OK) {
		ret = run_progress_get(t, run->number, id, cursor, done);
		if (ret == ERR_NOTFOUND) {
			cursor->size = 0;
			ret = ERR_OK;
		}
	}
	txn_abort(t);
	return ret;
}

static int read_job(struct txn *t, const struct name *child, struct chunk *chunk, struct job **last)
{
	struct arena *arena = arena_new();
	struct job *job = arena == NULL ? NULL : arena_alloc(arena, sizeof(*job));
	if (job == NULL) {
		arena_free(arena);
		return ERR_NOMEM;
	}
	job->arena = arena;
	job->set = chunk->set;
	job->chunk = chunk;
	int ret = delegation_get(t, child, arena, &job->delegation);
	if (ret == ERR_OK) {
		ret = operator_back(t, child, arena, &job->back);
	}
	if (ret != ERR_OK) {
		arena_free(arena);
		return ret;
	}
	if (*last == NULL) {
		chunk->jobs = job;
	} else {
		(*last)->node.next = &job->node;
	}
	*last = job;
	chunk->count++;
	chunk->left++;
	return ERR_OK;
}

/* Does this parent delegate the child, or another one in the same store that lies in between or beside? */
static int is_ours(struct txn *t, const struct run *run, const struct name *child, bool *yes)
{
	struct generation g;
	*yes = false;
	if (!name_is_within(child, &run->origin)) {
		return ERR_OK;
	}
	int ret = generation_of_child(t, child, &g);
	*yes = ret == ERR_OK && name_equal(&g.origin, &run->origin);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* Children of other parents in the same store share NS sets with ours: they are passed over. */
static int read_children(struct txn *t, const struct run *run, struct feed_reading *r)
{
	struct job *last = NULL;
	for (size_t looked = 0; r->chunk->count < r->most && looked < FEED_LOOK; looked++) {
		struct name child;
		bool ours;
		int ret = nsset_child_next(t, r->set->id, &r->cursor, &child);
		if (ret == ERR_NOTFOUND) {
			r->exhausted = true;
			return ERR_OK;
		}
		if (ret == ERR_OK) {
			ret = is_ours(t, run, &child, &ours);
		}
		if (ret == ERR_OK && ours) {
			ret = read_job(t, &child, r->chunk, &last);
		}
		if (ret != ERR_OK) {
			return ret;
		}
		r->cursor = child;
	}
	struct name ahead;
	int ret = nsset_child_next(t, r->set->id, &r->cursor, &ahead);
	r->exhausted = ret == ERR_NOTFOUND;
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int read_only(struct txn *t, const struct run *run, struct feed_reading *r)
{
	struct job *last = NULL;
	r->exhausted = true;
	r->cursor = run->only;
	return read_job(t, &run->only, r->chunk, &last);
}

int feed_read_chunk(struct store *store, const struct run *run, struct feed_reading *r)
{
	struct chunk *chunk = calloc(1, sizeof(*chunk));
	struct txn *t = NULL;
	if (chunk == NULL) {
		return ERR_NOMEM;
	}
	r->chunk = chunk;
	chunk->set = r->set;
	chunk->pseudo = r->set->pseudo;
	memcpy(chunk->id, r->set->id, sizeof(chunk->id));
	int ret = txn_begin(store, STORE_READ, &t);
	if (ret == ERR_OK) {
		ret = chunk->pseudo ? read_only(t, run, r) : read_children(t, run, r);
	}
	txn_abort(t);
	if (ret != ERR_OK || chunk->count == 0) {
		free_chunk(chunk);
		r->chunk = NULL;
		return ret;
	}
	chunk->last = r->cursor;
	chunk->final = r->exhausted;
	return ERR_OK;
}
