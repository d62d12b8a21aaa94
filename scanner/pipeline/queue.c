/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queue: a list under a mutex, first in first out. */
#include "scanner/pipeline/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct queue_node *head, *tail;
	size_t size;
	bool closed;
};

struct queue *queue_new(void)
{
	struct queue *q = calloc(1, sizeof(*q));
	if (q == NULL) {
		return NULL;
	}
	pthread_condattr_t steady;
	if (pthread_condattr_init(&steady) != 0) {
		free(q);
		return NULL;
	}
	bool ok = pthread_condattr_setclock(&steady, CLOCK_MONOTONIC) == 0
		&& pthread_cond_init(&q->more, &steady) == 0 && pthread_mutex_init(&q->lock, NULL) == 0;
	pthread_condattr_destroy(&steady);
	if (!ok) {
		free(q);
		return NULL;
	}
	return q;
}

void queue_free(struct queue *q)
{
	if (q == NULL) {
		return;
	}
	assert(q->head == NULL);
	pthread_cond_destroy(&q->more);
	pthread_mutex_destroy(&q->lock);
	free(q);
}

void queue_push(struct queue *q, struct queue_node *node)
{
	node->next = NULL;
	pthread_mutex_lock(&q->lock);
	assert(!q->closed);
	if (q->tail == NULL) {
		q->head = node;
	} else {
		q->tail->next = node;
	}
	q->tail = node;
	q->size++;
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
}

static struct queue_node *take(struct queue *q)
{
	struct queue_node *node = q->head;
	if (node != NULL) {
		q->head = node->next;
		if (q->head == NULL) {
			q->tail = NULL;
		}
		q->size--;
	}
	return node;
}

struct queue_node *queue_pop(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	while (q->head == NULL && !q->closed) {
		pthread_cond_wait(&q->more, &q->lock);
	}
	struct queue_node *node = take(q);
	pthread_mutex_unlock(&q->lock);
	return node;
}

struct queue_node *queue_pop_until(struct queue *q, uint64_t steady_ms)
{
	struct timespec end = { .tv_sec = (time_t)(steady_ms / 1000), .tv_nsec = (long)(steady_ms % 1000) * 1000000 };
	pthread_mutex_lock(&q->lock);
	while (q->head == NULL && !q->closed && pthread_cond_timedwait(&q->more, &q->lock, &end) == 0) {
	}
	struct queue_node *node = take(q);
	pthread_mutex_unlock(&q->lock);
	return node;
}

struct queue_node *queue_try(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	struct queue_node *node = take(q);
	pthread_mutex_unlock(&q->lock);
	return node;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->more);
	pthread_mutex_unlock(&q->lock);
}

size_t queue_size(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	size_t size = q->size;
	pthread_mutex_unlock(&q->lock);
	return size;
}
