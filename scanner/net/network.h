/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network: what a run asks with, all on one loop. */
#pragma once

#include "scanner/net/hosts.h"
#include "scanner/net/resolver_bound.h"
#include "scanner/net/resolver_getdns.h"
#include "scanner/net/signaling.h"

/* Every pointer is NULL once it is closed: what is pending then ends as cancelled. Stays where it is. */
struct network {
	struct resolver *resolver;	/* of authoritative servers */
	struct hosts *hosts;
	struct signaling *signaling;	/* NULL also where nobody wants signals */
	struct resolver *others[LIMIT_VANTAGES - 1];	/* of the same servers, from other places */
};

struct network_options {
	struct resolver_getdns_options resolver;
	struct hosts_options hosts;
	bool signaling;
	size_t other_count;		/* places beside the first one, below LIMIT_VANTAGES */
	struct resolver_bound_options others[LIMIT_VANTAGES - 1];
};

/* *why: one sentence when it fails (static); what was opened is closed by network_close. */
int network_open(struct uv_loop_s *loop, const struct network_options *options, struct network *n, const char **why);
/* Waits for nothing; freed once the loop has turned. Not from a callback of theirs. */
void network_close(struct network *n);
