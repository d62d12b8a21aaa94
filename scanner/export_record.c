/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One round of the sink of record: claimed in the journal, handed over, and what the target says noted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/export.h"
#include "validate/wire/err.h"

/* Does what is known of an earlier attempt let it go now? */
static int has_waited(struct export *e, struct txn *t, const struct change *c, bool *yes)
{
	struct sink_attempt a;
	struct generation g;
	*yes = true;
	int ret = export_attempt(e, c->number, &a);
	if (ret != ERR_OK) {
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	if (c->state == EVENT_CLAIMED || c->state == EVENT_RELEASED) {
		*yes = a.trouble > TROUBLE_UNKNOWN || export_is_due(e, &a);
		e->next_due = !*yes && a.next < e->next_due ? a.next : e->next_due;
	} else if (c->failed_for == REASON_APPLY_CONFLICT) {
		/* The same question has the same answer until the parent has been read again. */
		ret = generation_of_child(t, &c->child, &g);
		*yes = ret == ERR_OK && g.number > a.generation;
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

int export_wants(struct export *e, struct txn *t, const struct change *c, bool *yes)
{
	bool waits = c->state == EVENT_RELEASED || c->state == EVENT_CLAIMED || c->state == EVENT_FAILED;
	*yes = e->options->again && (waits || c->state == EVENT_SENT);
	if (*yes || !waits || c->failed_for == REASON_APPLY_FAILED) {
		return ERR_OK;
	}
	return has_waited(e, t, c, yes);
}

/* what is no longer fresh, or whose delegation is no longer the one it was judged against, never goes out. One that
 * may have left already is not withdrawn: the registry may have taken it. */
static int leave_out(struct export *e, struct txn *t, const struct change *c, uint32_t age)
{
	char child[NAME_TEXT_SIZE];
	enum reason stale = REASON_NONE;
	name_to_text(&c->child, child);
	e->counts.stale++;
	int ret = change_is_stale(t, c, e->now, age, &stale);
	say("%s: %s; %s", child, stale == REASON_STALE_INPUT ? "the registration or the registrar is another one by now, or nobody wants it any more" :
		"the change is too old, or no longer confirmed, or the delegation is not the one it was judged against",
		stale != REASON_NONE ? "it is withdrawn, the next scan decides anew" :
		c->state == EVENT_RELEASED ? "it waits for a scan that confirms it" : "it may have left, and is not sent again");
	if (ret != ERR_OK || stale == REASON_NONE || e->options->dry_run) {
		return ret;
	}
	return journal_event_of(t, e->crypto, e->now, c, EVENT_WITHDRAWN, stale, e->arena);
}

/* Held, so that it goes out only when a probe after the freeze has confirmed it. What was claimed before stays so: it
 * may have left. */
static int put_aside(struct export *e, struct txn *t, const struct change *c)
{
	e->counts.frozen++;
	return c->state == EVENT_RELEASED && !e->options->dry_run ?
		journal_event_of(t, e->crypto, e->now, c, EVENT_HELD, REASON_HOLD_FREEZE, e->arena) : ERR_OK;
}

/* The same for what stands against it since it was released: a lock, a change by hand. */
static int put_behind_barrier(struct export *e, struct txn *t, const struct change *c, enum reason why)
{
	char child[NAME_TEXT_SIZE];
	name_to_text(&c->child, child);
	e->counts.barred++;
	say("%s: %s; it does not go out until a scan has confirmed it", child, reason_token(why));
	return c->state == EVENT_RELEASED && !e->options->dry_run ?
		journal_event_of(t, e->crypto, e->now, c, EVENT_HELD, why, e->arena) : ERR_OK;
}

static int claim_now(struct export *e, struct txn *t, struct chunk *k, struct outgoing *o)
{
	const struct change *c = &o->change;
	int ret = ERR_OK;
	o->fresh = c->state == EVENT_RELEASED || c->state == EVENT_FAILED;
	if (!e->options->dry_run && o->fresh) {
		ret = journal_event_of(t, e->crypto, e->now, c, EVENT_CLAIMED, REASON_NONE, e->arena);
	}
	k->fresh[k->count] = o->fresh;
	k->numbers[k->count++] = c->number;
	return ret;
}

/* The compare of A-32, and the claim behind it. */
static int claim_here(struct export *e, struct txn *t, struct chunk *k, struct outgoing *o)
{
	const struct change *c = &o->change;
	const struct policy *policy = NULL;
	enum reason barrier = REASON_NONE;
	bool here = false;
	bool yes = false;
	int ret = export_policy(e, t, c, &policy);
	uint32_t age = policy == NULL ? 0 : policy->change_max_age_s;
	ret = ret == ERR_OK ? export_read_place(e, t, o, &here) : ret;
	if (ret == ERR_OK && here) {
		ret = change_is_exportable_at(t, c, &o->delegation, e->now, age, e->arena, &yes);
	}
	if (ret == ERR_OK && !yes) {
		return leave_out(e, t, c, age);
	}
	ret = ret == ERR_OK ? export_barrier(e, t, o, policy, &barrier) : ret;
	if (ret == ERR_OK && barrier != REASON_NONE) {
		return put_behind_barrier(e, t, c, barrier);
	}
	return ret == ERR_OK ? claim_now(e, t, k, o) : ret;
}
 
int export_claim(struct export *e, struct txn *t, struct chunk *k, struct outgoing *o)
{
	bool yes = false;
	bool frozen = false;
	int ret = export_wants(e, t, &o->change, &yes);
	if (ret != ERR_OK || !yes) {
		return ret;
	}
	ret = export_is_frozen(e, t, &o->change.child, &frozen);
	if (ret == ERR_OK && frozen) {
		return put_aside(e, t, &o->change);
	}
	return ret == ERR_OK ? claim_here(e, t, k, o) : ret;
}

static int claim_chunk(struct export *e, struct chunk *k)
{
	struct txn *t = NULL;
	int ret = txn_begin(e->store, e->options->dry_run ? STORE_READ : STORE_WRITE, &t);
	k->count = 0;
	export_see_time(e);
	for (size_t i = 0; i < EXPORT_BATCH && ret == ERR_OK; i++) {
		struct outgoing o;
		arena_reset(e->arena);
		ret = change_outstanding_next(t, &k->after, e->arena, &o.change);
		if (ret == ERR_OK) {
			k->after = o.change.child;
			ret = export_claim(e, t, k, &o);
			ret = ret == ERR_NOTFOUND ? ERR_STORE : ret;
		}
	}
	arena_reset(e->arena);
	ret = export_commit(t, ret);
	k->ended = ret == ERR_NOTFOUND;
	return k->ended ? ERR_OK : ret;
}

/* Those of the chunk that the sink was never given are as they were before. */
static int give_back(struct export *e, const struct chunk *k, size_t from)
{
	struct txn *t = NULL;
	if (from == k->count || e->options->dry_run || !e->ops->has_answers) {
		return ERR_OK;
	}
	int ret = txn_begin(e->store, STORE_WRITE, &t);
	for (size_t i = from; i < k->count && ret == ERR_OK; i++) {
		struct change c;
		ret = change_get(t, k->numbers[i], e->arena, &c);
		/* One that was claimed before may have left then. */
		if (ret == ERR_OK && c.state == EVENT_CLAIMED && k->fresh[i]) {
			ret = journal_event_of(t, e->crypto, e->now, &c, EVENT_RELEASED, RELEASED_AGAIN, e->arena);
		}
		arena_reset(e->arena);
	}
	return export_commit(t, ret);
}

/* What was claimed for this export and not given to the sink has certainly not left, and what a probe has said of it meanwhile could
 * not end it. */
static int take_back(struct export *e, uint64_t number)
{
	struct txn *t = NULL;
	struct change c;
	int ret = txn_begin(e->store, STORE_WRITE, &t);
	ret = ret == ERR_OK ? change_get(t, number, e->arena, &c) : ret;
	if (ret == ERR_OK && c.state == EVENT_CLAIMED) {
		ret = journal_event_of(t, e->crypto, e->now, &c, EVENT_RELEASED, RELEASED_AGAIN, e->arena);
		ret = ret == ERR_OK ? journal_event(t, e->crypto, e->now, number, EVENT_WITHDRAWN, REASON_STALE_EVIDENCE) : ret;
	}
	return export_commit(t, ret);
}

/* One that has moved on, and may have left before, stays claimed; and the others go on. */
static enum round put(struct export *e, struct outgoing *o)
{
	char child[NAME_TEXT_SIZE];
	int ret = ERR_OK;
	if (o->moved) {
		name_to_text(&o->change.child, child);
		say("%s: the delegation or the change has moved on while the export went on; %s", child,
			o->fresh ? "it is withdrawn, the next scan decides anew" : "it may have left, and is not sent again");
		e->counts.moved++;
		e->error = o->fresh && !e->options->dry_run ? take_back(e, o->change.number) : ERR_OK;
	} else {
		ret = export_hand_over(e, o, 0);
	}
	return e->error != ERR_OK ? ROUND_STORE : ret == ERR_OK ? ROUND_OK : ROUND_SINK;
}

enum round export_put_claimed(struct export *e, uint64_t number, bool fresh)
{
	struct outgoing o;
	struct txn *t = NULL;
	export_see_time(e);
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? export_read(e, t, number, false, &o) : ret;
	txn_abort(t);
	if (ret != ERR_OK) {
		e->error = ret;
		return ROUND_STORE;
	}
	o.fresh = fresh;
	enum round round = put(e, &o);
	arena_reset(e->arena);
	return round;
}

static enum round put_chunk(struct export *e, struct chunk *k, size_t *done)
{
	enum round round = ROUND_OK;
	while (*done < k->count && round == ROUND_OK && !(e->ops->has_answers && e->is_stopped())) {
		size_t i = (*done)++;
		round = export_put_claimed(e, k->numbers[i], k->fresh[i]);
	}
	return round;
}

static enum round put_all(struct export *e, struct chunk *k)
{
	enum round round = ROUND_OK;
	while (round == ROUND_OK && !k->ended && !e->is_stopped()) {
		size_t done = 0;
		e->error = claim_chunk(e, k);
		round = e->error != ERR_OK ? ROUND_STORE : put_chunk(e, k, &done);
		if (round != ROUND_STORE) {
			int ret = give_back(e, k, done);
			e->error = e->error == ERR_OK ? ret : e->error;
			round = e->error == ERR_OK ? round : ROUND_STORE;
		}
	}
	return round;
}

/* ---- what was taken in an earlier round */

static int gather_sent(struct export *e, struct chunk *k)
{
	struct txn *t = NULL;
	int ret = txn_begin(e->store, STORE_READ, &t);
	k->count = 0;
	for (size_t i = 0; i < EXPORT_BATCH && ret == ERR_OK; i++) {
		struct change c;
		ret = change_outstanding_next(t, &k->after, e->arena, &c);
		if (ret == ERR_OK) {
			k->after = c.child;
			k->numbers[k->count] = c.number;
			k->count += c.state == EVENT_SENT;
		}
		arena_reset(e->arena);
	}
	txn_abort(t);
	k->ended = ret == ERR_NOTFOUND;
	return k->ended ? ERR_OK : ret;
}

static enum round poll_one(struct export *e, uint64_t number)
{
	struct txn *t = NULL;
	struct change c;
	char id[CHANGE_ID_TEXT];
	int ret = txn_begin(e->store, STORE_READ, &t);
	ret = ret == ERR_OK ? change_get(t, number, e->arena, &c) : ret;
	txn_abort(t);
	ret = ret == ERR_OK ? export_remember(e, number, 0, true) : ret;
	if (ret != ERR_OK) {
		e->error = ret;
		return ROUND_STORE;
	}
	change_id_text(e->store, number, id);
	e->why[0] = '\0';
	ret = e->sink->ops->poll(e->sink, &(struct sink_change){ .id = id, .change = &c });
	e->is_hopeless |= ret == ERR_ARG;
	arena_reset(e->arena);
	return e->error != ERR_OK ? ROUND_STORE : ret == ERR_OK || ret == ERR_LIMIT ? ROUND_OK : ROUND_SINK;
}

static enum round poll_all(struct export *e, struct chunk *k)
{
	enum round round = ROUND_OK;
	while (round == ROUND_OK && !k->ended && !e->is_stopped()) {
		e->error = gather_sent(e, k);
		round = e->error != ERR_OK ? ROUND_STORE : ROUND_OK;
		for (size_t i = 0; i < k->count && round == ROUND_OK && !e->is_stopped(); i++) {
			round = poll_one(e, k->numbers[i]);
		}
	}
	return round;
}

/* ---- the round */

/* Of a sink without answers: all it was given is written and durable. */
int export_mark_sent(struct export *e)
{
	int ret = ERR_OK;
	for (size_t i = 0; i < e->handed_count && ret == ERR_OK;) {
		struct txn *t = NULL;
		size_t end = i + EXPORT_BATCH < e->handed_count ? i + EXPORT_BATCH : e->handed_count;
		ret = txn_begin(e->store, STORE_WRITE, &t);
		for (; i < end && ret == ERR_OK; i++) {
			struct change c;
			ret = change_get(t, e->handed[i].number, e->arena, &c);
			if (ret == ERR_OK && c.state == EVENT_CLAIMED) {
				ret = journal_event_of(t, e->crypto, e->now, &c, EVENT_SENT, REASON_NONE, e->arena);
			}
			arena_reset(e->arena);
		}
		ret = export_commit(t, ret);
	}
	return ret;
}

/* What is due, after what the target has lost: that goes out again at once. */
static enum round put_due(struct export *e)
{
	enum round round = ROUND_OK;
	struct chunk *k = calloc(2, sizeof(*k));
	if (k == NULL) {
		e->error = ERR_NOMEM;
		return ROUND_STORE;
	}
	if (e->ops->poll != NULL && !e->options->dry_run) {
		round = poll_all(e, &k[0]);
	}
	if (round == ROUND_OK && export_flush(e) != ERR_OK) {
		round = ROUND_STORE;
	}
	round = round == ROUND_OK ? put_all(e, &k[1]) : round;
	free(k);
	return round;
}

enum round export_record(struct export *e)
{
	enum round round = e->ops->compose != NULL ? export_composed(e) : put_due(e);
	/* Answers that are under way are waited for in any case. */
	int ret = e->sink->ops->finish(e->sink, round != ROUND_OK);
	e->sink = NULL;
	e->is_hopeless |= ret == ERR_ARG;
	round = round == ROUND_OK && ret != ERR_OK ? ROUND_SINK : round;
	if (e->ops->has_answers) {
		e->error = e->error == ERR_OK ? export_close_answers(e) : e->error;
	} else if (round == ROUND_OK && e->ops->compose == NULL) {
		e->counts.exported = e->handed_count;
		e->error = e->options->dry_run ? ERR_OK : export_mark_sent(e);
	}
	return e->error != ERR_OK ? ROUND_STORE : round;
}

bool export_record_is_due(struct export *e)
{
	struct txn *t = NULL;
	struct name after = { .size = 0 };
	bool yes = false;
	int ret = ERR_OK;
	while (ret == ERR_OK && !yes) {
		ret = txn_begin(e->store, STORE_READ, &t);
		for (size_t i = 0; i < EXPORT_BATCH && ret == ERR_OK && !yes; i++) {
			struct change c;
			ret = change_outstanding_next(t, &after, e->arena, &c);
			if (ret == ERR_OK) {
				after = c.child;
				yes = c.state == EVENT_SENT && e->ops->poll != NULL;
				ret = yes ? ret : export_wants(e, t, &c, &yes);
			}
			arena_reset(e->arena);
		}
		txn_abort(t);
	}
	return yes || (ret != ERR_OK && ret != ERR_NOTFOUND);
}
