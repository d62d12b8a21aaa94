/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Views: the answers of each server classified and parsed, before any signature is looked at. */
#include "validate/cds/request.h"

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

const char *signal_type_text(enum signal_type t)
{
	return t == IN_CDS ? "CDS" : "CDNSKEY";
}

enum evidence_question signal_type_question(enum signal_type t)
{
	return t == IN_CDS ? EVIDENCE_CDS : EVIDENCE_CDNSKEY;
}

uint16_t signal_type_rrtype(enum signal_type t)
{
	return t == IN_CDS ? TYPE_CDS : TYPE_CDNSKEY;
}

bool view_votes(const struct view *v)
{
	return !v->skipped && !v->silent;
}

enum fault_rank fault_rank(enum reason reason)
{
	switch (reason) {
	case REASON_MALFORMED_DELETE:
	case REASON_MALFORMED_RDATA:
		return RANK_MALFORMED;
	case REASON_CNAME_AT_APEX:
	case REASON_NXDOMAIN_AT_APEX:
		return RANK_APEX;
	case REASON_BUDGET_EXHAUSTED:
	case REASON_TOO_MANY_KEYS:
	case REASON_TOO_MANY_SIGNATURES:
	case REASON_KEY_TAG_COLLISIONS:
		return RANK_EXCESS;
	default:
		return RANK_SIGNATURE;
	}
}

void view_blame(struct view *v, enum reason fault, enum reason note)
{
	if (v->fault == REASON_NONE || fault_rank(fault) < fault_rank(v->fault)) {
		v->fault = fault;
		v->note = note;
	}
}

/* Without a signature or a future to check, the DNSKEY and SOA answers of a server decide nothing. Where the SOA was never meant to be
 * asked for (a file of answers), its server is no less asked than others; a probe always asks. */
static bool is_needed(const struct judging *j, const struct evidence_server *s, enum evidence_question q)
{
	if (q == EVIDENCE_CDS || q == EVIDENCE_CDNSKEY) {
		return j->used[q == EVIDENCE_CDS ? IN_CDS : IN_CDNSKEY];
	}
	bool sampled = s->answers[EVIDENCE_SOA].status != EVIDENCE_NOT_ASKED ||
		s->answers[EVIDENCE_SOA_LAST].status != EVIDENCE_NOT_ASKED;
	return (j->security == SECURITY_SECURE || j->bootstrap) && (q == EVIDENCE_DNSKEY || sampled);
}

static bool answers_equal(const struct evidence_server *a, const struct evidence_server *b)
{
	if (a->skip != b->skip) {
		return false;
	}
	for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
		const struct evidence_answer *x = &a->answers[q];
		const struct evidence_answer *y = &b->answers[q];
		if (x->status != y->status ||
		    (x->status == EVIDENCE_ANSWERED && !slice_equal(x->octets, y->octets))) {
			return false;
		}
	}
	return true;
}

static int classify_all(struct judging *j, struct view *v)
{
	const struct evidence_server *s = v->server;
	for (enum evidence_question q = 0; q < EVIDENCE_QUESTIONS; q++) {
		const struct evidence_answer *first = &s->answers[EVIDENCE_SOA];
		const struct evidence_answer *this = &s->answers[q];
		if (q == EVIDENCE_SOA_LAST && this->status == first->status &&
		    slice_equal(this->octets, first->octets)) {
			v->answers[q] = v->answers[EVIDENCE_SOA];
			continue;
		}
		int rc = classify_answer(&j->in->delegation->child, q, s, j->verifier, j->arena, &v->answers[q]);
		if (rc < 0) {
			return rc;
		}
	}
	return 0;
}

/* An apex error or an oversize answer is an answer, however silent the rest is. */
static void find_silence(const struct judging *j, struct view *v)
{
	bool silent = false;
	enum reason note = REASON_HOLD_UNREACHABLE;
	for (enum evidence_question q = 0; q < EVIDENCE_QUESTIONS; q++) {
		const struct answer *a = &v->answers[q];
		if (!is_needed(j, v->server, q)) {
			continue;
		}
		if (a->class == RESPONSE_SKIPPED) {
			v->skipped = true;
		} else if (a->reason == REASON_WRONG_OWNER) {
			note = REASON_WRONG_OWNER;
		} else if (a->reason != REASON_NONE) {
			view_blame(v, a->reason, a->reason);
		}
		/* One SOA is enough: the second only shows that nothing moved meanwhile. */
		enum evidence_question other = q == EVIDENCE_SOA ? EVIDENCE_SOA_LAST : q == EVIDENCE_SOA_LAST ? EVIDENCE_SOA : q;
		silent = silent || (response_is_silent(a->class) && response_is_silent(v->answers[other].class));
	}
	if (silent && v->fault == REASON_NONE && !v->skipped) {
		v->silent = true;
		v->note = note;
	}
}

static int parse_signals(struct judging *j, struct view *v)
{
	size_t max = j->in->rules->max_records;
	max = max == 0 || max > LIMIT_CDS ? LIMIT_CDS : max;
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		struct signal *s = &v->signals[t].signal;
		const struct answer *a = &v->answers[signal_type_question(t)];
		int rc = signal_classify(&a->set, max, j->arena, s);
		if (rc < 0) {
			return rc;
		}
		if (s->kind == SIGNAL_MALFORMED && j->used[t] && view_votes(v)) {
			view_blame(v, s->reason, s->reason);
		}
	}
	return 0;
}

/* More than anybody publishes for good reason; not one of them is tried (L-DOS-1). */
static void count_signatures(const struct judging *j, struct view *v)
{
	for (enum evidence_question q = 0; q < EVIDENCE_QUESTIONS; q++) {
		if (is_needed(j, v->server, q) && v->answers[q].set.signature_count > LIMIT_SIGNATURES) {
			view_blame(v, REASON_TOO_MANY_SIGNATURES, REASON_TOO_MANY_SIGNATURES);
		}
	}
}

static int parse_dnskeys(struct judging *j, struct view *v)
{
	const struct rrset *set = &v->answers[EVIDENCE_DNSKEY].set;
	if (set->count > LIMIT_DNSKEY) {
		view_blame(v, REASON_TOO_MANY_KEYS, REASON_TOO_MANY_KEYS);
		return 0;
	}
	v->dnskeys = arena_array(j->arena, set->count, sizeof v->dnskeys[0]);
	v->dnskey_ids = arena_array(j->arena, set->count, sizeof v->dnskey_ids[0]);
	if (v->dnskeys == NULL || v->dnskey_ids == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < set->count; i++) {
		/* One that is no key vouches for nothing, and does not spoil the others (T-05). */
		if (dnskey_parse(set->rdata[i], &v->dnskeys[v->dnskey_count]) == 0) {
			v->dnskey_count++;
		}
	}
	return 0;
}

/* "192.0.2.1", or "192.0.2.1 (and 3 alike)". */
static int make_label(struct judging *j, struct view *v)
{
	size_t alike = 0;
	for (size_t i = 0; i < j->in->evidence->server_count; i++) {
		alike += j->of_server[i] == v;
	}
	char text[ADDRESS_TEXT_SIZE];
	address_to_text(&v->server->address, text);
	v->label = alike > 1 ? arena_printf(j->arena, "%s (and %zu alike)", text, alike - 1) :
		arena_printf(j->arena, "%s", text);
	return v->label == NULL ? ERR_NOMEM : 0;
}

static int group_servers(struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	j->views = arena_array(j->arena, e->server_count, sizeof j->views[0]);
	j->of_server = arena_array(j->arena, e->server_count, sizeof j->of_server[0]);
	if (j->views == NULL || j->of_server == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < e->server_count; i++) {
		size_t k = 0;
		while (k < j->view_count && !answers_equal(j->views[k].server, &e->servers[i])) {
			k++;
		}
		if (k == j->view_count) {
			j->views[j->view_count++].server = &e->servers[i];
		}
		j->of_server[i] = &j->views[k];
	}
	return 0;
}

/* Who asks for a first DS set, or is to have one back, is looked at as if there was one: then a server that says nothing of its
 * keys has no vote. */
static void look_for_bootstrap(struct judging *j)
{
	bool asks = j->in->rules->bootstrap.enabled && request_is_there(j);
	bool goes_back = j->in->back != NULL && j->in->back->count > 0;
	if (j->security != SECURITY_INSECURE || (!asks && !goes_back)) {
		return;
	}
	j->bootstrap = true;
	j->received = 0;
	for (size_t i = 0; i < j->view_count; i++) {
		find_silence(j, &j->views[i]);
		count_signatures(j, &j->views[i]);
		j->received += view_votes(&j->views[i]);
	}
}

int views_make(struct judging *j)
{
	int rc = group_servers(j);
	for (size_t i = 0; rc == 0 && i < j->view_count; i++) {
		struct view *v = &j->views[i];
		rc = make_label(j, v);
		if (rc == 0) {
			rc = classify_all(j, v);
		}
		if (rc < 0) {
			return rc;
		}
		find_silence(j, v);
		count_signatures(j, v);
		rc = parse_signals(j, v);
		if (rc == 0) {
			rc = parse_dnskeys(j, v);
		}
		j->received += view_votes(v);
	}
	if (rc == 0) {
		look_for_bootstrap(j);
	}
	return rc;
}
