/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compare and set: what a registry has, against what a change was judged on. */
#include "tests/unit/epp_fixture.h"

#include "registry/sink/epp_compare.h"

#define KEYS 3

struct world {
	struct arena *arena;
	struct crypto *crypto;
	struct name child, ns[2];
	const char *status[1];
	struct slice keys[KEYS];
	struct ds ds_of_key[KEYS];
};

static int setup(void **state)
{
	static struct world w;
	static uint8_t rdata[KEYS][6] = { { 1, 1, 3, 13, 'a', 1 }, { 1, 1, 3, 13, 'b', 2 }, { 1, 1, 3, 13, 'c', 3 } };
	w = (struct world){ .arena = arena_new(), .crypto = crypto_new(), .child = name_of("example.ch."),
		.ns = { name_of("ns1.example.ch."), name_of("ns2.example.ch.") } };
	assert_true(w.arena != NULL && w.crypto != NULL);
	for (size_t i = 0; i < KEYS; i++) {
		struct dnskey key;
		w.keys[i] = (struct slice){ rdata[i], 6 };
		assert_int_equal(dnskey_parse(w.keys[i], &key), 0);
		assert_int_equal(ds_from_key(w.crypto, &w.child, &key, DIGEST_SHA256, &w.ds_of_key[i]), 0);
	}
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	crypto_free(w->crypto);
	arena_free(w->arena);
	return 0;
}

static struct epp_wish wish(struct world *w, const char *before, const char *after)
{
	return (struct epp_wish){ .child = w->child, .before = set_of(w->arena, before), .after = set_of(w->arena, after), .ns_count = 2,
		.ns = w->ns };
}

static struct epp_domain domain(struct world *w, const char *ds)
{
	return (struct epp_domain){ .name = w->child, .ds = set_of(w->arena, ds), .ns_count = 2, .ns = w->ns, .status = w->status };
}

static struct epp_plan compare(struct world *w, const struct epp_wish *x, const struct epp_domain *d)
{
	struct epp_plan p;
	assert_int_equal(epp_compare(x, d, w->crypto, w->arena, &p), 0);
	return p;
}

static struct epp_plan compare_taken(struct world *w, const struct epp_wish *x, const struct epp_domain *d)
{
	struct epp_plan p;
	assert_int_equal(epp_compare_taken(x, d, w->crypto, w->arena, &p), 0);
	return p;
}

/* "12": those two and no others. */
static void expect_set(struct world *w, const struct ds_set *set, const char *numbers)
{
	const struct ds_set wanted = set_of(w->arena, numbers);
	assert_true(ds_set_equal(set, &wanted));
}

static void expect_told(const struct epp_plan *p, enum sink_outcome outcome, const char *words)
{
	assert_false(p->send);
	assert_int_equal(p->outcome, outcome);
	if (strstr(p->why, words) == NULL) {
		fail_msg("\"%s\" has no \"%s\"", p->why, words);
	}
}

/* A-32, R5910-5.2.5-1: before is there: the least difference; remove all only where nothing stays. */
static void test_differences(void **state)
{
	static const struct {
		const char *before, *after, *remove, *add;
		bool all;
	} cases[] = {
		{ "1", "2", "1", "2", false }, { "1", "12", "", "2", false }, { "12", "1", "2", "", false }, { "123", "345", "12", "45", false },
		{ "", "1", "", "1", false }, { "", "12", "", "12", false }, { "1", "", "", "", true }, { "12", "", "", "", true },
	};
	struct world *w = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct epp_wish x = wish(w, cases[i].before, cases[i].after);
		const struct epp_domain d = domain(w, cases[i].before);
		const struct epp_plan p = compare(w, &x, &d);
		assert_true(p.send);
		assert_int_equal(p.difference.remove_all, cases[i].all);
		expect_set(w, &p.difference.ds_remove, cases[i].remove);
		expect_set(w, &p.difference.ds_add, cases[i].add);
		assert_int_equal(p.difference.keys_remove.count + p.difference.keys_add.count, 0);
	}
}

static void test_replace(void **state)
{
	struct world *w = *state;
	struct epp_wish x = wish(w, "12", "23");
	struct epp_domain d = domain(w, "12");
	x.replace = true;
	struct epp_plan p = compare(w, &x, &d);
	assert_true(p.send && p.difference.remove_all);
	expect_set(w, &p.difference.ds_remove, "");
	expect_set(w, &p.difference.ds_add, "23");
	/* Nothing to remove. */
	x.before = set_of(w->arena, "");
	d = domain(w, "");
	p = compare(w, &x, &d);
	assert_true(p.send && !p.difference.remove_all);
	expect_set(w, &p.difference.ds_add, "23");
}

/* after: done; another that it supersedes has arrived: fine; anything else is somebody's. */
static void test_what_is_there(void **state)
{
	struct world *w = *state;
	struct epp_wish x = wish(w, "1", "2");
	struct epp_domain d = domain(w, "2");
	struct epp_plan p = compare(w, &x, &d);
	expect_told(&p, SINK_APPLIED, "the registry has it");
	d = domain(w, "3");
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "the registry has other DS records than the change was judged on: it has DS 3 13 2 and name servers "
		"ns1.example.ch, ns2.example.ch");
	d = domain(w, "12");
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "it has DS 1 13 2, 2 13 2 and");
	d = domain(w, "");
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "it has no DS and");
	x.has_pending = true;
	x.pending = set_of(w->arena, "3");
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "it has no DS and");
	d = domain(w, "3");
	p = compare(w, &x, &d);
	assert_true(p.send);
	expect_set(w, &p.difference.ds_remove, "3");
	expect_set(w, &p.difference.ds_add, "2");
	/* Pending and empty is not the same as no pending. */
	x.pending = set_of(w->arena, "");
	d = domain(w, "");
	p = compare(w, &x, &d);
	assert_true(p.send);
}

static void test_hosts(void **state)
{
	struct world *w = *state;
	const struct epp_wish x = wish(w, "1", "2");
	struct epp_domain d = domain(w, "1");
	struct name others[2] = { w->ns[0], name_of("ns9.example.ch.") };
	d.ns = others;
	struct epp_plan p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "other name servers than the change was judged on: it has DS 1 13 2 and name servers ns1.example.ch, "
		"ns9.example.ch");
	d.ns_count = 1;
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "other name servers");
	d.ns_count = 0;
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "and no name server");
	/* What is done is done, whatever the name servers are by now. */
	d.ds = set_of(w->arena, "2");
	p = compare(w, &x, &d);
	expect_told(&p, SINK_APPLIED, "the registry has it");
}

/* RFC 5731 section 3.1.2: to who is not its sponsor a registry may show less. */
static void test_not_shown(void **state)
{
	struct world *w = *state;
	const struct epp_wish x = wish(w, "1", "");
	struct epp_domain d = domain(w, "");
	d.ns_count = 0;
	struct epp_plan p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "does it show them to this login");
	p = compare_taken(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "does it show them to this login");
	d.ns_count = 2;
	p = compare(w, &x, &d);
	expect_told(&p, SINK_APPLIED, "the registry has it");
}

static void test_forms(void **state)
{
	struct world *w = *state;
	struct epp_wish x = wish(w, "1", "2");
	struct epp_domain d = domain(w, "1");
	d.fault = "a DS record of it cannot be read";
	struct epp_plan p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "cannot be compared: a DS record of it cannot be read");
	p = compare_taken(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "cannot be compared: a DS record of it cannot be read");
	d = domain(w, "");
	d.keys = (struct epp_keys){ 1, w->keys };
	p = compare(w, &x, &d);
	expect_told(&p, SINK_REFUSED, "keys for the domain, not DS records");
	x.profile = EPP_KEY_DATA;
	d = domain(w, "1");
	p = compare(w, &x, &d);
	expect_told(&p, SINK_REFUSED, "DS records for the domain, not keys");
}

static void test_pending_update(void **state)
{
	struct world *w = *state;
	const struct epp_wish x = wish(w, "1", "2");
	struct epp_domain d = domain(w, "1");
	w->status[0] = "pendingUpdate";
	d.status_count = 1;
	struct epp_plan p = compare(w, &x, &d);
	expect_told(&p, SINK_UNKNOWN, "perhaps this one");
	p = compare_taken(w, &x, &d);
	expect_told(&p, SINK_TAKEN, "still waits");
	/* what the child goes back to is there still, and what it goes back from waits for its review. */
	struct epp_wish back = wish(w, "1", "1");
	back.has_pending = true;
	back.pending = set_of(w->arena, "2");
	p = compare(w, &back, &d);
	expect_told(&p, SINK_UNKNOWN, "pendingUpdate");
	p = compare_taken(w, &back, &d);
	expect_told(&p, SINK_TAKEN, "still waits");
	d.status_count = 0;
	p = compare(w, &back, &d);
	expect_told(&p, SINK_APPLIED, "the registry has it");
	d.status_count = 1;
	/* A lock is the registry's to enforce. */
	w->status[0] = "serverUpdateProhibited";
	p = compare(w, &x, &d);
	assert_true(p.send);
	p = compare_taken(w, &x, &d);
	expect_told(&p, SINK_REFUSED, "has ended that without it");
	d = domain(w, "3");
	p = compare_taken(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "DS 3 13 2");
	d = domain(w, "2");
	p = compare_taken(w, &x, &d);
	expect_told(&p, SINK_APPLIED, "the registry has it");
}

/* R5910-4-1: keys for a registry that takes keys, by what their DS records are. */
static void test_keys(void **state)
{
	struct world *w = *state;
	struct ds before[1] = { w->ds_of_key[0] };
	struct ds after[2] = { w->ds_of_key[0], w->ds_of_key[1] };
	struct slice after_keys[2] = { w->keys[0], w->keys[1] };
	struct epp_wish x = { .child = w->child, .profile = EPP_KEY_DATA, .before = { 1, before }, .after = { 2, after }, .ns_count = 2,
		.ns = w->ns, .keys = { 2, after_keys } };
	ds_set_normalize(&x.after);
	epp_keys_normalize(&x.keys);
	struct epp_domain d = domain(w, "");
	d.keys = (struct epp_keys){ 1, &w->keys[0] };
	struct epp_plan p = compare(w, &x, &d);
	assert_true(p.send && !p.difference.remove_all);
	assert_int_equal(p.difference.keys_remove.count, 0);
	assert_int_equal(p.difference.keys_add.count, 1);
	assert_true(slice_equal(p.difference.keys_add.rdata[0], w->keys[1]));
	assert_int_equal(p.difference.ds_remove.count + p.difference.ds_add.count, 0);
	d.keys = x.keys;
	p = compare(w, &x, &d);
	expect_told(&p, SINK_APPLIED, "the registry has it");
	d.keys = (struct epp_keys){ 1, &w->keys[2] };
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "other keys than the change was judged on: it has key");
	/* One key more than the DS set of before has. */
	struct slice more[2] = { w->keys[0], w->keys[2] };
	d.keys = (struct epp_keys){ 2, more };
	p = compare(w, &x, &d);
	expect_told(&p, SINK_CONFLICT, "other keys");
	/* Back to one, and to none. */
	x.before = x.after;
	x.after = (struct ds_set){ 1, before };
	x.keys = (struct epp_keys){ 1, &w->keys[0] };
	d.keys = (struct epp_keys){ 2, after_keys };
	p = compare(w, &x, &d);
	assert_true(p.send && !p.difference.remove_all);
	assert_int_equal(p.difference.keys_remove.count, 1);
	assert_int_equal(p.difference.keys_add.count, 0);
	x.after.count = 0;
	x.keys.count = 0;
	p = compare(w, &x, &d);
	assert_true(p.send && p.difference.remove_all);
	assert_int_equal(p.difference.keys_remove.count + p.difference.keys_add.count, 0);
}

static void test_keys_stand_for(void **state)
{
	struct world *w = *state;
	struct ds both[2] = { w->ds_of_key[0], w->ds_of_key[1] };
	const struct ds_set two = { 2, both };
	const struct ds_set one = { 1, both };
	const struct ds_set none = { 0, NULL };
	const struct {
		struct epp_keys keys;
		struct ds_set set;
		bool yes;
	} cases[] = {
		{ { 0, NULL }, none, true }, { { 0, NULL }, one, false }, { { 1, w->keys }, none, false }, { { 1, w->keys }, one, true },
		{ { 2, w->keys }, two, true }, { { 1, w->keys }, two, false }, { { 2, w->keys }, one, false }, { { 1, w->keys + 2 }, one, false },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool yes = !cases[i].yes;
		assert_int_equal(epp_keys_stand_for(w->crypto, &w->child, &cases[i].keys, &cases[i].set, &yes), 0);
		assert_int_equal(yes, cases[i].yes);
	}
	/* Octets that are no key, and more DS records than there can be. */
	struct slice half = { w->keys[0].data, 4 };
	const struct epp_keys odd = { 1, &half };
	bool yes = true;
	assert_int_equal(epp_keys_stand_for(w->crypto, &w->child, &odd, &one, &yes), 0);
	assert_false(yes);
	struct ds *many = calloc(LIMIT_DS + 1, sizeof(*many));
	assert_non_null(many);
	const struct ds_set too_many = { LIMIT_DS + 1, many };
	const struct epp_keys first = { 1, w->keys };
	yes = true;
	assert_int_equal(epp_keys_stand_for(w->crypto, &w->child, &first, &too_many, &yes), 0);
	assert_false(yes);
	free(many);
}

static void test_key_sets(void **state)
{
	struct world *w = *state;
	struct slice rdata[4] = { w->keys[1], w->keys[0], w->keys[1], w->keys[0] };
	struct epp_keys keys = { 4, rdata };
	epp_keys_normalize(&keys);
	assert_int_equal(keys.count, 2);
	assert_true(slice_equal(keys.rdata[0], w->keys[0]) && slice_equal(keys.rdata[1], w->keys[1]));
	assert_true(epp_keys_have(&keys, w->keys[1]));
	assert_false(epp_keys_have(&keys, w->keys[2]));
	keys.count = 0;
	epp_keys_normalize(&keys);
	assert_int_equal(keys.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_differences), TEST(test_replace), TEST(test_what_is_there), TEST(test_hosts), TEST(test_not_shown), TEST(test_forms),
		TEST(test_pending_update), TEST(test_keys), TEST(test_keys_stand_for), TEST(test_key_sets),
	};
	return cmocka_run_group_tests_name("epp_compare", tests, NULL, NULL);
}
