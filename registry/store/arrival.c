/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the loop is not closed: changes that are late, lost or overtaken. */
#include "registry/store/arrival.h"

#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "registry/store/records.h"
#include "registry/store/served.h"
#include "validate/wire/err.h"

const char *arrival_text(enum arrival a)
{
	static const char *const texts[ARRIVALS] = { NULL, "late", "lost", "changed" };
	return (unsigned)a < ARRIVALS ? texts[a] : NULL;
}

enum reason arrival_reason(const struct change *c, enum arrival a)
{
	switch (a) {
	case ARRIVAL_LATE:
		return REASON_APPLY_LATE;
	case ARRIVAL_LOST:
		return c->failed_for == REASON_NONE ? REASON_APPLY_LOST : c->failed_for;
	case ARRIVAL_CHANGED:
		return c->failed_for;	/* of one that was withdrawn: nothing is to be done any more */
	case ARRIVAL_NONE:
		break;
	}
	return REASON_NONE;
}

/* The set of a change of the TTL was there before it. Of others the TTL is no matter: not every sink can set it. What a
 * registry gives by itself is not known here: accept asks again while the TTL is low. */
bool arrival_is_shown(const struct change *c, const struct delegation *d)
{
	bool ttl = c->class != CHANGE_TTL || c->ds_ttl == 0 || d->ds_ttl == c->ds_ttl;
	return d->ds_state != DS_UNKNOWN && ds_set_equal(&c->ds_after, &d->ds) && ttl;
}

/* A content that did not change keeps its generation: only the run tells that the parent was read again. */
static int find_parent(struct txn *t, const struct name *child, struct arrival_parent *p)
{
	struct generation g;
	struct run run;
	struct policy policy;
	int rc = generation_of_child(t, child, &g);
	if (rc != 0 || name_equal(&g.origin, &p->origin)) {
		return rc;
	}
	*p = (struct arrival_parent){ .origin = g.origin };
	rc = run_last_of(t, &g.origin, &run);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	rc = policy_get(t, run.limits, &policy);
	if (rc == 0) {
		/* An old source tells nothing of what has come to the parent since. */
		p->read_at = g.is_old ? 0 : run.began;
		p->late_after_s = policy.change_late_after_s;
	}
	return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
}

/* A clock that went back makes nothing late. */
static enum arrival by_time(const struct change *c, const struct arrival_parent *p)
{
	bool was_read = p->read_at >= c->state_time;
	bool long_ago = was_read && p->read_at - c->state_time >= p->late_after_s;
	switch (c->state) {
	case EVENT_SENT:
	case EVENT_ACKED:
		return long_ago ? ARRIVAL_LATE : ARRIVAL_NONE;
	case EVENT_CLAIMED:
		return long_ago ? ARRIVAL_LOST : ARRIVAL_NONE;
	case EVENT_FAILED:
		return was_read ? ARRIVAL_LOST : ARRIVAL_NONE;
	default:
		return ARRIVAL_NONE;
	}
}

static int look(struct txn *t, struct arrival_parent *p, const struct change *c, struct arena *arena, enum arrival *out)
{
	struct delegation d;
	int rc = delegation_get(t, &c->child, arena, &d);
	if (rc != 0 || arrival_is_shown(c, &d)) {
		return rc;
	}
	if (c->state == EVENT_FAILED && c->failed_for == REASON_APPLY_CONFLICT) {
		*out = ARRIVAL_CHANGED;
	} else if (d.ds_state != DS_UNKNOWN) {
		rc = find_parent(t, &c->child, p);
		*out = rc == 0 ? by_time(c, p) : ARRIVAL_NONE;
	}
	return rc;
}

int arrival_find(struct txn *t, struct arrival_parent *p, const struct change *c, struct arena *arena, enum arrival *out)
{
	*out = ARRIVAL_NONE;
	if (c->state == EVENT_WITHDRAWN) {
		/* What had not left was never on its way. */
		bool overtaken = c->withdrawn_for == REASON_STALE_INPUT && c->acked_generation != 0;
		*out = overtaken ? ARRIVAL_CHANGED : ARRIVAL_NONE;
		return txn_error(t);
	}
	if (!status_has_left(c->state) && c->state != EVENT_FAILED) {
		return txn_error(t);
	}
	uint64_t outstanding;
	int rc = outstanding_get(t, &c->child, &outstanding);
	if (rc == 0 && outstanding == c->number) {
		rc = look(t, p, c, arena, out);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int count_all(struct txn *t, const struct name *origin, struct arena *arena, uint64_t counts[ARRIVALS])
{
	struct arrival_parent p = { 0 };
	struct name after = *origin;
	for (;;) {
		struct change c;
		enum arrival a = ARRIVAL_NONE;
		bool own;
		arena_reset(arena);
		int rc = change_outstanding_next(t, &after, arena, &c);
		if (rc != 0 || !name_is_within(&c.child, origin)) {
			return rc == ERR_NOTFOUND ? 0 : rc;
		}
		rc = generation_has_child(t, origin, &c.child, &own);
		if (rc == 0 && own) {
			rc = arrival_find(t, &p, &c, arena, &a);
			counts[a]++;
		}
		if (rc != 0) {
			return rc;
		}
		after = c.child;
	}
}

int arrival_count(struct txn *t, const struct name *origin, uint64_t counts[ARRIVALS])
{
	struct arena *arena = arena_new();
	for (size_t i = 0; i < ARRIVALS; i++) {
		counts[i] = 0;
	}
	int rc = arena == NULL ? txn_fail(t, ERR_NOMEM) : count_all(t, origin, arena, counts);
	arena_free(arena);
	return rc;
}

/* ---- beside the registry's list */

const char *in_dns_text(enum in_dns d)
{
	static const char *const texts[IN_DNS_WORDS] = { NULL, "seen", "waits", "late", "changed" };
	return (unsigned)d < IN_DNS_WORDS ? texts[d] : NULL;
}

/* What the list does not show either is late by that. */
static int by_age(struct txn *t, struct arrival_parent *p, const struct change *c, uint64_t asked, enum in_dns *out)
{
	*out = IN_DNS_WAITS;
	int rc = c->state == EVENT_PUBLISHED ? find_parent(t, &c->child, p) : 0;
	if (rc == 0 && c->state == EVENT_PUBLISHED && p->late_after_s > 0 && asked >= c->state_time && asked - c->state_time >= p->late_after_s) {
		*out = IN_DNS_LATE;
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

int arrival_in_dns(struct txn *t, struct arrival_parent *p, const struct change *c, enum in_dns *out, uint64_t *asked)
{
	struct served_note n;
	*out = IN_DNS_UNKNOWN;
	*asked = 0;
	int rc = c->state == EVENT_PUBLISHED || status_has_left(c->state) ? served_get(t, &c->child, &n) : ERR_NOTFOUND;
	if (rc != 0 || n.change != c->number) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	*asked = n.asked;
	switch (n.what) {
	case SERVED_AFTER:
		*out = IN_DNS_SEEN;
		return 0;
	case SERVED_BEFORE:
		return by_age(t, p, c, n.asked, out);
	case SERVED_OTHER:
		*out = IN_DNS_CHANGED;
		return 0;
	case SERVED_UNKNOWN:
		break;
	}
	return txn_fail(t, ERR_STORE);
}

int arrival_newest_asked(struct txn *t, const struct name *child, struct arena *arena, struct change *out)
{
	struct served_note n;
	int rc = served_get(t, child, &n);
	return rc == 0 ? change_get(t, n.change, arena, out) : rc;
}
