/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A-35 where memory ends, OpenSSL fails or the work becomes too much: an error and no decision, or a decision that says so. Each story is
 * decided from octets, by judge and accept in a row; each scene, by accept alone, from what a judge could have found. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/failing.h"
#include "tests/unit/zone_fixture.h"

#define ROLLING .cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", .by = "AB", .on = true

static const struct story {
	const char *name, *ds, *to, *undone;
	struct says servers[SERVERS_MAX];
	enum rollback_state state;
	bool forced;
	uint32_t later;
	enum reason reason;
} stories[] = {
	{ "an update", "B", "A", "B", { { ROLLING }, { ROLLING } }, ROLLBACK_WANTED, false, 0, REASON_ACCEPT_ROLLBACK },
	{ "a removal", "", "A", "", { { .cds = "delete", .cdnskey = "delete", .tcp = true, .on = true } }, ROLLBACK_WANTED, false, 0,
		REASON_ACCEPT_ROLLBACK },
	{ "a removal, over UDP", "", "A", "", { { .on = true } }, ROLLBACK_WANTED, false, 0, REASON_STALE_EVIDENCE },
	{ "a first DS set", "B", "", "B", { { ROLLING } }, ROLLBACK_WANTED, false, 0, REASON_ACCEPT_ROLLBACK },
	{ "a digest for one key only", "B", "A B:4", "B", { { .cds = "B", .dnskey = "ABZ", .dnskey_by = "A", .by = "A", .on = true } },
		ROLLBACK_WANTED, false, 0, REASON_CONTINUITY_DIGEST },
	{ "the same where it leads somewhere", "B", "A B:4", "B", { { ROLLING } }, ROLLBACK_WANTED, false, 0, REASON_ACCEPT_ROLLBACK },
	{ "it would break, and is forced", "B", "A", "B", { { .dnskey = "BZ", .dnskey_by = "B", .on = true } }, ROLLBACK_WANTED, true, 0,
		REASON_ACCEPT_ROLLBACK },
	{ "forgotten", "B", "A", "B", { { ROLLING } }, ROLLBACK_WANTED, false, 8 * 86400, REASON_NOOP_IN_SYNC },
	{ "done", "A", "A", "B", { { ROLLING } }, ROLLBACK_WANTED, false, 0, REASON_HOLD_ROLLED_BACK },
	{ "pinned", "A", "A", "B", { { ROLLING } }, ROLLBACK_DONE, false, 0, REASON_HOLD_ROLLED_BACK },
	{ "no longer asked for", "A", "A", "B", { { .cds = "A", .on = true } }, ROLLBACK_DONE, false, 0, REASON_NOOP_IN_SYNC },
	{ "set by hand", "B", "A", "B", { { ROLLING } }, ROLLBACK_DONE, false, 0, REASON_NOOP_IN_SYNC },
};

struct octets {
	struct slice evidence, delegation, state;
};

static struct crypto *crypto;

static void build(const struct story *s, struct arena *arena, struct octets *out)
{
	struct evidence e;
	struct delegation d;
	struct child_state state = { .rollback = { .state = s->state, .forced = s->forced, .at = ZONE_NOW - s->later, .change = 7 } };
	evidence_build(s->servers, arena, &e);
	delegation_build(s->servers, s->ds, arena, &d);
	ds_set_build(s->to, arena, &state.rollback.to);
	ds_set_build(s->undone, arena, &state.rollback.undone);
	assert_int_equal(evidence_encode(&e, arena, &out->evidence), 0);
	assert_int_equal(delegation_encode(&d, arena, &out->delegation), 0);
	assert_int_equal(child_state_encode(&state, arena, &out->state), 0);
}

static int decide(const struct octets *o, struct arena *arena, struct decision *decision, struct slice *after)
{
	struct child_state state;
	const struct case_input in = { .evidence = o->evidence, .delegation = o->delegation, .state = o->state,
		.policy = policy_preset(POLICY_DEFAULT), .algorithms = algorithm_table_builtin(), .now = ZONE_NOW };
	decision->reason = REASON_NONE;
	int code = case_decide(crypto, &in, arena, decision, &state);
	return code == 0 ? child_state_encode(&state, arena, after) : code;
}

/* Every call fails once; error 0: it is no failure of ours. */
static void fail_everywhere(enum failing_kind kind, int error)
{
	for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++) {
		const struct story *s = &stories[i];
		struct arena *arena = arena_new();
		struct arena *scratch = arena_new();
		struct octets o;
		struct decision d;
		struct slice after;
		struct slice again;
		unsigned at = 0;
		build(s, arena, &o);
		assert_int_equal(decide(&o, arena, &d, &after), 0);
		if (d.reason != s->reason) {
			fail_msg("%s: %s", s->name, reason_token(d.reason));
		}
		for (bool failed = true; failed; at++) {
			arena_reset(scratch);
			failing_begin(kind, at);
			int code = decide(&o, scratch, &d, &again);
			failed = failing_end();
			if (code != (failed ? error : 0)) {
				fail_msg("%s: call %u, %s, fails: %d", s->name, at, failing_name(), code);
			}
			/* Never another DS set because something could not be looked at. */
			bool accepts = code == 0 && reason_find(d.reason)->class == CLASS_ACCEPT;
			assert_true(!accepts || d.reason == s->reason);
			/* And the operator's word does not end because there was too much to do. */
			bool rejects = code == 0 && reason_find(d.reason)->class == CLASS_REJECT;
			if (rejects && s->reason == REASON_ACCEPT_ROLLBACK) {
				fail_msg("%s: call %u, %s, fails: %s", s->name, at, failing_name(), reason_token(d.reason));
			}
			assert_true(failed || slice_equal(after, again));
		}
		assert_true(at > 1 || kind != FAILING_MEMORY);
		arena_free(arena);
		arena_free(scratch);
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

static void test_budget_ends(void **unused)
{
	(void)unused;
	fail_everywhere(FAILING_BUDGET, 0);
}

/* Change 7 led from the one set to the other. */
static const struct scene {
	const char *name, *to, *undone;
	const char *present;			/* "?": the source does not tell */
	bool overlooked, slow, silent;
	enum reason against;			/* of going back */
	enum pending_state state;
	const char *leads;			/* where the change under way does */
	enum reason reason;
} scenes[] = {
	{ "set by somebody else", "A", "B", "C", false, false, false, REASON_NONE, PENDING_NONE, "0", REASON_NOOP_IN_SYNC },
	{ "said while the child was asked", "A", "B", "B", true, false, false, REASON_NONE, PENDING_NONE, "0", REASON_STALE_EVIDENCE },
	{ "not told", "A", "B", "?", false, false, false, REASON_NONE, PENDING_NONE, "0", REASON_HOLD_DS_UNKNOWN },
	{ "longer than a round", "A", "B", "B", false, true, false, REASON_NONE, PENDING_NONE, "0", REASON_STALE_EVIDENCE },
	{ "silent", "A", "B", "B", false, false, true, REASON_NONE, PENDING_NONE, "0", REASON_HOLD_UNREACHABLE },
	{ "silent, and a first set", "A", "0", "0", false, false, true, REASON_NONE, PENDING_NONE, "0", REASON_HOLD_UNREACHABLE },
	{ "refused, and on its way", "A", "B", "B", false, false, false, REASON_CONTINUITY_NO_PATH, PENDING_RELEASED, "A",
		REASON_CONTINUITY_NO_PATH },
	{ "held, and on its way", "A", "B", "B", false, false, false, REASON_HOLD_FAMILY_UNASKED, PENDING_RELEASED, "A",
		REASON_HOLD_FAMILY_UNASKED },
	{ "another one on its way", "A", "B", "B", false, false, false, REASON_NONE, PENDING_RELEASED, "C", REASON_ACCEPT_ROLLBACK },
	{ "on its way", "A", "B", "B", false, false, false, REASON_NONE, PENDING_RELEASED, "A", REASON_NOOP_CHANGE_PENDING },
	{ "with the registry", "A", "B", "B", false, false, false, REASON_NONE, PENDING_SENT, "A", REASON_NOOP_CHANGE_PENDING },
};

static void set_scene(const struct scene *s, struct fixture *x)
{
	bool first = s->present[0] == '0';
	bool unknown = s->present[0] == '?';
	fixture_init(x);
	x->delegation.ds_state = unknown ? DS_UNKNOWN : first ? DS_ABSENT : DS_PRESENT;
	x->delegation.ds = fixture_set(x->arena, unknown ? "0" : s->present);
	fixture_find(x, unknown ? REASON_HOLD_DS_UNKNOWN : first ? REASON_NOOP_DELETE_INSECURE : REASON_NOOP_IN_SYNC,
		unknown ? "0" : s->present);
	x->finding.security = first ? SECURITY_INSECURE : SECURITY_SECURE;
	x->finding.back = (struct back_finding){ .looked = !s->overlooked, .set = fixture_set(x->arena, s->to),
		.change = first ? CHANGE_INITIAL : CHANGE_SWAP, .reason = s->against };
	x->state.rollback = (struct rollback){ .state = ROLLBACK_WANTED, .at = FIXTURE_NOW, .change = 7,
		.to = fixture_set(x->arena, s->to), .undone = fixture_set(x->arena, s->undone) };
	if (s->state != PENDING_NONE) {
		x->pending = (struct pending){ .state = s->state, .change = 9, .ds_after = fixture_set(x->arena, s->leads) };
	}
	fixture_probe(x, 1, TRIGGER_TIMER);
	x->evidence.ended_ms += s->slow ? LIMIT_ROUND_MS : 0;
	fixture_silence(x, 1, s->silent);
}

/* Neither a decision nor a state. */
static void test_memory_ends_in_scenes(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++) {
		unsigned at = 0;
		for (bool failed = true; failed; at++) {
			struct fixture x;
			set_scene(&scenes[i], &x);
			x.after.last_run = 4711;
			failing_begin(FAILING_MEMORY, at);
			int code = fixture_try(&x);
			failed = failing_end();
			if (code != (failed ? ERR_NOMEM : 0)) {
				fail_msg("%s: call %u, %s, fails: %d", scenes[i].name, at, failing_name(), code);
			}
			assert_reason(x.decision.reason, failed ? REASON_NONE : scenes[i].reason);
			assert_int_equal(x.after.last_run == 4711, failed);
			fixture_free(&x);
		}
		assert_true(at > 4);
	}
}

static int set_up(void **unused)
{
	(void)unused;
	zone_keys_load();
	crypto = crypto_new();
	return crypto == NULL ? -1 : 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	crypto_free(crypto);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_ends),
		cmocka_unit_test(test_library_fails),
		cmocka_unit_test(test_budget_ends),
		cmocka_unit_test(test_memory_ends_in_scenes),
	};
	return cmocka_run_group_tests_name("rollback-failing", tests, set_up, tear_down);
}
