/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as values, for db verify: a transaction does not fail of them. Private to registry/store. */
#pragma once

#include "registry/store/runs.h"

/* ERR_FORMAT, ERR_VERSION. */
int generation_decode(struct slice key, struct slice value, struct generation *out);
int run_decode(struct slice key, struct slice value, struct run *out);
