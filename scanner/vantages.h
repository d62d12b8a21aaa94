/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vantages of a configuration, as the walk and the network need them. */
#pragma once

#include "scanner/configuration.h"
#include "scanner/net/network.h"
#include "scanner/walk/probe.h"

/* Can be asked from each of them? The exit code, after saying of which one not. */
int vantages_check(const struct config *c);
void vantages_fill(const struct config *c, struct probe_options *probe, struct network_options *network);
