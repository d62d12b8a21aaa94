/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set, where a line in a table does not do: what makes two requests the same, which answers have to come over TCP,
 * which signatures are remembered, and which hosts RFC 9615 misses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "tests/unit/judge_run.h"

#define ENABLED .bootstrap = { .enabled = true }
#define SIGNALED .bootstrap = { .enabled = true, .authenticated = true }
#define ISLAND .tcp = true, .on = true

static const uint8_t zeros[SHA256_OCTETS];

static struct judge_case island(const struct says *first, const struct says *second, struct rules rules)
{
	struct judge_case c = { .name = "island", .ds = "", .rules = rules };
	c.servers[0] = *first;
	if (second != NULL) {
		c.servers[1] = *second;
	}
	return c;
}

/* --- what is the same request (A-21) --- */

struct hash_case {
	const char *name;
	struct says servers[SERVERS_MAX];
	struct rules rules;
	const char *ds;		/* NULL: none */
};

static const struct hash_case same[] = {
	{ "once more, signed anew", { { .cds = "A", .cdnskey = "A", ISLAND } }, { ENABLED }, NULL },
	{ "at two servers", { { .cds = "A", .cdnskey = "A", ISLAND }, { .cds = "A", .cdnskey = "A", ISLAND } }, { ENABLED }, NULL },
	{ "order, TTL, case", { { .cds = "A", .cdnskey = "A", .trouble = TROUBLE_SHUFFLED, ISLAND } }, { ENABLED }, NULL },
	{ "older signatures, by another key", { { .cds = "A", .cdnskey = "A", .by = "Z", .when = WHEN_OLD, ISLAND } }, { ENABLED }, NULL },
	{ "another DNSKEY set", { { .cds = "A", .cdnskey = "A", .dnskey = "AYZ", ISLAND } }, { ENABLED }, NULL },
	{ "a server is silent", { { .cds = "A", .cdnskey = "A", ISLAND }, { .trouble = TROUBLE_TIMEOUT, ISLAND } }, { ENABLED }, NULL },
	{ "over UDP", { { .cds = "A", .cdnskey = "A", .on = true } }, { ENABLED }, NULL },
	{ "a digest that one server alone has", { { .cds = "A", .cdnskey = "A", ISLAND }, { .cds = "A A:4", .cdnskey = "A", ISLAND } },
		{ ENABLED }, NULL },
	{ "the same, the other one first", { { .cds = "A A:4", .cdnskey = "A", ISLAND }, { .cds = "A", .cdnskey = "A", ISLAND } },
		{ ENABLED }, NULL },
	{ "confirmed by signals", { { .cds = "A", .cdnskey = "A", .operator = OPERATOR_AGREES, ISLAND } }, { SIGNALED }, NULL },
	{ "contradicted by signals", { { .cds = "A", .cdnskey = "A", .operator = OPERATOR_DIFFERS, ISLAND } }, { SIGNALED }, NULL },
	{ "of a zone that would not validate", { { .cds = "A", .cdnskey = "A", .zone_by = "", ISLAND } }, { ENABLED }, NULL },
};

static const struct hash_case others[] = {
	{ "another key", { { .cds = "B", .cdnskey = "B", .by = "B", .dnskey = "BZ", .dnskey_by = "B", ISLAND } }, { ENABLED }, NULL },
	{ "one key more", { { .cds = "A B", .cdnskey = "A B", .dnskey = "ABZ", ISLAND } }, { ENABLED }, NULL },
	{ "one digest more", { { .cds = "A A:4", .cdnskey = "A", ISLAND } }, { ENABLED }, NULL },
	{ "a digest that is not published", { { .cds = "A A:1", .cdnskey = "A", ISLAND } }, { ENABLED }, NULL },
	{ "no CDNSKEY", { { .cds = "A", ISLAND } }, { ENABLED }, NULL },
	{ "no CDS", { { .cdnskey = "A", ISLAND } }, { ENABLED }, NULL },
	{ "another DS set of it", { { .cds = "A:4", .cdnskey = "A", ISLAND } }, { ENABLED, .digests = DIGEST_MODE_AUGMENT }, NULL },
};

static const struct hash_case nothing[] = {
	{ "not enabled", { { .cds = "A", .cdnskey = "A", ISLAND } }, { .types = TYPES_BOTH_IF_PRESENT }, NULL },
	{ "nothing published", { { ISLAND } }, { ENABLED }, NULL },
	{ "a removal", { { .cds = "delete", .cdnskey = "delete", ISLAND } }, { ENABLED }, NULL },
	{ "other keys elsewhere", { { .cds = "A", .cdnskey = "A", ISLAND }, { .cds = "H", ISLAND } }, { ENABLED }, NULL },
	{ "nothing elsewhere", { { .cds = "A", .cdnskey = "A", ISLAND }, { ISLAND } }, { ENABLED }, NULL },
	{ "other keys in the other type", { { .cds = "A", .cdnskey = "H", ISLAND } }, { ENABLED }, NULL },
	{ "malformed", { { .cds = "A delete", .cdnskey = "A", ISLAND } }, { ENABLED }, NULL },
	{ "more than is looked into", { { .cds = "*21", ISLAND } }, { ENABLED }, NULL },
	{ "all silent", { { .trouble = TROUBLE_TIMEOUT, ISLAND } }, { ENABLED }, NULL },
	{ "of a secure child", { { .cds = "A", .cdnskey = "A", ISLAND } }, { ENABLED }, "A" },
	{ "of a child whose DS set is not known", { { .cds = "A", .cdnskey = "A", ISLAND } }, { ENABLED }, "?" },
};

static void hash_of(struct crypto *crypto, const struct hash_case *h, uint8_t out[SHA256_OCTETS])
{
	struct judge_case c = { .name = h->name, .ds = h->ds == NULL ? "" : h->ds, .rules = h->rules };
	memcpy(c.servers, h->servers, sizeof c.servers);
	struct arena *arena = arena_new();
	struct finding f;
	judge_case_run(crypto, &c, arena, &f);
	memcpy(out, f.request_hash, SHA256_OCTETS);
	arena_free(arena);
}

/* A-21, C17: a window goes on while the request is the same, whoever signs it and however often it is seen. */
static void test_request_hash(void **state)
{
	uint8_t first[SHA256_OCTETS];
	uint8_t hash[sizeof others / sizeof others[0]][SHA256_OCTETS];
	hash_of(*state, &same[0], first);
	assert_memory_not_equal(first, zeros, SHA256_OCTETS);
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		hash_of(*state, &same[i], hash[0]);
		if (memcmp(hash[0], first, SHA256_OCTETS) != 0) {
			fail_msg("%s is another request", same[i].name);
		}
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		hash_of(*state, &others[i], hash[i]);
		for (size_t k = 0; k <= i; k++) {
			if (memcmp(hash[i], k == 0 ? first : hash[k - 1], SHA256_OCTETS) == 0) {
				fail_msg("%s is the same request as %s", others[i].name, k == 0 ? "the first" : others[k - 1].name);
			}
		}
		assert_memory_not_equal(hash[i], zeros, SHA256_OCTETS);
	}
	/* A type that is not read might as well not be there. */
	const struct hash_case unread = { "a type that is not read", { { .cds = "A", .cdnskey = "H", ISLAND } },
		{ ENABLED, .types = TYPES_SINGLE_CDS }, NULL };
	uint8_t single[SHA256_OCTETS];
	hash_of(*state, &unread, single);
	assert_string_equal(others[4].name, "no CDNSKEY");
	assert_memory_equal(single, hash[4], SHA256_OCTETS);
	for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
		hash_of(*state, &nothing[i], hash[0]);
		if (memcmp(hash[0], zeros, SHA256_OCTETS) != 0) {
			fail_msg("%s is a request", nothing[i].name);
		}
	}
}

/* C17: of the names of the delegation, whatever is found, and of nothing else. */
static void test_ns_hash(void **state)
{
	static const uint8_t names[] = "\3ns1\7example\3net\0\3ns2\7example\3net";	/* and the NUL */
	uint8_t wanted[SHA256_OCTETS];
	const struct says one = { .cds = "A", .cdnskey = "A", ISLAND };
	const struct says silent = { .trouble = TROUBLE_TIMEOUT, .on = true };
	struct arena *arena = arena_new();
	struct finding f;
	assert_int_equal(EVP_Digest(names, sizeof names, wanted, NULL, EVP_sha256(), NULL), 1);
	for (int i = 0; i < 4; i++) {
		struct judge_case c = island(&one, i == 1 ? &silent : &one, (struct rules){ .bootstrap = { .enabled = i != 2 } });
		c.ds = i == 3 ? "A" : "";
		judge_case_run(*state, &c, arena, &f);
		assert_memory_equal(f.ns_hash, wanted, SHA256_OCTETS);
	}
	/* Also where the evidence is of another NS set. */
	const struct judge_case c = island(&one, &one, (struct rules){ ENABLED });
	struct evidence e;
	evidence_build(c.servers, arena, &e);
	assert_int_equal(name_from_text("ns9.example.net.", &e.hosts[1].name), 0);
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_STALE_INPUT);
	assert_memory_equal(f.ns_hash, wanted, SHA256_OCTETS);
	const struct judge_case alone = island(&one, NULL, (struct rules){ ENABLED });
	judge_case_run(*state, &alone, arena, &f);
	assert_memory_not_equal(f.ns_hash, wanted, SHA256_OCTETS);
	arena_free(arena);
}

/* what the signals come to is content; how often they are asked for is not. */
static void test_content_hash(void **state)
{
	static const enum operator_says says[] = { OPERATOR_SAYS_NOTHING, OPERATOR_INSECURE, OPERATOR_DIFFERS, OPERATOR_AGREES };
	uint8_t hash[sizeof says / sizeof says[0]][SHA256_OCTETS];
	const struct judge_case c = island(&(struct says){ .cds = "A", .cdnskey = "A", ISLAND }, NULL, (struct rules){ SIGNALED });
	struct arena *arena = arena_new();
	struct evidence apex;
	evidence_build(c.servers, arena, &apex);
	for (size_t i = 0; i < sizeof says / sizeof says[0]; i++) {
		struct judge_case signaled = c;
		struct evidence e;
		struct finding f;
		signaled.servers[0].operator = says[i];
		evidence_build(signaled.servers, arena, &e);
		e.servers = apex.servers;	/* the same signatures */
		judge_evidence(*state, &signaled, &e, arena, &f);
		memcpy(hash[i], f.content_hash, SHA256_OCTETS);
		evidence_build(signaled.servers, arena, &e);
		e.servers = apex.servers;
		judge_evidence(*state, &signaled, &e, arena, &f);
		assert_memory_equal(hash[i], f.content_hash, SHA256_OCTETS);
		for (size_t k = 0; k < i; k++) {
			assert_memory_not_equal(hash[i], hash[k], SHA256_OCTETS);
		}
	}
	arena_free(arena);
}

/* --- transport (T-43) --- */

/* T-43: each answer of each server by itself; those of a type that is not read may come as they like. */
static void test_each_answer_over_tcp(void **state)
{
	const struct says one = { .cds = "A", .cdnskey = "A", ISLAND };
	static const struct { enum types_mode types; enum evidence_question unread; } modes[] = {
		{ TYPES_BOTH_IF_PRESENT, EVIDENCE_QUESTIONS }, { TYPES_SINGLE_CDNSKEY, EVIDENCE_CDS },
		{ TYPES_SINGLE_CDS, EVIDENCE_CDNSKEY } };
	for (size_t i = 0; i < 3 * 2 * EVIDENCE_QUESTIONS; i++) {
		enum evidence_question q = (enum evidence_question)(i / 6);
		const struct judge_case c = island(&one, &one, (struct rules){ ENABLED, .types = modes[i % 3].types });
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		evidence_build(c.servers, arena, &e);
		e.servers[i / 3 % 2].answers[q].tcp = false;
		judge_evidence(*state, &c, &e, arena, &f);
		bool matters = q != modes[i % 3].unread;
		assert_int_equal(f.reason, matters ? REASON_STALE_EVIDENCE : REASON_BOOTSTRAP_UNPROVEN);
		assert_int_equal(f.change, matters ? CHANGE_NONE : CHANGE_INITIAL);
		assert_int_equal(finding_wants_tcp(&f), matters);
		arena_free(arena);
	}
}

/* T-43: what nobody answered came over nothing. */
static void test_what_was_not_answered(void **state)
{
	const struct says one = { .cds = "A", .cdnskey = "A", ISLAND };
	const struct judge_case c = island(&one, &one, (struct rules){ ENABLED });
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		e.servers[1].answers[q] = (struct evidence_answer){ .status = EVIDENCE_UNREACHABLE };
	}
	e.servers[0].answers[EVIDENCE_SOA] = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT };
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(f.silent_count, 1);
	assert_false(finding_wants_tcp(&f));
	arena_free(arena);
}

/* A secure child never is asked again for that; nor who is refused. */
static void test_who_is_not_asked_again(void **state)
{
	static const struct hash_case rows[] = {
		{ "update over UDP", { { .cds = "B", .cdnskey = "B", ROLL } }, { ENABLED }, "A" },
		{ "inconsistent over UDP", { { .cds = "A", .on = true }, { .on = true } }, { ENABLED }, NULL },
		{ "unsigned over UDP", { { .cds = "A", .dnskey = "", .by = "", .zone_by = "", .on = true } }, { ENABLED }, NULL },
		{ "not enabled", { { .cds = "A", .on = true } }, { .bootstrap = { .authenticated = true } }, NULL },
		{ "unknown DS", { { .cds = "A", .on = true } }, { ENABLED }, "?" },
		{ "over TCP", { { .cds = "A", ISLAND } }, { ENABLED }, NULL },
		{ "over TCP, with signals", { { .cds = "A", .operator = OPERATOR_AGREES, ISLAND } }, { SIGNALED }, NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct judge_case c = { .ds = rows[i].ds == NULL ? "" : rows[i].ds, .rules = rows[i].rules };
		memcpy(c.servers, rows[i].servers, sizeof c.servers);
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		if (finding_wants_tcp(&f)) {
			fail_msg("%s", rows[i].name);
		}
		arena_free(arena);
	}
	/* Accept may call evidence of a secure child stale; that is not for TCP. */
	const struct finding stale = { .reason = REASON_STALE_EVIDENCE, .security = SECURITY_SECURE };
	assert_false(finding_wants_tcp(&stale));
}

/* --- marks (A-05) --- */

static const struct mark_case {
	const char *name;
	struct says servers[2];
	size_t count;		/* of marks ... */
	uint32_t newest;	/* ... and their inception, hours before now */
} mark_cases[] = {
	{ "each type by the key that is asked for", { { .cds = "A", .cdnskey = "A", ISLAND } }, 2, 1 },
	{ "the ZSK, too", { { .cds = "A", .cdnskey = "A", .by = "AZ", ISLAND } }, 2, 1 },
	{ "the ZSK alone vouches for nothing", { { .cds = "A", .cdnskey = "A", .by = "Z", ISLAND } }, 0, 0 },
	{ "one type", { { .cdnskey = "A", ISLAND } }, 1, 1 },
	{ "two keys", { { .cds = "A B", .cdnskey = "A B", .by = "AB", .dnskey = "ABZ", .dnskey_by = "AB", ISLAND } }, 4, 1 },
	{ "an older signature", { { .cds = "A", .cdnskey = "A", .when = WHEN_OLD, ISLAND } }, 2, 24 },
	{ "the newest of two servers", { { .cds = "A", .cdnskey = "A", .when = WHEN_OLD, ISLAND }, { .cds = "A", .cdnskey = "A", ISLAND } },
		2, 1 },
	{ "the newest of two signatures", { { .cds = "A", .cdnskey = "A", .by = "aA", ISLAND } }, 2, 1 },
	{ "in whatever order they are", { { .cds = "A", .cdnskey = "A", .by = "Aa", ISLAND } }, 2, 1 },
	{ "a server without a vote has none", { { .cds = "A", .cdnskey = "A", .when = WHEN_OLD, ISLAND },
		{ .cds = "A", .cdnskey = "A", .trouble = TROUBLE_TIMEOUT, .at = EVIDENCE_CDNSKEY + 1, ISLAND } }, 2, 24 },
};

static uint32_t inception_of_one(struct crypto *crypto, const struct mark_case *m, struct finding *f, struct arena *arena)
{
	const struct judge_case c = island(&m->servers[0], m->servers[1].on ? &m->servers[1] : NULL, (struct rules){ ENABLED });
	judge_case_run(crypto, &c, arena, f);
	assert_int_equal(f->reason, REASON_BOOTSTRAP_UNPROVEN);
	return f->mark_count == 0 ? 0 : f->marks[0].inception;
}

/* what may be played back later is remembered, and counts against what comes after a removal (delete-then-bootstrap). */
static void test_marks(void **state)
{
	struct arena *arena = arena_new();
	struct finding f;
	const uint32_t fresh = inception_of_one(*state, &mark_cases[0], &f, arena);
	const uint32_t old = inception_of_one(*state, &mark_cases[5], &f, arena);
	assert_true(old < fresh && fresh < ZONE_NOW);
	for (size_t i = 0; i < sizeof mark_cases / sizeof mark_cases[0]; i++) {
		const struct mark_case *m = &mark_cases[i];
		inception_of_one(*state, m, &f, arena);
		if (f.mark_count != m->count) {
			fail_msg("%s: %zu marks", m->name, f.mark_count);
		}
		for (size_t k = 0; k < f.mark_count; k++) {
			assert_false(f.marks[k].successor);
			assert_true(f.marks[k].type == TYPE_CDS || f.marks[k].type == TYPE_CDNSKEY);
			assert_int_equal(f.marks[k].algorithm, 13);
			if (f.marks[k].inception != (m->newest == 1 ? fresh : old)) {
				fail_msg("%s: inception", m->name);
			}
		}
	}
	assert_int_equal(f.marks[0].tag, key_tag('A', arena));
	arena_free(arena);
}

/* --- hosts (R9615-4.2-2) --- */

static const struct host_case {
	const char *name;
	enum evidence_host_status status;	/* of the second host */
	bool asked;				/* it has an address, by glue */
	enum reason reason;			/* with signals by everybody ... */
	enum reason signaling;
	enum reason otherwise;			/* ... and without a look at them */
} host_cases[] = {
	{ "looked up and asked", EVIDENCE_HOST_RESOLVED, true, REASON_ACCEPT_BOOTSTRAP_AUTH, REASON_NONE, REASON_BOOTSTRAP_UNPROVEN },
	{ "not found out", EVIDENCE_HOST_FAILED, false, REASON_BOOTSTRAP_UNPROVEN, REASON_APEX_INCOMPLETE, REASON_BOOTSTRAP_UNPROVEN },
	{ "not found out, but glue asked", EVIDENCE_HOST_FAILED, true, REASON_BOOTSTRAP_UNPROVEN, REASON_APEX_INCOMPLETE,
		REASON_BOOTSTRAP_UNPROVEN },
	{ "bogus addresses, glue asked", EVIDENCE_HOST_BOGUS, true, REASON_BOOTSTRAP_UNPROVEN, REASON_APEX_INCOMPLETE,
		REASON_BOOTSTRAP_UNPROVEN },
	{ "without address", EVIDENCE_HOST_NO_ADDRESS, false, REASON_BOOTSTRAP_UNPROVEN, REASON_APEX_INCOMPLETE,
		REASON_BOOTSTRAP_UNPROVEN },
	{ "alias", EVIDENCE_HOST_ALIAS, false, REASON_BOOTSTRAP_UNPROVEN, REASON_APEX_INCOMPLETE, REASON_BOOTSTRAP_UNPROVEN },
	{ "looked up, not asked", EVIDENCE_HOST_RESOLVED, false, REASON_HOLD_UNREACHABLE, REASON_NONE, REASON_HOLD_UNREACHABLE },
};

/* R9615-4.2-2, R9615-4.2-5, T-15: a server of which nobody knows is one that did not answer. */
static void test_hosts(void **state)
{
	const struct says one = { .cds = "A", .cdnskey = "A", .operator = OPERATOR_AGREES, ISLAND };
	for (size_t i = 0; i < sizeof host_cases / sizeof host_cases[0]; i++) {
		const struct host_case *h = &host_cases[i];
		for (int signals = 0; signals < 2; signals++) {
			const struct judge_case c = island(&one, &one, (struct rules){ .bootstrap = { .enabled = true,
				.authenticated = signals == 1 } });
			struct arena *arena = arena_new();
			struct evidence e;
			struct finding f;
			evidence_build(c.servers, arena, &e);
			e.hosts[1].status = h->status;
			e.server_count = h->asked ? 2 : 1;
			judge_evidence(*state, &c, &e, arena, &f);
			if (f.reason != (signals == 1 ? h->reason : h->otherwise) ||
			    f.signaling != (signals == 1 ? h->signaling : REASON_NONE)) {
				fail_msg("%s: %s, %s", h->name, reason_token(f.reason), reason_token(f.signaling));
			}
			arena_free(arena);
		}
	}
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
		cmocka_unit_test(test_request_hash), cmocka_unit_test(test_ns_hash), cmocka_unit_test(test_content_hash),
		cmocka_unit_test(test_each_answer_over_tcp),
		cmocka_unit_test(test_what_was_not_answered), cmocka_unit_test(test_who_is_not_asked_again),
		cmocka_unit_test(test_marks), cmocka_unit_test(test_hosts),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
