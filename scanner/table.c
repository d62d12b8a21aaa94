/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: a thin coat over libsmartcols, which itself would break cells in the middle of words. */
#include "scanner/table.h"

#include <libsmartcols.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "validate/wire/err.h"

#define COLUMNS_MAX 16
/* A cell goes on in the next line only beyond that. */
#define NARROWEST 16

struct table {
	struct libscols_table *scols;
	size_t columns;
	size_t rows;
	bool folds[COLUMNS_MAX];
	size_t widths[COLUMNS_MAX];	/* of the widest cell, or of the title */
};

static struct libscols_column *add_column(struct table *t, const char *title)
{
	bool right = title[0] == '>';
	bool folds = title[0] == '~';
	title += right || folds;
	struct libscols_column *c = scols_table_new_column(t->scols, title, 0, right ? SCOLS_FL_RIGHT : folds ? SCOLS_FL_WRAP : 0);
	if (c != NULL && folds && (scols_column_set_safechars(c, "\n") != 0 ||
	    scols_column_set_wrapfunc(c, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL) != 0)) {
		return NULL;
	}
	t->folds[t->columns] = folds;
	t->widths[t->columns++] = strlen(title);
	return c;
}

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
	for (; titles[t->columns] != NULL;) {
		if (t->columns == COLUMNS_MAX || add_column(t, titles[t->columns]) == NULL) {
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
		size_t width = strlen(cells[i]);
		t->widths[i] = width > t->widths[i] ? width : t->widths[i];
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

/* ---- cells that go on in the next line */

/* What fits of a text: up to a blank, else behind a dot, a slash, a comma or a hyphen, else as much as there is room. */
static size_t fold_at(const char *text, size_t room)
{
	for (size_t i = room + 1; i > 0; i--) {
		if (text[i - 1] == ' ') {
			return i - 1;
		}
	}
	for (size_t i = room; i > room / 2; i--) {
		if (strchr("./,-", text[i - 1]) != NULL) {
			return i;
		}
	}
	return room;
}

/* NULL: out of memory. */
static char *fold(const char *text, size_t room)
{
	size_t size = strlen(text);
	char *out = malloc(2 * size + 1);
	size_t used = 0;
	if (out == NULL) {
		return NULL;
	}
	while (strlen(text) > room) {
		size_t n = fold_at(text, room);
		n = n == 0 ? room : n;
		memcpy(out + used, text, n);
		used += n;
		text += n + (text[n] == ' ');
		out[used++] = '\n';
	}
	memcpy(out + used, text, strlen(text) + 1);
	return out;
}

static int fold_column(struct table *t, size_t column)
{
	for (size_t i = 0; i < t->rows; i++) {
		struct libscols_line *line = scols_table_get_line(t->scols, i);
		struct libscols_cell *cell = line == NULL ? NULL : scols_line_get_cell(line, column);
		const char *text = cell == NULL ? NULL : scols_cell_get_data(cell);
		char *folded = text == NULL ? NULL : fold(text, t->widths[column]);
		if (text != NULL && (folded == NULL || scols_cell_refer_data(cell, folded) != 0)) {
			free(folded);
			return ERR_NOMEM;
		}
	}
	return ERR_OK;
}

/* The widest of those that may become narrower. */
static size_t widest(const struct table *t)
{
	size_t found = t->columns;
	for (size_t i = 0; i < t->columns; i++) {
		if (t->folds[i] && t->widths[i] > NARROWEST && (found == t->columns || t->widths[i] > t->widths[found])) {
			found = i;
		}
	}
	return found;
}

/* Into the terminal, if there is one; a program reads the cells as they are, and so does who has a terminal that is too narrow
 * for all that is in one piece. */
static int fit(struct table *t)
{
	struct winsize size;
	size_t total = t->columns - 1;
	bool narrowed[COLUMNS_MAX] = { false };
	if (isatty(STDOUT_FILENO) == 0 || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
		return ERR_OK;
	}
	for (size_t i = 0; i < t->columns; i++) {
		total += t->widths[i];
	}
	for (size_t i; total > size.ws_col && (i = widest(t)) < t->columns; total--) {
		t->widths[i]--;
		narrowed[i] = true;
	}
	int ret = ERR_OK;
	for (size_t i = 0; i < t->columns && ret == ERR_OK && total <= size.ws_col; i++) {
		ret = narrowed[i] ? fold_column(t, i) : ERR_OK;
	}
	return ret;
}

int table_print(struct table *t)
{
	int ret = fit(t);
	return ret != ERR_OK ? ret : scols_print_table(t->scols) == 0 ? ERR_OK : ERR_IO;
}

void table_free(struct table *t)
{
	if (t != NULL) {
		scols_unref_table(t->scols);
		free(t);
	}
}
