/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state machine of a child: what befalls it, and what becomes of its window, its suspension and an operator's word. It has
 * five regions beside each other, and in each of them one state. doc/acceptance.md has the same table. Private to
 * validate/accept. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "validate/accept/state.h"

#define AUTOMATION_STATE_LIST(X) \
	X(ACTIVE) /* first region: has somebody else removed the DS set? */ \
	X(SUSPENDED) \
	X(FREE) /* second: does an operator hold the child? */ \
	X(HELD) \
	X(SILENT) /* third: what has an operator said of the request? */ \
	X(APPROVED) \
	X(CHALLENGED) /* a token was handed out */ \
	X(CANCELLED) \
	X(NO_WINDOW) /* fourth: for how long has the request been there? */ \
	X(OPEN) \
	X(VOID) /* within one probe only: it begins again with the request of this probe, or not at all */ \
	X(KEPT) /* fifth: does an operator undo a change? */ \
	X(UNDOING) \
	X(PINNED) /* it is undone: what it made is not published again at the same request */

#define AUTOMATION_EVENT_LIST(X) \
	X(REGISTRATION_CHANGED) /* another domain under the same name */ \
	X(NS_CHANGED) \
	X(REGISTRAR_CHANGED) \
	X(CHANGED_BY_HAND) /* NS or DS, as the source tells */ \
	X(DELEGATION_GONE) /* from a source that was read to its end */ \
	X(DS_SET) /* the parent has a DS set, whoever set it */ \
	X(DS_EMPTIED_BY_REQUEST) /* of the child: the parent took our delete */ \
	X(DS_EMPTIED_BY_OTHERS) \
	X(OPERATOR_HOLDS) \
	X(OPERATOR_RELEASES) /* what he held or cancelled */ \
	X(OPERATOR_RESUMES) /* ends the suspension, and what is pinned */ \
	X(OPERATOR_APPROVES) \
	X(OPERATOR_CHALLENGES) /* hands out a token, or another one */ \
	X(OPERATOR_CANCELS) \
	X(OPERATOR_UNDOES) /* a change (A-35) */ \
	X(APPROVAL_ENDS) /* nobody used it in time, or it, or a token, is taken back */ \
	X(UNDONE) /* the parent has the DS set from before the change */ \
	X(UNDOING_ENDS) /* refused, taken back, overtaken, or not done in time */ \
	X(PIN_ENDS) /* the child asks for something else, or somebody has set what was undone */ \
	X(CLOCK_WENT_BACK) /* it is earlier than it was: nothing is counted */ \
	X(GAP_EXCEEDED) /* too long without a check that counted */ \
	X(OTHER_REQUEST) /* than the one of the window */ \
	X(OTHER_THAN_MEANT) /* than the one the operator's word is about */ \
	X(REQUEST) /* for a first DS set; consistent, but not proven; this probe does not count */ \
	X(CHECK) /* the same, and this probe counts */ \
	X(WINDOW_COMPLETE) \
	X(CONFIRMATION_LAPSED) /* nobody confirmed the request in time */ \
	X(CHALLENGE_LAPSED) /* nobody showed the token in time */ \
	X(BARRED) /* what is asked for would be accepted but for a suspension, a hold, a lock */ \
	X(AUTHENTICATED) /* the request is proven by RFC 9615 */ \
	X(FIRST_SET_ACCEPTED) \
	X(UPDATE_ACCEPTED) \
	X(DELETE_ACCEPTED) \
	X(NOTHING_ASKED) \
	X(DELETE_ASKED) /* of a child without a DS set */ \
	X(DISAGREEMENT) /* servers or record types contradict each other */ \
	X(REFUSED) /* what is asked for would not be accepted in any way */ \
	X(TECHNICAL_FAULT) /* a server is silent, an answer is missing: says nothing of the request */

#define AUTOMATION_ENUM_STATE(name) AUTOMATION_##name,
#define AUTOMATION_ENUM_EVENT(name) EVENT_##name,
enum automation_state { AUTOMATION_STAYS = 0, AUTOMATION_STATE_LIST(AUTOMATION_ENUM_STATE) AUTOMATION_STATES };
enum automation_event { AUTOMATION_EVENT_LIST(AUTOMATION_ENUM_EVENT) AUTOMATION_EVENTS };
#undef AUTOMATION_ENUM_STATE
#undef AUTOMATION_ENUM_EVENT

/* What is done to the window beside its change of state. */
enum automation_effect { EFFECT_NONE = 0, EFFECT_BEGIN, EFFECT_SEE, EFFECT_COUNT };

struct automation_cell {
	enum automation_state next;	/* of the same region; STAYS: none */
	enum automation_effect effect;
	enum reason reason;		/* what the decision may say of it; NONE: nothing */
};

const struct automation_cell *automation_cell(enum automation_state state, enum automation_event event);
const char *automation_state_text(enum automation_state state);	/* never NULL */
const char *automation_event_text(enum automation_event event);
const char *automation_effect_text(enum automation_effect effect);	/* NONE: "" */

/* A child to which something happens. */
struct automation {
	struct child_state *state;
	bool is_void;			/* the window: VOID */
	const char *cause;		/* why; for people */
	uint32_t now;
	bool counts;			/* a probe of the timer: the window may begin with it */
	const uint8_t *request;		/* hash of the request; NULL: nothing is asked for */
	const uint8_t *ns;		/* hash of the NS set */
};

/* The state of the region that like belongs to. */
enum automation_state automation_state_of(const struct automation *a, enum automation_state like);
/* The one transition: every region takes its step. The reason of that region which like belongs to. */
enum reason automation_happen(struct automation *a, enum automation_event event, enum automation_state like);
