/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several providers of one zone (RFC 8901): each server is judged by its own DNSKEY set (L-CONT-5), and nobody speaks for
 * all (R8901-8-1). Provider 1 has the keys A and Z, provider 2 has B and Y. */
#include "tests/unit/judge_cases.h"

#define ASK(keys) .cds = keys, .cdnskey = keys
/* What provider 1 and 2 serve in model 2. */
#define FIRST .dnskey_by = "A", .on = true
#define SECOND .dnskey_by = "B", .by = "B", .on = true
#define ONE(...) { .dnskey = "ABZY", .zone_by = "Z", FIRST, __VA_ARGS__ }
#define TWO(...) { .dnskey = "ABZY", .zone_by = "Y", SECOND, __VA_ARGS__ }

static const struct judge_case cases[] = {
	{ .name = "model1, R8901-2-1: one KSK, a ZSK each", .reason = REASON_NOOP_IN_SYNC, .quiet = true,
		.servers = { { ASK("A"), .dnskey = "AZY", .zone_by = "Z", .on = true },
			{ ASK("A"), .dnskey = "AZY", .zone_by = "Y", .on = true } } },
	{ .name = "model1: the common KSK rolls", .after = "B", .reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP,
		.servers = { { ASK("B"), .dnskey = "ABZY", .dnskey_by = "AB", .zone_by = "Z", .on = true },
			{ ASK("B"), .dnskey = "ABZY", .dnskey_by = "AB", .zone_by = "Y", .on = true } }, .quiet = true },
	{ .name = "model1: it rolls at one provider only", .after = "B", .reason = REASON_CONTINUITY_SERVER,
		.servers = { { ASK("B"), .dnskey = "ABZY", .dnskey_by = "AB", .zone_by = "Z", .on = true },
			{ ASK("B"), .dnskey = "ABZY", .dnskey_by = "A", .zone_by = "Y", .on = true } } },
	{ .name = "model2, R8901-2-1, T-17: a KSK each, all named everywhere", .ds = "A B", .reason = REASON_NOOP_IN_SYNC,
		.servers = { ONE(ASK("A B")), TWO(ASK("A B")) }, .quiet = true },
	{ .name = "model2: nothing asked for", .ds = "A B", .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { ONE(.cds = NULL), TWO(.cds = NULL) }, .quiet = true },
	{ .name = "model2: provider 2 rolls its KSK, and both ask for it", .ds = "A B", .after = "A C",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP,
		.servers = { { ASK("A C"), .dnskey = "ABCZY", .on = true },
			{ ASK("A C"), .by = "B", .dnskey = "ABCZY", .dnskey_by = "BC", .zone_by = "Y", .on = true } },
		.quiet = true },
	{ .name = "model2: provider 2 rolls, and provider 1 does not ask for it yet", .ds = "A B",
		.reason = REASON_NOOP_STATUS_QUO,
		.servers = { ONE(ASK("A B")),
			{ ASK("A C"), .by = "B", .dnskey = "ABCZY", .dnskey_by = "BC", .zone_by = "Y", .on = true } },
		.warnings = { REASON_INCONSISTENT_KEYS } },
	{ .name = "model2-one-provider-own-keys, R8901-8-1: each asks for its own", .ds = "A B",
		.reason = REASON_INCONSISTENT_KEYS, .servers = { ONE(ASK("A")), TWO(ASK("B")) } },
	{ .name = "model2: both sign a request for provider 1 alone", .ds = "A B", .after = "A",
		.reason = REASON_CONTINUITY_SERVER, .servers = { ONE(ASK("A")), TWO(ASK("A")) },
		.notes = { REASON_NONE, REASON_CONTINUITY_NO_PATH } },
	{ .name = "model2-alg-mix, R8901-4-1: one provider signs with one algorithm only", .ds = "A", .after = "A E",
		.reason = REASON_CONTINUITY_SERVER,
		.servers = { { ASK("A E"), .dnskey = "AEZ", .dnskey_by = "AE", .zone_by = "ZE", .on = true },
			{ ASK("A E"), .dnskey = "AEZ", .on = true } },
		.warnings = { REASON_CONTINUITY_ALGORITHM } },
	{ .name = "model2-alg-mix neighbour: both sign with both", .after = "A E", .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_ALGORITHM,
		.servers = { { ASK("A E"), .dnskey = "AEZ", .dnskey_by = "AE", .zone_by = "ZE", .on = true },
			{ ASK("A E"), .dnskey = "AEZ", .dnskey_by = "EA", .zone_by = "EZ", .on = true } } },
	{ .name = "provider-join: the new KSK is in the zone before its servers are in the delegation", .after = "A B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_ADD, .servers = { ONE(ASK("A B")) } },
	{ .name = "provider-join: then both serve, and nothing is left to do", .ds = "A B", .reason = REASON_NOOP_IN_SYNC,
		.servers = { ONE(ASK("A B")), TWO(ASK("A B")) } },
	{ .name = "provider-join too early: its servers are there, its DS is not", .reason = REASON_HOLD_BOGUS_SERVER,
		.servers = { ONE(ASK("A B")), TWO(ASK("A B")) },
		.warnings = { REASON_CHILD_BOGUS, REASON_DRIFT_DS_UNUSABLE } },
	{ .name = "provider-leave: its servers have left the delegation", .ds = "A B", .after = "A",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_REMOVE, .servers = { ONE(ASK("A")) } },
	{ .name = "provider-leave too early: its servers are still there", .ds = "A B", .after = "A",
		.reason = REASON_CONTINUITY_SERVER, .servers = { ONE(ASK("A")), TWO(ASK("A")) },
		.warnings = { REASON_CONTINUITY_NO_PATH } },
	{ .name = "model2-zsk-missing, R8901-3-1: provider 1 lacks the ZSK of provider 2", .ds = "A B",
		.reason = REASON_NOOP_IN_SYNC,
		.servers = { { ASK("A B"), .dnskey = "ABZ", FIRST }, TWO(ASK("A B")) },
		.warnings = { REASON_WARN_ZSK_MISSING }, .rule = "R8901-3-1", .result = CHECK_WARN },
	{ .name = "model2-zsk-missing: the other way round", .ds = "A B", .reason = REASON_NOOP_IN_SYNC,
		.servers = { ONE(ASK("A B")), { ASK("A B"), .dnskey = "ABY", .zone_by = "Y", SECOND } },
		.warnings = { REASON_WARN_ZSK_MISSING } },
	{ .name = "model2-zsk-missing: also beside an accepted request", .after = "A B", .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_ADD,
		.servers = { { ASK("A B"), .dnskey = "ABZ", .on = true },
			{ ASK("A B"), .dnskey = "ABY", .zone_by = "Y", .on = true } },
		.warnings = { REASON_WARN_ZSK_MISSING } },
	{ .name = "model2-zsk-missing neighbour: what is missing is not all it is signed with", .ds = "A B",
		.reason = REASON_NOOP_IN_SYNC,
		.servers = { { ASK("A B"), .dnskey = "ABZY", .zone_by = "ZY", FIRST },
			{ ASK("A B"), .dnskey = "ABY", .zone_by = "Y", SECOND } }, .quiet = true },
	{ .name = "model2-zsk-missing neighbour: DNSKEY sets may differ by keys nobody signs with", .ds = "A B",
		.reason = REASON_NOOP_IN_SYNC,
		.servers = { { ASK("A B"), .dnskey = "ABCZY", .zone_by = "Z", FIRST }, TWO(ASK("A B")) }, .quiet = true },
};

JUDGE_TABLE(judge_cases_providers)
