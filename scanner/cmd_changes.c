/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk changes: list, export to a sink, acknowledge or give up; what operators say of children and changes. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/store/brake.h"
#include "scanner/arguments.h"
#include "scanner/changes.h"
#include "scanner/command.h"
#include "validate/wire/time_text.h"

enum { OPT_DB = 256, OPT_JSON, OPT_ALL, OPT_TO, OPT_AGAIN, OPT_DRY, OPT_EXIT_CODE, OPT_HELP, OPT_CHILD, OPT_OPERATOR, OPT_CLASS,
	OPT_STATE, OPT_HELD, OPT_SINCE, OPT_WHO, OPT_WHY, OPT_BRAKE, OPT_PARENT, OPT_FOLLOW,
	OPT_TAKE_OVER, OPT_FORCE, OPT_LATE, OPT_REASON, OPT_UNKNOWN, OPT_CONFIG = 'c' };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "all", no_argument, NULL, OPT_ALL },
	{ "to", required_argument, NULL, OPT_TO },
	{ "again", no_argument, NULL, OPT_AGAIN },
	{ "dry-run", no_argument, NULL, OPT_DRY },
	{ "exit-code", no_argument, NULL, OPT_EXIT_CODE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "child", required_argument, NULL, OPT_CHILD },
	{ "operator", required_argument, NULL, OPT_OPERATOR },
	{ "class", required_argument, NULL, OPT_CLASS },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "held", no_argument, NULL, OPT_HELD },
	{ "late", no_argument, NULL, OPT_LATE },
	{ "reason", required_argument, NULL, OPT_REASON },
	{ "unknown", no_argument, NULL, OPT_UNKNOWN },
	{ "since", required_argument, NULL, OPT_SINCE },
	{ "who", required_argument, NULL, OPT_WHO },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "brake", no_argument, NULL, OPT_BRAKE },
	{ "parent", required_argument, NULL, OPT_PARENT },
	{ "config", required_argument, NULL, OPT_CONFIG },
	{ "follow", no_argument, NULL, OPT_FOLLOW },
	{ "take-over", no_argument, NULL, OPT_TAKE_OVER },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ NULL, 0, NULL, 0 },
};

#define BIT(option) (1u << ((option) == OPT_CONFIG ? 31 : (option) - OPT_DB))
#define WHICH (BIT(OPT_OPERATOR) | BIT(OPT_PARENT) | BIT(OPT_CLASS))
#define SAID (BIT(OPT_DB) | BIT(OPT_WHO) | BIT(OPT_WHY))

/* The options that each verb takes: one that is passed over in silence would be taken for a filter that holds. */
static const struct {
	const char *verb;
	unsigned options;
} takes[] = {
	{ "list", WHICH | BIT(OPT_DB) | BIT(OPT_JSON) | BIT(OPT_ALL) | BIT(OPT_CHILD) | BIT(OPT_STATE) | BIT(OPT_HELD) |
		BIT(OPT_LATE) | BIT(OPT_REASON) | BIT(OPT_UNKNOWN) | BIT(OPT_SINCE) | BIT(OPT_EXIT_CODE) },
	{ "export", SAID | BIT(OPT_TO) | BIT(OPT_AGAIN) | BIT(OPT_DRY) | BIT(OPT_CONFIG) | BIT(OPT_FOLLOW) |
		BIT(OPT_TAKE_OVER) },
	{ "dead", BIT(OPT_DB) | BIT(OPT_JSON) },
	{ "ack", BIT(OPT_DB) },
	{ "fail", BIT(OPT_DB) },
	{ "hold", SAID },
	{ "release", SAID | BIT(OPT_BRAKE) | WHICH },
	{ "approve", SAID },
	{ "cancel", SAID },
	{ "challenge", SAID },
	{ "rollback", SAID | BIT(OPT_FORCE) },
};

static bool fits(const char *verb, unsigned given)
{
	for (size_t i = 0; i < sizeof(takes) / sizeof(takes[0]); i++) {
		for (const struct option *l = long_options; l->name != NULL && strcmp(verb, takes[i].verb) == 0; l++) {
			if ((given & ~takes[i].options & BIT(l->val)) != 0) {
				say("%s does not take --%s", verb, l->name);
				return false;
			}
		}
	}
	if (strcmp(verb, "release") == 0 && (given & BIT(OPT_BRAKE)) == 0 && (given & WHICH) != 0) {
		say("release takes --operator, --parent and --class with --brake");
		return false;
	}
	return true;
}

/* To list: of a change. To release what the brake holds: of what it counts. */
static bool take_class(struct changes_options *o, const char *value)
{
	if (value == NULL) {
		return true;
	}
	for (int c = 0; c < BRAKE_CLASSES && o->brake; c++) {
		if (strcmp(value, brake_class_text((enum brake_class)c)) == 0) {
			o->brake_classes = 1u << c;
			return true;
		}
	}
	for (int c = CHANGE_UPDATE; c <= CHANGE_TTL && !o->brake; c++) {
		if (strcmp(value, change_class_text((enum change_class)c)) == 0) {
			o->class = (enum change_class)c;
			return true;
		}
	}
	say(o->brake ? "--class %s: the brake has the classes delete, bootstrap and update"
		: "--class %s: no change is of that class; changes list --all prints those there are", say_text(value));
	return false;
}

static bool take_state(struct changes_options *o, const char *value)
{
	for (int k = EVENT_PROPOSED; k < EVENT_KINDS; k++) {
		if (k != EVENT_OPERATOR && strcmp(value, event_kind_text((enum event_kind)k)) == 0) {
			o->state = (enum event_kind)k;
			return true;
		}
	}
	say("--state %s: there is no such state; status prints those that changes are in", say_text(value));
	return false;
}

static bool take_reason(struct changes_options *o, const char *value)
{
	o->reason = value;
	if (strcmp(value, "operator") == 0 || reason_by_token(value) != NULL) {
		return true;
	}
	say("--reason %s: there is no such reason; changes list prints them, and operator for the hold of one", say_text(value));
	return false;
}

static bool take_since(struct changes_options *o, const char *value)
{
	if (time_from_text(value, &o->since) == 0) {
		return true;
	}
	say("--since %s is no time; write 2026-11-21T02:00:00Z or seconds since 1970", say_text(value));
	return false;
}

/* Which changes. */
static bool take_filter(struct changes_options *o, int option, const char *value)
{
	switch (option) {
	case OPT_CHILD:
		return argument_name("--child", value, &o->child);
	case OPT_OPERATOR:
		return argument_name("--operator", value, &o->host);
	case OPT_PARENT:
		return argument_name("--parent", value, &o->parent);
	case OPT_STATE:
		return take_state(o, value);
	case OPT_SINCE:
		return take_since(o, value);
	case OPT_HELD:
		return o->held = true;
	case OPT_LATE:
		return o->late = true;
	case OPT_REASON:
		return take_reason(o, value);
	case OPT_UNKNOWN:
		return o->unknown = true;
	case OPT_BRAKE:
		return o->brake = true;
	}
	return false;
}

static bool take(struct changes_options *o, int option, const char *value)
{
	switch (option) {
	case OPT_DB:
		o->db = value;
		return true;
	case OPT_TO:
		o->target = value;
		return true;
	case OPT_CONFIG:
		o->config = value;
		return true;
	case OPT_FOLLOW:
		return o->follow = true;
	case OPT_TAKE_OVER:
		return o->take_over = true;
	case OPT_FORCE:
		return o->force = true;
	case OPT_WHO:
		o->who = value;
		return true;
	case OPT_WHY:
		o->why = value;
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
	return take_filter(o, option, value);
}

static bool is_action(const char *verb)
{
	for (int a = OPERATOR_DO_HOLD; a <= OPERATOR_DO_CHALLENGE; a++) {
		if (strcmp(verb, operator_action_text((enum operator_action)a)) == 0) {
			return true;
		}
	}
	return false;
}

static int misuse(const struct command *self, int count, char **words)
{
	const char *verb = count == 0 ? "" : words[0];
	if (count == 1 && strcmp(verb, "ack") == 0) {
		say("ack takes the ids of changes that the registry has taken, or - to read them from standard input, one a line");
	} else if (count == 1 && strcmp(verb, "export") == 0) {
		say("export takes a sink: one of the configuration by its name, or jsonl, csv, dsset, include or nsupdate");
	} else if (count > 1 && strcmp(verb, "release") == 0) {
		say("release takes children or ids, or --brake, not both");
	} else if (count == 1 && strcmp(verb, "rollback") == 0) {
		say("rollback takes ids of changes that have left; changes list --all prints them");
	} else if (count == 1 && is_action(verb)) {
		say("%s takes children, or ids of changes; changes list prints both", verb);
	} else {
		say("changes takes list, export SINK, dead SINK, ack ID..., fail ID..., or hold, release, approve or cancel with CHILD or ID, "
			"challenge CHILD..., rollback ID...");
	}
	return command_misuse(self);
}

static int dispatch(const struct command *self, struct changes_options *o, const char *class, unsigned given, int count,
	char **words)
{
	const char *verb = count == 0 ? "" : words[0];
	size_t rest = count == 0 ? 0 : (size_t)count - 1;
	if (!fits(verb, given)) {
		return command_misuse(self);
	}
	if (!take_class(o, class)) {
		return EXIT_USAGE;
	}
	if (rest == 0 && strcmp(verb, "list") == 0) {
		return changes_list(o);
	}
	if (rest == 1 && strcmp(verb, "export") == 0) {
		return changes_export(o, words[1]);
	}
	if (rest == 1 && strcmp(verb, "dead") == 0) {
		return changes_dead(o, words[1]);
	}
	if (rest >= 1 && strcmp(verb, "ack") == 0) {
		return changes_ack(o, rest, words + 1);
	}
	if (rest >= 1 && strcmp(verb, "fail") == 0) {
		return changes_fail(o, rest, words + 1);
	}
	if (rest == 0 && o->brake && strcmp(verb, "release") == 0) {
		return changes_say(o, OPERATOR_DO_RELEASE, 0, NULL);
	}
	if (rest >= 1 && strcmp(verb, "rollback") == 0) {
		return changes_say(o, o->force ? OPERATOR_DO_ROLLBACK_FORCED : OPERATOR_DO_ROLLBACK, rest, words + 1);
	}
	for (int a = OPERATOR_DO_HOLD; a <= OPERATOR_DO_CHALLENGE && rest >= 1 && !o->brake; a++) {
		if (strcmp(verb, operator_action_text((enum operator_action)a)) == 0) {
			return changes_say(o, (enum operator_action)a, rest, words + 1);
		}
	}
	return misuse(self, count, words);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct changes_options o;
	memset(&o, 0, sizeof(o));
	o.db = DB_DEFAULT;
	const char *class = NULL;
	unsigned given = 0;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		if (option == OPT_HELP) {
			return command_help(self);
		}
		if (option == '?') {
			return command_misuse(self);
		}
		given |= BIT(option);
		class = option == OPT_CLASS ? optarg : class;
		if (option != OPT_CLASS && !take(&o, option, optarg)) {
			return EXIT_USAGE;
		}
	}
	return dispatch(self, &o, class, given, argc - optind, argv + optind);
}

const struct command command_changes = {
	.name = "changes",
	.arguments = "list | export SINK | dead SINK | ack ID... | fail ID... | hold|release|approve|cancel CHILD|ID... | challenge CHILD... | rollback ID... [OPTION...]",
	.sentence = "DS changes on their way to the registry: list, export, acknowledge, hold, release and undo.",
	.help = "  list                    changes that are not published yet\n"
		"  export SINK             hand released changes to a sink: one of the configuration by its name, or jsonl, csv,\n"
		"                          dsset, include or nsupdate\n"
		"  dead SINK               what the sink's target has refused, and what waits for it\n"
		"  ack ID...               the registry has taken these; - reads ids from standard input\n"
		"  fail ID...              these were sent and did not arrive, or the registry refused them\n"
		"  hold CHILD|ID...        nothing goes out for the child, or of the change, until it is released\n"
		"  release CHILD|ID...     take a hold back; a change goes out once a new scan has confirmed it\n"
		"  release --brake         the same of all changes that the brake holds\n"
		"  challenge CHILD...      print a token that every server of the child has to show; then its first DS set is wanted\n"
		"  approve CHILD...        the first DS set that the child asks for is wanted\n"
		"  cancel CHILD|ID...      what the child asks for now is not wanted\n"
		"  rollback ID...          undo these, which have left: the next scan goes back to the DS set from before, if that\n"
		"                          leads to the zone at every server; what was undone waits for another request\n"
		"  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --to TARGET             file or directory the sink writes (default: standard output where it can)\n"
		"  --config FILE           the sinks, each with its kind and settings; also -c\n"
		"  --follow                export keeps going until it is stopped by a signal\n"
		"  --again                 export also what was sent before and is not acknowledged, or was refused\n"
		"  --take-over             export makes this the sink of record instead of another one; with --who and --why\n"
		"  --dry-run               export without noting it in the journal\n"
		"  --all                   list also published and withdrawn changes\n"
		"  --child NAME            list those of this child\n"
		"  --operator HOST         those of children with this name server; to list, and with --brake\n"
		"  --parent NAME           those of children of this parent; to list, and with --brake\n"
		"  --class CLASS           list those of this class: delete, initial, swap, ...; with --brake: delete,\n"
		"                          bootstrap or update, as status prints them\n"
		"  --state STATE           list those in this state: proposed, held, released, ...\n"
		"  --held                  list those that are held, and why\n"
		"  --late                  list those that have left and that the parent does not show: late, or lost\n"
		"  --unknown               list those that were handed over and of which nobody knows whether the target has them\n"
		"  --reason REASON         list those that are held, failed, withdrawn, late or lost for this reason\n"
		"  --since TIME            list those that came into their state then or later\n"
		"  --exit-code             list ends with 10 when changes wait to be exported\n"
		"  --json                  list as JSON, one object a line\n"
		"  --brake                 release what the brake holds\n"
		"  --force                 rollback wherever the DS set from before leads\n"
		"  --who NAME              who says so (default: the login name)\n"
		"  --why TEXT              why; it stays in the journal\n"
		"  --help                  this text\n",
	.run = run,
};
