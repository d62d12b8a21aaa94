/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes tests/fuzz/seeds/evidence: for each reason the first test case of the judge that gets it. Run in
 * the folder of the seeds: make tests/fuzz/make_evidence_seeds, then that program with the folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void write_seed(const char *folder, const struct judge_case *c, struct arena *arena)
{
	struct evidence e;
	struct delegation d;
	struct slice evidence;
	struct slice delegation;
	evidence_build(c->servers, arena, &e);
	delegation_build(c->servers, c->ds == NULL ? "A" : c->ds, arena, &d);
	must(evidence_encode(&e, arena, &evidence) == 0 && delegation_encode(&d, arena, &delegation) == 0);
	char path[512];
	snprintf(path, sizeof path, "%s/%s", folder, reason_token(c->reason));
	FILE *file = fopen(path, "wb");
	must(file != NULL);
	unsigned rules = (unsigned)c->rules.types | (unsigned)c->rules.digests << 2 |
		(unsigned)c->rules.continuity << 4 | (c->no_delete ? 0x20u : 0) | (c->delete_both ? 0x40u : 0) |
		(c->rules.max_records == 1 ? 0x80u : 0);
	fputc((int)rules, file);
	fputc((int)(delegation.size >> 8), file);
	fputc((int)(delegation.size & 255), file);
	must(fwrite(delegation.data, 1, delegation.size, file) == delegation.size);
	must(fwrite(evidence.data, 1, evidence.size, file) == evidence.size);
	must(fclose(file) == 0);
}

int main(int argc, char **argv)
{
	static bool seen[256];
	const struct judge_table tables[] = { judge_cases_update(), judge_cases_signature(),
		judge_cases_servers(), judge_cases_content(), judge_cases_continuity(), judge_cases_delete(),
		judge_cases_insecure(), judge_cases_health(), judge_cases_providers() };
	if (argc != 2) {
		fprintf(stderr, "usage: make_evidence_seeds FOLDER\n");
		return 2;
	}
	zone_keys_load();
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		for (size_t k = 0; k < tables[i].count; k++) {
			const struct judge_case *c = &tables[i].cases[k];
			struct arena *arena = arena_new();
			must(arena != NULL);
			if (!seen[c->reason]) {
				seen[c->reason] = true;
				write_seed(argv[1], c, arena);
			}
			arena_free(arena);
		}
	}
	zone_keys_free();
	return 0;
}
