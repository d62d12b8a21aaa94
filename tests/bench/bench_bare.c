/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libzscanner and LMDB by themselves: what a load is measured against. */
#include "tests/bench/bench_bare.h"

#include <libzscanner/scanner.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "registry/store/delegations.h"
#include "tests/bench/bench_util.h"
#include "validate/wire/record.h"

#define MAP_OCTETS ((size_t)1 << 40)

static const char *const names[] = { "delegation", "nsset" };

/* ---- the records, ready to be put */

static void write_record(FILE *out, struct slice key, struct slice value)
{
	const uint32_t sizes[2] = { (uint32_t)key.size, (uint32_t)value.size };
	bench_must(fwrite(sizes, sizeof(sizes), 1, out) == 1 && fwrite(key.data, key.size, 1, out) == 1 &&
		fwrite(value.data, value.size, 1, out) == 1, "writing records");
}

static int by_key(const void *a, const void *b)
{
	const struct key *x = a;
	const struct key *y = b;
	int order = memcmp(x->octets, y->octets, x->size < y->size ? x->size : y->size);
	return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

static void end_batch(FILE *out, struct key *index, size_t count)
{
	static const uint8_t nothing[1] = { 1 };
	qsort(index, count, sizeof(*index), by_key);
	for (size_t i = 0; i < count; i++) {
		write_record(out, key_slice(&index[i]), (struct slice){ nothing, sizeof(nothing) });
	}
}

uint64_t bare_take(struct store *store, struct crypto *crypto, const struct name *origin, const char *path)
{
	struct txn *t = NULL;
	struct delegation_iter *iter = NULL;
	struct arena *arena = arena_new();
	struct key *index = calloc(BARE_BATCH, sizeof(*index));
	FILE *out = fopen(path, "w");
	struct generation g;
	uint64_t count = 0;
	bench_must(arena != NULL && index != NULL && out != NULL && txn_begin(store, STORE_READ, &t) == 0 &&
		generation_get(t, origin, &g) == 0 && fwrite(&g.delegations, sizeof(g.delegations), 1, out) == 1 &&
		delegation_iter_open(t, origin, &(struct name){ 0 }, &iter) == 0, "reading what was loaded");
	for (struct delegation d; delegation_iter_next(iter, arena, &d) == 0; count++) {
		struct key key;
		struct slice value;
		uint8_t id[NSSET_OCTETS];
		bench_must(delegation_encode(&d, arena, &value) == 0 && nsset_id(crypto, &d, id) == 0, "encoding");
		key_name(&d.child, &key);
		write_record(out, key_slice(&key), value);
		key_nsset(id, &d.child, &index[count % BARE_BATCH]);
		arena_reset(arena);
		if (count % BARE_BATCH == BARE_BATCH - 1) {
			end_batch(out, index, BARE_BATCH);
		}
	}
	end_batch(out, index, count % BARE_BATCH);
	bench_must(txn_error(t) == 0 && count == g.delegations && fclose(out) == 0, "writing records");
	delegation_iter_close(iter);
	txn_abort(t);
	free(index);
	arena_free(arena);
	return count;
}

/* ---- libzscanner */

static void count_record(zs_scanner_t *s)
{
	++*(uint64_t *)s->process.data;
}

static void give_up(zs_scanner_t *s)
{
	fprintf(stderr, "benchmark: line %llu: %s\n", (unsigned long long)s->line_counter, zs_strerror(s->error.code));
	exit(1);
}

uint64_t bare_scan(const char *zone)
{
	zs_scanner_t *s = malloc(sizeof(*s));
	uint64_t count = 0;
	bench_must(s != NULL && zs_init(s, ".", CLASS_IN, 3600) == 0 && zs_set_input_file(s, zone) == 0 &&
		zs_set_processing(s, count_record, give_up, &count) == 0 && zs_parse_all(s) == 0, "parsing the file");
	zs_deinit(s);
	free(s);
	return count;
}

/* ---- LMDB */

/* As the store opens its own. */
static MDB_env *open_environment(const char *dir, unsigned flags)
{
	MDB_env *env = NULL;
	bench_must(mdb_env_create(&env) == 0 && mdb_env_set_mapsize(env, MAP_OCTETS) == 0 && mdb_env_set_maxdbs(env, 32) == 0 &&
		mdb_env_open(env, dir, MDB_NOTLS | flags, 0600) == 0, "opening an LMDB environment");
	return env;
}

static bool read_record(FILE *in, uint8_t *octets, size_t room, MDB_val *key, MDB_val *value)
{
	uint32_t sizes[2];
	if (fread(sizes, sizeof(sizes), 1, in) != 1) {
		return false;
	}
	bench_must(sizes[0] + sizes[1] <= room && fread(octets, sizes[0] + sizes[1], 1, in) == 1, "reading records");
	*key = (MDB_val){ sizes[0], octets };
	*value = (MDB_val){ sizes[1], octets + sizes[0] };
	return true;
}

static void put_some(MDB_txn *txn, MDB_dbi db, FILE *in, uint64_t count)
{
	static uint8_t octets[64 * 1024];
	for (uint64_t i = 0; i < count; i++) {
		MDB_val key, value;
		bench_must(read_record(in, octets, sizeof(octets), &key, &value) && mdb_put(txn, db, &key, &value, 0) == 0, "putting");
	}
}

static void put_batch(MDB_env *env, const MDB_dbi db[2], FILE *in, uint64_t count)
{
	MDB_txn *txn = NULL;
	bench_must(mdb_txn_begin(env, NULL, 0, &txn) == 0, "beginning a transaction");
	put_some(txn, db[0], in, count);
	put_some(txn, db[1], in, count);
	bench_must(mdb_txn_commit(txn) == 0, "committing");
}

static void open_databases(MDB_env *env, unsigned flags, MDB_dbi db[2])
{
	MDB_txn *txn = NULL;
	bench_must(mdb_txn_begin(env, NULL, flags == 0 ? MDB_RDONLY : 0, &txn) == 0, "beginning a transaction");
	for (size_t i = 0; i < 2; i++) {
		bench_must(mdb_dbi_open(txn, names[i], flags, &db[i]) == 0, "opening a database");
	}
	bench_must(mdb_txn_commit(txn) == 0, "committing");
}

uint64_t bare_put(const char *path, const char *dir)
{
	FILE *in = fopen(path, "r");
	uint64_t total = 0;
	MDB_dbi db[2];
	bench_must(in != NULL && fread(&total, sizeof(total), 1, in) == 1, "reading records");
	bench_must(mkdir(dir, 0700) == 0, "making a directory");
	MDB_env *env = open_environment(dir, 0);
	open_databases(env, MDB_CREATE, db);
	for (uint64_t done = 0; done < total; done += BARE_BATCH) {
		put_batch(env, db, in, total - done < BARE_BATCH ? total - done : BARE_BATCH);
	}
	bench_must(fgetc(in) == EOF, "reading records to their end");
	mdb_env_close(env);
	fclose(in);
	return total;
}

static bool equal(MDB_val a, MDB_val b)
{
	return a.mv_size == b.mv_size && memcmp(a.mv_data, b.mv_data, a.mv_size) == 0;
}

static void compare_database(MDB_txn *const txn[2], const MDB_dbi db[2])
{
	MDB_cursor *cursor[2];
	MDB_val key[2], value[2];
	int rc[2] = { 0, 0 };
	for (size_t i = 0; i < 2; i++) {
		bench_must(mdb_cursor_open(txn[i], db[i], &cursor[i]) == 0, "reading a database");
	}
	while (rc[0] == 0) {
		for (size_t i = 0; i < 2; i++) {
			rc[i] = mdb_cursor_get(cursor[i], &key[i], &value[i], MDB_NEXT);
		}
		bench_must(rc[0] == rc[1] && (rc[0] == MDB_NOTFOUND || (rc[0] == 0 && equal(key[0], key[1]) &&
			equal(value[0], value[1]))), "finding the same records in both stores");
	}
	mdb_cursor_close(cursor[0]);
	mdb_cursor_close(cursor[1]);
}

void bare_compare(const char *one, const char *other)
{
	MDB_env *env[2] = { open_environment(one, MDB_RDONLY), open_environment(other, MDB_RDONLY) };
	MDB_txn *txn[2];
	MDB_dbi db[2][2];
	for (size_t i = 0; i < 2; i++) {
		open_databases(env[i], 0, db[i]);
		bench_must(mdb_txn_begin(env[i], NULL, MDB_RDONLY, &txn[i]) == 0, "beginning a transaction");
	}
	for (size_t i = 0; i < 2; i++) {
		const MDB_dbi pair[2] = { db[0][i], db[1][i] };
		compare_database(txn, pair);
	}
	for (size_t i = 0; i < 2; i++) {
		mdb_txn_abort(txn[i]);
		mdb_env_close(env[i]);
	}
}

uint64_t bare_last_write(const char *dir)
{
	MDB_env *env = open_environment(dir, MDB_RDONLY);
	MDB_envinfo info;
	bench_must(mdb_env_info(env, &info) == 0, "examining an environment");
	mdb_env_close(env);
	return info.me_last_txnid;
}
