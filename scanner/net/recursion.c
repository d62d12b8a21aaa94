/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of recursive servers: a hash table of what is known or being asked, a list of the known ones by age. */
#include "scanner/net/recursion.h"

#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/message.h"

#define DEFAULT_TIMEOUT_MS 5000
#define DEFAULT_ENTRIES 20000
#define DEFAULT_OCTETS (UINT64_C(64) << 20)
#define UPSTREAMS 8
#define BUCKETS 4096
/* Questions for one answer: each server twice, but at least and at most so many. */
#define LEAST_TRIES 3
#define MOST_TRIES 6
#define LEAST_TTL_S 60
#define MOST_TTL_S 3600
#define HEADER_OCTETS 12
#define TC_OCTET 2
#define TC_BIT 0x02

struct waiter {
	struct waiter *next;
	recursion_callback *done;
	void *user;
};

/* Something known (reply), or something that somebody waits for. */
struct entry {
	struct recursion *recursion;
	struct entry *chain;		/* of the bucket */
	struct entry *older, *newer;	/* of those known */
	struct entry *next;		/* of those that wait to be asked */
	struct name name;
	uint16_t type;
	enum transport transport;
	uint8_t tries;
	uint8_t attempts;
	uint64_t now_ms;		/* of the call that asked */
	uint64_t expires_ms;
	struct recursion_reply *reply;
	struct waiter *waiters;
	struct waiter **last_waiter;
};

struct recursion {
	struct resolver *resolver;
	struct arena *arena;		/* reset after each answer */
	struct address upstreams[UPSTREAMS];
	size_t upstream_count;
	uint16_t port;
	uint32_t timeout_ms;
	uint64_t seed;
	size_t max_entries, max_octets, max_outstanding;
	size_t known, octets;
	size_t outstanding;
	uint64_t questions;
	bool closing;
	bool starting;			/* start_waiting runs: what ends in it does not begin it again */
	struct entry *oldest, *newest;
	struct entry *first, *last;
	struct entry *buckets[BUCKETS];
};

void recursion_hold(struct recursion_reply *reply)
{
	reply->holders++;
}

void recursion_release(struct recursion_reply *reply)
{
	if (reply && --reply->holders == 0) {
		free(reply);
	}
}

/* ---- the table */

/* FNV-1a from a secret start, with a final mix. */
static struct entry **bucket_of(struct recursion *r, const struct name *name, uint16_t type)
{
	uint64_t hash = 0xcbf29ce484222325ULL ^ r->seed ^ type;
	for (size_t i = 0; i < name->size; i++) {
		hash = (hash ^ name->octets[i]) * 0x100000001b3ULL;
	}
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15ULL;
	return &r->buckets[(hash ^ hash >> 29) % BUCKETS];
}

static struct entry *find(struct recursion *r, const struct name *name, uint16_t type)
{
	struct entry *e = *bucket_of(r, name, type);
	while (e && (e->type != type || !name_equal(&e->name, name))) {
		e = e->chain;
	}
	return e;
}

static void unchain(struct entry *e)
{
	struct entry **link = bucket_of(e->recursion, &e->name, e->type);
	while (*link != e) {
		link = &(*link)->chain;
	}
	*link = e->chain;
}

static void forget(struct entry *e)
{
	struct recursion *r = e->recursion;
	unchain(e);
	*(e->older ? &e->older->newer : &r->oldest) = e->newer;
	*(e->newer ? &e->newer->older : &r->newest) = e->older;
	r->known--;
	r->octets -= e->reply->answer.octets.size;
	recursion_release(e->reply);
	free(e);
}

static void keep(struct entry *e, struct recursion_reply *reply)
{
	struct recursion *r = e->recursion;
	e->reply = reply;
	e->expires_ms = e->now_ms + (uint64_t)reply->ttl_s * 1000;
	e->older = r->newest;
	*(r->newest ? &r->newest->newer : &r->oldest) = e;
	r->newest = e;
	r->known++;
	r->octets += reply->answer.octets.size;
	while (r->known > r->max_entries || r->octets > r->max_octets) {
		forget(r->oldest);
	}
}

static void recursion_free(struct recursion *r)
{
	while (r->oldest) {
		forget(r->oldest);
	}
	arena_free(r->arena);
	free(r);
}

/* ---- what came */

/* Is it an answer that another server would not better? *ttl_s as far as it says one. */
static bool is_good(struct recursion *r, const struct entry *e, const struct answer *a, uint32_t *ttl_s)
{
	struct message m;
	bool good = !message_parse(a->octets, a->size, r->arena, &m) && message_answers(&m, &e->name, e->type) &&
		!(m.flags & MESSAGE_FLAG_TC) && (m.rcode == RCODE_NOERROR || m.rcode == RCODE_NXDOMAIN);
	uint32_t least = MOST_TTL_S;
	for (enum section s = SECTION_ANSWER; good && s <= SECTION_AUTHORITY; s++) {
		for (size_t i = 0; i < m.count[s]; i++) {
			least = m.records[s][i].ttl < least ? m.records[s][i].ttl : least;
		}
	}
	arena_reset(r->arena);
	*ttl_s = good && least > LEAST_TTL_S ? least : LEAST_TTL_S;
	return good;
}

static struct recursion_reply *new_reply(const struct entry *e, const struct answer *a, uint32_t ttl_s)
{
	size_t size = a->status == ANSWER_RECEIVED ? a->size : 0;
	struct recursion_reply *reply = calloc(1, sizeof(*reply) + size);
	if (!reply) {
		return NULL;
	}
	reply->holders = 1;
	reply->ttl_s = ttl_s;
	reply->answer = (struct evidence_answer){
		.status = size > 0 ? EVIDENCE_ANSWERED : a->status == ANSWER_REFUSED ? EVIDENCE_UNREACHABLE : EVIDENCE_TIMEOUT,
		.tcp = e->transport == TRANSPORT_TCP,
		.attempts = e->attempts,
		.rtt_us = a->rtt_us,
	};
	if (size > 0) {
		memcpy(reply->octets, a->octets, size);
		memset(reply->octets, 0, size < 2 ? size : 2);
		reply->answer.octets = (struct slice){ reply->octets, size };
	}
	return reply;
}

/* In order before anybody hears of it: a callback may ask again, and forget others. */
static void finish(struct entry *e, struct recursion_reply *reply)
{
	struct waiter *w = e->waiters;
	e->waiters = NULL;
	e->last_waiter = &e->waiters;
	if (reply) {
		recursion_hold(reply);
		keep(e, reply);
	} else {
		unchain(e);
		free(e);
	}
	while (w) {
		struct waiter *next = w->next;
		w->done(w->user, reply);
		free(w);
		w = next;
	}
	recursion_release(reply);
}

static void ask(struct entry *e);

static void start_waiting(struct recursion *r)
{
	if (r->starting) {
		return;
	}
	r->starting = true;
	while (r->first && (r->outstanding < r->max_outstanding || r->closing)) {
		struct entry *e = r->first;
		r->first = e->next;
		r->last = r->first ? r->last : NULL;
		if (r->closing) {
			finish(e, NULL);
		} else {
			r->outstanding++;
			ask(e);
		}
	}
	r->starting = false;
}

static void over(struct entry *e, struct recursion_reply *reply)
{
	struct recursion *r = e->recursion;
	r->outstanding--;
	finish(e, reply);
	start_waiting(r);
	if (r->closing && r->outstanding == 0) {
		recursion_free(r);
	}
}

static unsigned tries_allowed(const struct recursion *r)
{
	unsigned tries = (unsigned)r->upstream_count * 2;
	return tries < LEAST_TRIES ? LEAST_TRIES : tries > MOST_TRIES ? MOST_TRIES : tries;
}

/* TC says so; and a datagram as long as the room we offered may have been cut there without saying so. */
static bool is_truncated(const struct answer *a)
{
	return a->size >= RESOLVER_UDP_PAYLOAD || (a->size >= HEADER_OCTETS && (a->octets[TC_OCTET] & TC_BIT));
}

static void on_answer(void *user, const struct answer *a)
{
	struct entry *e = user;
	struct recursion *r = e->recursion;
	uint32_t ttl_s = LEAST_TTL_S;
	if (r->closing || a->status == ANSWER_CANCELLED || a->status == ANSWER_STARVED) {
		over(e, NULL);
		return;
	}
	e->attempts++;
	if (a->status == ANSWER_RECEIVED && e->transport == TRANSPORT_UDP && is_truncated(a)) {
		e->transport = TRANSPORT_TCP;
		e->tries--;		/* the same server */
		ask(e);
	} else if ((a->status != ANSWER_RECEIVED || !is_good(r, e, a, &ttl_s)) && e->tries < tries_allowed(r)) {
		e->transport = TRANSPORT_UDP;
		ask(e);
	} else {
		over(e, new_reply(e, a, ttl_s));
	}
}

/* A submit that fails is ours. The resolver has room for every question that is begun, so it is memory. */
static void ask(struct entry *e)
{
	struct recursion *r = e->recursion;
	const struct question q = {
		.name = e->name,
		.type = e->type,
		.server = r->upstreams[e->tries++ % r->upstream_count],
		.port = r->port,
		.transport = e->transport,
		.timeout_ms = r->timeout_ms,
	};
	uint64_t ticket = 0;
	r->questions++;
	if (r->resolver->ops->submit(r->resolver, &q, on_answer, e, &ticket)) {
		over(e, NULL);
	}
}

/* ---- asking */

static int join(struct entry *e, recursion_callback *done, void *user)
{
	struct waiter *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	w->done = done;
	w->user = user;
	*e->last_waiter = w;
	e->last_waiter = &w->next;
	return 0;
}

static struct entry *new_entry(struct recursion *r, const struct name *name, uint16_t type, uint64_t now_ms)
{
	struct entry *e = calloc(1, sizeof(*e));
	if (e) {
		e->recursion = r;
		e->name = *name;
		e->type = type;
		e->now_ms = now_ms;
		e->last_waiter = &e->waiters;
	}
	return e;
}

static int begin(struct recursion *r, struct entry *e)
{
	struct entry **bucket = bucket_of(r, &e->name, e->type);
	e->chain = *bucket;
	*bucket = e;
	if (r->outstanding < r->max_outstanding) {
		r->outstanding++;
		ask(e);
	} else {
		*(r->last ? &r->last->next : &r->first) = e;
		r->last = e;
	}
	return 0;
}

int recursion_ask(struct recursion *r, const struct name *name, uint16_t type, uint64_t now_ms, recursion_callback *done,
	void *user)
{
	if (name->size == 0 || !done) {
		return ERR_ARG;
	}
	if (r->closing) {
		return ERR_CANCELLED;
	}
	struct entry *e = find(r, name, type);
	if (e && e->reply && e->expires_ms <= now_ms) {
		forget(e);
		e = NULL;
	}
	if (e && e->reply) {
		struct recursion_reply *reply = e->reply;
		recursion_hold(reply);
		done(user, reply);
		recursion_release(reply);
		return 0;
	}
	if (e) {
		return join(e, done, user);
	}
	e = new_entry(r, name, type, now_ms);
	if (!e || join(e, done, user)) {
		free(e);
		return ERR_NOMEM;
	}
	return begin(r, e);
}

uint64_t recursion_questions(const struct recursion *r)
{
	return r->questions;
}

int recursion_new(const struct recursion_options *options, struct recursion **out)
{
	if (!options->resolver || options->upstream_count == 0) {
		return ERR_ARG;
	}
	struct recursion *r = calloc(1, sizeof(*r));
	if (!r || !(r->arena = arena_new())) {
		free(r);
		return ERR_NOMEM;
	}
	r->resolver = options->resolver;
	r->upstream_count = options->upstream_count < UPSTREAMS ? options->upstream_count : UPSTREAMS;
	memcpy(r->upstreams, options->upstreams, r->upstream_count * sizeof(r->upstreams[0]));
	r->port = options->port;
	r->timeout_ms = options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
	r->seed = options->seed;
	r->max_entries = options->max_entries ? options->max_entries : DEFAULT_ENTRIES;
	r->max_octets = options->max_octets ? options->max_octets : DEFAULT_OCTETS;
	r->max_outstanding = r->resolver->ops->capacity(r->resolver);
	*out = r;
	return 0;
}

void recursion_close(struct recursion *r)
{
	if (r->closing) {
		return;
	}
	r->closing = true;
	r->resolver->ops->close(r->resolver);
	if (r->outstanding == 0) {
		recursion_free(r);
	}
}
