/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept: state + finding + policy + now -> decision + new state. Pure; called by the one writer inside the
 * write transaction, and by replay. doc/acceptance.md says what it does over time. */
#pragma once

#include "validate/accept/decision.h"
#include "validate/accept/policy.h"
#include "validate/accept/state.h"

struct accept_input {
	const struct evidence *evidence;
	const struct delegation *delegation;
	const struct finding *finding;
	const struct policy *policy;
	const struct child_state *state;	/* before; zeroed for a child never seen */
	const struct pending *pending;		/* before; zeroed when nothing is under way */
	uint32_t now;
};

/* 0; *decision and *state_after in arena, where both borrow from the input: encode them before it goes.
 * Below zero only for our own failures. A finding that contradicts itself is INTERNAL_ERROR, no change.
 *
 * journal SUPERSEDE with ds_after equal to ds_before: the child went back after change `superseded` was
 * sent. Whatever applies a superseding change takes ds_before or the superseded set as "before".
 * journal PROPOSE with them equal: change is CHANGE_TTL, and ds_ttl is what the DS set gets back. */
int accept_step(const struct accept_input *in, struct arena *arena, struct decision *decision,
	struct child_state *state_after);

/* A change that was accepted, and its child as it is now. */
struct accepted {
	const struct delegation *delegation;
	const struct policy *policy;		/* it was accepted by */
	const struct child_state *state;
	const struct ds_set *ds_after;
	enum change_class change;
	bool is_first;				/* a first DS set */
	uint32_t now;
};
/* What stands against it by now of all that would keep it from being accepted whatever the child's servers say: an opt-out, a lock,
 * an operator's hold, a newer change by hand, ... The first of them; NONE: nothing does. */
enum reason accept_barrier(const struct accepted *a);

/* judge and accept in a row from encoded values: what replay and the judge command run. */
struct case_input {
	struct slice evidence;
	struct slice delegation;
	struct slice state;		/* empty: never seen */
	struct slice pending;		/* empty: nothing under way */
	const struct policy *policy;
	const struct algorithm_table *algorithms;
	uint32_t now;
};
int case_decide(struct crypto *crypto, const struct case_input *in, struct arena *arena,
	struct decision *decision, struct child_state *state_after);
/* The judge's half of it: what the state is to be made of, for whoever keeps none. */
int case_judge(struct crypto *crypto, const struct case_input *in, struct arena *arena, struct finding *out);
