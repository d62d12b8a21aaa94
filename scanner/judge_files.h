/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judging a child from master files: touches no store and no network. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/accept/policy.h"
#include "validate/wire/name.h"

struct judge_files_options {
	struct name child;
	char **files;			/* one view each */
	size_t count;
	const char *ds_file;		/* NULL: no DS in the parent */
	uint64_t at;			/* seconds since the epoch */
	const struct policy *policy;
	const char *algorithm_table;	/* override file; NULL: as built in */
	bool json;
};

/* The exit code. */
int judge_files_run(const struct judge_files_options *o);
