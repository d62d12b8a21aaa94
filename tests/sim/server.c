/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Servers of a child: content comes to them with a lag, they fail for a while, and what they said stays in caches. */
#include <string.h>

#include "tests/sim/keys.h"

struct served served_of(const struct zone *z)
{
	const struct part *k = &z->parts[PART_DNSKEY];
	const struct part *soa = &z->parts[PART_SOA];
	return (struct served){ .keys = k->kind == PART_KEYS ? k->keys : 0, .keys_by = k->kind == PART_KEYS ? k->by : 0,
		.data_by = soa->by, .expiration = k->expiration < soa->expiration ? k->expiration : soa->expiration };
}

static void serve(struct child *c, unsigned host, const struct zone *z)
{
	struct server *s = &c->servers[host];
	s->zone = *z;
	struct served next = served_of(z);
	next.from = c->now;
	next.until = NEVER;
	struct served *last = s->served_count > 0 ? &s->served[s->served_count - 1] : NULL;
	if (last != NULL && last->keys == next.keys && last->keys_by == next.keys_by && last->data_by == next.data_by) {
		last->expiration = next.expiration;
		return;
	}
	if (last != NULL) {
		last->until = c->now;
	}
	if (s->served_count == SERVED_KEPT) {
		memmove(&s->served[0], &s->served[1], (SERVED_KEPT - 1) * sizeof s->served[0]);
		s->served_count--;
	}
	s->served[s->served_count++] = next;
}

void server_start(struct child *c, unsigned host, const struct zone *z)
{
	struct server *s = &c->servers[host];
	*s = (struct server){ .on = true, .mood_until = NEVER, .stuck_until = NEVER, .used_from = NEVER, .used_until = 0 };
	serve(c, host, z);
}

void server_push(struct child *c, unsigned host, const struct zone *z)
{
	struct server *s = &c->servers[host];
	uint32_t at = c->now + (host % HOSTS_EACH == 0 ? 0 : between(0, c->lag_max_s));
	if (s->coming_count > 0 && s->coming[s->coming_count - 1].at > at) {
		at = s->coming[s->coming_count - 1].at;
	}
	if (s->coming_count == COMING) {	/* the newest is what a transfer gives */
		s->coming_count--;
	}
	s->coming[s->coming_count].at = at;
	s->coming[s->coming_count++].zone = *z;
}

void servers_use(struct child *c, uint32_t ns)
{
	for (unsigned i = 0; i < HOSTS; i++) {
		struct server *s = &c->servers[i];
		bool used = s->used_until == NEVER;
		bool uses = (ns >> i & 1) != 0;
		if (uses && !used) {
			s->used_from = c->now;
			s->used_until = NEVER;
		} else if (used && !uses) {
			s->used_until = c->now;
		}
	}
}

static uint32_t earlier(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

uint32_t servers_next(const struct child *c)
{
	uint32_t next = c->trouble_at;
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct server *s = &c->servers[i];
		if (s->on) {
			next = earlier(next, earlier(s->mood_until, s->stuck_until));
			next = s->coming_count > 0 ? earlier(next, s->coming[0].at) : next;
		}
	}
	return next;
}

static const char *const moods[] = { "well", "silent", "failing", "lame" };

static void begin_trouble(struct child *c)
{
	unsigned host = chance_below(HOSTS);
	struct server *s = &c->servers[host];
	c->trouble_at = c->now + between(3 * DAY, 60 * DAY);
	if (!s->on || (c->parent.ns >> host & 1) == 0 || s->mood != MOOD_FINE || s->stuck) {
		return;
	}
	static const uint32_t spans[] = { HOUR, 8 * HOUR, 2 * DAY, 12 * DAY };
	uint32_t span = spans[chance_below(4)];
	if (c->op.careless && chance_percent(40)) {
		s->stuck = true;
		s->stuck_until = c->now + between(HOUR, 30 * DAY);
		s->coming_count = 0;
		excuse(c, s->stuck_until);
		tell(c, "server %u takes no new content", host);
		return;
	}
	s->mood = (enum mood)between(MOOD_TIMEOUT, MOOD_LAME);
	s->mood_until = c->now + between(span / 8, span);
	c->disturbed_at = c->now;
	tell(c, "server %u is %s", host, moods[s->mood]);
}

static void step_one(struct child *c, unsigned host)
{
	struct server *s = &c->servers[host];
	if (s->mood_until <= c->now) {
		s->mood = MOOD_FINE;
		s->mood_until = NEVER;
		c->disturbed_at = c->now;
		tell(c, "server %u is well again", host);
	}
	if (s->stuck && s->stuck_until <= c->now) {
		struct zone z;
		s->stuck = false;
		s->stuck_until = NEVER;
		provider_zone(c, host / HOSTS_EACH, &z);
		serve(c, host, &z);
		tell(c, "server %u takes content again", host);
	}
	while (s->coming_count > 0 && s->coming[0].at <= c->now) {
		if (!s->stuck) {
			serve(c, host, &s->coming[0].zone);
		}
		s->coming_count--;
		memmove(&s->coming[0], &s->coming[1], s->coming_count * sizeof s->coming[0]);
	}
}

void servers_step(struct child *c)
{
	if (c->trouble_at <= c->now) {
		begin_trouble(c);
	}
	for (unsigned i = 0; i < HOSTS; i++) {
		if (c->servers[i].on) {
			step_one(c, i);
		}
	}
}
