/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Walk: hosts are looked up, then every server of the child asks in turn through the limiter. */
#include "scanner/walk/walk.h"

#include <assert.h>
#include <stdlib.h>

#include "validate/wire/err.h"

struct walk_child {
	struct walk *walk;
	struct probe *probe;
	size_t hosts_open;
	bool begun;
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
	probe_end(probe, now.unix_ms);
	w->children--;
	w->driver.probed(w->driver.user, probe);
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

static void begin(struct walk_child *c, struct moment now)
{
	struct walk *w = c->walk;
	struct probe *p = c->probe;
	c->begun = true;
	if (probe_begin(p, now.unix_ms) != ERR_OK) {
		p->spoilt = true;
		p->server_count = 0;
	}
	if (p->server_count == 0) {
		finish(w, p, now);
		return;
	}
	/* want() may finish the probe, and then its arena is gone: count first. */
	size_t count = p->server_count;
	for (size_t i = 0; i < count; i++) {
		want(w, &p->servers[i], now);
	}
}

int walk_start(struct walk *w, struct arena *arena, const struct delegation *delegation, bool tcp_only, void *user,
	struct moment now)
{
	struct walk_child *c = arena_alloc(arena, sizeof(*c));
	if (c == NULL) {
		return ERR_NOMEM;
	}
	c->walk = w;
	c->probe = probe_new(arena, delegation, &w->options.probe, tcp_only);
	if (c->probe == NULL) {
		return ERR_NOMEM;
	}
	c->probe->user = user;
	w->children++;
	/* One more than there are, so that answers from inside lookup() do not begin it early. */
	size_t hosts = c->probe->evidence.host_count;
	c->hosts_open = hosts + 1;
	for (size_t i = 0; i < hosts; i++) {
		w->driver.lookup(w->driver.user, c, i, &delegation->hosts[i].name);
	}
	if (--c->hosts_open == 0) {
		begin(c, now);
	}
	return ERR_OK;
}

struct arena *walk_child_arena(struct walk_child *child)
{
	return child->probe->arena;
}

void walk_host(struct walk_child *child, size_t i, const struct host *host, struct moment now)
{
	assert(!child->begun && child->hosts_open > 0);
	if (probe_host(child->probe, i, host) != ERR_OK) {
		child->probe->spoilt = true;
	}
	if (--child->hosts_open == 0) {
		begin(child, now);
	}
}

static void answered(struct walk *w, struct probe_server *s, const struct answer *answer, struct moment now)
{
	uint32_t pause_ms;
	bool again = probe_answer(s, answer, &pause_ms);
	limiter_done(w->limiter, &s->ask.address, pause_ms, now.steady_ms);
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

uint64_t walk_turn(struct walk *w, struct moment now)
{
	uint64_t wake_ms;
	struct ask *ask;
	while ((ask = limiter_next(w->limiter, now.steady_ms, &wake_ms)) != NULL) {
		struct probe_server *s = ask->user;
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
}

size_t walk_children(const struct walk *w)
{
	return w->children;
}

size_t walk_waiting(const struct walk *w)
{
	return limiter_waiting(w->limiter);
}

uint64_t walk_questions(const struct walk *w)
{
	return w->questions;
}
