/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings of a webhook: where changes and their signature may go. What is sent is shown against an endpoint in the system
 * test. */
#include "tests/unit/store_fixture.h"

#include <fcntl.h>

#include "registry/sink/sink.h"

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

static const char *put_secret(const struct fixture *f, const char *text)
{
	static char path[96];
	snprintf(path, sizeof(path), "%s/secret", f->dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return path;
}

static int make(const char *url, const char *secret, char why[256])
{
	const struct sink_setting given[] = { { "url", url, 3 }, { "secret", secret, 4 }, { "timeout", "1", 5 } };
	const struct sink_options o = { .file = "f", .settings = given, .setting_count = 3 };
	struct sink *s = NULL;
	int rc = sink_new("webhook", &o, &s, why);
	assert_null(s);
	return rc;
}

static void urls(void **state)
{
	static const struct { const char *url, *why; } refused[] = {
		{ "http://registry.example/", "f:3: url: only https, or http to this host itself" },
		{ "http://127.0.0.1.example/", "f:3: url: only https, or http to this host itself" },
		{ "http://localhost.example/", "f:3: url: only https, or http to this host itself" },
		{ "http://[::2]/", "f:3: url: only https, or http to this host itself" },
		{ "file:///etc/passwd", "f:3: url: give a URL: https://registry.example/changes" },
		{ "registry", "f:3: url: give a URL: https://registry.example/changes" },
		{ "", "f:3: url: give a URL: https://registry.example/changes" },
		{ "https://anna@registry.example/", "f:3: url: the URL has a user or a password; who sends is proven by the secret" },
	};
	static const char *const good[] = { "http://127.0.0.1:1/", "http://127.1.2.3:1/", "http://localhost:1/", "http://[::1]:1/",
		"https://127.0.0.1:1/" };
	const char *secret = put_secret(*state, "0123456789abcdef");
	char why[256];
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(make(refused[i].url, secret, why), ERR_ARG);
		assert_string_equal(why, refused[i].why);
	}
	/* Nobody listens there. */
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(make(good[i], secret, why), ERR_IO);
		assert_memory_equal(why, good[i], strlen(good[i]));
	}
	/* What only the two of them are to know may stand in the URL. */
	assert_int_equal(make("https://127.0.0.1:1/hooks/Token-1?key=Token-2#Token-3", secret, why), ERR_IO);
	assert_memory_equal(why, "https://127.0.0.1:1/: ", 22);
	assert_null(strstr(why, "Token"));
}

static void secrets(void **state)
{
	char why[256];
	const char *secret = put_secret(*state, "0123456789abcde\n");
	assert_int_equal(make("https://127.0.0.1:1/", secret, why), ERR_ARG);
	assert_memory_equal(why, "f:4: secret: ", 13);
	assert_non_null(strstr(why, "has less than 16 octets: that can be guessed"));
	assert_null(strstr(why, "0123456789"));
	assert_int_equal(make("https://127.0.0.1:1/", "/nowhere", why), ERR_ARG);
	assert_string_equal(why, "f:4: secret: /nowhere cannot be opened: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(urls, setup, teardown),
		cmocka_unit_test_setup_teardown(secrets, setup, teardown),
	};
	return cmocka_run_group_tests_name("sink webhook", tests, NULL, NULL);
}
