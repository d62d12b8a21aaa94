/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes children up:  generate DIR SEED NOW FIRST COUNT
 * Writes DIR/NUMBER.zone, the signed zone, and DIR/NUMBER.ds, what the parent has, for each; facts go to standard output,
 * one JSON object a line. A child depends on SEED, NOW and its number alone. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/differential/chance.h"
#include "tests/differential/child.h"

static FILE *create(const char *directory, unsigned number, const char *suffix)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%u.%s", directory, number, suffix);
	FILE *f = fopen(path, "w");
	if (f == NULL) {
		fprintf(stderr, "generate: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return f;
}

static void finish(FILE *f)
{
	if (ferror(f) || fclose(f) != 0) {
		fprintf(stderr, "generate: %s\n", strerror(errno));
		exit(1);
	}
}

static void write_child(const char *directory, struct child *c)
{
	struct zone_records records;
	zone_make(c, &records);
	FILE *f = create(directory, c->number, "ds");
	text_ds(c, f);
	finish(f);
	f = create(directory, c->number, "zone");
	text_zone(c, &records, f);
	finish(f);
	facts_write(c, stdout);
	fflush(stdout);	/* whoever compares need not wait for the rest */
}

int main(int argc, char **argv)
{
	if (argc != 6) {
		fputs("usage: generate DIR SEED NOW FIRST COUNT\n", stderr);
		return 2;
	}
	uint64_t seed = strtoull(argv[2], NULL, 10);
	uint32_t now = (uint32_t)strtoul(argv[3], NULL, 10);
	unsigned first = (unsigned)strtoul(argv[4], NULL, 10);
	unsigned count = (unsigned)strtoul(argv[5], NULL, 10);
	struct arena *arena = arena_new();
	if (arena == NULL) {
		return 1;
	}
	chance_feed_openssl();
	pool_make(seed);
	for (unsigned number = first; number < first + count; number++) {
		chance_seed(seed, number);
		struct child c = { .number = number, .now = now, .arena = arena };
		child_plan(&c);
		write_child(argv[1], &c);
		arena_reset(arena);
	}
	pool_free();
	arena_free(arena);
	finish(stdout);
	return 0;
}
