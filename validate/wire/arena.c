/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: a list of blocks, allocation by moving a mark in the newest one. */
#include "validate/wire/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A block holds a few ordinary answers, parsed; what is larger gets a block of its own. */
#define BLOCK_OCTETS (16 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

/* Under AddressSanitizer what is not allocated is poisoned, with a gap behind every piece: reading
 * past a slice is seen although the memory around it is ours. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define GAP ALIGNMENT
#define POISON(data, size) ASAN_POISON_MEMORY_REGION(data, size)
#define UNPOISON(data, size) ASAN_UNPOISON_MEMORY_REGION(data, size)
#else
#define GAP 0
#define POISON(data, size) ((void)(data), (void)(size))
#define UNPOISON(data, size) ((void)(data), (void)(size))
#endif

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *current;	/* allocated from; newest ordinary block */
	struct block *large;	/* one allocation each */
};

static struct block *block_new(size_t size)
{
	if (size > SIZE_MAX - sizeof(struct block)) {
		return NULL;
	}
	struct block *block = malloc(sizeof(*block) + size);
	if (block == NULL) {
		return NULL;
	}
	block->next = NULL;
	block->size = size;
	block->used = 0;
	POISON(block->data, size);
	return block;
}

static void blocks_free(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;
		UNPOISON(block->data, block->size);
		free(block);
		block = next;
	}
}

struct arena *arena_new(void)
{
	struct arena *arena = malloc(sizeof(*arena));
	if (arena == NULL) {
		return NULL;
	}
	arena->large = NULL;
	arena->current = block_new(BLOCK_OCTETS);
	if (arena->current == NULL) {
		free(arena);
		return NULL;
	}
	return arena;
}

void arena_free(struct arena *arena)
{
	if (arena == NULL) {
		return;
	}
	blocks_free(arena->current);
	blocks_free(arena->large);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	blocks_free(arena->large);
	arena->large = NULL;
	blocks_free(arena->current->next);
	arena->current->next = NULL;
	arena->current->used = 0;
	POISON(arena->current->data, arena->current->size);
}

/* Not zeroed. An allocation of nothing still has an address of its own. */
static void *take(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX - 2 * ALIGNMENT) {
		return NULL;
	}
	size_t rounded = size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	rounded += GAP;
	struct block *block = arena->current;
	if (rounded <= block->size - block->used) {
		void *data = block->data + block->used;
		block->used += rounded;
		UNPOISON(data, size);
		return data;
	}
	/* A large piece does not end the current block, or alternating large and small
	 * pieces would waste most of the memory. */
	bool is_large = rounded > BLOCK_OCTETS / 4;
	block = block_new(is_large ? rounded : BLOCK_OCTETS);
	if (block == NULL) {
		return NULL;
	}
	struct block **list = is_large ? &arena->large : &arena->current;
	block->next = *list;
	block->used = rounded;
	*list = block;
	UNPOISON(block->data, size);
	return block->data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *data = take(arena, size);
	if (data != NULL) {
		memset(data, 0, size);
	}
	return data;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size) {
		return NULL;
	}
	return arena_alloc(arena, count * size);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
	void *copy = take(arena, size);
	if (copy != NULL && size != 0) {
		memcpy(copy, data, size);
	}
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	char *text = NULL;
	int length = vsnprintf(NULL, 0, format, arguments);
	if (length >= 0) {
		text = take(arena, (size_t)length + 1);
	}
	if (text != NULL) {
		vsnprintf(text, (size_t)length + 1, format, again);
	}
	va_end(again);
	va_end(arguments);
	return text;
}
