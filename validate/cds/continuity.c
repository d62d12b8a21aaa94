/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Continuity, RFC 7344 section 4.1: with the prospective DS set alone, would every server's zone still
 * validate? Each server on its own, for their DNSKEY RRsets need not be equal (L-CONT-5). */
#include "validate/cds/judging.h"

#include <assert.h>

#include "validate/dnssec/cost.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

#define DAY_S 86400u

/* One server under the prospective set. */
struct trial {
	struct judging *j;
	const struct prospect *p;
	struct view *v;
	bool *signs;		/* for each DS: its key signs the DNSKEY RRset here */
	enum sig_status unknown;	/* why something could not be looked at; SIG_MISSING: everything was */
	unsigned lacks;		/* an algorithm of the set that does not sign what was looked at last */
	bool expired;		/* a key of the set did sign, but its signature has expired (L-CONT-4) */
	uint32_t left_s;	/* least lifetime of these signatures */
};

static bool per_algorithm(const struct judging *j)
{
	return j->in->rules->continuity == CONTINUITY_PER_ALGORITHM;
}

static void note_unknown(struct trial *t, enum sig_status status)
{
	t->unknown = sig_status_is_unknown(status) ? sig_status_graver(t->unknown, status) : t->unknown;
}

static int try_key(struct trial *t, const struct dnskey *key, bool *signs)
{
	struct sig_result result;
	int rc = verify_by_key(t->j->verifier, &t->j->in->delegation->child,
		&t->v->answers[EVIDENCE_DNSKEY].set, key, &result);
	if (rc < 0) {
		return rc;
	}
	note_unknown(t, result.status);
	t->expired = t->expired || result.status == SIG_EXPIRED;
	*signs = result.status == SIG_VALID;
	uint32_t left_s = *signs ? result.sig.expiration - t->j->in->now : UINT32_MAX;
	t->left_s = left_s < t->left_s ? left_s : t->left_s;
	return 0;
}

/* Two digests of one key cost no more than one: what was verified is remembered. */
static int find_signers(struct trial *t)
{
	t->signs = arena_array(t->j->arena, t->p->set.count, sizeof t->signs[0]);
	if (t->signs == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < t->p->set.count; i++) {
		for (size_t k = 0; k < t->v->dnskey_count; k++) {
			int rc = t->v->dnskey_ids[k] == t->p->ids[i] ? try_key(t, &t->v->dnskeys[k], &t->signs[i]) : 0;
			if (rc < 0) {
				return rc;
			}
		}
	}
	return 0;
}

/* A signature we cannot verify still has to be there, for validators that can. */
static bool has_signature(struct trial *t, const struct rrset *set, uint8_t algorithm, uint16_t tag)
{
	if (!verifier_charge(t->j->verifier, cost_search(set->signature_count, 1))) {
		note_unknown(t, SIG_BUDGET);
		return false;
	}
	for (size_t i = 0; i < set->signature_count; i++) {
		struct rrsig sig;
		if (rrsig_parse(set->signatures[i], &sig) == 0 && sig.algorithm == algorithm &&
		    sig.tag == tag && rrsig_time_status(&sig, t->j->in->now) == SIG_VALID) {
			return true;
		}
	}
	return false;
}

/* Does a DS of this algorithm lead in? */
static bool algorithm_leads(struct trial *t, uint8_t algorithm)
{
	for (size_t i = 0; i < t->p->set.count; i++) {
		const struct ds *ds = &t->p->set.ds[i];
		if (ds->algorithm == algorithm && (t->signs[i] ||
			    (!crypto_has_algorithm(t->j->crypto, algorithm) &&
				    has_signature(t, &t->v->answers[EVIDENCE_DNSKEY].set, algorithm, ds->tag)))) {
			return true;
		}
	}
	return false;
}

static void find_algorithms(const struct trial *t, bool present[256])
{
	for (size_t i = 0; i < t->p->set.count; i++) {
		present[t->p->set.ds[i].algorithm] = true;
	}
}

/* L-CONT-1 and L-CONT-2. All keys of the set have the same digest types, so what holds for the set holds
 * for the records of each type alone (L-CONT-8). */
static enum reason check_paths(struct trial *t)
{
	bool path = false;
	bool all = true;
	bool present[256] = { false };
	find_algorithms(t, present);
	for (size_t i = 0; i < t->p->set.count; i++) {
		path = path || t->signs[i];
	}
	for (unsigned algorithm = 0; algorithm < 256; algorithm++) {
		if (present[algorithm] && !algorithm_leads(t, (uint8_t)algorithm)) {
			t->lacks = algorithm;
			all = false;
		}
	}
	if (!path) {
		return t->expired ? REASON_CONTINUITY_SIGNATURE_LIFETIME : REASON_CONTINUITY_NO_PATH;
	}
	return all || !per_algorithm(t->j) ? REASON_NONE : REASON_CONTINUITY_ALGORITHM;
}

/* L-CONT-6: a path that validators can be expected to follow. */
static bool has_good_path(const struct trial *t)
{
	const struct algorithm_table *table = t->j->in->algorithms;
	for (size_t i = 0; i < t->p->set.count; i++) {
		if (t->signs[i] && algorithm_gives_path(table, t->p->set.ds[i].algorithm) &&
		    digest_gives_path(table, t->p->set.ds[i].digest_type)) {
			return true;
		}
	}
	return false;
}

const struct rrset *view_soa(const struct view *v)
{
	bool first = v->answers[EVIDENCE_SOA].class == RESPONSE_POS;
	return &v->answers[first ? EVIDENCE_SOA : EVIDENCE_SOA_LAST].set;
}

/* Why there need not be an SOA to look at; NULL: there has to be one. An apex that answers without SOA has no excuse. */
static const char *soa_excuse(const struct view *v)
{
	enum response_class first = v->answers[EVIDENCE_SOA].class;
	enum response_class last = v->answers[EVIDENCE_SOA_LAST].class;
	if (first == RESPONSE_SKIPPED && last == RESPONSE_SKIPPED) {
		return "the SOA was not asked for; the request itself is the sample of the zone";
	}
	return response_is_silent(first) && response_is_silent(last) ?
		"no SOA came from this server, which has no vote and is looked at for its DNSKEY set alone" : NULL;
}

#define GOOD_ALGORITHMS 256u	/* all that validators can be expected to support (L-CONT-6) */

static bool is_good(const struct trial *t, uint8_t algorithm)
{
	return algorithm_gives_path(t->j->in->algorithms, algorithm);
}

/* Is set signed by a key of this algorithm? */
static int is_signed_by(struct trial *t, const struct rrset *set, unsigned algorithm, bool *out)
{
	struct dnskey *keys = arena_array(t->j->arena, t->v->dnskey_count, sizeof *keys);
	if (keys == NULL) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (size_t i = 0; i < t->v->dnskey_count; i++) {
		uint8_t its = t->v->dnskeys[i].algorithm;
		if (algorithm == GOOD_ALGORITHMS ? is_good(t, its) : its == algorithm) {
			keys[count++] = t->v->dnskeys[i];
		}
	}
	struct sig_result result;
	int rc = verify_by_keys(t->j->verifier, &t->j->in->delegation->child, set, keys, count, &result);
	if (rc == 0) {
		note_unknown(t, result.status);
		*out = result.status == SIG_VALID;
	}
	return rc;
}

/* The same of an algorithm that is not verified here. */
static int soa_claimed(struct trial *t, uint8_t algorithm, bool *out)
{
	*out = false;
	for (size_t i = 0; i < t->v->dnskey_count && !*out; i++) {
		const struct dnskey *key = &t->v->dnskeys[i];
		*out = key->algorithm == algorithm && has_signature(t, view_soa(t->v), algorithm, key->tag);
	}
	return 0;
}

/* L-CONT-3 as amended by A-12: the SOA, as a sample of the zone, by every algorithm. */
static int check_soa(struct trial *t, enum reason *out)
{
	bool all = true;
	bool present[256] = { false };
	find_algorithms(t, present);
	for (unsigned algorithm = 0; algorithm < 256; algorithm++) {
		if (!present[algorithm]) {
			continue;
		}
		bool is_signed;
		int rc = crypto_has_algorithm(t->j->crypto, (uint8_t)algorithm) ? is_signed_by(t, view_soa(t->v), algorithm, &is_signed) :
			soa_claimed(t, (uint8_t)algorithm, &is_signed);
		if (rc < 0) {
			return rc;
		}
		t->lacks = is_signed ? t->lacks : algorithm;
		all = all && is_signed;
	}
	/* Once the DNSKEY set is proven, any of its keys may sign (R6840-5.11-1). */
	bool any;
	int rc = is_signed_by(t, view_soa(t->v), GOOD_ALGORITHMS, &any);
	if (rc < 0) {
		return rc;
	}
	if (!any) {
		*out = REASON_CONTINUITY_NO_PATH;
	} else if (!all && per_algorithm(t->j)) {
		*out = REASON_CONTINUITY_ALGORITHM;
	}
	return 0;
}

static void say(struct trial *t, const char *rule, enum reason reason, const char *what)
{
	trace_check(&t->j->trace, rule, GATE_CORRECT, reason == REASON_NONE ? CHECK_PASS : CHECK_FAIL,
		"%s: %s", t->v->label, what);
}

static enum reason check_dnskey(struct trial *t)
{
	enum reason reason = check_paths(t);
	if (reason == REASON_CONTINUITY_NO_PATH || reason == REASON_CONTINUITY_SIGNATURE_LIFETIME) {
		char keys[KEYSET_TEXT_SIZE];
		struct keyset wanted = { .bits = { 0 } };
		for (size_t i = 0; i < t->p->set.count; i++) {
			keyset_add(&wanted, t->p->ids[i]);
		}
		keyset_to_text(t->j->keys, &wanted, keys);
		trace_check(&t->j->trace, t->expired ? "L-CONT-4" : "L-CONT-1", GATE_CORRECT, CHECK_FAIL,
			"%s: %s. New DS set: %s.", t->v->label, t->expired ?
			"the signature of the DNSKEY set by a key of the new DS set has expired" :
			"no key of the new DS set signs the DNSKEY set", keys);
		return reason;
	}
	say(t, "L-CONT-1", REASON_NONE, "a key of the new DS set signs the DNSKEY set");
	if (reason == REASON_NONE) {
		say(t, "L-CONT-2", reason, per_algorithm(t->j) ? "so does every algorithm of the new DS set" :
			"the policy asks for one path, not for one of every algorithm");
	} else {
		trace_check(&t->j->trace, "L-CONT-2", GATE_CORRECT, CHECK_FAIL,
			"%s: algorithm %u of the new DS set does not sign the DNSKEY set", t->v->label, t->lacks);
	}
	if (reason == REASON_NONE && !has_good_path(t)) {
		say(t, "L-CONT-6", REASON_CONTINUITY_NO_PATH,
			"the only way in uses an algorithm or digest that validators need not support");
		return REASON_CONTINUITY_NO_PATH;
	}
	return reason;
}

static void warn_lifetime(struct trial *t)
{
	uint32_t wanted_s = t->j->in->rules->warn_signature_left_s;
	uint32_t ttl_s = t->j->in->delegation->ds_ttl;
	wanted_s = wanted_s != 0 ? wanted_s : (ttl_s < INT32_MAX ? ttl_s : INT32_MAX) + DAY_S;
	if (t->left_s < wanted_s) {
		trace_warn(&t->j->trace, REASON_WARN_SIGNATURE_LIFETIME);
		trace_check(&t->j->trace, "L-CONT-4", GATE_CORRECT, CHECK_WARN,
			"%s: the signatures of the DNSKEY set end in %u s, less than %u s", t->v->label,
			t->left_s, wanted_s);
	}
}

/* L-CONT-3, unless there is no sample to look at. */
static int try_soa(struct trial *t, enum reason *out)
{
	const char *excuse = soa_excuse(t->v);
	if (excuse != NULL) {
		trace_check(&t->j->trace, "L-CONT-3", GATE_CORRECT, CHECK_SKIP, "%s: %s", t->v->label, excuse);
		return 0;
	}
	int rc = check_soa(t, out);
	if (rc < 0) {
		return rc;
	}
	if (*out == REASON_CONTINUITY_ALGORITHM) {
		trace_check(&t->j->trace, "L-CONT-3", GATE_CORRECT, CHECK_FAIL,
			"%s: algorithm %u of the new DS set does not sign the SOA", t->v->label, t->lacks);
		return 0;
	}
	say(t, "L-CONT-3", *out, *out == REASON_NONE ? "the SOA validates" :
		view_soa(t->v)->count == 0 ? "there is no SOA, so nothing shows that the zone is signed" :
		"the SOA is not signed by a key of the DNSKEY set that validators can be expected to use");
	return 0;
}

/* L-CONT-3 of the request itself: of an update the Signer rule has seen to it. Whichever of its keys the zone signs with. */
static int try_signals(struct trial *t, enum reason *out)
{
	for (enum signal_type type = 0; *out == REASON_NONE && type < SIGNAL_TYPES; type++) {
		const struct rrset *set = &t->v->answers[signal_type_question(type)].set;
		bool is_signed;
		if (!t->j->used[type] || set->count == 0) {
			continue;
		}
		int rc = is_signed_by(t, set, GOOD_ALGORITHMS, &is_signed);
		if (rc < 0) {
			return rc;
		}
		*out = is_signed ? REASON_NONE : REASON_CONTINUITY_NO_PATH;
		trace_check(&t->j->trace, "L-CONT-3", GATE_CORRECT, is_signed ? CHECK_PASS : CHECK_FAIL, "%s: %s %s", t->v->label,
			signal_type_text(type), is_signed ? "validates" :
			"is not signed by a key of the DNSKEY set that validators can be expected to use");
	}
	t->v->chain = *out == REASON_NONE;
	return 0;
}

static int try_view(struct trial *t, enum reason *out)
{
	int rc = find_signers(t);
	if (rc < 0) {
		return rc;
	}
	*out = check_dnskey(t);
	if (*out == REASON_NONE) {
		rc = try_soa(t, out);
	}
	if (rc == 0 && *out == REASON_NONE && t->j->bootstrap && view_votes(t->v)) {
		rc = try_signals(t, out);
	}
	if (t->unknown != SIG_MISSING && *out != REASON_NONE) {
		*out = status_reason(t->unknown);
	}
	warn_lifetime(t);
	return rc;
}

/* The same everywhere keeps its name; at some servers only it is CONTINUITY_SERVER (A21). */
static const enum reason failures_ranked[] = { REASON_BUDGET_EXHAUSTED, REASON_TOO_MANY_SIGNATURES,
	REASON_CONTINUITY_NO_PATH, REASON_CONTINUITY_SIGNATURE_LIFETIME, REASON_CONTINUITY_ALGORITHM };
#define FAILURES (sizeof failures_ranked / sizeof failures_ranked[0])

static enum reason sum_up(struct judging *j, size_t tried, const size_t failures[FAILURES])
{
	for (size_t i = 0; i < FAILURES; i++) {
		if (failures[i] == 0) {
			continue;
		}
		trace_warn(&j->trace, failures_ranked[i]);
		bool whole = fault_rank(failures_ranked[i]) == RANK_EXCESS || failures[i] == tried;
		return whole ? failures_ranked[i] : REASON_CONTINUITY_SERVER;
	}
	assert(tried > 0);	/* who asks for something has a vote */
	return REASON_NONE;
}

/* a server without a vote that still answers DNSKEY stays in. Of a secure child every vote has keys; of another one
 * that has none it is said that it leads nowhere (C2). */
static bool is_tried(const struct view *v)
{
	return v->answers[EVIDENCE_DNSKEY].class == RESPONSE_POS || view_votes(v);
}

int continuity_check(struct judging *j, const struct prospect *p, enum reason *out)
{
	size_t tried = 0;
	size_t failures[FAILURES] = { 0 };
	for (size_t i = 0; i < j->view_count; i++) {
		struct trial t = { .j = j, .p = p, .v = &j->views[i], .unknown = SIG_MISSING, .left_s = UINT32_MAX };
		if (!is_tried(t.v)) {
			continue;
		}
		enum reason reason = REASON_NONE;
		int rc = try_view(&t, &reason);
		if (rc < 0) {
			return rc;
		}
		tried++;
		t.v->note = reason == REASON_NONE ? t.v->note : reason;
		for (size_t k = 0; k < FAILURES; k++) {
			failures[k] += reason == failures_ranked[k];
		}
	}
	*out = sum_up(j, tried, failures);
	return 0;
}
