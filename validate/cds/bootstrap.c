/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request for a first DS set (RFC 8078 section 3, standards 4.3). What an update has to meet it has to meet too, but for the
 * Signer rule: no key is vouched for yet. So it is believed only as far as answers over TCP are, and that is not enough:
 * signals of the operators prove it (RFC 9615), or validate/accept has another method. */
#include "validate/cds/request.h"

static bool is_read(const struct judging *j, enum evidence_question q)
{
	return (q != EVIDENCE_CDS || j->used[IN_CDS]) && (q != EVIDENCE_CDNSKEY || j->used[IN_CDNSKEY]);
}

/* The answer that came over UDP; EVIDENCE_QUESTIONS: none did. */
static enum evidence_question find_datagram(const struct judging *j, const struct evidence_server *s)
{
	for (enum evidence_question q = 0; q < EVIDENCE_QUESTIONS; q++) {
		if (is_read(j, q) && s->answers[q].status == EVIDENCE_ANSWERED && !s->answers[q].tcp) {
			return q;
		}
	}
	return EVIDENCE_QUESTIONS;
}

/* No signature protects the answers, and whoever is not on the way of a datagram can still forge one (T-43). */
bool bootstrap_over_tcp(struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	for (size_t i = 0; i < e->server_count; i++) {
		enum evidence_question q = view_votes(j->of_server[i]) ? find_datagram(j, &e->servers[i]) : EVIDENCE_QUESTIONS;
		if (q == EVIDENCE_QUESTIONS) {
			continue;
		}
		char address[ADDRESS_TEXT_SIZE];
		char type[16];
		address_to_text(&e->servers[i].address, address);
		trace_check(&j->trace, "T-43", GATE_CORRECT, CHECK_FAIL,
			"%s: %s came over UDP; for a first DS set every answer has to come over TCP, so the child is asked again",
			address, rrtype_text(evidence_question_type(q), type));
		return false;
	}
	trace_check(&j->trace, "T-43", GATE_CORRECT, CHECK_PASS, "every answer came over TCP");
	return true;
}

/* A signal that nobody looked for may be the one that speaks against the request. */
static bool has_signals(struct judging *j)
{
	if (!j->in->rules->bootstrap.authenticated || j->in->evidence->signals_asked) {
		return true;
	}
	trace_check(&j->trace, "R9615-4.2-3", GATE_CORRECT, CHECK_FAIL,
		"the signaling zones of the operators were not asked; the policy wants to know what they say, so the child is asked again");
	return false;
}

static bool has_challenge(struct judging *j)
{
	if (!j->in->rules->bootstrap.challenge || j->in->evidence->challenge_asked) {
		return true;
	}
	trace_check(&j->trace, "R8078-3.4-1", GATE_CORRECT, CHECK_FAIL,
		"no server was asked for a token; the policy wants to know of one, so the child is asked again");
	return false;
}

/* RFC 9615 section 4.2, step 2: what a server did not say is not left out, as it may be of an update. */
static bool apex_is_complete(struct judging *j)
{
	const char *lacks = reach_lacks(j);
	trace_check(&j->trace, "R9615-4.2-2", GATE_CORRECT, lacks == NULL ? CHECK_PASS : CHECK_FAIL, "%s", lacks == NULL ?
		"every address of every server of the delegation was asked and answered" : lacks);
	return lacks == NULL;
}

/* where RFC 9615 says nothing another method of the policy may. What it says to the contrary, or cannot be made out,
 * stands against all of them. */
static bool falls_back(const struct judging *j, enum reason signals)
{
	const struct bootstrap_rules *rules = &j->in->rules->bootstrap;
	switch (signals) {
	case REASON_ONLY_IN_DOMAIN_NS:
	case REASON_SIGNAL_ABSENT:
	case REASON_SIGNAL_INSECURE:
	case REASON_SIGNAL_NAME_TOO_LONG:
		return rules->fall_back_absent;
	case REASON_SIGNAL_INCOMPLETE:
		return rules->fall_back_incomplete;
	default:
		return false;
	}
}

/* RFC 9615 section 4.2. Signals are looked at beside an incomplete apex, too: what they contradict stays contradicted when
 * the last server answers. */
static int read_signals(struct judging *j, struct finding *f)
{
	bool complete = apex_is_complete(j);
	enum reason signals;
	int rc = signaling_check(j, &signals);
	if (rc < 0) {
		return rc;
	}
	if (signals != REASON_NONE) {
		f->signaling = signals;
		f->reason = falls_back(j, signals) ? f->reason : signals;
	} else if (!complete) {
		f->signaling = REASON_APEX_INCOMPLETE;
	} else {
		f->reason = REASON_ACCEPT_BOOTSTRAP_AUTH;
	}
	return 0;
}

/* Sets the reason: who or what proves it? */
static int prove(struct judging *j, struct finding *f)
{
	f->reason = REASON_BOOTSTRAP_UNPROVEN;
	if (j->in->rules->bootstrap.authenticated) {
		int rc = read_signals(j, f);
		if (rc < 0) {
			return rc;
		}
	} else {
		trace_check(&j->trace, "R8078-3-9", GATE_ALLOWED, CHECK_SKIP, "the policy does not read signals of operators");
	}
	bool proven = f->reason == REASON_ACCEPT_BOOTSTRAP_AUTH;
	f->change = proven || f->reason == REASON_BOOTSTRAP_UNPROVEN ? CHANGE_INITIAL : CHANGE_NONE;
	trace_check(&j->trace, "R7344-9-2", GATE_DUE, proven ? CHECK_PASS : CHECK_FAIL, "%s", reason_find(f->reason)->sentence);
	return 0;
}

/* Step 13 of standards section 3. */
static int trust(struct judging *j, struct finding *f)
{
	trace_check(&j->trace, "R8078-2-1", GATE_ALLOWED, CHECK_PASS, "the policy lets a delegation get its first DS set");
	f->reason = reach_unasked(j);
	if (f->reason != REASON_NONE) {
		return 0;
	}
	if (!bootstrap_over_tcp(j) || !has_signals(j) || !has_challenge(j)) {
		f->reason = REASON_STALE_EVIDENCE;
		return 0;
	}
	int rc = j->in->rules->bootstrap.challenge ? challenge_read(j, f->challenge_hash) : 0;
	return rc < 0 ? rc : prove(j, f);
}

int bootstrap_decide(struct judging *j, struct finding *f)
{
	trace_check(&j->trace, "R7344-4.1-2", GATE_CORRECT, CHECK_SKIP,
		"a first DS set has no Signer rule: there is none yet that refers to a key");
	f->reason = vote_faults(j);
	if (f->reason == REASON_NONE) {
		f->reason = vote_consistency(j);
	}
	if (f->reason != REASON_NONE) {
		request_skip_rules(j, LATE_DIGESTS, f->reason);
		return 0;
	}
	struct request r;
	vote_request(j, &r);
	if (r.kind != SIGNAL_UPDATE) {
		request_refuse_size(j, &f->reason);
		return 0;
	}
	request_compare_keys(j, &r);
	struct prospect p;
	int rc = request_try(j, &r, false, &p, &f->reason);
	if (rc == 0) {
		rc = content_request(j, &p.set, f->request_hash);
	}
	if (rc < 0) {
		return rc;
	}
	if (p.reason == REASON_NONE) {
		f->ds_after = p.set;
	}
	if (f->reason != REASON_NONE) {
		return 0;
	}
	trace_check(&j->trace, "R8078-5-2", GATE_CORRECT, CHECK_PASS,
		"with this DS set the zone would validate at every server that was received");
	rc = marks_of_keys(j, &r.keys, false);
	return rc < 0 ? rc : trust(j, f);
}
