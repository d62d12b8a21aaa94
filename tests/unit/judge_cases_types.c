/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of CDS and CDNSKEY a parent reads (R7344-6-2, R7344-6-3; A12, A-03, A-06, A-13): every mode with everything a child
 * can publish. */
#include "tests/unit/judge_cases.h"

#define SAYS(mode, first, second) .rules = { .types = mode }, \
	.servers = { { .cds = first, .cdnskey = second, ROLL }, { .cds = first, .cdnskey = second, ROLL } }
#define ROLLS .reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP, .after = "B"
#define LEAVES .reason = REASON_ACCEPT_DELETE, .change = CHANGE_DELETE, .after = ""

#define IF_PRESENT TYPES_BOTH_IF_PRESENT
#define STRICT TYPES_BOTH_STRICT
#define CDS TYPES_SINGLE_CDS
#define CDNSKEY TYPES_SINGLE_CDNSKEY

static const struct judge_case cases[] = {
	{ .name = "both-if-present: both", SAYS(IF_PRESENT, "B", "B"), ROLLS, .quiet = true },
	{ .name = "both-if-present: cds-only, R7344-4-3, DSA-4.1-1a", SAYS(IF_PRESENT, "B", NULL), ROLLS,
		.warnings = { REASON_WARN_TYPE_SINGLE }, .rule = "R7344-4-3", .result = CHECK_WARN },
	{ .name = "both-if-present: cdnskey-only, R7344-4-3, DSA-4.1-1a", SAYS(IF_PRESENT, NULL, "B"), ROLLS,
		.warnings = { REASON_WARN_TYPE_SINGLE }, .rule = "R7344-4-3", .result = CHECK_WARN },
	{ .name = "both-if-present: mismatch, R9975-3.1-2", SAYS(IF_PRESENT, "B", "A"),
		.reason = REASON_CDS_CDNSKEY_MISMATCH, .rule = "R9975-3.1-2", .result = CHECK_FAIL },
	{ .name = "both-if-present: nothing, A-06", SAYS(IF_PRESENT, NULL, NULL), .reason = REASON_NOOP_NO_SIGNAL,
		.rule = "R7344-6.1.1-1", .result = CHECK_PASS },
	{ .name = "both-if-present: delete in both, B1", SAYS(IF_PRESENT, "delete", "delete"), LEAVES, .quiet = true },
	{ .name = "both-if-present: delete-cds-only, A-13", SAYS(IF_PRESENT, "delete", NULL), LEAVES,
		.warnings = { REASON_WARN_DELETE_SINGLE_TYPE }, .rule = "A-13", .result = CHECK_WARN },
	{ .name = "both-if-present: delete-cdnskey-only, A-13", SAYS(IF_PRESENT, NULL, "delete"), LEAVES,
		.warnings = { REASON_WARN_DELETE_SINGLE_TYPE }, .rule = "A-13", .result = CHECK_WARN },
	{ .name = "both-if-present: delete and keys, B3", SAYS(IF_PRESENT, "delete", "B"),
		.reason = REASON_DELETE_TYPE_MISMATCH },
	{ .name = "both-if-present, but a delete has to be in both: CDS only, B2", SAYS(IF_PRESENT, "delete", NULL),
		.delete_both = true, .reason = REASON_DELETE_TYPE_MISMATCH },
	{ .name = "both-if-present, but a delete has to be in both: CDNSKEY only, B2", SAYS(IF_PRESENT, NULL, "delete"),
		.delete_both = true, .reason = REASON_DELETE_TYPE_MISMATCH },
	{ .name = "both-if-present, but a delete has to be in both: it is", SAYS(IF_PRESENT, "delete", "delete"),
		.delete_both = true, LEAVES },
	{ .name = "both-if-present, but a delete has to be in both: an update need not", SAYS(IF_PRESENT, "B", NULL),
		.delete_both = true, ROLLS },
	{ .name = "both-strict: both, U-2", SAYS(STRICT, "B", "B"), ROLLS, .quiet = true },
	{ .name = "both-strict: CDS only, U-2", SAYS(STRICT, "B", NULL), .reason = REASON_CDS_CDNSKEY_MISMATCH,
		.rule = "R9975-3.1-2", .result = CHECK_FAIL },
	{ .name = "both-strict: CDNSKEY only, U-2", SAYS(STRICT, NULL, "B"), .reason = REASON_CDS_CDNSKEY_MISMATCH,
		.rule = "R9975-3.1-2", .result = CHECK_FAIL },
	{ .name = "both-strict: mismatch", SAYS(STRICT, "B", "A"), .reason = REASON_CDS_CDNSKEY_MISMATCH },
	{ .name = "both-strict: nothing", SAYS(STRICT, NULL, NULL), .reason = REASON_NOOP_NO_SIGNAL },
	{ .name = "both-strict: delete in both", SAYS(STRICT, "delete", "delete"), LEAVES },
	{ .name = "both-strict: delete-cds-only, R9975-3.1-3", SAYS(STRICT, "delete", NULL),
		.reason = REASON_DELETE_TYPE_MISMATCH, .rule = "R9975-3.1-3", .result = CHECK_FAIL },
	{ .name = "both-strict: delete-cdnskey-only, R9975-3.1-3", SAYS(STRICT, NULL, "delete"),
		.reason = REASON_DELETE_TYPE_MISMATCH, .rule = "R9975-3.1-3", .result = CHECK_FAIL },
	{ .name = "both-strict: delete and keys", SAYS(STRICT, "B", "delete"), .reason = REASON_DELETE_TYPE_MISMATCH },
	{ .name = "single-cds: both", SAYS(CDS, "B", "B"), ROLLS, .quiet = true },
	{ .name = "single-cds: CDS only", SAYS(CDS, "B", NULL), ROLLS, .quiet = true },
	{ .name = "single-cds: CDNSKEY only, A12", SAYS(CDS, NULL, "B"), .reason = REASON_TYPE_NOT_ACCEPTED,
		.rule = "R7344-6-3", .result = CHECK_FAIL },
	{ .name = "single-cds: mismatch", SAYS(CDS, "B", "A"), ROLLS },
	{ .name = "single-cds: nothing", SAYS(CDS, NULL, NULL), .reason = REASON_NOOP_NO_SIGNAL },
	{ .name = "single-cds: delete in both", SAYS(CDS, "delete", "delete"), LEAVES },
	{ .name = "single-cds: delete in CDS, A-13", SAYS(CDS, "delete", NULL), LEAVES, .quiet = true },
	{ .name = "single-cds: delete in CDNSKEY, A12", SAYS(CDS, NULL, "delete"), .reason = REASON_TYPE_NOT_ACCEPTED },
	{ .name = "single-cds: delete in CDS, keys in CDNSKEY", SAYS(CDS, "delete", "B"), LEAVES },
	{ .name = "single-cdnskey: both", SAYS(CDNSKEY, "B", "B"), ROLLS, .quiet = true },
	{ .name = "single-cdnskey: CDS only, A12", SAYS(CDNSKEY, "B", NULL), .reason = REASON_TYPE_NOT_ACCEPTED,
		.rule = "R7344-6-3", .result = CHECK_FAIL },
	{ .name = "single-cdnskey: CDNSKEY only", SAYS(CDNSKEY, NULL, "B"), ROLLS, .quiet = true },
	{ .name = "single-cdnskey: mismatch", SAYS(CDNSKEY, "A", "B"), ROLLS },
	{ .name = "single-cdnskey: nothing", SAYS(CDNSKEY, NULL, NULL), .reason = REASON_NOOP_NO_SIGNAL },
	{ .name = "single-cdnskey: delete in both", SAYS(CDNSKEY, "delete", "delete"), LEAVES },
	{ .name = "single-cdnskey: delete in CDS, A12", SAYS(CDNSKEY, "delete", NULL), .reason = REASON_TYPE_NOT_ACCEPTED },
	{ .name = "single-cdnskey: delete in CDNSKEY, A-13", SAYS(CDNSKEY, NULL, "delete"), LEAVES, .quiet = true },
	{ .name = "single-cdnskey: keys in CDS, delete in CDNSKEY", SAYS(CDNSKEY, "B", "delete"), LEAVES },
	{ .name = "A-03 the status quo is confirmed by absence of all accepted types, not of one",
		.reason = REASON_INCONSISTENT_PRESENCE,
		.servers = { { .cds = "B", .cdnskey = "B", ROLL }, { .cds = "B", ROLL } } },
	{ .name = "A-03, A-06 with one type read its absence is enough", .rules = { .types = CDS },
		.reason = REASON_NOOP_STATUS_QUO,
		.servers = { { .cds = "B", .cdnskey = "B", ROLL }, { .cdnskey = "B", ROLL } },
		.warnings = { REASON_INCONSISTENT_PRESENCE } },
};

JUDGE_TABLE(judge_cases_types)
