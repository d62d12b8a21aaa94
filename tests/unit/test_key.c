/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys: canonical order, nothing lost, never too long. */
#include "registry/store/key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"

static struct name parse(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), 0);
	return n;
}

static int compare_keys(const struct key *a, const struct key *b)
{
	struct slice sa = key_slice(a);
	struct slice sb = key_slice(b);
	return slice_compare(&sa, &sb);
}

static int sign(int x)
{
	return (x > 0) - (x < 0);
}

/* RFC 4034 section 6.1, and what its example leaves out. */
static const char *const in_order[] = {
	".", "ch.", "example.", "a.example.", "yljkjljk.a.example.", "z.a.example.", "zabc.a.example.", "z.example.",
	"\\000.z.example.", "\\000\\000.z.example.", "\\001.z.example.", "\\001\\000.z.example.", "\\001\\001.z.example.",
	"\\002.z.example.", "*.z.example.", "\\200.z.example.", "\\255.z.example.", "z\\000.example.",
	"a.z\\000.example.", "z\\001.example.", "z\\.z.example.", "zz.example.",
};
#define NAMES (sizeof(in_order) / sizeof(in_order[0]))

static void test_order_is_canonical(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		for (size_t k = 0; k < NAMES; k++) {
			struct name a = parse(in_order[i]);
			struct name b = parse(in_order[k]);
			struct key ka;
			struct key kb;
			key_name(&a, &ka);
			key_name(&b, &kb);
			if (sign(compare_keys(&ka, &kb)) != sign(name_compare(&a, &b))) {
				fail_msg("%s and %s", in_order[i], in_order[k]);
			}
			uint8_t id[NSSET_OCTETS] = { 1 };
			key_nsset(id, &a, &ka);
			key_nsset(id, &b, &kb);
			if (sign(compare_keys(&ka, &kb)) != sign(name_compare(&a, &b))) {
				fail_msg("%s and %s in an NS set", in_order[i], in_order[k]);
			}
		}
	}
}

static void test_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct name a = parse(in_order[i]);
		struct name back;
		struct key key;
		key_name(&a, &key);
		assert_int_equal(key_to_name(key_slice(&key), &back), 0);
		assert_true(name_equal(&a, &back));
		uint8_t id[NSSET_OCTETS] = { 9, 8, 7, 6, 5, 4, 3, 2 };
		uint8_t id_back[NSSET_OCTETS];
		key_nsset(id, &a, &key);
		if (a.size > 1) {
			assert_int_equal(key_to_nsset(key_slice(&key), id_back, &back), 0);
			assert_true(name_equal(&a, &back));
			assert_memory_equal(id, id_back, NSSET_OCTETS);
		}
	}
}

/* Names of all label lengths and only octets that need an escape, and random ones. */
static void make_name(unsigned *seed, bool hostile, struct name *out)
{
	uint8_t octets[LIMIT_NAME_OCTETS];
	size_t size = 0;
	size_t target = 1 + (size_t)rand_r(seed) % 254;
	while (size < target) {
		size_t label = 1 + (size_t)rand_r(seed) % 63;
		if (hostile) {
			label = 63;
		}
		if (size + label + 2 > LIMIT_NAME_OCTETS) {
			label = LIMIT_NAME_OCTETS - 2 - size;
		}
		if (label == 0 || size + 2 >= LIMIT_NAME_OCTETS) {
			break;
		}
		octets[size++] = (uint8_t)label;
		for (size_t i = 0; i < label; i++) {
			octets[size++] = hostile ? (uint8_t)(rand_r(seed) % 2) : (uint8_t)(rand_r(seed) % 4);
		}
	}
	octets[size++] = 0;
	assert_int_equal(name_from_wire(octets, size, out), 0);
}

static void test_random_names(void **state)
{
	(void)state;
	unsigned seed = 42;
	size_t longest = 0;
	struct name last;
	make_name(&seed, false, &last);
	for (int i = 0; i < 20000; i++) {
		struct name n;
		make_name(&seed, i % 2 == 0, &n);
		struct key key;
		struct key last_key;
		struct name back;
		key_name(&n, &key);
		key_name(&last, &last_key);
		longest = key.size > longest ? key.size : longest;
		assert_int_equal(key_to_name(key_slice(&key), &back), 0);
		assert_true(name_equal(&n, &back));
		assert_int_equal(sign(compare_keys(&key, &last_key)), sign(name_compare(&n, &last)));
		uint8_t id[NSSET_OCTETS] = { 0 };
		key_nsset(id, &n, &key);
		assert_true(key.size <= KEY_MAX);
		last = n;
	}
	assert_true(longest > 450 && longest <= 505);
}

static void test_not_a_name(void **state)
{
	(void)state;
	static const struct {
		const char *label;
		uint8_t octets[8];
		size_t size;
	} cases[] = {
		{ "empty", { 0 }, 0 },
		{ "no leading separator", { 'c', 'h' }, 2 },
		{ "empty label", { 0, 'c', 0, 0, 'a' }, 5 },
		{ "ends in a separator", { 0, 'c', 'h', 0 }, 4 },
		{ "escape at the end", { 0, 'c', 1 }, 3 },
		{ "unknown escape", { 0, 'c', 1, 3 }, 4 },
		{ "two separators", { 0, 0 }, 2 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct name out;
		struct slice key = { .data = cases[i].octets, .size = cases[i].size };
		if (key_to_name(key, &out) != ERR_FORMAT) {
			fail_msg("%s", cases[i].label);
		}
	}
	uint8_t long_label[66] = { 0 };
	memset(long_label + 1, 'a', 65);
	struct name out;
	assert_int_equal(key_to_name((struct slice){ .data = long_label, .size = 65 }, &out), ERR_FORMAT);
	assert_int_equal(key_to_name((struct slice){ .data = long_label, .size = 64 }, &out), 0);
	uint8_t long_name[400] = { 0 };
	for (size_t i = 1; i < sizeof(long_name); i += 2) {
		long_name[i] = 'a';
	}
	assert_int_equal(key_to_name((struct slice){ .data = long_name, .size = 400 }, &out), ERR_FORMAT);
}

static void test_numbers(void **state)
{
	(void)state;
	static const uint64_t numbers[] = { 0, 1, 255, 256, 65535, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct key a;
		uint64_t x;
		uint64_t y;
		key_u64(numbers[i], &a);
		assert_int_equal(key_to_u64(key_slice(&a), &x), 0);
		assert_true(x == numbers[i]);
		assert_int_equal(key_to_u64_u64(key_slice(&a), &x, &y), ERR_FORMAT);
		if (i > 0) {
			struct key b;
			key_u64(numbers[i - 1], &b);
			assert_true(compare_keys(&b, &a) < 0);
			key_after(&b);
			assert_true(compare_keys(&b, &a) < 0);
			key_u64_u64(numbers[i - 1], UINT64_MAX, &b);
			key_u64_u64(numbers[i], 0, &a);
			assert_true(compare_keys(&b, &a) < 0);
			assert_int_equal(key_to_u64_u64(key_slice(&b), &x, &y), 0);
			assert_true(x == numbers[i - 1] && y == UINT64_MAX);
			assert_int_equal(key_to_u64(key_slice(&b), &x), ERR_FORMAT);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_is_canonical),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_random_names),
		cmocka_unit_test(test_not_a_name),
		cmocka_unit_test(test_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
