/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way from a trust anchor of the root down to the zone that a name lies in (RFC 4035 section 5), and what is proven to be
 * absent there. Answers may come from any resolver: nothing but their signatures is believed. */
#pragma once

#include "validate/dnssec/denial.h"
#include "validate/dnssec/ds.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/message.h"

/* Zero refuses. */
enum path_status {
	PATH_BOGUS = 0,
	PATH_SECURE,
	PATH_INSECURE,		/* a delegation on the way is proven to have no DS that is verified here (RFC 4035 section 5.2),
				 * or may be one that is left out of the proofs (RFC 5155 section 8.6) */
	PATH_INCOMPLETE,	/* an answer is missing or unusable: nothing is proven either way */
	PATH_ALIAS,		/* a name on the way is an alias, says an answer; whether it is signed was not looked at */
	PATH_BUDGET,		/* no budget left to say */
};

/* One answer on the way, from the root down: DNSKEY of the root, then for every name below it DS and, where there is one,
 * DNSKEY. message NULL: none came. */
struct path_link {
	const struct name *name;
	uint16_t type;
	const struct message *message;
};

struct path {
	enum path_status status;
	struct name zone;		/* SECURE: the zone that the name lies in; else the last one that was reached */
	bool absent;			/* SECURE, and the zone proves that the name is not there, nor anything below it */
	size_t key_count;
	struct dnskey *keys;		/* its proven DNSKEY set, usable keys only */
	enum sig_status sig;		/* why, for BOGUS; SIG_VALID: not for the signatures */
	const char *why;		/* for people; static or arena; never NULL */
};

/* anchors: DS records of the root. Every name above the one asked for and itself has to have its link, until one of them is
 * proven to be absent: so no zone can answer in place of one below it (RFC 9615 section 5.2). As in the judge, whatever
 * algorithm is implemented counts. 0, or below zero for our own failures. */
int path_follow(struct verifier *v, struct crypto *crypto, const struct name *name, const struct ds *anchors,
	size_t anchor_count, const struct path_link *links, size_t link_count, struct arena *arena, struct path *out);
