/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of one child: the next event, whosever it is, again and again. */
#include <string.h>

#include "tests/sim/sim.h"

static void walk_next(struct child *c)
{
	const struct parent_kind *k = c->parent.kind;
	c->timer_at = c->now + between(k->walk_min_s, k->walk_max_s);
	/* Runs are missed, too. */
	if (chance_below(300) == 0) {
		c->timer_at += between(HOUR, 4 * DAY);
		c->no_run_until = c->timer_at;
		tell(c, "no run until day %u", (unsigned)((c->timer_at - TIME_BEGIN) / DAY));
	}
}

static void walk_step(struct child *c)
{
	if (c->timer_at <= c->now) {
		walk_next(c);
		probe(c, TRIGGER_TIMER);
	} else if (c->extra_at <= c->now) {
		c->extra_at = NEVER;
		probe(c, c->extra_trigger);
	}
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void begin(struct child *c)
{
	uint64_t number = c->number;
	uint32_t end = c->end;
	memset(c, 0, sizeof *c);
	c->number = number;
	c->now = TIME_BEGIN;
	c->end = end;
	c->extra_at = NEVER;
	c->parent.kind = &parent_kinds()[chance_below(PARENT_KINDS)];
	c->attack.from = NEVER;
	operator_begin(c);
	parent_begin(c);
	c->disturbed_at = c->now;
	c->trouble_at = c->now + between(DAY, 40 * DAY);
	c->attack.from = c->now + between(5 * DAY, 60 * DAY);
	walk_next(c);
}

void child_live(struct child *c)
{
	begin(c);
	while (!c->failed) {
		uint32_t next = earlier(earlier(c->timer_at, c->extra_at), earlier(c->op.at, parent_next(c)));
		next = earlier(next, earlier(servers_next(c), earlier(providers_next(c), attack_next(c))));
		if (next >= c->end) {
			break;
		}
		lateness_look(c);
		c->now = next > c->now ? next : c->now;
		lateness_look(c);
		servers_step(c);
		providers_step(c);
		parent_step(c);
		if (c->op.at <= c->now) {
			operator_step(c);
		}
		if (attack_next(c) <= c->now) {
			attack_step(c);
		}
		walk_step(c);
		resolvers_look(c);
	}
	totals.children++;
	totals.days += (c->failed ? c->now - TIME_BEGIN : c->end - TIME_BEGIN) / DAY;
}
