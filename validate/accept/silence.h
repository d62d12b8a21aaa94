/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Silent servers and hosts that cannot be looked up: how often each failed at the retry schedule of the policy, and when
 * it may be left out of the vote (RFC 9975 section 3). Private to validate/accept. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/accept/policy.h"
#include "validate/accept/state.h"

/* A failure counted longer ago than this proves nothing of today: the schedule starts again. */
#define FAILURE_FORGOTTEN_S (30u * 24u * 3600u)

/* When is a failure one more, and when are they enough? */
struct schedule {
	const struct policy *policy;
	uint32_t hold_s;	/* least time from the first failure to leaving out */
	uint32_t now;
};

struct silence {
	size_t silent;		/* addresses that gave no response, or hosts that could not be looked up */
	size_t waiting;		/* of these, not yet to be left out */
	uint32_t eligible;	/* when the last of them may be, if all go on failing; 0: none waits */
	const char *detail;	/* for people; never NULL */
};

/* Keeps in s the failures of hosts that still cannot be looked up, and of addresses that are still silent or were not
 * asked, for want of their host's addresses too. What answers, or is no longer of the child, starts at zero. New
 * arrays in arena. Counts are within their limits. ERR_NOMEM. */
int silence_forget(const struct finding *f, const struct evidence *e, struct arena *arena, struct child_state *s);
/* Counts a failure of each silent address if the policy's delay since its last counted one is over. After
 * silence_forget. ERR_NOMEM. */
int silence_count(const struct finding *f, const struct schedule *when, struct arena *arena, struct child_state *s,
	struct silence *out);
/* The same for each host of e that could not be looked up. */
int silence_count_hosts(const struct evidence *e, const struct schedule *when, struct arena *arena,
	struct child_state *s, struct silence *out);
