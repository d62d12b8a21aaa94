/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/source/names.h"

#include <stdlib.h>
#include <string.h>

#include "registry/source/input.h"
#include "validate/wire/err.h"

#define BUFFER_OCTETS (64 * 1024)
/* Of the longest name with every octet escaped, and a comment behind it. */
#define LINE_OCTETS 4096

struct names {
	struct input *input;
	struct name origin;
	uint64_t number;	/* of the line read last */
	uint64_t taken;
	bool ended;		/* the input is */
	size_t pos, size;	/* of buffer */
	char buffer[BUFFER_OCTETS];
	char line[LINE_OCTETS];
};

int names_open(const char *path, const struct name *origin, struct names **out, struct source_error *error)
{
	if (path == NULL || origin == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	if (origin->size == 0) {
		source_fault(error, strcmp(path, "-") == 0 ? "standard input" : path, 0, "a list of names does not tell of which zone it "
			"is; say so with --origin");
		return ERR_ARG;
	}
	struct names *n = calloc(1, sizeof(*n));
	if (n == NULL) {
		source_fault(error, path, 0, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	n->origin = *origin;
	int rc = input_open(path, &n->input, error);
	if (rc != 0) {
		free(n);
		return rc;
	}
	*out = n;
	return 0;
}

/* One octet; *got false: the end. */
static int read_octet(struct names *n, char *octet, bool *got, struct source_error *error)
{
	if (n->pos == n->size && !n->ended) {
		n->pos = 0;
		int rc = input_read(n->input, n->buffer, sizeof(n->buffer), &n->size, error);
		if (rc != 0) {
			n->size = 0;
			return rc;
		}
		n->ended = n->size == 0;
	}
	*got = n->pos < n->size;
	*octet = *got ? n->buffer[n->pos++] : '\0';
	return 0;
}

/* A whole line without its end. What is too long is cut to what is no name either. */
static int read_line(struct names *n, bool *got, struct source_error *error)
{
	size_t size = 0;
	for (;;) {
		char octet;
		int rc = read_octet(n, &octet, got, error);
		if (rc != 0) {
			return rc;
		}
		if (!*got && size == 0) {
			return 0;
		}
		if (!*got) {
			source_fault(error, input_name(n->input), n->number + 1, "the file ends inside a line: it is not whole; fetch it again");
			return ERR_FORMAT;
		}
		if (octet == '\n') {
			n->number++;
			n->line[size] = '\0';
			return 0;
		}
		/* A NUL would end the line before its time. */
		n->line[size] = octet == '\0' ? ' ' : octet;
		size += size < sizeof(n->line) - 1;
	}
}

/* What a line says: a name, nothing (then *name is empty), or what is wrong with it. */
static const char *take(const struct names *n, struct name *name)
{
	char text[LINE_OCTETS];
	const char *begin = n->line + strspn(n->line, " \t\r");
	size_t size = strcspn(begin, " \t\r#");
	const char *rest = begin + size + strspn(begin + size, " \t\r");
	*name = (struct name){ .size = 0 };
	if (*rest != '\0' && *rest != '#') {
		return "one name a line, and a comment behind #";
	}
	if (size == 0) {
		return NULL;
	}
	memcpy(text, begin, size);
	text[size] = '\0';
	if (name_from_text(text, name) != 0) {
		return "not a domain name";
	}
	return !name_is_within(name, &n->origin) || name_equal(name, &n->origin) ? "not below the parent" : NULL;
}

int names_next(struct names *n, source_skip *skip, void *user, struct source_info *info, struct name *child, uint64_t *line,
	bool *end, struct source_error *error)
{
	for (;;) {
		bool got = false;
		int rc = read_line(n, &got, error);
		if (rc != 0) {
			return rc;
		}
		*end = !got;
		if (!got && n->taken == 0) {
			source_fault(error, input_name(n->input), 0, "no line of the list is a child of the parent");
			return ERR_FORMAT;
		}
		if (!got) {
			return 0;
		}
		const char *fault = take(n, child);
		info->records += fault != NULL || child->size > 0;
		if (fault != NULL) {
			struct source_error e;
			source_fault(&e, input_name(n->input), n->number, "%s", fault);
			info->skipped++;
			if (skip != NULL) {
				skip(user, &e);
			}
		} else if (child->size > 0) {
			n->taken++;
			*line = n->number;
			return 0;
		}
	}
}

const char *names_file(const struct names *n)
{
	return input_name(n->input);
}

void names_close(struct names *n)
{
	if (n != NULL) {
		input_close(n->input);
		free(n);
	}
}
