/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A-35: the judge looks at a DS set that somebody wants to go back to, beside what the child asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "validate/wire/err.h"

struct back_case {
	const char *name;
	const char *ds, *back;	/* the parent's; to go back to */
	struct says servers[SERVERS_MAX];
	enum continuity_mode continuity;
	enum reason reason;
	enum change_class change;
	const char *fails;	/* a check that has to; NULL: none of L-CONT does */
};

#define BOTH .dnskey = "ABZ", .dnskey_by = "AB", .on = true

static const struct back_case cases[] = {
	{ "both keys sign, R7344-4.1-3", "B", "A", { { BOTH } }, CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_SWAP, NULL },
	{ "the former key is gone, L-CONT-1", "B", "A", { { .dnskey = "BZ", .dnskey_by = "B", .on = true } }, CONTINUITY_PER_ALGORITHM,
		REASON_CONTINUITY_NO_PATH, CHANGE_SWAP, "L-CONT-1" },
	{ "it is there and does not sign, L-CONT-1", "B", "A", { { .dnskey = "ABZ", .dnskey_by = "B", .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_CONTINUITY_NO_PATH, CHANGE_SWAP, "L-CONT-1" },
	{ "at one of two servers, L-CONT-5", "B", "A", { { BOTH }, { .dnskey = "BZ", .dnskey_by = "B", .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_CONTINUITY_SERVER, CHANGE_SWAP, "L-CONT-1" },
	{ "its signature has expired, L-CONT-4", "B", "A", { { BOTH, .dnskey_when = WHEN_EXPIRED } }, CONTINUITY_PER_ALGORITHM,
		REASON_CONTINUITY_SIGNATURE_LIFETIME, CHANGE_SWAP, "L-CONT-4" },
	{ "the zone is not signed, L-CONT-3", "B", "A", { { BOTH, .zone_by = "" } }, CONTINUITY_PER_ALGORITHM,
		REASON_CONTINUITY_NO_PATH, CHANGE_SWAP, "L-CONT-3" },
	{ "an algorithm that does not sign, L-CONT-2", "A", "A R", { { .dnskey = "ARZ", .dnskey_by = "A", .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_CONTINUITY_ALGORITHM, CHANGE_ALGORITHM, "L-CONT-2" },
	{ "where one path is enough", "A", "A R", { { .dnskey = "ARZ", .dnskey_by = "A", .on = true } }, CONTINUITY_ONE_PATH,
		REASON_NONE, CHANGE_ALGORITHM, NULL },
	{ "by an algorithm that nobody counts on, L-CONT-6", "B", "F", { { .dnskey = "BFZ", .dnskey_by = "BF", .zone_by = "FZ", .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_CONTINUITY_NO_PATH, CHANGE_ALGORITHM, "L-CONT-6" },
	{ "a digest for one key only, which leads nowhere, L-CONT-8", "B", "A B:4", { { .dnskey = "ABZ", .dnskey_by = "A", .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_CONTINUITY_DIGEST, CHANGE_ADD, "L-CONT-8" },
	{ "the same where both keys sign", "B", "A B:4", { { BOTH } }, CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_ADD, NULL },
	{ "one for one key beside one for both", "B", "A A:4 B", { { .dnskey = "ABZ", .dnskey_by = "A", .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_ADD, NULL },
	{ "one that nobody can compute here is no way of its own", "B", "A B:3", { { BOTH } }, CONTINUITY_PER_ALGORITHM, REASON_NONE,
		CHANGE_SWAP, NULL },
	{ "a key goes", "A B", "A", { { BOTH } }, CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_REMOVE, NULL },
	{ "digests alone", "A", "A:4", { { .on = true } }, CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_DIGEST, NULL },
	{ "another algorithm", "R", "A", { { .dnskey = "ARZ", .dnskey_by = "AR", .on = true } }, CONTINUITY_PER_ALGORITHM, REASON_NONE,
		CHANGE_ALGORITHM, NULL },
	{ "the present one", "A", "A", { { .on = true } }, CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_NONE, NULL },
	{ "a silent server is accept's to wait for", "B", "A", { { BOTH }, { .trouble = TROUBLE_TIMEOUT, .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_SWAP, NULL },
	{ "one that was not asked, A-08", "B", "A", { { BOTH }, { .trouble = TROUBLE_FAMILY, .on = true } }, CONTINUITY_PER_ALGORITHM,
		REASON_HOLD_FAMILY_UNASKED, CHANGE_SWAP, NULL },
	{ "nobody answers", "B", "A", { { .trouble = TROUBLE_TIMEOUT, .on = true } }, CONTINUITY_PER_ALGORITHM,
		REASON_NO_USABLE_SERVER, CHANGE_SWAP, "A-35" },
	{ "none at all: nothing can break", "B", "", { { .trouble = TROUBLE_TIMEOUT, .on = true } }, CONTINUITY_PER_ALGORITHM,
		REASON_NONE, CHANGE_DELETE, NULL },
	{ "none at all, where there is none", "", "", { { .trouble = TROUBLE_TIMEOUT, .at = EVIDENCE_DNSKEY + 1, .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_NONE, NULL },
	{ "a first one again, over TCP, T-43", "", "A", { { .tcp = true, .on = true } }, CONTINUITY_PER_ALGORITHM, REASON_NONE,
		CHANGE_INITIAL, NULL },
	{ "of providers that do not share their keys", "", "A", { { .tcp = true, .on = true },
		{ .dnskey = "AY", .zone_by = "Y", .tcp = true, .on = true } }, CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_INITIAL, NULL },
	{ "over UDP, T-43", "", "A", { { .on = true } }, CONTINUITY_PER_ALGORITHM, REASON_STALE_EVIDENCE, CHANGE_INITIAL, "T-43" },
	{ "over TCP from one of two", "", "A", { { .tcp = true, .on = true }, { .cds = "delete", .on = true } }, CONTINUITY_PER_ALGORITHM,
		REASON_STALE_EVIDENCE, CHANGE_INITIAL, "T-43" },
	{ "a first one that would break, C2", "", "B", { { .tcp = true, .on = true } }, CONTINUITY_PER_ALGORITHM,
		REASON_CONTINUITY_NO_PATH, CHANGE_INITIAL, "L-CONT-1" },
	{ "what is asked for meanwhile is disabled as ever", "", "A", { { .cds = "A", .cdnskey = "A", .tcp = true, .on = true } },
		CONTINUITY_PER_ALGORITHM, REASON_NONE, CHANGE_INITIAL, NULL },
};

static void judge_back(struct crypto *crypto, const struct back_case *c, const char *back, struct arena *arena, struct finding *out)
{
	struct evidence e;
	struct delegation d;
	struct ds_set set;
	const struct judge_case plain = { .rules = { .continuity = c->continuity } };
	const struct rules rules = case_rules(&plain);
	evidence_build(c->servers, arena, &e);
	delegation_build(c->servers, c->ds, arena, &d);
	ds_set_build(back == NULL ? "" : back, arena, &set);
	const struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, back == NULL ? NULL : &set };
	assert_int_equal(judge(crypto, &in, arena, out), 0);
	if (back != NULL) {
		assert_true(out->back.looked);
		assert_true(ds_set_equal(&out->back.set, &set));
	}
}

/* The rule that fails last, after the line that says what it is about; NULL: none. */
static const char *last_failure(const struct finding *f)
{
	const char *rule = NULL;
	bool begun = false;
	for (size_t i = 0; i < f->check_count; i++) {
		begun = begun || strcmp(f->checks[i].rule, "A-35") == 0;
		rule = begun && f->checks[i].result == CHECK_FAIL ? f->checks[i].rule : rule;
	}
	assert_true(begun);
	return rule;
}

static void test_cases(void **state)
{
	unsigned failed = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct back_case *c = &cases[i];
		struct arena *arena = arena_new();
		struct finding f;
		judge_back(*state, c, c->back, arena, &f);
		const char *fails = last_failure(&f);
		bool same_rule = c->fails == NULL ? fails == NULL || strncmp(fails, "L-CONT", 6) != 0 :
			fails != NULL && strcmp(fails, c->fails) == 0;
		if (f.back.reason != c->reason || f.back.change != c->change || !same_rule) {
			print_error("%s: %s, %s, fails %s\n", c->name, f.back.reason == REASON_NONE ? "NONE" : reason_token(f.back.reason),
				change_class_text(f.back.change), fails == NULL ? "nothing" : fails);
			failed++;
		}
		assert_int_equal(finding_wants_tcp(&f), c->reason == REASON_STALE_EVIDENCE);
		arena_free(arena);
	}
	assert_int_equal(failed, 0);
}

/* What the child asks for is found as if nobody wanted to go back; where a first DS set is to come back, the servers are looked at more
 * closely. */
static void test_nothing_else_changes(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena *arena = arena_new();
		struct finding with;
		struct finding without;
		judge_back(*state, &cases[i], cases[i].back, arena, &with);
		judge_back(*state, &cases[i], NULL, arena, &without);
		assert_false(without.back.looked);
		assert_int_equal(with.reason, without.reason);
		assert_int_equal(with.change, without.change);
		assert_true(ds_set_equal(&with.ds_after, &without.ds_after));
		assert_int_equal(with.warning_count, without.warning_count);
		assert_memory_equal(with.warnings, without.warnings, with.warning_count * sizeof with.warnings[0]);
		assert_int_equal(with.mark_count, without.mark_count);
		if (cases[i].ds[0] != '\0' || cases[i].back[0] == '\0') {
			assert_true(finding_servers_equal(&with, &without));
			assert_memory_equal(with.content_hash, without.content_hash, SHA256_OCTETS);
		}
		arena_free(arena);
	}
}

/* L-CONT-8: a digest type is looked at alone only where one key has a digest of it and another one has not, and then once. */
static void test_looks(void **state)
{
	static const struct {
		const char *back;
		unsigned looks;
	} rows[] = { { "A", 1 }, { "A B", 1 }, { "A A:4 B B:4", 1 }, { "A B:4", 3 }, { "A A:4 B", 3 }, { "A A:3 B", 2 } };
	const struct back_case plain = { .name = "how often", .ds = "B", .servers = { { BOTH } }, .continuity = CONTINUITY_PER_ALGORITHM };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena *arena = arena_new();
		struct finding f;
		unsigned looks = 0;
		bool begun = false;
		judge_back(*state, &plain, rows[i].back, arena, &f);
		for (size_t k = 0; k < f.check_count; k++) {
			begun = begun || strcmp(f.checks[k].rule, "A-35") == 0;
			looks += begun && strcmp(f.checks[k].rule, "L-CONT-1") == 0;
		}
		assert_int_equal(looks, rows[i].looks);
		assert_int_equal(f.back.reason, REASON_NONE);
		arena_free(arena);
	}
}

/* T-43: what was not looked at wants nothing. */
static void test_wants_tcp(void **unused)
{
	(void)unused;
	struct finding f = { .reason = REASON_NOOP_NO_SIGNAL, .security = SECURITY_INSECURE,
		.back = { .looked = true, .reason = REASON_STALE_EVIDENCE } };
	assert_true(finding_wants_tcp(&f));
	f.back.looked = false;
	assert_false(finding_wants_tcp(&f));
	f.back.looked = true;
	f.security = SECURITY_SECURE;
	assert_false(finding_wants_tcp(&f));
}

/* Evidence of another NS set says nothing of this one. */
static void test_other_hosts(void **state)
{
	struct arena *arena = arena_new();
	struct evidence e;
	struct delegation d;
	struct ds_set set;
	struct finding f;
	const struct judge_case plain = { .name = NULL };
	const struct rules rules = case_rules(&plain);
	evidence_build(cases[0].servers, arena, &e);
	delegation_build(cases[0].servers, "B", arena, &d);
	assert_int_equal(name_from_text("other.example.net.", &d.hosts[0].name), 0);
	static const char *const backs[] = { "A", "" };
	for (size_t i = 0; i < 2; i++) {
		ds_set_build(backs[i], arena, &set);
		const struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, &set };
		assert_int_equal(judge(*state, &in, arena, &f), 0);
		assert_int_equal(f.back.reason, REASON_STALE_INPUT);
	}
	set.count = LIMIT_DS + 1;
	const struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, &set };
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	arena_free(arena);
}

static int setup(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_nothing_else_changes),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_wants_tcp),
		cmocka_unit_test(test_other_hosts),
	};
	return cmocka_run_group_tests_name("back", tests, setup, teardown);
}
