/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the changes command does. Each returns the exit code. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct changes_options {
	const char *db;
	const char *target;
	bool json, all, again, dry_run, exit_code;
};

int changes_list(const struct changes_options *o);
int changes_export(const struct changes_options *o, const char *sink);
int changes_ack(const struct changes_options *o, size_t count, char **ids);
/* What was sent and did not arrive: it may be exported again while it is fresh, and is withdrawn when it is not. */
int changes_fail(const struct changes_options *o, size_t count, char **ids);
