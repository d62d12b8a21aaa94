/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of the EPP sink: what is taken, and the sentence for what is not. */
#include "tests/unit/epp_fixture.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/sink/epp_settings.h"

struct files {
	char dir[64], password[96], key[96], open_key[96];
};

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static int setup(void **state)
{
	static struct files f;
	const char *tmp = getenv("TMPDIR");
	snprintf(f.dir, sizeof(f.dir), "%s/cdswalk-XXXXXX", tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(f.dir));
	snprintf(f.password, sizeof(f.password), "%s/password", f.dir);
	snprintf(f.key, sizeof(f.key), "%s/key", f.dir);
	snprintf(f.open_key, sizeof(f.open_key), "%s/open", f.dir);
	write_file(f.password, "Secret-1234\n", 0600);
	write_file(f.key, "PEM\n", 0600);
	write_file(f.open_key, "PEM\n", 0644);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct files *f = *state;
	unlink(f->password);
	unlink(f->key);
	unlink(f->open_key);
	return rmdir(f->dir);
}

struct given {
	struct sink_setting list[16];
	size_t count;
};

static struct given needed(const struct files *f)
{
	return (struct given){ { { "server", "epp.example", 1 }, { "user", "registrar", 2 }, { "password-file", f->password, 3 } }, 3 };
}

/* Takes the place of the one with that key, or comes behind them. */
static void give(struct given *g, const char *key, const char *value)
{
	size_t i = 0;
	while (i < g->count && strcmp(g->list[i].key, key) != 0) {
		i++;
	}
	g->list[i] = (struct sink_setting){ key, value, 9 };
	g->count += i == g->count ? 1 : 0;
}

static int read_given(const struct given *g, struct epp_settings *out, char why[256])
{
	const struct sink_options o = { .file = "c.yaml", .settings = g->list, .setting_count = g->count };
	return epp_settings_read(&o, out, why);
}

static void expect_refused(const struct given *g, int code, const char *words)
{
	struct epp_settings s;
	char why[256] = "";
	assert_int_equal(read_given(g, &s, why), code);
	if (strstr(why, words) == NULL) {
		fail_msg("\"%s\" has no \"%s\"", why, words);
	}
	assert_null(strstr(why, "Secret"));
	assert_true(s.password == NULL && s.key == NULL);
}

static void test_defaults(void **state)
{
	struct given g = needed(*state);
	struct epp_settings s;
	char why[256] = "";
	assert_int_equal(read_given(&g, &s, why), 0);
	assert_string_equal(s.host, "epp.example");
	assert_string_equal(s.port, "700");
	assert_string_equal(s.user, "registrar");
	assert_string_equal(s.password, "Secret-1234");
	assert_true(s.ca_file == NULL && s.certificate_file == NULL && s.key == NULL);
	assert_int_equal(s.profile, EPP_DS_DATA);
	assert_false(s.replace);
	assert_int_equal(s.pipeline, 8);
	assert_int_equal(s.timeout_s, 30);
	epp_settings_deinit(&s);
	assert_null(s.password);
}

static void test_all(void **state)
{
	struct files *f = *state;
	struct given g = needed(f);
	struct epp_settings s;
	char why[256] = "";
	give(&g, "server", "[2001:db8::1]:7000");
	give(&g, "ca", "ca.pem");
	give(&g, "certificate", "client.pem");
	give(&g, "key-file", f->key);
	give(&g, "profile", "key-data");
	give(&g, "remove-all", "yes");
	give(&g, "pipeline", "64");
	give(&g, "timeout", "600");
	assert_int_equal(read_given(&g, &s, why), 0);
	assert_string_equal(s.host, "2001:db8::1");
	assert_string_equal(s.port, "7000");
	assert_string_equal(s.ca_file, "ca.pem");
	assert_string_equal(s.certificate_file, "client.pem");
	assert_string_equal(s.key, "PEM");
	assert_int_equal(s.profile, EPP_KEY_DATA);
	assert_true(s.replace);
	assert_int_equal(s.pipeline, 64);
	assert_int_equal(s.timeout_s, 600);
	epp_settings_deinit(&s);
	give(&g, "server", "127.0.0.1:65535");
	assert_int_equal(read_given(&g, &s, why), 0);
	assert_string_equal(s.host, "127.0.0.1");
	assert_string_equal(s.port, "65535");
	epp_settings_deinit(&s);
}

static void test_refused(void **state)
{
	static const struct {
		const char *key, *value, *why;
	} cases[] = {
		{ "server", "", "c.yaml:9: server: give HOST" }, { "server", ":700", "give HOST" }, { "server", "[2001:db8::1", "give HOST" },
		{ "server", "[]:700", "give HOST" }, { "server", "2001:db8::1", "stands in brackets" }, { "server", "a:b", "the port is a number" },
		{ "server", "a:", "the port is a number" }, { "server", "a:123456", "the port is a number" },
		{ "server", "[::1]x", "the port is a number" },
		{ "user", "ab", "c.yaml:9: user: EPP has names of 3 to 16 characters" }, { "user", "abcdefghijklmnopq", "3 to 16 characters" }, { "user", " abc", "3 to 16 characters" },
		{ "user", "abc ", "3 to 16 characters" }, { "user", "a  b", "3 to 16 characters" }, { "user", "a\tbc", "3 to 16 characters" },
		{ "user", "\xc3\xa9" "abc", "3 to 16 characters" },
		{ "profile", "both", "c.yaml:9: profile: give one of: ds-data key-data" }, { "remove-all", "maybe", "give one of: no yes" },
		{ "pipeline", "0", "from 1 to 64" }, { "pipeline", "65", "from 1 to 64" }, { "timeout", "0", "from 1 to 600" },
		{ "timeout", "601", "from 1 to 600" }, { "new-password", "x", "the sink has no such setting" }, { "certificate", "c.pem", "c.yaml:9: certificate: certificate and key-file belong together" },
		{ "key-file", "k.pem", "c.yaml:9: key-file: certificate and key-file belong together" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct given g = needed(*state);
		give(&g, cases[i].key, cases[i].value);
		expect_refused(&g, ERR_ARG, cases[i].why);
	}
}

static void test_missing(void **state)
{
	static const char *const keys[] = { "server", "user", "password-file" };
	for (size_t i = 0; i < 3; i++) {
		struct given g = needed(*state);
		char words[64];
		snprintf(words, sizeof(words), "the sink needs the setting %s", keys[i]);
		g.list[i] = g.list[2];
		g.count = 2;
		expect_refused(&g, ERR_ARG, words);
	}
}

static void test_secrets(void **state)
{
	struct files *f = *state;
	struct given g = needed(f);
	write_file(f->password, "Short", 0600);
	expect_refused(&g, ERR_ARG, "passwords of 6 to 16 characters");
	write_file(f->password, "Secret-1234567890", 0600);
	expect_refused(&g, ERR_ARG, "passwords of 6 to 16 characters");
	write_file(f->password, "Secret-1234", 0640);
	expect_refused(&g, ERR_ARG, "chmod 600");
	write_file(f->password, "Secret-1234", 0600);
	give(&g, "certificate", "client.pem");
	give(&g, "key-file", f->open_key);
	expect_refused(&g, ERR_ARG, "chmod 600");
	give(&g, "key-file", "/nonexistent/key");
	expect_refused(&g, ERR_ARG, "cannot be opened");
}

/* There is a server, and no file to write to. */
static void test_target(void **state)
{
	struct given g = needed(*state);
	struct epp_settings s;
	char why[256] = "";
	struct sink_options o = { .target = "file", .settings = g.list, .setting_count = g.count };
	assert_int_equal(epp_settings_read(&o, &s, why), ERR_ARG);
	assert_non_null(strstr(why, "not a target"));
	o.target = "-";
	assert_int_equal(epp_settings_read(&o, &s, why), 0);
	epp_settings_deinit(&s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_defaults), TEST(test_all), TEST(test_refused), TEST(test_missing), TEST(test_secrets), TEST(test_target),
	};
	return cmocka_run_group_tests_name("epp_settings", tests, NULL, NULL);
}
