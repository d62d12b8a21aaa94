/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw records of one named database; private to registry/store. Slices live until the next write of
 * the transaction or its end: copy what is kept. */
#pragma once

#include "registry/store/store.h"

enum db {
	DB_META,	/* "store": identity */
	DB_GENERATION,	/* origin: the parent as loaded last */
	DB_DELEGATION,	/* child: NS set, glue, DS set */
	DB_NSSET,	/* NS set + child: index of DB_DELEGATION */
	DB_STATE,	/* child */
	DB_DECISION,	/* run + sequence: stored case, without its evidence */
	DB_EVIDENCE,	/* run + sequence */
	DB_EVENT,	/* sequence: the journal */
	DB_CHANGE,	/* change number: where it stands; derived from DB_EVENT */
	DB_OUTSTANDING,	/* child: number of its outstanding change; derived from DB_EVENT */
	DB_POLICY,	/* SHA-256 */
	DB_TABLE,	/* SHA-256 */
	DB_RUN,		/* number */
	DB_PROGRESS,	/* run + NS set */
	/* From format 2 on */
	DB_OPERATOR,	/* child: sequence of the newest OPERATOR event about it; derived from DB_EVENT */
	DB_NOTICE,	/* child + reason: a condition that somebody has to act on */
	DB_QUEUE,	/* number: a notice that is to be told; 0: the last number given */
	/* From format 3 on */
	DB_ABSENT,	/* child: since when its delegation is gone, if it has a state */
	/* From format 4 on */
	DB_SERVED,	/* child: what the parent's servers serve of its newest change */
	DB_COUNT
};

/* Keys of DB_META. */
#define META_IDENTITY "store"
#define META_EPOCHS "epochs"		/* only of a store that was restored */
#define META_BACKUP "backup"		/* only in a backup */
#define META_RETENTION "retention"	/* how far old cases were looked at */
#define META_BASELINE "baseline"	/* only while there is one */
#define META_SINK "sink"		/* the one of record, since its first export */
#define META_CURSOR "cursor"		/* only of a sink: sinkdb.h */
#define META_ABOUT "about"		/* only of a sink */

/* ERR_NOTFOUND is not sticky; every other failure is. */
int db_get(struct txn *t, enum db db, struct slice key, struct slice *value);
int db_put(struct txn *t, enum db db, struct slice key, struct slice value);
/* Only behind the last record: ERR_CONFLICT. For what is never rewritten. */
int db_append(struct txn *t, enum db db, struct slice key, struct slice value);
/* The same as db_put. Behind the last record a page is filled before there is another, where db_put leaves it half empty: for
 * keys that mostly come in order. */
int db_put_filling(struct txn *t, enum db db, struct slice key, struct slice value);
int db_del(struct txn *t, enum db db, struct slice key);
/* First record with key >= from (cursor semantics without a cursor held): key and value set. */
int db_seek(struct txn *t, enum db db, struct slice from, struct slice *key, struct slice *value);
/* Last record with key < before; before empty: the last of all. */
int db_seek_last(struct txn *t, enum db db, struct slice before, struct slice *key, struct slice *value);
/* Iteration with a cursor bound to t, from the first key >= from (empty: from the first). Close it before t ends.
 * Writing through t meanwhile is fine. ERR_NOTFOUND at the end. */
struct db_cursor;
int db_cursor_open(struct txn *t, enum db db, struct slice from, struct db_cursor **out);
int db_cursor_next(struct db_cursor *c, struct slice *key, struct slice *value);
void db_cursor_close(struct db_cursor *c);	/* NULL is fine */
int db_count(struct txn *t, enum db db, uint64_t *out);

/* A transaction that failed for a reason of the caller (memory, format) must not be committed. Returns code, or
 * the error that was there before. */
int txn_fail(struct txn *t, int code);
/* Emptied at every call: for the innermost function only. NULL when out of memory (t has failed then). */
struct arena *txn_scratch(struct txn *t);
