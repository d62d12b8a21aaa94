/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The merge of gathered delegations with those the store has. Private to registry/source. */
#pragma once

#include "registry/source/gather.h"
#include "registry/source/spool.h"
#include "registry/store/delegations.h"

struct merge {
	struct store *store;
	struct crypto *crypto;
	struct gather *gather;	/* merge_survey only */
	struct spool *spool;	/* of what differs: from merge_survey to merge_write */
	struct name origin;
	uint64_t now;		/* whoever is not gathered is gone since then */
	/* Called before every batch with the delegations merged so far; non-zero ends the merge with it. */
	int (*tick)(void *user, uint64_t done);
	gather_skip *skip;	/* of the survey; may be NULL */
	void *user;
};

struct merge_counts {
	uint64_t before, after;	/* delegations in the store, gathered */
	uint64_t secure;	/* gathered with a DS set */
	uint64_t added, changed, removed;
	uint64_t registered;	/* in both, with a registration in both ... */
	uint64_t reregistered;	/* ... that is another one */
	/* SHA-256 over the encodings of all gathered delegations in canonical order, each behind its size in four octets,
	 * chained in blocks (merge.c). */
	uint8_t digest[SHA256_OCTETS];
};

/* What a merge would do; reads only. Keys and values are compared as they are stored. */
int merge_survey(const struct merge *m, struct merge_counts *out);
/* Does it, in transactions of at most 5000 delegations. first: put in the first one (the generation marked as
 * being rewritten), NULL: nothing. */
int merge_write(const struct merge *m, const struct generation *first);
