/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The network of a story: answers out of recordings that are made for each run. */
#pragma once

#include "tests/scenario/world.h"

void recording_open(struct world *w);
/* Hands out what is due by now; when the next is, UINT64_MAX: nothing is. */
uint64_t recording_turn(struct world *w);
void recording_close(struct world *w);
/* What is known of host i. */
struct host recording_host(size_t i);
