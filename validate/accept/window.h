/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows: a request for a first DS set, and for how long it has been there. Private to validate/accept. */
#pragma once

#include "validate/accept/state.h"
#include "validate/wire/cursor.h"

/* As a state and a decision hold it. Only one that is open has an encoding; reading gives one that is, or the error. */
#define WINDOW_OCTETS (4 + 4 + 4 + 4 + 2 + 2 * SHA256_OCTETS)
void window_write(struct wire *w, const struct window *window);
void window_read(struct wire *w, struct window *out);

static inline bool window_is_open(const struct window *window)
{
	return window->began != 0;
}
