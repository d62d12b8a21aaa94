/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver over getdns against servers on loopback, good and bad. */
#define _GNU_SOURCE	/* RTLD_NEXT */
#include "scanner/net/resolver_getdns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "tests/unit/responder.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define TRIES 1000
#define MANY_SERVERS 300

struct bench;

struct ask {
	struct bench *bench;
	unsigned calls;
	enum answer_status status;
	uint64_t ticket;
	bool truncated;
	size_t size;
	uint32_t rtt_us;
};

/* One loop, one resolver, many questions. */
struct bench {
	uv_loop_t loop;
	struct resolver *resolver;
	struct ask *asks;
	size_t count;
	size_t sent;
	size_t done;
	size_t window;
	size_t seen[ANSWER_STARVED + 1];
	bool in_submit;
	struct question (*make)(size_t i);
	size_t descriptors;
};

static struct responder *server;
static uint16_t port;

/* Every close of this process, also those of libgetdns and libuv, goes through here. */
static size_t bad_closes;
int close(int fd);
int close(int fd)
{
	static int (*real)(int);
	if (!real) {
		*(void **)&real = dlsym(RTLD_NEXT, "close");
	}
	int result = real(fd);
	if (result < 0 && errno == EBADF && fd >= 0) {
		bad_closes++;
	}
	return result;
}

static size_t open_descriptors(void)
{
	size_t count = 0;
	DIR *d = opendir("/proc/self/fd");
	while (readdir(d)) {
		count++;
	}
	closedir(d);
	return count;
}

static struct question question(size_t i, uint8_t net, enum transport transport, uint32_t timeout_ms)
{
	char text[64];
	snprintf(text, sizeof(text), "child%zu.example.", i);
	struct question q = {
		.type = TYPE_CDS,
		.server = responder_address(net, 1),
		.port = port,
		.transport = transport,
		.timeout_ms = timeout_ms,
	};
	assert_int_equal(name_from_text(text, &q.name), 0);
	return q;
}

static void bench_open(struct bench *b, const struct resolver_getdns_options *options)
{
	static const struct resolver_getdns_options defaults;
	const char *why = NULL;
	memset(b, 0, sizeof(*b));
	b->descriptors = open_descriptors();
	assert_int_equal(uv_loop_init(&b->loop), 0);
	assert_int_equal(resolver_getdns_new(&b->loop, options ? options : &defaults, &b->resolver, &why),
		0);
}

/* Everything is given back: callbacks, handles, descriptors. */
static void bench_close(struct bench *b)
{
	b->resolver->ops->close(b->resolver);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
	assert_int_equal(b->done, b->sent);
	for (size_t i = 0; i < b->sent; i++) {
		assert_int_equal(b->asks[i].calls, 1);
	}
	free(b->asks);
	assert_int_equal(open_descriptors(), b->descriptors);
	assert_int_equal(bad_closes, 0);
}

static void fill(struct bench *b);

static void on_answer(void *user, const struct answer *answer)
{
	struct ask *a = user;
	struct bench *b = a->bench;
	assert_false(b->in_submit);
	a->calls++;
	a->status = answer->status;
	a->size = answer->size;
	a->rtt_us = answer->rtt_us;
	assert_true((answer->status == ANSWER_RECEIVED) == (answer->octets != NULL));
	if (answer->octets) {
		assert_true(answer->size >= 12);
		a->truncated = answer->octets[2] & 2;
	}
	b->seen[answer->status]++;
	b->done++;
	fill(b);
}

static void submit(struct bench *b, struct ask *a, const struct question *q)
{
	a->bench = b;
	b->sent++;
	b->in_submit = true;
	assert_int_equal(b->resolver->ops->submit(b->resolver, q, on_answer, a, &a->ticket), 0);
	b->in_submit = false;
}

static void fill(struct bench *b)
{
	while (b->sent < b->count && b->sent - b->done < b->window) {
		struct ask *a = &b->asks[b->sent];
		struct question q = b->make(b->sent);
		submit(b, a, &q);
	}
}

static void begin(struct bench *b, size_t count, size_t window, struct question (*make)(size_t i))
{
	b->asks = calloc(count, sizeof(*b->asks));
	b->count = count;
	b->window = window;
	b->make = make;
	fill(b);
}

static void finish(struct bench *b)
{
	while (b->done < b->sent || b->sent < b->count) {
		uv_run(&b->loop, UV_RUN_ONCE);
	}
}

static void block(unsigned ms)
{
	const struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
	nanosleep(&t, NULL);
}

/* A row: one server, one transport, what must come of every question. */
struct row {
	const char *name;
	uint8_t net;
	enum transport transport;
	size_t count;
	uint32_t timeout_ms;
	enum answer_status status;
	bool truncated;
	bool closed;
};

static const struct row ROWS[] = {
	{ "udp well", 1, TRANSPORT_UDP, TRIES, 5000, ANSWER_RECEIVED, false, false },
	{ "udp truncated is an answer", 3, TRANSPORT_UDP, TRIES, 5000, ANSWER_RECEIVED, true, false },
	{ "udp silent", 2, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp from another address", 4, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp from another port", 5, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp another id", 6, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp another id, then the right one", 7, TRANSPORT_UDP, TRIES, 5000, ANSWER_RECEIVED, false,
		false },
	{ "udp another question", 8, TRANSPORT_UDP, TRIES, 5000, ANSWER_TIMEOUT, false, false },
	{ "udp echo", 11, TRANSPORT_UDP, TRIES, 5000, ANSWER_TIMEOUT, false, false },
	{ "udp header only", 9, TRANSPORT_UDP, 100, 5000, ANSWER_RECEIVED, false, false },
	{ "udp garbage", 10, TRANSPORT_UDP, 100, 5000, ANSWER_RECEIVED, false, false },
	{ "udp closed port", 1, TRANSPORT_UDP, TRIES, 60000, ANSWER_REFUSED, false, true },
	{ "tcp well", 1, TRANSPORT_TCP, TRIES, 5000, ANSWER_RECEIVED, false, false },
	{ "tcp after truncation", 3, TRANSPORT_TCP, TRIES, 5000, ANSWER_RECEIVED, false, false },
	{ "tcp hangs", 2, TRANSPORT_TCP, 300, 150, ANSWER_TIMEOUT, false, false },
	{ "tcp another id", 6, TRANSPORT_TCP, 300, 150, ANSWER_TIMEOUT, false, false },
	{ "tcp another question", 8, TRANSPORT_TCP, TRIES, 5000, ANSWER_TIMEOUT, false, false },
	{ "tcp closes", 12, TRANSPORT_TCP, 100, 60000, ANSWER_REFUSED, false, false },
	{ "tcp trickles", 13, TRANSPORT_TCP, 300, 150, ANSWER_TIMEOUT, false, false },
	{ "tcp one answer a connection", 14, TRANSPORT_TCP, 40, 5000, ANSWER_RECEIVED, false, false },
	{ "tcp closed port", 1, TRANSPORT_TCP, 100, 60000, ANSWER_REFUSED, false, true },
};

static const struct row *row;

static struct question make_row(size_t i)
{
	struct question q = question(i, row->net, row->transport, row->timeout_ms);
	if (row->closed) {
		q.port = responder_closed_port(server);
	}
	return q;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		row = &ROWS[i];
		struct bench b;
		bench_open(&b, NULL);
		uint64_t start = uv_hrtime();
		begin(&b, row->count, row->count, make_row);
		finish(&b);
		for (size_t k = 0; k < row->count; k++) {
			if (b.asks[k].status != row->status || b.asks[k].truncated != row->truncated) {
				fail_msg("%s: question %zu of %zu ended with %d truncated %d", row->name, k,
					row->count, b.asks[k].status, b.asks[k].truncated);
			}
		}
		if (getenv("VERBOSE")) {
			print_message("%-40s %7.1f ms\n", row->name, (double)(uv_hrtime() - start) / 1e6);
		}
		bench_close(&b);
	}
}

/* Twenty thousand of everything at once. */
static struct question make_mixed(size_t i)
{
	static const uint8_t good[] = { 1, 3, 7 };
	if (i % 16 == 0) {
		return question(i, 2, i % 32 ? TRANSPORT_UDP : TRANSPORT_TCP, 200);
	}
	struct question q = question(i, good[i % 3], i % 3 ? TRANSPORT_UDP : TRANSPORT_TCP, 8000);
	if (i % 16 == 1) {
		q.port = responder_closed_port(server);
	}
	return q;
}

static void test_mixed(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	begin(&b, 20000, 1500, make_mixed);
	finish(&b);
	for (size_t i = 0; i < b.count; i++) {
		enum answer_status expected = i % 16 == 0 ? ANSWER_TIMEOUT :
			i % 16 == 1 ? ANSWER_REFUSED : ANSWER_RECEIVED;
		if (b.asks[i].status != expected) {
			fail_msg("question %zu ended with %d", i, b.asks[i].status);
		}
	}
	bench_close(&b);
}

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
	begin(&b, 1500, 1500, make_crowd);
	finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 1500);
	bench_close(&b);

	const struct resolver_getdns_options few = { .tcp_contexts = 2 };
	bench_open(&b, &few);
	begin(&b, 200, 200, make_hanging_crowd);
	finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 100);
	assert_int_equal(b.seen[ANSWER_TIMEOUT], 100);
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
	begin(&b, 1000, 1000, make_silent);
	for (int i = 0; i < 5; i++) {
		uv_run(&b.loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(b.done, 0);
	for (size_t i = 0; i < b.count; i++) {
		b.resolver->ops->cancel(b.resolver, b.asks[i].ticket);
		b.resolver->ops->cancel(b.resolver, b.asks[i].ticket);
	}
	assert_int_equal(b.done, 0);
	finish(&b);
	assert_int_equal(b.seen[ANSWER_CANCELLED], 1000);
	/* A ticket that is over hits nobody, although its place is used again. */
	uint64_t old = b.asks[0].ticket;
	struct ask again = { .bench = &b };
	struct question q = question(1, 1, TRANSPORT_UDP, 5000);
	submit(&b, &again, &q);
	b.resolver->ops->cancel(b.resolver, old);
	b.resolver->ops->cancel(b.resolver, UINT64_MAX);
	b.count++;
	finish(&b);
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
		begin(&b, 1000, 1000, make_silent);
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
		assert_int_equal(open_descriptors(), b.descriptors);
		assert_int_equal(bad_closes, 0);
	}
}

static struct question make_good(size_t i)
{
	return question(i, 1, i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, 1000);
}

/* The loop stands still for three seconds, the time limit is one, and all answers lie in the
 * kernel. */
static void test_stalled_loop(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	begin(&b, 1000, 1000, make_good);
	block(3000);
	finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 1000);
	bench_close(&b);
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
	begin(&b, 2000, capacity, make_good);
	struct ask over = { .bench = &b };
	struct question q = question(0, 1, TRANSPORT_UDP, 1000);
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, on_answer, &over, NULL), ERR_LIMIT);
	finish(&b);
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
	begin(&b, 20, 20, make_good);
	finish(&b);
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
	begin(&b, 100, 100, make_unreachable);
	finish(&b);
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
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, on_answer, &a, NULL), ERR_ARG);
	q = good;
	q.server.family = 0;
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, on_answer, &a, NULL), ERR_ARG);
	assert_int_equal(b.resolver->ops->submit(b.resolver, &good, NULL, &a, NULL), ERR_ARG);
	uv_run(&b.loop, UV_RUN_NOWAIT);
	assert_int_equal(a.calls, 0);
	bench_close(&b);
}

/* Text form of a name is what getdns takes: every octet must survive it. */
static struct question make_odd(size_t i)
{
	struct question q = question(i, 1, i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, 5000);
	uint8_t *octets = q.name.octets;
	octets[0] = 4;
	octets[1] = (uint8_t)(i / 2 >= 'A' && i / 2 <= 'Z' ? 0 : i / 2);
	octets[2] = '.';
	octets[3] = 0;
	octets[4] = '\\';
	octets[5] = 0;
	q.name.size = 6;
	if (i == 0) {
		q.name = name_root;
	}
	return q;
}

static void test_odd_names(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	begin(&b, 512, 512, make_odd);
	finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 512);
	bench_close(&b);
}

static const struct responder_place PLACES[] = {
	{ 1, 1, ANSWER_WELL }, { 2, 1, ANSWER_NOTHING }, { 3, 1, ANSWER_TRUNCATED },
	{ 4, 1, ANSWER_OTHER_ADDRESS }, { 5, 1, ANSWER_OTHER_PORT }, { 6, 1, ANSWER_OTHER_ID },
	{ 7, 1, ANSWER_OTHER_ID_FIRST }, { 8, 1, ANSWER_OTHER_QUESTION }, { 9, 1, ANSWER_HEADER_ONLY },
	{ 10, 1, ANSWER_GARBAGE }, { 11, 1, ANSWER_ECHO }, { 12, 1, ANSWER_CLOSE },
	{ 13, 1, ANSWER_TRICKLE }, { 14, 1, ANSWER_ONE },
};

static int start_servers(void **state)
{
	(void)state;
	struct responder_place places[sizeof(PLACES) / sizeof(PLACES[0]) + MANY_SERVERS];
	size_t count = sizeof(PLACES) / sizeof(PLACES[0]);
	memcpy(places, PLACES, sizeof(PLACES));
	for (size_t i = 0; i < MANY_SERVERS; i++) {
		places[count++] = (struct responder_place){ (uint8_t)(100 + i / 200),
			(uint8_t)(1 + i % 200), ANSWER_WELL };
	}
	/* The first loop of a process opens libuv's signal pipe, for ever. */
	uv_loop_t first;
	uv_loop_init(&first);
	uv_loop_close(&first);
	server = responder_start(places, count);
	port = server ? responder_port(server) : 0;
	return server ? 0 : -1;
}

static int stop_servers(void **state)
{
	(void)state;
	responder_stop(server);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_more_servers_than_contexts),
		cmocka_unit_test(test_cancel),
		cmocka_unit_test(test_close_with_outstanding),
		cmocka_unit_test(test_stalled_loop),
		cmocka_unit_test(test_few_descriptors),
		cmocka_unit_test(test_unreachable),
		cmocka_unit_test(test_bad_arguments),
		cmocka_unit_test(test_odd_names),
	};
	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests_name("resolver_getdns", tests, start_servers, stop_servers);
}
