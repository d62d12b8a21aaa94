/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queue: order, time-outs, closing, and several threads at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "scanner/clock.h"
#include "scanner/pipeline/queue.h"

struct item {
	struct queue_node node;
	unsigned from, number;
};

static void first_in_first_out(void **state)
{
	(void)state;
	struct item items[5] = { 0 };
	struct queue *q = queue_new();
	assert_non_null(q);
	assert_null(queue_try(q));
	for (unsigned i = 0; i < 5; i++) {
		queue_push(q, &items[i].node);
		assert_int_equal(queue_size(q), i + 1);
	}
	assert_ptr_equal(queue_try(q), &items[0]);
	assert_ptr_equal(queue_pop(q), &items[1]);
	assert_ptr_equal(queue_pop_until(q, 0), &items[2]);
	queue_push(q, &items[0].node);
	queue_close(q);
	/* Closed, but not empty: what is in it still comes out. */
	assert_ptr_equal(queue_pop(q), &items[3]);
	assert_ptr_equal(queue_pop(q), &items[4]);
	assert_ptr_equal(queue_pop(q), &items[0]);
	assert_null(queue_pop(q));
	assert_null(queue_try(q));
	assert_int_equal(queue_size(q), 0);
	queue_free(q);
	queue_free(NULL);
}

static void waiting_ends_in_time(void **state)
{
	(void)state;
	struct queue *q = queue_new();
	uint64_t now = clock_steady_ms();
	assert_null(queue_pop_until(q, now + 30));
	uint64_t after = clock_steady_ms();
	assert_true(after >= now + 30);
	assert_null(queue_pop_until(q, now));
	queue_close(q);
	/* Closed and empty: not a moment. */
	assert_null(queue_pop_until(q, now + 3600000));
	assert_true(clock_steady_ms() < now + 1800000);
	queue_free(q);
}

#define PRODUCERS 4
#define CONSUMERS 3
#define EACH 20000

struct crowd {
	struct queue *q;
	struct item *items;
	pthread_mutex_t lock;
	unsigned char seen[PRODUCERS][EACH];
	unsigned total;
};

struct member {
	struct crowd *crowd;
	unsigned number;
	bool in_order;
};

static void *produce(void *arg)
{
	struct member *m = arg;
	struct item *mine = m->crowd->items + (size_t)m->number * EACH;
	for (unsigned i = 0; i < EACH; i++) {
		mine[i].from = m->number;
		mine[i].number = i;
		queue_push(m->crowd->q, &mine[i].node);
	}
	return NULL;
}

static void *consume(void *arg)
{
	struct member *m = arg;
	long last[PRODUCERS] = { -1, -1, -1, -1 };
	struct item *item;
	m->in_order = true;
	while ((item = (struct item *)queue_pop(m->crowd->q)) != NULL) {
		m->in_order = m->in_order && (long)item->number > last[item->from];
		last[item->from] = (long)item->number;
		pthread_mutex_lock(&m->crowd->lock);
		m->crowd->seen[item->from][item->number]++;
		m->crowd->total++;
		pthread_mutex_unlock(&m->crowd->lock);
	}
	return NULL;
}

/* Everything comes out exactly once, and what one thread pushed comes out in its order. */
static void many_threads(void **state)
{
	(void)state;
	struct crowd *c = calloc(1, sizeof(*c));
	assert_non_null(c);
	c->q = queue_new();
	c->items = calloc((size_t)PRODUCERS * EACH, sizeof(*c->items));
	pthread_mutex_init(&c->lock, NULL);
	pthread_t threads[PRODUCERS + CONSUMERS];
	struct member members[PRODUCERS + CONSUMERS];
	for (unsigned i = 0; i < PRODUCERS + CONSUMERS; i++) {
		members[i] = (struct member){ .crowd = c, .number = i };
		assert_int_equal(pthread_create(&threads[i], NULL, i < PRODUCERS ? produce : consume, &members[i]), 0);
	}
	for (unsigned i = 0; i < PRODUCERS; i++) {
		pthread_join(threads[i], NULL);
	}
	queue_close(c->q);
	for (unsigned i = PRODUCERS; i < PRODUCERS + CONSUMERS; i++) {
		pthread_join(threads[i], NULL);
		assert_true(members[i].in_order);
	}
	assert_int_equal(c->total, PRODUCERS * EACH);
	for (unsigned i = 0; i < PRODUCERS; i++) {
		for (unsigned k = 0; k < EACH; k++) {
			assert_int_equal(c->seen[i][k], 1);
		}
	}
	queue_free(c->q);
	pthread_mutex_destroy(&c->lock);
	free(c->items);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_in_first_out),
		cmocka_unit_test(waiting_ends_in_time),
		cmocka_unit_test(many_threads),
	};
	return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
