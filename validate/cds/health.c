/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Health of the delegation as it is (standards 4.5): does the present DS set still lead to the zone, for how long, and
 * by means that are still recommended? Nothing here changes a DS set or an outcome: that a zone fails to validate is
 * no request to remove anything (T-31). */
#include "validate/cds/judging.h"

#include "validate/wire/err.h"

#define RULE "DSA-4.2.1-2"
#define DAY_S 86400u

struct health {
	size_t looked;			/* addresses whose DNSKEY answer was received */
	size_t broken;			/* of these, not reached from the DS set */
	const struct view *first;	/* of the broken ones */
	const char *why;
	const struct view *shortest;	/* the one whose signatures end first */
	uint32_t left_s;
};

/* What one view says. */
struct look {
	const char *why;		/* the DS set does not lead here; NULL: it does */
	uint32_t left_s;
};

/* Was there a DNSKEY answer that can be looked at? A silent server has one sometimes. */
static bool has_dnskeys(const struct view *v)
{
	enum response_class class = v->answers[EVIDENCE_DNSKEY].class;
	return fault_rank(v->fault) != RANK_EXCESS &&
		(class == RESPONSE_POS || class == RESPONSE_NODATA || class == RESPONSE_BOGUS);
}

static uint32_t end_of(struct slice signature)
{
	struct rrsig sig = { .expiration = 0 };
	(void)rrsig_parse(signature, &sig);
	return sig.expiration;
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

/* One signature that ends soon is no trouble beside another that lasts. A copy is sorted: the content hash is over the
 * order in which the set stands, and is not to tell what time it is. */
static int find_longest(struct judging *j, const struct view *v, const struct dnskey *anchors, size_t count,
	uint32_t *left_s)
{
	struct rrset set = v->answers[EVIDENCE_DNSKEY].set;
	set.signatures = arena_copy(j->arena, set.signatures, set.signature_count * sizeof set.signatures[0]);
	if (set.signatures == NULL) {
		return ERR_NOMEM;
	}
	sort_last_end_first(&set);
	for (size_t i = 0; i < count; i++) {
		struct sig_result result;
		int rc = verify_by_key(j->verifier, &j->in->delegation->child, &set, &anchors[i], &result);
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

/* The DNSKEY set may be fine and the zone not. */
static const char *zone_fault(const struct judging *j, const struct view *v)
{
	enum reason reason = view_soa(v)->count == 0 ? REASON_NONE : view_soa_fault(j, v);
	return reason == REASON_NONE ? NULL : reason == REASON_RRSIG_EXPIRED ?
		"the signatures of the SOA have expired" : "no key of the DNSKEY set signs the SOA";
}

static const char *chain_fault(enum reason reason)
{
	return reason == REASON_RRSIG_MISSING ? "no key of the DS set signs the DNSKEY set" : reason_find(reason)->sentence;
}

/* What was verified before is not verified again. What could not be, for reasons of ours, says nothing of the
 * zone. */
static int look_at(struct judging *j, const struct view *v, struct look *out)
{
	struct dnskey *anchors;
	size_t count;
	int rc = view_anchors(j, v, &anchors, &count);
	if (rc < 0 || count == 0) {
		out->why = chain_fault(REASON_DNSKEY_MISSING);
		return rc;
	}
	struct sig_result result;
	rc = verify_by_keys(j->verifier, &j->in->delegation->child, &v->answers[EVIDENCE_DNSKEY].set, anchors, count,
		&result);
	if (rc < 0 || sig_status_is_unknown(result.status) || result.status == SIG_UNSUPPORTED) {
		return rc;
	}
	if (result.status != SIG_VALID) {
		out->why = chain_fault(status_reason(result.status));
		return 0;
	}
	out->why = zone_fault(j, v);
	out->left_s = result.sig.expiration - j->in->now;
	return out->left_s < wanted_s(j) ? find_longest(j, v, anchors, count, &out->left_s) : 0;
}

static size_t count_addresses(const struct judging *j, const struct view *v)
{
	size_t count = 0;
	for (size_t i = 0; i < j->in->evidence->server_count; i++) {
		count += j->of_server[i] == v;
	}
	return count;
}

static int look_at_all(struct judging *j, struct health *h)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		if (!has_dnskeys(v)) {
			continue;
		}
		struct look look = { .why = NULL, .left_s = UINT32_MAX };
		int rc = look_at(j, v, &look);
		if (rc < 0) {
			return rc;
		}
		h->looked += count_addresses(j, v);
		if (look.left_s < h->left_s) {
			h->left_s = look.left_s;
			h->shortest = v;
		}
		if (look.why != NULL) {
			h->first = h->broken == 0 ? v : h->first;
			h->why = h->broken == 0 ? look.why : h->why;
			h->broken += count_addresses(j, v);
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
			"the present DS set, %s, does not lead to the zone at %zu of %zu addresses. %s: %s", keys, h->broken,
			h->looked, h->first->label, h->why);
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
