/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes tests/fuzz/seeds/judge: for each reason the first test case of the judge that gets it, and some with NS; and of
 * some the evidence alone into seeds/evidence. make tests/fuzz/make_judge_seeds, then that program with the folder seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"
#include "validate/cds/codec.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void write_anchor(FILE *file)
{
	struct ds anchor;
	uint8_t octets[5 + LIMIT_DIGEST_OCTETS];
	struct wire w = wire_writer(octets, sizeof octets);
	signals_anchor(&anchor);
	codec_write_ds(&w, &anchor);
	must(!wire_error(&w) && fwrite(octets, 1, w.pos, file) == w.pos);
}

/* What another place saw. */
static void add_vantage(struct evidence *e, const struct says *servers, struct arena *arena)
{
	struct evidence there;
	evidence_build(servers, arena, &there);
	strcpy(e->vantage, "ams");
	e->vantages = arena_array(arena, 1, sizeof e->vantages[0]);
	must(e->vantages != NULL);
	strcpy(e->vantages[0].name, "fra");
	e->vantages[0].servers = there.servers;
	e->vantage_count = 1;
}

/* ns: the first server is asked for NS as well; there: as servers, from another place. */
static void write_seed(const char *folder, const char *name, const struct judge_case *c, bool ns, const struct says *there,
	struct arena *arena)
{
	struct evidence e;
	struct delegation d;
	struct slice evidence;
	struct slice delegation;
	evidence_build(c->servers, arena, &e);
	if (ns) {
		e.ns = (struct evidence_ns){ .asked = true, .answer = ns_build(c->servers, 0, arena) };
	}
	if (there != NULL) {
		add_vantage(&e, there, arena);
	}
	delegation_build(c->servers, c->ds == NULL ? "A" : c->ds, arena, &d);
	must(evidence_encode(&e, arena, &evidence) == 0 && delegation_encode(&d, arena, &delegation) == 0);
	char path[512];
	FILE *file;
	if (ns || there != NULL || c->reason % 8 == 0) {
		snprintf(path, sizeof path, "%s/evidence/%s", folder, name);
		file = fopen(path, "wb");
		must(file != NULL && fwrite(evidence.data, 1, evidence.size, file) == evidence.size && fclose(file) == 0);
	}
	snprintf(path, sizeof path, "%s/judge/%s", folder, name);
	file = fopen(path, "wb");
	must(file != NULL);
	unsigned rules = (unsigned)c->rules.types | (unsigned)c->rules.digests << 2 |
		(unsigned)c->rules.continuity << 4 | (c->no_delete ? 0x20u : 0) | (c->delete_both ? 0x40u : 0) |
		(c->rules.max_records == 1 ? 0x80u : 0);
	const struct bootstrap_rules *first = &c->rules.bootstrap;
	if (first->enabled) {
		rules = (rules & 3) | 0x0c | (first->fall_back_incomplete ? 0x10u : 0) | (first->fall_back_absent ? 0x20u : 0) |
			(first->authenticated ? 0 : 0x40u);
	}
	fputc((int)rules, file);
	if (first->enabled) {
		write_anchor(file);
	}
	fputc((int)(delegation.size >> 8), file);
	fputc((int)(delegation.size & 255), file);
	must(fwrite(delegation.data, 1, delegation.size, file) == delegation.size);
	must(fwrite(evidence.data, 1, evidence.size, file) == evidence.size);
	must(fclose(file) == 0);
}

static void write_ns_seeds(const char *folder)
{
	static const struct judge_case cases[] = {
		{ .name = "WARN_NS_MISMATCH", .servers = { { .cds = "B", .ns = "1 9", ROLL } } },
		{ .name = "NS-as-delegated", .servers = { { .cds = "A", .on = true } } },
		{ .name = "NS-lost", .servers = { { .cds = "A", .trouble = TROUBLE_TIMEOUT, .at = EVIDENCE_NS + 1, .on = true } } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena *arena = arena_new();
		must(arena != NULL);
		write_seed(folder, cases[i].name, &cases[i], true, NULL, arena);
		arena_free(arena);
	}
}

static void write_vantage_seeds(const char *folder)
{
	static const struct says request = { .cds = "A", .cdnskey = "A", .tcp = true, .on = true };
	static const struct {
		const char *name;
		struct says there[SERVERS_MAX];
	} seeds[] = {
		{ "VANTAGE_AGREES", { { .cds = "A", .cdnskey = "A", .tcp = true, .on = true } } },
		{ "VANTAGE_DISAGREE", { { .tcp = true, .on = true } } },
		{ "VANTAGE_INCOMPLETE", { { .trouble = TROUBLE_TIMEOUT, .on = true } } },
	};
	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
		struct judge_case c = { .ds = "", .rules = { .bootstrap = { .enabled = true } }, .servers = { request } };
		struct arena *arena = arena_new();
		must(arena != NULL);
		write_seed(folder, seeds[i].name, &c, false, seeds[i].there, arena);
		arena_free(arena);
	}
}

int main(int argc, char **argv)
{
	static bool seen[256];
	const struct judge_table tables[] = { judge_cases_update(), judge_cases_signature(),
		judge_cases_servers(), judge_cases_content(), judge_cases_continuity(), judge_cases_delete(),
		judge_cases_insecure(), judge_cases_auth(), judge_cases_bootstrap(), judge_cases_health(), judge_cases_providers() };
	if (argc != 2) {
		fprintf(stderr, "usage: make_judge_seeds FOLDER\n");
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
				write_seed(argv[1], reason_token(c->reason), c, false, NULL, arena);
			}
			arena_free(arena);
		}
	}
	write_ns_seeds(argv[1]);
	write_vantage_seeds(argv[1]);
	zone_keys_free();
	return 0;
}
