/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: which parents there are, and by which policies they decide. Read whole or not at all. */
#pragma once

#include "registry/sink/sink.h"
#include "registry/source/source.h"
#include "registry/store/retention.h"
#include "scanner/yaml.h"
#include "validate/accept/policy_set.h"
#include "validate/wire/arena.h"

/* Octets of a configuration file that are read. */
#define CONFIG_FILE_MAX (256 * 1024)

/* A policy, and where its values come from. */
struct config_policy {
	struct policy policy;
	const char *preset;	/* that it began as */
	size_t *lines;		/* of the file, by the index of the option; 0: the value is the preset's */
};

struct config_suffix {
	struct name suffix;
	struct config_policy policy;
};

struct config_parent {
	struct name origin;
	struct source_place source;	/* of this origin; path NULL: none is named */
	struct config_policy policy;
	size_t suffix_count;
	struct config_suffix *suffixes;
};

/* Where changes go to. */
#define CONFIG_SINK_SETTINGS 32
struct config_sink {
	const char *name;
	const char *kind;	/* as in sink_list() */
	const char *target;	/* NULL: none */
	bool is_record;		/* it may be the sink of record; else it reads along */
	size_t setting_count;
	const struct sink_setting *settings;
};

/* The store of a scan. */
struct config_store {
	bool first_run_records;	/* a store without any run begins in its baseline */
	struct retention retention;
};

/* A place that children are asked from. */
struct config_vantage {
	char name[LIMIT_LABEL_TEXT];
	struct address ipv4, ipv6;	/* local ones, to ask from; family 0: none. The first vantage has neither */
};

struct config {
	const char *file;	/* NULL: there is none, one preset decides everything */
	struct config_policy policy;	/* of parents that are not named */
	size_t parent_count;
	struct config_parent *parents;
	size_t sink_count;
	struct config_sink *sinks;
	struct config_store store;
	size_t vantage_count;
	struct config_vantage vantages[LIMIT_VANTAGES];
};

/* Octets of a file. *out in arena, whole or untouched: ERR_FORMAT with *fault, ERR_NOMEM. */
int config_parse(const char *file, const char *data, size_t size, struct arena *arena, struct config *out,
	struct yaml_fault *fault);
/* The exit code, after saying what is wrong. */
int config_load(const char *file, struct arena *arena, struct config *out);
/* One preset for everything. ERR_NOMEM. */
int config_preset(const struct policy *preset, struct arena *arena, struct config *out);

/* NULL: not named. */
const struct config_parent *config_parent(const struct config *c, const struct name *origin);
/* The parent that a name is below and that has the longest name of those; NULL: none. */
const struct config_parent *config_parent_of(const struct config *c, const struct name *child);
/* NULL: there is none of that name. */
const struct config_sink *config_sink(const struct config *c, const char *name);
/* All policies of a parent. ERR_NOMEM; *out in arena and in c. */
int config_policies(const struct config *c, const struct name *origin, struct arena *arena, struct policy_set *out);
/* Where the values of one of them come from. */
const struct config_policy *config_policy_of(const struct policy *p);
