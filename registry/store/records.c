/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of children and what they refer to: state, policies and tables by hash. */
#include "registry/store/records.h"

#include <string.h>

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/memo.h"
#include "validate/wire/err.h"

/* Far more rows than there are numbers in the registries. */
#define TABLE_ENCODED_MAX 32768

int state_get(struct txn *t, const struct name *child, struct arena *arena, struct child_state *out)
{
	struct key key;
	key_name(child, &key);
	struct slice value;
	int rc = db_get(t, DB_STATE, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = child_state_decode(value, arena, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

static int put_by_hash(struct txn *t, struct crypto *crypto, enum db db, struct slice value,
	uint8_t hash[SHA256_OCTETS])
{
	int rc = crypto_sha256(crypto, value.data, value.size, hash);
	if (rc != 0) {
		return txn_fail(t, rc);
	}
	struct key key;
	key_hash(hash, &key);
	struct slice old;
	rc = db_get(t, db, key_slice(&key), &old);
	return rc == ERR_NOTFOUND ? db_put(t, db, key_slice(&key), value) : rc;
}

static int put_policy(struct txn *t, struct crypto *crypto, const struct policy *p, uint8_t hash[SHA256_OCTETS])
{
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t size = policy_encode(p, octets, sizeof(octets));
	if (size == 0) {
		return txn_fail(t, ERR_LIMIT);
	}
	return put_by_hash(t, crypto, DB_POLICY, (struct slice){ .data = octets, .size = size }, hash);
}

int policy_put(struct txn *t, struct crypto *crypto, const struct policy *p, uint8_t hash[SHA256_OCTETS])
{
	struct txn_memo *memo = txn_memo(t);
	/* Octets between the members only make it look like another one. */
	if (memo != NULL && memo->knows_policy && memcmp(&memo->policy, p, sizeof(*p)) == 0) {
		memcpy(hash, memo->policy_hash, SHA256_OCTETS);
		return 0;
	}
	int rc = put_policy(t, crypto, p, hash);
	if (rc == 0 && memo != NULL) {
		memo->knows_policy = true;
		memcpy(&memo->policy, p, sizeof(*p));
		memcpy(memo->policy_hash, hash, SHA256_OCTETS);
	}
	return rc;
}

int policy_get(struct txn *t, const uint8_t hash[SHA256_OCTETS], struct policy *out)
{
	struct key key;
	key_hash(hash, &key);
	struct slice value;
	int rc = db_get(t, DB_POLICY, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = policy_decode(value.data, value.size, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

static int put_table(struct txn *t, struct crypto *crypto, const struct algorithm_table *a, uint8_t hash[SHA256_OCTETS])
{
	uint8_t octets[TABLE_ENCODED_MAX];
	size_t size = algorithm_table_encode(a, octets, sizeof(octets));
	if (size == 0) {
		return txn_fail(t, ERR_LIMIT);
	}
	return put_by_hash(t, crypto, DB_TABLE, (struct slice){ .data = octets, .size = size }, hash);
}

static bool is_same_table(const struct algorithm_table *a, const struct algorithm_table *b)
{
	return a->version == b->version && a->algorithms == b->algorithms && a->algorithm_count == b->algorithm_count &&
		a->digests == b->digests && a->digest_count == b->digest_count;
}

int table_put(struct txn *t, struct crypto *crypto, const struct algorithm_table *a, uint8_t hash[SHA256_OCTETS])
{
	struct txn_memo *memo = txn_memo(t);
	if (memo != NULL && memo->knows_table && is_same_table(&memo->table, a)) {
		memcpy(hash, memo->table_hash, SHA256_OCTETS);
		return 0;
	}
	int rc = put_table(t, crypto, a, hash);
	if (rc == 0 && memo != NULL) {
		memo->knows_table = true;
		memo->table = *a;
		memcpy(memo->table_hash, hash, SHA256_OCTETS);
	}
	return rc;
}

int table_get(struct txn *t, const uint8_t hash[SHA256_OCTETS], struct arena *arena, struct algorithm_table *out)
{
	struct key key;
	key_hash(hash, &key);
	struct slice value;
	int rc = db_get(t, DB_TABLE, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = algorithm_table_decode(value.data, value.size, arena, out);
	return rc == 0 ? 0 : txn_fail(t, rc);
}
