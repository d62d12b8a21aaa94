/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry's database as a source: the rows of one SELECT, a row for each child, as they come over the wire. All are of one
 * state of the database, and fewer than there are is always an error. */
#include "registry/source/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/source/csv_line.h"
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

/* ---- one row, in the text format of COPY */

/* What stands behind a backslash. */
static char unescape(char c)
{
	static const char from[] = "bfnrtv";
	static const char to[] = "\b\f\n\r\t\v";
	const char *at = strchr(from, c);
	return at == NULL || c == '\0' ? c : to[at - from];
}

/* One value, in its place; its size, and what stands behind it. NULL: the value is NULL. */
static char *cut_value(char **at, size_t *size)
{
	char *value = *at;
	char *to = value;
	char *from = value;
	bool is_null = strncmp(from, "\\N", 2) == 0 && (from[2] == '\t' || from[2] == '\n');
	for (; *from != '\t' && *from != '\n' && *from != '\0'; from++) {
		if (*from == '\\' && from[1] != '\0') {
			*to++ = unescape(*++from);
		} else {
			*to++ = *from;
		}
	}
	*at = from;
	*size = (size_t)(to - value);
	return is_null ? NULL : value;
}

/* Behind the value stands a tab or the end, which goes once the next value was found. */
static bool cut_row(struct reading *r, char *at, char *fields[CSV_COLUMNS], size_t sizes[CSV_COLUMNS])
{
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		fields[c] = NULL;
		sizes[c] = 0;
	}
	for (size_t i = 0; i < r->query.count; i++) {
		const enum csv_column c = r->query.columns[i];
		fields[c] = cut_value(&at, &sizes[c]);
		const char end = *at;
		if (end != (i + 1 == r->query.count ? '\n' : '\t')) {
			return false;
		}
		at++;
		if (fields[c] != NULL) {
			fields[c][sizes[c]] = '\0';
		}
	}
	return *at == '\0';
}

/* What csv_row_read does not look at, for lines of a file cannot have it; NULL: nothing. */
static const char *fault_of(char *const fields[CSV_COLUMNS], const size_t sizes[CSV_COLUMNS], char reason[100])
{
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		const char *name = csv_column_name((enum csv_column)c);
		if (fields[c] == NULL && csv_column_is_required((enum csv_column)c)) {
			snprintf(reason, 100, "%s: is NULL", name);
			return reason;
		}
		if (fields[c] != NULL && sizes[c] > QUERY_VALUE_MAX) {
			snprintf(reason, 100, "%s: is longer than %d octets", name, QUERY_VALUE_MAX);
			return reason;
		}
		if (fields[c] != NULL && csv_has_control(fields[c], fields[c] + sizes[c])) {
			snprintf(reason, 100, "%s: there is a control character", name);
			return reason;
		}
	}
	return NULL;
}

static int take_row(struct reading *r, char *text)
{
	struct csv_row *row = &r->db->row;
	char *fields[CSV_COLUMNS];
	size_t sizes[CSV_COLUMNS];
	char reason[100];
	r->info->records++;
	if (!cut_row(r, text, fields, sizes)) {
		source_fault(r->error, r->db->path, 0, "row %" PRIu64 " is not in the form of COPY; is the server PostgreSQL?",
			r->info->records);
		return ERR_FORMAT;
	}
	const char *fault = fault_of(fields, sizes, reason);
	if (fault != NULL || !csv_row_read(row, &r->db->origin, fields)) {
		leave_out(r, fault != NULL ? fault : row->reason);
		return 0;
	}
	row->facts.line = r->info->records;
	r->taken++;
	return csv_row_deliver(row, r->sink, r->user);
}

/* ---- all of them */

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
