/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a load: which outstanding changes does the new generation show, and which has it made void? */
#include "registry/store/arrival.h"
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "validate/wire/err.h"

struct reconcile {
	struct txn *txn;
	struct crypto *crypto;
	uint64_t now;
	uint64_t generation;
	struct arena *arena;
	uint64_t published;
	uint64_t voided;
};

static bool is_shown(const struct reconcile *r, const struct change *c, const struct delegation *d)
{
	bool left = status_has_left(c->state) || c->state == EVENT_FAILED;
	return left && r->generation > c->acked_generation && arrival_is_shown(c, d);
}

/* The newest first: a registry may have taken one that was superseded on the way. */
static int find_shown(struct reconcile *r, const struct change *newest, uint64_t *number)
{
	*number = 0;
	struct delegation d;
	int rc = delegation_get(r->txn, &newest->child, r->arena, &d);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	struct change c = *newest;
	for (;;) {
		if (is_shown(r, &c, &d)) {
			*number = c.number;
			return 0;
		}
		uint64_t before;
		rc = change_open_before(r->txn, c.supersedes, r->arena, &c, &before);
		if (rc != 0 || before == 0) {
			return rc;
		}
	}
}

/* Else the child could never ask for that set again: it would be a change under way for ever. */
static int close_overtaken(struct reconcile *r, const struct change *c)
{
	struct delegation d;
	bool overtaken;
	int rc = delegation_get(r->txn, &c->child, r->arena, &d);
	if (rc != 0 || r->generation <= c->acked_generation) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	rc = change_is_overtaken(r->txn, c, &d, &overtaken);
	if (rc == 0 && overtaken) {
		rc = journal_overtaken(r->txn, r->crypto, r->now, c->number);
		r->voided += rc == 0;
	}
	return rc;
}

/* A delete that nobody had taken back is done, whoever was quicker than we were: it is as the child asked (DSA-7.1-3). */
static int tell_done_by_others(struct reconcile *r, const struct change *c)
{
	struct delegation d;
	int rc = delegation_get(r->txn, &c->child, r->arena, &d);
	bool done = rc == 0 && c->class == CHANGE_DELETE && d.ds_state == DS_ABSENT;
	return rc == ERR_NOTFOUND ? 0 : done ? state_published(r->txn, c, r->arena) : rc;
}

static int reconcile_child(struct reconcile *r, const struct change *c)
{
	uint64_t shown;
	int rc = find_shown(r, c, &shown);
	if (rc != 0) {
		return rc;
	}
	if (shown != 0) {
		rc = journal_event(r->txn, r->crypto, r->now, shown, EVENT_PUBLISHED, REASON_NONE);
		r->published += rc == 0;
		return rc;
	}
	enum reason stale;
	struct change before;
	rc = change_is_stale(r->txn, c, r->now, UINT32_MAX, &stale);
	if (rc != 0 || stale == REASON_NONE) {
		return rc == 0 ? close_overtaken(r, c) : rc;
	}
	rc = stale == REASON_STALE_INPUT ? 0 : tell_done_by_others(r, c);
	if (rc == 0) {
		rc = journal_event(r->txn, r->crypto, r->now, c->number, EVENT_WITHDRAWN, stale);
		r->voided += rc == 0;
	}
	/* What it superseded is outstanding again. */
	if (rc == 0) {
		rc = change_of_child(r->txn, &c->child, r->arena, &before);
	}
	return rc == 0 ? close_overtaken(r, &before) : rc == ERR_NOTFOUND ? 0 : rc;
}

static int reconcile_all(struct reconcile *r, const struct name *origin)
{
	struct name after = *origin;
	for (;;) {
		struct change c;
		bool own;
		arena_reset(r->arena);
		int rc = change_outstanding_next(r->txn, &after, r->arena, &c);
		if (rc != 0 || !name_is_within(&c.child, origin)) {
			return rc == ERR_NOTFOUND ? 0 : rc;
		}
		rc = generation_has_child(r->txn, origin, &c.child, &own);
		if (rc == 0 && own) {
			rc = reconcile_child(r, &c);
		}
		if (rc != 0) {
			return rc;
		}
		after = c.child;
	}
}

int journal_reconcile(struct txn *t, struct crypto *crypto, const struct name *origin, uint64_t now,
	struct reconciled *out)
{
	struct generation g;
	int rc = generation_get(t, origin, &g);
	if (rc != 0) {
		return rc;
	}
	struct reconcile r = { .txn = t, .crypto = crypto, .now = now, .generation = g.number, .arena = arena_new() };
	if (r.arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	rc = reconcile_all(&r, origin);
	arena_free(r.arena);
	if (rc == 0) {
		*out = (struct reconciled){ .published = r.published, .voided = r.voided };
	}
	return rc;
}
