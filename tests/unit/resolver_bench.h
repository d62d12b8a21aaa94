/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One loop, one resolver, many questions, and what must hold in the end whatever happened. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "scanner/net/resolver_getdns.h"
#include "tests/unit/responder.h"

struct bench;

struct ask {
	struct bench *bench;
	unsigned calls;
	enum answer_status status;
	uint64_t ticket;
	bool truncated;
	bool recursion, unchecked;	/* RD and CD came back */
	size_t size;
	uint32_t rtt_us;
};

struct bench {
	uv_loop_t loop;
	struct resolver *resolver;
	struct ask *asks;
	size_t count;
	size_t sent;
	size_t done;
	size_t window;
	size_t seen[ANSWER_STARVED + 1];
	bool in_submit;
	struct question (*make)(size_t i);
	size_t descriptors;
};

extern struct responder *server;
extern uint16_t port;		/* of the server */

/* cmocka group fixtures: the server with these places. */
int bench_serve(const struct responder_place *places, size_t count);
int bench_stop_serving(void **state);

/* A question for 127.53.net.1 with a name of its own. */
struct question question(size_t i, uint8_t net, enum transport transport, uint32_t timeout_ms);

/* options NULL: the defaults. */
void bench_open(struct bench *b, const struct resolver_getdns_options *options);
/* Everything is given back: each callback came once, handles and descriptors are gone, and nobody
 * closed a descriptor that was not open. */
void bench_close(struct bench *b);
void bench_submit(struct bench *b, struct ask *a, const struct question *q);
void bench_on_answer(void *user, const struct answer *answer);
/* Asks count questions, so many at once. */
void bench_begin(struct bench *b, size_t count, size_t window, struct question (*make)(size_t i));
void bench_finish(struct bench *b);
size_t bench_descriptors(void);
size_t bench_bad_closes(void);
