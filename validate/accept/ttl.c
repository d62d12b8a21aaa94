/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TTL of the DS set. What it was is remembered until the parent shows it again: a restore that got lost is asked for once
 * more, and a second change never takes the low TTL for the usual one (T-51). */
#include "validate/accept/ttl.h"

#include "validate/accept/barrier.h"

/* An answer with the former DS set may be in a cache for its TTL after the new one is published, and that is at the latest
 * when the change has become too old to go out. */
static uint32_t restore_time(const struct step *t, uint32_t former)
{
	const struct policy *p = t->in->policy;
	uint64_t when = (uint64_t)t->in->now + (former > p->ttl.hold_s ? former : p->ttl.hold_s) + p->change_max_age_s;
	return when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
}

void ttl_lower(struct step *t)
{
	const struct ttl_policy *p = &t->in->policy->ttl;
	const struct delegation *d = t->in->delegation;
	struct child_state *s = &t->state;
	bool is_lowered = s->ttl_restore != 0;
	if (p->change_s == 0 || t->decision.ds_after.count == 0) {
		return;
	}
	uint32_t former = is_lowered ? s->ttl_normal : d->ds_ttl;
	if (!is_lowered && d->ds_state == DS_PRESENT && d->ds_ttl <= p->change_s) {
		return;
	}
	t->decision.ds_ttl = p->change_s;
	s->ttl_normal = former;
	s->ttl_restore = restore_time(t, former > d->ds_ttl ? former : d->ds_ttl);
}

static void forget(struct child_state *s)
{
	s->ttl_restore = 0;
	s->ttl_normal = 0;
}

int ttl_restore(struct step *t)
{
	const struct delegation *d = t->in->delegation;
	struct child_state *s = &t->state;
	struct decision *out = &t->decision;
	if (s->ttl_restore == 0 || t->in->pending->state != PENDING_NONE || out->journal != JOURNAL_NONE) {
		return 0;
	}
	uint32_t low = t->in->policy->ttl.change_s;
	bool is_low = d->ds_state == DS_PRESENT && (s->ttl_normal != 0 ? d->ds_ttl < s->ttl_normal : d->ds_ttl <= low);
	if (d->ds_state != DS_UNKNOWN && !is_low) {
		forget(s);
		return 0;
	}
	if (!is_low || !reason_is(out->reason, CLASS_NOOP) || barrier_stands(t, false)) {
		return 0;
	}
	if (t->in->now < s->ttl_restore) {
		return step_add_check(t, "DSA-4.1-2", GATE_DUE, CHECK_SKIP, arena_printf(t->arena,
			"the DS TTL of %u s stays low for %u s more", (unsigned)d->ds_ttl,
			(unsigned)(s->ttl_restore - t->in->now)));
	}
	out->reason = REASON_ACCEPT_TTL_RESTORE;
	out->change = CHANGE_TTL;
	out->ds_ttl = s->ttl_normal;
	out->journal = JOURNAL_PROPOSE;
	return step_add_check(t, "A-37", GATE_DUE, CHECK_PASS, s->ttl_normal != 0 ?
		arena_printf(t->arena, "the DS TTL goes back from %u s to %u s", (unsigned)d->ds_ttl, (unsigned)s->ttl_normal) :
		arena_printf(t->arena, "the DS TTL goes back from %u s to what the registry gives by itself",
			(unsigned)d->ds_ttl));
}
