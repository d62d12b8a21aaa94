/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/export_ahead.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/clock.h"
#include "validate/wire/err.h"

static bool lane_make(struct lane *l, const struct export *e)
{
	struct arena *arena = arena_new();
	l->own = arena == NULL ? NULL : calloc(1, sizeof(*l->own));
	if (l->own == NULL) {
		arena_free(arena);
		return false;
	}
	*l->own = (struct export){ .options = e->options, .name = e->name, .ops = e->ops, .is_record = e->is_record,
		.store = e->store, .notes = e->notes, .arena = arena, .sink = e->sink, .lock = -1, .is_stopped = e->is_stopped,
		.now = e->now, .next_due = UINT64_MAX };
	return true;
}

struct ahead *ahead_new(const struct export *e)
{
	struct ahead *a = calloc(1, sizeof(*a));
	for (unsigned i = 0; a != NULL && i < SINK_LANES; i++) {
		a->lanes[i].ahead = a;
		a->lanes[i].number = i;
		if (!lane_make(&a->lanes[i], e)) {
			ahead_free(a);
			a = NULL;
		}
	}
	return a;
}

void ahead_free(struct ahead *a)
{
	for (unsigned i = 0; a != NULL && i < SINK_LANES; i++) {
		struct lane *l = &a->lanes[i];
		text_free(&l->text);
		if (l->own != NULL) {
			arena_free(l->own->arena);
			free(l->own);
		}
	}
	free(a);
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

static int compose(struct lane *l, const struct outgoing *o, size_t place)
{
	size_t begin = l->text.size;
	char id[CHANGE_ID_TEXT];
	struct sink_change x;
	enum event_kind state = o->change.state;
	export_change_of(l->own, o, id, &x);
	int ret = l->own->ops->compose(l->own->sink, l->number, &x, &l->text);
	if (ret == ERR_OK) {
		l->ahead->items[l->from + l->count++] = (struct ahead_item){ .passage = { .number = o->change.number,
			.sequence = o->change.state_sequence, .generation = o->generation.number },
			.fresh = state == EVENT_RELEASED || state == EVENT_FAILED, .place = place, .lane = l->number,
			.begin = begin, .end = l->text.size };
	}
	return ret;
}

static int look_at(struct lane *l, struct txn *t, const struct candidate *c)
{
	struct export *e = l->own;
	struct outgoing o;
	bool yes = false;
	arena_reset(e->arena);
	int ret = change_get(t, c->number, e->arena, &o.change);
	ret = ret == ERR_OK ? export_wants(e, t, &o.change, &yes) : ret;
	if (ret != ERR_OK || !yes) {
		return ret;
	}
	yes = l->text.size < EXPORT_TEXT_MAX / SINK_LANES;
	ret = yes ? is_plain(e, t, &o, &yes) : ret;
	ret = ret == ERR_OK && yes ? compose(l, &o, c->place) : ret;
	if (ret == ERR_OK && !yes) {
		l->ahead->odd[l->from + l->odd_count++] = c->number;
	}
	return ret;
}

static void lane_fill(struct lane *l)
{
	struct export *e = l->own;
	struct txn *t = NULL;
	int ret = txn_begin(e->store, STORE_READ, &t);
	if (ret == ERR_OK && e->notes != NULL) {
		ret = txn_begin(e->notes, STORE_READ, &e->attempts);
	}
	l->seen = txn_sees(t);
	l->text.size = 0;
	l->count = 0;
	l->odd_count = 0;
	for (size_t i = l->from; i < l->to && ret == ERR_OK; i++) {
		ret = look_at(l, t, &l->ahead->candidates[i]);
	}
	l->error = ret == ERR_NOTFOUND ? ERR_STORE : ret;
	arena_reset(e->arena);
	txn_abort(e->attempts);
	e->attempts = NULL;
	txn_abort(t);
}

static void *run_lane(void *arg)
{
	lane_fill(arg);
	return NULL;
}

static int by_number(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;
	return (x->number > y->number) - (x->number < y->number);
}

/* The next outstanding ones of all. */
static int find_candidates(struct ahead *a)
{
	struct txn *t = NULL;
	int ret = txn_begin(a->lanes[0].own->store, STORE_READ, &t);
	a->seen = txn_sees(t);
	for (a->looked_at = 0; a->looked_at < EXPORT_AHEAD && ret == ERR_OK;) {
		struct name child;
		struct candidate *c = &a->candidates[a->looked_at];
		ret = change_outstanding_find(t, &a->after, &child, &c->number);
		if (ret == ERR_OK) {
			a->after = child;
			c->place = a->looked_at++;
		}
	}
	txn_abort(t);
	a->ended = ret == ERR_NOTFOUND;
	qsort(a->candidates, a->looked_at, sizeof(a->candidates[0]), by_number);
	return a->ended ? ERR_OK : ret;
}

/* The last lane is of this thread, and so is each for which there is no other. */
static void fill_lanes(struct ahead *a)
{
	bool runs[SINK_LANES] = { false };
	for (unsigned i = 0; i < SINK_LANES; i++) {
		struct lane *l = &a->lanes[i];
		export_see_time(l->own);
		l->from = a->looked_at * i / SINK_LANES;
		l->to = a->looked_at * (i + 1) / SINK_LANES;
		runs[i] = i + 1 < SINK_LANES && pthread_create(&l->thread, NULL, run_lane, l) == 0;
		if (!runs[i]) {
			lane_fill(l);
		}
	}
	for (unsigned i = 0; i < SINK_LANES; i++) {
		if (runs[i]) {
			pthread_join(a->lanes[i].thread, NULL);
		}
	}
}

/* What they have found, without the room between. */
static void join_lanes(struct ahead *a)
{
	for (unsigned i = 0; i < SINK_LANES; i++) {
		struct lane *l = &a->lanes[i];
		memmove(a->items + a->count, a->items + l->from, l->count * sizeof(a->items[0]));
		memmove(a->odd + a->odd_count, a->odd + l->from, l->odd_count * sizeof(a->odd[0]));
		a->count += l->count;
		a->odd_count += l->odd_count;
		a->error = a->error == ERR_OK ? l->error : a->error;
		a->seen = l->seen < a->seen ? l->seen : a->seen;
		a->next_due = l->own->next_due < a->next_due ? l->own->next_due : a->next_due;
	}
}

static void order_by_child(struct ahead *a)
{
	memset(a->at, 0, sizeof(a->at));
	for (size_t i = 0; i < a->count; i++) {
		a->at[a->items[i].place] = i + 1;
	}
	for (size_t i = 0, n = 0; i < a->looked_at; i++) {
		if (a->at[i] > 0) {
			a->order[n++] = a->at[i] - 1;
		}
	}
}

void ahead_fill(struct ahead *a)
{
	a->now = clock_unix_s();
	a->read_at = clock_steady_ms();
	a->next_due = UINT64_MAX;
	a->count = 0;
	a->odd_count = 0;
	a->ended = true;
	a->error = find_candidates(a);
	if (a->error == ERR_OK) {
		fill_lanes(a);
		join_lanes(a);
		order_by_child(a);
	}
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
