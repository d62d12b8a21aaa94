/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache of hosts: expiry, replacing, the oldest go first. */
#include "scanner/net/host_cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#define MANY 5000

static struct name name_of(unsigned i)
{
	char text[64];
	struct name name;
	snprintf(text, sizeof(text), "ns%u.example.", i);
	assert_int_equal(name_from_text(text, &name), 0);
	return name;
}

static struct host host_of(unsigned i)
{
	struct host host = { .status = HOST_RESOLVED, .count = (uint8_t)(i % (LIMIT_HOST_ADDRESSES + 1)) };
	for (uint8_t k = 0; k < host.count; k++) {
		host.addresses[k] = (struct address){ .family = 4,
			.octets = { 192, (uint8_t)(i >> 8), (uint8_t)i, k } };
	}
	return host;
}

static void put(struct host_cache *cache, unsigned i, uint64_t expires_ms)
{
	struct name name = name_of(i);
	struct host host = host_of(i);
	host_cache_put(cache, &name, &host, expires_ms);
}

static bool get(struct host_cache *cache, unsigned i, uint64_t now_ms)
{
	struct name name = name_of(i);
	struct host host;
	if (!host_cache_get(cache, &name, now_ms, &host)) {
		return false;
	}
	struct host expected = host_of(i);
	assert_int_equal(host.status, expected.status);
	assert_int_equal(host.count, expected.count);
	for (uint8_t k = 0; k < host.count; k++) {
		assert_int_equal(address_compare(&host.addresses[k], &expected.addresses[k]), 0);
	}
	return true;
}

static void test_put_and_get(void **state)
{
	(void)state;
	struct host_cache *cache = host_cache_new(MANY, 1);
	for (unsigned i = 0; i < MANY; i++) {
		assert_false(get(cache, i, 0));
		put(cache, i, 100);
	}
	for (unsigned i = 0; i < MANY; i++) {
		assert_true(get(cache, i, 99));
	}
	assert_int_equal(host_cache_count(cache), MANY);
	host_cache_free(cache);
}

static void test_expiry(void **state)
{
	(void)state;
	struct host_cache *cache = host_cache_new(MANY, 2);
	put(cache, 1, 100);
	put(cache, 2, 200);
	assert_true(get(cache, 1, 99));
	assert_false(get(cache, 1, 100));
	assert_false(get(cache, 1, 0));
	assert_true(get(cache, 2, 100));
	assert_int_equal(host_cache_count(cache), 1);
	host_cache_free(cache);
}

static void test_oldest_go_first(void **state)
{
	(void)state;
	struct host_cache *cache = host_cache_new(3, 3);
	put(cache, 1, 100);
	put(cache, 2, 100);
	put(cache, 3, 100);
	put(cache, 1, 200);	/* is young again */
	put(cache, 4, 100);
	assert_int_equal(host_cache_count(cache), 3);
	assert_false(get(cache, 2, 0));
	assert_true(get(cache, 1, 150));
	assert_true(get(cache, 3, 0));
	assert_true(get(cache, 4, 0));
	for (unsigned i = 10; i < 10 + MANY; i++) {
		put(cache, i, 100);
		assert_true(get(cache, i, 0));
		assert_int_equal(host_cache_count(cache), 3);
	}
	host_cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_get),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_oldest_go_first),
	};
	return cmocka_run_group_tests_name("host_cache", tests, NULL, NULL);
}
