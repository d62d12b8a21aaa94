/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A DS set that an operator of the parent wants to go back to. Nobody in the child asks for it, so there is no Signer rule and
 * no vote; but it has to lead to the zone of every server, as what is asked for has to (L-CONT). */
#include "validate/cds/judging.h"

#include "validate/cds/decide.h"
#include "validate/wire/err.h"

/* What a look at another DS set leaves behind of the one that is asked for. */
struct kept {
	enum reason note;
	bool chain;
};

static bool has_type(const struct prospect *p, unsigned id, uint8_t type)
{
	for (size_t i = 0; i < p->set.count; i++) {
		if (p->ids[i] == id && p->set.ds[i].digest_type == type) {
			return true;
		}
	}
	return false;
}

/* Does every key have every digest type that there is? Then what holds for all records holds for those of one type. */
static bool is_even(const struct prospect *p)
{
	for (size_t i = 0; i < p->set.count; i++) {
		for (size_t k = 0; k < p->set.count; k++) {
			if (!has_type(p, p->ids[i], p->set.ds[k].digest_type)) {
				return false;
			}
		}
	}
	return true;
}

static int pick_type(struct judging *j, const struct prospect *all, uint8_t type, struct prospect *out)
{
	*out = (struct prospect){ .reason = REASON_NONE };
	out->set.ds = arena_array(j->arena, all->set.count, sizeof out->set.ds[0]);
	out->ids = arena_array(j->arena, all->set.count, sizeof out->ids[0]);
	if (out->set.ds == NULL || out->ids == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < all->set.count; i++) {
		if (all->set.ds[i].digest_type == type) {
			out->ids[out->set.count] = all->ids[i];
			out->set.ds[out->set.count++] = all->set.ds[i];
		}
	}
	return 0;
}

/* L-CONT-8 of a set that was not made here, and may have a digest for one key that it has not for another. */
static int try_types(struct judging *j, const struct prospect *p, enum reason *out)
{
	bool tried[256] = { false };
	for (size_t i = 0; i < p->set.count && *out == REASON_NONE; i++) {
		uint8_t type = p->set.ds[i].digest_type;
		struct prospect alone;
		if (tried[type] || !crypto_has_digest(j->crypto, type)) {
			continue;
		}
		tried[type] = true;
		int rc = pick_type(j, p, type, &alone);
		if (rc == 0) {
			rc = continuity_check(j, &alone, out);
		}
		if (rc < 0) {
			return rc;
		}
		if (*out != REASON_NONE && fault_rank(*out) != RANK_EXCESS) {
			*out = REASON_CONTINUITY_DIGEST;
			trace_check(&j->trace, "L-CONT-8", GATE_CORRECT, CHECK_FAIL,
				"the records of digest type %u alone lead nowhere", type);
		}
	}
	return 0;
}

static int try_set(struct judging *j, const struct prospect *p, enum reason *out)
{
	*out = keytable_excess(j->keys);
	if (*out == REASON_NONE && j->security == SECURITY_INSECURE && !bootstrap_over_tcp(j)) {
		*out = REASON_STALE_EVIDENCE;
	}
	int rc = *out == REASON_NONE ? continuity_check(j, p, out) : 0;
	if (rc == 0 && *out == REASON_NONE && !is_even(p)) {
		rc = try_types(j, p, out);
	}
	if (rc == 0 && *out == REASON_NONE) {
		*out = reach_unasked(j);
	}
	return rc;
}

/* Servers are described by what they say of their own request, and are so afterwards, too. */
static int try_beside(struct judging *j, const struct prospect *p, enum reason *out)
{
	struct kept *kept = arena_array(j->arena, j->view_count, sizeof *kept);
	size_t warnings = j->trace.warning_count;
	if (kept == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < j->view_count; i++) {
		kept[i] = (struct kept){ .note = j->views[i].note, .chain = j->views[i].chain };
	}
	int rc = try_set(j, p, out);
	for (size_t i = 0; i < j->view_count; i++) {
		j->views[i].note = kept[i].note;
		j->views[i].chain = kept[i].chain;
	}
	j->trace.warning_count = warnings;
	return rc;
}

static enum change_class class_of(const struct judging *j, const struct prospect *p)
{
	const struct ds_set *present = &j->in->delegation->ds;
	struct keyset keys = { .bits = { 0 } };
	if (ds_set_equal(&p->set, present)) {
		return CHANGE_NONE;
	}
	if (p->set.count == 0 || present->count == 0) {
		return p->set.count == 0 ? CHANGE_DELETE : CHANGE_INITIAL;
	}
	for (size_t i = 0; i < p->set.count; i++) {
		keyset_add(&keys, p->ids[i]);
	}
	return decide_class(j, &j->ds_keys, &keys);
}

static int copy_set(struct judging *j, struct prospect *p)
{
	const struct ds_set *back = j->in->back;
	p->set.count = back->count;
	p->set.ds = arena_copy(j->arena, back->ds, back->count * sizeof back->ds[0]);
	p->ids = arena_array(j->arena, back->count, sizeof p->ids[0]);
	return p->set.ds == NULL || p->ids == NULL ? ERR_NOMEM : keytable_add_digests(j->keys, p->set.ds, p->set.count, p->ids);
}

static enum reason refuse_unseen(struct judging *j, const struct prospect *p)
{
	return j->stale ? REASON_STALE_INPUT : p->set.count > 0 && j->received == 0 ? reach_nobody(j) : REASON_NONE;
}

int back_check(struct judging *j, struct back_finding *out)
{
	struct prospect p = { .reason = REASON_NONE };
	if (j->in->back == NULL) {
		return 0;
	}
	int rc = copy_set(j, &p);
	if (rc < 0) {
		return rc;
	}
	enum reason reason = refuse_unseen(j, &p);
	trace_check(&j->trace, "A-35", GATE_CORRECT, reason == REASON_NONE ? CHECK_PASS : CHECK_FAIL, "%s", reason != REASON_NONE ?
		reason_find(reason)->sentence : p.set.count == 0 ? "without a DS set, to which an operator wants to go back, nothing can break" :
		"of the DS set that an operator wants to go back to:");
	if (reason == REASON_NONE && p.set.count > 0) {
		rc = try_beside(j, &p, &reason);
	}
	*out = (struct back_finding){ .looked = true, .set = p.set, .reason = reason, .change = class_of(j, &p) };
	return rc;
}
