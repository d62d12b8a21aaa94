/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP contexts by server. */
#include "scanner/net/tcp_pool.h"

#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"

/* An idle connection stays open for so long: longer than the gap between two questions of one
 * probe, shorter than any server's own limit. */
#define IDLE_MS 2000
/* Questions on one connection at once. */
#define PIPELINE 200
/* Times a question is asked again because the connection was closed after some answers. */
#define REPEATS 8

struct queue {
	struct asking *first;		/* the oldest */
	struct asking *last;
	size_t count;
};

struct tcp_connection {
	struct context *context;	/* NULL: never used */
	struct address server;
	uint16_t port;
	size_t asked;			/* under way */
	size_t sent;			/* since the connection was last lost */
	size_t answered;		/* of them */
	uint64_t used;			/* tick of the last question */
	struct queue queue;		/* wait for room */
	bool single;			/* closes while questions wait: one at a time */
	bool draining;			/* wanted for another server: takes no more questions */
};

struct tcp_pool {
	struct poller *poller;
	struct context_options options;
	/* Their server has no connection, or one that drains, and no place is idle. */
	struct queue homeless;
	size_t draining;
	uint64_t tick;
	size_t count;
	struct tcp_connection connections[];
};

static void queue_push(struct queue *queue, struct asking *a)
{
	a->next = NULL;
	if (queue->first) {
		queue->last->next = a;
	} else {
		queue->first = a;
	}
	queue->last = a;
	queue->count++;
}

static void queue_remove(struct queue *queue, struct asking *a)
{
	struct asking *before = NULL;
	for (struct asking *w = queue->first; w != a; w = w->next) {
		before = w;
	}
	if (before) {
		before->next = a->next;
	} else {
		queue->first = a->next;
	}
	if (queue->last == a) {
		queue->last = before;
	}
	a->next = NULL;
	queue->count--;
}

struct tcp_pool *tcp_pool_new(struct poller *poller, const struct context_options *options,
	size_t contexts)
{
	struct tcp_pool *pool = calloc(1, sizeof(*pool) + contexts * sizeof(pool->connections[0]));
	if (pool) {
		pool->poller = poller;
		pool->options = *options;
		pool->options.transport = TRANSPORT_TCP;
		pool->options.idle_ms = IDLE_MS;
		pool->count = contexts;
	}
	return pool;
}

void tcp_pool_free(struct tcp_pool *pool)
{
	if (!pool) {
		return;
	}
	for (size_t i = 0; i < pool->count; i++) {
		context_free(pool->connections[i].context);
	}
	free(pool);
}

static bool serves(const struct tcp_connection *c, const struct question *q)
{
	return c->port == q->port && !address_compare(&c->server, &q->server);
}

static struct tcp_connection *find(struct tcp_pool *pool, const struct question *q)
{
	for (size_t i = 0; i < pool->count; i++) {
		struct tcp_connection *c = &pool->connections[i];
		if (c->context && serves(c, q)) {
			return c;
		}
	}
	return NULL;
}

static bool is_idle(const struct tcp_connection *c)
{
	return c->asked == 0 && !c->queue.first;
}

/* An unused place, or the one idle for longest. */
static struct tcp_connection *find_idle(struct tcp_pool *pool)
{
	struct tcp_connection *best = NULL;
	for (size_t i = 0; i < pool->count; i++) {
		struct tcp_connection *c = &pool->connections[i];
		if (!c->context) {
			return c;
		}
		if (is_idle(c) && (!best || c->used < best->used)) {
			best = c;
		}
	}
	return best;
}

static bool has_room(const struct tcp_connection *c)
{
	return c->asked < (c->single ? 1 : PIPELINE);
}

static void set_draining(struct tcp_pool *pool, struct tcp_connection *c, bool draining)
{
	if (c->draining != draining) {
		c->draining = draining;
		pool->draining += draining ? 1 : (size_t)-1;
	}
}

/* Somebody has no place and all are busy, which busy servers may stay for ever: one of them takes
 * no new questions, the one asked least recently. */
static void drain_one(struct tcp_pool *pool)
{
	struct tcp_connection *best = NULL;
	if (pool->draining >= pool->homeless.count) {
		return;
	}
	for (size_t i = 0; i < pool->count; i++) {
		struct tcp_connection *c = &pool->connections[i];
		if (!c->draining && (!best || c->used < best->used)) {
			best = c;
		}
	}
	if (best) {
		set_draining(pool, best, true);
	}
}

static int make_context(struct tcp_pool *pool, const struct address *server, uint16_t port,
	struct context **out)
{
	struct context *context = NULL;
	int result = context_new(pool->poller, &pool->options, &context);
	if (!result) {
		result = context_set_server(context, server, port);
	}
	if (result) {
		context_free(context);
		return result;
	}
	*out = context;
	return 0;
}

/* Gives an idle place to a server. */
static int settle(struct tcp_pool *pool, struct tcp_connection *c, const struct question *q)
{
	struct context *context = NULL;
	int result = make_context(pool, &q->server, q->port, &context);
	if (result) {
		return result;
	}
	set_draining(pool, c, false);
	context_free(c->context);
	*c = (struct tcp_connection){
		.context = context,
		.server = q->server,
		.port = q->port,
	};
	return 0;
}

/* A server that closes after each answer does so while the next question is on its way: each gets a
 * context, and with it a connection, of its own. */
static int renew(struct tcp_pool *pool, struct tcp_connection *c)
{
	struct context *context = NULL;
	if (!c->single || c->sent == 0) {
		return 0;
	}
	int result = make_context(pool, &c->server, c->port, &context);
	if (!result) {
		context_free(c->context);
		c->context = context;
		c->sent = 0;
		c->answered = 0;
	}
	return result;
}

static void ask(struct tcp_pool *pool, struct tcp_connection *c, struct asking *a)
{
	int result = renew(pool, c);
	a->connection = c;
	c->asked++;
	c->sent++;
	c->used = ++pool->tick;
	asking_begin(a);
	if (result || context_ask(c->context, &a->question.name, a->question.type, &a->asked)) {
		asking_fail(a, ANSWER_STARVED);
	}
}

static void ask_or_queue(struct tcp_pool *pool, struct tcp_connection *c, struct asking *a)
{
	if (has_room(c) && !c->queue.first) {
		ask(pool, c, a);
	} else {
		a->connection = c;
		queue_push(&c->queue, a);
	}
}

void tcp_pool_withdraw(struct tcp_pool *pool, struct asking *a)
{
	queue_remove(a->connection ? &a->connection->queue : &pool->homeless, a);
	a->connection = NULL;
}

/* False: it has to wait for a place. It is in no queue. */
static bool place(struct tcp_pool *pool, struct asking *a)
{
	struct tcp_connection *c = find(pool, &a->question);
	if (c && is_idle(c)) {
		set_draining(pool, c, false);
	}
	if (c && c->draining) {
		return false;
	}
	if (!c) {
		c = find_idle(pool);
		if (!c) {
			return false;
		}
		if (settle(pool, c, &a->question)) {
			asking_fail(a, ANSWER_STARVED);
			return true;
		}
	}
	ask_or_queue(pool, c, a);
	return true;
}

void tcp_pool_submit(struct tcp_pool *pool, struct asking *a)
{
	a->state = ASKING_WAITING;
	a->connection = NULL;
	if (!place(pool, a)) {
		queue_push(&pool->homeless, a);
		drain_one(pool);
	}
}

/* The others that waited for a server that has a place now. */
static void house_others(struct tcp_pool *pool, const struct question *q)
{
	struct tcp_connection *c = find(pool, q);
	struct asking *next = NULL;
	for (struct asking *a = pool->homeless.first; c && a; a = next) {
		next = a->next;
		if (serves(c, &a->question)) {
			queue_remove(&pool->homeless, a);
			ask_or_queue(pool, c, a);
		}
	}
}

/* A place is idle: the oldest takes it. The server of one of them may still drain: it is passed. */
static void house_oldest(struct tcp_pool *pool)
{
	struct asking *next = NULL;
	for (struct asking *a = pool->homeless.first; a && find_idle(pool); a = next) {
		next = a->next;
		struct tcp_connection *c = find(pool, &a->question);
		if (c && c->draining && !is_idle(c)) {
			continue;
		}
		const struct question q = a->question;
		queue_remove(&pool->homeless, a);
		place(pool, a);
		house_others(pool, &q);
		next = pool->homeless.first;
	}
	if (pool->homeless.first) {
		drain_one(pool);
	}
}

/* What the end of one question says about its connection. */
static void learn(struct tcp_connection *c, enum answer_status status)
{
	if (status == ANSWER_RECEIVED) {
		context_keep_idle(c->context, IDLE_MS);
		c->answered++;
	} else if (c->asked == 0 && (status == ANSWER_TIMEOUT || status == ANSWER_REFUSED)) {
		/* Closed: the next question opens another one. */
		c->sent = 0;
		c->answered = 0;
	}
}

/* A server may close a connection whenever it likes; what it left open is asked again (RFC 7766 section
 * 6.2.4), as long as it gets on. One that closes after the first answer takes all others with it, even
 * the answer that getdns did not read yet: it is asked one question at a time, each once more. */
static bool deserves_another(struct tcp_connection *c, struct asking *a)
{
	if (a->reply.status != ANSWER_REFUSED || c->sent < 2 || a->alone) {
		return false;
	}
	if (c->answered < 2 || a->repeats++ >= REPEATS) {
		c->single = true;
		a->alone = true;
	}
	return true;
}

bool tcp_pool_finished(struct tcp_pool *pool, struct asking *a)
{
	struct tcp_connection *c = a->connection;
	a->connection = NULL;
	if (!c) {
		return false;
	}
	c->asked--;
	bool repeat = deserves_another(c, a);
	learn(c, a->reply.status);
	if (repeat) {
		a->state = ASKING_WAITING;
		a->connection = c;
		reply_release(&a->reply);
		queue_push(&c->queue, a);
	}
	while (c->queue.first && has_room(c)) {
		struct asking *first = c->queue.first;
		queue_remove(&c->queue, first);
		ask(pool, c, first);
	}
	if (is_idle(c) && pool->homeless.first) {
		house_oldest(pool);
	}
	return repeat;
}
