/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signaling zones of RFC 9615: for one host of an NS set the chain from the root to _signal.HOST, asked of recursive servers
 * and kept (A-22: a provider with a million children costs a handful of look-ups), and the addresses of the servers of the zone
 * that it lies in. What they say of a child is asked by the walk, and never kept (R9615-5.2-1). One network thread only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scanner/net/hosts.h"
#include "scanner/net/resolver.h"
#include "validate/cds/evidence.h"

struct signaling;

struct signaling_options {
	struct resolver *resolver;	/* asks recursive servers, and takes what does not validate there, too: what is
					 * bogus is said here. Closed with this, also when signaling_new fails */
	const struct address *upstreams;	/* recursive servers */
	size_t upstream_count;
	uint16_t port;				/* theirs; 0: 53 */
	uint32_t timeout_ms;			/* of one question; 0: 5000 */
	size_t max_entries;			/* answers kept; 0: 20000; the oldest go first */
	uint64_t seed;				/* a random number */
	/* Addresses of a server of a signaling zone; the contract of hosts_lookup. */
	int (*lookup)(void *user, const struct name *host, uint64_t now_ms, hosts_callback *done, void *done_user);
	void *user;
};

/* At most LIMIT_CHILD_ADDRESSES addresses; none: the zone or its servers could not be found. */
struct signaling_zone {
	size_t link_count;
	const struct evidence_link *links;	/* as in struct evidence_signal */
	size_t server_count;
	struct address servers[LIMIT_CHILD_ADDRESSES];
};

/* Valid during the callback only. NULL: we stopped or lacked descriptors or memory: nothing is known. */
typedef void signaling_callback(void *user, const struct signaling_zone *zone);

int signaling_new(const struct signaling_options *options, struct signaling **out);
/* Exactly one callback, possibly from inside the call when all is known. 0, or an error and no callback. ERR_LIMIT: _signal.HOST
 * is too long for a name. */
int signaling_lookup(struct signaling *s, const struct name *host, uint64_t now_ms, signaling_callback *done, void *user);
/* Sent to recursive servers so far. */
uint64_t signaling_questions(const struct signaling *s);
/* Pending look-ups end with NULL; freed once they have. Not from a callback. */
void signaling_close(struct signaling *s);
