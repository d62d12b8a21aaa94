/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices: who is told of a decision, and when (draft-ietf-dnsop-ds-automation-09 section 5). Pure; the queue is the store's,
 * sending is the service's. */
#pragma once

#include "validate/accept/decision.h"
#include "validate/accept/policy.h"

/* A condition of a child that somebody has to act on, or an event to be told once. Kept for each child and reason. */
struct notice {
	enum reason reason;
	unsigned who;			/* WHO_* that are told now; 0: nobody now */
	uint32_t first;			/* since when it lasts; seconds since the epoch */
	uint32_t last_told;		/* 0: never */
	uint32_t next;			/* not before; 0: not by itself */
	uint16_t told;			/* times in a row */
	uint8_t content_hash[SHA256_OCTETS];	/* other content is another condition */
	unsigned told_who;		/* all that were told so far */
};

/* *after for the reason of d, or for one of its warnings; before is zeroed when there is none yet. *due: it has to go into
 * the queue now. A reason that nobody has to act on gives reason NONE. */
void notice_step(const struct notice *before, const struct decision *d, enum reason reason, const struct notice_policy *p,
	struct notice *after, bool *due);
