/* SPDX-License-Identifier: GPL-3.0-or-later */
/* R9904-6-1: digests are renewed before or after a change of keys, never in the middle of one. */
#include "tests/unit/accept_fixture.h"

#include <stdio.h>

static struct fixture x;

/* The present DS set has the key A by SHA-1, and SHA-256 is to take its place. */
static void refresh(enum pending_state state, const char *pending)
{
	fixture_free(&x);
	fixture_init(&x);
	fixture_find(&x, REASON_ACCEPT_DIGEST_REFRESH, "A");
	x.finding.change = CHANGE_DIGEST;
	x.delegation.ds.ds[0].digest_type = DIGEST_SHA1;
	x.delegation.ds.ds[0].size = 20;
	x.pending = (struct pending){ .state = state, .change = state == PENDING_NONE ? 0 : 81,
		.ds_after = fixture_set(x.arena, pending) };
}

static struct mark stored[1];

static void remember_mark(uint32_t inception)
{
	stored[0] = fixture_mark(TYPE_CDS, 'A', inception);
	x.state.marks = stored;
	x.state.mark_count = 1;
}

static bool put_off(void)
{
	for (size_t i = 0; i < x.decision.check_count; i++) {
		if (strcmp(x.decision.checks[i].rule, "R9904-6-1") == 0) {
			assert_int_equal(x.decision.checks[i].result, CHECK_FAIL);
			assert_int_equal(x.decision.checks[i].gate, GATE_DUE);
			return true;
		}
	}
	return false;
}

struct refresh_case {
	const char *name;
	enum pending_state state;
	const char *pending;
	bool off;			/* put off */
	enum reason reason;
	enum journal_action journal;
};

static const struct refresh_case cases[] = {
	{ "nothing under way", PENDING_NONE, "0", false, REASON_ACCEPT_DIGEST_REFRESH, JOURNAL_PROPOSE },
	{ "another key is proposed", PENDING_PROPOSED, "B", true, REASON_NOOP_IN_SYNC, JOURNAL_WITHDRAW },
	{ "one key more is released", PENDING_RELEASED, "AB", true, REASON_NOOP_IN_SYNC, JOURNAL_WITHDRAW },
	{ "another key is with the registry, and nothing shows that the child went back", PENDING_SENT, "B", true,
		REASON_NOOP_IN_SYNC, JOURNAL_NONE },
	{ "a removal is with the registry", PENDING_SENT, "0", true, REASON_NOOP_IN_SYNC, JOURNAL_NONE },
	{ "the same renewal is released", PENDING_RELEASED, "A", false, REASON_NOOP_CHANGE_PENDING, JOURNAL_NONE },
};

static void test_refresh(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct refresh_case *c = &cases[i];
		print_message("  %s\n", c->name);
		refresh(c->state, c->pending);
		assert_int_equal(fixture_try(&x), 0);
		assert_reason(x.decision.reason, c->reason);
		assert_int_equal(x.decision.journal, c->journal);
		assert_int_equal(put_off(), c->off);
		bool accepted = reason_find(c->reason)->class == CLASS_ACCEPT;
		assert_int_equal(ds_set_equal(&x.decision.ds_after, &x.delegation.ds), !accepted);
		assert_int_equal(x.decision.change, accepted ? CHANGE_DIGEST : CHANGE_NONE);
	}
}

/* Another renewal of the same keys is no change of keys: the new one takes its place. */
static void test_other_refresh_under_way(void **unused)
{
	(void)unused;
	refresh(PENDING_RELEASED, "A");
	x.pending.ds_after.ds[0].digest_type = DIGEST_SHA384;
	x.pending.ds_after.ds[0].size = 48;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_DIGEST_REFRESH);
	assert_int_equal(x.decision.journal, JOURNAL_SUPERSEDE);
	assert_false(put_off());
}

/* The child went back to its present keys after others were sent: these first, digests later. */
static void test_back_before_refresh(void **unused)
{
	(void)unused;
	refresh(PENDING_SENT, "B");
	remember_mark(x.marks[0].inception - 1);
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_ACCEPT_UPDATE);
	assert_int_equal(x.decision.change, CHANGE_UPDATE);
	assert_int_equal(x.decision.journal, JOURNAL_SUPERSEDE);
	assert_true(ds_set_equal(&x.decision.ds_after, &x.delegation.ds));
	assert_true(put_off());
}

/* after a change of digests was sent, being in sync by the keys alone is no going back; asking for the present set is. */
static void test_back_to_other_digests(void **unused)
{
	(void)unused;
	for (int asks = 0; asks < 2; asks++) {
		refresh(PENDING_SENT, asks == 0 ? "A" : "B");
		remember_mark(x.marks[0].inception - 1);
		for (int present = 0; present < 2; present++) {
			fixture_find(&x, REASON_NOOP_IN_SYNC, "A");
			x.finding.asks_present = present == 1;
			x.pending.ds_after.ds[0].digest_type = DIGEST_SHA384;
			x.pending.ds_after.ds[0].size = 48;
			assert_int_equal(fixture_try(&x), 0);
			bool back = present == 1 || asks == 1;
			assert_reason(x.decision.reason, back ? REASON_ACCEPT_UPDATE : REASON_NOOP_IN_SYNC);
			assert_int_equal(x.decision.journal, back ? JOURNAL_SUPERSEDE : JOURNAL_NONE);
		}
	}
}

/* A key that only shares the tag is another key. */
static void test_same_tag_other_algorithm(void **unused)
{
	(void)unused;
	refresh(PENDING_RELEASED, "A");
	x.pending.ds_after.ds[0].algorithm = 15;
	assert_int_equal(fixture_try(&x), 0);
	assert_reason(x.decision.reason, REASON_NOOP_IN_SYNC);
	assert_true(put_off());
}

static int setup(void **unused)
{
	(void)unused;
	fixture_init(&x);
	return 0;
}

static int teardown(void **unused)
{
	(void)unused;
	fixture_free(&x);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refresh), cmocka_unit_test(test_other_refresh_under_way),
		cmocka_unit_test(test_back_before_refresh), cmocka_unit_test(test_same_tag_other_algorithm),
		cmocka_unit_test(test_back_to_other_digests),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
