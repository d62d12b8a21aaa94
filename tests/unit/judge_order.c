/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each rule may stand: the steps of standards section 3, and 16 for what nobody asked for. */
#include "tests/unit/judge_order.h"

#include <string.h>

struct place {
	const char *rule;
	unsigned first;
	unsigned last;
};

static const struct place places[] = {
	{ "R9975-3-1", 3, 3 },
	{ "R9975-3-2", 4, 4 }, { "R9975-3-4", 4, 4 }, { "A-07", 4, 4 }, { "L-RESP", 4, 4 },
	/* Whatever turns out to be too much work. */
	{ "L-DOS-1", 4, 16 },
	{ "R9975-3-3", 4, 4 },
	{ "R8078-4-1", 5, 5 }, { "W-08", 5, 5 },
	{ "R4035-5.2-1", 6, 6 }, { "R7344-4.1-2", 6, 6 }, { "R4035-5.4-1", 6, 6 },
	{ "R9975-3.1-1", 7, 7 }, { "R9975-3.1-2", 7, 7 }, { "R9975-3.1-3", 7, 7 }, { "R9975-3-7", 7, 7 },
	{ "R7344-4-3", 7, 7 }, { "A-13", 7, 7 },
	{ "R9975-3-9", 8, 8 }, { "R7344-4-1", 8, 8 }, { "R7344-6.1.1-1", 8, 8 }, { "R7344-6-3", 8, 8 },
	/* 9, the replay guard, has a memory: validate/accept. */
	{ "R7344-6.2.1-1", 10, 10 }, { "L-CONT-8", 10, 10 },
	/* Records that are too many to be looked into are counted first. */
	{ "A-15", 8, 11 },
	{ "R9904-2-1", 11, 11 }, { "R5011-2.1-1", 11, 11 }, { "R4034-2.1.1-1", 11, 11 }, { "R4035-5.3.1-1", 11, 11 },
	{ "A-16", 11, 11 }, { "L-CONT-6", 11, 12 },
	{ "L-CONT-1", 12, 12 }, { "L-CONT-2", 12, 12 }, { "L-CONT-3", 12, 12 }, { "L-CONT-4", 12, 12 },
	{ "R8078-5-2", 12, 12 },
	{ "R7344-6.2-6", 13, 13 }, { "A-05", 13, 13 }, { "R8078-2-1", 13, 13 }, { "R8078-4-2", 13, 13 }, { "A-08", 13, 13 },
	{ "A-09", 13, 13 }, { "T-43", 13, 13 }, { "R9615-4.2-2", 13, 13 }, { "R9615-4.2-1", 13, 13 },
	{ "R9615-4.2-3", 13, 13 }, { "R9615-4.2-4", 13, 13 }, { "R9615-4.2-5", 13, 13 }, { "R9615-3.1-1", 13, 13 },
	{ "R9615-4.1-1", 13, 13 }, { "R9615-4.4-1", 13, 13 }, { "C10", 13, 13 }, { "R8078-3-9", 13, 13 }, { "R7344-9-2", 13, 13 },
	{ "A-32", 15, 15 },
	{ "DSA-4.2.1-2", 16, 16 }, { "R8901-3-1", 16, 16 },
};

static struct place place_of(const struct check *c)
{
	/* Asked before anything is done, so last. */
	if (strcmp(c->rule, "R9975-3-2") == 0 && c->gate == GATE_DUE) {
		return (struct place){ c->rule, 13, 13 };
	}
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		if (strcmp(places[i].rule, c->rule) == 0) {
			return places[i];
		}
	}
	return (struct place){ c->rule, 0, 0 };
}

const struct check *judge_order_misplaced(const struct finding *f)
{
	unsigned step = 3;
	for (size_t i = 0; i < f->check_count; i++) {
		const struct place p = place_of(&f->checks[i]);
		if (p.last < step) {
			return &f->checks[i];
		}
		step = p.first > step ? p.first : step;
	}
	return NULL;
}
