/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes that have left and that the parent does not show: how many, and how it goes on. */
#pragma once

#include "registry/store/arrival.h"

/* After the states of changes, on standard output; nothing when all have arrived. */
void arrivals_text(const uint64_t counts[ARRIVALS], const char *db);
/* What the parent's servers serve of them; nothing where they were not asked. */
void arrivals_in_dns_text(const uint64_t counts[IN_DNS_WORDS], const char *db);
/* After a scan, in one line of standard error; nothing when none is late or lost. */
void arrivals_say(const uint64_t counts[ARRIVALS]);
