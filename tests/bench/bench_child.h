/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A child of synth as if it had been probed and judged: real answers, real signatures, no network. */
#pragma once

#include "tests/bench/synth.h"
#include "validate/accept/policy.h"
#include "validate/cds/judge.h"

struct bench_child {
	struct arena *arena;
	struct delegation delegation;
	struct evidence evidence;
	struct slice octets;	/* of the evidence */
	struct finding finding;
	uint32_t now;
};

/* The delegation as the parent has it, in arena. */
void bench_delegation(const struct synth_plan *plan, uint32_t child, struct crypto *crypto, struct arena *arena,
	struct delegation *out);
void bench_child_make(const struct synth_plan *plan, uint32_t child, struct crypto *crypto,
	const struct policy *policy, struct bench_child *out);
void bench_child_free(struct bench_child *c);
