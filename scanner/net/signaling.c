/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups of signaling zones: the chain's questions one after the other, then the addresses of its hosts. What is shared is
 * kept below: answers by recursion.c, addresses by who looks them up. */
#include "scanner/net/signaling.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/net/chain.h"
#include "scanner/net/recursion.h"
#include "validate/cds/signaling.h"
#include "validate/wire/err.h"

struct lookup {
	struct signaling *signaling;
	struct chain chain;
	struct recursion_reply **held;	/* of the links */
	uint64_t now_ms;
	bool inside;			/* step() runs: an answer that is known already comes from inside it */
	bool answered;
	bool unknown;			/* something was cancelled or could not be asked */
	size_t hosts_open;
	struct signaling_zone zone;
	signaling_callback *done;
	void *user;
	struct evidence_link links[];
};

struct signaling {
	struct signaling_options options;
	struct recursion *recursion;
	struct arena *arena;		/* reset after each answer */
	size_t lookups;
	bool closing;
};

static void signaling_free(struct signaling *s)
{
	arena_free(s->arena);
	free(s);
}

static void lookup_free(struct lookup *l)
{
	for (size_t i = 0; l && i < l->chain.link_count; i++) {
		recursion_release(l->held[i]);
	}
	if (l) {
		free(l->held);
	}
	free(l);
}

static void finish(struct lookup *l)
{
	struct signaling *s = l->signaling;
	l->zone.link_count = l->chain.link_count;
	l->zone.links = l->links;
	l->done(l->user, l->unknown || s->closing ? NULL : &l->zone);
	lookup_free(l);
	s->lookups--;
	if (s->closing && s->lookups == 0) {
		signaling_free(s);
	}
}

/* ---- the servers */

static void add_server(struct signaling_zone *zone, const struct address *address)
{
	for (size_t i = 0; i < zone->server_count; i++) {
		if (address_compare(&zone->servers[i], address) == 0) {
			return;
		}
	}
	if (zone->server_count < LIMIT_CHILD_ADDRESSES) {
		zone->servers[zone->server_count++] = *address;
	}
}

static void host_over(struct lookup *l)
{
	if (--l->hosts_open == 0) {
		finish(l);
	}
}

/* One that has none, or none now, leaves the others: whom to ask is no evidence. */
static void on_host(void *user, const struct host *host)
{
	struct lookup *l = user;
	l->unknown = l->unknown || host->status == HOST_CANCELLED;
	for (size_t i = 0; host->status == HOST_RESOLVED && i < host->count; i++) {
		add_server(&l->zone, &host->addresses[i]);
	}
	host_over(l);
}

static void find_servers(struct lookup *l)
{
	const struct signaling_options *o = &l->signaling->options;
	/* One more than there are, so that answers from inside do not end it early. */
	l->hosts_open = l->chain.host_count + 1;
	for (size_t i = 0; i < l->chain.host_count; i++) {
		if (o->lookup(o->user, &l->chain.hosts[i], l->now_ms, on_host, l)) {
			l->unknown = true;
			l->hosts_open--;
		}
	}
	host_over(l);
}

/* ---- the chain */

static void step(struct lookup *l);

static void on_reply(void *user, struct recursion_reply *reply)
{
	struct lookup *l = user;
	struct signaling *s = l->signaling;
	l->answered = true;
	if (!reply) {
		l->unknown = true;
	} else {
		size_t before = l->chain.link_count;
		chain_answer(&l->chain, &reply->answer, s->arena);
		arena_reset(s->arena);
		if (l->chain.link_count > before) {
			recursion_hold(reply);
			l->held[before] = reply;
		}
	}
	if (!l->inside) {
		step(l);
	}
}

/* A loop, since with all known there is a callback inside each call. */
static void step(struct lookup *l)
{
	struct name name;
	uint16_t type;
	l->inside = true;
	l->answered = true;
	while (l->answered && !l->unknown && chain_question(&l->chain, &name, &type)) {
		l->answered = false;
		if (recursion_ask(l->signaling->recursion, &name, type, l->now_ms, on_reply, l)) {
			l->unknown = true;
			l->answered = true;
		}
	}
	l->inside = false;
	if (l->answered && l->unknown) {
		finish(l);
	} else if (l->answered) {
		find_servers(l);
	}
}

int signaling_lookup(struct signaling *s, const struct name *host, uint64_t now_ms, signaling_callback *done, void *user)
{
	struct name domain;
	if (!done) {
		return ERR_ARG;
	}
	int result = signaling_domain(host, &domain);
	if (result) {
		return result;
	}
	if (s->closing) {
		return ERR_CANCELLED;
	}
	size_t most = chain_links_most(&domain);
	struct lookup *l = calloc(1, sizeof(*l) + most * sizeof(l->links[0]));
	if (!l || !(l->held = calloc(most, sizeof(struct recursion_reply *)))) {
		lookup_free(l);
		return ERR_NOMEM;
	}
	l->signaling = s;
	l->now_ms = now_ms;
	l->done = done;
	l->user = user;
	chain_init(&l->chain, &domain, l->links);
	s->lookups++;
	step(l);
	return 0;
}

int signaling_new(const struct signaling_options *options, struct signaling **out)
{
	struct signaling *s = calloc(1, sizeof(*s));
	int result = s && (s->arena = arena_new()) ? 0 : ERR_NOMEM;
	if (!result) {
		const struct recursion_options recursion = {
			.resolver = options->resolver, .upstreams = options->upstreams,
			.upstream_count = options->upstream_count, .port = options->port,
			.timeout_ms = options->timeout_ms, .max_entries = options->max_entries, .seed = options->seed,
		};
		s->options = *options;
		result = recursion_new(&recursion, &s->recursion);
	}
	if (result) {
		options->resolver->ops->close(options->resolver);
		if (s) {
			signaling_free(s);
		}
		return result;
	}
	*out = s;
	return 0;
}

uint64_t signaling_questions(const struct signaling *s)
{
	return recursion_questions(s->recursion);
}

void signaling_close(struct signaling *s)
{
	if (s->closing) {
		return;
	}
	s->closing = true;
	recursion_close(s->recursion);
	if (s->lookups == 0) {
		signaling_free(s);
	}
}
