/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What operators say of a child in their signaling zones, right and wrong, and the reason each has to get. */
#pragma once

#include "tests/unit/chain_world.h"
#include "tests/unit/zone_fixture.h"
#include "validate/cds/reason.h"
#include "validate/cds/judge.h"

#define ONE "_dsboot.example.ch._signal.ns1.example.net."
#define TWO "_dsboot.example.ch._signal.ns2.example.net."

/* What a case is made of, and may change. */
struct scene {
	struct chain_zone zones[CHAIN_ZONES];
	struct says servers[SERVERS_MAX];
	struct rules rules;
	struct evidence evidence;
	struct delegation delegation;
	struct arena *arena;
};

typedef void change(struct scene *s);

struct signaling_case {
	const char *label;		/* situation, and rows of doc/standards.md */
	change *before;			/* of zones and servers */
	change *after;			/* of evidence and delegation */
	enum reason reason;		/* NONE: all is confirmed */
	const char *rule;		/* a check that must be there ... */
	enum check_result result;	/* ... with this result */
	const char *says;		/* words of the detail of a check; NULL: any */
};

/* One fault at each of two hosts, and what is said of both. */
struct signaling_pair {
	const char *label;
	change *first;
	change *second;
	change *late;			/* of evidence and delegation */
	enum reason reason;
};

const struct signaling_case *signaling_confirmed(size_t *count);
const struct signaling_case *signaling_refused(size_t *count);
const struct signaling_pair *signaling_pairs(size_t *count);

/* For the tables. The RRset of the operator's zone; it has to be there. */
struct chain_rrset *scene_at(struct scene *s, const char *owner, uint16_t type);
/* Both types of one host. */
void scene_each(struct scene *s, const char *owner, void (*to)(struct chain_rrset *r));
/* Moves a host of evidence and delegation to another name; its signals are looked for there. */
void scene_rename(struct scene *s, size_t number, const char *name);
/* The message of an answer, to be changed in place: flags and the code. */
uint8_t *scene_octets(struct scene *s, size_t host, enum evidence_question q);
/* The second host gets the links of these zones, and keeps its answers. */
void scene_chain(struct scene *s, const struct chain_zone *zones);
void chain_of_before(struct scene *s);
void rrset_gone(struct chain_rrset *r);
void rrset_of_other_key(struct chain_rrset *r);
void rename_inside(struct scene *s);
