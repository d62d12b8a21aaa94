/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a run: its changes are released, or held for what the run was or for a freeze, or by the brake. */
#include "registry/store/release.h"

#include <stdlib.h>

#include "registry/store/baseline.h"
#include "registry/store/brake.h"
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/records.h"
#include "registry/store/served.h"
#include "validate/wire/err.h"

/* One that may go out now. */
struct candidate {
	uint64_t change;
	bool cleared;		/* the brake is not for it, or an operator has looked at it */
	enum reason first;	/* why it may not be the first DS set of its child; NONE: it may, or is not */
};

struct release {
	struct txn *txn;
	struct crypto *crypto;
	uint64_t now;
	struct run *run;
	struct arena *arena;
	struct brake *brake;
	struct candidate *candidates;
	size_t count, room;
};

/* The parent may have been loaded once more since the walk. */
static int withdraw_moved(struct release *r, const struct change *c, bool *moved)
{
	enum reason why;
	int rc = change_is_stale(r->txn, c, r->now, UINT32_MAX, &why);
	*moved = rc == 0 && why != REASON_NONE;
	return *moved ? journal_event(r->txn, r->crypto, r->now, c->number, EVENT_WITHDRAWN, why) : rc;
}

/* Of this run's walk: a child of its parent, and the one it was about if it was about one only. */
static int is_of_run(const struct release *r, const struct name *child, bool *yes)
{
	*yes = r->run->only.size == 0 || name_equal(&r->run->only, child);
	return *yes ? generation_has_child(r->txn, &r->run->origin, child, yes) : 0;
}

/* a first DS set goes out only where the parent's servers proved that there is none. A run that does not ask them does not
 * let go what was held for that: an operator can, by a hold of his own that he takes back. */
static int find_first(const struct release *r, const struct change *c, enum reason *out)
{
	enum served what = SERVED_BEFORE;
	struct change_status s = { .why = REASON_NONE };
	int rc = 0;
	if (change_is_first(c)) {
		rc = r->run->dns != NULL ? served_list_of_first(r->crypto, r->run->dns, c, &what) : status_get(r->txn, c->number, &s);
	}
	*out = change_is_held_for_dns(s.why) && !s.cleared ? s.why
		: what == SERVED_BEFORE ? REASON_NONE : what == SERVED_UNKNOWN ? REASON_HOLD_DS_UNPROVEN : REASON_HOLD_DS_SERVED;
	return rc == 0 ? 0 : txn_fail(r->txn, rc == ERR_NOTFOUND ? ERR_STORE : rc);
}

/* One that was released goes out no more: meanwhile a DS set is served. */
static int take_back(struct release *r, const struct change *c)
{
	enum served what = SERVED_UNKNOWN;
	bool own = false;
	int rc = is_of_run(r, &c->child, &own);
	rc = rc == 0 && own ? served_list_of_first(r->crypto, r->run->dns, c, &what) : rc;
	if (rc == 0 && what == SERVED_OTHER) {
		rc = journal_event(r->txn, r->crypto, r->now, c->number, EVENT_HELD, REASON_HOLD_DS_SERVED);
		r->run->served += rc == 0;
	}
	return rc == 0 ? 0 : txn_fail(r->txn, rc);
}

static int remember(struct release *r, const struct change *c)
{
	bool moved;
	enum reason first = REASON_HOLD_DS_UNPROVEN;
	int rc = withdraw_moved(r, c, &moved);
	rc = rc == 0 && !moved ? find_first(r, c, &first) : rc;
	if (rc != 0 || moved) {
		return rc;
	}
	if (r->count == r->room) {
		size_t room = r->room == 0 ? 256 : r->room * 2;
		struct candidate *grown = room > SIZE_MAX / sizeof(*grown) ? NULL :
			realloc(r->candidates, room * sizeof(*grown));
		if (grown == NULL) {
			return txn_fail(r->txn, ERR_NOMEM);
		}
		r->candidates = grown;
		r->room = room;
	}
	bool counts = brake_counts(c);
	r->candidates[r->count++] = (struct candidate){ .change = c->number, .cleared = c->cleared || !counts,
		.first = first };
	return counts ? brake_add(r->brake, r->txn, c) : 0;
}

/* What a run that was killed and never resumed has confirmed is released by the next one over its parent. */
static int look_at(struct release *r, const struct change *c)
{
	bool braked = c->state == EVENT_HELD && c->held_for == REASON_BRAKE_ENGAGED && !c->cleared;
	bool frozen = c->state == EVENT_HELD && c->held_for == REASON_HOLD_FREEZE;
	bool recorded = c->state == EVENT_HELD && c->held_for == REASON_HOLD_BASELINE;
	bool served = c->state == EVENT_HELD && c->held_for == REASON_HOLD_DS_SERVED;
	bool unproven = c->state == EVENT_HELD && c->held_for == REASON_HOLD_DS_UNPROVEN;
	bool aged = c->state == EVENT_HELD && c->held_for == REASON_HOLD_SOURCE_OLD;
	if (c->state == EVENT_PROPOSED && c->run == r->run->number) {
		return remember(r, c);
	}
	if (c->state == EVENT_RELEASED && r->run->dns != NULL && change_is_first(c)) {
		return take_back(r, c);
	}
	if (c->state != EVENT_CONFIRMED && !braked && !frozen && !recorded && !aged && !served && !unproven) {
		return 0;
	}
	bool own;
	int rc = is_of_run(r, &c->child, &own);
	if (rc == 0 && own && c->state == EVENT_CONFIRMED) {
		return remember(r, c);
	}
	if (rc == 0 && own) {
		r->run->braked += braked;
		r->run->frozen += frozen;
		r->run->recorded += recorded;
		r->run->aged += aged;
		r->run->served += served;
		r->run->unproven += unproven;
	}
	return rc == 0 && braked ? brake_add(r->brake, r->txn, c) : rc;
}

static int gather(struct release *r)
{
	struct name after = { 0 };
	for (;;) {
		struct change c;
		arena_reset(r->arena);
		int rc = change_outstanding_next(r->txn, &after, r->arena, &c);
		if (rc == ERR_NOTFOUND) {
			return txn_error(r->txn);
		}
		if (rc == 0) {
			rc = look_at(r, &c);
		}
		if (rc != 0) {
			return rc;
		}
		after = c.child;
	}
}

static int hold(struct release *r, uint64_t change, enum reason why)
{
	return journal_event(r->txn, r->crypto, r->now, change, EVENT_HELD, why);
}

static int settle(struct release *r, const struct candidate *c, bool baseline, bool frozen)
{
	int rc;
	if (baseline) {
		rc = hold(r, c->change, REASON_HOLD_BASELINE);
		r->run->recorded += rc == 0;
	} else if (r->run->is_research) {
		rc = hold(r, c->change, REASON_HOLD_SOURCE_OLD);
		r->run->aged += rc == 0;
	} else if (frozen) {
		rc = hold(r, c->change, REASON_HOLD_FREEZE);
		r->run->frozen += rc == 0;
	} else if (c->first != REASON_NONE) {
		rc = hold(r, c->change, c->first);
		r->run->served += rc == 0 && c->first == REASON_HOLD_DS_SERVED;
		r->run->unproven += rc == 0 && c->first == REASON_HOLD_DS_UNPROVEN;
	} else if (!c->cleared && brake_is_on(r->brake, c->change)) {
		rc = hold(r, c->change, REASON_BRAKE_ENGAGED);
		r->run->braked += rc == 0;
	} else {
		rc = journal_event(r->txn, r->crypto, r->now, c->change, EVENT_RELEASED, REASON_NONE);
		r->run->released += rc == 0;
	}
	return rc;
}

static int settle_all(struct release *r)
{
	struct policy policy;
	int rc = gather(r);
	if (rc != 0 || r->count == 0) {
		return rc;
	}
	/* Without the limits nothing may go out. */
	rc = policy_get(r->txn, r->run->limits, &policy);
	if (rc != 0) {
		return txn_fail(r->txn, rc == ERR_NOTFOUND ? ERR_STORE : rc);
	}
	bool baseline = baseline_is_on(r->txn);
	bool frozen = policy_is_frozen(&policy, r->now);
	if (!frozen && !baseline && !r->run->is_research) {
		rc = brake_add_released(r->brake, r->txn, r->now, r->arena);
		rc = rc == 0 ? brake_judge(r->brake, r->txn, &policy) : rc;
	}
	for (size_t i = 0; i < r->count && rc == 0; i++) {
		arena_reset(r->arena);
		rc = settle(r, &r->candidates[i], baseline, frozen);
	}
	return rc;
}

int release_run(struct txn *t, struct crypto *crypto, uint64_t now, struct run *run)
{
	struct release r = { .txn = t, .crypto = crypto, .now = now, .run = run, .arena = arena_new(),
		.brake = brake_new(crypto, &run->origin) };
	run->released = 0;
	run->braked = 0;
	run->frozen = 0;
	run->recorded = 0;
	run->aged = 0;
	run->served = 0;
	run->unproven = 0;
	int rc = r.arena == NULL || r.brake == NULL ? txn_fail(t, ERR_NOMEM) : settle_all(&r);
	free(r.candidates);
	brake_free(r.brake);
	arena_free(r.arena);
	return rc;
}
