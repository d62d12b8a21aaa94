/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accept: one transition from state, finding and change under way to decision and new state. It starts
 * from what the judge found and can only take an acceptance back, never make one of a refusal; the one
 * exception is a child that went back to the present DS set after a change was sent. */
#include "validate/accept/accept.h"

#include "validate/accept/replay.h"
#include "validate/accept/silence.h"
#include "validate/accept/step.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* What the child is taken to ask for. */
struct request {
	enum reason reason;	/* ACCEPT_*, should nothing here refuse */
	enum change_class change;
	const struct ds_set *ds_after;
	bool goes_back;		/* to the present DS set, past a change that was sent */
};

/* --- what is under way (A-30, A-31) --- */

static bool is_unexported(const struct pending *p)
{
	return p->state == PENDING_PROPOSED || p->state == PENDING_RELEASED;
}

static bool is_same_as_pending(const struct pending *p, const struct ds_set *ds)
{
	return p->state != PENDING_NONE && ds_set_equal(&p->ds_after, ds);
}

static unsigned long long pending_number(const struct step *t)
{
	return (unsigned long long)t->in->pending->change;
}

static int keep_pending(struct step *t, enum check_result result, const char *why)
{
	t->decision.journal = JOURNAL_NONE;
	return step_add_check(t, "A-31", GATE_DUE, result,
		arena_printf(t->arena, "change %llu %s", pending_number(t), why));
}

static int withdraw_pending(struct step *t)
{
	t->decision.journal = JOURNAL_WITHDRAW;
	t->decision.superseded = t->in->pending->change;
	return step_add_check(t, "A-30", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"change %llu is withdrawn: the child no longer asks for it with proof", pending_number(t)));
}

/* A finding that cannot be acted on says nothing against the change, but it must not go out on it. */
static int block_pending(struct step *t)
{
	const struct pending *p = t->in->pending;
	if (p->state == PENDING_SENT) {
		return keep_pending(t, CHECK_WARN, "is with the registry already; this probe does not confirm it");
	}
	if (!is_unexported(p)) {
		return 0;
	}
	t->decision.journal = JOURNAL_BLOCK;
	return step_add_check(t, "A-30", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"change %llu does not go out in this run: this probe does not confirm it", pending_number(t)));
}

/* The finding asks for no change: what becomes of one under way? */
static int settle_pending(struct step *t)
{
	const struct pending *p = t->in->pending;
	bool is_noop = reason_is(t->decision.reason, CLASS_NOOP);
	if (p->state == PENDING_NONE) {
		return 0;
	}
	if (!is_noop && !reason_is(t->decision.reason, CLASS_REJECT)) {
		return block_pending(t);
	}
	/* The change leads to the present set, for one sent before it: nothing speaks against it. */
	if (is_noop && ds_set_equal(&p->ds_after, &t->decision.ds_before)) {
		if (t->decision.reason == REASON_NOOP_IN_SYNC) {
			t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		}
		return keep_pending(t, CHECK_PASS, "leads to the present DS set and stays");
	}
	if (p->state == PENDING_SENT) {
		return keep_pending(t, CHECK_WARN, "is with the registry already and cannot be withdrawn");
	}
	return withdraw_pending(t);
}

#define RULE_RETRY "R9975-3-4"

/* --- guards: *passes, or the decision is refused or held --- */

#define RULE_REPLAY "R7344-6.2-2"

static int refuse_older(struct step *t, const struct replay *r)
{
	t->decision.reason = REASON_REPLAY_OLDER;
	return step_add_check(t, RULE_REPLAY, GATE_CORRECT, CHECK_FAIL, arena_printf(t->arena,
		"the signature by key %u was made %u s before the one accepted last; "
		"the zone has to be signed again", r->seen->tag, r->stored->inception - r->seen->inception));
}

/* Standards 4.1: what may be wrong with the set that is asked for stands after replay (A19 to A25). */
static bool ranks_after_replay(enum reason reason)
{
	switch (reason) {
	case REASON_ALGORITHM_FORBIDDEN:
	case REASON_ALGORITHM_UNSUPPORTED:
	case REASON_DIGEST_UNUSABLE_FOR_KEY:
	case REASON_KEY_REVOKED:
	case REASON_KEY_NOT_ZONE:
	case REASON_KEY_BAD_PROTOCOL:
	case REASON_TOO_MANY_RECORDS:
	case REASON_CONTINUITY_NO_PATH:
	case REASON_CONTINUITY_ALGORITHM:
	case REASON_CONTINUITY_SERVER:
	case REASON_CONTINUITY_DIGEST:
	case REASON_CONTINUITY_SIGNATURE_LIFETIME:
		return true;
	default:
		return false;
	}
}

/* An old signal is called one, whatever else is wrong with what it asks for: nobody should look for a fault in a zone that
 * has none, and a change under way does not fall for it. */
static int tell_older(struct step *t)
{
	const struct finding *f = t->in->finding;
	struct replay r;
	replay_check(f->marks, f->mark_count, &t->state, &r);
	if (!r.older || !t->in->policy->replay_guard || !ranks_after_replay(f->reason)) {
		return 0;
	}
	step_add_warning(t, f->reason);
	return refuse_older(t, &r);
}

/* R7344-6.2-2: an older version of the signal never overwrites a newer one. */
static int guard_replay(struct step *t, const struct request *q, bool *passes)
{
	static const char rule[] = RULE_REPLAY;
	const struct finding *f = t->in->finding;
	*passes = true;
	if (!t->in->policy->replay_guard) {
		return step_add_check(t, rule, GATE_CORRECT, CHECK_SKIP, "switched off by the policy");
	}
	struct replay r;
	replay_check(f->marks, f->mark_count, &t->state, &r);
	if (r.older) {
		*passes = false;
		return refuse_older(t, &r);
	}
	if (q->goes_back && r.known == 0) {
		*passes = false;
		return step_add_check(t, rule, GATE_CORRECT, CHECK_FAIL,
			"no signature shows that the child went back after it asked for the change");
	}
	if (r.known == 0) {
		return step_add_check(t, rule, GATE_CORRECT, CHECK_PASS,
			"nothing by these keys was accepted before");
	}
	return step_add_check(t, rule, GATE_CORRECT, CHECK_PASS, arena_printf(t->arena,
		"%zu of %zu known signatures are not older than what was accepted last", r.known - r.below,
		r.known));
}

/* Holds for those that fail by the schedule, or leaves them out. whom: "silent addresses". */
static int weigh_silence(struct step *t, const struct request *q, const struct silence *r, const char *whom)
{
	struct decision *d = &t->decision;
	if (r->waiting == 0) {
		step_add_warning(t, REASON_WARN_SERVER_DROPPED);
		return step_add_check(t, RULE_RETRY, GATE_DUE, CHECK_WARN,
			arena_printf(t->arena, "left out of the vote: %s", r->detail));
	}
	d->reason = REASON_HOLD_UNREACHABLE;
	d->next_eligible = r->eligible > d->next_eligible ? r->eligible : d->next_eligible;
	uint32_t left = r->eligible > t->in->now ? r->eligible - t->in->now : 0;
	return step_add_check(t, RULE_RETRY, GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"waiting for %zu of %zu %s, at least %u s more%s: %s", r->waiting, r->silent, whom, (unsigned)left,
		q->change == CHANGE_DELETE ? " (a delete waits longer)" : "", r->detail));
}

/* R9975-3-4, 3-5: a server that gives no response is asked again by the schedule before it is left out, and so are the
 * servers of a host that cannot be looked up; a delete waits longer for them (A-13, B7). Glue that answered is not all
 * of a host: R9975-3-1 asks for what the resolver says, too. */
static int guard_unreachable(struct step *t, const struct request *q, bool *passes)
{
	const struct policy *p = t->in->policy;
	const struct schedule when = { .policy = p, .now = t->in->now,
		.hold_s = q->change == CHANGE_DELETE ? p->delete_hold_max_s : p->drop_after_s };
	struct silence servers;
	struct silence hosts;
	int code = silence_count(t->in->finding, &when, t->arena, &t->state, &servers);
	if (code == 0) {
		code = silence_count_hosts(t->in->evidence, &when, t->arena, &t->state, &hosts);
	}
	if (code != 0) {
		return code;
	}
	*passes = servers.waiting == 0 && hosts.waiting == 0;
	code = servers.silent > 0 ? weigh_silence(t, q, &servers, "silent addresses") :
		step_add_check(t, RULE_RETRY, GATE_DUE, CHECK_PASS, "every address that was asked gave a response");
	if (code == 0 && hosts.silent > 0) {
		code = weigh_silence(t, q, &hosts, "hosts without known addresses");
	}
	return code;
}

/* what was seen further apart than a round may never have been true at once. */
static int guard_round(struct step *t, bool *passes)
{
	*passes = evidence_is_one_round(t->in->evidence);
	if (*passes) {
		return 0;
	}
	t->decision.reason = REASON_STALE_EVIDENCE;
	t->decision.next_eligible = t->in->now;
	return step_add_check(t, "A-07", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"the answers are not of one round of at most %u s; the child has to be asked again",
		LIMIT_ROUND_MS / 1000u));
}

/* --- the transition --- */

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

/* R9904-6-1: digests are not exchanged in the middle of a change of keys. Nobody asked for other keys than the present
 * ones, so in the eyes of the child it is in sync. */
static int put_off_refresh(struct step *t)
{
	const struct pending *p = t->in->pending;
	const struct ds_set *present = &t->in->delegation->ds;
	bool same_keys = names_keys_of(&p->ds_after, present) && names_keys_of(present, &p->ds_after);
	if (t->decision.reason != REASON_ACCEPT_DIGEST_REFRESH || p->state == PENDING_NONE || same_keys) {
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
 * signed request counts; a withdrawn CDS or one server of the old mind is none. */
static bool goes_back(const struct step *t)
{
	const struct accept_input *in = t->in;
	return t->decision.reason == REASON_NOOP_IN_SYNC && in->pending->state == PENDING_SENT &&
		in->delegation->ds_state == DS_PRESENT && in->delegation->ds.count > 0 &&
		!is_same_as_pending(in->pending, &in->delegation->ds) && is_unanimous(in);
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

static int accept_request(struct step *t, const struct request *q)
{
	const struct pending *p = t->in->pending;
	const struct finding *f = t->in->finding;
	struct decision *d = &t->decision;
	int code = replay_record(f->marks, f->mark_count, t->in->now, t->arena, &t->state);
	if (code != 0) {
		return code;
	}
	d->reason = q->reason;
	d->change = q->change;
	d->ds_after = *q->ds_after;
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
	if (p->state == PENDING_SENT && is_same_as_pending(p, q->ds_after)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return keep_pending(t, CHECK_PASS, "asks for the same and is with the registry");
	}
	bool passes;
	int code = guard_round(t, &passes);
	if (code == 0 && passes) {
		code = guard_replay(t, q, &passes);
	}
	if (code == 0 && passes) {
		code = guard_unreachable(t, q, &passes);
	}
	if (code != 0) {
		return code;
	}
	if (!passes) {
		return block_pending(t);
	}
	if (is_same_as_pending(p, q->ds_after)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return keep_pending(t, CHECK_PASS, "asks for the same and is on its way");
	}
	return accept_request(t, q);
}

/* A finding that contradicts itself is our fault, not the child's; nothing is done on it. */
static int refuse_finding(struct step *t)
{
	t->decision.reason = REASON_INTERNAL_ERROR;
	int code = step_add_check(t, "invariant", GATE_CORRECT, CHECK_FAIL,
		"the finding contradicts itself; please report this with the case");
	return code == 0 ? block_pending(t) : code;
}

static int transition(struct step *t)
{
	struct request q;
	int code = silence_forget(t->in->finding, t->in->evidence, t->arena, &t->state);
	if (code != 0) {
		return code;
	}
	if (!step_is_finding_sane(t->in)) {
		return refuse_finding(t);
	}
	code = put_off_refresh(t);
	if (code == 0) {
		code = tell_older(t);
	}
	if (code != 0) {
		return code;
	}
	return read_request(t, &q) ? consider_request(t, &q) : settle_pending(t);
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
	if (code != 0) {
		return code;
	}
	step_remember(&t);
	*decision = t.decision;
	*state_after = t.state;
	return 0;
}
