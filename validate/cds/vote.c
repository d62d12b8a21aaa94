/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The views together: faults, confirmations of the present state, and what is asked for. */
#include "validate/cds/judging.h"

/* Whatever specific reasons there are come along as warnings. */
static void warn_notes(struct judging *j)
{
	for (size_t i = 0; i < j->view_count; i++) {
		if (view_votes(&j->views[i]) && j->views[i].fault != REASON_NONE) {
			trace_warn(&j->trace, j->views[i].fault);
			trace_warn(&j->trace, j->views[i].note);
		}
	}
}

/* Standards 4.1: malformed before apex before signatures. A signature fault everywhere keeps its name;
 * at some servers only, or different ones, it is HOLD_BOGUS_SERVER. */
enum reason vote_faults(struct judging *j)
{
	const struct view *gravest = NULL;
	size_t faulty = 0;
	bool same = true;
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		if (!view_votes(v) || v->fault == REASON_NONE) {
			continue;
		}
		faulty++;
		if (gravest == NULL || fault_rank(v->fault) < fault_rank(gravest->fault)) {
			gravest = v;
		}
		same = same && v->fault == gravest->fault;
	}
	if (gravest == NULL) {
		return REASON_NONE;
	}
	warn_notes(j);
	if (fault_rank(gravest->fault) < RANK_SIGNATURE || (same && faulty == j->received)) {
		return gravest->fault;
	}
	trace_check(&j->trace, "R9975-3-7", GATE_CORRECT, CHECK_FAIL,
		"some servers answer with data that does not validate");
	return REASON_HOLD_BOGUS_SERVER;
}

bool vote_status_quo(struct judging *j, size_t *confirming)
{
	*confirming = 0;
	for (size_t i = 0; i < j->view_count; i++) {
		*confirming += view_votes(&j->views[i]) && j->views[i].quo;
	}
	return *confirming > 0;
}

void vote_request(const struct judging *j, struct request *out)
{
	*out = (struct request){ .kind = SIGNAL_EMPTY };
	const struct view *v = NULL;
	for (size_t i = 0; v == NULL && i < j->view_count; i++) {
		v = view_votes(&j->views[i]) ? &j->views[i] : NULL;
	}
	for (enum signal_type t = 0; v != NULL && t < SIGNAL_TYPES; t++) {
		const struct signal_view *s = &v->signals[t];
		if (!j->used[t] || s->signal.kind == SIGNAL_EMPTY) {
			continue;
		}
		out->in[t] = true;
		/* Both types name the same keys here, so either will do. */
		out->keys = s->keys;
		out->kind = out->kind == SIGNAL_TOO_MANY ? SIGNAL_TOO_MANY : s->signal.kind;
	}
}
