/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk status: parents, the last run, counts by reason, changes under way. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "registry/sink/json.h"
#include "registry/store/records.h"
#include "scanner/arrivals.h"
#include "scanner/command.h"
#include "scanner/held.h"
#include "scanner/show.h"
#include "scanner/sinks_shown.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

enum { OPT_DB = 256, OPT_JSON, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* Kinds of events a change can be in, by number. */
#define STATES EVENT_KINDS

struct status {
	const char *db;
	bool json;
	struct store *store;
	struct txn *txn;
	struct run run;
	bool has_run;
	uint64_t changes[STATES];
	uint64_t arrivals[ARRIVALS];
	uint64_t in_dns[IN_DNS_WORDS];
	struct sinks_shown *sinks;
	uint64_t head_sequence;
	uint8_t head_hash[SHA256_OCTETS];
};

static const char *run_state_text(enum run_state s)
{
	static const char *const texts[] = { "open", "finished", "superseded", "partial" };
	return (size_t)s < sizeof(texts) / sizeof(texts[0]) ? texts[s] : "unknown";
}

static int count_changes(struct status *s)
{
	struct arena *arena = arena_new();
	struct arrival_parent parent = { .read_at = 0 };
	uint64_t next = 1;
	int ret = arena == NULL ? ERR_NOMEM : ERR_OK;
	while (ret == ERR_OK) {
		struct change c;
		enum arrival a = ARRIVAL_NONE;
		enum in_dns d = IN_DNS_UNKNOWN;
		uint64_t asked;
		ret = change_next(s->txn, next, arena, &c);
		if (ret == ERR_OK) {
			next = c.number + 1;
			s->changes[c.state < STATES ? c.state : 0]++;
			ret = arrival_find(s->txn, &parent, &c, arena, &a);
			s->arrivals[a]++;
		}
		if (ret == ERR_OK) {
			ret = arrival_in_dns(s->txn, &parent, &c, &d, &asked);
			s->in_dns[d]++;
		}
		arena_reset(arena);
	}
	arena_free(arena);
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

static int gather(struct status *s)
{
	int ret = run_last(s->txn, &s->run);
	s->has_run = ret == ERR_OK;
	if (ret == ERR_OK || ret == ERR_NOTFOUND) {
		ret = count_changes(s);
	}
	if (ret == ERR_OK) {
		ret = journal_head(s->txn, &s->head_sequence, s->head_hash);
	}
	return ret == ERR_OK ? sinks_shown_find(s->sinks, s->txn, s->changes) : ret;
}

typedef int generation_visit(struct status *s, void *to, const struct generation *g);

static int for_each_generation(struct status *s, generation_visit *visit, void *to)
{
	struct name after = { .size = 0 };
	struct generation g;
	int ret;
	while ((ret = generation_next(s->txn, &after, &g)) == ERR_OK) {
		after = g.origin;
		ret = visit(s, to, &g);
		if (ret != ERR_OK) {
			return ret;
		}
	}
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* ---- for programs */

static int generation_json(struct status *s, void *to, const struct generation *g)
{
	struct json *j = to;
	(void)s;
	json_object(j, NULL);
	json_name(j, "origin", &g->origin);
	json_uint(j, "generation", g->number);
	json_uint(j, "serial", g->soa_serial);
	json_time(j, "loaded", g->loaded);
	json_uint(j, "delegations", g->delegations);
	json_uint(j, "secure", g->secure);
	json_uint(j, "skipped", g->skipped);
	json_object_end(j);
	return ERR_OK;
}

static void counts_json(struct json *j, const char *key, const uint64_t counts[RUN_REASONS])
{
	json_object(j, key);
	for (size_t i = 0; i < RUN_REASONS; i++) {
		if (counts[i] > 0) {
			json_uint(j, reason_token((enum reason)i), counts[i]);
		}
	}
	json_object_end(j);
}

static void run_json(struct json *j, const struct status *s)
{
	const struct run *r = &s->run;
	if (!s->has_run) {
		json_null(j, "run");
		return;
	}
	json_object(j, "run");
	json_uint(j, "number", r->number);
	json_string(j, "state", run_state_text(r->state));
	json_name(j, "origin", &r->origin);
	json_uint(j, "generation", r->generation);
	json_time(j, "began", r->began);
	json_time(j, "ended", r->ended);
	json_uint(j, "children", r->children);
	json_uint(j, "changes", r->changes);
	json_uint(j, "released", r->released);
	json_uint(j, "braked", r->braked);
	json_uint(j, "frozen", r->frozen);
	json_bool(j, "research", r->is_research);
	counts_json(j, "reasons", r->counts);
	counts_json(j, "warnings", r->warnings);
	json_object_end(j);
}

static int show_json(struct status *s)
{
	struct json *j = json_new();
	if (j == NULL) {
		return ERR_NOMEM;
	}
	json_object(j, NULL);
	json_array(j, "parents");
	int ret = for_each_generation(s, generation_json, j);
	json_array_end(j);
	run_json(j, s);
	json_object(j, "changes");
	for (int k = EVENT_PROPOSED; k < STATES; k++) {
		if (k != EVENT_OPERATOR) {
			json_uint(j, event_kind_text((enum event_kind)k), s->changes[k]);
		}
	}
	json_object_end(j);
	json_object(j, "arrivals");
	for (int a = ARRIVAL_LATE; a < ARRIVALS; a++) {
		json_uint(j, arrival_text((enum arrival)a), s->arrivals[a]);
	}
	json_object_end(j);
	json_object(j, "in_dns");
	for (int d = IN_DNS_SEEN; d < IN_DNS_WORDS; d++) {
		json_uint(j, in_dns_text((enum in_dns)d), s->in_dns[d]);
	}
	json_object_end(j);
	ret = ret == ERR_OK ? held_json(s->txn, j) : ret;
	sinks_shown_json(s->sinks, j);
	json_object(j, "journal");
	json_uint(j, "sequence", s->head_sequence);
	json_hex(j, "hash", s->head_hash, SHA256_OCTETS);
	json_object_end(j);
	json_object_end(j);
	if (ret == ERR_OK) {
		ret = json_end_line(j, stdout);
	}
	json_free(j);
	return ret;
}

/* ---- for people */

static int generation_line(struct status *s, void *to, const struct generation *g)
{
	char name[NAME_TEXT_SIZE];
	char when[24];
	char serial[24] = "";
	(void)s;
	(void)to;
	name_to_text(&g->origin, name);
	if (g->soa_serial != 0) {
		snprintf(serial, sizeof(serial), " serial %" PRIu32, g->soa_serial);	/* a list in CSV has none */
	}
	printf("%s%s, %" PRIu64 " delegations, %" PRIu64 " with DS; generation %" PRIu64 ", loaded %s\n", name, serial,
		g->delegations, g->secure, g->number, show_time(g->loaded, when));
	return ERR_OK;
}

static int counts_table(const char *what, const uint64_t counts[RUN_REASONS])
{
	const char *const titles[] = { ">CHILDREN", "CLASS", what, "~MEANING", NULL };
	struct table *t = table_new(titles);
	int ret = t == NULL ? ERR_NOMEM : ERR_OK;
	for (size_t i = 0; i < RUN_REASONS && ret == ERR_OK; i++) {
		const struct reason_row *row = reason_find((enum reason)i);
		char number[24];
		if (counts[i] == 0 || row == NULL) {
			continue;
		}
		snprintf(number, sizeof(number), "%" PRIu64, counts[i]);
		const char *cells[] = { number, reason_class_text(row->class), row->token, row->sentence };
		ret = table_row(t, cells);
	}
	if (ret == ERR_OK && table_rows(t) > 0) {
		putchar('\n');
		ret = table_print(t);
	}
	table_free(t);
	return ret;
}

static int show_run(const struct status *s)
{
	const struct run *r = &s->run;
	char began[24];
	char ended[24];
	if (!s->has_run) {
		puts("No run yet.");
		return ERR_OK;
	}
	printf("run %" PRIu64 " %s: began %s, ended %s, %" PRIu64 " children, %" PRIu64 " DS changes\n", r->number,
		run_state_text(r->state), show_time(r->began, began), show_time(r->ended, ended), r->children, r->changes);
	if (r->is_research) {
		puts("It is one of research, for its source was too old: none of its DS changes goes out before a scan of a newer one confirms it.");
	}
	if (r->frozen > 0) {
		printf("%" PRIu64 " DS changes wait for the end of a freeze, and then for another scan\n", r->frozen);
	}
	int ret = counts_table("OUTCOME", r->counts);
	return ret == ERR_OK ? counts_table("WARNING", r->warnings) : ret;
}

static int show_text(struct status *s)
{
	int ret = for_each_generation(s, generation_line, NULL);
	if (ret == ERR_OK) {
		ret = show_run(s);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	bool none = true;
	printf("\nchanges:");
	for (int k = EVENT_PROPOSED; k < STATES; k++) {
		if (s->changes[k] > 0) {
			printf(" %" PRIu64 " %s", s->changes[k], event_kind_text((enum event_kind)k));
			none = false;
		}
	}
	puts(none ? " none" : "");
	printf("journal head: %" PRIu64 ":", s->head_sequence);
	for (size_t i = 0; i < SHA256_OCTETS; i++) {
		printf("%02x", s->head_hash[i]);
	}
	putchar('\n');
	ret = sinks_shown_text(s->sinks, s->db);
	if (ret != ERR_OK) {
		return ret;
	}
	arrivals_text(s->arrivals, s->db);
	arrivals_in_dns_text(s->in_dns, s->db);
	return held_text(s->txn, s->db);
}

static int status_in_store(struct status *s)
{
	int code;
	s->store = command_open_store(s->db, STORE_READ, &code);
	if (s->store == NULL) {
		return code;
	}
	int ret = sinks_shown_new(s->store, &s->sinks);
	if (ret == ERR_OK) {
		ret = txn_begin(s->store, STORE_READ, &s->txn);
	}
	if (ret == ERR_OK) {
		ret = gather(s);
	}
	if (ret == ERR_OK) {
		ret = s->json ? show_json(s) : show_text(s);
	}
	if (ret != ERR_OK) {
		code = command_store_failed(s->db, ret);
	}
	txn_abort(s->txn);
	sinks_shown_free(s->sinks);
	store_close(s->store);
	return code;
}

static int run(const struct command *self, int argc, char **argv)
{
	struct status s;
	memset(&s, 0, sizeof(s));
	s.db = DB_DEFAULT;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		switch (option) {
		case OPT_DB:
			s.db = optarg;
			break;
		case OPT_JSON:
			s.json = true;
			break;
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	if (optind != argc) {
		say("status takes no argument but options");
		return command_misuse(self);
	}
	return status_in_store(&s);
}

const struct command command_status = {
	.name = "status",
	.arguments = "[OPTION...]",
	.sentence = "Parents, the last run, its outcomes, DS changes under way, what the brake holds.",
	.help = "  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --json                  one JSON object\n"
		"  --help                  this text\n",
	.run = run,
};
