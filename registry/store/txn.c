/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transactions with a sticky error, and records in them. */
#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>

#include "registry/store/env.h"
#include "registry/store/memo.h"
#include "validate/wire/err.h"

struct txn {
	struct store *store;
	MDB_txn *mdb;
	bool write;
	int error;
	struct arena *scratch;
	struct txn_memo memo;
	MDB_cursor *cursor[DB_COUNT];	/* opened when first needed */
};

struct db_cursor {
	struct txn *txn;
	MDB_cursor *mdb;
	MDB_cursor_op next;
	bool ended;
};

/* What txn_begin gives when it cannot: every operation on it is refused with the reason, so that a caller who only
 * looks at the end is safe too. Never written to. */
static struct txn *failed_txn(int code)
{
	static struct txn failed[] = { { .error = ERR_STORE }, { .error = ERR_NOMEM }, { .error = ERR_IO },
		{ .error = ERR_FULL }, { .error = ERR_BUSY }, { .error = ERR_ARG } };
	for (size_t i = 1; i < sizeof(failed) / sizeof(failed[0]); i++) {
		if (failed[i].error == code) {
			return &failed[i];
		}
	}
	return &failed[0];
}

int txn_fail(struct txn *t, int code)
{
	if (t->error == 0 && code != 0) {
		t->error = code;
	}
	return t->error;
}

/* Sticky, but for ERR_NOTFOUND. */
static int result(struct txn *t, int rc)
{
	int code = env_error(rc);
	return code == ERR_NOTFOUND || code == 0 ? code : txn_fail(t, code);
}

int txn_begin(struct store *s, enum store_mode mode, struct txn **out)
{
	struct txn *t = calloc(1, sizeof(*t));
	int rc = ENOMEM;
	if (t != NULL) {
		t->store = s;
		t->write = mode == STORE_WRITE;
		rc = mdb_txn_begin(env_handle(s), NULL, t->write ? 0 : MDB_RDONLY, &t->mdb);
	}
	if (rc != 0) {
		free(t);
		int code = env_error(rc);
		*out = failed_txn(code);
		return (*out)->error;
	}
	*out = t;
	return 0;
}

int txn_error(const struct txn *t)
{
	return t->error;
}

/* The one that writes has the number of the commit that it will be. */
uint64_t txn_sees(const struct txn *t)
{
	return t->mdb == NULL ? 0 : (uint64_t)mdb_txn_id(t->mdb) - t->write;
}

struct arena *txn_scratch(struct txn *t)
{
	if (t->error != 0) {
		return NULL;
	}
	if (t->scratch == NULL) {
		t->scratch = arena_new();
		if (t->scratch == NULL) {
			txn_fail(t, ERR_NOMEM);
		}
	} else {
		arena_reset(t->scratch);
	}
	return t->scratch;
}

struct txn_memo *txn_memo(struct txn *t)
{
	return t->error == 0 ? &t->memo : NULL;
}

/* Before db is written to. */
static void forget(struct txn *t, enum db db)
{
	t->memo.knows_head = t->memo.knows_head && db != DB_EVENT;
	t->memo.knows_generation = t->memo.knows_generation && db != DB_GENERATION;
	t->memo.knows_policy = t->memo.knows_policy && db != DB_POLICY;
	t->memo.knows_table = t->memo.knows_table && db != DB_TABLE;
}

static void close_cursors(struct txn *t)
{
	for (int i = 0; i < DB_COUNT; i++) {
		if (t->cursor[i] != NULL) {
			mdb_cursor_close(t->cursor[i]);
			t->cursor[i] = NULL;
		}
	}
}

int txn_commit(struct txn *t)
{
	if (t->mdb == NULL) {
		return t->error;
	}
	close_cursors(t);
	if (t->error != 0 || !t->write) {
		mdb_txn_abort(t->mdb);
	} else {
		result(t, mdb_txn_commit(t->mdb));
	}
	int error = t->error;
	arena_free(t->scratch);
	free(t);
	return error;
}

void txn_abort(struct txn *t)
{
	if (t == NULL || t->mdb == NULL) {
		return;
	}
	close_cursors(t);
	mdb_txn_abort(t->mdb);
	arena_free(t->scratch);
	free(t);
}

/* LMDB does not write through it, but its type knows no const. */
static MDB_val val(struct slice s)
{
	union {
		const void *in;
		void *out;
	} data = { .in = s.data };
	return (MDB_val){ .mv_size = s.size, .mv_data = data.out };
}

static struct slice slice_of(MDB_val v)
{
	return (struct slice){ .data = v.mv_data, .size = v.mv_size };
}

/* The one that seeks, reads and puts: where the keys come in order, as they mostly do, it is on the right page already. */
static int cursor_of(struct txn *t, enum db db, MDB_cursor **out)
{
	int rc = 0;
	if (env_database(t->store, db) == ENV_ABSENT) {
		return MDB_NOTFOUND;
	}
	if (t->cursor[db] == NULL) {
		rc = mdb_cursor_open(t->mdb, env_database(t->store, db), &t->cursor[db]);
	}
	*out = t->cursor[db];
	return rc;
}

static int position(struct txn *t, enum db db, MDB_val *k, MDB_val *v, MDB_cursor_op op)
{
	MDB_cursor *cursor = NULL;
	int rc = cursor_of(t, db, &cursor);
	return rc == 0 ? mdb_cursor_get(cursor, k, v, op) : rc;
}

static int put(struct txn *t, enum db db, struct slice key, struct slice value, unsigned flags, bool may_not)
{
	if (t->error != 0) {
		return t->error;
	}
	if (!t->write || env_database(t->store, db) == ENV_ABSENT) {
		return txn_fail(t, ERR_ARG);
	}
	forget(t, db);
	MDB_val k = val(key);
	MDB_val v = val(value);
	MDB_cursor *cursor = NULL;
	int rc = cursor_of(t, db, &cursor);
	rc = rc == 0 ? mdb_cursor_put(cursor, &k, &v, flags) : rc;
	if (rc == MDB_KEYEXIST && may_not) {
		rc = mdb_cursor_put(cursor, &k, &v, 0);
	}
	return result(t, rc);
}

int db_put(struct txn *t, enum db db, struct slice key, struct slice value)
{
	return put(t, db, key, value, 0, false);
}

int db_append(struct txn *t, enum db db, struct slice key, struct slice value)
{
	return put(t, db, key, value, MDB_APPEND, false);
}

int db_put_filling(struct txn *t, enum db db, struct slice key, struct slice value)
{
	return put(t, db, key, value, MDB_APPEND, true);
}

int db_del(struct txn *t, enum db db, struct slice key)
{
	if (t->error != 0) {
		return t->error;
	}
	if (!t->write) {
		return txn_fail(t, ERR_ARG);
	}
	forget(t, db);
	MDB_val k = val(key);
	return result(t, mdb_del(t->mdb, env_database(t->store, db), &k, NULL));
}

int db_get(struct txn *t, enum db db, struct slice key, struct slice *value)
{
	if (t->error != 0) {
		return t->error;
	}
	MDB_val k = val(key);
	MDB_val v;
	int rc = position(t, db, &k, &v, MDB_SET);
	if (rc == 0) {
		*value = slice_of(v);
	}
	return result(t, rc);
}

int db_seek(struct txn *t, enum db db, struct slice from, struct slice *key, struct slice *value)
{
	if (t->error != 0) {
		return t->error;
	}
	MDB_val k = val(from);
	MDB_val v;
	int rc = position(t, db, &k, &v, from.size == 0 ? MDB_FIRST : MDB_SET_RANGE);
	if (rc == 0) {
		*key = slice_of(k);
		*value = slice_of(v);
	}
	return result(t, rc);
}

int db_seek_last(struct txn *t, enum db db, struct slice before, struct slice *key, struct slice *value)
{
	if (t->error != 0) {
		return t->error;
	}
	MDB_val k = val(before);
	MDB_val v;
	int rc = MDB_NOTFOUND;
	if (before.size != 0) {
		rc = position(t, db, &k, &v, MDB_SET_RANGE);
		if (rc == 0) {
			rc = position(t, db, &k, &v, MDB_PREV);
			if (rc == MDB_NOTFOUND) {
				return ERR_NOTFOUND;
			}
		}
	}
	if (rc == MDB_NOTFOUND) {
		/* No limit, or all keys are below it. */
		rc = position(t, db, &k, &v, MDB_LAST);
	}
	if (rc == 0) {
		*key = slice_of(k);
		*value = slice_of(v);
	}
	return result(t, rc);
}

int db_cursor_open(struct txn *t, enum db db, struct slice from, struct db_cursor **out)
{
	*out = NULL;
	if (t->error != 0) {
		return t->error;
	}
	struct db_cursor *c = calloc(1, sizeof(*c));
	if (c == NULL) {
		return txn_fail(t, ERR_NOMEM);
	}
	c->txn = t;
	if (env_database(t->store, db) == ENV_ABSENT) {
		c->ended = true;
		*out = c;
		return 0;
	}
	int rc = mdb_cursor_open(t->mdb, env_database(t->store, db), &c->mdb);
	if (rc != 0) {
		free(c);
		return result(t, rc);
	}
	c->next = MDB_GET_CURRENT;
	MDB_val k = val(from);
	MDB_val v;
	/* Positioned now, so that the caller's key need not live on. */
	rc = mdb_cursor_get(c->mdb, &k, &v, from.size == 0 ? MDB_FIRST : MDB_SET_RANGE);
	c->ended = rc == MDB_NOTFOUND;
	if (rc != 0 && rc != MDB_NOTFOUND) {
		db_cursor_close(c);
		return result(t, rc);
	}
	*out = c;
	return 0;
}

int db_cursor_next(struct db_cursor *c, struct slice *key, struct slice *value)
{
	if (c->txn->error != 0) {
		return c->txn->error;
	}
	if (c->ended) {
		return ERR_NOTFOUND;
	}
	MDB_val k;
	MDB_val v;
	int rc = mdb_cursor_get(c->mdb, &k, &v, c->next);
	c->ended = rc != 0;
	c->next = MDB_NEXT;
	if (rc == 0) {
		*key = slice_of(k);
		*value = slice_of(v);
	}
	return result(c->txn, rc);
}

void db_cursor_close(struct db_cursor *c)
{
	if (c != NULL) {
		if (c->mdb != NULL) {
			mdb_cursor_close(c->mdb);
		}
		free(c);
	}
}

int db_count(struct txn *t, enum db db, uint64_t *out)
{
	if (t->error != 0) {
		return t->error;
	}
	*out = 0;
	if (env_database(t->store, db) == ENV_ABSENT) {
		return 0;
	}
	MDB_stat stat;
	int rc = mdb_stat(t->mdb, env_database(t->store, db), &stat);
	if (rc == 0) {
		*out = stat.ms_entries;
	}
	return result(t, rc);
}
