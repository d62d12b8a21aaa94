/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following a path for a row of test_path.c, and following it again with each call failing in turn. */
#pragma once

#include "tests/unit/chain_run.h"
#include "tests/unit/chain_world.h"
#include "tests/unit/failing.h"
#include "validate/cds/signaling.h"
#include "validate/dnssec/path.h"
#include "validate/wire/err.h"

typedef void change_zones(struct chain_zone *zones);
typedef void change_links(struct evidence_signal *s, struct arena *arena);

struct path_case {
	const char *label;
	const char *host;		/* NULL: ns1.example.net. */
	change_zones *zones;
	change_links *links;
	enum path_status expected;
	const char *zone;		/* that was reached */
	bool absent;
	enum sig_status sig;		/* of BOGUS */
};

/* The look for the signaling domain of a host. */
static inline void look(const struct chain_zone *zones, const char *text, struct arena *arena, struct evidence_signal *out)
{
	struct evidence_host host = { .status = EVIDENCE_HOST_RESOLVED };
	struct evidence e = { .child = { 4, { 2, 'c', 'h', 0 } }, .host_count = 1, .hosts = &host, .signals = out };
	assert_int_equal(name_from_text(text, &host.name), 0);
	(void)chain_signal(zones, &e, 0, arena);
}

/* What path_follow is given. */
struct way {
	struct name domain;
	size_t count;
	struct path_link links[LIMIT_LINKS];
	struct bootstrap_rules rules;
};

static inline void way_of(struct world *w, const char *host, const struct evidence_signal *s, struct way *way)
{
	struct name name;
	assert_int_equal(name_from_text(host, &name), 0);
	assert_int_equal(signaling_domain(&name, &way->domain), 0);
	way->count = s->link_count;
	for (size_t i = 0; i < s->link_count; i++) {
		struct message *m = arena_alloc(w->arena, sizeof *m);
		const struct evidence_answer *a = &s->links[i].answer;
		bool read = a->status == EVIDENCE_ANSWERED && message_parse(a->octets.data, a->octets.size, w->arena, m) == 0;
		way->links[i] = (struct path_link){ &s->links[i].name, s->links[i].type, read ? m : NULL };
	}
}

static inline int follow(const struct world *w, const struct way *way, struct verifier *v, struct path *path)
{
	return path_follow(v, w->crypto, &way->domain, way->rules.anchors, way->rules.anchor_count, way->links, way->count,
		w->arena, path);
}

/* A failure of ours proves nothing, and nothing is said of the zone. Without budget it is the budget that is spoken of. */
static inline void fail_everywhere(const struct world *w, const char *label, const struct way *way, enum failing_kind kind)
{
	unsigned at = 0;
	for (bool failed = true; failed; at++) {
		struct path path;
		const struct world own = { w->crypto, arena_new() };	/* anew, so that the calls are the same each time */
		struct verifier *v = verifier_new(own.crypto, own.arena, ZONE_NOW);
		failing_begin(kind, at);
		int code = follow(&own, way, v, &path);
		failed = failing_end();
		bool told = code == (failed && kind != FAILING_BUDGET ? ERR_NOMEM : 0);
		enum path_status expected = kind == FAILING_BUDGET ? PATH_BUDGET : PATH_BOGUS;
		if (!told || (failed && path.status != expected)) {
			fail_msg("%s: call %u, %s, fails: %d, status %d: %s", label, at, failing_name(), code, (int)path.status, path.why);
		}
		verifier_free(v);
		arena_free(own.arena);
	}
}

static inline void expect(const struct path_case *c, const struct path *p)
{
	struct name zone;
	char text[NAME_TEXT_SIZE];
	name_to_text(&p->zone, text);
	assert_int_equal(name_from_text(c->zone, &zone), 0);
	bool sig = p->status != PATH_BOGUS || p->sig == c->sig;
	if (p->status != c->expected || !name_equal(&p->zone, &zone) || p->absent != c->absent || !sig || p->why == NULL) {
		fail_msg("%s: status %d, zone %s, absent %d, sig %d: %s", c->label, (int)p->status, text, p->absent, (int)p->sig,
			p->why);
	}
	assert_true(p->status != PATH_SECURE || p->key_count > 0);
}

static inline void run(struct world *w, const struct path_case *c)
{
	struct chain_zone zones[CHAIN_ZONES];
	struct way way = { .count = 0 };
	struct evidence_signal signal;
	struct path path;
	const char *text = c->host == NULL ? "ns1.example.net." : c->host;
	chain_world(zones);
	if (c->zones != NULL) {
		c->zones(zones);
	}
	look(zones, text, w->arena, &signal);
	if (c->links != NULL) {
		c->links(&signal, w->arena);
	}
	chain_anchors("R", w->arena, &way.rules);
	way_of(w, text, &signal, &way);
	struct verifier *v = verifier_new(w->crypto, w->arena, ZONE_NOW);
	assert_int_equal(follow(w, &way, v, &path), 0);
	expect(c, &path);
	verifier_free(v);
	fail_everywhere(w, c->label, &way, FAILING_MEMORY);
}
