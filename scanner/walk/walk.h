/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walk: many probes at once under one limiter. Sans-I/O: actions out through struct walk_driver, events in
 * through the functions below, both clocks passed in. One thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scanner/walk/limiter.h"
#include "scanner/walk/probe.h"

/* Now, on two clocks: the steady one for limits and timers, Unix time for evidence. */
struct moment {
	uint64_t steady_ms;
	uint64_t unix_ms;
};

struct walk_child;

struct walk_driver {
	/* Send the question; later walk_answer(server). Non-zero: it could not be sent, walk_answer must not come. */
	int (*ask)(void *user, struct probe_server *server, const struct question *question);
	/* Look up host i of the delegation; walk_host must follow exactly once, also from inside. */
	void (*lookup)(void *user, struct walk_child *child, size_t i, const struct name *host);
	/* Look up the signaling zone of the host of signal i of the evidence; walk_signal must follow exactly once, also from
	 * inside. NULL where no look is for signals. */
	void (*signal)(void *user, struct walk_child *child, size_t i, const struct name *host);
	/* The probe is complete: its evidence is in probe->evidence unless probe->spoilt. The arena is the
	 * receiver's from here. */
	void (*probed)(void *user, struct probe *probe);
	void *user;
};

struct walk_options {
	struct limiter_options limits;
	struct probe_options probe;
};

struct walk;

struct walk *walk_new(const struct walk_options *options, const struct walk_driver *driver);
void walk_free(struct walk *w);

/* Starts a probe; arena and delegation (in it) belong to the walk until probed. user is kept in probe->user.
 * ERR_NOMEM: nothing was started. */
int walk_start(struct walk *w, struct arena *arena, const struct delegation *delegation, const struct probe_look *look,
	void *user, struct moment now);
/* The arena of the child's probe, for what the driver keeps of a look-up. */
struct arena *walk_child_arena(struct walk_child *child);
void walk_host(struct walk_child *child, size_t i, const struct host *host, struct moment now);
/* NULL: nothing is known. */
void walk_signal(struct walk_child *child, size_t i, const struct signaling_zone *zone, struct moment now);
void walk_answer(struct walk *w, struct probe_server *server, const struct answer *answer, struct moment now);
/* Sends what may be sent now. Returns the steady time to call again, UINT64_MAX: only an event changes anything. */
uint64_t walk_turn(struct walk *w, struct moment now);
/* Stops: what waits is dropped, what is outstanding must still come back (the driver cancels it).
 * Probes end spoilt. */
void walk_stop(struct walk *w, struct moment now);

size_t walk_children(const struct walk *w);	/* started, not yet probed */
size_t walk_waiting(const struct walk *w);	/* asks held back by the limiter */
size_t walk_parked(const struct walk *w);	/* children held back before their first question */
uint64_t walk_questions(const struct walk *w);	/* sent so far */
