/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sink of record, where its text can be kept back: what is due was read and composed ahead; it is claimed where the store
 * is still the one that was read, written behind the commit, and marked as sent with the next claims, once it is durable. */
#include <stdlib.h>

#include "scanner/clock.h"
#include "scanner/export_ahead.h"
#include "validate/wire/err.h"

/* What was read so long ago is not claimed as it was read. */
#define KNOWN_MS 1000
/* By the clock, which goes on while the machine sleeps: what nobody touches grows old, too. */
#define AGES_S 60
/* Clock and store are looked at each time before so many are written: of a pipe, what its reader may be slow with. */
#define SLICE 128

/* Of one that has left for good. */
struct settled {
	struct passage passage;
	bool known;			/* passage is as the claim left it */
};

struct composed {
	struct export *e;
	struct chunk *odd;		/* claimed, to be read again before they are written */
	struct settled settled[2 * EXPORT_AHEAD];
	size_t settled_count;
	uint64_t own;			/* the last commit that is known to be nobody else's */
	uint64_t foreign;		/* one of somebody else's is not behind that one */
	struct text slice;		/* in the order in which it goes out */
};

/* ---- whose commits */

static int begin_write(struct composed *c, struct txn **t, uint64_t *head)
{
	uint8_t hash[SHA256_OCTETS];
	int ret = txn_begin(c->e->store, STORE_WRITE, t);
	ret = ret == ERR_OK ? journal_head(*t, head, hash) : ret;
	if (ret == ERR_OK && txn_sees(*t) != c->own) {
		c->foreign = txn_sees(*t);
	}
	return ret;
}

/* A transaction that has written nothing is no commit. */
static int commit(struct composed *c, struct txn *t, uint64_t head, int ret)
{
	uint8_t hash[SHA256_OCTETS];
	uint64_t now = head;
	uint64_t seen = txn_sees(t);
	ret = ret == ERR_OK ? journal_head(t, &now, hash) : ret;
	ret = export_commit(t, ret);
	if (ret == ERR_OK) {
		c->own = seen + (now != head);
	}
	return ret;
}

static bool is_another_time(uint64_t then, uint64_t now)
{
	return now < then || now - then > AGES_S;
}

/* Is what was claimed still as it was read? Whoever was told that nothing goes out has written before. */
static bool is_known(struct composed *c)
{
	struct txn *t = NULL;
	if (is_another_time(c->e->now, clock_unix_s())) {
		return false;
	}
	bool same = txn_begin(c->e->store, STORE_READ, &t) == ERR_OK && txn_sees(t) == c->own;
	txn_abort(t);
	return same;
}

/* ---- into the journal */

static int mark_one(struct composed *c, struct txn *t, struct settled *s)
{
	struct export *e = c->e;
	struct change now;
	if (s->known && c->foreign != txn_sees(t)) {
		int ret = journal_pass(t, e->crypto, e->now, &s->passage, EVENT_SENT);
		return ret == ERR_CONFLICT ? txn_error(t) : ret;
	}
	int ret = change_get(t, s->passage.number, e->arena, &now);
	if (ret == ERR_OK && now.state == EVENT_CLAIMED) {
		ret = journal_event_of(t, e->crypto, e->now, &now, EVENT_SENT, REASON_NONE, e->arena);
	}
	arena_reset(e->arena);
	return ret;
}

static int mark_settled(struct composed *c, struct txn *t)
{
	int ret = ERR_OK;
	for (size_t i = 0; i < c->settled_count && ret == ERR_OK; i++) {
		ret = mark_one(c, t, &c->settled[i]);
	}
	return ret == ERR_NOTFOUND ? ERR_STORE : ret;
}

static int claim_odd(struct composed *c, struct txn *t, uint64_t number)
{
	struct outgoing o;
	int ret = change_get(t, number, c->e->arena, &o.change);
	ret = ret == ERR_OK ? export_claim(c->e, t, c->odd, &o) : ret;
	arena_reset(c->e->arena);
	return ret == ERR_NOTFOUND ? ERR_STORE : ret;
}

/* Somebody has written since they were read, or they have waited: each is looked at again. */
static void make_odd(struct ahead *a)
{
	for (size_t i = 0; i < a->count; i++) {
		a->odd[a->odd_count++] = a->items[i].passage.number;
	}
	a->count = 0;
}

static int claim_in(struct composed *c, struct txn *t, struct ahead *a)
{
	struct export *e = c->e;
	int ret = ERR_OK;
	if (a->seen < c->foreign || clock_steady_ms() - a->read_at > KNOWN_MS || is_another_time(a->now, e->now)) {
		make_odd(a);
	}
	for (size_t i = 0; i < a->count && ret == ERR_OK && !e->options->dry_run; i++) {
		if (a->items[i].fresh) {
			ret = journal_pass(t, e->crypto, e->now, &a->items[i].passage, EVENT_CLAIMED);
			ret = ret == ERR_CONFLICT || ret == ERR_NOTFOUND ? ERR_STORE : ret;
		}
	}
	for (size_t i = 0; i < a->odd_count && ret == ERR_OK; i++) {
		ret = claim_odd(c, t, a->odd[i]);
	}
	return ret;
}

static int claim(struct composed *c, struct ahead *a)
{
	struct txn *t = NULL;
	uint64_t head = 0;
	c->odd->count = 0;
	export_see_time(c->e);
	if (c->e->options->dry_run) {
		int ret = txn_begin(c->e->store, STORE_READ, &t);
		c->own = a->seen;
		c->settled_count = 0;
		ret = ret == ERR_OK ? claim_in(c, t, a) : ret;
		txn_abort(t);
		return ret;
	}
	int ret = begin_write(c, &t, &head);
	ret = ret == ERR_OK ? mark_settled(c, t) : ret;
	ret = ret == ERR_OK ? claim_in(c, t, a) : ret;
	ret = commit(c, t, head, ret);
	c->settled_count = ret == ERR_OK ? 0 : c->settled_count;
	return ret;
}

/* What has left last has no claims behind it. */
static int mark_rest(struct composed *c)
{
	struct txn *t = NULL;
	uint64_t head = 0;
	if (c->settled_count == 0 || c->e->options->dry_run) {
		return ERR_OK;
	}
	int ret = begin_write(c, &t, &head);
	ret = ret == ERR_OK ? mark_settled(c, t) : ret;
	return commit(c, t, head, ret);
}

/* ---- out */

static enum round outcome(struct export *e, int ret)
{
	e->is_hopeless |= ret == ERR_ARG;
	return ret == ERR_OK ? ROUND_OK : ROUND_SINK;
}

static void note(struct composed *c, const struct passage *p, bool known)
{
	c->settled[c->settled_count++] = (struct settled){ .passage = *p, .known = known };
}

/* So many of a, from that place on. */
static enum round write_slice(struct composed *c, const struct ahead *a, size_t from, size_t count)
{
	struct export *e = c->e;
	c->slice.size = 0;
	for (size_t i = from; i < from + count; i++) {
		const struct ahead_item *item = &a->items[a->order[i]];
		if (text_append(&c->slice, a->lanes[item->lane].text.data + item->begin, item->end - item->begin) != ERR_OK) {
			e->error = ERR_NOMEM;
			return ROUND_STORE;
		}
		note(c, &item->passage, true);
	}
	return outcome(e, e->sink->ops->write(e->sink, c->slice.data, c->slice.size));
}

/* What is no longer known when its turn comes is read again. */
static enum round write_text(struct composed *c, const struct ahead *a)
{
	enum round round = ROUND_OK;
	size_t i = 0;
	while (i < a->count && round == ROUND_OK && is_known(c)) {
		size_t count = a->count - i < SLICE ? a->count - i : SLICE;
		round = write_slice(c, a, i, count);
		i += count;
	}
	for (; i < a->count && round == ROUND_OK; i++) {
		const struct ahead_item *item = &a->items[a->order[i]];
		c->odd->numbers[c->odd->count] = item->passage.number;
		c->odd->fresh[c->odd->count++] = item->fresh;
	}
	return round;
}

static enum round write_odd(struct composed *c)
{
	struct export *e = c->e;
	enum round round = ROUND_OK;
	e->handed_count = 0;
	for (size_t i = 0; i < c->odd->count && round == ROUND_OK; i++) {
		round = export_put_claimed(e, c->odd->numbers[i], c->odd->fresh[i]);
	}
	for (size_t i = 0; i < e->handed_count; i++) {
		note(c, &(struct passage){ .number = e->handed[i].number }, false);
	}
	return round;
}

/* Claimed, written and settled; meanwhile the next ones are read. */
static enum round pass(struct composed *c, struct ahead *a, struct ahead *next, bool more)
{
	struct export *e = c->e;
	if (more) {
		ahead_start(next, &a->after);
	}
	e->error = a->error == ERR_OK ? claim(c, a) : a->error;
	const bool is_claimed = e->error == ERR_OK;
	enum round round = is_claimed ? write_text(c, a) : ROUND_STORE;
	if (more) {
		ahead_wait(next);
	}
	/* Composes, too: so not beside another. */
	round = round == ROUND_OK ? write_odd(c) : round;
	round = round == ROUND_OK ? outcome(e, e->sink->ops->settle(e->sink)) : round;
	if (round == ROUND_OK) {
		e->counts.exported += c->settled_count;
	} else if (is_claimed) {
		c->settled_count = 0;
	}
	e->next_due = a->next_due < e->next_due ? a->next_due : e->next_due;
	return round;
}

static enum round pass_all(struct composed *c, struct ahead *a, struct ahead *next)
{
	bool more = true;
	enum round round = ROUND_OK;
	ahead_fill(a);
	while (more && round == ROUND_OK) {
		more = !a->ended && !c->e->is_stopped();
		round = pass(c, a, next, more);
		struct ahead *done = a;
		a = next;
		next = done;
	}
	int ret = mark_rest(c);
	c->e->error = c->e->error == ERR_OK ? ret : c->e->error;
	return c->e->error == ERR_OK ? round : ROUND_STORE;
}

enum round export_composed(struct export *e)
{
	struct composed *c = calloc(1, sizeof(*c));
	struct chunk *odd = calloc(1, sizeof(*odd));
	struct ahead *a = ahead_new(e);
	struct ahead *next = ahead_new(e);
	enum round round = ROUND_STORE;
	e->error = ERR_NOMEM;
	if (c != NULL && odd != NULL && a != NULL && next != NULL) {
		c->e = e;
		c->odd = odd;
		e->error = ERR_OK;
		round = pass_all(c, a, next);
	}
	ahead_free(a);
	ahead_free(next);
	if (c != NULL) {
		text_free(&c->slice);
	}
	free(odd);
	free(c);
	return round;
}
