/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The LMDB environment: opened, made, recognised, copied. */
#include "registry/store/env.h"

#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/store/absent.h"
#include "registry/store/directory.h"
#include "registry/store/identity.h"
#include "registry/store/lock.h"
#include "validate/wire/err.h"

/* doc/architecture.md, store: sparse, and never changed at run time. */
#define MAX_SIZE_DEFAULT (UINT64_C(1) << 40)
/* Commands, sinks and walks that may have the store open at once. */
#define READERS_MAX 510
/* A healthy file may lack its last pages when they were taken and freed in one transaction; so many are never. */
#define CUT_PAGES 256

struct store {
	MDB_env *env;
	MDB_dbi databases[DB_COUNT];
	char *dir;
	int walk_lock;			/* -1: not held */
	struct store_identity identity;
	struct epochs epochs;
	bool is_backup;
};

static const char *const database_names[DB_COUNT] = {
	[DB_META] = "meta", [DB_GENERATION] = "generation", [DB_DELEGATION] = "delegation", [DB_NSSET] = "nsset",
	[DB_STATE] = "state", [DB_DECISION] = "decision", [DB_EVIDENCE] = "evidence", [DB_EVENT] = "event",
	[DB_CHANGE] = "change", [DB_OUTSTANDING] = "outstanding", [DB_POLICY] = "policy", [DB_TABLE] = "table",
	[DB_RUN] = "run", [DB_PROGRESS] = "progress", [DB_OPERATOR] = "operator", [DB_NOTICE] = "notice",
	[DB_QUEUE] = "queue", [DB_ABSENT] = "absent", [DB_SERVED] = "served",
};

int env_error(int code)
{
	switch (code) {
	case 0:
		return 0;
	case MDB_NOTFOUND:
		return ERR_NOTFOUND;
	case MDB_MAP_FULL:
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EIO: /* what LMDB 0.9.24 makes of a short write, which is how a disk fills up */
		return ERR_FULL;
	case ENOMEM:
		return ERR_NOMEM;
	case MDB_BAD_VALSIZE:
		return ERR_ARG;
	case MDB_KEYEXIST:
		return ERR_CONFLICT;
	case MDB_READERS_FULL:
		return ERR_BUSY;
	default:
		return code > 0 ? ERR_IO : ERR_STORE;
	}
}

struct MDB_env *env_handle(const struct store *s)
{
	return s->env;
}

unsigned env_database(const struct store *s, enum db db)
{
	return s->databases[db];
}

const char *store_dir(const struct store *s)
{
	return s->dir;
}

void store_identity(const struct store *s, struct store_identity *out)
{
	*out = s->identity;
}

uint64_t store_max_size(const struct store *s)
{
	MDB_envinfo info = { .me_mapsize = 0 };
	mdb_env_info(s->env, &info);
	return info.me_mapsize;
}

uint32_t store_epoch_of(const struct store *s, uint64_t sequence)
{
	return epochs_of(&s->epochs, sequence);
}

int store_lock_walk(struct store *s, char why[256])
{
	return s->walk_lock >= 0 ? 0 : lock_walk(s->dir, &s->walk_lock, why);
}

/* Sentences for what LMDB says about opening. */
static int say_open(const char *dir, int code, char why[256])
{
	switch (code) {
	case MDB_INVALID:
		snprintf(why, 256, "%s/data.mdb is not a cdswalk store; choose another directory", dir);
		return ERR_STORE;
	case MDB_VERSION_MISMATCH:
		snprintf(why, 256, "%s was made by another version of LMDB; use the LMDB of the system that made it", dir);
		return ERR_VERSION;
	case MDB_READERS_FULL:
		snprintf(why, 256, "%s has too many readers at once (%d); end some of them", dir, READERS_MAX);
		return ERR_BUSY;
	case ENOLCK:
	case ENOSYS:
	case EOPNOTSUPP:
		snprintf(why, 256, "cannot lock %s/lock.mdb: %s; the store needs a local file system", dir, strerror(code));
		return ERR_IO;
	case ENOMEM:
		snprintf(why, 256, "not enough address space for the map of %s; raise ulimit -v", dir);
		return ERR_NOMEM;
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case MDB_MAP_FULL:
		snprintf(why, 256, "no room for the store in %s: %s; free some disk space", dir,
			mdb_strerror(code));
		return ERR_FULL;
	case EIO: /* as in env_error */
		snprintf(why, 256, "no room for the store in %s, or the disk fails; free some disk space", dir);
		return ERR_FULL;
	case EACCES:
	case EPERM:
	case EROFS:
		snprintf(why, 256, "no permission to use %s (readers write lock.mdb too): %s; run as the owner of the store", dir,
			strerror(code));
		return ERR_IO;
	default:
		snprintf(why, 256, "cannot open the store in %s: %s", dir, mdb_strerror(code));
		return env_error(code);
	}
}

/* LMDB maps the file; reading past its end would be a SIGBUS. */
static int check_length(struct store *s, const char *path, char why[256])
{
	MDB_envinfo info;
	MDB_stat main_stat;
	struct stat st;
	if (mdb_env_info(s->env, &info) != 0 || mdb_env_stat(s->env, &main_stat) != 0 || stat(path, &st) != 0) {
		snprintf(why, 256, "cannot examine %s: %s", path, strerror(errno));
		return ERR_IO;
	}
	uint64_t pages = (uint64_t)st.st_size / main_stat.ms_psize;
	if (pages + CUT_PAGES < (uint64_t)info.me_last_pgno + 1) {
		snprintf(why, 256, "%s is cut short: it has %llu of %llu pages; restore it from a backup", path,
			(unsigned long long)pages, (unsigned long long)info.me_last_pgno + 1);
		return ERR_STORE;
	}
	return 0;
}

static MDB_val meta_key(const char *text)
{
	/* LMDB does not write to keys; its type cannot say so. */
	union { const char *in; void *out; } u = { .in = text };
	return (MDB_val){ .mv_size = strlen(text), .mv_data = u.out };
}

static int identity_write(struct store *s, MDB_txn *txn, const struct store_options *o)
{
	uint8_t octets[IDENTITY_OCTETS];
	identity_encode(o, octets);
	MDB_val key = meta_key(META_IDENTITY);
	MDB_val value = { .mv_size = sizeof(octets), .mv_data = octets };
	return mdb_put(txn, s->databases[DB_META], &key, &value, 0);
}

/* The format that brought it. */
static uint32_t format_of(int db)
{
	return db >= DB_SERVED ? 4 : db >= DB_ABSENT ? 3 : db >= DB_OPERATOR ? 2 : 1;
}

static int open_databases(struct store *s, MDB_txn *txn, unsigned flags)
{
	for (int i = 0; i < DB_COUNT; i++) {
		int rc = mdb_dbi_open(txn, database_names[i], flags, &s->databases[i]);
		if (rc == MDB_NOTFOUND && s->identity.format < format_of(i)) {
			s->databases[i] = ENV_ABSENT;
		} else if (rc != 0) {
			return rc;
		}
	}
	return 0;
}

/* What else the meta database says of the store as a whole. */
static int recognise_rest(struct store *s, MDB_txn *txn, char why[256])
{
	MDB_val key = meta_key(META_BACKUP);
	MDB_val value;
	int rc = mdb_get(txn, s->databases[DB_META], &key, &value);
	s->is_backup = rc == 0;
	if (rc == 0 || rc == MDB_NOTFOUND) {
		key = meta_key(META_EPOCHS);
		rc = mdb_get(txn, s->databases[DB_META], &key, &value);
	}
	if (rc == 0) {
		rc = epochs_decode((struct slice){ .data = value.mv_data, .size = value.mv_size }, &s->epochs);
	}
	if (rc == 0 || rc == MDB_NOTFOUND) {
		return 0;
	}
	snprintf(why, 256, "the store in %s is damaged (its epochs cannot be read); restore it from a backup", s->dir);
	return ERR_STORE;
}

/* 0; ERR_NOTFOUND: the environment is empty, without why. */
static int recognise(struct store *s, char why[256])
{
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn);
	if (rc != 0) {
		return say_open(s->dir, rc, why);
	}
	MDB_stat all;
	MDB_val key = meta_key(META_IDENTITY);
	MDB_val value;
	rc = mdb_dbi_open(txn, database_names[DB_META], 0, &s->databases[DB_META]);
	if (rc == 0) {
		rc = mdb_get(txn, s->databases[DB_META], &key, &value);
	}
	if (rc != 0) {
		int code = mdb_env_stat(s->env, &all) == 0 && all.ms_entries == 0 ? ERR_NOTFOUND : ERR_STORE;
		mdb_txn_abort(txn);
		if (code == ERR_STORE) {
			snprintf(why, 256, "%s/data.mdb is the LMDB file of another program, not a cdswalk store; choose another "
				"directory", s->dir);
		}
		return code;
	}
	struct slice octets = { .data = value.mv_data, .size = value.mv_size };
	int code = identity_decode(octets, s->dir, &s->identity, why);
	code = code == 0 ? recognise_rest(s, txn, why) : code;
	if (code == 0) {
		rc = open_databases(s, txn, 0);
		if (rc != 0) {
			snprintf(why, 256, "the store in %s is damaged (%s); restore it from a backup", s->dir, mdb_strerror(rc));
			code = ERR_STORE;
		}
	}
	/* Committed, so that the database handles stay. */
	if (code == 0) {
		rc = mdb_txn_commit(txn);
		return rc == 0 ? 0 : say_open(s->dir, rc, why);
	}
	mdb_txn_abort(txn);
	return code;
}

/* Everything in one transaction: a store is there in whole or not at all. */
static int create(struct store *s, const struct store_options *o, char why[256])
{
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(s->env, NULL, 0, &txn);
	if (rc != 0) {
		return say_open(s->dir, rc, why);
	}
	MDB_stat all;
	rc = mdb_env_stat(s->env, &all);
	if (rc == 0 && all.ms_entries != 0) {
		/* Another process was quicker. */
		mdb_txn_abort(txn);
		return 0;
	}
	if (rc == 0) {
		rc = open_databases(s, txn, MDB_CREATE);
	}
	if (rc == 0) {
		rc = identity_write(s, txn, o);
	}
	if (rc != 0) {
		mdb_txn_abort(txn);
		return say_open(s->dir, rc, why);
	}
	rc = mdb_txn_commit(txn);
	return rc == 0 ? 0 : say_open(s->dir, rc, why);
}

/* From format 3 on it is known since when a child is gone; of those that were before, since now. */
static int note_absent(struct store *s, MDB_txn *txn, uint64_t now)
{
	uint8_t octets[ABSENT_OCTETS];
	struct slice since = absent_encode(now, octets);
	MDB_val key, value, found;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn, s->databases[DB_STATE], &cursor);
	if (rc != 0) {
		return rc;
	}
	while ((rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
		MDB_val noted = { .mv_size = since.size, .mv_data = octets };
		rc = mdb_get(txn, s->databases[DB_DELEGATION], &key, &found);
		if (rc == MDB_NOTFOUND) {
			rc = mdb_put(txn, s->databases[DB_ABSENT], &key, &noted, 0);
		}
		if (rc != 0) {
			break;
		}
	}
	mdb_cursor_close(cursor);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* From an older format to this one, in one transaction: databases that were not there yet. Values keep the versions they were
 * written with. */
static int migrate(struct store *s, const struct store_options *o, char why[256])
{
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(s->env, NULL, 0, &txn);
	if (rc != 0) {
		return say_open(s->dir, rc, why);
	}
	MDB_val key = meta_key(META_IDENTITY);
	MDB_val value;
	uint8_t octets[IDENTITY_OCTETS];
	rc = open_databases(s, txn, MDB_CREATE);
	if (rc == 0 && s->identity.format < format_of(DB_ABSENT) && o->now != 0) {
		rc = note_absent(s, txn, o->now);
	}
	if (rc == 0) {
		rc = mdb_get(txn, s->databases[DB_META], &key, &value);
	}
	if (rc == 0 && value.mv_size == sizeof(octets)) {
		identity_renew(value.mv_data, octets);
		value.mv_data = octets;
		rc = mdb_put(txn, s->databases[DB_META], &key, &value, 0);
	}
	if (rc != 0) {
		mdb_txn_abort(txn);
		return say_open(s->dir, rc, why);
	}
	rc = mdb_txn_commit(txn);
	return rc == 0 ? 0 : say_open(s->dir, rc, why);
}

static int open_environment(struct store *s, const struct store_options *o, char why[256])
{
	int rc = mdb_env_create(&s->env);
	if (rc != 0) {
		return say_open(s->dir, rc, why);
	}
	uint64_t size = o->max_size == 0 ? MAX_SIZE_DEFAULT : o->max_size;
	if (size > SIZE_MAX / 2) {
		size = SIZE_MAX / 2;
	}
	rc = mdb_env_set_mapsize(s->env, (size_t)size);
	if (rc == 0) {
		rc = mdb_env_set_maxdbs(s->env, DB_COUNT);
	}
	if (rc == 0) {
		rc = mdb_env_set_maxreaders(s->env, READERS_MAX);
	}
	if (rc == 0) {
		rc = mdb_env_open(s->env, s->dir, MDB_NOTLS | (o->mode == STORE_READ ? MDB_RDONLY : 0), 0600);
	}
	if (rc == 0) {
		/* Readers that died would keep old pages for ever. */
		int dead;
		rc = mdb_reader_check(s->env, &dead);
	}
	return rc == 0 ? 0 : say_open(s->dir, rc, why);
}

static int open_store(struct store *s, const struct store_options *o, char why[256])
{
	size_t size = strlen(s->dir) + sizeof("/data.mdb");
	char *path = malloc(size);
	if (path == NULL) {
		snprintf(why, 256, "out of memory");
		return ERR_NOMEM;
	}
	snprintf(path, size, "%s/data.mdb", s->dir);
	int rc = o->mode == STORE_READ || o->must_exist ? directory_check_data(s->dir, path, why) : 0;
	if (rc == 0) {
		rc = lock_check_filesystem(s->dir, why);
	}
	if (rc == 0) {
		rc = lock_check_namespace(s->dir, why);
	}
	if (rc == 0) {
		rc = lock_reserve(s->dir, why);
	}
	if (rc == 0) {
		rc = open_environment(s, o, why);
	}
	if (rc == 0) {
		rc = check_length(s, path, why);
	}
	if (rc == 0) {
		rc = recognise(s, why);
		if (rc == 0 && s->is_backup && o->mode == STORE_WRITE && !o->is_backup) {
			/* Beside the store it was taken from, it would give the same ids to other changes. */
			snprintf(why, 256, "%s is a backup, which is only read; make a store of it with cdswalk db restore", s->dir);
			rc = ERR_STORE;
		}
		if (rc == ERR_NOTFOUND && o->mode == STORE_WRITE && !o->must_exist) {
			rc = create(s, o, why);
			rc = rc == 0 ? recognise(s, why) : rc;
		} else if (rc == 0 && o->mode == STORE_WRITE && s->identity.format < STORE_FORMAT) {
			rc = migrate(s, o, why);
			rc = rc == 0 ? recognise(s, why) : rc;
		}
		if (rc == ERR_NOTFOUND) {
			snprintf(why, 256, "no store in %s; run cdswalk scan --db %s first", s->dir, s->dir);
		}
	}
	free(path);
	return rc;
}

int store_open(const char *dir, const struct store_options *o, struct store **out, char why[256])
{
	if (dir == NULL || dir[0] == '\0' || o == NULL || out == NULL) {
		snprintf(why, 256, "no directory for the store was given; use --db DIR");
		return ERR_ARG;
	}
	int rc = o->must_exist ? directory_check(dir, STORE_READ, why) : 0;
	rc = rc == 0 ? directory_check(dir, o->mode, why) : rc;
	if (rc != 0) {
		return rc;
	}
	struct store *s = calloc(1, sizeof(*s));
	if (s != NULL) {
		s->walk_lock = -1;
		s->dir = strdup(dir);
	}
	if (s == NULL || s->dir == NULL) {
		snprintf(why, 256, "out of memory");
		free(s);
		return ERR_NOMEM;
	}
	rc = open_store(s, o, why);
	if (rc != 0) {
		store_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void store_close(struct store *s)
{
	if (s == NULL) {
		return;
	}
	if (s->env != NULL) {
		mdb_env_close(s->env);
	}
	if (s->walk_lock >= 0) {
		close(s->walk_lock);
	}
	free(s->dir);
	free(s);
}

int store_copy(struct store *s, const char *dir, char why[256])
{
	int rc = mdb_env_copy2(s->env, dir, 0);
	if (rc == 0) {
		return 0;
	}
	snprintf(why, 256, "cannot copy the store to %s: %s", dir, mdb_strerror(rc));
	return env_error(rc);
}
