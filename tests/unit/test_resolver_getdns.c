/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver over getdns against servers on loopback, good and bad. */
#include "scanner/net/resolver_getdns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
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
	};
	return cmocka_run_group_tests_name("resolver_getdns", tests, start_servers, stop_servers);
}
