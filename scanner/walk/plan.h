/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plan: which addresses of the parent-side NS set are asked. Private to scanner/walk. */
#pragma once

#include "scanner/walk/probe.h"

/* Hosts of the delegation and their glue into e; room for every address they may still get. Of one that is not to be asked at
 * all the hosts are named, and it has no servers. */
int plan_new(struct arena *arena, const struct delegation *d, struct evidence *e);
/* One more address of a host; the same address of several hosts is one server. */
void plan_address(struct evidence *e, size_t host, const struct address *address);
/* What the look-up of a host gave. */
void plan_host(struct evidence *e, size_t host, const struct host *h);
/* Sorts the servers, marks those not to be asked; returns how many are asked. */
size_t plan_finish(struct evidence *e, const struct probe_options *o);
/* Of the servers of a finished plan, marks those that cannot be asked from another place; returns how many are. */
size_t plan_vantage(struct evidence_server *servers, size_t count, const struct probe_vantage *v);
