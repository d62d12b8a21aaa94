/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9615: what the operators of a child say of its keys in zones of their own. */
#pragma once

#include <stdbool.h>

#include "validate/wire/name.h"

/* _dsboot + child + _signal + host (W-17), by labels. ERR_LIMIT: longer than a name may be (SIGNAL_NAME_TOO_LONG). ERR_ARG:
 * one of them is no name. */
int signaling_name(const struct name *child, const struct name *host, struct name *out);
/* _signal + host: what all signaling names of a host lie below. ERR_LIMIT, ERR_ARG. */
int signaling_domain(const struct name *host, struct name *out);
/* Has the host a signaling domain that may speak for the child (RFC 9615 section 4.1)? None has one that is the apex or lies
 * below it (T-36). */
bool signaling_is_outside(const struct name *child, const struct name *host);
