/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of keys: which records name one key, and what is said when there are too many to tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/zone_keys.h"
#include "validate/cds/keytable.h"
#include "validate/dnssec/verifier.h"
#include "validate/wire/limits.h"

/* What is in no set, what a full table says, and that it remembers who named a key. */
static void test_key_numbers(void **state)
{
	struct arena *arena = arena_new();
	struct name owner;
	struct dnskey key;
	struct keyset *exact = malloc(sizeof *exact);
	assert_non_null(exact);
	memset(exact, 0xff, sizeof *exact);
	assert_true(keyset_has(exact, KEYTABLE_MAX - 1));
	assert_false(keyset_has(exact, KEYTABLE_MAX));	/* and nothing behind it is read */
	free(exact);

	assert_int_equal(name_from_text(ZONE_CHILD, &owner), 0);
	assert_int_equal(dnskey_parse(key_rdata('A', arena), &key), 0);
	struct verifier *v = verifier_new(*state, arena, ZONE_NOW);
	struct keytable *t = keytable_new(*state, v, algorithm_table_builtin(), &owner, arena);
	unsigned first = keytable_add_key(t, &key, false);
	assert_true(keytable_entry(t, first)->offered && !keytable_entry(t, first)->published);
	assert_int_equal(keytable_add_key(t, &key, true), first);
	assert_true(keytable_entry(t, first)->offered && keytable_entry(t, first)->published);
	for (unsigned i = 1; i <= KEYTABLE_MAX; i++) {
		struct dnskey *other = arena_copy(arena, &key, sizeof key);
		uint8_t *rdata = arena_copy(arena, key.rdata.data, key.rdata.size);
		rdata[10] = (uint8_t)(i >> 8);
		rdata[11] = (uint8_t)i;
		assert_int_equal(dnskey_parse((struct slice){ rdata, key.rdata.size }, other), 0);
		other->tag = (uint16_t)(key.tag + i);
		unsigned id = keytable_add_key(t, other, true);
		assert_int_equal(id, i);	/* the last one has no number */
		assert_int_equal(keytable_excess(t), i < KEYTABLE_MAX ? REASON_NONE : REASON_TOO_MANY_KEYS);
	}
	assert_null(keytable_entry(t, KEYTABLE_MAX));

	/* A digest without a number stays without one. */
	struct ds ds;
	assert_int_equal(ds_parse(key_ds('H', 3, arena), &ds), 0);
	for (unsigned i = 0; i < 2; i++) {
		unsigned id;
		assert_int_equal(keytable_add_digests(t, &ds, 1, &id), 0);
		assert_int_equal(id, KEYTABLE_MAX);
	}
	arena_free(arena);
}

/* With the budget used up no digest is compared, and that is said: from not even enough to look for it among those known
 * to enough to compute it. */
static void test_budget_of_key_numbers(void **state)
{
	struct arena *arena = arena_new();
	struct name owner;
	struct dnskey key;
	struct ds ds;
	assert_int_equal(name_from_text(ZONE_CHILD, &owner), 0);
	assert_int_equal(dnskey_parse(key_rdata('A', arena), &key), 0);
	assert_int_equal(ds_parse(key_ds('A', 4, arena), &ds), 0);
	uint32_t spare = 0;
	for (bool enough = false; !enough; spare += 10) {
		unsigned id;
		struct verifier *v = verifier_new(*state, arena, ZONE_NOW);
		struct keytable *t = keytable_new(*state, v, algorithm_table_builtin(), &owner, arena);
		assert_int_equal(keytable_add_key(t, &key, true), 0);
		assert_true(verifier_charge(v, LIMIT_COST_NS - spare));
		assert_int_equal(keytable_add_digests(t, &ds, 1, &id), 0);
		enough = id == 0;
		assert_int_equal(keytable_excess(t), enough ? REASON_NONE : REASON_BUDGET_EXHAUSTED);
	}
	assert_true(spare > 100);
	arena_free(arena);
}

/* Two sets of digests of types 2 and 3, the latter computed by nobody: what the second of each set is taken to name. */
static void test_digests_that_nobody_computes(void **state)
{
	struct arena *arena = arena_new();
	struct name owner;
	assert_int_equal(name_from_text(ZONE_CHILD, &owner), 0);
	struct verifier *v = verifier_new(*state, arena, ZONE_NOW);
	struct keytable *t = keytable_new(*state, v, algorithm_table_builtin(), &owner, arena);
	static struct dnskey keys[6];
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(dnskey_parse(key_rdata("A12345"[i], arena), &keys[i]), 0);
		/* All of one tag: the fifth is one too many (L-DOS-1). */
		assert_int_equal(keytable_add_key(t, &keys[i], true), i < LIMIT_TAG_COLLISIONS ? i : KEYTABLE_MAX);
	}
	struct ds ds[2];
	unsigned ids[2];
	/* Beside A's digest it is A's, and stays so beside the digest of another key with that tag. */
	assert_int_equal(ds_parse(key_ds('A', 2, arena), &ds[0]), 0);
	assert_int_equal(ds_parse(key_ds('A', 3, arena), &ds[1]), 0);
	assert_int_equal(keytable_add_digests(t, ds, 2, ids), 0);
	assert_int_equal(ids[1], 0);
	assert_int_equal(ds_from_key(*state, &owner, &keys[1], 2, &ds[0]), 0);
	assert_int_equal(keytable_add_digests(t, ds, 2, ids), 0);
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], 0);
	/* Alone it names nobody, and no better beside one of a key that nobody shows. */
	assert_int_equal(ds_parse(key_ds('H', 3, arena), &ds[1]), 0);
	assert_int_equal(keytable_add_digests(t, &ds[1], 1, &ids[1]), 0);
	unsigned alone = ids[1];
	assert_null(keytable_entry(t, alone)->key);
	assert_int_equal(ds_parse(key_ds('H', 2, arena), &ds[0]), 0);
	assert_int_equal(keytable_add_digests(t, ds, 2, ids), 0);
	assert_int_not_equal(ids[0], alone);
	assert_int_equal(ids[1], alone);
	arena_free(arena);
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
		cmocka_unit_test(test_key_numbers),
		cmocka_unit_test(test_budget_of_key_numbers),
		cmocka_unit_test(test_digests_that_nobody_computes),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
