/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Administrative state, in the order in which it gives the reason. It ranks last (standards 4.1), so that whoever is told of it
 * knows that nothing else is in the way. */
#include "validate/accept/barrier.h"

#include "validate/accept/guard.h"

enum barrier { BARRIER_OPTED_OUT, BARRIER_REGISTRAR_AUTOMATES, BARRIER_NO_DISABLE, BARRIER_REMOVAL, BARRIER_HOLD, BARRIER_PIN,
	BARRIER_CANCELLED, BARRIER_REGISTRY_LOCK, BARRIER_REGISTRAR_LOCK, BARRIERS };

static const struct row {
	const char *rule;
	enum reason reason;		/* NONE: the state machine says it */
	const char *stands;
	const char *ignored;		/* there, but of no effect; NULL: not told */
} rows[BARRIERS] = {
	[BARRIER_OPTED_OUT] = { "A-14", REASON_REJECT_OPTED_OUT, "the domain has opted out", NULL },
	[BARRIER_REGISTRAR_AUTOMATES] = { "DSA-7.1-5", REASON_REJECT_REGISTRAR_AUTOMATES,
		"the registrar changes the DS sets of its domains by itself", NULL },
	[BARRIER_NO_DISABLE] = { "DSA-7.1-5", REASON_REJECT_REGISTRAR_NO_DNSSEC,
		"the registrar has no way to take DNSSEC off again",
		"that the registrar has no way to take DNSSEC off again bars a first DS set only" },
	[BARRIER_REMOVAL] = { "DSA-7.1-3", REASON_NONE,
		"the DS set was removed by somebody else; a DS set by any channel, or an operator, ends this", NULL },
	[BARRIER_HOLD] = { "A-36", REASON_NONE, "an operator holds the child until he releases it", NULL },
	[BARRIER_PIN] = { "A-35", REASON_NONE,
		"an operator has undone this DS set; another request, a DS set by other means, or an operator, ends this", NULL },
	[BARRIER_CANCELLED] = { "C20", REASON_NONE, "this request was cancelled; another one may be accepted", NULL },
	[BARRIER_REGISTRY_LOCK] = { "DSA-6.1-2", REASON_LOCKED, "the registry lock is on, and the policy respects it",
		"the registry lock alone does not stop a change" },
	[BARRIER_REGISTRAR_LOCK] = { "DSA-6.1-1", REASON_LOCKED, "the lock of the registrar is on, and the policy respects it",
		"the lock of the registrar alone does not stop a change" },
};

enum standing { IS_NOT, IS_IGNORED, STANDS };

static enum standing of_flag(const struct step *t, enum delegation_flag flag, bool bars)
{
	return (t->in->delegation->flags & flag) == 0 ? IS_NOT : bars ? STANDS : IS_IGNORED;
}

/* Of the state machine: whether it would say something against what is asked for. */
static enum reason barring(const struct step *t, enum barrier barrier)
{
	enum automation_state like = barrier == BARRIER_REMOVAL ? AUTOMATION_ACTIVE :
		barrier == BARRIER_HOLD ? AUTOMATION_FREE : barrier == BARRIER_PIN ? AUTOMATION_KEPT : AUTOMATION_SILENT;
	return automation_cell(automation_state_of(&t->automation, like), EVENT_BARRED)->reason;
}

/* A finding that asks for nothing has the present DS set there, and that is another one: or it was set again, and nothing is pinned. */
static bool asks_for_undone(const struct step *t)
{
	return ds_set_equal(&t->in->finding->ds_after, &t->state.rollback.undone);
}

static enum standing standing_of(const struct step *t, enum barrier barrier, bool is_first)
{
	switch (barrier) {
	case BARRIER_OPTED_OUT:
		return of_flag(t, DELEGATION_OPTED_OUT, true);
	case BARRIER_REGISTRAR_AUTOMATES:
		return of_flag(t, DELEGATION_REGISTRAR_AUTOMATES, true);
	case BARRIER_NO_DISABLE:
		return of_flag(t, DELEGATION_REGISTRAR_NO_DISABLE, is_first);
	case BARRIER_REGISTRY_LOCK:
		return of_flag(t, DELEGATION_REGISTRY_LOCK, t->in->policy->respect_registry_lock);
	case BARRIER_REGISTRAR_LOCK:
		return of_flag(t, DELEGATION_REGISTRAR_LOCK, t->in->policy->respect_registrar_lock);
	case BARRIER_HOLD:
		return barring(t, barrier) != REASON_NONE ? STANDS : IS_NOT;
	case BARRIER_PIN:
		return asks_for_undone(t) && barring(t, barrier) != REASON_NONE ? STANDS : IS_NOT;
	case BARRIER_REMOVAL:
	case BARRIER_CANCELLED:
		return is_first && barring(t, barrier) != REASON_NONE ? STANDS : IS_NOT;
	default:
		return IS_NOT;
	}
}

static int tell(struct step *t, bool is_first, enum reason *first)
{
	int code = 0;
	*first = REASON_NONE;
	t->told_barriers = true;
	for (enum barrier b = BARRIER_OPTED_OUT; b < BARRIERS && code == 0; b++) {
		enum standing standing = standing_of(t, b, is_first);
		if (standing == STANDS) {
			enum reason reason = rows[b].reason != REASON_NONE ? rows[b].reason : barring(t, b);
			*first = *first == REASON_NONE ? reason : *first;
			code = step_add_check(t, rows[b].rule, GATE_ALLOWED, CHECK_FAIL, rows[b].stands);
		} else if (standing == IS_IGNORED && rows[b].ignored != NULL) {
			code = step_add_check(t, rows[b].rule, GATE_ALLOWED, CHECK_PASS, rows[b].ignored);
		}
	}
	return code;
}

int barrier_check(struct step *t, bool is_first, bool *passes)
{
	enum reason first;
	int code = tell(t, is_first, &first);
	*passes = first == REASON_NONE;
	if (code == 0 && !*passes) {
		t->decision.reason = first;
		automation_happen(&t->automation, EVENT_BARRED, AUTOMATION_NO_WINDOW);
	}
	return code;
}

int barrier_tell(struct step *t)
{
	enum reason first;
	return t->told_barriers ? 0 : tell(t, t->in->delegation->ds_state == DS_ABSENT, &first);
}

static enum reason find_barrier(const struct step *t, bool is_first)
{
	for (enum barrier b = BARRIER_OPTED_OUT; b < BARRIERS; b++) {
		if (standing_of(t, b, is_first) == STANDS) {
			return rows[b].reason != REASON_NONE ? rows[b].reason : barring(t, b);
		}
	}
	return REASON_NONE;
}

bool barrier_stands(const struct step *t, bool is_first)
{
	return find_barrier(t, is_first) != REASON_NONE;
}

/* What an operator undoes was not signed by anybody, nor is the TTL. */
static bool is_of_signal(const struct child_state *s, const struct accepted *a)
{
	bool undoes = s->rollback.state == ROLLBACK_WANTED && ds_set_equal(&s->rollback.to, a->ds_after);
	return !undoes && !a->is_first && a->change != CHANGE_TTL;
}

enum reason accept_barrier(const struct accepted *a)
{
	const struct finding f = { .ds_after = *a->ds_after };
	const struct accept_input in = { .delegation = a->delegation, .policy = a->policy, .finding = &f, .state = a->state,
		.now = a->now };
	struct step t = { .in = &in, .state = *a->state };
	t.automation = (struct automation){ .state = &t.state, .now = a->now };
	enum reason reason = find_barrier(&t, a->is_first);
	if (reason == REASON_NONE && a->policy->guard_manual_change && is_of_signal(a->state, a) &&
	    !guard_is_signed_after(a->state->marks, a->state->mark_count, a->delegation->manual_change)) {
		reason = REASON_OLDER_THAN_MANUAL_CHANGE;
	}
	return reason;
}
