/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators: what a command makes of the state of a child. Who said it and why is the journal's. Pure. */
#pragma once

#include "validate/accept/state.h"

enum operator_action { OPERATOR_DO_HOLD = 1, OPERATOR_DO_RELEASE = 2, OPERATOR_DO_APPROVE = 3, OPERATOR_DO_CANCEL = 4,
	OPERATOR_DO_CHALLENGE = 5,
	/* Of a store, not of a child; the journal's only: */
	OPERATOR_DO_RESTORE = 6, OPERATOR_DO_BASELINE = 7,
	/* Of a change that has left: */
	OPERATOR_DO_ROLLBACK = 8, OPERATOR_DO_ROLLBACK_FORCED = 9,
	/* Of a store: another sink is the one of record; the journal's only: */
	OPERATOR_DO_TAKE_OVER = 10 };
#define OPERATOR_ACTION_LAST OPERATOR_DO_TAKE_OVER
const char *operator_action_text(enum operator_action a);	/* "hold", ... "rollback", "rollback --force"; never NULL */

/* 0; ERR_CONFLICT when there is nothing of that kind to do, with one sentence in *why (static). *after borrows from
 * before. */
int operator_apply(const struct child_state *before, enum operator_action a, uint32_t now, struct child_state *after,
	const char **why);
/* OPERATOR_DO_CHALLENGE: the same, of a token by its hash, which is not zeros; the former one is worth nothing any more. */
int operator_challenge(const struct child_state *before, const uint8_t token[SHA256_OCTETS], uint32_t now,
	struct child_state *after, const char **why);
/* OPERATOR_DO_ROLLBACK: the same, of the change in r, with what it replaced and what it made; whether forced, too. */
int operator_rollback(const struct child_state *before, const struct rollback *r, uint32_t now, struct child_state *after,
	const char **why);
