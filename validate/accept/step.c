/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of a transition: what may come in, where it starts, what is remembered after. */
#include "validate/accept/step.h"

#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/limits.h"

/* Checks and warnings a transition may add to the judge's. */
#define OWN_CHECKS 8
#define OWN_WARNINGS 1

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
		f->mark_count <= LIMIT_MARKS && in->state->mark_count <= LIMIT_MARKS &&
		in->state->failure_count <= LIMIT_CHILD_ADDRESSES && in->state->host_failure_count <= LIMIT_NS_HOSTS;
	return fits ? 0 : ERR_LIMIT;
}

int step_begin(struct step *t, const struct accept_input *in, struct arena *arena)
{
	const struct finding *f = in->finding;
	*t = (struct step){ .in = in, .arena = arena, .state = *in->state };
	struct decision *d = &t->decision;
	*d = (struct decision){ .child = in->delegation->child, .now = in->now, .reason = f->reason,
		.security = f->security, .ds_before = in->delegation->ds, .ds_after = in->delegation->ds,
		.server_count = f->server_count, .servers = f->servers, .verifications = f->verifications };
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

void step_remember(struct step *t)
{
	struct child_state *s = &t->state;
	const struct decision *d = &t->decision;
	if (s->last_reason == d->reason &&
	    memcmp(s->content_hash, d->content_hash, sizeof s->content_hash) == 0) {
		return;
	}
	s->last_reason = d->reason;
	s->last_changed = d->now;
	memcpy(s->content_hash, d->content_hash, sizeof s->content_hash);
}

