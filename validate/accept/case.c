/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case decided from its encoded values alone: what replay and the judge command run. */
#include "validate/accept/accept.h"
#include "validate/wire/err.h"

/* Everything a case is decided from, decoded. */
struct opened {
	struct evidence evidence;
	struct delegation delegation;
	struct child_state state;
	struct pending pending;
};

static int open_case(const struct case_input *in, struct arena *arena, struct opened *out)
{
	*out = (struct opened){ .state = { .last_reason = REASON_NONE }, .pending = { .state = PENDING_NONE } };
	int code = evidence_decode(in->evidence, arena, &out->evidence);
	if (code == 0) {
		code = delegation_decode(in->delegation, arena, &out->delegation);
	}
	if (code == 0 && in->state.size > 0) {
		code = child_state_decode(in->state, arena, &out->state);
	}
	if (code == 0 && in->pending.size > 0) {
		code = pending_decode(in->pending, arena, &out->pending);
	}
	return code;
}

static int judge_case(struct crypto *crypto, const struct case_input *in, struct arena *arena, struct opened *o,
	struct finding *out)
{
	if (crypto == NULL || in == NULL || arena == NULL || in->policy == NULL || in->algorithms == NULL) {
		return ERR_ARG;
	}
	int code = open_case(in, arena, o);
	if (code != 0) {
		return code;
	}
	const struct judge_input judged = { .evidence = &o->evidence, .delegation = &o->delegation,
		.rules = &in->policy->rules, .algorithms = in->algorithms, .now = in->now,
		.back = child_state_back(&o->state) };
	return judge(crypto, &judged, arena, out);
}

int case_judge(struct crypto *crypto, const struct case_input *in, struct arena *arena, struct finding *out)
{
	struct opened o;
	return judge_case(crypto, in, arena, &o, out);
}

int case_decide(struct crypto *crypto, const struct case_input *in, struct arena *arena,
	struct decision *decision, struct child_state *state_after)
{
	struct opened o;
	struct finding finding;
	int code = judge_case(crypto, in, arena, &o, &finding);
	if (code != 0) {
		return code;
	}
	const struct accept_input accepted = { .evidence = &o.evidence, .delegation = &o.delegation,
		.finding = &finding, .policy = in->policy, .state = &o.state, .pending = &o.pending,
		.now = in->now };
	return accept_step(&accepted, arena, decision, state_after);
}
