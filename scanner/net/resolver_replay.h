/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolver that answers from recorded octets: for tests and for walking a recorded world.
 * File format: doc comment in resolver_replay.c; delays run on a clock the caller turns. */
#pragma once

#include "scanner/net/resolver.h"

int resolver_replay_new(const char *path, struct resolver **out, const char **why);
/* Delivers every answer due at now_ms (the caller's clock); returns the time of the next one, UINT64_MAX if none. */
uint64_t resolver_replay_turn(struct resolver *r, uint64_t now_ms);
