/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands over a crowd: what they print, and how they end. Needs --wrap=command_open_store,--wrap=clock_unix_s. */
#pragma once

#include "tests/unit/crowd.h"

#include <fcntl.h>
#include <getopt.h>

#include "scanner/command.h"

#define WORDS_MAX 16

/* What a command says on one stream, and its exit code. */
struct said {
	int code;
	char text[65536];
};

/* The command's own would map a terabyte, which valgrind cannot. Linked in its place: --wrap. */
struct store *__wrap_command_open_store(const char *dir, enum store_mode mode, int *code);

struct store *__wrap_command_open_store(const char *dir, enum store_mode mode, int *code)
{
	struct fixture f = { .store = NULL };
	snprintf(f.dir, sizeof(f.dir), "%s", dir);
	fixture_open(&f, mode);
	*code = EXIT_OK;
	return f.store;
}

static uint64_t now_of_the_clock;
uint64_t __wrap_clock_unix_s(void);

uint64_t __wrap_clock_unix_s(void)
{
	return now_of_the_clock;
}

/* words ends with NULL; fd: of the stream that is kept. */
static inline struct said *tell(struct crowd *w, const struct command *command, int fd, const char *const *words)
{
	static struct said s;
	static char copies[WORDS_MAX + 3][256];
	char *argv[WORDS_MAX + 4];
	char path[96];
	int argc = 0;
	snprintf(copies[0], sizeof(copies[0]), "%s", command->name);
	snprintf(copies[1], sizeof(copies[1]), "--db");
	snprintf(copies[2], sizeof(copies[2]), "%s", w->f.dir);
	for (size_t i = 0; words[i] != NULL; i++) {
		snprintf(copies[3 + i], sizeof(copies[0]), "%s", words[i]);
		argc = (int)i + 1;
	}
	argc += 3;
	for (int i = 0; i < argc; i++) {
		argv[i] = copies[i];
	}
	argv[argc] = NULL;
	snprintf(path, sizeof(path), "%s/said", w->f.dir);
	now_of_the_clock = w->now;
	/* One environment of a store in a process at a time. */
	fixture_close(&w->f);
	fflush(NULL);
	int saved = dup(fd);
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(saved >= 0 && file >= 0);
	dup2(file, fd);
	optind = 0;
	s.code = command->run(command, argc, argv);
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	ssize_t n = pread(file, s.text, sizeof(s.text) - 1, 0);
	assert_true(n >= 0);
	s.text[n] = '\0';
	close(file);
	fixture_open(&w->f, STORE_WRITE);
	return &s;
}

#define TELL(w, command, ...) tell(w, &command, STDOUT_FILENO, (const char *const[]){ __VA_ARGS__, NULL })
#define COMPLAIN(w, command, ...) tell(w, &command, STDERR_FILENO, (const char *const[]){ __VA_ARGS__, NULL })

static inline unsigned count_lines(const char *text)
{
	unsigned lines = 0;
	for (; *text != '\0'; text++) {
		lines += *text == '\n';
	}
	return lines;
}

static inline void expect_words(const struct said *s, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strstr(s->text, *words) == NULL) {
			fail_msg("\"%s\" is not in\n%s", *words, s->text);
		}
	}
}

#define EXPECT(s, ...) expect_words(s, (const char *const[]){ __VA_ARGS__, NULL })

#define CASE(name) cmocka_unit_test_setup_teardown(name, crowd_setup, crowd_teardown)
