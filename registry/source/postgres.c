/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry's database as a source: the rows of one SELECT, a row for each child, as they come over the wire. All are of one
 * state of the database, and fewer than there are is always an error. */
#include "registry/source/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/source/copy_row.h"
#include "registry/source/input.h"
#include "registry/source/postgres_query.h"
#include "validate/wire/err.h"

/* A statement may take, unless the database or the connection string says otherwise. */
#define TIMEOUT_S 3600

struct database {
	struct source source;
	char path[sizeof(((struct source_error *)0)->file)];
	char *key;
	char *sql;
	struct name origin;
	struct csv_row row;
};

/* One reading. */
struct reading {
	struct database *db;
	struct postgres *postgres;
	source_sink *sink;
	source_skip *skip;
	void *user;
	struct source_info *info;
	struct source_error *error;
	struct query query;
	uint64_t taken;
	char first_skipped[160];
};

static void leave_out(struct reading *r, const char *reason)
{
	struct source_error e;
	source_fault(&e, r->db->path, 0, "row %" PRIu64 ", column %s; the row is left out", r->info->records, reason);
	if (r->info->skipped++ == 0) {
		snprintf(r->first_skipped, sizeof(r->first_skipped), "row %" PRIu64 ", column %.120s", r->info->records, reason);
	}
	if (r->skip != NULL) {
		r->skip(r->user, &e);
	}
}

static int take_row(struct reading *r, char *text)
{
	struct csv_row *row = &r->db->row;
	struct copy_row copied;
	char reason[100];
	r->info->records++;
	if (!copy_row_cut(text, r->query.columns, r->query.count, &copied)) {
		source_fault(r->error, r->db->path, 0, "row %" PRIu64 " is not in the form of COPY; is the server PostgreSQL?",
			r->info->records);
		return ERR_FORMAT;
	}
	const char *fault = copy_row_fault(&copied, reason);
	if (fault != NULL || !csv_row_read(row, &r->db->origin, copied.fields)) {
		leave_out(r, fault != NULL ? fault : row->reason);
		return 0;
	}
	row->facts.line = r->info->records;
	r->taken++;
	return csv_row_deliver(row, r->sink, r->user);
}

/* A failure is never the end of the rows. */
static int fail_rows(struct reading *r, int rc, const struct postgres_error *e)
{
	if (query_would_write(e)) {
		return query_fault(r->db->path, rc, e, r->error);
	}
	if (rc == ERR_CANCELLED) {
		source_fault(r->error, r->db->path, 0, "stopped; the store is as it was");
	} else {
		source_fault(r->error, r->db->path, 0, "behind row %" PRIu64 " the database ended it: %.180s", r->info->records, e->why);
	}
	return rc;
}

static int check_whole(struct reading *r, uint64_t counted)
{
	if (counted != r->info->records) {
		source_fault(r->error, r->db->path, 0, "the database counts %" PRIu64 " rows, and %" PRIu64 " came", counted,
			r->info->records);
		return ERR_IO;
	}
	if (r->taken == 0 && r->info->skipped > 0) {
		source_fault(r->error, r->db->path, 0, "none of %" PRIu64 " rows can be taken (the first: %s)", r->info->skipped,
			r->first_skipped);
		return ERR_FORMAT;
	}
	if (r->taken == 0) {
		source_fault(r->error, r->db->path, 0, "the statement gives no row: an empty list is taken for a failure of what "
			"made it");
		return ERR_FORMAT;
	}
	return 0;
}

static int read_rows(struct reading *r)
{
	struct postgres_error e;
	uint64_t counted = 0;
	int rc = query_begin(r->postgres, r->db->path, &r->query, r->error);
	if (rc != 0) {
		return rc;
	}
	for (;;) {
		char *text = NULL;
		size_t size = 0;
		rc = postgres_copy_row(r->postgres, &text, &size, &counted, &e);
		if (rc != 0) {
			return fail_rows(r, rc, &e);
		}
		if (text == NULL) {
			return check_whole(r, counted);
		}
		rc = take_row(r, text);
		if (rc != 0) {
			return rc;
		}
	}
}

static int read_all(struct reading *r)
{
	struct postgres_error e;
	int rc = postgres_begin(r->postgres, true, TIMEOUT_S, &e);
	if (rc != 0) {
		return query_fault(r->db->path, rc, &e, r->error);
	}
	rc = query_plan(r->postgres, r->db->path, r->db->sql, &r->query, r->error);
	rc = rc == 0 ? read_rows(r) : rc;
	free(r->query.copy);
	return rc;
}

static int database_read(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
	struct source_error *error)
{
	/* The source is the first member. */
	struct database *db = (struct database *)s;
	struct reading r = { .db = db, .sink = sink, .skip = skip, .user = user, .info = info, .error = error };
	struct postgres_error e;
	*info = (struct source_info){ .origin = db->origin };
	int rc = postgres_open(db->key, &r.postgres, &e);
	if (rc != 0) {
		source_fault(error, db->path, 0, "%s", e.why);
		return rc;
	}
	rc = read_all(&r);
	postgres_close(r.postgres);
	return rc;
}

static void database_free(struct source *s)
{
	if (s != NULL) {
		struct database *db = (struct database *)s;
		free(db->key);
		free(db->sql);
		free(db);
	}
}

static const struct source_ops database_ops = { .read = database_read, .free = database_free };

int source_postgres(const struct source_place *place, struct source **out, struct source_error *error)
{
	if (place == NULL || place->path == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	if (place->origin.size == 0) {
		source_fault(error, place->path, 0, "a database does not tell of which zone it is; say so with --origin");
		return ERR_ARG;
	}
	if (place->key == NULL) {
		source_fault(error, place->path, 0, "a file with the connection string is needed; name it with --source-key");
		return ERR_ARG;
	}
	struct database *db = calloc(1, sizeof(*db));
	int rc = ERR_NOMEM;
	if (db != NULL && (db->key = strdup(place->key)) != NULL) {
		db->source.ops = &database_ops;
		db->source.name = db->path;
		db->origin = place->origin;
		snprintf(db->path, sizeof(db->path), "%s", place->path);
		rc = query_read(place->path, &db->sql, error);
	} else {
		source_fault(error, place->path, 0, "out of memory");
	}
	if (rc != 0) {
		if (db != NULL) {
			database_free(&db->source);
		}
		return rc;
	}
	*out = &db->source;
	return 0;
}
