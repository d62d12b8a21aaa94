/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw records of one named database; private to registry/store. Slices live until the next write of
 * the transaction or its end: copy what is kept. */
#pragma once

#include "registry/store/store.h"

enum db { DB_META, DB_DELEGATION, DB_GLUE, DB_NSSET, DB_STATE, DB_DECISION, DB_EVIDENCE, DB_EVENT, DB_CHANGE,
	DB_POLICY, DB_TABLE, DB_RUN, DB_COUNT };

/* ERR_NOTFOUND is not sticky; every other failure is. */
int db_get(struct txn *t, enum db db, struct slice key, struct slice *value);
int db_put(struct txn *t, enum db db, struct slice key, struct slice value);
int db_del(struct txn *t, enum db db, struct slice key);
/* First record with key >= from (cursor semantics without a cursor held): key and value set. */
int db_seek(struct txn *t, enum db db, struct slice from, struct slice *key, struct slice *value);
/* Last record with key < before; before empty: the last of all. */
int db_seek_last(struct txn *t, enum db db, struct slice before, struct slice *key, struct slice *value);
/* Iteration with a cursor bound to t. */
struct db_cursor;
int db_cursor_open(struct txn *t, enum db db, struct slice from, struct db_cursor **out);
int db_cursor_next(struct db_cursor *c, struct slice *key, struct slice *value);
void db_cursor_close(struct db_cursor *c);
int db_count(struct txn *t, enum db db, uint64_t *out);
