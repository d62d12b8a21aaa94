/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress of long work on stderr: one line that is rewritten on a terminal, a line now and then elsewhere. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool quiet;
	bool terminal;
	uint64_t began_ms;
	uint64_t shown_ms;
	bool open;		/* a line without its newline is on the terminal */
};

void progress_begin(struct progress *p, bool quiet);
/* what: "walk", done of total (0: unknown), and a free end of the line. */
void progress_show(struct progress *p, const char *what, uint64_t done, uint64_t total, const char *more);
void progress_end(struct progress *p);
