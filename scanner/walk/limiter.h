/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limiter: who may be asked now. A token bucket and an in-flight cap for each server address and for
 * all together; asks that must wait do so in the order they came. And who may begin: children at one
 * address at a time, so that a round is short. Sans-I/O: time is passed in. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/address.h"

struct limiter_options {
	uint32_t address_rate;		/* questions a second to one address */
	uint32_t address_burst;		/* tokens a rested address has */
	uint32_t address_in_flight;
	uint32_t total_rate;		/* questions a second in all */
	uint32_t total_in_flight;
	/* Children that may be in the middle of a round at one address; and how many such pairs of a child and an
	 * address there may be in all. Each child asks five times: five times this, over the rate, is how long a round
	 * takes at a busy address. 0: any number. */
	uint32_t address_children;
	uint32_t total_children;
};

/* Fills in address_children and total_children: so many that the others' questions keep an address busy while one waits,
 * and so few that a round stays far below what it may last, also where every question is lost. */
void limiter_options_children(struct limiter_options *o);

/* One wish to ask an address; owned by the caller, linked in while it waits. */
struct ask {
	struct ask *next;
	struct address address;
	bool waiting;
	void *user;
};

/* One child that wants to begin; owned by the caller, linked in while it is parked. */
struct entrant {
	struct entrant *next;
	const struct address *addresses;
	size_t count;
	size_t places;			/* it asks from so many, and counts as so many children; 0: one */
	bool was_parked;
	void *user;
};

struct limiter;

struct limiter *limiter_new(const struct limiter_options *options);	/* NULL when out of memory */
void limiter_free(struct limiter *l);

/* The ask waits until limiter_next gives it out. ERR_NOMEM. */
int limiter_wait(struct limiter *l, struct ask *ask, uint64_t now_ms);
/* The next ask that may go out now; it counts as in flight until limiter_done. NULL when there is none: then *wake_ms is
 * the time to look again, UINT64_MAX when only limiter_done or limiter_wait can change that. */
struct ask *limiter_next(struct limiter *l, uint64_t now_ms, uint64_t *wake_ms);
/* An ask that went out has ended. pause_ms: leave this address alone so long (it said REFUSED, or was
 * silent); 0: none. */
void limiter_done(struct limiter *l, const struct address *address, uint32_t pause_ms, uint64_t now_ms);
/* Takes out any ask that waits, limits or not, without counting it as in flight; NULL when none does. */
struct ask *limiter_drop(struct limiter *l);

/* May this child begin? If so it has entered at all its addresses (each once). Else it is parked until limiter_admit gives it out to
 * try again. ERR_NOMEM: neither. */
int limiter_enter(struct limiter *l, struct entrant *e, uint64_t now_ms, bool *entered);
/* A child that entered is through. */
void limiter_leave(struct limiter *l, const struct entrant *e);
/* A parked child that may find room now; NULL when there is none. */
struct entrant *limiter_admit(struct limiter *l);
/* Takes out any parked child; NULL when there is none. */
struct entrant *limiter_drop_parked(struct limiter *l);

size_t limiter_waiting(const struct limiter *l);
size_t limiter_in_flight(const struct limiter *l);
size_t limiter_parked(const struct limiter *l);
