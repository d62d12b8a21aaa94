/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs: numbers, counters, progress, the end. */
#include "tests/unit/store_fixture.h"

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/runs.h"

static struct run make_run(const char *origin)
{
	return (struct run){ .generation = 4, .origin = fixture_name(origin), .began = FIXTURE_NOW };
}

static void test_numbers_and_values(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r;
	assert_int_equal(run_last(t, &r), ERR_NOTFOUND);
	assert_int_equal(run_get(t, 1, &r), ERR_NOTFOUND);
	r = make_run("ch.");
	r.only = fixture_name("example.ch.");
	memset(r.policy, 7, sizeof(r.policy));
	memset(r.table, 9, sizeof(r.table));
	assert_int_equal(run_new(t, &r), 0);
	assert_int_equal(r.number, 1);
	r.children = 12;
	r.changes = 3;
	r.questions = 4000000000u;
	r.sequence = 5;
	r.counts[REASON_NOOP_IN_SYNC] = 9;
	r.counts[RUN_REASONS - 1] = UINT64_MAX;
	r.warnings[REASON_DRIFT_DS_UNUSABLE] = 11;
	r.warnings[REASON_NOOP_IN_SYNC] = 1;
	r.is_research = true;
	assert_int_equal(run_put(t, &r), 0);
	fixture_commit(t);

	t = fixture_begin(f, STORE_READ);
	struct run back;
	assert_int_equal(run_get(t, 1, &back), 0);
	assert_int_equal(back.state, RUN_OPEN);
	assert_true(name_equal(&back.only, &r.only) && name_equal(&back.origin, &r.origin));
	assert_true(back.generation == 4 && back.began == FIXTURE_NOW && back.ended == 0);
	assert_true(back.children == 12 && back.changes == 3 && back.questions == 4000000000u && back.sequence == 5);
	assert_true(back.is_research);
	assert_memory_equal(back.policy, r.policy, sizeof(r.policy));
	assert_memory_equal(back.table, r.table, sizeof(r.table));
	assert_memory_equal(back.counts, r.counts, sizeof(r.counts));
	assert_memory_equal(back.warnings, r.warnings, sizeof(r.warnings));
	fixture_commit(t);
}

static const uint8_t policy_hash[SHA256_OCTETS] = { 1, 2, 3 };
static const uint8_t table_hash[SHA256_OCTETS] = { 4, 5, 6 };
static const uint8_t limits_hash[SHA256_OCTETS] = { 7, 8, 9 };

/* A run that says it is of one version and has the fields of another: 2 brought the algorithm table, 3 the warnings,
 * 4 what became of the changes, 5 whether the source was too old. */
static void put_raw(struct txn *t, uint64_t number, uint8_t version, unsigned fields)
{
	uint8_t octets[512];
	struct wire w = wire_writer(octets, sizeof(octets));
	struct name origin = fixture_name("ch.");
	wire_write_u8(&w, version);
	wire_write_u8(&w, RUN_OPEN);
	wire_write_u64(&w, 4);
	wire_write_u8(&w, origin.size);
	wire_write(&w, origin.octets, origin.size);
	wire_write_u8(&w, 0);
	wire_write_u64(&w, FIXTURE_NOW);
	wire_write_u64(&w, 0);
	wire_write(&w, policy_hash, sizeof(policy_hash));
	if (fields >= 2) {
		wire_write(&w, table_hash, sizeof(table_hash));
	}
	for (size_t i = 0; i < 4; i++) {
		wire_write_u64(&w, i);
	}
	wire_write_u16(&w, 0);
	if (fields >= 3) {
		wire_write_u16(&w, 1);
		wire_write_u16(&w, REASON_DRIFT_DS_UNUSABLE);
		wire_write_u64(&w, 7);
	}
	if (fields >= 4) {
		wire_write(&w, limits_hash, sizeof(limits_hash));
	}
	for (unsigned i = 0; fields >= 4 && i < 3; i++) {
		wire_write_u64(&w, 100 + i);
	}
	if (fields >= 5) {
		wire_write_u8(&w, 1);
	}
	assert_false(wire_error(&w));
	struct key k;
	key_u64(number, &k);
	assert_int_equal(db_put(t, DB_RUN, key_slice(&k), (struct slice){ .data = octets, .size = w.pos }), 0);
}

/* As they were written before; a newer one is refused, not guessed at, and so is one that is not what it says. */
static void test_older_and_newer(void **state)
{
	struct fixture *f = *state;
	static const struct {
		uint8_t version;
		unsigned fields;
		int rc;
	} cases[] = {
		{ 0, 1, ERR_FORMAT }, { 1, 1, 0 }, { 2, 2, 0 }, { 3, 3, 0 }, { 4, 4, 0 }, { 5, 5, 0 }, { 6, 5, ERR_VERSION },
		{ 1, 2, ERR_FORMAT }, { 2, 1, ERR_FORMAT }, { 2, 3, ERR_FORMAT }, { 3, 2, ERR_FORMAT }, { 3, 4, ERR_FORMAT },
		{ 4, 3, ERR_FORMAT }, { 4, 5, ERR_FORMAT }, { 5, 4, ERR_FORMAT },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		static const uint8_t zeros[SHA256_OCTETS];
		struct run r;
		put_raw(t, i + 1, cases[i].version, cases[i].fields);
		assert_int_equal(run_get(t, i + 1, &r), cases[i].rc);
		if (cases[i].rc == 0) {
			assert_memory_equal(r.policy, policy_hash, sizeof(policy_hash));
			assert_memory_equal(r.table, cases[i].version >= 2 ? table_hash : zeros, sizeof(table_hash));
			assert_int_equal(r.warnings[REASON_DRIFT_DS_UNUSABLE], cases[i].version >= 3 ? 7 : 0);
			assert_int_equal(r.sequence, 3);
			assert_memory_equal(r.limits, cases[i].version >= 4 ? limits_hash : policy_hash, sizeof(limits_hash));
			assert_int_equal(r.released, cases[i].version >= 4 ? 100 : 0);
			assert_int_equal(r.braked, cases[i].version >= 4 ? 101 : 0);
			assert_int_equal(r.frozen, cases[i].version >= 4 ? 102 : 0);
			assert_int_equal(r.is_research, cases[i].version >= 5);
		}
		txn_abort(t);
	}
}

static void test_every_reason_fits(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run r = make_run("ch.");
	for (size_t i = 0; i < RUN_REASONS; i++) {
		r.counts[i] = i + 1;
		r.warnings[i] = UINT64_MAX - i;
	}
	assert_int_equal(run_new(t, &r), 0);
	struct run back;
	assert_int_equal(run_last(t, &back), 0);
	assert_memory_equal(back.counts, r.counts, sizeof(r.counts));
	assert_memory_equal(back.warnings, r.warnings, sizeof(r.warnings));
	fixture_commit(t);
}

static void test_runs_in_order(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run ch = make_run("ch.");
	struct run li = make_run("li.");
	assert_int_equal(run_new(t, &ch), 0);
	assert_int_equal(run_new(t, &li), 0);
	struct run back;
	assert_int_equal(run_get(t, 1, &back), 0);
	assert_true(back.state == RUN_OPEN && name_equal(&back.origin, &ch.origin));
	assert_int_equal(run_finish(t, f->crypto, &ch, RUN_FINISHED, FIXTURE_NOW + 60), 0);
	assert_int_equal(run_get(t, 2, &back), 0);
	assert_true(back.state == RUN_OPEN && name_equal(&back.origin, &li.origin));
	assert_int_equal(run_last(t, &back), 0);
	assert_int_equal(back.number, 2);
	assert_int_equal(run_previous(t, 2, &back), 0);
	assert_true(back.number == 1 && back.state == RUN_FINISHED && back.ended == FIXTURE_NOW + 60);
	assert_int_equal(run_previous(t, 1, &back), ERR_NOTFOUND);
	/* A run ends once. */
	assert_int_equal(run_finish(t, f->crypto, &ch, RUN_FINISHED, FIXTURE_NOW + 61), ERR_ARG);
	assert_int_equal(txn_commit(t), ERR_ARG);
}

static void test_progress(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct run a = make_run("ch.");
	struct run b = make_run("li.");
	assert_int_equal(run_new(t, &a), 0);
	assert_int_equal(run_new(t, &b), 0);
	static const uint8_t sets[3][NSSET_OCTETS] = { { 0 }, { 1, 2, 3, 4, 5, 6, 7, 8 },
		{ 255, 255, 255, 255, 255, 255, 255, 255 } };
	struct name last = fixture_name("b.ch.");
	struct name back;
	bool done = true;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(run_progress_get(t, a.number, sets[i], &back, &done), ERR_NOTFOUND);
		assert_int_equal(run_progress_put(t, a.number, sets[i], &last, i == 2), 0);
		assert_int_equal(run_progress_put(t, b.number, sets[i], &(struct name){ 0 }, true), 0);
		assert_int_equal(run_progress_get(t, a.number, sets[i], &back, &done), 0);
		assert_true(name_equal(&back, &last));
		assert_int_equal(done, i == 2);
	}
	assert_int_equal(run_finish(t, f->crypto, &a, RUN_PARTIAL, FIXTURE_NOW), 0);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(run_progress_get(t, a.number, sets[i], &back, &done), ERR_NOTFOUND);
		assert_int_equal(run_progress_get(t, b.number, sets[i], &back, &done), 0);
		assert_int_equal(back.size, 0);
		assert_true(done);
	}
	fixture_commit(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numbers_and_values, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_older_and_newer, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_every_reason_fits, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_runs_in_order, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_progress, fixture_setup, fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
