/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP contexts by server: each keeps its server for life, only idle ones are replaced, questions to
 * one server share its connection, and those that find no place wait. */
#pragma once

#include <stddef.h>

#include "scanner/net/asking.h"

struct tcp_pool;

/* Makes at most that many contexts with these options. NULL when out of memory. */
struct tcp_pool *tcp_pool_new(struct poller *poller, const struct context_options *options,
	size_t contexts);
/* After every question has ended. NULL is fine. */
void tcp_pool_free(struct tcp_pool *pool);

/* Asks it or lets it wait; what goes wrong ends it. */
void tcp_pool_submit(struct tcp_pool *pool, struct asking *a);
/* A waiting one no longer waits. */
void tcp_pool_withdraw(struct tcp_pool *pool, struct asking *a);
/* It has ended; called outside of getdns. True: it is asked once more after all, for the connection
 * it shared was closed under it (RFC 7766 section 6.2.4). */
bool tcp_pool_finished(struct tcp_pool *pool, struct asking *a);
