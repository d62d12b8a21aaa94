/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a configuration file says, value by value, before it is put over presets. Private to scanner/configuration*.c. */
#pragma once

#include "scanner/configuration.h"
#include "scanner/policy_options.h"

/* One option in one mapping. */
struct given {
	const struct policy_option *option;
	struct option_value value;
	struct yaml_place at;			/* of the value */
	struct yaml_place items_at[OPTION_ITEMS];	/* of each of a list */
	struct given *next;
};

/* A mapping of options. */
struct given_policy {
	const struct policy *preset;	/* NULL: none is named */
	struct yaml_place at;
	struct given *values;		/* as they stand there */
};

/* The mapping that comes next in y; where says what it belongs to. */
bool config_take_policy(struct yaml *y, const char *where, struct arena *arena, struct given_policy *out);
/* The list of sinks that comes next in y, into *out. */
bool config_take_sinks(struct yaml *y, struct arena *arena, struct config *out);
/* The mapping of the store that comes next in y; *out has the defaults before. */
bool config_take_store(struct yaml *y, struct config_store *out);
/* The list of vantages that comes next in y, into *out. */
bool config_take_vantages(struct yaml *y, struct config *out);
/* False, and refused at the value, where more vantages are wanted than c has. */
bool config_vantages_suffice(struct yaml *y, const struct given_policy *given, const struct config *c);
/* What is given over base, or over the preset that is named. */
bool config_resolve(struct yaml *y, const struct given_policy *given, const struct config_policy *base, struct arena *arena,
	struct config_policy *out);
