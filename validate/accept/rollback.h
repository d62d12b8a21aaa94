/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change that an operator undoes: the DS set from before it comes back, if it leads to the zone or he forces it, and what
 * the change made is not published again at the same request. Private to validate/accept. */
#pragma once

#include "validate/accept/guard.h"

bool rollback_is_wanted(const struct step *t);
/* Is the first DS set of the child undone, so that it is not the child who has none any more? */
bool rollback_empties(const struct child_state *s);

/* What the parent shows of it, before anything is decided. ERR_NOMEM, like the others. */
int rollback_tell(struct step *t);
/* Decides what is wanted; *accepted: with *q, and nothing is in its way. */
int rollback_consider(struct step *t, struct request *q, bool *accepted);
/* Does the child still ask for what was undone? */
int rollback_settle(struct step *t);
