/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The store: one LMDB environment, its named databases, transactions with a sticky error.
 * LMDB itself is known to env.c and txn.c only. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/record.h"

#define STORE_FORMAT 4			/* of this program; an older one is migrated when opened to write, a newer refused */
#define STORE_UUID_TEXT 37

struct store;
struct txn;

enum store_mode { STORE_READ, STORE_WRITE /* creates it when absent */ };

struct store_options {
	enum store_mode mode;
	bool must_exist;	/* whatever the mode: nothing is made where no store is */
	bool is_backup;		/* a backup may be opened to write: to mark it, or to restore it (backup.h) */
	uint64_t max_size;	/* 0: 1 TiB, sparse (doc/architecture.md, store) */
	uint64_t now;		/* seconds: creation time of a new store; of an older format, when it was migrated */
	uint8_t uuid[16];	/* of a new store; random, from the caller */
};

/* 0, or an error with one sentence in why (what, where, what to do). */
int store_open(const char *dir, const struct store_options *o, struct store **out, char why[256]);
void store_close(struct store *s);		/* NULL is fine */
const char *store_dir(const struct store *s);

/* The walk's lock (walk.lock, flock): one walk at a time. ERR_BUSY with the sentence in why. */
int store_lock_walk(struct store *s, char why[256]);

struct store_identity {
	char uuid[STORE_UUID_TEXT];
	uint32_t epoch;		/* of what is written now; raised by a restore */
	uint32_t format;
};
uint64_t store_max_size(const struct store *s);	/* of its map */
void store_identity(const struct store *s, struct store_identity *out);
/* The epoch that an event was written in: of ids of changes. */
uint32_t store_epoch_of(const struct store *s, uint64_t sequence);

/* One short transaction per batch. txn_begin never returns NULL for memory reasons alone: check txn_error. After
 * the first failure every operation is a no-op that returns it. */
int txn_begin(struct store *s, enum store_mode mode, struct txn **out);
int txn_error(const struct txn *t);
/* Of the last commit that t sees, its own left out: where it is the same, so is all that is read. 0: t has failed. */
uint64_t txn_sees(const struct txn *t);
/* Commits (write) or ends (read); frees t in any case; returns the sticky error. ERR_FULL for a full map or disk. */
int txn_commit(struct txn *t);
void txn_abort(struct txn *t);			/* NULL is fine */
/* A throw-away copy of the whole environment into an empty directory (dry runs, backups). */
int store_copy(struct store *s, const char *dir, char why[256]);
