/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where sinks write that make one text of everything: standard output, or a file that is there whole or not at all. */
#pragma once

#include <stdbool.h>

#include "registry/sink/replace.h"
#include "registry/sink/sink.h"

struct whole {
	FILE *to;
	char *why;			/* of the options */
	bool own_file, replaces;
	struct replacement file;
	char name[256];			/* in its folder */
	char target[128];		/* for sentences */
};

/* Without a header the file must not be there yet: what somebody has to work off is not written over. With one, a file that
 * begins so is replaced, and no other. ERR_CONFLICT, ERR_IO, ERR_ARG. */
int whole_open(struct whole *w, const struct sink_options *o, const char *header, char why[256]);
/* Gives the file its name, durably; failed: there is none. ERR_CONFLICT: it is there now; ERR_IO, ERR_FULL. */
int whole_finish(struct whole *w, bool failed);
