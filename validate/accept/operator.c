/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators: each command is one event of the state machine, if there is anything for it to do. */
#include "validate/accept/operator.h"

#include <string.h>

#include "validate/accept/automation.h"
#include "validate/accept/form.h"
#include "validate/accept/window.h"
#include "validate/wire/err.h"

const char *operator_action_text(enum operator_action a)
{
	switch (a) {
	case OPERATOR_DO_HOLD:
		return "hold";
	case OPERATOR_DO_RELEASE:
		return "release";
	case OPERATOR_DO_APPROVE:
		return "approve";
	case OPERATOR_DO_CANCEL:
		return "cancel";
	case OPERATOR_DO_CHALLENGE:
		return "challenge";
	case OPERATOR_DO_RESTORE:
		return "restore";
	case OPERATOR_DO_BASELINE:
		return "baseline";
	case OPERATOR_DO_ROLLBACK:
		return "rollback";
	case OPERATOR_DO_ROLLBACK_FORCED:
		return "rollback --force";
	case OPERATOR_DO_TAKE_OVER:
		return "take-over";
	}
	return "?";
}

static bool is_in(const struct automation *a, enum automation_state state)
{
	return automation_state_of(a, state) == state;
}

/* A clock that was far ahead once would keep the child from every first DS set until then (CLOCK_UNSAFE). What was counted by
 * that clock is forgotten. */
static bool set_clock_right(struct child_state *s, uint32_t now)
{
	bool ahead = s->seen > now || s->accepted > now || s->settled > now;
	if (ahead) {
		s->seen = s->seen > now ? now : s->seen;
		s->accepted = s->accepted > now ? now : s->accepted;
		s->settled = s->settled > now ? now : s->settled;
		s->window = (struct window){ .began = 0 };
	}
	return ahead;
}

/* What he held or cancelled himself comes before what somebody else did. */
static const char *release(const struct automation *a, enum automation_event *event)
{
	bool clock = set_clock_right(a->state, a->now);
	*event = is_in(a, AUTOMATION_HELD) || is_in(a, AUTOMATION_CANCELLED) ? EVENT_OPERATOR_RELEASES : EVENT_OPERATOR_RESUMES;
	return clock || *event == EVENT_OPERATOR_RELEASES || is_in(a, AUTOMATION_SUSPENDED) || is_in(a, AUTOMATION_PINNED) ? NULL :
		"the child is neither held nor suspended, no request of it is cancelled, and no change of it was undone";
}

static const char *approve(const struct automation *a, enum automation_event *event)
{
	*event = EVENT_OPERATOR_APPROVES;
	return a->state->ds_known && a->state->ds_seen.count > 0 ?
		"the child has a DS set: its requests need no approval" :
		is_in(a, AUTOMATION_APPROVED) ? "a request of the child is approved already" : NULL;
}

/* Who lost a token, or let it lapse, gets another one. */
static const char *challenge(const struct automation *a)
{
	return a->state->ds_known && a->state->ds_seen.count > 0 ?
		"the child has a DS set: its requests need no challenge" :
		is_in(a, AUTOMATION_APPROVED) ? "a request of the child is approved already" : NULL;
}

/* Of a change that is to be undone, of a request that is seen, or else of an approval or a token that was given before. */
static const char *cancel(const struct automation *a, enum automation_event *event)
{
	if (is_in(a, AUTOMATION_UNDOING)) {
		*event = EVENT_UNDOING_ENDS;
		return NULL;
	}
	*event = is_in(a, AUTOMATION_OPEN) ? EVENT_OPERATOR_CANCELS : EVENT_APPROVAL_ENDS;
	return is_in(a, AUTOMATION_OPEN) || is_in(a, AUTOMATION_APPROVED) || is_in(a, AUTOMATION_CHALLENGED) ? NULL :
		"no request of the child for a first DS set is waiting";
}

int operator_apply(const struct child_state *before, enum operator_action action, uint32_t now, struct child_state *after,
	const char **why)
{
	if (before == NULL || after == NULL || why == NULL) {
		return ERR_ARG;
	}
	struct child_state state = *before;
	struct automation a = { .state = &state, .now = now };
	enum automation_event event = EVENT_OPERATOR_HOLDS;
	const char *nothing = NULL;
	switch (action) {
	case OPERATOR_DO_HOLD:
		nothing = is_in(&a, AUTOMATION_HELD) ? "the child is held already" : NULL;
		break;
	case OPERATOR_DO_RELEASE:
		nothing = release(&a, &event);
		break;
	case OPERATOR_DO_APPROVE:
		nothing = approve(&a, &event);
		break;
	case OPERATOR_DO_CANCEL:
		nothing = cancel(&a, &event);
		break;
	default:
		return ERR_ARG;
	}
	*why = nothing;
	if (nothing != NULL) {
		return ERR_CONFLICT;
	}
	automation_happen(&a, event, AUTOMATION_ACTIVE);
	*after = state;
	return 0;
}

int operator_challenge(const struct child_state *before, const uint8_t token[SHA256_OCTETS], uint32_t now,
	struct child_state *after, const char **why)
{
	if (before == NULL || token == NULL || after == NULL || why == NULL || !form_is_hash(token)) {
		return ERR_ARG;
	}
	struct child_state state = *before;
	struct automation a = { .state = &state, .now = now };
	*why = challenge(&a);
	if (*why != NULL) {
		return ERR_CONFLICT;
	}
	automation_happen(&a, EVENT_OPERATOR_CHALLENGES, AUTOMATION_ACTIVE);
	memcpy(state.challenge_hash, token, sizeof state.challenge_hash);
	*after = state;
	return 0;
}

static const char *roll_back(const struct automation *a, const struct rollback *r)
{
	const struct rollback *said = &a->state->rollback;
	if (ds_set_equal(&r->to, &r->undone)) {
		return "it did not change the DS set";
	}
	if (said->change != r->change) {
		return NULL;
	}
	return is_in(a, AUTOMATION_PINNED) ? "it is undone already" :
		is_in(a, AUTOMATION_UNDOING) && said->forced == r->forced ? "it is to be undone already; the next scan does it" : NULL;
}

int operator_rollback(const struct child_state *before, const struct rollback *r, uint32_t now, struct child_state *after,
	const char **why)
{
	if (before == NULL || r == NULL || after == NULL || why == NULL || r->change == 0) {
		return ERR_ARG;
	}
	struct child_state state = *before;
	struct automation a = { .state = &state, .now = now };
	*why = roll_back(&a, r);
	if (*why != NULL) {
		return ERR_CONFLICT;
	}
	automation_happen(&a, EVENT_OPERATOR_UNDOES, AUTOMATION_KEPT);
	state.rollback = (struct rollback){ .state = state.rollback.state, .forced = r->forced, .at = now, .change = r->change,
		.to = r->to, .undone = r->undone };
	*after = state;
	return 0;
}
