/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: picks the command. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "scanner/command.h"

static const struct command *const commands[] = {
	&command_scan, &command_judge, &command_explain, &command_changes, &command_status,
	&command_notices, &command_policy, &command_algorithms, &command_db, &command_dnssec_cds,
	&command_cdnskey_scanner,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static void print_help(FILE *to)
{
	fputs("Usage: cdswalk COMMAND [OPTION...] [ARGUMENT...]\n"
		"The parent side of DS automation: walks delegations, proves CDS and CDNSKEY, records DS changes.\n\n", to);
	for (size_t i = 0; i < COMMANDS; i++) {
		fprintf(to, "  %-10s %s\n", commands[i]->name, commands[i]->sentence);
	}
	fputs("\ncdswalk COMMAND --help tells more; so does the manual page cdswalk(1).\n", to);
}

/* A descriptor below 3 that is closed would be given to the next file opened, and what is said be written into the store.
 * What stands in for it fails when it is used the way such a one is used. */
static bool keep_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) {
			return false;
		}
	}
	return true;
}

/* What was printed must have arrived, whatever else there is to say. */
static int end(int code)
{
	if ((fflush(stdout) != 0 || ferror(stdout) != 0) && (code == EXIT_OK || code == EXIT_WAITING)) {
		say("standard output could not be written");
		return EXIT_RUNTIME;
	}
	return code;
}

int main(int argc, char **argv)
{
	if (!keep_standard_streams()) {
		return EXIT_RUNTIME;
	}
	/* A reader that went away is a write error, which is checked, not a sudden end. */
	signal(SIGPIPE, SIG_IGN);
	/* So is a file over ulimit -f. */
	signal(SIGXFSZ, SIG_IGN);
	/* Installed a second time under the name of the program whose place it takes. */
	const char *base = argc > 0 && strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argc > 0 ? argv[0] : "";
	if (strcmp(base, command_dnssec_cds.name) == 0) {
		return end(command_dnssec_cds.run(&command_dnssec_cds, argc, argv));
	}
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	const char *name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		print_help(stdout);
		return end(EXIT_OK);
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		puts(PACKAGE_STRING);
		return end(EXIT_OK);
	}
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(name, commands[i]->name) == 0) {
			return end(commands[i]->run(commands[i], argc - 1, argv + 1));
		}
	}
	say("there is no command \"%s\"; cdswalk --help lists them", say_text(name));
	return EXIT_USAGE;
}
