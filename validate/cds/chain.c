/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secure child: the DNSKEY RRset from the current DS set, the Signer rule, and proofs of absence. */
#include "validate/cds/judging.h"

#include <stdio.h>

#include "validate/dnssec/denial.h"
#include "validate/wire/err.h"

#define SIGNERS_TEXT_SIZE 64	/* four of "65535 (255), " */

enum reason status_reason(enum sig_status status)
{
	switch (status) {
	case SIG_MISSING:
		return REASON_RRSIG_MISSING;
	case SIG_EXPIRED:
		return REASON_RRSIG_EXPIRED;
	case SIG_NOT_YET_VALID:
		return REASON_RRSIG_NOT_YET_VALID;
	case SIG_UNSUPPORTED:
		return REASON_ALGORITHM_UNSUPPORTED;
	case SIG_TOO_MANY:
		return REASON_TOO_MANY_SIGNATURES;
	case SIG_BUDGET:
		return REASON_BUDGET_EXHAUSTED;
	case SIG_VALID:
	case SIG_BOGUS:
		break;
	}
	return REASON_RRSIG_BOGUS;
}

/* Tags and algorithms of the signatures, whether they verify or not. */
static void signers_to_text(const struct rrset *set, char text[SIGNERS_TEXT_SIZE])
{
	size_t used = 0;
	snprintf(text, SIGNERS_TEXT_SIZE, "nobody");
	for (size_t i = 0; i < set->signature_count && i < 4; i++) {
		struct rrsig sig;
		if (rrsig_parse(set->signatures[i], &sig) != 0) {
			continue;
		}
		int wrote = snprintf(text + used, SIGNERS_TEXT_SIZE - used, "%s%u (%u)", used == 0 ? "" : ", ",
			sig.tag, sig.algorithm);
		used += wrote < 0 ? 0 : (size_t)wrote;
	}
}

static void refuse(struct judging *j, struct view *v, enum evidence_question q, enum reason fault,
	enum reason note)
{
	static const char *const rules[EVIDENCE_QUESTIONS] = { "L-CONT-3", "R7344-4.1-2", "R7344-4.1-2",
		"R4035-5.2-1", "L-CONT-3" };
	const struct rrset *set = &v->answers[q].set;
	v->answers[q].class = RESPONSE_BOGUS;
	view_blame(v, fault, note);
	char type[16];
	char keys[KEYSET_TEXT_SIZE];
	char signers[SIGNERS_TEXT_SIZE];
	keyset_to_text(j->keys, &j->ds_keys, keys);
	signers_to_text(set, signers);
	rrtype_text(evidence_question_type(q), type);
	if (set->count == 0 && q != EVIDENCE_DNSKEY) {
		trace_check(&j->trace, "R4035-5.4-1", GATE_CORRECT, CHECK_FAIL, "%s: no %s: %s", v->label, type,
			reason_find(note)->sentence);
		return;
	}
	trace_check(&j->trace, rules[q], GATE_CORRECT, CHECK_FAIL, "%s: %s: %s Signed by: %s. DS set: %s.", v->label,
		type, reason_find(note)->sentence, signers, keys);
}

int view_anchors(const struct judging *j, const struct view *v, struct dnskey **out, size_t *count)
{
	struct dnskey *anchors = arena_array(j->arena, v->dnskey_count, sizeof *anchors);
	if (anchors == NULL) {
		return ERR_NOMEM;
	}
	*count = 0;
	for (size_t i = 0; i < v->dnskey_count; i++) {
		if (keyset_has(&j->ds_anchors, v->dnskey_ids[i]) && dnskey_is_usable(&v->dnskeys[i])) {
			anchors[(*count)++] = v->dnskeys[i];
		}
	}
	*out = anchors;
	return 0;
}

/* RFC 4035 section 5.2. */
static int validate_chain(struct judging *j, struct view *v, const struct dnskey *anchors, size_t count)
{
	const struct answer *a = &v->answers[EVIDENCE_DNSKEY];
	if (count == 0) {
		refuse(j, v, EVIDENCE_DNSKEY, REASON_CHILD_BOGUS, REASON_DNSKEY_MISSING);
		return 0;
	}
	struct sig_result result;
	int rc = verify_by_keys(j->verifier, &j->in->delegation->child, &a->set, anchors, count, &result);
	if (rc < 0) {
		return rc;
	}
	if (result.status == SIG_VALID) {
		v->chain = true;
		trace_check(&j->trace, "R4035-5.2-1", GATE_CORRECT, CHECK_PASS,
			"%s: the DNSKEY set is signed by key %u, which the DS set refers to", v->label,
			result.key->tag);
		return 0;
	}
	enum reason note = status_reason(result.status);
	bool ours = sig_status_is_unknown(result.status) || note == REASON_ALGORITHM_UNSUPPORTED;
	refuse(j, v, EVIDENCE_DNSKEY, ours ? note : REASON_CHILD_BOGUS, note);
	return 0;
}

/* The newest signature of all that prove it, by whomever. */
static void date(struct signal_view *s, uint32_t inception)
{
	if (!s->dated || serial_before(s->inception, inception)) {
		s->inception = inception;
	}
	s->dated = true;
}

static int add_mark(struct judging *j, enum signal_type t, unsigned id, const struct sig_result *result,
	bool successor)
{
	uint16_t type = signal_type_rrtype(t);
	for (size_t i = 0; i < j->mark_count; i++) {
		struct mark *m = &j->marks[i];
		if (m->type == type && j->mark_ids[i] == id) {
			m->inception = serial_before(m->inception, result->sig.inception) ?
				result->sig.inception : m->inception;
			return 0;
		}
	}
	if (j->mark_count == LIMIT_MARKS) {
		j->unmarked = REASON_TOO_MANY_SIGNATURES;
		return 0;
	}
	struct mark *m = &j->marks[j->mark_count];
	*m = (struct mark){ .type = type, .algorithm = result->key->algorithm, .tag = result->key->tag,
		.inception = result->sig.inception, .successor = successor };
	j->mark_ids[j->mark_count++] = id;
	return crypto_sha256(j->crypto, result->key->rdata.data, result->key->rdata.size, m->key_hash);
}

/* No key of the DS set signed it. Who did? (T-06) */
static int explain_signer(struct judging *j, struct view *v, enum signal_type t)
{
	enum evidence_question q = signal_type_question(t);
	const struct rrset *set = &v->answers[q].set;
	if (set->signature_count == 0) {
		refuse(j, v, q, REASON_RRSIG_MISSING, REASON_RRSIG_MISSING);
		return 0;
	}
	struct sig_result result;
	int rc = verify_by_keys(j->verifier, &j->in->delegation->child, set, v->dnskeys, v->dnskey_count,
		&result);
	if (rc < 0) {
		return rc;
	}
	enum reason reason = result.status == SIG_VALID || result.status == SIG_MISSING ?
		REASON_SIGNER_NOT_IN_DS : status_reason(result.status);
	if (result.status == SIG_VALID) {
		v->signals[t].proven = true;
		date(&v->signals[t], result.sig.inception);
	}
	refuse(j, v, q, reason, reason);
	return 0;
}

/* RFC 7344 section 4.1, Signer: a key that is in the DNSKEY RRset and in the DS RRset. Every such
 * signature is looked at, for the replay marks. */
static int validate_signal(struct judging *j, struct view *v, enum signal_type t,
	const struct dnskey *anchors, size_t count)
{
	enum evidence_question q = signal_type_question(t);
	struct rrset *set = &v->answers[q].set;
	rrsig_sort_newest_first(set);
	enum sig_status worst = SIG_MISSING;
	for (size_t i = 0; i < count; i++) {
		struct sig_result result;
		int rc = verify_by_key(j->verifier, &j->in->delegation->child, set, &anchors[i], &result);
		if (rc == 0 && result.status == SIG_VALID) {
			v->signals[t].proven = true;
			date(&v->signals[t], result.sig.inception);
			rc = add_mark(j, t, keytable_add_key(j->keys, &anchors[i], true), &result, false);
			trace_check(&j->trace, "R7344-4.1-2", GATE_CORRECT, CHECK_PASS,
				"%s: %s is signed by key %u, which the DS set refers to", v->label,
				signal_type_text(t), anchors[i].tag);
		}
		if (rc < 0) {
			return rc;
		}
		worst = result.status == SIG_VALID ? worst : sig_status_graver(worst, result.status);
	}
	/* Also beside a valid one: what was not looked at would be missing among the marks. */
	if (v->signals[t].proven && !sig_status_is_unknown(worst)) {
		return 0;
	}
	if (worst == SIG_MISSING) {
		return explain_signer(j, v, t);
	}
	refuse(j, v, q, status_reason(worst), status_reason(worst));
	return 0;
}

/* RFC 4035 section 5.4: no silence without proof. */
static int validate_absence(struct judging *j, struct view *v, enum signal_type t)
{
	enum evidence_question q = signal_type_question(t);
	struct denial denial;
	int rc = denial_nodata(j->verifier, j->crypto, &j->in->delegation->child, &v->answers[q].message,
		signal_type_rrtype(t), v->dnskeys, v->dnskey_count, &denial);
	if (rc < 0) {
		return rc;
	}
	enum reason reason = REASON_DENIAL_UNPROVEN;
	switch (denial.status) {
	case DENIAL_PROVEN:
		v->signals[t].proven = true;
		date(&v->signals[t], denial.inception);
		trace_check(&j->trace, "R4035-5.4-1", GATE_CORRECT, CHECK_PASS,
			"%s: the absence of %s is proven", v->label, signal_type_text(t));
		return 0;
	case DENIAL_BOGUS:
		reason = denial.sig == SIG_MISSING ? REASON_DENIAL_UNPROVEN : status_reason(denial.sig);
		break;
	case DENIAL_ITERATIONS:
		reason = REASON_NSEC3_ITERATIONS;
		break;
	case DENIAL_CUT:
	case DENIAL_OPT_OUT:	/* not of an apex */
	case DENIAL_NONE:
		break;
	}
	refuse(j, v, q, reason, reason);
	return 0;
}

/* Signatures of one type at one view by keys of the new set that are not in the current one. */
static int mark_view(struct judging *j, struct view *v, enum signal_type t, const struct keyset *wanted, bool successor)
{
	struct rrset *set = &v->answers[signal_type_question(t)].set;
	rrsig_sort_newest_first(set);
	for (size_t k = 0; k < v->dnskey_count; k++) {
		struct sig_result result;
		if (!keyset_has(wanted, v->dnskey_ids[k]) || keyset_has(&j->ds_keys, v->dnskey_ids[k])) {
			continue;
		}
		int rc = verify_by_key(j->verifier, &j->in->delegation->child, set, &v->dnskeys[k], &result);
		if (rc == 0 && result.status == SIG_VALID) {
			rc = add_mark(j, t, v->dnskey_ids[k], &result, successor);
			if (!successor) {
				date(&v->signals[t], result.sig.inception);
			}
		}
		if (rc == 0 && sig_status_is_unknown(result.status)) {
			j->unmarked = status_reason(result.status);
		}
		if (rc < 0) {
			return rc;
		}
	}
	return 0;
}

int marks_of_keys(struct judging *j, const struct keyset *wanted, bool successor)
{
	for (size_t i = 0; i < j->view_count; i++) {
		struct view *v = &j->views[i];
		for (enum signal_type t = 0; v->chain && t < SIGNAL_TYPES; t++) {
			int rc = j->used[t] ? mark_view(j, v, t, wanted, successor) : 0;
			if (rc < 0) {
				return rc;
			}
		}
	}
	return 0;
}

static int validate_view(struct judging *j, struct view *v)
{
	struct dnskey *anchors;
	size_t count;
	int rc = view_anchors(j, v, &anchors, &count);
	if (rc == 0 && fault_rank(v->fault) > RANK_EXCESS) {
		rc = validate_chain(j, v, anchors, count);
	}
	for (enum signal_type t = 0; rc == 0 && v->chain && t < SIGNAL_TYPES; t++) {
		enum response_class class = v->answers[signal_type_question(t)].class;
		if (!j->used[t] || v->signals[t].signal.kind == SIGNAL_MALFORMED) {
			continue;
		}
		if (class == RESPONSE_POS) {
			rc = validate_signal(j, v, t, anchors, count);
		} else if (class == RESPONSE_NODATA) {
			rc = validate_absence(j, v, t);
		}
	}
	return rc;
}

/* nothing but the present state is asked for, and that is proven. */
static bool confirms(const struct judging *j, const struct view *v)
{
	if (!v->chain || (v->fault != REASON_NONE && v->fault != REASON_SIGNER_NOT_IN_DS)) {
		return false;
	}
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		const struct signal_view *s = &v->signals[t];
		/* Only an update names keys, and the DS set of a secure child does. */
		bool same = s->signal.kind == SIGNAL_EMPTY || keyset_equal(&s->keys, &j->ds_keys);
		if (j->used[t] && !(s->proven && same)) {
			return false;
		}
	}
	return true;
}

int views_validate(struct judging *j)
{
	for (size_t i = 0; i < j->view_count; i++) {
		struct view *v = &j->views[i];
		if (!view_votes(v)) {
			continue;
		}
		int rc = validate_view(j, v);
		if (rc < 0) {
			return rc;
		}
		v->quo = confirms(j, v);
	}
	return 0;
}
