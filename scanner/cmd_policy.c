/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk policy: what decisions are made by: the presets, one policy with all its values, a configuration. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/policy_show.h"
#include "scanner/vantages.h"
#include "validate/wire/err.h"

enum { OPT_PARENT = 256, OPT_JSON, OPT_HELP };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "parent", required_argument, NULL, OPT_PARENT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	const char *config;
	struct name parent;	/* size 0: not given */
	bool json;
	struct arena *arena;
};

static int end(int ret)
{
	if (ret == ERR_OK) {
		return EXIT_OK;
	}
	say("%s", ret == ERR_IO ? "standard output could not be written" : err_text(ret));
	return EXIT_RUNTIME;
}

/* The policy of the parent, or of a child in it: of the one that was named, or of the one the child is in. */
static int show_configured(const struct arguments *a, const struct config *c, const char *text)
{
	struct name child = { .size = 0 };
	struct policy_set set;
	if (text != NULL && !argument_name("CHILD", text, &child)) {
		return EXIT_USAGE;
	}
	const struct config_parent *p = a->parent.size > 0 ? config_parent(c, &a->parent)
		: child.size > 0 ? config_parent_of(c, &child) : NULL;
	if (a->parent.size > 0 && child.size > 0
	    && (!name_is_within(&child, &a->parent) || name_equal(&child, &a->parent))) {
		say("--parent: the child is not below it");
		return EXIT_USAGE;
	}
	const struct config_policy *shown = p == NULL ? &c->policy : &p->policy;
	if (p != NULL && child.size > 0) {
		int ret = config_policies(c, &p->origin, a->arena, &set);
		if (ret != ERR_OK) {
			return end(ret);
		}
		shown = config_policy_of(policy_of(&set, &child));
	}
	return end(policy_show(shown, p == NULL ? NULL : &p->policy, c->file, a->json));
}

static int show(const struct command *self, const struct arguments *a, int count, char **words)
{
	struct config c;
	const struct policy *preset = NULL;
	if (count > 1 || (a->config == NULL && a->parent.size > 0)) {
		say("show takes a preset, or --config, with it --parent and a child");
		return command_misuse(self);
	}
	if (a->config == NULL && count == 1 && !argument_policy(words[0], &preset)) {
		return EXIT_USAGE;
	}
	int code = argument_config(a->config, preset, a->arena, &c);
	if (code != EXIT_OK) {
		return code;
	}
	return show_configured(a, &c, a->config != NULL && count == 1 ? words[0] : NULL);
}

static int check(const struct arguments *a, const char *file)
{
	struct config c;
	int code = config_load(file, a->arena, &c);
	if (code == EXIT_OK) {
		size_t suffixes = 0;
		for (size_t i = 0; i < c.parent_count; i++) {
			suffixes += c.parents[i].suffix_count;
		}
		say("%s: nothing is wrong with it; parents: %zu, suffixes: %zu", say_text(file), c.parent_count, suffixes);
		vantages_warn(&c);
	}
	return code;
}

static int dispatch(const struct command *self, const struct arguments *a, int count, char **words)
{
	bool has_place = a->config != NULL || a->parent.size > 0;
	if (count == 1 && strcmp(words[0], "list") == 0 && !has_place) {
		return end(policy_show_list(a->json));
	}
	if (count >= 1 && strcmp(words[0], "show") == 0) {
		return show(self, a, count - 1, words + 1);
	}
	if (count == 2 && strcmp(words[0], "check") == 0 && !has_place) {
		return check(a, words[1]);
	}
	say("policy takes list, show [NAME], show --config FILE [CHILD] or check FILE");
	return command_misuse(self);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct arguments a = { .config = NULL };
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		switch (option) {
		case 'c':
			a.config = optarg;
			break;
		case OPT_PARENT:
			if (!argument_name("--parent", optarg, &a.parent)) {
				return EXIT_USAGE;
			}
			break;
		case OPT_JSON:
			a.json = true;
			break;
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	a.arena = arena_new();
	if (a.arena == NULL) {
		return end(ERR_NOMEM);
	}
	int code = dispatch(self, &a, argc - optind, argv + optind);
	arena_free(a.arena);
	return code;
}

const struct command command_policy = {
	.name = "policy",
	.arguments = "list | show [NAME] | show --config FILE [--parent ZONE] [CHILD] | check FILE",
	.sentence = "What decisions are made by: presets, and the policies of a configuration.",
	.help = "  list                    the presets\n"
		"  show [NAME]             every value of a preset (default " POLICY_DEFAULT ")\n"
		"  show --config FILE      every value of the policy of parents that FILE does not name, or\n"
		"       [CHILD]            of the one for this child, and where each comes from\n"
		"  check FILE              is it a configuration? ends with 3 when it is not\n"
		"  --config FILE           the configuration; also -c\n"
		"  --parent ZONE           the policy of this parent\n"
		"  --json                  list as one object a line, show as one object\n"
		"  --help                  this text\n",
	.run = run,
};
