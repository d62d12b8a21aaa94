/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One transition of accept: every rule accepted and refused. Sets are letters, see the fixture; the
 * delegation has A. Stories over several runs are in test_accept_story.c, the replay guard in test_replay.c. */
#include "tests/unit/accept_fixture.h"

#define T0 (FIXTURE_NOW - 3600)	/* inception of the mark the fixture finds */

static struct fixture x;

static int set_up(void **unused)
{
	(void)unused;
	fixture_init(&x);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

/* --- what is under way: A-30, A-31 --- */

static const struct pending_case {
	const char *name;
	enum reason found;
	const char *asked;		/* after-set of the finding */
	enum pending_state state;
	const char *pending;		/* after-set under way */
	enum reason reason;
	enum journal_action journal;
	const char *after;		/* of the decision */
	bool names_change;		/* decision.superseded is the pending change */
} pending_cases[] = {
	{ "an update, nothing under way", REASON_ACCEPT_UPDATE, "B", PENDING_NONE, "0",
		REASON_ACCEPT_UPDATE, JOURNAL_PROPOSE, "B", false },
	{ "a delete, nothing under way", REASON_ACCEPT_DELETE, "0", PENDING_NONE, "0",
		REASON_ACCEPT_DELETE, JOURNAL_PROPOSE, "0", false },

	{ "the same, proposed", REASON_ACCEPT_UPDATE, "B", PENDING_PROPOSED, "B",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A", false },
	{ "the same, released", REASON_ACCEPT_UPDATE, "B", PENDING_RELEASED, "B",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A", false },
	{ "the same, sent", REASON_ACCEPT_UPDATE, "B", PENDING_SENT, "B",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A", false },
	{ "the same delete, sent", REASON_ACCEPT_DELETE, "0", PENDING_SENT, "0",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A", false },

	{ "another, proposed", REASON_ACCEPT_UPDATE, "C", PENDING_PROPOSED, "B",
		REASON_ACCEPT_UPDATE, JOURNAL_SUPERSEDE, "C", true },
	{ "another, released", REASON_ACCEPT_UPDATE, "AB", PENDING_RELEASED, "B",
		REASON_ACCEPT_UPDATE, JOURNAL_SUPERSEDE, "AB", true },
	{ "another, sent", REASON_ACCEPT_UPDATE, "C", PENDING_SENT, "B",
		REASON_ACCEPT_UPDATE, JOURNAL_SUPERSEDE, "C", true },
	{ "a delete over an update, sent", REASON_ACCEPT_DELETE, "0", PENDING_SENT, "B",
		REASON_ACCEPT_DELETE, JOURNAL_SUPERSEDE, "0", true },
	{ "an update over a delete, proposed", REASON_ACCEPT_UPDATE, "B", PENDING_PROPOSED, "0",
		REASON_ACCEPT_UPDATE, JOURNAL_SUPERSEDE, "B", true },

	{ "signal gone, proposed", REASON_NOOP_NO_SIGNAL, "A", PENDING_PROPOSED, "B",
		REASON_NOOP_NO_SIGNAL, JOURNAL_WITHDRAW, "A", true },
	{ "signal gone, released", REASON_NOOP_NO_SIGNAL, "A", PENDING_RELEASED, "B",
		REASON_NOOP_NO_SIGNAL, JOURNAL_WITHDRAW, "A", true },
	{ "signal gone, sent", REASON_NOOP_NO_SIGNAL, "A", PENDING_SENT, "B",
		REASON_NOOP_NO_SIGNAL, JOURNAL_NONE, "A", false },
	{ "one server of the old mind, proposed", REASON_NOOP_STATUS_QUO, "A", PENDING_PROPOSED, "B",
		REASON_NOOP_STATUS_QUO, JOURNAL_WITHDRAW, "A", true },
	{ "one server of the old mind, sent", REASON_NOOP_STATUS_QUO, "A", PENDING_SENT, "B",
		REASON_NOOP_STATUS_QUO, JOURNAL_NONE, "A", false },
	{ "in sync again, proposed", REASON_NOOP_IN_SYNC, "A", PENDING_PROPOSED, "B",
		REASON_NOOP_IN_SYNC, JOURNAL_WITHDRAW, "A", true },

	{ "refused, proposed", REASON_SIGNER_NOT_IN_DS, "B", PENDING_PROPOSED, "B",
		REASON_SIGNER_NOT_IN_DS, JOURNAL_WITHDRAW, "A", true },
	{ "refused, released", REASON_CONTINUITY_NO_PATH, "B", PENDING_RELEASED, "B",
		REASON_CONTINUITY_NO_PATH, JOURNAL_WITHDRAW, "A", true },
	{ "refused, sent", REASON_RRSIG_BOGUS, "B", PENDING_SENT, "B",
		REASON_RRSIG_BOGUS, JOURNAL_NONE, "A", false },
	{ "refused, nothing under way", REASON_RRSIG_BOGUS, "B", PENDING_NONE, "0",
		REASON_RRSIG_BOGUS, JOURNAL_NONE, "A", false },

	{ "held, proposed", REASON_INCONSISTENT_KEYS, "B", PENDING_PROPOSED, "B",
		REASON_INCONSISTENT_KEYS, JOURNAL_BLOCK, "A", false },
	{ "held, released", REASON_HOLD_BOGUS_SERVER, "B", PENDING_RELEASED, "B",
		REASON_HOLD_BOGUS_SERVER, JOURNAL_BLOCK, "A", false },
	{ "held, sent", REASON_INCONSISTENT_KEYS, "B", PENDING_SENT, "B",
		REASON_INCONSISTENT_KEYS, JOURNAL_NONE, "A", false },
	{ "nobody answers, proposed", REASON_NO_USABLE_SERVER, "0", PENDING_PROPOSED, "B",
		REASON_NO_USABLE_SERVER, JOURNAL_BLOCK, "A", false },
	{ "nobody answers, sent", REASON_NO_USABLE_SERVER, "0", PENDING_SENT, "B",
		REASON_NO_USABLE_SERVER, JOURNAL_NONE, "A", false },

	/* The way back to the present set, which a change that was sent has made necessary. */
	{ "going back is under way", REASON_NOOP_IN_SYNC, "A", PENDING_PROPOSED, "A",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A", false },
	{ "going back was sent", REASON_NOOP_IN_SYNC, "A", PENDING_SENT, "A",
		REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE, "A", false },
	{ "going back stays without a signal", REASON_NOOP_NO_SIGNAL, "A", PENDING_RELEASED, "A",
		REASON_NOOP_NO_SIGNAL, JOURNAL_NONE, "A", false },
	{ "going back falls with a refusal", REASON_RRSIG_BOGUS, "A", PENDING_RELEASED, "A",
		REASON_RRSIG_BOGUS, JOURNAL_WITHDRAW, "A", true },
};

static void test_pending(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof pending_cases / sizeof pending_cases[0]; i++) {
		const struct pending_case *c = &pending_cases[i];
		print_message("  %s\n", c->name);
		fixture_free(&x);
		fixture_init(&x);
		fixture_find(&x, c->found, c->asked);
		x.pending = (struct pending){ .state = c->state, .change = c->state == PENDING_NONE ? 0 : 81,
			.ds_after = fixture_set(x.arena, c->pending) };
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, c->reason);
		assert_int_equal(x.decision.journal, c->journal);
		struct ds_set after = fixture_set(x.arena, c->after);
		assert_true(ds_set_equal(&x.decision.ds_after, &after));
		assert_true(ds_set_equal(&x.decision.ds_before, &x.delegation.ds));
		assert_int_equal(x.decision.superseded, c->names_change ? 81 : 0);
		/* Only an acceptance changes anything; marks are of all that a secure child signed. */
		bool accepted = reason_find(c->reason)->class == CLASS_ACCEPT;
		assert_int_equal(x.decision.change != CHANGE_NONE, accepted);
		assert_int_equal(x.after.mark_count, 1);
		/* A change under way is always talked about. */
		bool says = false;
		for (size_t k = 1; k < x.decision.check_count; k++) {
			says = says || strncmp(x.decision.checks[k].rule, "A-3", 3) == 0;
		}
		assert_int_equal(says, c->state != PENDING_NONE);
	}
}

/* --- going back after a change was sent: A-31 with R7344-6.2-2 --- */

static void in_sync_while_sent(const char *sent)
{
	fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
	x.pending = (struct pending){ .state = PENDING_SENT, .change = 81,
		.ds_after = fixture_set(x.arena, sent) };
}

static struct mark stored[1];

static void remember_mark(uint32_t inception)
{
	stored[0] = fixture_mark(TYPE_CDS, 'A', inception);
	x.state.marks = stored;
	x.state.mark_count = 1;
}

static void test_going_back(void **unused)
{
	(void)unused;
	in_sync_while_sent("B");
	remember_mark(T0 - 1);
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.change, CHANGE_UPDATE);
	assert_int_equal(x.decision.journal, JOURNAL_SUPERSEDE);
	assert_int_equal(x.decision.superseded, 81);
	assert_true(ds_set_equal(&x.decision.ds_after, &x.delegation.ds));
	assert_int_equal(x.after.marks[0].inception, T0);
}

static void test_going_back_from_a_delete(void **unused)
{
	(void)unused;
	in_sync_while_sent("0");
	remember_mark(T0);
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.journal, JOURNAL_SUPERSEDE);
}

/* The old CDS that led nowhere, replayed while the new one is on its way. */
static void test_going_back_by_replay(void **unused)
{
	(void)unused;
	in_sync_while_sent("B");
	remember_mark(T0 + 1);
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_REPLAY_OLDER);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
}

static void test_going_back_without_proof_of_age(void **unused)
{
	(void)unused;
	in_sync_while_sent("B");
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
}

static void test_going_back_with_a_silent_server(void **unused)
{
	(void)unused;
	in_sync_while_sent("B");
	remember_mark(T0);
	fixture_silence(&x, 1, true);
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
}

/* In sync is said while one server is bogus or a host was not found; an acceptance needs them. */
static void test_going_back_without_everybody(void **unused)
{
	(void)unused;
	in_sync_while_sent("B");
	remember_mark(T0);
	x.servers[2].class = RESPONSE_BOGUS;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	x.servers[2].class = RESPONSE_NODATA;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	for (size_t i = 0; i < FIXTURE_SERVERS; i++) {
		x.servers[i].hosts = 1;
	}
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	for (size_t i = 0; i < FIXTURE_SERVERS; i++) {
		x.servers[i].hosts = 3;
		fixture_silence(&x, i, true);
	}
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
}

/* A host that cannot be looked up has its schedule there too; evidence of no one round is never enough. */
static void test_going_back_with_a_lost_host(void **unused)
{
	(void)unused;
	in_sync_while_sent("B");
	remember_mark(T0);
	fixture_unresolve(&x, 1, true);
	for (size_t i = 0; i < FIXTURE_SERVERS; i++) {
		x.servers[i].hosts = 1;
	}
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_HOLD_UNREACHABLE);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	x.evidence.ended_ms = LIMIT_ROUND_MS + 1;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_STALE_EVIDENCE);
	assert_int_equal(x.decision.journal, JOURNAL_NONE);
}

/* As many servers, checks, warnings, marks and DS as can come. */
static void find_as_much_as_possible(void)
{
	static struct server_finding servers[LIMIT_CHILD_ADDRESSES];
	static struct check checks[LIMIT_CHECKS];
	static enum reason warnings[LIMIT_WARNINGS];
	static struct mark marks[LIMIT_MARKS];
	for (size_t i = 0; i < LIMIT_CHILD_ADDRESSES; i++) {
		servers[i] = x.servers[0];
		servers[i].address.octets[3] = (uint8_t)(i + 1);
		servers[i].silent = i != 7;
	}
	for (size_t i = 0; i < LIMIT_CHECKS; i++) {
		checks[i] = x.checks[0];
	}
	for (size_t i = 0; i < LIMIT_WARNINGS; i++) {
		warnings[i] = i == LIMIT_WARNINGS - 1 ? REASON_WARN_SERVER_DROPPED : REASON_WARN_TYPE_SINGLE;
	}
	for (size_t i = 0; i < LIMIT_MARKS; i++) {
		marks[i] = fixture_mark(TYPE_CDS, (char)i, T0);
	}
	x.finding.servers = servers;
	x.finding.server_count = LIMIT_CHILD_ADDRESSES;
	x.finding.checks = checks;
	x.finding.check_count = LIMIT_CHECKS;
	x.finding.warnings = warnings;
	x.finding.warning_count = LIMIT_WARNINGS;
	x.finding.marks = marks;
	x.finding.mark_count = LIMIT_MARKS;
	x.finding.ds_after.count = LIMIT_DS;
	x.finding.ds_after.ds = arena_array(x.arena, LIMIT_DS, sizeof(struct ds));
	assert_non_null(x.finding.ds_after.ds);
	for (size_t i = 0; i < LIMIT_DS; i++) {
		x.finding.ds_after.ds[i] = fixture_ds((char)i);
	}
}

/* As many hosts, none of which can be looked up, with names that are longest as text too. */
static void lose_as_many_hosts_as_possible(void)
{
	static struct evidence_host hosts[LIMIT_NS_HOSTS];
	for (size_t i = 0; i < LIMIT_NS_HOSTS; i++) {
		struct name *name = &hosts[i].name;
		name->size = LIMIT_NAME_OCTETS;
		for (size_t k = 0; k < LIMIT_NAME_OCTETS - 1; k++) {
			name->octets[k] = k % 64 != 0 ? 1 : k < 192 ? 63 : 61;
		}
		name->octets[1] = (uint8_t)(LIMIT_NS_HOSTS - i);
	}
	x.evidence.hosts = hosts;
	x.evidence.host_count = LIMIT_NS_HOSTS;
	x.finding.unresolved = evidence_unresolved(&x.evidence);
	assert_int_equal(x.finding.unresolved, UINT32_MAX);
}

/* As many failures of addresses that the finding does not have. */
static void remember_other_addresses(void)
{
	static struct server_failure failures[LIMIT_CHILD_ADDRESSES];
	for (size_t i = 0; i < LIMIT_CHILD_ADDRESSES; i++) {
		failures[i] = (struct server_failure){ .address = x.servers[0].address, .times.failures = 1 };
		failures[i].address.octets[0] = 10;
		failures[i].address.octets[3] = (uint8_t)i;
	}
	x.state.failures = failures;
	x.state.failure_count = LIMIT_CHILD_ADDRESSES;
}

/* As much as can come at all is decided. */
static void test_the_largest_child(void **unused)
{
	(void)unused;
	find_as_much_as_possible();
	lose_as_many_hosts_as_possible();
	remember_other_addresses();
	x.policy.retry_count = 0;
	x.policy.drop_after_s = 0;
	x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81,
		.ds_after = fixture_set(x.arena, "B") };
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.after.failure_count, LIMIT_CHILD_ADDRESSES - 1);
	assert_int_equal(x.after.host_failure_count, LIMIT_NS_HOSTS);
	/* Warned of once, although the judge did so too. */
	assert_int_equal(x.decision.warning_count, LIMIT_WARNINGS);
	struct slice out;
	struct decision back;
	struct child_state after;
	assert_int_equal(decision_encode(&x.decision, x.arena, &out), 0);
	assert_int_equal(decision_decode(out, x.arena, &back), 0);
	assert_int_equal(child_state_encode(&x.after, x.arena, &out), 0);
	assert_int_equal(child_state_decode(out, x.arena, &after), 0);
	assert_int_equal(after.host_failure_count, LIMIT_NS_HOSTS);

	/* A server fewer leaves room for one address of another day. */
	x.finding.server_count--;
	x.finding.reason = REASON_INCONSISTENT_KEYS;
	assert_int_equal(fixture_try(&x), 0);
	assert_int_equal(x.after.failure_count, 1);
	assert_int_equal(x.after.host_failure_count, 0);
}

/* --- findings that cannot be --- */

static void test_contradictions(void **unused)
{
	(void)unused;
	static const char *const names[] = { "accepts without a reason", "a warning as the reason",
		"an update to nothing", "a delete that leaves something", "an update of class delete",
		"the set that is there", "a delete that policy forbids", "no server received",
		"an insecure delegation", "a number nobody knows", "an update of no class",
		"a lost host that is not listed", "a host listed that was found" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		print_message("  %s\n", names[i]);
		fixture_free(&x);
		fixture_init(&x);
		x.pending = (struct pending){ .state = PENDING_RELEASED, .change = 81,
			.ds_after = fixture_set(x.arena, "B") };
		switch (i) {
		case 0: x.finding.reason = REASON_NONE; break;
		case 1: x.finding.reason = REASON_WARN_SERVER_DROPPED; break;
		case 2: fixture_find(&x, REASON_ACCEPT_UPDATE, "0"); break;
		case 3: fixture_find(&x, REASON_ACCEPT_DELETE, "B"); break;
		case 4: x.finding.change = CHANGE_DELETE; break;
		case 5: fixture_find(&x, REASON_ACCEPT_UPDATE, "A"); break;
		case 6:
			fixture_find(&x, REASON_ACCEPT_DELETE, "0");
			x.policy.rules.delete_allowed = false;
			break;
		case 7:
			for (size_t k = 0; k < FIXTURE_SERVERS; k++) {
				fixture_silence(&x, k, true);
			}
			break;
		case 8: x.delegation.ds_state = DS_UNKNOWN; break;
		case 9: x.finding.reason = (enum reason)65000; break;
		case 10: x.finding.change = CHANGE_NONE; break;
		case 11: x.hosts[1].status = EVIDENCE_HOST_FAILED; break;
		default: x.finding.unresolved = 2; break;
		}
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, REASON_INTERNAL_ERROR);
		assert_int_equal(x.decision.journal, JOURNAL_BLOCK);
		assert_true(ds_set_equal(&x.decision.ds_after, &x.delegation.ds));
		assert_int_equal(x.after.mark_count, 0);
		assert_int_equal(x.after.failure_count, 0);
	}
}

static void test_broken_contracts(void **unused)
{
	(void)unused;
	x.evidence.child = fixture_name("other.example.");
	assert_int_equal(fixture_try(&x), ERR_ARG);
	x.evidence.child = x.delegation.child;
	x.policy.retry_count = POLICY_RETRIES + 1;
	assert_int_equal(fixture_try(&x), ERR_ARG);
	x.policy.retry_count = 4;
	x.finding.server_count = LIMIT_CHILD_ADDRESSES + 1;
	assert_int_equal(fixture_try(&x), ERR_LIMIT);
	x.finding.server_count = FIXTURE_SERVERS;
	assert_int_equal(accept_step(NULL, x.arena, &x.decision, &x.after), ERR_ARG);
	struct accept_input in = { .evidence = &x.evidence };
	assert_int_equal(accept_step(&in, x.arena, &x.decision, &x.after), ERR_ARG);
}

static void test_decision_is_filled(void **unused)
{
	(void)unused;
	enum reason warning = REASON_WARN_TYPE_SINGLE;
	x.finding.warnings = &warning;
	x.finding.warning_count = 1;
	assert_int_equal(fixture_try(&x), 0);
	const struct decision *d = &x.decision;
	assert_true(name_equal(&d->child, &x.delegation.child));
	assert_int_equal(d->now, FIXTURE_NOW);
	assert_int_equal(d->security, SECURITY_SECURE);
	assert_int_equal(d->host_count, 2);
	assert_true(name_equal(&d->hosts[0], &x.hosts[0].name));
	assert_int_equal(d->server_count, FIXTURE_SERVERS);
	assert_int_equal(d->warning_count, 1);
	assert_reason(d->warnings[0], REASON_WARN_TYPE_SINGLE);
	assert_int_equal(d->verifications, 6);
	assert_memory_equal(d->content_hash, x.finding.content_hash, SHA256_OCTETS);
	/* The judge's checks first, then accept's. */
	assert_int_equal(d->check_count, 3);
	assert_string_equal(d->checks[0].rule, "R7344-4.1-2");
	assert_string_equal(d->checks[1].rule, "R7344-6.2-2");
	assert_string_equal(d->checks[2].rule, "R9975-3-4");
	assert_int_equal(d->checks[2].result, CHECK_PASS);
	struct slice first;
	struct slice second;
	assert_int_equal(decision_encode(d, x.arena, &first), 0);
	assert_int_equal(fixture_try(&x), 0);
	assert_int_equal(decision_encode(d, x.arena, &second), 0);
	assert_true(slice_equal(first, second));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pending),
		TEST(test_going_back),
		TEST(test_going_back_from_a_delete),
		TEST(test_going_back_by_replay),
		TEST(test_going_back_without_proof_of_age),
		TEST(test_going_back_with_a_silent_server),
		TEST(test_going_back_without_everybody),
		TEST(test_going_back_with_a_lost_host),
		TEST(test_the_largest_child),
		TEST(test_contradictions),
		TEST(test_broken_contracts),
		TEST(test_decision_is_filled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
