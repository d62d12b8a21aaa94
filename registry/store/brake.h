/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brakes: how many children of a parent, and of an NS set, changed in the last 24 hours, or would. */
#pragma once

#include "registry/store/delegations.h"
#include "registry/store/journal.h"
#include "validate/accept/policy.h"

#define BRAKE_WINDOW_S 86400u

/* Who is counted, and where: one class in one scope. */
struct brake_count {
	enum brake_class class;
	bool of_parent;			/* else of an NS set: that of change */
	uint64_t wanted;		/* children that changed, or would */
	uint64_t released;		/* of these: changed in the last 24 hours */
	uint64_t held;			/* of these: held by the brake */
	uint64_t limit;			/* beyond it the brake is on; UINT64_MAX: there is none */
	uint64_t change;		/* one of those that are not released yet */
};

const char *brake_class_text(enum brake_class c);	/* "delete", "bootstrap", "update"; never NULL */

struct brake;
/* For one parent. NULL: out of memory. */
struct brake *brake_new(struct crypto *crypto, const struct name *origin);
void brake_free(struct brake *b);			/* NULL is fine */
/* Is the brake for it? Not where the DS set stays as it is and only its TTL does not: a day of many rolls is followed
 * by one of as many restored TTLs. */
bool brake_counts(const struct change *c);
/* One that waits to be released now, or that the brake holds. */
int brake_add(struct brake *b, struct txn *t, const struct change *c);
/* All that were released in the 24 hours before now, in whatever run. The journal is read from its end, and
 * some way beyond the window. */
int brake_add_released(struct brake *b, struct txn *t, uint64_t now, struct arena *arena);
/* After the last one was added. */
int brake_judge(struct brake *b, struct txn *t, const struct policy *p);
/* Is the brake on for this change, one that was added? */
bool brake_is_on(const struct brake *b, uint64_t change);
/* Every class and scope with somebody who is not released, of the parent first; i from 0. False: no more. */
bool brake_count_at(const struct brake *b, size_t i, struct brake_count *out);
