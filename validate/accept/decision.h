/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decision: what accept made of a case. Its encoding is what replay compares byte for byte. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/accept/state.h"
#include "validate/cds/judge.h"

/* What the journal has to do, decided by accept. */
enum journal_action { JOURNAL_NONE = 0, JOURNAL_PROPOSE = 1, JOURNAL_WITHDRAW = 2, JOURNAL_SUPERSEDE = 3,
	JOURNAL_BLOCK = 4 /* HOLD: an unexported change must not go out in this run */ };

struct decision {
	struct name child;
	uint32_t now;			/* seconds since the epoch */
	enum evidence_trigger trigger;
	enum reason reason;		/* primary */
	enum change_class change;
	enum child_security security;
	struct ds_set ds_before;
	struct ds_set ds_after;		/* equal to ds_before unless accepted */
	uint32_t ds_ttl;		/* for the new DS set, seconds; 0: as it is, or with CHANGE_TTL the registry's own */
	enum reason signaling;		/* as in the finding */
	uint32_t next_eligible;		/* when it may become an acceptance if nothing changes; 0: not by waiting */
	struct window window;		/* after this decision; what would reset it is in the checks */
	enum journal_action journal;
	uint64_t superseded;		/* change withdrawn or superseded; 0: none */
	size_t warning_count;
	enum reason *warnings;
	size_t host_count;
	struct name *hosts;		/* bit i of server_finding.hosts */
	size_t server_count;
	struct server_finding *servers;
	size_t vantage_count;		/* as in the finding */
	struct vantage_finding *vantages;
	size_t check_count;
	struct check *checks;		/* the judge's, then accept's */
	uint8_t content_hash[SHA256_OCTETS];
	unsigned verifications;
};

/* Versioned, canonical. *out in arena. */
int decision_encode(const struct decision *d, struct arena *arena, struct slice *out);
int decision_decode(struct slice data, struct arena *arena, struct decision *out);
