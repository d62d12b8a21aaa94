/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys of test zones and real signatures by them; independent of what is tested. */
#pragma once

#include <stdint.h>

#include "validate/dnssec/ds.h"
#include "validate/wire/record.h"

/* All signatures are judged at this time. */
#define ZONE_NOW 1750000000u
#define ZONE_CHILD "example.ch."

enum when { WHEN_VALID = 0, WHEN_EXPIRED, WHEN_FUTURE, WHEN_CORRUPT, WHEN_FOREIGN_SIGNER, WHEN_LABELS,
	WHEN_OLD /* valid, but begun earlier */, WHEN_OLDEST /* earlier still */, WHEN_SHORT /* valid, ends in an hour */,
	WHEN_LATER /* from six days after ZONE_NOW on */ };

/* Keys have letters:
 *   A B C   P-256, zone and SEP      Z Y  P-256, zone only       H  a P-256 key nobody signs with
 *   V  B with REVOKE                  N  B without the zone flag  P  B with protocol 2
 *   R  RSA/SHA-256                    T  RSA/SHA-512              E  Ed25519
 *   F  RSA/SHA-1 (5)                  S  RSA/SHA-1 (7)
 *   D  DSA (3)                        G  ECC-GOST (12)            U  algorithm 17
 *   W  algorithm 99; these four are opaque
 *   1 to 9  other keys with the tag and algorithm of A; they sign nothing */
struct slice key_rdata(char letter, struct arena *arena);
uint16_t key_tag(char letter, struct arena *arena);
/* DS RDATA of a key: digest of any type implemented (1, 2, 4); others get made-up octets. */
struct slice key_ds(char letter, uint8_t digest_type, struct arena *arena);
/* The same of a key of another zone. */
struct slice key_ds_at(const struct name *owner, char letter, uint8_t digest_type, struct arena *arena);

/* RRSIG RDATA by the key over these records, which are sorted here. */
struct signing {
	char letter;
	enum when when;
	const struct name *owner;
	const struct name *zone;
	uint16_t type;
	uint32_t ttl;
	size_t count;
	const struct slice *rdata;
};
struct slice sign_rrset(const struct signing *s, struct arena *arena);

void zone_keys_load(void);
void zone_keys_free(void);
