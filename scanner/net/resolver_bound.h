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
/* Has this machine the address? 0, or ERR_IO with *why (one phrase, static). */
int resolver_bound_check(const struct address *local, const char **why);
