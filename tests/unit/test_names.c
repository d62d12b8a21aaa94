/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain lists of names: what is a child, what is left out and why, what is no whole list. */
#include "registry/source/names.h"
#include "tests/unit/source_fixture.h"

struct told {
	char text[1024];
};

static void on_skip(void *user, const struct source_error *e)
{
	struct told *t = user;
	size_t used = strlen(t->text);
	snprintf(t->text + used, sizeof(t->text) - used, "%llu:%s\n", (unsigned long long)e->line, e->reason);
}

/* Everything as "line name " one after the other, then the error. */
static void read_all(const char *path, const char *origin, char out[1024], struct told *told, struct source_info *info)
{
	struct names *n = NULL;
	struct source_error e = { .reason = "" };
	const struct name zone = fixture_name(origin);
	out[0] = '\0';
	told->text[0] = '\0';
	*info = (struct source_info){ .records = 0 };
	int rc = names_open(path, &zone, &n, &e);
	bool end = false;
	while (rc == 0 && !end) {
		struct name child;
		char text[NAME_TEXT_SIZE];
		uint64_t line = 0;
		rc = names_next(n, on_skip, told, info, &child, &line, &end, &e);
		if (rc == 0 && !end) {
			name_to_text(&child, text);
			size_t used = strlen(out);
			snprintf(out + used, 1024 - used, "%llu %s ", (unsigned long long)line, text);
		}
	}
	if (rc != 0) {
		size_t used = strlen(out);
		snprintf(out + used, 1024 - used, "!%llu %s", (unsigned long long)e.line, e.reason);
	}
	names_close(n);
}

#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789"

static const struct {
	const char *text;
	const char *children;
	const char *skipped;
	unsigned records;
} lists[] = {
	{ "a.ch\nB.CH.\n", "1 a.ch. 2 b.ch. ", "", 2 },
	{ "# all of them\n\n  a.ch  # one\n\t\nb.ch#two\n", "3 a.ch. 5 b.ch. ", "", 2 },
	{ "a.ch\r\nb.ch\r\n", "1 a.ch. 2 b.ch. ", "", 2 },
	{ "xn--bcher-kva.ch\nes\\.caped.ch\n", "1 xn--bcher-kva.ch. 2 es\\.caped.ch. ", "", 2 },
	{ "a.ch\na.ch\n", "1 a.ch. 2 a.ch. ", "", 2 },
	{ "x.li\nch\n.\na.ch\n", "4 a.ch. ", "1:not below the parent\n2:not below the parent\n3:not below the parent\n", 4 },
	{ "a..ch\n" LONG ".ch\na.ch\n", "3 a.ch. ", "1:not a domain name\n2:not a domain name\n", 3 },
	{ "a.ch b.ch\nc.ch\n", "2 c.ch. ", "1:one name a line, and a comment behind #\n", 2 },
	/* What may be half of a list. */
	{ "a.ch\nb.ch", "1 a.ch. !2 the file ends inside a line: it is not whole; fetch it again", "", 1 },
	{ "a.ch\n#", "1 a.ch. !2 the file ends inside a line: it is not whole; fetch it again", "", 1 },
	{ "# none\n\n", "!0 no line of the list is a child of the parent", "", 0 },
	{ "a.li\n", "!0 no line of the list is a child of the parent", "1:not below the parent\n", 1 },
	{ "", "!0 is empty", "", 0 },
};

static void test_lists(void **state)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		char out[1024];
		struct told told;
		struct source_info info;
		read_all(file_text(*state, "list", lists[i].text), "ch.", out, &told, &info);
		if (strcmp(out, lists[i].children) != 0 || strcmp(told.text, lists[i].skipped) != 0
		    || info.records != lists[i].records) {
			fail_msg("%zu: \"%s\" \"%s\" %llu", i, out, told.text, (unsigned long long)info.records);
		}
	}
}

/* A NUL ends no line, and a line of any length is one line. */
static void test_odd(void **state)
{
	static const char nul[] = "a.ch\0.li\nb.ch\n";
	char out[1024];
	struct told told;
	struct source_info info;
	read_all(file_write(*state, "list", nul, sizeof(nul) - 1), "ch.", out, &told, &info);
	assert_string_equal(out, "2 b.ch. ");
	assert_string_equal(told.text, "1:one name a line, and a comment behind #\n");
	char *text = malloc(300000);
	assert_non_null(text);
	memset(text, 'x', 300000);
	memcpy(text + 299990, "\nb.ch\n", 6);
	read_all(file_write(*state, "list", text, 299996), "ch.", out, &told, &info);
	free(text);
	assert_string_equal(out, "2 b.ch. ");
	assert_string_equal(told.text, "1:not a domain name\n");
	size_t packed = 0;
	unsigned char *gzip = gzip_octets("a.ch\n", 5, &packed);
	read_all(file_write(*state, "list.gz", gzip, packed), "ch.", out, &told, &info);
	assert_string_equal(out, "1 a.ch. ");
	read_all(file_write(*state, "list.gz", gzip, packed - 3), "ch.", out, &told, &info);
	assert_non_null(strstr(out, "the gzip stream ends early"));
	free(gzip);
}

static void test_open(void **state)
{
	struct names *n = NULL;
	struct source_error e;
	const struct name none = { .size = 0 };
	assert_int_equal(names_open("-", &none, &n, &e), ERR_ARG);
	assert_string_equal(e.file, "standard input");
	assert_string_equal(e.reason, "a list of names does not tell of which zone it is; say so with --origin");
	const struct name ch = fixture_name("ch.");
	assert_int_equal(names_open(file_path(*state, "nowhere"), &ch, &n, &e), ERR_IO);
	assert_int_equal(names_open(NULL, &ch, &n, &e), ERR_ARG);
	assert_null(n);
	names_close(NULL);
	/* It is not opened as a file, but by the scanner. */
	struct source *source = NULL;
	const struct source_place place = { .path = "list", .format = SOURCE_NAMES, .origin = ch };
	assert_int_equal(source_open(&place, &source, &e), ERR_NOTFOUND);
	assert_null(source);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	fixture_make(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_open),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
