/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/export_ahead.h"

#include <stdlib.h>

#include "scanner/clock.h"
#include "validate/wire/err.h"

struct ahead *ahead_new(const struct export *e)
{
	struct ahead *a = calloc(1, sizeof(*a));
	if (a == NULL) {
		return NULL;
	}
	a->own = calloc(1, sizeof(*a->own));
	struct arena *arena = arena_new();
	if (a->own == NULL || arena == NULL) {
		arena_free(arena);
		free(a->own);
		free(a);
		return NULL;
	}
	*a->own = (struct export){ .options = e->options, .name = e->name, .ops = e->ops, .is_record = e->is_record,
		.store = e->store, .notes = e->notes, .arena = arena, .sink = e->sink, .lock = -1, .is_stopped = e->is_stopped,
		.now = e->now, .next_due = UINT64_MAX };
	return a;
}

void ahead_free(struct ahead *a)
{
	if (a != NULL) {
		text_free(&a->text);
		arena_free(a->own->arena);
		free(a->own);
		free(a);
	}
}

/* Nothing is to be done but to claim it? */
static int is_plain(struct export *e, struct txn *t, struct outgoing *o, bool *yes)
{
	const struct policy *policy = NULL;
	enum reason barrier = REASON_STALE_EVIDENCE;
	bool frozen = false;
	bool here = false;
	*yes = false;
	int ret = export_is_frozen(e, t, &o->change.child, &frozen);
	ret = ret == ERR_OK && !frozen ? export_policy(e, t, &o->change, &policy) : ret;
	if (ret != ERR_OK || frozen || policy == NULL) {
		return ret;
	}
	ret = export_read_place(e, t, o, &here);
	if (ret == ERR_OK && here) {
		ret = change_outstanding_is_exportable(t, &o->change, &o->delegation, e->now, policy->change_max_age_s, e->arena, yes);
	}
	if (ret == ERR_OK && *yes) {
		ret = export_barrier(e, t, o, policy, &barrier);
		*yes = ret == ERR_OK && barrier == REASON_NONE;
	}
	return ret == ERR_OK && *yes ? export_read_rest(e, t, o) : ret;
}

static int compose(struct ahead *a, const struct outgoing *o)
{
	size_t begin = a->text.size;
	char id[CHANGE_ID_TEXT];
	struct sink_change x;
	enum event_kind state = o->change.state;
	export_change_of(a->own, o, id, &x);
	int ret = a->own->ops->compose(a->own->sink, &x, &a->text);
	if (ret == ERR_OK) {
		a->items[a->count++] = (struct ahead_item){ .passage = { .number = o->change.number, .sequence = o->change.state_sequence,
			.generation = o->generation.number }, .fresh = state == EVENT_RELEASED || state == EVENT_FAILED, .begin = begin, .end = a->text.size };
	}
	return ret;
}

static int look_at(struct ahead *a, struct txn *t, struct outgoing *o)
{
	struct export *e = a->own;
	bool yes = false;
	int ret = export_wants(e, t, &o->change, &yes);
	if (ret != ERR_OK || !yes) {
		return ret;
	}
	yes = a->text.size < EXPORT_TEXT_MAX;
	ret = yes ? is_plain(e, t, o, &yes) : ret;
	ret = ret == ERR_OK && yes ? compose(a, o) : ret;
	if (ret == ERR_OK && !yes) {
		a->odd[a->odd_count++] = o->change.number;
	}
	return ret;
}

static int by_number(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

/* The next outstanding ones of all. */
static int find_candidates(struct ahead *a, struct txn *t)
{
	int ret = ERR_OK;
	for (a->looked_at = 0; a->looked_at < EXPORT_AHEAD && ret == ERR_OK;) {
		struct name child;
		struct candidate *c = &a->candidates[a->looked_at];
		ret = change_outstanding_find(t, &a->after, &child, &c->number);
		if (ret == ERR_OK) {
			a->after = child;
			c->place = a->looked_at++;
		}
	}
	a->ended = ret == ERR_NOTFOUND;
	qsort(a->candidates, a->looked_at, sizeof(a->candidates[0]), by_number);
	return a->ended ? ERR_OK : ret;
}

static int look_at_all(struct ahead *a, struct txn *t)
{
	size_t item[EXPORT_AHEAD];	/* behind that of the child at its place; 0: it has none */
	int ret = ERR_OK;
	for (size_t i = 0; i < a->looked_at && ret == ERR_OK; i++) {
		struct outgoing o;
		size_t before = a->count;
		arena_reset(a->own->arena);
		ret = change_get(t, a->candidates[i].number, a->own->arena, &o.change);
		ret = ret == ERR_OK ? look_at(a, t, &o) : ret;
		item[a->candidates[i].place] = a->count > before ? a->count : 0;
	}
	for (size_t i = 0, n = 0; i < a->looked_at && ret == ERR_OK; i++) {
		if (item[i] > 0) {
			a->order[n++] = item[i] - 1;
		}
	}
	return ret == ERR_NOTFOUND ? ERR_STORE : ret;
}

void ahead_fill(struct ahead *a)
{
	struct export *e = a->own;
	struct txn *t = NULL;
	export_see_time(e);
	a->read_at = clock_steady_ms();
	a->text.size = 0;
	a->count = 0;
	a->odd_count = 0;
	int ret = txn_begin(e->store, STORE_READ, &t);
	if (ret == ERR_OK && e->notes != NULL) {
		ret = txn_begin(e->notes, STORE_READ, &e->attempts);
	}
	a->seen = txn_sees(t);
	a->ended = true;
	ret = ret == ERR_OK ? find_candidates(a, t) : ret;
	a->error = ret == ERR_OK ? look_at_all(a, t) : ret;
	arena_reset(e->arena);
	txn_abort(e->attempts);
	e->attempts = NULL;
	txn_abort(t);
}

static void *run(void *arg)
{
	ahead_fill(arg);
	return NULL;
}

void ahead_start(struct ahead *a, const struct name *after)
{
	a->after = *after;
	a->is_running = pthread_create(&a->thread, NULL, run, a) == 0;
	if (!a->is_running) {
		ahead_fill(a);
	}
}

void ahead_wait(struct ahead *a)
{
	if (a->is_running) {
		pthread_join(a->thread, NULL);
		a->is_running = false;
	}
}
