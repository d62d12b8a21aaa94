/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables for people, with libsmartcols: fitted to the terminal, whole when piped. */
#pragma once

#include <stddef.h>

struct table;

/* Titles end with NULL. A title starting with '>' is right-aligned; the cells of one starting with '~' go on in the next line where
 * the terminal is too narrow. NULL when out of memory. */
struct table *table_new(const char *const *titles);
/* One cell for each title; copied. */
int table_row(struct table *t, const char *const *cells);
size_t table_rows(const struct table *t);
/* Prints to stdout. */
int table_print(struct table *t);
void table_free(struct table *t);
