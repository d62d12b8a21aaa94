/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sinks answer: into the journal where the sink is of record, and what did not go as it should into the sink's notes. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/export.h"
#include "validate/wire/err.h"

/* Answers are noted at least that often. */
#define FLUSH_MS 1000
/* What waits is told so many times a round: with a target that is away it may be everything. */
#define WAITING_TOLD 10
#define BACKOFF_MAX_S 300
/* A change that is tried in vain makes two events each time: after so many tries, an hour and a quarter, only hourly. */
#define BACKOFF_TRIES 22

int export_commit(struct txn *t, int ret)
{
	if (ret != ERR_OK && ret != ERR_NOTFOUND) {
		txn_abort(t);
		return ret;
	}
	int committed = txn_commit(t);
	return committed != ERR_OK ? committed : ret;
}

int export_attempt(struct export *e, uint64_t number, struct sink_attempt *out)
{
	struct txn *t = NULL;
	if (e->notes == NULL) {
		return ERR_NOTFOUND;
	}
	if (e->attempts != NULL) {
		return sink_attempt_get(e->attempts, number, out);
	}
	int ret = txn_begin(e->notes, STORE_READ, &t);
	ret = ret == ERR_OK ? sink_attempt_get(t, number, out) : ret;
	txn_abort(t);
	return ret;
}

void export_see_time(struct export *e)
{
	e->now = clock_unix_s();
	e->origin.size = 0;
}

/* By a clock that has gone back since, nothing would be due for as long as it was ahead. */
bool export_is_due(const struct export *e, const struct sink_attempt *a)
{
	return a->next <= e->now || a->last > e->now;
}

int export_remember(struct export *e, uint64_t number, uint64_t sequence, bool polled)
{
	if (e->handed_count == e->handed_room) {
		size_t room = e->handed_room == 0 ? 256 : e->handed_room * 2;
		struct handed *handed = realloc(e->handed, room * sizeof(*handed));
		if (handed == NULL) {
			return ERR_NOMEM;
		}
		e->handed = handed;
		e->handed_room = room;
	}
	e->handed[e->handed_count++] = (struct handed){ .number = number, .sequence = sequence, .polled = polled };
	return ERR_OK;
}

/* What is under way is bounded by the sink, so this is short. */
static struct handed *find_open(struct export *e, uint64_t number)
{
	while (e->first_open < e->handed_count && e->handed[e->first_open].answered) {
		e->first_open++;
	}
	for (size_t i = e->first_open; i < e->handed_count; i++) {
		if (e->handed[i].number == number && !e->handed[i].answered) {
			return &e->handed[i];
		}
	}
	return NULL;
}

static void add_result(struct export *e, const struct handed *h, const struct sink_result *from)
{
	struct export_result *r = &e->results[e->result_count++];
	*r = (struct export_result){ .number = h->number, .outcome = from->outcome, .polled = h->polled,
		.fresh = h->fresh, .rest_s = from->rest_s < EXPORT_REST_MAX_S ? from->rest_s : EXPORT_REST_MAX_S };
	snprintf(r->words, sizeof(r->words), "%s", from->why == NULL ? "" : from->why);
	e->rest_s = r->rest_s > e->rest_s ? r->rest_s : e->rest_s;
	if (e->result_count == 1) {
		e->results_since = clock_steady_ms();
	}
}

void export_done(void *user, uint64_t change, const struct sink_result *r)
{
	struct export *e = user;
	struct handed *h = find_open(e, change);
	if (h == NULL || e->error != ERR_OK) {
		return;
	}
	h->answered = true;
	h->waits = r->outcome == SINK_WAITS || r->outcome == SINK_UNKNOWN;
	add_result(e, h, r);
	if (e->result_count == EXPORT_BATCH || clock_steady_ms() - e->results_since >= FLUSH_MS) {
		(void)export_flush(e);
	}
}

int export_close_answers(struct export *e)
{
	for (size_t i = e->first_open; i < e->handed_count && e->error == ERR_OK; i++) {
		struct handed *h = &e->handed[i];
		if (h->answered) {
			continue;
		}
		h->answered = h->waits = true;
		add_result(e, h, &(struct sink_result){ .outcome = h->polled ? SINK_TAKEN : SINK_UNKNOWN,
			.why = e->why[0] == '\0' ? "no answer came" : e->why });
		if (e->result_count == EXPORT_BATCH) {
			(void)export_flush(e);
		}
	}
	return export_flush(e);
}

/* ---- into the journal */

static int note(struct export *e, struct txn *t, const struct change *c, enum event_kind kind, enum reason why)
{
	return journal_event(t, e->crypto, e->now, c->number, kind, why);
}

/* One that was acknowledged, published or superseded meanwhile is past all that: no conflict of ours. */
static int tell_journal(struct export *e, struct txn *t, const struct export_result *r, const struct change *c)
{
	bool claimed = c->state == EVENT_CLAIMED;
	int ret = ERR_OK;
	if (!claimed && c->state != EVENT_SENT) {
		return ERR_OK;
	}
	switch (r->outcome) {
	case SINK_APPLIED:
	case SINK_TAKEN:
		ret = claimed ? note(e, t, c, EVENT_SENT, REASON_NONE) : ERR_OK;
		return ret == ERR_OK && r->outcome == SINK_APPLIED ? note(e, t, c, EVENT_ACKED, REASON_NONE) : ret;
	case SINK_CONFLICT:
		return note(e, t, c, EVENT_FAILED, REASON_APPLY_CONFLICT);
	case SINK_REFUSED:
		return note(e, t, c, EVENT_FAILED, REASON_APPLY_FAILED);
	case SINK_UNKNOWN:
		/* The target was asked for what it had taken, and has lost it. */
		return r->polled ? note(e, t, c, EVENT_FAILED, REASON_NONE) : ERR_OK;
	case SINK_WAITS:
		/* It has certainly not left: a probe, or an operator, may say something of it as of any that is released. One that was
		 * claimed before may have left then. */
		return claimed && r->fresh ? note(e, t, c, EVENT_RELEASED, RELEASED_AGAIN) : ERR_OK;
	}
	return ERR_OK;
}

/* ---- into the notes */

static enum sink_trouble trouble_of(enum sink_outcome outcome)
{
	return outcome == SINK_CONFLICT ? TROUBLE_CONFLICT : outcome == SINK_REFUSED ? TROUBLE_REFUSED
		: outcome == SINK_WAITS ? TROUBLE_WAITS : TROUBLE_UNKNOWN;
}

static uint64_t back_off(uint32_t count)
{
	if (count > BACKOFF_TRIES) {
		return EXPORT_REST_MAX_S;
	}
	uint64_t delay = count > 9 ? BACKOFF_MAX_S : UINT64_C(1) << (count - 1);
	return delay < BACKOFF_MAX_S ? delay : BACKOFF_MAX_S;
}

static int tell_notes(struct export *e, struct txn *notes, const struct export_result *r, uint64_t generation)
{
	struct sink_attempt a;
	if (r->outcome == SINK_APPLIED || r->outcome == SINK_TAKEN) {
		return sink_attempt_del(notes, r->number);
	}
	int ret = sink_attempt_get(notes, r->number, &a);
	if (ret == ERR_NOTFOUND) {
		a = (struct sink_attempt){ .change = r->number, .first = e->now };
	} else if (ret != ERR_OK) {
		return ret;
	}
	a.count += a.count < UINT32_MAX;
	a.trouble = trouble_of(r->outcome);
	a.last = e->now;
	uint64_t delay = back_off(a.count);
	a.next = e->now + (r->rest_s > delay ? r->rest_s : delay);
	a.generation = generation;
	memcpy(a.words, r->words, sizeof(a.words));
	if (a.trouble <= TROUBLE_UNKNOWN && a.next < e->next_due) {
		e->next_due = a.next;
	}
	return sink_attempt_put(notes, &a);
}

/* ---- to people */

static void count(struct export *e, const struct export_result *r, const struct name *name)
{
	char child[NAME_TEXT_SIZE];
	char id[CHANGE_ID_TEXT];
	struct export_counts *n = &e->counts;
	bool told = true;
	const char *what = "";
	switch (r->outcome) {
	case SINK_APPLIED:
		n->applied++;
		told = false;
		break;
	case SINK_TAKEN:
		n->taken += !r->polled;
		told = false;
		break;
	case SINK_CONFLICT:
		n->conflicts++;
		what = "the target has something else; nothing was overwritten";
		break;
	case SINK_REFUSED:
		n->refused++;
		what = "refused";
		break;
	case SINK_WAITS:
	case SINK_UNKNOWN:
		told = ++n->waiting <= WAITING_TOLD;
		what = r->outcome == SINK_WAITS ? "waits" : "not known whether the target has taken it";
		break;
	}
	if (told || (e->options->dry_run && r->words[0] != '\0')) {
		name_to_text(name, child);
		change_id_text(e->store, r->number, id);
		say("%s (%s): %s%s%s", child, id, what, what[0] == '\0' || r->words[0] == '\0' ? "" : ": ", say_text(r->words));
	}
}

static int flush_into(struct export *e, struct txn *t, struct txn *notes, int *noted)
{
	int ret = ERR_OK;
	for (size_t i = 0; i < e->result_count && ret == ERR_OK; i++) {
		const struct export_result *r = &e->results[i];
		struct change c;
		struct generation g = { .number = 0 };
		ret = change_get(t, r->number, e->arena, &c);
		if (ret == ERR_OK && generation_of_child(t, &c.child, &g) == ERR_NOTFOUND) {
			g.number = 0;
		}
		if (ret == ERR_OK) {
			count(e, r, &c.child);
			ret = e->is_record && !e->options->dry_run ? tell_journal(e, t, r, &c) : ret;
		}
		if (ret == ERR_OK && notes != NULL && *noted == ERR_OK) {
			*noted = tell_notes(e, notes, r, g.number);
		}
		arena_reset(e->arena);
	}
	return ret;
}

/* The notes behind the journal: what is lost between them is tried once more. What the target has said is in the journal also when
 * the notes cannot be written. */
int export_flush(struct export *e)
{
	struct txn *t = NULL;
	struct txn *notes = NULL;
	bool writes = !e->options->dry_run;
	if (e->result_count == 0 || e->error != ERR_OK) {
		return e->error;
	}
	export_see_time(e);
	/* Answers come while a change is being handed over, whose octets are in e->arena. */
	struct arena *arena = e->arena;
	e->arena = arena_new();
	int ret = e->arena == NULL ? ERR_NOMEM : txn_begin(e->store, writes && e->is_record ? STORE_WRITE : STORE_READ, &t);
	int noted = ret == ERR_OK && writes ? txn_begin(e->notes, STORE_WRITE, &notes) : ERR_OK;
	ret = ret == ERR_OK ? flush_into(e, t, notes, &noted) : ret;
	ret = t == NULL ? ret : export_commit(t, ret);
	noted = notes == NULL ? noted : export_commit(notes, ret == ERR_OK ? noted : ret);
	e->is_notes_error = ret == ERR_OK && noted != ERR_OK;
	ret = ret == ERR_OK ? noted : ret;
	arena_free(e->arena);
	e->arena = arena;
	e->result_count = 0;
	e->error = ret;
	return ret;
}
