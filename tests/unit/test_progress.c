/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Progress: the line, with what was done before left out of the pace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "scanner/progress.h"

static void lines(void **state)
{
	(void)state;
	static const struct {
		uint64_t base, done, total, passed_ms;
		const char *text;
	} rows[] = {
		{ 0, 0, 0, 0, "walk: 0, 0/s" },
		{ 0, 1000, 0, 2000, "walk: 1000, 500/s" },
		{ 0, 250, 1000, 1000, "walk: 250 of 1000 (25 %), 250/s, 3 s left" },
		{ 0, 1000, 1000, 1000, "walk: 1000 of 1000 (100 %), 1000/s" },
		/* More than was thought: a child of another count. */
		{ 0, 1001, 1000, 1000, "walk: 1001 of 1000 (100 %), 1001/s" },
		/* Resumed: the pace is that of this process. */
		{ 500000, 500100, 501100, 1000, "walk: 500100 of 501100 (99 %), 100/s, 10 s left" },
		{ 500000, 500000, 501100, 1000, "walk: 500000 of 501100 (99 %), 0/s" },
		{ 0, 100, 100100, 100000, "walk: 100 of 100100 (0 %), 1/s, 27 h 46 min left" },
		{ 0, 100, 10000, 2000, "walk: 100 of 10000 (1 %), 50/s, 3 min 18 s left" },
		/* Slower than one a second is not for ever. */
		{ 0, 1, 3, 5000, "walk: 1 of 3 (33 %), 0/s, 10 s left" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct progress p = { .base = rows[i].base };
		char text[PROGRESS_TEXT];
		progress_text(&p, "walk", rows[i].done, rows[i].total, rows[i].passed_ms, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void longest_line_fits(void **state)
{
	(void)state;
	struct progress p = { .base = 0 };
	char text[PROGRESS_TEXT];
	char what[200];
	memset(what, 'w', sizeof(what) - 1);
	what[sizeof(what) - 1] = '\0';
	progress_text(&p, what, UINT64_MAX / 2000, UINT64_MAX, 1, text);
	assert_true(strlen(text) < PROGRESS_TEXT - 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(longest_line_fits),
	};
	return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
