/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands share: talking to people, help, opening the store. */
#include "scanner/command.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scanner/clock.h"
#include "validate/wire/err.h"

#define TEXTS 8
#define TEXT_SIZE 1100

static const char *speaker = "cdswalk";

void say_as(const char *name)
{
	speaker = name;
}

void say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	/* One line, whoever else has something to say. */
	flockfile(stderr);
	fprintf(stderr, "%s: ", speaker);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	funlockfile(stderr);
	va_end(args);
}

const char *say_text(const char *text)
{
	static _Thread_local char ring[TEXTS][TEXT_SIZE];
	static _Thread_local unsigned next;
	char *out = ring[next++ % TEXTS];
	size_t n = 0;
	for (const char *p = text; *p != '\0' && n + 5 < TEXT_SIZE; p++) {
		unsigned char c = (unsigned char)*p;
		if (c >= 0x20 && c < 0x7f) {
			out[n++] = (char)c;
		} else {
			n += (size_t)snprintf(out + n, TEXT_SIZE - n, "\\%03u", c);
		}
	}
	out[n] = '\0';
	return out;
}

void say_source_error(const struct source_error *e)
{
	if (e->line > 0) {
		say("%s:%" PRIu64 ": %s", say_text(e->file), e->line, say_text(e->reason));
	} else {
		say("%s: %s", say_text(e->file), say_text(e->reason));
	}
}

static void print_usage(const struct command *c, FILE *to)
{
	fprintf(to, "Usage: cdswalk %s %s\n%s\n\n%s", c->name, c->arguments, c->sentence, c->help);
}

int command_help(const struct command *c)
{
	print_usage(c, stdout);
	return EXIT_OK;
}

int command_misuse(const struct command *c)
{
	fprintf(stderr, "Usage: cdswalk %s %s\nSee cdswalk %s --help.\n", c->name, c->arguments, c->name);
	return EXIT_USAGE;
}

int command_option(int argc, char **argv, const struct option *options)
{
	/* A short form is one whose number is a character. */
	char letters[16] = ":";
	size_t used = 1;
	for (const struct option *o = options; o->name != NULL && used + 3 < sizeof(letters); o++) {
		if (o->val < 256) {
			letters[used++] = (char)o->val;
			if (o->has_arg == required_argument) {
				letters[used++] = ':';
			}
		}
	}
	letters[used] = '\0';
	opterr = 0;
	int option = getopt_long(argc, argv, letters, options, NULL);
	/* The word that was looked at last; a value that is missing stood behind it. */
	const char *word = say_text(argv[optind > 1 ? optind - 1 : 1 < argc ? 1 : 0]);
	if (option == ':') {
		say("option %s needs a value", word);
		return '?';
	}
	if (option == '?' && optopt >= 256) {
		say("option %s takes no value", word);
	} else if (option == '?') {
		say("there is no option \"%s\", or it is not clear which one is meant", word);
	}
	return option;
}

/* Only names the store for ever; nothing secret hangs on it. */
static bool make_uuid(uint8_t uuid[16])
{
	int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && read(fd, uuid, 16) == 16;
	if (fd >= 0) {
		close(fd);
	}
	/* RFC 9562 version 4, variant 10. */
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
	return ok;
}

static struct store *open_store(const char *dir, const struct store_options *options, int *code)
{
	struct store *store = NULL;
	char why[256] = "";
	if (store_open(dir, options, &store, why) != ERR_OK) {
		say("%s", say_text(why));
		*code = EXIT_STORE;
		return NULL;
	}
	*code = EXIT_OK;
	return store;
}

struct store *command_open_store(const char *dir, enum store_mode mode, int *code)
{
	const struct store_options options = { .mode = mode, .must_exist = true, .now = clock_unix_s() };
	return open_store(dir, &options, code);
}

struct store *command_make_store(const char *dir, int *code)
{
	struct store_options options = { .mode = STORE_WRITE, .now = clock_unix_s() };
	if (!make_uuid(options.uuid)) {
		say("no random numbers for the id of a new store: /dev/urandom cannot be read");
		*code = EXIT_RUNTIME;
		return NULL;
	}
	return open_store(dir, &options, code);
}

int command_store_failed(const char *dir, int error)
{
	if (error == ERR_IO && ferror(stdout) != 0) {
		say("standard output could not be written");
		return EXIT_RUNTIME;
	}
	if (error == ERR_NOMEM || error == ERR_CRYPTO) {
		say("%s", err_text(error));
		return EXIT_RUNTIME;
	}
	if (error == ERR_FULL) {
		say("%s: the disk or the store is full, or the disk fails; what was committed is intact. Make room and run the same command again",
			say_text(dir));
	} else {
		say("%s: %s; check the store with cdswalk db verify --db %s", say_text(dir), err_text(error),
			say_text(dir));
	}
	return EXIT_STORE;
}
