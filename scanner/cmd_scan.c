/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk scan: its options. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/scan.h"
#include "validate/wire/err.h"

enum { OPT_DB = 256, OPT_ORIGIN, OPT_FORMAT, OPT_KEY, OPT_AGE, OPT_SERVERS, OPT_POLICY, OPT_RESOLVER, OPT_ANCHOR, OPT_SPECIAL, OPT_SHRINK, OPT_REREGISTRATION,
	OPT_FIRST, OPT_ONLY, OPT_DRY, OPT_JSON, OPT_QUIET, OPT_RATE, OPT_ADDRESS_RATE, OPT_TABLE, OPT_CLOCK, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "origin", required_argument, NULL, OPT_ORIGIN },
	{ "source-format", required_argument, NULL, OPT_FORMAT },
	{ "source-key", required_argument, NULL, OPT_KEY },
	{ "source-max-age", required_argument, NULL, OPT_AGE },
	{ "published-at", required_argument, NULL, OPT_SERVERS },
	{ "config", required_argument, NULL, 'c' },
	{ "policy", required_argument, NULL, OPT_POLICY },
	{ "algorithm-table", required_argument, NULL, OPT_TABLE },
	{ "resolver", required_argument, NULL, OPT_RESOLVER },
	{ "trust-anchor", required_argument, NULL, OPT_ANCHOR },
	{ "allow-special", no_argument, NULL, OPT_SPECIAL },
	{ "allow-shrink", no_argument, NULL, OPT_SHRINK },
	{ "clock-is-right", no_argument, NULL, OPT_CLOCK },
	{ "allow-reregistration", no_argument, NULL, OPT_REREGISTRATION },
	{ "first-run", required_argument, NULL, OPT_FIRST },
	{ "only", required_argument, NULL, OPT_ONLY },
	{ "dry-run", no_argument, NULL, OPT_DRY },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "rate", required_argument, NULL, OPT_RATE },
	{ "rate-per-address", required_argument, NULL, OPT_ADDRESS_RATE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	struct scan_options scan;
	struct scan_clock clock;
	struct address resolvers[ARGUMENT_RESOLVERS];
	const char *config;
	bool has_age;
	const struct policy *preset;
};

static bool take_value(struct arguments *a, int option, const char *value)
{
	struct scan_options *o = &a->scan;
	switch (option) {
	case OPT_DB:
		o->db = value;
		return true;
	case OPT_ORIGIN:
		return argument_name("--origin", value, &o->source.origin);
	case OPT_FORMAT:
		if (source_format_from_text(value, &o->source.format) == ERR_OK) {
			return true;
		}
		say("--source-format takes %s, not \"%s\"", source_formats(), say_text(value));
		return false;
	case OPT_KEY:
		o->source.key = value;
		return true;
	case OPT_AGE:
		a->has_age = true;
		return argument_duration("--source-max-age", value, &o->source.max_age_s);
	case OPT_SERVERS:
		return argument_addresses("--published-at", value, o->source.servers, &o->source.server_count);
	case OPT_FIRST:
		o->first_run_records = strcmp(value, "record") == 0;
		if (!o->first_run_records && strcmp(value, "apply") != 0) {
			say("--first-run takes record or apply, not \"%s\"", say_text(value));
			return false;
		}
		return true;
	case OPT_ONLY:
		return argument_name("--only", value, &o->only);
	case OPT_POLICY:
		return argument_policy(value, &a->preset);
	case 'c':
		a->config = value;
		return true;
	case OPT_RESOLVER:
		o->resolvers = a->resolvers;
		return argument_addresses("--resolver", value, a->resolvers, &o->resolver_count);
	case OPT_TABLE:
		o->algorithm_table = value;
		return true;
	case OPT_ANCHOR:
		o->trust_anchor = value;
		return true;
	case OPT_RATE:
		return argument_number("--rate", value, 1, 1000000, &o->rate);
	case OPT_ADDRESS_RATE:
		return argument_number("--rate-per-address", value, 1, 1000000, &o->address_rate);
	}
	return false;
}

static bool take_switch(struct scan_options *o, int option)
{
	switch (option) {
	case OPT_SPECIAL:
		return o->allow_special = true;
	case OPT_SHRINK:
		return o->allow_shrink = true;
	case OPT_CLOCK:
		return o->clock->is_right = true;
	case OPT_REREGISTRATION:
		return o->allow_reregistration = true;
	case OPT_DRY:
		return o->dry_run = true;
	case OPT_JSON:
		return o->json = true;
	case OPT_QUIET:
		return o->quiet = true;
	}
	return false;
}

static int scan(struct arguments *a)
{
	struct config config;
	struct arena *arena = arena_new();
	if (arena == NULL) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	int code = argument_config(a->config, a->preset, arena, &config);
	if (code == EXIT_OK) {
		a->scan.config = &config;
		code = a->scan.source.path == NULL ? scan_all(&a->scan) : scan_run(&a->scan);
	}
	arena_free(arena);
	return code;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct arguments a;
	memset(&a, 0, sizeof(a));
	a.scan.db = DB_DEFAULT;
	a.scan.source.max_age_s = SOURCE_MAX_AGE_S;
	a.scan.clock = &a.clock;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		if (option == OPT_HELP) {
			return command_help(self);
		}
		if (option == '?') {
			return command_misuse(self);
		}
		if (!take_switch(&a.scan, option) && !take_value(&a, option, optarg)) {
			return EXIT_USAGE;
		}
	}
	const struct source_place *s = &a.scan.source;
	bool of_source = s->origin.size > 0 || s->format != SOURCE_BY_NAME || s->key != NULL || a.has_age || s->server_count > 0;
	if (optind < argc - 1 || (optind == argc && (a.config == NULL || of_source))) {
		say("scan takes one source: the parent's master file or list in CSV, - for standard input, a server, or a file with a "
			"SELECT; "
			"without one it takes --config and walks every parent that is named there");
		return command_misuse(self);
	}
	a.scan.source.path = optind < argc ? argv[optind] : NULL;
	return scan(&a);
}

const struct command command_scan = {
	.name = "scan",
	.arguments = "[OPTION...] SOURCE | --config FILE [OPTION...]",
	.sentence = "Walk every delegation of a parent zone, judge what is found, record DS changes.",
	.help = "  SOURCE                  master file of the parent or its list in CSV, plain or packed; - is standard input;\n"
		"                          a server (axfr), a list of names, FRED's, or a file with a SELECT (postgres)\n"
		"  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --origin ZONE           name of the parent (default: owner of the SOA in SOURCE)\n"
		"  --source-format FORMAT  zone, csv, axfr, names, postgres or fred (default: csv where the name of SOURCE ends so, else zone)\n"
		"  --source-key FILE       secret that a source of this format takes; nobody else may read the file\n"
		"  --source-max-age TIME   no DS change goes out by an older file (default 24h)\n"
		"  --published-at ADDR[,ADDR]  servers of the parent, asked for DS sets that a list (csv, postgres) should have changed\n"
		"  --config FILE           parents, their sources and policies; without SOURCE all of them are walked; also -c\n"
		"  --policy NAME           preset to decide by (default " POLICY_DEFAULT ")\n"
		"  --algorithm-table FILE  what this file overrides in the table of algorithms and digests\n"
		"  --resolver ADDR[,ADDR]  recursive resolvers for name-server addresses (default: the system's)\n"
		"  --trust-anchor FILE     validate those addresses from these DS or DNSKEY records, which take the place of the\n"
		"                          policy's anchors of the root, too\n"
		"  --allow-special         ask servers at loopback, private and other special addresses\n"
		"  --allow-shrink          take a source that lost more than a tenth of its delegations\n"
		"  --clock-is-right        go on although the newest run of the store is more than 7 days old\n"
		"  --allow-reregistration  take one in which the registrations of more than a hundredth are others\n"
		"  --first-run WORD        a new store: apply its changes (default), or record them only (see db baseline)\n"
		"  --only CHILD            walk this child only\n"
		"  --dry-run               decide, but leave the store as it is\n"
		"  --rate N                questions a second in all (default 10000)\n"
		"  --rate-per-address N    questions a second to one server address (default 100)\n"
		"  --json                  one decision record a child on standard output\n"
		"  --quiet                 no progress and no summary\n"
		"  --help                  this text\n",
	.run = run,
};
