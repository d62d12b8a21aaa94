/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk db: is the store sound? Copies of it, and what they need. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/json.h"
#include "registry/store/verify.h"
#include "scanner/command.h"
#include "scanner/db.h"
#include "validate/wire/err.h"

enum { OPT_DB = 256, OPT_HEAD, OPT_JSON, OPT_ACCEPT, OPT_WHO, OPT_WHY, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "head", required_argument, NULL, OPT_HEAD },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "accept", no_argument, NULL, OPT_ACCEPT },
	{ "who", required_argument, NULL, OPT_WHO },
	{ "why", required_argument, NULL, OPT_WHY },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	const char *db;
	const char *who, *why;
	bool json;
	bool accept;
	bool has_head;
	struct journal_head_ref head;
};

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

/* "SEQUENCE:HASH" as status prints it. */
static bool take_head(const char *text, struct journal_head_ref *out)
{
	char *end;
	out->sequence = strtoull(text, &end, 10);
	bool ok = text[0] >= '0' && text[0] <= '9' && *end == ':' && strlen(end + 1) == 2 * SHA256_OCTETS;
	for (size_t i = 0; ok && i < SHA256_OCTETS; i++) {
		int high = hex_digit(end[1 + 2 * i]);
		int low = hex_digit(end[2 + 2 * i]);
		ok = high >= 0 && low >= 0;
		out->hash[i] = (uint8_t)(ok ? high << 4 | low : 0);
	}
	if (!ok) {
		say("--head: \"%s\" is not a journal head; status prints it as SEQUENCE:HASH", say_text(text));
	}
	return ok;
}

static void on_fault(void *user, const char *sentence)
{
	(void)user;
	say("%s", say_text(sentence));
}

static int show(const struct arguments *a, const struct verify_report *r)
{
	if (!a->json) {
		printf("%" PRIu64 " delegations, %" PRIu64 " states, %" PRIu64 " decisions, %" PRIu64 " evidence, %" PRIu64
			" events, %" PRIu64 " changes, %" PRIu64 " runs, %" PRIu64 " sinks: %" PRIu64 " faults\n", r->delegations, r->states,
			r->decisions, r->evidence, r->events, r->changes, r->runs, r->sinks, r->faults);
		return ERR_OK;
	}
	struct json *j = json_new();
	if (j == NULL) {
		return ERR_NOMEM;
	}
	json_object(j, NULL);
	json_uint(j, "delegations", r->delegations);
	json_uint(j, "states", r->states);
	json_uint(j, "decisions", r->decisions);
	json_uint(j, "evidence", r->evidence);
	json_uint(j, "events", r->events);
	json_uint(j, "changes", r->changes);
	json_uint(j, "runs", r->runs);
	json_uint(j, "sinks", r->sinks);
	json_uint(j, "faults", r->faults);
	json_object_end(j);
	int ret = json_end_line(j, stdout);
	json_free(j);
	return ret;
}

static int verify(const struct arguments *a)
{
	int code;
	struct store *store = command_open_store(a->db, STORE_READ, &code);
	if (store == NULL) {
		return code;
	}
	struct crypto *crypto = crypto_new();
	struct verify_report report;
	memset(&report, 0, sizeof(report));
	int ret = crypto == NULL ? ERR_CRYPTO
		: store_verify(store, crypto, a->has_head ? &a->head : NULL, on_fault, NULL, &report);
	if (ret == ERR_OK) {
		ret = show(a, &report);
	}
	if (ret != ERR_OK) {
		say("%s: the store could not be read to its end: %s", say_text(a->db), err_text(ret));
		code = EXIT_STORE;
	} else if (report.faults > 0 && report.faults == report.sink_faults) {
		say("%s: the store is sound, and what sinks have noted is not. Without its directory in sinks a sink begins anew: what waits is "
			"tried again, and one that reads along reads from the first event", say_text(a->db));
		code = EXIT_STORE;
	} else if (report.faults > 0) {
		say("%s: the store is not sound; keep it as it is, restore a backup or start a new store", say_text(a->db));
		code = EXIT_STORE;
	}
	crypto_free(crypto);
	store_close(store);
	return code;
}

/* The options that go with each word; what does not would be ignored in silence. */
static int carry_out(const struct command *self, const struct arguments *a, int count, char **words)
{
	const char *word = count > 0 ? words[0] : "";
	bool verifies = strcmp(word, "verify") == 0;
	bool restores = strcmp(word, "restore") == 0;
	bool baseline = strcmp(word, "baseline") == 0;
	if ((a->has_head || a->json) && !verifies) {
		say("--head and --json go with verify");
	} else if (a->accept && !baseline) {
		say("--accept goes with baseline");
	} else if ((a->who != NULL || a->why != NULL) && !restores && !(baseline && a->accept)) {
		say("--who and --why go with restore and with baseline --accept");
	} else if (verifies && count == 1) {
		return verify(a);
	} else if (strcmp(word, "backup") == 0 && count == 2) {
		return db_backup(a->db, words[1]);
	} else if (restores && count == 2) {
		return db_restore(words[1], a->db, a->who, a->why);
	} else if (baseline && count == 1) {
		return db_baseline(a->db, a->accept, a->who, a->why);
	} else {
		say("db takes verify, backup DIRECTORY, restore BACKUP or baseline");
	}
	return command_misuse(self);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct arguments a;
	memset(&a, 0, sizeof(a));
	a.db = DB_DEFAULT;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		switch (option) {
		case OPT_DB:
			a.db = optarg;
			break;
		case OPT_HEAD:
			a.has_head = true;
			if (!take_head(optarg, &a.head)) {
				return EXIT_USAGE;
			}
			break;
		case OPT_JSON:
			a.json = true;
			break;
		case OPT_ACCEPT:
			a.accept = true;
			break;
		case OPT_WHO:
			a.who = optarg;
			break;
		case OPT_WHY:
			a.why = optarg;
			break;
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	return carry_out(self, &a, argc - optind, argv + optind);
}

const struct command command_db = {
	.name = "db",
	.arguments = "{verify | backup DIRECTORY | restore BACKUP | baseline} [OPTION...]",
	.sentence = "Check a store, copy it while it is in use, make a store of a backup.",
	.help = "  verify                  read everything and tell whether the store is what it claims to be\n"
		"  backup DIRECTORY        copy the store; the copy is only read\n"
		"  restore BACKUP          make the store DIR of a backup: it only records until its baseline is accepted\n"
		"  baseline                tell whether changes are only recorded, and why\n\n"
		"  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --head SEQUENCE:HASH    verify: a journal head noted earlier that must still be there\n"
		"  --json                  verify: the counts as one JSON object\n"
		"  --accept                baseline: let changes out, from the next scan on\n"
		"  --who NAME, --why TEXT  restore and --accept: who does it and why, for the journal\n"
		"  --help                  this text\n",
	.run = run,
};
