/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups of hosts: two questions each (A, AAAA) to recursive servers, joined and cached. */
#include "scanner/net/hosts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "scanner/net/context.h"
#include "scanner/net/host_answer.h"
#include "scanner/net/host_cache.h"
#include "scanner/net/resolver_getdns.h"
#include "validate/wire/arena.h"
#include "validate/wire/err.h"
#include "validate/wire/record.h"

#define DEFAULT_TIMEOUT_MS 5000
#define DEFAULT_ENTRIES 500000
#define DEFAULT_OUTSTANDING 256
#define UPSTREAMS 8
/* Questions for one family: each server twice, but at least and at most so many. */
#define LEAST_TRIES 3
#define MOST_TRIES 6
#define LEAST_TTL_S 60
#define MOST_TTL_S (6 * 3600)
#define BUCKETS 1024

struct waiter {
	struct waiter *next;
	hosts_callback *done;
	void *user;
};

struct lookup;

/* One address family of a look-up. */
struct leg {
	struct lookup *lookup;
	uint16_t type;
	enum transport transport;
	unsigned tries;
	bool bogus;
	bool cancelled;
	struct host_leg found;
};

struct lookup {
	struct hosts *hosts;
	struct lookup *chain;		/* of the bucket */
	struct lookup *next;		/* waits for its turn */
	struct name name;
	uint64_t now_ms;
	unsigned open;			/* legs under way */
	struct leg legs[2];
	struct waiter *waiters;
	struct waiter **last_waiter;
};

struct hosts {
	struct resolver *resolver;
	struct host_cache *cache;
	struct arena *arena;
	struct address upstreams[UPSTREAMS];
	size_t upstream_count;
	uint16_t port;
	uint32_t timeout_ms;
	bool validates;
	bool closing;
	bool starting;			/* start_waiting runs: what ends in it does not begin it again */
	size_t max_outstanding;
	size_t outstanding;		/* look-ups under way */
	struct lookup *first;		/* the others */
	struct lookup *last;
	struct lookup *buckets[BUCKETS];
};

static size_t bucket_of(const struct name *name)
{
	uint32_t hash = 0x811c9dc5;
	for (size_t i = 0; i < name->size; i++) {
		hash = (hash ^ name->octets[i]) * 0x01000193;
	}
	return (hash ^ hash >> 16) % BUCKETS;
}

static struct lookup *find(const struct hosts *h, const struct name *name)
{
	struct lookup *l = h->buckets[bucket_of(name)];
	while (l && !name_equal(&l->name, name)) {
		l = l->chain;
	}
	return l;
}

static void unchain(struct hosts *h, const struct lookup *l)
{
	struct lookup **link = &h->buckets[bucket_of(&l->name)];
	while (*link != l) {
		link = &(*link)->chain;
	}
	*link = l->chain;
}

static void hosts_free(struct hosts *h)
{
	host_cache_free(h->cache);
	arena_free(h->arena);
	free(h);
}

static uint32_t lifetime_s(const struct lookup *l, const struct host *host)
{
	uint32_t ttl = LEAST_TTL_S;
	if (host->status == HOST_RESOLVED) {
		uint32_t four = l->legs[0].found.ttl;
		uint32_t six = l->legs[1].found.ttl;
		ttl = four < six ? four : six;
		ttl = ttl < LEAST_TTL_S ? LEAST_TTL_S : ttl > MOST_TTL_S ? MOST_TTL_S : ttl;
	}
	return ttl;
}

static void judge(const struct lookup *l, struct host *host)
{
	host_answer_merge(&l->legs[0].found, &l->legs[1].found, host);
	if (l->legs[0].cancelled || l->legs[1].cancelled || l->hosts->closing) {
		*host = (struct host){ .status = HOST_CANCELLED };
	} else if (l->legs[0].bogus || l->legs[1].bogus) {
		*host = (struct host){ .status = HOST_BOGUS };
	}
}

/* Forgotten before anybody hears of it: a callback may ask for the same host again. */
static void finish(struct lookup *l)
{
	struct hosts *h = l->hosts;
	struct host host;
	judge(l, &host);
	if (host.status != HOST_CANCELLED) {
		host_cache_put(h->cache, &l->name, &host,
			l->now_ms + (uint64_t)lifetime_s(l, &host) * 1000);
	}
	unchain(h, l);
	struct waiter *next = NULL;
	for (struct waiter *w = l->waiters; w; w = next) {
		next = w->next;
		w->done(w->user, &host);
		free(w);
	}
	free(l);
}

static void ask(struct leg *leg);

static void start(struct hosts *h, struct lookup *l)
{
	h->outstanding++;
	l->open = 2;
	ask(&l->legs[0]);
	ask(&l->legs[1]);
}

static void start_waiting(struct hosts *h)
{
	if (h->starting) {
		return;
	}
	h->starting = true;
	while (h->first && (h->outstanding < h->max_outstanding || h->closing)) {
		struct lookup *l = h->first;
		h->first = l->next;
		if (!h->first) {
			h->last = NULL;
		}
		if (h->closing) {
			finish(l);
		} else {
			start(h, l);
		}
	}
	h->starting = false;
}

static void leg_over(struct leg *leg)
{
	struct lookup *l = leg->lookup;
	struct hosts *h = l->hosts;
	if (--l->open > 0) {
		return;
	}
	h->outstanding--;
	finish(l);
	start_waiting(h);
	if (h->closing && h->outstanding == 0) {
		hosts_free(h);
	}
}

static unsigned tries_allowed(const struct hosts *h)
{
	unsigned tries = (unsigned)h->upstream_count * 2;
	return tries < LEAST_TRIES ? LEAST_TRIES : tries > MOST_TRIES ? MOST_TRIES : tries;
}

static void on_answer(void *user, const struct answer *answer)
{
	struct leg *leg = user;
	struct hosts *h = leg->lookup->hosts;
	leg->bogus = false;
	if (answer->status == ANSWER_CANCELLED || answer->status == ANSWER_STARVED) {
		leg->cancelled = true;
		leg_over(leg);
		return;
	}
	if (answer->status == ANSWER_RECEIVED) {
		host_answer_read(answer->octets, answer->size, &leg->lookup->name, leg->type, h->arena,
			&leg->found);
		arena_reset(h->arena);
		/* The SERVFAIL of a server that cannot reach others is not signed either. */
		leg->bogus = answer->bogus && leg->found.status != HOST_LEG_FAILED;
	} else {
		leg->found = (struct host_leg){ .status = HOST_LEG_FAILED, .ttl = UINT32_MAX };
	}
	bool again = leg->found.status == HOST_LEG_FAILED || leg->bogus;
	if (leg->found.status == HOST_LEG_TRUNCATED && leg->transport == TRANSPORT_UDP) {
		leg->transport = TRANSPORT_TCP;
		leg->tries--;		/* the same server */
		ask(leg);
	} else if (again && leg->tries < tries_allowed(h)) {
		ask(leg);
	} else {
		leg_over(leg);
	}
}

/* A submit that fails is ours; like an answer it must not come from inside hosts_lookup. The resolver
 * has room for every look-up that is started, so it is memory, and the caller hears at once. */
static void ask(struct leg *leg)
{
	struct hosts *h = leg->lookup->hosts;
	struct question q = {
		.name = leg->lookup->name,
		.type = leg->type,
		.server = h->upstreams[leg->tries++ % h->upstream_count],
		.port = h->port,
		.transport = h->validates ? TRANSPORT_TCP : leg->transport,
		.timeout_ms = h->timeout_ms,
	};
	uint64_t ticket = 0;
	if (h->closing || h->resolver->ops->submit(h->resolver, &q, on_answer, leg, &ticket)) {
		leg->cancelled = true;
		leg_over(leg);
	}
}

static int choose_upstreams(struct hosts *h, const struct hosts_options *o)
{
	if (o->upstream_count == 0) {
		h->upstream_count = context_system_servers(h->upstreams, UPSTREAMS);
		return h->upstream_count > 0 ? 0 : ERR_NOTFOUND;
	}
	h->upstream_count = o->upstream_count < UPSTREAMS ? o->upstream_count : UPSTREAMS;
	memcpy(h->upstreams, o->upstreams, h->upstream_count * sizeof(h->upstreams[0]));
	return 0;
}

static int open_resolver(struct hosts *h, struct uv_loop_s *loop, const struct hosts_options *o,
	const char **why)
{
	size_t lookups = o->max_outstanding ? o->max_outstanding : DEFAULT_OUTSTANDING;
	const struct resolver_getdns_options options = {
		.max_outstanding = lookups * 2,
		.tcp_contexts = UPSTREAMS,
		.recursive = true,
		.anchors = o->anchors,
		.anchor_count = o->anchor_count,
	};
	int result = resolver_getdns_new(loop, &options, &h->resolver, why);
	if (!result) {
		h->max_outstanding = h->resolver->ops->capacity(h->resolver) / 2;
	}
	return result;
}

int hosts_new(struct uv_loop_s *loop, const struct hosts_options *options, struct hosts **out,
	const char **why)
{
	uint64_t seed = 0;
	struct hosts *h = calloc(1, sizeof(*h));
	*why = "out of memory";
	int result = h ? 0 : ERR_NOMEM;
	if (result) {
		goto out;
	}
	h->port = options->port;
	h->timeout_ms = options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
	h->validates = options->anchor_count > 0;
	if (uv_random(NULL, NULL, &seed, sizeof(seed), 0, NULL)) {
		*why = "the system has no random numbers";
		result = ERR_IO;
		goto out;
	}
	h->arena = arena_new();
	h->cache = host_cache_new(options->max_entries ? options->max_entries : DEFAULT_ENTRIES, seed);
	result = h->arena && h->cache ? 0 : ERR_NOMEM;
	if (!result && (result = choose_upstreams(h, options))) {
		*why = "no recursive server is configured, neither here nor in resolv.conf";
	}
	if (!result) {
		result = open_resolver(h, loop, options, why);
	}
	if (!result) {
		*out = h;
	}
out:
	if (result && h) {
		hosts_free(h);
	}
	return result;
}

static int join(struct lookup *l, hosts_callback *done, void *user)
{
	struct waiter *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	w->done = done;
	w->user = user;
	*l->last_waiter = w;
	l->last_waiter = &w->next;
	return 0;
}

static struct lookup *new_lookup(struct hosts *h, const struct name *name, uint64_t now_ms)
{
	struct lookup *l = calloc(1, sizeof(*l));
	if (!l) {
		return NULL;
	}
	l->hosts = h;
	l->name = *name;
	l->now_ms = now_ms;
	l->last_waiter = &l->waiters;
	for (size_t i = 0; i < 2; i++) {
		l->legs[i].lookup = l;
		l->legs[i].type = i == 0 ? TYPE_A : TYPE_AAAA;
	}
	return l;
}

int hosts_lookup(struct hosts *h, const struct name *host, uint64_t now_ms, hosts_callback *done, void *user)
{
	struct host known;
	if (host->size == 0 || !done) {
		return ERR_ARG;
	}
	if (h->closing) {
		return ERR_CANCELLED;
	}
	if (host_cache_get(h->cache, host, now_ms, &known)) {
		done(user, &known);
		return 0;
	}
	struct lookup *l = find(h, host);
	if (l) {
		return join(l, done, user);
	}
	l = new_lookup(h, host, now_ms);
	if (!l || join(l, done, user)) {
		free(l);
		return ERR_NOMEM;
	}
	l->chain = h->buckets[bucket_of(host)];
	h->buckets[bucket_of(host)] = l;
	if (h->outstanding < h->max_outstanding) {
		start(h, l);
	} else if (h->last) {
		h->last->next = l;
		h->last = l;
	} else {
		h->first = h->last = l;
	}
	return 0;
}

void hosts_close(struct hosts *h)
{
	if (h->closing) {
		return;
	}
	h->closing = true;
	h->resolver->ops->close(h->resolver);
	if (h->outstanding == 0) {
		hosts_free(h);
	}
}
