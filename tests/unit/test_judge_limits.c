/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ceilings of the judge, one beyond and one within each, and the reason of each (L-DOS-1, A-15). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/judge_run.h"

struct limit_case {
	const char *name;
	struct says server;
	enum reason reason;
	unsigned attempts_max;
};

/* L-DOS-1, T-45, fixture keytrap: bounded, and a reason of its own. */
static const struct limit_case limit_cases[] = {
	{ "33 DNSKEY records, L-DOS-1", { .cds = "B", .dnskey = "AZ*31", .on = true }, REASON_TOO_MANY_KEYS, 0 },
	{ "32 are looked at, L-DOS-1", { .dnskey = "AZ*30", .on = true }, REASON_NOOP_NO_SIGNAL, 8 },
	{ "nine keys with the tag of the DS", { .cds = "B", .dnskey = "A123456789Z", .on = true },
		REASON_KEY_TAG_COLLISIONS, 0 },
	{ "five keys with the tag of the DS", { .dnskey = "A1234Z", .on = true }, REASON_KEY_TAG_COLLISIONS, 0 },
	{ "four keys with the tag of the DS", { .dnskey = "A123Z", .on = true }, REASON_NOOP_NO_SIGNAL, 8 },
	{ "two keys with the tag of the DS", { .dnskey = "A1Z", .on = true }, REASON_NOOP_NO_SIGNAL, 8 },
	{ "nine wrong signatures", { .cds = "B", .by = "AAAAAAAAA", .when = WHEN_CORRUPT, ROLL },
		REASON_TOO_MANY_SIGNATURES, 24 },
	{ "33 signatures", { .cds = "B", .by = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ROLL }, REASON_TOO_MANY_SIGNATURES, 0 },
	{ "33 signatures over what proves absence", { .zone_by = "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ", .on = true },
		REASON_TOO_MANY_SIGNATURES, 8 },
	{ "32 of them", { .zone_by = "ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ", .on = true }, REASON_NOOP_NO_SIGNAL, 8 },
	{ "eight wrong signatures", { .cds = "B", .by = "AAAAAAAA", .when = WHEN_CORRUPT, ROLL },
		REASON_RRSIG_BOGUS, 24 },
};

static void test_limits(void **state)
{
	for (size_t i = 0; i < sizeof limit_cases / sizeof limit_cases[0]; i++) {
		const struct limit_case *l = &limit_cases[i];
		const struct judge_case c = { .servers = { l->server } };
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, &c, arena, &f);
		if (f.reason != l->reason || f.verifications > l->attempts_max) {
			fail_msg("%s: %s, %u attempts", l->name, reason_token(f.reason), f.verifications);
		}
		arena_free(arena);
	}
}

/* More keys than are told apart: four servers that name seventy others each. */
static void test_too_many_keys_altogether(void **state)
{
	const struct judge_case c = { .reason = REASON_TOO_MANY_KEYS, .servers = {
		{ .cds = "*20+0", .cdnskey = "*20+0", .dnskey = "AZ*30+80", .on = true },
		{ .cds = "*20+20", .cdnskey = "*20+20", .dnskey = "AZ*30+110", .on = true },
		{ .cds = "*20+40", .cdnskey = "*20+40", .dnskey = "AZ*30+140", .on = true },
		{ .cds = "*20+60", .cdnskey = "*20+60", .dnskey = "AZ*30+170", .on = true } } };
	struct judge_case fewer = c;
	fewer.reason = REASON_INCONSISTENT_KEYS;
	fewer.servers[3].on = false;
	const struct judge_case *const cases[] = { &c, &fewer };
	for (size_t i = 0; i < 2; i++) {
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, cases[i], arena, &f);
		assert_int_equal(f.reason, cases[i]->reason);
		arena_free(arena);
	}
}

/* CDNSKEY keys of one tag and algorithm whose digests would have to be told apart, also with no number left for
 * any of them (CVE-2023-50387). */
static void test_digests_of_colliding_keys(void **state)
{
	static const char keys[] = "A 1 2 3 4 5";
	const struct judge_case few = { .servers = { { .cdnskey = keys, .on = true } } };
	const struct judge_case full = { .ds = "A *63+0", .rules = { .types = TYPES_SINGLE_CDNSKEY }, .servers = {
		{ .cds = "*20+70", .cdnskey = keys, .dnskey = "AZ*30+0", .on = true },
		{ .cds = "*20+90", .cdnskey = keys, .dnskey = "AZ*30+30", .on = true },
		{ .cds = "*20+110", .cdnskey = keys, .dnskey = "AZ*30+60", .on = true },
		{ .cds = "*6+130", .cdnskey = keys, .dnskey = "AZ*30+90", .on = true } } };
	const struct judge_case *const cases[] = { &few, &full };
	for (size_t i = 0; i < 2; i++) {
		struct arena *arena = arena_new();
		struct finding f;
		judge_case_run(*state, cases[i], arena, &f);
		assert_int_equal(f.reason, REASON_KEY_TAG_COLLISIONS);
		size_t told = 0;
		for (size_t k = 0; k < f.check_count; k++) {
			told += strcmp(f.checks[k].rule, "L-DOS-1") == 0 && f.checks[k].result == CHECK_FAIL &&
				strcmp(f.checks[k].detail, reason_find(REASON_KEY_TAG_COLLISIONS)->sentence) == 0;
		}
		assert_int_equal(told, 1);
		arena_free(arena);
	}
}

static int setup(void **state)
{
	zone_keys_load();
	*state = crypto_new();
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	crypto_free(*state);
	zone_keys_free();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_too_many_keys_altogether),
		cmocka_unit_test(test_digests_of_colliding_keys),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
