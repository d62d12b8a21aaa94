/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a finding becomes a decision: inside the write transaction, on the state read there. */
#include <string.h>

#include "registry/store/arrival.h"
#include "registry/store/case.h"
#include "registry/store/change.h"
#include "registry/store/db.h"
#include "registry/store/key.h"
#include "registry/store/notices.h"
#include "registry/store/records.h"
#include "registry/store/retention.h"
#include "registry/store/value.h"
#include "validate/wire/err.h"

/* One child on its way through record_judged. */
struct recording {
	struct txn *txn;
	struct crypto *crypto;
	struct run *run;
	const struct policy *policy;
	const struct judged *j;
	struct arena *arena;
	struct decision *decision;
	struct slice delegation;	/* encoded */
	struct slice state_octets;	/* before; empty: never seen */
	struct child_state state;
	struct child_state state_after;
	struct pending pending;
	uint64_t change;		/* proposed; 0 */
	bool acted;			/* the journal got an event */
};

static int read_state(struct recording *r, const struct key *key)
{
	struct slice value;
	int rc = db_get(r->txn, DB_STATE, key_slice(key), &value);
	if (rc == ERR_NOTFOUND) {
		return 0;
	}
	/* The map moves under what is written below. */
	if (rc == 0) {
		rc = value_copy(r->arena, value, &r->state_octets);
	}
	return rc == 0 ? child_state_decode(r->state_octets, r->arena, &r->state) : rc;
}

/* Is the delegation still the one that was probed (standards section 3, A-32)? */
static int compare_delegation(struct recording *r, const struct key *key, bool *same)
{
	*same = false;
	int rc = delegation_encode(r->j->delegation, r->arena, &r->delegation);
	if (rc != 0) {
		return rc;
	}
	struct slice value;
	rc = db_get(r->txn, DB_DELEGATION, key_slice(key), &value);
	if (rc == 0) {
		*same = slice_equal(value, r->delegation);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Was the child looked at for what an operator wants now? He may have spoken, or taken it back, while it was asked. */
static bool is_looked_at(const struct recording *r)
{
	const struct ds_set *back = child_state_back(&r->state);
	const struct back_finding *b = &r->j->finding->back;
	return back == NULL ? !b->looked : b->looked && ds_set_equal(&b->set, back);
}

/* Void, not refused: asked again soon, so neither state nor journal hears of it. */
static void decide_stale_input(struct recording *r)
{
	const struct delegation *d = r->j->delegation;
	*r->decision = (struct decision){ .child = d->child, .now = r->j->now, .reason = REASON_STALE_INPUT,
		.security = r->j->finding->security, .ds_before = d->ds, .ds_after = d->ds, .next_eligible = r->j->now,
		.verifications = r->j->finding->verifications };
	memcpy(r->decision->content_hash, r->j->finding->content_hash, sizeof(r->decision->content_hash));
}

/* A change that has grown stale is withdrawn before accept looks: then a new one can be proposed on what was just
 * seen, instead of waiting behind one that can never go out. */
static int read_pending(struct recording *r)
{
	struct change c;
	int rc = change_of_child(r->txn, &r->j->delegation->child, r->arena, &c);
	if (rc != 0) {
		return rc == ERR_NOTFOUND ? 0 : rc;
	}
	if (change_is_abandoned(&c, r->j->now, r->policy->change_max_age_s)) {
		rc = journal_event(r->txn, r->crypto, r->j->now, c.number, EVENT_FAILED, REASON_NONE);
		rc = rc == 0 ? change_get(r->txn, c.number, r->arena, &c) : rc;
	}
	enum reason stale = REASON_NONE;
	rc = rc != 0 ? rc : change_is_stale(r->txn, &c, r->j->now, r->policy->change_max_age_s, &stale);
	if (rc == 0 && stale != REASON_NONE) {
		rc = journal_event(r->txn, r->crypto, r->j->now, c.number, EVENT_WITHDRAWN, stale);
	}
	return rc == 0 ? pending_of_child(r->txn, &c.child, r->arena, &r->pending) : rc;
}

static int note(struct recording *r, enum event_kind kind, enum reason why)
{
	r->acted = true;
	return journal_event(r->txn, r->crypto, r->j->now, r->pending.change, kind, why);
}

static int propose(struct recording *r)
{
	const struct delegation *d = r->j->delegation;
	struct change c = { .child = d->child, .class = r->decision->change, .run = r->run->number,
		.sequence = r->run->sequence + 1, .generation = r->run->generation, .judged_at = r->j->now,
		.supersedes = r->decision->superseded, .ds_before = r->decision->ds_before,
		.ds_after = r->decision->ds_after, .ns_count = d->host_count,
		.ds_ttl = r->decision->ds_ttl };
	/* 0: as it is; but a change of the TTL to 0 leaves it to the registry. */
	if (c.ds_ttl == 0 && c.class != CHANGE_TTL) {
		c.ds_ttl = d->ds_ttl;
	}
	c.ns_before = arena_array(r->arena, d->host_count, sizeof(*c.ns_before));
	if (c.ns_before == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->host_count; i++) {
		c.ns_before[i] = d->hosts[i].name;
	}
	memcpy(c.registrar, d->registrar, sizeof(c.registrar));
	memcpy(c.registration, d->registration, sizeof(c.registration));
	r->acted = true;
	int rc = journal_propose(r->txn, r->crypto, r->j->now, &c);
	if (rc == 0) {
		r->change = c.number;
		r->run->changes++;
	}
	return rc;
}

/* HOLD keeps a change that has not left from going out; the same answer again lets it go at the end of the run. What
 * an operator or the brake holds is the operator's. */
static int block_or_unblock(struct recording *r)
{
	if (r->pending.state == PENDING_NONE || r->pending.state == PENDING_SENT) {
		return 0;
	}
	struct change_status s;
	int rc = status_get(r->txn, r->pending.change, &s);
	if (rc != 0) {
		return rc;
	}
	if (r->decision->journal == JOURNAL_BLOCK) {
		/* That it failed has to be seen still, and change.c lets it go on only once it is confirmed. */
		bool held = s.state == EVENT_HELD || s.state == EVENT_FAILED || !status_allows(&s, EVENT_HELD);
		return held ? 0 : note(r, EVENT_HELD, r->decision->reason);
	}
	bool confirmed = r->decision->reason == REASON_NOOP_CHANGE_PENDING && s.state == EVENT_HELD &&
		!status_is_barred(&s);
	/* A probe of the child says nothing of what is served: that stays to be asked, also by a run that does not ask (release.c). */
	return confirmed ? note(r, EVENT_CONFIRMED, change_is_held_for_dns(s.why) ? s.why : REASON_NONE) : 0;
}

static int tell_journal(struct recording *r)
{
	switch (r->decision->journal) {
	case JOURNAL_PROPOSE:
	case JOURNAL_SUPERSEDE:
		return propose(r);
	case JOURNAL_WITHDRAW:
		return note(r, EVENT_WITHDRAWN, r->decision->reason);
	case JOURNAL_BLOCK:
	case JOURNAL_NONE:
		break;
	}
	return block_or_unblock(r);
}

/* accepts, outcomes that changed, and other content of one that somebody has to mend; the rest is counted only.
 * The content of a no-op is no news: it changes with every signature, and some servers sign each answer anew. */
static bool is_worth_keeping(const struct recording *r)
{
	const struct reason_row *row = reason_find(r->decision->reason);
	if (r->acted || row == NULL || row->class == CLASS_ACCEPT || r->state.last_reason != r->decision->reason) {
		return true;
	}
	return row->class != CLASS_NOOP &&
		memcmp(r->state.content_hash, r->decision->content_hash, sizeof(r->state.content_hash)) != 0;
}

static int keep_case(struct recording *r)
{
	struct stored_case c = { .run = r->run->number, .sequence = r->run->sequence + 1, .rules_version = RULES_VERSION,
		.now = r->j->now, .generation = r->run->generation, .change = r->change,
		.evidence = r->j->evidence_octets, .delegation = r->delegation, .state = r->state_octets };
	int rc = policy_put(r->txn, r->crypto, r->policy, c.policy);
	if (rc == 0) {
		rc = table_put(r->txn, r->crypto, r->j->algorithms, c.table);
	}
	if (rc == 0 && r->pending.state != PENDING_NONE) {
		rc = pending_encode(&r->pending, r->arena, &c.pending);
	}
	if (rc == 0) {
		rc = decision_encode(r->decision, r->arena, &c.decision);
	}
	if (rc == 0) {
		rc = case_put(r->txn, r->crypto, &c, r->arena);
	}
	if (rc == 0) {
		r->run->sequence = c.sequence;
		r->state_after.last_run = c.run;
		r->state_after.last_sequence = c.sequence;
	}
	return rc;
}

/* Only if it differs: a quiet child costs no write. */
static int put_state(struct recording *r, const struct key *key)
{
	struct slice octets;
	int rc = child_state_encode(&r->state_after, r->arena, &octets);
	if (rc != 0 || slice_equal(octets, r->state_octets)) {
		return rc;
	}
	return db_put(r->txn, DB_STATE, key_slice(key), octets);
}

/* Of the change that the child has under way, if the parent does not get on with it: no matter of the decision. */
static int find_arrival(struct recording *r, enum reason *why)
{
	struct change c;
	struct arrival_parent parent = { 0 };
	enum arrival a = ARRIVAL_NONE;
	*why = REASON_NONE;
	if (r->pending.state == PENDING_NONE) {
		return 0;
	}
	int rc = change_of_child(r->txn, &r->j->delegation->child, r->arena, &c);
	if (rc == 0) {
		rc = arrival_find(r->txn, &parent, &c, r->arena, &a);
		*why = arrival_reason(&c, a);
	}
	return rc == ERR_NOTFOUND ? 0 : rc;
}

static int tell_notices(struct recording *r)
{
	enum reason also;
	/* What an old source shows is no news of today, neither of a condition nor of its end. */
	if (r->run->is_research) {
		return 0;
	}
	int rc = find_arrival(r, &also);
	return rc != 0 ? rc : notices_update(r->txn, r->decision, also, &r->policy->notices, r->state_after.last_run,
		r->state_after.last_sequence);
}

static int decide(struct recording *r, const struct key *key)
{
	int rc = read_pending(r);
	if (rc != 0) {
		return rc;
	}
	const struct accept_input in = { .evidence = r->j->evidence, .delegation = r->j->delegation,
		.finding = r->j->finding, .policy = r->policy, .state = &r->state, .pending = &r->pending,
		.now = r->j->now };
	rc = accept_step(&in, r->arena, r->decision, &r->state_after);
	if (rc == 0) {
		rc = tell_journal(r);
	}
	if (rc == 0 && is_worth_keeping(r)) {
		rc = keep_case(r);
	}
	/* It has another one now, or, registered anew, none. */
	if (rc == 0 && r->state.last_run != 0 && r->state_after.last_run != r->state.last_run) {
		rc = retention_succeeded(r->txn, r->state.last_run, r->state.last_sequence, r->arena);
	}
	if (rc == 0) {
		rc = tell_notices(r);
	}
	return rc == 0 ? put_state(r, key) : rc;
}

/* What this run has decided before it was interrupted. */
static int read_decision(struct recording *r)
{
	struct stored_case c;
	int rc = case_get(r->txn, r->state.last_run, r->state.last_sequence, r->arena, &c);
	if (rc == 0) {
		rc = decision_decode(c.decision, r->arena, r->decision);
	}
	return rc == ERR_NOTFOUND ? ERR_STORE : rc;
}

static int record(struct recording *r, bool *again)
{
	struct key key;
	key_name(&r->j->delegation->child, &key);
	int rc = read_state(r, &key);
	if (rc != 0) {
		return rc;
	}
	if (r->state.last_run == r->run->number) {
		*again = true;
		return read_decision(r);
	}
	bool same;
	rc = compare_delegation(r, &key, &same);
	if (rc != 0) {
		return rc;
	}
	if (same && is_looked_at(r)) {
		rc = decide(r, &key);
	} else {
		decide_stale_input(r);
	}
	return rc;
}

int record_judged(struct txn *t, struct crypto *crypto, struct run *run, const struct policy *policy,
	const struct judged *j, struct arena *arena, struct decision *decision, bool *again)
{
	*again = false;
	if (txn_error(t) != 0) {
		return txn_error(t);
	}
	if (run->number == 0 || j->evidence == NULL || j->evidence_octets.size == 0 || j->delegation == NULL ||
	    j->finding == NULL || j->algorithms == NULL) {
		return txn_fail(t, ERR_ARG);
	}
	struct recording r = { .txn = t, .crypto = crypto, .run = run, .policy = policy, .j = j, .arena = arena,
		.decision = decision };
	int rc = record(&r, again);
	/* Half a decision must never be committed. */
	return rc == 0 ? 0 : txn_fail(t, rc);
}
