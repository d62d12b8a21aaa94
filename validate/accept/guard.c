/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guards: what stands between a request that would be accepted and its acceptance. */
#include "validate/accept/guard.h"

#include "validate/accept/replay.h"
#include "validate/accept/silence.h"
#include "validate/dnssec/rrsig.h"
#include "validate/wire/limits.h"

#define RULE_RETRY "R9975-3-4"

#define RULE_REPLAY "R7344-6.2-2"
#define RULE_STRICT "A-45"

static int refuse_older(struct step *t, const struct replay *r)
{
	t->decision.reason = REASON_REPLAY_OLDER;
	return step_add_check(t, RULE_REPLAY, GATE_CORRECT, CHECK_FAIL, arena_printf(t->arena,
		"the signature by key %u was made %u s before the one accepted last; "
		"the zone has to be signed again", r->seen->tag, r->stored->inception - r->seen->inception));
}

static bool is_strict(const struct step *t)
{
	return t->in->policy->replay_guard == REPLAY_GUARD_STRICT;
}

/* what differs from what was said last has to be signed after it. Where it does not, *passes is false. */
static int compare_said(struct step *t, bool *passes)
{
	static const char *const types[SAID_TYPES] = { "CDS", "CDNSKEY" };
	const struct finding *f = t->in->finding;
	struct last_words last;
	enum said_type type = replay_find_repeat(f, &t->state, &last);
	*passes = type == SAID_TYPES;
	if (*passes) {
		return step_add_check(t, RULE_STRICT, GATE_CORRECT, CHECK_PASS,
			"what is asked for is what was seen last, or was signed after it");
	}
	t->decision.reason = REASON_REPLAY_NOT_NEWER;
	return step_add_check(t, RULE_STRICT, GATE_CORRECT, CHECK_FAIL, last.inception == f->said[type].inception ?
		arena_printf(t->arena, "%s is not what was seen last, and its newest signature begins at the same time; "
			"it waits for a newer one", types[type]) :
		arena_printf(t->arena, "%s is not what was seen last, and its newest signature begins %u s before; "
			"it waits for a newer one", types[type], last.inception - f->said[type].inception));
}

/* Standards 4.1: what may be wrong with the set that is asked for stands after replay (A19 to A25). */
static bool ranks_after_replay(enum reason reason)
{
	switch (reason) {
	case REASON_ALGORITHM_FORBIDDEN:
	case REASON_ALGORITHM_UNSUPPORTED:
	case REASON_DIGEST_UNUSABLE_FOR_KEY:
	case REASON_KEY_REVOKED:
	case REASON_KEY_NOT_ZONE:
	case REASON_KEY_BAD_PROTOCOL:
	case REASON_TOO_MANY_RECORDS:
	case REASON_CONTINUITY_NO_PATH:
	case REASON_CONTINUITY_ALGORITHM:
	case REASON_CONTINUITY_SERVER:
	case REASON_CONTINUITY_DIGEST:
	case REASON_CONTINUITY_SIGNATURE_LIFETIME:
		return true;
	default:
		return false;
	}
}

int guard_tell_older(struct step *t)
{
	const struct finding *f = t->in->finding;
	struct replay r;
	struct last_words last;
	if (t->in->policy->replay_guard == REPLAY_GUARD_OFF || !ranks_after_replay(f->reason)) {
		return 0;
	}
	replay_check(f->marks, f->mark_count, &t->state, &r);
	bool repeats = is_strict(t) && replay_find_repeat(f, &t->state, &last) != SAID_TYPES;
	if (!r.older && !repeats) {
		return 0;
	}
	step_add_warning(t, f->reason);
	bool passes;
	return r.older ? refuse_older(t, &r) : compare_said(t, &passes);
}

/* R7344-6.2-2: an older version of the signal never overwrites a newer one. */
int guard_replay(struct step *t, const struct request *q, bool *passes)
{
	static const char rule[] = RULE_REPLAY;
	const struct finding *f = t->in->finding;
	*passes = true;
	if (t->in->policy->replay_guard == REPLAY_GUARD_OFF) {
		return step_add_check(t, rule, GATE_CORRECT, CHECK_SKIP, "switched off by the policy");
	}
	struct replay r;
	replay_check(f->marks, f->mark_count, &t->state, &r);
	if (r.older) {
		*passes = false;
		return refuse_older(t, &r);
	}
	if (q->goes_back && r.known == 0) {
		*passes = false;
		return step_add_check(t, rule, GATE_CORRECT, CHECK_FAIL,
			"no signature shows that the child went back after it asked for the change");
	}
	int code = step_add_check(t, rule, GATE_CORRECT, CHECK_PASS, r.known == 0 ?
		"nothing by these keys was accepted before" :
		arena_printf(t->arena, "%zu of %zu known signatures are not older than what was accepted last", r.known - r.below,
			r.known));
	return code == 0 && is_strict(t) ? compare_said(t, passes) : code;
}

/* Holds for those that fail by the schedule, or leaves them out. whom: "silent addresses". */
static int weigh_silence(struct step *t, const struct request *q, const struct silence *r, const char *whom)
{
	struct decision *d = &t->decision;
	if (r->waiting == 0) {
		step_add_warning(t, REASON_WARN_SERVER_DROPPED);
		return step_add_check(t, RULE_RETRY, GATE_DUE, CHECK_WARN,
			arena_printf(t->arena, "left out of the vote: %s", r->detail));
	}
	d->reason = REASON_HOLD_UNREACHABLE;
	d->next_eligible = r->eligible > d->next_eligible ? r->eligible : d->next_eligible;
	uint32_t left = r->eligible > t->in->now ? r->eligible - t->in->now : 0;
	return step_add_check(t, RULE_RETRY, GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"waiting for %zu of %zu %s, at least %u s more%s: %s", r->waiting, r->silent, whom, (unsigned)left,
		q->change == CHANGE_DELETE ? " (a delete waits longer)" : "", r->detail));
}

/* R9975-3-4, 3-5: a server that gives no response is asked again by the schedule before it is left out, and so are the
 * servers of a host that cannot be looked up; a delete waits longer for them (A-13, B7). Glue that answered is not all
 * of a host: R9975-3-1 asks for what the resolver says, too. */
int guard_unreachable(struct step *t, const struct request *q, bool *passes)
{
	const struct policy *p = t->in->policy;
	const struct schedule when = { .policy = p, .now = t->in->now,
		.hold_s = q->change == CHANGE_DELETE ? p->delete_hold_max_s : p->drop_after_s };
	struct silence servers;
	struct silence hosts;
	int code = silence_count(t->in->finding, &when, t->arena, &t->state, &servers);
	if (code == 0) {
		code = silence_count_hosts(t->in->evidence, &when, t->arena, &t->state, &hosts);
	}
	if (code != 0) {
		return code;
	}
	*passes = servers.waiting == 0 && hosts.waiting == 0;
	code = servers.silent > 0 ? weigh_silence(t, q, &servers, "silent addresses") :
		step_add_check(t, RULE_RETRY, GATE_DUE, CHECK_PASS, "every address that was asked gave a response");
	if (code == 0 && hosts.silent > 0) {
		code = weigh_silence(t, q, &hosts, "hosts without known addresses");
	}
	return code;
}

/* what was seen further apart than a round may never have been true at once. */
int guard_round(struct step *t, bool *passes)
{
	*passes = evidence_is_one_round(t->in->evidence);
	if (*passes) {
		return 0;
	}
	t->decision.reason = REASON_STALE_EVIDENCE;
	t->decision.next_eligible = t->in->now;
	return step_add_check(t, "A-07", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"the answers are not of one round of at most %u s; the child has to be asked again",
		LIMIT_ROUND_MS / 1000u));
}

/* Hosts of which no address was asked: they have none, or none that may be asked. */
static size_t count_unheard(const struct accept_input *in)
{
	const struct finding *f = in->finding;
	uint32_t asked = f->unresolved;
	for (size_t i = 0; i < f->server_count; i++) {
		asked |= f->servers[i].class == RESPONSE_SKIPPED ? 0 : f->servers[i].hosts;
	}
	size_t unheard = 0;
	for (size_t i = 0; i < in->evidence->host_count; i++) {
		unheard += (asked >> i & 1) == 0;
	}
	return unheard;
}

/* Can nobody but us do something about it? */
static bool lacks_family(const struct evidence *e)
{
	for (size_t i = 0; i < e->server_count; i++) {
		if (e->servers[i].skip == SKIP_FAMILY) {
			return true;
		}
	}
	return false;
}

int guard_everybody(struct step *t, bool *passes)
{
	const struct finding *f = t->in->finding;
	size_t unheard = count_unheard(t->in);
	size_t silent = 0;
	size_t skipped = 0;
	for (size_t i = 0; i < f->server_count; i++) {
		silent += f->servers[i].silent;
		skipped += f->servers[i].class == RESPONSE_SKIPPED;
	}
	*passes = silent == 0 && skipped == 0 && unheard == 0 && f->unresolved == 0;
	if (*passes) {
		return step_add_check(t, RULE_RETRY, GATE_CORRECT, CHECK_PASS, "every address of every host gave a response");
	}
	bool family = silent == 0 && f->unresolved == 0 && lacks_family(t->in->evidence);
	t->decision.reason = family ? REASON_HOLD_FAMILY_UNASKED : REASON_HOLD_UNREACHABLE;
	return step_add_check(t, family ? "A-08" : RULE_RETRY, GATE_CORRECT, CHECK_FAIL, arena_printf(t->arena,
		"a first DS set needs every server: of %zu addresses %zu are silent and %zu were not asked%s%s", f->server_count,
		silent, skipped, unheard == 0 ? "" : "; of some hosts no address was asked",
		f->unresolved == 0 ? "" : "; hosts could not be looked up"));
}

bool guard_is_signed_after(const struct mark *marks, size_t count, uint32_t change)
{
	bool is = change == 0;
	for (size_t i = 0; i < count && !is; i++) {
		is = !marks[i].successor && !serial_before(marks[i].inception, change);
	}
	return is;
}

int guard_manual_change(struct step *t, bool *passes)
{
	const struct finding *f = t->in->finding;
	uint32_t change = t->in->delegation->manual_change;
	*passes = true;
	if (!t->in->policy->guard_manual_change || change == 0) {
		return 0;
	}
	*passes = guard_is_signed_after(f->marks, f->mark_count, change);
	if (*passes) {
		return step_add_check(t, "A-05", GATE_CORRECT, CHECK_PASS, "signed after the last change by hand");
	}
	t->decision.reason = REASON_OLDER_THAN_MANUAL_CHANGE;
	return step_add_check(t, "A-05", GATE_CORRECT, CHECK_FAIL, arena_printf(t->arena,
		"somebody set NS or DS by hand at %u, and no signature was made since; the zone has to be signed again",
		(unsigned)change));
}

int guard_rate(struct step *t, bool *passes)
{
	uint32_t interval = t->in->policy->min_interval_s;
	uint64_t when = (uint64_t)t->state.accepted + interval;
	*passes = interval == 0 || t->state.accepted == 0 || t->in->now >= when;
	if (*passes) {
		return 0;
	}
	t->decision.reason = REASON_HOLD_RATE_LIMITED;
	t->decision.next_eligible = when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
	return step_add_check(t, "R7344-6.1-2", GATE_DUE, CHECK_FAIL, arena_printf(t->arena,
		"the last change was accepted at %u; the next one may be %u s later", (unsigned)t->state.accepted,
		(unsigned)interval));
}
