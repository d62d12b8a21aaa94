/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The override file read event by event (libyaml). What may stand in it has three levels of mappings and no more, so
 * every place knows what comes next, and whatever else comes is refused there. */
#include "scanner/algorithms_override.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "scanner/clock.h"
#include "validate/wire/err.h"

/* Of what the file says, so much is repeated in a sentence. */
#define QUOTED 40

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;
	bool has_event;
	const char *data;
	size_t size;
	struct algorithms_fault *fault;
	int error;		/* ERR_FORMAT once refused, ERR_NOMEM */
};

/* A section of rows by number. */
struct section {
	const char *name;
	const char *columns[1 + OVERRIDE_COLUMNS];	/* mnemonic first */
	struct override_row *rows;
	const struct algorithm_row *(*find)(const struct algorithm_table *t, uint8_t number);
	const char *row;				/* what a row is called */
};

/* ---- refusing */

__attribute__((format(printf, 4, 5)))
static bool refuse_at(struct reader *r, size_t line, size_t column, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(r->fault->reason, sizeof(r->fault->reason), format, args);
	va_end(args);
	r->fault->line = line;
	r->fault->column = column;
	r->error = ERR_FORMAT;
	return false;
}

#define REFUSE(r, mark, ...) refuse_at(r, (mark).line + 1, (mark).column + 1, __VA_ARGS__)

/* Octets that are no text have an offset and no mark. */
static bool refuse_octets(struct reader *r)
{
	size_t line = 1;
	size_t column = 1;
	for (size_t i = 0; i < r->parser.problem_offset && i < r->size; i++) {
		bool ends = r->data[i] == '\n';
		line += ends;
		column = ends ? 1 : column + 1;
	}
	return refuse_at(r, line, column, "it is no UTF-8 text: %s", r->parser.problem);
}

static bool refuse_yaml(struct reader *r)
{
	switch (r->parser.error) {
	case YAML_READER_ERROR:
		return refuse_octets(r);
	case YAML_SCANNER_ERROR:
	case YAML_PARSER_ERROR:
		return REFUSE(r, r->parser.problem_mark, "it is no YAML: %s", r->parser.problem);
	default:
		r->error = ERR_NOMEM;
		return false;
	}
}

/* ---- events */

static void drop_event(struct reader *r)
{
	if (r->has_event) {
		yaml_event_delete(&r->event);
		r->has_event = false;
	}
}

/* An alias lets one file mean another than the one that is seen, and a tag changes what a word is. */
static bool is_plain(struct reader *r)
{
	const yaml_event_t *e = &r->event;
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
		return REFUSE(r, e->start_mark, "anchors and aliases are not taken");
	}
	return tag == NULL || REFUSE(r, e->start_mark, "tags are not taken");
}

static bool next(struct reader *r)
{
	drop_event(r);
	if (yaml_parser_parse(&r->parser, &r->event) == 0) {
		return refuse_yaml(r);
	}
	r->has_event = true;
	return is_plain(r);
}

static bool is_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e) {
			return false;
		}
	}
	return size > 0 && text[0] != ' ' && text[size - 1] != ' ';
}

static const char *text(const struct reader *r)
{
	return (const char *)r->event.data.scalar.value;
}

static bool take_value(struct reader *r, const char *key)
{
	if (!next(r)) {
		return false;
	}
	return r->event.type == YAML_SCALAR_EVENT
		|| REFUSE(r, r->event.start_mark, "%s takes one value, not a list or a mapping", key);
}

/* At most max octets, copied. */
static bool take_text(struct reader *r, const char *key, size_t max, char *out)
{
	if (!take_value(r, key)) {
		return false;
	}
	size_t size = r->event.data.scalar.length;
	if (size > max || !is_text(text(r), size)) {
		return REFUSE(r, r->event.start_mark,
			"%s takes 1 to %zu printable ASCII characters, no blanks around them", key, max);
	}
	memcpy(out, text(r), size);
	out[size] = '\0';
	return true;
}

/* A key, or the end of the mapping. */
static bool take_key(struct reader *r, bool *end)
{
	if (!next(r)) {
		return false;
	}
	*end = r->event.type == YAML_MAPPING_END_EVENT;
	if (*end) {
		return true;
	}
	if (r->event.type != YAML_SCALAR_EVENT) {
		return REFUSE(r, r->event.start_mark, "a key is one word, not a list or a mapping");
	}
	/* A NUL would hide what follows it. */
	if (strlen(text(r)) != r->event.data.scalar.length) {
		return REFUSE(r, r->event.start_mark, "a key has no NUL in it");
	}
	return true;
}

static bool take_mapping(struct reader *r, const char *key, const char *of)
{
	if (!next(r)) {
		return false;
	}
	return r->event.type == YAML_MAPPING_START_EVENT
		|| REFUSE(r, r->event.start_mark, "%s takes a mapping of %s", key, of);
}

/* Which of count words the key is; refused when none or seen before. */
static bool which(struct reader *r, const char *const *words, size_t count, unsigned *seen, size_t *out)
{
	char all[128] = "";
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text(r), words[i]) == 0) {
			*out = i;
			if ((*seen & 1u << i) != 0) {
				return REFUSE(r, r->event.start_mark, "%s stands here twice", words[i]);
			}
			*seen |= 1u << i;
			return true;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : ", ", words[i]);
	}
	return REFUSE(r, r->event.start_mark, "\"%.*s\" is no key here; there are %s", QUOTED, text(r), all);
}

/* ---- a row */

static bool take_level(struct reader *r, const char *column, enum level *out)
{
	char all[96] = "";
	size_t used = 0;
	if (!take_value(r, column)) {
		return false;
	}
	size_t size = r->event.data.scalar.length;
	for (int i = LEVEL_MUST_NOT; i <= LEVEL_MUST; i++) {
		const char *known = algorithms_level_text((enum level)i);
		if (strlen(known) == size && memcmp(text(r), known, size) == 0) {
			*out = (enum level)i;
			return true;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s", used == 0 ? "" : ", ", known);
	}
	return REFUSE(r, r->event.start_mark, "\"%.*s\" is no level for %s; there are %s", QUOTED, text(r), column, all);
}

/* The value of column i, 0 being the mnemonic. */
static bool take_column(struct reader *r, const struct section *s, size_t i, struct override_row *row)
{
	if (i == 0) {
		return take_text(r, s->columns[0], OVERRIDE_MNEMONIC_MAX, row->mnemonic);
	}
	row->has[i - 1] = true;
	return take_level(r, s->columns[i], &row->level[i - 1]);
}

static bool take_row(struct reader *r, const struct section *s, unsigned number, yaml_mark_t at)
{
	struct override_row *row = &s->rows[number];
	char label[48];
	unsigned seen = 0;
	bool end = false;
	snprintf(label, sizeof(label), "%s %u", s->row, number);
	if (row->given) {
		return REFUSE(r, at, "%s stands here twice", label);
	}
	row->given = true;
	if (!take_mapping(r, label, "columns")) {
		return false;
	}
	while (take_key(r, &end) && !end) {
		size_t i = 0;
		if (!which(r, s->columns, 1 + OVERRIDE_COLUMNS, &seen, &i) || !take_column(r, s, i, row)) {
			return false;
		}
	}
	if (r->error != ERR_OK) {
		return false;
	}
	return row->mnemonic[0] != '\0' || s->find(algorithm_table_builtin(), (uint8_t)number) != NULL
		|| REFUSE(r, at, "%s is not in the built-in table and needs a mnemonic", label);
}

/* ---- sections */

/* Decimal, without a sign or leading zeros: some readers of YAML take those for octal. */
static bool take_number(struct reader *r, unsigned *out)
{
	const char *digits = text(r);
	unsigned number = 0;
	size_t n = 0;
	while (n < 3 && digits[n] >= '0' && digits[n] <= '9') {
		number = number * 10 + (unsigned)(digits[n++] - '0');
	}
	*out = number;
	return (digits[n] == '\0' && digits[0] != '0' && number >= 1 && number <= OVERRIDE_NUMBER_MAX)
		|| REFUSE(r, r->event.start_mark, "\"%.*s\" is not a number from 1 to %d", QUOTED, digits,
			OVERRIDE_NUMBER_MAX);
}

static bool take_section(struct reader *r, const struct section *s)
{
	bool end = false;
	if (!take_mapping(r, s->name, "numbers")) {
		return false;
	}
	while (take_key(r, &end) && !end) {
		unsigned number = 0;
		yaml_mark_t at = r->event.start_mark;
		if (!take_number(r, &number) || !take_row(r, s, number, at)) {
			return false;
		}
	}
	return r->error == ERR_OK;
}

/* A date that exists, then who says so. */
static bool take_version(struct reader *r, struct override *out)
{
	char day[24];
	uint64_t seconds;
	if (!take_text(r, "version", OVERRIDE_VERSION_MAX, out->version)) {
		return false;
	}
	snprintf(day, sizeof(day), "%.10sT00:00:00Z", out->version);
	return (strlen(out->version) > 11 && out->version[10] == ' ' && clock_parse(day, &seconds) == ERR_OK)
		|| REFUSE(r, r->event.start_mark,
			"version takes a date and a source, such as \"2026-11-21 registry of example\"");
}

static bool take_sections(struct reader *r, struct override *out)
{
	static const char *const keys[] = { "version", "algorithms", "digests" };
	const struct section sections[] = {
		{ keys[1], { "mnemonic", "use-for-signing", "use-for-validation", "implement-for-signing",
			"implement-for-validation" }, out->algorithms, algorithm_find, "algorithm" },
		{ keys[2], { "mnemonic", "use-for-delegation", "use-for-validation", "implement-for-delegation",
			"implement-for-validation" }, out->digests, digest_find, "digest" },
	};
	const yaml_mark_t at = r->event.start_mark;
	unsigned seen = 0;
	bool end = false;
	while (take_key(r, &end) && !end) {
		size_t i = 0;
		if (!which(r, keys, 3, &seen, &i)
			|| !(i == 0 ? take_version(r, out) : take_section(r, &sections[i - 1]))) {
			return false;
		}
	}
	if (r->error != ERR_OK) {
		return false;
	}
	return out->version[0] != '\0'
		|| REFUSE(r, at, "version is missing: a date and a source, such as \"2026-11-21 registry of example\"");
}

/* ---- the document */

static bool take_file(struct reader *r, struct override *out)
{
	if (!next(r) || !next(r)) {	/* the stream begins; a document does */
		return false;
	}
	if (r->event.type != YAML_DOCUMENT_START_EVENT) {
		return refuse_at(r, 1, 1, "it is empty; version is required");
	}
	if (!take_mapping(r, "the file", "version, algorithms and digests") || !take_sections(r, out)) {
		return false;
	}
	if (!next(r) || !next(r)) {	/* the document ends; so does the stream */
		return false;
	}
	return r->event.type == YAML_STREAM_END_EVENT
		|| REFUSE(r, r->event.start_mark, "a second document begins; one is all it may have");
}

int override_read(const char *data, size_t size, struct override *out, struct algorithms_fault *fault)
{
	struct reader r = { .data = data, .size = size, .fault = fault, .error = ERR_OK };
	if (yaml_parser_initialize(&r.parser) == 0) {
		return ERR_NOMEM;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)data, size);
	(void)take_file(&r, out);
	drop_event(&r);
	yaml_parser_delete(&r.parser);
	return r.error;
}
