/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a child's state that lasts longer than an outcome: suspension, an operator's word, the window, what the
 * delegation was and what was asked for. Its encoding. Private to validate/accept. */
#pragma once

#include "validate/accept/form.h"
#include "validate/accept/state.h"

/* Room that the part of s takes at most. */
size_t life_bound(const struct child_state *s);
/* Only what is there is written: a child that nothing befell costs two octets. */
void life_write(struct wire *w, const struct child_state *s);
/* ERR_NOMEM; a fault of the octets is the cursor's error. */
int life_read(struct wire *w, struct arena *arena, struct child_state *s);
