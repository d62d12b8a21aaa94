/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of PostgreSQL's COPY: each value is what it was, NULL is not empty, and what has another form is no row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/source/copy_row.h"

static const enum csv_column columns[] = { CSV_NS, CSV_CHILD, CSV_DS };

static const struct {
	const char *name, *text;
	bool cut;
	const char *ns, *child, *ds;
	const char *fault;		/* NULL: none */
} rows[] = {
	{ "values", "x y\ta.ch\t1 13 2 AB\n", true, "x y", "a.ch", "1 13 2 AB", NULL },
	{ "NULL", "x\ta.ch\t\\N\n", true, "x", "a.ch", NULL, NULL },
	{ "empty is not NULL (A-09)", "x\ta.ch\t\n", true, "x", "a.ch", "", NULL },
	{ "a backslash and an N", "x\ta.ch\t\\\\N\n", true, "x", "a.ch", "\\N", NULL },
	{ "NULL has nothing behind it", "x\ta.ch\t\\NN\n", true, "x", "a.ch", "NN", NULL },
	{ "all NULL", "\\N\t\\N\t\\N\n", true, NULL, NULL, NULL, "child: is NULL" },
	{ "a NULL that must be there", "\\N\ta.ch\t\n", true, NULL, "a.ch", "", "ns: is NULL" },
	{ "backslashes", "a\\\\b\ta\\.ch\t\\x\n", true, "a\\b", "a.ch", "x", NULL },
	{ "a tab within", "x\\ty\ta.ch\t\n", true, "x\ty", "a.ch", "", NULL },
	{ "a line feed within", "x\\ny\ta.ch\t\n", true, "x\ny", "a.ch", "", "ns: there is a control character" },
	{ "control characters", "x\ta.ch\t\\b\\f\\r\\v\n", true, "x", "a.ch", "\b\f\r\v", "ds: there is a control character" },
	{ "two values", "x\ta.ch\n", false, NULL, NULL, NULL, NULL },
	{ "four values", "x\ta.ch\t\t\n", false, NULL, NULL, NULL, NULL },
	{ "no end", "x\ta.ch\tds", false, NULL, NULL, NULL, NULL },
	{ "an end that is none", "x\ta.ch\tds\\\n", false, NULL, NULL, NULL, NULL },
	{ "more behind the end", "x\ta.ch\tds\nx", false, NULL, NULL, NULL, NULL },
	{ "a backslash at the end", "x\ta.ch\tds\\", false, NULL, NULL, NULL, NULL },
	{ "nothing", "", false, NULL, NULL, NULL, NULL },
};

static void expect_text(const char *name, const char *got, const char *wanted)
{
	if ((got == NULL) != (wanted == NULL) || (got != NULL && strcmp(got, wanted) != 0)) {
		fail_msg("%s: \"%s\" and not \"%s\"", name, got == NULL ? "NULL" : got, wanted == NULL ? "NULL" : wanted);
	}
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];
		char reason[100] = "";
		struct copy_row row;
		snprintf(text, sizeof(text), "%s", rows[i].text);
		if (copy_row_cut(text, columns, 3, &row) != rows[i].cut) {
			fail_msg("%s: %s", rows[i].name, rows[i].cut ? "not cut" : "cut");
		}
		if (!rows[i].cut) {
			continue;
		}
		expect_text(rows[i].name, row.fields[CSV_NS], rows[i].ns);
		expect_text(rows[i].name, row.fields[CSV_CHILD], rows[i].child);
		expect_text(rows[i].name, row.fields[CSV_DS], rows[i].ds);
		assert_null(row.fields[CSV_FLAGS]);
		expect_text(rows[i].name, copy_row_fault(&row, reason), rows[i].fault);
	}
}

static void test_sizes(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		const size_t size = COPY_VALUE_MAX + more;
		char *text = malloc(size + 16);
		char reason[100];
		struct copy_row row;
		assert_non_null(text);
		memset(text, 'x', size);
		strcpy(text + size, "\ta.ch\t\n");
		assert_true(copy_row_cut(text, columns, 3, &row));
		assert_int_equal(row.sizes[CSV_NS], size);
		expect_text("size", copy_row_fault(&row, reason), more == 0 ? NULL : "ns: is longer than 262144 octets");
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
