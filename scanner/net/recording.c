/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file of recorded answers: reading and finding. */
#include "scanner/net/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "validate/wire/err.h"
#include "validate/wire/limits.h"
#include "validate/wire/record.h"

#define BLANKS " \t\r\n"

struct reading {
	struct recording recording;
	size_t room;
	const char *why;
};

static int compare_question(const struct recorded *a, const struct recorded *b)
{
	int order = name_compare(&a->name, &b->name);
	if (order == 0) {
		order = (int)a->type - (int)b->type;
	}
	if (order == 0) {
		order = address_compare(&a->server, &b->server);
	}
	return order != 0 ? order : (int)a->transport - (int)b->transport;
}

static int compare_line(const void *left, const void *right)
{
	const struct recorded *a = left;
	const struct recorded *b = right;
	int order = compare_question(a, b);
	return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
}

static int read_number(const char *text, unsigned long max, unsigned long *out)
{
	char *end = NULL;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || errno || value > max) {
		return ERR_FORMAT;
	}
	*out = value;
	return 0;
}

static int read_type(const char *text, uint16_t *out)
{
	unsigned long number = 0;
	const char *digits = strncasecmp(text, "TYPE", 4) == 0 ? text + 4 : text;
	if (read_number(digits, UINT16_MAX, &number) == 0) {
		*out = (uint16_t)number;
		return 0;
	}
	for (unsigned type = 1; type <= UINT16_MAX; type++) {
		char mnemonic[16];
		if (strcasecmp(rrtype_text((uint16_t)type, mnemonic), text) == 0) {
			*out = (uint16_t)type;
			return 0;
		}
	}
	return ERR_FORMAT;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;
	return found ? (int)(found - digits) : -1;
}

static int read_octets(const char *text, struct recorded *out)
{
	size_t size = strlen(text) / 2;
	if (size == 0 || strlen(text) % 2 || size > LIMIT_MESSAGE_OCTETS) {
		return ERR_FORMAT;
	}
	out->octets = malloc(size);
	if (!out->octets) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < size; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);
		if (high < 0 || low < 0) {
			return ERR_FORMAT;
		}
		out->octets[i] = (uint8_t)(high << 4 | low);
	}
	out->size = size;
	out->status = ANSWER_RECEIVED;
	return 0;
}

/* What came: a status word or a message. */
static int read_outcome(const char *word, struct recorded *out)
{
	if (strcmp(word, "timeout") == 0) {
		out->status = ANSWER_TIMEOUT;
	} else if (strcmp(word, "refused") == 0) {
		out->status = ANSWER_REFUSED;
	} else if (strcmp(word, "starved") == 0) {
		out->status = ANSWER_STARVED;
	} else {
		return read_octets(word, out);
	}
	return 0;
}

static int read_question(char **rest, struct reading *r, struct recorded *out)
{
	const char *transport = strtok_r(NULL, BLANKS, rest);
	const char *address = strtok_r(NULL, BLANKS, rest);
	const char *name = strtok_r(NULL, BLANKS, rest);
	const char *type = strtok_r(NULL, BLANKS, rest);
	r->why = "a line is TRANSPORT ADDRESS NAME TYPE [delay=MS] OUTCOME";
	if (!type) {
		return ERR_FORMAT;
	}
	if (strcmp(transport, "udp") == 0) {
		out->transport = TRANSPORT_UDP;
	} else if (strcmp(transport, "tcp") == 0) {
		out->transport = TRANSPORT_TCP;
	} else {
		r->why = "the transport is neither udp nor tcp";
		return ERR_FORMAT;
	}
	r->why = "not an IP address";
	if (address_from_text(address, &out->server)) {
		return ERR_FORMAT;
	}
	r->why = "not a domain name";
	if (name_from_text(name, &out->name)) {
		return ERR_FORMAT;
	}
	r->why = "not a record type";
	return read_type(type, &out->type);
}

static int read_line(char *line, struct reading *r, struct recorded *out)
{
	char *rest = line;
	int result = read_question(&rest, r, out);
	if (result) {
		return result;
	}
	const char *word = strtok_r(NULL, BLANKS, &rest);
	if (word && strncmp(word, "delay=", 6) == 0) {
		unsigned long delay = 0;
		if (read_number(word + 6, UINT32_MAX, &delay)) {
			r->why = "the delay is not a number of milliseconds";
			return ERR_FORMAT;
		}
		out->delay_ms = (uint32_t)delay;
		word = strtok_r(NULL, BLANKS, &rest);
	}
	r->why = "the outcome is not timeout, refused, starved or hexadecimal octets";
	result = word ? read_outcome(word, out) : ERR_FORMAT;
	if (!result && strtok_r(NULL, BLANKS, &rest)) {
		r->why = "something follows the outcome";
		result = ERR_FORMAT;
	}
	return result;
}

static struct recorded *add(struct reading *r)
{
	if (r->recording.count == r->room) {
		size_t room = r->room * 2 + 64;
		struct recorded *more = realloc(r->recording.answers, room * sizeof(*more));
		if (!more) {
			return NULL;
		}
		r->recording.answers = more;
		r->room = room;
	}
	struct recorded *added = &r->recording.answers[r->recording.count++];
	memset(added, 0, sizeof(*added));
	return added;
}

static int read_file(FILE *file, struct reading *r, size_t *line)
{
	char *text = NULL;
	size_t room = 0;
	int result = 0;
	*line = 0;
	while (!result && getline(&text, &room, file) >= 0) {
		(*line)++;
		size_t blank = strspn(text, BLANKS);
		if (text[blank] == '\0' || text[blank] == '#') {
			continue;
		}
		struct recorded *added = add(r);
		if (!added) {
			r->why = "out of memory";
			result = ERR_NOMEM;
		} else {
			added->line = *line;
			result = read_line(text, r, added);
		}
	}
	if (!result && ferror(file)) {
		r->why = "the recording cannot be read";
		result = ERR_IO;
	}
	free(text);
	return result;
}

int recording_read(const char *path, struct recording *out, const char **why, size_t *line)
{
	struct reading r = { .room = 0 };
	*line = 0;
	FILE *file = fopen(path, "re");
	if (!file) {
		*why = "the recording cannot be opened";
		return ERR_IO;
	}
	int result = read_file(file, &r, line);
	fclose(file);
	if (result) {
		*why = r.why;
		recording_deinit(&r.recording);
		return result;
	}
	*line = 0;
	if (r.recording.count > 0) {
		qsort(r.recording.answers, r.recording.count, sizeof(r.recording.answers[0]), compare_line);
	}
	*out = r.recording;
	return 0;
}

void recording_deinit(struct recording *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->answers[i].octets);
	}
	free(r->answers);
	*r = (struct recording){ .count = 0 };
}

const struct recorded *recording_find(const struct recording *r, const struct question *q)
{
	const struct recorded key = {
		.name = q->name,
		.type = q->type,
		.server = q->server,
		.transport = q->transport,
	};
	size_t low = 0;
	size_t high = r->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_question(&r->answers[middle], &key) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < r->count && compare_question(&r->answers[low], &key) == 0 ? &r->answers[low] : NULL;
}

const struct recorded *recording_next(const struct recording *r, const struct recorded *after)
{
	const struct recorded *next = after + 1;
	return next < r->answers + r->count && compare_question(after, next) == 0 ? next : NULL;
}
