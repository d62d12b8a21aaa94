/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an update and a first DS set have in common; private to validate/cds. */
#pragma once

#include "validate/cds/judging.h"

/* Does anybody who has a vote ask for keys? */
bool request_is_there(const struct judging *j);

/* The rules that come after the servers agree. */
enum late_rule { LATE_DIGESTS = 0, LATE_POLICY, LATE_CONTINUITY, LATE_RULES };
/* Said of rules that an earlier one made needless, so that nobody takes them for passed. */
void request_skip_rules(struct judging *j, enum late_rule from, enum reason decided);

void request_compare_keys(struct judging *j, const struct request *r);
/* More records than are looked into (SIGNAL_TOO_MANY). */
void request_refuse_size(struct judging *j, enum reason *out);
/* p->reason: why there is no set to try. *out: what refuses it, or NOOP_IN_SYNC when it would be the present one; same_keys:
 * the keys are those of the present DS set. Below zero only for our own failures. */
int request_try(struct judging *j, const struct request *r, bool same_keys, struct prospect *p, enum reason *out);
