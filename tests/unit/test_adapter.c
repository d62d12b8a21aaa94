/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event loop under getdns: several events on one descriptor, removal from inside callbacks,
 * descriptor numbers that come back at once; then the adapter's getdns side. */
#include "scanner/net/adapter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <getdns/getdns_extra.h>
#include <uv.h>

#include "scanner/net/poller.h"

struct bench {
	uv_loop_t loop;
	struct poller *poller;
	bool closed;
};

struct seen {
	struct bench *bench;
	struct poller_event *event;
	struct seen *removes;	/* removed by this one's callback */
	int pair[2];
	unsigned reads;
	unsigned writes;
	unsigned timeouts;
};

static void on_closed(void *user)
{
	bool *closed = user;
	*closed = true;
}

static void bench_open(struct bench *b)
{
	b->closed = false;
	assert_int_equal(uv_loop_init(&b->loop), 0);
	b->poller = poller_new(&b->loop);
	assert_non_null(b->poller);
}

static void bench_close(struct bench *b)
{
	assert_int_equal(poller_live(b->poller), 0);
	poller_close(b->poller, on_closed, &b->closed);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_true(b->closed);
	assert_int_equal(uv_loop_close(&b->loop), 0);
}

static void turn(struct bench *b, int times)
{
	while (times-- > 0) {
		uv_run(&b->loop, UV_RUN_NOWAIT);
	}
}

static void remove_seen(struct seen *s)
{
	if (s->event) {
		poller_remove(s->bench->poller, s->event);
		s->event = NULL;
	}
}

static void on_event(void *user, enum poller_what what)
{
	struct seen *s = user;
	s->reads += what == POLLER_READ;
	s->writes += what == POLLER_WRITE;
	s->timeouts += what == POLLER_TIMEOUT;
	if (s->removes) {
		remove_seen(s->removes);
	}
}

static void add(struct bench *b, struct seen *s, int descriptor, unsigned want, uint64_t timeout_ms)
{
	const struct poller_wish wish = {
		.descriptor = descriptor,
		.want = want,
		.timeout_ms = timeout_ms,
		.call = on_event,
		.user = s,
	};
	s->bench = b;
	s->event = poller_add(b->poller, &wish);
	assert_non_null(s->event);
}

static void make_pair(int pair[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

static void test_two_events_on_one_descriptor(void **state)
{
	(void)state;
	struct bench b;
	struct seen reader = { .reads = 0 };
	struct seen writer = { .reads = 0 };
	struct seen other = { .reads = 0 };
	int pair[2];
	bench_open(&b);
	make_pair(pair);
	add(&b, &reader, pair[0], POLLER_READ, POLLER_FOREVER);
	add(&b, &other, pair[0], POLLER_READ, POLLER_FOREVER);
	turn(&b, 2);
	assert_int_equal(reader.reads, 0);
	add(&b, &writer, pair[0], POLLER_WRITE, POLLER_FOREVER);
	turn(&b, 2);
	assert_true(writer.writes > 0);
	assert_int_equal(reader.reads + other.reads, 0);
	remove_seen(&writer);
	assert_int_equal(write(pair[1], "x", 1), 1);
	turn(&b, 1);
	assert_int_equal(reader.reads, 1);
	assert_int_equal(other.reads, 1);
	/* The first one's callback removes the other before it is called. */
	reader.removes = &other;
	other.removes = &reader;
	turn(&b, 1);
	assert_int_equal(reader.reads + other.reads, 3);
	remove_seen(&reader);
	remove_seen(&other);
	close(pair[0]);
	close(pair[1]);
	bench_close(&b);
}

static void test_timeout(void **state)
{
	(void)state;
	struct bench b;
	struct seen timer = { .reads = 0 };
	struct seen both = { .reads = 0 };
	int pair[2];
	bench_open(&b);
	make_pair(pair);
	timer.removes = &timer;
	both.removes = &both;
	add(&b, &timer, -1, 0, 0);
	add(&b, &both, pair[0], POLLER_READ, 1);
	while (both.timeouts == 0) {
		uv_run(&b.loop, UV_RUN_ONCE);
	}
	assert_int_equal(timer.timeouts, 1);
	assert_int_equal(both.timeouts, 1);
	assert_int_equal(both.reads, 0);
	close(pair[0]);
	close(pair[1]);
	bench_close(&b);
}

/* The number of a closed descriptor is used again while its uv_poll_t still closes. */
static void test_descriptor_comes_back(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b);
	for (int i = 0; i < 100; i++) {
		struct seen first = { .reads = 0 };
		struct seen second = { .reads = 0 };
		int pair[2];
		int again[2];
		make_pair(pair);
		add(&b, &first, pair[0], POLLER_READ, POLLER_FOREVER);
		assert_int_equal(write(pair[1], "x", 1), 1);
		if (i % 2) {
			turn(&b, 1);
		}
		remove_seen(&first);
		close(pair[0]);
		close(pair[1]);
		make_pair(again);
		assert_int_equal(again[0], pair[0]);
		add(&b, &second, again[0], POLLER_READ, POLLER_FOREVER);
		turn(&b, 1);
		assert_int_equal(second.reads, 0);
		assert_int_equal(write(again[1], "x", 1), 1);
		turn(&b, 1);
		assert_int_equal(second.reads, 1);
		assert_int_equal(first.reads, i % 2);
		remove_seen(&second);
		close(again[0]);
		close(again[1]);
	}
	bench_close(&b);
}

static void on_one_octet(void *user, enum poller_what what)
{
	struct seen *s = user;
	char octet;
	assert_int_equal(what, POLLER_READ);
	assert_int_equal(read(s->pair[0], &octet, 1), 1);
	s->reads++;
}

/* All that is there, without a turn of the loop. */
static void test_pump(void **state)
{
	(void)state;
	struct bench b;
	struct seen s = { .bench = &b };
	bench_open(&b);
	make_pair(s.pair);
	const struct poller_wish wish = { .descriptor = s.pair[0], .want = POLLER_READ,
		.timeout_ms = POLLER_FOREVER, .call = on_one_octet, .user = &s };
	s.event = poller_add(b.poller, &wish);
	assert_int_equal(write(s.pair[1], "hello", 5), 5);
	poller_pump(b.poller, s.pair[0]);
	assert_int_equal(s.reads, 5);
	poller_pump(b.poller, s.pair[0]);
	poller_pump(b.poller, s.pair[1]);
	poller_pump(b.poller, -1);
	poller_pump(b.poller, 1 << 20);
	assert_int_equal(s.reads, 5);
	remove_seen(&s);
	close(s.pair[0]);
	close(s.pair[1]);
	bench_close(&b);
}

static void test_bad_descriptor(void **state)
{
	(void)state;
	struct bench b;
	int pair[2];
	bench_open(&b);
	make_pair(pair);
	close(pair[0]);
	close(pair[1]);
	const struct poller_wish wish = { .descriptor = pair[0], .want = POLLER_READ,
		.timeout_ms = POLLER_FOREVER, .call = on_event };
	assert_null(poller_add(b.poller, &wish));
	bench_close(&b);
}

static void count_call(void *user)
{
	unsigned *calls = user;
	(*calls)++;
}

/* A datagram socket is connected when getdns first wants to write to it, and written to at
 * adapter_send. */
static void test_connects_datagrams(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b);
	struct adapter *a = adapter_new(b.poller);
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(5353),
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) } };
	adapter_connect(a, (const struct sockaddr *)&server, sizeof(server));
	getdns_eventloop *loop = adapter_loop(a);
	unsigned calls = 0;
	getdns_eventloop_event event = { .userarg = &calls, .write_cb = count_call };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	adapter_begin(a);
	assert_int_equal(adapter_scheduled(a), 0);
	assert_int_equal(loop->vmt->schedule(loop, fd, UINT64_MAX, &event), GETDNS_RETURN_GOOD);
	assert_int_equal(adapter_scheduled(a), 1);
	assert_int_equal(adapter_descriptor(a), fd);
	struct sockaddr_in peer;
	socklen_t size = sizeof(peer);
	assert_int_equal(getpeername(fd, (struct sockaddr *)&peer, &size), 0);
	assert_int_equal(peer.sin_addr.s_addr, server.sin_addr.s_addr);
	assert_int_equal(peer.sin_port, server.sin_port);
	assert_int_equal(calls, 0);
	adapter_send(a);
	assert_int_equal(calls, 1);
	adapter_send(a);
	assert_int_equal(calls, 1);
	loop->vmt->clear(loop, &event);
	assert_null(event.ev);

	/* What cannot be connected is not sent. */
	server.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	adapter_connect(a, (const struct sockaddr *)&server, sizeof(server));
	adapter_begin(a);
	assert_int_not_equal(loop->vmt->schedule(loop, fd, UINT64_MAX, &event), GETDNS_RETURN_GOOD);
	assert_int_not_equal(adapter_failure(a), 0);
	assert_null(event.ev);
	adapter_send(a);
	assert_int_equal(calls, 1);
	close(fd);
	adapter_free(a);
	bench_close(&b);
}

/* getdns' own time limits: endless ones cost no timer, 0 for a connection that only listens is what
 * adapter_keep_idle says. */
static void test_timeouts_of_getdns(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b);
	struct adapter *a = adapter_new(b.poller);
	getdns_eventloop *loop = adapter_loop(a);
	unsigned calls = 0;
	getdns_eventloop_event timer = { .userarg = &calls, .timeout_cb = count_call };
	loop->vmt->schedule(loop, -1, ADAPTER_ENDLESS_MS, &timer);
	turn(&b, 2);
	assert_false(uv_loop_alive(&b.loop));
	loop->vmt->clear(loop, &timer);
	loop->vmt->schedule(loop, -1, 0, &timer);
	turn(&b, 2);
	assert_int_equal(calls, 1);
	loop->vmt->clear(loop, &timer);

	int pair[2];
	make_pair(pair);
	getdns_eventloop_event idle = { .userarg = &calls, .timeout_cb = count_call, .read_cb = count_call };
	adapter_keep_idle(a, 3600 * 1000);
	loop->vmt->schedule(loop, pair[0], 0, &idle);
	turn(&b, 3);
	assert_int_equal(calls, 1);
	loop->vmt->clear(loop, &idle);
	adapter_keep_idle(a, 0);
	loop->vmt->schedule(loop, pair[0], 0, &idle);
	turn(&b, 3);
	assert_int_equal(calls, 2);
	loop->vmt->clear(loop, &idle);
	close(pair[0]);
	close(pair[1]);
	adapter_free(a);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_events_on_one_descriptor),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_descriptor_comes_back),
		cmocka_unit_test(test_pump),
		cmocka_unit_test(test_bad_descriptor),
		cmocka_unit_test(test_connects_datagrams),
		cmocka_unit_test(test_timeouts_of_getdns),
	};
	return cmocka_run_group_tests_name("adapter", tests, NULL, NULL);
}
