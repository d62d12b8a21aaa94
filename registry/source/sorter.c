/* SPDX-License-Identifier: GPL-3.0-or-later */
/* External merge sort: fills memory, sorts it, spills it as a run; reading merges the runs with a heap. */
#include "registry/source/sorter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "registry/source/tempfile.h"
#include "validate/wire/err.h"

/* An entry: two lengths, key, value. */
#define HEADER 4
#define ENTRY_MAX (HEADER + 2 * SORTER_PART_MAX)
/* A run is read in pieces of at least this. */
#define PIECE_MIN ((size_t)4 * ENTRY_MAX)

struct item {
	uint64_t prefix;	/* of the key, behind what all keys of the run have in common */
	const uint8_t *entry;
};
/* What one entry costs beside its octets: its item, and qsort's copy of it. */
#define ITEM_COST (2 * sizeof(struct item))

struct run {
	off_t next, end;	/* in the file */
	off_t start;
	uint8_t *piece;
	size_t size;		/* octets in piece */
	size_t pos;		/* of the current entry */
};

/* The current entry of a run. */
struct head {
	uint64_t prefix;	/* of its key, behind what all keys of the file have in common */
	size_t run;
};

struct sorter {
	int fd;			/* -1 until the first spill */
	const char *dir;
	uint8_t *memory;
	size_t memory_size;
	size_t used;
	size_t count;
	size_t common;		/* octets all keys in memory begin with */
	size_t newest;		/* entry in memory */
	bool in_order;		/* those in memory are as they came */
	size_t file_common;	/* octets all keys in the file begin with */
	struct item *items;	/* sorted; NULL while adding */
	size_t next_item;
	struct run *runs;
	size_t run_count;
	size_t run_room;
	off_t file_size;
	size_t piece_size;
	struct head *heap;	/* of runs, smallest entry first */
	size_t heap_size;
	bool sealed;
	size_t first_size;
	uint8_t first[SORTER_PART_MAX];	/* key of the file */
	uint8_t last[ENTRY_MAX];
};

struct sorter *sorter_new(const char *dir, size_t memory)
{
	struct sorter *s = calloc(1, sizeof(*s));
	if (s == NULL) {
		return NULL;
	}
	s->fd = -1;
	s->dir = dir;
	s->memory_size = memory < SORTER_MEMORY_MIN ? SORTER_MEMORY_MIN : memory;
	s->memory = malloc(s->memory_size);
	if (s->memory == NULL) {
		free(s);
		return NULL;
	}
	return s;
}

void sorter_free(struct sorter *s)
{
	if (s == NULL) {
		return;
	}
	if (s->fd >= 0) {
		close(s->fd);
	}
	free(s->items);
	free(s->runs);
	free(s->heap);
	free(s->memory);
	free(s);
}

static size_t read_size(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

static struct slice entry_key(const uint8_t *entry)
{
	return (struct slice){ entry + HEADER, read_size(entry) };
}

static struct slice entry_value(const uint8_t *entry)
{
	return (struct slice){ entry + HEADER + read_size(entry), read_size(entry + 2) };
}

static size_t entry_size(const uint8_t *entry)
{
	return HEADER + read_size(entry) + read_size(entry + 2);
}

static int octets_compare(struct slice a, struct slice b)
{
	int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static int entry_compare(const uint8_t *a, const uint8_t *b)
{
	int order = octets_compare(entry_key(a), entry_key(b));
	return order != 0 ? order : octets_compare(entry_value(a), entry_value(b));
}

static int item_compare(const void *a, const void *b)
{
	const struct item *x = a;
	const struct item *y = b;
	if (x->prefix != y->prefix) {
		return x->prefix < y->prefix ? -1 : 1;
	}
	return entry_compare(x->entry, y->entry);
}

static uint64_t key_prefix(struct slice key, size_t skip)
{
	uint64_t prefix = 0;
	for (size_t i = 0; i < sizeof(prefix); i++) {
		prefix = prefix << 8 | (skip + i < key.size ? key.data[skip + i] : 0);
	}
	return prefix;
}

static int sort_memory(struct sorter *s)
{
	s->items = malloc((s->count == 0 ? 1 : s->count) * sizeof(*s->items));
	if (s->items == NULL) {
		return ERR_NOMEM;
	}
	const uint8_t *entry = s->memory;
	for (size_t i = 0; i < s->count; i++) {
		s->items[i] = (struct item){ .prefix = key_prefix(entry_key(entry), s->common), .entry = entry };
		entry += entry_size(entry);
	}
	/* Zone files mostly are in order. */
	if (!s->in_order) {
		qsort(s->items, s->count, sizeof(*s->items), item_compare);
	}
	return 0;
}

static int write_out(struct sorter *s, const uint8_t *data, size_t size)
{
	int rc = tempfile_write(s->fd, data, size, s->file_size);
	s->file_size += rc == 0 ? (off_t)size : 0;
	return rc;
}

static int write_items(struct sorter *s)
{
	uint8_t block[64 * 1024];
	size_t filled = 0;
	for (size_t i = 0; i < s->count; i++) {
		const uint8_t *entry = s->items[i].entry;
		size_t size = entry_size(entry);
		if (size > sizeof(block) - filled) {
			int rc = write_out(s, block, filled);
			if (rc != 0) {
				return rc;
			}
			filled = 0;
		}
		memcpy(block + filled, entry, size);
		filled += size;
	}
	return write_out(s, block, filled);
}

static size_t common_octets(struct slice a, struct slice b, size_t limit)
{
	size_t i = 0;
	while (i < limit && i < a.size && i < b.size && a.data[i] == b.data[i]) {
		i++;
	}
	return i;
}

/* With the first key of the file, which all that came after it are compared with. */
static void note_common(struct sorter *s)
{
	struct slice first = entry_key(s->memory);
	if (s->run_count == 0) {
		memcpy(s->first, first.data, first.size);
		s->first_size = first.size;
		s->file_common = s->common;
		return;
	}
	size_t limit = s->common < s->file_common ? s->common : s->file_common;
	s->file_common = common_octets((struct slice){ s->first, s->first_size }, first, limit);
}

/* What is in memory becomes a sorted run in the file. */
static int spill(struct sorter *s)
{
	if (s->run_count == s->run_room) {
		size_t room = s->run_room == 0 ? 16 : s->run_room * 2;
		struct run *grown = realloc(s->runs, room * sizeof(*grown));
		if (grown == NULL) {
			return ERR_NOMEM;
		}
		s->runs = grown;
		s->run_room = room;
	}
	int rc = s->fd >= 0 ? 0 : tempfile_open(s->dir, &s->fd);
	if (rc == 0) {
		rc = sort_memory(s);
	}
	struct run run = { .start = s->file_size };
	note_common(s);
	if (rc == 0) {
		rc = write_items(s);
	}
	free(s->items);
	s->items = NULL;
	if (rc != 0) {
		return rc;
	}
	run.end = s->file_size;
	s->runs[s->run_count++] = run;
	s->used = 0;
	s->count = 0;
	return 0;
}

int sorter_add(struct sorter *s, struct slice key, struct slice value)
{
	if (s->sealed) {
		return ERR_ARG;
	}
	if (key.size > SORTER_PART_MAX || value.size > SORTER_PART_MAX) {
		return ERR_LIMIT;
	}
	size_t size = HEADER + key.size + value.size;
	if (s->used + size + (s->count + 1) * ITEM_COST > s->memory_size) {
		int rc = spill(s);
		if (rc != 0) {
			return rc;
		}
	}
	uint8_t *entry = s->memory + s->used;
	const uint8_t lengths[HEADER] = { (uint8_t)(key.size >> 8), (uint8_t)key.size, (uint8_t)(value.size >> 8),
		(uint8_t)value.size };
	memcpy(entry, lengths, HEADER);
	memcpy(entry + HEADER, key.data, key.size);
	if (value.size > 0) {
		memcpy(entry + HEADER + key.size, value.data, value.size);
	}
	s->common = s->count == 0 ? key.size : common_octets(entry_key(s->memory), key, s->common);
	s->in_order = s->count == 0 || (s->in_order && entry_compare(s->memory + s->newest, entry) <= 0);
	s->newest = s->used;
	s->used += size;
	s->count++;
	return 0;
}

/* The run's current entry, whole in its piece; NULL at its end or, with *rc set, for an error. */
static const uint8_t *run_entry(struct sorter *s, struct run *r, int *rc)
{
	size_t left = r->size - r->pos;
	if (left < HEADER || left < entry_size(r->piece + r->pos)) {
		memmove(r->piece, r->piece + r->pos, left);
		r->pos = 0;
		r->size = left;
		size_t want = s->piece_size - left;
		if ((off_t)want > r->end - r->next) {
			want = (size_t)(r->end - r->next);
		}
		*rc = tempfile_read(s->fd, r->piece + left, want, r->next);
		if (*rc != 0) {
			return NULL;
		}
		r->size += want;
		r->next += (off_t)want;
	}
	return r->size == r->pos ? NULL : r->piece + r->pos;
}

static const uint8_t *current(const struct sorter *s, size_t run)
{
	return s->runs[run].piece + s->runs[run].pos;
}

static int head_compare(const struct sorter *s, const struct head *a, const struct head *b)
{
	if (a->prefix != b->prefix) {
		return a->prefix < b->prefix ? -1 : 1;
	}
	return entry_compare(current(s, a->run), current(s, b->run));
}

static void sift_down(struct sorter *s, size_t at)
{
	for (;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < s->heap_size; child++) {
			if (head_compare(s, &s->heap[child], &s->heap[least]) < 0) {
				least = child;
			}
		}
		if (least == at) {
			return;
		}
		struct head swapped = s->heap[at];
		s->heap[at] = s->heap[least];
		s->heap[least] = swapped;
		at = least;
	}
}

static int open_runs(struct sorter *s)
{
	s->heap_size = 0;
	for (size_t i = 0; i < s->run_count; i++) {
		struct run *r = &s->runs[i];
		r->piece = s->memory + i * s->piece_size;
		r->next = r->start;
		r->size = 0;
		r->pos = 0;
		int rc = 0;
		const uint8_t *entry = run_entry(s, r, &rc);
		if (entry != NULL) {
			s->heap[s->heap_size++] = (struct head){ key_prefix(entry_key(entry), s->file_common), i };
		}
		if (rc != 0) {
			return rc;
		}
	}
	for (size_t i = s->heap_size; i > 0; i--) {
		sift_down(s, i - 1);
	}
	return 0;
}

/* No more is added: the memory becomes the pieces of the runs, if there are any. */
static int seal(struct sorter *s)
{
	s->sealed = true;
	if (s->run_count == 0) {
		return sort_memory(s);
	}
	int rc = s->count > 0 ? spill(s) : 0;
	if (rc != 0) {
		return rc;
	}
	s->piece_size = s->memory_size / s->run_count;
	if (s->piece_size < PIECE_MIN) {
		s->piece_size = PIECE_MIN;
		uint8_t *grown = realloc(s->memory, s->piece_size * s->run_count);
		if (grown == NULL) {
			return ERR_NOMEM;
		}
		s->memory = grown;
		s->memory_size = s->piece_size * s->run_count;
	}
	s->heap = calloc(s->run_count, sizeof(*s->heap));
	return s->heap == NULL ? ERR_NOMEM : 0;
}

int sorter_rewind(struct sorter *s)
{
	int rc = s->sealed ? 0 : seal(s);
	if (rc != 0) {
		return rc;
	}
	s->next_item = 0;
	return s->run_count > 0 ? open_runs(s) : 0;
}

/* The next entry, copied to last, or false at the end. */
static int take(struct sorter *s, bool *got)
{
	*got = false;
	if (s->run_count == 0) {
		if (s->next_item < s->count) {
			const uint8_t *entry = s->items[s->next_item++].entry;
			memcpy(s->last, entry, entry_size(entry));
			*got = true;
		}
		return 0;
	}
	if (s->heap_size == 0) {
		return 0;
	}
	struct run *r = &s->runs[s->heap[0].run];
	const uint8_t *entry = r->piece + r->pos;
	size_t size = entry_size(entry);
	memcpy(s->last, entry, size);
	r->pos += size;
	int rc = 0;
	entry = run_entry(s, r, &rc);
	if (entry == NULL) {
		s->heap[0] = s->heap[--s->heap_size];
	} else {
		s->heap[0].prefix = key_prefix(entry_key(entry), s->file_common);
	}
	sift_down(s, 0);
	*got = rc == 0;
	return rc;
}

static bool next_is_last(const struct sorter *s)
{
	if (s->run_count == 0) {
		return s->next_item < s->count && entry_compare(s->items[s->next_item].entry, s->last) == 0;
	}
	return s->heap_size > 0 && entry_compare(current(s, s->heap[0].run), s->last) == 0;
}

int sorter_next(struct sorter *s, struct slice *key, struct slice *value, bool *end)
{
	bool got = false;
	do {
		int rc = take(s, &got);
		if (rc != 0) {
			return rc;
		}
	} while (got && next_is_last(s));
	*end = !got;
	if (got) {
		*key = entry_key(s->last);
		*value = entry_value(s->last);
	}
	return 0;
}
