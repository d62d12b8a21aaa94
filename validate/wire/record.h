/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resource records and RRsets as slices in canonical form (RFC 4034 section 6.2). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/arena.h"
#include "validate/wire/name.h"

/* IANA type and class numbers used here. */
enum rrtype {
	TYPE_A = 1, TYPE_NS = 2, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_TXT = 16, TYPE_AAAA = 28, TYPE_DNAME = 39,
	TYPE_OPT = 41, TYPE_DS = 43, TYPE_RRSIG = 46, TYPE_NSEC = 47, TYPE_DNSKEY = 48,
	TYPE_NSEC3 = 50, TYPE_NSEC3PARAM = 51, TYPE_CDS = 59, TYPE_CDNSKEY = 60, TYPE_TSIG = 250, TYPE_AXFR = 252,
	TYPE_CSYNC = 62,
};
#define CLASS_IN 1

struct slice {
	const uint8_t *data;	/* never owned */
	size_t size;
};

struct record {
	const struct name *owner;	/* in the arena of the message */
	uint16_t type;
	uint16_t class;
	uint32_t ttl;
	struct slice rdata;		/* canonical: names expanded; lower case where RFC 4034
					 * section 6.2 as corrected by RFC 6840 section 5.1 says so */
};

/* Records of one owner, class and type, sorted by RDATA octets, duplicates removed
 * (RFC 4034 section 6.3), plus the RRSIG records that cover the type. */
struct rrset {
	const struct name *owner;	/* NULL: no such RRset */
	uint16_t type;
	uint32_t ttl;			/* smallest seen */
	size_t count;
	struct slice *rdata;
	size_t signature_count;
	struct slice *signatures;	/* RDATA of the RRSIG records, duplicates removed */
};

/* Octet order of RFC 4034 section 6.3, shorter first when one is a prefix. */
int slice_compare(const struct slice *a, const struct slice *b);
bool slice_equal(struct slice a, struct slice b);
/* Canonical RDATA of one record whose RDATA lies at [start, start+size) of message
 * (names in it may be compressed). 0, ERR_FORMAT when it is malformed, ERR_NOMEM. What is
 * canonical already, and types whose RDATA holds no name, are returned as a slice of the message;
 * the rest is in the arena. Call it for class IN only. */
int rdata_canonical(struct slice message, size_t start, size_t size, uint16_t type,
	struct arena *arena, struct slice *out);
/* Mnemonic ("CDS") or "TYPE65280"; buf of at least 16 octets, returned. */
const char *rrtype_text(uint16_t type, char buf[16]);
