/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delegations that cannot be validated: without DS (standards 4.3, B9), of unknown DS, or of a DS set
 * that is of no use here. */
#include "tests/unit/judge_cases.h"

#define UNSIGNED .dnskey = "", .by = "", .denial = DENY_NOTHING, .zone_by = "", .on = true

static const struct judge_case cases[] = {
	{ .name = "C1 unsigned, nothing published", .ds = "", .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { { UNSIGNED }, { UNSIGNED } }, .classes = { RESPONSE_NODATA } },
	{ .name = "C1 signed island, nothing published", .ds = "", .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { { .on = true } } },
	{ .name = "C1 DNSKEY and SOA do not matter", .ds = "", .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { { .trouble = TROUBLE_SERVFAIL, .at = EVIDENCE_DNSKEY + 1, UNSIGNED } } },
	{ .name = "C24 island with CDS", .rows = "R7344-9-2",
		.ds = "", .reason = REASON_BOOTSTRAP_DISABLED,
		.servers = { { .cds = "A", .cdnskey = "A", .on = true }, { .cds = "A", .cdnskey = "A", .on = true } } },
	{ .name = "C24 unsigned-with-cds", .ds = "", .reason = REASON_BOOTSTRAP_DISABLED,
		.servers = { { .cds = "A", UNSIGNED } } },
	{ .name = "C24 and inconsistent", .ds = "", .reason = REASON_BOOTSTRAP_DISABLED,
		.servers = { { .cds = "A", .on = true }, { .cds = "B", .on = true } }, .warnings = { REASON_INCONSISTENT_KEYS } },
	{ .name = "C24 at one server only", .ds = "", .reason = REASON_BOOTSTRAP_DISABLED,
		.servers = { { .cds = "A", .on = true }, { .on = true } }, .warnings = { REASON_INCONSISTENT_PRESENCE } },
	{ .name = "C24 one server silent", .ds = "", .reason = REASON_BOOTSTRAP_DISABLED,
		.servers = { { .cds = "A", .on = true }, { .trouble = TROUBLE_REFUSED, .on = true } }, .silent = 1 },
	{ .name = "C24 too many", .ds = "", .reason = REASON_BOOTSTRAP_DISABLED, .servers = { { .cds = "*21", .on = true } } },
	{ .name = "malformed in an insecure child", .ds = "", .reason = REASON_MALFORMED_DELETE,
		.servers = { { .cds = "A delete", .on = true } } },
	{ .name = "alias at an insecure child", .ds = "", .reason = REASON_CNAME_AT_APEX,
		.servers = { { .trouble = TROUBLE_CNAME, UNSIGNED } } },
	{ .name = "all silent, insecure", .ds = "", .reason = REASON_NO_USABLE_SERVER, .silent = 1,
		.servers = { { .trouble = TROUBLE_TIMEOUT, .on = true } } },
	{ .name = "B9 delete-insecure, T-33", .ds = "", .reason = REASON_NOOP_DELETE_INSECURE,
		.servers = { { .cds = "delete", .cdnskey = "delete", .on = true } } },
	{ .name = "B9 delete beside nothing elsewhere", .ds = "", .reason = REASON_NOOP_DELETE_INSECURE,
		.servers = { { .cds = "delete", .on = true }, { .on = true } }, .warnings = { REASON_INCONSISTENT_DELETE } },
	{ .name = "A-09 unknown DS never bootstraps", .ds = "?", .reason = REASON_HOLD_DS_UNKNOWN,
		.servers = { { .cds = "A", .cdnskey = "A", .on = true } } },
	{ .name = "A-09 unknown DS, a removal", .ds = "?", .reason = REASON_HOLD_DS_UNKNOWN,
		.servers = { { .cds = "delete", .cdnskey = "delete", .on = true } } },
	{ .name = "A-09 unknown DS, nothing published", .ds = "?", .reason = REASON_NOOP_NO_SIGNAL,
		.servers = { { .on = true } } },
	{ .name = "A-09 only an unknown digest in place", .rows = "R6840-5.2-1 R4035-5.2-2",
		.ds = "A:200", .reason = REASON_CURRENT_DS_UNSUPPORTED,
		.servers = { { .cds = "B", .cdnskey = "B", ROLL } } },
	{ .name = "A-09 only an unknown algorithm in place", .rows = "R4035-5.2-2",
		.ds = "U", .reason = REASON_CURRENT_DS_UNSUPPORTED,
		.servers = { { .cds = "delete", .cdnskey = "delete", .on = true } } },
	{ .name = "A-09 neighbour: one usable DS is enough", .rows = "R6840-5.2-1 R4035-5.2-2",
		.ds = "A A:200", .after = "B",
		.reason = REASON_ACCEPT_UPDATE, .change = CHANGE_SWAP, .servers = { { .cds = "B", .cdnskey = "B", ROLL } } },
};

JUDGE_TABLE(judge_cases_insecure)
