/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server of the test child says of a token (RFC 8078 section 3.4). */
#pragma once

#include "tests/unit/zone_fixture.h"

/* A record for each word, a string for each part between "+"; "-": one string, which is empty. "": there is no such name. In arena, over TCP. */
struct evidence_answer challenge_build(const char *words, struct arena *arena);
