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

int nsset_id(struct crypto *crypto, const struct delegation *d, uint8_t out[NSSET_OCTETS])
{
	if (d->host_count > LIMIT_NS_HOSTS) {
		return ERR_LIMIT;
	}
	struct hash_part parts[LIMIT_NS_HOSTS];
	for (size_t i = 0; i < d->host_count; i++) {
		parts[i] = (struct hash_part){ .data = d->hosts[i].name.octets, .size = d->hosts[i].name.size };
	}
	uint8_t hash[SHA256_OCTETS];
	int rc = crypto_sha256_parts(crypto, parts, d->host_count, hash);
	if (rc == 0) {
		memcpy(out, hash, NSSET_OCTETS);
	}
	return rc;
}

int nsset_add(struct txn *t, const uint8_t id[NSSET_OCTETS], const struct name *child)
{
	struct key key;
	key_nsset(id, child, &key);
	uint8_t octets[1];
	struct wire w = value_writer(octets, sizeof(octets));
	return db_put(t, DB_NSSET, key_slice(&key), value_written(&w));
}

int nsset_remove(struct txn *t, const uint8_t id[NSSET_OCTETS], const struct name *child)
{
	struct key key;
	key_nsset(id, child, &key);
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
