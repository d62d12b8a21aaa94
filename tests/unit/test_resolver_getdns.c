/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver over getdns against servers on loopback, good and bad. */
#include "scanner/net/resolver_getdns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <getdns/getdns.h>
#include <uv.h>

#include "tests/unit/resolver_bench.h"
#include "validate/wire/record.h"

#define TRIES 1000

static const struct responder_place PLACES[] = {
	{ 1, 1, ANSWER_WELL }, { 2, 1, ANSWER_NOTHING }, { 3, 1, ANSWER_TRUNCATED },
	{ 4, 1, ANSWER_OTHER_ADDRESS }, { 5, 1, ANSWER_OTHER_PORT }, { 6, 1, ANSWER_OTHER_ID },
	{ 7, 1, ANSWER_OTHER_ID_FIRST }, { 8, 1, ANSWER_OTHER_QUESTION }, { 9, 1, ANSWER_HEADER_ONLY },
	{ 10, 1, ANSWER_GARBAGE }, { 11, 1, ANSWER_ECHO }, { 12, 1, ANSWER_CLOSE },
	{ 13, 1, ANSWER_TRICKLE }, { 14, 1, ANSWER_ONE },
};

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
	{ "udp truncated is an answer, and marked; wrong answer 20", 3, TRANSPORT_UDP, TRIES, 5000, ANSWER_RECEIVED, true, false },
	{ "udp silent", 2, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp from another address; wrong answers 13 and 24", 4, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp from another port; wrong answers 13 and 24", 5, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp another id; wrong answers 13 and 24", 6, TRANSPORT_UDP, TRIES, 150, ANSWER_TIMEOUT, false, false },
	{ "udp another id, then the right one; wrong answers 13 and 24", 7, TRANSPORT_UDP, TRIES, 5000, ANSWER_RECEIVED, false,
		false },
	{ "udp another question; wrong answers 13 and 24", 8, TRANSPORT_UDP, TRIES, 5000, ANSWER_TIMEOUT, false, false },
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
		bench_begin(&b, row->count, row->count, make_row);
		bench_finish(&b);
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
	if (i % 64 == 0) {
		return question(i, 2, i % 128 ? TRANSPORT_UDP : TRANSPORT_TCP, 150);
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
	bench_begin(&b, 20000, 1500, make_mixed);
	bench_finish(&b);
	for (size_t i = 0; i < b.count; i++) {
		enum answer_status expected = i % 64 == 0 ? ANSWER_TIMEOUT :
			i % 16 == 1 ? ANSWER_REFUSED : ANSWER_RECEIVED;
		/* Where all is fifty times slower, as under valgrind, 150 ms are over before a question is out. */
		bool unsent = i % 64 == 0 && b.asks[i].status == ANSWER_STARVED;
		if (b.asks[i].status != expected && !unsent) {
			fail_msg("question %zu ended with %d", i, b.asks[i].status);
		}
	}
	bench_close(&b);
}

static struct question make_good(size_t i)
{
	return question(i, 1, i % 2 ? TRANSPORT_UDP : TRANSPORT_TCP, 8000);
}

/* The loop stands still for ten seconds, the time limit is eight, which is enough to ask them all where everything is
 * fifty times slower, and all answers lie in the kernel. */
static void test_stalled_loop(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	bench_begin(&b, 1000, 1000, make_good);
	block(10000);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 1000);
	bench_close(&b);
}

static struct question make_truncated(size_t i)
{
	return question(i, 3, TRANSPORT_UDP, 5000);
}

/* getdns looks past the end of the list of transports; a server that has filled our memory with the
 * number of TCP must not make it try that. */
static void test_truncation_stays_an_answer(void **state)
{
	(void)state;
	struct bench b;
	bench_open(&b, NULL);
	enum { CHUNKS = 2000, INTS = 8000 / sizeof(int) };
	int *chunks[CHUNKS];
	for (size_t i = 0; i < CHUNKS; i++) {
		chunks[i] = malloc((64 + i * 4 % INTS) * sizeof(int));
		for (size_t k = 0; k < 64 + i * 4 % INTS; k++) {
			chunks[i][k] = GETDNS_TRANSPORT_TCP;
		}
	}
	for (size_t i = 0; i < CHUNKS; i++) {
		free(chunks[i]);
	}
	uint32_t before = responder_counts(server).connections;
	bench_begin(&b, TRIES, TRIES, make_truncated);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], TRIES);
	for (size_t i = 0; i < TRIES; i++) {
		assert_true(b.asks[i].truncated);
	}
	assert_int_equal(responder_counts(server).connections, before);
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
	bench_begin(&b, 512, 512, make_odd);
	bench_finish(&b);
	assert_int_equal(b.seen[ANSWER_RECEIVED], 512);
	bench_close(&b);
}

/* What is asked of whom: no recursion of authoritative servers; of recursive ones also what does not validate there, where it
 * is validated here. */
static void test_header_bits(void **state)
{
	(void)state;
	static const struct {
		bool recursive, unchecked;
	} rows[] = { { false, false }, { true, false }, { true, true } };
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		const struct resolver_getdns_options options = { .recursive = rows[r].recursive, .unchecked = rows[r].unchecked };
		struct bench b;
		bench_open(&b, &options);
		bench_begin(&b, 4, 4, make_odd);
		bench_finish(&b);
		for (size_t i = 0; i < 4; i++) {
			assert_int_equal(b.asks[i].status, ANSWER_RECEIVED);
			assert_int_equal(b.asks[i].recursion, rows[r].recursive);
			assert_int_equal(b.asks[i].unchecked, rows[r].unchecked);
		}
		bench_close(&b);
	}
}

static int start_servers(void **state)
{
	(void)state;
	return bench_serve(PLACES, sizeof(PLACES) / sizeof(PLACES[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_stalled_loop),
		cmocka_unit_test(test_truncation_stays_an_answer),
		cmocka_unit_test(test_odd_names),
		cmocka_unit_test(test_header_bits),
	};
	cmocka_set_test_filter(getenv("FILTER"));
	return cmocka_run_group_tests_name("resolver_getdns", tests, start_servers, bench_stop_serving);
}
