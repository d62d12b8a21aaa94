/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outbox in the registry's database (outbox.sql): changes go in once, by their id, and what the registry says of each is read
 * back.
 *
 * A batch is one transaction, so that each change in it is there or is not; whether it is there is what the next export
 * finds out by putting it once more, which does nothing when it is. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/peer/postgres.h"
#include "registry/peer/secret.h"
#include "registry/sink/outbox_batch.h"
#include "registry/sink/settings.h"
#include "validate/wire/err.h"

#define OUTBOX_VERSION "1"
#define BATCH 200
#define TIMEOUT_S 60
#define TIMEOUT_MAX_S 3600

static const char *const known[] = { "connection-file", "batch", "timeout", NULL };

static const char insert_sql[] =
	"INSERT INTO cdswalk.change (id, hash, parent, child, class, ds_before, ds_pending, ds_after, ds_ttl, ns_before, registrar, "
	"registration, supersedes, judged_at, judged_case, generation) "
	"SELECT x.id, x.hash, x.parent, x.child, x.class, x.ds_before, x.ds_pending, x.ds_after, x.ds_ttl, x.ns_before, x.registrar, "
	"x.registration, x.supersedes, x.judged_at, x.judged_case, x.generation "
	"FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS x(n integer, id text, hash text, parent text, child text, "
	"class text, ds_before text[], ds_pending text[], ds_after text[], ds_ttl integer, ns_before text[], registrar text, "
	"registration text, supersedes text, judged_at timestamptz, judged_case text, generation bigint) "
	"ORDER BY x.n ON CONFLICT (id) DO NOTHING";
static const char look_sql[] =
	"SELECT c.hash, r.outcome, r.why FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS x(n integer, id text) "
	"LEFT JOIN cdswalk.change c ON c.id = x.id LEFT JOIN cdswalk.result r ON r.id = x.id ORDER BY x.n";

struct outbox {
	struct sink sink;
	struct postgres *db;
	struct outbox_batch *batch;
	const char *file;		/* with the connection string */
	uint64_t batch_size, timeout_s;
	bool dry_run;
	void (*done)(void *user, uint64_t change, const struct sink_result *r);
	void *user;
	char *why;			/* of the options */
};

/* ---- answers */

static void tell(const struct outbox *o, const struct outbox_entry *e, enum sink_outcome outcome, const char *why)
{
	const struct sink_result r = { .outcome = outcome, .why = why };
	if (o->done != NULL) {
		o->done(o->user, e->number, &r);
	}
}

/* Of what was only asked for, nothing is no news. */
static void tell_failed(const struct outbox *o, size_t first, size_t count, enum sink_outcome outcome, const char *why)
{
	for (size_t i = first; i < first + count; i++) {
		const struct outbox_entry *e = outbox_batch_entry(o->batch, i);
		if (e->is_new) {
			tell(o, e, outcome, why);
		}
	}
}

static void tell_absent(const struct outbox *o, const struct outbox_entry *e)
{
	if (!e->is_new) {
		tell(o, e, SINK_UNKNOWN, "the outbox does not have it any more");
	} else if (o->dry_run) {
		tell(o, e, SINK_TAKEN, "it would be put into the outbox");
	} else {
		tell(o, e, SINK_REFUSED, "the outbox took it and does not have it; is there a trigger that leaves rows out?");
	}
}

/* A row of look_sql. */
static void tell_row(const struct outbox *o, const struct outbox_entry *e, const PGresult *r, int row)
{
	char why[SINK_WHY];
	const char *hash = PQgetvalue(r, row, 0);
	const char *outcome = PQgetvalue(r, row, 1);
	const char *words = PQgetvalue(r, row, 2);
	if (PQgetisnull(r, row, 0) == 1) {
		tell_absent(o, e);
		return;
	}
	if (strcmp(hash, e->hash) != 0) {
		/* Rows are never changed: it will be so in every generation to come, and somebody has to look. */
		snprintf(why, sizeof(why), "the outbox has another change of the id %.80s (hash %.16s..., ours is %.16s...)", e->id, hash,
			e->hash);
		tell(o, e, SINK_REFUSED, why);
		return;
	}
	snprintf(why, sizeof(why), "the registry: %.200s", words[0] == '\0' ? outcome : words);
	if (outcome[0] == '\0') {
		tell(o, e, SINK_TAKEN, NULL);
	} else if (strcmp(outcome, "applied") == 0) {
		tell(o, e, SINK_APPLIED, words[0] == '\0' ? NULL : why);
	} else {
		tell(o, e, strcmp(outcome, "conflict") == 0 ? SINK_CONFLICT : SINK_REFUSED, why);
	}
}

/* ---- one transaction */

/* What the server says of one row, and not of us or of itself: values, constraints, what a trigger raises. */
static bool is_of_a_row(const struct postgres_error *e)
{
	return strncmp(e->state, "22", 2) == 0 || strncmp(e->state, "23", 2) == 0 || strncmp(e->state, "P0", 2) == 0;
}

static int insert(struct outbox *o, const char *json, struct postgres_error *e)
{
	const char *const values[] = { json };
	PGresult *r = NULL;
	int rc = postgres_query(o->db, insert_sql, values, 1, &r, e);
	bool any = rc == 0 && strcmp(PQcmdTuples(r), "0") != 0;
	if (rc == 0) {
		PQclear(r);
	}
	return any ? postgres_query(o->db, "NOTIFY cdswalk", NULL, 0, NULL, e) : rc;
}

static int exchange(struct outbox *o, const char *json, size_t first, size_t count, PGresult **rows, struct postgres_error *e)
{
	const char *const values[] = { json };
	const bool reads = o->dry_run || !outbox_batch_entry(o->batch, first)->is_new;
	int rc = postgres_begin(o->db, reads, (uint32_t)o->timeout_s, e);
	if (rc == 0 && !reads) {
		rc = insert(o, json, e);
	}
	rc = rc == 0 ? postgres_query(o->db, look_sql, values, 1, rows, e) : rc;
	if (rc == 0 && (size_t)PQntuples(*rows) != count) {
		PQclear(*rows);
		snprintf(e->why, sizeof(e->why), "the outbox answers for %d changes of %zu", PQntuples(*rows), count);
		return ERR_IO;
	}
	return rc;
}

static int fail(struct outbox *o, int code, const struct postgres_error *e)
{
	/* What libpq says has no errno behind it. */
	if (o->why != NULL) {
		snprintf(o->why, SINK_WHY, "outbox: %.180s%s", e->why, strcmp(e->state, "42501") == 0 ? " (outbox.sql has the grants)" : "");
	}
	return code;
}

static int write_range(struct outbox *o, size_t first, size_t count);

/* One row that cannot be taken must not keep the others out. */
static int write_singly(struct outbox *o, size_t first, size_t count)
{
	int rc = 0;
	for (size_t i = first; i < first + count && rc == 0; i++) {
		rc = write_range(o, i, 1);
		if (rc != 0) {
			tell_failed(o, i + 1, first + count - i - 1, SINK_WAITS, o->why);
		}
	}
	return rc;
}

static int not_written(struct outbox *o, size_t first, size_t count, int rc, const struct postgres_error *e)
{
	postgres_rollback(o->db);
	if (is_of_a_row(e) && count > 1) {
		return write_singly(o, first, count);
	}
	if (is_of_a_row(e)) {
		char why[SINK_WHY];
		snprintf(why, sizeof(why), "the outbox refuses it: %.180s (SQLSTATE %s)", e->why, e->state);
		tell_failed(o, first, 1, SINK_REFUSED, why);
		return 0;
	}
	tell_failed(o, first, count, SINK_WAITS, e->why);
	return fail(o, rc, e);
}

static int write_range(struct outbox *o, size_t first, size_t count)
{
	struct postgres_error e = { .state = "" };
	PGresult *rows = NULL;
	char *json = outbox_batch_json(o->batch, first, count);
	if (json == NULL) {
		return sink_fail(o->why, ERR_NOMEM, "out of memory");
	}
	int rc = exchange(o, json, first, count, &rows, &e);
	free(json);
	if (rc != 0) {
		return not_written(o, first, count, rc, &e);
	}
	rc = postgres_commit(o->db, &e);
	if (rc == 0) {
		for (size_t i = 0; i < count; i++) {
			tell_row(o, outbox_batch_entry(o->batch, first + i), rows, (int)i);
		}
	} else if (postgres_is_gone(o->db) || rc == ERR_CANCELLED) {
		tell_failed(o, first, count, SINK_UNKNOWN, "the connection broke while the transaction was committed");
		rc = fail(o, rc, &e);
	} else {
		rc = not_written(o, first, count, rc, &e);
	}
	PQclear(rows);
	return rc;
}

static int write_batch(struct outbox *o)
{
	size_t count = outbox_batch_count(o->batch);
	int rc = count == 0 ? 0 : write_range(o, 0, count);
	outbox_batch_empty(o->batch);
	return rc;
}

/* ---- the sink */

/* What is only asked for is a batch of its own, which writes nothing. */
static int add(struct outbox *o, const struct sink_change *x, bool is_new)
{
	int rc = outbox_batch_count(o->batch) > 0 && outbox_batch_entry(o->batch, 0)->is_new != is_new ? write_batch(o) : 0;
	if (rc != 0) {
		return rc;
	}
	if (outbox_batch_add(o->batch, x, is_new) != 0) {
		return sink_fail(o->why, ERR_NOMEM, "out of memory");
	}
	return outbox_batch_count(o->batch) >= o->batch_size ? write_batch(o) : 0;
}

static int outbox_put(struct sink *s, const struct sink_change *x)
{
	/* The sink is the first member. */
	return add((struct outbox *)s, x, true);
}

static int outbox_poll(struct sink *s, const struct sink_change *x)
{
	return add((struct outbox *)s, x, false);
}

static void outbox_free(struct outbox *o)
{
	postgres_close(o->db);
	outbox_batch_free(o->batch);
	free(o);
}

static int outbox_finish(struct sink *s, bool failed)
{
	struct outbox *o = (struct outbox *)s;
	int rc = 0;
	if (failed) {
		tell_failed(o, 0, outbox_batch_count(o->batch), SINK_WAITS, "the export ended before it was written");
	} else {
		rc = write_batch(o);
	}
	outbox_free(o);
	return rc;
}

/* It is read again for each connection; what is wrong with the file as it is now is told like any other setting. */
static int check_file(const struct sink_options *options, char why[SINK_WHY])
{
	char *secret = NULL;
	size_t size;
	int rc = settings_secret(options, "connection-file", &secret, &size, why);
	secret_free(secret);
	return rc;
}

static int read_settings(struct outbox *o, const struct sink_options *options, char why[SINK_WHY])
{
	int rc = settings_check(options, known, why);
	rc = rc == 0 ? settings_need(options, "connection-file", &o->file, why) : rc;
	o->batch_size = BATCH;
	o->timeout_s = TIMEOUT_S;
	rc = rc == 0 ? settings_uint(options, "batch", 1, OUTBOX_BATCH_MAX, &o->batch_size, why) : rc;
	rc = rc == 0 ? settings_uint(options, "timeout", 1, TIMEOUT_MAX_S, &o->timeout_s, why) : rc;
	if (rc == 0 && options->target != NULL) {
		snprintf(why, SINK_WHY, "an outbox writes to no file or directory; where it is says connection-file");
		return ERR_ARG;
	}
	return rc == 0 ? check_file(options, why) : rc;
}

static int check_version(struct outbox *o, struct postgres_error *e)
{
	PGresult *r = NULL;
	int rc = postgres_query(o->db, "SELECT version FROM cdswalk.outbox", NULL, 0, &r, e);
	if (rc != 0 && (strcmp(e->state, "42P01") == 0 || strcmp(e->state, "3F000") == 0)) {
		snprintf(e->why, sizeof(e->why), "the database has no outbox; outbox.sql makes it");
		return ERR_ARG;
	}
	if (rc != 0) {
		return rc;
	}
	const char *version = PQntuples(r) == 1 ? PQgetvalue(r, 0, 0) : "";
	if (strcmp(version, OUTBOX_VERSION) != 0) {
		snprintf(e->why, sizeof(e->why), "it is of the version \"%.20s\", and this program knows version %s", version, OUTBOX_VERSION);
		rc = ERR_VERSION;
	}
	PQclear(r);
	return rc;
}

static int open_database(struct outbox *o, char why[SINK_WHY])
{
	struct postgres_error e;
	int rc = postgres_open(o->file, &o->db, &e);
	rc = rc == 0 ? check_version(o, &e) : rc;
	if (rc != 0) {
		o->why = why;
		return fail(o, rc, &e);
	}
	return 0;
}

int sink_outbox_new(const struct sink_options *options, struct sink **out, char why[SINK_WHY])
{
	struct outbox *o = calloc(1, sizeof(*o));
	if (o == NULL || (o->batch = outbox_batch_new()) == NULL) {
		free(o);
		return sink_fail(why, ERR_NOMEM, "out of memory");
	}
	o->sink.ops = &sink_outbox_ops;
	int rc = read_settings(o, options, why);
	rc = rc == 0 ? open_database(o, why) : rc;
	if (rc != 0) {
		outbox_free(o);
		return rc;
	}
	o->dry_run = options->dry_run;
	o->done = options->done;
	o->user = options->user;
	o->why = options->why;
	*out = &o->sink;
	return 0;
}

const struct sink_ops sink_outbox_ops = {
	.name = "outbox",
	.sentence = "into a table of the registry's PostgreSQL database, which says there what it has applied",
	.has_answers = true,
	.put = outbox_put,
	.poll = outbox_poll,
	.finish = outbox_finish,
};
