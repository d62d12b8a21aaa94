/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child of the list in doc/wrong-answers.md: what its servers say goes through judge and accept from encoded values, as
 * in a scan and in a replay, and what is remembered of it goes from one look to the next. */
#pragma once

#include <stdio.h>

#include "tests/unit/accept_fixture.h"
#include "tests/unit/zone_fixture.h"

#define DAY 86400u

struct child {
	struct arena *arena;
	struct crypto *crypto;
	const char *ds;			/* what the parent has, in the words of zone_fixture.h */
	struct policy policy;
	uint32_t now;
	struct slice state;		/* encoded; empty: never seen */
	struct child_state before;	/* what was remembered before the last look, what it decided, what is remembered now */
	struct decision decision;
	struct child_state after;
};

static struct child child;

/* The child is looked at once more. */
static inline void look(const struct says *servers)
{
	struct evidence evidence;
	struct delegation delegation;
	struct case_input in = { .state = child.state, .policy = &child.policy,
		.algorithms = algorithm_table_builtin(), .now = child.now };
	child.before = child.after;
	evidence_build(servers, child.arena, &evidence);
	delegation_build(servers, child.ds, child.arena, &delegation);
	assert_int_equal(evidence_encode(&evidence, child.arena, &in.evidence), 0);
	assert_int_equal(delegation_encode(&delegation, child.arena, &in.delegation), 0);
	assert_int_equal(case_decide(child.crypto, &in, child.arena, &child.decision, &child.after), 0);
	assert_int_equal(child_state_encode(&child.after, child.arena, &child.state), 0);
	assert_int_equal(child_state_decode(child.state, child.arena, &child.after), 0);
}

/* The child as if it had never been looked at. */
static inline void forget(void)
{
	child.state = (struct slice){ NULL, 0 };
	memset(&child.after, 0, sizeof child.after);
}

static inline bool same_marks(void)
{
	bool same = child.before.mark_count == child.after.mark_count;
	for (size_t i = 0; same && i < child.after.mark_count; i++) {
		const struct mark *a = &child.before.marks[i];
		const struct mark *b = &child.after.marks[i];
		same = a->type == b->type && a->tag == b->tag && a->inception == b->inception &&
			memcmp(a->key_hash, b->key_hash, sizeof a->key_hash) == 0;
	}
	return same;
}

/* What was known of a key is known still, and nothing older instead. */
static inline bool no_mark_goes_back(void)
{
	for (size_t i = 0; i < child.before.mark_count; i++) {
		const struct mark *a = &child.before.marks[i];
		bool kept = false;
		for (size_t k = 0; k < child.after.mark_count && !kept; k++) {
			const struct mark *b = &child.after.marks[k];
			kept = mark_compare(a, b) == 0 && b->inception - a->inception < UINT32_C(0x80000000);
		}
		if (!kept) {
			return false;
		}
	}
	return true;
}

/* It was refused, held or left alone for this reason: the DS set stays octet by octet, and no change is proposed. */
static inline void nothing_changes(enum reason reason)
{
	struct ds_set now;
	ds_set_build(child.ds, child.arena, &now);
	assert_reason(child.decision.reason, reason);
	assert_int_equal(child.decision.change, CHANGE_NONE);
	assert_int_equal(child.decision.journal, JOURNAL_NONE);
	assert_true(ds_set_equal(&child.decision.ds_before, &now));
	assert_true(ds_set_equal(&child.decision.ds_after, &now));
	assert_true(no_mark_goes_back());
}

/* It was accepted: exactly this DS set is proposed. */
static inline void changes_to(enum reason reason, const char *words)
{
	struct ds_set wanted;
	ds_set_build(words, child.arena, &wanted);
	assert_reason(child.decision.reason, reason);
	assert_int_equal(child.decision.journal, JOURNAL_PROPOSE);
	assert_true(ds_set_equal(&child.decision.ds_after, &wanted));
	for (size_t i = 0; i < child.decision.ds_after.count; i++) {
		assert_int_not_equal(child.decision.ds_after.ds[i].algorithm, 0);
	}
	assert_int_not_equal(child.after.mark_count, 0);
}

static inline bool warned(enum reason reason)
{
	for (size_t i = 0; i < child.decision.warning_count; i++) {
		if (child.decision.warnings[i] == reason) {
			return true;
		}
	}
	return false;
}

/* A rule was looked at, failed, and says so in words. */
static inline void told(const char *rule)
{
	for (size_t i = 0; i < child.decision.check_count; i++) {
		const struct check *c = &child.decision.checks[i];
		if (strcmp(c->rule, rule) == 0 && c->result == CHECK_FAIL && c->detail[0] != '\0') {
			return;
		}
	}
	fail_msg("no check tells that %s failed", rule);
}

/* A child that was never seen, of a parent that has the DS record of key A. */
static inline int child_begin(void **unused)
{
	struct crypto *crypto = child.crypto;
	(void)unused;
	child = (struct child){ .crypto = crypto, .arena = arena_new(), .ds = "A", .now = ZONE_NOW,
		.policy = *policy_preset(POLICY_DEFAULT) };
	return child.arena == NULL ? -1 : 0;
}

static inline int child_end(void **unused)
{
	(void)unused;
	arena_free(child.arena);
	return 0;
}

static inline int children_begin(void **unused)
{
	(void)unused;
	zone_keys_load();
	child.crypto = crypto_new();
	return child.crypto == NULL ? -1 : 0;
}

static inline int children_end(void **unused)
{
	(void)unused;
	crypto_free(child.crypto);
	zone_keys_free();
	return 0;
}

#define ROW(name, function) { name, function, child_begin, child_end, NULL }

/* One server, and two that say the same. */
#define ONE(...) (const struct says[SERVERS_MAX]){ { __VA_ARGS__, .on = true } }
#define TWO(...) (const struct says[SERVERS_MAX]){ { __VA_ARGS__, .on = true }, { __VA_ARGS__, .on = true } }
/* A roll-over from A to B, half way: both sign the DNSKEY set. */
#define ROLL .dnskey = "ABZ", .dnskey_by = "AB"
