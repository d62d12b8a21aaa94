/* SPDX-License-Identifier: GPL-3.0-or-later */
/* getdns' event loop interface (getdns_extra.h) on a poller. */
#include "scanner/net/adapter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <getdns/getdns_extra.h>

struct adapter {
	getdns_eventloop loop;		/* first: getdns hands it back */
	getdns_eventloop_vmt methods;
	struct poller *poller;
	struct sockaddr_storage address;
	socklen_t address_size;		/* 0: sockets are not connected here */
	uint64_t idle_ms;
	getdns_eventloop_event *unsent;
	int descriptor;
	unsigned scheduled;
	int failure;
};

static void on_event(void *user, enum poller_what what)
{
	const getdns_eventloop_event *event = user;
	getdns_eventloop_callback call = what == POLLER_READ ? event->read_cb
		: what == POLLER_WRITE ? event->write_cb : event->timeout_cb;
	/* context.c asks for the errno of the system call that made a question fail. */
	errno = 0;
	if (call) {
		call(event->userarg);
	}
}

/* The first event of a datagram socket wants to write: nothing was sent yet. Without connect the
 * question must not go out. */
static bool connect_datagram(struct adapter *a, int descriptor, const getdns_eventloop_event *event)
{
	if (!a->address_size || !event->write_cb || descriptor < 0) {
		return true;
	}
	if (connect(descriptor, (const struct sockaddr *)&a->address, a->address_size) == 0) {
		return true;
	}
	a->failure = errno;
	return false;
}

static getdns_return_t schedule(getdns_eventloop *loop, int descriptor, uint64_t timeout,
	getdns_eventloop_event *event)
{
	struct adapter *a = (struct adapter *)loop;
	struct poller_wish wish = {
		.descriptor = descriptor,
		.want = (event->read_cb ? POLLER_READ : 0U) | (event->write_cb ? POLLER_WRITE : 0U),
		.timeout_ms = event->timeout_cb && timeout < ADAPTER_ENDLESS_MS / 2 ? timeout
			: POLLER_FOREVER,
		.call = on_event,
		.user = event,
	};
	event->ev = NULL;
	if (!connect_datagram(a, descriptor, event)) {
		return GETDNS_RETURN_IO_ERROR;
	}
	if (descriptor >= 0) {
		a->descriptor = descriptor;
	}
	a->scheduled++;
	if (a->address_size && event->write_cb && descriptor >= 0) {
		a->unsent = event;
		wish.want = 0;
	}
	if (wish.timeout_ms == 0 && wish.want == POLLER_READ) {
		wish.timeout_ms = a->idle_ms;
	}
	event->ev = poller_add(a->poller, &wish);
	if (!event->ev) {
		a->failure = ENOMEM;
		return GETDNS_RETURN_MEMORY_ERROR;
	}
	return GETDNS_RETURN_GOOD;
}

static getdns_return_t clear(getdns_eventloop *loop, getdns_eventloop_event *event)
{
	struct adapter *a = (struct adapter *)loop;
	if (a->unsent == event) {
		a->unsent = NULL;
	}
	if (event->ev) {
		poller_remove(a->poller, event->ev);
		event->ev = NULL;
	}
	return GETDNS_RETURN_GOOD;
}

/* The loop belongs to the program: getdns neither runs it nor ends it. */
static void leave_alone(getdns_eventloop *loop)
{
	(void)loop;
}

static void run_once(getdns_eventloop *loop, int blocking)
{
	(void)loop;
	(void)blocking;
}

struct adapter *adapter_new(struct poller *poller)
{
	struct adapter *a = calloc(1, sizeof(*a));
	if (!a) {
		return NULL;
	}
	a->methods = (getdns_eventloop_vmt){
		.cleanup = leave_alone,
		.schedule = schedule,
		.clear = clear,
		.run = leave_alone,
		.run_once = run_once,
	};
	a->loop.vmt = &a->methods;
	a->poller = poller;
	a->descriptor = -1;
	return a;
}

void adapter_free(struct adapter *a)
{
	free(a);
}

struct getdns_eventloop *adapter_loop(struct adapter *a)
{
	return &a->loop;
}

void adapter_connect(struct adapter *a, const struct sockaddr *address, socklen_t size)
{
	memcpy(&a->address, address, size);
	a->address_size = size;
}

void adapter_keep_idle(struct adapter *a, uint64_t idle_ms)
{
	a->idle_ms = idle_ms;
}

void adapter_begin(struct adapter *a)
{
	a->unsent = NULL;
	a->scheduled = 0;
	a->failure = 0;
}

void adapter_send(struct adapter *a)
{
	getdns_eventloop_event *event = a->unsent;
	a->unsent = NULL;
	if (event) {
		errno = 0;
		event->write_cb(event->userarg);
	}
}

unsigned adapter_scheduled(const struct adapter *a)
{
	return a->scheduled;
}

int adapter_descriptor(const struct adapter *a)
{
	return a->descriptor;
}

int adapter_failure(const struct adapter *a)
{
	return a->failure;
}
