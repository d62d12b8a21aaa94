/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much is done for NOTIFY messages (RFC 9859 section 5, A-40): token buckets for sources, zones, operators and all together.
 * Pure: time is passed in. Memory is what was taken at the beginning.
 *
 * A bucket is forgotten only once all of its tokens are back: one that was forgotten and one that was kept then have the same,
 * so that nobody gains a token by crowding others out. Where there is no room left for a newcomer, it has no token. */
#pragma once

#include "validate/cds/delegation.h"
#include "validate/dnssec/crypto.h"
#include "validate/notify/code.h"

/* So many tokens in so many seconds, and so many kept for a rested bucket. A zero anywhere: no token, ever. */
struct notify_rate {
	uint32_t tokens;
	uint32_t per_s;
	uint32_t burst;
};
/* Ceilings of these, so that no time overflows. */
#define NOTIFY_RATE_TOKENS 1000000u
#define NOTIFY_RATE_PER_S 86400u
#define NOTIFY_RATE_BURST 1000000u

struct notify_limits {
	struct notify_rate source;	/* an IPv4 address, an IPv6 /64 */
	struct notify_rate zone;
	struct notify_rate operator;	/* an NS set */
	struct notify_rate total;	/* of all */
	uint32_t patience_s;		/* a probe is put off for so long at most */
	uint32_t sources, zones, operators;	/* buckets that there is room for; at least one */
};
extern const struct notify_limits notify_limits_default;

struct notify_limiter;

/* secret: from chance, told nobody, so that nobody can choose names that compete for the same room. crypto is kept.
 * ERR_NOMEM; ERR_ARG beyond the ceilings above. */
int notify_limiter_new(const struct notify_limits *limits, const uint8_t secret[SHA256_OCTETS], struct crypto *crypto,
	struct notify_limiter **out);
void notify_limiter_free(struct notify_limiter *l);

/* By what a source is known to be who it says. */
enum notify_proof { NOTIFY_UNPROVEN = 0, NOTIFY_PROVEN_BY_TCP, NOTIFY_PROVEN_BY_TSIG };

/* Takes a token of the source, if there is one. Each proof has a bucket of its own, so that nobody pays for what others send in
 * his name: over UDP anybody can. now_ms: of a clock that only goes on. ERR_CRYPTO. */
int notify_limiter_source(struct notify_limiter *l, const struct address *source, enum notify_proof proof, uint64_t now_ms,
	bool *passes);

struct notify_turn {
	bool granted;		/* one probe, at due_ms */
	uint64_t due_ms;	/* now_ms where nothing stands in the way */
	enum notify_code limit;	/* NOTIFY_RATE_ZONE, _OPERATOR, _TOTAL: the first that does; NONE */
};

/* One probe of the delegation: a token of its zone, of its operator and of all. Where they are not there they are taken as soon as they
 * are, and the probe is due then. Nothing is taken from one if another does not grant it within the limits' patience.
 * Do not ask while a probe is due already. ERR_CRYPTO. */
int notify_limiter_probe(struct notify_limiter *l, const struct delegation *d, uint64_t now_ms, struct notify_turn *out);

/* A report without a probe, a query that somebody else makes us send, costs the same, but is not waited for. ERR_CRYPTO. */
int notify_limiter_report(struct notify_limiter *l, const struct delegation *d, uint64_t now_ms, bool *passes);
