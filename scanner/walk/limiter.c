/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limiter: token buckets by address, with the addresses that have somebody waiting in a heap by the
 * time they may be asked next. */
#include "scanner/walk/limiter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "scanner/walk/gate.h"
#include "validate/wire/err.h"

/* Tokens are counted in thousandths: a rate of n a second is n thousandths a millisecond. */
#define TOKEN 1000u
#define BUCKETS_MIN 1024u
#define NOT_QUEUED SIZE_MAX

struct bucket {
	struct address address;
	struct bucket *chain;		/* same hash */
	struct gate gate;
	struct ask *head, *tail;
	uint64_t tokens;		/* thousandths */
	uint64_t refilled_ms;
	uint64_t paused_until_ms;
	uint64_t ready_ms;		/* key in the heap */
	size_t heap_index;
	uint32_t in_flight;
};

struct limiter {
	struct limiter_options options;
	struct bucket **table;
	size_t table_size;		/* power of two */
	size_t count;
	struct bucket **heap;
	size_t heap_count, heap_size;
	uint64_t tokens, refilled_ms;	/* of all together */
	struct gate gate;		/* of all together */
	struct gates gates;
	size_t waiting, in_flight;
	size_t drop_slot;		/* where limiter_drop looked last */
};

/* A child asks five times at each address, and once more at one of them; one that asks for a first DS set twice more for each
 * name server whose signals are served there. At the pace of the address five questions take ten seconds for this many
 * children; where nobody answers over TCP a child keeps a place in flight for half a minute, so that twice the places
 * take a whole one. */
#define ROUND_S 10
#define QUESTIONS 5
#define CHILDREN_A_PLACE 2

static uint32_t at_least_one(uint64_t n)
{
	return n < 1 ? 1 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

void limiter_options_children(struct limiter_options *o)
{
	uint64_t by_rate = (uint64_t)o->address_rate * ROUND_S / QUESTIONS;
	uint64_t by_places = (uint64_t)o->address_in_flight * CHILDREN_A_PLACE;
	o->address_children = at_least_one(by_rate < by_places ? by_rate : by_places);
	by_rate = (uint64_t)o->total_rate * ROUND_S / QUESTIONS;
	by_places = (uint64_t)o->total_in_flight * CHILDREN_A_PLACE;
	o->total_children = at_least_one(by_rate < by_places ? by_rate : by_places);
}

struct limiter *limiter_new(const struct limiter_options *options)
{
	struct limiter *l = calloc(1, sizeof(*l));
	if (l == NULL) {
		return NULL;
	}
	l->options = *options;
	l->table_size = BUCKETS_MIN;
	l->table = calloc(l->table_size, sizeof(*l->table));
	l->tokens = (uint64_t)options->total_rate * TOKEN / 10;
	l->gate.most = options->total_children;
	if (l->table == NULL) {
		free(l);
		return NULL;
	}
	return l;
}

void limiter_free(struct limiter *l)
{
	if (l == NULL) {
		return;
	}
	for (size_t i = 0; i < l->table_size; i++) {
		struct bucket *next;
		for (struct bucket *b = l->table[i]; b != NULL; b = next) {
			next = b->chain;
			free(b);
		}
	}
	free(l->table);
	free(l->heap);
	free(l);
}

/* FNV-1a over the address; the table is ours alone, collisions only cost time and the number of
 * addresses is bounded by the parent's zone. */
static size_t hash(const struct address *a)
{
	uint64_t h = 14695981039346656037u ^ a->family;
	for (size_t i = 0; i < sizeof(a->octets); i++) {
		h = (h ^ a->octets[i]) * 1099511628211u;
	}
	return (size_t)(h ^ h >> 32);
}

static int grow_table(struct limiter *l)
{
	size_t size = l->table_size * 2;
	struct bucket **table = calloc(size, sizeof(*table));
	if (table == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < l->table_size; i++) {
		struct bucket *next;
		for (struct bucket *b = l->table[i]; b != NULL; b = next) {
			next = b->chain;
			size_t slot = hash(&b->address) & (size - 1);
			b->chain = table[slot];
			table[slot] = b;
		}
	}
	free(l->table);
	l->table = table;
	l->table_size = size;
	l->drop_slot = 0;
	return ERR_OK;
}

static struct bucket *find(const struct limiter *l, const struct address *address)
{
	struct bucket *b = l->table[hash(address) & (l->table_size - 1)];
	while (b != NULL && address_compare(&b->address, address) != 0) {
		b = b->chain;
	}
	return b;
}

static void refill(uint64_t *tokens, uint64_t *refilled_ms, uint32_t rate, uint64_t most, uint64_t now_ms)
{
	if (now_ms <= *refilled_ms) {
		return;
	}
	uint64_t passed = now_ms - *refilled_ms;
	/* Beyond a minute the bucket is full whatever the rate; the product stays small. */
	uint64_t earned = (passed > 60000 ? 60000 : passed) * rate;
	*tokens = *tokens + earned > most ? most : *tokens + earned;
	*refilled_ms = now_ms;
}

static void refill_bucket(const struct limiter *l, struct bucket *b, uint64_t now_ms)
{
	refill(&b->tokens, &b->refilled_ms, l->options.address_rate, (uint64_t)l->options.address_burst * TOKEN, now_ms);
}

/* Nothing is lost with it: an address never seen starts the same. */
static bool is_rested(const struct limiter *l, struct bucket *b, uint64_t now_ms)
{
	refill_bucket(l, b, now_ms);
	return b->head == NULL && b->in_flight == 0 && b->paused_until_ms <= now_ms && gate_is_idle(&b->gate)
		&& b->tokens == (uint64_t)l->options.address_burst * TOKEN;
}

/* Addresses come and go by the hundred thousand; only those in use are kept. */
static void forget_rested(struct limiter *l, uint64_t now_ms)
{
	for (size_t i = 0; i < l->table_size; i++) {
		struct bucket **at = &l->table[i];
		while (*at != NULL) {
			struct bucket *b = *at;
			if (is_rested(l, b, now_ms)) {
				*at = b->chain;
				free(b);
				l->count--;
			} else {
				at = &b->chain;
			}
		}
	}
}

static int make_room(struct limiter *l, uint64_t now_ms)
{
	if (l->count < l->table_size) {
		return ERR_OK;
	}
	forget_rested(l, now_ms);
	return l->count < l->table_size / 2 ? ERR_OK : grow_table(l);
}

static struct bucket *find_or_add(struct limiter *l, const struct address *address, uint64_t now_ms)
{
	struct bucket *b = find(l, address);
	if (b != NULL) {
		return b;
	}
	if (make_room(l, now_ms) != ERR_OK) {
		return NULL;
	}
	b = calloc(1, sizeof(*b));
	if (b == NULL) {
		return NULL;
	}
	b->address = *address;
	b->tokens = (uint64_t)l->options.address_burst * TOKEN;
	b->refilled_ms = now_ms;
	b->heap_index = NOT_QUEUED;
	b->gate.most = l->options.address_children;
	size_t slot = hash(address) & (l->table_size - 1);
	b->chain = l->table[slot];
	l->table[slot] = b;
	l->count++;
	return b;
}

static void heap_swap(struct limiter *l, size_t i, size_t j)
{
	struct bucket *b = l->heap[i];
	l->heap[i] = l->heap[j];
	l->heap[j] = b;
	l->heap[i]->heap_index = i;
	l->heap[j]->heap_index = j;
}

static void heap_sift(struct limiter *l, size_t i)
{
	while (i > 0 && l->heap[i]->ready_ms < l->heap[(i - 1) / 2]->ready_ms) {
		heap_swap(l, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
	for (;;) {
		size_t least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < l->heap_count; child++) {
			if (l->heap[child]->ready_ms < l->heap[least]->ready_ms) {
				least = child;
			}
		}
		if (least == i) {
			return;
		}
		heap_swap(l, i, least);
		i = least;
	}
}

static void heap_remove(struct limiter *l, struct bucket *b)
{
	if (b->heap_index == NOT_QUEUED) {
		return;
	}
	size_t i = b->heap_index;
	heap_swap(l, i, l->heap_count - 1);
	l->heap_count--;
	b->heap_index = NOT_QUEUED;
	if (i < l->heap_count) {
		heap_sift(l, i);
	}
}

/* Room for every bucket, so that queueing one cannot fail later. */
static int heap_reserve(struct limiter *l)
{
	if (l->heap_size >= l->count) {
		return ERR_OK;
	}
	size_t size = l->count * 2;
	struct bucket **heap = realloc(l->heap, size * sizeof(*heap));
	if (heap == NULL) {
		return ERR_NOMEM;
	}
	l->heap = heap;
	l->heap_size = size;
	return ERR_OK;
}

/* Puts b where its waiting asks and its tokens say; a bucket at its in-flight cap is not in the heap. */
static void requeue(struct limiter *l, struct bucket *b, uint64_t now_ms)
{
	if (b->head == NULL || b->in_flight >= l->options.address_in_flight) {
		heap_remove(l, b);
		return;
	}
	refill_bucket(l, b, now_ms);
	b->ready_ms = now_ms;
	if (b->tokens < TOKEN) {
		uint32_t rate = l->options.address_rate;
		b->ready_ms = now_ms + (TOKEN - b->tokens + rate - 1) / rate;
	}
	if (b->paused_until_ms > b->ready_ms) {
		b->ready_ms = b->paused_until_ms;
	}
	if (b->heap_index == NOT_QUEUED) {
		assert(l->heap_count < l->heap_size);
		b->heap_index = l->heap_count;
		l->heap[l->heap_count++] = b;
	}
	heap_sift(l, b->heap_index);
}

int limiter_wait(struct limiter *l, struct ask *ask, uint64_t now_ms)
{
	struct bucket *b = find_or_add(l, &ask->address, now_ms);
	if (b == NULL || heap_reserve(l) != ERR_OK) {
		return ERR_NOMEM;
	}
	assert(!ask->waiting);
	ask->next = NULL;
	ask->waiting = true;
	if (b->tail == NULL) {
		b->head = ask;
	} else {
		b->tail->next = ask;
	}
	b->tail = ask;
	l->waiting++;
	/* Behind others nothing changes for the bucket: its place in the heap is known already. */
	if (b->head == ask) {
		requeue(l, b, now_ms);
	}
	return ERR_OK;
}

static struct ask *take(struct limiter *l, struct bucket *b)
{
	struct ask *ask = b->head;
	b->head = ask->next;
	if (b->head == NULL) {
		b->tail = NULL;
	}
	ask->next = NULL;
	ask->waiting = false;
	l->waiting--;
	return ask;
}

struct ask *limiter_next(struct limiter *l, uint64_t now_ms, uint64_t *wake_ms)
{
	*wake_ms = UINT64_MAX;
	if (l->heap_count == 0 || l->in_flight >= l->options.total_in_flight) {
		return NULL;
	}
	struct bucket *b = l->heap[0];
	if (b->ready_ms > now_ms) {
		*wake_ms = b->ready_ms;
		return NULL;
	}
	uint32_t rate = l->options.total_rate;
	refill(&l->tokens, &l->refilled_ms, rate, (uint64_t)rate * TOKEN / 10 + TOKEN, now_ms);
	if (l->tokens < TOKEN) {
		*wake_ms = now_ms + (TOKEN - l->tokens + rate - 1) / rate;
		return NULL;
	}
	refill_bucket(l, b, now_ms);
	l->tokens -= TOKEN;
	b->tokens -= b->tokens < TOKEN ? b->tokens : TOKEN;
	b->in_flight++;
	l->in_flight++;
	struct ask *ask = take(l, b);
	requeue(l, b, now_ms);
	return ask;
}

void limiter_done(struct limiter *l, const struct address *address, uint32_t pause_ms, uint64_t now_ms)
{
	struct bucket *b = find(l, address);
	assert(b != NULL && b->in_flight > 0 && l->in_flight > 0);
	b->in_flight--;
	l->in_flight--;
	if (pause_ms > 0 && now_ms + pause_ms > b->paused_until_ms) {
		b->paused_until_ms = now_ms + pause_ms;
	}
	requeue(l, b, now_ms);
}

struct ask *limiter_drop(struct limiter *l)
{
	while (l->waiting > 0) {
		struct bucket *b = l->table[l->drop_slot];
		while (b != NULL && b->head == NULL) {
			b = b->chain;
		}
		if (b == NULL) {
			l->drop_slot = (l->drop_slot + 1) & (l->table_size - 1);
			continue;
		}
		struct ask *ask = take(l, b);
		if (b->head == NULL) {
			heap_remove(l, b);
		}
		return ask;
	}
	return NULL;
}

/* ---- who may begin */

/* From each place a child asks as much. */
static size_t children_of(const struct entrant *e)
{
	return e->places > 0 ? e->places : 1;
}

int limiter_enter(struct limiter *l, struct entrant *e, uint64_t now_ms, bool *entered)
{
	*entered = false;
	if (gate_is_full(&l->gate)) {
		gate_park(&l->gates, &l->gate, e);
		return ERR_OK;
	}
	for (size_t i = 0; i < e->count; i++) {
		struct bucket *b = find_or_add(l, &e->addresses[i], now_ms);
		if (b == NULL) {
			return ERR_NOMEM;
		}
		if (gate_is_full(&b->gate)) {
			gate_park(&l->gates, &b->gate, e);
			return ERR_OK;
		}
	}
	for (size_t i = 0; i < e->count; i++) {
		struct bucket *b = find_or_add(l, &e->addresses[i], now_ms);
		if (b == NULL) {
			e->count = i;
			limiter_leave(l, e);
			return ERR_NOMEM;
		}
		b->gate.children += children_of(e);
		l->gate.children += children_of(e);
	}
	*entered = true;
	return ERR_OK;
}

void limiter_leave(struct limiter *l, const struct entrant *e)
{
	for (size_t i = 0; i < e->count; i++) {
		gate_leave(&l->gates, &find(l, &e->addresses[i])->gate, children_of(e));
		gate_leave(&l->gates, &l->gate, children_of(e));
	}
}

struct entrant *limiter_admit(struct limiter *l)
{
	return gates_admit(&l->gates);
}

struct entrant *limiter_drop_parked(struct limiter *l)
{
	struct entrant *e = gate_unpark(&l->gates, &l->gate);
	while (e == NULL && l->gates.parked > 0) {
		for (struct bucket *b = l->table[l->drop_slot]; b != NULL && e == NULL; b = b->chain) {
			e = gate_unpark(&l->gates, &b->gate);
		}
		if (e == NULL) {
			l->drop_slot = (l->drop_slot + 1) & (l->table_size - 1);
		}
	}
	return e;
}

size_t limiter_parked(const struct limiter *l)
{
	return l->gates.parked;
}

size_t limiter_waiting(const struct limiter *l)
{
	return l->waiting;
}

size_t limiter_in_flight(const struct limiter *l)
{
	return l->in_flight;
}
