/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dnssec-cds: the child file becomes evidence of one view, the time of the dsset file replay marks, and both go the way of
 * every case. */
#include <string.h>

#include "registry/source/masterview.h"
#include "scanner/command.h"
#include "scanner/dnssec_cds.h"
#include "scanner/file_views.h"
#include "validate/accept/accept.h"
#include "validate/wire/err.h"

#define DIGESTS_MAX 32		/* rows of the table */

struct run {
	const struct dnssec_cds_options *o;
	struct crypto *crypto;
	struct arena *arena;
	uint64_t now;
	uint64_t watermark;
	struct policy policy;
	struct algorithm_table algorithms;
	struct algorithm_row digests[DIGESTS_MAX];
	struct masterview_answers answers;
	struct case_input in;
};

/* -a: of the types that may be published, those asked for are made, the others are not taken (R9975-3.1-5). */
static bool choose_digests(struct run *r)
{
	r->algorithms = *algorithm_table_builtin();
	if (r->algorithms.digest_count > DIGESTS_MAX) {
		return false;
	}
	for (size_t i = 0; i < r->algorithms.digest_count; i++) {
		struct algorithm_row *row = &r->digests[i];
		*row = r->algorithms.digests[i];
		bool wanted = row->number < 8 && (r->o->digests >> row->number & 1) != 0;
		if (row->use_signing > LEVEL_MUST_NOT) {
			row->use_signing = wanted ? LEVEL_RECOMMENDED : LEVEL_MUST_NOT;
		}
	}
	r->algorithms.digests = r->digests;
	r->in.algorithms = &r->algorithms;
	return true;
}

/* Of a type that is absent without denial nobody can tell whether it was asked for; what the other one says is
 * proven by its own signature. */
static void choose_rules(struct run *r)
{
	const struct masterview_answers *a = &r->answers;
	r->policy = *policy_preset(POLICY_DEFAULT);
	/* What stands in files was seen once, by whom nobody knows: too little for a first DS set. */
	r->policy.bootstrap.method_count = 0;
	r->policy.rules.bootstrap = (struct bootstrap_rules){ .enabled = false };
	if (!a->has_denial && a->has_cds != a->has_cdnskey) {
		r->policy.rules.types = a->has_cds ? TYPES_SINGLE_CDS : TYPES_SINGLE_CDNSKEY;
	}
	bool from_keys = a->has_cdnskey && (r->o->prefer_cdnskey || !a->has_cds);
	r->policy.rules.digests = from_keys ? DIGEST_MODE_FULL : DIGEST_MODE_VERBATIM;
	r->in.policy = &r->policy;
}

static int read_files(struct run *r, const struct dsset_file *f)
{
	struct evidence evidence;
	struct delegation delegation;
	int ret = file_views_make(&r->o->child, 1, r->now, r->arena, &evidence, &delegation);
	if (ret != ERR_OK) {
		return ret;
	}
	struct source_error error = { .file = "" };
	if (masterview_read_answers(r->o->child_file, &r->o->child, r->arena, &evidence.servers[0], &r->answers, &error) != ERR_OK) {
		say_source_error(&error);
		return ERR_IO;
	}
	if (!r->answers.has_dnskey) {
		/* Most likely dig could not ask: that is nobody's bogus zone. */
		char name[NAME_TEXT_SIZE];
		name_to_text(&r->o->child, name);
		say("%s has no DNSKEY record of %s", say_text(r->o->child_file), name);
		return ERR_IO;
	}
	delegation.ds = f->ds;
	delegation.ds_ttl = f->ttl;
	delegation.ds_state = f->ds.count > 0 ? DS_PRESENT : DS_ABSENT;
	ret = evidence_encode(&evidence, r->arena, &r->in.evidence);
	return ret == ERR_OK ? delegation_encode(&delegation, r->arena, &r->in.delegation) : ret;
}

/* Signature times are 32 bits on a circle (RFC 4034 section 3.1.5): a file time more than half of it away from a signature
 * would stand on its wrong side. A quarter (34 years) from now is further than any signature that counts. */
#define QUARTER (UINT64_C(1) << 30)

static uint32_t on_circle(uint64_t time, uint64_t now)
{
	uint64_t least = now > QUARTER ? now - QUARTER : 0;
	uint64_t most = now + QUARTER;
	return (uint32_t)(time < least ? least : time > most ? most : time);
}

static uint64_t from_circle(uint32_t time, uint64_t now)
{
	return (uint64_t)((int64_t)now + (int32_t)(time - (uint32_t)now));
}

/* The file has one time, so it stands for every type and key that signed the request (A-05 with the memory of a file). */
static int remember(struct run *r, const struct finding *f)
{
	struct child_state state = { .last_reason = REASON_NONE };
	state.marks = arena_array(r->arena, f->mark_count + 1, sizeof(*state.marks));
	if (state.marks == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < f->mark_count; i++) {
		struct mark mark = f->marks[i];
		mark.inception = on_circle(r->watermark, r->now);
		mark.successor = false;
		size_t k = state.mark_count++;
		for (; k > 0 && mark_compare(&state.marks[k - 1], &mark) > 0; k--) {
			state.marks[k] = state.marks[k - 1];
		}
		state.marks[k] = mark;
	}
	return child_state_encode(&state, r->arena, &r->in.state);
}

static bool is_class(enum reason reason, enum reason_class class)
{
	const struct reason_row *row = reason_find(reason);
	return row != NULL && row->class == class;
}

/* Without a request there is nothing to refuse: the absence that these files cannot prove changes nothing. */
static bool is_success(const struct run *r, const struct decision *d)
{
	if (d->ds_before.count == 0) {
		return d->reason == REASON_NOOP_DELETE_INSECURE;
	}
	bool asks = r->answers.has_cds || r->answers.has_cdnskey;
	return is_class(d->reason, CLASS_ACCEPT) || is_class(d->reason, CLASS_NOOP) ||
		(!asks && !r->answers.has_denial && d->reason == REASON_DENIAL_UNPROVEN);
}

static int decide(struct run *r, struct dnssec_cds_verdict *out)
{
	struct finding f;
	int ret = case_judge(r->crypto, &r->in, r->arena, &f);
	if (ret != ERR_OK) {
		return ret;
	}
	if (f.reason == REASON_ACCEPT_DELETE) {
		/* What cannot be taken back without the registrant needs both types, or a proof that there is but one. */
		r->policy.rules.types = TYPES_BOTH_IF_PRESENT;
	}
	struct child_state after;
	ret = remember(r, &f);
	if (ret == ERR_OK) {
		ret = case_decide(r->crypto, &r->in, r->arena, &out->decision, &after);
	}
	if (ret != ERR_OK) {
		return ret;
	}
	for (size_t i = 0; i < f.mark_count; i++) {
		uint64_t inception = from_circle(f.marks[i].inception, r->now);
		out->newest = !f.marks[i].successor && inception > out->newest ? inception : out->newest;
	}
	out->asks = r->answers.has_cds || r->answers.has_cdnskey;
	out->success = is_success(r, &out->decision);
	return ERR_OK;
}

bool dnssec_cds_judge(const struct dnssec_cds_options *o, const struct dsset_file *f, const struct dnssec_cds_case *c,
	struct dnssec_cds_verdict *out)
{
	struct run r = { .o = o, .crypto = c->crypto, .arena = c->arena, .now = c->now, .watermark = c->watermark };
	memset(out, 0, sizeof(*out));
	r.in.now = (uint32_t)c->now;
	int ret = choose_digests(&r) ? ERR_OK : ERR_LIMIT;
	if (ret == ERR_OK) {
		ret = read_files(&r, f);
		if (ret == ERR_IO) {
			return false;	/* said */
		}
	}
	if (ret == ERR_OK) {
		choose_rules(&r);
		ret = decide(&r, out);
	}
	if (ret != ERR_OK) {
		say("%s", err_text(ret));
		return false;
	}
	return true;
}
