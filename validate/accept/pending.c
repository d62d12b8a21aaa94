/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The change of a child that is under way: what a probe says of it. */
#include "validate/accept/pending.h"

static bool is_unexported(const struct pending *p)
{
	return p->state == PENDING_PROPOSED || p->state == PENDING_RELEASED;
}

bool pending_is(const struct pending *p, const struct ds_set *ds)
{
	return p->state != PENDING_NONE && ds_set_equal(&p->ds_after, ds);
}

unsigned long long pending_number(const struct step *t)
{
	return (unsigned long long)t->in->pending->change;
}

int pending_keep(struct step *t, enum check_result result, const char *why)
{
	t->decision.journal = JOURNAL_NONE;
	return step_add_check(t, "A-31", GATE_DUE, result,
		arena_printf(t->arena, "change %llu %s", pending_number(t), why));
}

static int withdraw(struct step *t)
{
	t->decision.journal = JOURNAL_WITHDRAW;
	t->decision.superseded = t->in->pending->change;
	return step_add_check(t, "A-30", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"change %llu is withdrawn: the child no longer asks for it with proof", pending_number(t)));
}

int pending_block(struct step *t)
{
	const struct pending *p = t->in->pending;
	if (p->state == PENDING_SENT) {
		return pending_keep(t, CHECK_WARN, "is with the registry already; this probe does not confirm it");
	}
	if (!is_unexported(p)) {
		return 0;
	}
	t->decision.journal = JOURNAL_BLOCK;
	return step_add_check(t, "A-30", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"change %llu does not go out in this run: this probe does not confirm it", pending_number(t)));
}

int pending_overtaken(struct step *t)
{
	return is_unexported(t->in->pending) ? withdraw(t) : pending_block(t);
}

int pending_settle(struct step *t)
{
	const struct pending *p = t->in->pending;
	bool is_noop = reason_is(t->decision.reason, CLASS_NOOP);
	if (p->state == PENDING_NONE) {
		return 0;
	}
	if (!is_noop && !reason_is(t->decision.reason, CLASS_REJECT)) {
		return pending_block(t);
	}
	/* The change leads to the present set, for one sent before it: nothing speaks against it. */
	if (is_noop && ds_set_equal(&p->ds_after, &t->decision.ds_before)) {
		if (t->decision.reason == REASON_NOOP_IN_SYNC) {
			t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		}
		return pending_keep(t, CHECK_PASS, "leads to the present DS set and stays");
	}
	if (p->state == PENDING_SENT) {
		return pending_keep(t, CHECK_WARN, "is with the registry already and cannot be withdrawn");
	}
	return withdraw(t);
}

int pending_refuse(struct step *t)
{
	/* What an operator has undone is not what he lets go out now. */
	if (t->decision.reason == REASON_HOLD_ROLLED_BACK) {
		return pending_overtaken(t);
	}
	return reason_is(t->decision.reason, CLASS_REJECT) ? pending_settle(t) : pending_block(t);
}
