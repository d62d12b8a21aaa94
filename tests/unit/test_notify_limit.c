/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens: who has how many, who shares them, and that nobody gets more of them by filling the tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/failing.h"
#include "validate/notify/limit.h"
#include "validate/wire/err.h"

#define NOW 1000000u
#define MINUTE 60000u

static const uint8_t secret[SHA256_OCTETS] = { 7 };
static struct crypto *crypto;

static int setup(void **state)
{
	(void)state;
	crypto = crypto_new();
	return crypto == NULL;
}

static int teardown(void **state)
{
	(void)state;
	crypto_free(crypto);
	return 0;
}

static struct notify_limiter *limiter(const struct notify_limits *limits)
{
	struct notify_limiter *l = NULL;
	assert_int_equal(notify_limiter_new(limits, secret, crypto, &l), 0);
	return l;
}

static struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name), 0);
	return name;
}

static bool passes(struct notify_limiter *l, const char *source, enum notify_proof proof, uint64_t now_ms)
{
	struct address a;
	bool out = false;
	assert_int_equal(address_from_text(source, &a), 0);
	assert_int_equal(notify_limiter_source(l, &a, proof, now_ms, &out), 0);
	return out;
}

static unsigned passed(struct notify_limiter *l, const char *source, uint64_t now_ms, unsigned of)
{
	unsigned count = 0;
	for (unsigned i = 0; i < of; i++) {
		count += passes(l, source, NOTIFY_UNPROVEN, now_ms);
	}
	return count;
}

/* D7, R9859-5-1: ten a second, fifty at once. */
static void a_source(void **state)
{
	(void)state;
	struct notify_limiter *l = limiter(&notify_limits_default);
	assert_int_equal(passed(l, "192.0.2.1", NOW, 60), 50);
	assert_int_equal(passed(l, "192.0.2.1", NOW + 99, 10), 0);
	assert_int_equal(passed(l, "192.0.2.1", NOW + 100, 10), 1);
	assert_int_equal(passed(l, "192.0.2.1", NOW + 1100, 20), 10);
	assert_int_equal(passed(l, "192.0.2.1", NOW + 1100 + 3600000, 60), 50);
	notify_limiter_free(l);
}

/* R9859-5-2: an IPv4 address, an IPv6 /64; whoever proved his address does not pay for who did not. */
static void who_is_a_source(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.source.burst = 1;
	struct notify_limiter *l = limiter(&limits);
	assert_true(passes(l, "192.0.2.1", NOTIFY_UNPROVEN, NOW));
	assert_true(passes(l, "192.0.2.2", NOTIFY_UNPROVEN, NOW));
	assert_true(passes(l, "192.0.2.1", NOTIFY_PROVEN_BY_TCP, NOW));
	assert_false(passes(l, "192.0.2.1", NOTIFY_PROVEN_BY_TCP, NOW));
	assert_true(passes(l, "192.0.2.1", NOTIFY_PROVEN_BY_TSIG, NOW));
	assert_false(passes(l, "192.0.2.1", NOTIFY_PROVEN_BY_TSIG, NOW));
	assert_true(passes(l, "2001:db8:1:2::1", NOTIFY_UNPROVEN, NOW));
	assert_false(passes(l, "2001:db8:1:2:ffff::2", NOTIFY_UNPROVEN, NOW));
	assert_true(passes(l, "2001:db8:1:3::1", NOTIFY_UNPROVEN, NOW));
	/* As sockets for both families have it. */
	assert_false(passes(l, "::ffff:192.0.2.1", NOTIFY_UNPROVEN, NOW));
	assert_true(passes(l, "::ffff:192.0.2.3", NOTIFY_UNPROVEN, NOW));
	assert_false(passes(l, "192.0.2.3", NOTIFY_UNPROVEN, NOW));
	/* Not one of these, and one /64. */
	assert_true(passes(l, "::fffe:192.0.2.4", NOTIFY_UNPROVEN, NOW));
	assert_true(passes(l, "192.0.2.4", NOTIFY_UNPROVEN, NOW));
	notify_limiter_free(l);
}

/* ---- probes */

struct world {
	struct notify_limiter *l;
	struct delegation d;
	struct delegation_host hosts[2];
	uint64_t now_ms;
};

static void world_open(struct world *w, const struct notify_limits *limits)
{
	*w = (struct world){ .l = limiter(limits), .now_ms = NOW, .hosts = { { .name = name_of("ns1.example.net.") },
		{ .name = name_of("ns2.example.net.") } } };
	w->d = (struct delegation){ .host_count = 2, .hosts = w->hosts };
}

static void turns(struct world *w, const char *zone, bool granted, uint64_t after_ms, enum notify_code limit)
{
	struct notify_turn turn = { true, 1, NOTIFY_ACCEPTED };
	w->d.child = name_of(zone);
	assert_int_equal(notify_limiter_probe(w->l, &w->d, w->now_ms, &turn), 0);
	assert_int_equal(turn.granted, granted);
	assert_int_equal(turn.due_ms, granted ? w->now_ms + after_ms : 0);
	assert_int_equal(turn.limit, limit);
}

/* D8, A-40: three at once, then one a minute; who comes too early has the next one. */
static void a_zone(void **state)
{
	(void)state;
	struct world w;
	world_open(&w, &notify_limits_default);
	for (unsigned i = 0; i < 3; i++) {
		turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	}
	turns(&w, "a.ch.", true, MINUTE, NOTIFY_RATE_ZONE);
	turns(&w, "b.ch.", true, 0, NOTIFY_CODE_NONE);
	w.now_ms += MINUTE;
	/* That one was taken already. */
	turns(&w, "a.ch.", true, MINUTE, NOTIFY_RATE_ZONE);
	w.now_ms += 10 * MINUTE;
	turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	notify_limiter_free(w.l);
}

/* who has the same name servers. */
static void an_operator(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.operator = (struct notify_rate){ 1, 10, 2 };
	struct world w;
	world_open(&w, &limits);
	turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	turns(&w, "b.ch.", true, 0, NOTIFY_CODE_NONE);
	turns(&w, "c.ch.", true, 10000, NOTIFY_RATE_OPERATOR);
	w.hosts[1].name = name_of("ns3.example.net.");
	turns(&w, "d.ch.", true, 0, NOTIFY_CODE_NONE);
	/* The first limit in the way is told, the longest wait counts. */
	w.hosts[1].name = name_of("ns2.example.net.");
	turns(&w, "a.ch.", true, 20000, NOTIFY_RATE_OPERATOR);
	turns(&w, "a.ch.", true, 30000, NOTIFY_RATE_OPERATOR);
	turns(&w, "a.ch.", true, MINUTE, NOTIFY_RATE_ZONE);
	notify_limiter_free(w.l);
}

/* More than a delegation may have: it is the same operator as with those it may. */
static void many_hosts(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.operator.burst = 1;
	struct delegation_host hosts[LIMIT_NS_HOSTS + 1];
	for (size_t i = 0; i <= LIMIT_NS_HOSTS; i++) {
		hosts[i].name = name_of("ns.");
	}
	struct world w;
	world_open(&w, &limits);
	w.d.hosts = hosts;
	w.d.host_count = LIMIT_NS_HOSTS + 1;
	turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	w.d.host_count--;
	turns(&w, "b.ch.", true, 20, NOTIFY_RATE_OPERATOR);
	notify_limiter_free(w.l);
}

/* 200 a second, whoever asks. */
static void all_together(void **state)
{
	(void)state;
	struct world w;
	char zone[16];
	world_open(&w, &notify_limits_default);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(zone, sizeof(zone), "z%u.ch.", i);
		turns(&w, zone, true, 0, NOTIFY_CODE_NONE);
	}
	turns(&w, "a.ch.", true, 5, NOTIFY_RATE_TOTAL);
	turns(&w, "b.ch.", true, 10, NOTIFY_RATE_TOTAL);
	w.now_ms += 15;
	turns(&w, "c.ch.", true, 0, NOTIFY_CODE_NONE);
	notify_limiter_free(w.l);
}

/* What would have to wait for too long is not waited for, and costs nobody a token. */
static void patience(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.patience_s = 60;
	struct world w;
	world_open(&w, &limits);
	for (unsigned i = 0; i < 3; i++) {
		turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	}
	turns(&w, "a.ch.", true, MINUTE, NOTIFY_RATE_ZONE);
	for (unsigned i = 0; i < 1000; i++) {
		turns(&w, "a.ch.", false, 0, NOTIFY_RATE_ZONE);
	}
	turns(&w, "b.ch.", true, 0, NOTIFY_CODE_NONE);
	w.now_ms += MINUTE;
	turns(&w, "a.ch.", true, MINUTE, NOTIFY_RATE_ZONE);
	/* Nor does it cost the zone one if the operator does not grant it. */
	limits = notify_limits_default;
	limits.operator = (struct notify_rate){ 1, 3601, 1 };
	notify_limiter_free(w.l);
	world_open(&w, &limits);
	turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	turns(&w, "b.ch.", false, 0, NOTIFY_RATE_OPERATOR);
	turns(&w, "b.ch.", false, 0, NOTIFY_RATE_OPERATOR);
	turns(&w, "b.ch.", false, 0, NOTIFY_RATE_OPERATOR);
	w.now_ms += 1000;
	turns(&w, "b.ch.", true, 3600000, NOTIFY_RATE_OPERATOR);
	notify_limiter_free(w.l);
}

/* A report takes what a probe would, of the zone, of its operator and of all, and does not wait. */
static void reports(void **state)
{
	static const enum notify_code codes[] = { NOTIFY_RATE_ZONE, NOTIFY_RATE_OPERATOR, NOTIFY_RATE_TOTAL };
	(void)state;
	for (unsigned limit = 0; limit < 3; limit++) {
		struct notify_limits limits = notify_limits_default;
		struct notify_rate *rates[] = { &limits.zone, &limits.operator, &limits.total };
		limits.zone.burst = 9;
		*rates[limit] = (struct notify_rate){ 1, 60, 3 };
		struct world w;
		world_open(&w, &limits);
		w.d.child = name_of("a.ch.");
		for (unsigned i = 0; i < 5; i++) {
			bool granted = i >= 3;
			assert_int_equal(notify_limiter_report(w.l, &w.d, NOW, &granted), 0);
			assert_int_equal(granted, i < 3);
		}
		/* What was not granted was not taken. */
		turns(&w, "a.ch.", true, MINUTE, codes[limit]);
		notify_limiter_free(w.l);
	}
}

/* ---- tables */

/* Memory is bounded: where every place is taken a newcomer has no token, until somebody has all of his back. */
static void no_room(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.sources = 1;
	struct notify_limiter *l = limiter(&limits);
	char source[24];
	for (unsigned i = 0; i < 8; i++) {
		snprintf(source, sizeof(source), "192.0.2.%u", i);
		assert_int_equal(passed(l, source, NOW, i + 1), i + 1);
	}
	assert_false(passes(l, "198.51.100.1", NOTIFY_UNPROVEN, NOW));
	assert_false(passes(l, "198.51.100.1", NOTIFY_UNPROVEN, NOW + 99));
	/* The first one has all of its tokens again; it is forgotten, and comes back to none better. */
	assert_true(passes(l, "198.51.100.1", NOTIFY_UNPROVEN, NOW + 100));
	assert_false(passes(l, "192.0.2.0", NOTIFY_UNPROVEN, NOW + 100));
	assert_false(passes(l, "198.51.100.2", NOTIFY_UNPROVEN, NOW + 100));
	/* The others lost nothing by it. */
	assert_int_equal(passed(l, "192.0.2.7", NOW + 100, 60), 50 - 8 + 1);
	notify_limiter_free(l);
	struct world w;
	limits.zones = 1;
	limits.operators = 1;
	world_open(&w, &limits);
	for (unsigned i = 0; i < 8; i++) {
		snprintf(source, sizeof(source), "z%u.ch.", i);
		turns(&w, source, true, 0, NOTIFY_CODE_NONE);
	}
	turns(&w, "a.ch.", false, 0, NOTIFY_RATE_ZONE);
	w.now_ms += MINUTE;
	turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	notify_limiter_free(w.l);
}

/* No way to ask gives anybody more than a bucket that is never forgotten would. */
static void crowding_out_gains_nothing(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.source = (struct notify_rate){ 3, 1, 4 };
	limits.sources = 16;
	struct notify_limiter *l = limiter(&limits);
	enum { SOURCES = 64 };
	uint64_t full_us[SOURCES] = { 0 };
	uint64_t now_ms = NOW;
	uint32_t chance = 1;
	unsigned granted = 0, refused_alone = 0;
	for (unsigned i = 0; i < 20000; i++) {
		char source[24];
		chance = chance * 1664525u + 1013904223u;
		unsigned who = chance >> 24 & (SOURCES - 1);
		now_ms += chance >> 16 & 7;
		snprintf(source, sizeof(source), "192.0.2.%u", who);
		uint64_t now_us = now_ms * 1000;
		uint64_t lacks = full_us[who] > now_us ? full_us[who] - now_us : 0;
		bool may = lacks <= 3 * UINT64_C(333334);
		bool does = passes(l, source, NOTIFY_UNPROVEN, now_ms);
		assert_true(may || !does);
		refused_alone += may && !does;
		granted += does;
		full_us[who] = does ? now_us + lacks + 333334 : full_us[who];
	}
	/* Else this showed nothing. */
	assert_true(granted > 1000);
	assert_true(refused_alone > 1000);
	notify_limiter_free(l);
}

/* T-26: a clock that goes back gives nobody a token. */
static void clock_set_back(void **state)
{
	(void)state;
	struct notify_limiter *l = limiter(&notify_limits_default);
	assert_int_equal(passed(l, "192.0.2.1", NOW, 50), 50);
	assert_int_equal(passed(l, "192.0.2.1", NOW - 500, 10), 0);
	assert_int_equal(passed(l, "192.0.2.1", NOW + 100, 10), 1);
	notify_limiter_free(l);
}

/* A rate is never rounded up. */
static void rounding(void **state)
{
	(void)state;
	struct notify_limits limits = notify_limits_default;
	limits.source = (struct notify_rate){ 3, 1, 1 };
	struct notify_limiter *l = limiter(&limits);
	assert_true(passes(l, "192.0.2.1", NOTIFY_UNPROVEN, NOW));
	assert_false(passes(l, "192.0.2.1", NOTIFY_UNPROVEN, NOW + 333));
	assert_true(passes(l, "192.0.2.1", NOTIFY_UNPROVEN, NOW + 334));
	notify_limiter_free(l);
	limits = notify_limits_default;
	limits.total = (struct notify_rate){ 3000, 1, 1 };
	struct world w;
	world_open(&w, &limits);
	turns(&w, "a.ch.", true, 0, NOTIFY_CODE_NONE);
	turns(&w, "b.ch.", true, 1, NOTIFY_RATE_TOTAL);
	notify_limiter_free(w.l);
}

static void zero_is_no(void **state)
{
	(void)state;
	static const struct notify_rate none[] = { { 0, 1, 1 }, { 1, 0, 1 }, { 1, 1, 0 }, { 0, 0, 0 } };
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct notify_limits limits = notify_limits_default;
		limits.patience_s = UINT32_MAX;
		limits.source = none[i];
		limits.zone = none[i];
		struct world w;
		world_open(&w, &limits);
		assert_false(passes(w.l, "192.0.2.1", NOTIFY_UNPROVEN, NOW));
		turns(&w, "a.ch.", false, 0, NOTIFY_RATE_ZONE);
		notify_limiter_free(w.l);
		limits.zone = notify_limits_default.zone;
		limits.total = none[i];
		world_open(&w, &limits);
		turns(&w, "a.ch.", false, 0, NOTIFY_RATE_TOTAL);
		notify_limiter_free(w.l);
	}
}

static void ceilings(void **state)
{
	(void)state;
	static const struct notify_rate most = { NOTIFY_RATE_TOKENS, NOTIFY_RATE_PER_S, NOTIFY_RATE_BURST };
	for (unsigned i = 0; i < 16; i++) {
		struct notify_limits limits = { most, most, most, most, UINT32_MAX, 1, 1, 1 };
		struct notify_rate *rates[] = { &limits.source, &limits.zone, &limits.operator, &limits.total };
		uint32_t *counts[] = { &limits.sources, &limits.zones, &limits.operators };
		struct notify_limiter *l = NULL;
		if (i < 12) {
			uint32_t *parts[] = { &rates[i / 3]->tokens, &rates[i / 3]->per_s, &rates[i / 3]->burst };
			++*parts[i % 3];
		} else if (i < 15) {
			*counts[i - 12] = 0;
		}
		assert_int_equal(notify_limiter_new(&limits, secret, crypto, &l), i == 15 ? 0 : ERR_ARG);
		assert_int_equal(l != NULL, i == 15);
		notify_limiter_free(l);
	}
	/* The longest times there are do not overflow. */
	const struct notify_rate slowest = { 1, NOTIFY_RATE_PER_S, NOTIFY_RATE_BURST };
	struct notify_limits limits = { slowest, slowest, slowest, slowest, UINT32_MAX, 1, 1, 1 };
	struct notify_limiter *l = limiter(&limits);
	assert_int_equal(passed(l, "192.0.2.1", NOW, NOTIFY_RATE_BURST / 1000), NOTIFY_RATE_BURST / 1000);
	notify_limiter_free(l);
}

/* Neither is anything granted then, nor is it the sender's fault. */
static void failures_of_ours(void **state)
{
	(void)state;
	struct notify_limiter *l = NULL;
	for (unsigned at = 0; at < 4; at++) {
		failing_begin(FAILING_MEMORY, at);
		int code = notify_limiter_new(&notify_limits_default, secret, crypto, &l);
		assert_true(failing_end());
		assert_int_equal(code, ERR_NOMEM);
		assert_null(l);
	}
	struct world w;
	world_open(&w, &notify_limits_default);
	w.d.child = name_of("a.ch.");
	struct address source;
	assert_int_equal(address_from_text("192.0.2.1", &source), 0);
	for (unsigned at = 0; at < 2; at++) {
		bool granted = true;
		struct notify_turn turn = { .granted = true };
		failing_begin(FAILING_LIBRARY, 0);
		assert_int_equal(notify_limiter_source(w.l, &source, NOTIFY_UNPROVEN, NOW, &granted), ERR_CRYPTO);
		assert_true(failing_end());
		assert_false(granted);
		granted = true;
		failing_begin(FAILING_LIBRARY, 0);
		assert_int_equal(notify_limiter_report(w.l, &w.d, NOW, &granted), ERR_CRYPTO);
		assert_true(failing_end());
		assert_false(granted);
		/* For the zone, and for its operator. */
		failing_begin(FAILING_LIBRARY, at == 0 ? 0 : 4);
		assert_int_equal(notify_limiter_probe(w.l, &w.d, NOW, &turn), ERR_CRYPTO);
		assert_true(failing_end());
		assert_false(turn.granted);
	}
	notify_limiter_free(w.l);
	notify_limiter_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source), cmocka_unit_test(who_is_a_source), cmocka_unit_test(a_zone), cmocka_unit_test(an_operator),
		cmocka_unit_test(many_hosts), cmocka_unit_test(all_together), cmocka_unit_test(patience), cmocka_unit_test(reports),
		cmocka_unit_test(no_room), cmocka_unit_test(crowding_out_gains_nothing), cmocka_unit_test(clock_set_back),
		cmocka_unit_test(rounding), cmocka_unit_test(zero_is_no), cmocka_unit_test(ceilings), cmocka_unit_test(failures_of_ours),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
