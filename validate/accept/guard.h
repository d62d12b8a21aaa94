/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guards: what stands between a request that would be accepted and its acceptance. Private to validate/accept. */
#pragma once

#include "validate/accept/step.h"

/* What the child is taken to ask for. */
struct request {
	enum reason reason;	/* ACCEPT_*, should nothing here refuse */
	enum change_class change;
	const struct ds_set *ds_after;
	bool goes_back;		/* to the present DS set, past a change that was sent */
};

/* Each says *passes, or refuses or holds the decision. ERR_NOMEM. */
int guard_round(struct step *t, bool *passes);
int guard_replay(struct step *t, const struct request *q, bool *passes);
int guard_unreachable(struct step *t, const struct request *q, bool *passes);
/* No server is left out, however long it is silent, and whatever it was not asked for (standards 4.3). */
int guard_everybody(struct step *t, bool *passes);
/* A18: not older than what somebody last set by hand. */
int guard_manual_change(struct step *t, bool *passes);
/* Is one of them no successor's and not older than a change by hand at that time (0: there was none)? */
bool guard_is_signed_after(const struct mark *marks, size_t count, uint32_t change);
/* Not too short a time after the change before. */
int guard_rate(struct step *t, bool *passes);

/* An old signal is called one, whatever else is wrong with what it asks for: nobody should look for a fault in a zone that
 * has none, and a change under way does not fall for it. */
int guard_tell_older(struct step *t);
