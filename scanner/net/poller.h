/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events on descriptors over libuv: one uv_poll_t a descriptor, shared by all events on it, and
 * everything pooled. What getdns needs and libuv does not give: two events on one descriptor. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct uv_loop_s;
struct poller;
struct poller_event;

enum poller_what { POLLER_READ = 1, POLLER_WRITE = 2, POLLER_TIMEOUT = 4 };
#define POLLER_FOREVER UINT64_MAX

/* One kind at a time. It may add and remove any event, its own too. */
typedef void poller_callback(void *user, enum poller_what what);

struct poller_wish {
	int descriptor;		/* below zero: nothing to poll */
	unsigned want;		/* POLLER_READ, POLLER_WRITE */
	uint64_t timeout_ms;	/* POLLER_FOREVER: none; it is not started again by other events */
	poller_callback *call;
	void *user;
};

/* NULL when out of memory. */
struct poller *poller_new(struct uv_loop_s *loop);
/* NULL when out of memory or when libuv refuses the descriptor. */
struct poller_event *poller_add(struct poller *p, const struct poller_wish *wish);
/* Before the descriptor is closed. */
void poller_remove(struct poller *p, struct poller_event *event);
/* Hands out what the kernel already holds for a descriptor, now and not after the next timers. */
void poller_pump(struct poller *p, int descriptor);
/* Events added and not removed. */
size_t poller_live(const struct poller *p);
/* All events are removed. The poller is freed once its handles are closed, then closed is called;
 * that may be at once. */
void poller_close(struct poller *p, void (*closed)(void *user), void *user);
