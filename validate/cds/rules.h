/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a parent may choose within RFC 7344, 8078 and 9975: input of the judge, part of a policy. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "validate/dnssec/algorithm.h"
#include "validate/dnssec/ds.h"

/* Bumped whenever judge or accept may decide otherwise on the same case. */
#define RULES_VERSION 5

enum types_mode { TYPES_BOTH_IF_PRESENT = 0, TYPES_BOTH_STRICT, TYPES_SINGLE_CDS, TYPES_SINGLE_CDNSKEY };
enum digest_mode { DIGEST_MODE_VERBATIM = 0, DIGEST_MODE_FULL, DIGEST_MODE_AUGMENT };
enum continuity_mode { CONTINUITY_PER_ALGORITHM = 0, CONTINUITY_ONE_PATH };

/* A first DS set (RFC 8078 section 3, RFC 9615). All zero: BOOTSTRAP_DISABLED. */
struct bootstrap_rules {
	bool enabled;
	bool authenticated;		/* RFC 9615: signals are looked for and read */
	bool challenge;			/* RFC 8078 section 3.4: a token is looked for in the child */
	bool fall_back_absent;		/* C4, C5, C7 insecure, C9: another method may take over */
	bool fall_back_incomplete;	/* C6 */
	uint8_t vantages;		/* places that have to see a request that RFC 9615 does not prove (R8078-5-1); 0 is 1 */
	uint8_t anchor_count;		/* of the root: where chains of signaling zones begin; none: SIGNAL_BOGUS */
	struct ds anchors[LIMIT_ROOT_ANCHORS];	/* sorted by ds_compare */
};

struct rules {
	enum types_mode types;
	enum digest_mode digests;	/* verbatim where CDS exists, full where only CDNSKEY */
	enum continuity_mode continuity;
	bool delete_allowed;
	bool delete_requires_both;	/* B2 */
	uint8_t max_records;		/* CDS or CDNSKEY records of one answer */
	uint8_t max_keys;
	uint32_t warn_signature_left_s;	/* L-CONT-4: warn when DNSKEY signatures end sooner; 0: a day, and the DS TTL
					 * where a new set has to spread */
	struct bootstrap_rules bootstrap;
};
