/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals in the walk: look-ups before the round, questions under the limits of all others, and the end. */
#include "tests/unit/walk_world.h"

static const struct probe_look look_signals = { .tcp_only = true, .signals = true };
static const uint8_t bad[12] = { 0xab, 0xcd, 0x84, 0x02 };
static const struct answer answer_bad = { .status = ANSWER_RECEIVED, .octets = bad, .size = 12 };

/* Zones are looked up before the round begins, and what is asked of their servers is in it. */
static void zones_first_then_questions(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	start_look(w, &k, "ns1 ns3", &look_signals);
	assert_int_equal(w->zone_count, 2);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(walk_turn(w->walk, w->now), UINT64_MAX);
		assert_int_equal(w->asked_count, 0);
		struct signaling_zone zone = zone_of(&w->zones[1 - i].name);
		advance(w, 1000);
		walk_signal(w->zones[1 - i].child, w->zones[1 - i].host, &zone, w->now);
	}
	walk_turn(w->walk, w->now);
	/* Both servers and both signaling names at once. */
	assert_int_equal(w->asked_count, 4);
	answer_all(w, &answer_good, 10);
	assert_int_equal(k.probed, 1);
	assert_false(k.spoilt);
	assert_int_equal(k.began_ms, UINT64_C(1800000002000));
	assert_int_equal(k.ended_ms, UINT64_C(1800000002150));
	assert_int_equal(walk_questions(w->walk), 11 + 4);
	assert_int_equal(k.signal_count, 2);
	assert_int_equal(k.signals[1].answers[1].status, EVIDENCE_ANSWERED);
	arena_free(k.arena);
	free_world(w);
}

/* Addresses of signals change from attempt to attempt: each is counted where it was asked. */
static void limits_hold(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	o.limits.address_in_flight = 2;
	o.limits.address_children = 3;
	struct world *w = new_world(&o);
	static struct kid kids[200];
	memset(kids, 0, sizeof(kids));
	w->zones_inside = true;
	for (unsigned i = 0; i < 200; i++) {
		kids[i].number = i;
		start_look(w, &kids[i], i % 2 == 0 ? "ns1 ns2" : "ns2 ns3", &look_signals);
	}
	assert_true(walk_parked(w->walk) > 150);
	const struct answer *says[] = { &answer_good, &answer_bad, &answer_silent, &answer_bad, &answer_good };
	for (unsigned i = 0; w->done < 200; i++) {
		uint64_t wake = walk_turn(w->walk, w->now);
		if (w->asked_count > 0) {
			advance(w, 1);
			answer(w, i % w->asked_count, says[i % 5]);
		} else {
			assert_true(wake != UINT64_MAX);
			advance(w, wake - w->now.steady_ms);
		}
	}
	for (size_t i = 0; i < ADDRESSES; i++) {
		assert_int_equal(w->at[i], 0);
		assert_true(w->most_at[i] <= 2);
	}
	for (unsigned i = 0; i < 200; i++) {
		assert_int_equal(kids[i].probed, 1);
		assert_false(kids[i].spoilt);
		assert_int_equal(kids[i].signal_count, 2);
		arena_free(kids[i].arena);
	}
	free_world(w);
}

/* The end at any time: with zones looked up, parked, waiting and asked. */
static void stopped(void **state)
{
	(void)state;
	for (unsigned after = 0; after < 40; after++) {
		struct walk_options o = plenty();
		o.limits.address_in_flight = 1;
		o.limits.address_children = 2;
		struct world *w = new_world(&o);
		struct kid kids[4] = { { .number = 1 }, { .number = 2 }, { .number = 3 }, { .number = 4 } };
		for (unsigned i = 0; i < 4; i++) {
			w->zones_inside = i < 3;
			start_look(w, &kids[i], "ns1 ns2", &look_signals);
		}
		assert_int_equal(w->zone_count, 2);
		for (unsigned i = 0; i < after; i++) {
			walk_turn(w->walk, w->now);
			advance(w, 300);
			if (w->asked_count > 0) {
				answer(w, 0, i % 3 == 0 ? &answer_bad : &answer_good);
			}
		}
		walk_stop(w->walk, w->now);
		for (size_t i = 0; i < w->zone_count; i++) {
			walk_signal(w->zones[i].child, w->zones[i].host, NULL, w->now);
		}
		while (w->asked_count > 0) {
			answer(w, 0, &answer_cancelled);
		}
		for (unsigned i = 0; i < 4; i++) {
			assert_int_equal(kids[i].probed, 1);
			assert_true(kids[i].spoilt || after > 13);
			arena_free(kids[i].arena);
		}
		assert_true(kids[3].spoilt);
		free_world(w);
	}
}

static void unknown_zone_spoils(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	start_look(w, &k, "ns1", &look_signals);
	walk_signal(w->zones[0].child, 0, NULL, w->now);
	assert_int_equal(k.probed, 1);
	assert_true(k.spoilt);
	assert_int_equal(walk_questions(w->walk), 0);
	arena_free(k.arena);
	free_world(w);
}

/* A zone whose servers cannot be found: the child is asked all the same. */
static void zone_without_servers(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	const struct signaling_zone none = { .server_count = 0 };
	start_look(w, &k, "ns1", &look_signals);
	walk_signal(w->zones[0].child, 0, &none, w->now);
	answer_all(w, &answer_good, 1);
	assert_int_equal(k.probed, 1);
	assert_false(k.spoilt);
	assert_int_equal(walk_questions(w->walk), 6);
	assert_int_equal(k.signals[0].answers[0].status, EVIDENCE_NOT_ASKED);
	arena_free(k.arena);
	free_world(w);
}

/* whatever servers do, a round that is looking for signals stays within its time. */
static void nobody_stretches_the_round(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	o.probe = (struct probe_options){ .allow_special = true, .udp_attempts = 2, .udp_timeout_ms = 1500, .tcp_timeout_ms = 6000 };
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	const struct answer slow = { .status = ANSWER_RECEIVED, .octets = bad, .size = 12, .rtt_us = 5999000 };
	struct signaling_zone zone = { .server_count = 32 };
	for (size_t i = 0; i < 32; i++) {
		zone.servers[i] = (struct address){ 4, { 192, 0, (uint8_t)i, 7 } };
	}
	start_look(w, &k, "ns1", &look_signals);
	walk_signal(w->zones[0].child, 0, &zone, w->now);
	/* Every server answers just before its time is over, and none of use: the two that are asked at the same time. */
	for (;;) {
		walk_turn(w->walk, w->now);
		if (w->asked_count == 0) {
			break;
		}
		advance(w, 5999);
		for (size_t n = w->asked_count; n > 0; n--) {
			answer(w, 0, &slow);
		}
	}
	assert_int_equal(k.probed, 1);
	assert_false(k.spoilt);
	assert_int_equal(k.signals[0].answers[0].attempts, PROBE_SIGNAL_SERVERS);
	assert_int_equal(k.signals[0].answers[1].attempts, PROBE_SIGNAL_SERVERS);
	assert_in_range(k.ended_ms - k.began_ms, 30000, LIMIT_ROUND_MS);
	arena_free(k.arena);
	free_world(w);
}

/* who has opted out is looked up nowhere and asked nothing. */
static void opted_out(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { .arena = arena_new() };
	struct delegation *d = arena_alloc(k.arena, sizeof(*d));
	d->hosts = arena_alloc(k.arena, sizeof(*d->hosts));
	d->host_count = 1;
	d->flags = DELEGATION_OPTED_OUT;
	w->hosts_inside = false;
	assert_int_equal(name_from_text("c1.example.", &d->child), ERR_OK);
	assert_int_equal(name_from_text("ns1.example.net.", &d->hosts[0].name), ERR_OK);
	const struct probe_look look = { .tcp_only = false };
	assert_int_equal(walk_start(w->walk, k.arena, d, &look, &k, w->now), ERR_OK);
	assert_int_equal(k.probed, 1);
	assert_false(k.spoilt);
	assert_int_equal(w->looked_count, 0);
	assert_int_equal(walk_questions(w->walk), 0);
	assert_int_equal(k.hosts[0].status, EVIDENCE_HOST_NOT_ASKED);
	arena_free(k.arena);
	free_world(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_first_then_questions),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(stopped),
		cmocka_unit_test(unknown_zone_spoils),
		cmocka_unit_test(zone_without_servers),
		cmocka_unit_test(nobody_stretches_the_round),
		cmocka_unit_test(opted_out),
	};
	return cmocka_run_group_tests_name("walk_signals", tests, NULL, NULL);
}
