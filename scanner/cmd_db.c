/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk db: is the store sound? */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/json.h"
#include "registry/store/verify.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

enum { OPT_DB = 256, OPT_HEAD, OPT_JSON, OPT_HELP };

static const struct option long_options[] = {
	{ "db", required_argument, NULL, OPT_DB },
	{ "head", required_argument, NULL, OPT_HEAD },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

struct arguments {
	const char *db;
	bool json;
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
			" events, %" PRIu64 " changes, %" PRIu64 " runs: %" PRIu64 " faults\n", r->delegations, r->states,
			r->decisions, r->evidence, r->events, r->changes, r->runs, r->faults);
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
	} else if (report.faults > 0) {
		say("%s: the store is not sound; keep it as it is, restore a backup or start a new store", say_text(a->db));
		code = EXIT_STORE;
	}
	crypto_free(crypto);
	store_close(store);
	return code;
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
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	if (optind != argc - 1 || strcmp(argv[optind], "verify") != 0) {
		say("db takes verify");
		return command_misuse(self);
	}
	return verify(&a);
}

const struct command command_db = {
	.name = "db",
	.arguments = "verify [OPTION...]",
	.sentence = "Read the whole store and tell whether it is what it claims to be.",
	.help = "  --db DIR                the store (default " DB_DEFAULT ")\n"
		"  --head SEQUENCE:HASH    a journal head noted earlier that must still be there\n"
		"  --json                  the counts as one JSON object\n"
		"  --help                  this text\n",
	.run = run,
};
