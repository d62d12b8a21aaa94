/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge where a table of cases does not reach: keys and tables that nobody has, evidence that no probe makes, and what
 * is left out of marks and checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define MUST LEVEL_MUST

static bool says(const struct finding *f, const char *rule, enum check_result result, const char *part)
{
	for (size_t i = 0; i < f->check_count; i++) {
		const struct check *c = &f->checks[i];
		if (strcmp(c->rule, rule) == 0 && c->result == result && strstr(c->detail, part) != NULL) {
			return true;
		}
	}
	return false;
}

/* Where a part begins; it has to be there. */
static uint8_t *find_octets(uint8_t *data, size_t size, const void *part, size_t part_size)
{
	size_t at = 0;
	while (at + part_size <= size && memcmp(data + at, part, part_size) != 0) {
		at++;
	}
	assert_true(at + part_size <= size);
	return data + at;
}

/* An RSA key with an exponent of nine octets is not tried: no sign that the child is bogus. */
static void test_a_key_that_is_not_tried(void **state)
{
	const struct judge_case c = { .ds = "R",
		.servers = { { .dnskey = "RZ", .dnskey_by = "R", .cds = "R", .cdnskey = "R", .by = "R", .on = true } } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct delegation d;
	struct finding f;
	struct dnskey key;
	evidence_build(c.servers, arena, &e);
	delegation_build(c.servers, c.ds, arena, &d);
	struct slice *octets = &e.servers[0].answers[EVIDENCE_DNSKEY].octets;
	uint8_t *copy = arena_copy(arena, octets->data, octets->size);
	struct slice rdata = key_rdata('R', arena);
	uint8_t *at = find_octets(copy, octets->size, rdata.data, rdata.size);
	assert_int_equal(at[4], 3);
	at[4] = 9;
	assert_int_equal(dnskey_parse((struct slice){ at, rdata.size }, &key), 0);
	/* The RRSIG of the set gets the tag that the key has now. */
	at = find_octets(copy, octets->size, "\0\60\10\2", 4);
	at[16] = (uint8_t)(key.tag >> 8);
	at[17] = (uint8_t)key.tag;
	octets->data = copy;
	assert_int_equal(ds_from_key(*state, &d.child, &key, 2, &d.ds.ds[0]), 0);
	const struct rules rules = case_rules(&c);
	const struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, NULL };
	assert_int_equal(judge(*state, &in, arena, &f), 0);
	assert_int_equal(f.reason, REASON_ALGORITHM_UNSUPPORTED);
	arena_free(arena);
}

static size_t count_marks(struct crypto *crypto, const struct judge_case *c)
{
	struct arena *arena = arena_new();
	struct finding f;
	judge_case_run(crypto, c, arena, &f);
	assert_int_equal(f.reason, c->reason);
	size_t count = f.mark_count;
	arena_free(arena);
	return count;
}

/* Marks are of types that are read, and of successors only where the request is accepted. */
static void test_marks_of_what_is_accepted(void **state)
{
	struct judge_case c = { .reason = REASON_ACCEPT_UPDATE, .servers = { { .cds = "B", .cdnskey = "B", .by = "AB", ROLL } } };
	assert_int_equal(count_marks(*state, &c), 4);
	c.rules.types = TYPES_SINGLE_CDS;
	assert_int_equal(count_marks(*state, &c), 2);
	c.rules.types = TYPES_SINGLE_CDNSKEY;
	assert_int_equal(count_marks(*state, &c), 2);
	c.rules.types = TYPES_BOTH_IF_PRESENT;
	c.reason = REASON_HOLD_FAMILY_UNASKED;
	c.servers[1] = (struct says){ .trouble = TROUBLE_FAMILY, .on = true };
	assert_int_equal(count_marks(*state, &c), 2);
}

/* Rules that come after trouble are named where somebody asks for keys in a type that is read, and nowhere else. */
static void test_rules_that_are_skipped(void **state)
{
	static const struct {
		struct says servers[SERVERS_MAX];
		enum types_mode types;
		bool skips;
	} rows[] = {
		{ { { .cdnskey = "B", .denial = DENY_EXPIRED, ROLL } }, TYPES_BOTH_IF_PRESENT, true },
		{ { { .cdnskey = "B", .denial = DENY_EXPIRED, ROLL } }, TYPES_SINGLE_CDS, false },
		{ { { .denial = DENY_EXPIRED, .on = true } }, TYPES_BOTH_IF_PRESENT, false },
		{ { { .denial = DENY_EXPIRED, .on = true },
			{ .cds = "B", .trouble = TROUBLE_TIMEOUT, .at = EVIDENCE_CDNSKEY + 1, ROLL } }, TYPES_BOTH_IF_PRESENT, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct judge_case c = { .rules = { .types = rows[i].types } };
		memcpy(c.servers, rows[i].servers, sizeof c.servers);
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		assert_int_equal(f.reason, REASON_RRSIG_EXPIRED);
		assert_int_equal(says(&f, "L-CONT-1", CHECK_SKIP, reason_token(REASON_RRSIG_EXPIRED)), rows[i].skips);
		arena_free(arena);
	}
}

/* A table by which a digest may be published that validators need not follow, an algorithm be asked for that is not
 * implemented here, or no digest be made or published. */
static void test_tables_of_others(void **state)
{
	static const struct algorithm_row algorithms[] = { { 13, "P256", MUST, MUST, MUST, MUST },
		{ 17, "U", MUST, MUST, MUST, MUST } };
	static const struct algorithm_row digests[] = { { 2, "SHA-256", MUST, MUST, MUST, MUST },
		{ 4, "SHA-384", LEVEL_MAY, LEVEL_MAY, LEVEL_MAY, LEVEL_MAY } };
	static const struct algorithm_row unmade[] = { { 2, "SHA-256", LEVEL_MAY, MUST, MUST, MUST } };
	static const struct algorithm_row refused[] = { { 2, "SHA-256", LEVEL_MUST_NOT, MUST, MUST, MUST } };
	static const struct algorithm_table forbidden = { "forbidden", 2, algorithms, 1, refused };
	static const struct algorithm_table weak = { "weak", 2, algorithms, 2, digests };
	static const struct algorithm_table none = { "none", 2, algorithms, 1, unmade };
	static const struct {
		const char *cds;
		const char *cdnskey;
		const struct algorithm_table *table;
		enum reason reason;
	} rows[] = {
		{ "B:4", NULL, &weak, REASON_DIGEST_UNUSABLE_FOR_KEY },
		{ "B B:4", NULL, &weak, REASON_ACCEPT_UPDATE },
		{ "U", NULL, &weak, REASON_ALGORITHM_UNSUPPORTED },
		/* One good algorithm, whichever comes first, and no good digest. */
		{ "B:4 U:4", NULL, &weak, REASON_DIGEST_UNUSABLE_FOR_KEY },
		{ "A:4 U:4", NULL, &weak, REASON_DIGEST_UNUSABLE_FOR_KEY },
		{ "C:4 U:4", NULL, &weak, REASON_DIGEST_UNUSABLE_FOR_KEY },
		{ "H:4 U:4", NULL, &weak, REASON_DIGEST_UNUSABLE_FOR_KEY },
		{ "B", NULL, &none, REASON_ACCEPT_UPDATE },
		{ NULL, "B", &none, REASON_DIGEST_UNUSABLE_FOR_KEY },
		{ "B", "B", &forbidden, REASON_DIGEST_UNUSABLE_FOR_KEY },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct judge_case c = { .servers = { { .cds = rows[i].cds, .cdnskey = rows[i].cdnskey, ROLL } } };
		struct arena *arena = arena_new();
		struct evidence e;
		struct delegation d;
		struct finding f;
		evidence_build(c.servers, arena, &e);
		delegation_build(c.servers, "A", arena, &d);
		const struct rules rules = case_rules(&c);
		const struct judge_input in = { &e, &d, &rules, rows[i].table, ZONE_NOW, NULL };
		assert_int_equal(judge(*state, &in, arena, &f), 0);
		if (f.reason != rows[i].reason) {
			fail_msg("%s, %s: %s", rows[i].cds, rows[i].table->version, reason_token(f.reason));
		}
		/* What is refused has no digests that are left out. */
		assert_true(f.reason == REASON_ACCEPT_UPDATE || !finding_warns(&f, REASON_WARN_DIGEST_IGNORED));
		arena_free(arena);
	}
}

static void judge_soa(struct crypto *crypto, enum evidence_status first, enum evidence_status last, bool dnskey,
	struct arena *arena, struct finding *f)
{
	const struct judge_case c = { .servers = { { .cds = "B", .cdnskey = "B", ROLL } } };
	struct evidence e;
	evidence_build(c.servers, arena, &e);
	struct evidence_answer *answers = e.servers[0].answers;
	answers[EVIDENCE_SOA].status = first;
	answers[EVIDENCE_SOA_LAST].status = last;
	if (!dnskey) {
		answers[EVIDENCE_DNSKEY].status = EVIDENCE_TIMEOUT;
	}
	judge_evidence(crypto, &c, &e, arena, f);
}

/* One SOA is enough. None is silence, unless nobody meant to ask for one; then the others still have to answer. */
static void test_servers_without_an_soa(void **state)
{
	static const struct {
		enum evidence_status first;
		enum evidence_status last;
		bool dnskey;
		enum reason reason;
		size_t silent;
	} rows[] = {
		{ EVIDENCE_ANSWERED, EVIDENCE_ANSWERED, true, REASON_ACCEPT_UPDATE, 0 },
		{ EVIDENCE_ANSWERED, EVIDENCE_TIMEOUT, true, REASON_ACCEPT_UPDATE, 0 },
		{ EVIDENCE_TIMEOUT, EVIDENCE_ANSWERED, true, REASON_ACCEPT_UPDATE, 0 },
		{ EVIDENCE_TIMEOUT, EVIDENCE_TIMEOUT, true, REASON_NO_USABLE_SERVER, 1 },
		{ EVIDENCE_NOT_ASKED, EVIDENCE_NOT_ASKED, true, REASON_ACCEPT_UPDATE, 0 },
		{ EVIDENCE_NOT_ASKED, EVIDENCE_NOT_ASKED, false, REASON_NO_USABLE_SERVER, 1 },
		/* No probe does this; it is not taken for a file of answers. */
		{ EVIDENCE_TIMEOUT, EVIDENCE_NOT_ASKED, true, REASON_HOLD_FAMILY_UNASKED, 0 },
		{ EVIDENCE_NOT_ASKED, EVIDENCE_TIMEOUT, true, REASON_HOLD_FAMILY_UNASKED, 0 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena *arena = arena_new();
		struct finding f;
		judge_soa(*state, rows[i].first, rows[i].last, rows[i].dnskey, arena, &f);
		if (f.reason != rows[i].reason || f.silent_count != rows[i].silent) {
			fail_msg("row %zu: %s, %zu silent", i, reason_token(f.reason), f.silent_count);
		}
		arena_free(arena);
	}
	/* Without a chain to prove, neither SOA nor DNSKEY matter. */
	const struct judge_case insecure = { .ds = "", .reason = REASON_BOOTSTRAP_DISABLED,
		.servers = { { .cds = "A", .cdnskey = "A", .trouble = TROUBLE_TIMEOUT, .at = EVIDENCE_SOA + 1, .on = true } } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(insecure.servers, arena, &e);
	e.servers[0].answers[EVIDENCE_SOA_LAST].status = EVIDENCE_TIMEOUT;
	e.servers[0].answers[EVIDENCE_DNSKEY].status = EVIDENCE_TIMEOUT;
	judge_evidence(*state, &insecure, &e, arena, &f);
	assert_int_equal(f.reason, REASON_BOOTSTRAP_DISABLED);
	assert_int_equal(f.silent_count, 0);
	arena_free(arena);
}

/* What is told of the SOA of a child that is in sync: whose signature it is, and whether it has expired. */
static void test_why_the_soa_is_no_good(void **state)
{
	static const char nobody[] = "no key of the DNSKEY set signs the SOA";
	static const char expired[] = "the signatures of the SOA have expired";
	static const struct {
		struct says server;
		const char *why;	/* NULL: it is fine */
	} rows[] = {
		{ { .on = true }, NULL },
		{ { .zone_by = "", .on = true }, nobody },
		{ { .zone_when = WHEN_EXPIRED, .on = true }, expired },
		{ { .zone_by = "ZY", .zone_when = WHEN_EXPIRED, .on = true }, expired },
		{ { .zone_by = "Y", .zone_when = WHEN_EXPIRED, .on = true }, nobody },
		{ { .zone_when = WHEN_FUTURE, .on = true }, nobody },
		{ { .dnskey = "AV", .zone_by = "V", .on = true }, nobody },
		{ { .dnskey = "AN", .zone_by = "N", .on = true }, nobody },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct judge_case c = { .servers = { rows[i].server } };
		c.servers[0].cds = "A";
		c.servers[0].cdnskey = "A";
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		assert_int_equal(f.reason, REASON_NOOP_IN_SYNC);
		assert_int_equal(finding_warns(&f, REASON_DRIFT_DS_UNUSABLE), rows[i].why != NULL);
		if (rows[i].why != NULL && !says(&f, "DSA-4.2.1-2", CHECK_WARN, rows[i].why)) {
			fail_msg("row %zu", i);
		}
		arena_free(arena);
	}
}

/* A signature that has the tag of a key, but not its algorithm, is not by it. */
static void test_the_tag_of_another_algorithm(void **state)
{
	const struct judge_case c = { .servers = { { .cds = "A", .cdnskey = "A", .on = true } } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	for (enum evidence_question q = EVIDENCE_SOA; q <= EVIDENCE_SOA_LAST; q += EVIDENCE_SOA_LAST) {
		struct slice *octets = &e.servers[0].answers[q].octets;
		uint8_t *copy = arena_copy(arena, octets->data, octets->size);
		uint8_t *at = find_octets(copy, octets->size, "\0\6\15\2", 4);
		at[2] = 15;
		octets->data = copy;
	}
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_NOOP_IN_SYNC);
	assert_true(says(&f, "DSA-4.2.1-2", CHECK_WARN, "no key of the DNSKEY set signs the SOA"));
	arena_free(arena);
}

/* An algorithm that is not verified here has to sign the SOA by a key of its own. */
static void test_the_tag_of_another_key(void **state)
{
	static const char *const signers[] = { "ZYU", "ZY" };
	for (size_t i = 0; i < 2; i++) {
		const struct judge_case c = { .servers = { { .cds = "A U", .cdnskey = "A U", .dnskey = "AUYZ", .dnskey_by = "AU",
			.zone_by = signers[i], .on = true } } };
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		evidence_build(c.servers, arena, &e);
		for (enum evidence_question q = EVIDENCE_SOA; i == 1 && q <= EVIDENCE_SOA_LAST; q += EVIDENCE_SOA_LAST) {
			struct slice *octets = &e.servers[0].answers[q].octets;
			uint8_t *copy = arena_copy(arena, octets->data, octets->size);
			uint8_t *at = find_octets(copy, octets->size, "\0\6\15\2", 4);
			assert_non_null(at);
			at[2] = 17;
			octets->data = copy;
		}
		judge_evidence(*state, &c, &e, arena, &f);
		assert_int_equal(f.reason, i == 0 ? REASON_ACCEPT_UPDATE : REASON_CONTINUITY_ALGORITHM);
		arena_free(arena);
	}
}

/* Evidence of another NS set, and a host that nobody asked: the rule that holds the request fails. */
static void test_what_holds_is_told(void **state)
{
	const struct judge_case c = { .servers = { { .cds = "B", .cdnskey = "B", ROLL }, { .cds = "B", .cdnskey = "B", ROLL } } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	e.server_count = 1;
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_HOLD_UNREACHABLE);
	assert_true(says(&f, "R9975-3-2", CHECK_FAIL, "was not asked"));
	e.server_count = 2;
	assert_int_equal(name_from_text("ns9.example.net.", &e.hosts[1].name), 0);
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_STALE_INPUT);
	assert_true(says(&f, "A-32", CHECK_FAIL, "not those of the delegation"));
	arena_free(arena);
}

/* Any answer over TCP counts; servers that answer alike are told as one. */
static void test_how_servers_are_told(void **state)
{
	const struct judge_case c = { .servers = { { .cds = "B", .cdnskey = "B", ROLL }, { .cds = "B", .cdnskey = "B", ROLL } } };
	for (size_t q = 0; q <= EVIDENCE_QUESTIONS; q++) {
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		evidence_build(c.servers, arena, &e);
		memcpy(e.servers[1].answers, e.servers[0].answers, sizeof e.servers[0].answers);
		if (q < EVIDENCE_QUESTIONS) {
			e.servers[1].answers[q].tcp = true;
		}
		judge_evidence(*state, &c, &e, arena, &f);
		assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
		assert_false(f.servers[0].tcp);
		assert_int_equal(f.servers[1].tcp, q < EVIDENCE_QUESTIONS);
		assert_true(says(&f, "R4035-5.2-1", CHECK_PASS, "192.0.2.1 (and 1 alike): "));
		arena_free(arena);
	}
}

static void test_arguments(void **state)
{
	const struct judge_case c = { .servers = { { .on = true } } };
	static struct ds many[LIMIT_DS + 1];
	struct arena *arena = arena_new();
	struct evidence e;
	struct delegation d;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	delegation_build(c.servers, "A", arena, &d);
	const struct rules rules = case_rules(&c);
	const struct judge_input good = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, NULL };
	assert_int_equal(judge(*state, &good, arena, &f), 0);
	struct judge_input in = good;
	in.evidence = NULL;
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	in = good;
	in.delegation = NULL;
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	in = good;
	in.algorithms = NULL;
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	e.server_count = LIMIT_CHILD_ADDRESSES + 1;
	assert_int_equal(judge(*state, &good, arena, &f), ERR_ARG);
	e.server_count = 1;
	struct delegation big = d;
	for (size_t i = 0; i <= LIMIT_DS; i++) {
		many[i] = d.ds.ds[0];
		many[i].tag = (uint16_t)i;
	}
	big.ds = (struct ds_set){ .count = LIMIT_DS + 1, .ds = many };
	in = good;
	in.delegation = &big;
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	assert_int_equal(f.reason, REASON_NONE);
	big.ds.count--;
	assert_int_equal(judge(*state, &in, arena, &f), 0);
	arena_free(arena);
}

static int setup(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

/* A-31: to be in sync by the keys is not yet to ask for the present set. */
static void test_asks_present(void **state)
{
	static const struct {
		struct says servers[SERVERS_MAX];
		const char *ds;
		enum digest_mode digests;
		enum reason reason;
		bool asks;
	} rows[] = {
		{ { { .cds = "A", .cdnskey = "A", .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_NOOP_IN_SYNC, true },
		{ { { .cdnskey = "A", .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_NOOP_IN_SYNC, true },
		{ { { .cds = "A A:4", .cdnskey = "A", .on = true } }, "A", DIGEST_MODE_FULL, REASON_NOOP_IN_SYNC, true },
		{ { { .cds = "A:4", .cdnskey = "A", .zone_by = "", .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_NOOP_IN_SYNC, false },
		{ { { .cds = "A", .cdnskey = "A", .by = "Z", .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_NOOP_IN_SYNC, false },
		{ { { .cds = "A:4", .cdnskey = "A", .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_ACCEPT_UPDATE, false },
		{ { { .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_NOOP_NO_SIGNAL, false },
		{ { { .cds = "A", .cdnskey = "A", .on = true }, { .on = true } }, "A", DIGEST_MODE_VERBATIM, REASON_NOOP_STATUS_QUO, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct arena *arena = arena_new();
		struct judge_case c = { .ds = rows[i].ds, .rules = { .digests = rows[i].digests } };
		memcpy(c.servers, rows[i].servers, sizeof c.servers);
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		if (f.reason != rows[i].reason || f.asks_present != rows[i].asks) {
			fail_msg("%zu: %s, %d", i, reason_token(f.reason), f.asks_present);
		}
		arena_free(arena);
	}
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
		cmocka_unit_test(test_a_key_that_is_not_tried),
		cmocka_unit_test(test_asks_present), cmocka_unit_test(test_marks_of_what_is_accepted),
		cmocka_unit_test(test_rules_that_are_skipped), cmocka_unit_test(test_tables_of_others),
		cmocka_unit_test(test_servers_without_an_soa), cmocka_unit_test(test_why_the_soa_is_no_good),
		cmocka_unit_test(test_the_tag_of_another_algorithm), cmocka_unit_test(test_how_servers_are_told),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_the_tag_of_another_key), cmocka_unit_test(test_what_holds_is_told),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
