/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver over getdns at its limits: contexts, descriptors, cancel, close, nonsense. */
#include "scanner/net/resolver_getdns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "tests/unit/resolver_bench.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define MANY_SERVERS 300

static struct question make_crowd(size_t i)
{
	struct question q = question(i, 1, TRANSPORT_TCP, 8000);
	size_t s = i * 7 % MANY_SERVERS;
	q.server = responder_address((uint8_t)(100 + s / 200), (uint8_t)(1 + s % 200));
	return q;
}

/* More servers than contexts; also when all but one context belong to servers that hang. */
static struct question make_hanging_crowd(size_t i)
{
	return i % 2 ? make_crowd(i) : question(i, i % 4 ? 2 : 13, TRANSPORT_TCP, 120);
}

static void test_more_servers_than_contexts(void **state)
{
	(void)state;
	const struct resolver_getdns_options options = { .tcp_contexts = 16 };
	struct bench b;
	bench_open(&b, &options);
	bench_begin(&b, 1500, 1500, make_crowd);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 1500);
	bench_close(&b);

	const struct resolver_getdns_options few = { .tcp_contexts = 2 };
	bench_open(&b, &few);
	bench_begin(&b, 200, 200, make_hanging_crowd);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 100);
	assert_int_equal(b.seen[ANSWER_TIMEOUT], 100);
	bench_close(&b);
}

static struct question make_one_server(size_t i)
{
	return question(i, 1, TRANSPORT_TCP, 8000);
}

/* Questions to one server share a connection, and it stays for the next ones. */
static void test_connection_is_shared(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	uint32_t before = responder_counts(server).connections;
	bench_begin(&b, 1000, 100, make_one_server);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 1000);
	assert_int_equal(responder_counts(server).connections - before, 1);
	bench_close(&b);
}

/* Silent servers: asked over UDP, asked over TCP, and waiting for a place in the pool. */
static struct question make_silent(size_t i)
{
	struct question q = question(i, 2, i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, 60000);
	if (i % 4 == 0) {
		q.server = responder_address(13, 1);
	}
	return q;
}

static void test_cancel(void **state)
{
	(void)state;
	const struct resolver_getdns_options options = { .tcp_contexts = 1 };
	struct bench b;
	bench_open(&b, &options);
	bench_begin(&b, 1000, 1000, make_silent);
	for (int i = 0; i < 5; i++) {
		uv_run(&b.loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(b.done, 0);
	for (size_t i = 0; i < b.count; i++) {
		b.resolver->ops->cancel(b.resolver, b.asks[i].ticket);
		b.resolver->ops->cancel(b.resolver, b.asks[i].ticket);
	}
	assert_int_equal(b.done, 0);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_CANCELLED], 1000);
	/* A ticket that is over hits nobody, although its place is used again. */
	uint64_t old = b.asks[0].ticket;
	struct ask again = { .bench = &b };
	struct question q = question(1, 1, TRANSPORT_UDP, 5000);
	bench_submit(&b, &again, &q);
	b.resolver->ops->cancel(b.resolver, old);
	b.resolver->ops->cancel(b.resolver, UINT64_MAX);
	b.count++;
	bench_finish(&b);
	assert_int_equal(again.status, ANSWER_RECEIVED);
	b.sent--;
	b.done--;
	bench_close(&b);
}

static void test_close_with_outstanding(void **state)
{
	(void)state;
	static const int TURNS[] = { 0, 1, 5 };
	for (size_t i = 0; i < 3; i++) {
		const struct resolver_getdns_options options = { .tcp_contexts = 1 };
		struct bench b;
		bench_open(&b, &options);
		bench_begin(&b, 1000, 1000, make_silent);
		for (int turn = 0; turn < TURNS[i]; turn++) {
			uv_run(&b.loop, UV_RUN_NOWAIT);
		}
		/* The descriptors are gone at once, no callback came yet. */
		size_t seen = b.done;
		b.resolver->ops->close(b.resolver);
		assert_int_equal(b.done, seen);
		uv_run(&b.loop, UV_RUN_NOWAIT);
		uv_run(&b.loop, UV_RUN_NOWAIT);
		assert_int_equal(b.seen[ANSWER_CANCELLED], 1000);
		uv_run(&b.loop, UV_RUN_DEFAULT);
		assert_int_equal(uv_loop_close(&b.loop), 0);
		for (size_t k = 0; k < 1000; k++) {
			assert_int_equal(b.asks[k].calls, 1);
		}
		free(b.asks);
		assert_int_equal(bench_descriptors(), b.descriptors);
		assert_int_equal(bench_bad_closes(), 0);
	}
}

static struct question make_good(size_t i)
{
	return question(i, 1, i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, 8000);
}

/* In a process of its own: the limit cannot be raised again. */
static void few_descriptors(rlim_t limit)
{
	const struct rlimit low = { .rlim_cur = limit / 2, .rlim_max = limit };
	const struct resolver_getdns_options options = { .descriptor_reserve = 32 };
	struct bench b;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	bench_open(&b, &options);
	size_t capacity = b.resolver->ops->capacity(b.resolver);
	assert_in_range(capacity, limit / 2, limit - 32);
	bench_begin(&b, 2000, capacity, make_good);
	struct ask over = { .bench = &b };
	struct question q = question(0, 1, TRANSPORT_UDP, 1000);
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, bench_on_answer, &over, NULL), ERR_LIMIT);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 2000);
	assert_int_equal(over.calls, 0);
	bench_close(&b);

	/* Somebody else takes the descriptors of the reserve and more: starved, never a time-out. */
	bench_open(&b, &options);
	int hog[512];
	size_t hogged = 0;
	while ((hog[hogged] = dup(0)) >= 0) {
		hogged++;
	}
	bench_begin(&b, 20, 20, make_good);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_STARVED], 20);
	while (hogged > 0) {
		close(hog[--hogged]);
	}
	bench_close(&b);
}

static void test_few_descriptors(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		few_descriptors(160);
		exit(0);
	}
	int status = 0;
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);

	const char *why = NULL;
	const struct resolver_getdns_options greedy = { .descriptor_reserve = SIZE_MAX };
	struct resolver *none = NULL;
	assert_int_equal(resolver_getdns_new(uv_default_loop(), &greedy, &none, &why), ERR_LIMIT);
	assert_non_null(why);
}

/* connect() itself fails: no route, or a broadcast address. */
static struct question make_unreachable(size_t i)
{
	struct question q = question(i, 1, i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, 60000);
	q.server = (struct address){ .family = 4, .octets = { 255, 255, 255, 255 } };
	return q;
}

static void test_unreachable(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	bench_begin(&b, 100, 100, make_unreachable);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_REFUSED], 100);
	bench_close(&b);
}

static void test_bad_arguments(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	struct ask a = { .bench = &b };
	struct question good = question(1, 1, TRANSPORT_UDP, 1000);
	struct question q = good;
	q.name.size = 0;
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, bench_on_answer, &a, NULL), ERR_ARG);
	q = good;
	q.server.family = 0;
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, bench_on_answer, &a, NULL), ERR_ARG);
	assert_int_equal(b.resolver->ops->submit(b.resolver, &good, NULL, &a, NULL), ERR_ARG);
	uv_run(&b.loop, UV_RUN_NOWAIT);
	assert_int_equal(a.calls, 0);
	bench_close(&b);
}

static int start_servers(void **state)
{
	(void)state;
	struct responder_place places[3 + MANY_SERVERS] = {
		{ 1, 1, ANSWER_WELL }, { 2, 1, ANSWER_NOTHING }, { 13, 1, ANSWER_TRICKLE },
	};
	for (size_t i = 0; i < MANY_SERVERS; i++) {
		places[3 + i] = (struct responder_place){ (uint8_t)(100 + i / 200), (uint8_t)(1 + i % 200),
			ANSWER_WELL };
	}
	return bench_serve(places, 3 + MANY_SERVERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_more_servers_than_contexts),
		cmocka_unit_test(test_connection_is_shared),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_close_with_outstanding),
		cmocka_unit_test(test_few_descriptors),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_bad_arguments),
	};
	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests_name("resolver_limits", tests, start_servers, bench_stop_serving);
}
