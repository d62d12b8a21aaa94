/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small internet of signed zones: what their servers answer, and what a look for signals of RFC 9615 brings home. */
#pragma once

#include "tests/unit/zone_keys.h"
#include "validate/cds/evidence.h"
#include "validate/cds/rules.h"
#include "validate/wire/arena.h"

#define CHAIN_RRSETS 24
#define CHAIN_ZONES 8

enum chain_denial { CHAIN_NSEC = 0, CHAIN_NSEC3, CHAIN_OPT_OUT, CHAIN_NSEC3_MANY /* iterations */,
	CHAIN_COMPACT /* RFC 9824 */, CHAIN_BARE /* no proof at all */ };

/* data: words. Of DS, keys at the owner, "A" (SHA-256) or "A:4"; of CDS and CDNSKEY keys of the test child, or "delete"; of CNAME,
 * DNAME and NS a name; of others octets in hex. "x00ff" is RDATA in hex of any type, "*65" are that many DS records of nobody.
 * by: signers; NULL: those of the zone, "": nobody. */
struct chain_rrset {
	const char *owner;		/* NULL ends the list */
	uint16_t type;
	const char *data;
	const char *by;
	enum when when;
};

/* Letters as in zone_keys.h; "+": 16 keys of nobody. NS and SOA of the apex, and NS beside DS, are added. */
struct chain_zone {
	const char *name;		/* NULL ends the list */
	const char *keys;
	const char *keys_by;
	const char *by;			/* signers of all but the DNSKEY set */
	enum when keys_when;
	enum when denial_when;
	enum chain_denial denial;
	const char *denial_by;		/* NULL: by */
	struct chain_rrset rrsets[CHAIN_RRSETS];
};

/* The one place of zone that is free. */
struct chain_rrset *chain_add(struct chain_zone *zone, const char *owner, uint16_t type, const char *data);
/* NULL: no such. */
struct chain_rrset *chain_find(struct chain_zone *zone, const char *owner, uint16_t type);

/* What a server of the zone says; a message with ID 0 and AA. */
struct slice chain_answer(const struct chain_zone *zone, const struct name *name, uint16_t type, struct arena *arena);
/* The zone of the list that the name lies in; for DS that of the parent side. */
const struct chain_zone *chain_zone_of(const struct chain_zone *zones, const struct name *name, uint16_t type);
/* Links and answers for the host number of e, as they come home when nothing is in the way; becomes the last of e->signals,
 * for which there has to be room. A link that other hosts have, too, is theirs: each signature would be another one. */
struct evidence_signal *chain_signal(const struct chain_zone *zones, struct evidence *e, size_t number, struct arena *arena);
/* Keys of the root, by letters, as anchors. */
void chain_anchors(const char *letters, struct arena *arena, struct bootstrap_rules *out);
struct evidence_answer chain_answered(struct slice octets);
