/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Children whose delegation is gone: what is remembered of them outlasts it for some time, in case it comes back. */
#pragma once

#include "registry/store/delegations.h"

#define ABSENT_KEPT_S (90 * UINT64_C(86400))

/* A child that has a state is no longer delegated; it is again, or is forgotten. Private to registry/store. */
int absent_begin(struct txn *t, const struct name *child, uint64_t now);
int absent_end(struct txn *t, struct slice child);	/* its key */

/* After a source of origin was read to its end, and not otherwise: of its children that have been gone for ABSENT_KEPT_S the
 * state and the notices are removed, and a change that left and was never published is withdrawn. Looks at the next children
 * after *after (size 0: the first), as many as fit a transaction, and moves it on; *done: there are no more. The journal and
 * the stored cases stay. */
int absent_forget(struct txn *t, struct crypto *crypto, const struct name *origin, uint64_t now, struct name *after, bool *done,
	uint64_t *forgotten);

/* The value of DB_ABSENT, into out; for migration and db verify. */
#define ABSENT_OCTETS (1 + 8)
struct slice absent_encode(uint64_t since, uint8_t out[ABSENT_OCTETS]);
int absent_decode(struct slice value, uint64_t *since);
