/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change that an operator undoes. His word lasts until the parent has the DS set from before the change: each probe confirms
 * it, as a request of the child is confirmed, and a change that waits for a brake or a freeze is not withdrawn meanwhile. */
#include "validate/accept/rollback.h"

#include "validate/accept/barrier.h"
#include "validate/accept/pending.h"

#define RULE "A-35"
/* A word that nothing came of is not carried out when nobody thinks of it any more. */
#define LASTS_S (7 * 86400u)

const struct ds_set *child_state_back(const struct child_state *s)
{
	return s->rollback.state == ROLLBACK_WANTED ? &s->rollback.to : NULL;
}

bool rollback_is_wanted(const struct step *t)
{
	return t->state.rollback.state == ROLLBACK_WANTED;
}

bool rollback_empties(const struct child_state *s)
{
	return s->rollback.state == ROLLBACK_WANTED && s->rollback.to.count == 0;
}

static unsigned long long number(const struct step *t)
{
	return (unsigned long long)t->state.rollback.change;
}

static int end(struct step *t, enum automation_event event, enum check_result result, const char *why)
{
	unsigned long long change = number(t);
	automation_happen(&t->automation, event, AUTOMATION_KEPT);
	return step_add_check(t, RULE, GATE_ALLOWED, result, arena_printf(t->arena, "change %llu %s", change, why));
}

/* --- what the parent shows --- */

static bool is_lapsed(const struct step *t)
{
	const struct rollback *r = &t->state.rollback;
	return !pending_is(t->in->pending, &r->to) && t->in->now > r->at && t->in->now - r->at > LASTS_S;
}

/* With the registry, whatever the parent shows yet. */
static bool is_other_sent(const struct step *t)
{
	return t->in->pending->state == PENDING_SENT && !pending_is(t->in->pending, &t->state.rollback.to);
}

static int tell_wanted(struct step *t)
{
	const struct rollback *r = &t->state.rollback;
	const struct ds_set *present = &t->in->delegation->ds;
	bool is_there = ds_set_equal(present, &r->to);
	if (is_there && !is_other_sent(t) && !pending_is(t->in->pending, &r->to)) {
		return end(t, EVENT_UNDONE, CHECK_PASS, "is undone: the parent has the DS set from before it");
	}
	if (!is_there && !ds_set_equal(present, &r->undone) && !is_other_sent(t)) {
		return end(t, EVENT_UNDOING_ENDS, CHECK_WARN,
			"is no longer to be undone: the parent has neither its DS set nor the one from before it");
	}
	return !is_lapsed(t) ? 0 : end(t, EVENT_UNDOING_ENDS, CHECK_WARN,
		"is no longer to be undone: nothing came of it for seven days");
}

int rollback_tell(struct step *t)
{
	const struct rollback *r = &t->state.rollback;
	if (r->state == ROLLBACK_NONE || t->in->delegation->ds_state == DS_UNKNOWN) {
		return 0;
	}
	if (r->state == ROLLBACK_WANTED) {
		return tell_wanted(t);
	}
	return !ds_set_equal(&t->in->delegation->ds, &r->undone) ? 0 : end(t, EVENT_PIN_ENDS, CHECK_PASS,
		"was undone, and its DS set is there again: somebody else has set it");
}

/* --- what is wanted --- */

static int refuse(struct step *t, enum reason reason, const char *why, bool *passes)
{
	*passes = false;
	t->decision.reason = reason;
	if (reason == REASON_STALE_EVIDENCE) {
		t->decision.next_eligible = t->in->now;
	}
	return step_add_check(t, RULE, GATE_CORRECT, CHECK_FAIL, arena_printf(t->arena, "change %llu is not undone: %s", number(t), why));
}

/* Was it looked at by this probe? Else the word came while the child was asked. */
static bool is_looked_at(const struct step *t)
{
	const struct back_finding *b = &t->in->finding->back;
	return b->looked && ds_set_equal(&b->set, &t->state.rollback.to);
}

/* Of a set that is not empty: what has to be seen of the servers. A first one needs all of them, as ever. */
static int check_servers(struct step *t, const struct request *q, bool *passes)
{
	int code = guard_round(t, passes);
	if (code != 0 || !*passes) {
		return code;
	}
	return t->in->delegation->ds_state == DS_ABSENT ? guard_everybody(t, passes) : guard_unreachable(t, q, passes);
}

static int check_effect(struct step *t, const struct request *q, bool *passes)
{
	const struct back_finding *b = &t->in->finding->back;
	const struct rollback *r = &t->state.rollback;
	*passes = true;
	if (!is_looked_at(t)) {
		return refuse(t, REASON_STALE_EVIDENCE, "the child was asked before somebody wanted that; it is asked again", passes);
	}
	if (t->in->delegation->ds_state == DS_UNKNOWN) {
		return refuse(t, REASON_HOLD_DS_UNKNOWN, reason_find(REASON_HOLD_DS_UNKNOWN)->sentence, passes);
	}
	if (r->forced) {
		return step_add_check(t, RULE, GATE_CORRECT, CHECK_WARN, b->reason == REASON_NONE ?
			"an operator forces it; every server that was received leads to the zone all the same" : arena_printf(t->arena,
			"an operator forces it, although: %s", reason_find(b->reason)->sentence));
	}
	if (b->reason != REASON_NONE) {
		return refuse(t, b->reason, reason_find(b->reason)->sentence, passes);
	}
	return r->to.count == 0 ? 0 : check_servers(t, q, passes);
}

/* What the child asks for itself is not what is decided here, and what was forced is no rule that holds. */
static void pass_over_request(struct step *t)
{
	for (size_t i = 0; i < t->decision.check_count; i++) {
		struct check *c = &t->decision.checks[i];
		c->result = c->result == CHECK_FAIL ? CHECK_WARN : c->result;
	}
	enum reason own = t->in->finding->reason;
	if (!reason_is(own, CLASS_ACCEPT) && !reason_is(own, CLASS_NOOP)) {
		step_add_warning(t, own);
	}
}

static int refuse_for_good(struct step *t)
{
	/* Whoever wants it all the same has seen why it was refused. */
	int code = reason_is(t->decision.reason, CLASS_REJECT) ?
		end(t, EVENT_UNDOING_ENDS, CHECK_WARN, "is no longer to be undone: it was refused") : 0;
	return code == 0 ? pending_refuse(t) : code;
}

int rollback_consider(struct step *t, struct request *q, bool *accepted)
{
	const struct pending *p = t->in->pending;
	const struct back_finding *b = &t->in->finding->back;
	const struct rollback *r = &t->state.rollback;
	*accepted = false;
	*q = (struct request){ .reason = REASON_ACCEPT_ROLLBACK, .ds_after = &r->to,
		.change = b->change == CHANGE_NONE ? CHANGE_UPDATE : b->change };
	if (p->state == PENDING_SENT && pending_is(p, &r->to)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		pass_over_request(t);
		return pending_keep(t, CHECK_PASS, "undoes another one and is with the registry");
	}
	/* Who is not asked is told why. */
	bool passes = true;
	int code = (t->in->delegation->flags & DELEGATION_OPTED_OUT) != 0 ? 0 : check_effect(t, q, &passes);
	if (code == 0 && passes) {
		code = barrier_check(t, t->in->delegation->ds_state == DS_ABSENT, &passes);
	}
	if (code != 0 || !passes) {
		return code != 0 ? code : refuse_for_good(t);
	}
	pass_over_request(t);
	if (pending_is(p, &r->to)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return pending_keep(t, CHECK_PASS, "undoes another one and is on its way");
	}
	*accepted = true;
	return step_add_check(t, RULE, GATE_ALLOWED, CHECK_PASS, arena_printf(t->arena,
		"an operator undoes change %llu: the DS set becomes what it was before", number(t)));
}

/* --- what the child asks for afterwards --- */

/* Who asks for nothing leaves it as it is. NULL: it is not known what it asks for. */
static const struct ds_set *find_wish(const struct step *t)
{
	const struct finding *f = t->in->finding;
	switch (f->reason) {
	case REASON_NOOP_NO_SIGNAL:
	case REASON_NOOP_IN_SYNC:
	case REASON_NOOP_DELETE_INSECURE:
		return &t->in->delegation->ds;
	case REASON_ACCEPT_UPDATE:
	case REASON_ACCEPT_DIGEST_REFRESH:
	case REASON_ACCEPT_DELETE:
	case REASON_ACCEPT_BOOTSTRAP_AUTH:
	case REASON_BOOTSTRAP_UNPROVEN:
		return &f->ds_after;
	default:
		return NULL;
	}
}

/* Whoever is silent may still ask for it, and an old answer says nothing of now. */
static bool is_heard(const struct step *t)
{
	const struct finding *f = t->in->finding;
	enum reason reason = t->decision.reason;
	bool doubted = reason == REASON_REPLAY_OLDER || reason == REASON_REPLAY_NOT_NEWER;
	return f->silent_count == 0 && f->unresolved == 0 && !doubted && evidence_is_one_round(t->in->evidence);
}

int rollback_settle(struct step *t)
{
	const struct rollback *r = &t->state.rollback;
	const struct ds_set *wish = find_wish(t);
	bool accepted = reason_is(t->decision.reason, CLASS_ACCEPT);
	if (r->state != ROLLBACK_DONE || wish == NULL || ds_set_equal(wish, &r->undone) || (!accepted && !is_heard(t))) {
		return 0;
	}
	return end(t, EVENT_PIN_ENDS, CHECK_PASS, "was undone, and the child no longer asks for its DS set");
}
