/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row in the text format of PostgreSQL's COPY, cut into the values of its columns. Private to registry/source. */
#pragma once

#include "registry/source/csv_row.h"

/* Octets of one value. */
#define COPY_VALUE_MAX (256 * 1024)

struct copy_row {
	/* By column: terminated, to be written to, in the text of the row. NULL: NULL, or no such column. */
	char *fields[CSV_COLUMNS];
	size_t sizes[CSV_COLUMNS];
};

/* text: the row with its line feed, terminated; written to. columns: those it has, in their order, each once. false: it is not
 * in that form. */
bool copy_row_cut(char *text, const enum csv_column *columns, size_t count, struct copy_row *out);
/* What a line of CSV cannot have, and csv_row_read does not look at: in reason, with the column first. NULL: nothing. */
const char *copy_row_fault(const struct copy_row *row, char reason[100]);
