/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policy: everything local a decision depends on. Presets expand to visible values; all values are in
 * the hash. Immutable while a child is decided. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/judge.h"
#include "validate/cds/rules.h"
#include "validate/dnssec/crypto.h"

#define POLICY_RETRIES 8
#define POLICY_METHODS 6
#define POLICY_FREEZES 8

/* How a first DS set is accepted (RFC 8078 section 3, RFC 9615), in the order in which a policy names them. Stored. */
enum bootstrap_method {
	BOOTSTRAP_NONE = 0,
	BOOTSTRAP_AUTHENTICATED = 1,	/* RFC 9615; rules.bootstrap.authenticated says the same */
	BOOTSTRAP_CHANNEL = 2,		/* 3.1: an operator's approval is enough */
	BOOTSTRAP_CHECKED = 3,		/* 3.2: extra checks, then an operator's approval */
	BOOTSTRAP_DELAY = 4,		/* 3.3 */
	BOOTSTRAP_CHALLENGE = 5,	/* 3.4; rules.bootstrap.challenge says the same */
	BOOTSTRAP_INCEPTION = 6,	/* 3.5 */
};

/* What a signature is compared with before a change is accepted (R7344-6.2-2). Stored. */
enum replay_guard {
	REPLAY_GUARD_OFF = 0,
	REPLAY_GUARD_OLDER = 1,		/* one that is older than those seen by the same key is refused */
	REPLAY_GUARD_STRICT = 2,	/* and what differs from what was seen last waits for a newer one */
};

/* Times in seconds. */
struct bootstrap_policy {
	uint8_t method_count;		/* 0: rules.bootstrap.enabled is off, too */
	uint8_t methods[POLICY_METHODS];
	uint32_t delay_s;		/* 3.3: span of confirming checks ... */
	uint16_t min_checks;		/* ... and their number ... */
	uint32_t min_spacing_s;		/* ... each at least so long after the one before */
	uint32_t max_gap_s;		/* a longer gap between two checks counts as none and starts again (C19) */
	uint32_t settled_s;		/* 3.2: no change of NS set, registrar or DS by hand for so long */
	uint32_t confirmation_s;	/* 3.2, 3.4: a request nobody confirms lapses after so long */
};

/* The DS TTL after a change (DSA-4.1-2). 0: left alone. */
struct ttl_policy {
	uint32_t change_s;		/* 300 to 900 */
	uint32_t hold_s;		/* at least so long, and until the former TTL has run out */
};

/* Stop before more than the larger of the two would change in 24 hours. count UINT32_MAX: no brake. */
struct brake_limit {
	uint32_t count;
	uint32_t ppm;			/* of the delegations of the scope, in millionths */
};
/* Also indexes of policy.brakes and policy.operator_brakes. Stored. */
enum brake_class { BRAKE_DELETE = 0, BRAKE_BOOTSTRAP = 1, BRAKE_UPDATE = 2, BRAKE_CLASSES };

/* No change goes out while one is on; the walk goes on. Minutes of the week in UTC from Monday 00:00; from > to wraps. */
struct freeze {
	uint16_t from_min;
	uint16_t to_min;
};

/* Notices (DSA-5.1-2, DSA-5.1-3). */
struct notice_policy {
	uint8_t repeats;		/* in a row about one condition ... */
	uint32_t again_s;		/* ... so far apart, then twice as long each time */
	uint32_t registrant_after_s;	/* a condition has to last so long before the registrant hears of it */
};

struct policy {
	char name[32];
	char source[96];		/* what it imitates, date */
	struct rules rules;
	struct bootstrap_policy bootstrap;
	bool requires_all_servers;	/* a first DS set without RFC 9615: no silent server is left out (4.3) */
	bool respect_registry_lock;	/* DSA-6.1: off, unless a registry promises otherwise */
	bool respect_registrar_lock;
	bool guard_manual_change;	/* signatures have to be newer than the last change by hand (A18) */
	uint32_t min_interval_s;	/* between two accepted changes of a child; deletes too */
	struct ttl_policy ttl;
	struct brake_limit brakes[BRAKE_CLASSES];	/* of a parent */
	struct brake_limit operator_brakes[BRAKE_CLASSES];	/* of an NS set */
	uint8_t freeze_count;
	struct freeze freezes[POLICY_FREEZES];
	struct notice_policy notices;
	/* R9975-3-4, 3-5: a silent server is dropped from the vote after it failed at each of these
	 * delays (seconds after the previous failure) and drop_after_s since the first failure. */
	uint8_t retry_count;
	uint32_t retry_s[POLICY_RETRIES];
	uint32_t drop_after_s;
	uint32_t delete_hold_max_s;	/* a delete waits for a dead server at most this long */
	enum replay_guard replay_guard;
	uint32_t change_max_age_s;	/* a change exports only while younger */
	uint32_t change_late_after_s;	/* one that has left and is not in the parent for so long is late */
#define POLICY_LATE_AFTER_S 86400u	/* of every preset, and of policies of before there was this value */
};

/* NULL when there is no such preset. Static. */
const struct policy *policy_preset(const char *name);
const struct policy *policy_presets(size_t *count);
#define POLICY_DEFAULT "bcp"

/* Canonical encoding (hashed and stored); size, 0 when it does not fit. At most POLICY_ENCODED_MAX. */
#define POLICY_ENCODED_MAX 2048
size_t policy_encode(const struct policy *p, uint8_t *out, size_t size);
int policy_decode(const uint8_t *data, size_t size, struct policy *out);
/* NULL when the values fit together, else one sentence that says which do not. Static. */
const char *policy_fault(const struct policy *p);
bool policy_uses(const struct policy *p, enum bootstrap_method method);
/* Is a freeze on at now (seconds since the epoch)? */
bool policy_is_frozen(const struct policy *p, uint64_t now);
enum brake_class brake_class_of(enum change_class c);
