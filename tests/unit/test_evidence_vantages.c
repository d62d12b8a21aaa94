/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Version 5 of the encoding of evidence: what other vantages saw (R8078-5-1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/evidence.h"
#include "validate/wire/err.h"

static const uint8_t answer_one[] = { 0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
static const uint8_t answer_two[] = { 0, 0, 0x84, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0xff };

/* One server that was asked for a token, too, and two more places. By hand. */
static const uint8_t golden[] = {
	5,
	4, 2, 'c', 'h', 0,
	0, 0, 0x01, 0x97, 0x74, 0x20, 0xdc, 0x00,
	0, 0, 0x01, 0x97, 0x74, 0x20, 0xdc, 0xfa,
	1,
	3, 1, 'n', 0, 1,
	0, 2,
	0, 12, 0, 0, 0x84, 0, 0, 1, 0, 0, 0, 0, 0, 0,
	0, 13, 0, 0, 0x84, 5, 0, 1, 0, 0, 0, 0, 0, 0, 0xff,
	1,
	4, 192, 0, 2, 1, 0, 0, 0, 1, 0,
	1, 1, 1, 0, 0, 0x03, 0xe8, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 12,
	0, 1, 3, 0, 0, 0, 0,
	3, 'a', 'm', 's', 2,
	3, 'f', 'r', 'a', 0,
	1, 1, 1, 0, 0, 0, 9, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0,
	1, 1, 1, 0, 0, 0, 8, 0, 1,
	1, 'z', 2,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
	4, 0, 0, 0, 0, 0, 0,
};
#define AT_NAMES 116
#define AT_FRA (AT_NAMES + 5)

static struct evidence_answer answered(const uint8_t *octets, size_t size, uint32_t rtt_us)
{
	return (struct evidence_answer){ EVIDENCE_ANSWERED, true, 1, rtt_us, { octets, size } };
}

static void *array(struct arena *arena, size_t count, size_t size)
{
	void *made = arena_array(arena, count, size);
	assert_non_null(made);
	return made;
}

/* What golden says; room for more of everything. */
static void build(struct arena *arena, struct evidence *e)
{
	*e = (struct evidence){ .began_ms = UINT64_C(1750000000000), .ended_ms = UINT64_C(1750000000250),
		.host_count = 1, .server_count = 1, .challenge_asked = true, .vantage = "ams", .vantage_count = 2 };
	e->hosts = array(arena, LIMIT_NS_HOSTS, sizeof e->hosts[0]);
	e->servers = array(arena, LIMIT_CHILD_ADDRESSES, sizeof e->servers[0]);
	e->vantages = array(arena, LIMIT_VANTAGES, sizeof e->vantages[0]);
	assert_int_equal(name_from_text("ch.", &e->child), 0);
	assert_int_equal(name_from_text("n.", &e->hosts[0].name), 0);
	e->hosts[0].status = EVIDENCE_HOST_RESOLVED;
	e->servers[0].address = (struct address){ 4, { 192, 0, 2, 1 } };
	e->servers[0].hosts = 1;
	e->servers[0].answers[0] = answered(answer_one, sizeof answer_one, 1000);
	e->servers[0].challenge = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT, .tcp = true, .attempts = 3 };
	for (size_t i = 0; i < LIMIT_VANTAGES; i++) {
		e->vantages[i].servers = array(arena, LIMIT_CHILD_ADDRESSES, sizeof e->servers[0]);
		e->vantages[i].servers[0].address = e->servers[0].address;
		e->vantages[i].servers[0].hosts = e->servers[0].hosts;
		strcpy(e->vantages[i].name, i == 0 ? "fra" : i == 1 ? "z" : i == 2 ? "y" : "x");
	}
	e->vantages[0].servers[0].answers[0] = answered(answer_one, sizeof answer_one, 9);
	e->vantages[0].servers[0].challenge = answered(answer_two, sizeof answer_two, 8);
	e->vantages[1].servers[0].skip = SKIP_FAMILY;
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		e->vantages[1].servers[0].answers[q].status = EVIDENCE_NOT_ASKED;
	}
	e->vantages[1].servers[0].challenge.status = EVIDENCE_NOT_ASKED;
}

static int decode(const void *data, size_t size, struct arena *arena, struct evidence *out)
{
	return evidence_decode((struct slice){ data, size }, arena, out);
}

static void assert_one_form(struct slice octets, struct arena *arena)
{
	struct evidence e;
	struct slice again;
	assert_int_equal(evidence_decode(octets, arena, &e), 0);
	assert_int_equal(evidence_encode(&e, arena, &again), 0);
	assert_true(slice_equal(again, octets));
}

/* R8078-5-1: what each place saw, octet by octet; equal answers are there once. */
static void test_golden(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	struct slice octets;
	build(arena, &e);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.size, sizeof golden);
	assert_memory_equal(octets.data, golden, sizeof golden);
	assert_int_equal(decode(golden, sizeof golden, arena, &d), 0);
	assert_int_equal(d.vantage_count, 2);
	assert_string_equal(d.vantage, "ams");
	assert_string_equal(d.vantages[0].name, "fra");
	assert_string_equal(d.vantages[1].name, "z");
	const struct evidence_server *s = &d.vantages[0].servers[0];
	assert_int_equal(address_compare(&s->address, &e.servers[0].address), 0);
	assert_int_equal(s->hosts, 1);
	assert_true(s->skip == SKIP_NONE && s->answers[0].rtt_us == 9 && s->answers[0].tcp);
	assert_true(slice_equal(s->challenge.octets, (struct slice){ answer_two, sizeof answer_two }));
	assert_int_equal(d.vantages[1].servers[0].skip, SKIP_FAMILY);
	arena_free(arena);
}

/* A place as if it was all there is. */
static void test_from(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	build(arena, &e);
	e.ns = (struct evidence_ns){ true, 0, answered(answer_one, sizeof answer_one, 9) };
	e.signals_asked = true;
	e.signals = array(arena, 1, sizeof e.signals[0]);
	e.signal_count = 1;
	struct evidence one = evidence_from(&e, 0);
	assert_ptr_equal(one.servers, e.vantages[0].servers);
	assert_true(one.challenge_asked && !one.ns.asked && !one.signals_asked);
	assert_true(one.signal_count == 0 && one.vantage_count == 0);
	assert_int_equal(one.began_ms, e.began_ms);
	assert_int_equal(evidence_encode(&one, arena, &octets), 0);
	assert_int_equal(octets.data[0], 4);
	arena_free(arena);
}

/* What a former version can say is written as before. */
static void test_version(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	build(arena, &e);
	e.vantage_count = 0;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.data[0], 4);
	e.challenge_asked = false;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.data[0], 1);
	e.vantage_count = 1;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(octets.data[0], 5);
	assert_one_form(octets, arena);
	arena_free(arena);
}

static void test_one_form_only(void **state)
{
	(void)state;
	uint8_t octets[sizeof golden + 1] = { 0 };
	unsigned accepted = 0;
	memcpy(octets, golden, sizeof golden);
	for (size_t i = 0; i < 8 * sizeof golden; i++) {
		struct arena *arena = arena_new();
		struct evidence e;
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		if (decode(octets, sizeof golden, arena, &e) == 0) {
			accepted++;
			assert_one_form((struct slice){ octets, sizeof golden }, arena);
		}
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		arena_free(arena);
	}
	assert_true(accepted > 0);
	for (size_t size = 0; size <= sizeof octets; size++) {
		struct arena *arena = arena_new();
		struct evidence e;
		uint8_t *exact = malloc(size + 1);
		assert_non_null(exact);
		memcpy(exact, octets, size);
		assert_int_equal(decode(exact, size, arena, &e), size == sizeof golden ? 0 : ERR_FORMAT);
		free(exact);
		arena_free(arena);
	}
}

/* Each in octets where nothing else is wrong. */
static void test_bad(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
	} cases[] = {
		{ "vantages in version 4", 0, 4 },
		{ "more behind than there is", AT_NAMES - 8, 28 },
		{ "no vantages, and they are there", AT_NAMES - 8, 4 },
		{ "no other place", AT_NAMES + 4, 0 },
		{ "one place, and two are there", AT_NAMES + 4, 1 },
		{ "four beside the first", AT_NAMES + 4, 4 },
		{ "a name that is not printable", AT_NAMES + 1, 7 },
		{ "a name that is not printable, of another place", AT_FRA + 1, 0xff },
		{ "skip 4", AT_FRA + 4, 4 },
		{ "status 5", AT_FRA + 5, 5 },
		{ "an answer that is not there", AT_FRA + 13, 2 },
		{ "a token that nobody gave", sizeof golden - 46, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		uint8_t octets[sizeof golden];
		struct arena *arena = arena_new();
		struct evidence e;
		memcpy(octets, golden, sizeof golden);
		assert_int_not_equal(octets[cases[i].at], cases[i].value);
		octets[cases[i].at] = cases[i].value;
		if (decode(octets, sizeof octets, arena, &e) != ERR_FORMAT) {
			fail_msg("%s", cases[i].name);
		}
		arena_free(arena);
	}
}

/* The same where nothing comes behind that would be wrong by itself. */
static void test_bad_at_the_end(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	build(arena, &e);
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	uint8_t *copy = arena_copy(arena, octets.data, octets.size);
	assert_non_null(copy);
	size_t skip = sizeof golden - EVIDENCE_QUESTIONS * 7 - 7 - 1;
	assert_int_equal(copy[skip], SKIP_FAMILY);
	copy[skip] = SKIP_LIMIT + 1;
	assert_int_equal(decode(copy, skip + 1, arena, &e), ERR_FORMAT);
	/* One message only, so that all of them are referred to before the other places begin. */
	build(arena, &e);
	e.vantages[0].servers[0].challenge = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT };
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	copy = arena_copy(arena, octets.data, octets.size);
	assert_non_null(copy);
	size_t count = AT_NAMES + 4 - 2 - sizeof answer_two;
	assert_int_equal(copy[count], 2);
	copy[count] = LIMIT_VANTAGES;
	assert_int_equal(decode(copy, count + 1, arena, &e), ERR_FORMAT);
	arena_free(arena);
}

/* As many as there may be, and one more, each with all that belongs to it. */
static void test_number(void **state)
{
	(void)state;
	static const size_t size = 45 - 1;	/* of the last one */
	uint8_t octets[sizeof golden + 4 * 44];
	memcpy(octets, golden, sizeof golden);
	size_t end = sizeof golden;
	for (uint8_t count = 3; count < LIMIT_VANTAGES + 2; count++, end += size) {
		struct arena *arena = arena_new();
		struct evidence e;
		memcpy(octets + end, golden + sizeof golden - size, size);
		octets[end] = (uint8_t)('a' + count);
		memmove(octets + end + 1, octets + end, size);
		octets[end++] = 1;
		octets[AT_NAMES + 4] = count;
		assert_int_equal(decode(octets, end + size, arena, &e), count < LIMIT_VANTAGES ? 0 : ERR_FORMAT);
		arena_free(arena);
	}
}

/* Places are told apart by their names: a place that is there twice would agree with itself. */
static void test_names(void **state)
{
	(void)state;
	static const struct {
		const char *first, *second, *third;
		int code;
	} names[] = {
		{ "ams", "fra", "z", 0 }, { "", "fra", "z", ERR_ARG }, { "ams", "", "z", ERR_ARG }, { "ams", "fra", "", ERR_ARG },
		{ "fra", "fra", "z", ERR_ARG }, { "z", "fra", "z", ERR_ARG }, { "ams", "z", "z", ERR_ARG },
		{ "a\tb", "fra", "z", ERR_ARG }, { "ams", "fra", "z\x7f", ERR_ARG },
	};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct arena *arena = arena_new();
		struct evidence e;
		struct evidence d;
		struct slice octets;
		build(arena, &e);
		strcpy(e.vantage, names[i].first);
		strcpy(e.vantages[0].name, names[i].second);
		strcpy(e.vantages[1].name, names[i].third);
		assert_int_equal(evidence_encode(&e, arena, &octets), names[i].code);
		/* Nor can they be read: the last place takes the name of the first one in the octets. */
		if (names[i].code == 0) {
			uint8_t *copy = arena_copy(arena, octets.data, octets.size);
			assert_non_null(copy);
			memcpy(copy + AT_FRA + 1, "ams", 3);
			assert_int_equal(decode(copy, octets.size, arena, &d), ERR_FORMAT);
			copy[AT_FRA + 1] = 'b';
			assert_int_equal(decode(copy, octets.size, arena, &d), 0);
		}
		arena_free(arena);
	}
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	build(arena, &e);
	memset(e.vantages[1].name, 'x', sizeof e.vantages[1].name);
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_ARG);
	arena_free(arena);
}

static void test_refuses_to_encode(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct evidence e;
	struct slice octets;
	build(arena, &e);
	e.vantage_count = LIMIT_VANTAGES;
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_LIMIT);
	build(arena, &e);
	e.vantages[1].servers[0].address.octets[3]++;
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_ARG);
	build(arena, &e);
	e.vantages[1].servers[0].hosts = 0;
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_ARG);
	build(arena, &e);
	e.vantages[0].servers[0].answers[0].octets.size = 0;
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_ARG);
	build(arena, &e);
	e.vantages[0].servers[0].challenge.octets.data = NULL;
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_ARG);
	arena_free(arena);
}

/* Full of servers, each with an answer of its own at the place, of so many octets. */
static void fill(struct evidence_server *servers, const struct evidence *e, size_t size, uint8_t mark, struct arena *arena)
{
	for (size_t i = 0; i < e->server_count; i++) {
		servers[i].address = e->servers[i].address;
		servers[i].hosts = e->servers[i].hosts;
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			uint8_t *octets = array(arena, size, 1);
			octets[size - 1] = mark;
			octets[size - 2] = (uint8_t)i;
			octets[size - 3] = (uint8_t)q;
			servers[i].answers[q] = answered(octets, size, 1);
		}
		servers[i].challenge = (struct evidence_answer){ .status = EVIDENCE_TIMEOUT };
	}
}

static void build_full(struct arena *arena, struct evidence *e, size_t size)
{
	build(arena, e);
	e->server_count = LIMIT_CHILD_ADDRESSES;
	e->vantage_count = LIMIT_VANTAGES - 1;
	for (size_t i = 0; i < e->server_count; i++) {
		e->servers[i].address = (struct address){ 4, { 192, 0, 2, (uint8_t)i } };
		e->servers[i].hosts = 1;
	}
	fill(e->servers, e, size, 0, arena);
	for (size_t v = 0; v < e->vantage_count; v++) {
		fill(e->vantages[v].servers, e, size, (uint8_t)(v + 1), arena);
	}
}

/* L-DOS-1: what does not fit of a place is told as such; the first place and those that fit are kept. */
static void test_overflow(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		size_t size;		/* of each answer */
		bool kept[LIMIT_VANTAGES - 1];
	} cases[] = {
		{ "160 answers each: 512 are kept", 16, { true, true, false } },
		{ "700 octets each: 256 KiB are kept", 700, { true, false, false } },
		{ "1500 octets each: the first place fills it", 1500, { false, false, false } },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct arena *arena = arena_new();
		struct evidence e;
		struct evidence d;
		struct slice octets;
		print_message("  %s\n", cases[i].name);
		build_full(arena, &e, cases[i].size);
		assert_int_equal(evidence_encode(&e, arena, &octets), 0);
		assert_true(octets.size <= LIMIT_EVIDENCE_OCTETS);
		assert_one_form(octets, arena);
		assert_int_equal(evidence_decode(octets, arena, &d), 0);
		for (size_t s = 0; s < d.server_count; s++) {
			for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
				assert_int_equal(d.servers[s].answers[q].status, EVIDENCE_ANSWERED);
				for (size_t v = 0; v < d.vantage_count; v++) {
					assert_int_equal(d.vantages[v].servers[s].answers[q].status,
						cases[i].kept[v] ? EVIDENCE_ANSWERED : EVIDENCE_OVERSIZE);
					assert_int_equal(d.vantages[v].servers[s].challenge.status, EVIDENCE_TIMEOUT);
				}
			}
		}
		arena_free(arena);
	}
	/* What all say alike takes its room once. */
	struct arena *arena = arena_new();
	struct evidence e;
	struct evidence d;
	struct slice octets;
	build_full(arena, &e, 1500);
	for (size_t v = 0; v < e.vantage_count; v++) {
		memcpy(e.vantages[v].servers, e.servers, e.server_count * sizeof e.servers[0]);
	}
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	assert_int_equal(evidence_decode(octets, arena, &d), 0);
	assert_int_equal(d.vantages[2].servers[31].answers[4].status, EVIDENCE_ANSWERED);
	/* A first place that leaves no room for the others' names and numbers is too large by itself. */
	build_full(arena, &e, 1620);
	assert_int_equal(evidence_encode(&e, arena, &octets), ERR_LIMIT);
	e.vantage_count = 0;
	e.challenge_asked = false;
	assert_int_equal(evidence_encode(&e, arena, &octets), 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden), cmocka_unit_test(test_from), cmocka_unit_test(test_version),
		cmocka_unit_test(test_one_form_only), cmocka_unit_test(test_bad), cmocka_unit_test(test_bad_at_the_end),
		cmocka_unit_test(test_number), cmocka_unit_test(test_names),
		cmocka_unit_test(test_refuses_to_encode), cmocka_unit_test(test_overflow),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
