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
	struct key origin_key;
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

/* Moves the entry of a child from the NS set of old (size 0: it had none) to that of r. */
static int reindex(struct txn *t, struct crypto *crypto, const struct delegation_record *r, struct arena *arena,
	struct slice old)
{
	if (old.size != 0) {
		uint8_t before[NSSET_OCTETS];
		int rc = stored_nsset(t, crypto, arena, old, before);
		if (rc != 0 || nsset_equal(before, r->nsset)) {
			return rc;
		}
		rc = nsset_remove(t, before, r->key);
		if (rc != 0) {
			return rc;
		}
	}
	return nsset_add(t, r->nsset, r->key);
}

static int put_record(struct txn *t, struct crypto *crypto, const struct delegation_record *r, struct arena *scratch,
	bool *changed)
{
	struct slice old = { 0 };
	*changed = false;
	int rc = db_get(t, DB_DELEGATION, r->key, &old);
	if (rc == 0 && slice_equal(old, r->value)) {
		return 0;
	}
	/* The old value is read before anything is written: it lives in the map. */
	if (rc == 0 || rc == ERR_NOTFOUND) {
		rc = reindex(t, crypto, r, scratch, old);
	}
	if (rc == 0 && old.size == 0) {
		rc = absent_end(t, r->key);
	}
	if (rc == 0) {
		rc = db_put(t, DB_DELEGATION, r->key, r->value);
	}
	*changed = rc == 0;
	return rc;
}

int delegation_put_record(struct txn *t, struct crypto *crypto, const struct delegation_record *r, bool *changed)
{
	struct arena *scratch = txn_scratch(t);
	return scratch == NULL ? txn_error(t) : put_record(t, crypto, r, scratch, changed);
}

int delegation_put(struct txn *t, struct crypto *crypto, const struct delegation *d, bool *changed)
{
	struct arena *scratch = txn_scratch(t);
	struct delegation_record r;
	struct key key;
	if (scratch == NULL) {
		return txn_error(t);
	}
	*changed = false;
	int rc = delegation_encode(d, scratch, &r.value);
	if (rc != 0) {
		return rc == ERR_NOMEM ? txn_fail(t, rc) : rc;
	}
	rc = nsset_id(crypto, d, r.nsset);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	key_name(&d->child, &key);
	r.key = key_slice(&key);
	return put_record(t, crypto, &r, scratch, changed);
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
		rc = nsset_remove(t, id, key_slice(&key));
	}
	if (rc == 0) {
		rc = leave(t, child, &key, scratch, now);
	}
	return rc == 0 ? db_del(t, DB_DELEGATION, key_slice(&key)) : rc;
}

/* Is there no other parent in the store between it and the child of this key? */
static int is_child_of(struct txn *t, const struct name *origin, struct slice key, bool *yes)
{
	struct name above;
	int rc = key_to_name(key, &above);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	unsigned own = name_labels(origin);
	name_parent(&above, &above);
	for (unsigned labels = name_labels(&above); labels > own; labels--) {
		struct generation g;
		rc = generation_get(t, &above, &g);
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
	key_name(origin, &i->origin_key);
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

int delegation_iter_next_record(struct delegation_iter *i, struct slice *key, struct slice *value)
{
	for (;;) {
		unsigned labels;
		bool own = true;
		int rc = db_cursor_next(i->cursor, key, value);
		if (rc != 0) {
			return rc;
		}
		if (!key_is_below(*key, key_slice(&i->origin_key), &labels)) {
			return ERR_NOTFOUND;
		}
		if (labels > 1) {
			rc = is_child_of(i->txn, &i->origin, *key, &own);
		}
		if (rc != 0 || own) {
			return rc;
		}
	}
}

int delegation_iter_next(struct delegation_iter *i, struct arena *arena, struct delegation *out)
{
	struct slice key;
	struct slice value;
	int rc = delegation_iter_next_record(i, &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = delegation_decode(value, arena, out);
	return rc == 0 ? 0 : txn_fail(i->txn, rc);
}

void delegation_iter_close(struct delegation_iter *i)
{
	if (i != NULL) {
		db_cursor_close(i->cursor);
		free(i);
	}
}
