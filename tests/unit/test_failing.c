/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Failures of ours: wherever memory ends or OpenSSL fails, a case ends with that error and with no decision; it is
 * never taken for something the child did. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"
#include "tests/unit/zone_challenge.h"
#include "validate/accept/policy_set.h"
#include "validate/cds/trace.h"
#include "validate/dnssec/cost.h"
#include "validate/dnssec/denial.h"
#include "validate/dnssec/pubkey.h"
#include "validate/dnssec/verifier.h"

#define TWO(...) { __VA_ARGS__, .on = true }, { __VA_ARGS__, .on = true }

/* Children that lead through every file: what is asked for, how it is proven, who is silent, what is under way. */
static const struct story {
	const char *name;
	struct says servers[SERVERS_MAX];
	const char *ds;
	const char *policy;
	enum pending_state state;
	const char *pending;
	uint32_t later;		/* seconds between the first case, whose state is kept, and the second; 0: one case */
	bool lost;		/* the host of the second server cannot be looked up */
	bool forgets;		/* the policy has no replay guard */
	bool asks_ns;		/* of the first server */
	bool no_soa;		/* the first server is not asked for it */
	bool ours;		/* signals validate from the trust anchor of the fixture, and each server has a token */
} stories[] = {
	{ .name = "a roll that supersedes another", .servers = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB", .by = "AB", .ns = "1 9") }, .ds = "A", .policy = "bcp", .state = PENDING_RELEASED,
		.pending = "A B", .later = 60, .asks_ns = true },
	{ .name = "a removal with NSEC3 and RSA, one server silent, one host lost", .servers = { { .cds = "delete",
		.cdnskey = "delete", .by = "R", .dnskey = "RZ", .dnskey_by = "R", .on = true },
		{ .trouble = TROUBLE_TIMEOUT, .on = true }, { .trouble = TROUBLE_TIMEOUT, .on = true } }, .ds = "R",
		.policy = "bcp", .later = 600, .lost = true },
	{ .name = "digests of CDNSKEY, absence of CDS by NSEC3", .servers = { TWO(.cdnskey = "E", .by = "E",
		.dnskey = "EZ", .dnskey_by = "E", .denial = DENY_NSEC3) }, .ds = "E:4", .policy = "bcp",
		.state = PENDING_SENT, .pending = "B" },
	{ .name = "digests for a key that comes by CDNSKEY alone", .servers = { TWO(.cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB") }, .ds = "A", .policy = "bcp" },
	{ .name = "a key of an algorithm that is not verified here comes", .servers = { TWO(.cds = "A U", .cdnskey = "A U",
		.dnskey = "AUZ", .dnskey_by = "AU", .zone_by = "ZU") }, .ds = "A", .policy = "bcp" },
	{ .name = "signatures that end soon", .servers = { TWO(.dnskey_by = "Aa", .dnskey_when = WHEN_SHORT) }, .ds = "A",
		.policy = "bcp" },
	{ .name = "no request, absence by NSEC, a change to withdraw", .servers = { TWO(.cds = NULL) }, .ds = "A",
		.policy = "bcp", .state = PENDING_PROPOSED, .pending = "B" },
	{ .name = "not signed by the DS set", .servers = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB", .by = "Z") }, .ds = "A", .policy = "bcp", .state = PENDING_SENT, .pending = "B" },
	{ .name = "back to the present set", .servers = { TWO(.cds = "A", .cdnskey = "A", .dnskey = "ABZ",
		.dnskey_by = "AB") }, .ds = "A", .policy = "bcp", .state = PENDING_SENT, .pending = "B" },
	{ .name = "names in another case, and the policy has no memory", .servers = { { .cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB", .trouble = TROUBLE_SHUFFLED, .on = true } }, .ds = "A", .policy = "bcp", .forgets = true },
	{ .name = "a first DS set that signals confirm", .servers = { TWO(.cds = "A", .cdnskey = "A", .operator = OPERATOR_AGREES,
		.tcp = true) }, .ds = "", .policy = "bcp", .ours = true },
	{ .name = "a first DS set of which one operator says nothing, one host in the child", .servers = { { .cds = "A A:4",
		.cdnskey = "A", .operator = OPERATOR_IN_DOMAIN, .tcp = true, .on = true }, { .cds = "A", .cdnskey = "A",
		.operator = OPERATOR_SAYS_NOTHING, .tcp = true, .on = true } }, .ds = "", .policy = "bcp", .ours = true },
	{ .name = "a first DS set by CDNSKEY alone over UDP", .servers = { TWO(.cdnskey = "A") }, .ds = "", .policy = "bcp",
		.ours = true },
	{ .name = "bogus at one", .servers = { { .cds = "B", .cdnskey = "B", .on = true }, { .cds = "B", .cdnskey = "B",
		.when = WHEN_EXPIRED, .on = true } }, .ds = "A", .policy = "bcp", .state = PENDING_SENT, .pending = "B" },
};

struct world {
	struct arena *arena;	/* of the inputs */
	struct crypto *crypto;
	struct policy policy;
	struct case_input in;
	uint8_t table[4096];
	size_t table_size;
	struct slice octets;	/* the decision of an undisturbed run */
};

static struct arena *scratch;
static struct crypto *crypto;

static int set_up_all(void **unused)
{
	(void)unused;
	zone_keys_load();
	crypto = crypto_new();
	scratch = arena_new();
	return crypto == NULL || scratch == NULL ? -1 : 0;
}

static int tear_down_all(void **unused)
{
	(void)unused;
	zone_keys_free();
	crypto_free(crypto);
	arena_free(scratch);
	return 0;
}

static void world_init(struct world *w, const struct story *story)
{
	struct evidence evidence;
	struct delegation delegation;
	*w = (struct world){ .arena = arena_new(), .crypto = crypto };
	assert_non_null(w->arena);
	w->policy = *policy_preset(story->policy);
	w->policy.replay_guard = !story->forgets;
	if (story->ours) {
		w->policy.rules.bootstrap = (struct bootstrap_rules){ .enabled = true, .authenticated = true, .fall_back_absent = true,
			.fall_back_incomplete = true, .challenge = true, .anchor_count = 1 };
		signals_anchor(w->policy.rules.bootstrap.anchors);
	}
	w->in = (struct case_input){ .policy = &w->policy, .algorithms = algorithm_table_builtin(),
		.now = ZONE_NOW };
	w->table_size = algorithm_table_encode(w->in.algorithms, w->table, sizeof w->table);
	evidence_build(story->servers, w->arena, &evidence);
	if (story->lost) {
		evidence.hosts[1].status = EVIDENCE_HOST_FAILED;
	}
	for (size_t i = 0; story->ours && i < evidence.server_count; i++) {
		evidence.challenge_asked = true;
		evidence.servers[i].challenge = challenge_build("token", w->arena);
	}
	if (story->asks_ns) {
		evidence.ns = (struct evidence_ns){ .asked = true, .answer = ns_build(story->servers, 0, w->arena) };
	}
	if (story->no_soa) {
		struct evidence_answer *answers = evidence.servers[0].answers;
		answers[EVIDENCE_SOA] = answers[EVIDENCE_SOA_LAST] = (struct evidence_answer){ .status = EVIDENCE_NOT_ASKED };
	}
	delegation_build(story->servers, story->ds, w->arena, &delegation);
	assert_int_equal(evidence_encode(&evidence, w->arena, &w->in.evidence), 0);
	assert_int_equal(delegation_encode(&delegation, w->arena, &w->in.delegation), 0);
	if (story->state != PENDING_NONE) {
		struct pending p = { .state = story->state, .change = 81 };
		ds_set_build(story->pending, w->arena, &p.ds_after);
		assert_int_equal(pending_encode(&p, w->arena, &w->in.pending), 0);
	}
	if (story->later > 0) {
		struct decision d;
		struct child_state after;
		assert_int_equal(case_decide(crypto, &w->in, w->arena, &d, &after), 0);
		assert_int_equal(child_state_encode(&after, w->arena, &w->in.state), 0);
		w->in.now += story->later;
	}
}

/* Evidence, delegation and the change under way take the way back into their encodings. */
static int encode_inputs(const struct world *w, struct arena *arena)
{
	struct evidence evidence;
	struct delegation delegation;
	struct pending pending;
	struct slice octets;
	int code = evidence_decode(w->in.evidence, arena, &evidence);
	if (code == 0) {
		code = evidence_encode(&evidence, arena, &octets);
	}
	if (code == 0) {
		code = delegation_decode(w->in.delegation, arena, &delegation);
	}
	if (code == 0) {
		code = delegation_encode(&delegation, arena, &octets);
	}
	if (code == 0 && w->in.pending.size > 0) {
		code = pending_decode(w->in.pending, arena, &pending);
		if (code == 0) {
			code = pending_encode(&pending, arena, &octets);
		}
	}
	return code;
}

/* What is done with a case from its octets to those of its decision. */
static int run(const struct world *w, struct arena *arena, struct slice *out)
{
	struct algorithm_table table;
	struct decision decision = { .reason = REASON_NONE };
	struct child_state after;
	struct slice octets;
	struct case_input in = w->in;
	in.algorithms = &table;
	int code = algorithm_table_decode(w->table, w->table_size, arena, &table);
	if (code == 0) {
		code = case_decide(w->crypto, &in, arena, &decision, &after);
	}
	if (code != 0) {
		assert_int_equal(decision.reason, REASON_NONE);
		return code;
	}
	code = decision_encode(&decision, arena, out);
	if (code == 0) {
		code = decision_decode(*out, arena, &decision);
	}
	if (code == 0) {
		code = child_state_encode(&after, arena, &octets);
	}
	if (code == 0) {
		code = child_state_decode(octets, arena, &after);
	}
	return code == 0 ? encode_inputs(w, arena) : code;
}

/* Every call fails once. error: what has to come of it. */
static void fail_everywhere(enum failing_kind kind, int error)
{
	for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
		struct world w;
		world_init(&w, &stories[i]);
		struct slice octets;
		assert_int_equal(run(&w, w.arena, &octets), 0);
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			struct slice again;
			arena_reset(scratch);
			failing_begin(kind, at);
			int code = run(&w, scratch, &again);
			failed = failing_end();
			if (code != (failed ? error : 0)) {
				fail_msg("%s: call %u, %s, fails: %d", stories[i].name, at, failing_name(), code);
			}
			if (!failed) {
				assert_true(slice_equal(octets, again));
			}
		}
		print_message("  %s: %u calls\n", stories[i].name, at - 1);
		arena_free(w.arena);
	}
}

static void test_memory_ends(void **unused)
{
	(void)unused;
	fail_everywhere(FAILING_MEMORY, ERR_NOMEM);
}

static void test_library_fails(void **unused)
{
	(void)unused;
	fail_everywhere(FAILING_LIBRARY, ERR_CRYPTO);
}

/* What a judgement may do without: SHA-1 and the algorithms made of it, or the one whose self-test failed. */
static bool is_whole_but_for_one(const struct crypto *made)
{
	static const uint8_t algorithms[] = { 5, 7, 8, 10, 13, 14, 15, 16 };
	unsigned missing = 0;
	for (size_t i = 0; i < sizeof algorithms; i++) {
		missing += !crypto_has_algorithm(made, algorithms[i]);
	}
	bool sha1 = crypto_has_digest(made, DIGEST_SHA1);
	bool sha1_keys = crypto_has_algorithm(made, 5) || crypto_has_algorithm(made, 7);
	return sha1 ? missing == 1 : missing == 2 && !sha1_keys;
}

/* Without SHA-1 nothing is computed with it, and a proof by NSEC3 is none: that is no failure of ours. */
static void check_without_sha1(struct crypto *made)
{
	uint8_t out[64];
	size_t size;
	const struct hash_part part = { "x", 1 };
	assert_int_equal(crypto_ds_digest(made, DIGEST_SHA1, &part, 1, out, &size), ERR_ARG);
	assert_int_equal(crypto_nsec3_hash(made, &part, &part, 1, out), ERR_ARG);
	static const struct story denied = { .servers = { TWO(.denial = DENY_NSEC3) }, .ds = "A", .policy = "bcp" };
	struct world w;
	struct decision d;
	struct child_state after;
	world_init(&w, &denied);
	assert_int_equal(case_decide(crypto, &w.in, w.arena, &d, &after), 0);
	assert_reason(d.reason, REASON_NOOP_NO_SIGNAL);
	assert_int_equal(case_decide(made, &w.in, w.arena, &d, &after), 0);
	assert_reason(d.reason, REASON_DENIAL_UNPROVEN);
	arena_free(w.arena);
}

/* None at all, or one that says what it has not; never one that pretends. */
static void test_crypto_is_complete_or_says_so(void **unused)
{
	(void)unused;
	unsigned none = 0;
	unsigned without_sha1 = 0;
	for (enum failing_kind kind = FAILING_MEMORY; kind <= FAILING_LIBRARY; kind++) {
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			failing_begin(kind, at);
			struct crypto *made = crypto_new();
			failed = failing_end();
			if (made == NULL) {
				none++;
				continue;
			}
			if (failed != is_whole_but_for_one(made)) {
				fail_msg("call %u, %s, fails", at, failing_name());
			}
			if (!crypto_has_digest(made, DIGEST_SHA1)) {
				without_sha1++;
				check_without_sha1(made);
			}
			crypto_free(made);
		}
	}
	/* Memory; start, context, provider; three digests with three calls each; a context; five families with two calls
	 * each; two curves. SHA-1 with its three calls. */
	assert_int_equal(none, 1 + 3 + 9 + 1 + 10 + 2);
	assert_int_equal(without_sha1, 3);
}

/* A key that could not be read, or not be used, is none; what OpenSSL says of memory is not said of the key. */
static void test_keys(void **unused)
{
	(void)unused;
	for (const char *letter = "AERT"; *letter != '\0'; letter++) {
		struct dnskey key;
		struct slice rdata = key_rdata(*letter, scratch);
		assert_int_equal(dnskey_parse(rdata, &key), 0);
		for (enum failing_kind kind = FAILING_MEMORY; kind <= FAILING_REFUSAL; kind++) {
			unsigned at = 0;
			for (bool failed = true; failed; at++) {
				struct pubkey *made = NULL;
				failing_begin(kind, at);
				int code = pubkey_import(crypto, &key, &made);
				failed = failing_end();
				bool of_the_key = kind == FAILING_REFUSAL && (strcmp(failing_name(), "EVP_PKEY_fromdata") == 0 ||
					strcmp(failing_name(), "EVP_PKEY_set1_encoded_public_key") == 0);
				int error = kind == FAILING_MEMORY ? ERR_NOMEM : of_the_key ? ERR_FORMAT : ERR_CRYPTO;
				assert_int_equal(code, failed ? error : 0);
				assert_true((made == NULL) == failed);
				pubkey_free(made);
			}
			assert_true(at > 1);
		}
	}
}

/* Work is given up when the budget of the child is used up, and memory is not taken for what cannot be there. */
static void test_work_ends(void **unused)
{
	(void)unused;
	enum { RECORDS = 2000, ITERATIONS = LIMIT_NSEC3_ITERATIONS };
	struct name zone;
	struct name owner;
	assert_int_equal(name_from_text("example.", &zone), 0);
	assert_int_equal(name_from_text("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.", &owner), 0);
	struct arena *arena = arena_new();
	struct record *records = arena_array(arena, RECORDS, sizeof *records);
	struct message m = { .count = { 0, RECORDS, 0 }, .records = { NULL, records, NULL } };
	for (unsigned i = 0; i < RECORDS; i++) {
		const uint8_t rdata[] = { 1, 0, ITERATIONS >> 8, ITERATIONS & 0xff, 2, (uint8_t)(i >> 8), (uint8_t)i,
			20, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 0, 1, 0x22 };
		records[i] = (struct record){ &owner, TYPE_NSEC3, CLASS_IN, 300,
			{ arena_copy(arena, rdata, sizeof rdata), sizeof rdata } };
	}
	unsigned hashes = (LIMIT_COST_NS / cost_nsec3(zone.size, 2, ITERATIONS) + 1) * (ITERATIONS + 1);
	assert_true(hashes < RECORDS * (ITERATIONS + 1) / 2);
	struct verifier *v = verifier_new(crypto, arena, ZONE_NOW);
	struct denial denial;
	failing_begin(FAILING_LIBRARY, 4 * hashes);	/* begin, two parts, end */
	assert_int_equal(denial_nodata(v, crypto, &zone, &m, TYPE_CDS, NULL, 0, &denial), 0);
	assert_false(failing_end());
	assert_int_equal(denial.status, DENIAL_BOGUS);
	assert_int_equal(denial.sig, SIG_BUDGET);
	verifier_free(v);

	/* 200 records are announced, and none is there. */
	static const uint8_t lie[] = { 0, 0, 0x84, 0, 0, 0, 0, 200, 0, 0, 0, 0 };
	failing_begin(FAILING_MEMORY, 1);	/* the first call copies the octets */
	assert_int_equal(message_parse(lie, sizeof lie, arena, &m), ERR_FORMAT);
	assert_false(failing_end());
	arena_free(arena);
}

static void test_case_judge(void **unused)
{
	(void)unused;
	struct world w;
	struct finding f = { .reason = REASON_ACCEPT_UPDATE };
	world_init(&w, &stories[0]);
	failing_begin(FAILING_MEMORY, 0);
	assert_int_equal(case_judge(crypto, &w.in, w.arena, &f), ERR_NOMEM);
	assert_true(failing_end());
	assert_int_equal(case_judge(crypto, &w.in, w.arena, &f), 0);
	arena_free(w.arena);
}

/* Wherever the budget ends before the decision, that is the reason. Of an update's two looks at signatures that are only
 * there to be remembered, one a type, it is A-05 that says so; anything else refuses for itself. */
static void budget_ends(const struct story *story, enum reason reason, unsigned marks)
{
	struct world w;
	world_init(&w, story);
	unsigned at = 0, unmarked = 0;
	for (bool failed = true; failed; at++) {
		struct finding f;
		arena_reset(scratch);
		failing_begin(FAILING_BUDGET, at);
		assert_int_equal(case_judge(crypto, &w.in, scratch, &f), 0);
		failed = failing_end();
		assert_reason(f.reason, failed ? REASON_BUDGET_EXHAUSTED : reason);
		for (size_t i = 0; i < f.check_count; i++) {
			unmarked += strcmp(f.checks[i].rule, "A-05") == 0;
		}
	}
	assert_true(at > 15);
	assert_int_equal(unmarked, marks);
	arena_free(w.arena);
}

static void test_budget_ends(void **unused)
{
	(void)unused;
	struct story story = { .servers = { { .cds = "A U", .cdnskey = "A U", .dnskey = "AUZ", .dnskey_by = "AU",
		.zone_by = "ZU", .on = true } }, .ds = "A", .policy = "bcp" };
	budget_ends(&story, REASON_ACCEPT_UPDATE, 2);
	/* Without an SOA nothing comes after the look for a signature over the DNSKEY set that could refuse in its place. */
	story.no_soa = true;
	budget_ends(&story, REASON_ACCEPT_UPDATE, 2);
	budget_ends(&stories[10], REASON_ACCEPT_BOOTSTRAP_AUTH, 0);	/* confirmed by signals */
}

/* A list of checks that cannot be written is no list. */
static void test_checks_are_whole(void **unused)
{
	(void)unused;
	unsigned at = 0;
	for (bool failed = true; failed; at++) {
		struct arena *arena = arena_new();
		struct finding f = { .reason = REASON_NOOP_IN_SYNC };
		struct trace t;
		trace_init(&t, arena);
		for (unsigned i = 0; i < LIMIT_CHECKS; i++) {
			trace_check(&t, "rule", GATE_CORRECT, CHECK_FAIL, "%u", i);
		}
		failing_begin(FAILING_MEMORY, at);
		int code = trace_finish(&t, &f);
		failed = failing_end();
		assert_int_equal(code, failed ? ERR_NOMEM : 0);
		assert_int_equal(f.check_count, failed ? 0 : LIMIT_CHECKS);
		arena_free(arena);
	}
	assert_true(at > 2);	/* the line that the list is cut, the warnings */
	struct arena *arena = arena_new();
	struct finding f = { .reason = REASON_NOOP_IN_SYNC };
	struct trace t;
	trace_init(&t, arena);
	failing_begin(FAILING_TEXT, 0);
	trace_check(&t, "rule", GATE_CORRECT, CHECK_FAIL, "%d", 1);
	assert_true(failing_end());
	assert_int_equal(trace_finish(&t, &f), ERR_NOMEM);
	arena_free(arena);
}

static void test_arena_ends(void **unused)
{
	(void)unused;
	for (unsigned at = 0; at < 2; at++) {
		failing_begin(FAILING_MEMORY, at);
		assert_null(arena_new());
		assert_true(failing_end());
	}
	struct arena *arena = arena_new();
	failing_begin(FAILING_MEMORY, 1);	/* the memory behind an arena that asks for more */
	assert_null(arena_alloc(arena, 1000000));
	assert_string_equal(failing_name(), "malloc");
	assert_true(failing_end());
	arena_free(arena);
}

/* Several policies have a name, or it is said why not. */
static void test_policy_set_hash(void **unused)
{
	(void)unused;
	const struct policy_suffix below = { .suffix = fixture_name("co.ch."), .policy = policy_preset("se-nu") };
	const struct policy_set set = { policy_preset(POLICY_DEFAULT), 1, &below };
	for (enum failing_kind kind = FAILING_MEMORY; kind <= FAILING_LIBRARY; kind++) {
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			uint8_t out[SHA256_OCTETS];
			failing_begin(kind, at);
			int code = policy_set_hash(crypto, &set, scratch, out);
			failed = failing_end();
			assert_int_equal(code, !failed ? 0 : kind == FAILING_MEMORY ? ERR_NOMEM : ERR_CRYPTO);
		}
		assert_true(at > 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_ends),
		cmocka_unit_test(test_library_fails),
		cmocka_unit_test(test_crypto_is_complete_or_says_so),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_work_ends),
		cmocka_unit_test(test_case_judge),
		cmocka_unit_test(test_budget_ends),
		cmocka_unit_test(test_checks_are_whole),
		cmocka_unit_test(test_arena_ends),
		cmocka_unit_test(test_policy_set_hash),
	};
	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
