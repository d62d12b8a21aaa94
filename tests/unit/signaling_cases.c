/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals that confirm a request, and what all tables of signals are made with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/signaling_cases.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct chain_rrset *scene_at(struct scene *s, const char *owner, uint16_t type)
{
	struct chain_rrset *r = chain_find(&s->zones[OPERATOR], owner, type);
	assert_non_null(r);
	return r;
}

void scene_each(struct scene *s, const char *owner, void (*to)(struct chain_rrset *r))
{
	to(scene_at(s, owner, TYPE_CDS));
	to(scene_at(s, owner, TYPE_CDNSKEY));
}

void scene_rename(struct scene *s, size_t number, const char *name)
{
	assert_int_equal(name_from_text(name, &s->evidence.hosts[number].name), 0);
	assert_int_equal(name_from_text(name, &s->delegation.hosts[number].name), 0);
	struct evidence_signal *last = chain_signal(s->zones, &s->evidence, number, s->arena);
	s->evidence.signals[number] = *last;
	s->evidence.signal_count--;
}

uint8_t *scene_octets(struct scene *s, size_t host, enum evidence_question q)
{
	struct evidence_answer *a = &s->evidence.signals[host].answers[q == EVIDENCE_CDNSKEY];
	uint8_t *copy = arena_copy(s->arena, a->octets.data, a->octets.size);
	assert_non_null(copy);
	a->octets.data = copy;
	return copy;
}

void scene_chain(struct scene *s, const struct chain_zone *zones)
{
	struct evidence_signal other;
	struct evidence e = s->evidence;
	e.signals = &other;
	e.signal_count = 0;
	(void)chain_signal(zones, &e, 1, s->arena);
	s->evidence.signals[1].links = other.links;
	s->evidence.signals[1].link_count = other.link_count;
}

void rrset_gone(struct chain_rrset *r)
{
	*r = (struct chain_rrset){ "unused.example.net.", TYPE_A, "c0000207", NULL, WHEN_VALID };
}

void rrset_of_other_key(struct chain_rrset *r)
{
	r->data = "B";
}

void rename_inside(struct scene *s)
{
	scene_rename(s, 1, "ns2.example.ch.");
}

static void no_cdnskey(struct scene *s)
{
	s->servers[0].cdnskey = NULL;
	s->servers[1].cdnskey = NULL;
	rrset_gone(scene_at(s, ONE, TYPE_CDNSKEY));
	rrset_gone(scene_at(s, TWO, TYPE_CDNSKEY));
}
static void no_cds(struct scene *s)
{
	s->servers[0].cds = NULL;
	s->servers[1].cds = NULL;
	rrset_gone(scene_at(s, ONE, TYPE_CDS));
	rrset_gone(scene_at(s, TWO, TYPE_CDS));
}
static void no_cds_nsec3(struct scene *s) { no_cds(s); s->zones[OPERATOR].denial = CHAIN_NSEC3; }
static void no_cds_compact(struct scene *s) { no_cds(s); s->zones[OPERATOR].denial = CHAIN_COMPACT; }
static void two_keys(struct scene *s)
{
	s->servers[0].cds = s->servers[1].cds = "A B:4";
	s->servers[0].cdnskey = s->servers[1].cdnskey = "B A";
	scene_at(s, ONE, TYPE_CDS)->data = scene_at(s, TWO, TYPE_CDS)->data = "B:4 A";
	scene_at(s, ONE, TYPE_CDNSKEY)->data = scene_at(s, TWO, TYPE_CDNSKEY)->data = "A B";
}
static void own_zone(struct scene *s)
{
	struct chain_zone *z = chain_more(s->zones, "_signal.ns2.example.net.", "E");
	chain_add(z, TWO, TYPE_CDS, "A");
	chain_add(z, TWO, TYPE_CDNSKEY, "A");
}
static void one_inside(struct scene *s) { scene_each(s, TWO, rrset_gone); }
static void rename_apex(struct scene *s) { scene_rename(s, 1, "example.ch."); }
static void rename_upper(struct scene *s) { scene_rename(s, 1, "NS2.EXAMPLE.NET."); }
static void more_signatures(struct scene *s) { scene_at(s, ONE, TYPE_CDS)->by = "BZA"; }
static void single_cds(struct scene *s)
{
	s->rules.types = TYPES_SINGLE_CDS;
	rrset_gone(scene_at(s, ONE, TYPE_CDNSKEY));
	s->servers[1].cdnskey = "B";
}
/* The chain is older than the first signal of the host, and says that there is no such name (T-42). */
void chain_of_before(struct scene *s)
{
	struct chain_zone zones[CHAIN_ZONES];
	chain_world(zones);
	scene_chain(s, zones);
}
/* Somebody who is no longer a server of the child (R9615-4.3-2). */
static void one_leaves(struct scene *s) { s->delegation.host_count = 1; }
static void walk_foreign(struct scene *s) { scene_each(s, TWO, rrset_of_other_key); }

/* C3. */
static const struct signaling_case confirmed[] = {
	{ .label = "signal-ok, C3, R9615-2-1, R9615-3.1-1, R9615-4.1-1", .rule = "R9615-4.2-4", .result = CHECK_PASS,
		.says = "ns2.example.net.: says what the apex says" },
	{ .label = "signal-cds-only, R9615-4.2-4", .before = no_cdnskey, .rule = "R9615-4.2-3", .result = CHECK_PASS },
	{ .label = "CDNSKEY only, R9615-4.2-4", .before = no_cds },
	{ .label = "CDNSKEY only, NSEC3", .before = no_cds_nsec3 },
	{ .label = "CDNSKEY only, compact denial", .before = no_cds_compact },
	{ .label = "several keys in another order, R9615-4.2-4", .before = two_keys },
	{ .label = "_signal is a zone of its own, R9615-3.1-1", .before = own_zone, .rule = "R9615-3.1-1", .result = CHECK_PASS },
	{ .label = "mixed-in-out, R9615-4.2-1, T-36", .before = one_inside, .after = rename_inside, .rule = "R9615-4.2-1",
		.result = CHECK_PASS },
	{ .label = "one host is the apex, R9615-4.2-1", .before = one_inside, .after = rename_apex },
	{ .label = "signal-case, R9615-3.2-1", .after = rename_upper },
	{ .label = "signatures of others beside a good one, R6840-5.12-1", .before = more_signatures },
	{ .label = "the other type is not read", .before = single_cds },
	{ .label = "a chain from before the first signal, T-42, R9615-5.2-1", .after = chain_of_before },
	{ .label = "a host that left the delegation, walk-foreign-ns, R9615-4.3-2", .before = walk_foreign, .after = one_leaves },
};

const struct signaling_case *signaling_confirmed(size_t *count)
{
	*count = COUNT(confirmed);
	return confirmed;
}
