/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk judge: decide offline from master files, or decide stored cases again. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "scanner/arguments.h"
#include "scanner/clock.h"
#include "scanner/command.h"
#include "scanner/judge_files.h"
#include "scanner/replay.h"
#include "validate/wire/err.h"
#include "validate/wire/time_text.h"

enum { OPT_DB = 256, OPT_DS, OPT_AT, OPT_POLICY, OPT_TABLE, OPT_CASE, OPT_CASES, OPT_JSON, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "ds", required_argument, NULL, OPT_DS },
	{ "at", required_argument, NULL, OPT_AT },
	{ "config", required_argument, NULL, 'c' },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "algorithm-table", required_argument, NULL, OPT_TABLE },
	{ "case", required_argument, NULL, OPT_CASE },
	{ "cases", no_argument, NULL, OPT_CASES },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	struct judge_files_options files;
	struct replay_options replay;
	bool has_case;
	const char *config;
	const struct policy *preset;
};

static bool take_time(const char *text, uint64_t *out)
{
	if (time_from_text(text, out) == 0) {
		return true;
	}
	say("--at: \"%s\" is not a time; write 2026-11-21T02:00:00Z, 20261121020000 or seconds since 1970", say_text(text));
	return false;
}

static bool take(struct arguments *a, int option, const char *value)
{
	switch (option) {
	case OPT_DB:
		a->replay.db = value;
		return true;
	case OPT_DS:
		a->files.ds_file = value;
		return true;
	case OPT_AT:
		return take_time(value, &a->files.at);
	case OPT_POLICY:
		return argument_policy(value, &a->preset);
	case 'c':
		a->config = value;
		return true;
	case OPT_TABLE:
		a->files.algorithm_table = value;
		return true;
	case OPT_CASE:
		a->has_case = true;
		return argument_case(value, &a->replay.run, &a->replay.sequence);
	case OPT_CASES:
		a->has_case = true;
		return a->replay.all = true;
	case OPT_JSON:
		return a->files.json = a->replay.json = true;
	}
	return false;
}

/* By the policy of the parent that the child is in, if it is named. */
static int choose_policy(struct arguments *a, struct arena *arena, struct config *config)
{
	int code = argument_config(a->config, a->preset, arena, config);
	if (code != EXIT_OK) {
		return code;
	}
	struct policy_set set = { .policy = &config->policy.policy };
	const struct config_parent *parent = config_parent_of(config, &a->files.child);
	if (parent != NULL && config_policies(config, &parent->origin, arena, &set) != ERR_OK) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	a->files.policy = policy_of(&set, &a->files.child);
	return EXIT_OK;
}

static int judge_by(struct arguments *a)
{
	struct config config;
	struct arena *arena = arena_new();
	if (arena == NULL) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	int code = choose_policy(a, arena, &config);
	if (code == EXIT_OK) {
		code = judge_files_run(&a->files);
	}
	arena_free(arena);
	return code;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct arguments a;
	memset(&a, 0, sizeof(a));
	a.replay.db = DB_DEFAULT;
	a.files.at = clock_unix_s();
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		if (option == OPT_HELP) {
			return command_help(self);
		}
		if (option == '?') {
			return command_misuse(self);
		}
		if (!take(&a, option, optarg)) {
			return EXIT_USAGE;
		}
	}
	if (a.has_case && a.files.algorithm_table != NULL) {
		say("a stored case is decided by the algorithm table it was stored with; --algorithm-table is for files");
		return command_misuse(self);
	}
	if (a.has_case && optind == argc) {
		return replay_run(&a.replay);
	}
	if (a.has_case || argc - optind < 2) {
		say("judge takes a child and at least one master file, or --case RUN/SEQUENCE, or --cases");
		return command_misuse(self);
	}
	if (!argument_name("CHILD", argv[optind], &a.files.child)) {
		return EXIT_USAGE;
	}
	a.files.files = argv + optind + 1;
	a.files.count = (size_t)(argc - optind - 1);
	return judge_by(&a);
}

const struct command command_judge = {
	.name = "judge",
	.arguments = "[--ds FILE] [--at TIME] CHILD FILE... | --case RUN/SEQUENCE | --cases",
	.sentence = "Decide offline from master files, or decide stored cases again.",
	.help = "  CHILD FILE...           one master file for each server's view of the child; - reads standard input\n"
		"  --ds FILE               DS records in the parent (a dsset file; default: the child has none)\n"
		"  --at TIME               judge signatures at this time (default: now)\n"
		"  --config FILE           parents and their policies; also -c\n"
		"  --policy NAME           preset to decide by (default " POLICY_DEFAULT ")\n"
		"  --algorithm-table FILE  what this file overrides in the table of algorithms and digests\n"
		"  --case RUN/SEQUENCE     decide this stored case again and compare byte for byte\n"
		"  --cases                 the same for every stored case\n"
		"  --db DIR                the store of the cases (default " DB_DEFAULT ")\n"
		"  --json                  the decision record as JSON\n"
		"  --help                  this text\n",
	.run = run,
};
