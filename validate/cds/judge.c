/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the checks (standards section 3) and the one reason that comes of them (4.1, 4.2). */
#include "validate/cds/judging.h"

#include "validate/cds/decide.h"
#include "validate/wire/err.h"

const char *change_class_text(enum change_class c)
{
	switch (c) {
	case CHANGE_NONE:
		break;
	case CHANGE_UPDATE:
		return "update";
	case CHANGE_DELETE:
		return "delete";
	case CHANGE_DIGEST:
		return "digest-only";
	case CHANGE_ADD:
		return "add";
	case CHANGE_REMOVE:
		return "remove";
	case CHANGE_SWAP:
		return "swap";
	case CHANGE_ALGORITHM:
		return "algorithm-roll";
	case CHANGE_INITIAL:
		return "initial";
	case CHANGE_TTL:
		return "ttl";
	}
	return "none";
}

const char *child_security_text(enum child_security s)
{
	switch (s) {
	case SECURITY_UNKNOWN:
		break;
	case SECURITY_SECURE:
		return "secure";
	case SECURITY_INSECURE:
		return "insecure";
	case SECURITY_UNUSABLE:
		return "unusable-ds";
	}
	return "unknown";
}

bool finding_wants_tcp(const struct finding *f)
{
	/* Whatever else is stale is so for accept, which knows what time it is. */
	bool back = f->back.looked && f->back.reason == REASON_STALE_EVIDENCE;
	return (f->reason == REASON_STALE_EVIDENCE || back) && f->security == SECURITY_INSECURE;
}

/* One DS that can be verified here makes the child secure. */
static enum child_security find_security(struct crypto *crypto, const struct delegation *d)
{
	if (d->ds_state != DS_PRESENT || d->ds.count == 0) {
		return d->ds_state == DS_ABSENT ? SECURITY_INSECURE : SECURITY_UNKNOWN;
	}
	for (size_t i = 0; i < d->ds.count; i++) {
		if (crypto_has_algorithm(crypto, d->ds.ds[i].algorithm) &&
		    crypto_has_digest(crypto, d->ds.ds[i].digest_type)) {
			return SECURITY_SECURE;
		}
	}
	return SECURITY_UNUSABLE;
}

/* Evidence of another NS set says nothing of this one (A29). */
static bool hosts_match(const struct evidence *e, const struct delegation *d)
{
	for (size_t i = 0; i < d->host_count; i++) {
		bool found = false;
		for (size_t k = 0; !found && k < e->host_count; k++) {
			found = name_equal(&e->hosts[k].name, &d->hosts[i].name);
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

static enum response_class worst_class(const struct judging *j, const struct view *v)
{
	/* What blocks before what is missing, and that before what is fine. */
	static const enum response_class order[] = { RESPONSE_BOGUS, RESPONSE_CNAME, RESPONSE_NXD,
		RESPONSE_FAIL, RESPONSE_LAME, RESPONSE_TIMEOUT };
	if (v->skipped) {
		return RESPONSE_SKIPPED;
	}
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		for (enum evidence_question q = 0; q < EVIDENCE_SOA_LAST; q++) {
			if ((q == EVIDENCE_CDS && !j->used[IN_CDS]) ||
			    (q == EVIDENCE_CDNSKEY && !j->used[IN_CDNSKEY]) ||
			    (j->security != SECURITY_SECURE && !j->bootstrap && (q == EVIDENCE_SOA || q == EVIDENCE_DNSKEY))) {
				continue;
			}
			if (v->answers[q].class == order[i]) {
				return order[i];
			}
		}
	}
	bool positive = (j->used[IN_CDS] && v->answers[EVIDENCE_CDS].class == RESPONSE_POS) ||
		(j->used[IN_CDNSKEY] && v->answers[EVIDENCE_CDNSKEY].class == RESPONSE_POS);
	return positive ? RESPONSE_POS : RESPONSE_NODATA;
}

/* SOA RDATA ends in serial, refresh, retry, expire, minimum. */
static uint32_t soa_serial(const struct answer *a)
{
	if (a->set.count == 0 || a->set.rdata[0].size < 20) {
		return 0;
	}
	const uint8_t *o = a->set.rdata[0].data + a->set.rdata[0].size - 20;
	return (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
}

static int describe_servers(struct judging *j, struct finding *f)
{
	const struct evidence *e = j->in->evidence;
	f->servers = arena_array(j->arena, e->server_count, sizeof f->servers[0]);
	if (f->servers == NULL) {
		return ERR_NOMEM;
	}
	f->server_count = e->server_count;
	f->unresolved = evidence_unresolved(e);
	for (size_t i = 0; i < e->server_count; i++) {
		const struct evidence_server *s = &e->servers[i];
		const struct view *v = j->of_server[i];
		struct server_finding *out = &f->servers[i];
		*out = (struct server_finding){ .address = s->address, .hosts = s->hosts, .reason = v->note,
			.class = worst_class(j, v), .silent = v->silent,
			.soa_serial = soa_serial(&v->answers[EVIDENCE_SOA]) };
		for (size_t q = 0; q < EVIDENCE_QUESTIONS; q++) {
			const struct evidence_answer *a = &s->answers[q];
			out->classes[q] = v->answers[q].class;
			out->tcp = out->tcp || a->tcp;
			out->rtt_us = a->rtt_us > out->rtt_us ? a->rtt_us : out->rtt_us;
		}
		f->silent_count += v->silent;
	}
	return 0;
}

static int copy_marks(struct judging *j, struct finding *f)
{
	f->marks = arena_copy(j->arena, j->marks, j->mark_count * sizeof j->marks[0]);
	f->mark_count = j->mark_count;
	return f->marks == NULL ? ERR_NOMEM : 0;
}

static int prepare(struct judging *j, struct finding *f)
{
	const struct rules *rules = j->in->rules;
	const struct ds_set *ds = &j->in->delegation->ds;
	j->used[IN_CDS] = rules->types != TYPES_SINGLE_CDNSKEY;
	j->used[IN_CDNSKEY] = rules->types != TYPES_SINGLE_CDS;
	j->security = find_security(j->crypto, j->in->delegation);
	trace_init(&j->trace, j->arena);
	f->security = j->security;
	f->ds_after.count = ds->count;
	f->ds_after.ds = arena_copy(j->arena, ds->ds, ds->count * sizeof ds->ds[0]);
	j->verifier = verifier_new(j->crypto, j->arena, j->in->now);
	return f->ds_after.ds == NULL || j->verifier == NULL ? ERR_NOMEM : 0;
}

/* What the encodings guarantee, for callers that made theirs in memory. */
static bool arguments_hold(const struct judge_input *in)
{
	return in->evidence != NULL && in->delegation != NULL && in->rules != NULL &&
		in->algorithms != NULL && in->delegation->ds.count <= LIMIT_DS &&
		(in->back == NULL || in->back->count <= LIMIT_DS) &&
		in->evidence->host_count <= LIMIT_NS_HOSTS &&
		in->evidence->server_count <= LIMIT_CHILD_ADDRESSES && in->evidence->vantage_count < LIMIT_VANTAGES &&
		name_equal(&in->evidence->child, &in->delegation->child);
}

/* What nobody asked for, but people want to know. A DS set on its way out is not worth a word. */
static int look_beyond(struct judging *j, const struct finding *f)
{
	int rc = j->security == SECURITY_SECURE || j->bootstrap ? providers_check(j) : 0;
	return rc == 0 && f->change == CHANGE_NONE ? health_check(j) : rc;
}

static int run(struct judging *j, struct finding *f)
{
	int rc = views_make(j);
	if (rc < 0) {
		return rc;
	}
	reach_trace(j);
	rc = keys_identify(j);
	if (rc == 0 && j->security == SECURITY_SECURE) {
		rc = views_validate(j);
	}
	if (rc == 0) {
		rc = decide(j, f);
	}
	if (rc == 0) {
		rc = back_check(j, &f->back);
	}
	if (rc == 0 && !j->stale) {
		rc = look_beyond(j, f);
	}
	if (rc == 0) {
		rc = describe_servers(j, f);
	}
	if (rc == 0) {
		rc = copy_marks(j, f);
	}
	if (rc == 0) {
		rc = content_said(j, f->said);
	}
	if (rc == 0) {
		rc = content_hash(j, f->signaling, f->content_hash);
	}
	if (rc == 0) {
		rc = content_ns(j, f->ns_hash);
	}
	/* Behind the hash, which is over what A-02 lists: another server may be asked the next time, or none. */
	if (rc == 0 && !j->stale) {
		rc = ns_check(j);
	}
	f->verifications = verifier_attempts(j->verifier);
	f->cost_ns = verifier_cost(j->verifier);
	return rc;
}

/* What comes of one place; the trace is open. *out is NULL where there is no memory for it. */
static int look_from(struct crypto *crypto, const struct judge_input *in, struct arena *arena, struct finding *f,
	struct judging **out)
{
	struct judging *j = arena_alloc(arena, sizeof *j);
	*out = j;
	if (j == NULL) {
		return ERR_NOMEM;
	}
	j->crypto = crypto;
	j->in = in;
	j->arena = arena;
	int rc = prepare(j, f);
	if (rc == 0 && !hosts_match(in->evidence, in->delegation)) {
		/* Nothing below may run on it, but what was seen is still described. */
		j->stale = true;
	}
	rc = rc < 0 ? rc : run(j, f);
	verifier_free(j->verifier);
	return rc;
}

/* Signals are looked up for the first place alone: where they prove nothing, what the others see of the child itself counts. */
static int look_from_others(struct judging *j, struct finding *f)
{
	const struct evidence *e = j->in->evidence;
	struct finding others[LIMIT_VANTAGES] = { { .reason = REASON_NONE } };
	struct rules rules = *j->in->rules;
	rules.bootstrap.authenticated = false;
	for (size_t i = 0; i < e->vantage_count && vantage_is_asked(j); i++) {
		const struct evidence there = evidence_from(e, i);
		struct judge_input in = *j->in;
		struct judging *other;
		in.evidence = &there;
		in.back = NULL;
		in.rules = &rules;
		int rc = look_from(j->crypto, &in, j->arena, &others[i], &other);
		rc = rc < 0 ? rc : trace_finish(&other->trace, &others[i]);
		if (rc < 0) {
			return rc;
		}
	}
	return vantage_compare(j, others, f);
}

int judge(struct crypto *crypto, const struct judge_input *in, struct arena *arena, struct finding *out)
{
	if (crypto == NULL || in == NULL || arena == NULL || out == NULL) {
		return ERR_ARG;
	}
	*out = (struct finding){ .reason = REASON_NONE };
	if (!arguments_hold(in)) {
		return ERR_ARG;
	}
	struct finding f = { .reason = REASON_NONE };
	struct judging *j;
	int rc = look_from(crypto, in, arena, &f, &j);
	if (rc == 0 && f.reason == REASON_BOOTSTRAP_UNPROVEN && in->rules->bootstrap.vantages > 1) {
		rc = look_from_others(j, &f);
	}
	if (rc == 0) {
		rc = trace_finish(&j->trace, &f);
	}
	if (rc == 0) {
		*out = f;
	}
	return rc;
}
