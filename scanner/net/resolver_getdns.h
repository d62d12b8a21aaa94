/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolver over getdns on libuv: UDP-only context, sockets connected, TC is an answer; TCP from a pool of
 * contexts with a fixed upstream each. One network thread only. */
#pragma once

#include "scanner/net/resolver.h"

struct record;
struct uv_loop_s;

struct resolver_getdns_options {
	size_t max_outstanding;		/* 0: 4000; lowered to what RLIMIT_NOFILE leaves */
	size_t descriptor_reserve;	/* kept free for store, logs, ... ; 0: 64 */
	size_t tcp_contexts;		/* 0: 128 */
	size_t others;			/* descriptors that other resolvers of this program need beside those named below */
	/* For hosts.c: ask recursive servers (RD=1), from an eighth of the descriptors, which the others
	 * leave alone; and validate with these anchors, then over TCP only. */
	bool recursive;
	/* For signaling.c: ask them not to keep back what does not validate (CD=1), from descriptors of its own. */
	bool unchecked;
	const struct record *anchors;
	size_t anchor_count;
};

/* *why: one sentence when it fails (static). */
int resolver_getdns_new(struct uv_loop_s *loop, const struct resolver_getdns_options *options,
	struct resolver **out, const char **why);
