/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The encoding of a delegation: golden octets, one form only, hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "validate/cds/delegation.h"
#include "validate/wire/err.h"

/* Written by hand from delegation.c: version; child; two hosts, the second with two glue addresses; a
 * DS set of one, TTL 3600. */
static const uint8_t golden[] = {
	1,
	5, 1, 'x', 1, 'c', 0,
	2,
	4, 2, 'n', '1', 0, 0,
	4, 2, 'n', '2', 0, 2, 4, 192, 0, 2, 1,
	6, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	2, 0, 0, 0x0e, 0x10, 1,
	0xd4, 0x31, 13, 2, 4, 0xaa, 0xbb, 0xcc, 0xdd,
};
#define AT_HOSTS 7
#define AT_DS (sizeof golden - 15)

static void build(struct arena *arena, struct delegation *d)
{
	*d = (struct delegation){ .host_count = 2, .ds_state = DS_PRESENT, .ds_ttl = 3600 };
	d->hosts = arena_array(arena, 2, sizeof d->hosts[0]);
	d->ds.ds = arena_array(arena, 2, sizeof d->ds.ds[0]);
	d->ds.count = 1;
	assert_int_equal(name_from_text("x.c.", &d->child), 0);
	assert_int_equal(name_from_text("n1.", &d->hosts[0].name), 0);
	assert_int_equal(name_from_text("n2.", &d->hosts[1].name), 0);
	d->hosts[1].glue_count = 2;
	d->hosts[1].glue = arena_array(arena, LIMIT_HOST_ADDRESSES + 1, sizeof d->hosts[1].glue[0]);
	d->hosts[1].glue[0] = (struct address){ 4, { 192, 0, 2, 1 } };
	d->hosts[1].glue[1] = (struct address){ 6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } };
	d->ds.ds[0] = (struct ds){ 0xd431, 13, 2, 4, { 0xaa, 0xbb, 0xcc, 0xdd } };
}

static void test_golden_octets(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct delegation d;
	struct slice octets;
	build(arena, &d);
	assert_int_equal(delegation_encode(&d, arena, &octets), 0);
	assert_int_equal(octets.size, sizeof golden);
	assert_memory_equal(octets.data, golden, sizeof golden);
	arena_free(arena);
}

static void test_decodes_to_the_same(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct delegation want;
	struct delegation d;
	build(arena, &want);
	assert_int_equal(delegation_decode((struct slice){ golden, sizeof golden }, arena, &d), 0);
	assert_true(name_equal(&d.child, &want.child));
	assert_int_equal(d.host_count, 2);
	assert_true(name_equal(&d.hosts[1].name, &want.hosts[1].name));
	assert_int_equal(d.hosts[0].glue_count, 0);
	assert_int_equal(d.hosts[1].glue_count, 2);
	assert_int_equal(address_compare(&d.hosts[1].glue[1], &want.hosts[1].glue[1]), 0);
	assert_int_equal(d.ds_state, DS_PRESENT);
	assert_int_equal(d.ds_ttl, 3600);
	assert_true(ds_set_equal(&d.ds, &want.ds));
	arena_free(arena);
}

static void test_absent_and_unknown(void **state)
{
	static const enum ds_state states[] = { DS_ABSENT, DS_UNKNOWN };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct arena *arena = arena_new();
		struct delegation d;
		struct delegation back;
		struct slice octets;
		build(arena, &d);
		d.ds_state = states[i];
		assert_int_equal(delegation_encode(&d, arena, &octets), ERR_ARG);	/* with a DS */
		d.ds.count = 0;
		assert_int_equal(delegation_encode(&d, arena, &octets), ERR_ARG);	/* with a TTL */
		d.ds_ttl = 0;
		assert_int_equal(delegation_encode(&d, arena, &octets), 0);
		assert_int_equal(delegation_decode(octets, arena, &back), 0);
		assert_int_equal(back.ds_state, states[i]);
		assert_int_equal(back.ds.count, 0);
		arena_free(arena);
	}
}

static void test_one_form_only(void **state)
{
	(void)state;
	uint8_t octets[sizeof golden];
	for (size_t size = 0; size < sizeof golden; size++) {
		struct arena *arena = arena_new();
		struct delegation d;
		uint8_t *exact = malloc(size + 1);
		assert_non_null(exact);
		memcpy(exact, golden, size);
		assert_int_equal(delegation_decode((struct slice){ exact, size }, arena, &d), ERR_FORMAT);
		free(exact);
		arena_free(arena);
	}
	memcpy(octets, golden, sizeof golden);
	unsigned accepted = 0;
	for (size_t i = 0; i < 8 * sizeof golden; i++) {
		struct arena *arena = arena_new();
		struct delegation d;
		struct slice again;
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		if (delegation_decode((struct slice){ octets, sizeof octets }, arena, &d) == 0) {
			accepted++;
			assert_int_equal(delegation_encode(&d, arena, &again), 0);
			assert_true(slice_equal(again, (struct slice){ octets, sizeof octets }));
		}
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		arena_free(arena);
	}
	assert_true(accepted > 0);
}

struct bad_case {
	const char *name;
	size_t at;
	uint8_t value;
	int error;
};

static const struct bad_case bad_cases[] = {
	{ "version 0", 0, 0, ERR_FORMAT },
	{ "version 2 without its end", 0, 2, ERR_FORMAT },
	{ "version 3", 0, 3, ERR_VERSION },
	{ "upper case", 3, 'X', ERR_FORMAT },
	{ "33 hosts", AT_HOSTS, 33, ERR_FORMAT },
	{ "hosts out of order", AT_HOSTS + 3, 'o', ERR_FORMAT },
	{ "the same host twice", AT_HOSTS + 10, '1', ERR_FORMAT },
	{ "nine glue addresses", AT_HOSTS + 12, 9, ERR_FORMAT },
	{ "glue of family 5", AT_HOSTS + 13, 5, ERR_FORMAT },
	{ "DS state 3", AT_DS, 3, ERR_FORMAT },
	{ "absent with a DS", AT_DS, 1, ERR_FORMAT },
	{ "65 DS", AT_DS + 5, 65, ERR_FORMAT },
	{ "a digest of 65 octets", AT_DS + 10, 65, ERR_FORMAT },
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_cases / sizeof bad_cases[0]; i++) {
		uint8_t octets[sizeof golden];
		struct arena *arena = arena_new();
		struct delegation d;
		memcpy(octets, golden, sizeof golden);
		octets[bad_cases[i].at] = bad_cases[i].value;
		int rc = delegation_decode((struct slice){ octets, sizeof octets }, arena, &d);
		if (rc != bad_cases[i].error) {
			fail_msg("%s: %d", bad_cases[i].name, rc);
		}
		arena_free(arena);
	}
}

static void test_arguments(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct delegation d;
	assert_int_equal(delegation_decode((struct slice){ golden, sizeof golden }, NULL, &d), ERR_ARG);
	assert_int_equal(delegation_decode((struct slice){ golden, sizeof golden }, arena, NULL), ERR_ARG);
	arena_free(arena);
}

static void test_refuses_to_encode(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	struct delegation d;
	struct slice out;
	build(arena, &d);
	d.hosts[1].name = d.hosts[0].name;
	assert_int_equal(delegation_encode(&d, arena, &out), ERR_ARG);
	build(arena, &d);
	d.hosts[1].glue[1] = d.hosts[1].glue[0];
	assert_int_equal(delegation_encode(&d, arena, &out), ERR_ARG);
	build(arena, &d);
	d.hosts[1].glue_count = LIMIT_HOST_ADDRESSES + 1;
	assert_int_equal(delegation_encode(&d, arena, &out), ERR_LIMIT);
	build(arena, &d);
	d.ds.ds[1] = d.ds.ds[0];
	d.ds.count = 2;
	assert_int_equal(delegation_encode(&d, arena, &out), ERR_ARG);
	build(arena, &d);
	d.host_count = LIMIT_NS_HOSTS + 1;
	assert_int_equal(delegation_encode(&d, arena, &out), ERR_LIMIT);
	assert_int_equal(delegation_encode(&d, NULL, &out), ERR_ARG);
	arena_free(arena);
}

/* What version 2 has behind that of version 1: flags, registrar, registration, last change by hand. */
static const uint8_t golden_registry[] = { 0, 9, 3, 'R', ' ', '1', 2, 'a', '~', 0x68, 0x4e, 0xe1, 0x80 };
#define GOLDEN_2 (sizeof golden + sizeof golden_registry)

static void make_golden_2(uint8_t out[GOLDEN_2])
{
	memcpy(out, golden, sizeof golden);
	memcpy(out + sizeof golden, golden_registry, sizeof golden_registry);
	out[0] = 2;
}

static void build_registry(struct arena *arena, struct delegation *d)
{
	build(arena, d);
	d->flags = DELEGATION_OPTED_OUT | DELEGATION_REGISTRY_LOCK;
	memcpy(d->registrar, "R 1", 4);
	memcpy(d->registration, "a~", 3);
	d->manual_change = 0x684ee180;
}

/* what the registry says beside the records. */
static void test_registry(void **state)
{
	(void)state;
	uint8_t golden_2[GOLDEN_2];
	struct arena *arena = arena_new();
	struct delegation d;
	struct slice octets;
	make_golden_2(golden_2);
	build_registry(arena, &d);
	assert_int_equal(delegation_encode(&d, arena, &octets), 0);
	assert_int_equal(octets.size, GOLDEN_2);
	assert_memory_equal(octets.data, golden_2, GOLDEN_2);
	struct delegation back;
	memset(&back, 0xff, sizeof back);
	assert_int_equal(delegation_decode(octets, arena, &back), 0);
	assert_int_equal(back.flags, d.flags);
	assert_memory_equal(back.registrar, d.registrar, sizeof d.registrar);
	assert_memory_equal(back.registration, d.registration, sizeof d.registration);
	assert_int_equal(back.manual_change, d.manual_change);
	assert_true(ds_set_equal(&back.ds, &d.ds));
	/* Version 1 says none of it, whatever was there. */
	assert_int_equal(delegation_decode((struct slice){ golden, sizeof golden }, arena, &back), 0);
	assert_true(back.flags == 0 && back.registrar[0] == '\0' && back.registration[0] == '\0' && back.manual_change == 0);
	arena_free(arena);
}

/* Each of the new values alone needs version 2; without any a delegation is as it was. */
static void test_version(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct arena *arena = arena_new();
		struct delegation d;
		struct slice octets;
		build(arena, &d);
		d.flags = i == 1 ? DELEGATION_NOT_PUBLISHED : 0;
		d.registrar[0] = i == 2 ? 'r' : '\0';
		d.registration[0] = i == 3 ? '7' : '\0';
		d.manual_change = i == 4;
		assert_int_equal(delegation_encode(&d, arena, &octets), 0);
		assert_int_equal(octets.data[0], i == 0 ? 1 : 2);
		assert_int_equal(delegation_decode(octets, arena, &d), 0);
		arena_free(arena);
	}
	/* The second version never says what the first one can. */
	uint8_t octets[sizeof golden + 8] = { 0 };
	struct arena *arena = arena_new();
	struct delegation d;
	memcpy(octets, golden, sizeof golden);
	octets[0] = 2;
	assert_int_equal(delegation_decode((struct slice){ octets, sizeof octets }, arena, &d), ERR_FORMAT);
	octets[sizeof octets - 1] = 1;
	assert_int_equal(delegation_decode((struct slice){ octets, sizeof octets }, arena, &d), 0);
	arena_free(arena);
}

static void test_registry_one_form_only(void **state)
{
	(void)state;
	uint8_t octets[GOLDEN_2 + 1] = { 0 };
	make_golden_2(octets);
	for (size_t size = 0; size <= sizeof octets; size++) {
		struct arena *arena = arena_new();
		struct delegation d;
		uint8_t *exact = malloc(size + 1);
		assert_non_null(exact);
		memcpy(exact, octets, size);
		assert_int_equal(delegation_decode((struct slice){ exact, size }, arena, &d), size == GOLDEN_2 ? 0 : ERR_FORMAT);
		free(exact);
		arena_free(arena);
	}
	unsigned accepted = 0;
	for (size_t i = 8 * sizeof golden; i < 8 * GOLDEN_2; i++) {
		struct arena *arena = arena_new();
		struct delegation d;
		struct slice again;
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		if (delegation_decode((struct slice){ octets, GOLDEN_2 }, arena, &d) == 0) {
			accepted++;
			assert_int_equal(delegation_encode(&d, arena, &again), 0);
			assert_true(slice_equal(again, (struct slice){ octets, GOLDEN_2 }));
		}
		octets[i / 8] ^= (uint8_t)(1u << i % 8);
		arena_free(arena);
	}
	assert_true(accepted > 0);
}

/* Offsets from the start of what version 2 adds. */
static const struct bad_case bad_registry_cases[] = {
	{ "a flag that there is not", 1, 64, ERR_FORMAT },
	{ "a flag of the upper octet", 0, 1, ERR_FORMAT },
	{ "a registrar with a control character", 3, 0x1f, ERR_FORMAT },
	{ "a registrar with a NUL", 4, 0, ERR_FORMAT },
	{ "a registrar with DEL", 5, 0x7f, ERR_FORMAT },
	{ "a registrar of 64 octets", 2, 64, ERR_FORMAT },
	{ "a registration beyond ASCII", 7, 0xe4, ERR_FORMAT },
};

static void test_bad_registry(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_registry_cases / sizeof bad_registry_cases[0]; i++) {
		uint8_t octets[GOLDEN_2 + 64] = { 0 };
		struct arena *arena = arena_new();
		struct delegation d;
		const struct bad_case *b = &bad_registry_cases[i];
		make_golden_2(octets);
		octets[sizeof golden + b->at] = b->value;
		if (delegation_decode((struct slice){ octets, GOLDEN_2 }, arena, &d) != b->error) {
			fail_msg("%s", b->name);
		}
		arena_free(arena);
	}
	/* 63 octets of text fit, 64 do not, whoever writes them. */
	struct arena *arena = arena_new();
	struct delegation d;
	struct slice octets;
	build(arena, &d);
	memset(d.registrar, 'r', sizeof d.registrar - 1);
	assert_int_equal(delegation_encode(&d, arena, &octets), 0);
	assert_int_equal(delegation_decode(octets, arena, &d), 0);
	assert_int_equal(strlen(d.registrar), sizeof d.registrar - 1);
	uint8_t *longer = arena_alloc(arena, octets.size + 1);
	assert_non_null(longer);
	memcpy(longer, octets.data, sizeof golden + 3);
	memcpy(longer + sizeof golden + 3, octets.data + sizeof golden + 2, octets.size - sizeof golden - 2);
	longer[sizeof golden + 2] = 64;
	longer[sizeof golden + 3] = 'r';
	assert_int_equal(delegation_decode((struct slice){ longer, octets.size + 1 }, arena, &d), ERR_FORMAT);
	build(arena, &d);
	memset(d.registration, 'r', sizeof d.registration);
	assert_int_equal(delegation_encode(&d, arena, &octets), ERR_ARG);
	build(arena, &d);
	d.registrar[0] = '\t';
	assert_int_equal(delegation_encode(&d, arena, &octets), ERR_ARG);
	build(arena, &d);
	d.flags = DELEGATION_FLAGS + 1;
	assert_int_equal(delegation_encode(&d, arena, &octets), ERR_ARG);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden_octets), cmocka_unit_test(test_decodes_to_the_same),
		cmocka_unit_test(test_absent_and_unknown), cmocka_unit_test(test_one_form_only),
		cmocka_unit_test(test_bad), cmocka_unit_test(test_arguments), cmocka_unit_test(test_refuses_to_encode),
		cmocka_unit_test(test_registry), cmocka_unit_test(test_version), cmocka_unit_test(test_registry_one_form_only),
		cmocka_unit_test(test_bad_registry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
