/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a load will change, in the order it was found, on disk: as much of it as there is, in constant memory. Private to
 * registry/source. */
#pragma once

#include "registry/store/delegations.h"

struct spool;

/* dir: where the temporary file goes, which is made when the first entry does not fit a block. NULL when out of memory. */
struct spool *spool_new(const char *dir);
void spool_free(struct spool *s);	/* NULL is fine */

/* A delegation to be put, or, with an empty value, the key of one to be removed. ERR_NOMEM; ERR_FULL, ERR_IO: the file. */
int spool_add(struct spool *s, const struct delegation_record *r);
/* After the last add: the next entry, from the first one on; its slices live until the next call. *end: no more. */
int spool_next(struct spool *s, struct delegation_record *r, bool *end);
