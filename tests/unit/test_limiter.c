/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limiter: rates, in-flight caps, order, pauses, with a clock the test turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "scanner/walk/limiter.h"
#include "validate/wire/err.h"

static const struct limiter_options generous = { .address_rate = 1000, .address_burst = 1000, .address_in_flight = 1000,
	.total_rate = 1000000, .total_in_flight = 1000 };

static struct address address_of(unsigned n)
{
	struct address a = { .family = 4, .octets = { 192, 0, (uint8_t)(n >> 8), (uint8_t)n } };
	return a;
}

static void wait_one(struct limiter *l, struct ask *ask, unsigned server, uint64_t now)
{
	*ask = (struct ask){ .address = address_of(server) };
	assert_int_equal(limiter_wait(l, ask, now), ERR_OK);
}

static void first_come_first_served(void **state)
{
	(void)state;
	struct limiter *l = limiter_new(&generous);
	struct ask asks[3];
	uint64_t wake;
	for (unsigned i = 0; i < 3; i++) {
		wait_one(l, &asks[i], 1, 1000);
	}
	assert_int_equal(limiter_waiting(l), 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_ptr_equal(limiter_next(l, 1000, &wake), &asks[i]);
	}
	assert_null(limiter_next(l, 1000, &wake));
	assert_true(wake == UINT64_MAX);
	assert_int_equal(limiter_in_flight(l), 3);
	for (unsigned i = 0; i < 3; i++) {
		limiter_done(l, &asks[i].address, 0, 1000);
	}
	limiter_free(l);
}

/* Ten a second, burst two: in one second a rested address gets two and then one each 100 ms. */
static void rate_of_an_address(void **state)
{
	(void)state;
	struct limiter_options o = generous;
	o.address_rate = 10;
	o.address_burst = 2;
	struct limiter *l = limiter_new(&o);
	struct ask asks[20];
	uint64_t wake;
	unsigned out = 0;
	for (unsigned i = 0; i < 20; i++) {
		wait_one(l, &asks[i], 1, 0);
	}
	for (uint64_t now = 0; now <= 1000; now++) {
		while (limiter_next(l, now, &wake) != NULL) {
			out++;
		}
		assert_true(wake > now);
	}
	assert_int_equal(out, 12);
	while (limiter_drop(l) != NULL) {
	}
	limiter_free(l);
}

static void wake_is_when_the_next_may_go(void **state)
{
	(void)state;
	struct limiter_options o = generous;
	o.address_rate = 10;
	o.address_burst = 1;
	struct limiter *l = limiter_new(&o);
	struct ask a, b;
	uint64_t wake;
	wait_one(l, &a, 1, 500);
	wait_one(l, &b, 1, 500);
	assert_ptr_equal(limiter_next(l, 500, &wake), &a);
	assert_null(limiter_next(l, 500, &wake));
	assert_int_equal(wake, 600);
	assert_null(limiter_next(l, 599, &wake));
	assert_ptr_equal(limiter_next(l, 600, &wake), &b);
	limiter_free(l);
}

static void in_flight_of_an_address(void **state)
{
	(void)state;
	struct limiter_options o = generous;
	o.address_in_flight = 1;
	struct limiter *l = limiter_new(&o);
	struct ask a, b, c;
	uint64_t wake;
	wait_one(l, &a, 1, 0);
	wait_one(l, &b, 1, 0);
	wait_one(l, &c, 2, 0);
	assert_ptr_equal(limiter_next(l, 0, &wake), &a);
	/* The busy address holds up nobody else. */
	assert_ptr_equal(limiter_next(l, 0, &wake), &c);
	assert_null(limiter_next(l, 0, &wake));
	assert_true(wake == UINT64_MAX);
	limiter_done(l, &a.address, 0, 5);
	assert_ptr_equal(limiter_next(l, 5, &wake), &b);
	limiter_free(l);
}

static void totals(void **state)
{
	(void)state;
	struct limiter_options o = generous;
	o.total_in_flight = 2;
	struct limiter *l = limiter_new(&o);
	struct ask asks[3];
	uint64_t wake;
	for (unsigned i = 0; i < 3; i++) {
		wait_one(l, &asks[i], i, 0);
	}
	assert_non_null(limiter_next(l, 0, &wake));
	assert_non_null(limiter_next(l, 0, &wake));
	assert_null(limiter_next(l, 0, &wake));
	limiter_free(l);

	o = generous;
	o.total_rate = 10;
	l = limiter_new(&o);
	unsigned out = 0;
	struct ask many[50];
	for (unsigned i = 0; i < 50; i++) {
		wait_one(l, &many[i], i, 0);
	}
	for (uint64_t now = 0; now <= 1000; now++) {
		while (limiter_next(l, now, &wake) != NULL) {
			out++;
		}
	}
	/* Ten a second, and what a tenth of a second of burst adds. */
	assert_in_range(out, 10, 12);
	limiter_free(l);
}

static void pause_after_a_refusal(void **state)
{
	(void)state;
	struct limiter *l = limiter_new(&generous);
	struct ask a, b;
	uint64_t wake;
	wait_one(l, &a, 1, 0);
	assert_ptr_equal(limiter_next(l, 0, &wake), &a);
	limiter_done(l, &a.address, 1000, 10);
	wait_one(l, &b, 1, 20);
	assert_null(limiter_next(l, 20, &wake));
	assert_int_equal(wake, 1010);
	assert_ptr_equal(limiter_next(l, 1010, &wake), &b);
	limiter_free(l);
}

static void many_addresses_all_served_once(void **state)
{
	(void)state;
	enum { MANY = 5000 };
	struct limiter_options o = generous;
	o.total_in_flight = MANY;
	struct limiter *l = limiter_new(&o);
	struct ask *asks = calloc(MANY, sizeof(*asks));
	uint64_t wake;
	size_t out = 0;
	struct ask *ask;
	for (unsigned i = 0; i < MANY; i++) {
		wait_one(l, &asks[i], i, 7);
	}
	while ((ask = limiter_next(l, 60000, &wake)) != NULL) {
		assert_null(ask->user);
		ask->user = ask;
		out++;
	}
	assert_int_equal(out, MANY);
	limiter_free(l);
	free(asks);
}

static void drop_takes_everything_out(void **state)
{
	(void)state;
	struct limiter_options o = generous;
	o.address_rate = 1;
	o.address_burst = 1;
	struct limiter *l = limiter_new(&o);
	struct ask asks[10];
	unsigned dropped = 0;
	uint64_t wake;
	for (unsigned i = 0; i < 10; i++) {
		wait_one(l, &asks[i], i % 3, 0);
	}
	assert_non_null(limiter_next(l, 0, &wake));
	while (limiter_drop(l) != NULL) {
		dropped++;
	}
	assert_int_equal(dropped, 9);
	assert_int_equal(limiter_waiting(l), 0);
	assert_int_equal(limiter_in_flight(l), 1);
	assert_null(limiter_next(l, 100000, &wake));
	limiter_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_come_first_served),
		cmocka_unit_test(rate_of_an_address),
		cmocka_unit_test(wake_is_when_the_next_may_go),
		cmocka_unit_test(in_flight_of_an_address),
		cmocka_unit_test(totals),
		cmocka_unit_test(pause_after_a_refusal),
		cmocka_unit_test(many_addresses_all_served_once),
		cmocka_unit_test(drop_takes_everything_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
