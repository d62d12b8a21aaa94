/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other places that a child was asked from (RFC 8078 section 5, RFC 9975 section 3). A request for a first DS set that nothing
 * proves is as true as the way it came on: whoever stands on the way to one place does not stand on the way to another. So it
 * has to be the same, judged alike, from as many as the rules want, and none may see another one. */
#include "validate/cds/judging.h"

#include <string.h>

#include "validate/wire/err.h"

#define RULE "R8078-5-1"

const char *vantage_result_text(enum vantage_result r)
{
	switch (r) {
	case VANTAGE_LACKS:
		break;
	case VANTAGE_AGREES:
		return "agrees";
	case VANTAGE_DIFFERS:
		return "differs";
	}
	return "lacks";
}

bool vantage_is_asked(const struct judging *j)
{
	return j->in->evidence->vantage_count + 1 >= j->in->rules->bootstrap.vantages;
}

static bool is_received(const struct server_finding *s)
{
	return !s->silent && s->class != RESPONSE_SKIPPED;
}

static uint8_t count_received(const struct finding *f)
{
	uint8_t received = 0;
	for (size_t i = 0; i < f->server_count; i++) {
		received += is_received(&f->servers[i]);
	}
	return received;
}

/* What was received at the first place was received there, too. */
static bool is_complete(const struct finding *first, const struct finding *other)
{
	for (size_t i = 0; i < first->server_count; i++) {
		if (is_received(&first->servers[i]) && !is_received(&other->servers[i])) {
			return false;
		}
	}
	return true;
}

/* Says nothing of the child: it is about the way there, or about us. */
static bool is_technical(enum reason reason)
{
	switch (reason) {
	case REASON_HOLD_UNREACHABLE:
	case REASON_HOLD_FAMILY_UNASKED:
	case REASON_STALE_EVIDENCE:
	case REASON_BUDGET_EXHAUSTED:
		return true;
	default:
		return reason_find(reason)->class == CLASS_ERROR;
	}
}

static enum vantage_result compare(const struct finding *first, const struct finding *other)
{
	if (is_technical(other->reason)) {
		return VANTAGE_LACKS;
	}
	if (other->reason != REASON_BOOTSTRAP_UNPROVEN ||
	    memcmp(first->request_hash, other->request_hash, SHA256_OCTETS) != 0) {
		return VANTAGE_DIFFERS;
	}
	return is_complete(first, other) ? VANTAGE_AGREES : VANTAGE_LACKS;
}

static void tell(struct judging *j, const struct vantage_finding *v, size_t addresses)
{
	static const enum check_result results[] = { CHECK_WARN, CHECK_PASS, CHECK_FAIL };
	const char *what = v->result == VANTAGE_AGREES ? "the same request" :
		v->reason == REASON_BOOTSTRAP_UNPROVEN ? v->result == VANTAGE_LACKS ? "the same request, but not everywhere" :
		"another request" : reason_token(v->reason);
	trace_check(&j->trace, RULE, GATE_CORRECT, results[v->result], "%s: %s; %u of %zu addresses answered", v->name, what,
		(unsigned)v->answered, addresses);
}

/* RFC 8078 section 3.4: a token that one place does not see is not on every server. */
static void compare_tokens(struct judging *j, const struct finding *others, struct finding *f)
{
	static const uint8_t none[SHA256_OCTETS];
	const struct evidence *e = j->in->evidence;
	for (size_t i = 0; i < e->vantage_count && memcmp(f->challenge_hash, none, SHA256_OCTETS) != 0; i++) {
		if (memcmp(f->challenge_hash, others[i].challenge_hash, SHA256_OCTETS) != 0) {
			trace_check(&j->trace, "R8078-3.4-1", GATE_ALLOWED, CHECK_SKIP,
				"no token is read: %s does not see it on every server", e->vantages[i].name);
			memset(f->challenge_hash, 0, SHA256_OCTETS);
		}
	}
}

static enum reason count(struct judging *j, const struct finding *f)
{
	size_t by_result[VANTAGE_DIFFERS + 1] = { 0 };
	size_t wanted = j->in->rules->bootstrap.vantages;
	for (size_t i = 0; i < f->vantage_count; i++) {
		by_result[f->vantages[i].result]++;
		tell(j, &f->vantages[i], f->server_count);
	}
	size_t agree = by_result[VANTAGE_AGREES];
	bool enough = by_result[VANTAGE_DIFFERS] == 0 && agree >= wanted;
	trace_check(&j->trace, RULE, GATE_CORRECT, enough ? CHECK_PASS : CHECK_FAIL,
		"of %zu places %zu see the same request and %zu another one; the policy wants %zu, and no other one",
		f->vantage_count, agree, by_result[VANTAGE_DIFFERS], wanted);
	return enough ? REASON_NONE : by_result[VANTAGE_DIFFERS] > 0 ? REASON_VANTAGE_DISAGREE : REASON_VANTAGE_INCOMPLETE;
}

static int describe(struct judging *j, const struct finding *others, struct finding *f)
{
	const struct evidence *e = j->in->evidence;
	struct vantage_finding *v = arena_array(j->arena, e->vantage_count + 1, sizeof *v);
	if (v == NULL) {
		return ERR_NOMEM;
	}
	v[0] = (struct vantage_finding){ .result = VANTAGE_AGREES, .reason = f->reason, .answered = count_received(f) };
	memcpy(v[0].name, e->vantage, sizeof v[0].name);
	for (size_t i = 0; i < e->vantage_count; i++) {
		const struct finding *o = &others[i];
		v[i + 1] = (struct vantage_finding){ .result = compare(f, o), .reason = o->reason, .answered = count_received(o) };
		memcpy(v[i + 1].name, e->vantages[i].name, sizeof v[i + 1].name);
		f->verifications += o->verifications;
		f->cost_ns = o->cost_ns > f->cost_ns ? o->cost_ns : f->cost_ns;
	}
	f->vantages = v;
	f->vantage_count = e->vantage_count + 1;
	return 0;
}

int vantage_compare(struct judging *j, const struct finding *others, struct finding *f)
{
	enum reason reason = REASON_STALE_EVIDENCE;
	if (!vantage_is_asked(j)) {
		trace_check(&j->trace, RULE, GATE_CORRECT, CHECK_FAIL,
			"the child was asked from %zu of the %u places that have to see the same, so it is asked again",
			j->in->evidence->vantage_count + 1, (unsigned)j->in->rules->bootstrap.vantages);
	} else {
		int rc = describe(j, others, f);
		if (rc < 0) {
			return rc;
		}
		compare_tokens(j, others, f);
		reason = count(j, f);
	}
	if (reason != REASON_NONE) {
		f->reason = reason;
		f->change = CHANGE_NONE;
	}
	return 0;
}
