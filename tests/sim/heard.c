/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parent may know of the words of a child: whoever was heard to say something else since has taken back what he said
 * before. By the serials of the operators, which no signature has a part in. */
#include "tests/sim/sim.h"

static const enum part_name part_of[SAID_TYPES] = { [SAID_CDS] = PART_CDS, [SAID_CDNSKEY] = PART_CDNSKEY };

static const struct saying *find(const struct sayings *s, const struct part *p)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct saying *x = &s->list[i];
		if (x->kind == p->kind && x->keys == p->keys && x->keys384 == p->keys384) {
			return x;
		}
	}
	return NULL;
}

void sayings_add(struct child *c, unsigned provider, const struct zone *z)
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		struct sayings *s = &c->sayings[provider][t];
		const struct part *p = &z->parts[part_of[t]];
		const struct saying *known = find(s, p);
		size_t at = known != NULL ? (size_t)(known - s->list) : s->count;
		if (at == SAYINGS) {
			/* The one that was said the longest time ago. Its signatures have ended. */
			at = 0;
			for (size_t i = 1; i < SAYINGS; i++) {
				at = s->list[i].serial < s->list[at].serial ? i : at;
			}
		}
		s->list[at] = (struct saying){ p->kind, p->keys, p->keys384, p->serial };
		s->count += at == s->count;
	}
}

/* Nothing in the DS set vouches for its keys any more. */
void sayings_forget(struct child *c, unsigned provider)
{
	for (enum said_type t = 0; t < SAID_TYPES; t++) {
		c->sayings[provider][t].count = 0;
	}
}

void heard_probe(struct child *c, const struct view *views, size_t count, const struct finding *f)
{
	for (size_t i = 0; i < count && f->security == SECURITY_SECURE; i++) {
		const struct server_finding *s = &f->servers[i];
		uint32_t *heard = &c->heard[views[i].host / HOSTS_EACH];
		uint32_t serial = views[i].zone.parts[PART_SOA].serial;
		bool proven = s->class == RESPONSE_POS || s->class == RESPONSE_NODATA;
		if (!views[i].forged && proven && serial > *heard) {
			*heard = serial;
		}
	}
}

static bool is_over(const struct child *c, enum said_type t, const struct part *p)
{
	bool said = false;
	for (unsigned i = 0; i < PROVIDERS; i++) {
		const struct saying *x = find(&c->sayings[i][t], p);
		if (x != NULL && x->serial >= c->heard[i]) {
			return false;
		}
		said = said || x != NULL;
	}
	return said;
}

bool heard_is_over(const struct child *c, const struct zone *played)
{
	return is_over(c, SAID_CDNSKEY, &played->parts[PART_CDNSKEY]) ||
		(!parent_takes_keys(c) && is_over(c, SAID_CDS, &played->parts[PART_CDS]));
}

static bool is_current(const struct child *c, unsigned provider, enum said_type t, const struct part *p)
{
	const struct saying *x = find(&c->sayings[provider][t], p);
	return x != NULL && c->providers[provider].on && x->serial == c->providers[provider].serial;
}

bool heard_is_current(const struct child *c, const struct zone *played)
{
	bool current = false;
	for (unsigned i = 0; i < PROVIDERS; i++) {
		current = current || (is_current(c, i, SAID_CDNSKEY, &played->parts[PART_CDNSKEY]) &&
			(parent_takes_keys(c) || is_current(c, i, SAID_CDS, &played->parts[PART_CDS])));
	}
	return current;
}
