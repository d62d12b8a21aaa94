/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile children (L-DOS-1, A-15, T-45): the reason each gets, and that its work is charged before it is done. Nothing here
 * takes a time: what the work takes is measured by tests/bench/bench_hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/hostile.h"
#include "validate/accept/policy.h"
#include "validate/cds/judge.h"
#include "validate/wire/err.h"

struct world {
	struct crypto *crypto;
	struct arena *arena;
	struct hostile_zone zone;
};

static int setup(void **state)
{
	static struct world w;
	w.crypto = crypto_new();
	w.arena = arena_new();
	*state = &w;
	return w.crypto == NULL || w.arena == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	arena_free(w->arena);
	crypto_free(w->crypto);
	return 0;
}

/* The same child without a DS set, over TCP: what it asks for would be its first one. */
static void take_ds_away(struct hostile_zone *z)
{
	z->delegation.ds_state = DS_ABSENT;
	z->delegation.ds_ttl = 0;
	z->delegation.ds.count = 0;
	for (size_t i = 0; i < z->evidence.server_count; i++) {
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			z->evidence.servers[i].answers[q].tcp = true;
		}
	}
}

/* As in a scan: encoded, so that it keeps the ceiling of the evidence, and decoded again. */
static void judge_zone(struct world *w, const char *name, struct finding *out)
{
	struct slice octets;
	struct evidence evidence;
	int err = evidence_encode(&w->zone.evidence, w->arena, &octets);
	if (err != 0) {
		fail_msg("%s: %s", name, err_text(err));
	}
	assert_int_equal(evidence_decode(octets, w->arena, &evidence), 0);
	struct rules rules = policy_preset(POLICY_DEFAULT)->rules;
	rules.bootstrap = (struct bootstrap_rules){ .enabled = true };
	const struct judge_input in = { &evidence, &w->zone.delegation, &rules, algorithm_table_builtin(), HOSTILE_NOW, NULL };
	assert_int_equal(judge(w->crypto, &in, w->arena, out), 0);
}

static void judge_child(struct world *w, const struct hostile_child *c, struct finding *out)
{
	hostile_make(c, w->arena, &w->zone);
	judge_zone(w, c->name, out);
	hostile_free(&w->zone);
}

static bool child_holds(struct world *w, const struct hostile_child *c)
{
	struct finding f;
	judge_child(w, c, &f);
	uint32_t max = c->cost_max_us == 0 ? LIMIT_COST_NS - 1 : c->cost_max_us * 1000;
	bool fits = c->exhausts ? f.cost_ns == LIMIT_COST_NS : f.cost_ns <= max;
	if (f.reason != c->reason || !fits) {
		print_error("%s: %s, %u us charged, %u verifications\n", c->name, reason_token(f.reason), f.cost_ns / 1000,
			f.verifications);
	}
	assert_true(f.cost_ns <= LIMIT_COST_NS && f.cost_ns > 0);
	assert_int_equal(f.silent_count, 0);	/* whoever answered is not silent, however little of it was looked at */
	assert_true(f.check_count <= LIMIT_CHECKS && f.mark_count <= LIMIT_MARKS);
	assert_true((f.change != CHANGE_NONE) == (reason_find(f.reason)->class == CLASS_ACCEPT));
	arena_reset(w->arena);
	return f.reason == c->reason && fits;
}

static void check_all(struct world *w, const struct hostile_child *c, size_t count)
{
	size_t wrong = 0;
	for (size_t i = 0; i < count; i++) {
		wrong += !child_holds(w, &c[i]);
	}
	assert_int_equal(wrong, 0);
}

static void test_keys_and_signatures(void **state)
{
	size_t count;
	const struct hostile_child *c = hostile_by_keys(&count);
	check_all(*state, c, count);
}

static void test_volume(void **state)
{
	size_t count;
	const struct hostile_child *c = hostile_by_volume(&count);
	check_all(*state, c, count);
}

/* L-DOS-1: no child costs more because it has no DS set yet, and none gets one by costing more. */
static void test_without_ds(void **state)
{
	struct world *w = *state;
	size_t counts[2];
	const struct hostile_child *tables[2] = { hostile_by_keys(&counts[0]), hostile_by_volume(&counts[1]) };
	unsigned exhausted = 0;
	unsigned unproven = 0;
	for (size_t i = 0; i < counts[0] + counts[1]; i++) {
		const struct hostile_child *c = i < counts[0] ? &tables[0][i] : &tables[1][i - counts[0]];
		struct finding f;
		hostile_make(c, w->arena, &w->zone);
		take_ds_away(&w->zone);
		judge_zone(w, c->name, &f);
		hostile_free(&w->zone);
		assert_true(f.cost_ns <= LIMIT_COST_NS && f.cost_ns > 0);
		assert_true(f.check_count <= LIMIT_CHECKS && f.mark_count <= LIMIT_MARKS);
		assert_int_equal(f.silent_count, 0);
		assert_true((f.change == CHANGE_INITIAL) == (f.reason == REASON_BOOTSTRAP_UNPROVEN));
		/* Where the budget was not enough, that is the reason, unless another one stands against the child. */
		bool refused = reason_find(f.reason)->class == CLASS_REJECT || f.reason == REASON_KEY_TAG_COLLISIONS ||
			f.reason == REASON_TOO_MANY_SIGNATURES || f.reason == REASON_NOOP_NO_SIGNAL;
		if (f.cost_ns == LIMIT_COST_NS && f.reason != REASON_BUDGET_EXHAUSTED && !refused) {
			fail_msg("%s: %s", c->name, reason_token(f.reason));
		}
		exhausted += f.reason == REASON_BUDGET_EXHAUSTED;
		unproven += f.reason == REASON_BOOTSTRAP_UNPROVEN;
		arena_reset(w->arena);
	}
	assert_true(exhausted > 5 && unproven > 5);
}

/* One more record at the end of the CDS answer of the first server, so long that reading it costs what is wanted. */
static struct slice padded(struct arena *arena, struct slice octets, size_t more)
{
	uint8_t *copy = arena_alloc(arena, octets.size + 11 + more);
	assert_non_null(copy);
	memcpy(copy, octets.data, octets.size);
	copy[11]++;		/* ARCOUNT */
	uint8_t *record = copy + octets.size;
	memcpy(record, "\0\377\2\0\1\0\0\0\0", 9);
	record[9] = (uint8_t)(more >> 8);
	record[10] = (uint8_t)more;
	return (struct slice){ copy, octets.size + 11 + more };
}

#define PADS 110
#define PAD_OCTETS 250		/* half a microsecond */

/* Judges an honest child with ever more to read. Returns how often it was accepted; it is first, or not at all. */
static unsigned count_accepted(struct world *w, unsigned records, bool first)
{
	unsigned accepted = 0;
	struct arena *zone_arena = w->arena;
	struct arena *arena = arena_new();
	const struct hostile_child c = hostile_noise(records);
	hostile_make(&c, zone_arena, &w->zone);
	if (first) {
		take_ds_away(&w->zone);
	}
	const struct slice octets = w->zone.evidence.servers[0].answers[EVIDENCE_CDS].octets;
	for (unsigned i = 0; i < PADS; i++) {
		struct finding f;
		w->zone.evidence.servers[0].answers[EVIDENCE_CDS].octets = padded(arena, octets, i * PAD_OCTETS);
		w->arena = arena;
		judge_zone(w, c.name, &f);
		w->arena = zone_arena;
		if (f.reason == (first ? REASON_BOOTSTRAP_UNPROVEN : REASON_ACCEPT_UPDATE)) {
			assert_int_equal(accepted++, i);
			assert_int_equal(f.mark_count, first ? 2 : 4);
			assert_true(f.cost_ns < LIMIT_COST_NS);
		} else {
			assert_int_equal(f.reason, REASON_BUDGET_EXHAUSTED);
			assert_int_equal(f.change, CHANGE_NONE);
			assert_int_equal(f.cost_ns, LIMIT_COST_NS);
		}
		assert_int_equal(f.silent_count, 0);
		arena_reset(arena);
	}
	hostile_free(&w->zone);
	arena_reset(zone_arena);
	arena_free(arena);
	return accepted;
}

/* Wherever the budget ends, between any two steps, nothing is accepted any more and nothing else is said. */
static void check_budget_ends_anywhere(struct world *w, bool first)
{
	unsigned records = 256;
	while (count_accepted(w, records, first) == PADS) {
		records++;
	}
	for (unsigned i = 0; i < 9; i++) {
		assert_true(count_accepted(w, ++records, first) < PADS);
	}
	assert_int_equal(count_accepted(w, records, first), 0);
}

static void test_budget_ends_anywhere(void **state)
{
	check_budget_ends_anywhere(*state, false);
}

/* L-DOS-1: of a first DS set, too. */
static void test_budget_ends_anywhere_without_ds(void **state)
{
	check_budget_ends_anywhere(*state, true);
}

/* An answer that was not read any more is an error of its server, and shown as one. */
static void test_answers_that_are_not_read(void **state)
{
	struct world *w = *state;
	struct finding f;
	const struct hostile_child c = hostile_noise(500);
	judge_child(w, &c, &f);
	assert_int_equal(f.reason, REASON_BUDGET_EXHAUSTED);
	assert_int_equal(f.servers[0].classes[EVIDENCE_CDS], RESPONSE_POS);
	assert_int_equal(f.servers[7].classes[EVIDENCE_CDS], RESPONSE_FAIL);
	assert_int_equal(f.servers[7].class, RESPONSE_FAIL);
	assert_int_equal(f.servers[7].reason, REASON_BUDGET_EXHAUSTED);
	assert_int_equal(f.silent_count, 0);
	assert_int_equal(f.verifications, 0);
	arena_reset(w->arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_and_signatures),
		cmocka_unit_test(test_volume),
		cmocka_unit_test(test_without_ds),
		cmocka_unit_test(test_budget_ends_anywhere),
		cmocka_unit_test(test_budget_ends_anywhere_without_ds),
		cmocka_unit_test(test_answers_that_are_not_read),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
