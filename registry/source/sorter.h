/* SPDX-License-Identifier: GPL-3.0-or-later */
/* External merge sort: any number of small entries in bounded memory, runs in one unlinked temporary file. Private to
 * registry/source. */
#pragma once

#include <stddef.h>

#include "validate/wire/record.h"

/* Octets of a key, and of a value. */
#define SORTER_PART_MAX 1024
/* Less memory than this is not taken seriously. */
#define SORTER_MEMORY_MIN ((size_t)64 * 1024)

struct sorter;

/* dir: where the temporary file goes. memory: octets, all included. NULL when out of memory. */
struct sorter *sorter_new(const char *dir, size_t memory);
void sorter_free(struct sorter *s);	/* NULL is fine */

/* ERR_NOMEM; ERR_FULL, ERR_IO: the temporary file, errno tells; ERR_LIMIT: too large. */
int sorter_add(struct sorter *s, struct slice key, struct slice value);
/* After the last add: from the first entry on; may be called again to read once more. */
int sorter_rewind(struct sorter *s);
/* In octet order of key, then of value; equal entries come once. Slices live until the next call. *end: no more. */
int sorter_next(struct sorter *s, struct slice *key, struct slice *value, bool *end);
