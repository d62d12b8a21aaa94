/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of name-server hosts: asked once through a (validating) resolver with getdns, cached,
 * shared by all children that use the host. One network thread only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/wire/address.h"
#include "validate/wire/limits.h"
#include "validate/wire/name.h"

struct hosts;
struct record;
struct uv_loop_s;

enum host_status {
	HOST_FAILED = 0,	/* not resolvable now: SERVFAIL, time-out; for either family, since
				 * half of the addresses are not all of them */
	HOST_RESOLVED,		/* all addresses known, at most four of a family when there are too many */
	HOST_NO_ADDRESS,	/* NODATA or NXDOMAIN for A and AAAA */
	HOST_BOGUS,		/* its addresses do not validate with the anchors given; getdns counts
				 * zones with no DS of an algorithm it knows in, too */
	HOST_ALIAS,		/* CNAME: illegal for NS (R2181-10.3-1), not followed */
	HOST_CANCELLED,		/* we stopped or lacked descriptors: nothing is known */
};

struct host {
	enum host_status status;
	uint8_t count;
	struct address addresses[LIMIT_HOST_ADDRESSES];
};

struct hosts_options {
	const struct address *upstreams;	/* recursive resolvers; none: the system's */
	size_t upstream_count;
	uint16_t port;				/* theirs; 0: 53 */
	/* Trust anchors as wire records for own validation by getdns; none: the AD bit of a
	 * configured resolver, which answers SERVFAIL for what is bogus: HOST_FAILED. Owner is the root or
	 * any zone; they stay valid until hosts_close is through. */
	const struct record *anchors;
	size_t anchor_count;
	uint32_t timeout_ms;			/* 0: 5000 */
	size_t max_entries;			/* 0: 500000; the oldest go first */
	size_t max_outstanding;			/* 0: 256 */
};

typedef void hosts_callback(void *user, const struct host *host);

int hosts_new(struct uv_loop_s *loop, const struct hosts_options *options, struct hosts **out,
	const char **why);
/* Exactly one callback, possibly from inside the call when cached. Successes are kept for their TTL (60 s to
 * 6 h), failures for 60 s, counted from now_ms of the look-up that asked. Look-ups of one host at a time are
 * one; those beyond max_outstanding wait. 0, or an error and no callback. */
int hosts_lookup(struct hosts *h, const struct name *host, uint64_t now_ms, hosts_callback *done, void *user);
/* Pending look-ups end with HOST_CANCELLED; freed once its handles are closed. Not from a callback. */
void hosts_close(struct hosts *h);
