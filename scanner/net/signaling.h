/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals of RFC 9615: for each name server outside the child, the chain from the root to its signaling zone, through a
 * recursive resolver and kept (A-22: a provider with a million children costs a handful of look-ups), and CDS and CDNSKEY at
 * _dsboot.CHILD._signal.HOST, asked of the servers of that zone without any cache. One network thread only. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "scanner/net/hosts.h"
#include "validate/cds/evidence.h"

struct signaling;
struct uv_loop_s;

struct signaling_options {
	const struct address *upstreams;	/* recursive resolvers: for chains and for the servers of signaling zones */
	size_t upstream_count;
	uint16_t port;				/* theirs; 0: 53 */
	struct hosts *hosts;			/* addresses of the servers of signaling zones; outlives this */
	bool allow_special;
	uint32_t timeout_ms;			/* 0: 5000 */
	size_t max_chains;			/* kept; 0: 10000; the oldest go first */
	size_t max_outstanding;			/* children; 0: 256; the others wait */
};

/* What was found, in order of host; NULL: we stopped or lacked descriptors or memory, nothing is known. Valid during the
 * callback only, copied into arena of the child by the receiver (signaling_copy). */
typedef void signaling_callback(void *user, const struct evidence_signal *signals, size_t count);

int signaling_new(struct uv_loop_s *loop, const struct signaling_options *options, struct signaling **out, const char **why);
/* Exactly one callback, never from inside the call. host i of hosts is evidence host i. 0, or an error and no callback. */
int signaling_lookup(struct signaling *s, const struct name *child, const struct name *hosts, size_t host_count,
	uint64_t now_ms, signaling_callback *done, void *user);
int signaling_copy(struct arena *arena, const struct evidence_signal *signals, size_t count, struct evidence_signal **out);
/* Pending look-ups end with NULL; freed once its handles are closed. Not from a callback. */
void signaling_close(struct signaling *s);
