/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The seam to the network: one question to one server, one callback with octets.
 * Implementations: resolver_getdns (the network), resolver_replay (recorded answers). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/address.h"
#include "validate/wire/name.h"

/* EDNS payload size offered with every question (RFC 9715: no fragments); a longer datagram comes cut. */
#define RESOLVER_UDP_PAYLOAD 1232

enum transport { TRANSPORT_UDP = 0, TRANSPORT_TCP = 1 };

/* What became of a question. Zero is no answer. */
enum answer_status {
	ANSWER_TIMEOUT = 0,	/* no answer from that server in time */
	ANSWER_RECEIVED,	/* octets, not judged: TC, rcode and question are the caller's to check */
	ANSWER_REFUSED,		/* the network said no: port closed, no route, connection reset */
	ANSWER_CANCELLED,	/* we stopped: never evidence */
	ANSWER_STARVED,		/* our own descriptors, memory or loop failed: never evidence */
};

struct question {
	struct name name;
	uint16_t type;
	struct address server;
	uint16_t port;		/* 0: 53 */
	enum transport transport;
	uint32_t timeout_ms;
};

struct answer {
	enum answer_status status;
	const uint8_t *octets;	/* valid during the callback only; NULL unless received */
	size_t size;
	uint32_t rtt_us;
	bool bogus;		/* the resolver validates by itself, and this does not */
	bool secure;		/* it validates by itself, and this does */
	bool proven;		/* it validates by itself, and this is secure, or proven to be insecure */
};

/* Called exactly once for each question that was submitted; never from inside submit. It may submit. */
typedef void resolver_callback(void *user, const struct answer *answer);

struct resolver;
struct resolver_ops {
	/* RD=0, DO=1, EDNS 1232. 0, or an error and the callback is never called. *ticket is for cancel. */
	int (*submit)(struct resolver *r, const struct question *q, resolver_callback *done, void *user,
		uint64_t *ticket);
	/* The callback comes with ANSWER_CANCELLED, from the loop, not from inside cancel. */
	void (*cancel)(struct resolver *r, uint64_t ticket);
	/* Questions that may be outstanding at once, from descriptor limit and configuration. */
	size_t (*capacity)(const struct resolver *r);
	/* Cancels all, waits for no network; the resolver is freed once its handles are closed (the loop
	 * must still turn). Never call it from a callback. */
	void (*close)(struct resolver *r);
};
/* First member of every implementation. */
struct resolver {
	const struct resolver_ops *ops;
};
