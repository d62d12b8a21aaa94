/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delegations, and generations of them: the parent as it was loaded last. */
#pragma once

#include "registry/store/key.h"
#include "registry/store/store.h"
#include "validate/cds/delegation.h"
#include "validate/dnssec/crypto.h"

struct generation {
	uint64_t number;		/* counts up; 0: nothing loaded yet */
	struct name origin;
	uint32_t soa_serial;
	uint8_t digest[SHA256_OCTETS];	/* of the content: delegations in canonical order */
	uint64_t loaded;		/* first; seconds since the epoch */
	uint64_t delegations;
	uint64_t secure;		/* with a DS set */
	uint64_t skipped;		/* lines of the source that were left out */
	/* Whose serial it is: SHA-256 of the source's identity. All zero: of a source whose serial does not tell its content. */
	uint8_t source[SHA256_OCTETS];
	bool is_old;			/* its source was too old: it shows nothing of what has come to the parent by now */
};

/* Several parents may share a store: one generation each. ERR_NOTFOUND. */
int generation_get(struct txn *t, const struct name *origin, struct generation *out);
int generation_put(struct txn *t, const struct generation *g);
/* Every parent in the store: next after *origin (size 0: first). */
int generation_next(struct txn *t, const struct name *after, struct generation *out);
/* Of the parent that delegates child: the nearest loaded one above it. ERR_NOTFOUND. */
int generation_of_child(struct txn *t, const struct name *child, struct generation *out);
/* Is origin that parent? Children of a parent below origin that is in the store too are not origin's. */
int generation_has_child(struct txn *t, const struct name *origin, const struct name *child, bool *yes);

int delegation_get(struct txn *t, const struct name *child, struct arena *arena, struct delegation *out);
/* Compare, then put: *changed tells whether anything was written. Keeps the NS set index. ERR_LIMIT and ERR_ARG (the
 * delegation cannot be encoded) leave t usable. */
int delegation_put(struct txn *t, struct crypto *crypto, const struct delegation *d, bool *changed);
/* The same of what is encoded already. */
struct delegation_record {
	struct slice key;		/* of the child */
	struct slice value;		/* delegation_encode */
	uint8_t nsset[NSSET_OCTETS];	/* nsset_id */
};
int delegation_put_record(struct txn *t, struct crypto *crypto, const struct delegation_record *r, bool *changed);
/* Also from the index: it is absent since now, from a source that was read to its end. The state of the child is kept for a time
 * (absent.h), but nothing of it waits. */
int delegation_del(struct txn *t, struct crypto *crypto, const struct name *child, uint64_t now);
/* In canonical order within origin, from the first after *after (size 0: first of origin). Children of another parent in
 * the store that lies below origin are not origin's. Puts and deletes through t are fine meanwhile. Close it before t
 * ends. */
struct delegation_iter;
int delegation_iter_open(struct txn *t, const struct name *origin, const struct name *after,
	struct delegation_iter **out);
int delegation_iter_next(struct delegation_iter *i, struct arena *arena, struct delegation *out);
/* The same, key and value as they are stored; they live until the next call or the next write. */
int delegation_iter_next_record(struct delegation_iter *i, struct slice *key, struct slice *value);
void delegation_iter_close(struct delegation_iter *i);	/* NULL is fine */

/* The NS set of a delegation: first octets of SHA-256 over its sorted host names. */
int nsset_id(struct crypto *crypto, const struct delegation *d, uint8_t out[NSSET_OCTETS]);
/* Walk order: NS sets in order of id, children of each in canonical order; of all parents in the store. The next NS
 * set after *id (NULL: the first), and the next child of an NS set after *after (size 0: first). ERR_NOTFOUND at the
 * end. */
int nsset_next(struct txn *t, const uint8_t *after, uint8_t out[NSSET_OCTETS]);
int nsset_child_next(struct txn *t, const uint8_t nsset[NSSET_OCTETS], const struct name *after, struct name *out);
