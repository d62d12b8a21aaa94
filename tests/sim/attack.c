/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attackers: on all paths for less than the window of a bootstrap, or in fewer than all servers for as long as they like.
 * They play back what was once signed, forge what nobody signed, drop packets, and choose the moment by NOTIFY. */
#include <string.h>

#include "tests/sim/keys.h"

static const char *const names[ATTACKS] = { "none", "replay on all paths", "forgery on all paths", "fewer than all servers",
	"some servers, the rest dropped", "packets dropped", "a lame host registered again", "forgery with a flood of NOTIFY",
	"forgery in pulses", "old and new mixed on all paths" };

const char *attack_text(enum attack_kind k)
{
	return names[k];
}

void attack_capture(struct child *c, const struct zone *z)
{
	struct attack *a = &c->attack;
	if (a->capture_count == CAPTURES) {
		/* Forgets one at random, so that old ones stay for a while. */
		a->captures[chance_below(CAPTURES)] = *z;
		return;
	}
	a->captures[a->capture_count++] = *z;
}

bool attack_is_on(const struct child *c)
{
	const struct attack *a = &c->attack;
	return a->kind != ATTACK_NONE && a->from <= c->now && c->now < a->until;
}

/* Signed by keys of the attacker, who has no others. */
static struct zone forge(const struct child *c, bool deletes)
{
	uint32_t own = UINT32_C(1) << KEY_OF_ATTACKER;
	struct zone z;
	memset(&z, 0, sizeof z);
	for (unsigned i = 0; i < PARTS; i++) {
		z.parts[i] = (struct part){ .kind = i == PART_SOA || i == PART_DNSKEY ? PART_KEYS : deletes ? PART_DELETE : PART_KEYS,
			.serial = 7, .keys = i == PART_SOA ? 0 : own, .by = own, .inception = c->attack.from - 2 * HOUR,
			.expiration = c->attack.from + 60 * DAY };
		if (z.parts[i].kind == PART_DELETE) {
			z.parts[i].keys = 0;
		}
	}
	return z;
}

/* One that asks for something else than is asked for now, if there is one. */
static struct zone replay(const struct child *c)
{
	const struct attack *a = &c->attack;
	size_t at = chance_below((unsigned)a->capture_count);
	for (size_t i = 0; i < a->capture_count; i++) {
		const struct zone *z = &a->captures[(at + i) % a->capture_count];
		const struct part *p = &z->parts[c->says_cds ? PART_CDS : PART_CDNSKEY];
		const struct part *now = &c->servers[c->main * HOSTS_EACH].zone.parts[c->says_cds ? PART_CDS : PART_CDNSKEY];
		bool other = p->kind != now->kind || p->keys != now->keys || p->keys384 != now->keys384;
		if (p->kind != PART_EMPTY && other && p->expiration > c->now) {
			return *z;
		}
	}
	return a->captures[at];
}

static struct zone mix(const struct child *c)
{
	const struct attack *a = &c->attack;
	struct zone z = c->servers[c->main * HOSTS_EACH].zone;
	for (unsigned i = 0; i < PARTS; i++) {
		if (chance_percent(60)) {
			z.parts[i] = a->captures[chance_below((unsigned)a->capture_count)].parts[i];
		}
	}
	return z;
}

static uint32_t some_of(uint32_t hosts, bool all_but_one)
{
	uint32_t chosen = 0;
	for (unsigned i = 0; i < HOSTS; i++) {
		chosen |= (hosts >> i & 1) != 0 && (all_but_one || chance_percent(50)) ? UINT32_C(1) << i : 0;
	}
	/* At least one, and never all. */
	uint32_t first = hosts & (~hosts + 1);
	if (chosen == 0) {
		chosen = first;
	}
	return chosen == hosts ? chosen & ~(hosts & ~(hosts & (hosts - 1))) : chosen;
}

void attack_sampled(struct child *c)
{
	struct attack *a = &c->attack;
	bool forged = attack_is_on(c) && (a->hosts | a->dropped) == c->parent.ns;
	a->sampled_since = !forged ? 0 : a->sampled_since != 0 ? a->sampled_since : c->now;
}

static uint32_t window_s(const struct child *c)
{
	uint32_t delay = c->parent.kind->policy.bootstrap.delay_s;
	return delay > 12 * HOUR ? delay - 6 * HOUR : 2 * DAY;
}

static void set_up(struct child *c)
{
	struct attack *a = &c->attack;
	uint32_t ns = c->parent.ns;
	bool secure = !ds_mask_empty(parent_ds(c));
	a->hosts = ns;
	a->dropped = 0;
	a->left = 0;
	a->replays = a->kind == ATTACK_REPLAY || a->kind == ATTACK_MIX || (secure && a->kind != ATTACK_FORGE && chance_percent(70));
	a->until = c->now + between(HOUR, 10 * HOUR);
	switch (a->kind) {
	case ATTACK_REPLAY:
	case ATTACK_MIX:
		a->until = c->now + between(HOUR, 2 * DAY);
		break;
	case ATTACK_FORGE:
		a->until = c->now + between(HOUR, window_s(c));
		break;
	case ATTACK_SOME_SERVERS:
	case ATTACK_SOME_AND_DROP:
		a->hosts = some_of(ns, chance_percent(40));
		a->dropped = a->kind == ATTACK_SOME_AND_DROP ? ns & ~a->hosts : 0;
		a->until = c->now + between(6 * HOUR, 20 * DAY);
		break;
	case ATTACK_DROP:
		a->hosts = 0;
		a->dropped = chance_percent(50) ? ns : some_of(ns, false);
		a->until = c->now + between(HOUR, 8 * DAY);
		break;
	case ATTACK_LAME_HOST:
		a->hosts = ns & (~ns + 1);
		a->until = c->now + between(10 * DAY, 40 * DAY);
		break;
	case ATTACK_PULSES:
		a->left = 5;
		a->until = c->now + between(HOUR, 3 * HOUR);
		a->again = c->parent.kind->walk_max_s + 6 * HOUR;
		break;
	default:
		break;
	}
	/* Two attacks between which the walk saw nothing else are one: what it does not sample it cannot know. */
	if (a->sampled_since != 0 && a->hosts == ns && a->until > a->sampled_since + window_s(c)) {
		a->until = a->sampled_since + window_s(c) > c->now ? a->sampled_since + window_s(c) : c->now + 1;
	}
}

static void begin(struct child *c)
{
	struct attack *a = &c->attack;
	bool several = (c->parent.ns & (c->parent.ns - 1)) != 0;
	do {
		a->kind = ATTACK_REPLAY + (enum attack_kind)chance_below(ATTACKS - 1);
	} while (!several && (a->kind == ATTACK_SOME_SERVERS || a->kind == ATTACK_SOME_AND_DROP || a->kind == ATTACK_LAME_HOST));
	a->from = c->now;
	set_up(c);
	a->deletes = chance_percent(15);
	a->hides_signals = chance_percent(50);
	a->played = a->kind == ATTACK_MIX ? mix(c) : a->replays ? replay(c) : forge(c, a->deletes);
	bool notifies = a->kind == ATTACK_NOTIFY || a->kind == ATTACK_PULSES || chance_percent(60);
	a->probe_at = notifies ? c->now + between(MINUTE, HOUR) : NEVER;
	totals.attacks[a->kind]++;
	tell(c, "attack: %s%s, hosts %x, dropped %x, for %u h", names[a->kind], a->replays ? " (replay)" : "", (unsigned)a->hosts,
		(unsigned)a->dropped, (unsigned)((a->until - c->now) / HOUR));
}

static void end(struct child *c)
{
	struct attack *a = &c->attack;
	c->disturbed_at = c->now;
	a->probe_at = NEVER;
	if (a->left > 0 && a->sampled_since == 0) {
		a->left--;
		uint32_t length = a->until - a->from;
		a->from += a->again;
		a->until = a->from + length;
		a->probe_at = a->from + MINUTE;
		return;
	}
	tell(c, "the attack is over");
	a->kind = ATTACK_NONE;
	a->from = c->now + between(5 * DAY, 70 * DAY);
	a->until = NEVER;
}

uint32_t attack_next(const struct child *c)
{
	const struct attack *a = &c->attack;
	if (!attack_is_on(c)) {
		return a->from;
	}
	return a->probe_at < a->until ? a->probe_at : a->until;
}

void attack_step(struct child *c)
{
	struct attack *a = &c->attack;
	if (a->kind == ATTACK_NONE) {
		if (a->from <= c->now) {
			begin(c);
		}
	} else if (a->until <= c->now) {
		end(c);
	} else if (a->probe_at <= c->now) {
		a->probe_at = c->now + (a->kind == ATTACK_NOTIFY ? between(5 * MINUTE, 30 * MINUTE) : between(20 * MINUTE, 6 * HOUR));
		probe(c, TRIGGER_NOTIFY);
	}
}

/* Signals are signed by keys that he does not have: he plays back those of the time of the zone that he plays back, if he is on
 * the way to them, too, hides them, or lets them pass. */
static void attack_signal(const struct child *c, struct view *v)
{
	const struct attack *a = &c->attack;
	bool everywhere = a->hosts == c->parent.ns;
	bool there = v->signal[0].kind != PART_EMPTY || v->signal[1].kind != PART_EMPTY;
	for (unsigned i = 0; i < 2 && everywhere; i++) {
		const struct part *p = &a->played.parts[i == 0 ? PART_CDS : PART_CDNSKEY];
		if (a->replays && there) {
			v->signal[i] = (struct signal){ (uint8_t)p->kind, p->keys, p->keys384 };
		} else if (a->hides_signals) {
			v->signal[i] = (struct signal){ .kind = SIGNAL_LOST };
		}
	}
}

void attack_apply(const struct child *c, struct view *views, size_t count)
{
	const struct attack *a = &c->attack;
	if (!attack_is_on(c)) {
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if ((a->hosts >> views[i].host & 1) != 0) {
			views[i].zone = a->played;
			views[i].mood = MOOD_FINE;
			views[i].forged = true;
			attack_signal(c, &views[i]);
		} else if ((a->dropped >> views[i].host & 1) != 0) {
			views[i].mood = MOOD_TIMEOUT;
			views[i].forged = true;
		}
	}
}
