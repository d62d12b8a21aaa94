/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hash table of hosts with a list by age. Entries are as long as their name and addresses need: there
 * may be half a million. */
#include "scanner/net/host_cache.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 256

struct entry {
	struct entry *chain;		/* of the bucket */
	struct entry *older;
	struct entry *newer;
	uint64_t hash;
	uint64_t expires_ms;
	uint8_t status;
	uint8_t count;
	uint8_t name_size;
	uint8_t octets[];		/* the addresses, then the name */
};

struct host_cache {
	struct entry **buckets;
	size_t bucket_count;		/* a power of two */
	size_t count;
	size_t max;
	uint64_t seed;
	struct entry *oldest;
	struct entry *newest;
};

struct host_cache *host_cache_new(size_t max_entries, uint64_t seed)
{
	struct host_cache *cache = calloc(1, sizeof(*cache));
	if (!cache) {
		return NULL;
	}
	cache->buckets = calloc(FIRST_BUCKETS, sizeof(*cache->buckets));
	if (!cache->buckets) {
		free(cache);
		return NULL;
	}
	cache->bucket_count = FIRST_BUCKETS;
	cache->max = max_entries > 0 ? max_entries : 1;
	cache->seed = seed;
	return cache;
}

void host_cache_free(struct host_cache *cache)
{
	if (!cache) {
		return;
	}
	struct entry *newer = NULL;
	for (struct entry *e = cache->oldest; e; e = newer) {
		newer = e->newer;
		free(e);
	}
	free(cache->buckets);
	free(cache);
}

size_t host_cache_count(const struct host_cache *cache)
{
	return cache->count;
}

/* FNV-1a from a secret start, with a final mix. */
static uint64_t hash_name(const struct host_cache *cache, const struct name *name)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ cache->seed;
	for (size_t i = 0; i < name->size; i++) {
		hash = (hash ^ name->octets[i]) * 0x100000001b3ULL;
	}
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

static const uint8_t *name_of(const struct entry *e)
{
	return e->octets + e->count * sizeof(struct address);
}

/* The link that points to the entry, or to NULL at the end of its bucket. */
static struct entry **find(struct host_cache *cache, const struct name *name, uint64_t hash)
{
	struct entry **link = &cache->buckets[hash & (cache->bucket_count - 1)];
	while (*link && ((*link)->hash != hash || (*link)->name_size != name->size ||
		memcmp(name_of(*link), name->octets, name->size))) {
		link = &(*link)->chain;
	}
	return link;
}

static void drop(struct host_cache *cache, struct entry **link)
{
	struct entry *e = *link;
	*link = e->chain;
	if (e->older) {
		e->older->newer = e->newer;
	} else {
		cache->oldest = e->newer;
	}
	if (e->newer) {
		e->newer->older = e->older;
	} else {
		cache->newest = e->older;
	}
	cache->count--;
	free(e);
}

static void drop_oldest(struct host_cache *cache)
{
	struct entry **link = &cache->buckets[cache->oldest->hash & (cache->bucket_count - 1)];
	while (*link != cache->oldest) {
		link = &(*link)->chain;
	}
	drop(cache, link);
}

static void grow(struct host_cache *cache)
{
	size_t count = cache->bucket_count * 2;
	struct entry **buckets = calloc(count, sizeof(*buckets));
	if (!buckets) {
		return;
	}
	for (struct entry *e = cache->oldest; e; e = e->newer) {
		struct entry **bucket = &buckets[e->hash & (count - 1)];
		e->chain = *bucket;
		*bucket = e;
	}
	free(cache->buckets);
	cache->buckets = buckets;
	cache->bucket_count = count;
}

bool host_cache_get(struct host_cache *cache, const struct name *name, uint64_t now_ms, struct host *out)
{
	struct entry **link = find(cache, name, hash_name(cache, name));
	const struct entry *e = *link;
	if (!e) {
		return false;
	}
	if (e->expires_ms <= now_ms) {
		drop(cache, link);
		return false;
	}
	*out = (struct host){ .status = (enum host_status)e->status, .count = e->count };
	memcpy(out->addresses, e->octets, e->count * sizeof(struct address));
	return true;
}

void host_cache_put(struct host_cache *cache, const struct name *name, const struct host *host,
	uint64_t expires_ms)
{
	uint64_t hash = hash_name(cache, name);
	struct entry **link = find(cache, name, hash);
	if (*link) {
		drop(cache, link);
	}
	if (cache->count >= cache->max) {
		drop_oldest(cache);
	}
	size_t addresses = host->count * sizeof(struct address);
	struct entry *e = malloc(sizeof(*e) + addresses + name->size);
	if (!e) {
		return;
	}
	*e = (struct entry){
		.hash = hash,
		.expires_ms = expires_ms,
		.status = (uint8_t)host->status,
		.count = host->count,
		.name_size = name->size,
		.older = cache->newest,
	};
	memcpy(e->octets, host->addresses, addresses);
	memcpy(e->octets + addresses, name->octets, name->size);
	struct entry **bucket = &cache->buckets[hash & (cache->bucket_count - 1)];
	e->chain = *bucket;
	*bucket = e;
	if (cache->newest) {
		cache->newest->newer = e;
	} else {
		cache->oldest = e;
	}
	cache->newest = e;
	if (++cache->count > cache->bucket_count) {
		grow(cache);
	}
}
