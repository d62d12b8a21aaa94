/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge over all tables of cases. Every reason the judge can produce must have been produced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_order.h"
#include "tests/unit/judge_run.h"

#define REASONS_MAX 256

struct world {
	struct crypto *crypto;
	bool seen[REASONS_MAX];
};

static bool has_check(const struct finding *f, const char *rule, enum check_result result)
{
	for (size_t i = 0; i < f->check_count; i++) {
		if (strcmp(f->checks[i].rule, rule) == 0 && f->checks[i].result == result) {
			return true;
		}
	}
	return false;
}

static unsigned complain(const struct judge_case *c, const char *what, const char *expected, const char *got)
{
	print_error("%s: %s: expected %s, got %s\n", c->name, what, expected, got);
	return 1;
}

static unsigned check_after(const struct judge_case *c, const struct finding *f, struct arena *arena)
{
	struct ds_set wanted;
	const char *now = c->ds == NULL ? "A" : strcmp(c->ds, "?") == 0 ? "" : c->ds;
	ds_set_build(c->after == NULL ? now : c->after, arena, &wanted);
	return ds_set_equal(&wanted, &f->ds_after) ? 0 : complain(c, "ds_after", c->after == NULL ? now : c->after, "other");
}

static unsigned check_servers(const struct judge_case *c, const struct finding *f)
{
	unsigned failed = 0;
	for (size_t i = 0; i < f->server_count; i++) {
		if (c->notes[i] != REASON_NONE && c->notes[i] != f->servers[i].reason) {
			failed += complain(c, "reason of a server", reason_token(c->notes[i]),
				reason_token(f->servers[i].reason));
		}
		if (c->classes[i] != RESPONSE_TIMEOUT && c->classes[i] != f->servers[i].class) {
			failed += complain(c, "class of a server", response_class_text(c->classes[i]),
				response_class_text(f->servers[i].class));
		}
	}
	if (c->silent != f->silent_count) {
		print_error("%s: silent: expected %u, got %zu\n", c->name, c->silent, f->silent_count);
		failed++;
	}
	return failed;
}

/* What holds for every finding. */
static unsigned check_form(const struct judge_case *c, const struct finding *f)
{
	unsigned failed = 0;
	const struct reason_row *row = reason_find(f->reason);
	if (row == NULL || row->class == CLASS_WARNING) {
		failed += complain(c, "primary reason", "one of the list", "none");
	} else if ((row->class == CLASS_ACCEPT || f->reason == REASON_BOOTSTRAP_UNPROVEN) != (f->change != CHANGE_NONE)) {
		failed += complain(c, "change", "with acceptance, and only then", change_class_text(f->change));
	}
	for (size_t i = 0; i < f->check_count; i++) {
		for (const char *d = f->checks[i].detail; *d != '\0'; d++) {
			failed += *d < 0x20 || *d > 0x7e;
		}
	}
	if (f->check_count == 0 || failed > 0) {
		failed += complain(c, "checks", "some, printable", "others");
	}
	/* Whoever is refused or held finds the rule that did it. */
	bool refuses = row != NULL && (row->class == CLASS_REJECT || row->class == CLASS_HOLD || row->class == CLASS_ERROR);
	bool says_so = false;
	for (size_t i = 0; i < f->check_count; i++) {
		const struct check *k = &f->checks[i];
		says_so = says_so || k->result == CHECK_FAIL || strcmp(k->rule, "A-09") == 0;
		if (strstr(k->detail, reason_token(REASON_NONE)) != NULL) {
			failed += complain(c, "checks", "reasons of the list", k->detail);
		}
	}
	if (refuses && !says_so) {
		failed += complain(c, "checks", "one that fails", "none");
	}
	const struct check *misplaced = judge_order_misplaced(f);
	if (misplaced != NULL) {
		failed += complain(c, "order of the checks", "that of section 3", misplaced->rule);
	}
	return failed;
}

static unsigned check_case(struct world *w, const struct judge_case *c, const struct finding *f,
	struct arena *arena)
{
	unsigned failed = check_form(c, f) + check_servers(c, f) + check_after(c, f, arena);
	if (f->reason != c->reason) {
		failed += complain(c, "reason", reason_token(c->reason), reason_token(f->reason));
	}
	if (f->signaling != c->signaling) {
		failed += complain(c, "signaling", reason_token(c->signaling), reason_token(f->signaling));
	}
	if (f->change != c->change) {
		failed += complain(c, "change", change_class_text(c->change), change_class_text(f->change));
	}
	for (size_t i = 0; i < CASE_WARNINGS && c->warnings[i] != REASON_NONE; i++) {
		if (!finding_warns(f, c->warnings[i])) {
			failed += complain(c, "warning", reason_token(c->warnings[i]), "none");
		}
	}
	if (c->quiet && f->warning_count > 0) {
		failed += complain(c, "warning", "none", reason_token(f->warnings[0]));
	}
	if (c->rule != NULL && !has_check(f, c->rule, c->result)) {
		failed += complain(c, "check", c->rule, "none");
	}
	if (failed > 0) {
		print_error("    no longer shown: %s %s\n", c->name, c->rows == NULL ? "" : c->rows);
		for (size_t i = 0; i < f->check_count; i++) {
			print_error("    %s %d %s\n", f->checks[i].rule, (int)f->checks[i].result, f->checks[i].detail);
		}
	}
	w->seen[f->reason] = true;
	w->seen[f->signaling] = true;
	for (size_t i = 0; i < f->warning_count; i++) {
		w->seen[f->warnings[i]] = true;
	}
	for (size_t i = 0; i < f->server_count; i++) {
		w->seen[f->servers[i].reason] = true;
	}
	return failed;
}

/* The judge is a function of the evidence's octets: encoded and decoded it says the same. */
static unsigned check_replay(struct world *w, const struct judge_case *c, const struct evidence *evidence,
	const struct finding *first, struct arena *arena)
{
	struct slice octets;
	struct slice again;
	struct evidence decoded;
	struct finding second;
	assert_int_equal(evidence_encode(evidence, arena, &octets), 0);
	assert_int_equal(evidence_decode(octets, arena, &decoded), 0);
	assert_int_equal(evidence_encode(&decoded, arena, &again), 0);
	assert_true(slice_equal(octets, again));
	judge_evidence(w->crypto, c, &decoded, arena, &second);
	return findings_equal(first, &second) ? 0 : complain(c, "replay", "the same finding", "another");
}

static void run_table(void **state, struct judge_table table)
{
	struct world *w = *state;
	unsigned failed = 0;
	for (size_t i = 0; i < table.count; i++) {
		const struct judge_case *c = &table.cases[i];
		struct arena *arena = arena_new();
		assert_non_null(arena);
		struct evidence evidence;
		struct finding f;
		evidence_build(c->servers, arena, &evidence);
		judge_evidence(w->crypto, c, &evidence, arena, &f);
		failed += check_case(w, c, &f, arena);
		failed += check_replay(w, c, &evidence, &f, arena);
		arena_free(arena);
	}
	assert_int_equal(failed, 0);
}

#define TABLE_TEST(name) \
	static void test_##name(void **state) \
	{ \
		run_table(state, judge_cases_##name()); \
	}
TABLE_TEST(update)
TABLE_TEST(signature)
TABLE_TEST(servers)
TABLE_TEST(content)
TABLE_TEST(continuity)
TABLE_TEST(delete)
TABLE_TEST(insecure)
TABLE_TEST(auth)
TABLE_TEST(bootstrap)
TABLE_TEST(health)
TABLE_TEST(providers)
TABLE_TEST(types)
TABLE_TEST(rows)
TABLE_TEST(more)

/* Reasons of validate/accept and above, and those that test_judge_more.c, test_vantage.c or the tests of signaling.c get. */
static bool is_elsewhere(enum reason reason)
{
	static const enum reason others[] = { REASON_NOOP_CHANGE_PENDING, REASON_STALE_INPUT,
		REASON_STALE_EVIDENCE, REASON_REPLAY_OLDER, REASON_NS_ADDRESS_BOGUS, REASON_NS_NO_ADDRESS,
		REASON_NS_ALIAS, REASON_INTERNAL_ERROR, REASON_WARN_SERVER_DROPPED, REASON_WARN_NS_MISMATCH, REASON_TOO_MANY_SIGNATURES,
		REASON_TOO_MANY_KEYS, REASON_KEY_TAG_COLLISIONS, REASON_SIGNAL_NAME_TOO_LONG, REASON_SIGNAL_AT_ZONE_CUT,
		REASON_SIGNAL_ALIAS };
	/* What validate/accept and what is above it decide once there is a finding. */
	static const struct {
		unsigned first;
		unsigned last;
	} ranges[] = { { 5, 11 }, { 67, 79 }, { 111, 117 }, { 166, 170 }, { 211, 212 }, { 240, 246 } };
	bool found = false;
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		found = found || others[i] == reason;
	}
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		found = found || ((unsigned)reason >= ranges[i].first && (unsigned)reason <= ranges[i].last);
	}
	return found;
}

/* Runs last. */
static void test_every_reason_has_a_producer(void **state)
{
	const struct world *w = *state;
	unsigned count;
	unsigned missing = 0;
	const struct reason_row *rows = reason_rows(&count);
	for (unsigned i = 0; i < count; i++) {
		if (!w->seen[rows[i].number] && !is_elsewhere(rows[i].number)) {
			print_error("no case produces %s\n", rows[i].token);
			missing++;
		}
	}
	assert_int_equal(missing, 0);
}

static int setup(void **state)
{
	static struct world world;
	zone_keys_load();
	world.crypto = crypto_new();
	*state = &world;
	return world.crypto == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	crypto_free(w->crypto);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_update), cmocka_unit_test(test_signature), cmocka_unit_test(test_servers),
		cmocka_unit_test(test_content), cmocka_unit_test(test_continuity), cmocka_unit_test(test_delete),
		cmocka_unit_test(test_insecure), cmocka_unit_test(test_auth), cmocka_unit_test(test_bootstrap),
		cmocka_unit_test(test_health), cmocka_unit_test(test_providers),
		cmocka_unit_test(test_types), cmocka_unit_test(test_rows), cmocka_unit_test(test_more),
		cmocka_unit_test(test_every_reason_has_a_producer),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
