/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What careless operators do. What they break themselves is theirs; what would be broken by doing as they ask is not. */
#include "tests/sim/procedures.h"

static void at_fault(struct child *c)
{
	c->at_fault = true;
}

void bad_unsigned(struct child *c)
{
	switch (c->op.step) {
	case 0:
		at_fault(c);
		for (unsigned i = 0; i < PROVIDERS; i++) {
			c->providers[i].keys = c->providers[i].keys_by = c->providers[i].zone_by = 0;
		}
		publish_all(c);
		wait_for(c, between(HOUR, 3 * DAY));
		break;
	case 1:
		for (unsigned i = 0; i < PROVIDERS; i++) {
			keys_of_provider(c, i);
		}
		publish_all(c);
		wait_for(c, 2 * DAY);
		break;
	default:
		finish(c);
		break;
	}
}

/* The roll itself is done right, by hand; CDS still names the retired key, signed at last by the new one. */
void bad_stale_cds(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		at_fault(c);
		o->old = p->ksk;
		o->new = next_ksk(c);
		p->keys |= o->new;
		p->keys_by |= o->new;
		p->cds_by = o->old;
		if (p->signal == PART_EMPTY) {
			ask_for(c, o->old);
		}
		p->zone_by |= c->csk ? o->new : 0;
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c) + data_spread_s(c));
		break;
	case 1:
		parent_by_hand(c, ds_of_keys(c, o->new));
		wait_ds(c, ds_of_keys(c, o->new));
		break;
	case 2:
		p->ksk = o->new;
		p->zsk = c->csk ? o->new : p->zsk;
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		wait_for(c, between(2 * DAY, 20 * DAY));
		break;
	case 3:
		ask_for(c, p->ksk);
		wait_ds(c, c->wish);
		break;
	default:
		finish(c);
		break;
	}
}

void bad_early(struct child *c)
{
	struct provider *p = leader(c);
	struct operator *o = &c->op;
	switch (o->step) {
	case 0:
		o->old = p->ksk;
		o->new = next_ksk(c);
		p->keys |= o->new;
		p->keys_by |= o->new;
		p->zone_by |= c->csk ? o->new : 0;
		provider_publish(c, c->main);
		wait_for(c, keys_spread_s(c));
		break;
	case 1:
		at_fault(c);
		p->keys = (p->keys & ~o->old) | (c->csk ? 0 : p->zsk);
		p->keys_by = o->new;
		p->zone_by = c->csk ? o->new : p->zone_by;
		ask_for(c, o->new);
		wait_for(c, between(HOUR, 3 * DAY));
		break;
	case 2:
		/* It puts back what was missing. */
		p->keys |= o->old;
		p->keys_by = o->old | o->new;
		provider_publish(c, c->main);
		wait_ds(c, c->wish);
		break;
	default:
		p->ksk = o->new;
		p->zsk = c->csk ? o->new : p->zsk;
		keys_of_provider(c, c->main);
		provider_publish(c, c->main);
		finish(c);
		break;
	}
}

/* Asks for what would break it, notices after days, and asks for what is there. */
static void ask_wrong(struct child *c, struct ds_mask wrong)
{
	switch (c->op.step) {
	case 0:
		at_fault(c);
		ask_ds(c, wrong);
		wait_for(c, between(2 * DAY, 8 * DAY));
		break;
	case 1:
		ask_for(c, c->op.old);
		wait_for(c, 4 * DAY);
		break;
	case 2:
		wait_ds(c, c->wish);
		break;
	default:
		finish(c);
		break;
	}
}

void bad_algorithm(struct child *c)
{
	struct provider *p = leader(c);
	c->op.old = p->ksk;
	uint32_t other = key_ksk(1 - c->algorithm, c->ksk_slot);
	ask_wrong(c, ds_of_keys(c, p->ksk | other));
}

void bad_digest(struct child *c)
{
	struct provider *p = leader(c);
	c->op.old = p->ksk;
	uint32_t other = key_ksk(c->algorithm, c->ksk_slot + 1);
	other = other == p->ksk ? key_ksk(c->algorithm, c->ksk_slot + 2) : other;
	ask_wrong(c, (struct ds_mask){ p->ksk, other });
}

void bad_leave(struct child *c)
{
	c->op.old = c->providers[0].ksk | c->providers[1].ksk;
	ask_wrong(c, ds_of_keys(c, c->providers[c->main].ksk));
}
