/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A zone transfer with bounds of one's own. Private to registry/source and its tests. */
#pragma once

#include "registry/source/source.h"

struct axfr_limits {
	uint32_t connect_ms;
	uint32_t message_ms;	/* for one whole message */
	uint64_t transfer_ms;	/* for all of them */
	uint64_t octets;	/* of all of them */
};

int axfr_open(const struct source_place *place, const struct axfr_limits *limits, struct source **out,
	struct source_error *error);
