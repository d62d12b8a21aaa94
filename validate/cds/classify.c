/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Response classes: owner, question, AA, rcode and aliases of every answer are checked (T-20, T-21). */
#include "validate/cds/classify.h"

#include "validate/dnssec/cost.h"
#include "validate/wire/err.h"

const char *response_class_text(enum response_class c)
{
	switch (c) {
	case RESPONSE_TIMEOUT:
		break;
	case RESPONSE_POS:
		return "POS";
	case RESPONSE_NODATA:
		return "NODATA";
	case RESPONSE_NXD:
		return "NXD";
	case RESPONSE_CNAME:
		return "CNAME";
	case RESPONSE_LAME:
		return "LAME";
	case RESPONSE_FAIL:
		return "FAIL";
	case RESPONSE_BOGUS:
		return "BOGUS";
	case RESPONSE_SKIPPED:
		return "SKIPPED";
	}
	return "TIMEOUT";
}

bool response_is_silent(enum response_class c)
{
	return c == RESPONSE_LAME || c == RESPONSE_FAIL || c == RESPONSE_TIMEOUT;
}

static void set_class(struct answer *a, enum response_class class, const char *detail)
{
	a->class = class;
	a->detail = detail;
}

/* Everything that never reaches a parser; true when the class is final. */
static bool classify_status(const struct evidence_answer *e, struct answer *a)
{
	if (e->status == EVIDENCE_NOT_ASKED) {
		set_class(a, RESPONSE_SKIPPED, "not asked");
		return true;
	}
	switch (e->status) {
	case EVIDENCE_ANSWERED:
		return false;
	case EVIDENCE_OVERSIZE:
		/* It did answer, so it is not silent; but nobody can say what. */
		set_class(a, RESPONSE_FAIL, "the answer is larger than is kept");
		a->reason = REASON_BUDGET_EXHAUSTED;
		return true;
	case EVIDENCE_UNREACHABLE:
		set_class(a, RESPONSE_TIMEOUT, "unreachable");
		return true;
	case EVIDENCE_TIMEOUT:
	case EVIDENCE_NOT_ASKED:
		break;
	}
	set_class(a, RESPONSE_TIMEOUT, "no answer");
	return true;
}

/* An alias at the apex, or above it: the server does not host the zone. */
static bool has_alias(const struct message *m, const struct name *child)
{
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		const struct record *r = &m->records[SECTION_ANSWER][i];
		if ((r->type == TYPE_CNAME && name_equal(r->owner, child)) ||
		    (r->type == TYPE_DNAME && !name_equal(r->owner, child) &&
			    name_is_within(child, r->owner))) {
			return true;
		}
	}
	return false;
}

static bool has_type(const struct message *m, uint16_t type)
{
	for (size_t i = 0; i < m->count[SECTION_ANSWER]; i++) {
		if (m->records[SECTION_ANSWER][i].type == type) {
			return true;
		}
	}
	return false;
}

/* The header; true when the class is final. */
static bool classify_header(const struct name *child, uint16_t type, struct answer *a)
{
	const struct message *m = &a->message;
	if (m->rcode == RCODE_REFUSED || m->rcode == RCODE_NOTAUTH) {
		set_class(a, RESPONSE_LAME, m->rcode == RCODE_REFUSED ? "REFUSED" : "NOTAUTH");
	} else if (m->rcode != RCODE_NOERROR && m->rcode != RCODE_NXDOMAIN) {
		set_class(a, RESPONSE_FAIL, m->rcode == RCODE_SERVFAIL ? "SERVFAIL" : "error code");
	} else if (!message_answers(m, child, type)) {
		set_class(a, RESPONSE_FAIL, "answers another question");
	} else if ((m->flags & MESSAGE_FLAG_TC) != 0) {
		set_class(a, RESPONSE_FAIL, "truncated");
	} else if ((m->flags & MESSAGE_FLAG_AA) == 0) {
		set_class(a, RESPONSE_LAME, "not authoritative");
	} else if (has_alias(m, child)) {
		set_class(a, RESPONSE_CNAME, "alias at the apex");
		a->reason = REASON_CNAME_AT_APEX;
	} else if (m->rcode == RCODE_NXDOMAIN) {
		set_class(a, RESPONSE_NXD, "NXDOMAIN");
		a->reason = REASON_NXDOMAIN_AT_APEX;
	} else {
		return false;
	}
	return true;
}

int classify_at(const struct name *owner, uint16_t type, const struct evidence_answer *e, struct verifier *v,
	struct arena *arena, struct answer *out)
{
	*out = (struct answer){ .reason = REASON_NONE };
	if (classify_status(e, out)) {
		return 0;
	}
	int rc = ERR_LIMIT;
	if (verifier_charge(v, cost_message(e->octets))) {
		rc = message_parse(e->octets.data, e->octets.size, arena, &out->message);
	}
	if (rc == ERR_FORMAT) {
		set_class(out, RESPONSE_FAIL, "malformed answer");
		return 0;
	}
	if (rc == ERR_LIMIT) {
		/* Like one that was too large to keep. */
		set_class(out, RESPONSE_FAIL, "more than is looked at");
		out->reason = REASON_BUDGET_EXHAUSTED;
		return 0;
	}
	if (rc < 0) {
		return rc;
	}
	if (classify_header(owner, type, out)) {
		return 0;
	}
	rc = message_rrset(&out->message, SECTION_ANSWER, owner, type, arena, &out->set);
	if (rc < 0) {
		return rc;
	}
	if (out->set.count > 0) {
		set_class(out, RESPONSE_POS, NULL);
	} else if (has_type(&out->message, type)) {
		set_class(out, RESPONSE_FAIL, "records of another owner");
		out->reason = REASON_WRONG_OWNER;
	} else {
		set_class(out, RESPONSE_NODATA, NULL);
	}
	return 0;
}

int classify_answer(const struct name *child, enum evidence_question q,
	const struct evidence_server *server, struct verifier *v, struct arena *arena, struct answer *out)
{
	static const struct evidence_answer skipped = { .status = EVIDENCE_NOT_ASKED };
	const struct evidence_answer *e = server->skip == SKIP_NONE ? &server->answers[q] : &skipped;
	return classify_at(child, evidence_question_type(q), e, v, arena, out);
}
