/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the state machine, and the one function that takes a step in it (standards 4.3, 4.6; A-36). */
#include "validate/accept/automation.h"

#include <assert.h>
#include <string.h>

#include "validate/accept/window.h"

#define TO(state) { .next = AUTOMATION_##state }
#define SAYS(why) { .reason = REASON_##why }
#define TO_SAYS(state, why) { .next = AUTOMATION_##state, .reason = REASON_##why }
#define DOES(what, why) { .effect = EFFECT_##what, .reason = REASON_##why }
#define BEGINS(why) { .next = AUTOMATION_OPEN, .effect = EFFECT_BEGIN, .reason = REASON_##why }

/* What is not here leaves the state as it is and says nothing. */
static const struct automation_cell table[AUTOMATION_STATES][AUTOMATION_EVENTS] = {
	[AUTOMATION_ACTIVE] = {
		[EVENT_DS_EMPTIED_BY_OTHERS] = TO(SUSPENDED),
	},
	[AUTOMATION_SUSPENDED] = {
		[EVENT_REGISTRATION_CHANGED] = TO(ACTIVE),
		[EVENT_DS_SET] = TO(ACTIVE),
		[EVENT_OPERATOR_RESUMES] = TO(ACTIVE),
		[EVENT_BARRED] = SAYS(HOLD_SUSPENDED),
	},
	[AUTOMATION_FREE] = {
		[EVENT_OPERATOR_HOLDS] = TO(HELD),
	},
	/* He ends it himself: that the registry numbers its domains anew is no reason to. */
	[AUTOMATION_HELD] = {
		[EVENT_OPERATOR_RELEASES] = TO(FREE),
		[EVENT_BARRED] = SAYS(HOLD_OPERATOR),
	},
	[AUTOMATION_SILENT] = {
		[EVENT_OPERATOR_APPROVES] = TO(APPROVED),
		[EVENT_OPERATOR_CHALLENGES] = TO(CHALLENGED),
		[EVENT_OPERATOR_CANCELS] = TO(CANCELLED),
	},
	/* An approval is of one request for one delegation, and so is a challenge; a cancellation is of a request, whatever the
	 * delegation. */
	[AUTOMATION_APPROVED] = {
		[EVENT_REGISTRATION_CHANGED] = TO(SILENT),
		[EVENT_NS_CHANGED] = TO(SILENT),
		[EVENT_REGISTRAR_CHANGED] = TO(SILENT),
		[EVENT_CHANGED_BY_HAND] = TO(SILENT),
		[EVENT_DELEGATION_GONE] = TO(SILENT),
		[EVENT_DS_SET] = TO(SILENT),
		[EVENT_OPERATOR_CANCELS] = TO(CANCELLED),
		[EVENT_APPROVAL_ENDS] = TO(SILENT),
		[EVENT_OTHER_THAN_MEANT] = TO(SILENT),
		[EVENT_FIRST_SET_ACCEPTED] = TO(SILENT),
	},
	/* A token that has lapsed stays so, until another one is handed out. */
	[AUTOMATION_CHALLENGED] = {
		[EVENT_REGISTRATION_CHANGED] = TO(SILENT),
		[EVENT_NS_CHANGED] = TO(SILENT),
		[EVENT_REGISTRAR_CHANGED] = TO(SILENT),
		[EVENT_CHANGED_BY_HAND] = TO(SILENT),
		[EVENT_DELEGATION_GONE] = TO(SILENT),
		[EVENT_DS_SET] = TO(SILENT),
		[EVENT_OPERATOR_APPROVES] = TO(APPROVED),
		[EVENT_OPERATOR_CHALLENGES] = TO(CHALLENGED),
		[EVENT_OPERATOR_CANCELS] = TO(CANCELLED),
		[EVENT_APPROVAL_ENDS] = TO(SILENT),
		[EVENT_OTHER_THAN_MEANT] = TO(SILENT),
		[EVENT_CHALLENGE_LAPSED] = SAYS(REJECT_CHALLENGE_EXPIRED),
		[EVENT_FIRST_SET_ACCEPTED] = TO(SILENT),
	},
	[AUTOMATION_CANCELLED] = {
		[EVENT_REGISTRATION_CHANGED] = TO(SILENT),
		[EVENT_REGISTRAR_CHANGED] = TO(SILENT),
		[EVENT_DS_SET] = TO(SILENT),
		[EVENT_OPERATOR_RELEASES] = TO(SILENT),
		[EVENT_OPERATOR_APPROVES] = TO(APPROVED),
		[EVENT_OPERATOR_CHALLENGES] = TO(CHALLENGED),
		[EVENT_OTHER_THAN_MEANT] = TO(SILENT),
		[EVENT_BARRED] = SAYS(REJECT_CANCELLED),
	},
	[AUTOMATION_NO_WINDOW] = {
		[EVENT_CLOCK_WENT_BACK] = SAYS(CLOCK_UNSAFE),
		[EVENT_REQUEST] = BEGINS(HOLD_DELAY_STARTED),
		[EVENT_CHECK] = BEGINS(HOLD_DELAY_STARTED),
		[EVENT_AUTHENTICATED] = SAYS(ACCEPT_BOOTSTRAP_AUTH),
	},
	[AUTOMATION_OPEN] = {
		[EVENT_REGISTRATION_CHANGED] = TO(NO_WINDOW),
		[EVENT_NS_CHANGED] = TO(VOID),
		[EVENT_REGISTRAR_CHANGED] = TO(VOID),
		[EVENT_CHANGED_BY_HAND] = TO(VOID),
		[EVENT_DELEGATION_GONE] = TO(NO_WINDOW),
		[EVENT_DS_SET] = TO(NO_WINDOW),
		[EVENT_OPERATOR_CANCELS] = TO(NO_WINDOW),
		[EVENT_CLOCK_WENT_BACK] = SAYS(CLOCK_UNSAFE),
		[EVENT_GAP_EXCEEDED] = TO(VOID),
		[EVENT_OTHER_REQUEST] = TO(VOID),
		[EVENT_REQUEST] = DOES(SEE, HOLD_DELAY_RUNNING),
		[EVENT_CHECK] = DOES(COUNT, HOLD_DELAY_RUNNING),
		[EVENT_WINDOW_COMPLETE] = SAYS(ACCEPT_BOOTSTRAP_DELAY),
		[EVENT_CONFIRMATION_LAPSED] = SAYS(REJECT_CONFIRMATION),
		[EVENT_AUTHENTICATED] = SAYS(ACCEPT_BOOTSTRAP_AUTH),
		[EVENT_FIRST_SET_ACCEPTED] = TO(NO_WINDOW),
		[EVENT_NOTHING_ASKED] = TO_SAYS(NO_WINDOW, DELAY_CANCELLED),
		[EVENT_DELETE_ASKED] = TO(NO_WINDOW),
		[EVENT_DISAGREEMENT] = TO_SAYS(NO_WINDOW, DELAY_CANCELLED),
		[EVENT_REFUSED] = TO_SAYS(NO_WINDOW, DELAY_CANCELLED),
	},
	[AUTOMATION_VOID] = {
		[EVENT_REGISTRATION_CHANGED] = TO(NO_WINDOW),
		[EVENT_DELEGATION_GONE] = TO(NO_WINDOW),
		[EVENT_DS_SET] = TO(NO_WINDOW),
		[EVENT_OPERATOR_CANCELS] = TO(NO_WINDOW),
		[EVENT_CLOCK_WENT_BACK] = SAYS(CLOCK_UNSAFE),
		[EVENT_REQUEST] = BEGINS(HOLD_DELAY_RESET),
		[EVENT_CHECK] = BEGINS(HOLD_DELAY_RESET),
		[EVENT_BARRED] = TO(NO_WINDOW),
		[EVENT_AUTHENTICATED] = SAYS(ACCEPT_BOOTSTRAP_AUTH),
		[EVENT_FIRST_SET_ACCEPTED] = TO(NO_WINDOW),
		[EVENT_NOTHING_ASKED] = TO_SAYS(NO_WINDOW, DELAY_CANCELLED),
		[EVENT_DELETE_ASKED] = TO(NO_WINDOW),
		[EVENT_DISAGREEMENT] = TO_SAYS(NO_WINDOW, DELAY_CANCELLED),
		[EVENT_REFUSED] = TO_SAYS(NO_WINDOW, DELAY_CANCELLED),
		[EVENT_TECHNICAL_FAULT] = TO(NO_WINDOW),
	},
	[AUTOMATION_KEPT] = {
		[EVENT_OPERATOR_UNDOES] = TO(UNDOING),
	},
	[AUTOMATION_UNDOING] = {
		[EVENT_REGISTRATION_CHANGED] = TO(KEPT),
		[EVENT_DELEGATION_GONE] = TO(KEPT),
		[EVENT_OPERATOR_UNDOES] = TO(UNDOING),
		[EVENT_UNDONE] = TO(PINNED),
		[EVENT_UNDOING_ENDS] = TO(KEPT),
	},
	[AUTOMATION_PINNED] = {
		[EVENT_REGISTRATION_CHANGED] = TO(KEPT),
		[EVENT_OPERATOR_RESUMES] = TO(KEPT),
		[EVENT_OPERATOR_UNDOES] = TO(UNDOING),
		[EVENT_PIN_ENDS] = TO(KEPT),
		[EVENT_BARRED] = SAYS(HOLD_ROLLED_BACK),
	},
};

const struct automation_cell *automation_cell(enum automation_state state, enum automation_event event)
{
	assert(state > AUTOMATION_STAYS && state < AUTOMATION_STATES && (unsigned)event < AUTOMATION_EVENTS);
	return &table[state][event];
}

#define NAMED(name) #name,

const char *automation_state_text(enum automation_state state)
{
	static const char *const names[] = { "-", AUTOMATION_STATE_LIST(NAMED) };
	return (unsigned)state < AUTOMATION_STATES ? names[state] : "?";
}

const char *automation_event_text(enum automation_event event)
{
	static const char *const names[] = { AUTOMATION_EVENT_LIST(NAMED) };
	return (unsigned)event < AUTOMATION_EVENTS ? names[event] : "?";
}

const char *automation_effect_text(enum automation_effect effect)
{
	static const char *const names[] = { "", "begins", "is seen", "counts" };
	return (unsigned)effect <= EFFECT_COUNT ? names[effect] : "?";
}

/* The first state of each region. */
static const enum automation_state regions[] = { AUTOMATION_ACTIVE, AUTOMATION_FREE, AUTOMATION_SILENT, AUTOMATION_NO_WINDOW,
	AUTOMATION_KEPT };
enum { REGION_REMOVAL, REGION_HOLD, REGION_WORD, REGION_WINDOW, REGION_ROLLBACK, REGIONS };

static unsigned region_of(enum automation_state state)
{
	unsigned region = REGION_REMOVAL;
	while (region + 1 < REGIONS && state >= regions[region + 1]) {
		region++;
	}
	return region;
}

enum automation_state automation_state_of(const struct automation *a, enum automation_state like)
{
	const struct child_state *s = a->state;
	switch (region_of(like)) {
	case REGION_REMOVAL:
		return (s->suspended & SUSPENDED_BY_REMOVAL) != 0 ? AUTOMATION_SUSPENDED : AUTOMATION_ACTIVE;
	case REGION_HOLD:
		return (s->suspended & SUSPENDED_BY_OPERATOR) != 0 ? AUTOMATION_HELD : AUTOMATION_FREE;
	case REGION_WORD:
		return s->word == OPERATOR_APPROVE ? AUTOMATION_APPROVED :
			s->word == OPERATOR_CHALLENGE ? AUTOMATION_CHALLENGED :
			s->word == OPERATOR_CANCEL ? AUTOMATION_CANCELLED : AUTOMATION_SILENT;
	case REGION_ROLLBACK:
		return s->rollback.state == ROLLBACK_WANTED ? AUTOMATION_UNDOING :
			s->rollback.state == ROLLBACK_DONE ? AUTOMATION_PINNED : AUTOMATION_KEPT;
	default:
		return a->is_void ? AUTOMATION_VOID : window_is_open(&s->window) ? AUTOMATION_OPEN : AUTOMATION_NO_WINDOW;
	}
}

static void flag(struct child_state *s, unsigned bit, bool on)
{
	s->suspended = on ? s->suspended | bit : s->suspended & ~bit;
}

/* What he speaks of is the request that he can see: that of the window, or the one he cancelled, or else the next one. */
static void speak(struct child_state *s, enum operator_word word, uint32_t now)
{
	bool same = s->word == OPERATOR_CANCEL && (word == OPERATOR_APPROVE || word == OPERATOR_CHALLENGE);
	s->word = word;
	s->word_at = word == OPERATOR_NONE ? 0 : now;
	memset(s->challenge_hash, 0, sizeof s->challenge_hash);
	if (!same) {
		memset(s->word_hash, 0, sizeof s->word_hash);
	}
	if (word != OPERATOR_NONE && window_is_open(&s->window)) {
		memcpy(s->word_hash, s->window.request_hash, sizeof s->word_hash);
	}
}

static void enter(struct automation *a, enum automation_state next)
{
	struct child_state *s = a->state;
	switch (next) {
	case AUTOMATION_ACTIVE:
	case AUTOMATION_SUSPENDED:
		flag(s, SUSPENDED_BY_REMOVAL, next == AUTOMATION_SUSPENDED);
		break;
	case AUTOMATION_FREE:
	case AUTOMATION_HELD:
		flag(s, SUSPENDED_BY_OPERATOR, next == AUTOMATION_HELD);
		break;
	case AUTOMATION_SILENT:
		speak(s, OPERATOR_NONE, a->now);
		break;
	case AUTOMATION_APPROVED:
		speak(s, OPERATOR_APPROVE, a->now);
		break;
	case AUTOMATION_CHALLENGED:
		speak(s, OPERATOR_CHALLENGE, a->now);
		break;
	case AUTOMATION_CANCELLED:
		speak(s, OPERATOR_CANCEL, a->now);
		break;
	case AUTOMATION_NO_WINDOW:
	case AUTOMATION_VOID:
		s->window = (struct window){ .began = 0 };
		a->is_void = next == AUTOMATION_VOID;
		break;
	case AUTOMATION_KEPT:
		s->rollback = (struct rollback){ .state = ROLLBACK_NONE };
		break;
	case AUTOMATION_UNDOING:
	case AUTOMATION_PINNED:
		s->rollback.state = next == AUTOMATION_UNDOING ? ROLLBACK_WANTED : ROLLBACK_DONE;
		break;
	default:
		a->is_void = false;
		break;
	}
}

static void affect(struct automation *a, enum automation_effect effect)
{
	struct window *w = &a->state->window;
	switch (effect) {
	case EFFECT_BEGIN:
		window_begin(w, a->now, a->counts, a->request, a->ns);
		break;
	case EFFECT_SEE:
		window_see(w, a->now);
		break;
	case EFFECT_COUNT:
		window_count(w, a->now);
		break;
	case EFFECT_NONE:
		break;
	}
}

enum reason automation_happen(struct automation *a, enum automation_event event, enum automation_state like)
{
	enum reason reason = REASON_NONE;
	unsigned asked = region_of(like);
	/* In this order: what an operator speaks of is the request of a window that his word may end. */
	for (unsigned region = 0; region < REGIONS; region++) {
		const struct automation_cell *cell = automation_cell(automation_state_of(a, regions[region]), event);
		if (cell->next != AUTOMATION_STAYS) {
			enter(a, cell->next);
		}
		affect(a, cell->effect);
		if (region == asked) {
			reason = cell->reason;
		}
	}
	return reason;
}
