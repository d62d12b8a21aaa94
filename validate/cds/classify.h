/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One answer of one server -> its response class, before any signature is looked at (L-RESP). */
#pragma once

#include "validate/cds/judge.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/message.h"

struct answer {
	enum response_class class;
	enum reason reason;	/* why this class is held against the server; REASON_NONE: it is not */
	const char *detail;	/* static, for people; NULL when there is nothing to say */
	struct message message;	/* zeros unless it could be parsed */
	struct rrset set;	/* with POS */
};

/* Reading it is charged to v. Below zero only for memory. */
int classify_answer(const struct name *child, enum evidence_question q,
	const struct evidence_server *server, struct verifier *v, struct arena *arena, struct answer *out);
/* The answer of one server to the question for a type at a name, which is the apex to what is said of it. */
int classify_at(const struct name *owner, uint16_t type, const struct evidence_answer *e, struct verifier *v,
	struct arena *arena, struct answer *out);
/* LAME, FAIL, TIMEOUT: nothing was received, asking again may help. */
bool response_is_silent(enum response_class c);
