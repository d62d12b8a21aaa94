/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal's writers: every event is chained, and the index follows it in the same transaction. */
#include "registry/store/journal.h"

#include <string.h>

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/records.h"
#include "validate/wire/err.h"

/* One event about an existing change on its way into the journal. */
struct entry {
	struct txn *txn;
	struct crypto *crypto;
	uint64_t now;
	struct arena *arena;
};

static int newest_generation(struct txn *t, const struct name *child, uint64_t *number)
{
	struct generation g = { 0 };
	int rc = generation_of_child(t, child, &g);
	*number = rc == 0 ? g.number : 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Appends and brings the status s of the change along; the outstanding index is the caller's. */
static int append_event(const struct entry *y, uint64_t number, struct change_status *s, enum event_kind kind,
	const struct event_note *note)
{
	uint8_t octets[BODY_MAX];
	struct event e = { .kind = kind, .time = y->now, .change = number, .body = body_encode_note(note, octets) };
	int rc = event_append(y->txn, y->crypto, &e);
	if (rc != 0) {
		return rc;
	}
	status_apply(s, &e, note);
	return status_put(y->txn, number, s);
}

static int note_event(const struct entry *y, const struct change *c, enum event_kind kind,
	const struct event_note *note)
{
	struct change_status s;
	int rc = status_get(y->txn, c->number, &s);
	return rc == 0 ? append_event(y, c->number, &s, kind, note) : rc;
}

/* c is closed: what it superseded and still may arrive becomes the outstanding change again. */
static int close_outstanding(const struct entry *y, const struct change *c)
{
	uint64_t outstanding;
	int rc = outstanding_get(y->txn, &c->child, &outstanding);
	if (rc != 0 || outstanding != c->number) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	struct change before;
	uint64_t number;
	rc = change_open_before(y->txn, c->supersedes, y->arena, &before, &number);
	if (rc != 0) {
		return rc;
	}
	return number == 0 ? outstanding_del(y->txn, &c->child) : outstanding_put(y->txn, &c->child, number);
}

/* c is published or overtaken: what it superseded and had left already is moot, and every change must end somehow. */
static int close_superseded(const struct entry *y, const struct change *c, uint64_t generation)
{
	const struct event_note note = { .generation = generation,
		.why = c->class == CHANGE_DELETE ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE };
	for (;;) {
		struct change before;
		uint64_t number;
		int rc = change_open_before(y->txn, c->supersedes, y->arena, &before, &number);
		if (rc != 0 || number == 0) {
			return rc;
		}
		rc = note_event(y, &before, EVENT_WITHDRAWN, &note);
		if (rc != 0) {
			return rc;
		}
	}
}

static int check_allowed(const struct change *c, const struct change_status *s, enum event_kind kind, enum reason why,
	uint64_t generation)
{
	if (!status_allows(s, kind)) {
		return ERR_CONFLICT;
	}
	/* A hold ends with a new probe only, and only an operator's goes over another one. */
	bool over = why == REASON_NONE && (s->why != REASON_NONE || s->cleared);
	if (c->state == EVENT_HELD && (kind == EVENT_RELEASED || (kind == EVENT_HELD && !over))) {
		return ERR_CONFLICT;
	}
	/* The registry may have it: only what supersedes it can end it (close_superseded). */
	if (kind == EVENT_WITHDRAWN && status_has_left(c->state)) {
		return ERR_CONFLICT;
	}
	/* The generation in which it was acknowledged cannot show it yet. */
	if (kind == EVENT_PUBLISHED && generation <= c->acked_generation) {
		return ERR_CONFLICT;
	}
	return 0;
}

int state_published(struct txn *t, const struct change *c, struct arena *arena)
{
	struct child_state s;
	struct slice octets;
	struct key key;
	int rc = state_get(t, &c->child, arena, &s);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	child_state_publish(&s, &c->ds_after);
	rc = child_state_encode(&s, arena, &octets);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	key_name(&c->child, &key);
	return db_put(t, DB_STATE, key_slice(&key), octets);
}

static int add_event(const struct entry *y, const struct change *c, enum event_kind kind, enum reason why)
{
	struct change_status s;
	struct event_note note = { .why = why };
	int rc = status_get(y->txn, c->number, &s);
	if (rc == 0 && s.sequence != c->state_sequence) {
		rc = ERR_CONFLICT;
	}
	if (rc == 0) {
		rc = newest_generation(y->txn, &c->child, &note.generation);
	}
	if (rc == 0) {
		rc = check_allowed(c, &s, kind, why, note.generation);
	}
	if (rc == 0) {
		rc = append_event(y, c->number, &s, kind, &note);
	}
	if (rc == 0 && kind == EVENT_PUBLISHED) {
		rc = close_superseded(y, c, note.generation);
		rc = rc == 0 ? state_published(y->txn, c, y->arena) : rc;
	}
	if (rc == 0 && !status_is_open(kind)) {
		rc = close_outstanding(y, c);
	}
	return rc;
}

static bool is_of_change(enum event_kind kind)
{
	return kind > EVENT_PROPOSED && kind < EVENT_KINDS && kind != EVENT_OPERATOR;
}

int journal_event_of(struct txn *t, struct crypto *crypto, uint64_t now, const struct change *c, enum event_kind kind,
	enum reason why, struct arena *arena)
{
	const struct entry y = { .txn = t, .crypto = crypto, .now = now, .arena = arena };
	return is_of_change(kind) ? add_event(&y, c, kind, why) : ERR_ARG;
}

int journal_event(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change, enum event_kind kind,
	enum reason why)
{
	if (!is_of_change(kind)) {
		return ERR_ARG;
	}
	struct arena *arena = arena_new();
	if (arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	struct change c;
	int rc = change_get(t, change, arena, &c);
	rc = rc == 0 ? journal_event_of(t, crypto, now, &c, kind, why, arena) : rc;
	arena_free(arena);
	return rc;
}

int journal_pass(struct txn *t, struct crypto *crypto, uint64_t now, struct passage *p, enum event_kind kind)
{
	const struct entry y = { .txn = t, .crypto = crypto, .now = now };
	const struct event_note note = { .why = REASON_NONE, .generation = p->generation };
	struct change_status s;
	if (kind != EVENT_CLAIMED && kind != EVENT_SENT) {
		return ERR_ARG;
	}
	int rc = status_get(t, p->number, &s);
	if (rc == 0 && (s.sequence != p->sequence || !status_allows(&s, kind))) {
		rc = ERR_CONFLICT;
	}
	if (rc == 0) {
		rc = append_event(&y, p->number, &s, kind, &note);
	}
	if (rc == 0) {
		p->sequence = s.sequence;
	}
	return rc;
}

static int add_overtaken(const struct entry *y, uint64_t number)
{
	struct change c;
	struct event_note note = { .why = REASON_STALE_INPUT };
	int rc = change_get(y->txn, number, y->arena, &c);
	if (rc == 0) {
		rc = newest_generation(y->txn, &c.child, &note.generation);
	}
	if (rc == 0 && (!status_has_left(c.state) || note.generation <= c.acked_generation)) {
		rc = ERR_CONFLICT;
	}
	if (rc == 0) {
		rc = note_event(y, &c, EVENT_WITHDRAWN, &note);
	}
	if (rc == 0) {
		rc = close_superseded(y, &c, note.generation);
	}
	return rc == 0 ? close_outstanding(y, &c) : rc;
}

int journal_overtaken(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change)
{
	struct arena *arena = arena_new();
	if (arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	const struct entry y = { .txn = t, .crypto = crypto, .now = now, .arena = arena };
	int rc = add_overtaken(&y, change);
	arena_free(arena);
	return rc;
}

int journal_operator(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change, const struct operator_note *n)
{
	uint8_t octets[BODY_MAX];
	struct event e = { .kind = EVENT_OPERATOR, .time = now, .change = change };
	int rc = body_encode_operator(n, octets, &e.body);
	struct change_status s;
	if (rc == 0 && change != 0) {
		rc = status_get(t, change, &s);
	}
	if (rc == 0) {
		rc = event_append(t, crypto, &e);
	}
	if (rc == 0 && change != 0) {
		status_apply_operator(&s, n);
		rc = status_put(t, change, &s);
	}
	return rc == 0 ? operator_index_put(t, &n->child, e.sequence) : rc;
}

int journal_ack(struct txn *t, struct crypto *crypto, uint64_t now, uint64_t change)
{
	return journal_event(t, crypto, now, change, EVENT_ACKED, REASON_NONE);
}

/* What the child has outstanding must be what the new change supersedes; if it has not left, it never will. */
static int make_room(struct txn *t, struct crypto *crypto, uint64_t now, const struct change *c)
{
	uint64_t outstanding = 0;
	int rc = outstanding_get(t, &c->child, &outstanding);
	if (rc != 0 && rc != ERR_NOTFOUND) {
		return rc;
	}
	if (outstanding != c->supersedes) {
		return ERR_CONFLICT;
	}
	if (outstanding == 0) {
		return 0;
	}
	struct change_status s;
	rc = status_get(t, outstanding, &s);
	if (rc != 0 || status_has_left(s.state)) {
		return rc;
	}
	return journal_event(t, crypto, now, outstanding, EVENT_WITHDRAWN,
		c->class == CHANGE_DELETE ? REASON_ACCEPT_DELETE : REASON_ACCEPT_UPDATE);
}

int journal_propose(struct txn *t, struct crypto *crypto, uint64_t now, struct change *c)
{
	uint8_t octets[BODY_MAX];
	struct slice body;
	int rc = body_encode_change(c, octets, &body);
	if (rc == 0) {
		rc = make_room(t, crypto, now, c);
	}
	if (rc != 0) {
		return rc;
	}
	struct event e = { .kind = EVENT_PROPOSED, .version = change_version(c), .time = now, .body = body };
	rc = event_append(t, crypto, &e);
	if (rc != 0) {
		return rc;
	}
	struct change_status s = { 0 };
	status_apply(&s, &e, &(struct event_note){ 0 });
	rc = status_append(t, e.change, &s);
	if (rc == 0) {
		rc = outstanding_put(t, &c->child, e.change);
	}
	if (rc != 0) {
		return rc;
	}
	c->number = e.change;
	memcpy(c->hash, e.hash, sizeof(c->hash));
	c->state = EVENT_PROPOSED;
	c->state_sequence = e.sequence;
	c->state_time = now;
	c->withdrawn_for = REASON_NONE;
	c->held_for = REASON_NONE;
	c->failed_for = REASON_NONE;
	c->acked_generation = 0;
	c->taken_back = false;
	c->cleared = false;
	c->seen_at = c->judged_at;
	return 0;
}
