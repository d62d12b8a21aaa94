/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON lines with yajl's generator, into a buffer of our own so that running out of memory is an error and no crash. */
#include "registry/sink/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <yajl/yajl_gen.h>

#include "registry/sink/text.h"
#include "validate/wire/decimal.h"
#include "validate/wire/err.h"

/* The last second of the year 9999: later times do not fit the form. */
#define LAST_SECOND 253402300799u
/* Objects and arrays within each other; a bit each. */
#define DEPTH_MAX 64

struct json {
	yajl_gen gen;
	int error;		/* sticky, until the line ends */
	unsigned depth;
	uint64_t objects;	/* bit i: what is open at depth i is an object; yajl does not look */
	struct text line;
	struct text scratch;	/* one escaped string */
	uint64_t second;	/* that was written last, and its text: many lines are of the same one */
	char second_text[32];
};

static void fail(struct json *j, int error)
{
	if (j->error == 0) {
		j->error = error;
	}
}

static void append(struct json *j, struct text *t, const char *data, size_t size)
{
	if (text_append(t, data, size) != ERR_OK) {
		fail(j, ERR_NOMEM);
	}
}

static void take_output(void *ctx, const char *data, size_t size)
{
	struct json *j = ctx;
	append(j, &j->line, data, size);
}

struct json *json_new(void)
{
	struct json *j = calloc(1, sizeof(*j));
	if (j == NULL) {
		return NULL;
	}
	j->gen = yajl_gen_alloc(NULL);
	if (j->gen == NULL || !yajl_gen_config(j->gen, yajl_gen_print_callback, take_output, (void *)j)) {
		json_free(j);
		return NULL;
	}
	return j;
}

void json_free(struct json *j)
{
	if (j == NULL) {
		return;
	}
	if (j->gen != NULL) {
		yajl_gen_free(j->gen);
	}
	text_free(&j->line);
	text_free(&j->scratch);
	free(j);
}

/* Everything else is a caller that broke the contract: a value without a key, an end without a beginning. */
static void check(struct json *j, yajl_gen_status status)
{
	if (status != yajl_gen_status_ok) {
		fail(j, ERR_ARG);
	}
}

static bool in_object(const struct json *j)
{
	return j->depth > 0 && (j->objects >> (j->depth - 1) & 1) != 0;
}

/* A value begins: with a key in an object, without one elsewhere. */
static void put_key(struct json *j, const char *key)
{
	if ((key != NULL) != in_object(j)) {
		fail(j, ERR_ARG);
	} else if (key != NULL) {
		check(j, yajl_gen_string(j->gen, (const unsigned char *)key, strlen(key)));
	}
}

static void push(struct json *j, bool object)
{
	if (j->depth == DEPTH_MAX) {
		fail(j, ERR_ARG);
		return;
	}
	uint64_t bit = UINT64_C(1) << j->depth++;
	j->objects = object ? j->objects | bit : j->objects & ~bit;
}

static void pop(struct json *j, bool object)
{
	if (j->depth == 0 || in_object(j) != object) {
		fail(j, ERR_ARG);
		return;
	}
	j->depth--;
}

void json_object(struct json *j, const char *key)
{
	put_key(j, key);
	check(j, yajl_gen_map_open(j->gen));
	push(j, true);
}

void json_object_end(struct json *j)
{
	check(j, yajl_gen_map_close(j->gen));
	pop(j, true);
}

void json_array(struct json *j, const char *key)
{
	put_key(j, key);
	check(j, yajl_gen_array_open(j->gen));
	push(j, false);
}

void json_array_end(struct json *j)
{
	check(j, yajl_gen_array_close(j->gen));
	pop(j, false);
}

/* Octets of the well-formed UTF-8 character at text (Unicode table 3-7), its value in *value; 0: it is none. */
static size_t utf8_octets(const unsigned char *text, uint32_t *value)
{
	static const struct {
		unsigned char first, last;	/* of the leading octet */
		unsigned char low, high;	/* of the second one */
		unsigned char octets;
		unsigned char mask;
	} forms[] = {
		{ 0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f },
		{ 0xe1, 0xec, 0x80, 0xbf, 3, 0x0f },
		{ 0xed, 0xed, 0x80, 0x9f, 3, 0x0f },
		{ 0xee, 0xef, 0x80, 0xbf, 3, 0x0f },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4, 0x07 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4, 0x07 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4, 0x07 },
	};
	if (text[0] < 0x80) {
		*value = text[0];
		return 1;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (text[0] < forms[i].first || text[0] > forms[i].last) {
			continue;
		}
		if (text[1] < forms[i].low || text[1] > forms[i].high) {
			return 0;
		}
		*value = text[0] & forms[i].mask;
		for (size_t k = 1; k < forms[i].octets; k++) {
			if ((text[k] & 0xc0) != 0x80) {
				return 0;
			}
			*value = *value << 6 | (text[k] & 0x3f);
		}
		return forms[i].octets;
	}
	return 0;
}

/* Control characters (C1 too: a terminal obeys them) and the line ends of Unicode. */
static bool is_control(uint32_t value)
{
	return value < 0x20 || (value >= 0x7f && value < 0xa0) || value == 0x2028 || value == 0x2029
		|| (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

/* Octets up to the first one that is looked at by itself: most text is plain. */
static size_t plain_octets(const unsigned char *text)
{
	size_t size = 0;
	while (text[size] >= 0x20 && text[size] < 0x7f && text[size] != '"' && text[size] != '\\') {
		size++;
	}
	return size;
}

static void append_escaped(struct json *j, const char *text)
{
	struct text *t = &j->scratch;
	const unsigned char *p = (const unsigned char *)text;
	char escape[8];
	for (;;) {
		uint32_t value = 0;
		size_t plain = plain_octets(p);
		append(j, t, (const char *)p, plain);
		p += plain;
		if (*p == 0) {
			return;
		}
		size_t octets = utf8_octets(p, &value);
		if (octets == 0) {
			/* No character at all: shown as the text \xHH. */
			snprintf(escape, sizeof(escape), "\\\\x%02x", *p);
			append(j, t, escape, strlen(escape));
			p++;
			continue;
		}
		if (is_control(value)) {
			snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)(value & 0xffff));
			append(j, t, escape, strlen(escape));
		} else {
			if (value == '"' || value == '\\') {
				append(j, t, "\\", 1);
			}
			append(j, t, (const char *)p, octets);
		}
		p += octets;
	}
}

/* yajl writes the text of a number as it is: what is one here, and what would be many calls. */
static void put_raw(struct json *j, const char *data, size_t size)
{
	check(j, yajl_gen_number(j->gen, data, size));
}

void json_string(struct json *j, const char *key, const char *text)
{
	put_key(j, key);
	if (text == NULL) {
		check(j, yajl_gen_null(j->gen));
		return;
	}
	j->scratch.size = 0;
	append(j, &j->scratch, "\"", 1);
	append_escaped(j, text);
	append(j, &j->scratch, "\"", 1);
	put_raw(j, j->scratch.data, j->scratch.size);
}

void json_uint(struct json *j, const char *key, uint64_t value)
{
	char text[DECIMAL_MAX];
	const char *end = decimal_write(text, value);
	put_key(j, key);
	put_raw(j, text, (size_t)(end - text));
}

void json_ms(struct json *j, const char *key, uint64_t microseconds)
{
	char text[32];
	snprintf(text, sizeof(text), "%" PRIu64 ".%03u", microseconds / 1000, (unsigned)(microseconds % 1000));
	put_key(j, key);
	put_raw(j, text, strlen(text));
}

void json_bool(struct json *j, const char *key, bool value)
{
	put_key(j, key);
	check(j, yajl_gen_bool(j->gen, value));
}

void json_null(struct json *j, const char *key)
{
	put_key(j, key);
	check(j, yajl_gen_null(j->gen));
}

void json_name(struct json *j, const char *key, const struct name *name)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(name, text);
	json_string(j, key, text);
}

void json_hex(struct json *j, const char *key, const void *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *octets = data;
	j->scratch.size = 0;
	append(j, &j->scratch, "\"", 1);
	for (size_t i = 0; i < size;) {
		char run[128];
		size_t used = 0;
		for (; i < size && used < sizeof(run); i++) {
			run[used++] = digits[octets[i] >> 4];
			run[used++] = digits[octets[i] & 15];
		}
		append(j, &j->scratch, run, used);
	}
	append(j, &j->scratch, "\"", 1);
	put_key(j, key);
	put_raw(j, j->scratch.data, j->scratch.size);
}

void json_time(struct json *j, const char *key, uint64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;
	if (seconds == 0 || seconds > LAST_SECOND || (seconds != j->second && (gmtime_r(&when, &tm) == NULL
		|| strftime(j->second_text, sizeof(j->second_text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0))) {
		j->second = 0;
		json_null(j, key);
		return;
	}
	j->second = seconds;
	json_string(j, key, j->second_text);
}

/* Behind the others of the array in scratch; DS records are plain text. */
static void append_ds(struct json *j, const struct ds *ds)
{
	char text[DS_TEXT_SIZE + 2];
	size_t begin = j->scratch.size > 1;
	text[0] = ',';
	text[begin] = '"';
	ds_to_text(ds, text + begin + 1);
	append(j, &j->scratch, text, begin + 1 + strlen(text + begin + 1));
	append(j, &j->scratch, "\"", 1);
}

void json_ds_without(struct json *j, const char *key, const struct ds_set *set, const struct ds_set *without)
{
	put_key(j, key);
	j->scratch.size = 0;
	append(j, &j->scratch, "[", 1);
	for (size_t i = 0; i < set->count; i++) {
		if (without == NULL || !ds_set_has(without, &set->ds[i])) {
			append_ds(j, &set->ds[i]);
		}
	}
	append(j, &j->scratch, "]", 1);
	put_raw(j, j->scratch.data, j->scratch.size);
}

void json_ds_set(struct json *j, const char *key, const struct ds_set *set)
{
	json_ds_without(j, key, set, NULL);
}

/* The object is finished; 0, or the first error of it. */
static int end_object(struct json *j)
{
	if (j->depth != 0 || j->line.size == 0) {
		fail(j, ERR_ARG);
	}
	append(j, &j->line, "\n", 1);
	return j->error;
}

static void begin_again(struct json *j)
{
	yajl_gen_reset(j->gen, NULL);
	j->error = 0;
	j->depth = 0;
	j->line.size = 0;
}

int json_end_line(struct json *j, FILE *to)
{
	int rc = end_object(j);
	/* What is taken into the buffer is not yet out of it: fwrite alone is silent when its flush fails. */
	if (rc == 0 && (fwrite(j->line.data, 1, j->line.size, to) != j->line.size || ferror(to) != 0)) {
		rc = ERR_IO;
	}
	begin_again(j);
	return rc;
}

int json_end_text(struct json *j, struct text *out)
{
	int rc = end_object(j);
	rc = rc == 0 ? text_append(out, j->line.data, j->line.size) : rc;
	begin_again(j);
	return rc;
}
