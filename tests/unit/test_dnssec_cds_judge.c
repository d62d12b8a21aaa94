/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge on what dnssec-cds gives it: answers without an SOA, and a table that says which digests are made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/zone_fixture.h"
#include "validate/cds/judge.h"

static const struct says rolling[SERVERS_MAX] = { { .cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", .on = true } };

struct world {
	struct crypto *crypto;
	struct arena *arena;
	struct evidence evidence;
	struct delegation delegation;
	struct rules rules;
	struct algorithm_table table;
};

static void make_world(struct world *w, const struct says *servers)
{
	w->arena = arena_new();
	assert_non_null(w->arena);
	evidence_build(servers, w->arena, &w->evidence);
	delegation_build(servers, "A", w->arena, &w->delegation);
	w->rules = (struct rules){ .delete_allowed = true };
	w->table = *algorithm_table_builtin();
}

static struct finding find(struct world *w)
{
	struct finding f;
	const struct judge_input in = { &w->evidence, &w->delegation, &w->rules, &w->table, ZONE_NOW, NULL };
	assert_int_equal(judge(w->crypto, &in, w->arena, &f), 0);
	return f;
}

static enum check_result result_of(const struct finding *f, const char *rule)
{
	for (size_t i = 0; i < f->check_count; i++) {
		if (strcmp(f->checks[i].rule, rule) == 0) {
			return f->checks[i].result;
		}
	}
	fail_msg("%s was not checked", rule);
	return CHECK_FAIL;
}

/* L-CONT-3: what nobody meant to ask for is no silence, and is said. */
static void test_soa_not_asked(void **state)
{
	struct world w = { .crypto = *state };
	make_world(&w, rolling);
	struct evidence_answer *answers = w.evidence.servers[0].answers;
	struct finding f = find(&w);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(result_of(&f, "L-CONT-3"), CHECK_PASS);
	answers[EVIDENCE_SOA] = answers[EVIDENCE_SOA_LAST] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
	f = find(&w);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(result_of(&f, "L-CONT-3"), CHECK_SKIP);
	arena_free(w.arena);
}

/* Asked and not answered, or asked once: that is something else. */
static void test_soa_missing(void **state)
{
	static const enum evidence_status others[] = { EVIDENCE_TIMEOUT, EVIDENCE_UNREACHABLE, EVIDENCE_OVERSIZE };
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct world w = { .crypto = *state };
		make_world(&w, rolling);
		struct evidence_answer *answers = w.evidence.servers[0].answers;
		answers[EVIDENCE_SOA] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
		answers[EVIDENCE_SOA_LAST] = (struct evidence_answer){ .status = others[i] };
		assert_int_not_equal(find(&w).reason, REASON_ACCEPT_UPDATE);
		arena_free(w.arena);
	}
	struct world w = { .crypto = *state };
	make_world(&w, rolling);
	struct evidence_answer *answers = w.evidence.servers[0].answers;
	answers[EVIDENCE_DNSKEY] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
	assert_int_equal(find(&w).reason, REASON_HOLD_FAMILY_UNASKED);
	arena_free(w.arena);
}

/* Levels of SHA-256 and SHA-384 for delegation, and the DS set of a full mode. */
static const struct {
	enum level sha256, sha384;
	const char *after;	/* NULL: DIGEST_UNUSABLE_FOR_KEY */
} makers[] = {
	{ LEVEL_RECOMMENDED, LEVEL_MAY, "B" },
	{ LEVEL_RECOMMENDED, LEVEL_RECOMMENDED, "B B:4" },
	{ LEVEL_MUST_NOT, LEVEL_RECOMMENDED, "B:4" },
	{ LEVEL_MAY, LEVEL_MUST, "B:4" },
	{ LEVEL_MAY, LEVEL_MAY, NULL },
	{ LEVEL_MUST_NOT, LEVEL_MUST_NOT, NULL },
};

static void test_digests_made(void **state)
{
	/* As in the table; only CDNSKEY; CDS of a type that is not taken, with a CDNSKEY to help. */
	static const struct says children[][SERVERS_MAX] = {
		{ { .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", .on = true } },
		{ { .cds = "B:1", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", .on = true } },
	};
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]) * 2; i++) {
		struct world w = { .crypto = *state };
		make_world(&w, children[i % 2]);
		struct algorithm_row rows[32];
		assert_true(w.table.digest_count <= 32);
		for (size_t k = 0; k < w.table.digest_count; k++) {
			rows[k] = w.table.digests[k];
			rows[k].use_signing = rows[k].number == 2 ? makers[i / 2].sha256 :
				rows[k].number == 4 ? makers[i / 2].sha384 : LEVEL_MUST_NOT;
		}
		w.table.digests = rows;
		struct finding f = find(&w);
		struct ds_set wanted;
		ds_set_build(makers[i / 2].after == NULL ? "" : makers[i / 2].after, w.arena, &wanted);
		enum reason reason = makers[i / 2].after == NULL ? REASON_DIGEST_UNUSABLE_FOR_KEY : REASON_ACCEPT_UPDATE;
		if (f.reason != reason || (makers[i / 2].after != NULL && !ds_set_equal(&f.ds_after, &wanted))) {
			fail_msg("row %zu, child %zu: %s, %zu DS", i / 2, i % 2, reason_token(f.reason), f.ds_after.count);
		}
		arena_free(w.arena);
	}
}

static int setup(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL;
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
		cmocka_unit_test(test_soa_not_asked), cmocka_unit_test(test_soa_missing), cmocka_unit_test(test_digests_made),
	};
	return cmocka_run_group_tests_name("dnssec-cds-judge", tests, setup, teardown);
}
