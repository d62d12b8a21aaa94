/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one answer of a recursive server says about one address family of a host. Pure. */
#pragma once

#include <stdint.h>

#include "scanner/net/hosts.h"
#include "validate/wire/arena.h"

enum host_leg_status {
	HOST_LEG_FAILED = 0,	/* not an answer to believe: ask another server */
	HOST_LEG_TRUNCATED,	/* ask over TCP */
	HOST_LEG_DONE,		/* count addresses, perhaps none */
	HOST_LEG_ALIAS,
};

struct host_leg {
	enum host_leg_status status;
	uint8_t count;
	uint32_t ttl;		/* of the addresses, smallest; seconds */
	struct address addresses[LIMIT_HOST_ADDRESSES];	/* the smallest ones, sorted */
};

/* type is TYPE_A or TYPE_AAAA. Memory of the arena is used in passing. */
void host_answer_read(const uint8_t *octets, size_t size, const struct name *host, uint16_t type,
	struct arena *arena, struct host_leg *out);
/* Both families in one. At most half of the room is denied to one family by the other. */
void host_answer_merge(const struct host_leg *four, const struct host_leg *six, struct host *out);
