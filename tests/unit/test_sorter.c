/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The external sort against a plain one: keys that begin alike, with zeros, of any length; many runs, twice read. */
#include "registry/source/sorter.h"
#include "tests/unit/store_fixture.h"

struct entry {
	uint8_t key[40];
	size_t key_size;
	uint8_t value[200];
	size_t value_size;
};

static int octets_compare(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	int order = memcmp(a, b, a_size < b_size ? a_size : b_size);
	return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

static int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a;
	const struct entry *y = b;
	int order = octets_compare(x->key, x->key_size, y->key, y->key_size);
	return order != 0 ? order : octets_compare(x->value, x->value_size, y->value, y->value_size);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Few different octets, so that much is equal and much is a prefix of something. */
static struct entry random_entry(uint32_t *seed, size_t common, size_t value_max)
{
	struct entry e = { .key_size = common + next_random(seed) % 6 };
	memset(e.key, 7, common);
	for (size_t i = common; i < e.key_size; i++) {
		e.key[i] = (uint8_t)(next_random(seed) % 3);
	}
	e.value_size = next_random(seed) % (value_max + 1);
	for (size_t i = 0; i < e.value_size; i++) {
		e.value[i] = (uint8_t)(next_random(seed) % 2 * 255);
	}
	return e;
}

static void expect_sorted(struct sorter *s, const struct entry *entries, size_t count, const char *what)
{
	assert_int_equal(sorter_rewind(s), 0);
	struct slice key;
	struct slice value;
	bool end = false;
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && entry_compare(&entries[i], &entries[i - 1]) == 0) {
			continue;
		}
		assert_int_equal(sorter_next(s, &key, &value, &end), 0);
		if (end || octets_compare(key.data, key.size, entries[i].key, entries[i].key_size) != 0
			|| octets_compare(value.data, value.size, entries[i].value, entries[i].value_size) != 0) {
			fail_msg("%s: entry %zu differs", what, i);
		}
	}
	assert_int_equal(sorter_next(s, &key, &value, &end), 0);
	assert_true(end);
}

static void test_sort(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *name;
		size_t count, common, value_max;
	} rows[] = {
		{ "nothing", 0, 0, 0 },
		{ "one", 1, 0, 4 },
		{ "in memory", 500, 0, 4 },
		{ "in memory, common beginning", 500, 30, 4 },
		{ "in memory, empty values", 500, 2, 0 },
		{ "two runs", 1500, 3, 4 },
		{ "many runs", 40000, 9, 20 },
		{ "many runs of long values", 8000, 0, 200 },
	};
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		uint32_t seed = 2463534242u + (uint32_t)r;
		struct entry *entries = calloc(rows[r].count + 1, sizeof(*entries));
		struct sorter *s = sorter_new(f->dir, 0);
		assert_true(entries != NULL && s != NULL);
		for (size_t i = 0; i < rows[r].count; i++) {
			struct entry *e = &entries[i];
			*e = random_entry(&seed, rows[r].common, rows[r].value_max);
			assert_int_equal(sorter_add(s, (struct slice){ e->key, e->key_size }, (struct slice){ e->value, e->value_size }), 0);
		}
		qsort(entries, rows[r].count, sizeof(*entries), entry_compare);
		expect_sorted(s, entries, rows[r].count, rows[r].name);
		expect_sorted(s, entries, rows[r].count, rows[r].name);
		assert_int_equal(sorter_add(s, (struct slice){ (const uint8_t *)"k", 1 }, (struct slice){ NULL, 0 }), ERR_ARG);
		sorter_free(s);
		free(entries);
	}
	/* The temporary files have no name. */
	char path[128];
	snprintf(path, sizeof(path), "%s", f->dir);
	assert_int_equal(rmdir(path), 0);
}

static void test_sizes(void **state)
{
	struct fixture *f = *state;
	static const uint8_t octets[SORTER_PART_MAX + 1] = { 1 };
	struct sorter *s = sorter_new(f->dir, 0);
	assert_non_null(s);
	const struct slice full = { octets, SORTER_PART_MAX };
	const struct slice over = { octets, SORTER_PART_MAX + 1 };
	assert_int_equal(sorter_add(s, over, full), ERR_LIMIT);
	assert_int_equal(sorter_add(s, full, over), ERR_LIMIT);
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(sorter_add(s, full, full), 0);
	}
	assert_int_equal(sorter_rewind(s), 0);
	struct slice key;
	struct slice value;
	bool end = true;
	assert_int_equal(sorter_next(s, &key, &value, &end), 0);
	assert_true(!end && key.size == SORTER_PART_MAX && value.size == SORTER_PART_MAX);
	assert_int_equal(sorter_next(s, &key, &value, &end), 0);
	assert_true(end);
	sorter_free(s);
	sorter_free(NULL);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sort, setup, teardown),
		cmocka_unit_test_setup_teardown(test_sizes, setup, teardown),
	};
	return cmocka_run_group_tests_name("sorter", tests, NULL, NULL);
}
