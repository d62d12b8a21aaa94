/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Child state and pending change: one encoding each, and nothing else decodes. */
#include "tests/unit/accept_fixture.h"

/* As version 1 had it: stores of that time hold such octets. */
static const char golden_old[] =
	"0100286ab13b8000000000000000070000000000000412000102030405060708090a0b0c0d0e0f1011121314"
	"15161718191a1b1c1d1e1f02003b0d042a424242424242424242424242424242424242424242424242424242"
	"4242424242fffffffa003c0d0429414141414141414141414141414141414141414141414141414141414141"
	"41416ab13b810204c00002016ab13b806ab13cac00020620010db80000000000000000000000016ab13b806a"
	"b13b800001020d017a0161076578616d706c65006ab137986ab13b8000040b0162076578616d706c65006ab1"
	"3b806ab13b800001";
static const char golden_life[] =
	"0fff03036ab13b81c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c06ab13b"
	"826ab13b836ab13b840003f4800003c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
	"c1c1c1c1c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c26ab13b856ab13b"
	"866ab13b87c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3c3000104290d02"
	"20414141414141414141414141414141414141414141414141414141414141414100000b52656769737472"
	"617220370a323032362d30392d32316ab13b8800015180";
/* What the strict guard keeps comes behind all that. */
static const char golden_said[] =
	"036ab13b89c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c4c46ab13b8a0000"
	"000000000000000000000000000000000000000000000000000000000000";
static const char golden_empty[] =
	"0200000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	"00000000000000000000000000000000";
static const char golden_pending[] =
	"01020000000000000051000204290d0220414141414141414141414141414141414141414141414141414141"
	"4141414141042a0d02204242424242424242424242424242424242424242424242424242424242424242";

static struct arena *arena;

static int set_up(void **unused)
{
	(void)unused;
	arena = arena_new();
	return arena == NULL ? -1 : 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	arena_free(arena);
	return 0;
}

static struct mark some_marks[2];
static struct server_failure some_failures[2];
static struct host_failure some_hosts[2];

static struct child_state some_state(void)
{
	some_marks[0] = fixture_mark(TYPE_CDS, 'B', 4294967290u);
	some_marks[1] = fixture_mark(TYPE_CDNSKEY, 'A', 1790000001u);
	some_failures[0] = (struct server_failure){ .address = fixture_address("192.0.2.1"),
		.times = { .first_failed = 1790000000, .last_failed = 1790000300, .failures = 2 } };
	some_failures[1] = (struct server_failure){ .address = fixture_address("2001:db8::1"),
		.times = { .first_failed = 1790000000, .last_failed = 1790000000, .failures = 1 } };
	some_hosts[0] = (struct host_failure){ .host = fixture_name("z.a.example."),
		.times = { .first_failed = 1789999000, .last_failed = 1790000000, .failures = 4 } };
	some_hosts[1] = (struct host_failure){ .host = fixture_name("b.example."),
		.times = { .first_failed = 1790000000, .last_failed = 1790000000, .failures = 1 } };
	struct child_state s = { .last_reason = REASON_HOLD_UNREACHABLE, .last_changed = 1790000000,
		.last_run = 7, .last_sequence = 1042, .mark_count = 2, .marks = some_marks,
		.failure_count = 2, .failures = some_failures, .host_failure_count = 2, .host_failures = some_hosts };
	for (size_t i = 0; i < sizeof s.content_hash; i++) {
		s.content_hash[i] = (uint8_t)i;
	}
	return s;
}

/* Of every part one. */
static struct child_state full_state(void)
{
	struct child_state s = some_state();
	s.suspended = SUSPENDED_BY_REMOVAL | SUSPENDED_BY_OPERATOR;
	s.word = OPERATOR_CANCEL;
	s.word_at = 1790000001;
	memset(s.word_hash, 0xc0, sizeof s.word_hash);
	s.window = (struct window){ .began = 1790000002, .last_check = 1790000003, .last_seen = 1790000004,
		.span_s = 259200, .checks = 3 };
	memset(s.window.request_hash, 0xc1, sizeof s.window.request_hash);
	memset(s.window.ns_hash, 0xc2, sizeof s.window.ns_hash);
	s.seen = 1790000005;
	s.accepted = 1790000006;
	s.settled = 1790000007;
	memset(s.ns_hash, 0xc3, sizeof s.ns_hash);
	s.ds_known = true;
	s.ds_seen = fixture_set(arena, "A");
	s.published_known = true;
	s.ds_published = fixture_set(arena, "0");
	strcpy(s.registrar, "Registrar 7");
	strcpy(s.registration, "2026-09-21");
	s.ttl_normal = 86400;
	s.ttl_restore = 1790000008;
	s.said[SAID_CDS] = (struct last_words){ .known = true, .inception = 1790000009 };
	memset(s.said[SAID_CDS].hash, 0xc4, SHA256_OCTETS);
	s.said[SAID_CDNSKEY] = (struct last_words){ .known = true, .inception = 1790000010 };
	return s;
}

static struct slice encode_state(const struct child_state *s)
{
	struct slice out;
	assert_int_equal(child_state_encode(s, arena, &out), 0);
	return out;
}

static struct slice encode_pending(const struct pending *p)
{
	struct slice out;
	assert_int_equal(pending_encode(p, arena, &out), 0);
	return out;
}

static void test_state_golden(void **unused)
{
	(void)unused;
	struct child_state s = full_state();
	memset(s.said, 0, sizeof s.said);
	struct slice whole = encode_state(&s);
	/* What was there in version 1 comes first, unchanged. */
	size_t old = strlen(golden_old) / 2 - 1;
	char head[sizeof golden_old];
	strcpy(head, golden_old + 2);
	fixture_hex(head, (struct slice){ .data = whole.data + 1, .size = old });
	assert_int_equal(whole.data[0], 2);
	fixture_hex(golden_life, (struct slice){ .data = whole.data + 1 + old, .size = whole.size - 1 - old });
	struct child_state never = { .last_reason = REASON_NONE };
	fixture_hex(golden_empty, encode_state(&never));
	/* And what the strict guard keeps, behind it. */
	s = full_state();
	struct slice longer = encode_state(&s);
	assert_int_equal(longer.size, whole.size + strlen(golden_said) / 2);
	assert_int_equal(longer.data[1 + old], whole.data[1 + old] | 0x10);
	assert_memory_equal(longer.data + 2 + old, whole.data + 2 + old, whole.size - 2 - old);
	fixture_hex(golden_said, (struct slice){ .data = longer.data + whole.size, .size = longer.size - whole.size });
}

static void test_state_round_trip(void **unused)
{
	(void)unused;
	struct child_state s = some_state();
	struct slice first = encode_state(&s);
	struct child_state back;
	assert_int_equal(child_state_decode(first, arena, &back), 0);
	assert_int_equal(back.last_reason, s.last_reason);
	assert_int_equal(back.last_changed, s.last_changed);
	assert_int_equal(back.last_run, 7);
	assert_int_equal(back.last_sequence, 1042);
	assert_int_equal(back.mark_count, 2);
	assert_int_equal(back.marks[0].inception, 4294967290u);
	assert_int_equal(back.failure_count, 2);
	assert_int_equal(back.failures[0].times.failures, 2);
	assert_int_equal(address_compare(&back.failures[1].address, &some_failures[1].address), 0);
	assert_int_equal(back.host_failure_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_true(name_equal(&back.host_failures[i].host, &some_hosts[i].host));
		assert_int_equal(back.host_failures[i].times.first_failed, some_hosts[i].times.first_failed);
		assert_int_equal(back.host_failures[i].times.last_failed, some_hosts[i].times.last_failed);
		assert_int_equal(back.host_failures[i].times.failures, some_hosts[i].times.failures);
	}
	assert_true(slice_equal(first, encode_state(&back)));
}

static struct slice from_hex(const char *hex)
{
	size_t size = strlen(hex) / 2;
	uint8_t *octets = arena_alloc(arena, size);
	assert_non_null(octets);
	for (size_t i = 0; i < size; i++) {
		const char digits[] = { hex[2 * i], hex[2 * i + 1], '\0' };
		octets[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return (struct slice){ .data = octets, .size = size };
}

/* A state of version 1 knows nothing of what lasts. */
static void test_state_of_version_1(void **unused)
{
	(void)unused;
	struct child_state back;
	assert_int_equal(child_state_decode(from_hex(golden_old), arena, &back), 0);
	struct child_state s = some_state();
	assert_true(slice_equal(encode_state(&back), encode_state(&s)));
	assert_int_equal(back.suspended, 0);
	assert_int_equal(back.word, OPERATOR_NONE);
	assert_int_equal(back.window.began, 0);
	assert_int_equal(back.settled, 0);
	assert_false(back.ds_known);
	assert_false(back.published_known);
	/* And has nothing behind its failures. */
	struct slice longer = from_hex(golden_old);
	uint8_t *octets = arena_copy(arena, encode_state(&back).data, longer.size + 2);
	assert_int_equal(octets[0], 2);
	octets[0] = 1;
	assert_int_equal(child_state_decode((struct slice){ .data = octets, .size = longer.size + 2 }, arena, &back),
		ERR_FORMAT);
}

/* everything that lasts comes back. */
static void test_life_round_trip(void **unused)
{
	(void)unused;
	struct child_state s = full_state();
	struct child_state back;
	assert_int_equal(child_state_decode(encode_state(&s), arena, &back), 0);
	assert_int_equal(back.suspended, s.suspended);
	assert_int_equal(back.word, OPERATOR_CANCEL);
	assert_int_equal(back.word_at, s.word_at);
	assert_memory_equal(back.word_hash, s.word_hash, sizeof s.word_hash);
	assert_int_equal(back.window.began, s.window.began);
	assert_int_equal(back.window.last_check, s.window.last_check);
	assert_int_equal(back.window.last_seen, s.window.last_seen);
	assert_int_equal(back.window.span_s, s.window.span_s);
	assert_int_equal(back.window.checks, 3);
	assert_memory_equal(back.window.request_hash, s.window.request_hash, SHA256_OCTETS);
	assert_memory_equal(back.window.ns_hash, s.window.ns_hash, SHA256_OCTETS);
	assert_int_equal(back.seen, s.seen);
	assert_int_equal(back.accepted, s.accepted);
	assert_int_equal(back.settled, s.settled);
	assert_memory_equal(back.ns_hash, s.ns_hash, SHA256_OCTETS);
	assert_true(back.ds_known && ds_set_equal(&back.ds_seen, &s.ds_seen));
	assert_true(back.published_known && back.ds_published.count == 0);
	assert_string_equal(back.registrar, "Registrar 7");
	assert_string_equal(back.registration, "2026-09-21");
	assert_int_equal(back.ttl_normal, 86400);
	assert_int_equal(back.ttl_restore, s.ttl_restore);
	for (size_t t = 0; t < SAID_TYPES; t++) {
		assert_true(back.said[t].known);
		assert_int_equal(back.said[t].inception, s.said[t].inception);
		assert_memory_equal(back.said[t].hash, s.said[t].hash, SHA256_OCTETS);
	}
}

/* What is not there has no trace: equal states encode equally. */
static void test_life_of_nothing(void **unused)
{
	(void)unused;
	struct child_state none = some_state();
	struct child_state s = some_state();
	s.word_at = 1;
	s.word_hash[0] = 1;
	s.window.checks = 9;
	s.ds_seen = fixture_set(arena, "A");
	s.ds_published = fixture_set(arena, "B");
	s.ttl_normal = 5;
	s.said[SAID_CDS].inception = 5;
	s.said[SAID_CDNSKEY].hash[0] = 5;
	assert_true(slice_equal(encode_state(&s), encode_state(&none)));
}

static void test_life_refuses(void **unused)
{
	(void)unused;
	struct slice out;
	struct child_state s = full_state();
	s.suspended = 4;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = full_state();
	s.word = (enum operator_word)(OPERATOR_CHALLENGE + 1);
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = full_state();
	s.ds_seen = fixture_set(arena, "BA");
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = full_state();
	s.ds_published.count = LIMIT_DS + 1;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_LIMIT);
	s = full_state();
	s.ds_seen.count = LIMIT_DS + 1;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_LIMIT);
	s = full_state();
	s.registrar[0] = '\n';
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = full_state();
	memset(s.registration, 'r', sizeof s.registration);
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s.registration[LIMIT_LABEL_TEXT - 1] = '\0';
	assert_int_equal(child_state_encode(&s, arena, &out), 0);
}

/* Octets that only look like a part: each is there with nothing in it. */
static void test_life_that_says_nothing(void **unused)
{
	(void)unused;
	static const struct {
		const char *name;
		uint16_t parts;
		size_t zeros;
	} cases[] = { { "suspended", 1, 1 }, { "word", 2, 1 + 4 + 32 }, { "window", 4, 18 + 64 }, { "seen", 8, 4 },
		{ "accepted", 16, 4 }, { "settled", 32, 4 }, { "NS", 64, 32 }, { "registrar", 512, 1 },
		{ "registration", 1024, 1 }, { "TTL", 2048, 8 }, { "words", 4096, 1 },
		{ "rollback", 8192, 1 + 1 + 4 + 8 + 2 + 2 }, { "no such part", 16384, 0 } };
	struct child_state never = { .last_reason = REASON_NONE };
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("  %s\n", cases[i].name);
		struct slice empty = encode_state(&never);
		uint8_t octets[256] = { 0 };
		memcpy(octets, empty.data, empty.size);
		octets[empty.size - 2] = (uint8_t)(cases[i].parts >> 8);
		octets[empty.size - 1] = (uint8_t)cases[i].parts;
		struct child_state back;
		assert_int_equal(child_state_decode((struct slice){ .data = octets, .size = empty.size + cases[i].zeros },
			arena, &back), ERR_FORMAT);
	}
}

static void test_state_refuses(void **unused)
{
	(void)unused;
	struct slice out;
	struct child_state s = some_state();
	struct mark swap = some_marks[0];
	some_marks[0] = some_marks[1];
	some_marks[1] = swap;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	some_marks[1] = some_marks[0];
	some_marks[1].inception++;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	some_failures[1].address = some_failures[0].address;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	some_failures[0].address.family = 0;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	some_hosts[1].host = some_hosts[0].host;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	some_hosts[0].host = some_hosts[1].host;
	some_hosts[1].host = fixture_name("example.");
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	some_hosts[0].host.size = 0;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	s.host_failure_count = LIMIT_NS_HOSTS + 1;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_LIMIT);
	s = some_state();
	s.last_reason = (enum reason)65000;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_ARG);
	s = some_state();
	s.mark_count = LIMIT_MARKS + 1;
	assert_int_equal(child_state_encode(&s, arena, &out), ERR_LIMIT);
}

/* Every truncation, every flipped bit, one octet too many: refused, or the one encoding of a value. */
static void hostile(struct slice good, int (*decode)(struct slice data), struct slice (*again)(void))
{
	for (size_t i = 0; i < good.size; i++) {
		uint8_t *cut = fixture_copy((struct slice){ .data = good.data, .size = i });
		assert_int_equal(decode((struct slice){ .data = cut, .size = i }), ERR_FORMAT);
		free(cut);
	}
	uint8_t *longer = malloc(good.size + 1);
	assert_non_null(longer);
	memcpy(longer, good.data, good.size);
	longer[good.size] = 0;
	assert_int_equal(decode((struct slice){ .data = longer, .size = good.size + 1 }), ERR_FORMAT);
	free(longer);
	size_t refused = 0;
	for (size_t bit = 0; bit < 8 * good.size; bit++) {
		uint8_t *flipped = fixture_copy(good);
		flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
		struct slice s = { .data = flipped, .size = good.size };
		int code = decode(s);
		if (code == 0) {
			assert_true(slice_equal(again(), s));
		} else {
			assert_true(code == ERR_FORMAT || code == ERR_VERSION);
			refused++;
		}
		free(flipped);
		arena_reset(arena);
	}
	assert_true(refused > 0);
	uint8_t newer[] = { good.data[0] + 1, 0, 0 };
	assert_int_equal(decode((struct slice){ .data = newer, .size = sizeof newer }), ERR_VERSION);
}

static struct child_state decoded_state;
static struct pending decoded_pending;

static int decode_state(struct slice data)
{
	return child_state_decode(data, arena, &decoded_state);
}

static struct slice state_again(void)
{
	return encode_state(&decoded_state);
}

static int decode_pending(struct slice data)
{
	return pending_decode(data, arena, &decoded_pending);
}

static struct slice pending_again(void)
{
	return encode_pending(&decoded_pending);
}

static void test_state_hostile(void **unused)
{
	(void)unused;
	struct child_state s = full_state();
	uint8_t octets[1024];
	struct slice good = encode_state(&s);
	assert_true(good.size <= sizeof octets);
	memcpy(octets, good.data, good.size);
	hostile((struct slice){ .data = octets, .size = good.size }, decode_state, state_again);
}

static void test_pending(void **unused)
{
	(void)unused;
	struct pending p = { .state = PENDING_RELEASED, .change = 81, .ds_after = fixture_set(arena, "AB") };
	struct slice first = encode_pending(&p);
	fixture_hex(golden_pending, first);
	struct pending back;
	assert_int_equal(pending_decode(first, arena, &back), 0);
	assert_int_equal(back.state, PENDING_RELEASED);
	assert_int_equal(back.change, 81);
	assert_true(ds_set_equal(&back.ds_after, &p.ds_after));

	/* Nothing under way has one form. */
	struct pending none = { .state = PENDING_NONE };
	p.state = PENDING_NONE;
	assert_true(slice_equal(encode_pending(&p), encode_pending(&none)));

	/* A delete under way is not nothing. */
	struct pending gone = { .state = PENDING_SENT, .change = 3 };
	assert_int_equal(pending_decode(encode_pending(&gone), arena, &back), 0);
	assert_int_equal(back.state, PENDING_SENT);
	assert_int_equal(back.ds_after.count, 0);

	struct slice out;
	p.state = (enum pending_state)4;
	assert_int_equal(pending_encode(&p, arena, &out), ERR_ARG);
	p = (struct pending){ .state = PENDING_SENT, .change = 1, .ds_after = fixture_set(arena, "BA") };
	assert_int_equal(pending_encode(&p, arena, &out), ERR_ARG);
}

/* One DS more than a set may have, in octets that are otherwise right. */
static void test_too_many_ds(void **unused)
{
	(void)unused;
	uint8_t octets[12 + 5 * (LIMIT_DS + 1)];
	for (size_t count = LIMIT_DS; count <= LIMIT_DS + 1; count++) {
		struct wire w = wire_writer(octets, sizeof octets);
		wire_write_u8(&w, 1);
		wire_write_u8(&w, PENDING_SENT);
		wire_write_u64(&w, 81);
		wire_write_u16(&w, (uint16_t)count);
		for (size_t i = 0; i < count; i++) {
			wire_write_u16(&w, (uint16_t)i);
			wire_write_u8(&w, 13);
			wire_write_u8(&w, 2);
			wire_write_u8(&w, 0);
		}
		struct pending p;
		assert_int_equal(pending_decode((struct slice){ .data = octets, .size = w.pos }, arena, &p),
			count > LIMIT_DS ? ERR_FORMAT : 0);
	}
}

static void test_pending_hostile(void **unused)
{
	(void)unused;
	struct pending p = { .state = PENDING_SENT, .change = 81, .ds_after = fixture_set(arena, "AB") };
	uint8_t octets[256];
	struct slice good = encode_pending(&p);
	assert_true(good.size <= sizeof octets);
	memcpy(octets, good.data, good.size);
	hostile((struct slice){ .data = octets, .size = good.size }, decode_pending, pending_again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_state_golden, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_state_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_state_of_version_1, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_life_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_life_of_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_life_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_life_that_says_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_state_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_state_hostile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pending, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_many_ds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pending_hostile, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
