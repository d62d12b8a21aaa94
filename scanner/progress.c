/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress: percent, rate and the time that is left. */
#include "scanner/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "scanner/clock.h"

#define TERMINAL_MS 200
#define LOG_MS 10000
#define COLUMNS_MIN 20

/* One that can erase a line; others get a line now and then, like a file. */
static bool is_terminal(void)
{
	const char *term = getenv("TERM");
	return isatty(STDERR_FILENO) == 1 && term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

void progress_begin(struct progress *p, bool quiet, uint64_t base)
{
	memset(p, 0, sizeof(*p));
	p->quiet = quiet;
	p->base = base;
	p->terminal = is_terminal();
	p->began_ms = clock_steady_ms();
	p->shown_ms = p->began_ms;
}

static void left_text(uint64_t seconds, char *out, size_t size)
{
	if (seconds >= 3600) {
		snprintf(out, size, ", %" PRIu64 " h %02" PRIu64 " min left", seconds / 3600, seconds / 60 % 60);
	} else if (seconds >= 60) {
		snprintf(out, size, ", %" PRIu64 " min %02" PRIu64 " s left", seconds / 60, seconds % 60);
	} else {
		snprintf(out, size, ", %" PRIu64 " s left", seconds);
	}
}

void progress_text(const struct progress *p, const char *what, uint64_t done, uint64_t total, uint64_t passed_ms,
	char out[PROGRESS_TEXT])
{
	uint64_t here = done > p->base ? done - p->base : 0;
	uint64_t rate = passed_ms == 0 ? 0 : here * 1000 / passed_ms;
	char of[64] = "";
	char left[64] = "";
	if (total > 0) {
		snprintf(of, sizeof(of), " of %" PRIu64 " (%" PRIu64 " %%)", total, done < total ? done * 100 / total : 100);
	}
	if (here > 0 && total > done) {
		/* From what is exact: a rate below one a second has time left, too. */
		left_text((uint64_t)((double)(total - done) * (double)passed_ms / (double)here / 1000), left, sizeof(left));
	}
	snprintf(out, PROGRESS_TEXT, "%.40s: %" PRIu64 "%s, %" PRIu64 "/s%s", what, done, of, rate, left);
}

/* A line longer than the terminal is wide would be there many times over. */
static size_t columns(void)
{
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < COLUMNS_MIN) {
		return 80;
	}
	return size.ws_col;
}

void progress_show(struct progress *p, const char *what, uint64_t done, uint64_t total, const char *more)
{
	uint64_t now = clock_steady_ms();
	if (p->quiet || now - p->shown_ms < (p->terminal ? TERMINAL_MS : LOG_MS)) {
		return;
	}
	p->shown_ms = now;
	char line[PROGRESS_TEXT];
	progress_text(p, what, done, total, now - p->began_ms, line);
	size_t used = strlen(line);
	snprintf(line + used, sizeof(line) - used, "%s%s", more[0] == '\0' ? "" : ", ", more);
	if (p->terminal) {
		/* The last column stays free: some terminals go to the next line when it is written. */
		fprintf(stderr, "\r\033[K%.*s", (int)columns() - 1, line);
	} else {
		fprintf(stderr, "cdswalk: %s\n", line);
	}
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
