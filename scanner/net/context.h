/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A getdns context on a poller: one server at a time, raw answers. It knows no timeouts: who asks
 * also cancels. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scanner/net/poller.h"
#include "scanner/net/resolver.h"
#include "validate/wire/address.h"
#include "validate/wire/name.h"
#include "validate/wire/record.h"

struct context;
struct getdns_dict;

/* One question under way; a member of whatever the caller keeps about it. */
struct asked {
	struct context *context;
	uint64_t id;
	int descriptor;		/* its datagram socket, below zero over TCP */
	bool stuck;		/* called back, but getdns still has it: not to be used again before
				 * the context is freed */
};

struct reply {
	enum answer_status status;
	const uint8_t *octets;	/* in memory; NULL unless received */
	size_t size;
	bool bogus;		/* the context validates and it failed */
	bool secure;		/* it validates, and this does */
	bool proven;		/* it validates, and this is secure, or proven to be insecure */
	struct getdns_dict *memory;	/* freed by reply_release */
};

/* From inside getdns, also from inside context_ask and context_cancel: keep the reply, do nothing
 * else. The receiver owns it. */
typedef void context_callback(struct asked *asked, const struct reply *reply);

struct context_options {
	enum transport transport;
	bool recursive;			/* RD=1 */
	bool unchecked;			/* CD=1: what does not validate comes, too */
	uint64_t idle_ms;		/* an idle connection stays open */
	const struct record *anchors;	/* validate with these; only over TCP */
	size_t anchor_count;
	context_callback *done;
};

int context_new(struct poller *poller, const struct context_options *options, struct context **out);
/* Questions still asked are called back as cancelled. Never from inside the callback. NULL is fine. */
void context_free(struct context *c);

/* port 0: 53. A TCP context takes one server for life: getdns uses freed memory otherwise. */
int context_set_server(struct context *c, const struct address *server, uint16_t port);
/* 0: the callback comes exactly once, perhaps already did. */
int context_ask(struct context *c, const struct name *name, uint16_t type, struct asked *asked);
/* Calls back at once with this status. */
void context_cancel(struct asked *asked, enum answer_status status);
/* The connection of a TCP context, below zero when there is none yet. */
int context_descriptor(const struct context *c);
void context_keep_idle(struct context *c, uint64_t idle_ms);

void reply_release(struct reply *reply);

/* The recursive servers of this host (resolv.conf), at most max. */
size_t context_system_servers(struct address *out, size_t max);
