/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change with all that a sink may want of it, and handing it over. */
#include <stdio.h>
#include <string.h>

#include "scanner/command.h"
#include "scanner/export.h"
#include "validate/cds/evidence.h"
#include "validate/wire/err.h"
#include "validate/wire/message.h"

/* By the policy of the last run over the parent: it is the newest that was given. ERR_NOTFOUND: the child has no parent. */
static int look_at_parent(struct export *e, struct txn *t, const struct name *child)
{
	struct generation g;
	struct run run;
	struct policy policy;
	int ret = generation_of_child(t, child, &g);
	if (ret != ERR_OK || name_equal(&g.origin, &e->origin)) {
		return ret;
	}
	ret = run_last_of(t, &g.origin, &run);
	ret = ret == ERR_OK ? policy_get(t, run.limits, &policy) : ret;
	if (ret != ERR_OK) {
		return ret == ERR_NOTFOUND ? ERR_STORE : ret;
	}
	e->origin = g.origin;
	e->is_frozen = policy_is_frozen(&policy, e->now);
	e->origin_policy = policy;
	return ERR_OK;
}

int export_is_frozen(struct export *e, struct txn *t, const struct name *child, bool *yes)
{
	int ret = look_at_parent(e, t, child);
	*yes = ret == ERR_OK && e->is_frozen;
	/* Without a parent is_exportable says no. */
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

/* Of a change that no case is behind, or none any more: by the policy of its parent. */
static int policy_of_parent(struct export *e, struct txn *t, const struct change *c, const struct policy **out)
{
	int ret = look_at_parent(e, t, &c->child);
	*out = ret == ERR_OK ? &e->origin_policy : NULL;
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

int export_policy(struct export *e, struct txn *t, const struct change *c, const struct policy **out)
{
	uint8_t hash[SHA256_OCTETS];
	int ret = case_policy(t, c->run, c->sequence, hash);
	if (ret == ERR_NOTFOUND) {
		return policy_of_parent(e, t, c, out);
	}
	if (ret == ERR_OK && memcmp(hash, e->policy_hash, sizeof(hash)) != 0) {
		memset(e->policy_hash, 0, sizeof(e->policy_hash));
		ret = policy_get(t, hash, &e->policy);
		if (ret == ERR_OK) {
			memcpy(e->policy_hash, hash, sizeof(hash));
		}
	}
	*out = &e->policy;
	return ret == ERR_NOTFOUND ? ERR_STORE : ret;
}

/* ---- keys */

static bool has_key(const struct outgoing *o, struct slice rdata)
{
	for (size_t i = 0; i < o->key_count; i++) {
		if (slice_equal(o->keys[i], rdata)) {
			return true;
		}
	}
	return false;
}

/* One that a record of the set is of. */
static int take_key(struct export *e, struct outgoing *o, struct slice rdata)
{
	struct dnskey key;
	bool matches = false;
	if (dnskey_parse(rdata, &key) != 0 || has_key(o, rdata)) {
		return ERR_OK;
	}
	for (size_t i = 0; i < o->change.ds_after.count && !matches; i++) {
		int ret = ds_matches_key(e->crypto, &o->change.child, &o->change.ds_after.ds[i], &key, &matches);
		if (ret != 0) {
			return ret;
		}
	}
	if (matches && o->key_count < LIMIT_DS) {
		o->keys[o->key_count++] = rdata;
	}
	return ERR_OK;
}

static int take_keys_of(struct export *e, struct outgoing *o, const struct evidence_answer *a)
{
	struct message m;
	if (a->status != EVIDENCE_ANSWERED || message_parse(a->octets.data, a->octets.size, e->arena, &m) != 0) {
		return ERR_OK;
	}
	int ret = ERR_OK;
	for (size_t i = 0; i < m.count[SECTION_ANSWER] && ret == ERR_OK; i++) {
		const struct record *r = &m.records[SECTION_ANSWER][i];
		if ((r->type == TYPE_DNSKEY || r->type == TYPE_CDNSKEY) && name_equal(r->owner, &o->change.child)) {
			ret = take_key(e, o, r->rdata);
		}
	}
	return ret;
}

/* From what the decision was made of. Retention may have taken it: then there are none, and the sink says so. */
static int read_keys(struct export *e, struct txn *t, struct outgoing *o)
{
	struct stored_case s;
	struct evidence v;
	int ret = case_get(t, o->change.run, o->change.sequence, e->arena, &s);
	o->keys = arena_array(e->arena, LIMIT_DS, sizeof(*o->keys));
	if (ret != ERR_OK || o->keys == NULL) {
		return ret == ERR_NOTFOUND ? ERR_OK : ret != ERR_OK ? ret : ERR_NOMEM;
	}
	if (s.evidence.size == 0 || evidence_decode(s.evidence, e->arena, &v) != 0) {
		return ERR_OK;
	}
	for (size_t i = 0; i < v.server_count && ret == ERR_OK; i++) {
		ret = take_keys_of(e, o, &v.servers[i].answers[EVIDENCE_DNSKEY]);
		ret = ret == ERR_OK ? take_keys_of(e, o, &v.servers[i].answers[EVIDENCE_CDNSKEY]) : ret;
	}
	return ret;
}

/* ---- the change */

/* Read along, what has gone its way already is told all the same; but not what was withdrawn, and nothing that is old. */
static int may_be_told(struct export *e, struct txn *t, const struct change *c, bool *yes)
{
	const struct policy *policy = NULL;
	*yes = c->state != EVENT_WITHDRAWN && c->state != EVENT_HELD && c->state != EVENT_CONFIRMED && c->state != EVENT_PROPOSED;
	int ret = *yes ? export_policy(e, t, c, &policy) : ERR_OK;
	uint64_t old = e->now > c->seen_at ? e->now - c->seen_at : c->seen_at - e->now;
	*yes = ret == ERR_OK && policy != NULL && old < policy->change_max_age_s;
	return ret;
}

int export_barrier(struct export *e, struct txn *t, const struct outgoing *o, const struct policy *policy, enum reason *why)
{
	*why = REASON_STALE_EVIDENCE;
	return policy == NULL ? ERR_OK : change_barrier(t, &o->change, &o->delegation, policy, e->now, e->arena, why);
}

/* A lock may have come while others went out, and with a slow target what was claimed grows old. */
static int may_go(struct export *e, struct txn *t, const struct outgoing *o, bool *yes)
{
	enum reason why;
	const struct policy *policy = NULL;
	*yes = false;
	int ret = export_policy(e, t, &o->change, &policy);
	if (ret == ERR_OK && policy != NULL) {
		ret = change_is_exportable_at(t, &o->change, &o->delegation, e->now, policy->change_max_age_s, e->arena, yes);
	}
	if (ret == ERR_OK && *yes) {
		ret = export_barrier(e, t, o, policy, &why);
		*yes = ret == ERR_OK && why == REASON_NONE;
	}
	return ret;
}

int export_read(struct export *e, struct txn *t, uint64_t number, bool along, struct outgoing *out)
{
	bool yes = false;
	bool here = false;
	out->moved = true;
	out->fresh = false;
	int ret = change_get(t, number, e->arena, &out->change);
	ret = ret == ERR_OK ? export_read_place(e, t, out, &here) : ret;
	if (ret == ERR_OK && here) {
		ret = along ? may_be_told(e, t, &out->change, &yes) : may_go(e, t, out, &yes);
	}
	return ret != ERR_OK || !yes ? ret : export_read_rest(e, t, out);
}

int export_read_place(struct export *e, struct txn *t, struct outgoing *out, bool *here)
{
	int ret = delegation_get(t, &out->change.child, e->arena, &out->delegation);
	ret = ret == ERR_OK ? generation_of_child(t, &out->change.child, &out->generation) : ret;
	*here = ret == ERR_OK;
	return ret == ERR_NOTFOUND ? ERR_OK : ret;
}

int export_read_rest(struct export *e, struct txn *t, struct outgoing *out)
{
	out->key_count = 0;
	out->keys = NULL;
	int ret = change_pending_ds(t, &out->change, e->arena, &out->pending, &out->has_pending);
	/* Of this sink: what it needs may be a setting. */
	if (ret == ERR_OK && e->sink->ops->needs_keys) {
		ret = read_keys(e, t, out);
	}
	out->moved = ret != ERR_OK;
	return ret;
}

void export_change_of(const struct export *e, const struct outgoing *o, char id[CHANGE_ID_TEXT], struct sink_change *out)
{
	change_id_text(e->store, o->change.number, id);
	*out = (struct sink_change){ .id = id, .change = &o->change, .parent = &o->generation.origin, .ds_now = &o->delegation.ds,
		.ds_pending = o->has_pending ? &o->pending : NULL, .keys = o->keys, .key_count = o->key_count };
}

int export_hand_over(struct export *e, struct outgoing *o, uint64_t sequence)
{
	struct sink_change x;
	char id[CHANGE_ID_TEXT];
	char child[NAME_TEXT_SIZE];
	int ret = export_remember(e, o->change.number, sequence, false);
	if (ret != ERR_OK) {
		return ret;
	}
	e->handed[e->handed_count - 1].fresh = o->fresh;
	export_change_of(e, o, id, &x);
	e->why[0] = '\0';
	ret = e->sink->ops->put(e->sink, &x);
	e->is_hopeless |= ret == ERR_ARG;
	if (ret != ERR_LIMIT) {
		return ret;
	}
	if (e->ops->has_answers) {
		export_done(e, o->change.number, &(struct sink_result){ .outcome = SINK_REFUSED, .why = e->why });
	} else {
		name_to_text(&o->change.child, child);
		say("%s: %s", child, say_text(e->why));
		e->handed_count--;
		e->counts.unfit++;
	}
	e->why[0] = '\0';
	return ERR_OK;
}
