/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of delegations by NS set: the order of the walk. */
#include "registry/store/nsset.h"

#include <string.h>

#include "registry/store/value.h"
#include "registry/store/db.h"
#include "validate/wire/err.h"

bool nsset_equal(const uint8_t a[NSSET_OCTETS], const uint8_t b[NSSET_OCTETS])
{
	return memcmp(a, b, NSSET_OCTETS) == 0;
}

static int id_of_parts(struct crypto *crypto, const struct hash_part *parts, size_t count, uint8_t out[NSSET_OCTETS])
{
	uint8_t hash[SHA256_OCTETS];
	int rc = crypto_sha256_parts(crypto, parts, count, hash);
	if (rc == 0) {
		memcpy(out, hash, NSSET_OCTETS);
	}
	return rc;
}

int nsset_id(struct crypto *crypto, const struct delegation *d, uint8_t out[NSSET_OCTETS])
{
	if (d->host_count > LIMIT_NS_HOSTS) {
		return ERR_LIMIT;
	}
	struct hash_part parts[LIMIT_NS_HOSTS];
	for (size_t i = 0; i < d->host_count; i++) {
		parts[i] = (struct hash_part){ .data = d->hosts[i].name.octets, .size = d->hosts[i].name.size };
	}
	return id_of_parts(crypto, parts, d->host_count, out);
}

int nsset_id_of(struct crypto *crypto, const struct name *hosts, size_t count, uint8_t out[NSSET_OCTETS])
{
	if (count > LIMIT_NS_HOSTS) {
		return ERR_LIMIT;
	}
	struct hash_part parts[LIMIT_NS_HOSTS];
	for (size_t i = 0; i < count; i++) {
		parts[i] = (struct hash_part){ .data = hosts[i].octets, .size = hosts[i].size };
	}
	return id_of_parts(crypto, parts, count, out);
}

static int is_secure(struct txn *t, const struct name *child, struct arena *arena, bool *yes)
{
	struct delegation d;
	arena_reset(arena);
	int rc = delegation_get(t, child, arena, &d);
	*yes = rc == 0 && d.ds_state == DS_PRESENT;
	return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
}

static int count_in(struct txn *t, struct db_cursor *cursor, const uint8_t id[NSSET_OCTETS], struct arena *arena,
	uint64_t *out)
{
	for (;;) {
		struct slice key;
		struct slice value;
		uint8_t found[NSSET_OCTETS];
		struct name child;
		bool counts = true;
		int rc = db_cursor_next(cursor, &key, &value);
		if (rc != 0) {
			return rc == ERR_NOTFOUND ? 0 : rc;
		}
		rc = key_to_nsset(key, found, &child);
		if (rc != 0) {
			return txn_fail(t, rc);
		}
		if (!nsset_equal(found, id)) {
			return 0;
		}
		rc = arena == NULL ? 0 : is_secure(t, &child, arena, &counts);
		if (rc != 0) {
			return rc;
		}
		*out += counts;
	}
}

int nsset_count(struct txn *t, const uint8_t id[NSSET_OCTETS], bool only_secure, uint64_t *out)
{
	struct db_cursor *cursor = NULL;
	struct arena *arena = only_secure ? arena_new() : NULL;
	*out = 0;
	if (only_secure && arena == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	int rc = db_cursor_open(t, DB_NSSET, (struct slice){ .data = id, .size = NSSET_OCTETS }, &cursor);
	if (rc == 0) {
		rc = count_in(t, cursor, id, arena, out);
		db_cursor_close(cursor);
	}
	arena_free(arena);
	return rc;
}

int nsset_add(struct txn *t, const uint8_t id[NSSET_OCTETS], struct slice child)
{
	struct key key;
	key_nsset_of(id, child, &key);
	uint8_t octets[1];
	struct wire w = value_writer(octets, sizeof(octets));
	return db_put(t, DB_NSSET, key_slice(&key), value_written(&w));
}

int nsset_remove(struct txn *t, const uint8_t id[NSSET_OCTETS], struct slice child)
{
	struct key key;
	key_nsset_of(id, child, &key);
	int rc = db_del(t, DB_NSSET, key_slice(&key));
	return rc == ERR_NOTFOUND ? txn_fail(t, ERR_STORE) : rc;
}

int nsset_next(struct txn *t, const uint8_t *after, uint8_t out[NSSET_OCTETS])
{
	struct key from = { 0 };
	if (after != NULL) {
		memcpy(from.octets, after, NSSET_OCTETS);
		from.size = NSSET_OCTETS;
		/* The next number; every key of the set begins with its id. */
		size_t i = NSSET_OCTETS;
		while (i > 0 && ++from.octets[i - 1] == 0) {
			i--;
		}
		if (i == 0) {
			return ERR_NOTFOUND;
		}
	}
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_NSSET, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	if (key.size < NSSET_OCTETS) {
		return txn_fail(t, ERR_FORMAT);
	}
	memcpy(out, key.data, NSSET_OCTETS);
	return 0;
}

int nsset_child_next(struct txn *t, const uint8_t nsset[NSSET_OCTETS], const struct name *after, struct name *out)
{
	struct key from;
	key_nsset(nsset, after, &from);
	if (after->size != 0) {
		key_after(&from);
	}
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_NSSET, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	uint8_t found[NSSET_OCTETS];
	rc = key_to_nsset(key, found, out);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	return nsset_equal(found, nsset) ? 0 : ERR_NOTFOUND;
}
