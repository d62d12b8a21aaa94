/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a transaction has looked up and will be asked for again with every record of a batch: the end of the journal, and the
 * parent of the child before. A write to their databases forgets them. Private to registry/store. */
#pragma once

#include "registry/store/db.h"
#include "registry/store/delegations.h"

struct txn_memo {
	bool knows_head;
	uint64_t sequence;		/* journal_head */
	uint8_t hash[SHA256_OCTETS];
	bool knows_generation;
	struct name above;		/* the name above the child */
	struct generation generation;	/* generation_of_child of any child below it */
};

/* NULL of a transaction that has failed. */
struct txn_memo *txn_memo(struct txn *t);
