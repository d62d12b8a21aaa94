/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent: policies, the journal's rules in short, the way of a change into the zone, and what is done
 * by hand. */
#include <stdio.h>
#include <string.h>

#include "tests/sim/keys.h"

#define NAME_OCTETS 24

static struct parent_kind kinds[PARENT_KINDS] = {
	{ .name = "often", .preset = POLICY_DEFAULT, .ds_ttl = HOUR, .walk_min_s = 2 * HOUR, .walk_max_s = 10 * HOUR,
		.export_max_s = HOUR, .publish_max_s = HOUR, .hold_percent = 3 },
	{ .name = "daily", .preset = POLICY_DEFAULT, .ds_ttl = DAY, .walk_min_s = 20 * HOUR, .walk_max_s = 28 * HOUR,
		.export_max_s = 4 * HOUR, .publish_max_s = 12 * HOUR, .hold_percent = 8, .low_ttl = 10 * MINUTE },
	{ .name = "seldom", .preset = POLICY_DEFAULT, .ds_ttl = 2 * DAY, .walk_min_s = 12 * HOUR, .walk_max_s = 40 * HOUR,
		.export_max_s = 6 * HOUR, .publish_max_s = DAY, .hold_percent = 15 },
	{ .name = "by keys", .preset = "cz-fred", .ds_ttl = 6 * HOUR, .walk_min_s = 20 * HOUR, .walk_max_s = 28 * HOUR,
		.export_max_s = 2 * HOUR, .publish_max_s = 6 * HOUR, .hold_percent = 5 },
	{ .name = "by signals", .preset = POLICY_DEFAULT, .ds_ttl = 6 * HOUR, .walk_min_s = 8 * HOUR, .walk_max_s = 26 * HOUR,
		.export_max_s = 2 * HOUR, .publish_max_s = 4 * HOUR, .hold_percent = 5, .by_signals = true },
};

/* First DS sets by RFC 8078 section 3.3, or by RFC 9615 where operators have signals; the DS TTL as the parent has it. */
static void adapt(struct parent_kind *k, struct arena *arena)
{
	struct policy *p = &k->policy;
	p->rules.bootstrap.enabled = true;
	p->rules.bootstrap.authenticated = k->by_signals;
	p->rules.bootstrap.fall_back_absent = k->by_signals;
	p->rules.bootstrap.fall_back_incomplete = k->by_signals;
	p->rules.bootstrap.anchor_count = 1;
	must(ds_parse(key_ds_at(KEY_OF_ROOT, &name_root, arena), &p->rules.bootstrap.anchors[0]) == 0, "a trust anchor");
	p->bootstrap.method_count = 0;
	if (k->by_signals) {
		p->bootstrap.methods[p->bootstrap.method_count++] = BOOTSTRAP_AUTHENTICATED;
	}
	p->bootstrap.methods[p->bootstrap.method_count++] = BOOTSTRAP_DELAY;
	if (k->low_ttl != 0) {
		p->ttl = (struct ttl_policy){ .change_s = k->low_ttl, .hold_s = 3 * DAY };
	}
	const char *fault = policy_fault(p);
	must(fault == NULL, fault);
	k->rules_number = (p->rules.types == TYPES_SINGLE_CDNSKEY) | (unsigned)k->by_signals << 1;
}

const struct parent_kind *parent_kinds(void)
{
	static char names[PARENT_KINDS][NAME_OCTETS];
	if (kinds[0].policy.name[0] == '\0') {
		struct arena *arena = arena_new();
		must(arena != NULL, "memory");
		for (size_t i = 0; i < PARENT_KINDS; i++) {
			bool strict = i >= PARENT_KINDS / 2;
			kinds[i] = kinds[i % (PARENT_KINDS / 2)];
			const struct policy *p = policy_preset(kinds[i].preset);
			must(p != NULL, "a policy");
			kinds[i].policy = *p;
			kinds[i].policy.replay_guard = strict ? REPLAY_GUARD_STRICT : REPLAY_GUARD_OLDER;
			kinds[i].strict = strict;
			if (strict) {
				snprintf(names[i], NAME_OCTETS, "%s, strict", kinds[i].name);
				kinds[i].name = names[i];
			}
			adapt(&kinds[i], arena);
			broken_policy(&kinds[i].policy);
		}
		arena_free(arena);
	}
	return kinds;
}

static struct ds_version *shown(struct parent *p)
{
	return &p->ds[p->ds_count - 1];
}

struct ds_mask parent_ds(const struct child *c)
{
	return c->parent.registered;
}

uint32_t parent_ttl(const struct child *c)
{
	return c->parent.registered_ttl;
}

/* Caches may have it for longer than the child is told where the TTL is lied about. */
static uint32_t real_ttl(uint32_t told)
{
	return settings.broken == BREAK_TTL ? 20 * told : told;
}

static void publish(struct child *c, struct ds_mask ds, uint32_t ttl, bool ours)
{
	struct parent *p = &c->parent;
	if (p->ds_count > 0) {
		shown(p)->until = c->now;
	}
	if (p->ds_count == DS_KEPT) {
		memmove(&p->ds[0], &p->ds[1], (DS_KEPT - 1) * sizeof p->ds[0]);
		p->ds_count--;
	}
	p->ds[p->ds_count++] = (struct ds_version){ .from = c->now, .until = NEVER, .ds = ds, .ttl = real_ttl(ttl),
		.told = ttl, .ours = ours };
	p->registered = ds;
	p->registered_ttl = ttl;
	operator_sees_ds(c);
}

void parent_begin(struct child *c)
{
	const struct provider *p = &c->providers[c->main];
	c->parent.ns = ((UINT32_C(1) << p->hosts) - 1) << (c->main * HOSTS_EACH);
	servers_use(c, c->parent.ns);
	publish(c, c->wish, c->parent.kind->ds_ttl, false);
}

static bool is_open(const struct change *x)
{
	return x->state != PENDING_NONE;
}

static void drop_open(struct child *c, uint64_t *count, const char *why)
{
	if (is_open(&c->parent.open)) {
		tell(c, "change %llu is withdrawn: %s", (unsigned long long)c->parent.open.number, why);
		(*count)++;
	}
	c->parent.open = (struct change){ .state = PENDING_NONE };
}

/* A change of the delegation makes void what was judged against the former one. */
static void delegation_moved(struct child *c)
{
	if (settings.broken != BREAK_FRESHNESS) {
		drop_open(c, &totals.stale, "the delegation is another one");
	}
	c->disturbed_at = c->now;
}

void parent_by_hand(struct child *c, struct ds_mask ds)
{
	tell(c, "DS %s by hand", ds_mask_text(ds));
	c->parent.manual_change = c->now;
	c->parent.sent_count = 0;	/* what was sent is in the registry before it, and is overwritten */
	publish(c, ds, c->parent.kind->ds_ttl, false);
	delegation_moved(c);
}

void parent_set_ns(struct child *c, uint32_t ns)
{
	tell(c, "NS set %x", (unsigned)ns);
	c->parent.ns = ns;
	c->parent.manual_change = c->now;
	c->moved_at = c->now;
	servers_use(c, ns);
	delegation_moved(c);
}

uint32_t parent_next(const struct child *c)
{
	const struct parent *p = &c->parent;
	uint32_t next = is_open(&p->open) ? p->open.at : NEVER;
	return p->sent_count > 0 && p->sent[0].at < next ? p->sent[0].at : next;
}

struct pending parent_pending(const struct child *c, struct arena *arena)
{
	const struct parent *p = &c->parent;
	const struct change *x = is_open(&p->open) ? &p->open : p->sent_count > 0 ? &p->sent[p->sent_count - 1] : NULL;
	struct pending out = { .state = PENDING_NONE };
	if (x != NULL) {
		out.state = x->state;
		out.change = x->number;
		ds_mask_set(x->after, arena, &out.ds_after);
	}
	return out;
}

static void witness_views(struct child *c, struct change *x, const struct view *views, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct view *v = &views[i];
		x->witness[v->host] = (struct witness){ .answered = v->mood == MOOD_FINE && !v->forged,
			.content = served_of(&c->servers[v->host].zone) };
	}
}

/* As it is said, or as it is; a first DS set, and one whose TTL is nobody's business any more, has what the registry gives. */
static uint32_t ttl_of(const struct parent *p, const struct decision *d)
{
	bool by_registry = d->change == CHANGE_TTL || ds_mask_empty(p->registered);
	return d->ds_ttl != 0 ? d->ds_ttl : by_registry ? p->kind->ds_ttl : p->registered_ttl;
}

static void propose(struct child *c, const struct decision *d, struct ds_mask after, const struct view *views, size_t count)
{
	struct parent *p = &c->parent;
	if (is_open(&p->open)) {
		totals.superseded++;
	}
	p->open = (struct change){ .state = PENDING_RELEASED, .number = ++p->numbers, .before = p->registered, .after = after,
		.ns = p->ns, .ttl = ttl_of(p, d), .judged_at = c->now, .class = d->change,
		.goes_back = d->journal == JOURNAL_SUPERSEDE, .held = chance_percent(p->kind->hold_percent) };
	p->open.at = c->now + (p->open.held ? between(DAY, 14 * DAY) : between(MINUTE, p->kind->export_max_s));
	totals.held += p->open.held;
	witness_views(c, &p->open, views, count);
	tell(c, "change %llu to DS %s, TTL %u s%s", (unsigned long long)p->open.number, ds_mask_text(after), (unsigned)p->open.ttl,
		p->open.held ? ", held" : "");
}

void parent_take(struct child *c, const struct decision *d, struct ds_mask after, const struct view *views, size_t count)
{
	struct parent *p = &c->parent;
	bool fresh = settings.broken != BREAK_FRESHNESS || !p->open.held;
	switch (d->journal) {
	case JOURNAL_PROPOSE:
	case JOURNAL_SUPERSEDE:
		propose(c, d, after, views, count);
		break;
	case JOURNAL_WITHDRAW:
		if (fresh) {
			drop_open(c, &totals.withdrawn, "the child no longer asks for it");
		}
		break;
	case JOURNAL_BLOCK:
		p->open.blocked = fresh && is_open(&p->open);
		break;
	case JOURNAL_NONE:
		p->open.blocked = false;
		break;
	}
}

/* Would it arrive where it was judged against? A superseding one also where the former has arrived. */
static bool is_of_this_delegation(const struct parent *p, const struct change *x)
{
	bool expected = ds_mask_equal(x->before, p->registered);
	for (size_t i = 0; i < p->sent_count; i++) {
		expected = expected || (x->goes_back && ds_mask_equal(p->sent[i].before, x->before));
	}
	expected = expected || (x->goes_back && p->ds_count > 1 && ds_mask_equal(p->ds[p->ds_count - 2].ds, x->before));
	return expected && x->ns == p->ns;
}

/* After a hold nothing goes out but what a new probe asks for again. */
static bool is_confirmed(struct child *c)
{
	uint64_t number = c->parent.open.number;
	c->parent.open.held = false;
	c->parent.open.blocked = true;
	c->parent.open.at = c->now + MINUTE;
	probe(c, TRIGGER_OPERATOR);
	if (!is_open(&c->parent.open) || c->parent.open.number != number) {
		return false;
	}
	if (c->parent.open.blocked) {
		drop_open(c, &totals.stale, "a new probe does not confirm it");
		return false;
	}
	c->parent.open.judged_at = c->now;
	return true;
}

static void send_open(struct child *c)
{
	struct parent *p = &c->parent;
	bool lenient = settings.broken == BREAK_FRESHNESS && p->open.held;
	if (p->open.held && !lenient && !is_confirmed(c)) {
		return;
	}
	struct change *x = &p->open;
	if (!lenient && (c->now - x->judged_at > p->kind->policy.change_max_age_s || !is_of_this_delegation(p, x))) {
		drop_open(c, &totals.stale, "it has grown old");
		return;
	}
	if (x->blocked) {
		x->at = c->now + HOUR;
		return;
	}
	must(p->sent_count < sizeof p->sent / sizeof p->sent[0], "room for what was sent");
	struct change *sent = &p->sent[p->sent_count];
	*sent = *x;
	sent->state = PENDING_SENT;
	sent->at = c->now + between(MINUTE, p->kind->publish_max_s);
	if (p->sent_count > 0 && sent->at < sent[-1].at) {
		sent->at = sent[-1].at;
	}
	p->sent_count++;
	x->state = PENDING_NONE;
}

/* No memory of the past here: what the servers said when it was judged, and still say, has to validate under the DS set
 * that the change makes if it did before. This holds for careless children, too. */
static void look_at_once(struct child *c, const struct change *x)
{
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct witness *w = &x->witness[i];
		const struct server *s = &c->servers[i];
		const struct served now = served_of(&s->zone);
		const char *kind;
		if (!w->answered || !s->on || (c->parent.ns >> i & 1) == 0 || now.keys != w->content.keys ||
		    now.keys_by != w->content.keys_by || now.data_by != w->content.data_by) {
			continue;
		}
		if (is_bogus(x->after, &now, &now, &kind) && !is_bogus(c->parent.registered, &now, &now, &(const char *){ NULL })) {
			violation(c, &totals.broken_at_once, "DS %s makes server %u bogus for a resolver that asks for %s",
				ds_mask_text(x->after), i, kind);
			return;
		}
	}
}

static void arrive(struct child *c)
{
	struct parent *p = &c->parent;
	struct change x = p->sent[0];
	p->sent_count--;
	memmove(&p->sent[0], &p->sent[1], p->sent_count * sizeof p->sent[0]);
	look_at_once(c, &x);
	totals.published++;
	tell(c, "change %llu is in the zone: DS %s", (unsigned long long)x.number, ds_mask_text(x.after));
	publish(c, x.after, x.ttl, true);
	state_published(c, x.after);
}

void parent_step(struct child *c)
{
	struct parent *p = &c->parent;
	if (p->sent_count > 0 && p->sent[0].at <= c->now) {
		arrive(c);
	}
	if (is_open(&p->open) && p->open.at <= c->now) {
		send_open(c);
	}
}
