/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One reason: standards 4.1 and 4.2 in the order of their precedence, as amended by A-03. */
#include "validate/cds/decide.h"

#include "validate/cds/request.h"

/* The request of a delegation that cannot be validated: nothing changes, but the operator learns what
 * his servers say. */
static void decide_unsecured(struct judging *j, struct finding *f)
{
	enum reason reason = vote_faults(j);
	if (reason != REASON_NONE) {
		f->reason = reason;
		return;
	}
	trace_warn(&j->trace, vote_consistency(j));
	size_t empty = 0;
	size_t keys = 0;
	for (size_t i = 0; i < j->view_count; i++) {
		const struct signal_view *s = j->views[i].signals;
		bool votes = view_votes(&j->views[i]);
		bool none = true;
		for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
			enum signal_kind kind = j->used[t] ? s[t].signal.kind : SIGNAL_EMPTY;
			none = none && kind == SIGNAL_EMPTY;
			keys += votes && (kind == SIGNAL_UPDATE || kind == SIGNAL_TOO_MANY);
		}
		empty += votes && none;
	}
	if (empty == j->received) {
		f->reason = REASON_NOOP_NO_SIGNAL;
	} else if (j->security == SECURITY_UNKNOWN) {
		f->reason = REASON_HOLD_DS_UNKNOWN;
	} else if (j->security == SECURITY_UNUSABLE) {
		f->reason = REASON_CURRENT_DS_UNSUPPORTED;
	} else {
		f->reason = keys > 0 ? REASON_BOOTSTRAP_DISABLED : REASON_NOOP_DELETE_INSECURE;
	}
	trace_check(&j->trace, "A-09", GATE_ALLOWED, CHECK_SKIP, "the delegation is %s: %s",
		child_security_text(j->security), reason_find(f->reason)->sentence);
}

/* RSA/SHA-1 is implemented; where the system's policy forbids it, that is the reason. */
static bool sha1_is_off(const struct judging *j)
{
	const struct ds_set *ds = &j->in->delegation->ds;
	for (size_t i = 0; i < ds->count; i++) {
		uint8_t algorithm = ds->ds[i].algorithm;
		if ((algorithm == 5 || algorithm == 7) && !crypto_has_algorithm(j->crypto, algorithm)) {
			return true;
		}
	}
	return false;
}

/* The type that is not read has something in it (A12). */
static bool other_type_published(const struct judging *j)
{
	for (size_t i = 0; i < j->view_count; i++) {
		for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
			if (view_votes(&j->views[i]) && !j->used[t] &&
			    j->views[i].signals[t].signal.kind != SIGNAL_EMPTY) {
				return true;
			}
		}
	}
	return false;
}

static void no_signal(struct judging *j, struct finding *f)
{
	if (other_type_published(j)) {
		f->reason = REASON_TYPE_NOT_ACCEPTED;
		trace_check(&j->trace, "R7344-6-3", GATE_ALLOWED, CHECK_FAIL,
			"the request is in %s, and only %s is read", signal_type_text(j->used[IN_CDS] ? IN_CDNSKEY : IN_CDS),
			signal_type_text(j->used[IN_CDS] ? IN_CDS : IN_CDNSKEY));
		return;
	}
	f->reason = REASON_NOOP_NO_SIGNAL;
	trace_check(&j->trace, "R7344-6.1.1-1", GATE_CORRECT, CHECK_PASS,
		"no CDS and no CDNSKEY: nothing is asked for, so nothing changes");
}

/* somebody validly confirms the present state, and there is trouble elsewhere. */
static void status_quo(struct judging *j, struct finding *f, size_t confirming, enum reason trouble)
{
	size_t empty = 0;
	for (size_t i = 0; i < j->view_count; i++) {
		const struct signal_view *s = j->views[i].signals;
		empty += j->views[i].quo && (!j->used[IN_CDS] || s[IN_CDS].signal.kind == SIGNAL_EMPTY) &&
			(!j->used[IN_CDNSKEY] || s[IN_CDNSKEY].signal.kind == SIGNAL_EMPTY);
	}
	trace_warn(&j->trace, trouble);
	f->reason = REASON_NOOP_STATUS_QUO;
	if (confirming == j->received && empty == 0) {
		f->reason = REASON_NOOP_IN_SYNC;
	}
	trace_check(&j->trace, "R9975-3-9", GATE_CORRECT, CHECK_PASS,
		"a validated answer confirms the present DS set, so nothing changes");
}

/* Everything holds; were all asked that have to be? */
static void accept(struct judging *j, struct finding *f, enum reason reason, enum change_class change)
{
	f->reason = reach_unasked(j);
	if (f->reason != REASON_NONE) {
		return;
	}
	f->reason = reason;
	f->change = change;
	if (change == CHANGE_DELETE) {
		trace_check(&j->trace, "R8078-4-2", GATE_CORRECT, CHECK_PASS,
			"a proven and consistent request to remove the DS set");
	} else {
		trace_check(&j->trace, "R7344-6.2-6", GATE_CORRECT, CHECK_PASS,
			"the DS set that is asked for is not the present one (%s)", change_class_text(change));
	}
}

static void accept_delete(struct judging *j, struct finding *f)
{
	bool allowed = j->in->rules->delete_allowed;
	trace_check(&j->trace, "R8078-2-1", GATE_ALLOWED, allowed ? CHECK_PASS : CHECK_FAIL,
		allowed ? "the policy removes DS sets on request" : "the policy does not remove DS sets on request");
	if (!allowed) {
		f->reason = REASON_DELETE_NOT_PERMITTED;
		return;
	}
	f->ds_after = (struct ds_set){ .count = 0, .ds = f->ds_after.ds };
	accept(j, f, REASON_ACCEPT_DELETE, CHANGE_DELETE);
}

static void in_sync(struct judging *j, struct finding *f, enum reason trouble)
{
	f->reason = REASON_NOOP_IN_SYNC;
	f->asks_present = trouble == REASON_NONE;
	trace_warn(&j->trace, trouble);
	trace_check(&j->trace, "R7344-6.2-6", GATE_CORRECT, CHECK_PASS, trouble == REASON_NONE ?
		"the DS set is as it is asked for" :
		"the DS set has the keys that are asked for; only their digests cannot be exchanged");
}

/* Which algorithms the keys of a set have. */
static void mark_algorithms(const struct judging *j, const struct keyset *set, bool seen[256])
{
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		const struct key_entry *e = keytable_entry(j->keys, id);
		if (e != NULL && keyset_has(set, id)) {
			seen[e->algorithm] = true;
		}
	}
}

enum change_class decide_class(const struct judging *j, const struct keyset *before, const struct keyset *after)
{
	bool old[256] = { false };
	bool new[256] = { false };
	bool comes = false;
	bool goes = false;
	mark_algorithms(j, before, old);
	mark_algorithms(j, after, new);
	for (unsigned i = 0; i < 256; i++) {
		if (old[i] != new[i]) {
			return CHANGE_ALGORITHM;
		}
	}
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		comes = comes || (keyset_has(after, id) && !keyset_has(before, id));
		goes = goes || (keyset_has(before, id) && !keyset_has(after, id));
	}
	return comes && goes ? CHANGE_SWAP : comes ? CHANGE_ADD : goes ? CHANGE_REMOVE : CHANGE_DIGEST;
}

static int decide_update(struct judging *j, const struct request *r, struct finding *f)
{
	bool same_keys = keyset_equal(&r->keys, &j->ds_keys);
	bool computes = j->in->rules->digests != DIGEST_MODE_VERBATIM || !r->in[IN_CDS];
	request_compare_keys(j, r);
	if (same_keys && computes && prospect_digests_acceptable(j)) {
		in_sync(j, f, REASON_NONE);
		return 0;
	}
	struct prospect p;
	enum reason trouble;
	int rc = request_try(j, r, same_keys, &p, &trouble);
	if (rc < 0) {
		return rc;
	}
	/* The keys are right; that their digests cannot be exchanged is no reason to refuse anything. */
	if (trouble == REASON_NOOP_IN_SYNC || (trouble != REASON_NONE && same_keys)) {
		in_sync(j, f, trouble == REASON_NOOP_IN_SYNC ? REASON_NONE : trouble);
		return 0;
	}
	if (p.reason == REASON_NONE) {
		f->ds_after = p.set;
	}
	f->reason = trouble;
	if (trouble != REASON_NONE) {
		return 0;
	}
	accept(j, f, same_keys && computes ? REASON_ACCEPT_DIGEST_REFRESH : REASON_ACCEPT_UPDATE,
		decide_class(j, &j->ds_keys, &r->keys));
	return f->change == CHANGE_NONE ? 0 : marks_of_keys(j, &r->keys, true);
}

static int decide_secure(struct judging *j, struct finding *f)
{
	enum reason trouble = vote_faults(j);
	if (trouble == REASON_NONE) {
		trouble = vote_consistency(j);
	}
	size_t confirming;
	bool confirmed = vote_status_quo(j, &confirming);
	if (confirmed && (trouble != REASON_NONE || confirming < j->received)) {
		status_quo(j, f, confirming, trouble);
		return 0;
	}
	f->reason = trouble;
	if (trouble != REASON_NONE) {
		if (request_is_there(j)) {
			request_skip_rules(j, LATE_DIGESTS, trouble);
		}
		return 0;
	}
	struct request r;
	vote_request(j, &r);
	switch (r.kind) {
	case SIGNAL_EMPTY:
	case SIGNAL_MALFORMED:
		no_signal(j, f);
		return 0;
	case SIGNAL_DELETE:
		accept_delete(j, f);
		return 0;
	case SIGNAL_TOO_MANY:
		request_refuse_size(j, &f->reason);
		return 0;
	case SIGNAL_UPDATE:
		break;
	}
	return decide_update(j, &r, f);
}

/* A signature that is not remembered could be played back later, so nothing is accepted beside one. */
static void require_marks(struct judging *j, struct finding *f)
{
	if (j->unmarked != REASON_NONE && f->change != CHANGE_NONE) {
		trace_check(&j->trace, "A-05", GATE_CORRECT, CHECK_FAIL, "not every signature can be remembered: %s",
			reason_find(j->unmarked)->sentence);
		f->reason = j->unmarked;
		f->change = CHANGE_NONE;
	}
}

int decide(struct judging *j, struct finding *f)
{
	if (j->stale) {
		f->reason = REASON_STALE_INPUT;
		trace_check(&j->trace, "A-32", GATE_CORRECT, CHECK_FAIL,
			"the name servers asked are not those of the delegation");
		return 0;
	}
	if (j->received == 0) {
		f->reason = reach_nobody(j);
		trace_check(&j->trace, "R9975-3-3", GATE_CORRECT, CHECK_FAIL, "no answer was received");
		return 0;
	}
	if (j->security == SECURITY_SECURE) {
		int rc = decide_secure(j, f);
		require_marks(j, f);
		return rc;
	}
	if (j->bootstrap && j->in->rules->bootstrap.enabled && request_is_there(j)) {
		int rc = bootstrap_decide(j, f);
		require_marks(j, f);
		return rc;
	}
	decide_unsecured(j, f);
	if (f->reason == REASON_CURRENT_DS_UNSUPPORTED && sha1_is_off(j)) {
		f->reason = REASON_ALGORITHM_UNSUPPORTED;
	}
	return 0;
}
