/* SPDX-License-Identifier: GPL-3.0-or-later */
/* YAML by the events of libyaml. */
#include "scanner/yaml.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "scanner/command.h"
#include "validate/wire/err.h"

struct yaml {
	yaml_parser_t parser;
	yaml_event_t event;
	bool has_event;
	const char *data;
	size_t size;
	struct yaml_fault *fault;
	int error;		/* ERR_FORMAT once refused, ERR_NOMEM */
};

/* ---- refusing */

bool yaml_refuse(struct yaml *y, struct yaml_place at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(y->fault->reason, sizeof(y->fault->reason), format, args);
	va_end(args);
	y->fault->line = at.line;
	y->fault->column = at.column;
	y->error = ERR_FORMAT;
	return false;
}

bool yaml_no_memory(struct yaml *y)
{
	y->error = ERR_NOMEM;
	return false;
}

static struct yaml_place place_of(yaml_mark_t mark)
{
	return (struct yaml_place){ mark.line + 1, mark.column + 1 };
}

struct yaml_place yaml_place(const struct yaml *y)
{
	return place_of(y->event.start_mark);
}

/* Octets that are no text have an offset and no mark. */
static bool refuse_octets(struct yaml *y)
{
	struct yaml_place at = { 1, 1 };
	for (size_t i = 0; i < y->parser.problem_offset && i < y->size; i++) {
		bool ends = y->data[i] == '\n';
		at.line += ends;
		at.column = ends ? 1 : at.column + 1;
	}
	return yaml_refuse(y, at, "it is no UTF-8 text: %s", y->parser.problem);
}

static bool refuse_yaml(struct yaml *y)
{
	switch (y->parser.error) {
	case YAML_READER_ERROR:
		return refuse_octets(y);
	case YAML_SCANNER_ERROR:
	case YAML_PARSER_ERROR:
		return yaml_refuse(y, place_of(y->parser.problem_mark), "it is no YAML: %s", y->parser.problem);
	default:
		return yaml_no_memory(y);
	}
}

/* ---- events */

static void drop_event(struct yaml *y)
{
	if (y->has_event) {
		yaml_event_delete(&y->event);
		y->has_event = false;
	}
}

/* An alias lets one file mean another than the one that is seen, and a tag changes what a word is. */
static bool is_plain(struct yaml *y)
{
	const yaml_event_t *e = &y->event;
	const yaml_char_t *anchor = NULL;
	const yaml_char_t *tag = NULL;
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		anchor = e->data.alias.anchor;
		break;
	case YAML_SCALAR_EVENT:
		anchor = e->data.scalar.anchor;
		tag = e->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = e->data.sequence_start.anchor;
		tag = e->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = e->data.mapping_start.anchor;
		tag = e->data.mapping_start.tag;
		break;
	default:
		break;
	}
	if (anchor != NULL) {
		return yaml_refuse(y, yaml_place(y), "anchors and aliases are not taken");
	}
	return tag == NULL || yaml_refuse(y, yaml_place(y), "tags are not taken");
}

static bool next(struct yaml *y)
{
	drop_event(y);
	if (yaml_parser_parse(&y->parser, &y->event) == 0) {
		return refuse_yaml(y);
	}
	y->has_event = true;
	return is_plain(y);
}

const char *yaml_text(const struct yaml *y)
{
	return (const char *)y->event.data.scalar.value;
}

static size_t text_size(const struct yaml *y)
{
	return y->event.data.scalar.length;
}

static bool is_printable(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e) {
			return false;
		}
	}
	return size > 0 && text[0] != ' ' && text[size - 1] != ' ';
}

/* A NUL would hide what follows it. */
static bool has_nul(const struct yaml *y)
{
	return strlen(yaml_text(y)) != text_size(y);
}

/* ---- takers */

bool yaml_take_key(struct yaml *y, bool *end)
{
	if (!next(y)) {
		return false;
	}
	*end = y->event.type == YAML_MAPPING_END_EVENT;
	if (*end) {
		return true;
	}
	if (y->event.type != YAML_SCALAR_EVENT) {
		return yaml_refuse(y, yaml_place(y), "a key is one word, not a list or a mapping");
	}
	return !has_nul(y) || yaml_refuse(y, yaml_place(y), "a key has no NUL in it");
}

bool yaml_take_value(struct yaml *y, const char *key)
{
	if (!next(y)) {
		return false;
	}
	if (y->event.type != YAML_SCALAR_EVENT) {
		return yaml_refuse(y, yaml_place(y), "%s takes one value, not a list or a mapping", key);
	}
	return !has_nul(y) || yaml_refuse(y, yaml_place(y), "%s takes no NUL", key);
}

bool yaml_take_text(struct yaml *y, const char *key, size_t max, char *out)
{
	if (!yaml_take_value(y, key)) {
		return false;
	}
	size_t size = text_size(y);
	if (size > max || !is_printable(yaml_text(y), size)) {
		return yaml_refuse(y, yaml_place(y),
			"%s takes 1 to %zu printable ASCII characters, no blanks around them", key, max);
	}
	memcpy(out, yaml_text(y), size);
	out[size] = '\0';
	return true;
}

bool yaml_take_mapping(struct yaml *y, const char *key, const char *of)
{
	return next(y) && (y->event.type == YAML_MAPPING_START_EVENT
		|| yaml_refuse(y, yaml_place(y), "%s takes a mapping of %s", key, of));
}

bool yaml_take_list(struct yaml *y, const char *key, const char *of)
{
	return next(y) && (y->event.type == YAML_SEQUENCE_START_EVENT
		|| yaml_refuse(y, yaml_place(y), "%s takes a list of %s", key, of));
}

bool yaml_take_mapping_item(struct yaml *y, const char *key, const char *of, bool *end)
{
	if (!next(y)) {
		return false;
	}
	*end = y->event.type == YAML_SEQUENCE_END_EVENT;
	return *end || y->event.type == YAML_MAPPING_START_EVENT
		|| yaml_refuse(y, yaml_place(y), "%s takes a list of mappings, each of %s", key, of);
}

bool yaml_take_item(struct yaml *y, const char *key, bool *end)
{
	if (!next(y)) {
		return false;
	}
	*end = y->event.type == YAML_SEQUENCE_END_EVENT;
	if (*end) {
		return true;
	}
	if (y->event.type != YAML_SCALAR_EVENT) {
		return yaml_refuse(y, yaml_place(y), "%s takes a list of single values", key);
	}
	return !has_nul(y) || yaml_refuse(y, yaml_place(y), "%s takes no NUL", key);
}

bool yaml_which(struct yaml *y, const char *const *words, size_t count, unsigned *seen, size_t *out)
{
	char all[256] = "";
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(yaml_text(y), words[i]) == 0) {
			*out = i;
			if ((*seen & 1u << i) != 0) {
				return yaml_refuse(y, yaml_place(y), "%s stands here twice", words[i]);
			}
			*seen |= 1u << i;
			return true;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	return yaml_refuse(y, yaml_place(y), "\"%.*s\" is no key here; there are %s", YAML_QUOTED, yaml_text(y), all);
}

/* ---- the document */

static bool take_file(struct yaml *y, const char *of, bool (*take)(struct yaml *y, void *user), void *user)
{
	if (!next(y) || !next(y)) {	/* the stream begins; a document does */
		return false;
	}
	if (y->event.type != YAML_DOCUMENT_START_EVENT) {
		return yaml_refuse(y, (struct yaml_place){ 1, 1 }, "it is empty; it takes %s", of);
	}
	if (!yaml_take_mapping(y, "the file", of) || !take(y, user) || y->error != ERR_OK) {
		return false;
	}
	if (!next(y) || !next(y)) {	/* the document ends; so does the stream */
		return false;
	}
	return y->event.type == YAML_STREAM_END_EVENT
		|| yaml_refuse(y, yaml_place(y), "a second document begins; one is all it may have");
}

int yaml_read(const char *data, size_t size, const char *of, bool (*take)(struct yaml *y, void *user), void *user,
	struct yaml_fault *fault)
{
	struct yaml y = { .data = data, .size = size, .fault = fault, .error = ERR_OK };
	if (yaml_parser_initialize(&y.parser) == 0) {
		return ERR_NOMEM;
	}
	yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&y.parser, (const unsigned char *)data, size);
	(void)take_file(&y, of, take, user);
	drop_event(&y);
	yaml_parser_delete(&y.parser);
	return y.error;
}

/* ---- the file */

/* ERR_IO: errno tells. */
static int read_file(const char *file, char *data, size_t room, size_t *size)
{
	FILE *f = fopen(file, "rb");
	if (f == NULL) {
		return ERR_IO;
	}
	*size = fread(data, 1, room, f);
	int why = ferror(f) != 0 ? errno : 0;
	(void)fclose(f);
	errno = why;
	return why == 0 ? ERR_OK : ERR_IO;
}

int yaml_load(const char *file, const char *what, size_t max, struct arena *arena, const char **data, size_t *size)
{
	/* One octet more than may be there, so that more is seen. */
	char *octets = arena_alloc(arena, max + 1);
	int ret = octets == NULL ? ERR_NOMEM : read_file(file, octets, max + 1, size);
	if (ret == ERR_IO) {
		say("%s: %s cannot be read: %s", say_text(file), what, strerror(errno));
		return EXIT_CONFIG;
	}
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		return EXIT_RUNTIME;
	}
	*data = octets;
	return EXIT_OK;
}

void yaml_say_fault(const char *file, const struct yaml_fault *fault)
{
	if (fault->line > 0) {
		say("%s:%zu:%zu: %s", say_text(file), fault->line, fault->column, say_text(fault->reason));
	} else {
		say("%s: %s", say_text(file), say_text(fault->reason));
	}
}
