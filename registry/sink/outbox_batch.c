/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each change is encoded when it comes, for what it points to is gone when the batch leaves. */
#include "registry/sink/outbox_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "registry/sink/json.h"
#include "validate/wire/err.h"

struct outbox_batch {
	struct json *json;
	size_t count;
	struct outbox_entry entries[OUTBOX_BATCH_MAX];
};

struct outbox_batch *outbox_batch_new(void)
{
	struct outbox_batch *b = calloc(1, sizeof(*b));
	if (b == NULL) {
		return NULL;
	}
	b->json = json_new();
	if (b->json == NULL) {
		outbox_batch_free(b);
		return NULL;
	}
	return b;
}

void outbox_batch_free(struct outbox_batch *b)
{
	if (b != NULL) {
		outbox_batch_empty(b);
		json_free(b->json);
		free(b);
	}
}

void outbox_batch_empty(struct outbox_batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		free(b->entries[i].json);
	}
	b->count = 0;
}

size_t outbox_batch_count(const struct outbox_batch *b)
{
	return b->count;
}

const struct outbox_entry *outbox_batch_entry(const struct outbox_batch *b, size_t i)
{
	return &b->entries[i];
}

/* NULL where nothing was told. */
static void put_text(struct json *j, const char *key, const char *text)
{
	json_string(j, key, text[0] == '\0' ? NULL : text);
}

static void put_superseded(struct json *j, const char *id, uint64_t number)
{
	char text[CHANGE_ID_TEXT + 24];
	if (number == 0) {
		json_null(j, "supersedes");
		return;
	}
	snprintf(text, sizeof(text), "%.*s/%" PRIu64, (int)(strrchr(id, '/') - id), id, number);
	json_string(j, "supersedes", text);
}

static void put_change(struct json *j, const struct sink_change *x)
{
	const struct change *c = x->change;
	char text[48];
	json_name(j, "parent", x->parent);
	json_name(j, "child", &c->child);
	json_string(j, "class", change_class_text(c->class));
	json_ds_set(j, "ds_before", x->ds_now);
	if (x->ds_pending == NULL) {
		json_null(j, "ds_pending");
	} else {
		json_ds_set(j, "ds_pending", x->ds_pending);
	}
	json_ds_set(j, "ds_after", &c->ds_after);
	if (c->ds_ttl == 0) {
		json_null(j, "ds_ttl");
	} else {
		json_uint(j, "ds_ttl", c->ds_ttl);
	}
	json_array(j, "ns_before");
	for (size_t i = 0; i < c->ns_count; i++) {
		json_name(j, NULL, &c->ns_before[i]);
	}
	json_array_end(j);
	put_text(j, "registrar", c->registrar);
	put_text(j, "registration", c->registration);
	put_superseded(j, x->id, c->supersedes);
	json_time(j, "judged_at", c->judged_at);
	snprintf(text, sizeof(text), "%" PRIu64 "/%" PRIu64, c->run, c->sequence);
	json_string(j, "judged_case", text);
	json_uint(j, "generation", c->generation);
}

static int write_json(struct outbox_batch *b, const struct outbox_entry *e, const struct sink_change *x, FILE *to)
{
	struct json *j = b->json;
	json_object(j, NULL);
	json_uint(j, "n", b->count);
	json_string(j, "id", e->id);
	json_string(j, "hash", e->hash);
	if (e->is_new) {
		put_change(j, x);
	}
	json_object_end(j);
	return json_end_line(j, to);
}

int outbox_batch_add(struct outbox_batch *b, const struct sink_change *x, bool is_new)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = b->count < OUTBOX_BATCH_MAX ? open_memstream(&text, &size) : NULL;
	if (to == NULL) {
		return ERR_NOMEM;
	}
	struct outbox_entry *e = &b->entries[b->count];
	*e = (struct outbox_entry){ .number = x->change->number, .is_new = is_new };
	snprintf(e->id, sizeof(e->id), "%s", x->id);
	for (size_t i = 0; i < SHA256_OCTETS; i++) {
		snprintf(e->hash + 2 * i, 3, "%02x", x->change->hash[i]);
	}
	int rc = write_json(b, e, x, to);
	if (fclose(to) != 0 || rc != 0) {
		free(text);
		return ERR_NOMEM;
	}
	e->json = text;
	b->count++;
	return 0;
}

char *outbox_batch_json(const struct outbox_batch *b, size_t first, size_t count)
{
	size_t room = 3 + count;
	for (size_t i = first; i < first + count; i++) {
		room += strlen(b->entries[i].json);
	}
	char *out = malloc(room);
	size_t used = 0;
	for (size_t i = first; out != NULL && i < first + count; i++) {
		used += (size_t)snprintf(out + used, room - used, "%c%s", i == first ? '[' : ',', b->entries[i].json);
	}
	if (out != NULL) {
		snprintf(out + used, room - used, "]");
	}
	return out;
}
