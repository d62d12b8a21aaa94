/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: the first octet says which columns there are, the others are a row of PostgreSQL's COPY. What was cut lies in
 * the row, and written again it is cut into the same. */
#include <string.h>

#include "registry/source/copy_row.h"
#include "tests/fuzz/target.h"

static size_t write_value(char *to, const char *field, size_t size)
{
	size_t used = 0;
	if (field == NULL) {
		memcpy(to, "\\N", 2);
		return 2;
	}
	for (size_t i = 0; i < size; i++) {
		const char *at = memchr("\\\t\n", field[i], 3);
		if (at != NULL) {
			to[used++] = '\\';
		}
		to[used++] = at == NULL || *at == '\\' ? field[i] : *at == '\t' ? 't' : 'n';
	}
	return used;
}

/* NUL octets are in none: PostgreSQL has none in texts. */
static void check_again(const struct copy_row *row, const enum csv_column *columns, size_t count, size_t size)
{
	char *text = malloc(2 * size + 3 * CSV_COLUMNS + 1);
	struct copy_row again;
	size_t used = 0;
	HOLDS(text != NULL);
	for (size_t i = 0; i < count; i++) {
		used += write_value(text + used, row->fields[columns[i]], row->sizes[columns[i]]);
		text[used++] = i + 1 == count ? '\n' : '\t';
	}
	text[used] = '\0';
	HOLDS(copy_row_cut(text, columns, count, &again));
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		HOLDS((again.fields[c] == NULL) == (row->fields[c] == NULL) && again.sizes[c] == row->sizes[c]);
		HOLDS(row->fields[c] == NULL || memcmp(again.fields[c], row->fields[c], row->sizes[c] + 1) == 0);
	}
	free(text);
}

static void check_row(struct copy_row *row, const char *text, size_t size)
{
	static struct csv_row values;
	char reason[100];
	struct name origin;
	HOLDS(name_from_text("ch.", &origin) == 0);
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		const char *field = row->fields[c];
		HOLDS(field == NULL || (field >= text && field + row->sizes[c] < text + size && field[row->sizes[c]] == '\0'));
	}
	const char *fault = copy_row_fault(row, reason);
	HOLDS(fault == NULL || strchr(fault, ':') != NULL);
	if (fault == NULL && csv_row_read(&values, &origin, row->fields)) {
		HOLDS(values.host_count > 0 && name_is_within(&values.child, &origin));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum csv_column columns[CSV_COLUMNS];
	size_t count = 0;
	if (size == 0) {
		return 0;
	}
	for (unsigned c = 0; c < CSV_COLUMNS; c++) {
		if (c < CSV_GLUE || (data[0] >> (c - CSV_GLUE) & 1) != 0) {
			columns[count++] = (enum csv_column)c;
		}
	}
	char *text = malloc(size);
	HOLDS(text != NULL);
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	struct copy_row row;
	if (copy_row_cut(text, columns, count, &row)) {
		check_again(&row, columns, count, size);
		check_row(&row, text, size);
	}
	free(text);
	return 0;
}
