/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges children:  verdict NOW < QUESTIONS, a line each: ZONE-FILE DS-FILE DIGESTS (CDS|CDNSKEY) APEX
 * Answers with one JSON object a line. */
#include <stdlib.h>
#include <string.h>

#include "tests/differential/verdict.h"
#include "validate/wire/err.h"

static int answer(struct crypto *crypto, const struct question *q, struct arena *arena)
{
	fputs("{", stdout);
	int rc = verdict_judge(crypto, q, arena, stdout);
	if (rc == 0) {
		rc = verdict_zone(crypto, q, arena, stdout);
	}
	fputs("}\n", stdout);
	if (rc != 0) {
		fprintf(stderr, "verdict: %s: %s\n", q->zone, err_text(rc));
	}
	return rc;
}

int main(int argc, char **argv)
{
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	if (argc != 2 || crypto == NULL || arena == NULL) {
		fputs("usage: verdict NOW < QUESTIONS\n", stderr);
		return 2;
	}
	char line[4096];
	int rc = 0;
	while (rc == 0 && fgets(line, sizeof line, stdin) != NULL) {
		char zone[1024];
		char ds[1024];
		char prefer[16];
		char apex[NAME_TEXT_SIZE];
		struct question q = { .zone = zone, .ds = ds, .now = (uint32_t)strtoul(argv[1], NULL, 10) };
		if (sscanf(line, "%1023s %1023s %u %15s %1020s", zone, ds, &q.digests, prefer, apex) != 5 ||
		    name_from_text(apex, &q.apex) != 0) {
			fprintf(stderr, "verdict: not a question: %s", line);
			return 2;
		}
		q.prefer_cdnskey = strcmp(prefer, "CDNSKEY") == 0;
		rc = answer(crypto, &q, arena);
		fflush(stdout);
		arena_reset(arena);
	}
	arena_free(arena);
	crypto_free(crypto);
	return rc != 0 || fflush(stdout) != 0;
}
