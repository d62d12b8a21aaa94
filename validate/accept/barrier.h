/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Administrative state: what the registry, a registrar or an operator says against a change that the rest of the rules would
 * accept (A-14, A28). Private to validate/accept. */
#pragma once

#include "validate/accept/step.h"

/* Every barrier that stands is told; the first of them is the reason, and then *passes is false. is_first: a first DS set is
 * asked for. ERR_NOMEM. */
int barrier_check(struct step *t, bool is_first, bool *passes);
/* The same for what would not be accepted anyway: told, unless they were. */
int barrier_tell(struct step *t);
/* Is there one? Tells nothing. */
bool barrier_stands(const struct step *t, bool is_first);
