/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gate: so many children may be in the middle of a round, the others are parked in order. Private to the limiter. */
#pragma once

#include "scanner/walk/limiter.h"

struct gate {
	size_t children;
	size_t most;			/* 0: any number */
	struct entrant *head, *tail;
	struct gate *next_open;
	bool is_open;			/* on the list of those with room where somebody may be parked */
};

struct gates {
	struct gate *open;
	size_t parked;
};

bool gate_is_full(const struct gate *g);
/* Nobody is in it or at it. */
bool gate_is_idle(const struct gate *g);
/* Who was parked before goes to the front: it has waited its time elsewhere. */
void gate_park(struct gates *all, struct gate *g, struct entrant *e);
struct entrant *gate_unpark(struct gates *all, struct gate *g);
void gate_leave(struct gates *all, struct gate *g, size_t children);
/* Somebody parked at any gate with room. NULL: nobody. */
struct entrant *gates_admit(struct gates *all);
