/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts and addresses of the delegation that were not asked or did not answer (R9975-3-1, 3-2). */
#include "validate/cds/judging.h"

bool reach_host_was_asked(const struct evidence *e, size_t host)
{
	for (size_t i = 0; i < e->server_count; i++) {
		if ((e->servers[i].hosts >> host & 1) != 0) {
			return true;
		}
	}
	return false;
}

static enum reason host_reason(enum evidence_host_status status)
{
	switch (status) {
	case EVIDENCE_HOST_NO_ADDRESS:
		return REASON_NS_NO_ADDRESS;
	case EVIDENCE_HOST_BOGUS:
		return REASON_NS_ADDRESS_BOGUS;
	case EVIDENCE_HOST_ALIAS:
		return REASON_NS_ALIAS;
	case EVIDENCE_HOST_FAILED:
	case EVIDENCE_HOST_RESOLVED:
	case EVIDENCE_HOST_NOT_ASKED:
		break;
	}
	return REASON_NONE;
}

static enum reason skip_reason(enum evidence_skip skip)
{
	switch (skip) {
	case SKIP_SPECIAL:
		return REASON_NS_ADDRESS_SPECIAL_PURPOSE;
	case SKIP_LIMIT:
		return REASON_BUDGET_EXHAUSTED;
	case SKIP_FAMILY:
	case SKIP_NONE:
		break;
	}
	return REASON_HOLD_FAMILY_UNASKED;
}

static void trace_hosts(struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	for (size_t i = 0; i < e->host_count; i++) {
		enum reason reason = host_reason(e->hosts[i].status);
		bool asked = reach_host_was_asked(e, i);
		bool failed = e->hosts[i].status == EVIDENCE_HOST_FAILED;
		if (reason == REASON_NONE && asked && !failed) {
			continue;
		}
		char name[NAME_TEXT_SIZE];
		name_to_text(&e->hosts[i].name, name);
		trace_warn(&j->trace, reason);
		trace_check(&j->trace, "R9975-3-1", GATE_CORRECT, CHECK_WARN, "%.200s: %s%s", name,
			failed ? "The addresses could not be looked up." :
			reason == REASON_NONE ? "No address of it was asked." : reason_find(reason)->sentence,
			asked ? " The glue was asked." : "");
	}
}

static void trace_silent(struct judging *j, const struct view *v)
{
	for (enum evidence_question q = 0; q < EVIDENCE_QUESTIONS; q++) {
		const struct answer *a = &v->answers[q];
		if (response_is_silent(a->class)) {
			char type[16];
			trace_check(&j->trace, "R9975-3-4", GATE_CORRECT, CHECK_WARN, "%s: %s: %s: %s", v->label,
				rrtype_text(evidence_question_type(q), type), response_class_text(a->class),
				a->detail);
			trace_warn(&j->trace, a->reason);
			return;
		}
	}
}

/* A zone that was reloaded between the first and the last question. */
static void trace_serial(struct judging *j, const struct view *v)
{
	const struct rrset *first = &v->answers[EVIDENCE_SOA].set;
	const struct rrset *last = &v->answers[EVIDENCE_SOA_LAST].set;
	if (first->count > 0 && last->count > 0 && !slice_equal(first->rdata[0], last->rdata[0])) {
		trace_check(&j->trace, "A-07", GATE_CORRECT, CHECK_WARN,
			"%s: the SOA changed while the questions were asked", v->label);
	}
}

/* An answer that is held against its server, whatever it says. */
static void trace_fault(struct judging *j, const struct view *v)
{
	if (fault_rank(v->fault) > RANK_MALFORMED) {
		trace_check(&j->trace, fault_rank(v->fault) == RANK_EXCESS ? "L-DOS-1" : "L-RESP",
			GATE_CORRECT, CHECK_FAIL, "%s: %s", v->label, reason_find(v->fault)->sentence);
	}
}

/* The shape of what is asked for, before any signature is looked at. */
static void trace_syntax(struct judging *j)
{
	bool any = false;
	bool fine = true;
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		for (enum signal_type t = 0; view_votes(v) && t < SIGNAL_TYPES; t++) {
			const struct signal *s = &v->signals[t].signal;
			if (!j->used[t] || s->kind == SIGNAL_EMPTY) {
				continue;
			}
			any = true;
			if (s->kind == SIGNAL_MALFORMED) {
				fine = false;
				trace_check(&j->trace, s->reason == REASON_MALFORMED_DELETE ? "R8078-4-1" : "W-08",
					GATE_CORRECT, CHECK_FAIL, "%s: %s: %s", v->label, signal_type_text(t), s->detail);
			}
		}
	}
	if (any && fine) {
		trace_check(&j->trace, "R8078-4-1", GATE_CORRECT, CHECK_PASS,
			"what CDS and CDNSKEY say is well formed: keys, or exactly the removal request");
	}
}

void reach_trace(struct judging *j)
{
	trace_hosts(j);
	size_t answered = 0;
	size_t count = j->in->evidence->server_count;
	for (size_t i = 0; i < count; i++) {
		answered += view_votes(j->of_server[i]);
	}
	trace_check(&j->trace, "R9975-3-2", GATE_CORRECT, answered == count && count > 0 ? CHECK_PASS : CHECK_WARN,
		"%zu of %zu addresses gave a usable answer", answered, count);
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		trace_serial(j, v);
		if (v->skipped) {
			enum reason reason = skip_reason(v->server->skip);
			trace_warn(&j->trace, reason);
			trace_check(&j->trace, "R9975-3-2", GATE_CORRECT, CHECK_WARN, "%s: %s", v->label,
				reason_find(reason)->sentence);
		} else if (v->silent) {
			trace_silent(j, v);
		} else if (v->fault != REASON_NONE) {
			trace_fault(j, v);
		}
	}
	trace_syntax(j);
}

const char *reach_lacks(const struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	const char *lacks = evidence_unresolved(e) != 0 ? "a host of the delegation could not be looked up" : NULL;
	for (size_t i = 0; i < e->server_count && lacks == NULL; i++) {
		lacks = view_votes(j->of_server[i]) ? NULL : "not every address gave a usable answer";
	}
	for (size_t i = 0; i < e->host_count && lacks == NULL; i++) {
		lacks = reach_host_was_asked(e, i) ? NULL : "a host of the delegation has no address that was asked";
	}
	return lacks;
}

/* One reason if all of them share it, else that no server is usable. */
enum reason reach_nobody(struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	enum reason reason = REASON_NONE;
	for (size_t i = 0; i < e->server_count; i++) {
		const struct view *v = j->of_server[i];
		/* Records of another owner are an answer, only none that may be used (R7344-4.1-1, T-20). */
		enum reason this = v->skipped ? skip_reason(v->server->skip) :
			v->note == REASON_WRONG_OWNER ? REASON_WRONG_OWNER : REASON_NO_USABLE_SERVER;
		reason = reason == REASON_NONE || reason == this ? this : REASON_NO_USABLE_SERVER;
	}
	if (e->server_count > 0) {
		return reason;
	}
	for (size_t i = 0; i < e->host_count; i++) {
		enum reason this = host_reason(e->hosts[i].status);
		reason = i == 0 || reason == this ? this : REASON_NONE;
	}
	return reason == REASON_NONE ? REASON_NO_USABLE_SERVER : reason;
}

/* A host without address, or an alias, is of no use to validators either. One whose addresses could not be looked up
 * may be the provider that disagrees (T-15): it is listed in the finding, and accept waits for it as for a silent
 * server. One that was looked up and yet not asked is no evidence at all. */
enum reason reach_unasked(struct judging *j)
{
	const struct evidence *e = j->in->evidence;
	for (size_t i = 0; i < j->view_count; i++) {
		enum evidence_skip skip = j->views[i].server->skip;
		if (j->views[i].skipped && skip != SKIP_SPECIAL) {
			trace_check(&j->trace, skip == SKIP_FAMILY ? "A-08" : "L-DOS-1", GATE_DUE, CHECK_FAIL,
				"%s was not asked, and no DS set changes before all were", j->views[i].label);
			return skip_reason(skip);
		}
	}
	for (size_t i = 0; i < e->host_count; i++) {
		if (e->hosts[i].status == EVIDENCE_HOST_RESOLVED && !reach_host_was_asked(e, i)) {
			trace_check(&j->trace, "R9975-3-2", GATE_DUE, CHECK_FAIL,
				"a name server of the delegation was not asked, and no DS set changes before all were");
			return REASON_HOLD_UNREACHABLE;
		}
	}
	return REASON_NONE;
}
