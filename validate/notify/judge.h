/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The judge of NOTIFY messages (standards 4.4): octets, who sent them and what the caller knows of the child -> whether it is
 * probed, and the octets of the answer. A message changes when a child is asked, and nothing else (RFC 9859 section 5): what is
 * in its sections is never read. */
#pragma once

#include "validate/accept/policy.h"
#include "validate/accept/state.h"
#include "validate/cds/delegation.h"
#include "validate/notify/code.h"
#include "validate/notify/limit.h"
#include "validate/notify/message.h"

/* What of RFC 8945 the caller has verified. A bad one is refused whether one is required or not. */
enum notify_tsig { NOTIFY_TSIG_BAD = 0, NOTIFY_TSIG_NONE, NOTIFY_TSIG_GOOD };

struct notify_options {
	bool tsig_required;
	bool csync;			/* the caller does something about CSYNC */
};

/* A probe of the child that is on its way. One that is running may have asked already, and is no answer to this message; nor is a
 * quick retry that waits, whose place the new probe takes. */
enum notify_scan { NOTIFY_SCAN_NONE = 0, NOTIFY_SCAN_RUNNING, NOTIFY_SCAN_QUEUED };

struct notify_child {
	const struct delegation *delegation;
	const struct child_state *state;	/* NULL: never decided */
	const struct policy *policy;
	enum notify_scan scan;
};

struct notify_input {
	const uint8_t *octets;
	size_t size;
	struct address source;
	bool tcp;
	enum notify_tsig tsig;
	uint64_t now_ms;			/* as the limiter has it */
	const struct notify_options *options;
	struct notify_limiter *limiter;
	/* The delegation of exactly this name, for as long as the arena is there. 0; ERR_NOTFOUND: it is not ours; others are failures.
	 * Called once at most, and not before all that is cheaper. */
	int (*find)(void *user, const struct name *child, struct arena *arena, struct notify_child *out);
	void *user;
};

/* A probe to be queued. If one is queued for the child already nothing is added: the first one's agent is told. */
struct notify_probe {
	struct name child;
	uint16_t type;				/* CDS or CSYNC: what is asked for (RFC 9859 section 4) */
	enum evidence_trigger trigger;
	uint64_t due_ms;
	struct name agent;			/* where errors are reported later; size 0: nowhere */
};

struct notify_verdict {
	enum notify_code code;
	enum notify_code note;			/* REPORT_AGENT_REJECTED, or NONE */
	enum reason reason;			/* why nothing is done for this child, where it is so; NONE */
	bool enqueue;
	struct notify_probe probe;		/* if so */
	uint16_t report_ede;			/* to be told to the agent now; EDE_NONE: nothing */
	struct name agent;			/* where: size 0 where there is none */
	/* Who verified the request's TSIG signs what is answered to it (RFC 8945 section 5.3). */
	size_t response_size;			/* 0: no answer */
	uint8_t response[NOTIFY_RESPONSE_MAX];
};

/* 0 and *out. Below zero for our own failures: nothing is answered then, and the sender asks again. */
int notify_judge(const struct notify_input *in, struct arena *arena, struct notify_verdict *out);
