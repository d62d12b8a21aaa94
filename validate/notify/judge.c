/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NOTIFY messages, row by row of standards 4.4: first what needs nobody but the message, then what needs a look into the store. */
#include "validate/notify/judge.h"

#include <string.h>

#include "validate/notify/report.h"
#include "validate/wire/err.h"

#define EDE_BLOCKED 15

struct sitting {
	const struct notify_input *in;
	struct arena *arena;
	bool passes;			/* the source has a token for this message */
	struct notify_message message;
	struct notify_verdict *v;
};

/* ---- what is answered */

static void reply(struct sitting *s, const struct notify_message *m, enum rcode rcode, uint16_t ede)
{
	const struct notify_reply r = { .request = s->in->octets, .message = m, .rcode = rcode, .ede = ede };
	s->v->response_size = notify_compose(&r, s->v->response);
}

static void answer(struct sitting *s, enum notify_code code, enum rcode rcode)
{
	s->v->code = code;
	reply(s, &s->message, rcode, EDE_NONE);
}

/* RFC 9859 section 4.3, option 2: acknowledged all the same, so that nobody sends it again. Never what is lost for good and may
 * be the word of somebody else than who used up the limit. */
static void answer_blocked(struct sitting *s, enum notify_code code)
{
	s->v->code = code;
	reply(s, &s->message, RCODE_NOERROR, EDE_BLOCKED);
}

/* What cannot be acknowledged. Beyond the limit of its source that is not even said: garbage costs as little as it can. */
static void refuse(struct sitting *s, enum notify_code code, const struct notify_message *m, enum rcode rcode)
{
	s->v->code = code;
	if (s->passes) {
		reply(s, m, rcode, EDE_NONE);
	}
}

/* ---- the message alone */

static enum notify_proof proof_of(const struct notify_input *in)
{
	return in->tsig == NOTIFY_TSIG_GOOD ? NOTIFY_PROVEN_BY_TSIG : in->tcp ? NOTIFY_PROVEN_BY_TCP : NOTIFY_UNPROVEN;
}

/* D7. Who sends in somebody else's name over UDP uses up the tokens of that name. No answer: the true sender comes again
 * (RFC 1996 section 3.6), and is heard then or over TCP; an acknowledgement would silence him. */
static void exceed(struct sitting *s)
{
	if (s->in->tcp) {
		answer_blocked(s, NOTIFY_RATE_SOURCE);
	} else {
		s->v->code = NOTIFY_RATE_SOURCE;
	}
}

/* D4, D6. */
static bool is_sound(struct sitting *s)
{
	const struct notify_message *n = &s->message;
	if (MESSAGE_OPCODE(n->dns.flags) != OPCODE_NOTIFY) {
		refuse(s, NOTIFY_MALFORMED, n, RCODE_NOTIMP);
	} else if (n->dns.edns_version != 0) {
		refuse(s, NOTIFY_MALFORMED, n, RCODE_BADVERS);
	} else if ((n->dns.flags & MESSAGE_FLAG_TC) != 0) {
		refuse(s, NOTIFY_MALFORMED, n, RCODE_FORMERR);
	} else if (n->dns.question_count != 1) {
		refuse(s, NOTIFY_MULTI_ZONE, NULL, RCODE_FORMERR);
	} else if (n->dns.question_class != CLASS_IN) {
		refuse(s, NOTIFY_MALFORMED, n, RCODE_FORMERR);
	} else if (n->is_several) {
		s->v->code = NOTIFY_MULTI_ZONE;		/* RFC 9859 section 4.3: discarded */
	} else {
		return true;
	}
	return false;
}

/* D7, D13, D2, D3. */
static bool is_wanted(struct sitting *s)
{
	const struct notify_input *in = s->in;
	uint16_t type = s->message.dns.question_type;
	bool is_authentic = in->tsig == NOTIFY_TSIG_GOOD || (in->tsig == NOTIFY_TSIG_NONE && !in->options->tsig_required);
	if (!s->passes) {
		exceed(s);
	} else if (!is_authentic) {
		answer(s, NOTIFY_UNAUTHENTICATED, RCODE_NOTAUTH);
	} else if (type == TYPE_CSYNC && !in->options->csync) {
		answer(s, NOTIFY_IGNORED_TYPE, RCODE_NOERROR);
	} else if (type != TYPE_CDS && type != TYPE_CSYNC) {
		answer(s, NOTIFY_UNSUPPORTED_TYPE, RCODE_NOTIMP);
	} else {
		return true;
	}
	return false;
}

/* ---- the child */

/* D11, D12. */
static void meet_agent(struct sitting *s, const struct delegation *d)
{
	if (report_agent_is_allowed(&s->message.agent, d)) {
		s->v->agent = s->message.agent;
	} else if (s->message.has_agent) {
		s->v->note = REPORT_AGENT_REJECTED;
	}
}

/* D10: what no probe could change. A removal by somebody else is over once there is a DS set, whoever set it and
 * whether a probe has seen it or not. */
static enum reason standing_still(const struct notify_child *child)
{
	const struct delegation *d = child->delegation;
	unsigned suspended = child->state == NULL ? 0 : child->state->suspended;
	if ((d->flags & DELEGATION_OPTED_OUT) != 0) {
		return REASON_REJECT_OPTED_OUT;
	}
	if ((d->flags & DELEGATION_REGISTRAR_AUTOMATES) != 0) {
		return REASON_REJECT_REGISTRAR_AUTOMATES;
	}
	if ((suspended & SUSPENDED_BY_OPERATOR) != 0) {
		return REASON_HOLD_OPERATOR;
	}
	if ((suspended & SUSPENDED_BY_REMOVAL) != 0 && d->ds_state == DS_ABSENT) {
		return REASON_HOLD_SUSPENDED;
	}
	return REASON_NONE;
}

/* Acknowledged, and told why nothing comes of it; a report is a query that somebody else made us send, so it has a price. */
static int ignore(struct sitting *s, enum notify_code code, enum reason reason, const struct delegation *d)
{
	bool passes = false;
	uint16_t ede = reason_find(reason)->ede;
	if (ede != EDE_NONE && s->v->agent.size > 0) {
		int rc = notify_limiter_report(s->in->limiter, d, s->in->now_ms, &passes);
		if (rc != 0) {
			return rc;
		}
	}
	s->v->reason = reason;
	s->v->report_ede = passes ? ede : EDE_NONE;
	answer(s, code, RCODE_NOERROR);
	return 0;
}

/* D1, D8: one probe, at once or as soon as the limits have room for it. */
static int enqueue(struct sitting *s, const struct delegation *d)
{
	struct notify_turn turn;
	int rc = notify_limiter_probe(s->in->limiter, d, s->in->now_ms, &turn);
	if (rc != 0) {
		return rc;
	}
	s->v->enqueue = turn.granted;
	s->v->probe = (struct notify_probe){ .child = d->child, .type = s->message.dns.question_type, .trigger = TRIGGER_NOTIFY,
		.due_ms = turn.due_ms, .agent = s->v->agent };
	if (turn.limit != NOTIFY_CODE_NONE) {
		answer_blocked(s, turn.limit);
	} else {
		answer(s, NOTIFY_ACCEPTED, RCODE_NOERROR);
	}
	return 0;
}

static int consider(struct sitting *s, const struct notify_child *child)
{
	const struct delegation *d = child->delegation;
	enum reason reason = standing_still(child);
	meet_agent(s, d);
	if (reason != REASON_NONE) {
		return ignore(s, NOTIFY_IGNORED_SUSPENDED, reason, d);
	}
	if (d->ds_state == DS_ABSENT && !child->policy->rules.bootstrap.enabled) {
		return ignore(s, NOTIFY_IGNORED_INSECURE, REASON_BOOTSTRAP_DISABLED, d);
	}
	if (child->scan == NOTIFY_SCAN_QUEUED) {
		answer(s, NOTIFY_COALESCED, RCODE_NOERROR);
		return 0;
	}
	return enqueue(s, d);
}

static int look_up(struct sitting *s)
{
	struct notify_child child = { .delegation = NULL };
	int rc = s->in->find(s->in->user, &s->message.dns.question, s->arena, &child);
	if (rc == ERR_NOTFOUND) {
		answer(s, NOTIFY_NOT_OURS, RCODE_NOTAUTH);
		return 0;
	}
	return rc != 0 ? rc : consider(s, &child);
}

static int sit(struct sitting *s)
{
	const struct notify_input *in = s->in;
	int rc = notify_limiter_source(in->limiter, &in->source, proof_of(in), in->now_ms, &s->passes);
	if (rc != 0) {
		return rc;
	}
	rc = notify_read(in->octets, in->size, s->arena, &s->message);
	if (rc == ERR_FORMAT || rc == ERR_LIMIT) {
		refuse(s, NOTIFY_MALFORMED, NULL, RCODE_FORMERR);
		return 0;
	}
	return rc == 0 && is_sound(s) && is_wanted(s) ? look_up(s) : rc;
}

int notify_judge(const struct notify_input *in, struct arena *arena, struct notify_verdict *out)
{
	if (in == NULL || in->options == NULL || in->limiter == NULL || in->find == NULL || arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	struct notify_verdict v = { .code = NOTIFY_MALFORMED, .report_ede = EDE_NONE };
	struct sitting s = { .in = in, .arena = arena, .v = &v };
	int rc = notify_is_no_request(in->octets, in->size) ? 0 : sit(&s);
	if (rc == 0) {
		*out = v;
	}
	return rc;
}
