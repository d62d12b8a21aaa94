/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gate: a counter, and a list of those who wait for it to go down. */
#include "scanner/walk/gate.h"

#include <assert.h>

bool gate_is_full(const struct gate *g)
{
	return g->most > 0 && g->children >= g->most;
}

bool gate_is_idle(const struct gate *g)
{
	return g->children == 0 && g->head == NULL && !g->is_open;
}

void gate_park(struct gates *all, struct gate *g, struct entrant *e)
{
	all->parked++;
	if (e->was_parked || g->head == NULL) {
		e->next = g->head;
		g->head = e;
		g->tail = g->tail == NULL ? e : g->tail;
	} else {
		e->next = NULL;
		g->tail->next = e;
		g->tail = e;
	}
	e->was_parked = true;
}

struct entrant *gate_unpark(struct gates *all, struct gate *g)
{
	struct entrant *e = g->head;
	if (e != NULL) {
		g->head = e->next;
		g->tail = g->head == NULL ? NULL : g->tail;
		all->parked--;
	}
	return e;
}

void gate_leave(struct gates *all, struct gate *g, size_t children)
{
	assert(g->children >= children);
	g->children -= children;
	if (g->head != NULL && !g->is_open && !gate_is_full(g)) {
		g->is_open = true;
		g->next_open = all->open;
		all->open = g;
	}
}

/* Whom a gate lets go may find the next one full and wait there; then the room here is for who comes behind it. */
struct entrant *gates_admit(struct gates *all)
{
	while (all->open != NULL) {
		struct gate *g = all->open;
		struct entrant *e = gate_is_full(g) ? NULL : gate_unpark(all, g);
		if (e != NULL) {
			return e;
		}
		all->open = g->next_open;
		g->is_open = false;
	}
	return NULL;
}
