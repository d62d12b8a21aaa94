/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators of a child: what they do next, and how they wait. Those that keep their side wait until everything older has
 * left the caches (RFC 7583): their own lag and TTL, and for the parent the TTL of each DS set that it had. */
#include "tests/sim/procedures.h"

static const struct {
	const char *name;
	procedure_step *step;
} table[PROCEDURES] = {
	[DO_NOTHING] = { "rests", NULL },
	[DO_DOUBLE_SIGNATURE] = { "rolls by double signature", do_double_signature },
	[DO_DOUBLE_DS] = { "rolls by double DS", do_double_ds },
	[DO_CSK] = { "rolls its CSK", do_csk },
	[DO_ALGORITHM] = { "rolls the algorithm", do_algorithm },
	[DO_DIGEST] = { "asks for other digests", do_digest },
	[DO_STANDBY] = { "adds a stand-by key", do_standby },
	[DO_ABORT] = { "begins a roll and gives it up", do_abort },
	[DO_JOIN] = { "takes a second operator", do_join },
	[DO_LEAVE] = { "leaves one of two operators", do_leave },
	[DO_MOVE_BY_DELETE] = { "moves by delete", do_move_by_delete },
	[DO_DELETE] = { "goes insecure", do_delete },
	[DO_REMOVE] = { "has its DS set taken out by hand", do_remove },
	[DO_SIGN_AGAIN] = { "signs", do_sign_again },
	[BAD_UNSIGNED] = { "loses its signatures", bad_unsigned },
	[BAD_STALE_CDS] = { "rolls by hand and leaves its CDS", bad_stale_cds },
	[BAD_EARLY] = { "takes its old key out too early", bad_early },
	[BAD_ALGORITHM] = { "asks for an algorithm that does not sign", bad_algorithm },
	[BAD_DIGEST] = { "has digests of unequal types", bad_digest },
	[BAD_LEAVE] = { "drops the key of an operator that still serves", bad_leave },
};

const char *procedure_text(enum procedure p)
{
	return table[p].name;
}

uint32_t keys_spread_s(const struct child *c)
{
	return c->lag_max_s + c->dnskey_ttl + MINUTE;
}

uint32_t data_spread_s(const struct child *c)
{
	return c->lag_max_s + c->data_ttl + MINUTE;
}

static uint32_t caches_s(const struct child *c)
{
	return 2 * c->parent.kind->ds_ttl + keys_spread_s(c) + data_spread_s(c) + c->ns_ttl;
}

void excuse(struct child *c, uint32_t until)
{
	until += caches_s(c);
	c->excused_until = until > c->excused_until ? until : c->excused_until;
}

/* How long some cache may still have a DS set that the parent has no longer, as far as the child was told. */
static uint32_t old_ds_s(const struct child *c)
{
	uint32_t left = 0;
	for (size_t i = 0; i < c->parent.ds_count; i++) {
		const struct ds_version *v = &c->parent.ds[i];
		if (v->until != NEVER && v->until + v->told > c->now + left) {
			left = v->until + v->told - c->now;
		}
	}
	return left;
}

void wait_for(struct child *c, uint32_t seconds)
{
	c->op.at = c->now + seconds + between(0, 6 * HOUR);
	c->op.waiting = false;
}

void wait_ds(struct child *c, struct ds_mask want)
{
	c->op.want = want;
	c->op.waiting = true;
	c->op.at = NEVER;
	operator_sees_ds(c);
}

void operator_sees_ds(struct child *c)
{
	if (c->op.waiting) {
		bool there = ds_mask_equal(parent_ds(c), c->op.want);
		c->op.at = there ? c->now + between(MINUTE, 6 * HOUR) + old_ds_s(c) : NEVER;
	}
}

void publish_all(struct child *c)
{
	for (unsigned i = 0; i < PROVIDERS; i++) {
		if (c->providers[i].on) {
			provider_publish(c, i);
		}
	}
}

/* Of CDNSKEY the parent computes SHA-256. */
struct ds_mask ds_of_keys(const struct child *c, uint32_t keys)
{
	return (struct ds_mask){ keys, c->digest384 && c->says_cds && !parent_takes_keys(c) ? keys : 0 };
}

static void ask(struct child *c, uint8_t kind, struct ds_mask ds)
{
	for (unsigned i = 0; i < PROVIDERS; i++) {
		c->providers[i].signal = kind;
		c->providers[i].cds = ds;
	}
	c->wish = ds;
	c->wish_kind = kind;
	c->wish_at = c->now;
	publish_all(c);
	/* Some tell the parent (RFC 9859). */
	if (chance_percent(30)) {
		c->extra_at = c->now + between(1, 10 * MINUTE) + c->lag_max_s;
		c->extra_trigger = TRIGGER_NOTIFY;
	}
}

void ask_ds(struct child *c, struct ds_mask ds)
{
	ask(c, PART_KEYS, ds);
	tell(c, "asks for DS %s", ds_mask_text(ds));
}

void ask_for(struct child *c, uint32_t keys)
{
	ask_ds(c, ds_of_keys(c, keys));
}

void ask_delete(struct child *c)
{
	ask(c, PART_DELETE, (struct ds_mask){ 0, 0 });
	tell(c, "asks for removal");
}

void ask_nothing(struct child *c)
{
	ask(c, PART_EMPTY, (struct ds_mask){ 0, 0 });
}

/* RFC 8901 section 2.1.2: each operator has the zone keys of the other in its DNSKEY RRset. */
void keys_of_provider(struct child *c, unsigned number)
{
	struct provider *p = &c->providers[number];
	const struct provider *other = &c->providers[1 - number];
	p->keys = p->ksk | p->zsk | (c->multi && other->on ? other->zsk : 0);
	p->keys_by = p->ksk;
	p->zone_by = p->zsk;
	p->cds_by = 0;
}

void finish(struct child *c)
{
	struct operator *o = &c->op;
	if (c->at_fault) {
		c->at_fault = false;
		excuse(c, c->now);
	}
	/* RFC 7344 section 5: once in sync it may go. */
	if (c->wish_kind == PART_KEYS && !ds_mask_empty(parent_ds(c)) && chance_percent(20)) {
		ask_nothing(c);
	}
	o->procedure = DO_NOTHING;
	o->step = 0;
	o->waiting = false;
	o->at = c->now + between(2 * DAY, 40 * DAY);
}

static enum procedure choose_fault(const struct child *c)
{
	if (c->multi) {
		return chance_percent(70) ? BAD_LEAVE : BAD_UNSIGNED;
	}
	static const uint8_t weights[] = { 15, 25, 20, 20, 20, 0 };
	return BAD_UNSIGNED + chance_pick(weights);
}

static enum procedure choose(const struct child *c)
{
	if (ds_mask_empty(parent_ds(c))) {
		return DO_SIGN_AGAIN;
	}
	if (c->op.careless && chance_percent(40)) {
		return choose_fault(c);
	}
	if (c->multi) {
		return chance_percent(70) ? DO_LEAVE : DO_DIGEST;
	}
	/* double signature, double DS, CSK, algorithm, digest, stand-by, abort, join, -, move by delete, delete, remove */
	static const uint8_t split[] = { 24, 14, 1, 10, 6, 8, 8, 12, 1, 7, 9, 3, 0 };
	static const uint8_t combined[] = { 1, 1, 38, 10, 6, 8, 8, 12, 1, 7, 9, 3, 0 };
	enum procedure p = DO_DOUBLE_SIGNATURE + chance_pick(c->csk ? combined : split);
	if (c->csk && (p == DO_DOUBLE_SIGNATURE || p == DO_DOUBLE_DS)) {
		p = DO_CSK;
	}
	return p == DO_LEAVE ? DO_NOTHING : !c->csk && p == DO_CSK ? DO_DOUBLE_SIGNATURE : p;
}

void operator_step(struct child *c)
{
	struct operator *o = &c->op;
	if (o->waiting && !ds_mask_equal(parent_ds(c), o->want)) {
		o->at = NEVER;
		return;
	}
	o->waiting = false;
	if (o->procedure == DO_NOTHING) {
		o->procedure = choose(c);
		o->step = 0;
		totals.procedures[o->procedure]++;
		if (o->procedure == DO_NOTHING) {
			finish(c);
			return;
		}
		tell(c, "the child %s", procedure_text(o->procedure));
	}
	o->at = NEVER;
	table[o->procedure].step(c);
	o->step++;
	must(o->at != NEVER || o->waiting, "an operator that waits for something");
	if (o->procedure == DO_NOTHING) {
		o->step = 0;
	}
}

/* As it is at the beginning: secure and in sync, or not signed. */
void operator_begin(struct child *c)
{
	struct provider *p = leader(c);
	c->csk = chance_percent(40);
	c->algorithm = chance_below(2);
	c->digest384 = chance_percent(25);
	unsigned says = chance_below(10);
	c->says_cds = says < 9;
	c->says_cdnskey = says < 6 || says == 9 || parent_takes_keys(c);
	c->op.careless = chance_percent(35);
	static const uint32_t ttls[] = { 5 * MINUTE, HOUR, 6 * HOUR, DAY };
	c->lag_max_s = between(0, 1) == 0 ? 0 : between(MINUTE, 6 * HOUR);
	c->dnskey_ttl = ttls[chance_below(4)];
	c->data_ttl = ttls[chance_below(4)];
	c->ns_ttl = ttls[1 + chance_below(3)];
	for (unsigned i = 0; i < PROVIDERS; i++) {
		c->providers[i] = (struct provider){ .hosts = between(1, HOSTS_EACH), .style = (enum sign_style)chance_below(SIGN_STYLES),
			.resign_at = NEVER, .signals = chance_percent(60) };
	}
	p->on = true;
	p->ksk = next_ksk(c);
	p->zsk = c->csk ? p->ksk : next_zsk(c);
	c->op.at = c->now + between(DAY, 20 * DAY);
	if (chance_percent(75)) {
		keys_of_provider(c, c->main);
		ask_for(c, p->ksk);
	} else {
		ask_nothing(c);
	}
}
