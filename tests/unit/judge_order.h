/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of the rules in a decision, as standards section 3 has it. */
#pragma once

#include "validate/cds/judge.h"

/* The first check that stands where it should not, or whose rule has no place; NULL: the order holds. */
const struct check *judge_order_misplaced(const struct finding *f);
