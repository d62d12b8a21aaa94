/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The change of a child that is under way: what a probe says of it. Private to validate/accept. */
#pragma once

#include "validate/accept/step.h"

/* Does p lead to ds? */
bool pending_is(const struct pending *p, const struct ds_set *ds);
unsigned long long pending_number(const struct step *t);
/* It stays as it is; why follows "change N ". ERR_NOMEM, like the others. */
int pending_keep(struct step *t, enum check_result result, const char *why);
/* A finding that cannot be acted on says nothing against the change, but it must not go out on it. */
int pending_block(struct step *t);
/* A first DS set other than that of the change is asked for, whole and at every server, and not accepted yet: the change would
 * come back without its time once the child asks for it again (C17). */
int pending_overtaken(struct step *t);
/* What it asks for is not accepted, for the reason of the decision. */
int pending_refuse(struct step *t);
/* The finding asks for no change: what becomes of one under way? */
int pending_settle(struct step *t);
