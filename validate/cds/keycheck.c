/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, algorithms and counts that a DS set may not have (standards 4.1, A22 to A25). */
#include "validate/cds/judging.h"

#define KEYS_DEFAULT 8	/* */
#define PROTOCOL_DNSSEC 3

static enum reason refuse(struct judging *j, const char *rule, enum reason reason, unsigned tag)
{
	trace_check(&j->trace, rule, GATE_CORRECT, CHECK_FAIL, "key %u: %s", tag,
		reason_find(reason)->sentence);
	return reason;
}

static enum reason check_flags(struct judging *j, const struct key_entry *e)
{
	if (e->key == NULL) {
		return REASON_NONE;
	}
	if ((e->key->flags & DNSKEY_FLAG_REVOKE) != 0) {
		return refuse(j, "R5011-2.1-1", REASON_KEY_REVOKED, e->tag);
	}
	if ((e->key->flags & DNSKEY_FLAG_ZONE) == 0) {
		return refuse(j, "R4034-2.1.1-1", REASON_KEY_NOT_ZONE, e->tag);
	}
	if (e->key->protocol != PROTOCOL_DNSSEC) {
		return refuse(j, "R4035-5.3.1-1", REASON_KEY_BAD_PROTOCOL, e->tag);
	}
	return REASON_NONE;
}

/* what is in the DS set already may stay. */
static enum reason check_algorithm(struct judging *j, const struct key_entry *e, bool is_current)
{
	if (is_current || algorithm_may_delegate(j->in->algorithms, e->algorithm)) {
		return REASON_NONE;
	}
	bool known = algorithm_find(j->in->algorithms, e->algorithm) != NULL;
	return refuse(j, "R9904-2-1", known ? REASON_ALGORITHM_FORBIDDEN : REASON_ALGORITHM_UNSUPPORTED,
		e->tag);
}

enum reason keys_check(struct judging *j, const struct request *r)
{
	unsigned max = j->in->rules->max_keys == 0 ? KEYS_DEFAULT : j->in->rules->max_keys;
	if (keyset_count(&r->keys) > max) {
		trace_check(&j->trace, "A-15", GATE_ALLOWED, CHECK_FAIL, "%u keys, more than %u",
			keyset_count(&r->keys), max);
		return REASON_TOO_MANY_RECORDS;
	}
	for (unsigned id = 0; id < KEYTABLE_MAX; id++) {
		if (!keyset_has(&r->keys, id)) {
			continue;
		}
		const struct key_entry *e = keytable_entry(j->keys, id);
		enum reason reason = check_flags(j, e);
		if (reason == REASON_NONE) {
			reason = check_algorithm(j, e, keyset_has(&j->ds_keys, id));
		}
		if (reason != REASON_NONE) {
			return reason;
		}
	}
	trace_check(&j->trace, "R9904-2-1", GATE_CORRECT, CHECK_PASS,
		"keys and algorithms may be in a DS set");
	return REASON_NONE;
}

static void warn(struct judging *j, const char *rule, enum reason reason, unsigned tag)
{
	trace_warn(&j->trace, reason);
	trace_check(&j->trace, rule, GATE_CORRECT, CHECK_WARN, "key %u: %s", tag, reason_find(reason)->sentence);
}

/* Stand-by keys and unusual flags are no reason to refuse, but worth saying; once a key, not once a digest. */
static void warn_key(struct judging *j, const struct prospect *p, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (p->ids[i] == p->ids[at]) {
			return;
		}
	}
	const struct key_entry *e = keytable_entry(j->keys, p->ids[at]);
	if (!e->published) {
		warn(j, "A-16", REASON_WARN_KEY_NOT_PUBLISHED, e->tag);
	}
	if (e->key != NULL && (e->key->flags & DNSKEY_FLAG_SEP) == 0) {
		warn(j, "R4034-2.1.1-1", REASON_WARN_NON_SEP, e->tag);
	}
}

enum reason prospect_check(struct judging *j, const struct prospect *p)
{
	bool algorithm = false;
	bool path = false;
	for (size_t i = 0; i < p->set.count; i++) {
		const struct ds *ds = &p->set.ds[i];
		const struct key_entry *e = keytable_entry(j->keys, p->ids[i]);
		/* A new record for an old key is a new DS, too, and not made for one that may not have it (R9905-2-1,
		 * R5011-2.1-1). */
		bool is_current = ds_set_has(&j->in->delegation->ds, ds);
		enum reason reason = is_current ? REASON_NONE : check_flags(j, e);
		if (reason == REASON_NONE) {
			reason = check_algorithm(j, e, is_current);
		}
		if (reason != REASON_NONE) {
			return reason;
		}
		warn_key(j, p, i);
		bool good = algorithm_gives_path(j->in->algorithms, ds->algorithm) &&
			crypto_has_algorithm(j->crypto, ds->algorithm);
		algorithm = algorithm || good;
		path = path || (good && digest_gives_path(j->in->algorithms, ds->digest_type));
	}
	if (!path) {
		enum reason reason = algorithm ? REASON_DIGEST_UNUSABLE_FOR_KEY : REASON_ALGORITHM_UNSUPPORTED;
		trace_check(&j->trace, "L-CONT-6", GATE_CORRECT, CHECK_FAIL, "%s",
			reason_find(reason)->sentence);
		return reason;
	}
	return REASON_NONE;
}
