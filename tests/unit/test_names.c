/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of names, plain and FRED's: what is a child, what is left out and why, what is no whole list. */
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
static void read_as(enum source_format format, const char *path, char out[1024], struct told *told, struct source_info *info)
{
	struct names *n = NULL;
	struct source_error e = { .reason = "" };
	const struct source_place place = { .path = path, .format = format, .origin = fixture_name("ch.") };
	out[0] = '\0';
	told->text[0] = '\0';
	*info = (struct source_info){ .records = 0 };
	int rc = names_open(&place, "/tmp", &n, &e);
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

static void read_all(const char *path, char out[1024], struct told *told, struct source_info *info)
{
	read_as(SOURCE_NAMES, path, out, told, info);
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
		read_all(file_text(*state, "list", lists[i].text), out, &told, &info);
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
	read_all(file_write(*state, "list", nul, sizeof(nul) - 1), out, &told, &info);
	assert_string_equal(out, "2 b.ch. ");
	assert_string_equal(told.text, "1:one name a line, and a comment behind #\n");
	char *text = malloc(300000);
	assert_non_null(text);
	memset(text, 'x', 300000);
	memcpy(text + 299990, "\nb.ch\n", 6);
	read_all(file_write(*state, "list", text, 299996), out, &told, &info);
	free(text);
	assert_string_equal(out, "2 b.ch. ");
	assert_string_equal(told.text, "1:not a domain name\n");
	size_t packed = 0;
	unsigned char *gzip = gzip_octets("a.ch\n", 5, &packed);
	read_all(file_write(*state, "list.gz", gzip, packed), out, &told, &info);
	assert_string_equal(out, "1 a.ch. ");
	read_all(file_write(*state, "list.gz", gzip, packed - 3), out, &told, &info);
	assert_non_null(strstr(out, "the gzip stream ends early"));
	free(gzip);
}

#define CUT "the file ends inside a line: it is not whole; fetch it again"
#define NOBODY "!0 no line of the list is a child of the parent"
#define STRAY "what stands before any section: is this the input of FRED's cdnskey-scanner, which begins with [secure] or [insecure]?"

/* As cdnskey-scanner takes it (tests/unit/test_cdnskey_words.c), and each child once, by the first line that has it. */
static const struct {
	const char *text;
	const char *children;
	const char *skipped;
	unsigned records;
} freds[] = {
	{ "[insecure]\nns1.x.li c.ch a.ch\nns2.x.li a.ch\n[secure]\nb.ch C.ch\n", "2 a.ch. 5 b.ch. 2 c.ch. ", "", 5 },
	{ "[secure]\na.ch\nb.ch\n", "2 a.ch. 3 b.ch. ", "", 2 },
	{ "[secure]\r\n\n  b.ch \t a.ch \r\n", "3 a.ch. 3 b.ch. ", "", 2 },
	{ "[secure] x.ch\na.ch\n", "2 a.ch. ", "", 1 },
	{ "[insecure]\nx.ch\nns.ch a.ch\n", "3 a.ch. ", "", 1 },
	{ "[secure]\na..ch b.ch x.li ch\n", "2 b.ch. ", "2:not a domain name\n2:not below the parent\n2:not below the parent\n", 4 },
	/* No such input, or half of one. */
	{ "a.ch\n", "!1 " STRAY, "", 0 },
	{ "\n[Secure]\na.ch\n", "!2 " STRAY, "", 0 },
	{ "child,ns\na.ch,x.\n", "!1 " STRAY, "", 0 },
	{ "[secure]\na.ch\nb.ch", "!3 " CUT, "", 1 },
	{ "[secure]\na.ch ", "!2 " CUT, "", 1 },
	{ "[secure]", "!1 " CUT, "", 0 },
	{ "[secure]\n", NOBODY, "", 0 },
	{ "[insecure]\nns.x.li\n", NOBODY, "", 0 },
	{ "[secure]\na.li\n", NOBODY, "2:not below the parent\n", 1 },
	{ "", "!0 is empty", "", 0 },
};

static void test_fred(void **state)
{
	char out[1024];
	struct told told;
	struct source_info info;
	for (size_t i = 0; i < sizeof(freds) / sizeof(freds[0]); i++) {
		read_as(SOURCE_FRED, file_text(*state, "fred", freds[i].text), out, &told, &info);
		if (strcmp(out, freds[i].children) != 0 || strcmp(told.text, freds[i].skipped) != 0
		    || info.records != freds[i].records) {
			fail_msg("%zu: \"%s\" \"%s\" %llu", i, out, told.text, (unsigned long long)info.records);
		}
	}
	static const char nul[] = "[secure]\na.ch\0.li b.ch\n";
	read_as(SOURCE_FRED, file_write(*state, "fred", nul, sizeof(nul) - 1), out, &told, &info);
	assert_string_equal(out, "2 b.ch. ");
	assert_string_equal(told.text, "2:not a domain name\n");
	/* A name server of very many children has one line, longer than any buffer. */
	char *text = malloc(400000);
	assert_non_null(text);
	size_t used = (size_t)snprintf(text, 400000, "[insecure]\nns.x.li");
	for (unsigned i = 0; i < 30000; i++) {
		used += (size_t)snprintf(text + used, 400000 - used, " c%u.ch", i % 3);
	}
	text[used++] = '\n';
	read_as(SOURCE_FRED, file_write(*state, "fred", text, used), out, &told, &info);
	assert_string_equal(out, "2 c0.ch. 2 c1.ch. 2 c2.ch. ");
	assert_int_equal(info.records, 30000);
	memset(text + 20, 'x', 30000);
	read_as(SOURCE_FRED, file_write(*state, "fred", text, used), out, &told, &info);
	assert_string_equal(told.text, "2:not a domain name\n");
	free(text);
}

static void test_open(void **state)
{
	struct names *n = NULL;
	struct source_error e;
	struct source_place place = { .path = "-", .format = SOURCE_NAMES };
	assert_int_equal(names_open(&place, "/tmp", &n, &e), ERR_ARG);
	assert_string_equal(e.file, "standard input");
	assert_string_equal(e.reason, "a list of names does not tell of which zone it is; say so with --origin");
	place.origin = fixture_name("ch.");
	place.path = file_path(*state, "nowhere");
	assert_int_equal(names_open(&place, "/tmp", &n, &e), ERR_IO);
	place.path = NULL;
	assert_int_equal(names_open(&place, "/tmp", &n, &e), ERR_ARG);
	assert_null(n);
	names_close(NULL);
	place.format = SOURCE_FRED;
	/* It is not opened as a file, but by the scanner. */
	struct source *source = NULL;
	place.path = "list";
	assert_int_equal(source_open(&place, &source, &e), ERR_NOTFOUND);
	place.format = SOURCE_NAMES;
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
		cmocka_unit_test(test_fred),
		cmocka_unit_test(test_open),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
