/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set by RFC 9615 (standards 2.3, C3 to C11): what the operators say beside what the servers say, and where another
 * method may go on. */
#include "tests/unit/judge_cases.h"

/* Signals are read; nothing else will do, or another method may follow. */
#define AUTH .ds = "", .rules = { .bootstrap = { .enabled = true, .authenticated = true } }
#define AUTH_ELSE .ds = "", .rules = { .bootstrap = { .enabled = true, .authenticated = true, .fall_back_absent = true, \
	.fall_back_incomplete = true } }
#define ACCEPTED .after = "A", .change = CHANGE_INITIAL
#define HELD .after = "A"
/* What it says at its apex, and how its operator puts it. */
#define SAYS(how) .cds = "A", .cdnskey = "A", .operator = how, .tcp = true, .on = true
#define DOWN .trouble = TROUBLE_TIMEOUT, .operator = OPERATOR_AGREES, .cds = "A", .cdnskey = "A", .tcp = true, .on = true

static const struct judge_case cases[] = {
	{ .name = "C3 signal-ok", .rows = "R8078-5-2 R9615-2-1 R9615-4.2-2 R9615-4.2-3 R9615-4.2-4 R9615-4.2-6 R9975-3.1-6 R8078-3-9", AUTH_ELSE,
		ACCEPTED, .reason = REASON_ACCEPT_BOOTSTRAP_AUTH, .servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_AGREES) } },
		.rule = "R9615-4.2-2", .result = CHECK_PASS, .quiet = true },
	{ .name = "C3 mixed-in-out: one host in the child, one outside", .rows = "R9615-4.2-1", AUTH, ACCEPTED,
		.reason = REASON_ACCEPT_BOOTSTRAP_AUTH, .servers = { { SAYS(OPERATOR_IN_DOMAIN) }, { SAYS(OPERATOR_AGREES) } } },
	{ .name = "C3 signal-cds-only, at the apex too", .rows = "R9615-4.2-4", AUTH, ACCEPTED, .reason = REASON_ACCEPT_BOOTSTRAP_AUTH,
		.servers = { { .cds = "A", .operator = OPERATOR_AGREES, .tcp = true, .on = true } } },
	{ .name = "signal-ok-zone-broken", .rows = "R9615-4.2-6 R8078-5-2", AUTH_ELSE, .after = "A", .reason = REASON_CONTINUITY_NO_PATH,
		.servers = { { .dnskey_by = "Z", SAYS(OPERATOR_AGREES) } } },
	{ .name = "signal-ok, answers over UDP", .rows = "T-43", AUTH_ELSE, HELD, .reason = REASON_STALE_EVIDENCE,
		.servers = { { .cds = "A", .cdnskey = "A", .operator = OPERATOR_AGREES, .on = true } } },
	{ .name = "signals were not asked for, and the policy wants them", .rows = "R9615-4.2-3", AUTH_ELSE, HELD,
		.reason = REASON_STALE_EVIDENCE, .servers = { { SAYS(OPERATOR_NOT_ASKED) } }, .rule = "R9615-4.2-3", .result = CHECK_FAIL },
	{ .name = "signals that the policy does not read prove nothing", .ds = "", .rules = { .bootstrap = { .enabled = true } },
		.after = "A", .reason = REASON_BOOTSTRAP_UNPROVEN, .change = CHANGE_INITIAL,
		.servers = { { SAYS(OPERATOR_AGREES) } }, .rule = "R8078-3-9", .result = CHECK_SKIP },
	{ .name = "nor speak against it", .ds = "", .rules = { .bootstrap = { .enabled = true } },
		.after = "A", .reason = REASON_BOOTSTRAP_UNPROVEN, .change = CHANGE_INITIAL, .servers = { { SAYS(OPERATOR_DIFFERS) } } },

	/* Any failure at any server, though everybody else agrees. */
	{ .name = "C11 one-ns-down-9615", .rows = "R9615-4.2-2 R9615-4.2-5", AUTH, .after = "A", .silent = 1,
		.reason = REASON_BOOTSTRAP_UNPROVEN, .change = CHANGE_INITIAL, .signaling = REASON_APEX_INCOMPLETE,
		.rule = "R9615-4.2-2", .result = CHECK_FAIL, .servers = { { SAYS(OPERATOR_AGREES) }, { DOWN } } },
	{ .name = "C11 an address of a special-purpose range was not received either", .rows = "R9615-4.2-2", AUTH, .after = "A",
		.reason = REASON_BOOTSTRAP_UNPROVEN, .change = CHANGE_INITIAL, .signaling = REASON_APEX_INCOMPLETE,
		.rule = "R9615-4.2-2", .result = CHECK_FAIL,
		.servers = { { SAYS(OPERATOR_AGREES) }, { .trouble = TROUBLE_SPECIAL, .operator = OPERATOR_AGREES, .cds = "A",
			.cdnskey = "A", .on = true } } },
	{ .name = "C11 a server without an answer for its keys", .rows = "R9615-4.2-2", AUTH, .after = "A", .silent = 1,
		.reason = REASON_BOOTSTRAP_UNPROVEN, .change = CHANGE_INITIAL, .signaling = REASON_APEX_INCOMPLETE,
		.servers = { { SAYS(OPERATOR_AGREES) }, { .trouble = TROUBLE_SERVFAIL, .at = EVIDENCE_DNSKEY + 1, SAYS(OPERATOR_AGREES) } } },
	{ .name = "C8 one-ns-down and a signal that differs: no other method", .rows = "R9615-4.2-5", AUTH_ELSE, HELD, .silent = 1,
		.reason = REASON_SIGNAL_MISMATCH, .signaling = REASON_SIGNAL_MISMATCH, .servers = { { SAYS(OPERATOR_DIFFERS) }, { DOWN } } },

	/* Nothing is said: another method may, where there is one. */
	{ .name = "C4 in-domain-only", .rows = "R9615-4.2-1 R9615-4.4-1", AUTH, HELD, .reason = REASON_ONLY_IN_DOMAIN_NS,
		.signaling = REASON_ONLY_IN_DOMAIN_NS,
		.servers = { { SAYS(OPERATOR_IN_DOMAIN) } } },
	{ .name = "C4 in-domain-only, and another method", .rows = "R9615-4.2-1 A-20", AUTH_ELSE, .after = "A", .change = CHANGE_INITIAL,
		.reason = REASON_BOOTSTRAP_UNPROVEN, .signaling = REASON_ONLY_IN_DOMAIN_NS, .servers = { { SAYS(OPERATOR_IN_DOMAIN) } } },
	{ .name = "C5 signal-absent", AUTH, HELD, .reason = REASON_SIGNAL_ABSENT, .signaling = REASON_SIGNAL_ABSENT,
		.servers = { { SAYS(OPERATOR_SAYS_NOTHING) }, { SAYS(OPERATOR_SAYS_NOTHING) } } },
	{ .name = "C5 signal-absent, and another method", .rows = "A-20", AUTH_ELSE, .after = "A", .change = CHANGE_INITIAL,
		.reason = REASON_BOOTSTRAP_UNPROVEN, .signaling = REASON_SIGNAL_ABSENT,
		.servers = { { SAYS(OPERATOR_SAYS_NOTHING) }, { SAYS(OPERATOR_SAYS_NOTHING) } } },
	{ .name = "C5 absent with a server down: what another method has to know", AUTH_ELSE, .after = "A", .change = CHANGE_INITIAL,
		.silent = 1, .reason = REASON_BOOTSTRAP_UNPROVEN, .signaling = REASON_SIGNAL_ABSENT,
		.servers = { { SAYS(OPERATOR_SAYS_NOTHING) }, { .trouble = TROUBLE_TIMEOUT, .operator = OPERATOR_SAYS_NOTHING, .tcp = true,
			.on = true } } },
	{ .name = "C6 signal-partial", .rows = "R9615-6-1", AUTH, HELD, .reason = REASON_SIGNAL_INCOMPLETE,
		.signaling = REASON_SIGNAL_INCOMPLETE, .servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_SAYS_NOTHING) } } },
	{ .name = "C6 signal-partial, and another method", .rows = "T-16", AUTH_ELSE, .after = "A", .change = CHANGE_INITIAL,
		.reason = REASON_BOOTSTRAP_UNPROVEN, .signaling = REASON_SIGNAL_INCOMPLETE,
		.servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_SAYS_NOTHING) } } },
	{ .name = "C6 a type that the operator leaves out", .rows = "R9615-4.2-4", AUTH, HELD, .reason = REASON_SIGNAL_INCOMPLETE,
		.signaling = REASON_SIGNAL_INCOMPLETE, .servers = { { SAYS(OPERATOR_LEAVES_OUT) } } },
	{ .name = "C6 its switch is not that of absent signals", .ds = "", HELD, .reason = REASON_SIGNAL_INCOMPLETE,
		.rules = { .bootstrap = { .enabled = true, .authenticated = true, .fall_back_absent = true } },
		.signaling = REASON_SIGNAL_INCOMPLETE, .servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_SAYS_NOTHING) } } },
	{ .name = "C5 nor the other way round", .ds = "", HELD, .reason = REASON_SIGNAL_ABSENT,
		.rules = { .bootstrap = { .enabled = true, .authenticated = true, .fall_back_incomplete = true } },
		.signaling = REASON_SIGNAL_ABSENT, .servers = { { SAYS(OPERATOR_SAYS_NOTHING) } } },
	{ .name = "C7 signal-insecure", .rows = "R9615-3.1-1 R9615-4.2-3", AUTH, HELD, .reason = REASON_SIGNAL_INSECURE,
		.signaling = REASON_SIGNAL_INSECURE, .servers = { { SAYS(OPERATOR_INSECURE) } } },
	{ .name = "C7 signal-insecure, and another method", .rows = "R9615-3.1-1", AUTH_ELSE, .after = "A", .change = CHANGE_INITIAL,
		.reason = REASON_BOOTSTRAP_UNPROVEN, .signaling = REASON_SIGNAL_INSECURE, .servers = { { SAYS(OPERATOR_INSECURE) } } },

	/* Something else is said, or nobody knows what: no other method either. */
	{ .name = "C7 signal-bogus", .rows = "R9615-4.2-3 A-20", AUTH_ELSE, HELD, .reason = REASON_SIGNAL_BOGUS,
		.signaling = REASON_SIGNAL_BOGUS, .servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_EXPIRED) } } },
	{ .name = "C7 unresolvable", .rows = "R9615-4.2-3", AUTH_ELSE, HELD, .reason = REASON_SIGNAL_UNRESOLVABLE,
		.signaling = REASON_SIGNAL_UNRESOLVABLE, .servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_LOST) } } },
	{ .name = "C8 signal-mismatch", .rows = "R9615-4.2-4 R9615-4.2-5", AUTH_ELSE, HELD, .reason = REASON_SIGNAL_MISMATCH,
		.signaling = REASON_SIGNAL_MISMATCH, .servers = { { SAYS(OPERATOR_AGREES) }, { SAYS(OPERATOR_DIFFERS) } } },
	{ .name = "C8 servers publish other digests of the same keys: fine for R9975, not for RFC 9615", .rows = "R9615-4.2-4", AUTH_ELSE,
		HELD, .reason = REASON_SIGNAL_MISMATCH, .signaling = REASON_SIGNAL_MISMATCH,
		.servers = { { SAYS(OPERATOR_AGREES) }, { .cds = "A A:4", .cdnskey = "A", .operator = OPERATOR_AGREES, .tcp = true, .on = true } } },

	/* Nothing of it is for others. */
	{ .name = "R9615-4-1 already-secure", .ds = "A", .rules = { .bootstrap = { .enabled = true, .authenticated = true } },
		.reason = REASON_NOOP_IN_SYNC, .servers = { { SAYS(OPERATOR_DIFFERS) } } },
	{ .name = "C1 signals, and nothing at the apex", .rows = "R9615-4.2-4", AUTH_ELSE, .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { { .operator = OPERATOR_DIFFERS, .tcp = true, .on = true } } },
	{ .name = "B9 a removal is signaled, too", AUTH_ELSE, .reason = REASON_NOOP_DELETE_INSECURE,
		.servers = { { .cds = "delete", .cdnskey = "delete", .operator = OPERATOR_AGREES, .tcp = true, .on = true } } },
};

JUDGE_TABLE(judge_cases_auth)
