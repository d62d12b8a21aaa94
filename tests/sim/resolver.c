/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Caching resolvers. What they have cached changes only when something is published, so at each such moment all of them are
 * looked at: every DS set, every DNSKEY RRset and all data that any cache may hold, of any age, in every combination, and
 * each combination as three kinds of validators see it. */
#include "tests/sim/keys.h"

#define CACHED 48

struct cached {
	size_t count;
	struct served list[CACHED];
};

static bool leads(uint32_t ds, const struct served *dnskey)
{
	return (ds & dnskey->keys & dnskey->keys_by) != 0;
}

/* RFC 6840 section 5.11: any path. */
static bool any_path(struct ds_mask ds, const struct served *dnskey, const struct served *data)
{
	return leads(ds.sha256 | ds.sha384, dnskey) && (dnskey->keys & data->data_by) != 0;
}

/* RFC 4509 section 3: where there is SHA-384, SHA-256 is not looked at. */
static bool strongest_digest(struct ds_mask ds, const struct served *dnskey, const struct served *data)
{
	return leads(ds.sha384 != 0 ? ds.sha384 : ds.sha256, dnskey) && (dnskey->keys & data->data_by) != 0;
}

/* RFC 4035 section 2.2 read strictly: each algorithm of the DS set signs the DNSKEY RRset and the data. */
static bool every_algorithm(struct ds_mask ds, const struct served *dnskey, const struct served *data)
{
	uint32_t named = ds.sha256 | ds.sha384;
	for (unsigned i = 0; i < ALGORITHM_SETS; i++) {
		uint32_t of = keys_of_algorithm[i];
		if ((named & of) != 0 && (!leads(named & of, dnskey) || (dnskey->keys & data->data_by & of) == 0)) {
			return false;
		}
	}
	return true;
}

bool is_bogus(struct ds_mask ds, const struct served *dnskey, const struct served *data, const char **kind)
{
	if (ds_mask_empty(ds)) {
		return false;
	}
	*kind = !any_path(ds, dnskey, data) ? "any path" : !strongest_digest(ds, dnskey, data) ? "the strongest digest" :
		!every_algorithm(ds, dnskey, data) ? "every algorithm" : NULL;
	return *kind != NULL;
}

static bool same(const struct served *a, const struct served *b, bool dnskey)
{
	return dnskey ? a->keys == b->keys && a->keys_by == b->keys_by : a->data_by == b->data_by;
}

static void add(struct cached *all, const struct served *s, bool dnskey)
{
	for (size_t i = 0; i < all->count; i++) {
		if (same(&all->list[i], s, dnskey)) {
			all->list[i] = s->until == NEVER ? *s : all->list[i];
			return;
		}
	}
	must(all->count < CACHED, "room for what is cached");
	all->list[all->count++] = *s;
}

/* What a cache may hold now of what was served with this TTL, by servers that some resolver still asks. */
static void collect(const struct child *c, uint32_t ttl, bool dnskey, struct cached *out)
{
	out->count = 0;
	for (unsigned host = 0; host < HOSTS; host++) {
		const struct server *s = &c->servers[host];
		if (!s->on || s->used_from == NEVER) {
			continue;
		}
		uint32_t asked_until = s->used_until == NEVER ? NEVER : s->used_until + c->ns_ttl;
		for (size_t i = 0; i < s->served_count; i++) {
			uint32_t until = s->served[i].until < asked_until ? s->served[i].until : asked_until;
			bool was_asked = until > s->used_from && s->served[i].from < asked_until;
			if (was_asked && (until == NEVER || until + ttl > c->now)) {
				add(out, &s->served[i], dnskey);
			}
		}
	}
}

static void expired(struct child *c, const struct cached *all)
{
	for (size_t i = 0; i < all->count; i++) {
		if (all->list[i].until == NEVER && all->list[i].keys != 0 && all->list[i].expiration < c->now) {
			violation(c, &totals.bogus, "a server of an operator that keeps his side serves signatures that have ended");
		}
	}
}

static void combine(struct child *c, struct ds_mask ds, const struct cached *dnskeys, const struct cached *data)
{
	const char *kind;
	for (size_t i = 0; i < dnskeys->count; i++) {
		for (size_t k = 0; k < data->count; k++) {
			totals.combinations++;
			if (is_bogus(ds, &dnskeys->list[i], &data->list[k], &kind) && !c->failed) {
				violation(c, &totals.bogus, "bogus for a resolver that asks for %s: DS %s, DNSKEY %x signed by %x, data by %x",
					kind, ds_mask_text(ds), (unsigned)dnskeys->list[i].keys, (unsigned)dnskeys->list[i].keys_by,
					(unsigned)data->list[k].data_by);
			}
		}
	}
}

void resolvers_look(struct child *c)
{
	if (c->at_fault || c->now < c->excused_until || c->failed) {
		return;
	}
	struct cached dnskeys;
	struct cached data;
	totals.resolver_checks++;
	collect(c, c->dnskey_ttl, true, &dnskeys);
	collect(c, c->data_ttl, false, &data);
	for (size_t i = 0; i < c->parent.ds_count; i++) {
		const struct ds_version *v = &c->parent.ds[i];
		if (v->until == NEVER || v->until + v->ttl > c->now) {
			combine(c, v->ds, &dnskeys, &data);
		}
	}
	if (!ds_mask_empty(parent_ds(c))) {
		expired(c, &dnskeys);
	}
}
