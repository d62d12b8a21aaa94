/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes on their way into an outbox, as the JSON that its statements take. Private to registry/sink. */
#pragma once

#include "registry/sink/parts.h"

#define OUTBOX_BATCH_MAX 1000

struct outbox_entry {
	uint64_t number;
	bool is_new;			/* to be put; else only asked for */
	char id[CHANGE_ID_TEXT];
	char hash[2 * SHA256_OCTETS + 1];
	char *json;
};

struct outbox_batch;

/* NULL when out of memory. */
struct outbox_batch *outbox_batch_new(void);
void outbox_batch_free(struct outbox_batch *b);		/* NULL is fine */
/* is_new false: id and change of x suffice. ERR_NOMEM; then what was added before is as it was. */
int outbox_batch_add(struct outbox_batch *b, const struct sink_change *x, bool is_new);
void outbox_batch_empty(struct outbox_batch *b);
size_t outbox_batch_count(const struct outbox_batch *b);
const struct outbox_entry *outbox_batch_entry(const struct outbox_batch *b, size_t i);
/* An array of those from first on; each has n, its place in it. To be freed; NULL when out of memory. */
char *outbox_batch_json(const struct outbox_batch *b, size_t first, size_t count);
