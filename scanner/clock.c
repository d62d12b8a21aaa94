/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clocks. */
#include "scanner/clock.h"

#include <time.h>

static uint64_t read_ms(clockid_t id)
{
	struct timespec t = { 0 };
	(void)clock_gettime(id, &t); /* cannot fail for the two ids used */
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct moment clock_now(void)
{
	return (struct moment){ .steady_ms = read_ms(CLOCK_MONOTONIC), .unix_ms = read_ms(CLOCK_REALTIME) };
}

uint64_t clock_unix_s(void)
{
	return read_ms(CLOCK_REALTIME) / 1000;
}

uint64_t clock_steady_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}
