/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The index of changes, rebuilt in memory from events alone. Private to registry/store. */
#pragma once

#include "registry/store/change.h"

struct rebuilt {
	uint64_t number;
	uint64_t supersedes;
	struct change_status status;
	bool covered;		/* a newer open change supersedes it */
};

struct rebuild {
	size_t count;
	size_t room;
	struct rebuilt *changes;	/* in order of number */
};

/* Takes the next event in. 0, ERR_NOMEM; ERR_CONFLICT: it may not stand there, with the sentence in why. */
int rebuild_event(struct rebuild *r, const struct event *e, struct arena *arena, char why[256]);
struct rebuilt *rebuild_find(const struct rebuild *r, uint64_t number);
/* After the last event: marks what is covered. */
void rebuild_cover(struct rebuild *r);
void rebuild_free(struct rebuild *r);
