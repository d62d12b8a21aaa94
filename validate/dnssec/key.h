/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNSKEY and CDNSKEY RDATA (RFC 4034 section 2, RFC 7344 section 3.2). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/record.h"

#define DNSKEY_FLAG_ZONE 0x0100
#define DNSKEY_FLAG_REVOKE 0x0080	/* RFC 5011 */
#define DNSKEY_FLAG_SEP 0x0001

struct dnskey {
	uint16_t flags;
	uint8_t protocol;
	uint8_t algorithm;
	uint16_t tag;		/* RFC 4034 appendix B */
	struct slice key;	/* public key field */
	struct slice rdata;	/* whole RDATA */
};

/* ERR_FORMAT when shorter than four octets and a key octet. */
int dnskey_parse(struct slice rdata, struct dnskey *out);
uint16_t dnskey_tag(struct slice rdata);
/* Zone bit set, not revoked, protocol 3: may sign zone data (RFC 4034 section 2.1). */
bool dnskey_is_usable(const struct dnskey *key);
/* RFC 3110 section 2: exponent length in one octet, or zero and two octets; exponent; modulus. It forbids leading zeros,
 * but validators accept them, so a chain with them works: here they are left out. What the key does not hold is empty. */
void rsa_split(struct slice key, struct slice *exponent, struct slice *modulus);
