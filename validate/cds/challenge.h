/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 8078 section 3.4, "Accept with Challenge": a token that the registry hands out, which its owner publishes in the zone:
 * one TXT record of one string at a name of its own. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/dnssec/crypto.h"
#include "validate/wire/name.h"

/* _cdswalk-challenge + child. ERR_LIMIT: longer than a name may be. ERR_ARG: child is no name. */
int challenge_name(const struct name *child, struct name *out);
/* What is remembered of a token, and compared with what is seen. */
int challenge_hash(struct crypto *crypto, const void *token, size_t size, uint8_t out[SHA256_OCTETS]);
