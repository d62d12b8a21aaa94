/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a run: which of its changes may go out. */
#pragma once

#include "registry/store/runs.h"

/* Releases what the run proposed, and what was held and is CONFIRMED, unless a freeze or a brake of the run's policy is on:
 * then it is held. Sets released, braked and frozen of r. All of it in the transaction that ends the run: one that was killed
 * before is done again, and none counts twice. */
int release_run(struct txn *t, struct crypto *crypto, uint64_t now, struct run *r);
