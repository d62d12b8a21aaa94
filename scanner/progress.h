/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress of long work on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool quiet;
	bool terminal;
	uint64_t base;		/* done before it began */
	uint64_t began_ms;
	uint64_t shown_ms;
	bool open;		/* a line without its newline is on the terminal */
};

#define PROGRESS_TEXT 320

/* base: what was done before, which says nothing of the pace. */
void progress_begin(struct progress *p, bool quiet, uint64_t base);
/* what: "walk", done of total (0: unknown), and a free end of the line. */
void progress_show(struct progress *p, const char *what, uint64_t done, uint64_t total, const char *more);
void progress_end(struct progress *p);
/* The line of progress_show, passed_ms after it began. */
void progress_text(const struct progress *p, const char *what, uint64_t done, uint64_t total, uint64_t passed_ms,
	char out[PROGRESS_TEXT]);
