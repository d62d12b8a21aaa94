/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes: list, export to a sink, acknowledge or give up. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/changes.h"
#include "scanner/command.h"

enum { OPT_DB = 256, OPT_JSON, OPT_ALL, OPT_TO, OPT_AGAIN, OPT_DRY, OPT_EXIT_CODE, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "to", required_argument, NULL, OPT_TO },
	{ "again", no_argument, NULL, OPT_AGAIN },
	{ "dry-run", no_argument, NULL, OPT_DRY },
	{ "exit-code", no_argument, NULL, OPT_EXIT_CODE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static bool take(struct changes_options *o, int option, const char *value)
{
	switch (option) {
	case OPT_DB:
		o->db = value;
		return true;
	case OPT_TO:
		o->target = value;
		return true;
	case OPT_JSON:
		return o->json = true;
	case OPT_ALL:
		return o->all = true;
	case OPT_AGAIN:
		return o->again = true;
	case OPT_DRY:
		return o->dry_run = true;
	case OPT_EXIT_CODE:
		return o->exit_code = true;
	}
	return false;
}

static int dispatch(const struct command *self, const struct changes_options *o, int count, char **words)
{
	if (count == 1 && strcmp(words[0], "list") == 0) {
		return changes_list(o);
	}
	if (count == 2 && strcmp(words[0], "export") == 0) {
		return changes_export(o, words[1]);
	}
	if (count >= 2 && strcmp(words[0], "ack") == 0) {
		return changes_ack(o, (size_t)count - 1, words + 1);
	}
	if (count >= 2 && strcmp(words[0], "fail") == 0) {
		return changes_fail(o, (size_t)count - 1, words + 1);
	}
	if (count == 1 && strcmp(words[0], "ack") == 0) {
		say("ack takes the ids of changes that the registry has taken, or - to read them from standard input, one a line");
	} else if (count == 1 && strcmp(words[0], "export") == 0) {
		say("export takes a sink: jsonl or dsset");
	} else {
		say("changes takes list, export SINK, ack ID... or fail ID...");
	}
	return command_misuse(self);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct changes_options o;
	memset(&o, 0, sizeof(o));
	o.db = DB_DEFAULT;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		if (option == OPT_HELP) {
			return command_help(self);
		}
		if (!take(&o, option, optarg)) {
			return command_misuse(self);
		}
	}
	return dispatch(self, &o, argc - optind, argv + optind);
}

const struct command command_changes = {
	.name = "changes",
	.arguments = "list | export SINK | ack ID... | fail ID... [OPTION...]",
	.sentence = "DS changes on their way to the registry: list, export, acknowledge.",
	.help = "  list                    changes that are not published yet\n"
		"  export SINK             hand released changes to a sink: jsonl or dsset\n"
		"  ack ID...               the registry has taken these; - reads ids from standard input\n"
		"  fail ID...              these were sent and did not arrive, or the registry refused them\n"
		"  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --to TARGET             file or directory the sink writes (default: standard output where it can)\n"
		"  --again                 export also what was sent before and is not acknowledged\n"
		"  --dry-run               export without noting it in the journal\n"
		"  --all                   list also published and withdrawn changes\n"
		"  --exit-code             list ends with 10 when changes wait to be exported\n"
		"  --json                  list as JSON, one object a line\n"
		"  --help                  this text\n",
	.run = run,
};
