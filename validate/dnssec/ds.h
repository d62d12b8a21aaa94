/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DS and CDS RDATA and sets of them (RFC 4034 section 5, RFC 4509, RFC 6605). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/crypto.h"
#include "validate/dnssec/key.h"
#include "validate/wire/limits.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

enum digest_type { DIGEST_SHA1 = 1, DIGEST_SHA256 = 2, DIGEST_GOST94 = 3, DIGEST_SHA384 = 4 };

/* "65535 255 255 " + hex + NUL */
#define DS_TEXT_SIZE (16 + 2 * LIMIT_DIGEST_OCTETS + 1)

struct ds {
	uint16_t tag;
	uint8_t algorithm;
	uint8_t digest_type;
	uint8_t size;				/* octets of digest */
	uint8_t digest[LIMIT_DIGEST_OCTETS];
};

/* Sorted by ds_compare, no duplicates. */
struct ds_set {
	size_t count;
	struct ds *ds;
};

/* ERR_FORMAT: shorter than five octets, longer than we keep. Wrong length for a known digest type is
 * not checked here: see ds_is_wellformed (W-08). */
int ds_parse(struct slice rdata, struct ds *out);
bool ds_is_wellformed(const struct ds *ds);
size_t ds_rdata(const struct ds *ds, uint8_t out[4 + LIMIT_DIGEST_OCTETS]);
int ds_compare(const struct ds *a, const struct ds *b);
bool ds_equal(const struct ds *a, const struct ds *b);
void ds_to_text(const struct ds *ds, char text[DS_TEXT_SIZE]);	/* upper-case hex */
int ds_from_text(const char *text, struct ds *out);
/* Sorts and removes duplicates in place. */
void ds_set_normalize(struct ds_set *set);
bool ds_set_equal(const struct ds_set *a, const struct ds_set *b);
bool ds_set_has(const struct ds_set *set, const struct ds *ds);

/* The DS of a key at owner (RFC 4034 section 5.1.4). ERR_ARG for a digest type not implemented. */
int ds_from_key(struct crypto *crypto, const struct name *owner, const struct dnskey *key,
	uint8_t digest_type, struct ds *out);
/* *matches only if tag, algorithm and digest all match; false for digest types not implemented. */
int ds_matches_key(struct crypto *crypto, const struct name *owner, const struct ds *ds,
	const struct dnskey *key, bool *matches);
