/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After the probe: a quick retry, or a report. */
#include "validate/notify/follow.h"

const struct notify_patience notify_patience_default = { .count = 2, .retry_s = { 60, 300 } };

/* What the servers contradict each other in: the outcome, or what it hides (A-03: one server that confirms what is there is
 * enough for nothing to change; a delay that ends without effect). */
static enum reason disagreement(const struct decision *d)
{
	for (size_t i = 0; i < d->warning_count; i++) {
		if (reason_is_disagreement(d->warnings[i])) {
			return d->warnings[i];
		}
	}
	return reason_is_disagreement(d->reason) ? d->reason : REASON_NONE;
}

static bool is_error(const struct reason_row *row)
{
	return row->class == CLASS_HOLD || row->class == CLASS_REJECT || row->class == CLASS_ERROR;
}

void notify_follow(const struct notify_patience *p, const struct decision *d, unsigned retries, struct notify_follow *out)
{
	enum reason unsettled = disagreement(d);
	const struct reason_row *row = reason_find(d->reason);
	*out = (struct notify_follow){ .report_ede = EDE_NONE };
	if (unsettled != REASON_NONE && retries < p->count) {
		out->retry_s = p->retry_s[retries];
	} else if (row != NULL && is_error(row)) {
		out->report_ede = row->ede;
	} else if (unsettled != REASON_NONE) {
		out->report_ede = reason_find(unsettled)->ede;
	}
}
