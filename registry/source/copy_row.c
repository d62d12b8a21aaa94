/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tabs between values, a line feed behind the last one, a backslash before what would be taken for either; \N is NULL. */
#include "registry/source/copy_row.h"

#include <stdio.h>
#include <string.h>

#include "registry/source/csv_line.h"

/* What stands behind a backslash. */
static char unescape(char c)
{
	static const char from[] = "bfnrtv";
	static const char to[] = "\b\f\n\r\t\v";
	const char *at = strchr(from, c);
	return at == NULL || c == '\0' ? c : to[at - from];
}

/* One value, in its place; its size, and what stands behind it. NULL: the value is NULL. */
static char *cut_value(char **at, size_t *size)
{
	char *value = *at;
	char *to = value;
	char *from = value;
	bool is_null = strncmp(from, "\\N", 2) == 0 && (from[2] == '\t' || from[2] == '\n');
	for (; *from != '\t' && *from != '\n' && *from != '\0'; from++) {
		if (*from == '\\' && from[1] != '\0') {
			*to++ = unescape(*++from);
		} else {
			*to++ = *from;
		}
	}
	*at = from;
	*size = (size_t)(to - value);
	return is_null ? NULL : value;
}

bool copy_row_cut(char *text, const enum csv_column *columns, size_t count, struct copy_row *out)
{
	*out = (struct copy_row){ .sizes = { 0 } };
	for (size_t i = 0; i < count; i++) {
		const enum csv_column c = columns[i];
		out->fields[c] = cut_value(&text, &out->sizes[c]);
		if (*text != (i + 1 == count ? '\n' : '\t')) {
			return false;
		}
		text++;
		/* Where it ends, what ended it may have stood. */
		if (out->fields[c] != NULL) {
			out->fields[c][out->sizes[c]] = '\0';
		}
	}
	return *text == '\0';
}

const char *copy_row_fault(const struct copy_row *row, char reason[100])
{
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		const char *field = row->fields[c];
		const char *name = csv_column_name((enum csv_column)c);
		if (field == NULL && csv_column_is_required((enum csv_column)c)) {
			snprintf(reason, 100, "%s: is NULL", name);
			return reason;
		}
		if (field != NULL && row->sizes[c] > COPY_VALUE_MAX) {
			snprintf(reason, 100, "%s: is longer than %d octets", name, COPY_VALUE_MAX);
			return reason;
		}
		if (field != NULL && csv_has_control(field, field + row->sizes[c])) {
			snprintf(reason, 100, "%s: there is a control character", name);
			return reason;
		}
	}
	return NULL;
}
