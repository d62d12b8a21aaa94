/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what servers say to a finding: evidence of real octets with real signatures, judged for real, and remembered.
 *
 * judge() is a function of its input. What it reads of times is their order, whether a signature is valid at now, and whether
 * it ends within the time that is warned of; of keys, which are equal and how they are sorted. Two cases that agree in these,
 * and in all the rest, have one finding but for the keys and inceptions in it, the serials of its servers, and hashes, which are
 * put in from the case at hand. A share of all that was remembered is judged again from octets of its own keys and times, and
 * has to come out the same. */
#pragma once

#include "tests/sim/sim.h"

/* What is to be judged. */
struct question {
	const struct child *child;
	struct view *views;	/* in order of host */
	size_t count;
	enum evidence_trigger trigger;
	bool signals_asked;	/* signals are part of the evidence (RFC 9615) */
};

void judged_begin(void);
void judged_end(void);
/* Everything in arena. Evidence and delegation as accept takes them; the octets are there only where they had to be made. */
void judged(const struct question *q, struct arena *arena, struct evidence *evidence, struct delegation *delegation,
	struct finding *out);

/* evidence.c */
void evidence_frame(const struct question *q, struct arena *arena, struct evidence *out);
const struct name *host_names(void);
void evidence_fill(const struct question *q, struct arena *arena, struct evidence *e);
void delegation_frame(const struct child *c, struct arena *arena, struct delegation *out);
