/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known about name-server hosts, until it expires; the oldest go first when it is full. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scanner/net/hosts.h"

struct host_cache;

/* NULL when out of memory. The seed keeps strangers from choosing names that collide. */
struct host_cache *host_cache_new(size_t max_entries, uint64_t seed);
/* NULL is fine. */
void host_cache_free(struct host_cache *cache);

/* False when nothing is known, or no longer. */
bool host_cache_get(struct host_cache *cache, const struct name *name, uint64_t now_ms, struct host *out);
/* Replaces what was known. Out of memory it is just not kept. */
void host_cache_put(struct host_cache *cache, const struct name *name, const struct host *host,
	uint64_t expires_ms);
size_t host_cache_count(const struct host_cache *cache);
