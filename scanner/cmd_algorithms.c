/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cdswalk algorithms: the table of requirement levels that decisions are made by. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "registry/sink/json.h"
#include "scanner/algorithms.h"
#include "scanner/command.h"
#include "scanner/table.h"
#include "validate/wire/err.h"

enum { OPT_TABLE = 256, OPT_JSON, OPT_HELP };

static const struct option long_options[] = {
	{ "algorithm-table", required_argument, NULL, OPT_TABLE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* Algorithms and digests alike: the questions put to a row, and the row the program was built with. */
struct list {
	const char *key;
	const char *title;
	const char *use, *implement;	/* what is used and implemented, beside validation */
	const struct algorithm_row *(*find)(const struct algorithm_table *t, uint8_t number);
	bool (*may_delegate)(const struct algorithm_table *t, uint8_t number);
	bool (*gives_path)(const struct algorithm_table *t, uint8_t number);
};

static const struct list algorithms = { "algorithms", "ALGORITHM", "use_for_signing", "implement_for_signing",
	algorithm_find, algorithm_may_delegate, algorithm_gives_path };
static const struct list digests = { "digests", "DIGEST", "use_for_delegation", "implement_for_delegation",
	digest_find, digest_may_delegate, digest_gives_path };

static bool is_built_in(const struct list *l, const struct algorithm_row *row)
{
	const struct algorithm_row *b = l->find(algorithm_table_builtin(), row->number);
	return b != NULL && strcmp(b->mnemonic, row->mnemonic) == 0 && b->use_signing == row->use_signing
		&& b->use_validation == row->use_validation && b->implement_signing == row->implement_signing
		&& b->implement_validation == row->implement_validation;
}

/* ---- for programs */

static void rows_json(struct json *j, const struct algorithm_table *t, const struct list *l,
	const struct algorithm_row *rows, size_t count)
{
	json_array(j, l->key);
	for (size_t i = 0; i < count; i++) {
		json_object(j, NULL);
		json_uint(j, "number", rows[i].number);
		json_string(j, "mnemonic", rows[i].mnemonic);
		json_string(j, l->use, algorithms_level_text(rows[i].use_signing));
		json_string(j, "use_for_validation", algorithms_level_text(rows[i].use_validation));
		json_string(j, l->implement, algorithms_level_text(rows[i].implement_signing));
		json_string(j, "implement_for_validation", algorithms_level_text(rows[i].implement_validation));
		json_bool(j, "new_ds", l->may_delegate(t, rows[i].number));
		json_bool(j, "gives_path", l->gives_path(t, rows[i].number));
		json_bool(j, "built_in", is_built_in(l, &rows[i]));
		json_object_end(j);
	}
	json_array_end(j);
}

static int show_json(const struct algorithm_table *t)
{
	struct json *j = json_new();
	if (j == NULL) {
		return ERR_NOMEM;
	}
	json_object(j, NULL);
	json_string(j, "version", t->version);
	rows_json(j, t, &algorithms, t->algorithms, t->algorithm_count);
	rows_json(j, t, &digests, t->digests, t->digest_count);
	json_object_end(j);
	int ret = json_end_line(j, stdout);
	json_free(j);
	return ret;
}

/* ---- for people */

static int rows_text(const struct algorithm_table *t, const struct list *l, const struct algorithm_row *rows, size_t count)
{
	const char *const titles[] = { ">", l->title, l == &digests ? "USE: DELEGATION" : "USE: SIGNING", "VALIDATION",
		l == &digests ? "IMPLEMENT: DELEGATION" : "IMPLEMENT: SIGNING", "VALIDATION", "NEW DS", "PATH", "FROM", NULL };
	struct table *table = table_new(titles);
	int ret = table == NULL ? ERR_NOMEM : ERR_OK;
	for (size_t i = 0; i < count && ret == ERR_OK; i++) {
		const struct algorithm_row *row = &rows[i];
		char number[8];
		snprintf(number, sizeof(number), "%u", row->number);
		const char *cells[] = { number, row->mnemonic, algorithms_level_text(row->use_signing),
			algorithms_level_text(row->use_validation), algorithms_level_text(row->implement_signing),
			algorithms_level_text(row->implement_validation), l->may_delegate(t, row->number) ? "yes" : "no",
			l->gives_path(t, row->number) ? "yes" : "no", is_built_in(l, row) ? "built-in" : "override" };
		ret = table_row(table, cells);
	}
	if (ret == ERR_OK) {
		putchar('\n');
		ret = table_print(table);
	}
	table_free(table);
	return ret;
}

static int show_text(const struct algorithm_table *t)
{
	printf("%s\n", t->version);
	int ret = rows_text(t, &algorithms, t->algorithms, t->algorithm_count);
	return ret == ERR_OK ? rows_text(t, &digests, t->digests, t->digest_count) : ret;
}

static int show(const char *file, bool as_json)
{
	const struct algorithm_table *t;
	struct arena *arena = arena_new();
	if (arena == NULL) {
		say("%s", err_text(ERR_NOMEM));
		return EXIT_RUNTIME;
	}
	int code = algorithms_load(file, arena, &t);
	if (code == EXIT_OK) {
		int ret = as_json ? show_json(t) : show_text(t);
		if (ret != ERR_OK) {
			say("%s", ret == ERR_IO ? "standard output could not be written" : err_text(ret));
			code = EXIT_RUNTIME;
		}
	}
	arena_free(arena);
	return code;
}

static int run(const struct command *self, int argc, char **argv)
{
	const char *file = NULL;
	bool as_json = false;
	int option;
	while ((option = command_option(argc, argv, long_options)) != -1) {
		switch (option) {
		case OPT_TABLE:
			file = optarg;
			break;
		case OPT_JSON:
			as_json = true;
			break;
		case OPT_HELP:
			return command_help(self);
		default:
			return command_misuse(self);
		}
	}
	if (optind != argc) {
		say("algorithms takes no argument but options");
		return command_misuse(self);
	}
	return show(file, as_json);
}

const struct command command_algorithms = {
	.name = "algorithms",
	.arguments = "[OPTION...]",
	.sentence = "The requirement levels of algorithms and digests that decisions are made by.",
	.help = "  --algorithm-table FILE  with what this file overrides\n"
		"  --json                  one JSON object\n"
		"  --help                  this text\n",
	.run = run,
};
