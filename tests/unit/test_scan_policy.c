/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policies of a scan: those of the parent that was loaded, and trust anchors of a run in the place of theirs. */
#include "tests/unit/store_fixture.h"

#include <unistd.h>

#include "scanner/command.h"
#include "scanner/scan_private.h"

#define DS_ROOT ". 300 IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
#define KEY "257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="
#define DNSKEY_ROOT ". 300 IN DNSKEY " KEY "\n"
#define DS_OTHER "example. 300 IN DS 1 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"

/* No store: only what a scan needs to choose. */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->crypto = crypto_new();
	f->arena = arena_new();
	*state = f;
	return f->crypto == NULL || f->arena == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	arena_free(f->arena);
	crypto_free(f->crypto);
	free(f);
	return 0;
}

static const char configured[] =
	"parents:\n  ch.:\n    policy: { preset: se-nu }\n    suffixes:\n      co.ch.: { preset: cz-fred }\n";

static struct scan scan_of(struct fixture *f, struct scan_options *o, struct config *c, const char *anchors, const char *origin)
{
	struct yaml_fault fault;
	memset(o, 0, sizeof(*o));
	assert_int_equal(config_parse("f", configured, strlen(configured), f->arena, c, &fault), 0);
	o->config = c;
	o->trust_anchor = anchors;
	struct scan s = { .options = o, .crypto = f->crypto, .arena = f->arena };
	s.generation.origin = fixture_name(origin);
	return s;
}

/* A file of these lines; removed by whoever made it. */
static void put_file(char path[], const char *text)
{
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void test_of_the_parent(void **state)
{
	struct scan_options o;
	struct config c;
	struct scan s = scan_of(*state, &o, &c, NULL, "ch.");
	struct name child = fixture_name("a.co.ch.");
	assert_int_equal(scan_read_anchors(&s), EXIT_OK);
	assert_int_equal(scan_choose_policies(&s), EXIT_OK);
	assert_string_equal(s.policies.policy->name, "se-nu");
	assert_string_equal(policy_of(&s.policies, &child)->name, "cz-fred");
	assert_int_equal(s.policies.policy->rules.bootstrap.anchors[0].tag, 20326);
	assert_int_equal(s.hosts.anchor_count, 0);
	s = scan_of(*state, &o, &c, NULL, "li.");
	assert_int_equal(scan_choose_policies(&s), EXIT_OK);
	assert_string_equal(s.policies.policy->name, "bcp");
}

static const struct {
	const char *text;
	int code;
	size_t of_all, of_root;
} files[] = {
	{ DS_ROOT, EXIT_OK, 1, 1 },
	{ DNSKEY_ROOT, EXIT_OK, 1, 1 },
	{ DS_ROOT DS_OTHER DNSKEY_ROOT, EXIT_OK, 3, 2 },
	{ DS_OTHER, EXIT_OK, 1, 0 },
	{ "", EXIT_CONFIG, 0, 0 },
};

/* They replace those of every policy of the run, and change nothing else of it. */
static void test_anchors(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[] = "/tmp/cdswalk-test-XXXXXX";
		struct scan_options o;
		struct config c;
		put_file(path, files[i].text);
		struct scan s = scan_of(f, &o, &c, path, "ch.");
		assert_int_equal(scan_read_anchors(&s), files[i].code);
		unlink(path);
		if (files[i].code != EXIT_OK) {
			continue;
		}
		assert_int_equal(s.hosts.anchor_count, files[i].of_all);
		assert_int_equal(scan_choose_policies(&s), EXIT_OK);
		const struct policy *of[] = { s.policies.policy, s.policies.suffixes[0].policy };
		const char *const presets[] = { "se-nu", "cz-fred" };
		for (size_t k = 0; k < 2; k++) {
			struct policy p = *of[k];
			assert_int_equal(p.rules.bootstrap.anchor_count, files[i].of_root);
			assert_null(policy_fault(&p));
			p.rules.bootstrap = policy_preset(presets[k])->rules.bootstrap;
			assert_memory_equal(&p, policy_preset(presets[k]), sizeof(p));
		}
		/* Those of the configuration are as they were. */
		assert_int_equal(c.parents[0].policy.policy.rules.bootstrap.anchor_count, 2);
	}
}

static void test_too_many(void **state)
{
	char path[] = "/tmp/cdswalk-test-XXXXXX";
	char text[2048];
	size_t n = 0;
	struct scan_options o;
	struct config c;
	for (int i = 0; i <= LIMIT_ROOT_ANCHORS; i++) {
		n += (size_t)snprintf(text + n, sizeof(text) - n, ". 300 IN DS %d 8 2 "
			"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n", i);
	}
	put_file(path, text);
	struct scan s = scan_of(*state, &o, &c, path, "ch.");
	assert_int_equal(scan_read_anchors(&s), EXIT_CONFIG);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_of_the_parent, setup, teardown),
		cmocka_unit_test_setup_teardown(test_anchors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_many, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
