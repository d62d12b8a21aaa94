/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals of operators: what confirms a request (RFC 9615 section 4.2), and the reason of each way not to. */
#include <string.h>

#include "tests/unit/chain_run.h"
#include "tests/unit/signaling_cases.h"
#include "validate/cds/judging.h"

static void expect_rule(const char *label, const struct trace *t, const char *rule, enum check_result result)
{
	for (size_t i = 0; i < t->check_count; i++) {
		if (strcmp(t->checks[i].rule, rule) == 0 && t->checks[i].result == result) {
			return;
		}
	}
	for (size_t i = 0; i < t->check_count; i++) {
		print_message("%s %d %s\n", t->checks[i].rule, (int)t->checks[i].result, t->checks[i].detail);
	}
	fail_msg("%s: no check %s with result %d", label, rule, (int)result);
}

/* As judge.c makes one ready. */
static enum reason ask(struct world *w, const struct scene *s, struct judging *j, uint32_t spent)
{
	const struct judge_input in = { &s->evidence, &s->delegation, &s->rules, algorithm_table_builtin(), ZONE_NOW, NULL };
	enum reason reason = REASON_NONE;
	memset(j, 0, sizeof *j);
	j->crypto = w->crypto;
	j->in = &in;
	j->arena = w->arena;
	j->security = SECURITY_INSECURE;
	j->used[IN_CDS] = s->rules.types != TYPES_SINGLE_CDNSKEY;
	j->used[IN_CDNSKEY] = s->rules.types != TYPES_SINGLE_CDS;
	j->verifier = verifier_new(w->crypto, w->arena, ZONE_NOW);
	trace_init(&j->trace, w->arena);
	assert_int_equal(views_make(j), 0);
	if (spent > 0) {
		assert_true(verifier_charge(j->verifier, LIMIT_COST_NS - verifier_cost(j->verifier) - spent));
	}
	assert_int_equal(signaling_check(j, &reason), 0);
	verifier_free(j->verifier);
	j->in = NULL;
	return reason;
}

/* Two servers, both of whose hosts have signals as the apex has. */
static void scene_make(struct scene *s, const struct signaling_case *c, struct arena *arena)
{
	*s = (struct scene){ .arena = arena, .rules = { .bootstrap = { .enabled = true, .authenticated = true } } };
	chain_world(s->zones);
	s->servers[0] = (struct says){ .cds = "A", .cdnskey = "A", .on = true };
	s->servers[1] = s->servers[0];
	chain_add(&s->zones[OPERATOR], ONE, TYPE_CDS, "A");
	chain_add(&s->zones[OPERATOR], ONE, TYPE_CDNSKEY, "A");
	chain_add(&s->zones[OPERATOR], TWO, TYPE_CDS, "A");
	chain_add(&s->zones[OPERATOR], TWO, TYPE_CDNSKEY, "A");
	chain_anchors("R", arena, &s->rules.bootstrap);
	if (c->before != NULL) {
		c->before(s);
	}
	evidence_build(s->servers, arena, &s->evidence);
	delegation_build(s->servers, "", arena, &s->delegation);
	s->evidence.signals_asked = true;
	s->evidence.signals = arena_array(arena, s->evidence.host_count + 1, sizeof *s->evidence.signals);
	for (size_t i = 0; i < s->evidence.host_count; i++) {
		(void)chain_signal(s->zones, &s->evidence, i, arena);
	}
	if (c->after != NULL) {
		c->after(s);
	}
}

static void run(struct world *w, const struct signaling_case *c)
{
	struct scene scene;
	struct judging *j = arena_alloc(w->arena, sizeof *j);
	scene_make(&scene, c, w->arena);
	enum reason reason = ask(w, &scene, j, 0);
	if (reason != c->reason) {
		for (size_t i = 0; i < j->trace.check_count; i++) {
			print_message("%s %d %s\n", j->trace.checks[i].rule, (int)j->trace.checks[i].result, j->trace.checks[i].detail);
		}
		fail_msg("%s: got %s, not %s", c->label, reason_token(reason), reason_token(c->reason));
	}
	if (c->rule != NULL) {
		expect_rule(c->label, &j->trace, c->rule, c->result);
	}
	bool said = c->says == NULL;
	bool failed = false;
	for (size_t i = 0; i < j->trace.check_count; i++) {
		failed = failed || j->trace.checks[i].result == CHECK_FAIL;
		said = said || strstr(j->trace.checks[i].detail, c->says) != NULL;
	}
	if (failed != (reason != REASON_NONE)) {
		fail_msg("%s: the trace and the reason differ", c->label);
	}
	if (!said) {
		fail_msg("%s: nothing says \"%s\"", c->label, c->says);
	}
	assert_false(j->trace.failed);
	arena_reset(w->arena);
}

static void all_is_confirmed(void **state)
{
	size_t count;
	const struct signaling_case *cases = signaling_confirmed(&count);
	for (size_t i = 0; i < count; i++) {
		run(*state, &cases[i]);
	}
}

static void each_has_its_reason(void **state)
{
	size_t count;
	const struct signaling_case *cases = signaling_refused(&count);
	for (size_t i = 0; i < count; i++) {
		run(*state, &cases[i]);
	}
}

static change *first_change;
static change *second_change;

static void both_changes(struct scene *s)
{
	if (first_change != NULL) {
		first_change(s);
	}
	if (second_change != NULL) {
		second_change(s);
	}
}

static void the_worst_comes_first(void **state)
{
	size_t count;
	const struct signaling_pair *pairs = signaling_pairs(&count);
	for (size_t i = 0; i < count; i++) {
		first_change = pairs[i].first;
		second_change = pairs[i].second;
		const struct signaling_case c = { .label = pairs[i].label, .before = both_changes, .after = pairs[i].late,
			.reason = pairs[i].reason };
		run(*state, &c);
	}
}

/* A host where the budget ends is not looked at any further. */
static size_t count_ends(const struct trace *t)
{
	size_t count = 0;
	for (size_t i = 0; i < t->check_count; i++) {
		count += strcmp(t->checks[i].rule, "L-DOS-1") == 0 && t->checks[i].result == CHECK_FAIL;
	}
	return count;
}

/* Zones that several hosts have in common are looked at once, and wherever the budget ends nothing is confirmed. */
static void costs(void **state)
{
	struct world *w = *state;
	static const struct signaling_case plain = { .label = "plain" };
	struct scene scene;
	struct judging *j = arena_alloc(w->arena, sizeof *j);
	scene_make(&scene, &plain, w->arena);
	assert_int_equal(ask(w, &scene, j, 0), REASON_NONE);
	uint32_t two = verifier_cost(j->verifier);
	unsigned verifications = verifier_attempts(j->verifier);
	scene.delegation.host_count = 1;
	assert_int_equal(ask(w, &scene, j, 0), REASON_NONE);
	uint32_t one = verifier_cost(j->verifier);
	print_message("one host: %u ns, %u verifications; two: %u ns, %u\n", (unsigned)one, verifier_attempts(j->verifier),
		(unsigned)two, verifications);
	assert_true(two < LIMIT_COST_NS / 8);
	assert_true(two - one < one / 2);
	scene.delegation.host_count = 2;
	for (uint32_t left = 1; left < one; left += one / 61) {
		enum reason reason = ask(w, &scene, j, left);
		if (reason != REASON_BUDGET_EXHAUSTED) {
			fail_msg("%u ns left: %s", (unsigned)left, reason_token(reason));
		}
		assert_true(count_ends(&j->trace) <= 2);
	}
	arena_reset(w->arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_confirmed),
		cmocka_unit_test(each_has_its_reason),
		cmocka_unit_test(the_worst_comes_first),
		cmocka_unit_test(costs),
	};
	return cmocka_run_group_tests(tests, chain_setup, chain_teardown);
}
