/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases decided from their encoded values, with real signatures: the parts fit, a repeat gives the same
 * octets, and what does not decode is refused. Keys are the letters of zone_keys.h. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/zone_fixture.h"

static struct arena *arena;
static struct crypto *crypto;

static int set_up_all(void **unused)
{
	(void)unused;
	zone_keys_load();
	crypto = crypto_new();
	return crypto == NULL ? -1 : 0;
}

static int tear_down_all(void **unused)
{
	(void)unused;
	zone_keys_free();
	crypto_free(crypto);
	return 0;
}

static int set_up(void **unused)
{
	(void)unused;
	arena = arena_new();
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_free(arena);
	return 0;
}

/* What comes of one case: encoded, as the store keeps it. */
struct outcome {
	struct decision decision;
	struct slice octets;
	struct slice state;
};

/* A preset, or bcp for a parent that requires both types. */
static const struct policy *policy_named(const char *name)
{
	static struct policy strict;
	if (strcmp(name, "both-strict") != 0) {
		return policy_preset(name);
	}
	strict = *policy_preset(POLICY_DEFAULT);
	strict.rules.types = TYPES_BOTH_STRICT;
	return &strict;
}

static struct case_input make_case(const struct says *servers, const char *ds, const char *policy)
{
	struct evidence evidence;
	struct delegation delegation;
	struct case_input in = { .policy = policy_named(policy), .algorithms = algorithm_table_builtin(),
		.now = ZONE_NOW };
	evidence_build(servers, arena, &evidence);
	delegation_build(servers, ds, arena, &delegation);
	assert_int_equal(evidence_encode(&evidence, arena, &in.evidence), 0);
	assert_int_equal(delegation_encode(&delegation, arena, &in.delegation), 0);
	return in;
}

static void decide_case(const struct case_input *in, struct arena *scratch, struct outcome *out)
{
	struct child_state after;
	assert_int_equal(case_decide(crypto, in, scratch, &out->decision, &after), 0);
	assert_int_equal(decision_encode(&out->decision, scratch, &out->octets), 0);
	assert_int_equal(child_state_encode(&after, scratch, &out->state), 0);
}

static void set_pending(struct case_input *in, enum pending_state state, const char *words)
{
	struct pending p = { .state = state, .change = 81 };
	ds_set_build(words, arena, &p.ds_after);
	assert_int_equal(pending_encode(&p, arena, &in->pending), 0);
}

#define TWO(...) { __VA_ARGS__, .on = true }, { __VA_ARGS__, .on = true }

static const struct case_row {
	const char *name;
	struct says servers[SERVERS_MAX];
	const char *ds;
	const char *policy;
	enum reason reason;
	enum journal_action journal;
	const char *after;	/* DS set of the decision, in words */
} rows[] = {
	{ "roll from A to B", { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB") },
		"A", "bcp", REASON_ACCEPT_UPDATE, JOURNAL_PROPOSE, "B" },
	{ "nothing published", { TWO(.cds = NULL) }, "A", "bcp", REASON_NOOP_NO_SIGNAL,
		JOURNAL_NONE, "A" },
	{ "in sync", { TWO(.cds = "A", .cdnskey = "A") }, "A", "bcp", REASON_NOOP_IN_SYNC, JOURNAL_NONE,
		"A" },
	{ "delete", { TWO(.cds = "delete", .cdnskey = "delete") }, "A", "bcp", REASON_ACCEPT_DELETE,
		JOURNAL_PROPOSE, "" },
	{ "delete with CDS alone, A-13", { TWO(.cds = "delete") }, "A", "bcp", REASON_ACCEPT_DELETE,
		JOURNAL_PROPOSE, "" },
	{ "delete with CDS alone, where both types are required", { TWO(.cds = "delete") }, "A", "both-strict",
		REASON_DELETE_TYPE_MISMATCH, JOURNAL_NONE, "A" },
	{ "delete with CDS alone, of which the parent reads no more",
		{ TWO(.cds = "delete") }, "A", "ripe-ncc", REASON_ACCEPT_DELETE,
		JOURNAL_PROPOSE, "" },
	{ "signed by a key that is not in the DS set", { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB", .by = "Z") }, "A", "bcp", REASON_SIGNER_NOT_IN_DS, JOURNAL_NONE, "A" },
	{ "a set that nothing would validate", { TWO(.cds = "C", .cdnskey = "C") }, "A", "bcp",
		REASON_CONTINUITY_NO_PATH, JOURNAL_NONE, "A" },
	{ "CDS alone where both are required", { TWO(.cds = "B", .dnskey = "ABZ",
		.dnskey_by = "AB") }, "A", "both-strict", REASON_CDS_CDNSKEY_MISMATCH, JOURNAL_NONE, "A" },
	{ "insecure, where no first DS set is given", { TWO(.cds = "A", .cdnskey = "A") }, "", "ripe-ncc",
		REASON_BOOTSTRAP_DISABLED, JOURNAL_NONE, "" },
	{ "insecure, by datagrams", { TWO(.cds = "A", .cdnskey = "A") }, "", "bcp", REASON_STALE_EVIDENCE, JOURNAL_NONE, "" },
	{ "one of two silent", { { .cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB",
		.on = true }, { .trouble = TROUBLE_TIMEOUT, .on = true } }, "A", "bcp",
		REASON_HOLD_UNREACHABLE, JOURNAL_NONE, "A" },
	{ "nobody there", { TWO(.trouble = TROUBLE_TIMEOUT) }, "A", "bcp", REASON_NO_USABLE_SERVER,
		JOURNAL_NONE, "A" },
};

static void test_rows(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct case_row *row = &rows[i];
		print_message("  %s\n", row->name);
		struct case_input in = make_case(row->servers, row->ds, row->policy);
		struct outcome o;
		decide_case(&in, arena, &o);
		assert_reason(o.decision.reason, row->reason);
		assert_int_equal(o.decision.journal, row->journal);
		struct ds_set after;
		ds_set_build(row->after, arena, &after);
		assert_true(ds_set_equal(&o.decision.ds_after, &after));

		/* Replay: other memory, another library context, the same octets. */
		struct arena *other = arena_new();
		struct crypto *kept = crypto;
		crypto = crypto_new();
		assert_non_null(other);
		assert_non_null(crypto);
		struct outcome again;
		decide_case(&in, other, &again);
		assert_true(slice_equal(o.octets, again.octets));
		assert_true(slice_equal(o.state, again.state));
		crypto_free(crypto);
		crypto = kept;

		/* A repeat on the state that was left changes nothing in it, unless it is another acceptance. */
		in.state = o.state;
		in.now += 60;
		decide_case(&in, other, &again);
		assert_reason(again.decision.reason, row->reason);
		assert_int_equal(slice_equal(o.state, again.state), row->journal == JOURNAL_NONE);
		arena_free(other);
	}
}

/* A roll-over in which the state and the change under way decide. */
static void test_memory_decides(void **unused)
{
	(void)unused;
	const struct says fresh[SERVERS_MAX] = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB") };
	const struct says old[SERVERS_MAX] = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB", .when = WHEN_OLD) };
	struct case_input in = make_case(fresh, "A", "bcp");
	struct outcome first;
	decide_case(&in, arena, &first);
	assert_reason(first.decision.reason, REASON_ACCEPT_UPDATE);

	in.state = first.state;
	set_pending(&in, PENDING_SENT, "B");
	struct outcome o;
	decide_case(&in, arena, &o);
	assert_reason(o.decision.reason, REASON_NOOP_CHANGE_PENDING);

	set_pending(&in, PENDING_RELEASED, "A B");
	decide_case(&in, arena, &o);
	assert_reason(o.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(o.decision.journal, JOURNAL_SUPERSEDE);
	assert_int_equal(o.decision.superseded, 81);

	struct case_input replayed = make_case(old, "A", "bcp");
	decide_case(&replayed, arena, &o);
	assert_reason(o.decision.reason, REASON_ACCEPT_UPDATE);
	replayed.state = first.state;
	decide_case(&replayed, arena, &o);
	assert_reason(o.decision.reason, REASON_REPLAY_OLDER);
}

/* The judge gives marks for a child that is in sync, so that going back can be told from a replay. */
static void test_going_back(void **unused)
{
	(void)unused;
	const struct says roll[SERVERS_MAX] = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB") };
	const struct says back[SERVERS_MAX] = { TWO(.cds = "A", .cdnskey = "A", .dnskey = "ABZ",
		.dnskey_by = "AB") };
	const struct says replay[SERVERS_MAX] = { TWO(.cds = "A", .cdnskey = "A", .dnskey = "ABZ",
		.dnskey_by = "AB", .when = WHEN_OLD) };
	struct case_input in = make_case(roll, "A", "bcp");
	struct outcome first;
	decide_case(&in, arena, &first);

	struct outcome o;
	in = make_case(replay, "A", "bcp");
	in.state = first.state;
	set_pending(&in, PENDING_SENT, "B");
	decide_case(&in, arena, &o);
	assert_reason(o.decision.reason, REASON_REPLAY_OLDER);
	assert_int_equal(o.decision.journal, JOURNAL_NONE);

	in = make_case(back, "A", "bcp");
	in.state = first.state;
	set_pending(&in, PENDING_SENT, "B");
	decide_case(&in, arena, &o);
	assert_reason(o.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(o.decision.journal, JOURNAL_SUPERSEDE);
	assert_true(ds_set_equal(&o.decision.ds_after, &o.decision.ds_before));
}

/* The silent server is asked again by the schedule, then the others decide. */
/* A roll from A to B, both keys signing; once B alone has the DS, somebody plays back what both signed before.
 * B's signature qualifies now, and was never accepted for itself: its mark comes from the roll. */
static void test_replay_by_a_key_that_came(void **unused)
{
	(void)unused;
	static const struct says roll[SERVERS_MAX] = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB", .by = "AB") };
	static const struct says played_back[SERVERS_MAX] = { TWO(.cds = "A B", .cdnskey = "A B", .dnskey = "ABZ", .dnskey_by = "AB",
		.by = "AB", .when = WHEN_OLD) };
	static const struct says wanted_back[SERVERS_MAX] = { TWO(.cds = "A B", .cdnskey = "A B", .dnskey = "ABZ", .dnskey_by = "AB",
		.by = "AB") };
	struct outcome first, second, third;
	struct case_input in = make_case(roll, "A", "bcp");
	decide_case(&in, arena, &first);
	assert_reason(first.decision.reason, REASON_ACCEPT_UPDATE);

	in = make_case(played_back, "B", "bcp");
	in.state = first.state;
	decide_case(&in, arena, &second);
	assert_reason(second.decision.reason, REASON_REPLAY_OLDER);

	/* The same request signed as late as the accepted one is a request. */
	in = make_case(wanted_back, "B", "bcp");
	in.state = first.state;
	decide_case(&in, arena, &third);
	assert_reason(third.decision.reason, REASON_ACCEPT_UPDATE);
}

static void test_silent_server_story(void **unused)
{
	(void)unused;
	const struct says servers[SERVERS_MAX] = { { .cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB", .on = true }, { .trouble = TROUBLE_REFUSED, .on = true } };
	static const uint32_t minutes[] = { 0, 5, 15, 35, 75 };
	struct case_input in = make_case(servers, "A", "bcp");
	struct outcome o;
	for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
		in.now = ZONE_NOW + 60 * minutes[i];
		decide_case(&in, arena, &o);
		assert_reason(o.decision.reason, i < 4 ? REASON_HOLD_UNREACHABLE : REASON_ACCEPT_UPDATE);
		assert_int_equal(o.decision.next_eligible, i < 4 ? ZONE_NOW + 75 * 60 : 0);
		in.state = o.state;
	}
	assert_int_equal(o.decision.servers[0].class, RESPONSE_POS);
	assert_int_equal(o.decision.servers[1].class, RESPONSE_LAME);
}

/* A host that cannot be looked up, with glue that answers or without: asked for by the schedule, then left out. */
static void test_lost_host_story(void **unused)
{
	(void)unused;
	const struct says servers[SERVERS_MAX] = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ",
		.dnskey_by = "AB") };
	static const uint32_t minutes[] = { 0, 5, 15, 35, 75 };
	for (size_t glue = 0; glue < 2; glue++) {
		struct case_input in = make_case(servers, "A", "bcp");
		struct evidence evidence;
		struct outcome o;
		assert_int_equal(evidence_decode(in.evidence, arena, &evidence), 0);
		evidence.hosts[1].status = EVIDENCE_HOST_FAILED;
		evidence.server_count = 1 + glue;
		assert_int_equal(evidence_encode(&evidence, arena, &in.evidence), 0);
		for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
			in.now = ZONE_NOW + 60 * minutes[i];
			decide_case(&in, arena, &o);
			assert_reason(o.decision.reason, i < 4 ? REASON_HOLD_UNREACHABLE : REASON_ACCEPT_UPDATE);
			assert_int_equal(o.decision.next_eligible, i < 4 ? ZONE_NOW + 75 * 60 : 0);
			assert_int_equal(o.decision.journal, i < 4 ? JOURNAL_NONE : JOURNAL_PROPOSE);
			const struct check *last = &o.decision.checks[o.decision.check_count - 1];
			assert_int_equal(last->result, i < 4 ? CHECK_FAIL : CHECK_WARN);
			assert_non_null(strstr(last->detail, "ns2.example.net. could not be looked up"));
			in.state = o.state;
		}
		assert_int_equal(o.decision.server_count, 1 + glue);

		/* The child asks for nothing: no hold and no failure is kept. */
		const struct says quiet[SERVERS_MAX] = { TWO(.cds = NULL) };
		in = make_case(quiet, "A", "bcp");
		assert_int_equal(evidence_decode(in.evidence, arena, &evidence), 0);
		evidence.hosts[1].status = EVIDENCE_HOST_FAILED;
		evidence.server_count = 1 + glue;
		assert_int_equal(evidence_encode(&evidence, arena, &in.evidence), 0);
		decide_case(&in, arena, &o);
		assert_reason(o.decision.reason, REASON_NOOP_NO_SIGNAL);
		struct child_state after;
		assert_int_equal(child_state_decode(o.state, arena, &after), 0);
		assert_int_equal(after.host_failure_count, 0);
	}
}

/* the same answers within a round, and a little further apart. */
static void test_longer_than_a_round(void **unused)
{
	(void)unused;
	const struct says rolls[SERVERS_MAX] = { TWO(.cds = "B", .cdnskey = "B", .dnskey = "ABZ", .dnskey_by = "AB") };
	const struct says deletes[SERVERS_MAX] = { TWO(.cds = "delete", .cdnskey = "delete") };
	const struct says syncs[SERVERS_MAX] = { TWO(.cds = "A", .cdnskey = "A") };
	const struct { const struct says *servers; enum reason within; enum reason beyond; } cases[] = {
		{ rolls, REASON_ACCEPT_UPDATE, REASON_STALE_EVIDENCE },
		{ deletes, REASON_ACCEPT_DELETE, REASON_STALE_EVIDENCE },
		{ syncs, REASON_NOOP_IN_SYNC, REASON_NOOP_IN_SYNC } };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (size_t beyond = 0; beyond < 2; beyond++) {
			struct case_input in = make_case(cases[i].servers, "A", "bcp");
			struct evidence evidence;
			struct outcome o;
			assert_int_equal(evidence_decode(in.evidence, arena, &evidence), 0);
			evidence.ended_ms = evidence.began_ms + LIMIT_ROUND_MS + beyond;
			assert_int_equal(evidence_encode(&evidence, arena, &in.evidence), 0);
			decide_case(&in, arena, &o);
			assert_reason(o.decision.reason, beyond ? cases[i].beyond : cases[i].within);
		}
	}
}

static void test_refuses(void **unused)
{
	(void)unused;
	const struct says servers[SERVERS_MAX] = { TWO(.cds = "A", .cdnskey = "A") };
	const struct case_input good = make_case(servers, "A", "bcp");
	struct decision d;
	struct child_state s;
	struct case_input in = good;
	in.evidence.size--;
	assert_int_equal(case_decide(crypto, &in, arena, &d, &s), ERR_FORMAT);
	in = good;
	in.delegation.size--;
	assert_int_equal(case_decide(crypto, &in, arena, &d, &s), ERR_FORMAT);
	static const uint8_t junk[] = { 1, 2, 3 };
	in = good;
	in.state = (struct slice){ .data = junk, .size = sizeof junk };
	assert_int_equal(case_decide(crypto, &in, arena, &d, &s), ERR_FORMAT);
	in = good;
	in.pending = (struct slice){ .data = junk, .size = sizeof junk };
	assert_int_equal(case_decide(crypto, &in, arena, &d, &s), ERR_FORMAT);
	in = good;
	in.policy = NULL;
	assert_int_equal(case_decide(crypto, &in, arena, &d, &s), ERR_ARG);
	in = good;
	in.algorithms = NULL;
	assert_int_equal(case_decide(crypto, &in, arena, &d, &s), ERR_ARG);
	assert_int_equal(case_decide(NULL, &good, arena, &d, &s), ERR_ARG);
	assert_int_equal(case_decide(crypto, &good, arena, &d, &s), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_rows),
		TEST(test_memory_decides),
		TEST(test_going_back),
		TEST(test_replay_by_a_key_that_came),
		TEST(test_silent_server_story),
		TEST(test_lost_host_story),
		TEST(test_longer_than_a_round),
		TEST(test_refuses),
	};
	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
