/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a policy as people write them: one table that drives the configuration file, `policy show` and the manual
 * page. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/accept/policy.h"

#define OPTION_ITEMS 8
#define OPTION_TEXT 160

enum option_type {
	OPTION_TEXT_VALUE = 0, OPTION_FLAG, OPTION_WORD, OPTION_COUNT8, OPTION_COUNT16, OPTION_COUNT32, OPTION_DURATION,
	OPTION_SHARE, OPTION_METHODS, OPTION_DURATIONS, OPTION_FREEZES, OPTION_ANCHORS,
};

struct policy_option {
	const char *name;		/* sections before the dots: "brakes.delete.count" */
	enum option_type type;
	uint32_t least, most;		/* of a number, a duration in seconds, the octets of a text, the items of a list */
	size_t offset;			/* in struct policy */
	const char *const *words;	/* of OPTION_WORD, in the order of their numbers; ends with NULL */
	const char *sentence;
};

/* As it stands in a file. */
struct option_value {
	bool is_list;
	size_t count;			/* 1 where it is no list */
	char items[OPTION_ITEMS][OPTION_TEXT];
};

/* Of the parent alone, not of a suffix: brakes and freezes, which stand at the end of a run over all of it. */
bool policy_option_is_of_parent(const struct policy_option *o);
/* In the order in which they are shown; those of one section lie together. */
const struct policy_option *policy_options(size_t *count);
const struct policy_option *policy_option_find(const char *name);
bool policy_option_is_list(const struct policy_option *o);
/* "yes or no", "1 to 20", "5m to 15m": what it takes. */
#define OPTION_RANGE 200
void policy_option_range(const struct policy_option *o, char text[OPTION_RANGE]);

/* Every value has one form, and set takes what get gives. */
void policy_option_get(const struct policy_option *o, const struct policy *p, struct option_value *out);
/* False when it does not take such a value: *p is as it was, why says what it takes. Whether it fits the others is
 * policy_fault's. */
#define OPTION_WHY 300
bool policy_option_set(const struct policy_option *o, const struct option_value *value, struct policy *p,
	char why[OPTION_WHY]);
