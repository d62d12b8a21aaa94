/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the registry has: the set after, a set before, or neither. */
#include "registry/sink/epp_compare.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "validate/wire/err.h"

/* ---------------------------------------------------------- sentences */

struct text {
	char *data;
	size_t used, size;
};

__attribute__((format(printf, 2, 3)))
static void say(struct text *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(t->data + t->used, t->size - t->used, format, args);
	va_end(args);
	t->used += n < 0 ? 0 : (size_t)n;
	if (t->used >= t->size) {
		t->used = t->size - 1;
	}
}

/* By tag, algorithm and digest type: whole digests are for machines. */
static void say_ds(struct text *t, const struct ds_set *set)
{
	say(t, set->count == 0 ? " no DS" : " DS");
	for (size_t i = 0; i < set->count; i++) {
		const struct ds *ds = &set->ds[i];
		say(t, "%s %u %u %u", i == 0 ? "" : ",", ds->tag, ds->algorithm, ds->digest_type);
	}
}

static void say_keys(struct text *t, const struct epp_keys *keys)
{
	say(t, keys->count == 0 ? " no key" : " key");
	for (size_t i = 0; i < keys->count; i++) {
		say(t, "%s %u", i == 0 ? "" : ",", dnskey_tag(keys->rdata[i]));
	}
}

static void say_names(struct text *t, const struct name *names, size_t count)
{
	say(t, count == 0 ? " no name server" : " name servers");
	for (size_t i = 0; i < count; i++) {
		char name[NAME_TEXT_SIZE];
		epp_name_text(&names[i], name);
		say(t, "%s %s", i == 0 ? "" : ",", name);
	}
}

static struct text sentence(struct arena *arena)
{
	return (struct text){ .data = arena_alloc(arena, EPP_WHY), .size = EPP_WHY };
}

static int decide(struct epp_plan *out, enum sink_outcome outcome, const char *why)
{
	*out = (struct epp_plan){ .outcome = outcome, .why = why };
	return 0;
}

/* ------------------------------------------------------------- sets */

int epp_keys_stand_for(struct crypto *crypto, const struct name *owner, const struct epp_keys *keys, const struct ds_set *set,
	bool *yes)
{
	bool found[LIMIT_DS] = { false };
	*yes = false;
	if (set->count > LIMIT_DS) {
		return 0;
	}
	for (size_t k = 0; k < keys->count; k++) {
		struct dnskey key;
		bool used = false;
		for (size_t i = 0; i < set->count && dnskey_parse(keys->rdata[k], &key) == 0; i++) {
			bool matches = false;
			int rc = ds_matches_key(crypto, owner, &set->ds[i], &key, &matches);
			if (rc != 0) {
				return rc;
			}
			found[i] |= matches;
			used |= matches;
		}
		if (!used) {
			return 0;
		}
	}
	for (size_t i = 0; i < set->count; i++) {
		if (!found[i]) {
			return 0;
		}
	}
	*yes = true;
	return 0;
}

/* Does the registry have this set, as DS records or as keys? */
static int has(const struct epp_wish *w, const struct epp_domain *d, const struct ds_set *set, struct crypto *crypto, bool *yes)
{
	if (w->profile == EPP_KEY_DATA) {
		return epp_keys_stand_for(crypto, &w->child, &d->keys, set, yes);
	}
	*yes = ds_set_equal(&d->ds, set);
	return 0;
}

static bool has_hosts(const struct epp_wish *w, const struct epp_domain *d)
{
	bool equal = w->ns_count == d->ns_count;
	for (size_t i = 0; equal && i < w->ns_count; i++) {
		equal = name_equal(&w->ns[i], &d->ns[i]);
	}
	return equal;
}

static int without(const struct ds_set *all, const struct ds_set *these, struct arena *arena, struct ds_set *out)
{
	out->ds = arena_array(arena, all->count + 1, sizeof(*out->ds));
	for (size_t i = 0; out->ds != NULL && i < all->count; i++) {
		if (!ds_set_has(these, &all->ds[i])) {
			out->ds[out->count++] = all->ds[i];
		}
	}
	return out->ds == NULL ? ERR_NOMEM : 0;
}

static int without_keys(const struct epp_keys *all, const struct epp_keys *these, struct arena *arena, struct epp_keys *out)
{
	out->rdata = arena_array(arena, all->count + 1, sizeof(*out->rdata));
	for (size_t i = 0; out->rdata != NULL && i < all->count; i++) {
		if (!epp_keys_have(these, all->rdata[i])) {
			out->rdata[out->count++] = all->rdata[i];
		}
	}
	return out->rdata == NULL ? ERR_NOMEM : 0;
}

/* ------------------------------------------------------------ decision */

static void say_what_is_there(struct text *t, const struct epp_wish *w, const struct epp_domain *d)
{
	if (w->profile == EPP_KEY_DATA) {
		say_keys(t, &d->keys);
	} else {
		say_ds(t, &d->ds);
	}
}

static int conflict(const struct epp_wish *w, const struct epp_domain *d, const char *what, struct arena *arena, struct epp_plan *out)
{
	struct text t = sentence(arena);
	if (t.data == NULL) {
		return ERR_NOMEM;
	}
	say(&t, "the registry has other %s than the change was judged on: it has", what);
	say_what_is_there(&t, w, d);
	say(&t, " and");
	say_names(&t, d->ns, d->ns_count);
	return decide(out, SINK_CONFLICT, t.data);
}

static int send(const struct epp_wish *w, const struct epp_domain *d, struct arena *arena, struct epp_plan *out)
{
	struct epp_difference x = { .remove_all = w->after.count == 0 || (w->replace && d->ds.count + d->keys.count > 0) };
	const struct ds_set no_ds = { 0, NULL };
	const struct epp_keys no_keys = { 0, NULL };
	const struct ds_set *ds = x.remove_all ? &no_ds : &d->ds;
	const struct epp_keys *keys = x.remove_all ? &no_keys : &d->keys;
	int rc = w->profile == EPP_KEY_DATA ? without_keys(keys, &w->keys, arena, &x.keys_remove)
		: without(ds, &w->after, arena, &x.ds_remove);
	if (rc == 0) {
		rc = w->profile == EPP_KEY_DATA ? without_keys(&w->keys, keys, arena, &x.keys_add)
			: without(&w->after, ds, arena, &x.ds_add);
	}
	struct text t = sentence(arena);
	if (rc != 0 || t.data == NULL) {
		return ERR_NOMEM;
	}
	say(&t, "remove");
	if (x.remove_all) {
		say(&t, " all");
	} else if (w->profile == EPP_KEY_DATA) {
		say_keys(&t, &x.keys_remove);
	} else {
		say_ds(&t, &x.ds_remove);
	}
	say(&t, "; add");
	if (w->profile == EPP_KEY_DATA) {
		say_keys(&t, &x.keys_add);
	} else {
		say_ds(&t, &x.ds_add);
	}
	*out = (struct epp_plan){ .send = true, .difference = x, .why = t.data };
	return 0;
}

/* Of both kinds of comparison: what is told before sets are looked at. *done: out has it. */
static int compare_form(const struct epp_wish *w, const struct epp_domain *d, struct arena *arena, struct epp_plan *out, bool *done)
{
	*done = true;
	if (d->fault != NULL) {
		const char *why = arena_printf(arena, "what the registry has for the domain cannot be compared: %s", d->fault);
		return why == NULL ? ERR_NOMEM : decide(out, SINK_CONFLICT, why);
	}
	if (w->profile == EPP_DS_DATA && d->keys.count > 0) {
		return decide(out, SINK_REFUSED, "the registry has keys for the domain, not DS records: the setting profile is wrong");
	}
	if (w->profile == EPP_KEY_DATA && d->ds.count > 0) {
		return decide(out, SINK_REFUSED, "the registry has DS records for the domain, not keys: the setting profile is wrong");
	}
	/* What is not shown is not gone: nobody is told by it that a DS set was removed. */
	if (d->ns_count == 0 && w->ns_count > 0 && d->ds.count + d->keys.count == 0) {
		return decide(out, SINK_CONFLICT, "the registry shows neither name servers nor DNSSEC data of the domain: does it show them to "
			"this login?");
	}
	*done = false;
	return 0;
}

/* Not what may be something else in a moment, by an update that waits: the child went back to what is there, say. */
static int compare_after(const struct epp_wish *w, const struct epp_domain *d, struct crypto *crypto, struct epp_plan *out, bool *done)
{
	*done = false;
	int rc = epp_domain_has_status(d, "pendingUpdate") ? 0 : has(w, d, &w->after, crypto, done);
	return rc == 0 && *done ? decide(out, SINK_APPLIED, "the registry has it") : rc;
}

int epp_compare(const struct epp_wish *w, const struct epp_domain *d, struct crypto *crypto, struct arena *arena,
	struct epp_plan *out)
{
	bool yes;
	int rc = compare_form(w, d, arena, out, &yes);
	if (rc == 0 && !yes) {
		rc = compare_after(w, d, crypto, out, &yes);
	}
	if (rc != 0 || yes) {
		return rc;
	}
	/* It may be ours, from an export whose answer was lost. */
	if (epp_domain_has_status(d, "pendingUpdate")) {
		return decide(out, SINK_UNKNOWN, "an update of the domain waits at the registry (pendingUpdate), perhaps this one");
	}
	rc = has(w, d, &w->before, crypto, &yes);
	if (rc == 0 && !yes && w->has_pending) {
		rc = has(w, d, &w->pending, crypto, &yes);
	}
	if (rc != 0) {
		return rc;
	}
	if (!yes) {
		return conflict(w, d, w->profile == EPP_KEY_DATA ? "keys" : "DS records", arena, out);
	}
	return has_hosts(w, d) ? send(w, d, arena, out) : conflict(w, d, "name servers", arena, out);
}

int epp_compare_taken(const struct epp_wish *w, const struct epp_domain *d, struct crypto *crypto, struct arena *arena,
	struct epp_plan *out)
{
	bool yes;
	int rc = compare_form(w, d, arena, out, &yes);
	if (rc == 0 && !yes) {
		rc = compare_after(w, d, crypto, out, &yes);
	}
	if (rc != 0 || yes) {
		return rc;
	}
	if (epp_domain_has_status(d, "pendingUpdate")) {
		return decide(out, SINK_TAKEN, "the update still waits at the registry (pendingUpdate)");
	}
	rc = has(w, d, &w->before, crypto, &yes);
	if (rc != 0) {
		return rc;
	}
	return yes ? decide(out, SINK_REFUSED, "the registry took the update for review, and has ended that without it")
		: conflict(w, d, w->profile == EPP_KEY_DATA ? "keys" : "DS records", arena, out);
}
