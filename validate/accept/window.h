/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Windows: a request for a first DS set, and for how long it has been there. Private to validate/accept, but
 * for window_when_complete, which explain asks. */
#pragma once

#include "validate/accept/policy.h"
#include "validate/accept/state.h"
#include "validate/wire/cursor.h"

/* As a state and a decision hold it. Only one that is open has an encoding; reading gives one that is, or the error. */
#define WINDOW_OCTETS (4 + 4 + 4 + 4 + 2 + 2 * SHA256_OCTETS)
void window_write(struct wire *w, const struct window *window);
void window_read(struct wire *w, struct window *out);

/* At now, of the request and the NS set with these hashes. counts: a check, from which the span is measured. */
void window_begin(struct window *window, uint32_t now, bool counts, const uint8_t request[SHA256_OCTETS],
	const uint8_t ns[SHA256_OCTETS]);
/* The request is still there. */
void window_see(struct window *window, uint32_t now);
/* The same, by a check: the span grows by the time since the last one. */
void window_count(struct window *window, uint32_t now);
/* Is it long enough since the last check for another one? Too long? */
bool window_is_spaced(const struct window *window, const struct bootstrap_policy *p, uint32_t now);
bool window_has_gap(const struct window *window, const struct bootstrap_policy *p, uint32_t now);
/* R8078-3.3-1: the time and the number of checks. */
bool window_is_complete(const struct window *window, const struct bootstrap_policy *p);
/* When it can be, at the earliest. */
uint32_t window_when_complete(const struct window *window, const struct bootstrap_policy *p, uint32_t now);

static inline bool window_is_open(const struct window *window)
{
	return window->began != 0;
}
