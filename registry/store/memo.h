/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a transaction has looked up and will be asked for again with every record of a batch: the end of the journal, the
 * parent of the child before, policy and table of the decision before. A write to their databases forgets them. Private to
 * registry/store. */
#pragma once

#include "registry/store/db.h"
#include "registry/store/delegations.h"
#include "validate/accept/policy.h"
#include "validate/dnssec/algorithm.h"

struct txn_memo {
	bool knows_head;
	uint64_t sequence;		/* journal_head */
	uint8_t hash[SHA256_OCTETS];
	bool knows_generation;
	struct name above;		/* the name above the child */
	struct generation generation;	/* generation_of_child of any child below it */
	bool knows_policy;
	struct policy policy;		/* which is in the store ... */
	uint8_t policy_hash[SHA256_OCTETS];	/* ... under this */
	bool knows_table;
	struct algorithm_table table;	/* likewise; its rows are where they were */
	uint8_t table_hash[SHA256_OCTETS];
};

/* NULL of a transaction that has failed. */
struct txn_memo *txn_memo(struct txn *t);
