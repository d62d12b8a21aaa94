/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A first DS set. The judge says whether it would be valid and whether RFC 9615 proves it; here is what takes time, memory or
 * somebody's word. Whatever the method: every server answered, and no barrier stands. */
#include "validate/accept/bootstrap.h"

#include <string.h>

#include "validate/accept/barrier.h"
#include "validate/accept/form.h"
#include "validate/accept/pending.h"
#include "validate/accept/window.h"

#define RULE_DELAY "R8078-3.3-1"
#define RULE_CHECKED "R8078-3.2-1"
#define RULE_CHANNEL "R8078-3.1-1"
#define RULE_CHALLENGE "R8078-3.4-1"
#define RULE_INCEPTION "R8078-3.5-1"

bool bootstrap_is_asked(const struct finding *f)
{
	return f->reason == REASON_ACCEPT_BOOTSTRAP_AUTH || f->reason == REASON_BOOTSTRAP_UNPROVEN;
}

static bool is_proven(const struct step *t)
{
	return t->in->finding->reason == REASON_ACCEPT_BOOTSTRAP_AUTH;
}

static const struct bootstrap_policy *values(const struct step *t)
{
	return &t->in->policy->bootstrap;
}

static bool uses(const struct step *t, enum bootstrap_method method)
{
	return policy_uses(t->in->policy, method);
}

static enum reason happen(struct step *t, enum automation_event event)
{
	return automation_happen(&t->automation, event, AUTOMATION_NO_WINDOW);
}

static bool is_open(const struct step *t)
{
	return automation_state_of(&t->automation, AUTOMATION_NO_WINDOW) == AUTOMATION_OPEN;
}

/* --- before the request is looked at --- */

/* A-21, T-26. Without a clock there are no windows and no words in time. */
static bool clock_went_back(const struct step *t)
{
	return t->in->now < t->in->state->seen;
}

/* Did this probe begin when he had spoken already? What was asked for before is not what he spoke of. */
static bool is_after_word(const struct step *t)
{
	return t->in->evidence->began_ms / 1000 >= t->state.word_at;
}

static bool is_word_about(const struct step *t, const uint8_t *request)
{
	const uint8_t *about = t->state.word_hash;
	return !form_is_hash(about) || memcmp(about, request, SHA256_OCTETS) == 0;
}

/* RFC 8078 section 3.2: nothing has changed hands of late. */
static uint32_t settled_at(const struct step *t)
{
	uint64_t when = (uint64_t)t->state.settled + values(t)->settled_s;
	return when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
}

/* A word or a request waits so long, and where the delegation has to settle first, from then on. */
static bool is_lapsed(const struct step *t, uint32_t since)
{
	uint32_t settled = uses(t, BOOTSTRAP_CHECKED) ? settled_at(t) : 0;
	uint32_t from = since > settled ? since : settled;
	return t->in->now > from && t->in->now - from > values(t)->confirmation_s;
}

/* What the request itself does to the window and to the word, whatever the time is. */
static void compare(struct step *t, const uint8_t *request)
{
	struct child_state *s = &t->state;
	if (is_open(t) && request != NULL && memcmp(s->window.request_hash, request, SHA256_OCTETS) != 0) {
		t->automation.cause = "another DS set is asked for, or in another way";
		happen(t, EVENT_OTHER_REQUEST);
	}
	if (s->word != OPERATOR_NONE && request != NULL && !is_word_about(t, request)) {
		happen(t, EVENT_OTHER_THAN_MEANT);
	} else if (s->word != OPERATOR_NONE && request != NULL && (is_after_word(t) || clock_went_back(t))) {
		/* Of the next request: that is this one, whatever becomes of it. */
		memcpy(s->word_hash, request, sizeof s->word_hash);
	}
}

/* The same, and what time does to them. */
static int age(struct step *t, const uint8_t *request)
{
	struct child_state *s = &t->state;
	if (is_open(t) && uses(t, BOOTSTRAP_DELAY) && window_has_gap(&s->window, values(t), t->in->now)) {
		t->automation.cause = "there was no check for too long";
		happen(t, EVENT_GAP_EXCEEDED);
	}
	compare(t, request);
	if (s->word == OPERATOR_APPROVE && is_lapsed(t, s->word_at)) {
		happen(t, EVENT_APPROVAL_ENDS);
		return step_add_check(t, RULE_CHANNEL, GATE_ALLOWED, CHECK_WARN, arena_printf(t->arena,
			"an approval lapsed: it was not used within %u s", (unsigned)values(t)->confirmation_s));
	}
	return 0;
}

/* --- the methods: ACCEPT_*, a reason to hold or to reject, or NONE where the method has nothing to say --- */

static enum reason by_signal(struct step *t)
{
	return is_proven(t) ? happen(t, EVENT_AUTHENTICATED) : REASON_NONE;
}

/* By somebody who is known to speak for the domain, of this request, before this probe began: it is what he approved. */
static bool is_approved(const struct step *t)
{
	return t->state.word == OPERATOR_APPROVE && is_after_word(t);
}

static int by_channel(struct step *t, enum reason *out)
{
	if (!is_approved(t)) {
		return step_add_check(t, RULE_CHANNEL, GATE_ALLOWED, CHECK_SKIP, t->state.word != OPERATOR_APPROVE ?
			"nobody approved the request" : "the request was approved after this probe began; the next one counts");
	}
	*out = REASON_ACCEPT_BOOTSTRAP_CHANNEL;
	return step_add_check(t, RULE_CHANNEL, GATE_ALLOWED, CHECK_PASS, "an operator approved the request");
}

/* Waiting helps, by the method that is first to accept. */
static void wait_until(struct step *t, uint32_t when)
{
	uint32_t *next = &t->decision.next_eligible;
	*next = *next == 0 || when < *next ? when : *next;
}

static int by_confirmation(struct step *t, enum reason *out)
{
	uint32_t settled = settled_at(t);
	*out = REASON_HOLD_CONFIRMATION;
	if (t->in->now < settled) {
		step_add_warning(t, REASON_WARN_NS_CHANGE_RECENT);
		if (is_approved(t)) {
			wait_until(t, settled);
		}
		return step_add_check(t, RULE_CHECKED, GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
			"NS set, registrar and DS set have to stay as they are for %u s more%s",
			(unsigned)(settled - t->in->now), is_approved(t) ? "" : ", and then somebody has to confirm the request"));
	}
	if (is_approved(t)) {
		*out = REASON_ACCEPT_BOOTSTRAP_CHECKED;
		return step_add_check(t, RULE_CHECKED, GATE_ALLOWED, CHECK_PASS,
			"the delegation is settled, and an operator confirmed the request");
	}
	if (is_open(t) && is_lapsed(t, t->state.window.began)) {
		*out = happen(t, EVENT_CONFIRMATION_LAPSED);
		return step_add_check(t, RULE_CHECKED, GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
			"nobody confirmed the request within %u s; another request, or an approval, ends this",
			(unsigned)values(t)->confirmation_s));
	}
	return step_add_check(t, RULE_CHECKED, GATE_ALLOWED, CHECK_FAIL, arena_printf(t->arena,
		"the delegation is settled; the request waits at most %u s for an operator to confirm it",
		(unsigned)values(t)->confirmation_s));
}

static int by_delay(struct step *t, enum reason window, enum reason *out)
{
	const struct window *w = &t->state.window;
	const struct bootstrap_policy *p = values(t);
	bool complete = window == REASON_ACCEPT_BOOTSTRAP_DELAY;
	const char *why = t->automation.cause;
	*out = window;
	if (!complete) {
		wait_until(t, window_when_complete(w, p, t->in->now));
	}
	return step_add_check(t, RULE_DELAY, GATE_DUE, complete ? CHECK_PASS : CHECK_FAIL, arena_printf(t->arena,
		"%s%s%s%u of %u checks over %u of %u s, first seen %u s ago%s; it begins again when the request, the NS set, the "
		"registrar or the DS set changes, when servers disagree, and after %u s without a check",
		why == NULL ? "" : "began again: ", why == NULL ? "" : why, why == NULL ? "" : "; ", (unsigned)w->checks,
		(unsigned)p->min_checks, (unsigned)w->span_s, (unsigned)p->delay_s, (unsigned)(t->in->now - w->began),
		t->automation.counts ? "" : " (this probe does not count: it was not the timer's)", (unsigned)p->max_gap_s));
}

/* A token that was handed to who speaks for the domain (RFC 8078 section 3.4). What of it is seen is the judge's to say; it is a
 * proof of this round. */
static int by_challenge(struct step *t, enum reason *out)
{
	const struct child_state *s = &t->state;
	uint32_t age_s = t->in->now > s->word_at ? t->in->now - s->word_at : 0;
	uint32_t room_s = values(t)->confirmation_s;
	if (s->word != OPERATOR_CHALLENGE) {
		return step_add_check(t, RULE_CHALLENGE, GATE_ALLOWED, CHECK_SKIP,
			"no token was handed out; changes challenge makes one");
	}
	if (age_s > room_s) {
		*out = automation_happen(&t->automation, EVENT_CHALLENGE_LAPSED, AUTOMATION_SILENT);
		return step_add_check(t, RULE_CHALLENGE, GATE_ALLOWED, CHECK_FAIL, arena_printf(t->arena,
			"the token was handed out %u s ago and was good for %u s; it takes another one", (unsigned)age_s,
			(unsigned)room_s));
	}
	if (memcmp(s->challenge_hash, t->in->finding->challenge_hash, SHA256_OCTETS) == 0) {
		*out = REASON_ACCEPT_BOOTSTRAP_CHALLENGE;
		return step_add_check(t, RULE_CHALLENGE, GATE_ALLOWED, CHECK_PASS,
			"every address has the token that was handed out");
	}
	*out = REASON_HOLD_CHALLENGE;
	return step_add_check(t, RULE_CHALLENGE, GATE_ALLOWED, CHECK_FAIL, arena_printf(t->arena,
		"%s; the token that was handed out is good for %u s more", form_is_hash(t->in->finding->challenge_hash) ?
		"every address has the same token, but another one" : "not every address has the token",
		(unsigned)(room_s - age_s)));
}

static int by_inception(struct step *t, enum reason *out)
{
	bool is_new = (t->in->delegation->flags & DELEGATION_NOT_PUBLISHED) != 0;
	if (!is_new || t->state.last_reason != REASON_NONE) {
		return step_add_check(t, RULE_INCEPTION, GATE_ALLOWED, CHECK_SKIP, is_new ?
			"the child was seen before" : "the delegation is published already");
	}
	*out = REASON_ACCEPT_BOOTSTRAP_INCEPTION;
	return step_add_check(t, RULE_INCEPTION, GATE_ALLOWED, CHECK_PASS,
		"the delegation is new: NS and DS set can be published together");
}

/* The request as the window sees it. Only checks of the timer count: whoever can cause a probe must not choose its time. A window
 * that is not open has no last check, and the first one is far enough from that. */
static enum reason pass_window(struct step *t)
{
	struct window *w = &t->state.window;
	if (!uses(t, BOOTSTRAP_CHANNEL) && !uses(t, BOOTSTRAP_CHECKED) && !uses(t, BOOTSTRAP_DELAY) &&
	    !uses(t, BOOTSTRAP_CHALLENGE)) {
		return REASON_NONE;
	}
	bool counts = t->automation.counts && window_is_spaced(w, values(t), t->in->now);
	enum reason reason = happen(t, counts ? EVENT_CHECK : EVENT_REQUEST);
	if (counts && uses(t, BOOTSTRAP_DELAY) && window_is_complete(w, values(t))) {
		reason = happen(t, EVENT_WINDOW_COMPLETE);
	}
	return reason;
}

static int try_method(struct step *t, enum bootstrap_method method, enum reason window, enum reason *out)
{
	*out = REASON_NONE;
	switch (method) {
	case BOOTSTRAP_AUTHENTICATED:
		*out = by_signal(t);
		return 0;
	case BOOTSTRAP_CHANNEL:
		return by_channel(t, out);
	case BOOTSTRAP_CHECKED:
		return by_confirmation(t, out);
	case BOOTSTRAP_DELAY:
		return by_delay(t, window, out);
	case BOOTSTRAP_CHALLENGE:
		return by_challenge(t, out);
	case BOOTSTRAP_INCEPTION:
		return by_inception(t, out);
	default:
		return 0;
	}
}

/* That signals do not prove the request is no fault of one that is accepted in another way (C4 to C11), and then it is not so
 * either that nothing shows what the owner wants. */
static void pass_over_proof(struct step *t)
{
	for (size_t i = 0; i < t->decision.check_count; i++) {
		struct check *c = &t->decision.checks[i];
		bool unproven = strcmp(c->rule, "R7344-9-2") == 0;
		if (c->result == CHECK_FAIL && (unproven || strncmp(c->rule, "R9615-", 6) == 0)) {
			c->result = unproven ? CHECK_SKIP : CHECK_WARN;
		}
	}
}

/* The first method that accepts; else the first that holds, else the first that rejects. */
static int choose(struct step *t, enum reason *out)
{
	const struct bootstrap_policy *p = values(t);
	enum reason hold = REASON_NONE;
	enum reason reject = REASON_NONE;
	enum reason window = is_proven(t) ? REASON_NONE : pass_window(t);
	for (size_t i = 0; i < p->method_count; i++) {
		enum reason reason;
		int code = try_method(t, (enum bootstrap_method)p->methods[i], window, &reason);
		if (code != 0) {
			return code;
		}
		if (reason_is(reason, CLASS_ACCEPT)) {
			t->decision.next_eligible = 0;
			*out = reason;
			pass_over_proof(t);
			return 0;
		}
		hold = hold == REASON_NONE && reason_is(reason, CLASS_HOLD) ? reason : hold;
		reject = reject == REASON_NONE && reason_is(reason, CLASS_REJECT) ? reason : reject;
	}
	*out = hold != REASON_NONE ? hold : reject != REASON_NONE ? reject : REASON_BOOTSTRAP_UNPROVEN;
	return 0;
}

/* --- the request --- */

static int fault(struct step *t)
{
	happen(t, EVENT_TECHNICAL_FAULT);
	return pending_block(t);
}

/* *passes: nothing but the method is left to ask. */
static int check_guards(struct step *t, const struct request *q, bool *passes)
{
	int code = guard_round(t, passes);
	if (code == 0 && *passes) {
		code = guard_replay(t, q, passes);
	}
	if (code == 0 && *passes) {
		code = is_proven(t) || t->in->policy->requires_all_servers ? guard_everybody(t, passes) :
			guard_unreachable(t, q, passes);
	}
	return code == 0 && !*passes ? fault(t) : code;
}

static bool is_with_registry(const struct step *t)
{
	return t->in->pending->state == PENDING_SENT && pending_is(t->in->pending, &t->in->finding->ds_after);
}

/* a DS set on its way to the parent counts as there. *passes: none is, or one that has not left. */
static int check_pending(struct step *t, bool *passes)
{
	const struct pending *p = t->in->pending;
	*passes = p->state != PENDING_SENT && !pending_is(p, &t->in->finding->ds_after);
	if (*passes) {
		return 0;
	}
	if (pending_is(p, &t->in->finding->ds_after)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return pending_keep(t, CHECK_PASS, "asks for the same and is on its way");
	}
	t->decision.reason = REASON_STALE_INPUT;
	happen(t, EVENT_TECHNICAL_FAULT);
	return pending_keep(t, CHECK_FAIL, "is with the registry: a first DS set is not one before that has come to an end");
}

static int check_barriers(struct step *t, bool *passes)
{
	int code = barrier_check(t, true, passes);
	if (code != 0 || *passes) {
		return code;
	}
	return pending_refuse(t);
}

static int refuse_clock(struct step *t)
{
	/* Who asks for something else now and for the same again later has not asked for the same all the time. */
	compare(t, t->in->finding->request_hash);
	const char *why = t->automation.cause;
	t->decision.reason = happen(t, EVENT_CLOCK_WENT_BACK);
	int code = step_add_check(t, "A-21", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"the clock is at %u, and was at %u before: no time is counted%s%s", (unsigned)t->in->now,
		(unsigned)t->in->state->seen, why == NULL ? "" : ", and what was is lost: ", why == NULL ? "" : why));
	return code == 0 ? pending_block(t) : code;
}

int bootstrap_consider(struct step *t, struct request *q, bool *accepted)
{
	const struct finding *f = t->in->finding;
	*accepted = false;
	*q = (struct request){ .change = CHANGE_INITIAL, .ds_after = &f->ds_after };
	bool unsafe = !is_proven(t) && clock_went_back(t);
	int code = unsafe ? 0 : age(t, f->request_hash);
	bool passes = code == 0;
	if (code == 0 && is_with_registry(t)) {
		t->decision.reason = REASON_NOOP_CHANGE_PENDING;
		return pending_keep(t, CHECK_PASS, "asks for the same and is with the registry");
	}
	if (unsafe) {
		return refuse_clock(t);
	}
	if (passes) {
		code = check_guards(t, q, &passes);
	}
	if (code == 0 && passes) {
		code = check_barriers(t, &passes);
	}
	if (code == 0 && passes) {
		code = check_pending(t, &passes);
	}
	if (code == 0 && passes) {
		code = choose(t, &q->reason);
		passes = reason_is(q->reason, CLASS_ACCEPT);
		t->decision.reason = q->reason;
		code = code == 0 && !passes ? pending_overtaken(t) : code;
	}
	if (code == 0 && passes) {
		code = guard_rate(t, &passes);
		code = code == 0 && !passes ? pending_block(t) : code;
	}
	*accepted = code == 0 && passes;
	return code;
}

/* --- no request --- */

static enum automation_event event_of(enum reason reason)
{
	if (reason == REASON_NOOP_DELETE_INSECURE) {
		return EVENT_DELETE_ASKED;
	}
	if (reason_is_disagreement(reason)) {
		return EVENT_DISAGREEMENT;
	}
	return reason_is(reason, CLASS_NOOP) ? EVENT_NOTHING_ASKED :
		reason_is(reason, CLASS_REJECT) ? EVENT_REFUSED : EVENT_TECHNICAL_FAULT;
}

int bootstrap_settle(struct step *t)
{
	struct decision *d = &t->decision;
	bool had_window = window_is_open(&t->in->state->window);
	/* Who was not asked said nothing of it. */
	if (!had_window || d->reason == REASON_REJECT_OPTED_OUT) {
		return 0;
	}
	/* A clock that went back says nothing of time; what ends a window ends it. */
	int code = clock_went_back(t) ? 0 : age(t, NULL);
	enum reason reason = happen(t, event_of(d->reason));
	if (code != 0 || automation_state_of(&t->automation, AUTOMATION_NO_WINDOW) == AUTOMATION_OPEN) {
		return code;
	}
	if (reason == REASON_DELAY_CANCELLED && uses(t, BOOTSTRAP_DELAY)) {
		if (!reason_is(d->reason, CLASS_NOOP)) {
			step_add_warning(t, d->reason);
		}
		d->reason = reason;
	}
	return step_add_check(t, RULE_DELAY, GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"the request first seen at %u is no longer waited for%s%s; it would begin again",
		(unsigned)t->in->state->window.began, t->automation.cause == NULL ? "" : ": ",
		t->automation.cause == NULL ? "" : t->automation.cause));
}
