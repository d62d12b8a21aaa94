/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile children (L-DOS-1, A-15, T-45): the reason each gets, and that its work is charged before it is done. Nothing here
 * takes a time: what the work takes is measured by tests/bench/bench_hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

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

/* As in a scan: encoded, so that it keeps the ceiling of the evidence, and decoded again. */
static void judge_child(struct world *w, const struct hostile_child *c, struct finding *out)
{
	struct slice octets;
	struct evidence evidence;
	hostile_make(c, w->arena, &w->zone);
	int err = evidence_encode(&w->zone.evidence, w->arena, &octets);
	if (err != 0) {
		fail_msg("%s: %s", c->name, err_text(err));
	}
	assert_int_equal(evidence_decode(octets, w->arena, &evidence), 0);
	const struct judge_input in = { &evidence, &w->zone.delegation, &policy_preset(POLICY_DEFAULT)->rules,
		algorithm_table_builtin(), HOSTILE_NOW };
	assert_int_equal(judge(w->crypto, &in, w->arena, out), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys_and_signatures),
		cmocka_unit_test(test_volume),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
