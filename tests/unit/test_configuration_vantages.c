/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vantages in the configuration: places with addresses of their own, and no more of them wanted than there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "scanner/vantages.h"
#include "validate/wire/err.h"

#define V "vantages:\n  - name: ams\n"
#define FRA "  - name: fra\n    ipv4: 192.0.2.1\n"

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

static void are_taken(void **state)
{
	struct config c = parse(*state, V FRA "    ipv6: 2001:db8::1\n  - { ipv6: '2001:db8::2', name: Far East }\n"
		"policy: { vantage-required: 3 }\n");
	struct address four, six;
	assert_int_equal(address_from_text("192.0.2.1", &four), ERR_OK);
	assert_int_equal(address_from_text("2001:db8::1", &six), ERR_OK);
	assert_int_equal(c.vantage_count, 3);
	assert_string_equal(c.vantages[0].name, "ams");
	assert_int_equal(c.vantages[0].ipv4.family + c.vantages[0].ipv6.family, 0);
	assert_string_equal(c.vantages[1].name, "fra");
	assert_int_equal(address_compare(&c.vantages[1].ipv4, &four), 0);
	assert_int_equal(address_compare(&c.vantages[1].ipv6, &six), 0);
	assert_string_equal(c.vantages[2].name, "Far East");
	assert_int_equal(c.vantages[2].ipv4.family, 0);
	assert_int_equal(c.policy.policy.rules.bootstrap.vantages, 3);
}

/* One vantage by default. */
static void default_is_one(void **state)
{
	struct config c = parse(*state, "policy: { vantage-required: 1 }\n");
	assert_int_equal(c.vantage_count, 0);
	assert_int_equal(c.policy.policy.rules.bootstrap.vantages, 1);
	c = parse(*state, "vantages: []\n");
	assert_int_equal(c.vantage_count, 0);
	assert_int_equal(config_preset(policy_preset(POLICY_DEFAULT), *state, &c), ERR_OK);
	assert_int_equal(c.vantage_count, 0);
	assert_int_equal(c.policy.policy.rules.bootstrap.vantages, 1);
}

static void are_refused(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
		const char *reason;
	} rows[] = {
		{ "vantages: ams\n", 1, 11, "list" },
		{ "vantages:\n  - ams\n", 2, 5, "name, ipv4 and ipv6" },
		{ "vantages:\n  - ipv4: 192.0.2.1\n", 2, 5, "the vantage has no name" },
		{ "vantages:\n  - name: ams\n    ipv4: 192.0.2.1\n", 2, 5, "the first vantage is this machine as it is" },
		{ "vantages:\n  - name: ams\n    ipv6: 2001:db8::1\n", 2, 5, "the first vantage is this machine as it is" },
		{ "vantages:\n  - name: ''\n", 2, 11, "name takes 1 to 63" },
		{ "vantages:\n  - name: \"a\\tb\"\n", 2, 11, "name takes 1 to 63" },
		{ V "    port: 53\n", 3, 5, "port" },
		{ V "    name: fra\n", 3, 5, "twice" },
		{ V "  - name: fra\n", 3, 5, "the vantage has no address to ask from" },
		{ V "  - name: ams\n    ipv4: 192.0.2.1\n", 3, 5, "a vantage ams stands here twice" },
		{ V FRA "  - name: fra\n    ipv6: 2001:db8::1\n", 5, 5, "a vantage fra stands here twice" },
		{ V FRA "  - name: zrh\n    ipv4: 192.0.2.1\n", 5, 5, "zrh has an address of fra" },
		{ V FRA "    ipv6: ::1\n  - name: zrh\n    ipv4: 192.0.2.2\n    ipv6: ::1\n", 6, 5, "zrh has an address of fra" },
		{ V "  - name: fra\n    ipv4: 2001:db8::1\n", 4, 11, "ipv4 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv6: 192.0.2.1\n", 4, 11, "ipv6 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv4: 192.0.2.1@53\n", 4, 11, "ipv4 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv4: 0.0.0.0\n", 4, 11, "ipv4 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv6: '::'\n", 4, 11, "ipv6 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv6: '::ffff:192.0.2.1'\n", 4, 11, "ipv6 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv6: ff02::1\n", 4, 11, "ipv6 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv4: 224.0.0.1\n", 4, 11, "ipv4 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv4: 239.255.255.255\n", 4, 11, "ipv4 takes a local address of this family and of one host, not" },
		{ V "  - name: fra\n    ipv4: 255.255.255.255\n", 4, 11, "ipv4 takes a local address of this family and of one host, not" },
		{ V FRA "  - { name: b, ipv4: 192.0.2.2 }\n  - { name: c, ipv4: 192.0.2.3 }\n  - { name: d, ipv4: 192.0.2.4 }\n", 7, 5,
			"there are more than 4 vantages" },
		/* More are wanted than there are, wherever it stands. */
		{ "policy: { vantage-required: 2 }\n", 1, 29, "vantage-required is 2, and there is 0 in vantages" },
		{ "policy: { vantage-required: 2 }\n" V, 1, 29, "vantage-required is 2, and there is 1 in vantages" },
		{ V FRA "policy: { vantage-required: 3 }\n", 5, 29, "vantage-required is 3, and there are 2 in vantages" },
		{ "parents:\n  ch.:\n    policy:\n      vantage-required: 3\n" V FRA, 4, 25, "vantage-required is 3" },
		{ "parents:\n  ch.:\n    suffixes:\n      co.ch.: { preset: bcp, vantage-required: 4 }\n" V FRA, 4, 48, "vantage-required is 4" },
		{ V FRA "policy: { vantage-required: 5 }\n", 5, 29, "1 to 4" },
		{ V FRA "policy: { vantage-required: 0 }\n", 5, 29, "1 to 4" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;
		struct yaml_fault fault;
		int ret = config_parse("f.yaml", rows[i].text, strlen(rows[i].text), *state, &c, &fault);
		if (ret != ERR_FORMAT || fault.line != rows[i].line || fault.column != rows[i].column ||
		    strstr(fault.reason, rows[i].reason) == NULL) {
			fail_msg("%d, %zu:%zu: %s\n%s", ret, fault.line, fault.column, ret == ERR_OK ? "taken" : fault.reason, rows[i].text);
		}
	}
}

/* As many as there are is not too many, in each place where it may stand. */
static void are_enough(void **state)
{
	struct config c = parse(*state, "parents:\n  ch.:\n    policy: { vantage-required: 2 }\n    suffixes:\n"
		"      co.ch.: { vantage-required: 1 }\n" V FRA);
	struct policy_set set;
	struct name child;
	assert_int_equal(config_policies(&c, &c.parents[0].origin, *state, &set), ERR_OK);
	assert_int_equal(set.policy->rules.bootstrap.vantages, 2);
	assert_int_equal(name_from_text("a.co.ch.", &child), ERR_OK);
	assert_int_equal(policy_of(&set, &child)->rules.bootstrap.vantages, 1);
}

/* what the walk and the network make of them. */
static void are_filled_in(void **state)
{
	struct config c = parse(*state, V FRA "  - { ipv6: '2001:db8::2', name: zrh }\n");
	struct probe_options probe = { .udp_attempts = 2 };
	struct network_options network = { .signaling = true };
	vantages_fill(&c, &probe, &network);
	assert_int_equal(probe.vantage_count, 3);
	assert_string_equal(probe.vantages[0].name, "ams");
	assert_string_equal(probe.vantages[1].name, "fra");
	assert_true(!probe.vantages[1].no_ipv4 && probe.vantages[1].no_ipv6);
	assert_true(probe.vantages[2].no_ipv4 && !probe.vantages[2].no_ipv6);
	assert_int_equal(network.other_count, 2);
	assert_int_equal(address_compare(&network.others[0].ipv4, &c.vantages[1].ipv4), 0);
	assert_int_equal(network.others[0].ipv6.family, 0);
	assert_int_equal(address_compare(&network.others[1].ipv6, &c.vantages[2].ipv6), 0);
	struct config none = parse(*state, "vantages: []\n");
	vantages_fill(&none, &probe, &network);
	assert_int_equal(probe.vantage_count, 0);
}

static void can_be_asked_from(void **state)
{
	struct config here = parse(*state, V "  - { name: fra, ipv4: 127.0.0.9 }\n");
	struct config nowhere = parse(*state, V "  - { name: fra, ipv4: 127.0.0.9 }\n  - { name: zrh, ipv4: 192.0.2.77 }\n");
	struct config half = parse(*state, V "  - { name: fra, ipv4: 127.0.0.9, ipv6: '2001:db8::77' }\n");
	assert_int_equal(vantages_check(&here, true), 0);
	assert_int_equal(vantages_check(&here, false), 3);
	assert_int_equal(vantages_check(&nowhere, true), 3);
	assert_int_equal(vantages_check(&half, true), 3);
}

/* R8078-5-1: a vantage of one family sees no child whole whose servers have both; told before a scan, and by policy check. */
static void of_one_family(void **state)
{
	static const char six[] = "  - name: zrh\n    ipv6: 2001:db8::2\n";
	static const char both[] = "  - { name: zrh, ipv4: 192.0.2.2, ipv6: '2001:db8::2' }\n";
	static const struct {
		const char *more, *policy;
		size_t whole, wanted;
	} rows[] = {
		{ "", "policy: { vantage-required: 2 }\n", 1, 2 },
		{ "", "policy: { vantage-required: 1 }\n", 1, 1 },
		{ six, "policy: { vantage-required: 3 }\n", 1, 3 },
		{ both, "policy: { vantage-required: 2 }\n", 2, 2 },
		{ both, "policy: { vantage-required: 3 }\n", 2, 3 },
		{ six, "parents:\n  ch.:\n    policy: { vantage-required: 2 }\n", 1, 2 },
		{ six, "parents:\n  ch.:\n    suffixes:\n      co.ch.: { vantage-required: 3 }\n", 1, 3 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[512];
		size_t whole = 0;
		size_t wanted = 0;
		snprintf(text, sizeof(text), V FRA "%s%s", rows[i].more, rows[i].policy);
		struct config c = parse(*state, text);
		assert_int_equal(vantages_fall_short(&c, &whole, &wanted), rows[i].whole < rows[i].wanted);
		assert_int_equal(whole, rows[i].whole);
		assert_int_equal(wanted, rows[i].wanted);
	}
	struct config none = parse(*state, "policy: { preset: bcp }\n");
	size_t whole = 0;
	size_t wanted = 0;
	assert_false(vantages_fall_short(&none, &whole, &wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(are_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(default_is_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(are_enough, set_up, tear_down),
		cmocka_unit_test_setup_teardown(are_filled_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(can_be_asked_from, set_up, tear_down),
		cmocka_unit_test_setup_teardown(of_one_family, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("configuration of vantages", tests, NULL, NULL);
}
