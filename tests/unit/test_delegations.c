/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delegations, generations, NS sets. */
#include "tests/unit/store_fixture.h"

#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/records.h"

static void test_put_only_what_differs(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 100);
	bool changed = false;
	assert_int_equal(delegation_put(t, f->crypto, &d, &changed), 0);
	assert_true(changed);
	assert_int_equal(delegation_put(t, f->crypto, &d, &changed), 0);
	assert_false(changed);
	d.ds_ttl = 7200;
	assert_int_equal(delegation_put(t, f->crypto, &d, &changed), 0);
	assert_true(changed);
	fixture_commit(t);

	t = fixture_begin(f, STORE_READ);
	struct delegation back;
	assert_int_equal(delegation_get(t, &d.child, f->arena, &back), 0);
	assert_int_equal(back.ds_ttl, 7200);
	assert_int_equal(back.host_count, 2);
	assert_true(ds_set_equal(&back.ds, &d.ds));
	struct name absent = fixture_name("b.ch.");
	assert_int_equal(delegation_get(t, &absent, f->arena, &back), ERR_NOTFOUND);
	/* A read transaction writes nothing, and says so ever after. */
	assert_int_equal(delegation_put(t, f->crypto, &d, &changed), 0);
	d.ds_ttl = 1;
	assert_int_equal(delegation_put(t, f->crypto, &d, &changed), ERR_ARG);
	assert_int_equal(txn_commit(t), ERR_ARG);
}

static void test_refused_delegation_leaves_transaction(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 100);
	struct name swap = d.hosts[0].name;
	d.hosts[0].name = d.hosts[1].name;
	d.hosts[1].name = swap;
	bool changed = true;
	assert_int_equal(delegation_put(t, f->crypto, &d, &changed), ERR_ARG);
	assert_false(changed);
	assert_int_equal(txn_error(t), 0);
	fixture_commit(t);
}

/* The first child after *after. */
static int next_child(struct fixture *f, struct txn *t, const struct name *origin, const struct name *after,
	struct delegation *out)
{
	struct delegation_iter *i;
	assert_int_equal(delegation_iter_open(t, origin, after, &i), 0);
	int rc = delegation_iter_next(i, f->arena, out);
	delegation_iter_close(i);
	return rc;
}

static void check_children(struct fixture *f, struct txn *t, const char *origin_text, const char *expected)
{
	struct name origin = fixture_name(origin_text);
	struct name after = { 0 };
	char got[512] = "";
	char iterated[512] = "";
	struct delegation d;
	int rc;
	while ((rc = next_child(f, t, &origin, &after, &d)) == 0) {
		char text[NAME_TEXT_SIZE];
		name_to_text(&d.child, text);
		strcat(strcat(got, text), " ");
		after = d.child;
	}
	assert_int_equal(rc, ERR_NOTFOUND);
	assert_string_equal(got, expected);
	struct delegation_iter *i;
	assert_int_equal(delegation_iter_open(t, &origin, &(struct name){ 0 }, &i), 0);
	while ((rc = delegation_iter_next(i, f->arena, &d)) == 0) {
		char text[NAME_TEXT_SIZE];
		name_to_text(&d.child, text);
		strcat(strcat(iterated, text), " ");
	}
	assert_int_equal(rc, ERR_NOTFOUND);
	delegation_iter_close(i);
	assert_string_equal(iterated, expected);
}

static void test_order_and_parents(void **state)
{
	struct fixture *f = *state;
	static const char *const children[] = { "zz.uk.", "a.uk.", "co.uk.", "shop.co.uk.", "a.co.uk.", "a.b.uk.", "b.uk.",
		"a.ch.", "uk." };
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		struct delegation d = fixture_delegation(f, children[i], "one.net.", 0);
		fixture_put(f, t, &d);
	}
	fixture_load(f, t, "uk.", 1);
	check_children(f, t, "uk.", "a.uk. b.uk. a.b.uk. co.uk. a.co.uk. shop.co.uk. zz.uk. ");
	/* Once co.uk. is a parent of its own, its children are not those of uk. any more. */
	fixture_load(f, t, "co.uk.", 7);
	check_children(f, t, "uk.", "a.uk. b.uk. a.b.uk. co.uk. zz.uk. ");
	check_children(f, t, "co.uk.", "a.co.uk. shop.co.uk. ");
	check_children(f, t, "ch.", "a.ch. ");
	check_children(f, t, "de.", "");

	struct generation g;
	struct name child = fixture_name("shop.co.uk.");
	assert_int_equal(generation_of_child(t, &child, &g), 0);
	assert_int_equal(g.number, 7);
	child = fixture_name("co.uk.");
	assert_int_equal(generation_of_child(t, &child, &g), 0);
	assert_int_equal(g.number, 1);
	child = fixture_name("a.ch.");
	assert_int_equal(generation_of_child(t, &child, &g), ERR_NOTFOUND);
	fixture_commit(t);
}

static void test_iterate_while_writing(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	for (int i = 0; i < 500; i++) {
		char text[64];
		snprintf(text, sizeof(text), "d%03d.ch.", i * 2);
		struct delegation d = fixture_delegation(f, text, i % 3 == 0 ? "one.net." : "two.net.", (uint16_t)i);
		fixture_put(f, t, &d);
	}
	/* As a merge does: delete a third, change a third, add new ones between. */
	struct name origin = fixture_name("ch.");
	struct delegation_iter *it;
	assert_int_equal(delegation_iter_open(t, &origin, &(struct name){ 0 }, &it), 0);
	struct delegation d;
	int seen = 0;
	int rc;
	while ((rc = delegation_iter_next(it, f->arena, &d)) == 0) {
		char text[NAME_TEXT_SIZE];
		char expected[64];
		name_to_text(&d.child, text);
		snprintf(expected, sizeof(expected), "d%03d.ch.", seen * 2);
		assert_string_equal(text, expected);
		if (seen % 3 == 0) {
			assert_int_equal(delegation_del(t, f->crypto, &d.child, FIXTURE_NOW), 0);
		} else if (seen % 3 == 1) {
			struct delegation n = fixture_delegation(f, text, "three.net.", 9);
			fixture_put(f, t, &n);
		} else {
			/* Behind the cursor. */
			snprintf(expected, sizeof(expected), "d%03d-new.ch.", seen * 2 - 1);
			struct delegation n = fixture_delegation(f, expected, "four.net.", 0);
			fixture_put(f, t, &n);
		}
		seen++;
	}
	assert_int_equal(rc, ERR_NOTFOUND);
	assert_int_equal(seen, 500);
	delegation_iter_close(it);
	fixture_commit(t);
}

static unsigned walk_all(struct txn *t, char *text, size_t size)
{
	uint8_t id[NSSET_OCTETS];
	const uint8_t *after = NULL;
	unsigned sets = 0;
	int rc;
	text[0] = '\0';
	while ((rc = nsset_next(t, after, id)) == 0) {
		struct name last = { 0 };
		struct name child;
		sets++;
		while ((rc = nsset_child_next(t, id, &last, &child)) == 0) {
			char name[NAME_TEXT_SIZE];
			name_to_text(&child, name);
			assert_true(strlen(text) + strlen(name) + 2 < size);
			strcat(strcat(text, name), " ");
			last = child;
		}
		assert_int_equal(rc, ERR_NOTFOUND);
		after = id;
	}
	assert_int_equal(rc, ERR_NOTFOUND);
	return sets;
}

static void test_nsset_index(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	char text[512];
	assert_int_equal(walk_all(t, text, sizeof(text)), 0);
	struct delegation a = fixture_delegation(f, "a.ch.", "one.net.", 0);
	struct delegation b = fixture_delegation(f, "b.ch.", "two.net.", 0);
	struct delegation c = fixture_delegation(f, "c.ch.", "one.net.", 5);
	fixture_put(f, t, &c);
	fixture_put(f, t, &b);
	fixture_put(f, t, &a);
	assert_int_equal(walk_all(t, text, sizeof(text)), 2);
	assert_true(strcmp(text, "a.ch. c.ch. b.ch. ") == 0 || strcmp(text, "b.ch. a.ch. c.ch. ") == 0);
	/* Moves to another operator, then goes. */
	struct delegation moved = fixture_delegation(f, "c.ch.", "two.net.", 5);
	fixture_put(f, t, &moved);
	assert_int_equal(walk_all(t, text, sizeof(text)), 2);
	assert_true(strcmp(text, "a.ch. b.ch. c.ch. ") == 0 || strcmp(text, "b.ch. c.ch. a.ch. ") == 0);
	assert_int_equal(delegation_del(t, f->crypto, &a.child, FIXTURE_NOW), 0);
	assert_int_equal(walk_all(t, text, sizeof(text)), 1);
	assert_string_equal(text, "b.ch. c.ch. ");
	assert_int_equal(delegation_del(t, f->crypto, &a.child, FIXTURE_NOW), ERR_NOTFOUND);
	assert_int_equal(txn_error(t), 0);
	fixture_commit(t);
}

/* what waited for a delegation does not wait for its return; the rest of what is remembered of it stays. */
static void test_gone(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct delegation d = fixture_delegation(f, "a.ch.", "one.net.", 0);
	fixture_put(f, t, &d);
	struct child_state s = { .last_reason = REASON_HOLD_DELAY_RUNNING, .suspended = SUSPENDED_BY_OPERATOR, .settled = 4,
		.window = { .began = 1, .last_check = 2, .last_seen = 3, .checks = 1 } };
	struct slice octets;
	struct key key;
	key_name(&d.child, &key);
	assert_int_equal(child_state_encode(&s, f->arena, &octets), 0);
	assert_int_equal(db_put(t, DB_STATE, key_slice(&key), octets), 0);
	assert_int_equal(delegation_del(t, f->crypto, &d.child, FIXTURE_NOW), 0);
	assert_int_equal(state_get(t, &d.child, f->arena, &s), 0);
	assert_int_equal(s.window.began, 0);
	assert_int_equal(s.settled, 0);
	assert_int_equal(s.suspended, SUSPENDED_BY_OPERATOR);
	assert_int_equal(s.last_reason, REASON_HOLD_DELAY_RUNNING);
	fixture_commit(t);
}

static void test_generations(void **state)
{
	struct fixture *f = *state;
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct generation none;
	struct name ch = fixture_name("ch.");
	assert_int_equal(generation_get(t, &ch, &none), ERR_NOTFOUND);
	struct generation g = { .number = 3, .origin = ch, .soa_serial = 2026112101, .loaded = 99, .delegations = 1000000,
		.secure = 400000, .skipped = 2 };
	memset(g.digest, 0xab, sizeof(g.digest));
	assert_int_equal(generation_put(t, &g), 0);
	fixture_load(f, t, ".", 1);
	fixture_load(f, t, "li.", 4);
	fixture_commit(t);
	t = fixture_begin(f, STORE_READ);
	struct generation back;
	assert_int_equal(generation_get(t, &ch, &back), 0);
	assert_true(back.number == 3 && back.soa_serial == 2026112101 && back.loaded == 99 && back.skipped == 2);
	assert_true(back.delegations == 1000000 && back.secure == 400000);
	assert_memory_equal(back.digest, g.digest, sizeof(g.digest));
	assert_int_equal(generation_next(t, &(struct name){ 0 }, &back), 0);
	assert_int_equal(back.number, 1);
	assert_int_equal(generation_next(t, &back.origin, &back), 0);
	assert_true(name_equal(&back.origin, &ch));
	assert_int_equal(generation_next(t, &back.origin, &back), 0);
	assert_int_equal(back.number, 4);
	assert_int_equal(generation_next(t, &back.origin, &back), ERR_NOTFOUND);
	fixture_commit(t);
}

/* Whose serial it is comes with the generation, and goes with the next one that has none. */
static void test_generation_source(void **state)
{
	struct fixture *f = *state;
	static const uint8_t none[sizeof(((struct generation *)0)->source)];
	struct txn *t = fixture_begin(f, STORE_WRITE);
	struct generation back;
	struct generation g = { .number = 1, .origin = fixture_name("ch."), .soa_serial = 5, .skipped = 7 };
	g.source[31] = 1;
	assert_int_equal(generation_put(t, &g), 0);
	assert_int_equal(generation_get(t, &g.origin, &back), 0);
	assert_memory_equal(back.source, g.source, sizeof(g.source));
	assert_true(back.soa_serial == 5 && back.skipped == 7);
	g.source[31] = 0;
	assert_int_equal(generation_put(t, &g), 0);
	memset(&back, 0xff, sizeof(back));
	assert_int_equal(generation_get(t, &g.origin, &back), 0);
	assert_memory_equal(back.source, none, sizeof(none));
	assert_true(back.skipped == 7 && !back.is_old);
	/* and that it was old, with a source and without. */
	for (uint8_t i = 0; i < 2; i++) {
		g.is_old = true;
		g.source[31] = i;
		assert_int_equal(generation_put(t, &g), 0);
		assert_int_equal(generation_get(t, &g.origin, &back), 0);
		assert_memory_equal(back.source, g.source, sizeof(g.source));
		assert_true(back.skipped == 7 && back.is_old);
	}
	fixture_commit(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_put_only_what_differs, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_refused_delegation_leaves_transaction, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_order_and_parents, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_iterate_while_writing, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_nsset_index, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_generations, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_generation_source, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_gone, fixture_setup, fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
