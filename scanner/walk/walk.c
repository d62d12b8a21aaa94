/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walk: hosts and signaling zones are looked up, then the child begins when its addresses have room, and every server of it
 * asks in turn through the limiter. */
#include "scanner/walk/walk.h"

#include <assert.h>
#include <stdlib.h>

#include "validate/wire/err.h"

struct walk_child {
	struct walk *walk;
	struct probe *probe;
	size_t lookups_open;
	bool begun;
	bool entered;			/* at its addresses: it must leave them */
};

struct walk {
	struct walk_options options;
	struct walk_driver driver;
	struct limiter *limiter;
	size_t children;
	uint64_t questions;
	bool stopping;
};

struct walk *walk_new(const struct walk_options *options, const struct walk_driver *driver)
{
	struct walk *w = calloc(1, sizeof(*w));
	if (w == NULL) {
		return NULL;
	}
	w->options = *options;
	w->driver = *driver;
	w->limiter = limiter_new(&options->limits);
	if (w->limiter == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

void walk_free(struct walk *w)
{
	if (w == NULL) {
		return;
	}
	assert(w->children == 0);
	limiter_free(w->limiter);
	free(w);
}

static void finish(struct walk *w, struct probe *probe, struct moment now)
{
	struct walk_child *c = probe->entrant.user;
	probe_end(probe, now.unix_ms);
	if (c != NULL && c->entered) {
		limiter_leave(w->limiter, &probe->entrant);
	}
	w->children--;
	w->driver.probed(w->driver.user, probe);
}

/* Nothing was asked, nothing is known. */
static void give_up(struct walk *w, struct probe *probe, struct moment now)
{
	probe->spoilt = true;
	finish(w, probe, now);
}

/* The server wants to ask: through the limiter, or not at all while stopping. */
static void want(struct walk *w, struct probe_server *s, struct moment now)
{
	if (!w->stopping && limiter_wait(w->limiter, &s->ask, now.steady_ms) == ERR_OK) {
		return;
	}
	static const struct answer cancelled = { .status = ANSWER_CANCELLED };
	uint32_t pause_ms;
	bool again = probe_answer(s, &cancelled, &pause_ms);
	assert(!again);
	(void)again;
	if (probe_finished(s->probe)) {
		finish(w, s->probe, now);
	}
}

/* A child that may not begin yet is parked: its questions would only wait, and its round grow long. */
static void enter(struct walk_child *c, struct moment now)
{
	struct walk *w = c->walk;
	struct probe *p = c->probe;
	if (w->stopping || limiter_enter(w->limiter, &p->entrant, now.steady_ms, &c->entered) != ERR_OK) {
		give_up(w, p, now);
		return;
	}
	if (!c->entered) {
		return;
	}
	probe_start(p, now.unix_ms);
	/* want() may finish the probe, and then its arena is gone: count first. */
	size_t count = p->server_count;
	for (size_t i = 0; i < count; i++) {
		want(w, &p->servers[i], now);
	}
}

static void begin(struct walk_child *c, struct moment now)
{
	struct walk *w = c->walk;
	struct probe *p = c->probe;
	c->begun = true;
	if (probe_begin(p, now.unix_ms) != ERR_OK) {
		give_up(w, p, now);
	} else if (p->server_count == 0 || p->spoilt) {
		finish(w, p, now);
	} else {
		p->entrant.user = c;
		enter(c, now);
	}
}

static void look_up(struct walk_child *c)
{
	const struct walk_driver *d = &c->walk->driver;
	const struct evidence *e = &c->probe->evidence;
	for (size_t i = 0; i < e->host_count; i++) {
		if (e->hosts[i].status != EVIDENCE_HOST_NOT_ASKED) {
			c->lookups_open++;
			d->lookup(d->user, c, i, &e->hosts[i].name);
		}
	}
	for (size_t i = 0; i < e->signal_count; i++) {
		if (!c->probe->signals[i].too_long) {
			c->lookups_open++;
			d->signal(d->user, c, i, &e->hosts[e->signals[i].host].name);
		}
	}
}

/* One look-up less is open; the last one lets the child begin. */
static void looked_up(struct walk_child *c, int result, struct moment now)
{
	c->probe->spoilt = c->probe->spoilt || result != ERR_OK;
	if (--c->lookups_open == 0) {
		begin(c, now);
	}
}

int walk_start(struct walk *w, struct arena *arena, const struct delegation *delegation, const struct probe_look *look,
	void *user, struct moment now)
{
	struct walk_child *c = arena_alloc(arena, sizeof(*c));
	if (c == NULL) {
		return ERR_NOMEM;
	}
	c->walk = w;
	c->probe = probe_new(arena, delegation, &w->options.probe, look);
	if (c->probe == NULL) {
		return ERR_NOMEM;
	}
	c->probe->user = user;
	w->children++;
	/* One more than there are, so that answers from inside do not begin it early. */
	c->lookups_open = 1;
	look_up(c);
	looked_up(c, ERR_OK, now);
	return ERR_OK;
}

struct arena *walk_child_arena(struct walk_child *child)
{
	return child->probe->arena;
}

void walk_host(struct walk_child *child, size_t i, const struct host *host, struct moment now)
{
	assert(!child->begun && child->lookups_open > 0);
	looked_up(child, probe_host(child->probe, i, host), now);
}

void walk_signal(struct walk_child *child, size_t i, const struct signaling_zone *zone, struct moment now)
{
	assert(!child->begun && child->lookups_open > 0);
	looked_up(child, probe_signal(child->probe, i, zone), now);
}

static void answered(struct walk *w, struct probe_server *s, const struct answer *answer, struct moment now)
{
	uint32_t pause_ms;
	/* The next question may be for another one. */
	const struct address asked = s->ask.address;
	bool again = probe_answer(s, answer, &pause_ms);
	limiter_done(w->limiter, &asked, pause_ms, now.steady_ms);
	if (again) {
		want(w, s, now);
	} else if (probe_finished(s->probe)) {
		finish(w, s->probe, now);
	}
}

void walk_answer(struct walk *w, struct probe_server *server, const struct answer *answer, struct moment now)
{
	assert(server->outstanding);
	server->outstanding = false;
	answered(w, server, answer, now);
}

static void send(struct walk *w, struct probe_server *s, struct moment now)
{
	static const struct answer starved = { .status = ANSWER_STARVED };
	struct question q;
	probe_question(s, &q);
	s->outstanding = true;
	w->questions++;
	if (w->driver.ask(w->driver.user, s, &q) != ERR_OK) {
		s->outstanding = false;
		answered(w, s, &starved, now);
	}
}

uint64_t walk_turn(struct walk *w, struct moment now)
{
	uint64_t wake_ms;
	struct ask *ask;
	struct entrant *e;
	do {
		while ((e = limiter_admit(w->limiter)) != NULL) {
			enter(e->user, now);
		}
		while ((ask = limiter_next(w->limiter, now.steady_ms, &wake_ms)) != NULL) {
			send(w, ask->user, now);
		}
		/* What could not be sent may have made room. */
		e = limiter_admit(w->limiter);
		if (e != NULL) {
			enter(e->user, now);
		}
	} while (e != NULL);
	return wake_ms;
}

void walk_stop(struct walk *w, struct moment now)
{
	static const struct answer cancelled = { .status = ANSWER_CANCELLED };
	w->stopping = true;
	struct ask *ask;
	while ((ask = limiter_drop(w->limiter)) != NULL) {
		struct probe_server *s = ask->user;
		uint32_t pause_ms;
		(void)probe_answer(s, &cancelled, &pause_ms);
		if (probe_finished(s->probe)) {
			finish(w, s->probe, now);
		}
	}
	struct entrant *e;
	while ((e = limiter_drop_parked(w->limiter)) != NULL) {
		enter(e->user, now);
	}
}

size_t walk_children(const struct walk *w)
{
	return w->children;
}

size_t walk_waiting(const struct walk *w)
{
	return limiter_waiting(w->limiter);
}

size_t walk_parked(const struct walk *w)
{
	return limiter_parked(w->limiter);
}

uint64_t walk_questions(const struct walk *w)
{
	return w->questions;
}
