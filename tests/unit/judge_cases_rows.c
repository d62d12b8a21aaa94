/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of doc/standards.md that no table of a decision table shows, each with its neighbour. */
#include "tests/unit/judge_cases.h"

#define ROLLING .cds = "B", .cdnskey = "B", ROLL

static const struct judge_case cases[] = {
	{ .name = "R7344-4.1-1 records of another name at the only server are no request", .reason = REASON_WRONG_OWNER,
		.silent = 1, .servers = { { .trouble = TROUBLE_OTHER_OWNER, ROLLING } }, .notes = { REASON_WRONG_OWNER } },
	{ .name = "R7344-4.1-1 neighbour: of its own name, in whatever case it is written", .after = "B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP, .servers = { { .trouble = TROUBLE_SHUFFLED, ROLLING } } },
	{ .name = "T-03, W-05: the removal as CDNSKEY alone is never made a DS record, A-13", .after = "",
		.reason = REASON_ACCEPT_DELETE, .change = CHANGE_DELETE, .rules = { .types = TYPES_SINGLE_CDNSKEY },
		.servers = { { .cdnskey = "delete", .on = true } } },
	{ .name = "T-03, W-07: its key tag is not paired with a CDS of that tag", .reason = REASON_DELETE_TYPE_MISMATCH,
		.servers = { { .cds = "x03000d02000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
			.cdnskey = "delete", .on = true } } },
	{ .name = "R8078-4-5 a DS record of algorithm 0 is of an unknown algorithm, no removal", .ds = "delete",
		.reason = REASON_CURRENT_DS_UNSUPPORTED, .servers = { { ROLLING } } },
	{ .name = "R8078-4-5 neighbour: beside one that can be used it does not matter", .ds = "A delete", .after = "B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_ALGORITHM, .servers = { { ROLLING } } },
	{ .name = "R9906-2-1 neighbour: digest 3 beside SHA-256 is not published", .after = "B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP, .servers = { { .cds = "B B:3", .cdnskey = "B", ROLL } },
		.warnings = { REASON_WARN_DIGEST_IGNORED } },
	{ .name = "R6840-5.11-2 an algorithm of the DNSKEY set that signs nothing", .after = "B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP,
		.servers = { { .cds = "B", .cdnskey = "B", .dnskey = "ABEZ", .dnskey_by = "AB", .on = true } } },
	{ .name = "R6840-5.11-1 one path of the present DS set is enough", .ds = "A E", .after = "B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_ALGORITHM, .servers = { { ROLLING } } },
	{ .name = "R5011-2.1-1 neighbour: a revoked key in the DNSKEY set that nobody asks for", .after = "C",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP,
		.servers = { { .cds = "C", .cdnskey = "C", .dnskey = "ACVZ", .dnskey_by = "ACV", .on = true } } },
	{ .name = "R5011-2.1-1 signed by the revoked key only, to which the DS still leads", .ds = "V",
		.reason = REASON_CHILD_BOGUS,
		.servers = { { .cds = "C", .cdnskey = "C", .by = "V", .dnskey = "CVZ", .dnskey_by = "CV", .on = true } },
		.warnings = { REASON_DNSKEY_MISSING } },
	{ .name = "R4034-5.2-1 the present DS leads to a key without the Zone bit", .ds = "N", .reason = REASON_CHILD_BOGUS,
		.servers = { { .cds = "A", .cdnskey = "A", .by = "N", .dnskey = "ANZ", .dnskey_by = "AN", .on = true } },
		.warnings = { REASON_DNSKEY_MISSING } },
	{ .name = "R4034-2.1.2-1 the present DS leads to a key of protocol 2", .ds = "P", .reason = REASON_CHILD_BOGUS,
		.servers = { { .cds = "A", .cdnskey = "A", .by = "P", .dnskey = "APZ", .dnskey_by = "AP", .on = true } },
		.warnings = { REASON_DNSKEY_MISSING } },
	{ .name = "R7344-6-4 neighbour of both-strict: CDNSKEY alone will do", .after = "B", .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_SWAP, .servers = { { .cdnskey = "B", ROLL } }, .warnings = { REASON_WARN_TYPE_SINGLE } },
	{ .name = "R8078-3.1-2 only stand-by keys: no path is left", .after = "C", .reason = REASON_CONTINUITY_NO_PATH,
		.servers = { { .cds = "C", .cdnskey = "C", .on = true } }, .warnings = { REASON_WARN_KEY_NOT_PUBLISHED } },
	{ .name = "T-24, A-05: a lingering old signature beside the new one", .after = "B", .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_SWAP, .servers = { { .cds = "B", .cdnskey = "B", .by = "zaA", ROLL } } },
	{ .name = "T-25 another serial at the other server", .after = "B", .reason = REASON_ACCEPT_UPDATE,
		.change = CHANGE_SWAP, .servers = { { ROLLING }, { .trouble = TROUBLE_SERIAL, ROLLING } } },
};

JUDGE_TABLE(judge_cases_rows)
