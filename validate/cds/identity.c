/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers for all keys of a judgement: those of DNSKEY, CDNSKEY, the current DS set, and CDS. */
#include "validate/cds/judging.h"

#include "validate/wire/err.h"

static void add_dnskeys(struct judging *j, struct view *v)
{
	for (size_t i = 0; i < v->dnskey_count; i++) {
		v->dnskey_ids[i] = keytable_add_key(j->keys, &v->dnskeys[i], true);
	}
}

static int make_ids(struct judging *j, struct signal_view *s)
{
	s->ids = arena_array(j->arena, s->signal.count, sizeof s->ids[0]);
	return s->ids == NULL ? ERR_NOMEM : 0;
}

static int add_cdnskeys(struct judging *j, struct view *v)
{
	struct signal_view *s = &v->signals[IN_CDNSKEY];
	int rc = make_ids(j, s);
	for (size_t i = 0; rc == 0 && i < s->signal.count; i++) {
		s->ids[i] = keytable_add_key(j->keys, &s->signal.keys[i], false);
		keyset_add(&s->keys, s->ids[i]);
	}
	return rc;
}

static int add_cds(struct judging *j, struct view *v)
{
	struct signal_view *s = &v->signals[IN_CDS];
	int rc = make_ids(j, s);
	if (rc == 0) {
		rc = keytable_add_digests(j->keys, s->signal.ds, s->signal.count, s->ids);
	}
	for (size_t i = 0; rc == 0 && i < s->signal.count; i++) {
		keyset_add(&s->keys, s->ids[i]);
	}
	return rc;
}

/* A DS vouches for a key only by a digest and an algorithm that are verified here. */
static int add_current(struct judging *j)
{
	const struct ds_set *ds = &j->in->delegation->ds;
	j->ds_ids = arena_array(j->arena, ds->count, sizeof j->ds_ids[0]);
	if (j->ds_ids == NULL) {
		return ERR_NOMEM;
	}
	int rc = keytable_add_digests(j->keys, ds->ds, ds->count, j->ds_ids);
	for (size_t i = 0; rc == 0 && i < ds->count; i++) {
		const struct key_entry *e = keytable_entry(j->keys, j->ds_ids[i]);
		keyset_add(&j->ds_keys, j->ds_ids[i]);
		if (e != NULL && e->key != NULL && crypto_has_digest(j->crypto, ds->ds[i].digest_type) &&
		    crypto_has_algorithm(j->crypto, ds->ds[i].algorithm)) {
			keyset_add(&j->ds_anchors, j->ds_ids[i]);
		}
	}
	return rc;
}

int keys_identify(struct judging *j)
{
	j->keys = keytable_new(j->crypto, j->verifier, j->in->algorithms, &j->in->delegation->child, j->arena);
	if (j->keys == NULL) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < j->view_count; i++) {
		add_dnskeys(j, &j->views[i]);
	}
	int rc = 0;
	for (size_t i = 0; rc == 0 && i < j->view_count; i++) {
		rc = view_votes(&j->views[i]) ? add_cdnskeys(j, &j->views[i]) : 0;
	}
	if (rc == 0) {
		rc = add_current(j);
	}
	for (size_t i = 0; rc == 0 && i < j->view_count; i++) {
		rc = view_votes(&j->views[i]) ? add_cds(j, &j->views[i]) : 0;
	}
	enum reason excess = keytable_excess(j->keys);
	if (rc < 0 || excess == REASON_NONE) {
		return rc;
	}
	for (size_t i = 0; i < j->view_count; i++) {
		view_blame(&j->views[i], excess, excess);
	}
	trace_check(&j->trace, "L-DOS-1", GATE_CORRECT, CHECK_FAIL, "%s", reason_find(excess)->sentence);
	return 0;
}
