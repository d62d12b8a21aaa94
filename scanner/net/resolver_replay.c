/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolver over a recording (recording.h has the format), on a clock that the caller turns. */
#include "scanner/net/resolver_replay.h"

#include <stdlib.h>
#include <string.h>

#include "scanner/net/recording.h"
#include "validate/wire/err.h"

#define CAPACITY 4000

/* One question under way, in a heap by due time and order of asking. */
struct pending {
	uint64_t due_ms;
	uint64_t ticket;	/* also the order */
	uint32_t rtt_us;
	enum answer_status status;
	const struct recorded *recorded;	/* NULL unless received */
	resolver_callback *done;
	void *user;
};

struct resolver_replay {
	struct resolver resolver;	/* first: the seam */
	struct recording recording;
	const struct recorded **next;	/* by index of the first line of a question */
	uint64_t now_ms;
	uint64_t tickets;
	size_t count;
	bool closing;
	struct pending heap[CAPACITY];
};

static bool before(const struct pending *a, const struct pending *b)
{
	return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->ticket < b->ticket;
}

static void swap(struct pending *a, struct pending *b)
{
	struct pending kept = *a;
	*a = *b;
	*b = kept;
}

static void rise(struct resolver_replay *r, size_t i)
{
	while (i > 0 && before(&r->heap[i], &r->heap[(i - 1) / 2])) {
		swap(&r->heap[i], &r->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static void sink(struct resolver_replay *r, size_t i)
{
	for (;;) {
		size_t least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < r->count; child++) {
			if (before(&r->heap[child], &r->heap[least])) {
				least = child;
			}
		}
		if (least == i) {
			return;
		}
		swap(&r->heap[i], &r->heap[least]);
		i = least;
	}
}

/* The answer of this time; the last recorded one stays. */
static const struct recorded *take_recorded(struct resolver_replay *r, const struct question *q)
{
	const struct recorded *first = recording_find(&r->recording, q);
	if (!first) {
		return NULL;
	}
	const struct recorded **next = &r->next[first - r->recording.answers];
	const struct recorded *now = *next ? *next : first;
	const struct recorded *after = recording_next(&r->recording, now);
	*next = after ? after : now;
	return now;
}

static int submit(struct resolver *resolver, const struct question *q, resolver_callback *done,
	void *user, uint64_t *ticket)
{
	struct resolver_replay *r = (struct resolver_replay *)resolver;
	if (!done || q->name.size == 0 || (q->server.family != 4 && q->server.family != 6)) {
		return ERR_ARG;
	}
	if (r->closing) {
		return ERR_CANCELLED;
	}
	if (r->count == CAPACITY) {
		return ERR_LIMIT;
	}
	const struct recorded *recorded = take_recorded(r, q);
	struct pending p = {
		.status = recorded ? recorded->status : ANSWER_TIMEOUT,
		.done = done,
		.user = user,
		.ticket = ++r->tickets,
	};
	uint64_t delay_ms = recorded ? recorded->delay_ms : 0;
	if (p.status == ANSWER_TIMEOUT || delay_ms > q->timeout_ms) {
		p.status = ANSWER_TIMEOUT;
		delay_ms = q->timeout_ms;
	}
	if (p.status == ANSWER_RECEIVED) {
		p.recorded = recorded;
	}
	p.due_ms = r->now_ms + delay_ms;
	p.rtt_us = delay_ms > UINT32_MAX / 1000 ? UINT32_MAX : (uint32_t)(delay_ms * 1000);
	r->heap[r->count] = p;
	rise(r, r->count++);
	if (ticket) {
		*ticket = p.ticket;
	}
	return 0;
}

static void cancel(struct resolver *resolver, uint64_t ticket)
{
	struct resolver_replay *r = (struct resolver_replay *)resolver;
	for (size_t i = 0; i < r->count; i++) {
		struct pending *p = &r->heap[i];
		if (p->ticket == ticket) {
			p->status = ANSWER_CANCELLED;
			p->recorded = NULL;
			p->due_ms = 0;
			rise(r, i);
			return;
		}
	}
}

static size_t capacity(const struct resolver *resolver)
{
	(void)resolver;
	return CAPACITY;
}

static void close_resolver(struct resolver *resolver)
{
	struct resolver_replay *r = (struct resolver_replay *)resolver;
	r->closing = true;
	/* All are due at once, in the order of asking. */
	for (size_t i = 0; i < r->count; i++) {
		r->heap[i].status = ANSWER_CANCELLED;
		r->heap[i].recorded = NULL;
		r->heap[i].due_ms = 0;
		rise(r, i);
	}
}

static const struct resolver_ops OPS = {
	.submit = submit,
	.cancel = cancel,
	.capacity = capacity,
	.close = close_resolver,
};

static void replay_free(struct resolver_replay *r)
{
	recording_deinit(&r->recording);
	free(r->next);
	free(r);
}

int resolver_replay_new(const char *path, struct resolver **out, const char **why)
{
	struct resolver_replay *r = calloc(1, sizeof(*r));
	*why = "out of memory";
	if (!r) {
		return ERR_NOMEM;
	}
	size_t line = 0;
	int result = recording_read(path, &r->recording, why, &line);
	if (!result) {
		r->next = calloc(r->recording.count + 1, sizeof(*r->next));
		if (!r->next) {
			*why = "out of memory";
			result = ERR_NOMEM;
		}
	}
	if (result) {
		replay_free(r);
		return result;
	}
	r->resolver.ops = &OPS;
	*out = &r->resolver;
	return 0;
}

uint64_t resolver_replay_turn(struct resolver *resolver, uint64_t now_ms)
{
	struct resolver_replay *r = (struct resolver_replay *)resolver;
	r->now_ms = now_ms;
	while (r->count > 0 && r->heap[0].due_ms <= now_ms) {
		struct pending p = r->heap[0];
		r->heap[0] = r->heap[--r->count];
		sink(r, 0);
		const struct answer answer = {
			.status = p.status,
			.octets = p.recorded ? p.recorded->octets : NULL,
			.size = p.recorded ? p.recorded->size : 0,
			.rtt_us = p.status == ANSWER_CANCELLED ? 0 : p.rtt_us,
		};
		p.done(p.user, &answer);
	}
	uint64_t next_ms = r->count > 0 ? r->heap[0].due_ms : UINT64_MAX;
	if (r->closing) {
		replay_free(r);
	}
	return next_ms;
}
