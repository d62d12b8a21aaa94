/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena: memory of one child's scan, allocated piecewise, freed at once. */
#pragma once

#include <stddef.h>

struct arena;

/* NULL when out of memory. */
struct arena *arena_new(void);
/* Everything allocated from it is gone. NULL is fine. */
void arena_free(struct arena *arena);
/* Forget all allocations but keep one block for the next use. */
void arena_reset(struct arena *arena);

/* Zeroed, aligned for any type; NULL when out of memory. Owned by the arena. */
void *arena_alloc(struct arena *arena, size_t size);
/* Zeroed array; NULL also when count * size overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);
void *arena_copy(struct arena *arena, const void *data, size_t size);
__attribute__((format(printf, 2, 3)))
char *arena_printf(struct arena *arena, const char *format, ...);
