/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong answers of other tools to what comes again, does not come, or is not from the child: doc/wrong-answers.md. */
#include "tests/unit/wrong_answers.h"

#define ISLAND .cds = "A", .cdnskey = "A"
#define UNSIGNED .dnskey = "", .by = "", .denial = DENY_NOTHING, .zone_by = ""

/* ---- signatures that come again */

/* T0: the DNSKEY set is signed; T1, T2: CDS sets. What counts is when the CDS set was signed that was accepted. */
static void test_replay_between_dnskey_and_cds(void **unused)
{
	(void)unused;
	look(TWO(.cds = "B", .cdnskey = "B", .by = "AB", .dnskey_when = WHEN_OLDEST, ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
	child.ds = "B";
	child.now += DAY;
	for (unsigned again = 0; again < 2; again++) {
		look(TWO(.cds = "A", .cdnskey = "A", .by = "AB", .when = WHEN_OLD, .dnskey_when = WHEN_OLDEST, ROLL));
		nothing_changes(REASON_REPLAY_OLDER);
		told("R7344-6.2-2");
	}
	look(TWO(.cds = "A", .cdnskey = "A", .by = "AB", .dnskey_when = WHEN_OLDEST, ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "A");
}

static uint32_t mark_of(char key, uint16_t type)
{
	for (size_t i = 0; i < child.after.mark_count; i++) {
		if (child.after.marks[i].type == type && child.after.marks[i].tag == key_tag(key, child.arena)) {
			return child.after.marks[i].inception;
		}
	}
	fail_msg("nothing is remembered of key %c", key);
	return 0;
}

/* Older signatures are let in: by another key, or because the guard is off. No mark moves back. */
static void test_marks_do_not_move_back(void **unused)
{
	(void)unused;
	child.ds = "A B";
	look(TWO(.cds = "A", .by = "AB", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "A");
	assert_int_equal(mark_of('A', TYPE_CDS), ZONE_NOW - 3600);
	look(TWO(.cds = "B", .by = "aB", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
	assert_true(same_marks());
	child.policy.replay_guard = REPLAY_GUARD_OFF;
	look(TWO(.cds = "B", .by = "ab", ROLL));
	changes_to(REASON_ACCEPT_UPDATE, "B");
	assert_true(same_marks());
	child.policy.replay_guard = REPLAY_GUARD_OLDER;
	look(TWO(.cds = "B", .by = "ab", ROLL));
	nothing_changes(REASON_REPLAY_OLDER);
}

/* ---- servers that do not say the same */

static void test_one_server_is_no_agreement(void **unused)
{
	(void)unused;
	const struct says asks = { .cds = "B", .cdnskey = "B", ROLL, .on = true };
	const struct says removes = { .cds = "delete", .cdnskey = "delete", ROLL, .on = true };
	const struct says empty = { ROLL, .on = true };
	const struct says silent = { .trouble = TROUBLE_TIMEOUT, .on = true };
	look((const struct says[SERVERS_MAX]){ asks, empty, silent });
	nothing_changes(REASON_NOOP_STATUS_QUO);
	assert_true(warned(REASON_INCONSISTENT_PRESENCE));
	look((const struct says[SERVERS_MAX]){ asks, silent, silent });
	nothing_changes(REASON_HOLD_UNREACHABLE);
	look((const struct says[SERVERS_MAX]){ removes, empty, silent });
	nothing_changes(REASON_NOOP_STATUS_QUO);
	look((const struct says[SERVERS_MAX]){ removes, silent, silent });
	nothing_changes(REASON_HOLD_UNREACHABLE);
	look((const struct says[SERVERS_MAX]){ asks, asks, asks });
	changes_to(REASON_ACCEPT_UPDATE, "B");
}

/* It has said that it asks for nothing; that does not wear off as silence does. */
static void test_server_without_cds_has_answered(void **unused)
{
	(void)unused;
	const struct says servers[SERVERS_MAX] = { { .cds = "B", .cdnskey = "B", ROLL, .on = true },
		{ .cds = "B", .cdnskey = "B", ROLL, .on = true }, { ROLL, .on = true } };
	for (unsigned day = 0; day < 14; day++) {
		look(servers);
		nothing_changes(REASON_NOOP_STATUS_QUO);
		assert_int_equal(child.decision.servers[2].class, RESPONSE_NODATA);
		assert_false(child.decision.servers[2].silent);
		assert_int_equal(child.after.failure_count, 0);
		child.now += DAY;
	}
}

static void test_refusal_is_not_absence(void **unused)
{
	(void)unused;
	static const enum trouble troubles[] = { TROUBLE_REFUSED, TROUBLE_SERVFAIL, TROUBLE_TIMEOUT, TROUBLE_NO_AA,
		TROUBLE_UNREACHABLE, TROUBLE_GARBAGE };
	child.ds = "";
	for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
		look(TWO(UNSIGNED, .trouble = troubles[i]));
		nothing_changes(REASON_NO_USABLE_SERVER);
		/* One that answers does not speak for the one that does not. */
		look((const struct says[SERVERS_MAX]){ { UNSIGNED, .on = true },
			{ UNSIGNED, .trouble = troubles[i], .on = true } });
		nothing_changes(REASON_NOOP_NO_SIGNAL);
		assert_int_equal(child.decision.servers[0].class, RESPONSE_NODATA);
		assert_int_not_equal(child.decision.servers[1].class, RESPONSE_NODATA);
		assert_true(child.decision.servers[1].silent);
	}
}

static void test_special_addresses(void **unused)
{
	(void)unused;
	look(TWO(.trouble = TROUBLE_SPECIAL));
	nothing_changes(REASON_NS_ADDRESS_SPECIAL_PURPOSE);
	child.ds = "";
	look(TWO(.trouble = TROUBLE_SPECIAL));
	nothing_changes(REASON_NS_ADDRESS_SPECIAL_PURPOSE);
}

/* ---- answers that are not from the child */

/* What an attacker can make whose datagrams win at every server, the keys of the zone not being his: he has C. */
static const struct forgery {
	const char *name;
	struct says says;
	enum reason reason;
} forgeries[] = {
	{ "his key, not signed", { .cds = "C", .cdnskey = "C", .by = "" }, REASON_RRSIG_MISSING },
	{ "his key as CDNSKEY alone, not signed", { .cdnskey = "C", .by = "" }, REASON_RRSIG_MISSING },
	{ "his key, signed by it", { .cds = "C", .cdnskey = "C", .by = "C" }, REASON_SIGNER_NOT_IN_DS },
	{ "his key in the DNSKEY set, too", { .cds = "C", .cdnskey = "C", .by = "C", .dnskey = "ACZ", .dnskey_by = "C" },
		REASON_CHILD_BOGUS },
	{ "a zone of his own", { .cds = "C", .cdnskey = "C", .by = "C", .dnskey = "C", .dnskey_by = "C", .zone_by = "C" },
		REASON_CHILD_BOGUS },
	{ "a removal, not signed", { .cds = "delete", .cdnskey = "delete", .by = "" }, REASON_RRSIG_MISSING },
	{ "a removal, signed by his key", { .cds = "delete", .cdnskey = "delete", .by = "C" }, REASON_SIGNER_NOT_IN_DS },
	{ "a zone that is not signed any more, and a removal", { UNSIGNED, .cds = "delete", .cdnskey = "delete" },
		REASON_CHILD_BOGUS },
	{ "nothing there", { UNSIGNED }, REASON_CHILD_BOGUS },
};

/* He wins at both servers, in this run and in the next. */
static void test_forged_everywhere(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
		struct says servers[SERVERS_MAX] = { forgeries[i].says, forgeries[i].says };
		servers[0].on = servers[1].on = true;
		print_message("  %s\n", forgeries[i].name);
		forget();
		for (unsigned run = 0; run < 2; run++) {
			look(servers);
			nothing_changes(forgeries[i].reason);
			child.now += DAY;
		}
	}
	/* Without a DS set nothing is signed by a key that is known: what a datagram says is not looked at. */
	child.ds = "";
	for (unsigned run = 0; run < 2; run++) {
		look(TWO(.cds = "C", .cdnskey = "C", .by = "C", .dnskey = "C", .dnskey_by = "C", .zone_by = "C"));
		nothing_changes(REASON_STALE_EVIDENCE);
		told("T-43");
		child.now += DAY;
	}
}

/* One answer of his suffices, where nothing is validated. */
static void test_forged_once(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
		struct says servers[SERVERS_MAX] = { forgeries[i].says };
		servers[0].on = true;
		look(servers);
		nothing_changes(forgeries[i].reason);
	}
	child.ds = "";
	look(ONE(UNSIGNED, .cdnskey = "C"));
	nothing_changes(REASON_CONTINUITY_NO_PATH);
	look(ONE(.cdnskey = "C", .by = "C", .dnskey = "C", .dnskey_by = "C", .zone_by = "C"));
	nothing_changes(REASON_STALE_EVIDENCE);
}

/* ---- delegations without DS */

/* What the apex says of its key, at every server and over TCP. */
#define ASKS ISLAND, .tcp = true

/* By bcp, and by the policy that has nothing but RFC 9615; signals validate from the anchor of the fixture. */
static void begin_without_ds(const char *policy)
{
	forget();
	child.ds = "";
	child.now = ZONE_NOW;
	child.policy = *policy_preset(policy);
	child.policy.rules.bootstrap.anchor_count = 1;
	signals_anchor(child.policy.rules.bootstrap.anchors);
}

/* Twice in a day, and nothing comes of it. */
static void nothing_is_enrolled(const char *policy, const struct says *servers, enum reason first, enum reason second)
{
	begin_without_ds(policy);
	for (unsigned run = 0; run < 2; run++) {
		look(servers);
		nothing_changes(run == 0 ? first : second);
		assert_int_equal(child.decision.ds_after.count, 0);
		assert_int_equal(child.decision.security, SECURITY_INSECURE);
		child.now += DAY;
	}
}

static void test_apex_alone(void **unused)
{
	(void)unused;
	nothing_is_enrolled("bcp", TWO(ASKS, .operator = OPERATOR_SAYS_NOTHING), REASON_HOLD_DELAY_STARTED,
		REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(child.decision.signaling, REASON_SIGNAL_ABSENT);
	nothing_is_enrolled("auth-only", TWO(ASKS, .operator = OPERATOR_SAYS_NOTHING), REASON_SIGNAL_ABSENT,
		REASON_SIGNAL_ABSENT);
}

/* What nobody signed says no more than nothing at all does. */
static void test_signals_without_security(void **unused)
{
	(void)unused;
	nothing_is_enrolled("auth-only", TWO(ASKS, .operator = OPERATOR_INSECURE), REASON_SIGNAL_INSECURE,
		REASON_SIGNAL_INSECURE);
	nothing_is_enrolled("bcp", TWO(ASKS, .operator = OPERATOR_INSECURE), REASON_HOLD_DELAY_STARTED,
		REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(child.decision.signaling, REASON_SIGNAL_INSECURE);
	nothing_is_enrolled("bcp", TWO(ISLAND, UNSIGNED, .tcp = true, .operator = OPERATOR_AGREES), REASON_CONTINUITY_NO_PATH,
		REASON_CONTINUITY_NO_PATH);
}

/* Signals that are there and wrong keep everything else from believing the apex. */
static void test_first_sight(void **unused)
{
	(void)unused;
	nothing_is_enrolled("bcp", TWO(ASKS, .operator = OPERATOR_DIFFERS), REASON_SIGNAL_MISMATCH, REASON_SIGNAL_MISMATCH);
	nothing_is_enrolled("bcp", TWO(ASKS, .operator = OPERATOR_EXPIRED), REASON_SIGNAL_BOGUS, REASON_SIGNAL_BOGUS);
	begin_without_ds("bcp");
	look(TWO(ASKS, .operator = OPERATOR_AGREES));
	changes_to(REASON_ACCEPT_BOOTSTRAP_AUTH, "A");
}

static void test_one_silent_server(void **unused)
{
	(void)unused;
	const struct says servers[SERVERS_MAX] = { { ASKS, .operator = OPERATOR_AGREES, .on = true },
		{ ASKS, .operator = OPERATOR_AGREES, .trouble = TROUBLE_TIMEOUT, .on = true } };
	nothing_is_enrolled("auth-only", servers, REASON_HOLD_UNREACHABLE, REASON_HOLD_UNREACHABLE);
	assert_int_equal(child.decision.signaling, REASON_APEX_INCOMPLETE);
	assert_true(child.decision.servers[1].silent);
}

/* A zone without DS may ask for one: that is no fault of the zone. */
static void test_cds_without_ds_is_no_error(void **unused)
{
	(void)unused;
	nothing_is_enrolled("bcp", TWO(ASKS, .operator = OPERATOR_SAYS_NOTHING), REASON_HOLD_DELAY_STARTED,
		REASON_HOLD_DELAY_RUNNING);
	assert_int_equal(child.decision.warning_count, 0);
	for (size_t i = 0; i < child.decision.server_count; i++) {
		assert_int_equal(child.decision.servers[i].class, RESPONSE_POS);
		assert_int_equal(child.decision.servers[i].reason, REASON_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW("wrong answer 5: signed after the DNSKEY set, before the CDS accepted", test_replay_between_dnskey_and_cds),
		ROW("wrong answer 6: no mark moves back", test_marks_do_not_move_back),
		ROW("wrong answer 7: one server is no agreement", test_one_server_is_no_agreement),
		ROW("wrong answer 10: the apex alone enrols nothing", test_apex_alone),
		ROW("wrong answer 11: nor do signals without security", test_signals_without_security),
		ROW("wrong answer 12: one silent server", test_one_silent_server),
		ROW("wrong answer 13: forged everywhere, twice", test_forged_everywhere),
		ROW("wrong answer 15: a server without CDS has answered", test_server_without_cds_has_answered),
		ROW("wrong answer 17: nothing is enrolled at first sight", test_first_sight),
		ROW("wrong answer 22: a refusal is not absence", test_refusal_is_not_absence),
		ROW("wrong answer 23: special-purpose addresses", test_special_addresses),
		ROW("wrong answer 24: forged once", test_forged_once),
		ROW("wrong answer 26: CDS without DS is no error", test_cds_without_ds_is_no_error),
	};
	return cmocka_run_group_tests_name("wrong answers", tests, children_begin, children_end);
}
