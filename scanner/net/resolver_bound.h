/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolver that asks from given local addresses, over TCP: another vantage. getdns connects its sockets before anybody can bind
 * them. One connection a question, for what is asked from there is little: one more probe of a child that nothing proves. One
 * network thread only. */
#pragma once

#include "scanner/net/resolver.h"

struct uv_loop_s;

struct resolver_bound_options {
	struct address ipv4, ipv6;	/* family 0: servers of this family cannot be asked */
	size_t connections;		/* at once, others wait; at least 1 */
};

int resolver_bound_new(struct uv_loop_s *loop, const struct resolver_bound_options *options, struct resolver **out);
/* Would a socket that nobody binds reach this address from that local one? No packet is sent; false where there is no way. */
bool resolver_bound_is_usual(const struct address *local, const struct address *towards);
/* Can be asked from the address, and is it another place than the machine as it is? Loopback is one in a lab at most. 0, or ERR_IO
 * with *why (one phrase, static). */
int resolver_bound_check(const struct address *local, bool allow_loopback, const char **why);
