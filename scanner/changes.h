/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the changes command does. Each returns the exit code. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "registry/store/operators.h"

struct changes_options {
	const char *db;
	const char *target;
	const char *config;		/* export: the file that has the sink; NULL: none */
	bool json, all, again, dry_run, exit_code;
	bool follow, take_over;		/* export */
	/* list: only these */
	struct name child, host;	/* size 0: any; host is a name server of the delegation */
	struct name parent;		/* size 0: any */
	enum change_class class;	/* NONE: any */
	enum event_kind state;		/* 0: any */
	bool held;			/* whatever holds them */
	bool late;			/* late, or lost */
	bool unknown;			/* handed over, and nobody knows whether the target has them */
	const char *reason;		/* NULL: any, or none */
	uint64_t since;			/* in their state since then or later */
	/* hold, release, approve, cancel, challenge, rollback */
	const char *who, *why;
	bool force;			/* rollback: whatever becomes of the zone */
	bool brake;			/* release: what the brake holds of host, of parent, ... */
	unsigned brake_classes;		/* ... of these classes: bits 1 << enum brake_class; 0: any */
};

int changes_list(const struct changes_options *o);
int changes_export(const struct changes_options *o, const char *sink);
/* What the sink could not hand over: refused for good, or waiting. */
int changes_dead(const struct changes_options *o, const char *sink);
int changes_ack(const struct changes_options *o, size_t count, char **ids);
/* What was sent and did not arrive: it may be exported again while it is fresh, and is withdrawn when it is not. */
int changes_fail(const struct changes_options *o, size_t count, char **ids);
/* What an operator says of children or changes, or (RELEASE and o->brake) of all that the brake holds. */
int changes_say(const struct changes_options *o, enum operator_action action, size_t count, char **words);
