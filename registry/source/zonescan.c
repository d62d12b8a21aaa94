/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a master file into records and has libzscanner parse each. */
#include "registry/source/zonescan.h"

#include <libzscanner/scanner.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "validate/wire/err.h"
#include "validate/wire/record.h"

/* Stands for the origin while none is known. No sane zone has a label with a NUL octet, so a name below it was
 * relative in the file, and needs an origin. */
#define NO_ORIGIN_TEXT "\\000no-origin."
#define NO_ORIGIN_WIRE "\012\000no-origin\000"
#define NO_ORIGIN_OCTETS 12

struct zonescan {
	struct input *input;
	bool whole;
	bool transfer;
	bool ended;		/* the input is */
	uint64_t line;		/* of pos */
	size_t pos;		/* of buffer, what was not parsed */
	size_t size;
	/* The scanner's state between two records (Ragel's): put back after a broken one. */
	int clean_state;
	int clean_top;
	zs_scanner_t scanner;
	char *buffer;		/* LIMIT_FILE_RECORD_OCTETS */
};

static int open_scanner(struct zonescan *z, const struct zonescan_options *o, struct source_error *e)
{
	char text[NAME_TEXT_SIZE];
	const char *origin = NO_ORIGIN_TEXT;
	if (o->origin != NULL && o->origin->size != 0) {
		name_to_text(o->origin, text);
		origin = text;
	}
	if (zs_init(&z->scanner, origin, CLASS_IN, o->bare_ttl ? 0 : ZONESCAN_TTL) != 0) {
		source_fault(e, input_name(z->input), 0, "the origin %.100s is not one libzscanner takes (%s)", origin,
			zs_strerror(z->scanner.error.code));
		return z->scanner.error.code == ZS_ENOMEM ? ERR_NOMEM : ERR_ARG;
	}
	z->clean_state = z->scanner.cs;
	z->clean_top = z->scanner.top;
	return 0;
}

int zonescan_open(const char *path, const struct zonescan_options *o, struct zonescan **out, struct source_error *e)
{
	if (path == NULL || o == NULL || out == NULL || e == NULL) {
		return ERR_ARG;
	}
	struct input *input = NULL;
	int rc = input_open(path, &input, e);
	if (rc != 0) {
		return rc;
	}
	struct zonescan *z = calloc(1, sizeof(*z));
	if (z == NULL) {
		source_fault(e, input_name(input), 0, "out of memory");
		input_close(input);
		return ERR_NOMEM;
	}
	z->input = input;
	z->buffer = malloc(LIMIT_FILE_RECORD_OCTETS);
	z->whole = o->whole;
	z->line = 1;
	if (z->buffer == NULL) {
		source_fault(e, input_name(input), 0, "out of memory");
		rc = ERR_NOMEM;
	} else {
		rc = open_scanner(z, o, e);
	}
	if (rc != 0) {
		zonescan_close(z);
		return rc;
	}
	*out = z;
	return 0;
}

void zonescan_close(struct zonescan *z)
{
	if (z == NULL) {
		return;
	}
	zs_deinit(&z->scanner);
	input_close(z->input);
	free(z->buffer);
	free(z);
}

const char *zonescan_name(const struct zonescan *z)
{
	return input_name(z->input);
}

uint64_t zonescan_written(const struct zonescan *z)
{
	return input_written(z->input);
}

bool zonescan_is_transfer(const struct zonescan *z)
{
	return z->transfer;
}

bool zonescan_is_relative(const uint8_t *name, size_t size)
{
	return size >= NO_ORIGIN_OCTETS
		&& memcmp(name + size - NO_ORIGIN_OCTETS, NO_ORIGIN_WIRE, NO_ORIGIN_OCTETS) == 0;
}

/* Where a record that begins at p ends. RFC 1035 section 5.1: at the first line end outside parentheses, whatever a
 * quoted string or comment did before; inside parentheses quotes and comments hide parentheses. */
struct extent {
	const char *end;	/* the newline that ends it; NULL: there is none */
	uint64_t newlines;	/* before it */
	bool open;		/* parentheses */
};

static struct extent record_extent(const char *p, const char *limit)
{
	/* Most records have no parentheses, and end where the line does. */
	struct extent x = { .end = memchr(p, '\n', (size_t)(limit - p)) };
	if (x.end != NULL && memchr(p, '(', (size_t)(x.end - p)) == NULL) {
		return x;
	}
	x.end = NULL;
	unsigned depth = 0;
	bool quoted = false;
	bool comment = false;
	for (; p < limit; p++) {
		unsigned char c = (unsigned char)*p;
		if (c > '"' && c != ';' && c != '\\' && c != '(' && c != ')') {
			continue;
		}
		if (c == '\n') {
			if (depth == 0) {
				x.end = p;
				return x;
			}
			x.newlines++;
			comment = false;
		} else if (comment) {
			continue;
		} else if (c == '\\') {
			p += p + 1 < limit && p[1] != '\n';
		} else if (c == '"') {
			quoted = !quoted;
		} else if (!quoted && c == ';') {
			comment = true;
		} else if (!quoted && c == '(') {
			depth++;
		} else if (!quoted && c == ')' && depth > 0) {
			depth--;
		}
	}
	x.open = depth > 0;
	return x;
}

static int refill(struct zonescan *z, struct source_error *e)
{
	memmove(z->buffer, z->buffer + z->pos, z->size - z->pos);
	z->size -= z->pos;
	z->pos = 0;
	size_t got = 0;
	size_t room = LIMIT_FILE_RECORD_OCTETS - z->size;
	int rc = input_read(z->input, z->buffer + z->size, room, &got, e);
	if (rc != 0) {
		e->line = e->line == 0 ? z->line : e->line;
		return rc;
	}
	z->size += got;
	z->ended = got < room;
	return 0;
}

/* No record's end in the whole buffer: too long, or the file stops there. */
static int unfinished(struct zonescan *z, bool open, struct source_error *e)
{
	const char *file = input_name(z->input);
	if (!z->ended) {
		source_fault(e, file, z->line, "the record that begins here is longer than %d octets; %s",
			LIMIT_FILE_RECORD_OCTETS, open ? "is its parenthesis closed?" : "is this a master file?");
	} else if (open) {
		source_fault(e, file, z->line, "the file ends inside the parentheses opened here: it is not whole; fetch it again");
	} else {
		source_fault(e, file, z->line, "the file ends inside a line (no newline at its end): it is not whole; fetch it "
			"again, or add the newline if it was written by hand");
	}
	return ERR_FORMAT;
}

/* The next record's text [*from, *to), with the newline that ends it, if there is one; *from NULL at the end. */
static int next_text(struct zonescan *z, const char **from, const char **to, uint64_t *newlines, struct source_error *e)
{
	for (;;) {
		struct extent x = record_extent(z->buffer + z->pos, z->buffer + z->size);
		*from = z->buffer + z->pos;
		*newlines = x.newlines + 1;
		if (x.end != NULL) {
			*to = x.end + 1;
			z->pos = (size_t)(*to - z->buffer);
			return 0;
		}
		if (z->ended && z->pos == z->size) {
			*from = NULL;
			return 0;
		}
		if (z->ended && !z->whole && !x.open) {
			*to = z->buffer + z->size;
			z->pos = z->size;
			return 0;
		}
		if (z->ended || (z->pos == 0 && z->size == LIMIT_FILE_RECORD_OCTETS)) {
			return unfinished(z, x.open, e);
		}
		int rc = refill(z, e);
		if (rc != 0) {
			return rc;
		}
	}
}

static bool starts_with(const char *from, const char *to, const char *prefix)
{
	size_t size = strlen(prefix);
	return (size_t)(to - from) >= size && strncasecmp(from, prefix, size) == 0;
}

static bool contains_word(const char *from, const char *to, const char *word)
{
	for (; from < to; from++) {
		if (starts_with(from, to, word)) {
			return true;
		}
	}
	return false;
}

/* dig and kdig report a transfer that broke off in comments only, between records that look fine. */
static int look_at_comment(struct zonescan *z, const char *from, const char *to, struct source_error *e)
{
	if (starts_with(from, to, "; Transfer failed")) {
		source_fault(e, input_name(z->input), z->line, "the zone transfer failed here, so this is not a whole zone; "
			"transfer it again");
		return ERR_FORMAT;
	}
	z->transfer = z->transfer || starts_with(from, to, ";; AXFR for") || starts_with(from, to, ";; communications error")
		|| (starts_with(from, to, "; <<>> DiG") && contains_word(from, to, " axfr"));
	return 0;
}

/* A record that could not be parsed; negative when going on makes no sense. */
static int broken(struct zonescan *z, const char *from, struct zonescan_record *r, struct source_error *e)
{
	zs_scanner_t *s = &z->scanner;
	const char *file = input_name(z->input);
	int code = s->error.code;
	if (code == ZS_ENOMEM) {
		source_fault(e, file, r->line, "out of memory");
		return ERR_NOMEM;
	}
	if (code == ZS_DOS_NEWLINE) {
		source_fault(e, file, r->line, "the lines end in CR LF; remove the CR octets: tr -d '\\r'");
		return ERR_FORMAT;
	}
	if (*from == '$') {
		source_fault(e, file, r->line, "%s; only $ORIGIN and $TTL are known", zs_strerror(code));
		return ERR_FORMAT;
	}
	r->what = ZONESCAN_BROKEN;
	r->type = s->r_type;
	r->owner = s->r_owner;
	r->owner_size = s->r_owner_length;
	source_fault(e, file, r->line, "%s", zs_strerror(code));
	s->cs = z->clean_state;
	s->top = z->clean_top;
	s->multiline = false;
	s->error.fatal = false;
	s->error.counter = 0;
	return 0;
}

/* The scanner gives a record as soon as its data are there; its closing parenthesis or a comment may be left, which would
 * spoil the next one. *what: ZONESCAN_RECORD, ZONESCAN_BROKEN, or ZONESCAN_END for a directive or nothing but comments. */
static int run_scanner(struct zonescan *z, const char *from, const char *to, enum zonescan_what *what)
{
	zs_scanner_t *s = &z->scanner;
	*what = ZONESCAN_END;
	s->r_type = 0;
	s->error.code = ZS_OK;
	/* It adds a newline where there is none. */
	if (zs_set_input_string(s, from, (size_t)(to - from)) != 0) {
		return ERR_FORMAT;
	}
	for (;;) {
		int rc = zs_parse_record(s);
		if (s->state == ZS_STATE_ERROR || (s->state == ZS_STATE_DATA && *what == ZONESCAN_RECORD)) {
			*what = ZONESCAN_BROKEN;
			return 0;
		}
		if (rc != 0) {
			return ERR_FORMAT;
		}
		if (s->state != ZS_STATE_DATA) {
			return 0;
		}
		*what = ZONESCAN_RECORD;
	}
}

static int parse(struct zonescan *z, const char *from, const char *to, struct zonescan_record *r, struct source_error *e)
{
	zs_scanner_t *s = &z->scanner;
	enum zonescan_what what;
	if (run_scanner(z, from, to, &what) != 0) {
		source_fault(e, input_name(z->input), r->line, "libzscanner failed: %s", zs_strerror(s->error.code));
		return ERR_FORMAT;
	}
	if (what == ZONESCAN_BROKEN) {
		return broken(z, from, r, e);
	}
	if (s->state == ZS_STATE_INCLUDE) {
		/* A file must not choose which other files we read; and what is whole is known of one file only. */
		source_fault(e, input_name(z->input), r->line, "$INCLUDE is not followed; give the zone as one file (kzonecheck "
			"--print or named-compilezone write one)");
		return ERR_FORMAT;
	}
	if (what == ZONESCAN_RECORD) {
		r->what = ZONESCAN_RECORD;
		r->type = s->r_type;
		r->ttl = s->r_ttl;
		r->owner = s->r_owner;
		r->owner_size = s->r_owner_length;
		r->rdata = s->r_data;
		r->rdata_size = s->r_data_length;
	}
	return 0;
}

int zonescan_next(struct zonescan *z, struct zonescan_record *r, struct source_error *e)
{
	for (;;) {
		const char *from = NULL;
		const char *to = NULL;
		uint64_t newlines = 0;
		int rc = next_text(z, &from, &to, &newlines, e);
		if (rc != 0) {
			return rc;
		}
		*r = (struct zonescan_record){ .what = ZONESCAN_END, .line = z->line };
		if (from == NULL) {
			return 0;
		}
		if (from < to && *from == ';') {
			rc = !z->whole ? 0 : look_at_comment(z, from, to, e);
		} else if (from < to && *from != '\n') {
			rc = parse(z, from, to, r, e);
		}
		z->line += newlines;
		if (rc != 0 || r->what != ZONESCAN_END) {
			return rc;
		}
	}
}
