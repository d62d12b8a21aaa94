/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration: what is taken, who inherits what, and that what is shown can be read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scanner/command.h"
#include "scanner/configuration.h"
#include "scanner/policy_options.h"
#include "scanner/policy_show.h"
#include "validate/wire/err.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define P "policy:\n  "
#define B "policy:\n  bootstrap:\n    "
#define ANCHOR "\"20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\""

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

static struct config parse(struct arena *arena, const char *text)
{
	struct config c;
	struct yaml_fault fault;
	int ret = config_parse("f.yaml", text, strlen(text), arena, &c, &fault);
	if (ret != ERR_OK) {
		fail_msg("%d, %zu:%zu: %s\n%s", ret, fault.line, fault.column, fault.reason, text);
	}
	return c;
}

static struct name name_of(const char *text)
{
	struct name n;
	assert_int_equal(name_from_text(text, &n), 0);
	return n;
}

/* What is said of one value changes that value and nothing else. */
static const struct {
	const char *text;
	const char *option;
	const char *value;	/* items with a blank between */
} values[] = {
	{ P "name: my own", "name", "my own" }, { P "name: y", "name", "y" },
	{ P "types: single-cdnskey", "types", "single-cdnskey" }, { P "digests: augment", "digests", "augment" },
	{ P "continuity: one-path", "continuity", "one-path" }, { P "max-records: 1", "max-records", "1" },
	{ P "max-keys: 32", "max-keys", "32" }, { P "warn-signature-left: 36h", "warn-signature-left", "36h" },
	{ P "replay-guard: off", "replay-guard", "off" },
	{ P "replay-guard: older", "replay-guard", "older" }, { P "replay-guard: strict", "replay-guard", "strict" },
	 { P "manual-change-guard: yes", "manual-change-guard", "yes" },
	{ P "min-interval: 365d", "min-interval", "365d" }, { P "min-interval: 90s", "min-interval", "90s" },
	{ P "min-interval: 3600s", "min-interval", "1h" }, { P "min-interval: 1440m", "min-interval", "1d" },
	{ P "delete: { allowed: no }", "delete.allowed", "no" }, { P "delete: { requires-both: yes }", "delete.requires-both", "yes" },
	{ P "delete: { max-hold: 0s }", "delete.max-hold", "0s" },
	{ B "methods: [checked, inception]", "bootstrap.methods", "checked inception" },
	{ B "methods: [rfc9615, channel, checked, delay, challenge, inception]", "bootstrap.methods",
		"rfc9615 channel checked delay challenge inception" },
	{ B "requires-all-servers: no", "bootstrap.requires-all-servers", "no" },
	{ B "delay: 1s", "bootstrap.delay", "1s" }, { B "min-checks: 1000", "bootstrap.min-checks", "1000" },
	{ B "min-spacing: 13h", "bootstrap.min-spacing", "13h" }, { B "max-gap: 3d", "bootstrap.max-gap", "3d" },
	{ B "settled: 1d", "bootstrap.settled", "1d" }, { B "confirmation: 1d", "bootstrap.confirmation", "1d" },
	{ B "anchors: []", "bootstrap.anchors", "" },
	{ B "anchors: [" ANCHOR "]", "bootstrap.anchors", "20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D" },
	{ P "locks: { registry: yes }", "locks.registry", "yes" }, { P "locks: { registrar: yes }", "locks.registrar", "yes" },
	{ P "unreachable: { retry: [] }", "unreachable.retry", "" },
	{ P "unreachable: { retry: [1s, 2m, 3h, 4d, 5s, 6s, 7s, 8s] }", "unreachable.retry", "1s 2m 3h 4d 5s 6s 7s 8s" },
	{ P "unreachable: { drop-after: 1h }", "unreachable.drop-after", "1h" }, { P "ttl: { hold: 1h }", "ttl.hold", "1h" },
	{ P "changes: { max-age: 1h }", "changes.max-age", "1h" },
	{ P "changes: { late-after: 2h }", "changes.late-after", "2h" },
	{ P "brakes: { delete: { count: none } }", "brakes.delete.count", "none" },
	{ P "brakes: { delete: { count: 0 } }", "brakes.delete.count", "0" },
	{ P "brakes: { bootstrap: { share: 0.0001% } }", "brakes.bootstrap.share", "0.0001%" },
	{ P "brakes: { update: { share: 100% } }", "brakes.update.share", "100%" },
	{ P "brakes: { update: { share: 10.50% } }", "brakes.update.share", "10.5%" },
	{ P "operator-brakes: { update: { count: 1000000000 } }", "operator-brakes.update.count", "1000000000" },
	{ P "operator-brakes: { delete: { share: 0% } }", "operator-brakes.delete.share", "0%" },
	{ P "freezes: [fri 18:00-mon 06:00, sun 23:59-mon 00:00]", "freezes", "fri 18:00-mon 06:00 sun 23:59-mon 00:00" },
	{ P "notices: { repeats: 0 }", "notices.repeats", "0" }, { P "notices: { again: 1h }", "notices.again", "1h" },
	{ P "notices: { registrant-after: 0s }", "notices.registrant-after", "0s" },
};

static void joined(const struct option_value *v, char *out, size_t room)
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < v->count; i++) {
		n += (size_t)snprintf(out + n, room - n, "%s%s", i == 0 ? "" : " ", v->items[i]);
	}
}

static void test_values(void **state)
{
	size_t count;
	const struct policy_option *options = policy_options(&count);
	for (size_t i = 0; i < COUNT(values); i++) {
		struct config c = parse(*state, values[i].text);
		bool named = strcmp(values[i].option, "name") == 0;
		for (size_t k = 0; k < count; k++) {
			struct option_value v, before;
			char text[OPTION_ITEMS * OPTION_TEXT], was[sizeof(text)];
			policy_option_get(&options[k], &c.policy.policy, &v);
			policy_option_get(&options[k], policy_preset(POLICY_DEFAULT), &before);
			joined(&v, text, sizeof(text));
			joined(&before, was, sizeof(was));
			bool is_it = strcmp(options[k].name, values[i].option) == 0;
			bool is_name = strcmp(options[k].name, "name") == 0;
			const char *wanted = is_it ? values[i].value : is_name && !named ? "bcp, changed" : was;
			if (strcmp(text, wanted) != 0 || (c.policy.lines[k] > 0) != (is_it || is_name)) {
				fail_msg("%s: %s is %s, line %zu", values[i].text, options[k].name, text, c.policy.lines[k]);
			}
		}
	}
}

/* The judge reads what follows from the methods. */
static void test_methods(void **state)
{
	const struct policy p = parse(*state, B "methods: [rfc9615, delay]").policy.policy;
	assert_true(p.rules.bootstrap.enabled && p.rules.bootstrap.authenticated);
	assert_int_equal(p.bootstrap.method_count, 2);
	const struct policy q = parse(*state, B "methods: [delay]").policy.policy;
	assert_true(q.rules.bootstrap.enabled && !q.rules.bootstrap.authenticated);
	const struct policy r = parse(*state, "policy: { preset: auth-only, bootstrap: { methods: [] } }").policy.policy;
	assert_false(r.rules.bootstrap.enabled || r.rules.bootstrap.authenticated);
	assert_int_equal(r.bootstrap.method_count, 0);
}

static const char several[] =
	"policy:\n"
	"  delete: { allowed: no }\n"
	"parents:\n"
	"  ch.:\n"
	"    suffixes:\n"
	"      co.ch.: { max-keys: 4 }\n"
	"      x.co.ch.:\n"
	"        preset: se-nu\n"
	"        name: mine\n"
	"      empty.ch.: {}\n"
	"    source: /srv/ch.zone\n"
	"    policy:\n"
	"      max-records: 7\n"
	"  li.:\n"
	"    policy: { preset: switch-ch-li }\n"
	"  sub.ch.: { source: list, source-format: csv, source-key: /srv/key, source-max-age: 90m,\n"
	"    published-at: '192.0.2.1,2001:db8::1' }\n";

static const struct {
	const char *origin, *child;
	const char *name;
	uint8_t max_records, max_keys;
	bool deletes;
} choices[] = {
	{ "ch.", "a.ch.", "bcp, changed", 7, 8, false },
	{ "ch.", "co.ch.", "bcp, changed", 7, 8, false },
	{ "ch.", "a.co.ch.", "bcp, changed", 7, 4, false },
	{ "ch.", "a.x.co.ch.", "mine", 6, 8, true },
	{ "ch.", "a.empty.ch.", "bcp, changed", 7, 8, false },
	{ "li.", "a.li.", "switch-ch-li", 20, 8, true },
	{ "li.", "a.co.ch.", "switch-ch-li", 20, 8, true },
	{ "sub.ch.", "a.sub.ch.", "bcp, changed", 20, 8, false },
	{ "example.", "a.example.", "bcp, changed", 20, 8, false },
};

/* Who decides about whom, and what he has from above, wherever it stands in the file. */
static void test_several(void **state)
{
	struct config c = parse(*state, several);
	assert_int_equal(c.parent_count, 3);
	assert_string_equal(c.parents[0].source.path, "/srv/ch.zone");
	assert_int_equal(c.parents[0].source.format, SOURCE_BY_NAME);
	assert_null(c.parents[0].source.key);
	assert_true(name_equal(&c.parents[0].source.origin, &c.parents[0].origin));
	assert_null(c.parents[1].source.path);
	assert_int_equal(c.parents[2].source.format, SOURCE_CSV);
	assert_string_equal(c.parents[2].source.key, "/srv/key");
	assert_int_equal(c.parents[2].source.max_age_s, 5400);
	assert_int_equal(c.parents[2].source.server_count, 2);
	assert_int_equal(c.parents[2].source.servers[1].family, 6);
	assert_int_equal(c.parents[0].source.server_count, 0);
	assert_int_equal(c.parents[0].source.max_age_s, SOURCE_MAX_AGE_S);	/* */
	for (size_t i = 0; i < COUNT(choices); i++) {
		struct name origin = name_of(choices[i].origin);
		struct name child = name_of(choices[i].child);
		struct policy_set set;
		assert_int_equal(config_policies(&c, &origin, *state, &set), 0);
		const struct policy *p = policy_of(&set, &child);
		if (strcmp(p->name, choices[i].name) != 0 || p->rules.max_records != choices[i].max_records
		    || p->rules.max_keys != choices[i].max_keys || p->rules.delete_allowed != choices[i].deletes) {
			fail_msg("%s in %s: %s, %u, %u", choices[i].child, choices[i].origin, p->name, p->rules.max_records,
				p->rules.max_keys);
		}
	}
}

static void test_origins(void **state)
{
	struct config c = parse(*state, several);
	size_t records = (size_t)(policy_option_find("max-records") - policy_option_find("name"));
	size_t deletes = (size_t)(policy_option_find("delete.allowed") - policy_option_find("name"));
	struct name origin = name_of("ch.");
	struct name child = name_of("a.co.ch.");
	struct policy_set set;
	assert_int_equal(config_policies(&c, &origin, *state, &set), 0);
	const struct config_policy *p = config_policy_of(policy_of(&set, &child));
	assert_int_equal(p->lines[records], 13);
	assert_int_equal(p->lines[deletes], 2);
	assert_string_equal(p->preset, "bcp");
	child = name_of("a.x.co.ch.");
	p = config_policy_of(policy_of(&set, &child));
	assert_int_equal(p->lines[records], 0);
	assert_int_equal(p->lines[deletes], 0);
	assert_string_equal(p->preset, "se-nu");
}

static void test_parent_of(void **state)
{
	static const struct {
		const char *child, *parent;
	} rows[] = { { "a.ch.", "ch." }, { "a.sub.ch.", "sub.ch." }, { "sub.ch.", "ch." }, { "b.a.sub.ch.", "sub.ch." },
		{ "ch.", NULL }, { "a.example.", NULL } };
	struct config c = parse(*state, several);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct name child = name_of(rows[i].child);
		const struct config_parent *p = config_parent_of(&c, &child);
		if (rows[i].parent == NULL) {
			assert_null(p);
		} else {
			struct name origin = name_of(rows[i].parent);
			assert_non_null(p);
			assert_true(name_equal(&p->origin, &origin));
			assert_ptr_equal(config_parent(&c, &origin), p);
		}
	}
}

/* ---- what is shown */

/* Standard output of policy_show. */
static char *shown_in(const struct config_policy *p, const struct config_policy *parent, const char *file, bool as_json)
{
	static char text[16384];
	FILE *to = tmpfile();
	assert_non_null(to);
	fflush(stdout);
	int kept = dup(STDOUT_FILENO);
	assert_true(kept >= 0 && dup2(fileno(to), STDOUT_FILENO) >= 0);
	int ret = policy_show(p, parent, file, as_json);
	fflush(stdout);
	assert_true(dup2(kept, STDOUT_FILENO) >= 0);
	close(kept);
	assert_int_equal(ret, 0);
	rewind(to);
	size_t size = fread(text, 1, sizeof(text) - 1, to);
	fclose(to);
	assert_true(size > 0 && size < sizeof(text) - 1);
	text[size] = '\0';
	return text;
}

static char *shown(const struct config_policy *p, const char *file, bool as_json)
{
	return shown_in(p, NULL, file, as_json);
}

static void same_policy(const struct policy *a, const struct policy *b)
{
	uint8_t x[POLICY_ENCODED_MAX], y[POLICY_ENCODED_MAX];
	size_t size = policy_encode(a, x, sizeof(x));
	assert_true(size > 0);
	assert_int_equal(policy_encode(b, y, sizeof(y)), size);
	assert_memory_equal(x, y, size);
}

static void test_shown_is_read_again(void **state)
{
	size_t count;
	const struct policy *presets = policy_presets(&count);
	for (size_t i = 0; i < count; i++) {
		struct config c;
		assert_int_equal(config_preset(&presets[i], *state, &c), 0);
		struct config back = parse(*state, shown(&c.policy, NULL, false));
		same_policy(&presets[i], &back.policy.policy);
		assert_string_equal(back.policy.preset, presets[i].name);
	}
	struct config odd = parse(*state, P "name: 'x: \"y\" \\ # z'\n  source: '- [1, 2]'\n  freezes: [fri 18:00-mon 06:00, tue 00:00-tue 00:01]\n"
		"  bootstrap: { methods: [rfc9615, checked], anchors: [] }\n  brakes: { delete: { count: none, share: 12.3456% } }\n"
		"  unreachable: { retry: [] }\n");
	struct config back = parse(*state, shown(&odd.policy, "a\nb.yaml", false));
	same_policy(&odd.policy.policy, &back.policy.policy);
}

static void test_shown_origin(void **state)
{
	struct config c = parse(*state, several);
	const char *text = shown(&c.parents[0].policy, "f.yaml", false);
	assert_non_null(strstr(text, "\n  preset: bcp\n"));
	assert_non_null(strstr(text, "\n  max-records: 7                                # f.yaml:13\n"));
	assert_non_null(strstr(text, "\n  delete:\n    allowed: no                                 # f.yaml:2\n"));
	assert_non_null(strstr(text, "\n  max-keys: 8                                   # bcp\n"));
	text = shown(&c.parents[0].policy, "f.yaml", true);
	assert_non_null(strstr(text, "{\"policy\":\"bcp, changed\",\"preset\":\"bcp\",\"file\":\"f.yaml\",\"options\":["));
	assert_non_null(strstr(text, "{\"name\":\"max-records\",\"value\":\"7\",\"takes\":\"1 to 20\",\"sentence\":"));
	assert_non_null(strstr(text, ",\"line\":13}"));
	assert_non_null(strstr(text, "{\"name\":\"freezes\",\"value\":[],"));
}

/* Brakes and freezes that a suffix has from its preset do nothing: those of its parent stand, and are shown. */
static void test_shown_of_a_suffix(void **state)
{
	struct config c = parse(*state, "parents:\n  ch.:\n    policy: { preset: bcp, freezes: [fri 18:00-mon 06:00] }\n"
		"    suffixes:\n      co.ch.: { preset: research, max-records: 7 }\n");
	const struct config_policy *parent = &c.parents[0].policy;
	const struct config_policy *suffix = &c.parents[0].suffixes[0].policy;
	const char *text = shown(suffix, "f.yaml", false);
	assert_non_null(strstr(text, "\n  freezes: []                                   # research\n"));
	text = shown_in(suffix, parent, "f.yaml", false);
	assert_non_null(strstr(text, "\n  preset: research\n"));
	assert_non_null(strstr(text, "\n  max-records: 7                                # f.yaml:5\n"));
	assert_non_null(strstr(text, "\n  freezes: [\"fri 18:00-mon 06:00\"]              # f.yaml:3\n"));
	assert_null(strstr(text, "count: none"));
	assert_non_null(strstr(text, "\n    max-age: 0s                                 # research\n"));
	/* What is shown is read again, and is what stands. */
	struct config back = parse(*state, text);
	struct policy stands = suffix->policy;
	memcpy(stands.brakes, parent->policy.brakes, sizeof(stands.brakes));
	memcpy(stands.operator_brakes, parent->policy.operator_brakes, sizeof(stands.operator_brakes));
	memcpy(stands.freezes, parent->policy.freezes, sizeof(stands.freezes));
	stands.freeze_count = parent->policy.freeze_count;
	same_policy(&stands, &back.policy.policy);
	text = shown_in(suffix, parent, "f.yaml", true);
	assert_non_null(strstr(text, "{\"name\":\"freezes\",\"value\":[\"fri 18:00-mon 06:00\"],"));
}

/* Every option has a value of its own in the table, and takes what it gives. */
static void test_table(void **state)
{
	(void)state;
	size_t count;
	const struct policy_option *options = policy_options(&count);
	for (size_t i = 0; i < count; i++) {
		struct policy p = *policy_preset("se-nu");
		struct option_value v;
		char why[OPTION_WHY], range[OPTION_RANGE];
		assert_ptr_equal(policy_option_find(options[i].name), &options[i]);
		policy_option_get(&options[i], &p, &v);
		assert_true(policy_option_set(&options[i], &v, &p, why));
		same_policy(&p, policy_preset("se-nu"));
		policy_option_range(&options[i], range);
		assert_true(range[0] != '\0' && options[i].sentence[strlen(options[i].sentence) - 1] == '.');
		v.is_list = !v.is_list;
		assert_false(policy_option_set(&options[i], &v, &p, why));
		same_policy(&p, policy_preset("se-nu"));
	}
	assert_null(policy_option_find("no-such"));
	assert_null(policy_option_find("delete"));
}

/* ---- files */

static void test_files(void **state)
{
	char path[] = "/tmp/cdswalk-test-XXXXXX";
	int fd = mkstemp(path);
	struct config c;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, several, strlen(several)), (ssize_t)strlen(several));
	assert_int_equal(config_load(path, *state, &c), EXIT_OK);
	assert_int_equal(c.parent_count, 3);
	assert_int_equal(write(fd, "\nlax: 1\n", 8), 8);
	close(fd);
	assert_int_equal(config_load(path, *state, &c), EXIT_CONFIG);
	unlink(path);
	assert_int_equal(config_load(path, *state, &c), EXIT_CONFIG);
	assert_int_equal(config_load("/", *state, &c), EXIT_CONFIG);
	assert_int_equal(config_load("/dev/zero", *state, &c), EXIT_CONFIG);
}

static void test_too_large(void **state)
{
	struct yaml_fault fault;
	struct config c;
	char *text = malloc(CONFIG_FILE_MAX + 1);
	assert_non_null(text);
	memset(text, '\n', CONFIG_FILE_MAX + 1);
	memcpy(text, "policy: {}", 10);
	assert_int_equal(config_parse("f", text, CONFIG_FILE_MAX, *state, &c, &fault), ERR_OK);
	assert_int_equal(config_parse("f", text, CONFIG_FILE_MAX + 1, *state, &c, &fault), ERR_FORMAT);
	assert_string_equal(fault.reason, "it is larger than 262144 octets");
	assert_int_equal(fault.line, 0);
	/* 1000 names, and one more. */
	size_t n = (size_t)snprintf(text, CONFIG_FILE_MAX, "parents:\n");
	for (int i = 0; i < 1000; i++) {
		n += (size_t)snprintf(text + n, CONFIG_FILE_MAX - n, "  p%d.: {}\n", i);
	}
	assert_int_equal(config_parse("f", text, n, *state, &c, &fault), ERR_OK);
	assert_int_equal(c.parent_count, 1000);
	n += (size_t)snprintf(text + n, CONFIG_FILE_MAX - n, "  x.: {}\n");
	assert_int_equal(config_parse("f", text, n, *state, &c, &fault), ERR_FORMAT);
	assert_string_equal(fault.reason, "there are more than 1000 parents");
	n = (size_t)snprintf(text, CONFIG_FILE_MAX, "parents:\n ch.:\n  suffixes:\n");
	for (int i = 0; i <= 1000; i++) {
		n += (size_t)snprintf(text + n, CONFIG_FILE_MAX - n, "   p%d.ch.: {}\n", i);
	}
	assert_int_equal(config_parse("f", text, n, *state, &c, &fault), ERR_FORMAT);
	assert_string_equal(fault.reason, "there are more than 1000 suffixes");
	assert_int_equal(fault.line, 1004);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values), cmocka_unit_test(test_methods),
		cmocka_unit_test(test_several), cmocka_unit_test(test_origins), cmocka_unit_test(test_parent_of),
		cmocka_unit_test(test_shown_is_read_again), cmocka_unit_test(test_shown_origin), cmocka_unit_test(test_shown_of_a_suffix), cmocka_unit_test(test_table),
		cmocka_unit_test(test_files), cmocka_unit_test(test_too_large),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
