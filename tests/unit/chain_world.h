/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The zones that the tests of paths and signals change: the root, net., and example.net. with the name servers. */
#pragma once

#include <string.h>

#include "tests/unit/chain_fixture.h"

enum { ROOT = 0, NET = 1, OPERATOR = 2, MORE = 3 };

static inline void chain_world(struct chain_zone zones[CHAIN_ZONES])
{
	static const struct chain_zone usual[] = {
		{ .name = ".", .keys = "RY", .keys_by = "R", .by = "Y", .rrsets = {
			{ "net.", TYPE_DS, "B", NULL, WHEN_VALID },
			{ "plain.", TYPE_NS, "ns.plain.", "", WHEN_VALID } } },
		{ .name = "net.", .keys = "BC", .keys_by = "B", .by = "C", .denial = CHAIN_NSEC3, .rrsets = {
			{ "example.net.", TYPE_DS, "A", NULL, WHEN_VALID },
			{ "plain.net.", TYPE_NS, "ns.plain.net.", "", WHEN_VALID } } },
		{ .name = "example.net.", .keys = "AZ", .keys_by = "A", .by = "Z", .rrsets = {
			{ "ns1.example.net.", TYPE_A, "c0000201", NULL, WHEN_VALID },
			{ "ns2.example.net.", TYPE_A, "c0000202", NULL, WHEN_VALID },
			{ "ns1.deep.below.example.net.", TYPE_A, "c0000203", NULL, WHEN_VALID } } },
	};
	memset(zones, 0, CHAIN_ZONES * sizeof zones[0]);
	memcpy(zones, usual, sizeof usual);
}

/* A zone of its own at or below the operator's, with key E; ds: in its parent, NULL: none. */
static inline struct chain_zone *chain_more(struct chain_zone zones[CHAIN_ZONES], const char *name, const char *ds)
{
	chain_add(&zones[OPERATOR], name, ds == NULL ? TYPE_NS : TYPE_DS, ds == NULL ? "ns1.example.net." : ds)->by =
		ds == NULL ? "" : NULL;
	zones[MORE] = (struct chain_zone){ .name = name, .keys = "E", .keys_by = "E", .by = "E" };
	return &zones[MORE];
}
