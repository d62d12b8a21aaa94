/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: octets as an override file of the algorithm table. What is taken has an encoding for the store and
 * keeps A-04; what is not leaves a sentence and nothing else. */
#include <string.h>

#include "scanner/algorithms.h"
#include "tests/fuzz/target.h"
#include "validate/wire/err.h"

static void check_table(const struct algorithm_table *t, struct arena *arena)
{
	static uint8_t octets[32768];
	static uint8_t again[32768];
	struct algorithm_table back;
	size_t size = algorithm_table_encode(t, octets, sizeof(octets));
	HOLDS(size > 0 && algorithm_table_decode(octets, size, arena, &back) == 0);
	HOLDS(algorithm_table_encode(&back, again, sizeof(again)) == size && memcmp(octets, again, size) == 0);
	HOLDS(strstr(t->version, "; override ") != NULL);
	HOLDS(!algorithm_gives_path(t, 5) && !algorithm_gives_path(t, 7));
	HOLDS(t->algorithm_count >= algorithm_table_builtin()->algorithm_count);
	HOLDS(t->digest_count >= algorithm_table_builtin()->digest_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct algorithm_table t = { .version = NULL };
	struct yaml_fault fault;
	struct arena *arena = arena_new();
	HOLDS(arena != NULL);
	int ret = algorithms_parse((const char *)data, size, arena, &t, &fault);
	if (ret == ERR_OK) {
		check_table(&t, arena);
	} else {
		HOLDS(ret == ERR_FORMAT && t.version == NULL);
		HOLDS(fault.reason[0] != '\0' && memchr(fault.reason, '\0', sizeof(fault.reason)) != NULL);
		HOLDS((fault.line > 0 && fault.column > 0) || size > ALGORITHMS_FILE_MAX);
	}
	arena_free(arena);
	return 0;
}
