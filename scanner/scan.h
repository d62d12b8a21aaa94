/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scan: load the parent, begin or resume its run, walk, finish. What the scan command and, later, the
 * daemon do for one parent. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "registry/source/load.h"
#include "registry/store/records.h"
#include "scanner/configuration.h"
#include "scanner/loop.h"
#include "scanner/scan_clock.h"

struct scan_options {
	struct source_place source;	/* of the parent */
	const char *db;
	struct name only;		/* size 0: every child */
	const struct config *config;	/* by which parents and children are decided */
	const char *algorithm_table;	/* override file; NULL: as built in */
	const struct address *resolvers;
	size_t resolver_count;
	const char *trust_anchor;	/* file; NULL: those of the policies, and none for addresses */
	struct scan_clock *clock;	/* one for all parents of a command */
	bool allow_special;
	bool allow_shrink;
	bool allow_reregistration;
	bool first_run_records;		/* a store without any run begins in its baseline */
	bool dry_run;			/* on a throw-away copy of the store */
	bool json;			/* a decision record a child on stdout */
	bool quiet;			/* no progress */
	uint32_t rate;			/* questions a second in all; 0: default */
	uint32_t address_rate;		/* to one address; 0: default */
};

/* The exit code. */
int scan_run(const struct scan_options *options);
/* Every parent of the configuration, or the one of --only: source and origin are theirs. */
int scan_all(const struct scan_options *options);
/* Has a signal asked for an end? */
bool scan_is_stopped(void);
