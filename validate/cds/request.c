/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request for keys, whether they change a DS set or make the first one: the set that would result, and whether it may be
 * there and leads to the zone (standards section 3, steps 10 to 12). */
#include "validate/cds/request.h"

/* In their order. */
static const char *const late_rules[LATE_RULES] = { "R7344-6.2.1-1", "R9904-2-1", "L-CONT-1" };

void request_skip_rules(struct judging *j, enum late_rule from, enum reason decided)
{
	for (unsigned i = from; i < LATE_RULES; i++) {
		trace_check(&j->trace, late_rules[i], GATE_CORRECT, CHECK_SKIP, "not looked at: %s came before",
			reason_token(decided));
	}
}

bool request_is_there(const struct judging *j)
{
	bool asks = false;
	for (size_t i = 0; i < j->view_count; i++) {
		for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
			enum signal_kind kind = j->views[i].signals[t].signal.kind;
			asks = asks || (j->used[t] && view_votes(&j->views[i]) &&
				(kind == SIGNAL_UPDATE || kind == SIGNAL_TOO_MANY));
		}
	}
	return asks;
}

int request_try(struct judging *j, const struct request *r, bool same_keys, struct prospect *p, enum reason *out)
{
	int rc = prospect_make(j, r, p);
	if (rc < 0) {
		return rc;
	}
	/* What is wrong with a key says more than that it has no digest. */
	enum reason keys = same_keys ? REASON_NONE : keys_check(j, r);
	if (keys != REASON_NONE) {
		trace_warn(&j->trace, p->reason);
		p->reason = keys;
	}
	*out = p->reason;
	if (*out == REASON_NONE && ds_set_equal(&p->set, &j->in->delegation->ds)) {
		*out = REASON_NOOP_IN_SYNC;
		return 0;
	}
	if (*out == REASON_NONE) {
		*out = prospect_check(j, p);
	}
	if (*out != REASON_NONE) {
		request_skip_rules(j, LATE_CONTINUITY, *out);
		return 0;
	}
	return continuity_check(j, p, out);
}

void request_compare_keys(struct judging *j, const struct request *r)
{
	char asked[KEYSET_TEXT_SIZE];
	char present[KEYSET_TEXT_SIZE];
	keyset_to_text(j->keys, &r->keys, asked);
	keyset_to_text(j->keys, &j->ds_keys, present);
	trace_check(&j->trace, "R7344-4-1", GATE_CORRECT, CHECK_PASS, "keys asked for: %s; in the DS set: %s", asked,
		present);
}

void request_refuse_size(struct judging *j, enum reason *out)
{
	*out = REASON_TOO_MANY_RECORDS;
	trace_check(&j->trace, "A-15", GATE_ALLOWED, CHECK_FAIL, "the request has more records than are accepted");
	request_skip_rules(j, LATE_DIGESTS, REASON_TOO_MANY_RECORDS);
}
