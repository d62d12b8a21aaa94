/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the benchmark programs share: clocks, and an end when something is not as it must be. */
#pragma once

#include <stdbool.h>

struct bench_time {
	double wall;		/* seconds */
	double user, sys;	/* CPU seconds of this process, all threads */
};

struct bench_time bench_now(void);
/* Since then. */
struct bench_time bench_since(const struct bench_time *then);
/* Ends the process with the name of what failed. */
void bench_must(bool holds, const char *what);
unsigned long bench_number(const char *text);
