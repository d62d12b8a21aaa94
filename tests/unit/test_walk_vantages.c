/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several places in the walk: under the limits of all others, in a round that stays short. */
#include "tests/unit/walk_world.h"

static const struct probe_look look_everywhere = { .tcp_only = true, .challenge = true, .vantages = true };

/* With the limits of the scan command. */
static struct walk_options as_in_a_scan(size_t vantages)
{
	static const char *const names[LIMIT_VANTAGES] = { "ams", "fra", "zrh", "vie" };
	struct walk_options o = { .limits = { .address_rate = 100, .address_burst = 20, .address_in_flight = 16,
		.total_rate = 10000, .total_in_flight = 4000 }, .probe = { .allow_special = true, .udp_attempts = 2,
		.udp_timeout_ms = 1500, .tcp_timeout_ms = 6000, .vantage_count = vantages } };
	for (size_t i = 0; i < vantages; i++) {
		strcpy(o.probe.vantages[i].name, names[i]);
	}
	limiter_options_children(&o.limits);
	return o;
}

/* R8078-5-1: a place more is no licence to ask an address more at once. */
static void limits_hold(void **state)
{
	(void)state;
	struct walk_options o = as_in_a_scan(3);
	o.limits.address_in_flight = 2;
	struct world *w = new_world(&o);
	static struct kid kids[30];
	memset(kids, 0, sizeof(kids));
	for (unsigned i = 0; i < 30; i++) {
		kids[i].number = i;
		start_look(w, &kids[i], "ns1 ns2", &look_everywhere);
	}
	answer_all(w, &answer_good, 5);
	for (unsigned i = 0; i < 30; i++) {
		assert_int_equal(kids[i].probed, 1);
		assert_false(kids[i].spoilt);
		arena_free(kids[i].arena);
	}
	assert_true(w->most_at[1] <= 2 && w->most_at[2] <= 2);
	/* Six questions at two addresses from three places, and NS once. */
	assert_int_equal(walk_questions(w->walk), 30 * (6 * 2 * 3 + 1));
	free_world(w);
}

/* an operator's children at a server that never speaks, or a place that is cut off: a child that is asked from several places
 * counts as so many, so that no round grows long by their waiting for each other. */
static void dead_server_of_many(void **state)
{
	(void)state;
	enum { MANY = 150 };
	static struct kid kids[MANY];
	for (size_t vantages = 1; vantages <= LIMIT_VANTAGES; vantages++) {
		struct walk_options o = as_in_a_scan(vantages);
		struct world *w = new_world(&o);
		uint64_t longest = 0;
		memset(kids, 0, sizeof(kids));
		for (unsigned i = 0; i < MANY; i++) {
			kids[i].number = i;
			start_look(w, &kids[i], "ns1", &look_everywhere);
		}
		while (silence(w)) {
		}
		for (unsigned i = 0; i < MANY; i++) {
			uint64_t took = kids[i].ended_ms - kids[i].began_ms;
			assert_int_equal(kids[i].probed, 1);
			assert_false(kids[i].spoilt);
			longest = took > longest ? took : longest;
			arena_free(kids[i].arena);
		}
		print_message("  %zu places: %u s at most\n", vantages, (unsigned)(longest / 1000));
		assert_true(longest < 100000);
		free_world(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_hold), cmocka_unit_test(dead_server_of_many),
	};
	return cmocka_run_group_tests_name("walk: vantages", tests, NULL, NULL);
}
