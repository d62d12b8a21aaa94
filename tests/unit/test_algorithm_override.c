/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The override of the algorithm table: what is taken, every sentence by which something is not, and what it changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/algorithms.h"
#include "scanner/command.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define VERSION "version: 2026-12-01 a test\n"
#define KEYS "; there are version, algorithms, digests"
#define ALGORITHM_KEYS \
	"; there are mnemonic, use-for-signing, use-for-validation, implement-for-signing, implement-for-validation"
#define DIGEST_KEYS \
	"; there are mnemonic, use-for-delegation, use-for-validation, implement-for-delegation, implement-for-validation"
#define LEVELS "; there are MUST NOT, NOT RECOMMENDED, MAY, RECOMMENDED, MUST"
#define WANTED "version takes a date and a source, such as \"2026-11-21 registry of example\""
#define MISSING "version is missing: a date and a source, such as \"2026-11-21 registry of example\""
#define ROW VERSION "algorithms:\n  8:\n    "
#define A40 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static int set_up(void **state)
{
	*state = arena_new();
	return *state == NULL ? -1 : 0;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

/* Text, the place of the fault, the whole sentence. */
static const struct refusal {
	const char *text;
	size_t line, column;
	const char *reason;
} refusals[] = {
	/* No such file at all. */
	{ "", 1, 1, "it is empty; it takes version, algorithms and digests" },
	{ "# a remark\n", 1, 1, "it is empty; it takes version, algorithms and digests" },
	{ "version", 1, 1, "the file takes a mapping of version, algorithms and digests" },
	{ "- version\n", 1, 1, "the file takes a mapping of version, algorithms and digests" },
	{ VERSION "algorithms: {8: {}\n", 3, 1, "it is no YAML: did not find expected ',' or '}'" },
	{ VERSION "\tdigests: {}\n", 2, 1, "it is no YAML: found a tab character that violates indentation" },
	{ VERSION "# \xff\n", 2, 3, "it is no UTF-8 text: invalid leading UTF-8 octet" },
	{ VERSION "# \x01\n", 2, 3, "it is no UTF-8 text: control characters are not allowed" },
	{ "v\0e\0r\0", 1, 2, "it is no UTF-8 text: control characters are not allowed" },
	{ VERSION "---\n" VERSION, 2, 1, "a second document begins; one is all it may have" },
	{ VERSION "...\n---\n", 3, 1, "a second document begins; one is all it may have" },
	/* Aliases, anchors, tags. */
	{ VERSION "algorithms: &a {}\n", 2, 13, "anchors and aliases are not taken" },
	{ VERSION "algorithms: {8: &a {}, 13: *a}\n", 2, 17, "anchors and aliases are not taken" },
	{ VERSION "digests: *a\n", 2, 10, "anchors and aliases are not taken" },
	{ "version: &a 2026-12-01 a test\n", 1, 10, "anchors and aliases are not taken" },
	{ "? &a [version]\n: x\n", 1, 3, "anchors and aliases are not taken" },
	{ "version: !!str 2026-12-01 a test\n", 1, 10, "tags are not taken" },
	{ "!mine\n" VERSION, 1, 1, "tags are not taken" },
	{ VERSION "digests: !!map {}\n", 2, 10, "tags are not taken" },
	{ VERSION "digests: !!set [2]\n", 2, 10, "tags are not taken" },
	/* The version. */
	{ "algorithms: {}\n", 1, 1, MISSING },
	{ "\n\n{}\n", 3, 1, MISSING },
	{ "version:\n", 1, 9, "version takes 1 to 160 printable ASCII characters, no blanks around them" },
	{ "version: ''\n", 1, 10, "version takes 1 to 160 printable ASCII characters, no blanks around them" },
	{ "version: '2026-12-01 a test '\n", 1, 10, "version takes 1 to 160 printable ASCII characters, no blanks around them" },
	{ "version: \"2026-12-01 a\\ttest\"\n", 1, 10, "version takes 1 to 160 printable ASCII characters, no blanks around them" },
	{ "version: 2026-12-01 " A40 A40 A40 A40 "\n", 1, 10,
		"version takes 1 to 160 printable ASCII characters, no blanks around them" },
	{ "version: 2026-12-01\n", 1, 10, WANTED },
	{ "version: 2026-12-01x\n", 1, 10, WANTED },
	{ "version: 2026-12-01-a\n", 1, 10, WANTED },
	{ "version: 2026-02-29 a test\n", 1, 10, WANTED },
	{ "version: 2026-13-01 a test\n", 1, 10, WANTED },
	{ "version: 26-12-01 a test\n", 1, 10, WANTED },
	{ "version: a test of 2026\n", 1, 10, WANTED },
	{ "version: [2026-12-01 a test]\n", 1, 10, "version takes one value, not a list or a mapping" },
	{ VERSION "version: 2026-12-02 a test\n", 2, 1, "version stands here twice" },
	/* Keys. */
	{ VERSION "algorithm: {}\n", 2, 1, "\"algorithm\" is no key here" KEYS },
	{ VERSION "Digests: {}\n", 2, 1, "\"Digests\" is no key here" KEYS },
	{ VERSION "<<: {}\n", 2, 1, "\"<<\" is no key here" KEYS },
	{ VERSION A40 A40 ": {}\n", 2, 1, "\"" A40 "\" is no key here" KEYS },
	{ VERSION "[digests]: {}\n", 2, 1, "a key is one word, not a list or a mapping" },
	{ VERSION "{a: b}: {}\n", 2, 1, "a key is one word, not a list or a mapping" },
	{ VERSION "\"digests\\0x\": {}\n", 2, 1, "a key has no NUL in it" },
	{ VERSION "algorithms: {}\nalgorithms: {}\n", 3, 1, "algorithms stands here twice" },
	{ VERSION "digests: {}\nalgorithms: {}\ndigests: {}\n", 4, 1, "digests stands here twice" },
	{ VERSION "algorithms:\n", 2, 12, "algorithms takes a mapping of numbers" },
	{ VERSION "digests: [2]\n", 2, 10, "digests takes a mapping of numbers" },
	/* Numbers. */
	{ VERSION "algorithms: {0: {}}\n", 2, 14, "\"0\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {255: {}}\n", 2, 14, "\"255\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {1000: {}}\n", 2, 14, "\"1000\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {08: {}}\n", 2, 14, "\"08\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {+8: {}}\n", 2, 14, "\"+8\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {-8: {}}\n", 2, 14, "\"-8\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {8.0: {}}\n", 2, 14, "\"8.0\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {0x8: {}}\n", 2, 14, "\"0x8\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {RSASHA256: {}}\n", 2, 14, "\"RSASHA256\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {'': {}}\n", 2, 14, "\"\" is not a number from 1 to 254" },
	{ VERSION "digests: {0: {}}\n", 2, 11, "\"0\" is not a number from 1 to 254" },
	{ VERSION "digests: {255: {}}\n", 2, 11, "\"255\" is not a number from 1 to 254" },
	{ VERSION "digests: {4294967298: {}}\n", 2, 11, "\"4294967298\" is not a number from 1 to 254" },
	{ VERSION "algorithms: {8: {}, 13: {}, '8': {}}\n", 2, 29, "algorithm 8 stands here twice" },
	{ VERSION "digests:\n  2: {}\n  2: {}\n", 4, 3, "digest 2 stands here twice" },
	/* Rows. */
	{ VERSION "algorithms:\n  8:\n", 3, 5, "algorithm 8 takes a mapping of columns" },
	{ VERSION "digests: {2: MUST}\n", 2, 14, "digest 2 takes a mapping of columns" },
	{ VERSION "digests: {2: [MUST]}\n", 2, 14, "digest 2 takes a mapping of columns" },
	{ ROW "use: MAY\n", 4, 5, "\"use\" is no key here" ALGORITHM_KEYS },
	{ ROW "use-for-delegation: MAY\n", 4, 5, "\"use-for-delegation\" is no key here" ALGORITHM_KEYS },
	{ VERSION "digests: {2: {use-for-signing: MAY}}\n", 2, 15, "\"use-for-signing\" is no key here" DIGEST_KEYS },
	{ ROW "use-for-signing: MAY\n    use-for-signing: MAY\n", 5, 5, "use-for-signing stands here twice" },
	{ ROW "mnemonic: A\n    mnemonic: B\n", 5, 5, "mnemonic stands here twice" },
	{ ROW "use-for-signing:\n", 4, 21, "\"\" is no level for use-for-signing" LEVELS },
	{ ROW "use-for-signing: must\n", 4, 22, "\"must\" is no level for use-for-signing" LEVELS },
	{ ROW "use-for-signing: MUST  NOT\n", 4, 22, "\"MUST  NOT\" is no level for use-for-signing" LEVELS },
	{ ROW "use-for-validation: SHOULD\n", 4, 25, "\"SHOULD\" is no level for use-for-validation" LEVELS },
	{ ROW "implement-for-signing: MUS\n", 4, 28, "\"MUS\" is no level for implement-for-signing" LEVELS },
	{ ROW "implement-for-validation: MUSTY\n", 4, 31, "\"MUSTY\" is no level for implement-for-validation" LEVELS },
	{ ROW "use-for-signing: \"MAY\\0\"\n", 4, 22, "use-for-signing takes no NUL" },
	{ ROW "use-for-signing: [MAY]\n", 4, 22, "use-for-signing takes one value, not a list or a mapping" },
	{ VERSION "digests: {2: {use-for-delegation: no}}\n", 2, 35, "\"no\" is no level for use-for-delegation" LEVELS },
	{ VERSION "digests: {2: {implement-for-delegation: 4}}\n", 2, 41, "\"4\" is no level for implement-for-delegation" LEVELS },
	{ ROW "mnemonic: {}\n", 4, 15, "mnemonic takes one value, not a list or a mapping" },
	{ ROW "mnemonic: ' '\n", 4, 15, "mnemonic takes 1 to 32 printable ASCII characters, no blanks around them" },
	{ ROW "mnemonic: \"A\\0\"\n", 4, 15, "mnemonic takes no NUL" },
	{ ROW "mnemonic: R\xc3\xa9\n", 4, 15, "mnemonic takes 1 to 32 printable ASCII characters, no blanks around them" },
	{ ROW "mnemonic: " A40 "\n", 4, 15, "mnemonic takes 1 to 32 printable ASCII characters, no blanks around them" },
	{ VERSION "algorithms: {200: {use-for-signing: MUST}}\n", 2, 14,
		"algorithm 200 is not in the built-in table and needs a mnemonic" },
	{ VERSION "digests: {200: {}}\n", 2, 11, "digest 200 is not in the built-in table and needs a mnemonic" },
};

static void refuses(void **state)
{
	unsigned wrong = 0;
	for (size_t i = 0; i < COUNT(refusals); i++) {
		const struct refusal *r = &refusals[i];
		struct algorithm_table untouched;
		struct algorithm_table t;
		memset(&t, 0x5a, sizeof(t));
		untouched = t;
		struct yaml_fault fault;
		/* One has NULs in it. */
		size_t size = r->text[0] == 'v' && r->text[1] == '\0' ? 6 : strlen(r->text);
		int ret = algorithms_parse(r->text, size, *state, &t, &fault);
		if (ret != ERR_FORMAT || fault.line != r->line || fault.column != r->column
			|| strcmp(fault.reason, r->reason) != 0 || memcmp(&t, &untouched, sizeof(t)) != 0) {
			print_message("%s-> %d, %zu:%zu: %s\n", r->text, ret, fault.line, fault.column, fault.reason);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void size_limit(void **state)
{
	static char text[ALGORITHMS_FILE_MAX + 1] = VERSION;
	struct algorithm_table t;
	struct yaml_fault fault;
	memset(text + sizeof(VERSION) - 1, '\n', sizeof(text) - sizeof(VERSION) + 1);
	assert_int_equal(algorithms_parse(text, ALGORITHMS_FILE_MAX, *state, &t, &fault), ERR_OK);
	assert_int_equal(algorithms_parse(text, sizeof(text), *state, &t, &fault), ERR_FORMAT);
	assert_string_equal(fault.reason, "it is larger than 65536 octets");
	assert_int_equal(fault.line, 0);
}

static struct algorithm_table parse(struct arena *arena, const char *text)
{
	struct algorithm_table t;
	struct yaml_fault fault;
	int ret = algorithms_parse(text, strlen(text), arena, &t, &fault);
	if (ret != ERR_OK) {
		fail_msg("%d, %zu:%zu: %s\n%s", ret, fault.line, fault.column, fault.reason, text);
	}
	return t;
}

static void assert_row(const struct algorithm_row *row, const char *mnemonic, enum level a, enum level b, enum level c,
	enum level d)
{
	assert_non_null(row);
	assert_string_equal(row->mnemonic, mnemonic);
	assert_int_equal(row->use_signing, a);
	assert_int_equal(row->use_validation, b);
	assert_int_equal(row->implement_signing, c);
	assert_int_equal(row->implement_validation, d);
}

/* Every row but those in not (0 ends) is the built-in one. */
static void assert_rest(const struct algorithm_row *rows, size_t count, const struct algorithm_row *built_in,
	size_t built_in_count, const uint8_t *not)
{
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		assert_true(i == 0 || rows[i].number > rows[i - 1].number);
		if (memchr(not, rows[i].number, strlen((const char *)not)) != NULL) {
			at += at < built_in_count && built_in[at].number == rows[i].number;
			continue;
		}
		assert_true(at < built_in_count && built_in[at].number == rows[i].number);
		assert_row(&rows[i], built_in[at].mnemonic, built_in[at].use_signing, built_in[at].use_validation,
			built_in[at].implement_signing, built_in[at].implement_validation);
		at++;
	}
	assert_int_equal(at, built_in_count);
}

/* What is not mentioned stays, and both versions are shown. */
static void overrides(void **state)
{
	const struct algorithm_table *b = algorithm_table_builtin();
	struct algorithm_table t = parse(*state,
		"digests:\n"
		"  4: { implement-for-delegation: MUST }\n"
		"  200: { mnemonic: NEW, use-for-delegation: MAY, use-for-validation: RECOMMENDED,\n"
		"         implement-for-delegation: MAY, implement-for-validation: NOT RECOMMENDED }\n"
		"algorithms:\n"
		"  8:\n"
		"    use-for-signing: MUST NOT  # from now on\n"
		"  '13': {}\n"
		"  15:\n"
		"    mnemonic: \"Ed 25519\"\n"
		"    use-for-signing: MUST\n"
		"    use-for-validation: MUST\n"
		"    implement-for-signing: NOT RECOMMENDED\n"
		"    implement-for-validation: MAY\n"
		"  2: { mnemonic: DH }\n"
		"  254: { use-for-validation: RECOMMENDED }\n"
		"version: 2026-12-01 registry of example; second issue\n");
	char version[512];
	snprintf(version, sizeof(version), "%s; override 2026-12-01 registry of example; second issue", b->version);
	assert_string_equal(t.version, version);
	assert_row(algorithm_find(&t, 8), "RSASHA256", LEVEL_MUST_NOT, LEVEL_RECOMMENDED, LEVEL_MUST, LEVEL_MUST);
	assert_row(algorithm_find(&t, 15), "Ed 25519", LEVEL_MUST, LEVEL_MUST, LEVEL_NOT_RECOMMENDED, LEVEL_MAY);
	assert_row(algorithm_find(&t, 2), "DH", LEVEL_MUST_NOT, LEVEL_MUST_NOT, LEVEL_MUST_NOT, LEVEL_MUST_NOT);
	assert_row(algorithm_find(&t, 254), "PRIVATEOID", LEVEL_MAY, LEVEL_RECOMMENDED, LEVEL_MAY, LEVEL_MAY);
	assert_row(digest_find(&t, 4), "SHA-384", LEVEL_MAY, LEVEL_RECOMMENDED, LEVEL_MUST, LEVEL_RECOMMENDED);
	assert_row(digest_find(&t, 200), "NEW", LEVEL_MAY, LEVEL_RECOMMENDED, LEVEL_MAY, LEVEL_NOT_RECOMMENDED);
	assert_rest(t.algorithms, t.algorithm_count, b->algorithms, b->algorithm_count, (const uint8_t *)"\x08\x0f\x02\xfe");
	assert_rest(t.digests, t.digest_count, b->digests, b->digest_count, (const uint8_t *)"\x04\xc8");
	/* The questions follow the table. */
	assert_false(algorithm_may_delegate(&t, 8));
	assert_true(algorithm_gives_path(&t, 8) && algorithm_gives_path(&t, 254) && !algorithm_gives_path(&t, 2));
	assert_true(digest_is_eligible(&t, 4) && digest_is_eligible(&t, 2) && !digest_is_eligible(b, 4));
	assert_true(digest_may_delegate(&t, 200) && digest_gives_path(&t, 200) && !digest_may_delegate(b, 200));
}

/* A-04, U-8: whatever the file says. */
static void sha1_gives_no_path(void **state)
{
	struct algorithm_table t = parse(*state, VERSION "algorithms: { 5: { use-for-signing: MUST, use-for-validation: MUST },"
		" 7: { use-for-signing: MUST, use-for-validation: MUST, implement-for-validation: MUST } }");
	assert_int_equal(algorithm_find(&t, 5)->use_validation, LEVEL_MUST);
	assert_false(algorithm_gives_path(&t, 5));
	assert_false(algorithm_gives_path(&t, 7));
}

/* The widest file that is taken still has an encoding for the store, which comes back. */
static void widest(void **state)
{
	static char text[ALGORITHMS_FILE_MAX];
	static uint8_t octets[32768];
	static uint8_t again[32768];
	size_t used = (size_t)snprintf(text, sizeof(text), "version: 2026-12-01 %.*s\n", 149, A40 A40 A40 A40);
	for (int digests = 0; digests < 2; digests++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s:\n", digests ? "digests" : "algorithms");
		for (int i = 1; i <= 254; i++) {
			used += (size_t)snprintf(text + used, sizeof(text) - used, "  %d: { mnemonic: %.*s }\n", i, 32, A40);
		}
	}
	assert_true(used < sizeof(text));
	struct algorithm_table t = parse(*state, text);
	struct algorithm_table back;
	/* Digest 0 is in the built-in table and cannot be overridden. */
	assert_true(t.algorithm_count == 254 && t.digest_count == 255);
	size_t size = algorithm_table_encode(&t, octets, sizeof(octets));
	assert_true(size > 0);
	assert_int_equal(algorithm_table_decode(octets, size, *state, &back), ERR_OK);
	assert_int_equal(algorithm_table_encode(&back, again, sizeof(again)), size);
	assert_memory_equal(again, octets, size);
}

static void files(void **state)
{
	const struct algorithm_table *t = NULL;
	char path[] = "/tmp/cdswalk-test-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, VERSION, sizeof(VERSION) - 1), sizeof(VERSION) - 1);
	assert_int_equal(algorithms_load(path, *state, &t), EXIT_OK);
	assert_non_null(strstr(t->version, "; override 2026-12-01 a test"));
	assert_int_equal(write(fd, VERSION, sizeof(VERSION) - 1), sizeof(VERSION) - 1);
	close(fd);
	t = NULL;
	assert_int_equal(algorithms_load(path, *state, &t), EXIT_CONFIG);
	assert_null(t);
	unlink(path);
	assert_int_equal(algorithms_load(path, *state, &t), EXIT_CONFIG);
	assert_int_equal(algorithms_load("/", *state, &t), EXIT_CONFIG);
	assert_int_equal(algorithms_load("/dev/zero", *state, &t), EXIT_CONFIG);
	assert_null(t);
	assert_int_equal(algorithms_load(NULL, *state, &t), EXIT_OK);
	assert_ptr_equal(t, algorithm_table_builtin());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(refuses), TEST(size_limit), TEST(overrides), TEST(sha1_gives_no_path), TEST(widest), TEST(files),
	};
	return cmocka_run_group_tests_name("algorithm_override", tests, NULL, NULL);
}
