/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Indexes from a child to a number of the journal: its outstanding change, the newest word of an operator. */
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

int number_decode(struct slice value, uint64_t *number)
{
	struct wire w;
	int rc = value_reader(value, &w);
	if (rc != 0) {
		return rc;
	}
	*number = wire_read_u64(&w);
	return wire_done(&w) ? 0 : ERR_FORMAT;
}

static int number_get(struct txn *t, enum db db, const struct name *child, uint64_t *number)
{
	struct key key;
	key_name(child, &key);
	struct slice value;
	int rc = db_get(t, db, key_slice(&key), &value);
	if (rc != 0) {
		return rc;
	}
	rc = number_decode(value, number);
	return rc == 0 ? 0 : txn_fail(t, rc);
}

static int number_put(struct txn *t, enum db db, const struct name *child, uint64_t number)
{
	uint8_t octets[1 + 8];
	struct wire w = value_writer(octets, sizeof(octets));
	wire_write_u64(&w, number);
	struct key key;
	key_name(child, &key);
	return db_put(t, db, key_slice(&key), value_written(&w));
}

int outstanding_get(struct txn *t, const struct name *child, uint64_t *change)
{
	return number_get(t, DB_OUTSTANDING, child, change);
}

int outstanding_put(struct txn *t, const struct name *child, uint64_t change)
{
	return number_put(t, DB_OUTSTANDING, child, change);
}

int operator_index_get(struct txn *t, const struct name *child, uint64_t *sequence)
{
	return number_get(t, DB_OPERATOR, child, sequence);
}

int operator_index_put(struct txn *t, const struct name *child, uint64_t sequence)
{
	return number_put(t, DB_OPERATOR, child, sequence);
}

int outstanding_del(struct txn *t, const struct name *child)
{
	struct key key;
	key_name(child, &key);
	return db_del(t, DB_OUTSTANDING, key_slice(&key));
}

int outstanding_next(struct txn *t, const struct name *after, struct name *child, uint64_t *change)
{
	struct key from = { 0 };
	if (after->size != 0) {
		key_name(after, &from);
		key_after(&from);
	}
	struct slice key;
	struct slice value;
	int rc = db_seek(t, DB_OUTSTANDING, key_slice(&from), &key, &value);
	if (rc != 0) {
		return rc;
	}
	rc = number_decode(value, change);
	if (rc == 0) {
		rc = key_to_name(key, child);
	}
	return rc == 0 ? 0 : txn_fail(t, rc);
}
