/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to PostgreSQL as a file with a connection string says it: time-outs, one transaction, errors in one sentence
 * that never has the password. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POSTGRES_WHY 256

struct pg_result;	/* libpq's PGresult */
struct postgres;

/* What went wrong, in the words of the server where it is the server's. */
struct postgres_error {
	char why[POSTGRES_WHY];
	char state[6];		/* SQLSTATE; empty: the server said nothing */
	uint64_t line;		/* of the statement, where the server names a place in it; 0: it does not */
};

/* key_file (registry/peer/secret.h) has a connection string of libpq: keyword=value words or a postgresql:// URI. A password
 * in the environment is refused. ERR_ARG, ERR_LIMIT: the file; ERR_IO: no connection; ERR_NOMEM. */
int postgres_open(const char *key_file, struct postgres **out, struct postgres_error *e);
/* What was not committed is rolled back. NULL is fine. */
void postgres_close(struct postgres *p);

/* Begins the transaction. read_only: it sees one state of everything, and nothing can be written. A statement ends after
 * timeout_s, unless the connection string, the role or the database has another statement_timeout. */
int postgres_begin(struct postgres *p, bool read_only, uint32_t timeout_s, struct postgres_error *e);
/* ERR_IO with an empty state: whether it was committed is not known. */
int postgres_commit(struct postgres *p, struct postgres_error *e);
/* Gives up the transaction, if there is one; a connection that broke is told by what comes next. */
void postgres_rollback(struct postgres *p);

/* One statement with texts for $1, $2, ... *out (may be NULL) has its rows, to be freed by PQclear. More than one statement
 * in sql is refused by the server. ERR_IO: it failed, or there is no connection any more; ERR_CANCELLED: a signal came;
 * ERR_NOMEM. */
int postgres_query(struct postgres *p, const char *sql, const char *const *values, int count, struct pg_result **out,
	struct postgres_error *e);
/* The columns that one statement would give, not running it. Errors as above. */
int postgres_describe(struct postgres *p, const char *sql, struct pg_result **out, struct postgres_error *e);
/* A row that COPY TO STDOUT gives after postgres_query: *row, of *size octets with its line feed, terminated; to be written to;
 * until the next call. NULL: that was all, and *rows has what the server counts. Errors as above. */
int postgres_copy_row(struct postgres *p, char **row, size_t *size, uint64_t *rows, struct postgres_error *e);
/* Is the connection gone? */
bool postgres_is_gone(const struct postgres *p);
