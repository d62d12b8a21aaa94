/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What befell the delegation since the child was decided last, as the source tells it (A-36, standards 4.6). Private to
 * validate/accept. */
#pragma once

#include "validate/accept/step.h"

/* Tells the state machine, and remembers how the delegation is now. ERR_NOMEM. */
int news_tell(struct step *t);
