/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is what a child legitimately asks for done within what the policy promises? */
#include "tests/sim/sim.h"

static bool is_disturbed(const struct child *c)
{
	bool disturbed = attack_is_on(c) || c->at_fault || c->hands_off || c->parent.open.held || c->now <= c->no_run_until;
	bool answers = false;
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct server *s = &c->servers[i];
		if (s->on && (c->parent.ns >> i & 1) != 0) {
			answers = answers || s->mood == MOOD_FINE;
			disturbed = disturbed || s->stuck || s->coming_count > 0;
			/* Where nothing proves who speaks, nobody is left out. */
			disturbed = disturbed || (ds_mask_empty(parent_ds(c)) && s->mood != MOOD_FINE);
		}
	}
	return disturbed || !answers;
}

static bool somebody_is_silent(const struct child *c)
{
	for (unsigned i = 0; i < HOSTS; i++) {
		if (c->servers[i].on && c->servers[i].mood != MOOD_FINE) {
			return true;
		}
	}
	return false;
}

/* What differs from what was seen last waits for a newer signature where the parent is strict. After a move the last word may be
 * one of other software, an hour old, and that of PowerDNS begins two weeks before it ends to be the newest. */
static uint32_t signed_again_s(const struct child *c)
{
	static const uint32_t periods[SIGN_STYLES] = { [SIGN_BIND] = 9 * DAY, [SIGN_POWERDNS] = 7 * DAY, [SIGN_SHORT] = 2 * DAY };
	bool moved = c->multi || (c->moved_at != 0 && c->now - c->moved_at < 28 * DAY);
	uint32_t longest = 0;
	for (unsigned i = 0; i < PROVIDERS && c->parent.kind->strict; i++) {
		const struct provider *p = &c->providers[i];
		uint32_t period = p->style == SIGN_POWERDNS && moved ? 14 * DAY : periods[p->style];
		longest = p->on && period > longest ? period : longest;
	}
	return longest;
}

/* The next walk; silent servers are asked by the schedule of the policy, for a removal for longer; then the window of a first
 * DS set, with the walk that comes after its end; then the ways of the registry. */
static uint32_t promised_s(const struct child *c)
{
	const struct parent_kind *k = c->parent.kind;
	const struct policy *p = &k->policy;
	uint32_t bound = k->walk_max_s + p->drop_after_s + HOUR + p->min_interval_s + k->export_max_s + 2 * HOUR + k->publish_max_s;
	bool proven = k->by_signals && c->providers[c->main].signals;
	if (ds_mask_empty(parent_ds(c)) && !proven) {
		uint32_t steps = p->bootstrap.min_checks * (p->bootstrap.min_spacing_s + k->walk_max_s);
		bound += p->bootstrap.delay_s > steps ? p->bootstrap.delay_s : steps;
		bound += 2 * k->walk_max_s;
	}
	if (c->wish_kind == PART_DELETE && somebody_is_silent(c)) {
		bound += p->delete_hold_max_s + k->walk_max_s;
	}
	/* What was held up may be too old by now, and is asked for anew with the walk after that. */
	bound += c->interrupted ? k->walk_max_s : 0;
	return bound + signed_again_s(c);
}

/* A TTL that was lowered goes back (T-51). */
static void look_at_ttl(struct child *c)
{
	const struct parent *p = &c->parent;
	uint32_t since = p->ds[p->ds_count - 1].from;
	since = c->wish_at > since ? c->wish_at : since;
	since = c->disturbed_at > since ? c->disturbed_at : since;
	uint32_t normal = p->kind->ds_ttl;
	uint32_t hold = p->kind->policy.ttl.hold_s > normal ? p->kind->policy.ttl.hold_s : normal;
	uint32_t bound = promised_s(c) + hold + p->kind->policy.change_max_age_s + p->kind->walk_max_s;
	if (!ds_mask_empty(p->registered) && p->registered_ttl < normal && c->now > since && c->now - since > bound) {
		violation(c, &totals.late, "the DS TTL is %u s since %u h", (unsigned)p->registered_ttl,
			(unsigned)((c->now - since) / HOUR));
	}
}

void lateness_look(struct child *c)
{
	if (is_disturbed(c)) {
		c->disturbed_at = c->now;
		c->interrupted = c->parent.open.state != PENDING_NONE;
		return;
	}
	if (c->wish_kind == PART_EMPTY || ds_mask_equal(c->wish, parent_ds(c))) {
		look_at_ttl(c);
		return;
	}
	/* Nobody here takes a first DS set by itself. */
	if (ds_mask_empty(parent_ds(c)) && c->parent.kind->policy.bootstrap.method_count == 0) {
		return;
	}
	uint32_t since = c->wish_at > c->disturbed_at ? c->wish_at : c->disturbed_at;
	if (c->now > since && c->now - since > promised_s(c) && !c->failed) {
		violation(c, &totals.late, "DS %s is asked for since %u h without hindrance, and %u h were promised",
			ds_mask_text(c->wish), (unsigned)((c->now - since) / HOUR), (unsigned)(promised_s(c) / HOUR));
	}
}
