/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does an algorithm verify here? Asked once at start, since a system's policy may switch one off. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "validate/dnssec/crypto.h"

/* False for algorithms not implemented, and where a known good signature does not verify. */
bool selftest_passes(struct crypto *crypto, uint8_t algorithm);
