/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to recursive servers whose answers are kept as octets until they expire, each asked once for all who want it.
 * Knows no chains. One network thread only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scanner/net/resolver.h"
#include "validate/cds/evidence.h"

struct recursion;

struct recursion_options {
	struct resolver *resolver;	/* RD=1; closed with this */
	const struct address *upstreams;
	size_t upstream_count;		/* at least one; those beyond eight are left out */
	uint16_t port;			/* theirs; 0: 53 */
	uint32_t timeout_ms;		/* of one question; 0: 5000 */
	size_t max_entries;		/* answers kept; 0: 20000; the oldest go first */
	size_t max_octets;		/* of them; 0: 64 MiB */
	uint64_t seed;			/* keeps strangers from choosing names that collide */
};

/* One answer. Shared: valid during the callback, and until everybody who holds it has released it. */
struct recursion_reply {
	unsigned holders;
	uint32_t ttl_s;			/* it is kept for so long */
	struct evidence_answer answer;	/* the ID is zeroed */
	uint8_t octets[];
};

void recursion_hold(struct recursion_reply *reply);
void recursion_release(struct recursion_reply *reply);	/* NULL is fine */

/* reply NULL: we stopped or lacked descriptors or memory: nothing is known. */
typedef void recursion_callback(void *user, struct recursion_reply *reply);

int recursion_new(const struct recursion_options *options, struct recursion **out);
/* Exactly one callback, possibly from inside the call when it is known. Answers are kept for their least TTL (60 s to 1 h),
 * what is none or an error for 60 s, counted from now_ms of the call that asked. 0, or an error and no callback. */
int recursion_ask(struct recursion *r, const struct name *name, uint16_t type, uint64_t now_ms, recursion_callback *done,
	void *user);
/* Sent so far, repetitions included. */
uint64_t recursion_questions(const struct recursion *r);
/* What is pending ends with NULL; freed once it has. Not from a callback. */
void recursion_close(struct recursion *r);
