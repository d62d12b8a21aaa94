/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stores of older formats: read as they are, migrated when opened to write. */
#include "tests/unit/store_fixture.h"

#include <lmdb.h>

#include "registry/store/absent.h"
#include "registry/store/backup.h"
#include "registry/store/db.h"
#include "registry/store/identity.h"
#include "registry/store/verify.h"

static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){ 0 };
	fixture_make(&f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

/* The databases that format 1 had, and those that formats 2 and 3 brought. */
static const char *const old_databases[] = { "meta", "generation", "delegation", "nsset", "state", "decision", "evidence",
	"event", "change", "outstanding", "policy", "table", "run", "progress", "operator", "notice", "queue", "absent" };

static void must(int rc)
{
	if (rc != 0) {
		fail_msg("%s", mdb_strerror(rc));
	}
}

/* A store that says it is of a format, and has the databases of one. */
static void make_old_store(struct fixture *f, uint8_t format, uint8_t has)
{
	size_t count = sizeof(old_databases) / sizeof(old_databases[0]) - (has == 1 ? 4 : has == 2 ? 1 : 0);
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi db;
	must(mdb_env_create(&env));
	must(mdb_env_set_maxdbs(env, 32));
	must(mdb_env_open(env, f->dir, MDB_NOTLS, 0600));
	must(mdb_txn_begin(env, NULL, 0, &txn));
	for (size_t i = 0; i < count; i++) {
		must(mdb_dbi_open(txn, old_databases[i], MDB_CREATE, &db));
	}
	static char name[] = "store";
	struct store_options o = fixture_options(f, STORE_WRITE);
	uint8_t octets[IDENTITY_OCTETS];
	identity_encode(&o, octets);
	octets[4] = format;
	MDB_val key = { .mv_size = 5, .mv_data = name };
	MDB_val value = { .mv_size = sizeof(octets), .mv_data = octets };
	must(mdb_dbi_open(txn, "meta", 0, &db));
	must(mdb_put(txn, db, &key, &value, 0));
	must(mdb_txn_commit(txn));
	mdb_env_close(env);
}

static uint32_t format_now(struct fixture *f)
{
	struct store_identity i;
	store_identity(f->store, &i);
	assert_string_equal(i.uuid, "00112233-4455-6677-8899-aabbccddeeff");
	assert_int_equal(i.epoch, 1);
	return i.format;
}

/* Read as it is, with what it does not have empty; brought to this format when it is opened to write. */
static void check_older_format(struct fixture *f, uint8_t format)
{
	const struct slice none = { 0 };
	struct slice key;
	struct slice value;
	struct db_cursor *cursor;
	struct key k;
	uint64_t count;
	key_u64(1, &k);
	make_old_store(f, format, format);
	for (int i = 0; i < 2; i++) {
		fixture_open(f, STORE_READ);
		assert_int_equal(format_now(f), format);
		struct txn *t = fixture_begin(f, STORE_READ);
		assert_int_equal(db_get(t, DB_NOTICE, key_slice(&k), &value), ERR_NOTFOUND);
		assert_int_equal(db_get(t, DB_ABSENT, key_slice(&k), &value), ERR_NOTFOUND);
		assert_int_equal(db_get(t, DB_SERVED, key_slice(&k), &value), ERR_NOTFOUND);
		assert_int_equal(db_seek(t, DB_QUEUE, none, &key, &value), ERR_NOTFOUND);
		assert_int_equal(db_seek_last(t, DB_OPERATOR, none, &key, &value), ERR_NOTFOUND);
		assert_int_equal(db_cursor_open(t, DB_OPERATOR, none, &cursor), 0);
		assert_int_equal(db_cursor_next(cursor, &key, &value), ERR_NOTFOUND);
		db_cursor_close(cursor);
		assert_int_equal(db_count(t, DB_QUEUE, &count), 0);
		assert_int_equal(count, 0);
		fixture_commit(t);
		struct verify_report report;
		assert_int_equal(store_verify(f->store, f->crypto, NULL, NULL, NULL, &report), 0);
		assert_int_equal(report.faults, 0);
		fixture_close(f);
	}
	for (int i = 0; i < 2; i++) {
		fixture_open(f, STORE_WRITE);
		assert_int_equal(format_now(f), STORE_FORMAT);
		struct txn *t = fixture_begin(f, STORE_WRITE);
		assert_int_equal(db_put(t, DB_QUEUE, key_slice(&k), key_slice(&k)), 0);
		assert_int_equal(db_get(t, DB_QUEUE, key_slice(&k), &value), 0);
		assert_int_equal(db_put(t, DB_ABSENT, key_slice(&k), key_slice(&k)), 0);
		assert_int_equal(db_put(t, DB_SERVED, key_slice(&k), key_slice(&k)), 0);
		txn_abort(t);
		fixture_close(f);
	}
	fixture_open(f, STORE_READ);
	assert_int_equal(format_now(f), STORE_FORMAT);
}

static void assert_gone_since(const char *dir, uint64_t now)
{
	const struct store_options o = { .mode = STORE_READ, .must_exist = true, .max_size = FIXTURE_MAP };
	struct store *s = NULL;
	struct txn *t;
	struct name name = fixture_name("a.ch.");
	struct key key;
	struct slice found;
	uint64_t since = 0;
	char why[256];
	assert_int_equal(store_open(dir, &o, &s, why), 0);
	assert_int_equal(txn_begin(s, STORE_READ, &t), 0);
	key_name(&name, &key);
	assert_int_equal(db_get(t, DB_ABSENT, key_slice(&key), &found), 0);
	assert_int_equal(absent_decode(found, &since), 0);
	assert_int_equal(since, now);
	txn_abort(t);
	store_close(s);
}

/* A child whose delegation had gone before format 3 is gone since the migration; one that is there is not. */
static void test_gone_before(void **state)
{
	struct fixture *f = *state;
	MDB_env *env;
	MDB_txn *txn;
	MDB_dbi db;
	struct key key;
	struct slice found;
	uint64_t since = 0;
	static const char *const children[] = { "a.ch.", "b.ch." };
	static char x[] = "x";
	MDB_val value = { .mv_size = 1, .mv_data = x };
	make_old_store(f, 2, 2);
	must(mdb_env_create(&env));
	must(mdb_env_set_maxdbs(env, 32));
	must(mdb_env_open(env, f->dir, MDB_NOTLS, 0600));
	must(mdb_txn_begin(env, NULL, 0, &txn));
	for (size_t i = 0; i < 2; i++) {
		struct name name = fixture_name(children[i]);
		key_name(&name, &key);
		MDB_val k = { .mv_size = key.size, .mv_data = key.octets };
		must(mdb_dbi_open(txn, "state", 0, &db));
		must(mdb_put(txn, db, &k, &value, 0));
		if (i == 1) {
			must(mdb_dbi_open(txn, "delegation", 0, &db));
			must(mdb_put(txn, db, &k, &value, 0));
		}
	}
	must(mdb_txn_commit(txn));
	mdb_env_close(env);
	/* A backup of it is migrated when it is marked. */
	char path[96];
	char why[256];
	struct backup_report report;
	snprintf(path, sizeof(path), "%s/backup", f->dir);
	fixture_open(f, STORE_READ);
	assert_int_equal(store_backup(f->store, path, FIXTURE_NOW + 7, &report, why), 0);
	fixture_close(f);
	assert_gone_since(path, FIXTURE_NOW + 7);
	fixture_open(f, STORE_WRITE);
	struct txn *t = fixture_begin(f, STORE_READ);
	struct name name = fixture_name("a.ch.");
	key_name(&name, &key);
	assert_int_equal(db_get(t, DB_ABSENT, key_slice(&key), &found), 0);
	assert_int_equal(absent_decode(found, &since), 0);
	assert_int_equal(since, FIXTURE_NOW);
	name = fixture_name("b.ch.");
	key_name(&name, &key);
	assert_int_equal(db_get(t, DB_ABSENT, key_slice(&key), &found), ERR_NOTFOUND);
	fixture_commit(t);
}

static void test_format_1(void **state)
{
	check_older_format(*state, 1);
}

static void test_format_2(void **state)
{
	check_older_format(*state, 2);
}

static void test_format_3(void **state)
{
	check_older_format(*state, 3);
}

/* One that is said to be of a format, and does not have what that one had. */
static void test_format_without_its_databases(void **state)
{
	struct fixture *f = *state;
	make_old_store(f, 2, 1);
	const struct store_options o = fixture_options(f, STORE_READ);
	struct store *s = NULL;
	char why[256] = "";
	assert_int_equal(store_open(f->dir, &o, &s, why), ERR_STORE);
	assert_non_null(strstr(why, "is damaged"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_format_1, setup, teardown),
		cmocka_unit_test_setup_teardown(test_format_2, setup, teardown),
		cmocka_unit_test_setup_teardown(test_format_3, setup, teardown),
		cmocka_unit_test_setup_teardown(test_gone_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_format_without_its_databases, setup, teardown),
	};
	return cmocka_run_group_tests_name("store_format", tests, NULL, NULL);
}
