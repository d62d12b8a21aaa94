/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept: one transition from state, finding and change under way to decision and new state. It starts
 * from what the judge found and can only take an acceptance back, never make one of a refusal. The exceptions: a child that
 * went back to the present DS set after a change was sent, a first DS set by other means than a proof (bootstrap.c),
 * the TTL of a DS set that stays (ttl.c), and a change that an operator undoes (rollback.c). */
#include "validate/accept/accept.h"

#include <string.h>

#include "validate/accept/barrier.h"
#include "validate/accept/bootstrap.h"
#include "validate/accept/guard.h"
#include "validate/accept/news.h"
#include "validate/accept/pending.h"
#include "validate/accept/replay.h"
#include "validate/accept/rollback.h"
#include "validate/accept/silence.h"
#include "validate/accept/ttl.h"
#include "validate/wire/err.h"

static bool is_acceptance(const struct step *t)
{
	return reason_is(t->decision.reason, CLASS_ACCEPT);
}

/* Keys as far as DS records tell: by tag and algorithm. */
static bool names_keys_of(const struct ds_set *a, const struct ds_set *b)
{
	for (size_t i = 0; i < a->count; i++) {
		bool found = false;
		for (size_t k = 0; k < b->count && !found; k++) {
			found = a->ds[i].tag == b->ds[k].tag && a->ds[i].algorithm == b->ds[k].algorithm;
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

static bool is_change_of_keys(const struct accept_input *in)
{
	const struct ds_set *after = &in->pending->ds_after;
	const struct ds_set *present = &in->delegation->ds;
	return !names_keys_of(after, present) || !names_keys_of(present, after);
}

/* R9904-6-1: digests are not exchanged in the middle of a change of keys. Nobody asked for other keys than the present
 * ones, so in the eyes of the child it is in sync. */
static int put_off_refresh(struct step *t)
{
	if (t->decision.reason != REASON_ACCEPT_DIGEST_REFRESH || t->in->pending->state == PENDING_NONE ||
	    !is_change_of_keys(t->in)) {
		return 0;
	}
	t->decision.reason = REASON_NOOP_IN_SYNC;
	return step_add_check(t, "R9904-6-1", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"digests are not renewed before change %llu, of keys, is through or withdrawn", pending_number(t)));
}

/* Did every host of the delegation have its say, fall silent, or escape the look-up? In sync needs less. */
static bool is_unanimous(const struct accept_input *in)
{
	const struct finding *f = in->finding;
	uint64_t asked = f->unresolved;
	size_t voices = 0;
	for (size_t i = 0; i < f->server_count; i++) {
		const struct server_finding *s = &f->servers[i];
		if (!s->silent && s->class != RESPONSE_POS && s->class != RESPONSE_NODATA) {
			return false;
		}
		voices += !s->silent;
		asked |= s->hosts;
	}
	return voices > 0 && asked == (UINT64_C(1) << in->evidence->host_count) - 1;
}

/* anything but the set that was sent supersedes it, the present set included. Only a consistent,
 * signed request counts; a withdrawn CDS or one server of the old mind is none. Where the change was one of digests the keys alone
 * tell nothing: a child that asks for other digests than can be had now did not go back. */
static bool goes_back(const struct step *t)
{
	const struct accept_input *in = t->in;
	bool back = in->finding->asks_present || is_change_of_keys(in);
	return back && t->decision.reason == REASON_NOOP_IN_SYNC && in->pending->state == PENDING_SENT &&
		in->delegation->ds_state == DS_PRESENT && in->delegation->ds.count > 0 &&
		!pending_is(in->pending, &in->delegation->ds) && is_unanimous(in);
}

static bool read_request(const struct step *t, struct request *q)
{
	const struct finding *f = t->in->finding;
	if (is_acceptance(t)) {
		*q = (struct request){ .reason = f->reason, .change = f->change, .ds_after = &f->ds_after };
		return true;
	}
	if (goes_back(t)) {
		*q = (struct request){ .reason = REASON_ACCEPT_UPDATE, .change = CHANGE_UPDATE,
			.ds_after = &t->in->delegation->ds, .goes_back = true };
		return true;
	}
	return false;
}

/* What lasts of an acceptance. */
static void remember_acceptance(struct step *t, const struct request *q)
{
	struct child_state *s = &t->state;
	automation_happen(&t->automation, q->change == CHANGE_INITIAL ? EVENT_FIRST_SET_ACCEPTED :
		q->change == CHANGE_DELETE ? EVENT_DELETE_ACCEPTED : EVENT_UPDATE_ACCEPTED, AUTOMATION_NO_WINDOW);
	s->accepted = t->in->now;
	ttl_lower(t);
}

static int accept_request(struct step *t, const struct request *q)
{
	const struct pending *p = t->in->pending;
	struct decision *d = &t->decision;
	d->reason = q->reason;
	d->change = q->change;
	d->ds_after = *q->ds_after;
	remember_acceptance(t, q);
	if (p->state == PENDING_NONE) {
		d->journal = JOURNAL_PROPOSE;
		return 0;
	}
	d->journal = JOURNAL_SUPERSEDE;
	d->superseded = p->change;
	return step_add_check(t, "A-31", GATE_DUE, CHECK_PASS, arena_printf(t->arena, "%s change %llu",
		q->goes_back ? "the child went back to the present DS set; supersedes" : "supersedes",
		pending_number(t)));
}

/* The answers that were received would lead to an acceptance. Replay comes before reachability: retries
 * are spent only where nothing else refuses. */
static int consider_request(struct step *t, const struct request *q)
{
	const struct pending *p = t->in->pending;
	if (p->state == PENDING_SENT && pending_is(p, q->ds_after)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return pending_keep(t, CHECK_PASS, "asks for the same and is with the registry");
	}
	bool passes;
	int code = guard_round(t, &passes);
	if (code == 0 && passes) {
		code = guard_replay(t, q, &passes);
	}
	if (code == 0 && passes) {
		code = guard_manual_change(t, &passes);
	}
	if (code == 0 && passes) {
		code = guard_unreachable(t, q, &passes);
	}
	if (code == 0 && passes) {
		code = barrier_check(t, false, &passes);
	}
	if (code == 0 && passes && pending_is(p, q->ds_after)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return pending_keep(t, CHECK_PASS, "asks for the same and is on its way");
	}
	if (code == 0 && passes) {
		code = guard_rate(t, &passes);
	}
	if (code != 0 || passes) {
		return code != 0 ? code : accept_request(t, q);
	}
	/* A rejection withdraws, if it is about this request: one that goes back has none of its own. */
	return pending_refuse(t);
}

/* A finding that contradicts itself is our fault, not the child's; nothing is done on it. */
static int refuse_finding(struct step *t)
{
	t->decision.reason = REASON_INTERNAL_ERROR;
	int code = step_add_check(t, "invariant", GATE_CORRECT, CHECK_FAIL,
		"the finding contradicts itself; please report this with the case");
	return code == 0 ? pending_block(t) : code;
}

/* A first DS set, which only its own rules accept. */
static int consider_first(struct step *t)
{
	struct request q;
	bool accepted;
	int code = bootstrap_consider(t, &q, &accepted);
	return code == 0 && accepted ? accept_request(t, &q) : code;
}

/* Who has opted out is not asked: there is nothing to consider, and that is the reason. */
static int refuse_unasked(struct step *t)
{
	const struct evidence *e = t->in->evidence;
	bool unasked = e->host_count > 0 && (t->in->delegation->flags & DELEGATION_OPTED_OUT) != 0;
	for (size_t i = 0; i < e->host_count; i++) {
		unasked = unasked && e->hosts[i].status == EVIDENCE_HOST_NOT_ASKED;
	}
	bool passes;
	return unasked ? barrier_check(t, t->in->delegation->ds_state == DS_ABSENT, &passes) : 0;
}

static int consider_other(struct step *t)
{
	struct request q;
	int code = put_off_refresh(t);
	if (code == 0) {
		code = refuse_unasked(t);
	}
	if (code == 0) {
		code = guard_tell_older(t);
	}
	if (code == 0) {
		code = bootstrap_settle(t);
	}
	if (code != 0) {
		return code;
	}
	return read_request(t, &q) ? consider_request(t, &q) : pending_settle(t);
}

/* While an operator wants a change undone, nothing else is done for the child. */
static int consider_rollback(struct step *t)
{
	struct request q;
	bool accepted;
	int code = rollback_consider(t, &q, &accepted);
	return code == 0 && accepted ? accept_request(t, &q) : code;
}

static int consider(struct step *t)
{
	if (rollback_is_wanted(t)) {
		return consider_rollback(t);
	}
	return bootstrap_is_asked(t->in->finding) ? consider_first(t) : consider_other(t);
}

/* What a secure child signs is genuine, whatever becomes of it: nothing older by the same keys is heard any more, or a request
 * that was seen and taken back before it was accepted could be played back later. Of a first DS set it is once that is accepted. */
static int remember_signatures(struct step *t)
{
	const struct finding *f = t->in->finding;
	/* What an operator goes back to is not what the child signed. */
	bool accepted = is_acceptance(t) && t->decision.reason != REASON_ACCEPT_ROLLBACK;
	bool counts = f->security == SECURITY_SECURE || accepted;
	if (counts && t->in->policy->replay_guard == REPLAY_GUARD_STRICT) {
		replay_hear(f, &t->state);
	}
	return counts ? replay_record(f->marks, f->mark_count, t->in->now, t->arena, &t->state) : 0;
}

/* What the strict guard keeps is only good while it is on, and while the child is secure. */
static void forget_words(struct step *t)
{
	const struct finding *f = t->in->finding;
	if (t->in->policy->replay_guard != REPLAY_GUARD_STRICT) {
		memset(t->state.said, 0, sizeof t->state.said);
	} else if (f->security != SECURITY_SECURE) {
		replay_doubt(f, reason_is(f->reason, CLASS_NOOP), &t->state);
	}
}

static int transition(struct step *t)
{
	int code = news_tell(t);
	if (code == 0) {
		code = silence_forget(t->in->finding, t->in->evidence, t->arena, &t->state);
	}
	if (code != 0) {
		return code;
	}
	if (!step_is_finding_sane(t->in)) {
		return refuse_finding(t);
	}
	forget_words(t);
	code = consider(t);
	if (code == 0) {
		code = rollback_settle(t);
	}
	if (code == 0) {
		code = remember_signatures(t);
	}
	if (code == 0) {
		code = barrier_tell(t);
	}
	return code == 0 ? ttl_restore(t) : code;
}

int accept_step(const struct accept_input *in, struct arena *arena, struct decision *decision,
	struct child_state *state_after)
{
	if (in == NULL || arena == NULL || decision == NULL || state_after == NULL) {
		return ERR_ARG;
	}
	struct step t;
	int code = step_check_input(in);
	if (code == 0) {
		code = step_begin(&t, in, arena);
	}
	if (code == 0) {
		code = transition(&t);
	}
	if (code == 0) {
		code = step_remember(&t);
	}
	if (code != 0) {
		return code;
	}
	*decision = t.decision;
	*state_after = t.state;
	return 0;
}
