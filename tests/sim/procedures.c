/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators do that keep their side: RFC 6781 section 4.1 and 4.3.5, RFC 7583 section 3.3, RFC 8901, RFC 8078. */
#include "tests/sim/procedures.h"

/* RFC 7583 section 3.3.1, Double-KSK: the new key signs with the old one, then the DS is exchanged, then the old one goes. */
void do_double_signature(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		o->old = p->ksk;
		o->new = next_ksk(c);
		p->keys |= o->new;
		p->keys_by |= o->new;
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c));
		break;
	case 1:
		ask_for(c, o->new);
		wait_ds(c, c->wish);
		break;
	default:
		p->ksk = o->new;
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		finish(c);
		break;
	}
}

/* RFC 7583 section 3.3.2, Double-DS: the DS of the new key is there before the key. */
void do_double_ds(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		o->old = p->ksk;
		o->new = next_ksk(c);
		ask_for(c, o->old | o->new);
		wait_ds(c, c->wish);
		break;
	case 1:
		p->ksk = o->new;
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c));
		break;
	case 2:
		ask_for(c, o->new);
		wait_ds(c, c->wish);
		break;
	default:
		finish(c);
		break;
	}
}

/* RFC 6781 section 4.1.3: both keys in the DNSKEY RRset, then all data by the new one, then the DS. */
void do_csk(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		o->old = p->ksk;
		o->new = next_ksk(c);
		p->keys |= o->new;
		p->keys_by |= o->new;
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c));
		break;
	case 1:
		p->zone_by = o->new;
		provider_publish(c, c->main);
		wait_for(c, data_spread_s(c));
		break;
	case 2:
		ask_for(c, o->new);
		wait_ds(c, c->wish);
		break;
	default:
		p->ksk = o->new;
		p->zsk = o->new;
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		finish(c);
		break;
	}
}

static void begin_algorithm(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	c->algorithm = 1 - c->algorithm;
	o->old = p->ksk;
	o->old_zsk = p->zsk;
	o->new = next_ksk(c);
	o->new_zsk = c->csk ? o->new : next_zsk(c);
	p->zone_by = o->old_zsk | o->new_zsk;
	provider_publish(c, c->main);
	wait_for(c, data_spread_s(c));
}

/* RFC 6781 section 4.1.4: signatures of the new algorithm, then its keys, then the DS; and back in the other order. */
void do_algorithm(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		begin_algorithm(c);
		return;
	case 1:
		p->keys = o->old | o->old_zsk | o->new | o->new_zsk;
		p->keys_by = o->old | o->new;
		break;
	case 2:
		ask_for(c, o->new);
		wait_ds(c, c->wish);
		return;
	case 3:
		p->ksk = o->new;
		p->zsk = o->new_zsk;
		p->keys = o->new | o->new_zsk;
		p->keys_by = o->new;
		break;
	default:
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		finish(c);
		return;
	}
	provider_publish(c, c->main);
	wait_for(c, keys_spread_s(c));
}

static uint32_t all_ksks(const struct child *c)
{
	return c->providers[c->main].ksk | (c->multi ? c->providers[1 - c->main].ksk : 0);
}

void do_digest(struct child *c)
{
	if (c->op.step == 0) {
		c->digest384 = !c->digest384;
		ask_for(c, all_ksks(c));
		wait_ds(c, c->wish);
		return;
	}
	finish(c);
}

/* RFC 6781 section 4.2.4: a DS for a key that nobody has seen. */
void do_standby(struct child *c)
{
	struct provider *p = leader(c);
	switch (c->op.step) {
	case 0:
		ask_for(c, p->ksk | next_ksk(c));
		wait_ds(c, c->wish);
		break;
	case 1:
		wait_for(c, between(DAY, 20 * DAY));
		break;
	case 2:
		ask_for(c, p->ksk);
		wait_ds(c, c->wish);
		break;
	default:
		finish(c);
		break;
	}
}

/* Who reads CDS knows when to come. */
static void attract(struct child *c, unsigned percent)
{
	if (!attack_is_on(c) && c->attack.kind == ATTACK_NONE && chance_percent(percent)) {
		c->attack.from = c->now + between(HOUR, 5 * DAY);
	}
}

/* A roll that is asked for and taken back. Its key stays until no change can come of what was asked for: the parent lets
 * none go that is older than a day, and publishes within another. Some ask for nothing before they ask for the former set. */
void do_abort(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		o->new = next_ksk(c);
		p->keys |= o->new;
		p->keys_by |= o->new;
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c));
		break;
	case 1:
		ask_for(c, o->new);
		wait_for(c, chance_percent(50) ? 0 : between(0, 3 * DAY));
		break;
	case 2:
		if (chance_percent(50)) {
			ask_nothing(c);
		} else {
			ask_for(c, p->ksk);
		}
		attract(c, 70);
		wait_for(c, 4 * DAY);
		break;
	case 3:
		ask_for(c, p->ksk);
		wait_ds(c, c->wish);
		break;
	default:
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		finish(c);
		break;
	}
}

static uint32_t hosts_of(const struct child *c, unsigned p)
{
	return ((UINT32_C(1) << c->providers[p].hosts) - 1) << (p * HOSTS_EACH);
}

static void take_provider(struct child *c, unsigned number)
{
	struct provider *p = &c->providers[number];
	p->on = true;
	p->hosts = between(1, HOSTS_EACH);
	p->style = (enum sign_style)chance_below(SIGN_STYLES);
	p->ksk = next_ksk(c);
	p->zsk = c->csk ? p->ksk : next_zsk(c);
	p->signal = leader(c)->signal;
	p->cds = leader(c)->cds;
}

static void drop_provider(struct child *c, unsigned number)
{
	c->providers[number].on = false;
	sayings_forget(c, number);
	for (unsigned i = 0; i < HOSTS_EACH; i++) {
		c->servers[number * HOSTS_EACH + i].on = false;
	}
}

/* RFC 6781 section 4.3.5.1 and RFC 8901 section 2.1.2: zone keys are exchanged, then both have a DS, then both serve. */
void do_join(struct child *c)
{
	unsigned other = 1 - c->main;
	switch (c->op.step) {
	case 0:
		take_provider(c, other);
		c->multi = true;
		keys_of_provider(c, 0);
		keys_of_provider(c, 1);
		publish_all(c);
		wait_for(c, keys_spread_s(c));
		break;
	case 1:
		ask_for(c, all_ksks(c));
		wait_ds(c, c->wish);
		break;
	case 2:
		parent_set_ns(c, hosts_of(c, 0) | hosts_of(c, 1));
		wait_for(c, c->ns_ttl + keys_spread_s(c));
		break;
	default:
		finish(c);
		break;
	}
}

void do_leave(struct child *c)
{
	switch (c->op.step) {
	case 0:
		c->main = chance_below(PROVIDERS);
		parent_set_ns(c, hosts_of(c, c->main));
		wait_for(c, c->ns_ttl + keys_spread_s(c) + data_spread_s(c));
		break;
	case 1:
		ask_for(c, c->providers[c->main].ksk);
		wait_ds(c, c->wish);
		break;
	default:
		c->multi = false;
		drop_provider(c, 1 - c->main);
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		finish(c);
		break;
	}
}

/* The zone goes unsigned once no cache has its DS (RFC 8078 section 4), or stays signed without asking for anything. */
void do_delete(struct child *c)
{
	struct provider *p = leader(c);
	switch (c->op.step) {
	case 0:
		ask_delete(c);
		wait_ds(c, c->wish);
		break;
	default:
		if (chance_percent(70)) {
			p->keys = p->keys_by = p->zone_by = 0;
		}
		ask_nothing(c);
		finish(c);
		break;
	}
}

/* The registrant is his own master: CDS stay as they are, and nobody acts on them until he has put a DS set in (DSA-7.1-3). */
void do_remove(struct child *c)
{
	switch (c->op.step) {
	case 0:
		/* Where nobody has ever looked, nobody can know that there was one. */
		c->hands_off = c->state_size > 0;
		parent_by_hand(c, (struct ds_mask){ 0, 0 });
		wait_for(c, between(2 * DAY, 30 * DAY));
		break;
	case 1:
		c->hands_off = false;
		parent_by_hand(c, ds_of_keys(c, all_ksks(c)));
		wait_ds(c, ds_of_keys(c, all_ksks(c)));
		break;
	default:
		finish(c);
		break;
	}
}

/* First DS set: by CDS where the parent takes it, else, and sometimes there too, by hand. */
static void ask_first(struct child *c)
{
	bool by_cds = c->parent.kind->policy.bootstrap.method_count > 0 && chance_percent(85);
	ask_for(c, leader(c)->ksk);
	if (!by_cds) {
		parent_by_hand(c, c->wish);
	} else {
		attract(c, 30);
	}
	wait_ds(c, c->wish);
}

void do_sign_again(struct child *c)
{
	struct provider *p = leader(c);
	switch (c->op.step) {
	case 0:
		/* The same key again, or another one. */
		if (chance_percent(50)) {
			p->ksk = next_ksk(c);
			p->zsk = c->csk ? p->ksk : next_zsk(c);
		}
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c) + data_spread_s(c));
		break;
	case 1:
		ask_first(c);
		break;
	default:
		finish(c);
		break;
	}
}

/* RFC 6781 section 4.3.5.2: insecure while it moves. */
void do_move_by_delete(struct child *c)
{
	unsigned other = 1 - c->main;
	switch (c->op.step) {
	case 0:
		ask_delete(c);
		wait_ds(c, c->wish);
		break;
	case 1:
		take_provider(c, other);
		ask_nothing(c);
		keys_of_provider(c, other);
		provider_publish(c, other);
		wait_for(c, keys_spread_s(c) + data_spread_s(c));
		break;
	case 2:
		c->main = other;
		parent_set_ns(c, hosts_of(c, other));
		wait_for(c, c->ns_ttl + keys_spread_s(c) + data_spread_s(c));
		break;
	case 3:
		drop_provider(c, 1 - c->main);
		ask_first(c);
		break;
	default:
		finish(c);
		break;
	}
}
