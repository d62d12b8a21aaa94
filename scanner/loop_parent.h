/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of names, plain or FRED's, as a source: NS sets and glue from the parent's servers, DS sets from them and proven by recursive ones, asked
 * on a loop of its own while the source is read. */
#pragma once

#include "registry/source/source.h"
#include "scanner/net/hosts.h"
#include "scanner/walk/limiter.h"

struct loop_parent_options {
	struct source_place place;	/* path: the list */
	const char *work_dir;		/* for sorting */
	struct hosts_options hosts;	/* recursive servers, and anchors: what does not validate is not used; without them it
					 * is what their AD bit says */
	struct limiter_options limits;	/* of questions to the parent's servers */
	bool allow_special, no_ipv4, no_ipv6;
	uint32_t timeout_ms;		/* of a question to them */
	const bool *stop;		/* set by a signal */
};

/* What options points to has to live as long as the source. */
int loop_parent_source(const struct loop_parent_options *options, struct source **out, struct source_error *error);
