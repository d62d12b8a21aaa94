/* SPDX-License-Identifier: GPL-3.0-or-later */
/* R8078-5-1, R9975-3-6: a request for a first DS set that was looked at from several places, as the judge sees it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "tests/unit/zone_challenge.h"
#include "validate/wire/err.h"

#define PLACES 2	/* beside the first one */
#define TOKEN "0123456789abcdef0123456789abcdef01234567"

#define ISLAND .tcp = true, .on = true
#define REQUEST { .cds = "A", .cdnskey = "A", ISLAND }
#define SAME { REQUEST, REQUEST }
#define SILENT { .trouble = TROUBLE_TIMEOUT, ISLAND }

struct row {
	const char *name;
	uint8_t wanted;				/* places that have to agree */
	struct says first[SERVERS_MAX];
	size_t count;				/* of others */
	struct says others[PLACES][SERVERS_MAX];
	enum reason reason;
	enum vantage_result results[PLACES];
	enum reason theirs[PLACES];		/* what would come of each alone; NONE: BOOTSTRAP_UNPROVEN */
};

/* C27, C16: as many as the policy wants, and none that sees something else. What was not received contradicts nothing. */
static const struct row rows[] = {
	{ "the same, signed by each server for itself", 2, SAME, 1, { SAME }, REASON_BOOTSTRAP_UNPROVEN, { VANTAGE_AGREES }, { 0 } },
	{ "vantage-disagree: another key", 2, SAME, 1, { { { .cds = "B", .cdnskey = "B", .by = "B", .dnskey = "BZ", .dnskey_by = "B", ISLAND },
		{ .cds = "B", .cdnskey = "B", .by = "B", .dnskey = "BZ", .dnskey_by = "B", ISLAND } } },
		REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS }, { 0 } },
	{ "another digest", 2, SAME, 1, { { { .cds = "A:4", .cdnskey = "A", ISLAND }, { .cds = "A:4", .cdnskey = "A", ISLAND } } },
		REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS }, { 0 } },
	{ "nothing", 2, SAME, 1, { { { ISLAND }, { ISLAND } } }, REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS }, { REASON_NOOP_NO_SIGNAL } },
	{ "nothing at one server", 2, SAME, 1, { { REQUEST, { ISLAND } } }, REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS },
		{ REASON_INCONSISTENT_PRESENCE } },
	{ "a removal", 2, SAME, 1, { { { .cds = "delete", .cdnskey = "delete", ISLAND }, { .cds = "delete", .cdnskey = "delete", ISLAND } } },
		REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS }, { REASON_NOOP_DELETE_INSECURE } },
	{ "a zone that does not sign with the key", 2, SAME, 1, { { REQUEST, { .cds = "A", .cdnskey = "A", .dnskey_by = "", ISLAND } } },
		REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS }, { REASON_CONTINUITY_SERVER } },
	{ "no such name", 2, SAME, 1, { { REQUEST, { .trouble = TROUBLE_NXDOMAIN, ISLAND } } }, REASON_VANTAGE_DISAGREE,
		{ VANTAGE_DIFFERS }, { REASON_NXDOMAIN_AT_APEX } },
	{ "another key where one is heard alone", 2, SAME, 1, { { SILENT, { .cds = "B", .cdnskey = "B", .by = "B", .dnskey = "BZ", .dnskey_by = "B", ISLAND } } },
		REASON_VANTAGE_DISAGREE, { VANTAGE_DIFFERS }, { 0 } },
	{ "a server is silent there", 2, SAME, 1, { { REQUEST, SILENT } }, REASON_VANTAGE_INCOMPLETE, { VANTAGE_LACKS }, { 0 } },
	{ "a server refuses there", 2, SAME, 1, { { REQUEST, { .trouble = TROUBLE_REFUSED, ISLAND } } }, REASON_VANTAGE_INCOMPLETE,
		{ VANTAGE_LACKS }, { 0 } },
	{ "all are silent there", 2, SAME, 1, { { SILENT, SILENT } }, REASON_VANTAGE_INCOMPLETE, { VANTAGE_LACKS },
		{ REASON_NO_USABLE_SERVER } },
	{ "a family that is not there", 2, SAME, 1, { { REQUEST, { .trouble = TROUBLE_FAMILY, ISLAND } } }, REASON_VANTAGE_INCOMPLETE,
		{ VANTAGE_LACKS }, { REASON_HOLD_FAMILY_UNASKED } },
	{ "T-43: over UDP", 2, SAME, 1, { { REQUEST, { .cds = "A", .cdnskey = "A", .on = true } } }, REASON_VANTAGE_INCOMPLETE,
		{ VANTAGE_LACKS }, { REASON_STALE_EVIDENCE } },
	{ "a server is silent everywhere", 2, { REQUEST, SILENT }, 1, { { REQUEST, SILENT } }, REASON_BOOTSTRAP_UNPROVEN,
		{ VANTAGE_AGREES }, { 0 } },
	{ "a server is silent at the first place alone", 2, { REQUEST, SILENT }, 1, { SAME }, REASON_BOOTSTRAP_UNPROVEN,
		{ VANTAGE_AGREES }, { 0 } },
	{ "two of three, the third is silent", 2, SAME, 2, { SAME, { SILENT, SILENT } }, REASON_BOOTSTRAP_UNPROVEN,
		{ VANTAGE_AGREES, VANTAGE_LACKS }, { 0, REASON_NO_USABLE_SERVER } },
	{ "two of three, the third sees nothing", 2, SAME, 2, { SAME, { { ISLAND }, { ISLAND } } }, REASON_VANTAGE_DISAGREE,
		{ VANTAGE_AGREES, VANTAGE_DIFFERS }, { 0, REASON_NOOP_NO_SIGNAL } },
	{ "three of three", 3, SAME, 2, { SAME, SAME }, REASON_BOOTSTRAP_UNPROVEN, { VANTAGE_AGREES, VANTAGE_AGREES }, { 0 } },
	{ "two of three that are wanted", 3, SAME, 2, { { SILENT, SILENT }, SAME }, REASON_VANTAGE_INCOMPLETE,
		{ VANTAGE_LACKS, VANTAGE_AGREES }, { REASON_NO_USABLE_SERVER } },
	{ "nobody hears a thing, and one sees something else", 3, SAME, 2, { { SILENT, SILENT }, { { ISLAND }, { ISLAND } } },
		REASON_VANTAGE_DISAGREE, { VANTAGE_LACKS, VANTAGE_DIFFERS }, { REASON_NO_USABLE_SERVER, REASON_NOOP_NO_SIGNAL } },
};

/* The evidence of the first place with what others see. */
static void build(const struct row *r, struct arena *arena, struct evidence *e)
{
	static const char *const names[PLACES] = { "fra", "zrh" };
	evidence_build(r->first, arena, e);
	strcpy(e->vantage, "ams");
	e->vantage_count = r->count;
	e->vantages = arena_array(arena, PLACES, sizeof e->vantages[0]);
	assert_non_null(e->vantages);
	for (size_t i = 0; i < r->count; i++) {
		struct evidence there;
		evidence_build(r->others[i], arena, &there);
		assert_int_equal(there.server_count, e->server_count);
		strcpy(e->vantages[i].name, names[i]);
		e->vantages[i].servers = there.servers;
	}
}

static struct judge_case case_of(const struct row *r)
{
	struct judge_case c = { .name = r->name, .ds = "", .rules = { .bootstrap = { .enabled = true, .vantages = r->wanted } } };
	memcpy(c.servers, r->first, sizeof c.servers);
	return c;
}

static const struct check *last_check(const struct finding *f, const char *rule)
{
	static const struct check none = { .detail = "" };
	const struct check *found = &none;
	for (size_t i = 0; i < f->check_count; i++) {
		found = strcmp(f->checks[i].rule, rule) == 0 ? &f->checks[i] : found;
	}
	return found;
}

static void judge_row(struct crypto *crypto, const struct row *r)
{
	const struct judge_case c = case_of(r);
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	build(r, arena, &e);
	judge_evidence(crypto, &c, &e, arena, &f);
	if (f.reason != r->reason) {
		fail_msg("%s: %s", r->name, reason_token(f.reason));
	}
	bool good = r->reason == REASON_BOOTSTRAP_UNPROVEN;
	assert_int_equal(f.change, good ? CHANGE_INITIAL : CHANGE_NONE);
	assert_int_equal(f.vantage_count, r->count + 1);
	assert_string_equal(f.vantages[0].name, "ams");
	assert_int_equal(f.vantages[0].result, VANTAGE_AGREES);
	assert_int_equal(f.vantages[0].reason, REASON_BOOTSTRAP_UNPROVEN);
	for (size_t i = 0; i < r->count; i++) {
		const struct vantage_finding *v = &f.vantages[i + 1];
		assert_string_equal(v->name, i == 0 ? "fra" : "zrh");
		assert_int_equal(v->result, r->results[i]);
		assert_int_equal(v->reason, r->theirs[i] == REASON_NONE ? REASON_BOOTSTRAP_UNPROVEN : r->theirs[i]);
	}
	assert_int_equal(last_check(&f, "R8078-5-1")->result, good ? CHECK_PASS : CHECK_FAIL);
	/* The same from what is stored. */
	struct slice octets;
	struct evidence stored;
	struct finding again;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(evidence_decode(octets, arena, &stored), 0);
	judge_evidence(crypto, &c, &stored, arena, &again);
	assert_true(findings_equal(&f, &again));
	arena_free(arena);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("  %s\n", rows[i].name);
		judge_row(*state, &rows[i]);
	}
}

/* Which addresses answered at each place, for people. */
static void test_answered(void **state)
{
	static const struct row r = { "counts", 2, { REQUEST, SILENT, REQUEST }, 2, { { REQUEST, SILENT, SILENT },
		{ REQUEST, REQUEST, { .trouble = TROUBLE_SPECIAL, ISLAND } } }, 0, { 0 }, { 0 } };
	const struct judge_case c = case_of(&r);
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	build(&r, arena, &e);
	judge_evidence(*state, &c, &e, arena, &f);
	assert_int_equal(f.vantages[0].answered, 2);
	assert_int_equal(f.vantages[1].answered, 1);
	assert_int_equal(f.vantages[2].answered, 2);
	assert_int_equal(f.vantages[2].result, VANTAGE_LACKS);
	arena_free(arena);
}

/* as many as are wanted, or the child is asked again; where one is enough the others say nothing. */
static void test_asked(void **state)
{
	struct row r = rows[3];
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding f;
	build(&r, arena, &e);
	for (uint8_t wanted = 0; wanted <= LIMIT_VANTAGES; wanted++) {
		r.wanted = wanted;
		const struct judge_case c = case_of(&r);
		judge_evidence(*state, &c, &e, arena, &f);
		enum reason reason = wanted <= 1 ? REASON_BOOTSTRAP_UNPROVEN : wanted == 2 ? REASON_VANTAGE_DISAGREE : REASON_STALE_EVIDENCE;
		assert_int_equal(f.reason, reason);
		assert_int_equal(finding_wants_tcp(&f), wanted > 2);
		if (wanted > 1) {
			assert_int_equal(last_check(&f, "R8078-5-1")->result, CHECK_FAIL);
		}
		assert_int_equal(f.vantage_count, wanted == 2 ? 2 : 0);
		assert_int_equal(f.change, wanted <= 1 ? CHANGE_INITIAL : CHANGE_NONE);
	}
	e.vantage_count = LIMIT_VANTAGES;
	const struct judge_case c = case_of(&r);
	struct delegation d;
	const struct rules rules = case_rules(&c);
	delegation_build(c.servers, "", arena, &d);
	const struct judge_input in = { &e, &d, &rules, algorithm_table_builtin(), ZONE_NOW, NULL };
	assert_int_equal(judge(*state, &in, arena, &f), ERR_ARG);
	arena_free(arena);
}

/* C3: RFC 9615 needs no other place. What the operators do not prove does. */
static void test_signals(void **state)
{
	static const struct {
		enum operator_says says;
		bool falls_back;
		enum reason reason;
	} signals[] = {
		{ OPERATOR_AGREES, true, REASON_ACCEPT_BOOTSTRAP_AUTH },
		{ OPERATOR_SAYS_NOTHING, true, REASON_VANTAGE_DISAGREE },
		{ OPERATOR_SAYS_NOTHING, false, REASON_SIGNAL_ABSENT },
		{ OPERATOR_DIFFERS, true, REASON_SIGNAL_MISMATCH },
	};
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		struct row r = rows[3];
		r.first[0].operator = r.first[1].operator = signals[i].says;
		struct judge_case c = case_of(&r);
		c.rules.bootstrap.authenticated = true;
		c.rules.bootstrap.fall_back_absent = signals[i].falls_back;
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		build(&r, arena, &e);
		judge_evidence(*state, &c, &e, arena, &f);
		assert_int_equal(f.reason, signals[i].reason);
		assert_int_equal(f.vantage_count, signals[i].reason == REASON_VANTAGE_DISAGREE ? 2 : 0);
		arena_free(arena);
	}
}

/* What the first place alone decides is not put to the others. */
static void test_not_compared(void **state)
{
	static const struct {
		const char *ds;
		struct says first[SERVERS_MAX];
		enum reason reason;
	} cases[] = {
		{ "", { REQUEST, { ISLAND } }, REASON_INCONSISTENT_PRESENCE },
		{ "", { { ISLAND }, { ISLAND } }, REASON_NOOP_NO_SIGNAL },
		{ "A", { { .cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", ISLAND },
			{ .cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", ISLAND } }, REASON_ACCEPT_UPDATE },
		{ "?", SAME, REASON_HOLD_DS_UNKNOWN },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct row r = { "first alone", 2, { { 0 } }, 1, { { SILENT, SILENT } }, 0, { 0 }, { 0 } };
		memcpy(r.first, cases[i].first, sizeof r.first);
		struct judge_case c = case_of(&r);
		c.ds = cases[i].ds;
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		build(&r, arena, &e);
		judge_evidence(*state, &c, &e, arena, &f);
		assert_int_equal(f.reason, cases[i].reason);
		assert_int_equal(f.vantage_count, 0);
		arena_free(arena);
	}
}

/* C21, R8078-3.4-1: a token is seen from everywhere, or nowhere. */
static void test_token(void **state)
{
	static const struct {
		const char *there[2];
		size_t count;
		bool silent;		/* the second place hears nothing at all */
		bool seen;
	} tokens[] = {
		{ { TOKEN, TOKEN }, 2, false, true }, { { TOKEN }, 1, false, true }, { { "" }, 1, false, false },
		{ { "another" }, 1, false, false }, { { TOKEN, "" }, 2, false, false }, { { TOKEN, TOKEN }, 2, true, false },
	};
	static const uint8_t zeros[SHA256_OCTETS];
	for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
		struct row r = { "token", 2, SAME, tokens[i].count, { SAME, SAME }, 0, { 0 }, { 0 } };
		const struct says silent[SERVERS_MAX] = { SILENT, SILENT };
		if (tokens[i].silent) {
			memcpy(r.others[1], silent, sizeof silent);
		}
		struct judge_case c = case_of(&r);
		c.rules.bootstrap.challenge = true;
		struct arena *arena = arena_new();
		struct evidence e;
		struct finding f;
		build(&r, arena, &e);
		e.challenge_asked = true;
		for (size_t k = 0; k < 2; k++) {
			e.servers[k].challenge = challenge_build(TOKEN, arena);
			for (size_t v = 0; v < r.count; v++) {
				e.vantages[v].servers[k].challenge = challenge_build(tokens[i].there[v], arena);
			}
		}
		judge_evidence(*state, &c, &e, arena, &f);
		/* It is the same request all the same: other methods may go on with it. */
		assert_int_equal(f.reason, REASON_BOOTSTRAP_UNPROVEN);
		assert_int_equal(memcmp(f.challenge_hash, zeros, SHA256_OCTETS) != 0, tokens[i].seen);
		assert_int_equal(strstr(last_check(&f, "R8078-3.4-1")->detail, "does not see it") == NULL, tokens[i].seen);
		arena_free(arena);
	}
}

/* L-DOS-1: each place has a budget of its own, so that looking from two costs no child the verdict that it has from one; what is
 * beyond it at another place says nothing of the child. */
static void test_budget(void **state)
{
	const struct row r = { "keys", 2, { { .cds = "A", .cdnskey = "A", .dnskey = "AZ*25", ISLAND } }, 2,
		{ { { .cds = "A", .cdnskey = "A", .dnskey = "AZ*25", ISLAND } }, { { .cds = "A", .cdnskey = "A", .dnskey = "AZ*25", ISLAND } } },
		0, { 0 }, { 0 } };
	const struct judge_case both = case_of(&r);
	struct judge_case alone = both;
	alone.rules.bootstrap.vantages = 1;
	struct arena *arena = arena_new();
	struct evidence e;
	struct finding one;
	struct finding all;
	build(&r, arena, &e);
	judge_evidence(*state, &alone, &e, arena, &one);
	judge_evidence(*state, &both, &e, arena, &all);
	assert_int_equal(one.reason, REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(all.reason, REASON_BOOTSTRAP_UNPROVEN);
	assert_int_equal(all.verifications, 3 * one.verifications);
	assert_true(all.cost_ns >= one.cost_ns && all.cost_ns < 2 * one.cost_ns);
	arena_free(arena);
}

static void test_texts(void **state)
{
	(void)state;
	assert_string_equal(vantage_result_text(VANTAGE_LACKS), "lacks");
	assert_string_equal(vantage_result_text(VANTAGE_AGREES), "agrees");
	assert_string_equal(vantage_result_text(VANTAGE_DIFFERS), "differs");
	assert_string_equal(vantage_result_text((enum vantage_result)3), "lacks");
}

static int set_up(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_answered), cmocka_unit_test(test_asked),
		cmocka_unit_test(test_signals), cmocka_unit_test(test_not_compared), cmocka_unit_test(test_token),
		cmocka_unit_test(test_budget), cmocka_unit_test(test_texts),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
