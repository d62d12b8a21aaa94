/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The price list: what makes work dearer makes its price higher, and nothing is free. What the work takes is measured by
 * tests/bench/bench_hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "validate/dnssec/cost.h"
#include "validate/wire/limits.h"

/* An RSA key: exponent of so many octets that begins and goes on with these, modulus of so many octets. */
static struct dnskey rsa(uint8_t octets[600], uint8_t first, uint8_t rest, size_t exponent, size_t modulus)
{
	memset(octets, 0xff, 600);
	octets[0] = (uint8_t)exponent;
	memset(octets + 1, rest, exponent);
	octets[1] = first;
	return (struct dnskey){ .algorithm = 8, .key = { octets, 1 + exponent + modulus } };
}

static uint32_t verify_rsa(uint8_t first, uint8_t rest, size_t exponent, size_t modulus)
{
	uint8_t octets[600];
	const struct dnskey key = rsa(octets, first, rest, exponent, modulus);
	return cost_verify(&key, 0);
}

static uint32_t verify(uint8_t algorithm, size_t octets)
{
	static const uint8_t none[114];
	const struct dnskey key = { .algorithm = algorithm, .key = { none, sizeof none } };
	return cost_verify(&key, octets);
}

static void test_algorithms(void **state)
{
	(void)state;
	static const uint8_t dearer[] = { 253, 13, 15, 16, 14 };
	for (size_t i = 0; i < sizeof dearer; i++) {
		const struct dnskey key = { .algorithm = dearer[i] };
		assert_true(cost_import(&key) > 0);
		assert_true(verify(dearer[i], 0) > (i == 0 ? 0 : verify(dearer[i - 1], 0)));
		assert_true(verify(dearer[i], 65536) >= verify(dearer[i], 0) + 65536);
	}
	/* SHAKE256 is slower than all SHA. */
	assert_true(verify(16, 65536) - verify(16, 0) > verify(14, 65536) - verify(14, 0));
	/* A roll of P-384 at four providers that sign for themselves fits, and not many more do. */
	assert_true(20 * verify(14, 500) < LIMIT_COST_NS && 24 * verify(14, 500) > LIMIT_COST_NS);
}

static void test_rsa(void **state)
{
	(void)state;
	assert_true(verify_rsa(3, 0, 1, 256) < verify_rsa(1, 0, 3, 256));	/* bits of the exponent */
	assert_true(verify_rsa(1, 0, 3, 256) < verify_rsa(1, 1, 3, 256));	/* bits that are set */
	assert_true(verify_rsa(1, 0, 3, 256) < verify_rsa(1, 0, 5, 256));
	assert_true(verify_rsa(1, 0, 3, 256) * 2 < verify_rsa(1, 0, 3, 512));
	assert_true(verify_rsa(255, 255, 5, 500) > verify_rsa(255, 255, 5, 512));	/* no whole blocks */
	assert_true(verify_rsa(255, 255, 5, 504) < 1000000);
	/* What is refused without arithmetic costs next to nothing: an exponent or a modulus too long, no key at all. */
	assert_true(verify_rsa(255, 255, 6, 512) < verify_rsa(3, 0, 1, 64));
	assert_true(verify_rsa(255, 255, 5, 513) < verify_rsa(3, 0, 1, 64));
	assert_true(verify_rsa(255, 255, 200, 0) < verify_rsa(3, 0, 1, 64));
	for (uint8_t algorithm = 5; algorithm <= 10; algorithm++) {
		uint8_t octets[600];
		struct dnskey key = rsa(octets, 3, 0, 1, 128);
		key.algorithm = algorithm;
		bool is_rsa = algorithm != 6 && algorithm != 9;
		assert_true((cost_verify(&key, 0) > 5000) == is_rsa);
		assert_true((cost_import(&key) > 10000) == is_rsa);
	}
}

static void test_messages(void **state)
{
	(void)state;
	uint8_t octets[12] = { 0 };
	const struct slice message = { octets, sizeof octets };
	uint32_t empty = cost_message(message);
	assert_true(empty > 0);
	uint32_t one = 0;
	for (size_t i = 5; i < 12; i += 2) {
		octets[i] = 1;
		assert_true(cost_message(message) > empty);
		one = one == 0 ? cost_message(message) : one;
		assert_int_equal(cost_message(message), one);
		octets[i] = 0;
	}
	memset(octets, 0xff, sizeof octets);
	assert_int_equal(cost_message(message), empty + LIMIT_MESSAGE_RECORDS * (one - empty));
	assert_true(cost_message((struct slice){ octets, 11 }) <= empty);
	octets[4] = octets[5] = octets[6] = octets[7] = octets[8] = octets[9] = octets[10] = octets[11] = 0;
	static uint8_t large[LIMIT_MESSAGE_OCTETS];
	assert_true(cost_message((struct slice){ large, sizeof large }) > empty + LIMIT_MESSAGE_OCTETS);
}

static void test_searches(void **state)
{
	(void)state;
	assert_true(cost_gather(0) > 0 && cost_gather(512) > 10 * cost_gather(1));
	assert_true(cost_search(1, 0) > 0 && cost_search(32, 1) >= 32 * cost_search(1, 0));
	assert_true(cost_search(1, 32) > cost_search(1, 1));
	assert_true(cost_prepare(0) > 0 && cost_prepare(65536) > cost_prepare(0) + 65536);
	assert_true(cost_digest(0, 0) > 0 && cost_digest(1000, 0) > cost_digest(0, 0) + 1000);
	assert_true(cost_digest(0, 1000) > cost_digest(0, 0) + 1000);
}

static void test_nsec3(void **state)
{
	(void)state;
	assert_true(cost_nsec_record(0) > 0 && cost_nsec_record(1000) > cost_nsec_record(0) + 1000);
	uint32_t once = cost_nsec3(12, 0, 0);
	assert_true(once > 0);
	assert_int_equal(cost_nsec3(12, 0, 500), 501 * once);
	/* Padding of nine octets: 55 octets are one block, 56 are two. */
	assert_int_equal(cost_nsec3(55, 0, 0), once);
	assert_true(cost_nsec3(56, 0, 0) > once);
	assert_int_equal(cost_nsec3(20, 35, 9), 10 * once);
	assert_true(cost_nsec3(20, 36, 9) > 10 * once);
	assert_true(cost_nsec3(255, 255, 65535) > LIMIT_COST_NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_algorithms),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_searches),
		cmocka_unit_test(test_nsec3),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
