/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver that asks from a local address of its own, against servers on loopback, good and bad. */
#include "scanner/net/resolver_bound.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "tests/unit/responder.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define ASKS 300

static const struct responder_place PLACES[] = {
	{ 1, 1, ANSWER_WELL }, { 2, 1, ANSWER_NOTHING }, { 3, 1, ANSWER_TRUNCATED }, { 6, 1, ANSWER_OTHER_ID },
	{ 8, 1, ANSWER_OTHER_QUESTION }, { 11, 1, ANSWER_ECHO }, { 12, 1, ANSWER_CLOSE }, { 13, 1, ANSWER_TRICKLE },
	{ 14, 1, ANSWER_ONE },
};

static const struct resolver_bound_options here = { .ipv4 = { 4, { 127, 9, 9, 9 } }, .connections = 16 };

static struct responder *server;

struct bench {
	uv_loop_t loop;
	struct resolver *resolver;
	unsigned calls;
	bool in_submit;
	unsigned seen[ANSWER_STARVED + 1];
	size_t size;
	uint64_t ticket[ASKS];
};

static void on_answer(void *user, const struct answer *answer)
{
	struct bench *b = user;
	assert_false(b->in_submit);
	b->calls++;
	b->seen[answer->status]++;
	assert_int_equal(answer->status == ANSWER_RECEIVED, answer->octets != NULL);
	b->size = answer->size;
}

static void open_bench(struct bench *b, const struct resolver_bound_options *o)
{
	memset(b, 0, sizeof(*b));
	assert_int_equal(uv_loop_init(&b->loop), 0);
	assert_int_equal(resolver_bound_new(&b->loop, o, &b->resolver), ERR_OK);
}

static void close_bench(struct bench *b)
{
	b->resolver->ops->close(b->resolver);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
}

static struct question question_for(uint8_t net, uint32_t timeout_ms)
{
	struct question q = { .type = TYPE_CDS, .server = responder_address(net, 1), .port = responder_port(server),
		.transport = TRANSPORT_TCP, .timeout_ms = timeout_ms };
	assert_int_equal(name_from_text("child.example.", &q.name), ERR_OK);
	return q;
}

static int submit(struct bench *b, const struct question *q, size_t i)
{
	b->in_submit = true;
	int ret = b->resolver->ops->submit(b->resolver, q, on_answer, b, &b->ticket[i]);
	b->in_submit = false;
	return ret;
}

/* More questions than connections; each ends once, as it has to. */
static void rows(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		uint8_t net;
		uint32_t timeout_ms;
		size_t count;
		bool closed;
		enum answer_status status;
	} table[] = {
		{ "well", 1, 5000, ASKS, false, ANSWER_RECEIVED },
		{ "one answer a connection", 14, 5000, ASKS, false, ANSWER_RECEIVED },
		{ "well over TCP only", 3, 5000, 20, false, ANSWER_RECEIVED },
		{ "hangs", 2, 100, 40, false, ANSWER_TIMEOUT },
		{ "trickles", 13, 100, 40, false, ANSWER_TIMEOUT },
		{ "another id; wrong answers 13 and 24", 6, 5000, 20, false, ANSWER_TIMEOUT },
		{ "another question; wrong answers 13 and 24", 8, 5000, 20, false, ANSWER_TIMEOUT },
		{ "the question itself", 11, 5000, 20, false, ANSWER_TIMEOUT },
		{ "closes", 12, 60000, 20, false, ANSWER_REFUSED },
		{ "nobody listens", 1, 60000, 20, true, ANSWER_REFUSED },
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct bench b;
		print_message("  %s\n", table[i].name);
		open_bench(&b, &here);
		struct question q = question_for(table[i].net, table[i].timeout_ms);
		q.port = table[i].closed ? responder_closed_port(server) : q.port;
		for (size_t k = 0; k < table[i].count; k++) {
			assert_int_equal(submit(&b, &q, k), ERR_OK);
		}
		uv_run(&b.loop, UV_RUN_DEFAULT);
		assert_int_equal(b.calls, table[i].count);
		assert_int_equal(b.seen[table[i].status], table[i].count);
		close_bench(&b);
		assert_int_equal(b.calls, table[i].count);
	}
}

/* R8078-5-1: from there, and from nowhere else; what it asks is what is asked from everywhere. */
static void from_where(void **state)
{
	(void)state;
	static const uint8_t wanted[] = { 0, 1, 0, 0, 0, 0, 0, 1, 5, 'c', 'h', 'i', 'l', 'd', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0,
		0, 59, 0, 1, 0, 0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0 };
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in peer;
	socklen_t size = sizeof(at);
	uint8_t octets[512];
	struct bench b;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(listener, 5), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	open_bench(&b, &here);
	struct question q = question_for(1, 300);
	q.server = (struct address){ 4, { 127, 0, 0, 1 } };
	q.port = ntohs(at.sin_port);
	assert_int_equal(submit(&b, &q, 0), ERR_OK);
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.seen[ANSWER_TIMEOUT], 1);
	size = sizeof(peer);
	int connection = accept(listener, (struct sockaddr *)&peer, &size);
	assert_true(connection >= 0);
	assert_int_equal(ntohl(peer.sin_addr.s_addr), 0x7f090909);
	assert_int_equal(recv(connection, octets, sizeof(octets), 0), 2 + 4 + sizeof(wanted));
	assert_int_equal(octets[0] << 8 | octets[1], 4 + sizeof(wanted));
	/* Behind the ID and flags without any bit. */
	assert_int_equal(octets[4] | octets[5], 0);
	assert_memory_equal(octets + 6, wanted, sizeof(wanted));
	close(connection);
	close(listener);
	close_bench(&b);
}

/* What we lack is no evidence about a server. */
static void starved(void **state)
{
	(void)state;
	struct bench b;
	const struct resolver_bound_options nowhere = { .ipv4 = { 4, { 192, 0, 2, 77 } }, .connections = 2 };
	open_bench(&b, &nowhere);
	const struct question q = question_for(1, 5000);
	for (size_t k = 0; k < 5; k++) {
		assert_int_equal(submit(&b, &q, k), ERR_OK);
	}
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.seen[ANSWER_STARVED], 5);
	close_bench(&b);
}

static void refused(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, &here);
	const struct question good = question_for(1, 5000);
	struct question q = good;
	q.transport = TRANSPORT_UDP;
	assert_int_equal(submit(&b, &q, 0), ERR_ARG);
	q = good;
	q.server = (struct address){ 6, { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 } };
	assert_int_equal(submit(&b, &q, 0), ERR_ARG);
	q = good;
	q.server.family = 0;
	assert_int_equal(submit(&b, &q, 0), ERR_ARG);
	q = good;
	q.name.size = 0;
	assert_int_equal(submit(&b, &q, 0), ERR_ARG);
	assert_int_equal(b.resolver->ops->submit(b.resolver, &good, NULL, NULL, NULL), ERR_ARG);
	assert_true(b.resolver->ops->capacity(b.resolver) > 100000);
	close_bench(&b);
	assert_int_equal(b.calls, 0);
}

/* Those that were asked, and those that wait for a place. */
static void cancelled(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, &here);
	const struct question q = question_for(2, 60000);
	for (size_t k = 0; k < 40; k++) {
		assert_int_equal(submit(&b, &q, k), ERR_OK);
	}
	b.resolver->ops->cancel(b.resolver, b.ticket[3]);
	b.resolver->ops->cancel(b.resolver, b.ticket[3]);
	b.resolver->ops->cancel(b.resolver, b.ticket[39]);
	assert_int_equal(b.calls, 0);
	while (b.calls < 2) {
		uv_run(&b.loop, UV_RUN_ONCE);
	}
	assert_int_equal(b.seen[ANSWER_CANCELLED], 2);
	close_bench(&b);
	assert_int_equal(b.seen[ANSWER_CANCELLED], 40);
}

/* libuv looks at timers before it reads sockets: a loop that stood still loses no answer by that. */
static void late_loop(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, &here);
	const struct question q = question_for(1, 200);
	for (size_t k = 0; k < 10; k++) {
		assert_int_equal(submit(&b, &q, k), ERR_OK);
	}
	uv_run(&b.loop, UV_RUN_NOWAIT);
	const struct timespec still = { .tv_nsec = 450 * 1000000 };
	nanosleep(&still, NULL);
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 10);
	close_bench(&b);
}

static void on_again(void *user, const struct answer *answer)
{
	struct bench *b = user;
	on_answer(b, answer);
	if (b->calls < 5) {
		const struct question q = question_for(1, 5000);
		assert_int_equal(b->resolver->ops->submit(b->resolver, &q, on_again, b, NULL), ERR_OK);
	}
}

static void asks_from_inside(void **state)
{
	(void)state;
	struct bench b;
	open_bench(&b, &here);
	const struct question q = question_for(1, 5000);
	assert_int_equal(b.resolver->ops->submit(b.resolver, &q, on_again, &b, NULL), ERR_OK);
	uv_run(&b.loop, UV_RUN_DEFAULT);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 5);
	close_bench(&b);
}

/* A-44, R8078-5-1: what is asked from there anyway is no other place. */
static void same_place(void **state)
{
	(void)state;
	static const struct address four = { 4, { 127, 0, 0, 1 } };
	static const struct address other = { 4, { 127, 0, 0, 2 } };
	static const struct address six = { 6, { [15] = 1 } };
	assert_true(resolver_bound_is_usual(&four, &four));
	assert_false(resolver_bound_is_usual(&other, &four));
	assert_true(resolver_bound_is_usual(&six, &six));
	assert_false(resolver_bound_is_usual(&six, &four));
	assert_false(resolver_bound_is_usual(&four, &six));
	/* There is no way to a broadcast address for who does not ask for one. */
	static const struct address nowhere = { 4, { 255, 255, 255, 255 } };
	assert_false(resolver_bound_is_usual(&four, &nowhere));
}

/* an address that this machine has not, or that is no place of its own, is told at the start. */
static void check(void **state)
{
	(void)state;
	static const struct {
		struct address local;
		bool lab;
		const char *why;
	} addresses[] = {
		{ { 4, { 127, 9, 9, 9 } }, true, NULL },
		{ { 4, { 127, 9, 9, 9 } }, false, "loopback" },
		{ { 4, { 127, 0, 0, 1 } }, true, "the same place" },
		{ { 4, { 127, 0, 0, 1 } }, false, "loopback" },
		{ { 6, { [15] = 1 } }, true, "the same place" },
		{ { 6, { [15] = 1 } }, false, "loopback" },
		{ { 4, { 127, 255, 255, 255 } }, true, "broadcast" },
		{ { 4, { 255, 255, 255, 255 } }, true, "broadcast" },
		{ { 4, { 192, 0, 2, 77 } }, false, "no interface" },
		{ { 4, { 192, 0, 2, 77 } }, true, "no interface" },
		{ { 6, { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 77 } }, false, "" },
	};
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		const char *why = "";
		assert_int_equal(resolver_bound_check(&addresses[i].local, addresses[i].lab, &why), addresses[i].why == NULL ? ERR_OK : ERR_IO);
		assert_int_equal(why == NULL, addresses[i].why == NULL);
		if (why != NULL) {
			assert_non_null(strstr(why, addresses[i].why));
		}
	}
}

static int set_up(void **state)
{
	(void)state;
	server = responder_start(PLACES, sizeof(PLACES) / sizeof(PLACES[0]));
	return server == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	responder_stop(server);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows), cmocka_unit_test(from_where), cmocka_unit_test(starved), cmocka_unit_test(refused),
		cmocka_unit_test(cancelled), cmocka_unit_test(late_loop), cmocka_unit_test(asks_from_inside), cmocka_unit_test(check),
		cmocka_unit_test(same_place),
	};
	return cmocka_run_group_tests_name("resolver, bound", tests, set_up, tear_down);
}
