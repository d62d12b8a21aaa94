/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set: what RFC 9615 proves, and what RFC 8078 section 3 accepts without a proof (standards 4.3). Private to
 * validate/accept. */
#pragma once

#include "validate/accept/guard.h"

/* Does the finding ask for a first DS set that would be valid? */
bool bootstrap_is_asked(const struct finding *f);
/* Decides what is asked for; *accepted: with *q, and nothing else is in its way. ERR_NOMEM. */
int bootstrap_consider(struct step *t, struct request *q, bool *accepted);
/* Nothing of that kind is asked for: what becomes of a window that is open? The reason may change. ERR_NOMEM. */
int bootstrap_settle(struct step *t);
