/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Notices: a condition is told to those who can end it, a few times and then ever more seldom; the registrant hears of it only
 * when it lasts. An event is told once. */
#include "validate/accept/notice.h"

#include <string.h>

/* Humans do not hear of a routine update (DSA-5.2-1, 1c); the registrar does (DSA-5.1-4). */
static unsigned audience(const struct reason_row *row)
{
	switch (row->number) {
	case REASON_ACCEPT_UPDATE:
	case REASON_ACCEPT_DIGEST_REFRESH:
	case REASON_ACCEPT_TTL_RESTORE:
		return row->who & WHO_REGISTRAR;
	default:
		return row->who;
	}
}

static uint32_t later(uint32_t from, uint64_t by)
{
	return by > UINT32_MAX - from ? UINT32_MAX : (uint32_t)(from + by);
}

static uint32_t elapsed(uint32_t now, uint32_t then)
{
	return now > then ? now - then : 0;
}

/* Each acceptance is an event of its own; the same decision looked at twice is not. */
static void step_event(const struct notice *before, const struct decision *d, unsigned who, struct notice *after, bool *due)
{
	*due = before->reason != after->reason || before->last_told != d->now;
	after->who = *due ? who : 0;
	after->first = d->now;
	after->last_told = d->now;
	after->told = 1;
	after->told_who = who;
}

/* After the given number of times: so far apart at first, then each time twice as long. */
static uint64_t pause_after(uint16_t told, const struct notice_policy *p)
{
	unsigned doubled = told < p->repeats ? 0 : told - p->repeats + 1u;
	return (uint64_t)p->again_s << (doubled > 31 ? 31 : doubled);
}

static void step_condition(const struct decision *d, unsigned who, const struct notice_policy *p, struct notice *after, bool *due)
{
	bool lasts = elapsed(d->now, after->first) >= p->registrant_after_s;
	bool again = after->told == 0 || elapsed(d->now, after->last_told) >= pause_after(after->told, p);
	unsigned now = lasts ? who : who & ~WHO_REGISTRANT;
	/* When the registrant's time has come, it is his alone. */
	after->who = again ? now : now & ~after->told_who;
	*due = after->who != 0;
	after->told += *due && again && after->told < UINT16_MAX;
	after->last_told = *due ? d->now : after->last_told;
	after->told_who |= after->who;
	uint32_t next = after->told == 0 ? UINT32_MAX : later(after->last_told, pause_after(after->told, p));
	uint32_t escalates = later(after->first, p->registrant_after_s);
	bool waits = (who & ~after->told_who & WHO_REGISTRANT) != 0;
	after->next = waits && escalates < next ? escalates : next;
}

void notice_step(const struct notice *before, const struct decision *d, enum reason reason, const struct notice_policy *p,
	struct notice *after, bool *due)
{
	const struct reason_row *row = reason_find(reason);
	unsigned who = row == NULL || p->repeats == 0 ? 0 : audience(row);
	*after = (struct notice){ .reason = REASON_NONE };
	*due = false;
	if (who == 0) {
		return;
	}
	bool same = before->reason == reason && memcmp(before->content_hash, d->content_hash, sizeof d->content_hash) == 0;
	struct notice next = { .reason = reason, .first = d->now };
	if (same) {
		next = *before;
	}
	memcpy(next.content_hash, d->content_hash, sizeof next.content_hash);
	if (row->class == CLASS_ACCEPT) {
		step_event(before, d, who, &next, due);
	} else {
		step_condition(d, who, p, &next, due);
	}
	*after = next;
}
