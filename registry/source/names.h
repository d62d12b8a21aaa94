/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plain list of names: one child a line, # comments. What the parent has of them is asked elsewhere. */
#pragma once

#include "registry/source/source.h"

struct names;

/* path may be "-", the file plain or packed. origin: the parent; a list does not tell it. */
int names_open(const char *path, const struct name *origin, struct names **out, struct source_error *error);
/* The next child, and its line; *end: no more. Lines that are no child of the parent are told through skip (may be NULL) and
 * counted in info, as are all in its records. A read error, a last line that is not whole, and a list without any child
 * are errors. */
int names_next(struct names *n, source_skip *skip, void *user, struct source_info *info, struct name *child, uint64_t *line,
	bool *end, struct source_error *error);
const char *names_file(const struct names *n);	/* for sentences */
void names_close(struct names *n);	/* NULL is fine */
