/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets are read from files that nobody else can read or change, and from nothing else. */
#include "tests/unit/store_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "registry/peer/secret.h"

static int setup(void **state)
{
	static struct fixture f;
	f = (struct fixture){ 0 };
	fixture_make(&f);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static const char *put_file(const struct fixture *f, const void *data, size_t size, mode_t mode)
{
	static char path[96];
	snprintf(path, sizeof(path), "%s/secret", f->dir);
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, mode), 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	close(fd);
	return path;
}

/* The sentence names the file, and what is wrong with it. */
static void refuse(const char *path, int code, const char *said)
{
	char *secret = NULL;
	size_t size = 7;
	char why[256] = "";
	assert_int_equal(secret_read(path, &secret, &size, why), code);
	assert_null(secret);
	assert_int_equal(size, 7);
	if (strstr(why, path) == NULL || strstr(why, said) == NULL) {
		fail_msg("\"%s\" is not in: %s", said, why);
	}
}

static void accept_as(const char *path, const char *expected)
{
	char *secret = NULL;
	size_t size = 0;
	char why[256] = "";
	if (secret_read(path, &secret, &size, why) != 0) {
		fail_msg("refused: %s", why);
	}
	assert_int_equal(size, strlen(expected));
	assert_string_equal(secret, expected);
	secret_free(secret);
}

static void is_read(void **state)
{
	static char largest[SECRET_MAX + 1];
	memset(largest, 'x', SECRET_MAX);
	accept_as(put_file(*state, "geheim", 6, 0600), "geheim");
	accept_as(put_file(*state, "geheim", 6, 0400), "geheim");
	accept_as(put_file(*state, " ge heim \t\r\n\n", 13, 0600), " ge heim");
	accept_as(put_file(*state, "two\nlines\n", 10, 0600), "two\nlines");
	accept_as(put_file(*state, largest, SECRET_MAX, 0600), largest);
	secret_free(NULL);
}

static void rights_are_looked_at(void **state)
{
	static const mode_t wide[] = { 0640, 0604, 0620, 0602, 0610, 0601, 0644 };
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		refuse(put_file(*state, "geheim", 6, wide[i]), ERR_ARG, "chmod 600");
	}
}

static void owner_is_looked_at(void **state)
{
	const char *path = put_file(*state, "geheim", 6, 0600);
	if (chown(path, 12345, (gid_t)-1) != 0) {
		skip();		/* only root can give a file away */
	}
	refuse(path, ERR_ARG, "belongs to somebody else");
}

static void content_is_looked_at(void **state)
{
	static char large[SECRET_MAX + 1];
	memset(large, 'x', sizeof(large));
	refuse(put_file(*state, "", 0, 0600), ERR_ARG, "is empty");
	refuse(put_file(*state, " \n", 2, 0600), ERR_ARG, "is empty");
	refuse(put_file(*state, "ge\0heim", 7, 0600), ERR_ARG, "NUL");
	refuse(put_file(*state, large, sizeof(large), 0600), ERR_LIMIT, "longer than 4096 octets");
}

static void only_files(void **state)
{
	const struct fixture *f = *state;
	char path[96];
	refuse(f->dir, ERR_ARG, "not a regular file");
	snprintf(path, sizeof(path), "%s/none", f->dir);
	refuse(path, ERR_IO, "No such file");
	snprintf(path, sizeof(path), "%s/pipe", f->dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	refuse(path, ERR_ARG, "not a regular file");
}

/* Who is told a secret may say it again. */
static void hidden(void **state)
{
	static const struct { const char *text, *secret, *left; } cases[] = {
		{ "who has Secret-1?", "Secret-1", "who has ********?" }, { "aXaXa", "aXa", "***Xa" }, { "xyxy", "xy", "****" },
		{ "nothing", "Secret-1", "nothing" }, { "nothing", "", "nothing" }, { "nothing", NULL, "nothing" }, { "", "x", "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64];
		snprintf(text, sizeof(text), "%s", cases[i].text);
		secret_hide(text, cases[i].secret);
		assert_string_equal(text, cases[i].left);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(rights_are_looked_at, setup, teardown),
		cmocka_unit_test_setup_teardown(owner_is_looked_at, setup, teardown),
		cmocka_unit_test_setup_teardown(content_is_looked_at, setup, teardown),
		cmocka_unit_test_setup_teardown(only_files, setup, teardown),
		cmocka_unit_test(hidden),
	};
	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
