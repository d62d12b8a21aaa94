/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One rule taken away at a time, from outside of the library: by a policy that the rule is off in, by evidence with servers
 * left out, or by a finding or a state changed on its way. A simulation that does not notice proves nothing. */
#include <string.h>

#include "tests/sim/keys.h"

static const char *const names[BREAK_COUNT] = { "nothing", "algorithm", "digest", "server", "consistency", "replay", "reset",
	"strict", "absence", "spacing", "freshness", "ttl", "suspension" };

enum breakage broken_find(const char *name)
{
	for (unsigned i = 1; i < BREAK_COUNT; i++) {
		if (strcmp(name, names[i]) == 0) {
			return (enum breakage)i;
		}
	}
	return BREAK_NOTHING;
}

const char *broken_name(enum breakage b)
{
	return names[b];
}

void broken_policy(struct policy *p)
{
	switch (settings.broken) {
	case BREAK_ALGORITHM:
		p->rules.continuity = CONTINUITY_ONE_PATH;
		break;
	case BREAK_REPLAY:
		p->replay_guard = REPLAY_GUARD_OFF;
		break;
	case BREAK_STRICT:
		p->replay_guard = REPLAY_GUARD_OLDER;
		break;
	case BREAK_SPACING:
		/* Checks are counted, whenever they are; probe() calls each of them one of the timer. */
		p->bootstrap.min_spacing_s = 0;
		p->bootstrap.delay_s = 0;
		break;
	default:
		break;
	}
}

/* One server is asked, and speaks for all. */
void broken_views(struct view *views, size_t count)
{
	for (size_t i = 1; i < count && settings.broken == BREAK_CONSISTENCY; i++) {
		views[i].zone = views[0].zone;
		views[i].mood = views[0].mood;
	}
}

static void accept_anyway(struct finding *f, enum change_class change)
{
	f->reason = REASON_ACCEPT_UPDATE;
	f->change = change;
}

/* The CDS RRset as it is, whatever digests its keys have. */
static void take_verbatim(struct finding *f, const struct view *views, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		const struct part *cds = &views[i].zone.parts[PART_CDS];
		if (views[i].mood == MOOD_FINE && cds->kind == PART_KEYS) {
			ds_mask_set((struct ds_mask){ cds->keys, cds->keys384 }, arena, &f->ds_after);
			accept_anyway(f, CHANGE_SWAP);
			return;
		}
	}
}

void broken_finding(struct finding *f, const struct view *views, size_t count, struct arena *arena)
{
	if (settings.broken == BREAK_DIGEST && f->reason == REASON_CONTINUITY_DIGEST) {
		take_verbatim(f, views, count, arena);
	} else if (settings.broken == BREAK_SERVER && f->reason == REASON_CONTINUITY_SERVER) {
		accept_anyway(f, CHANGE_REMOVE);
	} else if (settings.broken == BREAK_ABSENCE && f->reason == REASON_NOOP_NO_SIGNAL) {
		memset(f->said, 0, sizeof f->said);	/* who asks for nothing has said nothing */
	}
}

/* A window that has begun goes on, whatever it is about. That somebody took the DS set out is forgotten. */
void broken_state(const struct child_state *before, struct child_state *after, const struct finding *f, uint32_t now)
{
	const struct window *was = &before->window;
	static const uint8_t none[SHA256_OCTETS];
	if (settings.broken == BREAK_SUSPENSION) {
		after->suspended = 0;
	}
	if (settings.broken != BREAK_RESET || was->began == 0 || memcmp(f->request_hash, none, sizeof none) == 0 ||
	    memcmp(was->request_hash, f->request_hash, sizeof none) == 0) {
		return;
	}
	after->window = *was;
	after->window.last_seen = now;
	memcpy(after->window.request_hash, f->request_hash, sizeof none);
	memcpy(after->window.ns_hash, f->ns_hash, sizeof none);
}
