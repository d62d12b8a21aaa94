/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of children, in a plain list (one a line, # comments) or as FRED's cdnskey-scanner takes them. What the parent has of them is
 * asked elsewhere. */
#pragma once

#include "registry/source/source.h"

struct names;

/* place: SOURCE_NAMES or SOURCE_FRED; the path may be "-", the file plain or packed; the origin, which a list does not tell. dir: for
 * sorting FRED's, which has a child once for each of its name servers. */
int names_open(const struct source_place *place, const char *dir, struct names **out, struct source_error *error);
/* The next child, and its line; *end: no more. Those of FRED come in canonical order, each once. Lines that are no child of the parent are told through skip (may be NULL) and
 * counted in info, as are all in its records. A read error, a last line that is not whole, and a list without any child
 * are errors. */
int names_next(struct names *n, source_skip *skip, void *user, struct source_info *info, struct name *child, uint64_t *line,
	bool *end, struct source_error *error);
const char *names_file(const struct names *n);	/* for sentences */
void names_close(struct names *n);	/* NULL is fine */
