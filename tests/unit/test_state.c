/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Child state and pending change: one encoding each, and nothing else decodes. */
#include "tests/unit/accept_fixture.h"

static const char golden_state[] =
	"0100286ab13b8000000000000000070000000000000412000102030405060708090a0b0c0d0e0f1011121314"
	"15161718191a1b1c1d1e1f02003b0d042a424242424242424242424242424242424242424242424242424242"
	"4242424242fffffffa003c0d0429414141414141414141414141414141414141414141414141414141414141"
	"41416ab13b810204c00002016ab13b806ab13cac00020620010db80000000000000000000000016ab13b806a"
	"b13b800001020d017a0161076578616d706c65006ab137986ab13b8000040b0162076578616d706c65006ab1"
	"3b806ab13b800001";
static const char golden_empty[] =
	"0100000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
	"0000000000000000000000000000";
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
	struct child_state s = some_state();
	fixture_hex(golden_state, encode_state(&s));
	struct child_state never = { .last_reason = REASON_NONE };
	fixture_hex(golden_empty, encode_state(&never));
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
	uint8_t newer[] = { 2, 0, 0 };
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
	struct child_state s = some_state();
	uint8_t octets[512];
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
		cmocka_unit_test_setup_teardown(test_state_refuses, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_state_hostile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pending, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_too_many_ds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pending_hostile, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
