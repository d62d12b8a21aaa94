/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walk: probes through the limiter with a driver and two clocks that the test turns. */
#include "tests/unit/walk_world.h"

static void hosts_first_then_questions(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	w->hosts_inside = false;
	start(w, &k, "ns1 ns2 none", false);
	assert_int_equal(w->looked_count, 3);
	assert_int_equal(walk_children(w->walk), 1);
	/* Not before the last host is known, and from a walk_turn only. */
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(walk_turn(w->walk, w->now), UINT64_MAX);
		assert_int_equal(w->asked_count, 0);
		struct looked *l = &w->looked[2 - i];
		struct host h = host_of(&l->name);
		advance(w, 1000);
		walk_host(l->child, l->host, &h, w->now);
	}
	walk_turn(w->walk, w->now);
	assert_int_equal(w->asked_count, 2);
	answer_all(w, &answer_good, 10);
	assert_int_equal(k.probed, 1);
	assert_false(k.spoilt);
	assert_int_equal(k.server_count, 2);
	/* The round begins with the first question: what looking up took is not in it. */
	assert_int_equal(k.began_ms, UINT64_C(1800000003000));
	assert_int_equal(k.ended_ms, UINT64_C(1800000003110));
	/* Five of each server, and one more of one. */
	assert_int_equal(walk_questions(w->walk), 11);
	arena_free(k.arena);
	free_world(w);
}

static void hosts_answered_from_inside(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	start(w, &k, "ns1 ns2", false);
	assert_int_equal(w->asked_count, 0);
	answer_all(w, &answer_good, 1);
	assert_int_equal(k.probed, 1);
	assert_int_equal(walk_questions(w->walk), 11);
	arena_free(k.arena);
	free_world(w);
}

/* No name server, or none with an address: evidence at once, and nobody is asked. */
static void nobody_to_ask(void **state)
{
	(void)state;
	static const char *const hosts[] = { "", "none", "none nothing" };
	for (size_t i = 0; i < 3; i++) {
		struct walk_options o = plenty();
		struct world *w = new_world(&o);
		struct kid k = { 0 };
		start(w, &k, hosts[i], false);
		assert_int_equal(k.probed, 1);
		assert_false(k.spoilt);
		assert_int_equal(k.server_count, 0);
		assert_int_equal(walk_turn(w->walk, w->now), UINT64_MAX);
		assert_int_equal(walk_questions(w->walk), 0);
		arena_free(k.arena);
		free_world(w);
	}
}

/* What was not looked up is not known: no evidence, and no question for nothing. */
static void cancelled_host_spoils(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	start(w, &k, "ns1 gone", false);
	walk_turn(w->walk, w->now);
	assert_int_equal(k.probed, 1);
	assert_true(k.spoilt);
	assert_int_equal(walk_questions(w->walk), 0);
	arena_free(k.arena);
	free_world(w);
}

/* A question that cannot be sent spoils the probe; what is out still comes back before it ends. */
static void ask_that_fails_spoils(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	start(w, &k, "ns1 ns2", false);
	w->ask_fails = 1;
	walk_turn(w->walk, w->now);
	assert_int_equal(w->asked_count, 1);
	assert_int_equal(k.probed, 0);
	answer_all(w, &answer_good, 1);
	assert_int_equal(k.probed, 1);
	assert_true(k.spoilt);
	arena_free(k.arena);
	k = (struct kid){ 0 };
	start(w, &k, "ns1 ns2", false);
	w->ask_fails = 2;
	walk_turn(w->walk, w->now);
	assert_int_equal(k.probed, 1);
	assert_true(k.spoilt);
	arena_free(k.arena);
	free_world(w);
}

static void second_look_is_over_tcp(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	struct world *w = new_world(&o);
	struct kid k = { 0 };
	start(w, &k, "ns1", true);
	for (unsigned i = 0; i < 6; i++) {
		walk_turn(w->walk, w->now);
		assert_int_equal(w->asked_count, 1);
		assert_int_equal(w->asked[0].question.transport, TRANSPORT_TCP);
		assert_int_equal(w->asked[0].question.timeout_ms, 900);
		answer(w, 0, &answer_good);
	}
	assert_int_equal(k.probed, 1);
	arena_free(k.arena);
	free_world(w);
}

static void caps_of_addresses_and_of_all(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	o.limits.address_in_flight = 3;
	o.limits.total_in_flight = 4;
	struct world *w = new_world(&o);
	struct kid kids[20] = { 0 };
	for (unsigned i = 0; i < 20; i++) {
		kids[i].number = i;
		start(w, &kids[i], i % 2 == 0 ? "ns1" : "ns2", false);
	}
	walk_turn(w->walk, w->now);
	assert_int_equal(w->asked_count, 4);
	assert_true(w->at[1] <= 3 && w->at[2] <= 3);
	assert_int_equal(walk_waiting(w->walk), 16);
	answer_all(w, &answer_good, 1);
	assert_int_equal(w->done, 20);
	assert_true(w->most_at[1] <= 3 && w->most_at[2] <= 3);
	for (unsigned i = 0; i < 20; i++) {
		arena_free(kids[i].arena);
	}
	free_world(w);
}

/* Two children at an address at a time: the third begins when one is through, in order, and its round is as short. */
static void children_wait_before_their_round(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	o.limits.address_children = 2;
	o.limits.address_rate = 10;
	o.limits.address_burst = 1;
	struct world *w = new_world(&o);
	struct kid kids[6] = { 0 };
	for (unsigned i = 0; i < 6; i++) {
		kids[i].number = i;
		start(w, &kids[i], i == 5 ? "ns2" : "ns1", false);
	}
	assert_int_equal(walk_parked(w->walk), 3);
	assert_int_equal(walk_waiting(w->walk), 3);
	answer_all(w, &answer_good, 1);
	assert_int_equal(w->done, 6);
	for (unsigned i = 0; i < 6; i++) {
		assert_false(kids[i].spoilt);
		/* Twelve questions of two children at ten a second. */
		assert_true(kids[i].ended_ms - kids[i].began_ms <= 1300);
		assert_true(i == 0 || i == 5 || kids[i].began_ms >= kids[i - 1].began_ms);
		arena_free(kids[i].arena);
	}
	assert_true(kids[4].began_ms - kids[0].began_ms >= 900);
	free_world(w);
}

/* Whom one address lets go waits at the next; who comes behind it at the first must not wait with it. */
static void room_is_not_lost(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	o.limits.address_children = 1;
	struct world *w = new_world(&o);
	struct kid kids[4] = { { .number = 0 }, { .number = 1 }, { .number = 2 }, { .number = 3 } };
	start(w, &kids[0], "ns1", false);
	start(w, &kids[1], "ns2", false);
	start(w, &kids[2], "ns1 ns2", false);
	start(w, &kids[3], "ns1", false);
	assert_int_equal(walk_parked(w->walk), 2);
	walk_turn(w->walk, w->now);
	/* Only the first one gets answers. */
	for (unsigned i = 0; i < 6; i++) {
		for (size_t k = 0; k < w->asked_count; k++) {
			if (w->asked[k].server->probe->user == &kids[0]) {
				answer(w, k, &answer_good);
				break;
			}
		}
		walk_turn(w->walk, w->now);
	}
	assert_int_equal(kids[0].probed, 1);
	bool fourth_is_asked = false;
	for (size_t k = 0; k < w->asked_count; k++) {
		fourth_is_asked = fourth_is_asked || w->asked[k].server->probe->user == &kids[3];
	}
	assert_true(fourth_is_asked);
	answer_all(w, &answer_good, 1);
	assert_int_equal(w->done, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_false(kids[i].spoilt);
		arena_free(kids[i].arena);
	}
	free_world(w);
}

/* answers more than 120 s apart are of no one round; and a clock that was set back says nothing about it. */
static void round_that_took_too_long(void **state)
{
	(void)state;
	static const struct {
		int64_t passed_ms;
		bool spoilt;
	} rows[] = { { 0, false }, { 119999, false }, { 120000, false }, { 120001, true }, { 86400000, true }, { -1, true } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct walk_options o = plenty();
		struct world *w = new_world(&o);
		struct kid k = { 0 };
		start(w, &k, "ns1", false);
		walk_turn(w->walk, w->now);
		w->now.unix_ms += (uint64_t)rows[i].passed_ms;
		answer_all(w, &answer_good, 0);
		assert_int_equal(k.probed, 1);
		assert_int_equal(k.spoilt, rows[i].spoilt);
		arena_free(k.arena);
		free_world(w);
	}
}

/* An operator's children at a server that never speaks, with the limits of the scan command: however many they are, no
 * round of theirs grows long by their waiting for each other. */
static void dead_server_of_many(void **state)
{
	(void)state;
	enum { MANY = 300 };
	static struct kid kids[MANY];
	for (unsigned tcp = 0; tcp < 2; tcp++) {
		struct walk_options o = { .limits = { .address_rate = 100, .address_burst = 20, .address_in_flight = 16,
			.total_rate = 10000, .total_in_flight = 4000 }, .probe = { .allow_special = true, .udp_attempts = 2,
			.udp_timeout_ms = 1500, .tcp_timeout_ms = 6000 } };
		limiter_options_children(&o.limits);
		struct world *w = new_world(&o);
		memset(kids, 0, sizeof(kids));
		for (unsigned i = 0; i < MANY; i++) {
			kids[i].number = i;
			start(w, &kids[i], "ns1", tcp);
		}
		while (silence(w)) {
		}
		for (unsigned i = 0; i < MANY; i++) {
			assert_int_equal(kids[i].probed, 1);
			assert_false(kids[i].spoilt);
			assert_true(kids[i].ended_ms - kids[i].began_ms < 90000);
			arena_free(kids[i].arena);
		}
		free_world(w);
	}
}

static void limits_of_children(void **state)
{
	(void)state;
	static const struct {
		uint32_t rate, in_flight, children;
	} rows[] = { { 100, 16, 32 }, { 1000000, 16, 32 }, { 1, 16, 2 }, { 0, 0, 1 }, { UINT32_MAX, UINT32_MAX, UINT32_MAX } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct limiter_options o = { .address_rate = rows[i].rate, .address_in_flight = rows[i].in_flight,
			.total_rate = rows[i].rate, .total_in_flight = rows[i].in_flight };
		limiter_options_children(&o);
		assert_int_equal(o.address_children, rows[i].children);
		assert_int_equal(o.total_children, rows[i].children);
	}
}

/* Stopped with questions waiting, questions out, children parked and look-ups open. */
static void stop_ends_everything(void **state)
{
	(void)state;
	struct walk_options o = plenty();
	o.limits.address_in_flight = 1;
	o.limits.address_children = 3;
	struct world *w = new_world(&o);
	struct kid kids[8] = { 0 };
	for (unsigned i = 0; i < 8; i++) {
		kids[i].number = i;
		w->hosts_inside = i < 6;
		start(w, &kids[i], "ns1", false);
	}
	walk_turn(w->walk, w->now);
	assert_int_equal(w->asked_count, 1);
	assert_int_equal(walk_waiting(w->walk), 2);
	assert_int_equal(walk_parked(w->walk), 3);
	walk_stop(w->walk, w->now);
	assert_int_equal(w->done, 5);
	assert_int_equal(walk_waiting(w->walk), 0);
	assert_int_equal(walk_parked(w->walk), 0);
	/* What is out comes back, cancelled or with an answer that came just then. */
	answer(w, 0, &answer_good);
	assert_int_equal(w->done, 6);
	for (size_t i = 0; i < w->looked_count; i++) {
		struct host h = { .status = i == 0 ? HOST_CANCELLED : HOST_NO_ADDRESS };
		walk_host(w->looked[i].child, w->looked[i].host, &h, w->now);
	}
	assert_int_equal(w->done, 8);
	assert_int_equal(walk_turn(w->walk, w->now), UINT64_MAX);
	for (unsigned i = 0; i < 8; i++) {
		assert_int_equal(kids[i].probed, 1);
		/* Child 7 had nobody to ask: that is complete. */
		assert_int_equal(kids[i].spoilt, i != 7);
		arena_free(kids[i].arena);
	}
	free_world(w);
}

/* ---- at random */

#define KIDS 300

static unsigned draw(unsigned *random, unsigned below)
{
	*random = *random * 1103515245u + 12345u;
	return (*random >> 16) % below;
}

static void random_event(struct world *w, unsigned *random)
{
	if (w->looked_count > 0 && draw(random, 2) == 0) {
		size_t i = draw(random, (unsigned)w->looked_count);
		struct looked l = w->looked[i];
		w->looked[i] = w->looked[--w->looked_count];
		struct host h = host_of(&l.name);
		walk_host(l.child, l.host, &h, w->now);
	} else if (w->asked_count > 0) {
		unsigned dice = draw(random, 100);
		answer(w, draw(random, (unsigned)w->asked_count), dice < 70 ? &answer_good : dice < 99 ? &answer_silent
			: &answer_cancelled);
	}
	w->ask_fails += draw(random, 200) == 0;
	advance(w, draw(random, 40));
}

static void random_story(unsigned seed)
{
	static const char *const hosts[] = { "ns1", "ns1 ns2", "ns2 ns3", "ns1 ns2 ns3 ns4 ns5", "ns4 none", "", "gone ns6", "ns7" };
	unsigned random = seed;
	struct walk_options o = plenty();
	o.limits.address_in_flight = 1 + draw(&random, 4);
	o.limits.total_in_flight = 3 + draw(&random, 10);
	o.limits.address_rate = 20 + draw(&random, 500);
	o.limits.address_burst = 1 + draw(&random, 5);
	o.limits.total_rate = 50 + draw(&random, 1000);
	o.limits.address_children = draw(&random, 4);
	o.limits.total_children = draw(&random, 3) == 0 ? 0 : 1 + draw(&random, 12);
	struct world *w = new_world(&o);
	static struct kid kids[KIDS];
	memset(kids, 0, sizeof(kids));
	unsigned started = 0;
	unsigned stop_at = draw(&random, 3) == 0 ? draw(&random, 2000) : UINT32_MAX;
	for (unsigned step = 0; started < KIDS || w->done < KIDS; step++) {
		assert_true(step < 200000);
		if (started < KIDS && draw(&random, 3) == 0) {
			kids[started].number = started;
			w->hosts_inside = draw(&random, 2) == 0;
			start(w, &kids[started++], hosts[draw(&random, 8)], draw(&random, 5) == 0);
		}
		random_event(w, &random);
		uint64_t wake = walk_turn(w->walk, w->now);
		if (step == stop_at) {
			walk_stop(w->walk, w->now);
		}
		/* Nothing is out and nothing else comes: then the walk must know when. */
		bool idle = w->asked_count == 0 && w->looked_count == 0 && w->done < started;
		assert_true(!idle || wake != UINT64_MAX || step >= stop_at);
		if (idle && wake != UINT64_MAX && wake > w->now.steady_ms) {
			advance(w, wake - w->now.steady_ms);
		}
	}
	for (unsigned i = 0; i < KIDS; i++) {
		assert_int_equal(kids[i].probed, 1);
		arena_free(kids[i].arena);
	}
	for (unsigned n = 0; n < ADDRESSES; n++) {
		assert_int_equal(w->at[n], 0);
		assert_true(w->most_at[n] <= o.limits.address_in_flight);
	}
	free_world(w);
}

static void anything_ends(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 200; seed++) {
		random_story(seed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_first_then_questions),
		cmocka_unit_test(hosts_answered_from_inside),
		cmocka_unit_test(nobody_to_ask),
		cmocka_unit_test(cancelled_host_spoils),
		cmocka_unit_test(ask_that_fails_spoils),
		cmocka_unit_test(second_look_is_over_tcp),
		cmocka_unit_test(caps_of_addresses_and_of_all),
		cmocka_unit_test(children_wait_before_their_round),
		cmocka_unit_test(room_is_not_lost),
		cmocka_unit_test(round_that_took_too_long),
		cmocka_unit_test(dead_server_of_many),
		cmocka_unit_test(limits_of_children),
		cmocka_unit_test(stop_ends_everything),
		cmocka_unit_test(anything_ends),
	};
	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
