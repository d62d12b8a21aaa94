/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Network: three resolvers, one more for each other place, and what they serve. */
#include "scanner/net/network.h"

#include <uv.h>

#include "validate/wire/err.h"

/* Questions on the way to signaling zones: nearly all of them are known already. */
#define SIGNALING_OUTSTANDING 64
#define SIGNALING_CONNECTIONS 8
/* From each other place: what is asked from there is little. */
#define OTHER_CONNECTIONS 64

static int lookup(void *user, const struct name *host, uint64_t now_ms, hosts_callback *done, void *done_user)
{
	struct network *n = user;
	return n->hosts == NULL ? ERR_CANCELLED : hosts_lookup(n->hosts, host, now_ms, done, done_user);
}

static int open_signaling(struct uv_loop_s *loop, const struct network_options *o, struct network *n, const char **why)
{
	const struct resolver_getdns_options resolver = {
		.max_outstanding = SIGNALING_OUTSTANDING, .tcp_contexts = SIGNALING_CONNECTIONS,
		.recursive = true, .unchecked = true,
	};
	struct signaling_options signaling = {
		.upstreams = o->hosts.upstreams, .upstream_count = o->hosts.upstream_count, .port = o->hosts.port,
		.lookup = lookup, .user = n,
	};
	*why = "the system has no random numbers";
	if (uv_random(NULL, NULL, &signaling.seed, sizeof(signaling.seed), 0, NULL) != 0) {
		return ERR_IO;
	}
	int ret = resolver_getdns_new(loop, &resolver, &signaling.resolver, why);
	if (ret == ERR_OK) {
		*why = "signaling zones of RFC 9615 cannot be looked up: no recursive server is given, or memory is short";
		ret = signaling_new(&signaling, &n->signaling);
	}
	return ret;
}

int network_open(struct uv_loop_s *loop, const struct network_options *options, struct network *n, const char **why)
{
	struct resolver_getdns_options resolver = options->resolver;
	resolver.others = options->other_count * OTHER_CONNECTIONS;
	int ret = resolver_getdns_new(loop, &resolver, &n->resolver, why);
	if (ret == ERR_OK) {
		ret = hosts_new(loop, &options->hosts, &n->hosts, why);
	}
	if (ret == ERR_OK && options->signaling) {
		ret = open_signaling(loop, options, n, why);
	}
	for (size_t i = 0; i < options->other_count && ret == ERR_OK; i++) {
		struct resolver_bound_options other = options->others[i];
		other.connections = OTHER_CONNECTIONS;
		*why = NULL;
		ret = resolver_bound_new(loop, &other, &n->others[i]);
	}
	return ret;
}

void network_close(struct network *n)
{
	struct network open = *n;
	*n = (struct network){ .resolver = NULL };
	if (open.resolver != NULL) {
		open.resolver->ops->close(open.resolver);
	}
	for (size_t i = 0; i < LIMIT_VANTAGES - 1; i++) {
		if (open.others[i] != NULL) {
			open.others[i]->ops->close(open.others[i]);
		}
	}
	if (open.signaling != NULL) {
		signaling_close(open.signaling);
	}
	if (open.hosts != NULL) {
		hosts_close(open.hosts);
	}
}
