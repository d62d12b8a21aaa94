/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parent has of a child, asked for on a loop of its own: the referral of one of its servers, which is fresh, and the DS set of a
 * recursive one, which can be proven. */
#pragma once

#include "registry/source/source.h"
#include "scanner/net/hosts.h"
#include "scanner/net/parent_answer.h"
#include "scanner/walk/limiter.h"

struct loop_parent_options {
	const char *name;		/* for sentences */
	struct source_place place;	/* origin; servers, or none: those that its NS set names */
	const char *work_dir;		/* for sorting */
	struct hosts_options hosts;	/* recursive servers, and anchors: what does not validate is not used; without them it
					 * is what their AD bit says */
	struct limiter_options limits;	/* of questions to the parent's servers */
	bool allow_special, no_ipv4, no_ipv6;
	uint32_t timeout_ms;		/* of a question to them */
	const bool *stop;		/* set by a signal */
};

/* A child, and what was heard of it. */
struct parent_child {
	struct name child;
	uint64_t line;			/* as next gave it */
	bool ours;			/* we lacked something, or were stopped: nothing is known */
	bool proven;			/* ds is */
	struct referral referral;
	struct parent_ds ds;
};

/* Who wants to know. A return other than 0 ends it, and is returned. */
struct loop_parent_user {
	int (*next)(void *data, struct name *child, uint64_t *line, bool *ended);
	int (*done)(void *data, const struct parent_child *c);	/* each child that next gave, once, as answers come */
	void *data;
};
/* ERR_CANCELLED, with its sentence, when somebody stopped it. */
int loop_parent_ask(const struct loop_parent_options *options, const struct loop_parent_user *user, struct source_error *error);
