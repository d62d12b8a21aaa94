/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge where a line in a table does not do: hosts, marks, content hash, arguments. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "validate/wire/err.h"

static const struct says rolling = { .cds = "B", .cdnskey = "B", ROLL };

struct host_case {
	const char *name;
	enum evidence_host_status status;	/* of the second host */
	bool asked;				/* it has an address, by glue */
	enum reason reason;
	enum reason warning;
};

static const struct host_case host_cases[] = {
	{ "no address: of no use to anybody", EVIDENCE_HOST_NO_ADDRESS, false, REASON_ACCEPT_UPDATE,
		REASON_NS_NO_ADDRESS },
	{ "alias, R2181-10.3-1", EVIDENCE_HOST_ALIAS, false, REASON_ACCEPT_UPDATE, REASON_NS_ALIAS },
	{ "bogus addresses", EVIDENCE_HOST_BOGUS, false, REASON_ACCEPT_UPDATE, REASON_NS_ADDRESS_BOGUS },
	{ "bogus addresses, glue asked", EVIDENCE_HOST_BOGUS, true, REASON_ACCEPT_UPDATE, REASON_NS_ADDRESS_BOGUS },
	{ "not found out: left out of the vote and listed, T-15", EVIDENCE_HOST_FAILED, false,
		REASON_ACCEPT_UPDATE, REASON_NONE },
	{ "found, but not asked: no evidence of it", EVIDENCE_HOST_RESOLVED, false,
		REASON_HOLD_UNREACHABLE, REASON_NONE },
	{ "not found out, but glue asked: listed all the same, R9975-3-1", EVIDENCE_HOST_FAILED, true,
		REASON_ACCEPT_UPDATE, REASON_NONE },
	{ "found and asked", EVIDENCE_HOST_RESOLVED, true, REASON_ACCEPT_UPDATE, REASON_NONE },
};

static void test_hosts(void **state)
{
	for (size_t i = 0; i < sizeof host_cases / sizeof host_cases[0]; i++) {
		const struct host_case *h = &host_cases[i];
		const struct judge_case c = { .servers = { rolling, rolling } };
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		evidence_build(c.servers, arena, &e);
		e.hosts[1].status = h->status;
		e.server_count = h->asked ? 2 : 1;
		judge_evidence(*state, &c, &e, arena, &f);
		if (f.reason != h->reason || (h->warning != REASON_NONE && !finding_warns(&f, h->warning))) {
			fail_msg("%s: %s", h->name, reason_token(f.reason));
		}
		bool unknown = h->status == EVIDENCE_HOST_FAILED || h->status == EVIDENCE_HOST_BOGUS;
		assert_int_equal(f.unresolved, unknown ? 2 : 0);
		/* Whatever is wrong with a host is told, and by its name. */
		bool told = false;
		for (size_t k = 0; k < f.check_count; k++) {
			told = told || (strcmp(f.checks[k].rule, "R9975-3-1") == 0 &&
				f.checks[k].result == CHECK_WARN && strstr(f.checks[k].detail, "ns2.example.net."));
		}
		assert_int_equal(told, h->status != EVIDENCE_HOST_RESOLVED || !h->asked);
		arena_free(arena);
	}
}

/* No server at all: the reason of the hosts, if they share one. */
static void test_hosts_without_any_address(void **state)
{
	static const struct {
		enum evidence_host_status first;
		enum evidence_host_status second;
		enum reason reason;
	} cases[] = {
		{ EVIDENCE_HOST_NO_ADDRESS, EVIDENCE_HOST_NO_ADDRESS, REASON_NS_NO_ADDRESS },
		{ EVIDENCE_HOST_BOGUS, EVIDENCE_HOST_BOGUS, REASON_NS_ADDRESS_BOGUS },
		{ EVIDENCE_HOST_ALIAS, EVIDENCE_HOST_ALIAS, REASON_NS_ALIAS },
		{ EVIDENCE_HOST_FAILED, EVIDENCE_HOST_FAILED, REASON_NO_USABLE_SERVER },
		{ EVIDENCE_HOST_ALIAS, EVIDENCE_HOST_NO_ADDRESS, REASON_NO_USABLE_SERVER },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct judge_case c = { .servers = { rolling, rolling } };
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		evidence_build(c.servers, arena, &e);
		e.server_count = 0;
		e.hosts[0].status = cases[i].first;
		e.hosts[1].status = cases[i].second;
		judge_evidence(*state, &c, &e, arena, &f);
		assert_int_equal(f.reason, cases[i].reason);
		arena_free(arena);
	}
}

/* Not found, and what its glue names keeps silent, too: nobody is left to say anything. */
static void test_lost_hosts_of_silent_servers(void **state)
{
	const struct says silent = { .trouble = TROUBLE_TIMEOUT, .on = true };
	const struct judge_case c = { .servers = { silent, silent } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	e.hosts[0].status = EVIDENCE_HOST_FAILED;
	e.hosts[1].status = EVIDENCE_HOST_FAILED;
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_NO_USABLE_SERVER);
	assert_int_equal(f.unresolved, 3);
	arena_free(arena);
}

/* A29, T-18: evidence of another NS set. */
static void test_stale_evidence_of_other_hosts(void **state)
{
	const struct judge_case c = { .servers = { rolling, rolling } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	assert_int_equal(name_from_text("ns9.example.net.", &e.hosts[1].name), 0);
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_STALE_INPUT);
	assert_int_equal(f.change, CHANGE_NONE);
	arena_free(arena);
}

static struct mark find_mark(const struct finding *f, uint16_t type, uint16_t tag)
{
	for (size_t i = 0; i < f->mark_count; i++) {
		if (f->marks[i].type == type && f->marks[i].tag == tag) {
			return f->marks[i];
		}
	}
	fail_msg("no mark of key %u", tag);
	return (struct mark){ .type = 0 };
}

/* a mark for each type and key, the newest over all servers. */
static void test_marks(void **state)
{
	const struct judge_case c = { .ds = "A B", .servers = {
		{ .cds = "B", .cdnskey = "B", .by = "ABZ", .when = WHEN_OLD, ROLL },
		{ .cds = "B", .cdnskey = "B", .by = "AbZ", ROLL } } };
	struct arena *arena = arena_new();
	struct finding f;
	judge_case_run(*state, &c, arena, &f);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(f.mark_count, 4);
	for (unsigned i = 0; i < 2; i++) {
		uint16_t type = i == 0 ? TYPE_CDS : TYPE_CDNSKEY;
		const struct mark a = find_mark(&f, type, key_tag('A', arena));
		const struct mark b = find_mark(&f, type, key_tag('B', arena));
		assert_int_equal(a.inception, ZONE_NOW - 3600);
		assert_int_equal(b.inception, ZONE_NOW - 7 * 86400);
		assert_int_equal(a.algorithm, 13);
		uint8_t hash[SHA256_OCTETS];
		struct slice rdata = key_rdata('A', arena);
		assert_int_equal(crypto_sha256(*state, rdata.data, rdata.size, hash), 0);
		assert_memory_equal(a.key_hash, hash, sizeof hash);
	}
	arena_free(arena);
}

/* A key that the accepted request brings in leaves a mark that proves nothing; one that it does not bring in
 * leaves none. */
static void test_marks_of_successors(void **state)
{
	const struct judge_case c = { .servers = { { .cds = "B", .by = "ABZ", ROLL } } };
	const struct judge_case refused = { .servers = { { .cds = "B", .by = "ABZ", .dnskey = "ABZ", .on = true } } };
	struct arena *arena = arena_new();
	struct finding f;
	judge_case_run(*state, &c, arena, &f);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(f.mark_count, 2);
	assert_false(find_mark(&f, TYPE_CDS, key_tag('A', arena)).successor);
	assert_true(find_mark(&f, TYPE_CDS, key_tag('B', arena)).successor);
	judge_case_run(*state, &refused, arena, &f);
	assert_int_equal(f.reason, REASON_CONTINUITY_NO_PATH);
	assert_int_equal(f.mark_count, 1);
	arena_free(arena);
}

/* Several signatures by one key: the newest, in whatever order they come (T-24). */
static void test_marks_take_the_newest_signature(void **state)
{
	static const char *const orders[] = { "aA", "Aa", "aAa" };
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
		const struct judge_case c = { .servers = { { .cds = "B", .by = orders[i], ROLL } } };
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		assert_int_equal(f.mark_count, 1);
		assert_int_equal(f.marks[0].inception, ZONE_NOW - 3600);
		arena_free(arena);
	}
}

/* Signatures that do not qualify leave no mark. */
static void test_no_marks_without_signer(void **state)
{
	static const struct says speakers[] = {
		{ .cds = "B", .by = "Z", ROLL },
		{ .cds = "B", .by = "B", ROLL },
		{ .cds = "B", .when = WHEN_EXPIRED, ROLL },
		{ .cds = "B", .when = WHEN_CORRUPT, ROLL },
		{ ROLL },
	};
	for (size_t i = 0; i < sizeof speakers / sizeof speakers[0]; i++) {
		const struct judge_case c = { .servers = { speakers[i] } };
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		assert_int_equal(f.mark_count, 0);
		arena_free(arena);
	}
}

/* over class and records per address, DS and NS; nothing else: a zone that is signed anew is the same. */
static void test_content_hash(void **state)
{
	const struct judge_case c = { .servers = { rolling, rolling } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f[6];
	evidence_build(c.servers, arena, &e);
	judge_evidence(*state, &c, &e, arena, &f[0]);
	e.servers[0].answers[EVIDENCE_CDS].rtt_us = 99;
	e.servers[1].answers[EVIDENCE_SOA].octets = e.servers[0].answers[EVIDENCE_SOA_LAST].octets;
	e.began_ms++;
	judge_evidence(*state, &c, &e, arena, &f[1]);
	assert_memory_equal(f[0].content_hash, f[1].content_hash, SHA256_OCTETS);

	e.servers[1].answers[EVIDENCE_CDS].octets = e.servers[0].answers[EVIDENCE_CDS].octets;
	judge_evidence(*state, &c, &e, arena, &f[2]);	/* another signature */
	assert_memory_equal(f[1].content_hash, f[2].content_hash, SHA256_OCTETS);
	const struct judge_case more = { .servers = { rolling, { .cds = "B B:4", .cdnskey = "B", ROLL } } };
	struct evidence digests;
	evidence_build(more.servers, arena, &digests);
	judge_evidence(*state, &more, &digests, arena, &f[2]);	/* another record */
	e.servers[1].answers[EVIDENCE_CDS].status = EVIDENCE_TIMEOUT;
	judge_evidence(*state, &c, &e, arena, &f[3]);	/* another class */
	e.servers[1].address.octets[3] = 77;
	judge_evidence(*state, &c, &e, arena, &f[4]);	/* another address */
	const struct judge_case other = { .ds = "A A:4", .servers = { rolling, rolling } };
	judge_evidence(*state, &other, &e, arena, &f[5]);	/* another DS set */
	for (size_t i = 1; i < 6; i++) {
		for (size_t k = i + 1; k < 6; k++) {
			assert_memory_not_equal(f[i].content_hash, f[k].content_hash, SHA256_OCTETS);
		}
	}
	arena_free(arena);
}

/* No octet changes when signatures come to their end; that it is warned of is news all the same, and once. */
static void test_content_hash_tells_new_warnings(void **state)
{
	const struct judge_case c = { .servers = { { .on = true } } };
	static const uint32_t ages_s[3] = { 0, 29 * 86400 + 1, 29 * 86400 + 7200 };
	struct arena *arena = arena_new();
	struct evidence e;
	struct delegation d;
	struct finding f[3];
	evidence_build(c.servers, arena, &e);
	delegation_build(c.servers, "A", arena, &d);
	const struct rules rules = case_rules(&c);
	for (size_t i = 0; i < 3; i++) {
		const struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW + ages_s[i], NULL };
		assert_int_equal(judge(*state, &in, arena, &f[i]), 0);
		assert_int_equal(f[i].reason, REASON_NOOP_NO_SIGNAL);
		assert_int_equal(finding_warns(&f[i], REASON_WARN_SIGNATURE_LIFETIME), i > 0);
	}
	assert_memory_not_equal(f[0].content_hash, f[1].content_hash, SHA256_OCTETS);
	assert_memory_equal(f[1].content_hash, f[2].content_hash, SHA256_OCTETS);
	arena_free(arena);
}

/* A look for a signature that lasts longer leaves no trace when it finds one. */
static void test_content_hash_tells_no_time(void **state)
{
	struct judge_case c = { .servers = { { .dnskey_by = "Aa", .dnskey_when = WHEN_SHORT, .on = true } } };
	struct arena *arena = arena_new();
	struct evidence evidence;
	struct finding f[2];
	evidence_build(c.servers, arena, &evidence);
	for (uint32_t i = 0; i < 2; i++) {
		c.rules.warn_signature_left_s = 3600 + i;
		judge_evidence(*state, &c, &evidence, arena, &f[i]);
		assert_int_equal(f[i].warning_count, 0);
	}
	assert_memory_equal(f[0].content_hash, f[1].content_hash, SHA256_OCTETS);
	arena_free(arena);
}

/* servers that answer alike are looked at once: four cost as much as one. */
static void test_equal_answers_are_verified_once(void **state)
{
	const struct judge_case c = { .servers = { rolling, rolling, rolling, rolling } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	for (size_t i = 1; i < e.server_count; i++) {
		memcpy(e.servers[i].answers, e.servers[0].answers, sizeof e.servers[0].answers);
	}
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(f.verifications, 5);	/* DNSKEY by A and by B, CDS, CDNSKEY, SOA */
	assert_int_equal(f.server_count, 4);
	arena_free(arena);
}

static void test_judged_at_the_time_given(void **state)
{
	const struct judge_case c = { .servers = { rolling } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct delegation d;
	evidence_build(c.servers, arena, &e);
	delegation_build(c.servers, "A", arena, &d);
	const struct rules rules = case_rules(&c);
	struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW + 30 * 86400, NULL };
	struct finding f;
	assert_int_equal(judge(*state, &in, arena, &f), 0);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);	/* the last second */
	in.now++;
	assert_int_equal(judge(*state, &in, arena, &f), 0);
	assert_int_equal(f.reason, REASON_CHILD_BOGUS);
	arena_free(arena);
}

static void test_arguments(void **state)
{
	const struct judge_case c = { .servers = { rolling } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct delegation d;
	evidence_build(c.servers, arena, &e);
	delegation_build(c.servers, "A", arena, &d);
	const struct rules rules = case_rules(&c);
	struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, NULL };
	struct finding f = { .reason = REASON_ACCEPT_UPDATE };
	assert_int_equal(judge(NULL, &in, arena, &f), ERR_ARG);
	assert_int_equal(judge(*state, &in, arena, NULL), ERR_ARG);
	assert_int_equal(name_from_text("other.ch.", &e.child), 0);
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	assert_int_equal(f.reason, REASON_NONE);	/* refuses */
	e.child = d.child;
	e.host_count = LIMIT_NS_HOSTS + 1;
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	e.host_count = 1;
	in.rules = NULL;
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	arena_free(arena);
}

struct step {
	const char *rule;
	enum check_result result;
};

static void check_steps(struct crypto *crypto, const struct judge_case *c, const struct step *steps,
	size_t count)
{
	struct arena *arena = arena_new();
	struct finding f;
	judge_case_run(crypto, c, arena, &f);
	assert_int_equal(f.reason, c->reason);
	for (size_t i = 0; i < f.check_count && i < count; i++) {
		if (strcmp(f.checks[i].rule, steps[i].rule) != 0 || f.checks[i].result != steps[i].result) {
			fail_msg("step %zu: %s: %s", i, f.checks[i].rule, f.checks[i].detail);
		}
	}
	assert_int_equal(f.check_count, count);
	arena_free(arena);
}

/* The order of standards section 3: reach, syntax, chain, signer, consistency, policy, continuity. */
static void test_order_of_checks(void **state)
{
	const struct judge_case accepted = { .servers = { rolling }, .reason = REASON_ACCEPT_UPDATE };
	static const struct step all[] = { { "R9975-3-2", CHECK_PASS }, { "R8078-4-1", CHECK_PASS },
		{ "R4035-5.2-1", CHECK_PASS }, { "R7344-4.1-2", CHECK_PASS }, { "R7344-4.1-2", CHECK_PASS },
		{ "R9975-3.1-1", CHECK_PASS }, { "R7344-4-1", CHECK_PASS }, { "R7344-6.2.1-1", CHECK_PASS },
		{ "R9904-2-1", CHECK_PASS }, { "L-CONT-1", CHECK_PASS }, { "L-CONT-2", CHECK_PASS },
		{ "L-CONT-3", CHECK_PASS }, { "R7344-6.2-6", CHECK_PASS } };
	check_steps(*state, &accepted, all, sizeof all / sizeof all[0]);
	const struct judge_case malformed = { .reason = REASON_MALFORMED_DELETE, .servers = {
		{ .cds = "delete A", .on = true }, { .trouble = TROUBLE_TIMEOUT, .on = true } } };
	static const struct step few[] = { { "R9975-3-2", CHECK_WARN }, { "R9975-3-4", CHECK_WARN },
		{ "R8078-4-1", CHECK_FAIL } };
	check_steps(*state, &malformed, few, sizeof few / sizeof few[0]);
	/* What is not looked at any more is said, with what decided instead. */
	const struct judge_case forbidden = { .reason = REASON_ALGORITHM_FORBIDDEN, .servers = {
		{ .cds = "A D", .cdnskey = "A D", .dnskey = "ADZ", .on = true } } };
	static const struct step skipping[] = { { "R9975-3-2", CHECK_PASS }, { "R8078-4-1", CHECK_PASS },
		{ "R4035-5.2-1", CHECK_PASS }, { "R7344-4.1-2", CHECK_PASS }, { "R7344-4.1-2", CHECK_PASS },
		{ "R9975-3.1-1", CHECK_PASS }, { "R7344-4-1", CHECK_PASS }, { "R7344-6.2.1-1", CHECK_PASS },
		{ "R9904-2-1", CHECK_FAIL }, { "L-CONT-1", CHECK_SKIP } };
	check_steps(*state, &forbidden, skipping, sizeof skipping / sizeof skipping[0]);
	const struct judge_case unsigned_child = { .reason = REASON_RRSIG_MISSING, .servers = {
		{ .cds = "B", .cdnskey = "B", .by = "", ROLL } } };
	static const struct step early[] = { { "R9975-3-2", CHECK_PASS }, { "R8078-4-1", CHECK_PASS },
		{ "R4035-5.2-1", CHECK_PASS }, { "R7344-4.1-2", CHECK_FAIL }, { "R7344-4.1-2", CHECK_FAIL },
		{ "R7344-6.2.1-1", CHECK_SKIP }, { "R9904-2-1", CHECK_SKIP }, { "L-CONT-1", CHECK_SKIP } };
	check_steps(*state, &unsigned_child, early, sizeof early / sizeof early[0]);
}

/* A help desk can read off whose signature it is and whose it should be. */
static void test_details_name_the_keys(void **state)
{
	const struct judge_case c = { .servers = { { .cds = "B", .by = "Z", ROLL } } };
	struct arena *arena = arena_new();
	struct finding f;
	judge_case_run(*state, &c, arena, &f);
	const char *wanted = arena_printf(arena, "192.0.2.1: CDS: %s Signed by: %u (13). DS set: %u (13).",
		reason_find(REASON_SIGNER_NOT_IN_DS)->sentence, key_tag('Z', arena), key_tag('A', arena));
	bool found = false;
	for (size_t i = 0; i < f.check_count; i++) {
		found = found || strcmp(f.checks[i].detail, wanted) == 0;
	}
	assert_true(found);
	arena_free(arena);
}

static void test_texts(void **state)
{
	(void)state;
	assert_string_equal(change_class_text(CHANGE_DIGEST), "digest-only");
	assert_string_equal(change_class_text(CHANGE_DELETE), "delete");
	assert_string_equal(change_class_text(CHANGE_NONE), "none");
	assert_string_equal(change_class_text(CHANGE_UPDATE), "update");
	assert_string_equal(change_class_text(CHANGE_ADD), "add");
	assert_string_equal(change_class_text(CHANGE_REMOVE), "remove");
	assert_string_equal(change_class_text(CHANGE_SWAP), "swap");
	assert_string_equal(change_class_text(CHANGE_ALGORITHM), "algorithm-roll");
	assert_string_equal(child_security_text(SECURITY_UNUSABLE), "unusable-ds");
	assert_string_equal(child_security_text(SECURITY_UNKNOWN), "unknown");
	assert_string_equal(response_class_text(RESPONSE_SKIPPED), "SKIPPED");
	assert_string_equal(response_class_text(RESPONSE_TIMEOUT), "TIMEOUT");
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
		cmocka_unit_test(test_hosts), cmocka_unit_test(test_hosts_without_any_address),
		cmocka_unit_test(test_lost_hosts_of_silent_servers),
		cmocka_unit_test(test_stale_evidence_of_other_hosts), cmocka_unit_test(test_marks),
		cmocka_unit_test(test_marks_take_the_newest_signature),
		cmocka_unit_test(test_marks_of_successors),
		cmocka_unit_test(test_no_marks_without_signer), cmocka_unit_test(test_content_hash), cmocka_unit_test(test_content_hash_tells_new_warnings),
		cmocka_unit_test(test_content_hash_tells_no_time),
		cmocka_unit_test(test_equal_answers_are_verified_once),
		cmocka_unit_test(test_judged_at_the_time_given), cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_order_of_checks), cmocka_unit_test(test_details_name_the_keys),
		cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
