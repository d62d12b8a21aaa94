/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One signaling name: the chain to its zone, and CDS and CDNSKEY there (RFC 9615 section 4.2, step 3). */
#include "validate/cds/signaling_host.h"

#include "validate/cds/signaling.h"
#include "validate/dnssec/cost.h"
#include "validate/wire/err.h"

/* The first fault that is found at a host is the one that keeps the others from being looked for. */
static void fail(struct judging *j, struct signaling_host *h, enum reason fault, const char *rule, const char *detail)
{
	h->fault = fault;
	h->presence = SIGNALING_UNKNOWN;
	trace_check(&j->trace, rule, GATE_CORRECT, CHECK_FAIL, "%s: %s", h->label, detail);
}

/* *out NULL: no answer, or not one that can be read. */
static int read_link(struct judging *j, struct signaling_cache *cache, const struct evidence_answer *a,
	const struct message **out)
{
	*out = NULL;
	if (a->status != EVIDENCE_ANSWERED || !verifier_charge(j->verifier, cost_digest(0, cache->count))) {
		return 0;
	}
	for (size_t i = 0; i < cache->count; i++) {
		if (cache->items[i].octets.data == a->octets.data && cache->items[i].octets.size == a->octets.size) {
			*out = cache->items[i].message;
			return 0;
		}
	}
	if (cache->count == cache->room || !verifier_charge(j->verifier, cost_message(a->octets))) {
		return 0;
	}
	struct message *m = arena_alloc(j->arena, sizeof *m);
	if (m == NULL) {
		return ERR_NOMEM;
	}
	int rc = message_parse(a->octets.data, a->octets.size, j->arena, m);
	if (rc < 0 && rc != ERR_FORMAT && rc != ERR_LIMIT) {
		return rc;
	}
	*out = rc == 0 ? m : NULL;
	cache->items[cache->count++] = (struct signaling_message){ a->octets, *out };
	return 0;
}

static int follow(struct judging *j, struct signaling_cache *cache, struct signaling_host *h)
{
	const struct bootstrap_rules *rules = &j->in->rules->bootstrap;
	struct name domain;
	size_t count = h->signal->link_count < LIMIT_LINKS ? h->signal->link_count : LIMIT_LINKS;
	struct path_link *links = arena_array(j->arena, count, sizeof *links);
	int rc = links == NULL ? ERR_NOMEM : signaling_domain(h->host, &domain);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		const struct evidence_link *l = &h->signal->links[i];
		links[i] = (struct path_link){ .name = &l->name, .type = l->type };
		rc = read_link(j, cache, &l->answer, &links[i].message);
	}
	if (rc < 0) {
		return rc;
	}
	if (verifier_cost(j->verifier) == LIMIT_COST_NS) {
		h->path = (struct path){ .status = PATH_BUDGET, .why = "the way from the root is more than is looked at" };
		return 0;
	}
	return path_follow(j->verifier, j->crypto, &domain, rules->anchors, rules->anchor_count, links, count,
		j->arena, &h->path);
}

/* INSECURE goes on, for there may be nothing to be insecure. */
static void judge_path(struct judging *j, struct signaling_host *h)
{
	switch (h->path.status) {
	case PATH_SECURE:
		trace_check(&j->trace, "R9615-3.1-1", GATE_CORRECT, CHECK_PASS, "%s: %s", h->label, h->path.why);
		return;
	case PATH_INSECURE:
		return;
	case PATH_INCOMPLETE:
		fail(j, h, REASON_SIGNAL_UNRESOLVABLE, "R9615-4.2-3", h->path.why);
		return;
	case PATH_ALIAS:
		fail(j, h, REASON_SIGNAL_ALIAS, "C10", h->path.why);
		return;
	case PATH_BUDGET:
		fail(j, h, REASON_BUDGET_EXHAUSTED, "L-DOS-1", h->path.why);
		return;
	case PATH_BOGUS:
		break;
	}
	fail(j, h, REASON_SIGNAL_BOGUS, "R9615-3.1-1", h->path.why);
}

/* A cut between the zone that was reached and the signaling name, which lies below name. */
static bool is_cut(const struct signaling_host *h, const struct name *name)
{
	return !name_equal(name, &h->path.zone) && name_is_within(name, &h->path.zone) && name_is_within(&h->name, name);
}

/* Does an answer come from a zone below the one that was reached, or point there? */
static bool shows_cut(const struct signaling_host *h)
{
	bool found = false;
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		const struct message *m = &h->answers[t].message;
		for (size_t i = 0; i < m->count[SECTION_AUTHORITY]; i++) {
			const struct record *r = &m->records[SECTION_AUTHORITY][i];
			found = found || ((r->type == TYPE_NS || r->type == TYPE_SOA) && is_cut(h, r->owner));
		}
	}
	return found;
}

static void fail_at_cut(struct judging *j, struct signaling_host *h)
{
	fail(j, h, REASON_SIGNAL_AT_ZONE_CUT, "R9615-4.1-1",
		"the answer is of a zone, or refers to one, that is cut off below the signaling domain");
}

/* Nothing of h->answers[t] can be used. */
static void judge_class(struct judging *j, struct signaling_host *h, enum signal_type t)
{
	const struct answer *a = &h->answers[t];
	if (a->class == RESPONSE_CNAME) {
		fail(j, h, REASON_SIGNAL_ALIAS, "C10", "the signaling name is an alias, or lies below one");
	} else if (a->class == RESPONSE_LAME && a->message.rcode == RCODE_NOERROR && shows_cut(h)) {
		fail_at_cut(j, h);
	} else if (a->reason == REASON_BUDGET_EXHAUSTED) {
		fail(j, h, REASON_BUDGET_EXHAUSTED, "L-DOS-1", "an answer is larger than is looked at");
	} else {
		const char *said = arena_printf(j->arena, "no usable answer for %s at the signaling name: %s",
			signal_type_text(t), a->detail == NULL ? response_class_text(a->class) : a->detail);
		fail(j, h, REASON_SIGNAL_UNRESOLVABLE, "R9615-4.2-3", said == NULL ? "no usable answer" : said);
	}
}

/* Whose signatures are these, if none is the zone's (T-40, T-41, T-22)? */
static void explain_signature(struct judging *j, struct signaling_host *h, enum signal_type t, enum sig_status status)
{
	const struct rrset *set = &h->answers[t].set;
	const char *detail = set->signature_count == 0 ? "RRSIG missing at the signaling name" :
		reason_find(status == SIG_MISSING ? REASON_RRSIG_BOGUS : status_reason(status))->sentence;
	if (sig_status_is_unknown(status)) {
		fail(j, h, status_reason(status), "L-DOS-1", detail);
		return;
	}
	for (size_t i = 0; i < set->signature_count && i < LIMIT_SIGNATURES; i++) {
		struct rrsig sig;
		if (rrsig_parse(set->signatures[i], &sig) != 0) {
			continue;
		}
		if (is_cut(h, &sig.signer)) {
			fail_at_cut(j, h);
			return;
		}
		bool above = !name_equal(&sig.signer, &h->path.zone) && name_is_within(&h->path.zone, &sig.signer);
		detail = above ? "signed by a zone above the signaling zone" : sig.labels < name_labels(&h->name) ?
			"made of a wildcard, which is not a signal for this child" : detail;
	}
	if (shows_cut(h)) {
		fail_at_cut(j, h);
		return;
	}
	fail(j, h, REASON_SIGNAL_BOGUS, "R9615-4.2-3", detail);
}

static int judge_records(struct judging *j, struct signaling_host *h, enum signal_type t)
{
	struct sig_result result;
	int rc = verify_by_keys(j->verifier, &h->path.zone, &h->answers[t].set, h->path.keys, h->path.key_count, &result);
	if (rc < 0) {
		return rc;
	}
	if (result.status != SIG_VALID) {
		explain_signature(j, h, t, result.status);
		return 0;
	}
	h->presence = SIGNALING_PRESENT;
	trace_check(&j->trace, "R9615-4.2-3", GATE_CORRECT, CHECK_PASS,
		"%s: %s at the signaling name is signed by key %u of the signaling zone", h->label, signal_type_text(t),
		result.key->tag);
	return 0;
}

/* RFC 4035 section 5.4, at the signaling name. */
static int judge_absence(struct judging *j, struct signaling_host *h, enum signal_type t)
{
	const struct denial_question q = { &h->path.zone, &h->name, signal_type_rrtype(t), h->path.keys, h->path.key_count };
	struct denial denial = { .status = DENIAL_PROVEN };
	int rc = h->path.absent ? 0 : denial_find(j->verifier, j->crypto, &q, &h->answers[t].message, &denial);
	if (rc < 0) {
		return rc;
	}
	switch (denial.status) {
	case DENIAL_PROVEN:
		h->presence = h->presence == SIGNALING_UNKNOWN ? SIGNALING_ABSENT : h->presence;
		trace_check(&j->trace, "R9615-4.2-3", GATE_CORRECT, CHECK_PASS,
			"%s: the absence of %s at the signaling name is proven", h->label, signal_type_text(t));
		return 0;
	case DENIAL_CUT:
		fail(j, h, REASON_SIGNAL_AT_ZONE_CUT, "R9615-4.1-1", "the signaling name is a delegation");
		return 0;
	case DENIAL_OPT_OUT:
		fail(j, h, REASON_SIGNAL_INSECURE, "R9615-3.1-1",
			"the signaling name is in a span that may hold delegations without DS");
		return 0;
	case DENIAL_ITERATIONS:
		fail(j, h, REASON_SIGNAL_BOGUS, "R9276-3.2-1", reason_find(REASON_NSEC3_ITERATIONS)->sentence);
		return 0;
	case DENIAL_BOGUS:
		if (sig_status_is_unknown(denial.sig)) {
			fail(j, h, status_reason(denial.sig), "L-DOS-1", reason_find(status_reason(denial.sig))->sentence);
			return 0;
		}
		break;
	case DENIAL_NONE:
		break;
	}
	if (shows_cut(h)) {
		fail_at_cut(j, h);
		return 0;
	}
	fail(j, h, REASON_SIGNAL_BOGUS, "R9615-4.2-3", "an answer without records lacks the proof that there are none");
	return 0;
}

/* Some zones on the way are not signed: whatever stands at the name is of no use. Where nothing does, that is all there is
 * to be said of it. */
static void judge_insecure(struct judging *j, struct signaling_host *h)
{
	bool none = true;
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		enum response_class class = h->answers[t].class;
		none = none && (!j->used[t] || class == RESPONSE_NODATA || class == RESPONSE_NXD);
	}
	fail(j, h, REASON_SIGNAL_INSECURE, "R9615-3.1-1", h->path.why);
	h->presence = none ? SIGNALING_ABSENT : SIGNALING_UNKNOWN;
}

static int judge_answers(struct judging *j, struct signaling_host *h)
{
	int rc = 0;
	for (enum signal_type t = 0; rc == 0 && h->fault == REASON_NONE && t < SIGNAL_TYPES; t++) {
		enum response_class class = h->answers[t].class;
		bool none = class == RESPONSE_SKIPPED || response_is_silent(class);
		bool denied = class == RESPONSE_NODATA || class == RESPONSE_NXD || (none && h->path.absent);
		if (!j->used[t]) {
			continue;
		}
		if (class == RESPONSE_POS) {
			rc = judge_records(j, h, t);
		} else if (denied) {
			rc = judge_absence(j, h, t);
		} else {
			judge_class(j, h, t);
		}
	}
	return rc;
}

static int classify_all(struct judging *j, struct signaling_host *h)
{
	int rc = 0;
	for (enum signal_type t = 0; rc == 0 && t < SIGNAL_TYPES; t++) {
		const struct evidence_answer *a = &h->signal->answers[t];
		rc = j->used[t] ? classify_at(&h->name, signal_type_rrtype(t), a, j->verifier, j->arena, &h->answers[t]) : 0;
	}
	return rc;
}

int signaling_host_check(struct judging *j, struct signaling_cache *cache, struct signaling_host *h)
{
	char text[NAME_TEXT_SIZE];
	name_to_text(h->host, text);
	h->label = arena_printf(j->arena, "%s", text);
	if (h->label == NULL) {
		return ERR_NOMEM;
	}
	h->fault = REASON_NONE;
	int rc = signaling_name(&j->in->delegation->child, h->host, &h->name);
	if (rc == ERR_LIMIT) {
		fail(j, h, REASON_SIGNAL_NAME_TOO_LONG, "R9615-4.4-1", "the signaling name would have more than 255 octets");
		return 0;
	}
	if (rc == 0 && h->signal == NULL) {
		fail(j, h, REASON_SIGNAL_UNRESOLVABLE, "R9615-4.2-3", "its signals were not looked for");
		return 0;
	}
	rc = rc < 0 ? rc : follow(j, cache, h);
	if (rc == 0) {
		judge_path(j, h);
	}
	if (rc < 0 || h->fault != REASON_NONE) {
		return rc;
	}
	rc = classify_all(j, h);
	if (rc == 0 && h->path.status == PATH_INSECURE) {
		judge_insecure(j, h);
		return 0;
	}
	return rc < 0 ? rc : judge_answers(j, h);
}
