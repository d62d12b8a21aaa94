/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Health of the delegation as it is (standards 4.5): does the present DS set still lead to the zone, for how long, and
 * by means that are still recommended? Nothing here changes a DS set or an outcome: that a zone fails to validate is
 * no request to remove anything (T-31). */
#include "validate/cds/judging.h"

#define RULE "DSA-4.2.1-2"
#define DAY_S 86400u

struct health {
	size_t looked;			/* views whose DNSKEY answer was received */
	size_t broken;			/* of these, not reached from the DS set */
	const struct view *first;	/* of the broken ones */
	enum reason why;
	const struct view *shortest;	/* the one whose signatures end first */
	uint32_t left_s;
};

/* Was there a DNSKEY answer that can be looked at? A silent server has one sometimes. */
static bool has_dnskeys(const struct view *v)
{
	enum response_class class = v->answers[EVIDENCE_DNSKEY].class;
	return !v->skipped && fault_rank(v->fault) != RANK_EXCESS &&
		(class == RESPONSE_POS || class == RESPONSE_NODATA || class == RESPONSE_BOGUS);
}

static uint32_t end_of(struct slice signature)
{
	struct rrsig sig;
	return rrsig_parse(signature, &sig) == 0 ? sig.expiration : 0;
}

/* Insertion, for serial order is not total. */
static void sort_last_end_first(struct rrset *set)
{
	for (size_t i = 1; i < set->signature_count; i++) {
		struct slice moving = set->signatures[i];
		size_t k = i;
		for (; k > 0 && serial_before(end_of(set->signatures[k - 1]), end_of(moving)); k--) {
			set->signatures[k] = set->signatures[k - 1];
		}
		set->signatures[k] = moving;
	}
}

/* One signature that ends soon is no trouble beside another that lasts. */
static int find_longest(struct judging *j, struct view *v, const struct dnskey *anchors, size_t count,
	uint32_t *left_s)
{
	struct rrset *set = &v->answers[EVIDENCE_DNSKEY].set;
	sort_last_end_first(set);
	for (size_t i = 0; i < count; i++) {
		struct sig_result result;
		int rc = verify_by_key(j->verifier, &j->in->delegation->child, set, &anchors[i], &result);
		if (rc < 0) {
			return rc;
		}
		uint32_t left = result.status == SIG_VALID ? result.sig.expiration - j->in->now : 0;
		*left_s = left > *left_s ? left : *left_s;
	}
	return 0;
}

static uint32_t wanted_s(const struct judging *j)
{
	uint32_t wanted = j->in->rules->warn_signature_left_s;
	return wanted != 0 ? wanted : DAY_S;
}

/* *why: REASON_NONE, or why the DS set does not lead here. What was verified before is not verified again. */
static int look_at(struct judging *j, struct view *v, enum reason *why, uint32_t *left_s)
{
	struct dnskey *anchors;
	size_t count;
	int rc = view_anchors(j, v, &anchors, &count);
	if (rc < 0 || count == 0) {
		*why = REASON_DNSKEY_MISSING;
		return rc;
	}
	struct sig_result result;
	rc = verify_by_keys(j->verifier, &j->in->delegation->child, &v->answers[EVIDENCE_DNSKEY].set, anchors, count,
		&result);
	if (rc < 0) {
		return rc;
	}
	if (result.status != SIG_VALID) {
		*why = status_reason(result.status);
		return 0;
	}
	*why = view_soa(v)->count == 0 ? REASON_NONE : view_soa_fault(j, v);
	*left_s = result.sig.expiration - j->in->now;
	return *left_s < wanted_s(j) ? find_longest(j, v, anchors, count, left_s) : 0;
}

static int look_at_all(struct judging *j, struct health *h)
{
	for (size_t i = 0; i < j->view_count; i++) {
		struct view *v = &j->views[i];
		enum reason why = REASON_NONE;
		uint32_t left_s = UINT32_MAX;
		int rc = has_dnskeys(v) ? look_at(j, v, &why, &left_s) : 0;
		if (rc < 0) {
			return rc;
		}
		h->looked += has_dnskeys(v);
		if (left_s < h->left_s) {
			h->left_s = left_s;
			h->shortest = v;
		}
		/* What could not be verified for reasons of ours says nothing of the zone. */
		if (why != REASON_NONE && fault_rank(why) != RANK_EXCESS && why != REASON_ALGORITHM_UNSUPPORTED) {
			h->first = h->broken == 0 ? v : h->first;
			h->why = h->broken == 0 ? why : h->why;
			h->broken++;
		}
	}
	return 0;
}

static void warn_paths(struct judging *j, const struct health *h)
{
	char keys[KEYSET_TEXT_SIZE];
	keyset_to_text(j->keys, &j->ds_keys, keys);
	if (h->broken > 0) {
		trace_warn(&j->trace, REASON_DRIFT_DS_UNUSABLE);
		trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_WARN,
			"the present DS set (%s) does not lead to the zone in %zu of %zu different answers, first at %s: %s",
			keys, h->broken, h->looked, h->first->label, reason_find(h->why)->sentence);
	}
	if (h->left_s < wanted_s(j)) {
		trace_warn(&j->trace, REASON_WARN_SIGNATURE_LIFETIME);
		trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_WARN,
			"%s: under the present DS set the signatures of the DNSKEY set end in %u s, less than %u s",
			h->shortest->label, h->left_s, wanted_s(j));
	}
}

/* H3. One record that may still be made, and that validators are asked to follow, is enough. */
static void warn_deprecated(struct judging *j)
{
	const struct algorithm_table *t = j->in->algorithms;
	const struct ds_set *set = &j->in->delegation->ds;
	for (size_t i = 0; i < set->count; i++) {
		const struct ds *ds = &set->ds[i];
		if (algorithm_may_delegate(t, ds->algorithm) && algorithm_gives_path(t, ds->algorithm) &&
		    digest_may_delegate(t, ds->digest_type) && digest_gives_path(t, ds->digest_type)) {
			return;
		}
	}
	trace_warn(&j->trace, REASON_DRIFT_ALGORITHM_DEPRECATED);
	trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_WARN, "%s First of the set: key %u, algorithm %u, digest type %u",
		reason_find(REASON_DRIFT_ALGORITHM_DEPRECATED)->sentence, set->ds[0].tag, set->ds[0].algorithm,
		set->ds[0].digest_type);
}

int health_check(struct judging *j)
{
	if (j->security != SECURITY_SECURE && j->security != SECURITY_UNUSABLE) {
		return 0;
	}
	struct health h = { .left_s = UINT32_MAX };
	int rc = j->security == SECURITY_SECURE ? look_at_all(j, &h) : 0;
	if (rc == 0) {
		warn_paths(j, &h);
		warn_deprecated(j);
	}
	return rc;
}
