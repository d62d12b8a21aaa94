/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replay guard: marks of accepted signatures, so that an older version of a signal never overwrites a
 * newer one (RFC 7344 section 6.2). Private to validate/accept. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/accept/state.h"

struct replay {
	bool older;		/* known marks exist and every one lies below what was accepted */
	size_t known;		/* marks seen whose (type, key) was accepted before */
	size_t below;		/* of these, older than accepted; serial arithmetic, equal is not */
	const struct mark *seen;	/* a mark that lies below, and the one it lies below of; for people */
	const struct mark *stored;
};

void replay_check(const struct mark *seen, size_t seen_count, const struct child_state *s, struct replay *out);
/* The marks of s after seen were accepted: none moves backwards, at most LIMIT_MARKS are kept and the
 * oldest at now go first, those of seen last. New array in arena. Counts are within LIMIT_MARKS. ERR_NOMEM. */
int replay_record(const struct mark *seen, size_t seen_count, uint32_t now, struct arena *arena,
	struct child_state *s);
