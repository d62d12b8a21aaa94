/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a judgement looked at, in order, and the warnings it gathers on the way. */
#pragma once

#include "validate/cds/judge.h"

struct trace {
	struct arena *arena;
	bool failed;		/* out of memory; seen once, at the end */
	size_t check_count;
	struct check *checks;
	size_t dropped;		/* checks there was no room for */
	size_t warning_count;
	enum reason warnings[LIMIT_WARNINGS];
};

void trace_init(struct trace *t, struct arena *arena);
/* rule is static. What the format makes is cut to printable ASCII. */
__attribute__((format(printf, 5, 6)))
void trace_check(struct trace *t, const char *rule, enum gate gate, enum check_result result,
	const char *format, ...);
/* Once each; REASON_NONE is no warning. */
void trace_warn(struct trace *t, enum reason reason);
/* Moves everything into the finding, without the primary reason among the warnings. ERR_NOMEM. */
int trace_finish(struct trace *t, struct finding *out);
