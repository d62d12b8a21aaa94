/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk notices: who has to act on what, and what is to be told to them. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/json.h"
#include "registry/store/notices.h"
#include "scanner/command.h"
#include "scanner/show.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

enum { OPT_DB = 256, OPT_JSON, OPT_DUE, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "due", no_argument, NULL, OPT_DUE },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* Short transactions, as everywhere (doc/architecture.md, store). */
#define PER_TRANSACTION 1000

struct notices {
	const char *db;
	bool as_json, due;
	struct store *store;
	struct table *table;
	struct json *json;
	struct name child;		/* where the list has come to */
	enum reason reason;
	uint64_t number;
};

static const struct {
	unsigned bit;
	const char *word;
} actors[] = {
	{ WHO_OPERATOR, "operator" }, { WHO_TECHNICAL, "technical" }, { WHO_REGISTRAR, "registrar" },
	{ WHO_REGISTRANT, "registrant" }, { WHO_PARENT, "parent" },
};

static void who_text(unsigned who, char out[64])
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
		if ((who & actors[i].bit) != 0) {
			used += (size_t)snprintf(out + used, 64 - used, "%s%s", used == 0 ? "" : " ", actors[i].word);
		}
	}
}

static void who_json(struct json *j, const char *key, unsigned who)
{
	json_array(j, key);
	for (size_t i = 0; i < sizeof(actors) / sizeof(actors[0]); i++) {
		if ((who & actors[i].bit) != 0) {
			json_string(j, NULL, actors[i].word);
		}
	}
	json_array_end(j);
}

/* ---- what is to be told */

static int show_queued(struct notices *n, const struct queued_notice *q)
{
	char id[24];
	char case_id[48];
	snprintf(id, sizeof(id), "%" PRIu64, q->number);
	snprintf(case_id, sizeof(case_id), "%" PRIu64 "/%" PRIu64, q->run, q->sequence);
	if (n->json != NULL) {
		json_object(n->json, NULL);
		json_uint(n->json, "id", q->number);
		json_name(n->json, "child", &q->child);
		json_string(n->json, "reason", reason_token(q->reason));
		who_json(n->json, "who", q->who);
		json_time(n->json, "time", q->time);
		json_string(n->json, "case", q->sequence == 0 ? NULL : case_id);
		json_object_end(n->json);
		return json_end_line(n->json, stdout);
	}
	char child[NAME_TEXT_SIZE];
	char when[24];
	char who[64];
	name_to_text(&q->child, child);
	who_text(q->who, who);
	const char *cells[] = { id, child, reason_token(q->reason), who, show_time(q->time, when), case_id };
	return table_row(n->table, cells);
}

static int next_queued(struct notices *n, struct txn *t)
{
	struct queued_notice q;
	int ret = notice_queue_next(t, n->number, &q);
	if (ret == ERR_OK) {
		n->number = q.number;
		ret = show_queued(n, &q);
	}
	return ret;
}

/* ---- what lasts */

static int show_notice(struct notices *n, const struct notice *c)
{
	if (n->json != NULL) {
		json_object(n->json, NULL);
		json_name(n->json, "child", &n->child);
		json_string(n->json, "reason", reason_token(c->reason));
		json_time(n->json, "since", c->first);
		json_uint(n->json, "told", c->told);
		who_json(n->json, "told_who", c->told_who);
		json_time(n->json, "last_told", c->last_told);
		json_time(n->json, "next", c->next);
		json_object_end(n->json);
		return json_end_line(n->json, stdout);
	}
	char child[NAME_TEXT_SIZE];
	char times[3][24];
	char told[16];
	char who[64];
	name_to_text(&n->child, child);
	who_text(c->told_who, who);
	snprintf(told, sizeof(told), "%u", (unsigned)c->told);
	const char *cells[] = { child, reason_token(c->reason), show_time(c->first, times[0]), told, who,
		show_time(c->last_told, times[1]), show_time(c->next, times[2]) };
	return table_row(n->table, cells);
}

static int next_notice(struct notices *n, struct txn *t)
{
	struct notice c;
	int ret = notice_next(t, &n->child, n->reason, &n->child, &c);
	if (ret == ERR_OK) {
		n->reason = c.reason;
		ret = show_notice(n, &c);
	}
	return ret;
}

static int list_all(struct notices *n)
{
	int ret = ERR_OK;
	while (ret == ERR_OK) {
		struct txn *t = NULL;
		ret = txn_begin(n->store, STORE_READ, &t);
		for (size_t i = 0; i < PER_TRANSACTION && ret == ERR_OK; i++) {
			ret = n->due ? next_queued(n, t) : next_notice(n, t);
		}
		txn_abort(t);
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int list(struct notices *n)
{
	static const char *const due[] = { ">ID", "~CHILD", "REASON", "~WHO", "SINCE", "CASE", NULL };
	static const char *const lasting[] = { "~CHILD", "REASON", "SINCE", ">TOLD", "~WHO", "LAST TOLD", "NEXT", NULL };
	int code;
	n->store = command_open_store(n->db, STORE_READ, &code);
	if (n->store == NULL) {
		return code;
	}
	n->json = n->as_json ? json_new() : NULL;
	n->table = n->as_json ? NULL : table_new(n->due ? due : lasting);
	int ret = n->json == NULL && n->table == NULL ? ERR_NOMEM : list_all(n);
	if (ret == ERR_OK && n->table != NULL && table_rows(n->table) > 0) {
		ret = table_print(n->table);
	} else if (ret == ERR_OK && n->table != NULL) {
		puts(n->due ? "Nobody is to be told anything." : "Nobody has to act on anything.");
	}
	if (ret != ERR_OK) {
		code = command_store_failed(n->db, ret);
	}
	table_free(n->table);
	json_free(n->json);
	store_close(n->store);
	return code;
}

/* ---- what was told */

static bool parse_number(const char *text, uint64_t *out)
{
	char *end;
	errno = 0;
	unsigned long long value = strtoull(text, &end, 10);
	*out = value;
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static int done_all(struct notices *n, size_t count, char **ids, bool *refused)
{
	struct txn *t = NULL;
	int ret = txn_begin(n->store, STORE_WRITE, &t);
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		uint64_t number = 0;
		ret = parse_number(ids[i], &number) ? notice_done(t, number) : ERR_NOTFOUND;
		if (ret == ERR_NOTFOUND) {
			say("%s is no notice that is to be told; notices list --due prints them", say_text(ids[i]));
			*refused = true;
			ret = ERR_OK;
		}
	}
	if (ret != ERR_OK) {
		txn_abort(t);
		return ret;
	}
	return txn_commit(t);
}

static int done(struct notices *n, size_t count, char **ids)
{
	int code;
	bool refused = false;
	n->store = command_open_store(n->db, STORE_WRITE, &code);
	if (n->store == NULL) {
		return code;
	}
	int ret = done_all(n, count, ids, &refused);
	code = ret != ERR_OK ? command_store_failed(n->db, ret) : refused ? EXIT_RUNTIME : EXIT_OK;
	store_close(n->store);
	return code;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct notices n;
	memset(&n, 0, sizeof(n));
	n.db = DB_DEFAULT;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		switch (option) {
		case OPT_DB:
			n.db = optarg;
			break;
		case OPT_JSON:
			n.as_json = true;
			break;
		case OPT_DUE:
			n.due = true;
			break;
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	const char *verb = optind < argc ? argv[optind] : "";
	if (optind + 1 == argc && strcmp(verb, "list") == 0) {
		return list(&n);
	}
	if (strcmp(verb, "done") == 0 && (n.due || n.as_json)) {
		say("done does not take --%s", n.due ? "due" : "json");
		return command_misuse(self);
	}
	if (optind + 1 < argc && strcmp(verb, "done") == 0) {
		return done(&n, (size_t)(argc - optind) - 1, argv + optind + 1);
	}
	say("notices takes list or done ID...");
	return command_misuse(self);
}

const struct command command_notices = {
	.name = "notices",
	.arguments = "list | done ID... [OPTION...]",
	.sentence = "Conditions of children that somebody has to act on, and what is to be told to whom.",
	.help = "  list                    conditions that last, and who was told of them\n"
		"  done ID...              these of list --due were told\n"
		"  --due                   list what is to be told now\n"
		"  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --json                  list as JSON, one object a line\n"
		"  --help                  this text\n",
	.run = run,
};
