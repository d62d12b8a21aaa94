/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions of FRED's cdnskey-scanner on a loop of their own: CDNSKEY of names without keys at every address of their name
 * servers, of names with keys at recursive servers, validated. */
#pragma once

#include "scanner/net/hosts.h"
#include "scanner/walk/limiter.h"

struct loop_cdnskey_options {
	const char *text;		/* the input, whole */
	size_t size;
	uint64_t runtime_s;		/* what was not answered by then is told as not answered */
	uint32_t timeout_ms;		/* of one question */
	struct hosts_options hosts;	/* for addresses of name servers, without anchors */
	const struct address *resolvers;	/* for the names with keys */
	size_t resolver_count;
	const struct record *anchors;
	size_t anchor_count;
	struct limiter_options limits;
	bool allow_special, no_ipv4, no_ipv6;
};

/* Lines to standard output. 0, or an error with a sentence in *why (static). */
int loop_cdnskey_run(const struct loop_cdnskey_options *options, const char **why);
