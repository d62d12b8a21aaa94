/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One question on its way through resolver_getdns: its clock, and the list of those that ended and
 * wait to be handed out from the loop, outside of getdns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "scanner/net/context.h"
#include "scanner/net/poller.h"
#include "scanner/net/resolver.h"

enum asking_state { ASKING_FREE = 0, ASKING_WAITING, ASKING_ASKED, ASKING_ENDED };

struct asking;
struct tcp_connection;

struct ended_list {
	struct asking *head;
	struct asking *tail;
	struct poller *poller;
	uv_idle_t idle;		/* runs while the list is not empty, so that the loop does not sleep */
};

struct asking {
	struct asked asked;		/* first: the context hands it back */
	enum asking_state state;
	struct question question;
	resolver_callback *done;
	void *user;
	uint64_t ticket;
	uint64_t began_ns;
	uint32_t rtt_us;
	uint8_t extensions;		/* of the time limit, each for a loop that came late */
	uint8_t repeats;		/* over TCP, after a connection it shared was closed */
	bool alone;			/* the last repeat, on a connection of its own */
	struct tcp_connection *connection;
	struct reply reply;
	struct ended_list *ended;
	struct asking *next;		/* free, waiting or ended */
	uv_timer_t timer;
};

/* Is this message an answer to that question at all? Not judged further; the identifier is the caller's to compare. */
bool asking_fits(const struct question *q, const uint8_t *m, size_t size);

/* It is about to be sent: the clock starts. */
void asking_begin(struct asking *a);
/* The context_callback: stops the clock and puts it into the list. */
void asking_end(struct asked *asked, const struct reply *reply);
/* The same without a context. */
void asking_fail(struct asking *a, enum answer_status status);
