/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a CSV file: what each may hold. Nothing of a line is taken unless all of it can be. */
#include "registry/source/csv_row.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/time_text.h"

/* A DS RRset without a TTL of its own has that of records without one in a master file. */
#define DS_TTL 3600
/* RFC 2181 section 8. */
#define DS_TTL_MAX 0x7fffffff
#define BLANKS " \t"

__attribute__((format(printf, 2, 3)))
static bool refuse(struct csv_row *row, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(row->reason, sizeof(row->reason), format, args);
	va_end(args);
	return false;
}

/* The next word of a list, terminated; NULL: no more. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, BLANKS);
	if (*word == '\0') {
		return NULL;
	}
	char *end = word + strcspn(word, BLANKS);
	*at = *end == '\0' ? end : end + 1;
	*end = '\0';
	return word;
}

/* The only word of a field; NULL: there is none, or another. */
static char *only_word(char *text)
{
	char *word = next_word(&text);
	return word != NULL && next_word(&text) == NULL ? word : NULL;
}

static bool is_ascii(const char *text)
{
	while (*text != '\0' && (unsigned char)*text < 0x80) {
		text++;
	}
	return *text == '\0';
}

static bool take_name(struct csv_row *row, const char *text, struct name *out)
{
	if (!is_ascii(text)) {
		return refuse(row, "\"%.80s\" has octets that are not ASCII; names are written as in the DNS (xn--...)", text);
	}
	return name_from_text(text, out) == 0 || refuse(row, "\"%.80s\" is not a domain name", text);
}

static bool take_child(struct csv_row *row, const struct name *origin, char *text)
{
	const char *word = only_word(text);
	char zone[NAME_TEXT_SIZE];
	if (word == NULL) {
		return refuse(row, "takes one domain name");
	}
	if (!take_name(row, word, &row->child)) {
		return false;
	}
	if (!name_is_within(&row->child, origin) || name_equal(&row->child, origin)) {
		name_to_text(origin, zone);
		return refuse(row, "%.80s is not below %.80s", word, zone);
	}
	return true;
}

static bool take_ns(struct csv_row *row, char *text)
{
	for (const char *word = next_word(&text); word != NULL; word = next_word(&text)) {
		if (row->host_count == LIMIT_NS_HOSTS) {
			return refuse(row, "has more than %d name servers", LIMIT_NS_HOSTS);
		}
		if (!take_name(row, word, &row->hosts[row->host_count])) {
			return false;
		}
		row->host_count++;
	}
	return row->host_count > 0 || refuse(row, "has no name server");
}

static bool find_host(const struct csv_row *row, const struct name *name, size_t *at)
{
	for (*at = 0; *at < row->host_count; ++*at) {
		if (name_equal(&row->hosts[*at], name)) {
			return true;
		}
	}
	return false;
}

static bool take_glue(struct csv_row *row, char *text)
{
	for (char *word = next_word(&text); word != NULL; word = next_word(&text)) {
		struct csv_glue *glue = &row->glue[row->glue_count];
		struct name host;
		char *address = strrchr(word, '=');
		if (row->glue_count == sizeof(row->glue) / sizeof(row->glue[0])) {
			return refuse(row, "has more than %zu addresses", row->glue_count);
		}
		if (address == NULL) {
			return refuse(row, "takes HOST=ADDRESS, not \"%.80s\"", word);
		}
		*address++ = '\0';
		if (!take_name(row, word, &host)) {
			return false;
		}
		if (!find_host(row, &host, &glue->host)) {
			return refuse(row, "%.80s is not one of the name servers in this line", word);
		}
		if (address_from_text(address, &glue->address) != 0) {
			return refuse(row, "\"%.60s\" is not an address", address);
		}
		row->glue_count++;
	}
	return true;
}

/* With the word, as without the column, the registry does not tell, and of an unknown DS set nothing follows. */
static bool take_ds(struct csv_row *row, char *text)
{
	char *at = text + strspn(text, BLANKS);
	row->ds_known = strcmp(text, "unknown") != 0;
	if (*at == '\0' || !row->ds_known) {
		return true;
	}
	while (at != NULL) {
		char *item = at;
		at = strchr(item, ';');
		if (at != NULL) {
			*at++ = '\0';
		}
		if (row->ds_count == LIMIT_DS) {
			return refuse(row, "has more than %d records", LIMIT_DS);
		}
		struct ds *ds = &row->ds[row->ds_count];
		if (ds_from_text(item, ds) != 0) {
			return refuse(row, "takes TAG ALGORITHM TYPE DIGEST, more of them behind \";\", or unknown, not \"%.60s\"", item);
		}
		if (!ds_is_wellformed(ds)) {
			return refuse(row, "the digest of \"%.60s\" does not have the length of its type", item);
		}
		row->ds_count++;
	}
	return true;
}

static bool take_ttl(struct csv_row *row, char *text)
{
	if (text[strspn(text, BLANKS)] == '\0') {
		return true;
	}
	const char *word = only_word(text);
	uint64_t value = 0;
	for (const char *at = word; at != NULL && *at != '\0' && value <= DS_TTL_MAX; at++) {
		value = *at >= '0' && *at <= '9' ? value * 10 + (uint64_t)(*at - '0') : UINT64_MAX;
	}
	if (word == NULL || value > DS_TTL_MAX) {
		return refuse(row, "takes seconds, 0 to %d", DS_TTL_MAX);
	}
	row->ds_ttl = (uint32_t)value;
	return true;
}

static bool take_flags(struct csv_row *row, char *text)
{
	static const struct {
		const char *word;
		enum delegation_flag flag;
	} flags[] = {
		{ "opted-out", DELEGATION_OPTED_OUT },
		{ "registrar-automates", DELEGATION_REGISTRAR_AUTOMATES },
		{ "registrar-no-disable", DELEGATION_REGISTRAR_NO_DISABLE },
		{ "registry-lock", DELEGATION_REGISTRY_LOCK },
		{ "registrar-lock", DELEGATION_REGISTRAR_LOCK },
		{ "not-published", DELEGATION_NOT_PUBLISHED },
	};
	const size_t count = sizeof(flags) / sizeof(flags[0]);
	for (const char *word = next_word(&text); word != NULL; word = next_word(&text)) {
		size_t i = 0;
		while (i < count && strcmp(word, flags[i].word) != 0) {
			i++;
		}
		if (i == count) {
			/* Not knowing what it forbids, the child is better left alone. */
			return refuse(row, "there is no flag \"%.60s\"", word);
		}
		row->facts.flags |= flags[i].flag;
	}
	return true;
}

static bool take_text(struct csv_row *row, const char *text, const char **out)
{
	if (strlen(text) >= LIMIT_LABEL_TEXT || !is_ascii(text) || strchr(text, '\t') != NULL) {
		return refuse(row, "takes at most %d printable ASCII characters", LIMIT_LABEL_TEXT - 1);
	}
	*out = text;
	return true;
}

static bool take_time(struct csv_row *row, char *text)
{
	uint64_t seconds;
	if (text[strspn(text, BLANKS)] == '\0') {
		return true;
	}
	const char *word = only_word(text);
	if (word == NULL || time_from_text(word, &seconds) != 0) {
		return refuse(row, "takes a time in UTC such as 2026-11-21T02:00:00Z, or seconds since 1970");
	}
	row->facts.manual_change = (uint32_t)seconds;
	return true;
}

static bool take(struct csv_row *row, const struct name *origin, enum csv_column column, char *text)
{
	switch (column) {
	case CSV_CHILD:
		return take_child(row, origin, text);
	case CSV_NS:
		return take_ns(row, text);
	case CSV_GLUE:
		return take_glue(row, text);
	case CSV_DS:
		return take_ds(row, text);
	case CSV_DS_TTL:
		return take_ttl(row, text);
	case CSV_FLAGS:
		return take_flags(row, text);
	case CSV_REGISTRAR:
		return take_text(row, text, &row->facts.registrar);
	case CSV_REGISTRATION:
		return take_text(row, text, &row->facts.registration);
	default:
		return take_time(row, text);
	}
}

static const char *const names[CSV_COLUMNS] = { "child", "ns", "glue", "ds", "ds-ttl", "flags", "registrar", "registration",
	"manual-change" };

const char *csv_column_name(enum csv_column c)
{
	return (unsigned)c < CSV_COLUMNS ? names[c] : NULL;
}

bool csv_column_is_required(enum csv_column c)
{
	return c == CSV_CHILD || c == CSV_NS;
}

bool csv_row_read(struct csv_row *row, const struct name *origin, char *const fields[CSV_COLUMNS])
{
	row->host_count = 0;
	row->glue_count = 0;
	row->ds_known = false;
	row->ds_count = 0;
	row->ds_ttl = DS_TTL;
	row->facts = (struct source_facts){ .registrar = "", .registration = "" };
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		if (fields[c] != NULL && !take(row, origin, (enum csv_column)c, fields[c])) {
			char reason[sizeof(row->reason)];
			memcpy(reason, row->reason, sizeof(reason));
			snprintf(row->reason, sizeof(row->reason), "%s: %.160s", names[c], reason);
			return false;
		}
	}
	return true;
}

static int deliver_ds(const struct csv_row *row, source_sink *sink, void *user)
{
	struct source_record out = { .kind = SOURCE_DS, .owner = &row->child, .ttl = row->ds_ttl };
	int rc = row->ds_known ? 0 : sink(user, &out);
	for (size_t i = 0; rc == 0 && i < row->ds_count; i++) {
		out.ds = &row->ds[i];
		rc = sink(user, &out);
	}
	return rc;
}

int csv_row_deliver(const struct csv_row *row, source_sink *sink, void *user)
{
	const struct source_record facts = { .kind = SOURCE_FACTS, .owner = &row->child, .facts = &row->facts };
	int rc = sink(user, &facts);
	for (size_t i = 0; rc == 0 && i < row->host_count; i++) {
		const struct source_record out = { .kind = SOURCE_NS, .owner = &row->child, .host = &row->hosts[i] };
		rc = sink(user, &out);
	}
	for (size_t i = 0; rc == 0 && i < row->glue_count; i++) {
		const struct csv_glue *glue = &row->glue[i];
		const struct source_record out = { .kind = SOURCE_ADDRESS, .owner = &row->hosts[glue->host],
			.address = &glue->address };
		rc = sink(user, &out);
	}
	return rc == 0 ? deliver_ds(row, sink, user) : rc;
}
