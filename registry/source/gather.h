/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From records in any order to whole delegations in canonical order, in bounded memory. Private to registry/source.
 *
 * Two sorts. By host: the addresses of a host meet the children that use it, wherever in the file both lie (sibling glue);
 * what they give goes into the sort by child, where NS, glue and DS of a child meet. */
#pragma once

#include "registry/source/sorter.h"
#include "registry/source/source.h"

struct gather;

/* dir, memory: as for the sorter, for both sorts together. */
struct gather *gather_new(const char *dir, size_t memory);
void gather_free(struct gather *g);	/* NULL is fine */

int gather_add(struct gather *g, const struct source_record *r);
/* After the last record: from the first delegation on; again for another pass. The children strictly below origin and not
 * below another delegation count; NS, DS and addresses elsewhere are not delegations of this zone (RFC 1034 section
 * 4.2.1). */
int gather_rewind(struct gather *g, const struct name *origin);
/* The next delegation, valid until the next call; *end: no more. What must be left out (more hosts or DS than we keep, DS without NS,
 * a wildcard) is told through skip (may be NULL), once a pass. */
typedef void gather_skip(void *user, const char *sentence);
int gather_next(struct gather *g, gather_skip *skip, void *user, struct delegation *out, bool *end);
