/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the operators of a child confirm what its apex says (RFC 9615 section 4.2, steps 1, 3 and 4)? */
#include "validate/cds/signaling_host.h"

#include "validate/cds/signaling.h"
#include "validate/wire/err.h"

/* Of faults at several hosts the one that is said: first what speaks against the request, then what may be an attack, then
 * what may pass; last what another method may make good, and of it nothing at all at the very end. */
static const enum reason precedence[] = { REASON_SIGNAL_MISMATCH, REASON_SIGNAL_BOGUS, REASON_SIGNAL_AT_ZONE_CUT,
	REASON_SIGNAL_ALIAS, REASON_TOO_MANY_SIGNATURES, REASON_BUDGET_EXHAUSTED, REASON_SIGNAL_UNRESOLVABLE,
	REASON_SIGNAL_NAME_TOO_LONG, REASON_SIGNAL_INSECURE, REASON_SIGNAL_INCOMPLETE, REASON_SIGNAL_ABSENT };

static bool sets_equal(const struct rrset *a, const struct rrset *b)
{
	bool equal = a->count == b->count;
	for (size_t i = 0; equal && i < a->count; i++) {
		equal = slice_equal(a->rdata[i], b->rdata[i]);
	}
	return equal;
}

/* Step 4, for one type at one server of the child. A type that the operator leaves out contradicts nothing. */
static enum reason compare_sets(const struct rrset *apex, const struct rrset *signal)
{
	if (sets_equal(apex, signal)) {
		return REASON_NONE;
	}
	return signal->count == 0 ? REASON_SIGNAL_INCOMPLETE : REASON_SIGNAL_MISMATCH;
}

/* At every server, type by type. TTL and owner are not compared. */
static void compare(struct judging *j, struct signaling_host *h)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		for (enum signal_type t = 0; view_votes(v) && t < SIGNAL_TYPES; t++) {
			const struct rrset *apex = &v->answers[signal_type_question(t)].set;
			enum reason fault = j->used[t] ? compare_sets(apex, &h->answers[t].set) : REASON_NONE;
			if (fault == REASON_NONE || h->fault == REASON_SIGNAL_MISMATCH) {
				continue;
			}
			h->fault = fault;
			trace_check(&j->trace, "R9615-4.2-4", GATE_CORRECT, CHECK_FAIL,
				"%s: %s at the signaling name (%zu records) is not that of the apex at %s (%zu records)",
				h->label, signal_type_text(t), h->answers[t].set.count, v->label, apex->count);
		}
	}
	if (h->fault == REASON_NONE) {
		trace_check(&j->trace, "R9615-4.2-4", GATE_CORRECT, CHECK_PASS, "%s: says what the apex says", h->label);
	}
}

static const struct evidence_signal *find_signal(const struct evidence *e, const struct name *host)
{
	for (size_t i = 0; i < e->signal_count; i++) {
		const struct evidence_signal *s = &e->signals[i];
		if (s->host < e->host_count && name_equal(&e->hosts[s->host].name, host)) {
			return s;
		}
	}
	return NULL;
}

/* Step 1. The name servers are those of the delegation, whoever else was asked (R9615-4.3-2). */
static int find_hosts(struct judging *j, struct signaling_host **out, size_t *count)
{
	const struct delegation *d = j->in->delegation;
	*out = arena_array(j->arena, d->host_count, sizeof **out);
	*count = 0;
	if (*out == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->host_count; i++) {
		const struct name *host = &d->hosts[i].name;
		if (signaling_is_outside(&d->child, host)) {
			(*out)[(*count)++] = (struct signaling_host){ .host = host, .signal = find_signal(j->in->evidence, host) };
		}
	}
	trace_check(&j->trace, "R9615-4.2-1", GATE_CORRECT, *count > 0 ? CHECK_PASS : CHECK_FAIL,
		"%zu of %zu name servers are outside the child, and may speak for it", *count, d->host_count);
	return 0;
}

static int make_cache(struct judging *j, const struct signaling_host *hosts, size_t count, struct signaling_cache *out)
{
	*out = (struct signaling_cache){ .count = 0 };
	for (size_t i = 0; i < count; i++) {
		out->room += hosts[i].signal == NULL ? 0 : hosts[i].signal->link_count;
	}
	out->items = arena_array(j->arena, out->room, sizeof *out->items);
	return out->items == NULL ? ERR_NOMEM : 0;
}

static void lower(enum reason *worst, enum reason fault)
{
	for (size_t i = 0; i < sizeof precedence / sizeof precedence[0]; i++) {
		if (precedence[i] == *worst || precedence[i] == fault) {
			*worst = precedence[i];
			return;
		}
	}
	*worst = fault;		/* nothing that is not listed passes either */
}

/* All hosts together. A zone that is not secure and has no record is one more that is silent, unless somebody is not. */
static enum reason combine(const struct signaling_host *hosts, size_t count)
{
	enum reason worst = REASON_NONE;
	size_t present = 0;
	size_t absent = 0;
	for (size_t i = 0; i < count; i++) {
		present += hosts[i].presence == SIGNALING_PRESENT;
		absent += hosts[i].presence == SIGNALING_ABSENT;
	}
	for (size_t i = 0; i < count; i++) {
		bool silent = hosts[i].fault == REASON_SIGNAL_INSECURE && hosts[i].presence == SIGNALING_ABSENT && present == 0;
		if (hosts[i].fault != REASON_NONE && !silent) {
			lower(&worst, hosts[i].fault);
		}
	}
	if (absent > 0) {
		lower(&worst, present > 0 ? REASON_SIGNAL_INCOMPLETE : REASON_SIGNAL_ABSENT);
	}
	return worst == REASON_NONE && present < count ? REASON_SIGNAL_UNRESOLVABLE : worst;
}

static enum reason conclude(struct judging *j, const struct signaling_host *hosts, size_t count)
{
	enum reason reason = combine(hosts, count);
	if (reason == REASON_NONE) {
		trace_check(&j->trace, "R9615-4.2-4", GATE_CORRECT, CHECK_PASS,
			"all %zu signaling names that there can be say what the apex says", count);
	} else {
		trace_check(&j->trace, "R9615-4.2-5", GATE_CORRECT, CHECK_FAIL, "%s: %s", reason_token(reason),
			reason_find(reason)->sentence);
	}
	return reason;
}

int signaling_check(struct judging *j, enum reason *out)
{
	struct signaling_host *hosts;
	size_t count;
	struct signaling_cache cache;
	*out = REASON_ONLY_IN_DOMAIN_NS;
	int rc = find_hosts(j, &hosts, &count);
	if (rc == 0 && count > 0) {
		rc = make_cache(j, hosts, count, &cache);
		for (size_t i = 0; rc == 0 && i < count; i++) {
			rc = signaling_host_check(j, &cache, &hosts[i]);
			if (rc == 0 && hosts[i].presence == SIGNALING_PRESENT && hosts[i].fault == REASON_NONE) {
				compare(j, &hosts[i]);
			}
		}
		*out = rc == 0 ? conclude(j, hosts, count) : *out;
	}
	return rc;
}
