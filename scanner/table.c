/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a thin coat over libsmartcols. */
#include "scanner/table.h"

#include <libsmartcols.h>
#include <stdlib.h>

#include "validate/wire/err.h"

struct table {
	struct libscols_table *scols;
	size_t columns;
	size_t rows;
};

struct table *table_new(const char *const *titles)
{
	struct table *t = calloc(1, sizeof(*t));
	if (t == NULL) {
		return NULL;
	}
	scols_init_debug(0);
	t->scols = scols_new_table();
	if (t->scols == NULL) {
		free(t);
		return NULL;
	}
	for (; titles[t->columns] != NULL; t->columns++) {
		const char *title = titles[t->columns];
		int flags = title[0] == '>' ? SCOLS_FL_RIGHT : 0;
		if (scols_table_new_column(t->scols, title + (title[0] == '>'), 0, flags) == NULL) {
			table_free(t);
			return NULL;
		}
	}
	return t;
}

int table_row(struct table *t, const char *const *cells)
{
	struct libscols_line *line = scols_table_new_line(t->scols, NULL);
	if (line == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < t->columns; i++) {
		if (scols_line_set_data(line, i, cells[i]) != 0) {
			return ERR_NOMEM;
		}
	}
	t->rows++;
	return ERR_OK;
}

size_t table_rows(const struct table *t)
{
	return t->rows;
}

int table_print(struct table *t)
{
	return scols_print_table(t->scols) == 0 ? ERR_OK : ERR_IO;
}

void table_free(struct table *t)
{
	if (t != NULL) {
		scols_unref_table(t->scols);
		free(t);
	}
}
