/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies: their one encoding, and that every value is in it. */
#include "tests/unit/accept_fixture.h"
#include "tests/unit/wire_hex.h"

/* bcp in the first encoding, as stores have it: cases that were decided by it replay. */
static const char golden_first[] =
	"01036263704452464320373334342c20383037382c20393937353b2064726166742d696574662d646e736f70"
	"2d64732d6175746f6d6174696f6e2d30392028323032362d30352d3232290000000100140800000000040000"
	"012c00000258000004b0000009600000119400093a800100015180";

static void test_first_encoding(void **unused)
{
	(void)unused;
	uint8_t octets[256];
	size_t size = hex_octets(golden_first, octets, sizeof octets);
	struct policy p;
	assert_int_equal(policy_decode(octets, size, &p), 0);
	assert_string_equal(p.name, "bcp");
	assert_int_equal(p.rules.max_records, 20);
	assert_true(p.requires_all_servers);
	assert_int_equal(p.retry_count, 4);
	assert_int_equal(p.change_max_age_s, 86400);
	assert_int_equal(p.change_late_after_s, 86400);
	assert_false(p.rules.bootstrap.enabled);
	assert_int_equal(p.bootstrap.method_count, 0);
	assert_false(p.respect_registry_lock || p.respect_registrar_lock || p.guard_manual_change);
	assert_int_equal(p.min_interval_s, 0);
	assert_int_equal(p.ttl.change_s, 0);
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		assert_int_equal(p.brakes[i].count, UINT32_MAX);
		assert_int_equal(p.operator_brakes[i].count, UINT32_MAX);
	}
	assert_int_equal(p.freeze_count, 0);
	assert_int_equal(p.notices.repeats, 0);
	/* What is written is the newest encoding. */
	uint8_t again[POLICY_ENCODED_MAX];
	assert_true(policy_encode(&p, again, sizeof again) > size);
	assert_int_equal(again[0], 2);
	for (size_t i = 0; i < size; i++) {
		assert_int_equal(policy_decode(octets, i, &p), ERR_FORMAT);
	}
	octets[size] = 0;
	assert_int_equal(policy_decode(octets, size + 1, &p), ERR_FORMAT);
}

/* The keys of the root as IANA publishes them, in Debian's dns-root-data (root.ds) and in root-anchors.xml. */
static void test_root_anchors(void **unused)
{
	(void)unused;
	static const char *const published[] = {
		"20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
		"38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
	};
	size_t count;
	const struct policy *presets = policy_presets(&count);
	for (size_t i = 0; i < count; i++) {
		const struct bootstrap_rules *b = &presets[i].rules.bootstrap;
		assert_int_equal(b->anchor_count, 2);
		for (size_t k = 0; k < 2; k++) {
			char text[DS_TEXT_SIZE];
			ds_to_text(&b->anchors[k], text);
			assert_string_equal(text, published[k]);
		}
	}
}

static void test_presets(void **unused)
{
	(void)unused;
	size_t count;
	const struct policy *presets = policy_presets(&count);
	assert_true(count >= 3);
	for (size_t i = 0; i < count; i++) {
		uint8_t octets[POLICY_ENCODED_MAX];
		uint8_t again[POLICY_ENCODED_MAX];
		size_t size = policy_encode(&presets[i], octets, sizeof octets);
		assert_true(size > 0);
		struct policy back;
		assert_int_equal(policy_decode(octets, size, &back), 0);
		assert_int_equal(policy_encode(&back, again, sizeof again), size);
		assert_memory_equal(octets, again, size);
	}
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
static void set_replay(struct policy *p) { p->replay_guard = REPLAY_GUARD_STRICT; }
static void set_unguarded(struct policy *p) { p->replay_guard = REPLAY_GUARD_OFF; }
static void set_age(struct policy *p) { p->change_max_age_s++; }
static void set_late(struct policy *p) { p->change_late_after_s++; }
static void set_methods(struct policy *p) { p->bootstrap.methods[0] = BOOTSTRAP_CHECKED; }
static void set_method_count(struct policy *p) { p->bootstrap.methods[p->bootstrap.method_count++] = BOOTSTRAP_DELAY; }
static void set_signals(struct policy *p)
{
	p->bootstrap.methods[0] = BOOTSTRAP_AUTHENTICATED;
	p->rules.bootstrap.authenticated = true;
}
static void set_challenge(struct policy *p)
{
	p->bootstrap.methods[0] = BOOTSTRAP_CHALLENGE;
	p->rules.bootstrap.challenge = true;
}
static void set_delay(struct policy *p) { p->bootstrap.delay_s++; }
static void set_checks(struct policy *p) { p->bootstrap.min_checks++; }
static void set_spacing(struct policy *p) { p->bootstrap.min_spacing_s++; }
static void set_gap(struct policy *p) { p->bootstrap.max_gap_s++; }
static void set_settled(struct policy *p) { p->bootstrap.settled_s++; }
static void set_confirmation(struct policy *p) { p->bootstrap.confirmation_s++; }
static void set_all(struct policy *p) { p->requires_all_servers = false; }
static void set_absent(struct policy *p) { p->rules.bootstrap.fall_back_absent = true; }
static void set_incomplete(struct policy *p) { p->rules.bootstrap.fall_back_incomplete = true; }
static void set_anchors(struct policy *p) { p->rules.bootstrap.anchor_count = 1; }
static void set_anchor(struct policy *p) { p->rules.bootstrap.anchors[1].digest[31]++; }
static void set_registry(struct policy *p) { p->respect_registry_lock = true; }
static void set_registrar(struct policy *p) { p->respect_registrar_lock = true; }
static void set_manual(struct policy *p) { p->guard_manual_change = true; }
static void set_interval(struct policy *p) { p->min_interval_s++; }
static void set_ttl(struct policy *p) { p->ttl = (struct ttl_policy){ 900, 1 }; }
static void set_ttl_hold(struct policy *p) { p->ttl.hold_s++; }
static void set_brake(struct policy *p) { p->brakes[BRAKE_DELETE].count++; }
static void set_brake_part(struct policy *p) { p->brakes[BRAKE_UPDATE].ppm++; }
static void set_operator_brake(struct policy *p) { p->operator_brakes[BRAKE_BOOTSTRAP].count++; }
static void set_operator_part(struct policy *p) { p->operator_brakes[BRAKE_DELETE].ppm++; }
static void set_freezes(struct policy *p) { p->freeze_count = 2; }
static void set_freeze_from(struct policy *p) { p->freezes[0].from_min++; }
static void set_freeze_to(struct policy *p) { p->freezes[0].to_min++; }
static void set_repeats(struct policy *p) { p->notices.repeats++; }
static void set_again(struct policy *p) { p->notices.again_s++; }
static void set_registrant(struct policy *p) { p->notices.registrant_after_s++; }

/* Something of everything. */
static struct policy full_policy(void)
{
	struct policy p = *policy_preset(POLICY_DEFAULT);
	p.bootstrap.method_count = 1;
	p.bootstrap.methods[0] = BOOTSTRAP_CHANNEL;
	p.rules.bootstrap.enabled = true;
	p.rules.bootstrap.authenticated = false;
	p.rules.bootstrap.fall_back_absent = false;
	p.rules.bootstrap.fall_back_incomplete = false;
	p.freeze_count = 1;
	p.freezes[0] = (struct freeze){ 100, 200 };
	p.freezes[1] = (struct freeze){ 300, 10079 };
	return p;
}

static const struct {
	const char *name;
	void (*set)(struct policy *p);
} fields[] = {
	{ "name", set_name }, { "source", set_source }, { "types", set_types }, { "digests", set_digests },
	{ "continuity", set_continuity }, { "delete_allowed", set_delete },
	{ "delete_requires_both", set_both }, { "max_records", set_records }, { "max_keys", set_keys },
	{ "warn_signature_left_s", set_warn }, { "retry_count", set_retries },
	{ "retry_s[0]", set_retry_first }, { "retry_s[3]", set_retry_last }, { "drop_after_s", set_drop },
	{ "delete_hold_max_s", set_hold }, { "replay_guard", set_replay }, { "replay_guard off", set_unguarded },
	 { "change_max_age_s", set_age }, { "change_late_after_s", set_late },
	{ "methods", set_methods }, { "method_count", set_method_count }, { "authenticated", set_signals },
	{ "challenge", set_challenge },
	{ "delay_s", set_delay }, { "min_checks", set_checks }, { "min_spacing_s", set_spacing }, { "max_gap_s", set_gap },
	{ "settled_s", set_settled }, { "confirmation_s", set_confirmation }, { "requires_all_servers", set_all },
	{ "fall_back_absent", set_absent }, { "fall_back_incomplete", set_incomplete }, { "anchor_count", set_anchors },
	{ "anchors", set_anchor }, { "respect_registry_lock", set_registry }, { "respect_registrar_lock", set_registrar },
	{ "guard_manual_change", set_manual }, { "min_interval_s", set_interval }, { "ttl.change_s", set_ttl },
	{ "ttl.hold_s", set_ttl_hold }, { "brakes.count", set_brake }, { "brakes.ppm", set_brake_part },
	{ "operator_brakes.count", set_operator_brake }, { "operator_brakes.ppm", set_operator_part },
	{ "freeze_count", set_freezes }, { "from_min", set_freeze_from }, { "to_min", set_freeze_to },
	{ "repeats", set_repeats }, { "again_s", set_again }, { "registrant_after_s", set_registrant },
};

static void test_every_value_is_hashed(void **unused)
{
	(void)unused;
	struct crypto *crypto = crypto_new();
	assert_non_null(crypto);
	uint8_t hashes[sizeof fields / sizeof fields[0] + 1][SHA256_OCTETS];
	size_t count = 0;
	for (size_t i = 0; i <= sizeof fields / sizeof fields[0]; i++) {
		struct policy p = full_policy();
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
		uint8_t again[POLICY_ENCODED_MAX];
		assert_int_equal(policy_encode(&back, again, sizeof again), size);
		assert_memory_equal(again, octets, size);
	}
	crypto_free(crypto);
}

/* Neither what lies behind a list, nor what follows from the methods. */
static void test_what_is_not_hashed(void **unused)
{
	(void)unused;
	struct policy p = full_policy();
	uint8_t before[POLICY_ENCODED_MAX];
	uint8_t after[POLICY_ENCODED_MAX];
	size_t size = policy_encode(&p, before, sizeof before);
	p.retry_s[p.retry_count] = 99;
	p.bootstrap.methods[p.bootstrap.method_count] = 99;
	p.freezes[p.freeze_count].to_min = 99;
	p.rules.bootstrap.anchors[p.rules.bootstrap.anchor_count].tag = 99;
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
	p.bootstrap = (struct bootstrap_policy){ POLICY_METHODS, { 1, 6, 5, 4, 3, 2 }, UINT32_MAX, UINT16_MAX, UINT32_MAX,
		UINT32_MAX, UINT32_MAX, UINT32_MAX };
	p.rules.bootstrap = (struct bootstrap_rules){ true, true, true, true, .vantages = LIMIT_VANTAGES,
		.anchor_count = LIMIT_ROOT_ANCHORS };
	for (size_t i = 0; i < LIMIT_ROOT_ANCHORS; i++) {
		p.rules.bootstrap.anchors[i] = (struct ds){ (uint16_t)i, 255, 255, LIMIT_DIGEST_OCTETS, { 0xff } };
	}
	p.freeze_count = POLICY_FREEZES;
	for (size_t i = 0; i < POLICY_FREEZES; i++) {
		p.freezes[i] = (struct freeze){ 10079, 0 };
	}
	for (size_t i = 0; i < BRAKE_CLASSES; i++) {
		p.brakes[i] = p.operator_brakes[i] = (struct brake_limit){ UINT32_MAX, 1000000 };
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

/* what a former version can say is written as before; one vantage is what every preset wants. */
static void test_vantages(void **unused)
{
	(void)unused;
	size_t count;
	const struct policy *presets = policy_presets(&count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(presets[i].rules.bootstrap.vantages, 1);
	}
	struct policy p = presets[0];
	struct policy back;
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t plain = policy_encode(&p, octets, sizeof octets);
	assert_int_equal(octets[0], 2);
	for (unsigned n = 0; n <= LIMIT_VANTAGES + 1; n++) {
		p.rules.bootstrap.vantages = (uint8_t)n;
		bool fits = n >= 1 && n <= LIMIT_VANTAGES;
		size_t size = policy_encode(&p, octets, sizeof octets);
		assert_int_equal(size, !fits ? 0 : n == 1 ? plain : plain + 1);
		assert_int_equal(policy_fault(&p) == NULL, fits);
		if (fits) {
			assert_int_equal(octets[0], n == 1 ? 2 : 3);
			assert_int_equal(policy_decode(octets, size, &back), 0);
			assert_int_equal(back.rules.bootstrap.vantages, n);
		}
	}
	p.rules.bootstrap.vantages = 2;
	size_t size = policy_encode(&p, octets, sizeof octets);
	assert_int_equal(size, plain + 1);
	for (unsigned n = 0; n < 256; n++) {
		octets[plain] = (uint8_t)n;
		assert_int_equal(policy_decode(octets, size, &back), n >= 2 && n <= LIMIT_VANTAGES ? 0 : ERR_FORMAT);
	}
	assert_int_equal(policy_decode(octets, plain, &back), ERR_FORMAT);
}

/* The octet of the guard was a flag: what it said is what it says. */
static void test_replay_guard(void **unused)
{
	(void)unused;
	uint8_t older[POLICY_ENCODED_MAX];
	struct policy p = *policy_preset(POLICY_DEFAULT);
	size_t size = policy_encode(&p, older, sizeof older);
	size_t at = 0;
	for (uint8_t guard = 0; guard < 3; guard += 2) {
		uint8_t octets[POLICY_ENCODED_MAX];
		p.replay_guard = (enum replay_guard)guard;
		assert_int_equal(policy_encode(&p, octets, sizeof octets), size);
		for (at = 0; at < size && octets[at] == older[at]; at++) {
		}
		assert_true(at < size);
		assert_int_equal(older[at], 1);
		assert_int_equal(octets[at], guard);
		assert_memory_equal(octets + at + 1, older + at + 1, size - at - 1);
		struct policy back;
		assert_int_equal(policy_decode(octets, size, &back), 0);
		assert_int_equal(back.replay_guard, guard);
	}
	struct policy back;
	older[at] = 3;
	assert_int_equal(policy_decode(older, size, &back), ERR_FORMAT);
}

/* A policy with the usual time is encoded as before there was that value; one octet sequence for each policy. */
static void test_late_after(void **unused)
{
	(void)unused;
	struct policy p = *policy_preset(POLICY_DEFAULT);
	struct policy back;
	uint8_t before[POLICY_ENCODED_MAX];
	uint8_t octets[POLICY_ENCODED_MAX];
	size_t size = policy_encode(&p, before, sizeof before);
	assert_int_equal(before[0], 2);
	p.change_late_after_s = 3600;
	assert_int_equal(policy_encode(&p, octets, sizeof octets), size + 5);
	assert_int_equal(octets[0], 4);
	assert_memory_equal(octets + 1, before + 1, size - 1);
	assert_int_equal(policy_decode(octets, size + 5, &back), 0);
	assert_int_equal(back.change_late_after_s, 3600);
	assert_int_equal(back.rules.bootstrap.vantages, 1);
	assert_int_equal(policy_decode(octets, size + 4, &back), ERR_FORMAT);
	/* 86400 */
	memcpy(octets + size + 1, "\x00\x01\x51\x80", 4);
	assert_int_equal(policy_decode(octets, size + 5, &back), ERR_FORMAT);
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
	p.replay_guard = (enum replay_guard)(REPLAY_GUARD_STRICT + 1);
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
	octets[0] = 5;
	assert_int_equal(policy_decode(octets, size, &p), ERR_VERSION);
	octets[0] = 2;
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
		cmocka_unit_test(test_first_encoding),
		cmocka_unit_test(test_root_anchors), cmocka_unit_test(test_presets),
		cmocka_unit_test(test_every_value_is_hashed),
		cmocka_unit_test(test_what_is_not_hashed),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_vantages),
		cmocka_unit_test(test_replay_guard),
		cmocka_unit_test(test_late_after),
		cmocka_unit_test(test_no_encoding),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
