/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TTL of the DS set, low for some time after a change (DSA-4.1-2, A-37). Private to validate/accept. */
#pragma once

#include "validate/accept/step.h"

/* The decision accepts another DS set: its TTL is lowered, if the policy says so, and the state knows what to restore. */
void ttl_lower(struct step *t);
/* Nothing else is wanted and nothing is under way: is it time to give the DS set its former TTL back? ERR_NOMEM. */
int ttl_restore(struct step *t);
