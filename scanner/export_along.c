/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One round of a sink that reads along: every change that was released, in the order of the events, at least once with its
 * id. It has a cursor of its own and changes nothing in the journal. What the target refuses is a dead letter; what waits
 * holds up what comes behind it, so that the order stays. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/text.h"
#include "scanner/command.h"
#include "scanner/export.h"
#include "validate/wire/err.h"

/* Events of one transaction, and the changes among them. */
struct page {
	uint64_t read;			/* sequence of the last event that was looked at */
	bool ended;
	struct item {
		uint64_t number, sequence;
		/* Of a sink of lines: */
		bool is_moved, is_frozen;
		bool waits;		/* it is composed when its turn comes */
		size_t begin, end;	/* in text */
	} items[EXPORT_AHEAD];
	struct item *by_number[EXPORT_AHEAD];
	size_t count;
	struct text text;		/* as it was composed */
	struct text line;		/* as it goes out */
};

static int get_cursor(struct export *e, struct sink_cursor *out)
{
	struct txn *t = NULL;
	*out = (struct sink_cursor){ .sequence = 0 };
	if (e->notes == NULL) {
		return ERR_OK;
	}
	int ret = txn_begin(e->notes, STORE_READ, &t);
	ret = ret == ERR_OK ? sink_cursor_get(t, out) : ret;
	txn_abort(t);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int event_at(struct export *e, uint64_t sequence, struct sink_cursor *out)
{
	struct txn *t = NULL;
	struct event v;
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? event_next(t, sequence, e->arena, &v) : ret;
	if (ret == ERR_OK && v.sequence != sequence) {
		ret = ERR_NOTFOUND;
	}
	if (ret == ERR_OK) {
		out->sequence = sequence;
		memcpy(out->hash, v.hash, sizeof(out->hash));
	}
	txn_abort(t);
	return ret;
}

/* A journal that was restored from a backup may have other events where the sink has read. */
static enum round begin(struct export *e, struct sink_cursor *at)
{
	struct sink_cursor found = { .sequence = 0 };
	e->error = get_cursor(e, at);
	int ret = e->error == ERR_OK && at->sequence > 0 ? event_at(e, at->sequence, &found) : e->error;
	if (ret == ERR_NOTFOUND || (ret == ERR_OK && memcmp(found.hash, at->hash, sizeof(found.hash)) != 0)) {
		*at = (struct sink_cursor){ .sequence = 0 };
		snprintf(e->why, sizeof(e->why), "the journal is not the one that %.40s has read: was it restored? --again reads it from its "
			"first event", e->name);
		e->is_hopeless = !e->options->again;
		return e->is_hopeless ? ROUND_SINK : ROUND_OK;
	}
	e->error = ret;
	return ret == ERR_OK ? ROUND_OK : ROUND_STORE;
}

static int put_cursor(struct export *e, uint64_t sequence)
{
	struct sink_cursor c;
	struct sink_cursor before;
	struct txn *t = NULL;
	if (sequence == 0 || e->options->dry_run) {
		return ERR_OK;
	}
	int ret = get_cursor(e, &before);
	if (ret == ERR_OK && before.sequence == sequence) {
		return ERR_OK;
	}
	ret = ret == ERR_OK ? event_at(e, sequence, &c) : ret;
	if (ret != ERR_OK) {
		return ret == ERR_NOTFOUND ? ERR_STORE : ret;
	}
	ret = txn_begin(e->notes, STORE_WRITE, &t);
	ret = ret == ERR_OK ? sink_cursor_put(t, &c) : ret;
	ret = export_commit(t, ret);
	e->is_notes_error = ret != ERR_OK;
	return ret;
}

static int read_page(struct export *e, struct page *p)
{
	struct txn *t = NULL;
	int ret = txn_begin(e->store, STORE_READ, &t);
	p->count = 0;
	export_see_time(e);
	for (size_t i = 0; i < (e->ops->compose != NULL ? EXPORT_AHEAD : EXPORT_BATCH) && ret == ERR_OK; i++) {
		struct event v;
		ret = event_next(t, p->read + 1, NULL, &v);
		if (ret == ERR_OK) {
			p->read = v.sequence;
			p->items[p->count].number = v.change;
			p->items[p->count].sequence = v.sequence;
			p->count += v.kind == EVENT_RELEASED && !event_is_released_again(&v);
		}
		arena_reset(e->arena);
	}
	txn_abort(t);
	p->ended = ret == ERR_NOTFOUND;
	return p->ended ? ERR_OK : ret;
}

/* While a freeze is on the sink stands still before the change. */
static enum round put(struct export *e, uint64_t number, uint64_t sequence, bool *frozen)
{
	struct outgoing o;
	struct txn *t = NULL;
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? export_read(e, t, number, true, &o) : ret;
	if (ret == ERR_OK && !o.moved) {
		ret = export_is_frozen(e, t, &o.change.child, frozen);
	}
	txn_abort(t);
	if (ret != ERR_OK) {
		e->error = ret;
		return ROUND_STORE;
	}
	if (o.moved || *frozen) {
		e->counts.moved += o.moved;
		e->counts.frozen += *frozen;
	} else {
		ret = export_hand_over(e, &o, sequence);
	}
	arena_reset(e->arena);
	return e->error != ERR_OK ? ROUND_STORE : ret == ERR_OK ? ROUND_OK : ROUND_SINK;
}

static int by_number(const void *a, const void *b)
{
	const struct item *x = *(const struct item *const *)a;
	const struct item *y = *(const struct item *const *)b;
	return x->number != y->number ? (x->number > y->number) - (x->number < y->number) : (x > y) - (x < y);
}

static int compose_item(struct export *e, struct txn *t, struct item *i, struct text *text)
{
	struct outgoing o;
	struct sink_change x;
	char id[CHANGE_ID_TEXT];
	int ret = export_read(e, t, i->number, true, &o);
	i->begin = text->size;
	i->is_moved = o.moved;
	i->is_frozen = false;
	if (ret == ERR_OK && !o.moved) {
		ret = export_is_frozen(e, t, &o.change.child, &i->is_frozen);
	}
	if (ret == ERR_OK && !o.moved && !i->is_frozen) {
		export_change_of(e, &o, id, &x);
		ret = e->ops->compose(e->sink, 0, &x, text);
	}
	i->end = text->size;
	arena_reset(e->arena);
	return ret;
}

/* What a sink of lines gets of a page, in one look at the store: nobody is waited for meanwhile. By number, for what is near in
 * the journal is near in the store. */
static int compose_page(struct export *e, struct page *p)
{
	struct txn *t = NULL;
	p->text.size = 0;
	for (size_t i = 0; i < p->count; i++) {
		p->by_number[i] = &p->items[i];
	}
	qsort(p->by_number, p->count, sizeof(p->by_number[0]), by_number);
	int ret = txn_begin(e->store, STORE_READ, &t);
	for (size_t i = 0; i < p->count && ret == ERR_OK; i++) {
		p->by_number[i]->waits = p->text.size >= EXPORT_TEXT_MAX;
		ret = p->by_number[i]->waits ? ERR_OK : compose_item(e, t, p->by_number[i], &p->text);
	}
	txn_abort(t);
	return ret;
}

static enum round write_line(struct export *e, struct page *p)
{
	int ret = p->line.size == 0 ? ERR_OK : e->sink->ops->write(e->sink, p->line.data, p->line.size);
	p->line.size = 0;
	return ret == ERR_OK ? ROUND_OK : ROUND_SINK;
}

static enum round put_item(struct export *e, struct page *p, const struct item *i, bool *frozen)
{
	if (i->waits) {
		enum round round = write_line(e, p);
		return round == ROUND_OK ? put(e, i->number, i->sequence, frozen) : round;
	}
	*frozen = i->is_frozen;
	e->counts.moved += i->is_moved;
	e->counts.frozen += i->is_frozen;
	e->counts.exported += i->end > i->begin;
	e->error = i->end > i->begin ? text_append(&p->line, p->text.data + i->begin, i->end - i->begin) : ERR_OK;
	return e->error == ERR_OK ? ROUND_OK : ROUND_STORE;
}

/* Written in the order of the events. */
static enum round put_composed(struct export *e, struct page *p, size_t *taken, bool *frozen)
{
	e->error = compose_page(e, p);
	enum round round = e->error == ERR_OK ? ROUND_OK : ROUND_STORE;
	for (*taken = 0; *taken < p->count && round == ROUND_OK && !*frozen; ++*taken) {
		round = put_item(e, p, &p->items[*taken], frozen);
	}
	return round == ROUND_OK ? write_line(e, p) : round;
}

/* Up to where all is answered: the sequence before the first change that waits. */
static uint64_t answered_up_to(const struct export *e, uint64_t read)
{
	for (size_t i = 0; i < e->handed_count; i++) {
		const struct handed *h = &e->handed[i];
		if (h->sequence > 0 && (!h->answered || h->waits)) {
			return h->sequence - 1;
		}
	}
	return read;
}

/* Only answers block; of a sink without them everything that was handed over stays in the list. */
static bool is_blocked(const struct export *e)
{
	for (size_t i = 0; e->ops->has_answers && i < e->handed_count; i++) {
		if (e->handed[i].answered && e->handed[i].waits && e->handed[i].sequence > 0) {
			return true;
		}
	}
	return false;
}

/* What is kept in memory of a long journal is what is not answered. */
static void forget_answered(struct export *e)
{
	size_t kept = 0;
	for (size_t i = 0; i < e->handed_count; i++) {
		if (!e->handed[i].answered || e->handed[i].waits) {
			e->handed[kept++] = e->handed[i];
		}
	}
	e->handed_count = kept;
	e->first_open = 0;
}

static enum round put_pages(struct export *e, struct page *p, uint64_t *done)
{
	enum round round = ROUND_OK;
	bool frozen = false;
	while (round == ROUND_OK && !p->ended && !frozen && !is_blocked(e) && !e->is_stopped()) {
		uint64_t before = p->read;
		size_t i = 0;
		e->error = read_page(e, p);
		round = e->error != ERR_OK ? ROUND_STORE : ROUND_OK;
		if (e->ops->compose != NULL && round == ROUND_OK) {
			round = put_composed(e, p, &i, &frozen);
		}
		for (; i < p->count && round == ROUND_OK && !frozen && !is_blocked(e) && !e->is_stopped(); i++) {
			round = put(e, p->items[i].number, p->items[i].sequence, &frozen);
		}
		/* Not all of the page: what was not given has its turn in the next round. */
		if (i < p->count || frozen) {
			p->read = i - frozen > 0 ? p->items[i - frozen - 1].sequence : before;
			p->ended = true;
		}
		*done = p->read;
		if (e->ops->has_answers && round == ROUND_OK && e->error == ERR_OK) {
			e->error = put_cursor(e, answered_up_to(e, *done));
			forget_answered(e);
		}
	}
	return e->error != ERR_OK ? ROUND_STORE : round;
}

/* With --again what was refused is tried once more, before all else. */
static enum round put_dead(struct export *e)
{
	uint64_t next = 0;
	enum round round = ROUND_OK;
	while (round == ROUND_OK && e->notes != NULL && e->options->again && !e->is_stopped()) {
		struct sink_attempt a;
		struct txn *t = NULL;
		bool frozen = false;
		int ret = txn_begin(e->notes, STORE_READ, &t);
		ret = ret == ERR_OK ? sink_attempt_next(t, next, &a) : ret;
		txn_abort(t);
		if (ret != ERR_OK) {
			e->error = ret == ERR_NOTFOUND ? ERR_OK : ret;
			return ret == ERR_NOTFOUND ? ROUND_OK : ROUND_STORE;
		}
		next = a.change + 1;
		if (a.trouble >= TROUBLE_CONFLICT) {
			round = put(e, a.change, 0, &frozen);
		}
	}
	return round;
}

/* What the sink waited for last is at the event behind the cursor. */
static bool is_waiting(struct export *e, const struct sink_cursor *at)
{
	struct txn *t = NULL;
	struct event v = { .change = 0 };
	struct sink_attempt a;
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? event_next(t, at->sequence + 1, e->arena, &v) : ret;
	txn_abort(t);
	arena_reset(e->arena);
	if (ret != ERR_OK || export_attempt(e, v.change, &a) != ERR_OK || a.trouble >= TROUBLE_CONFLICT ||
	    export_is_due(e, &a)) {
		return false;
	}
	e->next_due = a.next;
	return true;
}

/* From at on; *done: the last event that had its turn. */
static enum round put_due(struct export *e, const struct sink_cursor *at, uint64_t *done)
{
	struct page *p = calloc(1, sizeof(*p));
	if (p == NULL) {
		e->error = ERR_NOMEM;
		return ROUND_STORE;
	}
	p->read = at->sequence;
	if (!e->options->again && is_waiting(e, at)) {
		p->ended = true;
		e->counts.waiting++;
	}
	enum round round = put_dead(e);
	round = round == ROUND_OK ? put_pages(e, p, done) : round;
	text_free(&p->text);
	text_free(&p->line);
	free(p);
	return round;
}

enum round export_along(struct export *e)
{
	struct sink_cursor at;
	enum round round = begin(e, &at);
	uint64_t done = at.sequence;
	round = round == ROUND_OK ? put_due(e, &at, &done) : round;
	int ret = e->sink->ops->finish(e->sink, round != ROUND_OK);
	e->sink = NULL;
	e->is_hopeless |= ret == ERR_ARG;
	round = round == ROUND_OK && ret != ERR_OK ? ROUND_SINK : round;
	if (e->ops->has_answers) {
		e->error = e->error == ERR_OK ? export_close_answers(e) : e->error;
		done = answered_up_to(e, done);
	} else if (round != ROUND_OK) {
		done = 0;
		e->counts.exported = 0;
	} else {
		e->counts.exported += e->handed_count;
	}
	e->error = e->error == ERR_OK ? put_cursor(e, done) : e->error;
	return e->error != ERR_OK ? ROUND_STORE : round;
}

bool export_along_is_due(struct export *e)
{
	struct sink_cursor at;
	struct sink_cursor found = { .sequence = 0 };
	if (get_cursor(e, &at) != ERR_OK) {
		return true;
	}
	/* Another journal: that is to be said. */
	if (at.sequence > 0 && (event_at(e, at.sequence, &found) != ERR_OK || memcmp(found.hash, at.hash, sizeof(at.hash)) != 0)) {
		return true;
	}
	arena_reset(e->arena);
	return export_head(e) > at.sequence && !is_waiting(e, &at);
}
