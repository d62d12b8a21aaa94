/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk explain: why is this child in its state? */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/store/arrival.h"
#include "registry/store/operators.h"
#include "registry/store/records.h"
#include "scanner/arguments.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "validate/wire/err.h"

enum { OPT_DB = 256, OPT_JSON, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct explain {
	const char *db;
	bool json;
	struct name child;
	char text[NAME_TEXT_SIZE];	/* of the child */
	struct store *store;
	struct txn *txn;
	struct arena *arena;
	struct change change;		/* that is on its way; number 0: none */
	char change_id[CHANGE_ID_TEXT];
	enum arrival arrival;
	struct change asked;		/* the newest that the parent's servers were asked for */
	char asked_id[CHANGE_ID_TEXT];
	struct show_in_dns in_dns;	/* UNKNOWN: none */
};

static void show_rollback(const struct explain *e, const struct rollback *r)
{
	char id[CHANGE_ID_TEXT];
	if (r->state == ROLLBACK_NONE) {
		return;
	}
	change_id_text(e->store, r->change, id);
	printf(r->state == ROLLBACK_WANTED ? "  Change %s is to be undone%s:" : "  Change %s was undone%s:", id,
		r->forced ? ", wherever that leads" : "");
	show_ds_difference(&r->undone, &r->to, stdout);
	puts(r->state == ROLLBACK_WANTED ? "\n  Nothing else is done for the child until the parent has that; changes cancel takes it back." :
		"\n  A request for what was undone waits; another one, or changes release, ends that.");
}

/* What an operator said last, and what of it is in force. */
static int show_operator(const struct explain *e, const struct child_state *state, const struct policy *policy)
{
	struct operator_note n;
	uint64_t when;
	char time[24];
	if (e->json) {
		return ERR_OK;
	}
	int ret = operator_last(e->txn, &e->child, &n, &when);
	if (ret == ERR_OK) {
		printf("\nOperator\n  %s by %s at %s: %s\n", operator_action_text(n.action), n.who, show_time(when, time), n.why);
	}
	if (state->word == OPERATOR_CANCEL) {
		puts("  The request that was cancelled is refused until changes release takes that back; another one may be accepted.");
	}
	const char *no_effect = show_no_effect(state->word, policy);
	if (no_effect != NULL) {
		printf("  The %s has no effect: %s.\n", state->word == OPERATOR_APPROVE ? "approval" : "token", no_effect);
	} else if (state->word == OPERATOR_CHALLENGE) {
		puts("  A token was handed out: with it at every address the request is accepted. changes challenge makes another one.");
	}
	if ((state->suspended & SUSPENDED_BY_OPERATOR) != 0) {
		puts("  The child is held: nothing is accepted until changes release takes that back.");
	}
	show_rollback(e, &state->rollback);
	if ((state->suspended & SUSPENDED_BY_REMOVAL) != 0) {
		puts("\nSuspended: the DS set was removed by hand, so no first one is accepted until there is one again, or until\n"
			"changes release ends that.");
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static void show_held(const struct change *c)
{
	const struct reason_row *row = reason_find(c->state == EVENT_HELD ? c->held_for : c->failed_for);
	if (c->state == EVENT_HELD) {
		printf("  held: %s%s%s\n", show_held_for(c), row == NULL ? "" : ": ", row == NULL ? "" : row->sentence);
	} else if (row != NULL) {
		printf("  failed: %s: %s\n", row->token, row->sentence);
	}
	if (c->state == EVENT_HELD && c->cleared) {
		puts("  An operator has released it: it goes out once a new scan has confirmed it.");
	}
}

static int find_in_dns(struct explain *e)
{
	struct arrival_parent parent = { .read_at = 0 };
	int ret = arrival_newest_asked(e->txn, &e->child, e->arena, &e->asked);
	e->in_dns = (struct show_in_dns){ .change = &e->asked, .id = e->asked_id };
	if (ret != ERR_OK) {
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	change_id_text(e->store, e->asked.number, e->asked_id);
	return arrival_in_dns(e->txn, &parent, &e->asked, &e->in_dns.in_dns, &e->in_dns.asked);
}

static void show_in_dns_text(const struct explain *e)
{
	static const char *const sentences[IN_DNS_WORDS] = { NULL, "the parent's servers serve the DS set of this change",
		"the parent's servers do not serve the DS set of this change yet",
		"late: the list of the registry has shown this change for longer than changes.late-after, and the parent's servers do not serve its DS set",
		"changed: the parent's servers serve a DS set that is neither that of this change nor the one from before it" };
	char since[24];
	char asked[24];
	if (e->json || e->in_dns.in_dns == IN_DNS_UNKNOWN) {
		return;
	}
	printf("\nIn DNS\n  %s, %s since %s:", e->asked_id, event_kind_text(e->asked.state), show_time(e->asked.state_time, since));
	show_ds_difference(&e->asked.ds_before, &e->asked.ds_after, stdout);
	printf("\n  %s (asked %s)\n", sentences[e->in_dns.in_dns], show_time(e->in_dns.asked, asked));
}

static int find_change(struct explain *e)
{
	struct arrival_parent parent = { .read_at = 0 };
	int ret = change_of_child(e->txn, &e->child, e->arena, &e->change);
	if (ret != ERR_OK) {
		e->change.number = 0;
		return ret == ERR_NOTFOUND ? ERR_OK : ret;
	}
	change_id_text(e->store, e->change.number, e->change_id);
	return arrival_find(e->txn, &parent, &e->change, e->arena, &e->arrival);
}

static void show_change_text(const struct explain *e)
{
	const struct change *c = &e->change;
	const struct reason_row *row = reason_find(arrival_reason(c, e->arrival));
	char since[24];
	if (c->number == 0 || e->json) {
		return;
	}
	printf("\nChange on its way\n  %s, %s since %s:", e->change_id, event_kind_text(c->state), show_time(c->state_time, since));
	show_ds_difference(&c->ds_before, &c->ds_after, stdout);
	putchar('\n');
	show_held(c);
	if (row != NULL) {
		printf("  %s: %s: %s\n", arrival_text(e->arrival), row->token, row->sentence);
	}
}

/* The newest run over all children of the child's parent that ended after this decision. ERR_NOTFOUND. */
static int find_later_run(const struct explain *e, const struct child_state *state, struct run *out)
{
	struct generation parent;
	int ret = generation_of_child(e->txn, &e->child, &parent);
	if (ret == ERR_OK) {
		ret = run_last(e->txn, out);
	}
	while (ret == ERR_OK && out->number > state->last_run) {
		if (out->state == RUN_FINISHED && out->only.size == 0 && name_equal(&out->origin, &parent.origin)) {
			return ERR_OK;
		}
		ret = run_previous(e->txn, out->number, out);
	}
	return ret == ERR_OK ? ERR_NOTFOUND : ret;
}

/* Repeats of an outcome are only counted, so the last run may be later than the last stored decision. */
static int show_since(const struct explain *e, const struct child_state *state)
{
	struct delegation d;
	struct run run;
	char when[24];
	if (e->json) {
		return ERR_OK;
	}
	int ret = delegation_get(e->txn, &e->child, e->arena, &d);
	if (ret == ERR_NOTFOUND) {
		puts("\nIt is no longer delegated.");
		return ERR_OK;
	}
	if (ret == ERR_OK) {
		ret = find_later_run(e, state, &run);
	}
	if (ret == ERR_OK) {
		printf("\nThe same outcome in every run since; the last one, run %" PRIu64 ", ended %s.\n", run.number,
			show_time(run.ended, when));
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int show_case(const struct explain *e, const struct stored_case *c, const struct child_state *state,
	const struct policy *policy)
{
	struct decision decision;
	int ret = decision_decode(c->decision, e->arena, &decision);
	if (ret != ERR_OK) {
		return ret;
	}
	const struct show_change on_its_way = { .change = &e->change, .id = e->change_id, .arrival = e->arrival };
	struct show_context context = { .policy = policy, .window = &state->window, .policy_hash = c->policy,
		.evidence_hash = c->evidence_hash, .run = c->run, .sequence = c->sequence,
		.on_its_way = e->change.number == 0 ? NULL : &on_its_way,
		.in_dns = e->in_dns.in_dns == IN_DNS_UNKNOWN ? NULL : &e->in_dns };
	ret = show_research(e->txn, c->run, &context.research);
	if (ret != ERR_OK) {
		return ret;
	}
	if (!e->json) {
		show_decision_text(&decision, &context, stdout);
		return ERR_OK;
	}
	struct json *j = json_new();
	ret = j == NULL ? ERR_NOMEM : show_decision_json(j, &decision, &context, stdout);
	json_free(j);
	return ret;
}

static int never_decided(const struct explain *e)
{
	struct delegation d;
	int ret = delegation_get(e->txn, &e->child, e->arena, &d);
	if (ret == ERR_NOTFOUND) {
		say("%s is not a delegation in %s; write the child's name, such as example.ch.", e->text, say_text(e->db));
		return EXIT_RUNTIME;
	}
	if (ret != ERR_OK) {
		return command_store_failed(e->db, ret);
	}
	say("%s is delegated but was never decided; scan SOURCE --only %s does it now", e->text, e->text);
	return EXIT_RUNTIME;
}

static int explain(struct explain *e)
{
	struct child_state state;
	struct stored_case c;
	struct policy policy;
	int ret = state_get(e->txn, &e->child, e->arena, &state);
	if (ret == ERR_NOTFOUND || (ret == ERR_OK && state.last_run == 0)) {
		return never_decided(e);
	}
	if (ret == ERR_OK) {
		ret = case_get(e->txn, state.last_run, state.last_sequence, e->arena, &c);
	}
	if (ret == ERR_OK) {
		ret = policy_get(e->txn, c.policy, &policy);
	}
	if (ret == ERR_OK) {
		ret = find_change(e);
	}
	if (ret == ERR_OK) {
		ret = find_in_dns(e);
	}
	if (ret == ERR_OK) {
		ret = show_case(e, &c, &state, &policy);
	}
	if (ret == ERR_OK) {
		show_change_text(e);
		show_in_dns_text(e);
		ret = show_operator(e, &state, &policy);
	}
	if (ret == ERR_OK) {
		ret = show_since(e, &state);
	}
	return ret == ERR_OK ? EXIT_OK : command_store_failed(e->db, ret);
}

static int explain_in_store(struct explain *e)
{
	int code;
	e->store = command_open_store(e->db, STORE_READ, &code);
	if (e->store == NULL) {
		return code;
	}
	name_to_text(&e->child, e->text);
	e->arena = arena_new();
	int ret = e->arena == NULL ? ERR_NOMEM : txn_begin(e->store, STORE_READ, &e->txn);
	code = ret == ERR_OK ? explain(e) : command_store_failed(e->db, ret);
	txn_abort(e->txn);
	arena_free(e->arena);
	store_close(e->store);
	return code;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct explain e;
	memset(&e, 0, sizeof(e));
	e.db = DB_DEFAULT;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		switch (option) {
		case OPT_DB:
			e.db = optarg;
			break;
		case OPT_JSON:
			e.json = true;
			break;
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	if (optind != argc - 1) {
		say("explain takes one child");
		return command_misuse(self);
	}
	if (!argument_name("CHILD", argv[optind], &e.child)) {
		return EXIT_USAGE;
	}
	return explain_in_store(&e);
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "CHILD [OPTION...]",
	.sentence = "Tell rule by rule why a child is in its state, and what would change it.",
	.help = "  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --json                  the decision record as JSON\n"
		"  --help                  this text\n",
	.run = run,
};
