/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What work on a stranger's octets costs, in nanoseconds of the machine the figures in cost.c were measured on. Pure: the
 * same octets cost the same everywhere, so that a judgement that ends for lack of budget ends so in every replay. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/key.h"
#include "validate/wire/record.h"

/* Parsing a message, gathering and sorting its RRsets, and hashing them for the finding. By the counts in its header,
 * before anything else of it is read. */
uint32_t cost_message(struct slice octets);
/* Gathering one more RRset out of a section of this many records. */
uint32_t cost_gather(size_t records);
/* Looking through signatures for one by any of these keys. */
uint32_t cost_search(size_t signatures, size_t keys);
/* Building the signed data and looking it up among those that were verified. */
uint32_t cost_prepare(size_t signed_octets);
/* Making a key ready, and freeing it. */
uint32_t cost_import(const struct dnskey *key);
/* One verification by a key that is ready. */
uint32_t cost_verify(const struct dnskey *key, size_t signed_octets);
/* The digest of one key, or looking for one among those known. */
uint32_t cost_digest(size_t octets, size_t known);
/* Reading an NSEC or NSEC3 record. */
uint32_t cost_nsec_record(size_t rdata_octets);
/* The hash of RFC 5155 section 5. */
uint32_t cost_nsec3(size_t name_octets, size_t salt_octets, uint16_t iterations);
