/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a CSV file (RFC 4180), cut into fields, in constant memory. Private to registry/source. */
#pragma once

#include "registry/source/input.h"

#define CSV_FIELDS_MAX 16

struct csv_lines;

struct csv_line {
	uint64_t number;	/* 0: no more lines */
	/* What is wrong with its form, for people; NULL: nothing, and the fields are there. */
	const char *fault;
	size_t count;
	char *fields[CSV_FIELDS_MAX];	/* unquoted, terminated, to be written to; until the next call */
};

int csv_lines_open(const char *path, struct csv_lines **out, struct source_error *e);
/* The next line that is not empty. A negative return ends it: read errors, a line of no sensible length, an end inside a line. */
int csv_lines_next(struct csv_lines *c, struct csv_line *l, struct source_error *e);
const char *csv_lines_name(const struct csv_lines *c);
uint64_t csv_lines_written(const struct csv_lines *c);	/* as input_written */
void csv_lines_close(struct csv_lines *c);	/* NULL is fine */
/* Any but a tab: no column has a value with one. */
bool csv_has_control(const char *from, const char *to);
