/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vantages of a configuration, as the walk and the network need them. */
#pragma once

#include "scanner/configuration.h"
#include "scanner/net/network.h"
#include "scanner/walk/probe.h"

/* Can be asked from each of them, and is each another place? The exit code, after saying of which one not. In a lab loopback addresses
 * are places. */
int vantages_check(const struct config *c, bool lab);
/* More places are wanted than can ask servers of both families: a child whose servers have both is then never seen whole from enough. */
bool vantages_fall_short(const struct config *c, size_t *whole, size_t *wanted);
/* Says so in one sentence, if so. */
void vantages_warn(const struct config *c);
void vantages_fill(const struct config *c, struct probe_options *probe, struct network_options *network);
