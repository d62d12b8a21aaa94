/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks and small things of the benchmark programs. */
#include "tests/bench/bench_util.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

struct bench_time bench_now(void)
{
	struct timespec now;
	struct rusage usage;
	bench_must(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && getrusage(RUSAGE_SELF, &usage) == 0, "clock");
	return (struct bench_time){ (double)now.tv_sec + (double)now.tv_nsec / 1e9, seconds(&usage.ru_utime),
		seconds(&usage.ru_stime) };
}

struct bench_time bench_since(const struct bench_time *then)
{
	struct bench_time now = bench_now();
	return (struct bench_time){ now.wall - then->wall, now.user - then->user, now.sys - then->sys };
}

void bench_must(bool holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "benchmark: %s failed\n", what);
		exit(1);
	}
}

unsigned long bench_number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);
	bench_must(*text != '\0' && *end == '\0' && value > 0, "reading a number from the command line");
	return value;
}
