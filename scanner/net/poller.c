/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events on descriptors over libuv, pooled, several on one descriptor. */
#include "scanner/net/poller.h"

#include <assert.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

/* Reads in one poller_pump: more than a socket buffer holds small messages, and an end for a
 * peer that never stops sending. */
#define PUMP_READS 8192

struct watcher {
	uv_poll_t poll;
	struct poller *poller;
	struct watcher *next;		/* in the pool */
	struct poller_event *events;
	int descriptor;
	int mask;			/* what libuv was told */
	unsigned round;			/* of the dispatch that runs */
	bool closing;
};

struct poller_event {
	struct poller_wish wish;
	struct poller *poller;
	struct watcher *watcher;
	struct poller_event *next;	/* on the watcher, or in the pool */
	struct poller_event *sibling;	/* list of all that have a timer */
	uv_timer_t timer;
	bool has_timer;
	unsigned round;
};

struct poller {
	uv_loop_t *loop;
	struct watcher **by_descriptor;
	size_t descriptors;
	struct watcher *free_watchers;
	struct poller_event *free_events;
	struct poller_event *with_timer;
	size_t live;
	size_t handles;			/* libuv still knows these */
	bool closing;
	void (*closed)(void *user);
	void *closed_user;
};

struct poller *poller_new(struct uv_loop_s *loop)
{
	struct poller *p = calloc(1, sizeof(*p));
	if (p) {
		p->loop = loop;
	}
	return p;
}

size_t poller_live(const struct poller *p)
{
	return p->live;
}

static void finish_if_closed(struct poller *p)
{
	if (!p->closing || p->handles > 0) {
		return;
	}
	while (p->free_watchers) {
		struct watcher *w = p->free_watchers;
		p->free_watchers = w->next;
		free(w);
	}
	while (p->free_events) {
		struct poller_event *e = p->free_events;
		p->free_events = e->next;
		free(e);
	}
	void (*closed)(void *user) = p->closed;
	void *user = p->closed_user;
	free(p->by_descriptor);
	free(p);
	closed(user);
}

static void watcher_closed(uv_handle_t *handle)
{
	struct watcher *w = handle->data;
	struct poller *p = w->poller;
	w->next = p->free_watchers;
	p->free_watchers = w;
	p->handles--;
	finish_if_closed(p);
}

static void timer_closed(uv_handle_t *handle)
{
	struct poller_event *e = handle->data;
	e->poller->handles--;
	finish_if_closed(e->poller);
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void update_mask(struct watcher *w)
{
	unsigned want = 0;
	for (const struct poller_event *e = w->events; e; e = e->next) {
		want |= e->wish.want;
	}
	int mask = ((want & POLLER_READ) ? UV_READABLE : 0) | ((want & POLLER_WRITE) ? UV_WRITABLE : 0);
	if (mask == w->mask) {
		return;
	}
	w->mask = mask;
	if (mask) {
		uv_poll_start(&w->poll, mask, on_poll);
	} else {
		uv_poll_stop(&w->poll);
	}
}

/* An event that was not called in this dispatch yet and wants one of these. */
static struct poller_event *next_event(const struct watcher *w, unsigned what)
{
	struct poller_event *e = w->events;
	while (e && (e->round == w->round || !(e->wish.want & what))) {
		e = e->next;
	}
	return e;
}

/* Callbacks add and remove events at will: after each one the list is looked at afresh. A watcher
 * that is closed meanwhile stays in memory until libuv's close callback. */
static void dispatch(struct watcher *w, enum poller_what what)
{
	w->round++;
	struct poller_event *e;
	while (!w->closing && (e = next_event(w, what))) {
		e->round = w->round;
		e->wish.call(e->wish.user, what);
	}
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watcher *w = poll->data;
	if (status < 0) {
		/* libuv stops the handle on POLLERR; the system call of the callback finds the cause. */
		events = UV_READABLE | UV_WRITABLE;
		w->mask = 0;
	}
	if (events & UV_READABLE) {
		dispatch(w, POLLER_READ);
	}
	if (!w->closing && (events & UV_WRITABLE)) {
		dispatch(w, POLLER_WRITE);
	}
	if (!w->closing) {
		update_mask(w);
	}
}

static void on_timer(uv_timer_t *timer)
{
	struct poller_event *e = timer->data;
	e->wish.call(e->wish.user, POLLER_TIMEOUT);
}

static bool grow(struct poller *p, size_t descriptor)
{
	if (descriptor < p->descriptors) {
		return true;
	}
	size_t count = descriptor * 2 + 64;
	struct watcher **bigger = realloc(p->by_descriptor, count * sizeof(*bigger));
	if (!bigger) {
		return false;
	}
	memset(bigger + p->descriptors, 0, (count - p->descriptors) * sizeof(*bigger));
	p->by_descriptor = bigger;
	p->descriptors = count;
	return true;
}

/* A descriptor number comes back while the uv_poll_t of its predecessor still closes, so a new
 * watcher is always another object than the closing one. */
static struct watcher *watch(struct poller *p, int descriptor)
{
	if (!grow(p, (size_t)descriptor)) {
		return NULL;
	}
	struct watcher *w = p->by_descriptor[descriptor];
	if (w) {
		return w;
	}
	w = p->free_watchers;
	if (w) {
		p->free_watchers = w->next;
	} else if (!(w = malloc(sizeof(*w)))) {
		return NULL;
	}
	memset(w, 0, sizeof(*w));
	w->poller = p;
	w->descriptor = descriptor;
	if (uv_poll_init(p->loop, &w->poll, descriptor)) {
		w->next = p->free_watchers;
		p->free_watchers = w;
		return NULL;
	}
	w->poll.data = w;
	p->handles++;
	p->by_descriptor[descriptor] = w;
	return w;
}

static void unwatch(struct watcher *w)
{
	struct poller *p = w->poller;
	p->by_descriptor[w->descriptor] = NULL;
	w->closing = true;
	/* Stops as well: the descriptor leaves epoll before its owner closes it. */
	uv_close((uv_handle_t *)&w->poll, watcher_closed);
}

static struct poller_event *take_event(struct poller *p)
{
	struct poller_event *e = p->free_events;
	if (e) {
		p->free_events = e->next;
	} else if (!(e = calloc(1, sizeof(*e)))) {
		return NULL;
	}
	e->poller = p;
	e->watcher = NULL;
	e->next = NULL;
	return e;
}

static void start_timer(struct poller_event *e)
{
	struct poller *p = e->poller;
	if (!e->has_timer) {
		uv_timer_init(p->loop, &e->timer);
		e->timer.data = e;
		e->has_timer = true;
		e->sibling = p->with_timer;
		p->with_timer = e;
		p->handles++;
	}
	uv_timer_start(&e->timer, on_timer, e->wish.timeout_ms, 0);
}

struct poller_event *poller_add(struct poller *p, const struct poller_wish *wish)
{
	struct poller_event *e = take_event(p);
	if (!e) {
		return NULL;
	}
	e->wish = *wish;
	if (wish->descriptor >= 0 && wish->want) {
		struct watcher *w = watch(p, wish->descriptor);
		if (!w) {
			e->next = p->free_events;
			p->free_events = e;
			return NULL;
		}
		e->watcher = w;
		e->round = w->round;	/* not in the dispatch that runs */
		e->next = w->events;
		w->events = e;
		update_mask(w);
	}
	if (wish->timeout_ms != POLLER_FOREVER) {
		start_timer(e);
	}
	p->live++;
	return e;
}

void poller_remove(struct poller *p, struct poller_event *event)
{
	if (event->has_timer) {
		uv_timer_stop(&event->timer);
	}
	struct watcher *w = event->watcher;
	if (w) {
		struct poller_event **link = &w->events;
		while (*link != event) {
			link = &(*link)->next;
		}
		*link = event->next;
		if (w->events) {
			update_mask(w);
		} else {
			unwatch(w);
		}
	}
	event->next = p->free_events;
	p->free_events = event;
	p->live--;
}

void poller_pump(struct poller *p, int descriptor)
{
	for (unsigned i = 0; i < PUMP_READS; i++) {
		if (descriptor < 0 || (size_t)descriptor >= p->descriptors) {
			return;
		}
		struct watcher *w = p->by_descriptor[descriptor];
		if (!w || !(w->mask & UV_READABLE)) {
			return;
		}
		struct pollfd ready = { .fd = descriptor, .events = POLLIN };
		if (poll(&ready, 1, 0) <= 0) {
			return;
		}
		dispatch(w, POLLER_READ);
	}
}

void poller_close(struct poller *p, void (*closed)(void *user), void *user)
{
	assert(p->live == 0);
	p->closing = true;
	p->closed = closed;
	p->closed_user = user;
	p->handles++;	/* so that it is not freed inside this loop */
	for (struct poller_event *e = p->with_timer; e; e = e->sibling) {
		uv_close((uv_handle_t *)&e->timer, timer_closed);
	}
	p->handles--;
	finish_if_closed(p);
}
