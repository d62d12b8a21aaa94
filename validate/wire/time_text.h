/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times as people and registries write them, in UTC. */
#pragma once

#include <stdint.h>

/* "2026-11-21T02:00:00Z", seconds since the epoch, or "YYYYMMDDHHMMSS"; ERR_FORMAT, also for what has more than the 32 bits
 * that signatures know. */
int time_from_text(const char *text, uint64_t *seconds);
