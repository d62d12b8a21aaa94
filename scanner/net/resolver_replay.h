/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolver that answers from recorded octets: for tests and for walking a recorded world. The file
 * format is in recording.h; delays run on a clock the caller turns. */
#pragma once

#include "scanner/net/resolver.h"

int resolver_replay_new(const char *path, struct resolver **out, const char **why);
/* Delivers every answer due at now_ms (the caller's clock), also those that come due by what the
 * callbacks ask; returns the time of the next one, UINT64_MAX if none. After close one more turn
 * delivers the cancelled ones and frees the resolver. */
uint64_t resolver_replay_turn(struct resolver *r, uint64_t now_ms);
