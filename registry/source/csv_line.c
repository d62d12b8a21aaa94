/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a CSV file into lines, and these into fields.
 *
 * RFC 4180 section 2 lets a quoted field have line breaks. None of our columns has a value with one, and where they are
 * allowed, one quote that is left open takes the lines behind it, and their children, away without a word: up to
 * the next quote all is one field. So a line ends where it ends, and such a quote costs its own line. */
#include "registry/source/csv_line.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

struct csv_lines {
	struct input *input;
	bool ended;		/* the input is */
	uint64_t number;	/* of the line that begins at pos */
	size_t pos;		/* of buffer, what was not cut */
	size_t size;
	char buffer[LIMIT_FILE_RECORD_OCTETS];
};

int csv_lines_open(const char *path, struct csv_lines **out, struct source_error *e)
{
	if (path == NULL || out == NULL || e == NULL) {
		return ERR_ARG;
	}
	struct csv_lines *c = calloc(1, sizeof(*c));
	if (c == NULL) {
		source_fault(e, path, 0, "out of memory");
		return ERR_NOMEM;
	}
	c->number = 1;
	int rc = input_open(path, &c->input, e);
	if (rc != 0) {
		free(c);
		return rc;
	}
	*out = c;
	return 0;
}

void csv_lines_close(struct csv_lines *c)
{
	if (c != NULL) {
		input_close(c->input);
		free(c);
	}
}

const char *csv_lines_name(const struct csv_lines *c)
{
	return input_name(c->input);
}

uint64_t csv_lines_written(const struct csv_lines *c)
{
	return input_written(c->input);
}

static int refill(struct csv_lines *c, struct source_error *e)
{
	memmove(c->buffer, c->buffer + c->pos, c->size - c->pos);
	c->size -= c->pos;
	c->pos = 0;
	size_t room = sizeof(c->buffer) - c->size;
	size_t got = 0;
	if (room == 0) {
		source_fault(e, input_name(c->input), c->number, "the line that begins here is longer than %d octets; is this a CSV "
			"file?", LIMIT_FILE_RECORD_OCTETS);
		return ERR_FORMAT;
	}
	int rc = input_read(c->input, c->buffer + c->size, room, &got, e);
	if (rc != 0) {
		e->line = e->line == 0 ? c->number : e->line;
		return rc;
	}
	c->size += got;
	c->ended = got < room;
	return 0;
}

/* The next line [*from, *to), without its line break (LF or CR LF); *from NULL at the end. */
static int next_text(struct csv_lines *c, char **from, char **to, struct source_error *e)
{
	for (;;) {
		char *newline = memchr(c->buffer + c->pos, '\n', c->size - c->pos);
		*from = c->buffer + c->pos;
		if (newline != NULL) {
			c->pos = (size_t)(newline - c->buffer) + 1;
			c->number++;
			*to = newline > *from && newline[-1] == '\r' ? newline - 1 : newline;
			return 0;
		}
		if (c->ended && c->pos == c->size) {
			*from = NULL;
			return 0;
		}
		if (c->ended) {
			source_fault(e, input_name(c->input), c->number, "the file ends inside a line (no newline at its end): it is not "
				"whole; fetch it again, or add the newline if it was written by hand");
			return ERR_FORMAT;
		}
		int rc = refill(c, e);
		if (rc != 0) {
			return rc;
		}
	}
}

/* Excel and its like begin UTF-8 with one. */
static char *skip_mark(char *from, const char *to)
{
	return to - from >= 3 && memcmp(from, "\xef\xbb\xbf", 3) == 0 ? from + 3 : from;
}

bool csv_has_control(const char *from, const char *to)
{
	for (; from < to; from++) {
		unsigned char c = (unsigned char)*from;
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			return true;
		}
	}
	return false;
}

/* What stands between quotes, moved to where it begins; *at comes behind the closing quote. */
static const char *unquote(char **at, char **to)
{
	char *from = *at + 1;
	for (;; from++) {
		if (*from == '\0') {
			return "a quote is not closed in its line";
		}
		if (*from == '"' && *++from != '"') {
			break;
		}
		*(*to)++ = *from;
	}
	*at = from;
	return *from == ',' || *from == '\0' ? NULL : "there is more behind a closing quote";
}

/* NULL, or what is wrong. */
static const char *cut(char *at, struct csv_line *l)
{
	for (;;) {
		if (l->count == CSV_FIELDS_MAX) {
			return "there are more fields than there can be columns";
		}
		char *to = at;
		l->fields[l->count++] = at;
		if (*at == '"') {
			const char *fault = unquote(&at, &to);
			if (fault != NULL) {
				return fault;
			}
		} else {
			at += strcspn(at, ",\"");
			to = at;
		}
		const char next = *at;
		*to = '\0';
		if (next == '"') {
			return "a quote stands inside a field that does not begin with one";
		}
		if (next == '\0') {
			return NULL;
		}
		at++;
	}
}

int csv_lines_next(struct csv_lines *c, struct csv_line *l, struct source_error *e)
{
	char *from = NULL;
	char *to = NULL;
	uint64_t number;
	do {
		number = c->number;
		int rc = next_text(c, &from, &to, e);
		if (rc != 0) {
			return rc;
		}
		if (from != NULL && number == 1) {
			from = skip_mark(from, to);
		}
	} while (from != NULL && from == to);
	*l = (struct csv_line){ .number = from == NULL ? 0 : number };
	if (from == NULL) {
		return 0;
	}
	if (csv_has_control(from, to)) {
		l->fault = "there is a control character";
		return 0;
	}
	*to = '\0';	/* in the place of its line break */
	l->fault = cut(from, l);
	return 0;
}
