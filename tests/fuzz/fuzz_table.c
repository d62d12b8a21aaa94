/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as an encoded table of algorithms. What decodes has one encoding. */
#include <string.h>

#include "tests/fuzz/target.h"
#include "validate/dnssec/algorithm.h"
#include "validate/wire/arena.h"
#include "validate/wire/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct algorithm_table t;
	HOLDS(arena != NULL);
	int err = algorithm_table_decode(data, size, arena, &t);
	HOLDS(err == 0 || err == ERR_FORMAT || err == ERR_VERSION);
	if (err == 0) {
		uint8_t *back = arena_alloc(arena, size);
		HOLDS(algorithm_table_encode(&t, back, size) == size && memcmp(back, data, size) == 0);
	}
	arena_free(arena);
	return 0;
}
