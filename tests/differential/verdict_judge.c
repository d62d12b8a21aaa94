/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge on one view read from a zone file, with the rules that such a view can be judged by. */
#include "tests/differential/verdict.h"

#include <string.h>

#include "registry/source/masterview.h"
#include "validate/wire/err.h"

/* The built-in table, but with the choice of digests to publish, and to make, that the peer was given. */
static int make_table(unsigned digests, struct arena *arena, struct algorithm_table *out)
{
	*out = *algorithm_table_builtin();
	struct algorithm_row *rows = arena_copy(arena, out->digests, out->digest_count * sizeof *rows);
	if (rows == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < out->digest_count; i++) {
		bool chosen = ((digests == 0 ? 1u << DIGEST_SHA256 : digests) >> rows[i].number & 1) != 0;
		rows[i].use_signing = chosen ? LEVEL_RECOMMENDED : LEVEL_MUST_NOT;
	}
	out->digests = rows;
	return 0;
}

static void put_finding(const char *name, const struct finding *f, FILE *to)
{
	fprintf(to, "\"%s\":{\"reason\":\"%s\",\"warnings\":[", name, reason_find(f->reason)->token);
	for (size_t i = 0; i < f->warning_count; i++) {
		fprintf(to, "%s\"%s\"", i > 0 ? "," : "", reason_find(f->warnings[i])->token);
	}
	fputs("],\"ds\":[", to);
	for (size_t i = 0; i < f->ds_after.count; i++) {
		char text[DS_TEXT_SIZE];
		ds_to_text(&f->ds_after.ds[i], text);
		fprintf(to, "%s\"%s\"", i > 0 ? "," : "", text);
	}
	fputs("],\"checks\":[", to);
	for (size_t i = 0; i < f->check_count; i++) {
		if (f->checks[i].result == CHECK_FAIL) {
			fprintf(to, "\"%s\",", f->checks[i].rule);
		}
	}
	fputs("\"\"]}", to);
}

static int judge_one(struct crypto *crypto, struct judge_input *in, const char *name, struct arena *arena, FILE *to)
{
	struct finding f;
	int rc = judge(crypto, in, arena, &f);
	if (rc == 0) {
		put_finding(name, &f, to);
	}
	return rc;
}

static void put_error(const struct source_error *e, FILE *to)
{
	fputs("\"error\":\"", to);
	for (const char *at = e->reason; *at != '\0'; at++) {
		fputc(*at == '"' || *at == '\\' ? '\'' : *at, to);
	}
	fputc('"', to);
}

int verdict_judge(struct crypto *crypto, const struct question *q, struct arena *arena, FILE *to)
{
	struct algorithm_table table;
	int rc = make_table(q->digests, arena, &table);
	if (rc != 0) {
		return rc;
	}
	struct evidence_host host = { .status = EVIDENCE_HOST_RESOLVED };
	struct evidence_server server = { .address = { 4, { 192, 0, 2, 1 } }, .hosts = 1 };
	struct delegation_host ns = { .glue_count = 0 };
	(void)name_from_text("view.invalid.", &host.name);
	ns.name = host.name;
	struct evidence e = { .child = q->apex, .began_ms = (uint64_t)q->now * 1000, .ended_ms = (uint64_t)q->now * 1000,
		.host_count = 1, .hosts = &host, .server_count = 1, .servers = &server };
	struct delegation d = { .child = q->apex, .host_count = 1, .hosts = &ns };
	struct source_error error = { .line = 0 };
	if (masterview_read(q->zone, &q->apex, arena, &server, &error) != 0 ||
	    masterview_read_ds(q->ds, &q->apex, arena, &d.ds, &d.ds_ttl, &error) != 0) {
		put_error(&error, to);
		return 0;
	}
	d.ds_state = d.ds.count > 0 ? DS_PRESENT : DS_ABSENT;
	struct rules rules = { .types = TYPES_BOTH_IF_PRESENT, .delete_allowed = true,
		.digests = q->prefer_cdnskey ? DIGEST_MODE_FULL : DIGEST_MODE_VERBATIM };
	struct judge_input in = { .evidence = &e, .delegation = &d, .rules = &rules, .algorithms = &table,
		.now = q->now };
	rc = judge_one(crypto, &in, "judged", arena, to);
	if (rc == 0) {
		/* Without a DS set nothing is validated, and what is inconsistent is told as a warning. */
		struct delegation insecure = { .child = q->apex, .host_count = 1, .hosts = &ns, .ds_state = DS_ABSENT };
		rules.types = TYPES_BOTH_STRICT;
		in.delegation = &insecure;
		fputc(',', to);
		rc = judge_one(crypto, &in, "consistency", arena, to);
	}
	return rc;
}
