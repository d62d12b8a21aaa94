/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators: what a command makes of the state of a child. Who said it and why is the journal's. Pure. */
#pragma once

#include "validate/accept/state.h"

enum operator_action { OPERATOR_DO_HOLD = 1, OPERATOR_DO_RELEASE = 2, OPERATOR_DO_APPROVE = 3, OPERATOR_DO_CANCEL = 4 };
const char *operator_action_text(enum operator_action a);	/* "hold", "release", "approve", "cancel"; never NULL */

/* 0; ERR_CONFLICT when there is nothing of that kind to do, with one sentence in *why (static). *after borrows from
 * before. */
int operator_apply(const struct child_state *before, enum operator_action a, uint32_t now, struct child_state *after,
	const char **why);
