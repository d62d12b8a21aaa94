/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delegations: compared before they are put, iterated in canonical order. */
#include "registry/store/delegations.h"

#include <stdlib.h>

#include "registry/store/absent.h"
#include "registry/store/value.h"
#include "registry/store/db.h"
#include "registry/store/nsset.h"
#include "registry/store/records.h"
#include "validate/wire/err.h"

struct delegation_iter {
	struct txn *txn;
	struct db_cursor *cursor;
	struct name origin;
};

int delegation_get(struct txn *t, const struct name *child, struct arena *arena, struct delegation *out)
{
	struct key key;
	key_name(child, &key);
	struct slice value;
	int rc = db_get(t, DB_DELEGATION, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = delegation_decode(value, arena, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

/* The NS set that a stored value is indexed under. */
static int stored_nsset(struct txn *t, struct crypto *crypto, struct arena *arena, struct slice value,
	uint8_t out[NSSET_OCTETS])
{
	struct delegation d;
	int rc = delegation_decode(value, arena, &d);
	if (rc == 0) {
		rc = nsset_id(crypto, &d, out);
	}
	return rc == 0 ? 0 : txn_fail(t, rc);
}

/* Moves the entry of a child from the NS set of old (size 0: it had none) to id. */
static int reindex(struct txn *t, struct crypto *crypto, const struct delegation *d, struct arena *arena,
	struct slice old)
{
	uint8_t id[NSSET_OCTETS];
	int rc = nsset_id(crypto, d, id);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	if (old.size != 0) {
		uint8_t before[NSSET_OCTETS];
		rc = stored_nsset(t, crypto, arena, old, before);
		if (rc != 0 || nsset_equal(before, id)) {
			return rc;
		}
		rc = nsset_remove(t, before, &d->child);
	}
	return rc == 0 ? nsset_add(t, id, &d->child) : rc;
}

int delegation_put(struct txn *t, struct crypto *crypto, const struct delegation *d, bool *changed)
{
	struct arena *scratch = txn_scratch(t);
	if (scratch == NULL) {
		return txn_error(t);
	}
	*changed = false;
	struct slice value;
	int rc = delegation_encode(d, scratch, &value);
	if (rc != 0) {
		return rc == ERR_NOMEM ? txn_fail(t, rc) : rc;
	}
	struct key key;
	key_name(&d->child, &key);
	struct slice old = { 0 };
	rc = db_get(t, DB_DELEGATION, key_slice(&key), &old);
	if (rc == 0 && slice_equal(old, value)) {
		return 0;
	}
	/* The old value is read before anything is written: it lives in the map. */
	if (rc == 0 || rc == ERR_NOTFOUND) {
		rc = reindex(t, crypto, d, scratch, old);
	}
	if (rc == 0 && old.size == 0) {
		rc = absent_end(t, &d->child);
	}
	if (rc == 0) {
		rc = db_put(t, DB_DELEGATION, key_slice(&key), value);
	}
	*changed = rc == 0;
	return rc;
}

/* nothing waits for its return. */
static int leave(struct txn *t, const struct name *child, const struct key *key, struct arena *scratch, uint64_t now)
{
	struct child_state s;
	int rc = state_get(t, child, scratch, &s);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	rc = absent_begin(t, child, now);
	if (rc != 0 || !child_state_leave(&s)) {
		return rc;
	}
	struct slice octets;
	rc = child_state_encode(&s, scratch, &octets);
	return rc == 0 ? db_put(t, DB_STATE, key_slice(key), octets) : txn_fail(t, rc);
}

int delegation_del(struct txn *t, struct crypto *crypto, const struct name *child, uint64_t now)
{
	struct arena *scratch = txn_scratch(t);
	if (scratch == NULL) {
		return txn_error(t);
	}
	struct key key;
	key_name(child, &key);
	struct slice old;
	uint8_t id[NSSET_OCTETS];
	int rc = db_get(t, DB_DELEGATION, key_slice(&key), &old);
	if (rc == 0) {
		rc = stored_nsset(t, crypto, scratch, old, id);
	}
	if (rc == 0) {
		rc = nsset_remove(t, id, child);
	}
	if (rc == 0) {
		rc = leave(t, child, &key, scratch, now);
	}
	return rc == 0 ? db_del(t, DB_DELEGATION, key_slice(&key)) : rc;
}

/* Is there no other parent in the store between them? */
static int is_child_of(struct txn *t, const struct name *origin, const struct name *child, bool *yes)
{
	unsigned own = name_labels(origin);
	struct name above = *child;
	name_parent(&above, &above);
	for (unsigned labels = name_labels(&above); labels > own; labels--) {
		struct generation g;
		int rc = generation_get(t, &above, &g);
		if (rc != ERR_NOTFOUND) {
			*yes = false;
			return rc;
		}
		name_parent(&above, &above);
	}
	*yes = true;
	return 0;
}

int delegation_iter_open(struct txn *t, const struct name *origin, const struct name *after,
	struct delegation_iter **out)
{
	*out = NULL;
	struct delegation_iter *i = calloc(1, sizeof(*i));
	if (i == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	i->txn = t;
	i->origin = *origin;
	struct key from;
	key_name(after->size == 0 ? origin : after, &from);
	key_after(&from);
	int rc = db_cursor_open(t, DB_DELEGATION, key_slice(&from), &i->cursor);
	if (rc != 0) {
		free(i);
		return rc;
	}
	*out = i;
	return 0;
}

int delegation_iter_next(struct delegation_iter *i, struct arena *arena, struct delegation *out)
{
	for (;;) {
		struct slice key;
		struct slice value;
		int rc = db_cursor_next(i->cursor, &key, &value);
		if (rc != 0) {
			return rc;
		}
		struct name child;
		rc = key_to_name(key, &child);
		if (rc != 0) {
			return txn_fail(i->txn, rc);
		}
		if (!name_is_within(&child, &i->origin)) {
			return ERR_NOTFOUND;
		}
		bool own;
		rc = is_child_of(i->txn, &i->origin, &child, &own);
		if (rc != 0) {
			return rc;
		}
		if (own) {
			rc = delegation_decode(value, arena, out);
			return rc == 0 ? 0 : txn_fail(i->txn, rc);
		}
	}
}

void delegation_iter_close(struct delegation_iter *i)
{
	if (i != NULL) {
		db_cursor_close(i->cursor);
		free(i);
	}
}
