/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proof that a type is absent at the zone apex: NSEC (RFC 4035 section 5.4) and NSEC3
 * (RFC 5155 section 8.5). Only NODATA at the apex is ever needed here. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "validate/dnssec/rrsig.h"
#include "validate/wire/message.h"

enum denial_status {
	DENIAL_NONE = 0,	/* no usable proof in the message */
	DENIAL_PROVEN,
	DENIAL_BOGUS,		/* a proof whose signature does not verify */
	DENIAL_ITERATIONS,	/* NSEC3 over the cap (R9276-3.2-1), and signed */
};

struct denial {
	enum denial_status status;
	enum sig_status sig;	/* why, for DENIAL_BOGUS */
};

/* A proof from the parent side of the cut (NS set, SOA clear) proves nothing (R6840-4.1-1); nor does
 * one whose bitmap has the type or CNAME set (R6840-4.3-1). */
int denial_nodata(struct verifier *v, struct crypto *crypto, const struct name *zone,
	const struct message *m, uint16_t type, const struct dnskey *keys, size_t key_count,
	struct denial *out);
