/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statement of a PostgreSQL source: what a person wrote, and what it becomes. Private to registry/source. */
#pragma once

#include "registry/peer/postgres.h"
#include "registry/source/copy_row.h"

/* Octets of the file. */
#define QUERY_FILE_MAX (64 * 1024)

struct query {
	size_t count;			/* of columns */
	enum csv_column columns[CSV_COLUMNS];	/* in the order of a row */
	char *copy;			/* the statement that gives the rows, values cut behind COPY_VALUE_MAX */
};

/* The one statement of a file, without what ends it; *out to be freed. ERR_IO, ERR_FORMAT, ERR_NOMEM. */
int query_read(const char *path, char **out, struct source_error *error);
/* Asks the server which columns the statement has, not running it. ERR_FORMAT: they cannot be taken; or as
 * postgres_describe. copy to be freed. */
int query_plan(struct postgres *p, const char *path, const char *sql, struct query *out, struct source_error *error);
/* Starts the COPY. */
int query_begin(struct postgres *p, const char *path, const struct query *q, struct source_error *error);
/* What the server says of the statement, with the line in it. code as it came. */
int query_fault(const char *path, int code, const struct postgres_error *e, struct source_error *error);
bool query_would_write(const struct postgres_error *e);
