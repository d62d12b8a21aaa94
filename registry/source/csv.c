/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry's list of delegations in CSV as a source. */
#include "registry/source/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/source/csv_line.h"
#include "registry/source/csv_row.h"
#include "validate/wire/err.h"

#define ABSENT CSV_FIELDS_MAX

struct csv {
	struct source source;
	struct csv_lines *lines;
	struct name origin;
	struct csv_row row;
};

/* One reading of the file. */
struct reading {
	struct csv *csv;
	source_sink *sink;
	source_skip *skip;
	void *user;
	struct source_info *info;
	struct source_error *error;
	size_t width;			/* fields of each line */
	size_t at[CSV_COLUMNS];		/* field of a column, or ABSENT */
	uint64_t taken;			/* children */
	uint64_t broken;		/* the line read last, when it has not the form of a line; else 0 */
	struct source_error first_skipped;
};

static const char *file_of(const struct reading *r)
{
	return csv_lines_name(r->csv->lines);
}

static void leave_out(struct reading *r, uint64_t line, const char *reason)
{
	struct source_error e;
	source_fault(&e, file_of(r), line, "%s", reason);
	if (r->info->skipped++ == 0) {
		r->first_skipped = e;
	}
	if (r->skip != NULL) {
		r->skip(r->user, &e);
	}
}

static int fail_header(struct reading *r, const struct csv_line *l, const char *what, const char *name)
{
	source_fault(r->error, file_of(r), l->number, "the header %s%.60s; it names the columns, which are child, ns and, where "
		"there are such, glue, ds, ds-ttl, flags, registrar, registration and manual-change", what, name);
	return ERR_FORMAT;
}

static int take_column(struct reading *r, const struct csv_line *l, size_t field)
{
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		if (strcmp(l->fields[field], csv_column_name((enum csv_column)c)) != 0) {
			continue;
		}
		if (r->at[c] != ABSENT) {
			return fail_header(r, l, "has this column twice: ", l->fields[field]);
		}
		r->at[c] = field;
		return 0;
	}
	return fail_header(r, l, "has an unknown column: ", l->fields[field]);
}

static int take_header(struct reading *r)
{
	struct csv_line l;
	int rc = csv_lines_next(r->csv->lines, &l, r->error);
	if (rc == 0 && (l.number == 0 || l.fault != NULL)) {
		rc = fail_header(r, &l, l.number == 0 ? "is missing" : "cannot be read: ", l.number == 0 ? "" : l.fault);
	}
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		r->at[c] = ABSENT;
	}
	for (size_t i = 0; rc == 0 && i < l.count; i++) {
		rc = take_column(r, &l, i);
	}
	for (unsigned c = 0; rc == 0 && c < CSV_COLUMNS; c++) {
		if (r->at[c] == ABSENT && csv_column_is_required((enum csv_column)c)) {
			rc = fail_header(r, &l, "has no column ", csv_column_name((enum csv_column)c));
		}
	}
	r->width = l.count;
	return rc;
}

static int take_line(struct reading *r, const struct csv_line *l)
{
	struct csv_row *row = &r->csv->row;
	char *fields[CSV_COLUMNS];
	char reason[64];
	const char *fault = l->fault;
	r->info->records++;
	if (fault == NULL && l->count != r->width) {
		snprintf(reason, sizeof(reason), "%zu fields, and the header has %zu", l->count, r->width);
		fault = reason;
	}
	r->broken = fault == NULL ? 0 : l->number;
	if (fault != NULL) {
		leave_out(r, l->number, fault);
		return 0;
	}
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		fields[c] = r->at[c] == ABSENT ? NULL : l->fields[r->at[c]];
	}
	if (!csv_row_read(row, &r->csv->origin, fields)) {
		leave_out(r, l->number, row->reason);
		return 0;
	}
	row->facts.line = l->number;
	r->taken++;
	return csv_row_deliver(row, r->sink, r->user);
}

/* What cuts a file off leaves a last line that is none, and what asks a database in vain leaves a header alone. */
static int check_whole(struct reading *r)
{
	if (r->broken != 0) {
		source_fault(r->error, file_of(r), r->broken, "this is the last line, and it is none: the file is not whole; "
			"fetch it again");
		return ERR_FORMAT;
	}
	if (r->taken == 0 && r->info->skipped > 0) {
		source_fault(r->error, file_of(r), 0, "none of %" PRIu64 " lines can be taken (the first is %" PRIu64 ": %.120s)",
			r->info->skipped, r->first_skipped.line, r->first_skipped.reason);
		return ERR_FORMAT;
	}
	if (r->taken == 0) {
		source_fault(r->error, file_of(r), 0, "there is no line behind the header: an empty list is taken for a failure of "
			"what made it");
		return ERR_FORMAT;
	}
	return 0;
}

static int csv_read(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
	struct source_error *error)
{
	/* The source is the first member. */
	struct csv *csv = (struct csv *)s;
	struct reading r = { .csv = csv, .sink = sink, .skip = skip, .user = user, .info = info, .error = error };
	*info = (struct source_info){ .origin = csv->origin, .written = csv_lines_written(csv->lines) };
	int rc = take_header(&r);
	while (rc == 0) {
		struct csv_line l;
		rc = csv_lines_next(csv->lines, &l, error);
		if (rc == 0 && l.number == 0) {
			return check_whole(&r);
		}
		rc = rc == 0 ? take_line(&r, &l) : rc;
	}
	return rc;
}

static void csv_free(struct source *s)
{
	if (s != NULL) {
		struct csv *csv = (struct csv *)s;
		csv_lines_close(csv->lines);
		free(csv);
	}
}

static const struct source_ops csv_ops = { .read = csv_read, .free = csv_free };

int source_csv(const char *path, const struct name *origin, struct source **out, struct source_error *error)
{
	if (path == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	if (origin == NULL || origin->size == 0) {
		source_fault(error, strcmp(path, "-") == 0 ? "standard input" : path, 0, "a CSV file does not tell of which zone it is; "
			"say so with --origin");
		return ERR_ARG;
	}
	struct csv *csv = calloc(1, sizeof(*csv));
	if (csv == NULL) {
		source_fault(error, path, 0, "out of memory");
		return ERR_NOMEM;
	}
	csv->source.ops = &csv_ops;
	csv->origin = *origin;
	int rc = csv_lines_open(path, &csv->lines, error);
	if (rc != 0) {
		free(csv);
		return rc;
	}
	csv->source.name = csv_lines_name(csv->lines);
	*out = &csv->source;
	return 0;
}
