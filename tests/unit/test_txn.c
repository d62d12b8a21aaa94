/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of one database by the cursor that its transaction shares, against a plain array: by chance, through splits, emptied pages,
 * commits and what is given up. */
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "tests/unit/store_fixture.h"

#define KEYS 600
#define ROUNDS 60
#define STEPS 400
/* A few to a page. */
#define VALUE_MAX 900

/* Octets of the value by key; 0: there is none. Every octet of it is its size. */
struct model {
	uint16_t sizes[KEYS];
};

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static uint64_t last_key(const struct model *m)
{
	uint64_t last = 0;
	for (uint64_t k = 1; k < KEYS; k++) {
		last = m->sizes[k] > 0 ? k : last;
	}
	return last;
}

static void expect_octets(const struct model *m, uint64_t k, struct slice value)
{
	uint8_t octets[VALUE_MAX];
	memset(octets, (uint8_t)m->sizes[k], m->sizes[k]);
	assert_int_equal(value.size, m->sizes[k]);
	assert_memory_equal(value.data, octets, value.size);
}

static void put_one(struct txn *t, struct model *m, uint64_t k, uint32_t chance)
{
	uint8_t octets[VALUE_MAX];
	uint16_t size = (uint16_t)(1 + (chance >> 8) % VALUE_MAX);
	struct slice value = { octets, size };
	struct key key;
	key_u64(k, &key);
	memset(octets, (uint8_t)size, size);
	int rc = chance % 2 == 0 ? db_put(t, DB_RUN, key_slice(&key), value) : db_put_filling(t, DB_RUN, key_slice(&key), value);
	assert_int_equal(rc, 0);
	m->sizes[k] = size;
}

static void look(struct txn *t, const struct model *m, uint64_t k)
{
	struct key key;
	struct slice found;
	struct slice value;
	uint64_t number;
	uint64_t at = k;
	key_u64(k, &key);
	assert_int_equal(db_get(t, DB_RUN, key_slice(&key), &value), m->sizes[k] > 0 ? 0 : ERR_NOTFOUND);
	if (m->sizes[k] > 0) {
		expect_octets(m, k, value);
	}
	while (at < KEYS && m->sizes[at] == 0) {
		at++;
	}
	assert_int_equal(db_seek(t, DB_RUN, key_slice(&key), &found, &value), at < KEYS ? 0 : ERR_NOTFOUND);
	if (at < KEYS) {
		assert_int_equal(key_to_u64(found, &number), 0);
		assert_int_equal(number, at);
		expect_octets(m, at, value);
	}
	for (at = k; at > 0 && m->sizes[at - 1] == 0;) {
		at--;
	}
	assert_int_equal(db_seek_last(t, DB_RUN, key_slice(&key), &found, &value), at > 0 ? 0 : ERR_NOTFOUND);
	if (at > 0) {
		assert_int_equal(key_to_u64(found, &number), 0);
		assert_int_equal(number, at - 1);
		expect_octets(m, at - 1, value);
	}
}

static void remove_some(struct txn *t, struct model *m, uint64_t first, uint64_t count)
{
	for (uint64_t k = first; k < first + count && k < KEYS; k++) {
		struct key key;
		key_u64(k, &key);
		assert_int_equal(db_del(t, DB_RUN, key_slice(&key)), m->sizes[k] > 0 ? 0 : ERR_NOTFOUND);
		m->sizes[k] = 0;
	}
}

static void step(struct txn *t, struct model *m, uint32_t *seed)
{
	uint32_t chance = next_random(seed);
	uint64_t k = next_random(seed) % KEYS;
	switch (chance >> 28) {
	case 0:
		remove_some(t, m, k, chance % 40);
		break;
	case 1:
	case 2:
		remove_some(t, m, k, 1);
		break;
	case 3:
	case 4:
	case 5:
		look(t, m, k);
		break;
	case 6:
	case 7:
		/* In order, and then behind all others. */
		for (uint64_t i = k; i < KEYS && i < k + 8; i++) {
			put_one(t, m, i, chance);
		}
		break;
	case 8:
		if (last_key(m) + 1 < KEYS) {
			put_one(t, m, last_key(m) + 1, chance | 1);
		}
		break;
	default:
		put_one(t, m, k, chance);
	}
}

static void expect_all(struct fixture *f, const struct model *m)
{
	struct txn *t = fixture_begin(f, STORE_READ);
	uint64_t count = 0;
	uint64_t stored;
	for (uint64_t k = 0; k < KEYS; k++) {
		look(t, m, k);
		count += m->sizes[k] > 0;
	}
	assert_int_equal(db_count(t, DB_RUN, &stored), 0);
	assert_int_equal(stored, count);
	txn_abort(t);
}

static void test_by_chance(void **state)
{
	struct fixture *f = *state;
	struct model kept = { .sizes = { 0 } };
	uint32_t seed = 4034;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct model m = kept;
		struct txn *t = fixture_begin(f, STORE_WRITE);
		for (unsigned i = 0; i < STEPS; i++) {
			step(t, &m, &seed);
		}
		/* Everything goes now and then. */
		if (round % 10 == 9) {
			remove_some(t, &m, 0, KEYS);
			look(t, &m, KEYS / 2);
			put_one(t, &m, 7, seed);
		}
		if (round % 4 == 3) {
			txn_abort(t);
		} else {
			assert_int_equal(txn_commit(t), 0);
			kept = m;
		}
		expect_all(f, &kept);
	}
}

/* What does not come behind the last record is put all the same, and replaces what was there. */
static void test_filling(void **state)
{
	struct fixture *f = *state;
	uint8_t octets[700] = { 0 };
	struct key key;
	struct slice value = { octets, sizeof(octets) };
	for (unsigned filling = 0; filling < 2; filling++) {
		struct txn *t = fixture_begin(f, STORE_WRITE);
		for (uint64_t k = 1; k <= 100; k++) {
			key_u64(k, &key);
			assert_int_equal(filling ? db_put_filling(t, DB_EVIDENCE, key_slice(&key), value)
				: db_put(t, DB_DECISION, key_slice(&key), value), 0);
		}
		/* Neither a conflict nor a second record. */
		key_u64(50, &key);
		value.size = 5;
		assert_int_equal(db_put_filling(t, filling ? DB_EVIDENCE : DB_DECISION, key_slice(&key), value), 0);
		value.size = sizeof(octets);
		assert_int_equal(txn_commit(t), 0);
	}
	struct txn *t = fixture_begin(f, STORE_READ);
	uint64_t count;
	struct slice found;
	assert_int_equal(db_count(t, DB_EVIDENCE, &count), 0);
	assert_int_equal(count, 100);
	assert_int_equal(db_get(t, DB_EVIDENCE, key_slice(&key), &found), 0);
	assert_int_equal(found.size, 5);
	txn_abort(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_by_chance, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_filling, fixture_setup, fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
