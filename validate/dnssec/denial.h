/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proof that a type is absent at a name of a zone, or the name itself: NSEC (RFC 4035 section 5.4), NSEC3 (RFC 5155
 * section 8), and the compact form of both (RFC 9824). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "validate/dnssec/rrsig.h"
#include "validate/wire/message.h"

enum denial_status {
	DENIAL_NONE = 0,	/* no usable proof in the message */
	DENIAL_PROVEN,		/* the type is not at the name */
	DENIAL_BOGUS,		/* a proof whose signature does not verify */
	DENIAL_ITERATIONS,	/* NSEC3 over the cap (R9276-3.2-1), and signed */
	DENIAL_CUT,		/* the name is a delegation (NS, no SOA). If DS was asked for, one without DS; of any other type
				 * the zone has nothing to say there (R6840-4.1-1) */
	DENIAL_OPT_OUT,		/* the name may be a delegation without DS, which is left out of the zone's proofs (RFC 5155
				 * section 6); else it is not there */
};

struct denial {
	enum denial_status status;
	enum sig_status sig;	/* why, for DENIAL_BOGUS */
	bool no_name;		/* PROVEN, and of the name itself and all below it; false: not said */
	uint32_t inception;	/* PROVEN at the apex: of the newest signature over the one record that proves it */
};

struct denial_question {
	const struct name *zone;	/* that the proof has to be of; its apex, or one above the name */
	const struct name *name;	/* in the zone; not below a cut, as far as the caller knows */
	uint16_t type;			/* DS: at a name below the apex only */
	const struct dnskey *keys;	/* proven keys of the zone */
	size_t key_count;
};

/* A wildcard proves nothing to be there, and something to be absent only together with the proof that the name is not
 * there. Below zero only for our own failures. */
int denial_find(struct verifier *v, struct crypto *crypto, const struct denial_question *q, const struct message *m,
	struct denial *out);

/* The same at the apex: DENIAL_CUT and DENIAL_OPT_OUT never. A proof from the parent side of the cut (NS set, SOA clear)
 * proves nothing (R6840-4.1-1); nor does one whose bitmap has the type or CNAME set (R6840-4.3-1). */
int denial_nodata(struct verifier *v, struct crypto *crypto, const struct name *zone,
	const struct message *m, uint16_t type, const struct dnskey *keys, size_t key_count,
	struct denial *out);
