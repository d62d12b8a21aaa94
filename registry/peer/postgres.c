/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE	/* explicit_bzero */
/* Connections to PostgreSQL. Questions go out without blocking, so that a server that hangs is noticed and a signal ends the
 * waiting; texts of libpq and of the server pass one place that takes secrets out. */
#include "registry/peer/postgres.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "registry/peer/secret.h"
#include "validate/wire/err.h"

#define CONNECT_S "10"
/* Until the server was told how long a statement may take; and beyond that, for the way. */
#define PATIENCE_MS 30000
#define GRACE_MS 10000
#define SECRETS 2

struct postgres {
	PGconn *conn;
	int64_t patience_ms;		/* without a word from the server */
	char *secrets[SECRETS];		/* that no text may have; NULL: none */
	char *row;			/* given last */
};

__attribute__((format(printf, 3, 4)))
static int fail(struct postgres_error *e, int code, const char *format, ...)
{
	va_list args;
	e->state[0] = '\0';
	e->line = 0;
	va_start(args, format);
	vsnprintf(e->why, sizeof(e->why), format, args);
	va_end(args);
	return code;
}

/* ---- texts of others */

/* Their first line, which is what happened; hints follow. A secret can stand where its owner put it by mistake: in the place of a
 * host, say. Secrets go first: no cut may leave half of one. */
static void take_text(const struct postgres *p, const char *text, char out[POSTGRES_WHY])
{
	char *copy = strdup(text);
	if (copy == NULL) {
		return;
	}
	for (size_t i = 0; i < SECRETS; i++) {
		secret_hide(copy, p->secrets[i]);
	}
	snprintf(out, POSTGRES_WHY, "%.*s", (int)strcspn(copy, "\n"), copy);
	free(copy);
}

static int fail_connection(const struct postgres *p, struct postgres_error *e)
{
	(void)fail(e, ERR_IO, "no connection");
	const char *text = PQerrorMessage(p->conn);
	if (text[0] != '\0') {
		take_text(p, text, e->why);
	}
	return ERR_IO;
}

/* The server counts characters of the statement, from 1. */
static uint64_t line_of(const char *sql, const char *position)
{
	uint64_t line = 1;
	unsigned long left = strtoul(position, NULL, 10);
	for (; left > 1 && *sql != '\0'; sql++) {
		line += *sql == '\n';
		left -= ((unsigned char)sql[1] & 0xc0) != 0x80;
	}
	return line;
}

static int fail_result(const struct postgres *p, const PGresult *r, const char *sql, struct postgres_error *e)
{
	const char *text = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
	const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
	const char *position = PQresultErrorField(r, PG_DIAG_STATEMENT_POSITION);
	if (text == NULL) {
		return fail_connection(p, e);
	}
	(void)fail(e, ERR_IO, "failed");
	take_text(p, text, e->why);
	snprintf(e->state, sizeof(e->state), "%s", state == NULL ? "" : state);
	if (sql != NULL && position != NULL) {
		e->line = line_of(sql, position);
	}
	return ERR_IO;
}

/* libpq writes them to standard error unless somebody takes them. */
static void pass_over(void *user, const PGresult *r)
{
	(void)user;
	(void)r;
}

/* ---- connecting */

/* What libpq says of a string that it cannot read has pieces of it: that is not passed on. */
static int read_string(struct postgres *p, const char *key_file, const char *text, struct postgres_error *e)
{
	PQconninfoOption *options = PQconninfoParse(text, NULL);
	if (options == NULL) {
		return fail(e, ERR_ARG, "%.120s is no connection string of PostgreSQL: keyword=value words or a postgresql:// URI",
			key_file);
	}
	static const char *const keywords[SECRETS] = { "password", "sslpassword" };
	int rc = 0;
	for (const PQconninfoOption *o = options; o->keyword != NULL && rc == 0; o++) {
		for (size_t i = 0; i < SECRETS; i++) {
			if (o->val != NULL && o->val[0] != '\0' && strcmp(o->keyword, keywords[i]) == 0) {
				p->secrets[i] = strdup(o->val);
				rc = p->secrets[i] == NULL ? fail(e, ERR_NOMEM, "out of memory") : 0;
			}
		}
	}
	PQconninfoFree(options);
	const char *password = getenv("PGPASSWORD");
	if (rc == 0 && password != NULL && password[0] != '\0' && p->secrets[0] == NULL) {
		rc = fail(e, ERR_ARG, "the environment has PGPASSWORD, which is no place for a secret; write password=... into %.100s",
			key_file);
	}
	return rc;
}

/* What stands behind the string cannot be changed by it. */
static int reach(struct postgres *p, const char *text, struct postgres_error *e)
{
	static const char *const keywords[] = { "connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", "fallback_application_name", "dbname", "client_encoding", NULL };
	const char *const values[] = { CONNECT_S, "30", "10", "3", "60000", "cdswalk", text, "UTF8", NULL };
	p->conn = PQconnectdbParams(keywords, values, 1);
	if (p->conn == NULL) {
		return fail(e, ERR_NOMEM, "out of memory");
	}
	PQsetNoticeReceiver(p->conn, pass_over, NULL);
	/* It may have come from a file of libpq's own. */
	const char *password = PQpass(p->conn);
	if (p->secrets[0] == NULL && password != NULL && (p->secrets[0] = strdup(password)) == NULL) {
		return fail(e, ERR_NOMEM, "out of memory");
	}
	if (PQstatus(p->conn) != CONNECTION_OK) {
		return fail_connection(p, e);
	}
	return PQsetnonblocking(p->conn, 1) == 0 ? 0 : fail_connection(p, e);
}

int postgres_open(const char *key_file, struct postgres **out, struct postgres_error *e)
{
	char *text = NULL;
	size_t size = 0;
	if (key_file == NULL || out == NULL || e == NULL) {
		return ERR_ARG;
	}
	(void)fail(e, 0, "%s", "");
	struct postgres *p = calloc(1, sizeof(*p));
	int rc = p == NULL ? fail(e, ERR_NOMEM, "out of memory") : secret_read(key_file, &text, &size, e->why);
	if (rc == 0) {
		p->patience_ms = PATIENCE_MS;
		rc = read_string(p, key_file, text, e);
	}
	rc = rc == 0 ? reach(p, text, e) : rc;
	secret_free(text);
	if (rc != 0) {
		postgres_close(p);
		return rc;
	}
	*out = p;
	return 0;
}

void postgres_close(struct postgres *p)
{
	if (p == NULL) {
		return;
	}
	PQfreemem(p->row);
	PQfinish(p->conn);
	for (size_t i = 0; i < SECRETS; i++) {
		if (p->secrets[i] != NULL) {
			explicit_bzero(p->secrets[i], strlen(p->secrets[i]));
			free(p->secrets[i]);
		}
	}
	free(p);
}

bool postgres_is_gone(const struct postgres *p)
{
	return PQstatus(p->conn) != CONNECTION_OK;
}

/* ---- questions and answers */

static int64_t now_ms(void)
{
	struct timespec t;
	return clock_gettime(CLOCK_MONOTONIC, &t) == 0 ? (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 : 0;
}

/* Until something came, or what waits to go out can go. */
static int wait_for(struct postgres *p, bool sending, int64_t until, struct postgres_error *e)
{
	struct pollfd f = { .fd = PQsocket(p->conn), .events = (short)(POLLIN | (sending ? POLLOUT : 0)) };
	int64_t left = until - now_ms();
	int n = left <= 0 ? 0 : poll(&f, 1, left > 60000 ? 60000 : (int)left);
	if (n < 0 && errno == EINTR) {
		return fail(e, ERR_CANCELLED, "stopped");
	}
	if (n < 0) {
		return fail(e, ERR_IO, "waiting for the server: %s", strerror(errno));
	}
	if (n == 0 && now_ms() >= until) {
		return fail(e, ERR_IO, "the server has said nothing for %lld s", (long long)(p->patience_ms / 1000));
	}
	return 0;
}

/* To where PQgetResult does not block. */
static int await(struct postgres *p, struct postgres_error *e)
{
	const int64_t until = now_ms() + p->patience_ms;
	for (;;) {
		int sending = PQflush(p->conn);
		if (sending < 0) {
			return fail_connection(p, e);
		}
		if (sending == 0 && PQisBusy(p->conn) == 0) {
			return 0;
		}
		int rc = wait_for(p, sending != 0, until, e);
		if (rc != 0) {
			return rc;
		}
		if (PQconsumeInput(p->conn) != 1) {
			return fail_connection(p, e);
		}
	}
}

static int judge(const struct postgres *p, const PGresult *r, const char *sql, struct postgres_error *e)
{
	switch (PQresultStatus(r)) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_COPY_OUT:
		return 0;
	case PGRES_COPY_IN:
	case PGRES_COPY_BOTH:
		return fail(e, ERR_IO, "the statement wants data from us");
	default:
		return fail_result(p, r, sql, e);
	}
}

static bool is_copy(const PGresult *r)
{
	ExecStatusType status = PQresultStatus(r);
	return status == PGRES_COPY_OUT || status == PGRES_COPY_IN || status == PGRES_COPY_BOTH;
}

/* The last result, and the first failure: behind it may come that the connection broke. */
static int take_results(struct postgres *p, const char *sql, PGresult **out, struct postgres_error *e)
{
	PGresult *last = NULL;
	struct postgres_error later;
	int rc = 0;
	for (;;) {
		int waited = await(p, rc == 0 ? e : &later);
		PGresult *r = waited == 0 ? PQgetResult(p->conn) : NULL;
		rc = rc == 0 ? waited : rc;
		if (r == NULL) {
			break;
		}
		PQclear(last);
		last = r;
		rc = rc == 0 ? judge(p, r, sql, e) : rc;
		if (is_copy(r)) {
			break;		/* its rows come before any other result */
		}
	}
	rc = rc == 0 && last == NULL ? fail_connection(p, e) : rc;
	if (rc == 0 && out != NULL) {
		*out = last;
	} else {
		PQclear(last);
	}
	return rc;
}

int postgres_query(struct postgres *p, const char *sql, const char *const *values, int count, struct pg_result **out,
	struct postgres_error *e)
{
	/* The extended protocol takes one statement, and no more. */
	if (PQsendQueryParams(p->conn, sql, count, NULL, values, NULL, NULL, 0) != 1) {
		return fail_connection(p, e);
	}
	return take_results(p, sql, out, e);
}

int postgres_describe(struct postgres *p, const char *sql, struct pg_result **out, struct postgres_error *e)
{
	if (PQsendPrepare(p->conn, "", sql, 0, NULL) != 1) {
		return fail_connection(p, e);
	}
	int rc = take_results(p, sql, NULL, e);
	if (rc == 0) {
		rc = PQsendDescribePrepared(p->conn, "") == 1 ? take_results(p, sql, out, e) : fail_connection(p, e);
	}
	return rc;
}

static int end_copy(struct postgres *p, uint64_t *rows, struct postgres_error *e)
{
	PGresult *r = NULL;
	int rc = take_results(p, NULL, &r, e);
	if (rc == 0) {
		*rows = strtoull(PQcmdTuples(r), NULL, 10);
		PQclear(r);
	}
	return rc;
}

int postgres_copy_row(struct postgres *p, char **row, size_t *size, uint64_t *rows, struct postgres_error *e)
{
	const int64_t until = now_ms() + p->patience_ms;
	PQfreemem(p->row);
	p->row = NULL;
	*row = NULL;
	*size = 0;
	for (;;) {
		int n = PQgetCopyData(p->conn, &p->row, 1);
		if (n > 0) {
			*row = p->row;
			*size = (size_t)n;
			return 0;
		}
		if (n < 0) {
			return n == -1 ? end_copy(p, rows, e) : fail_connection(p, e);
		}
		int rc = wait_for(p, false, until, e);
		if (rc != 0) {
			return rc;
		}
		if (PQconsumeInput(p->conn) != 1) {
			return fail_connection(p, e);
		}
	}
}

/* ---- transactions */

static int set(struct postgres *p, const char *name, const char *value, struct postgres_error *e)
{
	const char *const values[] = { name, value };
	return postgres_query(p, "SELECT pg_catalog.set_config($1, $2, true)", values, 2, NULL, e);
}

/* What somebody has set elsewhere holds. */
static int set_timeout(struct postgres *p, uint32_t timeout_s, struct postgres_error *e)
{
	PGresult *r = NULL;
	int rc = postgres_query(p, "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'statement_timeout'", NULL, 0, &r, e);
	if (rc != 0) {
		return rc;
	}
	int64_t ms = PQntuples(r) == 1 ? strtoll(PQgetvalue(r, 0, 0), NULL, 10) : 0;
	PQclear(r);
	if (ms <= 0) {
		char text[24];
		ms = (int64_t)timeout_s * 1000;
		snprintf(text, sizeof(text), "%lld", (long long)ms);
		rc = set(p, "statement_timeout", text, e);
	}
	p->patience_ms = ms + GRACE_MS;
	return rc;
}

int postgres_begin(struct postgres *p, bool read_only, uint32_t timeout_s, struct postgres_error *e)
{
	int rc = postgres_query(p, read_only ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
		: "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE", NULL, 0, NULL, e);
	rc = rc == 0 ? set_timeout(p, timeout_s, e) : rc;
	/* Else a statement goes on for nobody when we are gone. */
	if (rc == 0 && PQserverVersion(p->conn) >= 140000) {
		rc = set(p, "client_connection_check_interval", "2000", e);
	}
	rc = rc == 0 ? set(p, "DateStyle", "ISO", e) : rc;
	return rc == 0 ? set(p, "TimeZone", "UTC", e) : rc;
}

int postgres_commit(struct postgres *p, struct postgres_error *e)
{
	PGresult *r = NULL;
	int rc = postgres_query(p, "COMMIT", NULL, 0, &r, e);
	/* The COMMIT of a transaction that failed rolls back, and is no error. */
	if (rc == 0 && strcmp(PQcmdStatus(r), "COMMIT") != 0) {
		rc = fail(e, ERR_IO, "the server rolled the transaction back");
		snprintf(e->state, sizeof(e->state), "40000");
	}
	PQclear(r);
	return rc;
}

void postgres_rollback(struct postgres *p)
{
	struct postgres_error e;
	if (PQtransactionStatus(p->conn) == PQTRANS_INTRANS || PQtransactionStatus(p->conn) == PQTRANS_INERROR) {
		(void)postgres_query(p, "ROLLBACK", NULL, 0, NULL, &e);
	}
}
