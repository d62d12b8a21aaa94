/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a policy mean: which fit together, when a freeze is on, which brake counts a change; and the presets. */
#include "tests/unit/accept_fixture.h"
#include "validate/accept/policy_set.h"

/* ---- values that do not fit together */

static void on_with(struct policy *p, uint8_t first, uint8_t second)
{
	p->bootstrap.method_count = second == 0 ? 1 : 2;
	p->bootstrap.methods[0] = first;
	p->bootstrap.methods[1] = second;
	p->rules.bootstrap.enabled = true;
	p->rules.bootstrap.authenticated = first == BOOTSTRAP_AUTHENTICATED || second == BOOTSTRAP_AUTHENTICATED;
	p->rules.bootstrap.challenge = first == BOOTSTRAP_CHALLENGE || second == BOOTSTRAP_CHALLENGE;
}

static void types(struct policy *p) { p->rules.types = (enum types_mode)9; }
static void digests(struct policy *p) { p->rules.digests = (enum digest_mode)9; }
static void continuity(struct policy *p) { p->rules.continuity = (enum continuity_mode)9; }
static void no_records(struct policy *p) { p->rules.max_records = 0; }
static void records(struct policy *p) { p->rules.max_records = LIMIT_CDS + 1; }
static void no_keys(struct policy *p) { p->rules.max_keys = 0; }
static void keys(struct policy *p) { p->rules.max_keys = LIMIT_DNSKEY + 1; }
static void anchors(struct policy *p) { p->rules.bootstrap.anchor_count = LIMIT_ROOT_ANCHORS + 1; }
static void short_anchor(struct policy *p) { p->rules.bootstrap.anchors[0].size = 31; }
static void long_anchor(struct policy *p) { p->rules.bootstrap.anchors[0].size = LIMIT_DIGEST_OCTETS + 1; }
static void anchor_twice(struct policy *p) { p->rules.bootstrap.anchors[1] = p->rules.bootstrap.anchors[0]; }
static void anchors_unsorted(struct policy *p) { p->rules.bootstrap.anchors[1].tag = 1; }
static void methods(struct policy *p) { on_with(p, 1, 2); p->bootstrap.method_count = POLICY_METHODS + 1; }
static void no_method(struct policy *p) { on_with(p, BOOTSTRAP_NONE, 0); }
static void unknown_method(struct policy *p) { on_with(p, BOOTSTRAP_INCEPTION + 1, 0); }
static void method_twice(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, BOOTSTRAP_DELAY); }
static void signal_second(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, BOOTSTRAP_AUTHENTICATED); }
static void on_without(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->bootstrap.method_count = 0; }
static void off_with(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->rules.bootstrap.enabled = false; }
static void signal_unread(struct policy *p) { on_with(p, 1, 0); p->rules.bootstrap.authenticated = false; }
static void signal_unasked(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->rules.bootstrap.authenticated = true; }
static void token_unread(struct policy *p) { on_with(p, BOOTSTRAP_CHALLENGE, 0); p->rules.bootstrap.challenge = false; }
static void token_unasked(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->rules.bootstrap.challenge = true; }
static void no_delay(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->bootstrap.delay_s = 0; }
static void no_checks(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->bootstrap.min_checks = 0; }
static void no_spacing(struct policy *p) { on_with(p, BOOTSTRAP_DELAY, 0); p->bootstrap.min_spacing_s = 0; }
static void small_gap(struct policy *p)
{
	on_with(p, BOOTSTRAP_DELAY, 0);
	p->bootstrap.max_gap_s = p->bootstrap.min_spacing_s - 1;
}
static void unconfirmed(struct policy *p) { on_with(p, BOOTSTRAP_CHECKED, 0); p->bootstrap.confirmation_s = 0; }
static void unchallenged(struct policy *p) { on_with(p, BOOTSTRAP_CHALLENGE, 0); p->bootstrap.confirmation_s = 0; }
static void brake(struct policy *p) { p->brakes[BRAKE_UPDATE].ppm = 1000001; }
static void operator_brake(struct policy *p) { p->operator_brakes[BRAKE_DELETE].ppm = 1000001; }
static void retries(struct policy *p) { p->retry_count = POLICY_RETRIES + 1; }
static void low_ttl(struct policy *p) { p->ttl = (struct ttl_policy){ 299, 1 }; }
static void high_ttl(struct policy *p) { p->ttl = (struct ttl_policy){ 901, 1 }; }
static void ttl_for_nothing(struct policy *p) { p->ttl = (struct ttl_policy){ 300, 0 }; }
static void freezes(struct policy *p) { p->freeze_count = POLICY_FREEZES + 1; }
static void frozen(struct policy *p, uint16_t from, uint16_t to)
{
	p->freeze_count = 1;
	p->freezes[0] = (struct freeze){ from, to };
}
static void freeze_from(struct policy *p) { frozen(p, 10080, 1); }
static void freeze_to(struct policy *p) { frozen(p, 1, 10080); }
static void freeze_of_nothing(struct policy *p) { frozen(p, 7, 7); }
static void notices(struct policy *p) { p->notices.again_s = 0; }

static const struct {
	void (*set)(struct policy *p);
	const char *sentence;	/* how it begins */
} faults[] = {
	{ types, "a mode" }, { digests, "a mode" }, { continuity, "a mode" },
	{ no_records, "the number of CDS" }, { records, "the number of CDS" },
	{ no_keys, "the number of keys" }, { keys, "the number of keys" },
	{ anchors, "there are more than 8 trust" }, { short_anchor, "a trust anchor" }, { long_anchor, "a trust anchor" },
	{ anchor_twice, "the trust anchors" }, { anchors_unsorted, "the trust anchors" },
	{ methods, "there are more methods" }, { no_method, "a method of bootstrapping is none" },
	{ unknown_method, "a method of bootstrapping is none" }, { method_twice, "a method of bootstrapping is named" },
	{ signal_second, "authenticated bootstrapping" }, { on_without, "bootstrapping is on" }, { off_with, "bootstrapping is on" },
	{ signal_unread, "the judge and" }, { signal_unasked, "the judge and" },
	{ token_unread, "the judge and" }, { token_unasked, "the judge and" },
	{ no_delay, "acceptance after a delay" }, { no_checks, "acceptance after a delay" },
	{ no_spacing, "the largest gap" }, { small_gap, "the largest gap" },
	{ unconfirmed, "a request that waits" }, { unchallenged, "a request that waits" },
	{ brake, "a brake" }, { operator_brake, "a brake" }, { retries, "there are more than 8 retries" },
	{ low_ttl, "the DS TTL after" }, { high_ttl, "the DS TTL after" }, { ttl_for_nothing, "the DS TTL is lowered" },
	{ freezes, "there are more than 8 freezes" }, { freeze_from, "a freeze" }, { freeze_to, "a freeze" },
	{ freeze_of_nothing, "a freeze" }, { notices, "notices" },
};

static void test_faults(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		struct policy p = *policy_preset(POLICY_DEFAULT);
		faults[i].set(&p);
		const char *why = policy_fault(&p);
		if (why == NULL || strncmp(why, faults[i].sentence, strlen(faults[i].sentence)) != 0) {
			fail_msg("%zu: %s, not %s", i, why == NULL ? "no fault" : why, faults[i].sentence);
		}
		uint8_t octets[POLICY_ENCODED_MAX];
		assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	}
}

/* The first value that is not refused. */
static void no_anchor(struct policy *p) { on_with(p, BOOTSTRAP_AUTHENTICATED, 0); p->rules.bootstrap.anchor_count = 0; }
static void signal_first(struct policy *p) { on_with(p, BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_DELAY); }
static void equal_gap(struct policy *p)
{
	on_with(p, BOOTSTRAP_DELAY, 0);
	p->bootstrap.max_gap_s = p->bootstrap.min_spacing_s = 1;
	p->bootstrap.delay_s = p->bootstrap.min_checks = 1;
}
static void by_channel(struct policy *p)
{
	on_with(p, BOOTSTRAP_CHANNEL, 0);
	p->bootstrap = (struct bootstrap_policy){ 1, { BOOTSTRAP_CHANNEL }, .delay_s = 0 };
}
static void lowest_ttl(struct policy *p) { p->ttl = (struct ttl_policy){ 300, 1 }; }
static void highest_ttl(struct policy *p) { p->ttl = (struct ttl_policy){ 900, 1 }; }
static void no_brake(struct policy *p) { p->brakes[0] = (struct brake_limit){ UINT32_MAX, 1000000 }; }
static void whole_week(struct policy *p) { frozen(p, 0, 10079); }
static void one_notice(struct policy *p) { p->notices = (struct notice_policy){ 1, 0, 0 }; }

static void test_what_fits(void **unused)
{
	(void)unused;
	static void (*const rows[])(struct policy *p) = { no_anchor, signal_first, equal_gap, by_channel, lowest_ttl,
		highest_ttl, no_brake, whole_week, one_notice };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy p = *policy_preset(POLICY_DEFAULT);
		rows[i](&p);
		const char *why = policy_fault(&p);
		if (why != NULL) {
			fail_msg("%zu: %s", i, why);
		}
	}
}

/* ---- freezes, brakes */

#define MONDAY 1775433600u	/* 2026-04-06 00:00 UTC */

static void test_freezes(void **unused)
{
	(void)unused;
	static const struct {
		uint16_t from, to;
		uint32_t at;	/* seconds after Monday 00:00 */
		bool is_on;
	} rows[] = {
		{ 60, 120, 3599, false }, { 60, 120, 3600, true }, { 60, 120, 7199, true }, { 60, 120, 7200, false },
		/* Friday 18:00 to Monday 06:00 */
		{ 6840, 360, 0, true }, { 6840, 360, 360 * 60 - 1, true }, { 6840, 360, 360 * 60, false },
		{ 6840, 360, 6840 * 60 - 1, false }, { 6840, 360, 6840 * 60, true }, { 6840, 360, 604799, true },
		{ 0, 10079, 0, true }, { 0, 10079, 604799, false },
	};
	struct policy p = *policy_preset(POLICY_DEFAULT);
	assert_false(policy_is_frozen(&p, MONDAY));
	p.freeze_count = 2;
	p.freezes[0] = (struct freeze){ 4000, 4001 };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		p.freezes[1] = (struct freeze){ rows[i].from, rows[i].to };
		if (policy_is_frozen(&p, MONDAY + rows[i].at) != rows[i].is_on) {
			fail_msg("row %zu", i);
		}
	}
	assert_true(policy_is_frozen(&p, MONDAY + 4000u * 60));
	/* Thursday is the first day of the epoch. */
	p.freezes[1] = (struct freeze){ 3 * 1440, 3 * 1440 + 1 };
	assert_true(policy_is_frozen(&p, 0));
	assert_false(policy_is_frozen(&p, 60));
}

static void test_brake_classes(void **unused)
{
	(void)unused;
	for (int c = CHANGE_NONE; c <= CHANGE_TTL; c++) {
		assert_int_equal(brake_class_of((enum change_class)c), c == CHANGE_DELETE ? BRAKE_DELETE :
			c == CHANGE_INITIAL ? BRAKE_BOOTSTRAP : BRAKE_UPDATE);
	}
}

/* ---- presets */

static void test_default_values(void **unused)
{
	(void)unused;
	const struct policy *p = policy_preset(POLICY_DEFAULT);
	assert_non_null(p);
	assert_int_equal(p->rules.types, TYPES_BOTH_IF_PRESENT);
	assert_int_equal(p->rules.digests, DIGEST_MODE_VERBATIM);
	assert_int_equal(p->rules.continuity, CONTINUITY_PER_ALGORITHM);
	assert_true(p->rules.delete_allowed);
	assert_false(p->rules.delete_requires_both);
	assert_int_equal(p->rules.max_records, 20);
	assert_int_equal(p->rules.max_keys, 8);
	assert_int_equal(p->retry_count, 4);
	assert_int_equal(p->retry_s[0], 300);
	assert_int_equal(p->retry_s[1], 600);
	assert_int_equal(p->retry_s[2], 1200);
	assert_int_equal(p->retry_s[3], 2400);
	assert_int_equal(p->delete_hold_max_s, 7 * 86400);
	assert_int_equal(p->replay_guard, REPLAY_GUARD_OLDER);
	assert_int_equal(p->change_max_age_s, 86400);
	/* 9615, else 8078 3.3 */
	assert_int_equal(p->bootstrap.method_count, 2);
	assert_int_equal(p->bootstrap.methods[0], BOOTSTRAP_AUTHENTICATED);
	assert_int_equal(p->bootstrap.methods[1], BOOTSTRAP_DELAY);
	assert_true(p->rules.bootstrap.fall_back_absent && p->rules.bootstrap.fall_back_incomplete);
	assert_int_equal(p->bootstrap.delay_s, 72 * 3600);
	assert_int_equal(p->bootstrap.min_checks, 3);
	assert_int_equal(p->bootstrap.min_spacing_s, 12 * 3600);
	assert_false(p->respect_registry_lock || p->respect_registrar_lock || p->guard_manual_change);
	assert_int_equal(p->ttl.change_s, 0);
	/* */
	assert_int_equal(p->brakes[BRAKE_DELETE].count, 20);
	assert_int_equal(p->brakes[BRAKE_DELETE].ppm, 1000);
	assert_int_equal(p->brakes[BRAKE_BOOTSTRAP].count, 500);
	assert_int_equal(p->brakes[BRAKE_BOOTSTRAP].ppm, 10000);
	assert_int_equal(p->brakes[BRAKE_UPDATE].count, 1000);
	assert_int_equal(p->brakes[BRAKE_UPDATE].ppm, 50000);
	assert_int_equal(p->notices.repeats, 2);
	assert_int_equal(p->notices.registrant_after_s, 259200);
}

static const struct {
	const char *name;
	enum types_mode types;
	uint8_t max_records;
	uint8_t methods[3];
	uint32_t delay_h;
	bool registry_lock, manual_change;
} presets[] = {
	{ "auth-only", TYPES_BOTH_IF_PRESENT, 20, { BOOTSTRAP_AUTHENTICATED }, 72, false, false },
	{ "switch-ch-li", TYPES_SINGLE_CDS, 20, { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_DELAY }, 72, false, false },
	{ "se-nu", TYPES_BOTH_IF_PRESENT, 6, { BOOTSTRAP_DELAY }, 72, true, true },
	{ "cz-fred", TYPES_SINGLE_CDNSKEY, 20, { BOOTSTRAP_DELAY }, 168, false, false },
	{ "ripe-ncc", TYPES_SINGLE_CDS, 20, { BOOTSTRAP_NONE }, 72, false, true },
	{ "registrar-strict", TYPES_BOTH_IF_PRESENT, 20, { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_CHANNEL }, 72, false, false },
	{ "research", TYPES_BOTH_IF_PRESENT, 20, { BOOTSTRAP_AUTHENTICATED, BOOTSTRAP_DELAY }, 72, false, false },
};

/* Standards section 6. */
static void test_registries(void **unused)
{
	(void)unused;
	size_t count;
	(void)policy_presets(&count);
	assert_int_equal(count, 1 + sizeof presets / sizeof presets[0]);
	for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
		const struct policy *p = policy_preset(presets[i].name);
		assert_non_null(p);
		assert_int_equal(p->rules.types, presets[i].types);
		assert_int_equal(p->rules.max_records, presets[i].max_records);
		assert_memory_equal(p->bootstrap.methods, presets[i].methods, 3);
		assert_int_equal(p->bootstrap.delay_s, presets[i].delay_h * 3600);
		assert_int_equal(p->respect_registry_lock, presets[i].registry_lock);
		assert_int_equal(p->guard_manual_change, presets[i].manual_change);
	}
	assert_null(policy_preset("no-such"));
	assert_null(policy_preset(""));
	assert_null(policy_preset(NULL));
}

/* what no preset switches off, and where it comes from. */
static void test_every_preset(void **unused)
{
	(void)unused;
	size_t count;
	const struct policy *all = policy_presets(&count);
	for (size_t i = 0; i < count; i++) {
		const struct policy *p = &all[i];
		assert_ptr_equal(policy_preset(p->name), p);
		assert_null(policy_fault(p));
		assert_true(strstr(p->source, "20") != NULL || strstr(p->source, "bcp") != NULL);
		assert_true(p->requires_all_servers);
		bool strict = strcmp(p->name, "registrar-strict") == 0;
		assert_int_equal(p->replay_guard, strict ? REPLAY_GUARD_STRICT : REPLAY_GUARD_OLDER);
		assert_true(p->retry_count > 0);
		assert_int_equal(p->rules.continuity, CONTINUITY_PER_ALGORITHM);
		/* B2, A-13: a delete in the only type there is will do. */
		assert_false(p->rules.delete_requires_both);
		assert_int_equal(p->bootstrap.min_spacing_s, 12 * 3600);
		assert_int_equal(p->bootstrap.max_gap_s, 172800);
		assert_int_equal(p->rules.bootstrap.anchor_count, 2);
		assert_int_equal(p->rules.bootstrap.anchors[0].tag, 20326);
		assert_int_equal(p->rules.bootstrap.anchors[1].tag, 38696);
		/* No signal, no fall-back where there is nothing to fall back to. */
		bool several = policy_uses(p, BOOTSTRAP_AUTHENTICATED) && p->bootstrap.method_count > 1;
		assert_int_equal(p->rules.bootstrap.fall_back_absent, several);
		assert_int_equal(p->rules.bootstrap.fall_back_incomplete, several);
	}
}

/* ---- several policies in one parent */

static void test_suffixes(void **unused)
{
	(void)unused;
	static const struct {
		const char *child;
		const char *policy;
	} rows[] = {
		{ "a.ch.", "bcp" }, { "co.ch.", "bcp" }, { "xco.ch.", "bcp" }, { "a.co.ch.", "auth-only" }, { "A.Co.CH.", "auth-only" },
		{ "b.a.co.ch.", "auth-only" }, { "x.co.ch.", "auth-only" }, { "a.x.co.ch.", "se-nu" }, { "b.a.x.co.ch.", "se-nu" },
		{ "co.ch.li.", "bcp" }, { "ch.", "bcp" }, { "a.ax.co.ch.", "auth-only" },
	};
	struct policy_suffix suffixes[] = { { .policy = policy_preset("se-nu") }, { .policy = policy_preset("auth-only") } };
	assert_int_equal(name_from_text("x.co.ch.", &suffixes[0].suffix), 0);
	assert_int_equal(name_from_text("co.ch.", &suffixes[1].suffix), 0);
	const struct policy_set set = { policy_preset("bcp"), 2, suffixes };
	struct policy_suffix turned[] = { suffixes[1], suffixes[0] };
	const struct policy_set other = { policy_preset("bcp"), 2, turned };
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct name child;
		assert_int_equal(name_from_text(rows[i].child, &child), 0);
		assert_string_equal(policy_of(&set, &child)->name, rows[i].policy);
		assert_ptr_equal(policy_of(&other, &child), policy_of(&set, &child));
	}
}

/* A run by one policy is bound to that policy; by several, to each of them and to where it holds. */
static void test_set_hash(void **unused)
{
	(void)unused;
	struct crypto *crypto = crypto_new();
	struct arena *arena = arena_new();
	assert_true(crypto != NULL && arena != NULL);
	struct policy_suffix suffixes[] = { { .policy = policy_preset("se-nu") }, { .policy = policy_preset("auth-only") } };
	assert_int_equal(name_from_text("x.ch.", &suffixes[0].suffix), 0);
	assert_int_equal(name_from_text("co.ch.", &suffixes[1].suffix), 0);
	struct policy_suffix swapped[] = { { suffixes[0].suffix, suffixes[1].policy }, { suffixes[1].suffix, suffixes[0].policy } };
	const struct policy_set sets[] = { { policy_preset("bcp"), 0, NULL }, { policy_preset("se-nu"), 0, NULL },
		{ policy_preset("bcp"), 1, suffixes }, { policy_preset("bcp"), 1, suffixes + 1 }, { policy_preset("bcp"), 1, swapped },
		{ policy_preset("bcp"), 2, suffixes }, { policy_preset("bcp"), 2, swapped }, { policy_preset("se-nu"), 2, suffixes } };
	uint8_t hashes[sizeof sets / sizeof sets[0]][SHA256_OCTETS];
	for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
		assert_int_equal(policy_set_hash(crypto, &sets[i], arena, hashes[i]), 0);
		for (size_t k = 0; k < i; k++) {
			assert_memory_not_equal(hashes[k], hashes[i], SHA256_OCTETS);
		}
	}
	uint8_t one[SHA256_OCTETS];
	assert_int_equal(policy_hash(crypto, policy_preset("bcp"), one), 0);
	assert_memory_equal(one, hashes[0], SHA256_OCTETS);
	struct policy bad = *policy_preset("bcp");
	bad.rules.max_keys = 0;
	assert_int_equal(policy_hash(crypto, &bad, one), ERR_LIMIT);
	suffixes[1].policy = &bad;
	assert_int_equal(policy_set_hash(crypto, &sets[5], arena, one), ERR_LIMIT);
	arena_free(arena);
	crypto_free(crypto);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_what_fits),
		cmocka_unit_test(test_freezes),
		cmocka_unit_test(test_brake_classes),
		cmocka_unit_test(test_default_values),
		cmocka_unit_test(test_registries),
		cmocka_unit_test(test_every_preset),
		cmocka_unit_test(test_suffixes),
		cmocka_unit_test(test_set_hash),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
