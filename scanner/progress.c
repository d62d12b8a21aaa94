/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress: percent, rate and the time that is left. */
#include "scanner/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scanner/clock.h"

#define TERMINAL_MS 200
#define LOG_MS 10000

void progress_begin(struct progress *p, bool quiet)
{
	memset(p, 0, sizeof(*p));
	p->quiet = quiet;
	p->terminal = isatty(STDERR_FILENO) == 1;
	p->began_ms = clock_steady_ms();
	p->shown_ms = p->began_ms;
}

static void print_left(uint64_t seconds)
{
	if (seconds >= 3600) {
		fprintf(stderr, ", %" PRIu64 " h %02" PRIu64 " min left", seconds / 3600, seconds / 60 % 60);
	} else if (seconds >= 60) {
		fprintf(stderr, ", %" PRIu64 " min %02" PRIu64 " s left", seconds / 60, seconds % 60);
	} else {
		fprintf(stderr, ", %" PRIu64 " s left", seconds);
	}
}

void progress_show(struct progress *p, const char *what, uint64_t done, uint64_t total, const char *more)
{
	uint64_t now = clock_steady_ms();
	if (p->quiet || now - p->shown_ms < (p->terminal ? TERMINAL_MS : LOG_MS)) {
		return;
	}
	p->shown_ms = now;
	uint64_t passed = now - p->began_ms;
	uint64_t rate = passed == 0 ? 0 : done * 1000 / passed;
	fputs(p->terminal ? "\r\033[K" : "cdswalk: ", stderr);
	fprintf(stderr, "%s: %" PRIu64, what, done);
	if (total > 0) {
		fprintf(stderr, " of %" PRIu64 " (%" PRIu64 " %%)", total, done * 100 / total);
	}
	fprintf(stderr, ", %" PRIu64 "/s", rate);
	if (rate > 0 && total > done) {
		print_left((total - done) / rate);
	}
	fprintf(stderr, "%s%s%s", more[0] == '\0' ? "" : ", ", more, p->terminal ? "" : "\n");
	p->open = p->terminal;
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->open) {
		fputs("\r\033[K", stderr);
		p->open = false;
		fflush(stderr);
	}
}
