/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May an operator undo a change? What the journal and the parent say of it. Private to registry/store. */
#pragma once

#include "registry/store/journal.h"

struct undo {
	struct name child;
	struct rollback rollback;	/* change, to, undone; all else is zero */
	uint64_t waiting;		/* a change of the child that has not left, and shall not any more; 0: none */
};

/* ERR_NOTFOUND: there is no such change. *refusal: NULL, or why it cannot be undone; static. After both t stays usable. *out in arena. */
int undo_plan(struct txn *t, uint64_t change, struct arena *arena, struct undo *out, const char **refusal);
