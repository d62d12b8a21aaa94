/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Silent servers: how often each failed at the retry schedule of the policy, and when it may be left out
 * of the vote (RFC 9975 section 3). Private to validate/accept. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/accept/policy.h"
#include "validate/accept/state.h"

/* A failure counted longer ago than this proves nothing of today: the schedule starts again. */
#define FAILURE_FORGOTTEN_S (30u * 24u * 3600u)

struct silence {
	size_t silent;		/* addresses of the finding that gave no response */
	size_t waiting;		/* of these, not yet to be left out */
	uint32_t eligible;	/* when the last of them may be, if all stay silent; 0: none waits */
	const char *detail;	/* for people; never NULL */
};

/* Keeps in s the failures of addresses that are still silent or were not asked; one that answers, or is no
 * longer an address of the child, starts at zero. New array in arena. ERR_NOMEM, ERR_LIMIT. */
int silence_forget(const struct finding *f, struct arena *arena, struct child_state *s);
/* Counts a failure of each silent address if the policy's delay since its last counted one is over.
 * hold_s: least time from the first failure to leaving the address out. After silence_forget. ERR_NOMEM. */
int silence_count(const struct finding *f, const struct policy *p, uint32_t hold_s, uint32_t now,
	struct arena *arena, struct child_state *s, struct silence *out);
