/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failures of ours where a child was asked from several places: they are never taken for what a place saw. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"
#include "tests/unit/zone_challenge.h"

#define TWO(...) { __VA_ARGS__, .tcp = true, .on = true }, { __VA_ARGS__, .tcp = true, .on = true }

static const struct says first[SERVERS_MAX] = { TWO(.cds = "A", .cdnskey = "A") };
static const struct says others[][SERVERS_MAX] = { { TWO(.cds = "A", .cdnskey = "A") }, { TWO(.cds = "A:4", .cdnskey = "A") },
	{ TWO(.trouble = TROUBLE_TIMEOUT) } };

struct world {
	struct arena *arena;
	struct crypto *crypto;
	struct policy policy;
	struct slice evidence, delegation;
};

/* Two more places, of which the first one agrees. */
static void set_up(struct world *w, size_t last, struct crypto *crypto)
{
	struct evidence e;
	struct delegation d;
	*w = (struct world){ .arena = arena_new(), .crypto = crypto, .policy = *policy_preset(POLICY_DEFAULT) };
	assert_non_null(w->arena);
	w->policy.bootstrap.method_count = 1;
	w->policy.bootstrap.methods[0] = BOOTSTRAP_CHALLENGE;
	w->policy.rules.bootstrap.authenticated = false;
	w->policy.rules.bootstrap.challenge = true;
	w->policy.rules.bootstrap.vantages = 2;
	evidence_build(first, w->arena, &e);
	e.challenge_asked = true;
	strcpy(e.vantage, "ams");
	e.vantages = arena_array(w->arena, 2, sizeof e.vantages[0]);
	assert_non_null(e.vantages);
	e.vantage_count = 2;
	for (size_t i = 0; i < 2; i++) {
		struct evidence there;
		evidence_build(others[i == 0 ? 0 : last], w->arena, &there);
		strcpy(e.vantages[i].name, i == 0 ? "fra" : "zrh");
		e.vantages[i].servers = there.servers;
	}
	for (size_t i = 0; i < e.server_count; i++) {
		e.servers[i].challenge = e.vantages[0].servers[i].challenge = e.vantages[1].servers[i].challenge =
			challenge_build("token", w->arena);
	}
	delegation_build(first, "", w->arena, &d);
	assert_int_equal(evidence_encode(&e, w->arena, &w->evidence), 0);
	assert_int_equal(delegation_encode(&d, w->arena, &w->delegation), 0);
}

/* From the octets of the evidence to those of the decision, and both back. */
static int run(const struct world *w, struct arena *arena, struct decision *decision)
{
	const struct case_input in = { .evidence = w->evidence, .delegation = w->delegation, .policy = &w->policy,
		.algorithms = algorithm_table_builtin(), .now = ZONE_NOW };
	struct child_state after;
	struct evidence e;
	struct slice octets;
	*decision = (struct decision){ .reason = REASON_NONE };
	int code = case_decide(w->crypto, &in, arena, decision, &after);
	if (code != 0) {
		assert_int_equal(decision->reason, REASON_NONE);
		return code;
	}
	code = evidence_decode(w->evidence, arena, &e);
	if (code == 0) {
		code = evidence_encode(&e, arena, &octets);
	}
	if (code == 0) {
		code = decision_encode(decision, arena, &octets);
	}
	return code == 0 ? decision_decode(octets, arena, decision) : code;
}

static const enum reason wanted[] = { REASON_BOOTSTRAP_UNPROVEN, REASON_VANTAGE_DISAGREE, REASON_BOOTSTRAP_UNPROVEN };

static void fail_everywhere(struct crypto *crypto, enum failing_kind kind, int error)
{
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		struct world w;
		struct arena *arena = arena_new();
		struct decision d;
		set_up(&w, i, crypto);
		assert_int_equal(run(&w, arena, &d), 0);
		assert_reason(d.reason, wanted[i]);
		assert_int_equal(d.vantage_count, 3);
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			arena_reset(arena);
			failing_begin(kind, at);
			int code = run(&w, arena, &d);
			failed = failing_end();
			if (code != (failed ? error : 0)) {
				fail_msg("%s, call %u: %d", failing_name(), at, code);
			}
		}
		assert_true(at > 100);
		arena_free(arena);
		arena_free(w.arena);
	}
}

static void test_memory(void **state)
{
	fail_everywhere(*state, FAILING_MEMORY, ERR_NOMEM);
}

/* L-DOS-1: what is not looked at to the end agrees with nothing. */
static void test_budget(void **state)
{
	struct world w;
	struct arena *arena = arena_new();
	struct decision d;
	unsigned lacking = 0;
	unsigned at = 0;
	set_up(&w, 0, *state);
	w.policy.rules.bootstrap.vantages = 3;
	for (bool failed = true; failed; at++) {
		arena_reset(arena);
		failing_begin(FAILING_BUDGET, at);
		assert_int_equal(run(&w, arena, &d), 0);
		failed = failing_end();
		size_t agree = 0;
		for (size_t i = 0; i < d.vantage_count; i++) {
			agree += d.vantages[i].result == VANTAGE_AGREES;
			assert_int_not_equal(d.vantages[i].result, VANTAGE_DIFFERS);
		}
		assert_true(d.reason != REASON_BOOTSTRAP_UNPROVEN || agree == 3);
		lacking += d.reason == REASON_VANTAGE_INCOMPLETE;
	}
	assert_true(lacking > 20);
	arena_free(arena);
	arena_free(w.arena);
}

static int set_up_all(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int tear_down_all(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory), cmocka_unit_test(test_budget),
	};
	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
