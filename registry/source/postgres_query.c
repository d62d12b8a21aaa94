/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A person's SELECT becomes a COPY of the columns we know, each as text of bounded size. */
#include "registry/source/postgres_query.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/source/input.h"
#include "validate/wire/err.h"

#define NO_COLUMN CSV_COLUMNS
/* The longest expression of one column. */
#define EXPRESSION_MAX 200
#define TYPE_TIMESTAMPTZ 1184
#define SYNTAX_ERROR "42601"
#define READ_ONLY_TRANSACTION "25006"
#define NOT_SUPPORTED "0A000"

/* ---- the file */

/* COPY takes no semicolon. A last line that is a comment goes, too, for one may stand before it. If that was no comment but
 * the end of something longer, the server finds what is left unfinished. */
static void cut_end(char *text)
{
	size_t size = strlen(text);
	for (;;) {
		while (size > 0 && strchr(" \t\r\n;", text[size - 1]) != NULL) {
			size--;
		}
		text[size] = '\0';
		char *line = strrchr(text, '\n');
		line = line == NULL ? text : line + 1;
		line += strspn(line, " \t");
		if (strncmp(line, "--", 2) != 0) {
			return;
		}
		size = (size_t)(line - text);
	}
}

static int read_text(struct input *in, const char *path, char *text, struct source_error *error)
{
	size_t got = 0;
	int rc = input_read(in, text, QUERY_FILE_MAX + 1, &got, error);
	if (rc != 0) {
		return rc;
	}
	if (got > QUERY_FILE_MAX) {
		source_fault(error, path, 0, "this is longer than %d octets; is it the file with the SELECT?", QUERY_FILE_MAX);
		return ERR_FORMAT;
	}
	text[got] = '\0';
	if (strlen(text) != got) {
		source_fault(error, path, 0, "this has a NUL octet; is it the file with the SELECT?");
		return ERR_FORMAT;
	}
	cut_end(text);
	if (text[0] == '\0') {
		source_fault(error, path, 0, "there is no statement; the file has one SELECT");
		return ERR_FORMAT;
	}
	return 0;
}

int query_read(const char *path, char **out, struct source_error *error)
{
	struct input *in = NULL;
	int rc = input_open(path, &in, error);
	if (rc != 0) {
		return rc;
	}
	char *text = calloc(1, QUERY_FILE_MAX + 2);
	if (text == NULL) {
		source_fault(error, path, 0, "out of memory");
		rc = ERR_NOMEM;
	} else {
		rc = read_text(in, path, text, error);
	}
	input_close(in);
	if (rc != 0) {
		free(text);
		return rc;
	}
	*out = text;
	return 0;
}

bool query_would_write(const struct postgres_error *e)
{
	return strcmp(e->state, READ_ONLY_TRANSACTION) == 0;
}

int query_fault(const char *path, int code, const struct postgres_error *e, struct source_error *error)
{
	if (query_would_write(e)) {
		source_fault(error, path, e->line, "the statement would write, and a source only reads: %.180s", e->why);
	} else {
		source_fault(error, path, e->line, "%s", e->why);
	}
	return code;
}

int query_begin(struct postgres *p, const char *path, const struct query *q, struct source_error *error)
{
	struct postgres_error e;
	int rc = postgres_query(p, q->copy, NULL, 0, NULL, &e);
	/* It was understood when it stood alone. */
	if (rc != 0 && (strcmp(e.state, SYNTAX_ERROR) == 0 || strcmp(e.state, NOT_SUPPORTED) == 0)) {
		source_fault(error, path, e.line, "it is no SELECT that could stand in another one (a write, a command, or a semicolon "
			"with something behind it): %.100s", e.why);
		return rc;
	}
	return rc == 0 ? 0 : query_fault(path, rc, &e, error);
}

/* ---- columns */

/* SQL has no hyphens in names. */
static unsigned column_of(const char *name)
{
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		const char *known = csv_column_name((enum csv_column)c);
		size_t i = 0;
		while (known[i] != '\0' && (known[i] == name[i] || (known[i] == '-' && name[i] == '_'))) {
			i++;
		}
		if (known[i] == '\0' && name[i] == '\0') {
			return c;
		}
	}
	return NO_COLUMN;
}

static int fail_columns(const char *path, struct source_error *error, const char *what, const char *name)
{
	source_fault(error, path, 0, "the statement %s%.60s; its columns are child, ns and, where there are such, glue, ds, ds_ttl, "
		"flags, registrar, registration and manual_change", what, name);
	return ERR_FORMAT;
}

/* A type as PostgreSQL sorts it, by the category of pg_type. */
static int type_of(struct postgres *p, Oid type, char *category, char name[64], struct postgres_error *e)
{
	char text[24];
	const char *const values[] = { text };
	PGresult *r = NULL;
	snprintf(text, sizeof(text), "%lu", (unsigned long)type);
	int rc = postgres_query(p, "SELECT typcategory, pg_catalog.format_type(oid, NULL) FROM pg_catalog.pg_type WHERE oid = $1::oid",
		values, 1, &r, e);
	if (rc == 0) {
		*category = PQntuples(r) == 1 ? PQgetvalue(r, 0, 0)[0] : '\0';
		snprintf(name, 64, "%s", PQntuples(r) == 1 ? PQgetvalue(r, 0, 1) : "unknown");
		PQclear(r);
	}
	return rc;
}

/* The text of a value of that type; NULL: there is none that we would read rightly. */
static const char *form_of(enum csv_column column, Oid type, char category)
{
	switch (category) {
	case 'S':	/* strings */
	case 'X':	/* literals */
	case 'E':	/* enumerations */
	case 'N':	/* numbers */
		return "q.\"%s\"::pg_catalog.text";
	case 'A':	/* An array as text would be a domain name with braces and commas in it. */
		return column == CSV_DS ? "pg_catalog.array_to_string(q.\"%s\", ';')"
			: column == CSV_NS || column == CSV_GLUE || column == CSV_FLAGS ? "pg_catalog.array_to_string(q.\"%s\", ' ')" : NULL;
	case 'D':
		return column == CSV_REGISTRATION ? "q.\"%s\"::pg_catalog.text"
			: column == CSV_MANUAL_CHANGE && type == TYPE_TIMESTAMPTZ
				? "(floor(extract(epoch FROM q.\"%s\"))::pg_catalog.int8)::pg_catalog.text" : NULL;
	default:
		return NULL;
	}
}

/* Each column is its own expression; the names are known ones, so that quotes suffice. */
static int take_column(struct postgres *p, const char *path, const PGresult *columns, int field, struct query *q,
	char expression[EXPRESSION_MAX], struct source_error *error)
{
	const char *name = PQfname(columns, field);
	const unsigned c = column_of(name);
	char type[64] = "";
	char category = '\0';
	struct postgres_error e;
	if (c == NO_COLUMN) {
		return fail_columns(path, error, "has an unknown column: ", name);
	}
	for (size_t i = 0; i < q->count; i++) {
		if (q->columns[i] == c) {
			return fail_columns(path, error, "has this column twice: ", name);
		}
	}
	int rc = type_of(p, PQftype(columns, field), &category, type, &e);
	if (rc != 0) {
		return query_fault(path, rc, &e, error);
	}
	const char *form = form_of((enum csv_column)c, PQftype(columns, field), category);
	if (form == NULL) {
		source_fault(error, path, 0, "column %s is of the type %s, which it does not take; cast it to text in the form that "
			"the manual page gives", name, type);
		return ERR_FORMAT;
	}
	const char *place = strstr(form, "%s");
	snprintf(expression, EXPRESSION_MAX, "pg_catalog.left(%.*s%s%s, %d)", (int)(place - form), form, name, place + 2,
		COPY_VALUE_MAX + 1);
	q->columns[q->count++] = (enum csv_column)c;
	return 0;
}

static bool has_column(const struct query *q, unsigned c)
{
	for (size_t i = 0; i < q->count; i++) {
		if (q->columns[i] == c) {
			return true;
		}
	}
	return false;
}

/* The line feed ends a comment in the last line of sql. */
static int write_copy(const char *sql, char expressions[CSV_COLUMNS][EXPRESSION_MAX], struct query *q)
{
	size_t room = strlen(sql) + sizeof(char[CSV_COLUMNS][EXPRESSION_MAX]) + 200;
	q->copy = malloc(room);
	if (q->copy == NULL) {
		return ERR_NOMEM;
	}
	size_t used = (size_t)snprintf(q->copy, room, "COPY (SELECT ");
	for (size_t i = 0; i < q->count; i++) {
		used += (size_t)snprintf(q->copy + used, room - used, "%s%s", i == 0 ? "" : ", ", expressions[i]);
	}
	snprintf(q->copy + used, room - used, " FROM (%s\n) AS q) TO STDOUT", sql);
	return 0;
}

static int plan(struct postgres *p, const char *path, const char *sql, const PGresult *columns, struct query *q,
	struct source_error *error)
{
	char expressions[CSV_COLUMNS][EXPRESSION_MAX];
	int rc = 0;
	if (PQnfields(columns) == 0) {
		return fail_columns(path, error, "gives no rows; it has to be a SELECT", "");
	}
	/* No more of them than columns: each is another one. */
	for (int i = 0; rc == 0 && i < PQnfields(columns); i++) {
		rc = take_column(p, path, columns, i, q, expressions[q->count], error);
	}
	for (unsigned c = 0; rc == 0 && c < CSV_COLUMNS; c++) {
		if (csv_column_is_required((enum csv_column)c) && !has_column(q, c)) {
			rc = fail_columns(path, error, "has no column ", csv_column_name((enum csv_column)c));
		}
	}
	if (rc == 0 && (rc = write_copy(sql, expressions, q)) != 0) {
		source_fault(error, path, 0, "out of memory");
	}
	return rc;
}

int query_plan(struct postgres *p, const char *path, const char *sql, struct query *out, struct source_error *error)
{
	struct postgres_error e;
	PGresult *columns = NULL;
	struct query q = { .count = 0 };
	int rc = postgres_describe(p, sql, &columns, &e);
	if (rc != 0 && strcmp(e.state, SYNTAX_ERROR) == 0 && e.line == 0) {
		source_fault(error, path, 0, "there is more than one statement; the file has one SELECT");
		return rc;
	}
	if (rc != 0) {
		return query_fault(path, rc, &e, error);
	}
	rc = plan(p, path, sql, columns, &q, error);
	PQclear(columns);
	if (rc == 0) {
		*out = q;
	}
	return rc;
}
