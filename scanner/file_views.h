/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views that were read from files, as if servers had been asked. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "validate/cds/delegation.h"
#include "validate/cds/evidence.h"

/* A place for each of count views (at most LIMIT_NS_HOSTS), without answers; the delegation has their hosts and its DS
 * state is unknown. A view has no address of its own: view N stands at N of the discard prefix 100::/64 (RFC 6666), served
 * by the host viewN.invalid. (RFC 2606), so that decisions name it. All in arena. ERR_NOMEM. */
int file_views_make(const struct name *child, size_t count, uint64_t now, struct arena *arena, struct evidence *e,
	struct delegation *d);
