/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9975 section 3.1: the same keys, or the same removal, at every server and in both types. Keys are
 * compared, not records: digests, order and TTLs may differ. */
#include "validate/cds/judging.h"

struct tally {
	size_t views;
	size_t kinds[SIGNAL_TOO_MANY + 1];
	const struct view *first;	/* with something in this type */
	const struct view *other;	/* the first that names other keys than it */
};

static bool same_records(const struct view *a, const struct view *b, enum signal_type t)
{
	const struct rrset *x = &a->answers[signal_type_question(t)].set;
	const struct rrset *y = &b->answers[signal_type_question(t)].set;
	bool same = x->count == y->count;
	for (size_t i = 0; same && i < x->count; i++) {
		same = slice_equal(x->rdata[i], y->rdata[i]);
	}
	return same;
}

static struct tally count_type(const struct judging *j, enum signal_type t)
{
	struct tally n = { .views = 0 };
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		enum signal_kind kind = v->signals[t].signal.kind;
		if (!view_votes(v)) {
			continue;
		}
		n.views++;
		n.kinds[kind]++;
		if (kind == SIGNAL_EMPTY) {
			continue;
		}
		if (n.first == NULL) {
			n.first = v;
		}
		/* One that is too many names no keys, and so differs from one that does. */
		bool same = kind == SIGNAL_TOO_MANY ? same_records(n.first, v, t) :
			keyset_equal(&n.first->signals[t].keys, &v->signals[t].keys);
		if (!same && n.other == NULL) {
			n.other = v;
		}
	}
	return n;
}

static enum reason fail(struct judging *j, const char *rule, enum reason reason, const char *what)
{
	trace_check(&j->trace, rule, GATE_CORRECT, CHECK_FAIL, "%s", what);
	return reason;
}

/* What each server says, for whoever has to repair it (T-59). */
static void list_views(struct judging *j)
{
	for (size_t i = 0; i < j->view_count; i++) {
		const struct view *v = &j->views[i];
		for (enum signal_type t = 0; view_votes(v) && t < SIGNAL_TYPES; t++) {
			char keys[KEYSET_TEXT_SIZE];
			enum signal_kind kind = v->signals[t].signal.kind;
			keyset_to_text(j->keys, &v->signals[t].keys, keys);
			trace_check(&j->trace, "R9975-3.1-1", GATE_CORRECT, CHECK_WARN, "%s: %s: %s%s%s",
				v->label, signal_type_text(t), signal_kind_text(kind),
				kind == SIGNAL_UPDATE ? " " : "", kind == SIGNAL_UPDATE ? keys : "");
		}
	}
}

static enum reason across_servers(struct judging *j, const struct tally *n)
{
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		size_t deletes = j->used[t] ? n[t].kinds[SIGNAL_DELETE] : 0;
		if (deletes > 0 && deletes < n[t].views) {
			return fail(j, "R9975-3.1-3", REASON_INCONSISTENT_DELETE,
				"some servers ask for removal, others do not");
		}
	}
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		size_t empty = j->used[t] ? n[t].kinds[SIGNAL_EMPTY] : 0;
		if (empty > 0 && empty < n[t].views) {
			return fail(j, "R9975-3.1-2", REASON_INCONSISTENT_PRESENCE, t == IN_CDS ?
				"some servers have CDS, others do not" :
				"some servers have CDNSKEY, others do not");
		}
	}
	for (enum signal_type t = 0; t < SIGNAL_TYPES; t++) {
		if (j->used[t] && n[t].other != NULL) {
			trace_check(&j->trace, "R9975-3.1-1", GATE_CORRECT, CHECK_FAIL,
				"%s and %s name different keys in %s", n[t].first->label, n[t].other->label,
				signal_type_text(t));
			return REASON_INCONSISTENT_KEYS;
		}
	}
	return REASON_NONE;
}

/* One type has the request, the other is absent everywhere (U-2, U-4, A-13). */
static enum reason single_type(struct judging *j, enum signal_kind kind)
{
	bool strict = j->in->rules->types == TYPES_BOTH_STRICT;
	if (kind == SIGNAL_DELETE && (strict || j->in->rules->delete_requires_both)) {
		return fail(j, "R9975-3.1-3", REASON_DELETE_TYPE_MISMATCH,
			"the removal request is in one type only");
	}
	if (strict) {
		return fail(j, "R9975-3.1-2", REASON_CDS_CDNSKEY_MISMATCH,
			"only one of CDS and CDNSKEY is published");
	}
	enum reason warning = kind == SIGNAL_DELETE ? REASON_WARN_DELETE_SINGLE_TYPE : REASON_WARN_TYPE_SINGLE;
	trace_warn(&j->trace, warning);
	trace_check(&j->trace, kind == SIGNAL_DELETE ? "A-13" : "R7344-4-3", GATE_ALLOWED, CHECK_WARN, "%s",
		reason_find(warning)->sentence);
	return REASON_NONE;
}

/* All views agree, so the first one speaks for them. */
static enum reason across_types(struct judging *j, const struct tally *n)
{
	const struct view *v = n[IN_CDS].first != NULL ? n[IN_CDS].first : n[IN_CDNSKEY].first;
	if (v == NULL || !j->used[IN_CDS] || !j->used[IN_CDNSKEY]) {
		return REASON_NONE;
	}
	const struct signal_view *cds = &v->signals[IN_CDS];
	const struct signal_view *cdnskey = &v->signals[IN_CDNSKEY];
	enum signal_kind a = cds->signal.kind;
	enum signal_kind b = cdnskey->signal.kind;
	if (a == SIGNAL_EMPTY || b == SIGNAL_EMPTY) {
		return single_type(j, a == SIGNAL_EMPTY ? b : a);
	}
	if ((a == SIGNAL_DELETE) != (b == SIGNAL_DELETE)) {
		return fail(j, "R9975-3.1-3", REASON_DELETE_TYPE_MISMATCH,
			"one of CDS and CDNSKEY asks for removal, the other names keys");
	}
	if (a == SIGNAL_UPDATE && b == SIGNAL_UPDATE && !keyset_equal(&cds->keys, &cdnskey->keys)) {
		return fail(j, "R9975-3.1-2", REASON_CDS_CDNSKEY_MISMATCH,
			"CDS and CDNSKEY do not name the same keys");
	}
	return REASON_NONE;
}

enum reason vote_consistency(struct judging *j)
{
	const struct tally n[SIGNAL_TYPES] = { count_type(j, IN_CDS), count_type(j, IN_CDNSKEY) };
	if (n[IN_CDS].views == 0) {
		return REASON_NONE;
	}
	enum reason reason = across_servers(j, n);
	if (reason == REASON_NONE) {
		reason = across_types(j, n);
	}
	if (reason != REASON_NONE) {
		list_views(j);
		return reason;
	}
	trace_check(&j->trace, "R9975-3.1-1", GATE_CORRECT, CHECK_PASS,
		"all answers received ask for the same");
	return REASON_NONE;
}
