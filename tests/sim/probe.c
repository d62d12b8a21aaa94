/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One probe: what the servers say, or the attacker in their place, judged and accepted by the real code; and whether what is
 * accepted is what the child itself says. */
#include <string.h>

#include "tests/sim/judged.h"
#include "tests/sim/keys.h"

/* Signals are what the operator has in the child now; they have no lag of their own. */
static void look_at_signals(const struct child *c, struct view *views, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct zone z;
		unsigned p = views[i].host / HOSTS_EACH;
		provider_zone(c, p, &z);
		for (unsigned k = 0; k < 2 && c->providers[p].signals; k++) {
			const struct part *part = &z.parts[k == 0 ? PART_CDS : PART_CDNSKEY];
			views[i].signal[k] = (struct signal){ (uint8_t)part->kind, part->keys, part->keys384 };
		}
	}
}

static size_t look(const struct child *c, struct view views[HOSTS])
{
	size_t count = 0;
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct server *s = &c->servers[i];
		if ((c->parent.ns >> i & 1) != 0) {
			views[count++] = (struct view){ .host = (uint8_t)i, .mood = (uint8_t)(s->on ? s->mood : MOOD_TIMEOUT),
				.zone = s->zone };
		}
	}
	look_at_signals(c, views, count);
	attack_apply(c, views, count);
	return count;
}

/* RFC 9615 is for children without a DS set that ask for one. */
static bool asks_signals(const struct child *c, const struct view *views, size_t count)
{
	bool asks = false;
	for (size_t i = 0; i < count; i++) {
		const struct part *p = views[i].zone.parts;
		asks = asks || (views[i].mood == MOOD_FINE && (p[PART_CDS].kind == PART_KEYS || p[PART_CDNSKEY].kind == PART_KEYS));
	}
	return asks && c->parent.kind->by_signals && ds_mask_empty(c->parent.registered);
}

/* Where servers name the same keys by other digest types, those that all have are taken (RFC 9975 section 3.1): a server in bad
 * hands can take a type away by an old answer, never a key, nor bring one in. */
static bool is_narrowed(const struct child *c, struct ds_mask after)
{
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct part *cds = &c->servers[i].zone.parts[PART_CDS];
		bool votes = c->servers[i].on && (c->parent.ns >> i & 1) != 0 && c->servers[i].mood == MOOD_FINE;
		if (votes && cds->kind == PART_KEYS && (after.sha256 | after.sha384) == (cds->keys | cds->keys384) &&
		    (after.sha256 & ~cds->keys) == 0 && (after.sha384 & ~cds->keys384) == 0) {
			return true;
		}
	}
	return false;
}

static bool asks_for(const struct child *c, const struct zone *z, struct ds_mask after)
{
	const struct part *cds = &z->parts[PART_CDS];
	const struct part *cdnskey = &z->parts[PART_CDNSKEY];
	struct ds_mask by_cds = { cds->keys, cds->keys384 };
	struct ds_mask by_cdnskey = { cdnskey->keys, 0 };
	bool computes = cds->kind == PART_EMPTY || parent_takes_keys(c);
	return ((cds->kind == PART_DELETE || cdnskey->kind == PART_DELETE) && ds_mask_empty(after)) ||
		(!computes && cds->kind == PART_KEYS && ds_mask_equal(by_cds, after)) ||
		(computes && cdnskey->kind == PART_KEYS && ds_mask_equal(by_cdnskey, after));
}

/* Does one of the child's own servers, at this moment, ask for that? One that is stuck speaks of the past. */
static bool is_asked_for(const struct child *c, struct ds_mask after, bool stuck_too)
{
	for (unsigned i = 0; i < HOSTS; i++) {
		const struct server *s = &c->servers[i];
		if (s->on && (!s->stuck || stuck_too) && (c->parent.ns >> i & 1) != 0 && asks_for(c, &s->zone, after)) {
			return true;
		}
	}
	return false;
}

struct probed {
	size_t count;
	struct view views[HOSTS];
};

/* Does the attacker stand before every server that answers? One own word of the child, and nothing is untold. */
static bool is_blind(const struct child *c, const struct probed *seen)
{
	bool blind = attack_is_on(c);
	for (size_t i = 0; i < seen->count; i++) {
		blind = blind && (seen->views[i].forged || seen->views[i].mood != MOOD_FINE);
	}
	return blind;
}

/* Played back before the servers have it, or to a parent that gets nothing else: it is what the child wants all the same. */
static bool is_only_early(const struct child *c, const struct probed *seen, struct ds_mask after)
{
	const struct zone *played = &c->attack.played;
	return c->attack.replays && is_blind(c, seen) && asks_for(c, played, after) && heard_is_current(c, played);
}

/* A replay cannot be told by a mark that it is not older than: of the same inception, as PowerDNS gives them for a
 * week, or of a request that nobody accepted before it was taken back. Both are counted, and told in the sums. */
static bool is_untold(const struct child *c, const struct finding *f, const struct child_state *before,
	const struct probed *seen, uint64_t **count)
{
	size_t known = 0;
	size_t older = 0;
	*count = &totals.replayed_unseen;
	for (size_t i = 0; i < f->mark_count; i++) {
		for (size_t k = 0; k < before->mark_count; k++) {
			const struct mark *now = &f->marks[i];
			const struct mark *was = &before->marks[k];
			if (mark_compare(now, was) == 0 && !now->successor) {
				known++;
				older += now->inception < was->inception;
				*count = now->inception == was->inception ? &totals.replayed_equal : *count;
			}
		}
	}
	bool told = known > 0 && older == known;
	return !told && c->attack.replays && is_blind(c, seen);
}

/* What a parent that promises no more than A-05, or the strict guard, cannot help. */
static bool is_beyond(const struct child *c, const struct finding *f, const struct child_state *before,
	const struct probed *seen, uint64_t **count)
{
	if (!c->parent.kind->strict) {
		return is_untold(c, f, before, seen, count);
	}
	*count = &totals.replayed_unheard;
	return c->attack.replays && is_blind(c, seen) && !heard_is_over(c, &c->attack.played);
}

static struct ds_mask check_accepted(struct child *c, const struct decision *d, const struct finding *f,
	const struct child_state *before, const struct probed *seen)
{
	uint64_t *untold;
	struct ds_mask after;
	if (!ds_mask_of(&d->ds_after, &after)) {
		violation(c, &totals.stolen, "a DS set of unknown keys was accepted");
		return (struct ds_mask){ 0, 0 };
	}
	if (c->hands_off) {
		violation(c, &totals.stolen, "DS %s was accepted (%s), and the DS set was taken out by hand", ds_mask_text(after),
			reason_token(d->reason));
		return after;
	}
	bool asked = d->change == CHANGE_TTL || is_asked_for(c, after, false) || is_only_early(c, seen, after);
	/* Where a rule is broken on purpose, what it lets in is looked at once it is in the zone. */
	if (!asked && is_beyond(c, f, before, seen, &untold)) {
		(*untold)++;
		c->failed = true;	/* what becomes of it now says nothing more */
	} else if (!asked && is_asked_for(c, after, true)) {
		/* A child whose servers say what it took back weeks ago does not keep its side: what they said was signed, and alone. */
		tell(c, "asked for by a stuck server alone");
		c->failed = true;
	} else if (!asked && attack_is_on(c) && is_narrowed(c, after)) {
		totals.narrowed++;
	} else if (!asked && settings.broken != BREAK_DIGEST) {
		violation(c, &totals.stolen, "DS %s was accepted (%s), and the child does not ask for it; attack: %s",
			ds_mask_text(after), reason_token(d->reason), attack_text(c->attack.kind));
	}
	return after;
}

/* A change that was accepted rightly, and confirmed by what the child said then and no longer says: whoever lets nothing else
 * through keeps a request alive for as long as its signatures live. The TTL is nobody's request. */
static void check_confirmed(struct child *c, const struct decision *d, const struct probed *seen)
{
	const struct change *x = &c->parent.open;
	bool kept = d->reason == REASON_NOOP_CHANGE_PENDING && x->state != PENDING_NONE && x->class != CHANGE_TTL &&
		!is_asked_for(c, x->after, false);
	if (!kept || !c->attack.replays || !is_blind(c, seen) || is_only_early(c, seen, x->after)) {
		return;
	}
	if (c->parent.kind->strict && heard_is_over(c, &c->attack.played)) {
		violation(c, &totals.stolen, "change %llu was confirmed, and the child took it back; attack: %s",
			(unsigned long long)x->number, attack_text(c->attack.kind));
		return;
	}
	*(c->parent.kind->strict ? &totals.replayed_unheard : &totals.replayed_kept) += 1;
	c->failed = true;
}

static bool is_acceptance(const struct decision *d)
{
	const struct reason_row *row = reason_find(d->reason);
	return row != NULL && row->class == CLASS_ACCEPT;
}

/* What a scan does with a server that is silent where it matters: asks again by the schedule of the policy. */
static void plan_retry(struct child *c, const struct decision *d)
{
	const struct policy *p = &c->parent.kind->policy;
	if (d->reason != REASON_HOLD_UNREACHABLE || p->retry_count == 0) {
		c->retries = 0;
		return;
	}
	if (c->retries < p->retry_count) {
		c->extra_at = c->now + p->retry_s[c->retries] + between(1, 2 * MINUTE);
		c->extra_trigger = TRIGGER_RETRY;
		c->retries++;
	}
}

static void load_state(const struct child *c, struct arena *arena, struct child_state *out)
{
	*out = (struct child_state){ .last_reason = REASON_NONE };
	if (c->state_size > 0) {
		struct slice octets = { c->state, c->state_size };
		must(child_state_decode(octets, arena, out) == 0, "a state that was stored");
	}
}

static void save_state(struct child *c, struct arena *arena, const struct child_state *s)
{
	struct slice octets;
	must(child_state_encode(s, arena, &octets) == 0 && octets.size <= sizeof c->state, "a state to store");
	memcpy(c->state, octets.data, octets.size);
	c->state_size = octets.size;
}

/* As the store does when a generation shows a change. */
void state_published(struct child *c, struct ds_mask ds)
{
	struct arena *arena = arena_new();
	struct child_state s;
	struct ds_set set;
	must(arena != NULL, "memory");
	load_state(c, arena, &s);
	ds_mask_set(ds, arena, &set);
	child_state_publish(&s, &set);
	save_state(c, arena, &s);
	arena_free(arena);
}

void probe(struct child *c, enum evidence_trigger trigger)
{
	static struct arena *arena;
	struct probed seen;
	memset(&seen, 0, sizeof seen);
	arena = arena == NULL ? arena_new() : arena;
	must(arena != NULL, "memory");
	arena_reset(arena);
	seen.count = look(c, seen.views);
	if (trigger == TRIGGER_TIMER) {
		attack_sampled(c);
	}
	struct probed shown = seen;
	broken_views(shown.views, shown.count);
	const struct question q = { .child = c, .views = shown.views, .count = shown.count,
		.signals_asked = asks_signals(c, shown.views, shown.count),
		.trigger = settings.broken == BREAK_SPACING ? TRIGGER_TIMER : trigger };
	struct evidence evidence;
	struct delegation delegation;
	struct finding finding;
	judged(&q, arena, &evidence, &delegation, &finding);
	broken_finding(&finding, shown.views, shown.count, arena);
	struct child_state before;
	struct child_state after;
	load_state(c, arena, &before);
	const struct pending pending = parent_pending(c, arena);
	const struct accept_input in = { .evidence = &evidence, .delegation = &delegation, .finding = &finding,
		.policy = &c->parent.kind->policy, .state = &before, .pending = &pending, .now = c->now };
	struct decision d;
	must(accept_step(&in, arena, &d, &after) == 0, "a decision");
	broken_state(&before, &after, &finding, c->now);
	save_state(c, arena, &after);
	totals.probes++;
	totals.reasons[d.reason]++;
	if (attack_is_on(c)) {
		totals.attack_probes[c->attack.kind]++;
	}
	tell(c, "probe (%s): %s%s%s", trigger == TRIGGER_TIMER ? "timer" : trigger == TRIGGER_NOTIFY ? "notify" :
		trigger == TRIGGER_RETRY ? "retry" : "operator", reason_token(d.reason), attack_is_on(c) ? ", under attack: " : "",
		attack_is_on(c) ? attack_text(c->attack.kind) : "");
	struct ds_mask wanted = c->parent.registered;
	if (is_acceptance(&d)) {
		totals.changes[d.change]++;
		wanted = check_accepted(c, &d, &finding, &before, &seen);
	}
	check_confirmed(c, &d, &seen);
	heard_probe(c, seen.views, seen.count, &finding);
	parent_take(c, &d, wanted, seen.views, seen.count);
	plan_retry(c, &d);
}
