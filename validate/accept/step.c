/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a transition: what may come in, where it starts, what is remembered after. */
#include "validate/accept/step.h"

#include <assert.h>
#include <string.h>

#include "validate/accept/bootstrap.h"
#include "validate/accept/form.h"
#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* Checks and warnings a transition may add to the judge's. A decision has room for as many (decision.c). */
#define OWN_CHECKS 32
#define OWN_WARNINGS 4

bool reason_is(enum reason reason, enum reason_class class)
{
	const struct reason_row *row = reason_find(reason);
	return row != NULL && row->class == class;
}

int step_add_check(struct step *t, const char *rule, enum gate gate, enum check_result result,
	const char *detail)
{
	if (detail == NULL) {
		return ERR_NOMEM;
	}
	assert(t->decision.check_count < t->in->finding->check_count + OWN_CHECKS);
	t->decision.checks[t->decision.check_count++] = (struct check){ .rule = rule, .gate = gate,
		.result = result, .detail = detail };
	return 0;
}

void step_add_warning(struct step *t, enum reason warning)
{
	struct decision *d = &t->decision;
	for (size_t i = 0; i < d->warning_count; i++) {
		if (d->warnings[i] == warning) {
			return;
		}
	}
	assert(d->warning_count < t->in->finding->warning_count + OWN_WARNINGS);
	d->warnings[d->warning_count++] = warning;
}

static size_t count_received(const struct finding *f)
{
	size_t received = 0;
	for (size_t i = 0; i < f->server_count; i++) {
		received += !f->servers[i].silent && f->servers[i].class != RESPONSE_SKIPPED;
	}
	return received;
}

static bool is_acceptance_sane(const struct accept_input *in)
{
	const struct finding *f = in->finding;
	const struct delegation *parent = in->delegation;
	if (count_received(f) == 0 || parent->ds_state != DS_PRESENT || parent->ds.count == 0 ||
	    ds_set_equal(&f->ds_after, &parent->ds)) {
		return false;
	}
	switch (f->reason) {
	case REASON_ACCEPT_UPDATE:
		return f->ds_after.count > 0 && f->ds_after.count <= LIMIT_DS && f->change != CHANGE_NONE &&
			f->change != CHANGE_UPDATE && f->change != CHANGE_DELETE;
	case REASON_ACCEPT_DIGEST_REFRESH:
		return f->ds_after.count > 0 && f->ds_after.count <= LIMIT_DS && f->change == CHANGE_DIGEST;
	case REASON_ACCEPT_DELETE:
		return f->ds_after.count == 0 && f->change == CHANGE_DELETE &&
			in->policy->rules.delete_allowed;
	default:
		return false;
	}
}

/* A request that RFC 9615 does not prove was seen from as many places as the policy wants, and no other one was. */
static bool is_seen_from_everywhere(const struct accept_input *in)
{
	const struct finding *f = in->finding;
	uint8_t wanted = in->policy->rules.bootstrap.vantages;
	size_t agree = 0;
	for (size_t i = 0; i < f->vantage_count; i++) {
		if (f->vantages[i].result == VANTAGE_DIFFERS) {
			return false;
		}
		agree += f->vantages[i].result == VANTAGE_AGREES;
	}
	return f->reason != REASON_BOOTSTRAP_UNPROVEN || wanted <= 1 || agree >= wanted;
}

/* The first DS set of a delegation that has none, asked for over TCP (T-43) by a judge that was told to look. */
static bool is_first_set_sane(const struct accept_input *in)
{
	const struct finding *f = in->finding;
	const struct bootstrap_rules *rules = &in->policy->rules.bootstrap;
	for (size_t i = 0; i < f->server_count; i++) {
		const struct server_finding *s = &f->servers[i];
		if (!s->silent && s->class != RESPONSE_SKIPPED && !s->tcp) {
			return false;
		}
	}
	return count_received(f) > 0 && in->delegation->ds_state == DS_ABSENT && in->delegation->ds.count == 0 &&
		f->ds_after.count > 0 && f->ds_after.count <= LIMIT_DS && f->change == CHANGE_INITIAL &&
		form_is_hash(f->request_hash) && rules->enabled &&
		(f->reason == REASON_BOOTSTRAP_UNPROVEN || rules->authenticated) && is_seen_from_everywhere(in);
}

bool step_is_finding_sane(const struct accept_input *in)
{
	enum reason reason = in->finding->reason;
	if (reason_find(reason) == NULL || reason_is(reason, CLASS_WARNING)) {
		return false;
	}
	/* A host that the judge forgot would be left out without waiting for it. */
	if (in->finding->unresolved != evidence_unresolved(in->evidence)) {
		return false;
	}
	if (bootstrap_is_asked(in->finding)) {
		return is_first_set_sane(in);
	}
	return !reason_is(reason, CLASS_ACCEPT) || is_acceptance_sane(in);
}

static bool is_complete(const struct accept_input *in)
{
	return in->finding != NULL && in->evidence != NULL && in->delegation != NULL &&
		in->policy != NULL && in->state != NULL && in->pending != NULL;
}

int step_check_input(const struct accept_input *in)
{
	if (!is_complete(in) || !name_equal(&in->evidence->child, &in->delegation->child) ||
	    in->policy->retry_count > POLICY_RETRIES || (unsigned)in->pending->state > PENDING_SENT) {
		return ERR_ARG;
	}
	const struct finding *f = in->finding;
	bool fits = f->server_count <= LIMIT_CHILD_ADDRESSES && in->evidence->host_count <= LIMIT_NS_HOSTS &&
		f->check_count <= LIMIT_CHECKS && f->warning_count <= LIMIT_WARNINGS &&
		f->mark_count <= LIMIT_MARKS && in->state->mark_count <= LIMIT_MARKS && f->vantage_count <= LIMIT_VANTAGES &&
		in->state->failure_count <= LIMIT_CHILD_ADDRESSES && in->state->host_failure_count <= LIMIT_NS_HOSTS;
	return fits ? 0 : ERR_LIMIT;
}

int step_begin(struct step *t, const struct accept_input *in, struct arena *arena)
{
	const struct finding *f = in->finding;
	*t = (struct step){ .in = in, .arena = arena, .state = *in->state };
	t->automation = (struct automation){ .state = &t->state, .now = in->now, .request = f->request_hash, .ns = f->ns_hash,
		.counts = in->evidence->trigger == TRIGGER_TIMER };
	struct decision *d = &t->decision;
	*d = (struct decision){ .child = in->delegation->child, .now = in->now,
		.trigger = in->evidence->trigger, .signaling = f->signaling, .reason = f->reason,
		.security = f->security, .ds_before = in->delegation->ds, .ds_after = in->delegation->ds,
		.server_count = f->server_count, .servers = f->servers, .vantage_count = f->vantage_count,
		.vantages = f->vantages, .verifications = f->verifications };
	memcpy(d->content_hash, f->content_hash, sizeof d->content_hash);
	d->checks = arena_array(arena, f->check_count + OWN_CHECKS, sizeof *d->checks);
	d->warnings = arena_array(arena, f->warning_count + OWN_WARNINGS, sizeof *d->warnings);
	d->hosts = arena_array(arena, in->evidence->host_count, sizeof *d->hosts);
	if (d->checks == NULL || d->warnings == NULL || d->hosts == NULL) {
		return ERR_NOMEM;
	}
	for (; d->check_count < f->check_count; d->check_count++) {
		d->checks[d->check_count] = f->checks[d->check_count];
	}
	for (; d->warning_count < f->warning_count; d->warning_count++) {
		d->warnings[d->warning_count] = f->warnings[d->warning_count];
	}
	for (; d->host_count < in->evidence->host_count; d->host_count++) {
		d->hosts[d->host_count] = in->evidence->hosts[d->host_count].name;
	}
	return 0;
}

/* Time goes on where something is written anyway: a quiet child costs no write. */
static int remember_time(struct step *t)
{
	/* What has no encoding is written by nobody. */
	struct slice before = { .size = 0 };
	struct slice after = { .size = 0 };
	int code = child_state_encode(t->in->state, t->arena, &before);
	if (code != ERR_NOMEM) {
		code = child_state_encode(&t->state, t->arena, &after) == ERR_NOMEM ? ERR_NOMEM : 0;
		bool same = slice_equal(before, after);
		t->state.seen = !same && t->in->now > t->state.seen ? t->in->now : t->state.seen;
	}
	return code;
}

int step_remember(struct step *t)
{
	struct child_state *s = &t->state;
	const struct decision *d = &t->decision;
	if (t->automation.is_void) {
		automation_happen(&t->automation, EVENT_TECHNICAL_FAULT, AUTOMATION_NO_WINDOW);
	}
	t->decision.window = s->window;
	if (s->last_reason != d->reason || memcmp(s->content_hash, d->content_hash, sizeof s->content_hash) != 0) {
		s->last_reason = d->reason;
		s->last_changed = d->now;
		memcpy(s->content_hash, d->content_hash, sizeof s->content_hash);
	}
	return remember_time(t);
}
