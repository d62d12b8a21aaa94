/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Queue between threads. Pushing never blocks: credits bound what can be in it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* First member of everything that is queued. */
struct queue_node {
	struct queue_node *next;
};

struct queue;

struct queue *queue_new(void);		/* NULL when out of memory */
void queue_free(struct queue *q);	/* must be empty; NULL is fine */
void queue_push(struct queue *q, struct queue_node *node);
/* Waits for a node; NULL once the queue is closed and empty. */
struct queue_node *queue_pop(struct queue *q);
/* Waits at most until steady_ms (CLOCK_MONOTONIC); NULL then, and when closed and empty. */
struct queue_node *queue_pop_until(struct queue *q, uint64_t steady_ms);
/* Does not wait. */
struct queue_node *queue_try(struct queue *q);
/* No more will be pushed: those who wait come back. */
void queue_close(struct queue *q);
size_t queue_size(struct queue *q);
