/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/source/names.h"

#include <stdlib.h>
#include <string.h>

#include "registry/source/fred.h"
#include "registry/source/input.h"
#include "registry/source/sorter.h"
#include "registry/store/key.h"
#include "validate/wire/err.h"

#define BUFFER_OCTETS (64 * 1024)
/* Of the longest name with every octet escaped, and a comment behind it. */
#define LINE_OCTETS 4096
#define SORT_MEMORY ((size_t)4 * 1024 * 1024)

struct names {
	struct input *input;
	struct name origin;
	const char *dir;
	bool is_fred;
	bool in_line;		/* FRED: a word of the line was read */
	struct sorter *sorter;	/* FRED: children by key, their lines; NULL: not yet read */
	struct name last;	/* FRED: given last */
	uint64_t number;	/* of the line read last */
	uint64_t taken;
	bool ended;		/* the input is */
	size_t pos, size;	/* of buffer */
	char buffer[BUFFER_OCTETS];
	char line[LINE_OCTETS];
};

int names_open(const struct source_place *place, const char *dir, struct names **out, struct source_error *error)
{
	if (place == NULL || place->path == NULL || out == NULL || error == NULL) {
		return ERR_ARG;
	}
	const char *path = place->path;
	if (place->origin.size == 0) {
		source_fault(error, strcmp(path, "-") == 0 ? "standard input" : path, 0, "a list of names does not tell of which zone it "
			"is; say so with --origin");
		return ERR_ARG;
	}
	struct names *n = calloc(1, sizeof(*n));
	if (n == NULL) {
		source_fault(error, path, 0, "%s", err_text(ERR_NOMEM));
		return ERR_NOMEM;
	}
	n->origin = place->origin;
	n->is_fred = place->format == SOURCE_FRED;
	n->dir = dir;
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

static int fail_cut(const struct names *n, struct source_error *error)
{
	source_fault(error, input_name(n->input), n->number + 1, "the file ends inside a line: it is not whole; fetch it again");
	return ERR_FORMAT;
}

static int fail_empty(const struct names *n, struct source_error *error)
{
	source_fault(error, input_name(n->input), 0, "no line of the list is a child of the parent");
	return ERR_FORMAT;
}

static void leave_out(const struct names *n, uint64_t line, const char *reason, source_skip *skip, void *user, struct source_info *info)
{
	struct source_error e;
	source_fault(&e, input_name(n->input), line, "%s", reason);
	info->skipped++;
	if (skip != NULL) {
		skip(user, &e);
	}
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
			return fail_cut(n, error);
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

static const char *take_name(const struct names *n, const char *text, struct name *name)
{
	if (name_from_text(text, name) != 0) {
		return "not a domain name";
	}
	return !name_is_within(name, &n->origin) || name_equal(name, &n->origin) ? "not below the parent" : NULL;
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
	return take_name(n, text, name);
}

static int next_line(struct names *n, source_skip *skip, void *user, struct source_info *info, struct name *child, bool *end,
	struct source_error *error)
{
	for (;;) {
		bool got = false;
		int rc = read_line(n, &got, error);
		*end = !got;
		if (rc != 0 || !got) {
			return rc != 0 || n->taken > 0 ? rc : fail_empty(n, error);
		}
		const char *fault = take(n, child);
		info->records += fault != NULL || child->size > 0;
		if (fault != NULL) {
			leave_out(n, n->number, fault, skip, user, info);
		} else if (child->size > 0) {
			n->taken++;
			return 0;
		}
	}
}

/* ---- FRED's */

/* The next word of the line that number + 1 says, and whether it is its first one. A line may be as long as a name server has children. */
static int read_word(struct names *n, size_t *size, bool *first, bool *got, struct source_error *error)
{
	*size = 0;
	for (;;) {
		char octet;
		int rc = read_octet(n, &octet, got, error);
		if (rc != 0) {
			return rc;
		}
		if (!*got) {
			return n->in_line || *size > 0 ? fail_cut(n, error) : 0;
		}
		bool newline = octet == '\n';
		bool between = newline || (octet != '\0' && strchr(FRED_SPACE, octet) != NULL);
		if (between && *size > 0) {
			n->pos--;		/* it was just read from there */
			n->line[*size] = '\0';
			*first = !n->in_line;
			n->in_line = true;
			return 0;
		}
		n->number += newline;
		n->in_line = n->in_line && !newline;
		if (!between) {
			n->line[*size] = octet;
			*size += *size < sizeof(n->line) - 1;
		}
	}
}

static int fail_sort(const struct names *n, int rc, struct source_error *error)
{
	source_fault(error, input_name(n->input), 0, "cannot be sorted in %.120s: %s", n->dir, err_text(rc));
	return rc;
}

static int keep(struct names *n, const struct name *child, struct source_error *error)
{
	struct key key;
	struct key line;
	key_name(child, &key);
	key_u64(n->number + 1, &line);
	int rc = sorter_add(n->sorter, key_slice(&key), key_slice(&line));
	return rc == 0 ? 0 : fail_sort(n, rc, error);
}

static int read_fred(struct names *n, source_skip *skip, void *user, struct source_info *info, struct source_error *error)
{
	struct fred fred = { .section = FRED_NONE };
	size_t size = 0;
	bool first = false;
	bool got = true;
	int rc = read_word(n, &size, &first, &got, error);
	for (; rc == 0 && got; rc = rc != 0 ? rc : read_word(n, &size, &first, &got, error)) {
		struct name child;
		enum fred_word word = fred_take(&fred, n->line, size, first);
		if (word == FRED_STRAY) {
			source_fault(error, input_name(n->input), n->number + 1, "what stands before any section: is this the input of FRED's "
				"cdnskey-scanner, which begins with [secure] or [insecure]?");
			return ERR_FORMAT;
		}
		if (word != FRED_NAME) {
			continue;
		}
		const char *fault = strlen(n->line) != size ? "not a domain name" : take_name(n, n->line, &child);
		info->records++;
		if (fault != NULL) {
			leave_out(n, n->number + 1, fault, skip, user, info);
		} else {
			n->taken++;
			rc = keep(n, &child, error);
		}
	}
	return rc != 0 || n->taken > 0 ? rc : fail_empty(n, error);
}

static int sort_fred(struct names *n, source_skip *skip, void *user, struct source_info *info, struct source_error *error)
{
	n->sorter = sorter_new(n->dir, SORT_MEMORY);
	if (n->sorter == NULL) {
		return fail_sort(n, ERR_NOMEM, error);
	}
	int rc = read_fred(n, skip, user, info, error);
	if (rc == 0) {
		rc = sorter_rewind(n->sorter);
		rc = rc == 0 ? 0 : fail_sort(n, rc, error);
	}
	return rc;
}

static int next_of_fred(struct names *n, struct name *child, uint64_t *line, bool *end, struct source_error *error)
{
	for (;;) {
		struct slice key;
		struct slice value;
		int rc = sorter_next(n->sorter, &key, &value, end);
		if (rc == 0 && *end) {
			return 0;
		}
		rc = rc == 0 ? key_to_name(key, child) : rc;
		rc = rc == 0 ? key_to_u64(value, line) : rc;
		if (rc != 0) {
			return fail_sort(n, rc, error);
		}
		if (!name_equal(child, &n->last)) {
			n->last = *child;
			return 0;
		}
	}
}

int names_next(struct names *n, source_skip *skip, void *user, struct source_info *info, struct name *child, uint64_t *line,
	bool *end, struct source_error *error)
{
	if (!n->is_fred) {
		int rc = next_line(n, skip, user, info, child, end, error);
		*line = n->number;
		return rc;
	}
	int rc = n->sorter == NULL ? sort_fred(n, skip, user, info, error) : 0;
	return rc == 0 ? next_of_fred(n, child, line, end, error) : rc;
}

const char *names_file(const struct names *n)
{
	return input_name(n->input);
}

void names_close(struct names *n)
{
	if (n != NULL) {
		input_close(n->input);
		sorter_free(n->sorter);
		free(n);
	}
}
