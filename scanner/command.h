/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands of the program: what they share. Data goes to stdout, talk to stderr. */
#pragma once

#include <stdbool.h>

#include "registry/source/source.h"
#include "registry/store/store.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_RUNTIME = 1,
	EXIT_USAGE = 2,
	EXIT_CONFIG = 3,
	EXIT_STORE = 4,
	EXIT_PARTIAL = 5,
	EXIT_BRAKE = 6,		/* the brake holds changes of this run's children */
	EXIT_WAITING = 10,	/* with --exit-code: changes are waiting */
};

struct option;

struct command {
	const char *name;
	const char *arguments;	/* after the name, for the usage line */
	const char *sentence;
	const char *help;	/* options, one a line */
	int (*run)(const struct command *self, int argc, char **argv);
};

extern const struct command command_scan, command_judge, command_explain, command_changes, command_status,
	command_notices, command_policy, command_algorithms, command_db, command_dnssec_cds, command_cdnskey_scanner;

/* "cdswalk: " + one sentence + newline. What came from outside is escaped by the caller's use of say_text. */
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
/* Under another name from here on; before there are threads. */
void say_as(const char *name);
/* Printable ASCII form of any text, for messages: at most 8 results live at once (static ring a thread). */
const char *say_text(const char *text);

/* FILE:LINE: REASON. */
void say_source_error(const struct source_error *e);

/* Usage of one command: on stdout after --help (EXIT_OK), on stderr after a mistake (EXIT_USAGE). */
int command_help(const struct command *c);
int command_misuse(const struct command *c);
/* getopt_long with a sentence of ours for what is not an option: the option, '?' after saying so, -1 at the end. */
int command_option(int argc, char **argv, const struct option *options);

/* Default directory of --db. */
#define DB_DEFAULT "cdswalk.db"
/* Opens the store that is there, or says why not; the exit code in *code. */
struct store *command_open_store(const char *dir, enum store_mode mode, int *code);
/* The same to write, and makes it where there is none. */
struct store *command_make_store(const char *dir, int *code);
/* The exit code for an error of the store, and one sentence about it. */
int command_store_failed(const char *dir, int error);
