/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables: folded into a terminal, whole for whoever reads them from a pipe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/table.h"
#include "validate/wire/err.h"

#define CHILD "a-label-that-is-long.another-label-that-is-long-too.and-a-third-one.example."
#define ID "00112233-4455-6677-8899-aabbccddeeff/1/42"

/* What is printed of a table with these two rows. fd: of the other end. */
static void print(int to, int from, char *text, size_t room)
{
	static const char *const titles[] = { "~CHILD", ">COUNT", "~MEANING", "ID", NULL };
	static const char *const rows[][4] = {
		{ CHILD, "1", "More children than the policy allows would change; nothing goes out.", ID },
		{ "b.example.", "200", "short", "x" },
	};
	struct table *t = table_new(titles);
	assert_non_null(t);
	assert_int_equal(table_row(t, rows[0]), ERR_OK);
	assert_int_equal(table_row(t, rows[1]), ERR_OK);
	assert_int_equal(table_rows(t), 2);
	fflush(stdout);
	int kept = dup(STDOUT_FILENO);
	assert_true(kept >= 0 && dup2(to, STDOUT_FILENO) >= 0);
	int ret = table_print(t);
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	assert_int_equal(ret, ERR_OK);
	table_free(t);
	size_t used = 0;
	struct pollfd ready = { .fd = from, .events = POLLIN };
	while (used < room - 1 && poll(&ready, 1, 0) > 0 && (ready.revents & POLLIN) != 0) {
		ssize_t n = read(from, text + used, room - 1 - used);
		if (n <= 0) {
			break;
		}
		used += (size_t)n;
	}
	text[used] = '\0';
}

/* On a terminal of that many columns, without the carriage returns of its line discipline. */
static void print_on_terminal(unsigned short columns, char *text, size_t room)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int from, to;
	assert_int_equal(openpty(&from, &to, NULL, NULL, &size), 0);
	print(to, from, text, room);
	close(to);
	close(from);
	char *end = text;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c != '\r') {
			*end++ = *c;
		}
	}
	*end = '\0';
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		size_t used = n;
		while (used > 0 && text[used - 1] == ' ') {
			used--;
		}
		longest = used > longest ? used : longest;
		text += n + (text[n] == '\n');
	}
	return longest;
}

/* The characters of the first columns of all lines, one behind the other. */
static void join(const char *text, size_t from, size_t columns, char *out)
{
	size_t used = 0;
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");
		for (size_t i = from; i < n && i < from + columns; i++) {
			if (text[i] != ' ') {
				out[used++] = text[i];
			}
		}
		text += n + (text[n] == '\n');
	}
	out[used] = '\0';
}

static void test_piped(void **state)
{
	(void)state;
	char text[4096];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	print(ends[1], ends[0], text, sizeof(text));
	close(ends[0]);
	close(ends[1]);
	assert_non_null(strstr(text, CHILD "     1 More children than the policy allows would change; nothing goes out. " ID "\n"));
	assert_int_equal(strcspn(text, "\n"), strlen("CHILD") + strlen(CHILD) - 5 + 1 + 5 + 1 + 68 + 1 + 2);
}

static void test_wide_terminal(void **state)
{
	(void)state;
	char text[4096];
	print_on_terminal(250, text, sizeof(text));
	assert_non_null(strstr(text, CHILD "     1 More children than the policy allows would change; nothing goes out. " ID));
}

static void test_narrow_terminal(void **state)
{
	(void)state;
	static const unsigned short columns[] = { 120, 100, 85 };
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		char text[4096], all[4096];
		print_on_terminal(columns[i], text, sizeof(text));
		if (longest_line(text) > columns[i]) {
			fail_msg("%u columns:\n%s", columns[i], text);
		}
		/* Nothing is lost, and what is no sentence and no name stays in one piece. */
		const char *count = strstr(text, ">COUNT") == NULL ? strstr(text, "COUNT") : NULL;
		assert_non_null(count);
		join(text, 0, (size_t)(count - text), all);
		assert_string_equal(all, "CHILD" CHILD "b.example.");
		assert_non_null(strstr(text, ID));
		/* Names go on behind a dot, sentences between words. */
		assert_null(strstr(text, "poli\n"));
		assert_non_null(strstr(text, "\nb.example. "));
	}
}

/* One that cannot be fitted in is printed as it is. */
static void test_too_narrow(void **state)
{
	(void)state;
	char text[4096];
	print_on_terminal(80, text, sizeof(text));
	assert_non_null(strstr(text, CHILD "     1 More children than the policy allows would change; nothing goes out. " ID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_piped),
		cmocka_unit_test(test_wide_terminal),
		cmocka_unit_test(test_narrow_terminal),
		cmocka_unit_test(test_too_narrow),
	};
	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
