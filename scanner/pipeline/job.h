/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Job: one child on its way from the feeder over the walk and the judges to the writer. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "scanner/pipeline/queue.h"
#include "scanner/walk/probe.h"
#include "validate/cds/judge.h"

struct chunk;
struct feed_set;

/* Lives in its own arena, together with everything it points to. */
struct job {
	struct queue_node node;
	struct arena *arena;
	struct feed_set *set;		/* NS set it was fed from */
	struct chunk *chunk;		/* of that set, gone once all of it is decided */
	struct delegation delegation;
	const struct ds_set *back;	/* that an operator wants to go back to; NULL: none */
	struct probe *probe;		/* once it was probed */
	unsigned attempts;		/* probes that were spoilt by ourselves */
	bool second_look;		/* this probe is over TCP, because of what the first one gave */
	bool signals;			/* ... and looks for signals, too (RFC 9615) ... */
	bool challenge;			/* ... and for a token (RFC 8078 section 3.4) ... */
	bool vantages;			/* ... and is from every vantage (R8078-5-1) */
	bool failed;			/* no decision: cancelled, our own failure, or the delegation is no longer this one */
	struct evidence evidence;	/* decoded again from evidence_octets */
	struct slice evidence_octets;
	struct finding finding;
	uint32_t now;			/* seconds: the time it was judged at */
};
