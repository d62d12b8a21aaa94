/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies: presets, their one encoding, and that every value is in it. */
#include "tests/unit/accept_fixture.h"

/* What a registry reads in `policy show` and in every stored decision: changes with intent only. */
static const char golden_bcp[] =
	"01036263704452464320373334342c20383037382c20393937353b2064726166742d696574662d646e736f70"
	"2d64732d6175746f6d6174696f6e2d30392028323032362d30352d3232290000000100140800000000040000"
	"012c00000258000004b0000009600000119400093a800100015180";

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
	assert_true(p->replay_guard);
	assert_int_equal(p->change_max_age_s, 86400);
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t size = policy_encode(p, octets, sizeof octets);
	fixture_hex(golden_bcp, (struct slice){ .data = octets, .size = size });
}

static void test_presets(void **unused)
{
	(void)unused;
	size_t count;
	const struct policy *presets = policy_presets(&count);
	assert_true(count >= 3);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(policy_preset(presets[i].name), &presets[i]);
		assert_true(strlen(presets[i].source) > 0);
		/* no preset switches off the guards. */
		assert_true(presets[i].replay_guard);
		assert_true(presets[i].retry_count > 0);
		/* B2, A-13: a delete in the only type there is will do, but where both types are required. */
		assert_int_equal(presets[i].rules.delete_requires_both, presets[i].rules.types == TYPES_BOTH_STRICT);
		uint8_t octets[POLICY_ENCODED_MAX];
		uint8_t again[POLICY_ENCODED_MAX];
		size_t size = policy_encode(&presets[i], octets, sizeof octets);
		assert_true(size > 0);
		struct policy back;
		assert_int_equal(policy_decode(octets, size, &back), 0);
		assert_int_equal(policy_encode(&back, again, sizeof again), size);
		assert_memory_equal(octets, again, size);
	}
	assert_int_equal(policy_preset("both-strict")->rules.types, TYPES_BOTH_STRICT);
	assert_int_equal(policy_preset("one-path")->rules.continuity, CONTINUITY_ONE_PATH);
	assert_int_equal(policy_preset("cds-only")->rules.types, TYPES_SINGLE_CDS);
	assert_int_equal(policy_preset("cdnskey-only")->rules.types, TYPES_SINGLE_CDNSKEY);
	assert_null(policy_preset("no-such"));
	assert_null(policy_preset(""));
	assert_null(policy_preset(NULL));
}

static void set_name(struct policy *p) { strcpy(p->name, "bcq"); }
static void set_source(struct policy *p) { p->source[0] = 'r'; }
static void set_types(struct policy *p) { p->rules.types = TYPES_SINGLE_CDS; }
static void set_digests(struct policy *p) { p->rules.digests = DIGEST_MODE_FULL; }
static void set_continuity(struct policy *p) { p->rules.continuity = CONTINUITY_ONE_PATH; }
static void set_delete(struct policy *p) { p->rules.delete_allowed = false; }
static void set_both(struct policy *p) { p->rules.delete_requires_both = true; }
static void set_records(struct policy *p) { p->rules.max_records = 6; }
static void set_keys(struct policy *p) { p->rules.max_keys = 7; }
static void set_warn(struct policy *p) { p->rules.warn_signature_left_s = 1; }
static void set_retries(struct policy *p) { p->retry_count = 3; }
static void set_retry_first(struct policy *p) { p->retry_s[0]++; }
static void set_retry_last(struct policy *p) { p->retry_s[3]++; }
static void set_drop(struct policy *p) { p->drop_after_s++; }
static void set_hold(struct policy *p) { p->delete_hold_max_s++; }
static void set_replay(struct policy *p) { p->replay_guard = false; }
static void set_age(struct policy *p) { p->change_max_age_s++; }

static const struct {
	const char *name;
	void (*set)(struct policy *p);
} fields[] = {
	{ "name", set_name }, { "source", set_source }, { "types", set_types }, { "digests", set_digests },
	{ "continuity", set_continuity }, { "delete_allowed", set_delete },
	{ "delete_requires_both", set_both }, { "max_records", set_records }, { "max_keys", set_keys },
	{ "warn_signature_left_s", set_warn }, { "retry_count", set_retries },
	{ "retry_s[0]", set_retry_first }, { "retry_s[3]", set_retry_last }, { "drop_after_s", set_drop },
	{ "delete_hold_max_s", set_hold }, { "replay_guard", set_replay }, { "change_max_age_s", set_age },
};

static void test_every_value_is_hashed(void **unused)
{
	(void)unused;
	struct crypto *crypto = crypto_new();
	assert_non_null(crypto);
	uint8_t hashes[sizeof fields / sizeof fields[0] + 1][SHA256_OCTETS];
	size_t count = 0;
	for (size_t i = 0; i <= sizeof fields / sizeof fields[0]; i++) {
		struct policy p = *policy_preset(POLICY_DEFAULT);
		if (i > 0) {
			fields[i - 1].set(&p);
		}
		uint8_t octets[POLICY_ENCODED_MAX];
		size_t size = policy_encode(&p, octets, sizeof octets);
		assert_true(size > 0);
		assert_int_equal(crypto_sha256(crypto, octets, size, hashes[count]), 0);
		for (size_t k = 0; k < count; k++) {
			if (memcmp(hashes[k], hashes[count], SHA256_OCTETS) == 0) {
				fail_msg("%s is not in the hash", i > 0 ? fields[i - 1].name : "nothing");
			}
		}
		count++;
		struct policy back;
		assert_int_equal(policy_decode(octets, size, &back), 0);
	}
	crypto_free(crypto);
}

static void test_unused_retries_are_not_hashed(void **unused)
{
	(void)unused;
	struct policy p = *policy_preset(POLICY_DEFAULT);
	uint8_t before[POLICY_ENCODED_MAX];
	uint8_t after[POLICY_ENCODED_MAX];
	size_t size = policy_encode(&p, before, sizeof before);
	p.retry_s[p.retry_count] = 99;
	assert_int_equal(policy_encode(&p, after, sizeof after), size);
	assert_memory_equal(before, after, size);
}

/* The first and the last value of every range. */
static void test_extremes(void **unused)
{
	(void)unused;
	struct policy p = { .rules = { .types = TYPES_SINGLE_CDNSKEY, .digests = DIGEST_MODE_AUGMENT,
		.continuity = CONTINUITY_ONE_PATH, .max_records = 1, .max_keys = 1 },
		.retry_count = POLICY_RETRIES };
	memset(p.name, '~', sizeof p.name - 1);
	memset(p.source, ' ', sizeof p.source - 1);
	for (size_t i = 0; i < POLICY_RETRIES; i++) {
		p.retry_s[i] = UINT32_MAX;
	}
	for (uint8_t keys = 1; keys <= LIMIT_DNSKEY; keys = (uint8_t)(keys + LIMIT_DNSKEY - 1)) {
		p.rules.max_keys = keys;
		uint8_t octets[POLICY_ENCODED_MAX];
		size_t size = policy_encode(&p, octets, sizeof octets);
		assert_true(size > 0);
		struct policy back;
		assert_int_equal(policy_decode(octets, size, &back), 0);
		assert_memory_equal(&back.retry_s, &p.retry_s, sizeof p.retry_s);
		assert_string_equal(back.name, p.name);
		assert_string_equal(back.source, p.source);
		assert_int_equal(back.rules.max_keys, keys);
	}
	uint8_t octets[POLICY_ENCODED_MAX];
	p.rules.max_keys = LIMIT_DNSKEY + 1;
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p.rules.max_keys = 0;
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p.rules.max_keys = 1;
	p.rules.max_records = 0;
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
}

static void test_no_encoding(void **unused)
{
	(void)unused;
	const struct policy *bcp = policy_preset(POLICY_DEFAULT);
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t size = policy_encode(bcp, octets, sizeof octets);
	for (size_t i = 0; i < size; i++) {
		uint8_t *room = malloc(i + 1);
		assert_non_null(room);
		assert_int_equal(policy_encode(bcp, room, i), 0);
		free(room);
	}
	struct policy p = *bcp;
	p.retry_count = POLICY_RETRIES + 1;
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p = *bcp;
	p.rules.max_records = 21;
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p = *bcp;
	memset(p.name, 'x', sizeof p.name);
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
	p = *bcp;
	p.source[0] = '\033';
	assert_int_equal(policy_encode(&p, octets, sizeof octets), 0);
}

static void test_hostile(void **unused)
{
	(void)unused;
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t size = policy_encode(policy_preset(POLICY_DEFAULT), octets, sizeof octets);
	struct policy p;
	for (size_t i = 0; i < size; i++) {
		uint8_t *cut = fixture_copy((struct slice){ .data = octets, .size = i });
		assert_int_equal(policy_decode(cut, i, &p), ERR_FORMAT);
		free(cut);
	}
	octets[size] = 0;
	assert_int_equal(policy_decode(octets, size + 1, &p), ERR_FORMAT);
	octets[0] = 2;
	assert_int_equal(policy_decode(octets, size, &p), ERR_VERSION);
	octets[0] = 1;
	for (size_t bit = 8; bit < 8 * size; bit++) {
		uint8_t *flipped = fixture_copy((struct slice){ .data = octets, .size = size });
		flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (policy_decode(flipped, size, &p) == 0) {
			uint8_t again[POLICY_ENCODED_MAX];
			assert_int_equal(policy_encode(&p, again, sizeof again), size);
			assert_memory_equal(again, flipped, size);
		}
		free(flipped);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default_values),
		cmocka_unit_test(test_presets),
		cmocka_unit_test(test_every_value_is_hashed),
		cmocka_unit_test(test_unused_retries_are_not_hashed),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_no_encoding),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
