/* SPDX-License-Identifier: GPL-3.0-or-later */
/* db verify: is the store what it claims to be? Reads everything, changes nothing. */
#pragma once

#include "registry/store/store.h"
#include "validate/dnssec/crypto.h"

struct verify_report {
	uint64_t delegations, states, decisions, evidence, events, changes, runs, sinks;
	uint64_t faults;
	uint64_t sink_faults;		/* of these: in what sinks have noted, which may be lost */
};

/* Called for each fault with one sentence naming the record. */
typedef void verify_fault(void *user, const char *sentence);

/* Decodes every record, walks the event chain (altered, removed, reordered, doubled), rebuilds the change index and compares,
 * checks evidence hashes and references, the NS set index both ways, and what sinks have noted. head: a logged head (sequence, hash) that must
 * be on the chain, NULL: none. */
struct journal_head_ref {
	uint64_t sequence;
	uint8_t hash[SHA256_OCTETS];
};
/* 0 also when there are faults: *out counts them. One read transaction for the whole of it: beside a walk the file
 * grows meanwhile. */
int store_verify(struct store *s, struct crypto *crypto, const struct journal_head_ref *head, verify_fault *fault,
	void *user, struct verify_report *out);
