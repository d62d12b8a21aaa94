/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proof of safety by simulation: children, attackers and caches without number, the real judge and the real accept. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sim/judged.h"
#include "tests/sim/keys.h"

struct settings settings = { .seed = 1, .days = 40000, .child_days = 400, .rejudge_every = 500 };

void must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "sim: no %s\n", what);
		exit(3);
	}
}

static void usage(void)
{
	fprintf(stderr, "usage: sim [--child-days N] [--seed N] [--child N] [--days-each N] [--rejudge-every N] [--break RULE] "
		"[--verbose]\nrules:");
	for (unsigned i = 1; i < BREAK_COUNT; i++) {
		fprintf(stderr, " %s", broken_name((enum breakage)i));
	}
	fputc('\n', stderr);
	exit(2);
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = text == NULL ? 0 : strtoull(text, &end, 10);
	if (text == NULL || *text < '0' || *text > '9' || *end != '\0') {
		usage();
	}
	return value;
}

static void read_arguments(char **argv)
{
	for (; *argv != NULL; argv++) {
		const char *name = *argv;
		if (strcmp(name, "--verbose") == 0) {
			settings.verbose = true;
			continue;
		}
		argv++;
		if (strcmp(name, "--child-days") == 0) {
			settings.days = number(*argv);
		} else if (strcmp(name, "--seed") == 0) {
			settings.seed = number(*argv);
		} else if (strcmp(name, "--child") == 0) {
			settings.first_child = number(*argv);
			settings.one_child = true;
		} else if (strcmp(name, "--days-each") == 0) {
			settings.child_days = (uint32_t)number(*argv);
		} else if (strcmp(name, "--rejudge-every") == 0) {
			settings.rejudge_every = number(*argv);
		} else if (strcmp(name, "--break") == 0 && *argv != NULL && broken_find(*argv) != BREAK_NOTHING) {
			settings.broken = broken_find(*argv);
		} else {
			usage();
		}
	}
	if (settings.child_days == 0 || settings.child_days > 20000) {
		usage();
	}
}

static uint64_t violations(void)
{
	return totals.bogus + totals.broken_at_once + totals.stolen + totals.late + totals.differs;
}

static void run(void)
{
	static struct child c;
	for (uint64_t n = settings.first_child; totals.days < settings.days; n++) {
		chance_seed(settings.seed, n);
		tell_forget();
		c.number = n;
		c.end = TIME_BEGIN + settings.child_days * DAY;
		child_live(&c);
		/* What is broken on purpose is found once, and that is enough. */
		if (settings.one_child || (settings.broken != BREAK_NOTHING && violations() > 0)) {
			return;
		}
	}
}

int main(int argc, char **argv)
{
	struct timespec from;
	struct timespec to;
	must(argc > 0, "arguments");
	read_arguments(argv + 1);
	clock_gettime(CLOCK_MONOTONIC, &from);
	keys_make();
	judged_begin();
	run();
	clock_gettime(CLOCK_MONOTONIC, &to);
	totals_print((double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9);
	judged_end();
	keys_free();
	return violations() == 0 ? 0 : 1;
}
