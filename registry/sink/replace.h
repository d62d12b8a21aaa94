/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file replaced at once: whoever reads it sees the old one or the new one, whole, also after a crash. */
#pragma once

#include <stdio.h>

struct replacement {
	int dir;		/* the caller's, of the folder of the file */
	FILE *stream;		/* of the new file, under a name of its own until it is committed */
	char temporary[48];
};

/* The new file, empty, to be written through r->stream. ERR_IO: errno tells, and there is nothing to end. */
int replacement_begin(int dir, struct replacement *r);
/* Everything written is on the disk, and the stream is closed. ERR_IO: errno tells, and it was dropped. */
int replacement_seal(struct replacement *r);
/* After the seal: keeps the file that is at name now as backup, replacing what is there, at once as well. ERR_IO: errno
 * tells; then the new file still waits. */
int replacement_keep(const struct replacement *r, const char *name, const char *backup);
/* After the seal: the file at name is the new one. ERR_IO: errno tells, and it was dropped. The name is durable
 * once dir is. */
int replacement_commit(struct replacement *r, const char *name);
/* The same, where there must be none at name yet: ERR_IO with errno EEXIST when there is. */
int replacement_commit_new(struct replacement *r, const char *name);
/* No new file after all; before or after the seal. */
void replacement_drop(struct replacement *r);
