/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must come of a story's last run. */
#pragma once

#include "tests/scenario/world.h"

/* False: the verb is no expectation. */
bool take_expectation(struct world *w, const char *verb, char *rest);
