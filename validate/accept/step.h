/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a transition: what may come in, where it starts, what is remembered after. Private to
 * validate/accept. */
#pragma once

#include "validate/accept/accept.h"
#include "validate/accept/automation.h"

/* A transition under way. The decision begins as the finding with no change of the DS set. */
struct step {
	const struct accept_input *in;
	struct arena *arena;
	struct decision decision;
	struct child_state state;
	struct automation automation;	/* of that state */
	bool told_barriers;
};

bool reason_is(enum reason reason, enum reason_class class);

/* 0; ERR_ARG when the caller broke the contract, ERR_LIMIT for more than a decision may carry. */
int step_check_input(const struct accept_input *in);
/* Has the finding one reason, and if that accepts, does the rest of it agree? The judge's word is not
 * taken for it. */
bool step_is_finding_sane(const struct accept_input *in);
int step_begin(struct step *t, const struct accept_input *in, struct arena *arena);
/* The same outcome with the same content leaves the state as it was: no write. ERR_NOMEM. */
int step_remember(struct step *t);

/* detail NULL: ERR_NOMEM. A transition adds at most as many as step.c makes room for. */
int step_add_check(struct step *t, const char *rule, enum gate gate, enum check_result result,
	const char *detail);
/* Once each; the same holds. */
void step_add_warning(struct step *t, enum reason warning);
