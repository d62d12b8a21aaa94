/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The resolver over getdns: tickets, capacity, delivery, shutdown. Answers are handed out from a
 * uv_check, never from inside getdns, so that callbacks may ask and cancel as they like. */
#include "scanner/net/resolver_getdns.h"

#include <stdlib.h>
#include <sys/resource.h>

#include <uv.h>

#include "scanner/net/asking.h"
#include "scanner/net/context.h"
#include "scanner/net/poller.h"
#include "scanner/net/tcp_pool.h"
#include "validate/wire/err.h"

#define DEFAULT_OUTSTANDING 4000
#define DEFAULT_RESERVE 64
#define DEFAULT_TCP_CONTEXTS 128
#define HOSTS_DESCRIPTORS 520
#define SIGNALING_DESCRIPTORS 72
#define DEFAULT_TIMEOUT_MS 5000
/* Fewer descriptors than this are not worth a walk. */
#define LEAST_OUTSTANDING 8

struct resolver_getdns {
	struct resolver resolver;	/* first: the seam */
	uv_loop_t *loop;
	struct poller *poller;
	struct context *udp;
	struct tcp_pool *tcp;
	struct ended_list ended;
	uv_check_t check;
	size_t capacity;
	size_t outstanding;
	struct asking **table;		/* capacity places, made when needed */
	size_t made;
	struct asking *free;
	size_t handles;			/* libuv still knows these; the poller counts as one */
	bool closing;
};

static struct asking *take(struct resolver_getdns *r)
{
	struct asking *a = r->free;
	if (a) {
		r->free = a->next;
		return a;
	}
	a = calloc(1, sizeof(*a));
	if (!a) {
		return NULL;
	}
	uv_timer_init(r->loop, &a->timer);
	a->timer.data = a;
	a->ended = &r->ended;
	/* The upper half counts the uses of the place: a late cancel hits nobody else. */
	a->ticket = (uint64_t)1 << 32 | r->made;
	r->table[r->made++] = a;
	r->handles++;
	return a;
}

static void give_back(struct resolver_getdns *r, struct asking *a)
{
	a->state = ASKING_FREE;
	a->ticket += (uint64_t)1 << 32;
	r->outstanding--;
	if (a->asked.stuck) {
		r->capacity--;
		return;
	}
	a->next = r->free;
	r->free = a;
}

static void submit_udp(struct resolver_getdns *r, struct asking *a)
{
	asking_begin(a);
	if (context_set_server(r->udp, &a->question.server, a->question.port) ||
		context_ask(r->udp, &a->question.name, a->question.type, &a->asked)) {
		asking_fail(a, ANSWER_STARVED);
	}
}

static int submit(struct resolver *resolver, const struct question *q, resolver_callback *done,
	void *user, uint64_t *ticket)
{
	struct resolver_getdns *r = (struct resolver_getdns *)resolver;
	if (!done || q->name.size == 0 || (q->server.family != 4 && q->server.family != 6) ||
		(q->transport != TRANSPORT_UDP && q->transport != TRANSPORT_TCP)) {
		return ERR_ARG;
	}
	if (r->closing) {
		return ERR_CANCELLED;
	}
	if (r->outstanding >= r->capacity) {
		return ERR_LIMIT;
	}
	struct asking *a = take(r);
	if (!a) {
		return ERR_NOMEM;
	}
	r->outstanding++;
	a->question = *q;
	a->question.timeout_ms = q->timeout_ms ? q->timeout_ms : DEFAULT_TIMEOUT_MS;
	a->done = done;
	a->user = user;
	a->began_ns = 0;
	a->rtt_us = 0;
	a->extensions = 0;
	a->repeats = 0;
	a->alone = false;
	a->connection = NULL;
	if (ticket) {
		*ticket = a->ticket;
	}
	if (q->transport == TRANSPORT_TCP) {
		tcp_pool_submit(r->tcp, a);
	} else {
		submit_udp(r, a);
	}
	return 0;
}

static void cancel_one(struct resolver_getdns *r, struct asking *a)
{
	switch (a->state) {
	case ASKING_WAITING:
		tcp_pool_withdraw(r->tcp, a);
		asking_fail(a, ANSWER_CANCELLED);
		break;
	case ASKING_ASKED:
		context_cancel(&a->asked, ANSWER_CANCELLED);
		break;
	case ASKING_ENDED:
		reply_release(&a->reply);
		a->reply.status = ANSWER_CANCELLED;
		break;
	case ASKING_FREE:
		break;
	}
}

static void cancel(struct resolver *resolver, uint64_t ticket)
{
	struct resolver_getdns *r = (struct resolver_getdns *)resolver;
	size_t place = ticket & UINT32_MAX;
	if (place < r->made && r->table[place]->ticket == ticket) {
		cancel_one(r, r->table[place]);
	}
}

static size_t capacity(const struct resolver *resolver)
{
	return ((const struct resolver_getdns *)resolver)->capacity;
}

/* The place is free before the callback, so that it can ask the next question. */
static void hand_out(struct resolver_getdns *r, struct asking *a)
{
	struct reply reply = a->reply;
	struct answer answer = {
		.status = reply.status,
		.octets = reply.octets,
		.size = reply.size,
		.rtt_us = a->rtt_us,
		.bogus = reply.bogus,
		.secure = reply.secure,
		.proven = reply.proven,
	};
	resolver_callback *done = a->done;
	void *user = a->user;
	give_back(r, a);
	done(user, &answer);
	reply_release(&reply);
}

static void close_handles(struct resolver_getdns *r);

/* Those that end while callbacks run wait for the next turn. */
static void deliver(uv_check_t *check)
{
	struct resolver_getdns *r = check->data;
	struct asking *a = r->ended.head;
	r->ended.head = NULL;
	r->ended.tail = NULL;
	while (a) {
		struct asking *next = a->next;
		if (r->closing || !tcp_pool_finished(r->tcp, a)) {
			hand_out(r, a);
		}
		a = next;
	}
	if (r->ended.head) {
		return;
	}
	uv_idle_stop(&r->ended.idle);
	if (r->closing && r->outstanding == 0) {
		close_handles(r);
	}
}

static void free_if_closed(struct resolver_getdns *r)
{
	if (--r->handles > 0) {
		return;
	}
	for (size_t i = 0; i < r->made; i++) {
		free(r->table[i]);
	}
	free(r->table);
	free(r);
}

static void poller_closed(void *user)
{
	free_if_closed(user);
}

static void timer_closed(uv_handle_t *handle)
{
	/* The list lies inside the resolver; its idle handle knows whose. */
	free_if_closed(((struct asking *)handle->data)->ended->idle.data);
}

static void handle_closed(uv_handle_t *handle)
{
	free_if_closed(handle->data);
}

static void close_handles(struct resolver_getdns *r)
{
	for (size_t i = 0; i < r->made; i++) {
		uv_close((uv_handle_t *)&r->table[i]->timer, timer_closed);
	}
	uv_close((uv_handle_t *)&r->ended.idle, handle_closed);
	uv_close((uv_handle_t *)&r->check, handle_closed);
	if (r->poller) {
		poller_close(r->poller, poller_closed, r);
	}
}

static void close_resolver(struct resolver *resolver)
{
	struct resolver_getdns *r = (struct resolver_getdns *)resolver;
	if (r->closing) {
		return;
	}
	r->closing = true;
	for (size_t i = 0; i < r->made; i++) {
		cancel_one(r, r->table[i]);
	}
	context_free(r->udp);
	tcp_pool_free(r->tcp);
	if (r->outstanding == 0) {
		close_handles(r);
	}
}

/* Descriptors we may have open: the soft limit is raised to the hard one first. */
static size_t descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit)) {
		return 0;
	}
	if (limit.rlim_cur != limit.rlim_max) {
		const struct rlimit raised = { .rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max };
		if (setrlimit(RLIMIT_NOFILE, &raised) == 0) {
			limit = raised;
		}
	}
	return limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > UINT32_MAX ? UINT32_MAX :
		(size_t)limit.rlim_cur;
}

/* A datagram question has a descriptor of its own, a TCP context has one. An eighth of all is for
 * the look-up of hosts, and less for that of signaling zones, which are resolvers of their own. */
static bool share_descriptors(const struct resolver_getdns_options *o, size_t *outstanding,
	size_t *contexts)
{
	size_t reserve = o->descriptor_reserve ? o->descriptor_reserve : DEFAULT_RESERVE;
	size_t limit = descriptor_limit();
	size_t hosts = limit / 8 < HOSTS_DESCRIPTORS ? limit / 8 : HOSTS_DESCRIPTORS;
	size_t signaling = limit / 64 < SIGNALING_DESCRIPTORS ? limit / 64 : SIGNALING_DESCRIPTORS;
	size_t others = hosts + signaling + o->others;
	size_t left = limit > reserve && limit - reserve > others ? limit - reserve - others : 0;
	if (o->unchecked) {
		left = signaling < LEAST_OUTSTANDING ? LEAST_OUTSTANDING : signaling;
	} else if (o->recursive) {
		left = hosts;
	}
	*contexts = o->tcp_contexts ? o->tcp_contexts : DEFAULT_TCP_CONTEXTS;
	*outstanding = o->max_outstanding ? o->max_outstanding : DEFAULT_OUTSTANDING;
	if (*contexts > left / 4) {
		*contexts = left / 4;
	}
	if (*outstanding > left - *contexts) {
		*outstanding = left - *contexts;
	}
	return left >= LEAST_OUTSTANDING && *contexts > 0;
}

static const struct resolver_ops OPS = {
	.submit = submit,
	.cancel = cancel,
	.capacity = capacity,
	.close = close_resolver,
};

static int start(struct resolver_getdns *r, const struct resolver_getdns_options *o, size_t contexts)
{
	struct context_options options = { .done = asking_end, .recursive = o->recursive, .unchecked = o->unchecked };
	r->table = calloc(r->capacity, sizeof(*r->table));
	if (!r->table || !(r->poller = poller_new(r->loop))) {
		return ERR_NOMEM;
	}
	r->handles++;
	r->ended.poller = r->poller;
	int result = context_new(r->poller, &options, &r->udp);
	options.anchors = o->anchors;
	options.anchor_count = o->anchor_count;
	r->tcp = tcp_pool_new(r->poller, &options, contexts);
	return result ? result : r->tcp ? 0 : ERR_NOMEM;
}

int resolver_getdns_new(struct uv_loop_s *loop, const struct resolver_getdns_options *options,
	struct resolver **out, const char **why)
{
	size_t contexts = 0;
	size_t outstanding = 0;
	if (!share_descriptors(options, &outstanding, &contexts)) {
		*why = "too few file descriptors are allowed (ulimit -n)";
		return ERR_LIMIT;
	}
	struct resolver_getdns *r = calloc(1, sizeof(*r));
	if (!r) {
		*why = "out of memory";
		return ERR_NOMEM;
	}
	r->resolver.ops = &OPS;
	r->loop = loop;
	r->capacity = outstanding;
	uv_idle_init(loop, &r->ended.idle);
	r->ended.idle.data = r;
	uv_check_init(loop, &r->check);
	r->check.data = r;
	r->handles = 2;
	int result = start(r, options, contexts);
	if (result) {
		*why = "a getdns context could not be made";
		close_resolver(&r->resolver);
		return result;
	}
	uv_check_start(&r->check, deliver);
	/* Alone it keeps no loop running. */
	uv_unref((uv_handle_t *)&r->check);
	*out = &r->resolver;
	return 0;
}
