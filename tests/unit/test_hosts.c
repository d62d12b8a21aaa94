/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups of hosts against a recursive server on loopback. */
#include "scanner/net/hosts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "tests/unit/responder.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define SECOND 1000u

static struct responder *server;

static const struct responder_place PLACES[] = {
	{ 1, 1, ANSWER_ADDRESSES }, { 2, 1, ANSWER_NOTHING }, { 3, 1, ANSWER_HEADER_ONLY },
};

struct bench {
	uv_loop_t loop;
	struct hosts *hosts;
	struct address upstreams[3];
	struct hosts_options options;
};

struct seen {
	unsigned calls;
	struct host host;
};

static void bench_open(struct bench *b, size_t upstream_count, const uint8_t *nets)
{
	const char *why = NULL;
	assert_int_equal(uv_loop_init(&b->loop), 0);
	for (size_t i = 0; i < upstream_count; i++) {
		b->upstreams[i] = responder_address(nets[i], 1);
	}
	b->options.upstreams = b->upstreams;
	b->options.upstream_count = upstream_count;
	b->options.port = responder_port(server);
	assert_int_equal(hosts_new(&b->loop, &b->options, &b->hosts, &why), 0);
}

static void bench_close(struct bench *b)
{
	hosts_close(b->hosts);
	uv_run(&b->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&b->loop), 0);
}

static void on_host(void *user, const struct host *host)
{
	struct seen *s = user;
	s->calls++;
	s->host = *host;
}

static void begin(struct bench *b, const char *text, uint64_t now_ms, struct seen *seen)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	assert_int_equal(hosts_lookup(b->hosts, &name, now_ms, on_host, seen), 0);
}

static struct host look_up(struct bench *b, const char *text, uint64_t now_ms)
{
	struct seen seen = { .calls = 0 };
	begin(b, text, now_ms, &seen);
	while (seen.calls == 0) {
		uv_run(&b->loop, UV_RUN_ONCE);
	}
	assert_int_equal(seen.calls, 1);
	return seen.host;
}

struct row {
	const char *name;
	enum host_status status;
	const char *addresses[LIMIT_HOST_ADDRESSES];
};

static const struct row ROWS[] = {
	{ "both.example.", HOST_RESOLVED, { "192.0.2.1", "2001:db8::1" } },
	{ "four.example.", HOST_RESOLVED, { "192.0.2.1" } },
	{ "none.example.", HOST_NO_ADDRESS, { NULL } },
	{ "nx.example.", HOST_NO_ADDRESS, { NULL } },
	{ "alias.example.", HOST_ALIAS, { NULL } },
	{ "servfail.example.", HOST_FAILED, { NULL } },
	{ "half.example.", HOST_FAILED, { "192.0.2.1" } },
	{ "tc.example.", HOST_RESOLVED, { "192.0.2.1", "2001:db8::1" } },
	{ "stray.example.", HOST_NO_ADDRESS, { NULL } },
	{ "many.example.", HOST_RESOLVED, { "192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4",
		"192.0.2.5", "192.0.2.6", "2001:db8::1" } },
};

static void check(const struct row *row, const struct host *host)
{
	uint8_t count = 0;
	while (count < LIMIT_HOST_ADDRESSES && row->addresses[count]) {
		count++;
	}
	if (host->status != row->status || host->count != count) {
		fail_msg("%s: status %d with %d addresses", row->name, host->status, host->count);
	}
	for (uint8_t i = 0; i < count; i++) {
		char text[ADDRESS_TEXT_SIZE];
		address_to_text(&host->addresses[i], text);
		assert_string_equal(text, row->addresses[i]);
	}
}

static void test_rows(void **state)
{
	(void)state;
	const uint8_t nets[] = { 1 };
	struct bench b = { .hosts = NULL };
	bench_open(&b, 1, nets);
	/* Twice: from the network and from memory. */
	for (int round = 0; round < 2; round++) {
		struct responder_counts before = responder_counts(server);
		for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
			struct host host = look_up(&b, ROWS[i].name, 0);
			check(&ROWS[i], &host);
		}
		struct responder_counts after = responder_counts(server);
		assert_true((after.datagrams == before.datagrams) == (round == 1));
	}
	bench_close(&b);
}

/* The first server is silent, the second answers nonsense, the third knows. */
static void test_next_server(void **state)
{
	(void)state;
	const uint8_t nets[] = { 2, 3, 1 };
	struct bench b = { .options = { .timeout_ms = 100 } };
	bench_open(&b, 3, nets);
	struct host host = look_up(&b, "both.example.", 0);
	check(&ROWS[0], &host);
	bench_close(&b);

	struct bench silent = { .options = { .timeout_ms = 50 } };
	bench_open(&silent, 1, nets);
	host = look_up(&silent, "both.example.", 0);
	assert_int_equal(host.status, HOST_FAILED);
	assert_int_equal(host.count, 0);
	bench_close(&silent);
}

struct expiry {
	const char *name;
	uint64_t now_ms;
	bool asked;
};

/* The TTL is 3600 s, or 5 s which counts as 60; failures live for 60 s. */
static const struct expiry EXPIRIES[] = {
	{ "both.example.", 0, true },
	{ "both.example.", 3599 * SECOND, false },
	{ "both.example.", 3600 * SECOND, true },
	{ "brief.example.", 0, true },
	{ "brief.example.", 59 * SECOND, false },
	{ "brief.example.", 60 * SECOND, true },
	{ "servfail.example.", 0, true },
	{ "servfail.example.", 59 * SECOND, false },
	{ "servfail.example.", 60 * SECOND, true },
	{ "none.example.", 0, true },
	{ "none.example.", 60 * SECOND, true },
};

static void test_expiry(void **state)
{
	(void)state;
	const uint8_t nets[] = { 1 };
	struct bench b = { .hosts = NULL };
	bench_open(&b, 1, nets);
	for (size_t i = 0; i < sizeof(EXPIRIES) / sizeof(EXPIRIES[0]); i++) {
		uint32_t before = responder_counts(server).datagrams;
		look_up(&b, EXPIRIES[i].name, EXPIRIES[i].now_ms);
		bool asked = responder_counts(server).datagrams > before;
		if (asked != EXPIRIES[i].asked) {
			fail_msg("row %zu: %s", i, asked ? "asked again" : "not asked again");
		}
	}
	bench_close(&b);
}

/* The server signs nothing: below the anchor's owner that is bogus, elsewhere it is not. That signed
 * ones validate is tested against the lab. */
static void test_anchors(void **state)
{
	(void)state;
	const uint8_t nets[] = { 1 };
	static const uint8_t ds[36] = { 0x30, 0x39, 13, 2, 1, 2, 3 };
	struct name owner;
	assert_int_equal(name_from_text("example.", &owner), 0);
	const struct record anchor = {
		.owner = &owner,
		.type = TYPE_DS,
		.class = CLASS_IN,
		.ttl = 3600,
		.rdata = { ds, sizeof(ds) },
	};
	struct bench b = { .options = { .anchors = &anchor, .anchor_count = 1 } };
	bench_open(&b, 1, nets);
	assert_int_equal(look_up(&b, "both.example.", 0).status, HOST_BOGUS);
	assert_int_equal(look_up(&b, "servfail.example.", 0).status, HOST_FAILED);
	assert_int_equal(look_up(&b, "both.elsewhere.", 0).status, HOST_RESOLVED);
	bench_close(&b);
}

static void test_join(void **state)
{
	(void)state;
	const uint8_t nets[] = { 1 };
	struct bench b = { .options = { .max_outstanding = 4 } };
	struct seen seen[500];
	memset(seen, 0, sizeof(seen));
	bench_open(&b, 1, nets);
	uint32_t before = responder_counts(server).datagrams;
	for (size_t i = 0; i < 500; i++) {
		char name[40];
		snprintf(name, sizeof(name), "host%zu.example.", i % 50);
		begin(&b, name, 0, &seen[i]);
	}
	for (size_t done = 0; done < 500;) {
		uv_run(&b.loop, UV_RUN_ONCE);
		for (done = 0; done < 500 && seen[done].calls == 1; done++) {
		}
	}
	for (size_t i = 0; i < 500; i++) {
		assert_int_equal(seen[i].calls, 1);
		assert_int_equal(seen[i].host.status, HOST_RESOLVED);
	}
	assert_int_equal(responder_counts(server).datagrams - before, 100);
	bench_close(&b);
}

static void test_close(void **state)
{
	(void)state;
	const uint8_t nets[] = { 2 };
	struct bench b = { .options = { .max_outstanding = 8 } };
	struct seen seen[100];
	memset(seen, 0, sizeof(seen));
	bench_open(&b, 1, nets);
	for (size_t i = 0; i < 100; i++) {
		char name[40];
		snprintf(name, sizeof(name), "host%zu.example.", i % 50);
		begin(&b, name, 0, &seen[i]);
	}
	uv_run(&b.loop, UV_RUN_NOWAIT);
	bench_close(&b);
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(seen[i].calls, 1);
		assert_int_equal(seen[i].host.status, HOST_CANCELLED);
	}
}

static void test_bad_arguments(void **state)
{
	(void)state;
	const uint8_t nets[] = { 1 };
	struct bench b = { .hosts = NULL };
	struct seen seen = { .calls = 0 };
	const struct name none = { .size = 0 };
	bench_open(&b, 1, nets);
	assert_int_equal(hosts_lookup(b.hosts, &none, 0, on_host, &seen), ERR_ARG);
	assert_int_equal(hosts_lookup(b.hosts, &name_root, 0, NULL, &seen), ERR_ARG);
	assert_int_equal(seen.calls, 0);
	bench_close(&b);
}

static int start_server(void **state)
{
	(void)state;
	server = responder_start(PLACES, sizeof(PLACES) / sizeof(PLACES[0]));
	return server ? 0 : -1;
}

static int stop_server(void **state)
{
	(void)state;
	responder_stop(server);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_next_server),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_bad_arguments),
	};
	return cmocka_run_group_tests_name("hosts", tests, start_server, stop_server);
}
