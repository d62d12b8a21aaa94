/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where sinks of lines write: standard output, or the end of a file, which has whole lines only whatever happens. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "registry/sink/sink.h"

struct appended {
	FILE *to;
	char *buffer;		/* of an own file */
	char *why;		/* of the options */
	bool is_empty;		/* nothing of ours stands before what is written now */
	bool own_file, regular;
	off_t start;		/* size of the file before us, or when it was settled last */
	char target[128];	/* for sentences */
};

/* How a file of ours is known, one of the two: what it begins with, or how each of its lines does. */
struct appended_form {
	const char *header;
	const char *line_start;
};

/* Half a line of ours, left by an export that was killed, is cut off: its change was never marked as sent. Anything else is
 * left alone. ERR_CONFLICT, ERR_BUSY, ERR_IO, ERR_NOMEM with a sentence in why. */
int appended_open(struct appended *a, const struct sink_options *o, const struct appended_form *form, char why[256]);
/* Behind what is there, perhaps not yet durable. ERR_IO, ERR_FULL. */
int appended_write(struct appended *a, const char *data, size_t size);
/* All of it durable: from now on that is the file as it was before. A stream is flushed. ERR_IO, ERR_FULL. */
int appended_settle(struct appended *a);
/* Closes it: all of it durable, or (failed, also on an error) the file as it was before; a stream cannot be taken back. */
int appended_finish(struct appended *a, bool failed);
