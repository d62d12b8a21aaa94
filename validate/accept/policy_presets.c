/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The presets: what registries have said they do, as values (standards section 6). */
#include "validate/accept/policy.h"

#include <string.h>

#include "validate/wire/limits.h"

#define MINUTE 60u
#define HOUR (60u * MINUTE)
#define DAY (24u * HOUR)

#define PERCENT 10000u	/* in millionths */

/* Where chains of signaling zones begin: the keys of the root as IANA publishes them (root-anchors.xml): KSK-2017 and
 * KSK-2024. */
#define ROOT_ANCHORS \
	.anchor_count = 2, .anchors = { \
		{ .tag = 20326, .algorithm = 8, .digest_type = DIGEST_SHA256, .size = 32, .digest = { \
			0xe0, 0x6d, 0x44, 0xb8, 0x0b, 0x8f, 0x1d, 0x39, 0xa9, 0x5c, 0x0b, 0x0d, 0x7c, 0x65, 0xd0, 0x84, \
			0x58, 0xe8, 0x80, 0x40, 0x9b, 0xbc, 0x68, 0x34, 0x57, 0x10, 0x42, 0x37, 0xc7, 0xf8, 0xec, 0x8d } }, \
		{ .tag = 38696, .algorithm = 8, .digest_type = DIGEST_SHA256, .size = 32, .digest = { \
			0x68, 0x3d, 0x2d, 0x0a, 0xcb, 0x8c, 0x9b, 0x71, 0x2a, 0x19, 0x48, 0xb2, 0x7f, 0x74, 0x12, 0x19, \
			0x29, 0x8d, 0x0a, 0x45, 0x0d, 0x61, 0x2c, 0x48, 0x3a, 0xf4, 0x44, 0xa4, 0xc0, 0xfb, 0x2b, 0x16 } } }

/* 20 records and 8 keys: A-15. warn_signature_left_s 0: a day, and the TTL of a new DS set (L-CONT-4). A delete in the
 * only type that is published is accepted with a warning (B2, A-13). */
#define RULES(types_mode, digests_mode, most_records, ...) { \
	.types = (types_mode), .digests = (digests_mode), .continuity = CONTINUITY_PER_ALGORITHM, \
	.delete_allowed = true, .max_records = (most_records), .max_keys = 8, .bootstrap = { ROOT_ANCHORS, .vantages = 1, __VA_ARGS__ } }

/* How a first DS set is accepted. RFC 9615 is what the judge looks at; where its signals are merely not there, another
 * method may take over (C4 to C7, A-20). */
#define BOOTSTRAP_OFF .enabled = false
#define BY_SIGNAL .enabled = true, .authenticated = true
#define BY_SIGNAL_OR_ELSE BY_SIGNAL, .fall_back_absent = true, .fall_back_incomplete = true
#define BY_OTHER_MEANS .enabled = true

/* Values of all presets that a policy may need once it names the method: 12 h between checks make three of them and
 * 72 h fit a daily walk, and two days without one begin again. */
#define CHECKS(delay, checks) \
	.delay_s = (delay), .min_checks = (checks), .min_spacing_s = 12 * HOUR, .max_gap_s = 2 * DAY, \
	.settled_s = 30 * DAY, .confirmation_s = 14 * DAY

/* RFC 9975 section 3 gives the schedule of 5, 10, 20 and 40 minutes; drop_after_s is their sum, so that it never lies
 * between two. The DS TTL is left alone: it is off unless the sink can set one, which a preset cannot know. */
#define TIMES_BESIDE(guard) \
	.requires_all_servers = true, \
	.retry_count = 4, .retry_s = { 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE }, \
	.drop_after_s = 75 * MINUTE, .delete_hold_max_s = 7 * DAY, .replay_guard = (guard)
#define TIMES TIMES_BESIDE(REPLAY_GUARD_OLDER)

/* A-34 for the parent. One operator is a part of it: fewer, but a larger share, for whoever rolls the keys of all his
 * children at once is not stopped on the first day of a slow roll. */
#define BRAKES \
	.brakes = { [BRAKE_DELETE] = { 20, PERCENT / 10 }, [BRAKE_BOOTSTRAP] = { 500, 1 * PERCENT }, \
		[BRAKE_UPDATE] = { 1000, 5 * PERCENT } }, \
	.operator_brakes = { [BRAKE_DELETE] = { 10, 1 * PERCENT }, [BRAKE_BOOTSTRAP] = { 200, 25 * PERCENT }, \
		[BRAKE_UPDATE] = { 500, 25 * PERCENT } }
#define NO_BRAKE { { UINT32_MAX, 0 }, { UINT32_MAX, 0 }, { UINT32_MAX, 0 } }

/* DSA-5.1-2, DSA-5.1-3: twice, then ever more seldom; the registrant after three days. */
#define NOTICES .notices = { .repeats = 2, .again_s = DAY, .registrant_after_s = 3 * DAY }

#define LATE .change_late_after_s = POLICY_LATE_AFTER_S

static const struct policy presets[] = {
	{
		.name = POLICY_DEFAULT,
		.source = "RFC 7344, 8078, 9615, 9975; draft-ietf-dnsop-ds-automation-09 (2026-05-22)",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, DIGEST_MODE_VERBATIM, LIMIT_CDS, BY_SIGNAL_OR_ELSE),
		.bootstrap = { .method_count = 2, .methods = { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_DELAY }, CHECKS(3 * DAY, 3) },
		TIMES, BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		.name = "auth-only",
		.source = "bcp, a first DS set by RFC 9615 alone (2024-07)",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, DIGEST_MODE_VERBATIM, LIMIT_CDS, BY_SIGNAL),
		.bootstrap = { .method_count = 1, .methods = { BOOTSTRAP_AUTHENTICATED }, CHECKS(3 * DAY, 3) },
		TIMES, BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		.name = "switch-ch-li",
		.source = ".ch and .li as SWITCH publishes it, seen 2026-07; from one vantage point",
		.rules = RULES(TYPES_SINGLE_CDS, DIGEST_MODE_VERBATIM, LIMIT_CDS, BY_SIGNAL_OR_ELSE),
		.bootstrap = { .method_count = 2, .methods = { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_DELAY }, CHECKS(3 * DAY, 3) },
		TIMES, BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		.name = "se-nu",
		.source = ".se and .nu as Internetstiftelsen publishes it, seen 2026-07; from one vantage point",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, DIGEST_MODE_VERBATIM, 6, BY_OTHER_MEANS),
		.bootstrap = { .method_count = 1, .methods = { BOOTSTRAP_DELAY }, CHECKS(3 * DAY, 3) },
		.respect_registry_lock = true, .guard_manual_change = true,
		TIMES, BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		/* Four checks: as many as a week with gaps of at most two days has. */
		.name = "cz-fred",
		.source = ".cz and the defaults of the FRED tools, seen 2026-07",
		.rules = RULES(TYPES_SINGLE_CDNSKEY, DIGEST_MODE_FULL, LIMIT_CDS, BY_OTHER_MEANS),
		.bootstrap = { .method_count = 1, .methods = { BOOTSTRAP_DELAY }, CHECKS(7 * DAY, 4) },
		TIMES, BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		.name = "ripe-ncc",
		.source = "RIPE NCC reverse DNS, its published tool, seen 2026-07; every server is asked",
		.rules = RULES(TYPES_SINGLE_CDS, DIGEST_MODE_VERBATIM, LIMIT_CDS, BOOTSTRAP_OFF),
		.bootstrap = { CHECKS(3 * DAY, 3) },
		.guard_manual_change = true,
		TIMES, BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		/* Registrars were seen to take a first DS set at once where all servers agree. Nothing proves it then: here the
		 * customer's word does. He is there to be asked, too, where a change cannot wait for a newer signature. */
		.name = "registrar-strict",
		.source = "Glauca, Domainnameshop, seen 2026-07; a first DS set by RFC 9615 or by the customer",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, DIGEST_MODE_VERBATIM, LIMIT_CDS, BY_SIGNAL_OR_ELSE),
		.bootstrap = { .method_count = 2, .methods = { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_CHANNEL }, CHECKS(3 * DAY, 3) },
		TIMES_BESIDE(REPLAY_GUARD_STRICT), BRAKES, NOTICES, .change_max_age_s = DAY, LATE,
	},
	{
		/* For zones of somebody else: what bcp would do, told to nobody, and too old to be exported at once. */
		.name = "research",
		.source = "bcp for a zone of somebody else: nothing is exported, no brake, no notice",
		.rules = RULES(TYPES_BOTH_IF_PRESENT, DIGEST_MODE_VERBATIM, LIMIT_CDS, BY_SIGNAL_OR_ELSE),
		.bootstrap = { .method_count = 2, .methods = { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_DELAY }, CHECKS(3 * DAY, 3) },
		TIMES, .brakes = NO_BRAKE, .operator_brakes = NO_BRAKE, .change_max_age_s = 0, LATE,
	},
};

const struct policy *policy_presets(size_t *count)
{
	*count = sizeof(presets) / sizeof(presets[0]);
	return presets;
}

const struct policy *policy_preset(const char *name)
{
	if (name == NULL) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		if (strcmp(presets[i].name, name) == 0) {
			return &presets[i];
		}
	}
	return NULL;
}
