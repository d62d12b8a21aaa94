/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Standards 4.5, H4: a zone that names other servers than its delegation. A warning and nothing else, and only where the
 * answer is to be believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "validate/wire/err.h"

#define TWO(...) { __VA_ARGS__, .on = true }, { __VA_ARGS__, .on = true }
#define AT_NS (EVIDENCE_NS + 1)
#define SAME "192.0.2.1: the NS set is that of the delegation"
#define UNSEEN(why) "192.0.2.1: an NS set that differs from the delegation is not looked at: " why
#define NOTHING(why) "192.0.2.1: no NS set was received: " why

/* H4 */
static const struct ns_case {
	const char *name;
	struct says servers[SERVERS_MAX];
	const char *ds;		/* NULL: "A" */
	enum check_result result;
	const char *detail;	/* the whole line */
	bool warns;
} cases[] = {
	/* Secure, and signed. */
	{ .name = "the same set", .servers = { TWO(.cds = NULL) }, .result = CHECK_PASS, .detail = SAME },
	{ .name = "in another order", .servers = { TWO(.ns = "2 1") }, .result = CHECK_PASS, .detail = SAME },
	{ .name = "the same, nobody signed it", .servers = { TWO(.ns = "1 2", .ns_by = "") }, .result = CHECK_PASS, .detail = SAME },
	{ .name = "one more", .servers = { TWO(.ns = "1 2 3") }, .result = CHECK_WARN, .warns = true,
		.detail = "192.0.2.1: NS; only in the zone: 1 ns3.example.net.; only in the delegation: 0" },
	{ .name = "one less", .servers = { TWO(.ns = "2") }, .result = CHECK_WARN, .warns = true,
		.detail = "192.0.2.1: NS; only in the zone: 0; only in the delegation: 1 ns1.example.net." },
	{ .name = "another one", .servers = { TWO(.ns = "1 9") }, .result = CHECK_WARN, .warns = true,
		.detail = "192.0.2.1: NS; only in the zone: 1 ns9.example.net.; only in the delegation: 1 ns2.example.net." },
	{ .name = "signed by the key of the DS set", .servers = { TWO(.ns = "3 4", .ns_by = "A") }, .result = CHECK_WARN, .warns = true,
		.detail = "192.0.2.1: NS; only in the zone: 2 ns3.example.net. ns4.example.net.; only in the delegation: 2 "
			"ns1.example.net. ns2.example.net." },
	{ .name = "many others", .servers = { TWO(.ns = "3 4 5 6 7 8 9 1") }, .result = CHECK_WARN, .warns = true,
		.detail = "192.0.2.1: NS; only in the zone: 7 ns3.example.net. ns4.example.net. ns5.example.net. ns6.example.net. "
			"ns7.example.net. ...; only in the delegation: 1 ns2.example.net." },
	/* Secure, and not to be believed. */
	{ .name = "another set, not signed", .servers = { TWO(.ns = "1 9", .ns_by = "") }, .result = CHECK_SKIP,
		.detail = UNSEEN("no key of the zone signed it") },
	{ .name = "signed by a key that is not in the zone", .servers = { TWO(.ns = "1 9", .ns_by = "B") }, .result = CHECK_SKIP,
		.detail = UNSEEN("no key of the zone signed it") },
	{ .name = "no DNSKEY set that the DS set leads to", .servers = { TWO(.ns = "1 9", .dnskey_by = "Z") }, .result = CHECK_SKIP,
		.detail = UNSEEN("the DNSKEY set of this server is not proven") },
	/* Not received: no trouble of the server. */
	{ .name = "no answer", .servers = { TWO(.trouble = TROUBLE_TIMEOUT, .at = AT_NS) }, .result = CHECK_SKIP,
		.detail = NOTHING("no answer") },
	{ .name = "refused", .servers = { TWO(.trouble = TROUBLE_REFUSED, .at = AT_NS) }, .result = CHECK_SKIP,
		.detail = NOTHING("REFUSED") },
	{ .name = "closed", .servers = { TWO(.trouble = TROUBLE_UNREACHABLE, .at = AT_NS) }, .result = CHECK_SKIP,
		.detail = NOTHING("unreachable") },
	{ .name = "too long", .servers = { TWO(.trouble = TROUBLE_OVERSIZE, .at = AT_NS) }, .result = CHECK_SKIP,
		.detail = NOTHING("the answer is larger than is kept") },
	{ .name = "no message", .servers = { TWO(.trouble = TROUBLE_GARBAGE, .at = AT_NS) }, .result = CHECK_SKIP,
		.detail = NOTHING("malformed answer") },
	{ .name = "not authoritative", .servers = { TWO(.ns = "1 9", .trouble = TROUBLE_NO_AA, .at = AT_NS) }, .result = CHECK_SKIP,
		.detail = NOTHING("not authoritative") },
	{ .name = "of another name", .servers = { TWO(.ns = "1 9", .trouble = TROUBLE_OTHER_OWNER, .at = AT_NS) },
		.result = CHECK_SKIP, .detail = NOTHING("records of another owner") },
	{ .name = "no NS set at all", .servers = { TWO(.ns = "") }, .result = CHECK_SKIP, .detail = NOTHING("NODATA") },
	/* No DS set that could prove anything. */
	{ .name = "insecure, the same", .ds = "", .servers = { TWO(.ns_by = "") }, .result = CHECK_PASS, .detail = SAME },
	{ .name = "insecure, another", .ds = "", .servers = { TWO(.ns = "1 9", .ns_by = "") }, .result = CHECK_WARN, .warns = true,
		.detail = "192.0.2.1: NS (not signed); only in the zone: 1 ns9.example.net.; only in the delegation: 1 ns2.example.net." },
	{ .name = "a DS set that cannot be used, another", .ds = "A:200", .servers = { TWO(.ns = "1 9") }, .result = CHECK_WARN,
		.warns = true,
		.detail = "192.0.2.1: NS (not signed); only in the zone: 1 ns9.example.net.; only in the delegation: 1 ns2.example.net." },
	{ .name = "it is not known whether there is a DS set", .ds = "?", .servers = { TWO(.ns = "1 9") }, .result = CHECK_SKIP,
		.detail = UNSEEN("whether the delegation has a DS set is not known") },
};

static const struct check *ns_line(const struct finding *f)
{
	for (size_t i = 0; i < f->check_count; i++) {
		if (strstr(f->checks[i].detail, " NS") != NULL &&
		    strcmp(f->checks[i].rule, "DSA-4.2.1-2") == 0) {
			return &f->checks[i];
		}
	}
	return NULL;
}

static void ask(struct evidence *e, size_t server, struct evidence_answer answer)
{
	e->ns = (struct evidence_ns){ .asked = true, .server = server, .answer = answer };
}

/* Beside it the same child that is not asked: all else must be equal. */
static void test_cases(void **state)
{
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct ns_case *c = &cases[i];
		const struct judge_case as_case = { .name = c->name, .ds = c->ds };
		struct judge_case run = as_case;
		memcpy(run.servers, c->servers, sizeof run.servers);
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding without, with;
		evidence_build(c->servers, arena, &e);
		judge_evidence(*state, &run, &e, arena, &without);
		ask(&e, 0, ns_build(c->servers, 0, arena));
		judge_evidence(*state, &run, &e, arena, &with);
		const struct check *line = ns_line(&with);
		if (line == NULL || strcmp(line->detail, c->detail) != 0 || line->result != c->result) {
			fail_msg("%s: %d %s", c->name, line == NULL ? -1 : (int)line->result, line == NULL ? "" : line->detail);
		}
		assert_null(ns_line(&without));
		assert_int_equal(finding_warns(&with, REASON_WARN_NS_MISMATCH), c->warns);
		assert_int_equal(with.warning_count, without.warning_count + c->warns);
		assert_int_equal(with.check_count, without.check_count + 1);
		assert_int_equal(with.reason, without.reason);
		assert_int_equal(with.change, without.change);
		assert_int_equal(with.silent_count, without.silent_count);
		assert_int_equal(with.mark_count, without.mark_count);
		assert_true(ds_set_equal(&with.ds_after, &without.ds_after));
		assert_true(finding_servers_equal(&with, &without));
		/* what it covers does not know of the question. */
		assert_memory_equal(with.content_hash, without.content_hash, sizeof with.content_hash);
		/* Only what differs is worth a verification. */
		assert_true(c->result == CHECK_PASS ? with.verifications == without.verifications :
			with.verifications <= without.verifications + 1);
		arena_free(arena);
	}
}

/* H4, beside a change that is accepted. */
static void test_beside_a_change(void **state)
{
	const struct judge_case c = { .servers = { { .cds = "B", .ns = "1 9", ROLL }, { .cds = "B", .ns = "1 9", ROLL } } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	ask(&e, 1, ns_build(c.servers, 1, arena));
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.reason, REASON_ACCEPT_UPDATE);
	assert_true(finding_warns(&f, REASON_WARN_NS_MISMATCH));
	assert_non_null(strstr(ns_line(&f)->detail, "192.0.2.2: "));
	arena_free(arena);
}

/* Names are names, whatever the letters; the signature is over the canonical form (RFC 4034 section 6.2). */
static void test_letters(void **state)
{
	const struct judge_case c = { .servers = { TWO(.ns = "1 9") } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding lower, upper;
	evidence_build(c.servers, arena, &e);
	struct evidence_answer answer = ns_build(c.servers, 0, arena);
	ask(&e, 0, answer);
	judge_evidence(*state, &c, &e, arena, &lower);
	uint8_t *octets = arena_copy(arena, answer.octets.data, answer.octets.size);
	unsigned changed = 0;
	for (size_t i = 0; i + 3 < answer.octets.size; i++) {
		if (memcmp(octets + i, "\3ns", 3) == 0) {
			octets[i + 1] = 'N';
			changed++;
		}
	}
	assert_int_equal(changed, 2);
	answer.octets.data = octets;
	ask(&e, 0, answer);
	judge_evidence(*state, &c, &e, arena, &upper);
	assert_string_equal(ns_line(&upper)->detail, ns_line(&lower)->detail);
	assert_true(finding_warns(&upper, REASON_WARN_NS_MISMATCH));
	arena_free(arena);
}

/* A signature that does not hold is none. */
static void test_altered(void **state)
{
	const struct judge_case c = { .servers = { TWO(.ns = "1 8") } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	struct evidence_answer answer = ns_build(c.servers, 0, arena);
	uint8_t *octets = arena_copy(arena, answer.octets.data, answer.octets.size);
	for (size_t i = 0; i + 4 < answer.octets.size; i++) {
		octets[i + 3] = memcmp(octets + i, "\3ns8", 4) == 0 ? '9' : octets[i + 3];
	}
	answer.octets.data = octets;
	ask(&e, 0, answer);
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(ns_line(&f)->result, CHECK_SKIP);
	assert_string_equal(ns_line(&f)->detail, UNSEEN("The signature does not verify."));
	assert_false(finding_warns(&f, REASON_WARN_NS_MISMATCH));
	arena_free(arena);
}

/* Evidence that no encoding lets through is not looked at. */
static void test_not_of_a_server(void **state)
{
	const struct judge_case c = { .servers = { TWO(.ns = "1 9") } };
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	evidence_build(c.servers, arena, &e);
	ask(&e, 2, ns_build(c.servers, 0, arena));
	judge_evidence(*state, &c, &e, arena, &f);
	assert_null(ns_line(&f));
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
		cmocka_unit_test(test_cases), cmocka_unit_test(test_beside_a_change), cmocka_unit_test(test_letters),
		cmocka_unit_test(test_altered), cmocka_unit_test(test_not_of_a_server),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
