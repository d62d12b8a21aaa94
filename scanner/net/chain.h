/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chain: which question comes next on the way from the root to the signaling domain of a host, and to the servers of the zone
 * that it lies in. Sans-I/O. It proves nothing: the links do, to validate/dnssec. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/evidence.h"

/* Name servers of one signaling zone whose addresses are looked up. */
#define CHAIN_HOSTS 8

enum chain_stage {
	CHAIN_OVER = 0,
	CHAIN_DNSKEY,		/* of the name that the chain has come to */
	CHAIN_DS,
	CHAIN_CUT,		/* NS of the signaling domain: is it a zone, and if not, which one is it in? */
	CHAIN_SERVERS,		/* NS of that zone */
};

struct chain {
	enum chain_stage stage;
	struct name domain;		/* _signal.HOST */
	struct name at;			/* asked about now */
	unsigned labels;		/* of it, down to those of the domain */
	size_t link_count;
	struct evidence_link *links;	/* DNSKEY of the root, then for each name DS, and DNSKEY where there is one; the
					 * octets are those given to chain_answer */
	struct name zone;		/* deepest one with keys */
	size_t host_count;		/* of the servers of the zone, once over; none: they could not be found */
	struct name hosts[CHAIN_HOSTS];
};

/* Links that there will be at most. */
size_t chain_links_most(const struct name *domain);
/* links: so many. */
void chain_init(struct chain *c, const struct name *domain, struct evidence_link *links);
/* False: it is over. */
bool chain_question(const struct chain *c, struct name *name, uint16_t *type);
/* scratch is reset by the caller when he likes. */
void chain_answer(struct chain *c, const struct evidence_answer *answer, struct arena *scratch);
