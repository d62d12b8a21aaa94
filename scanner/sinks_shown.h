/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sink of record and those that read along: what waits for each, how far it is, how its last exports ended. */
#pragma once

#include "registry/sink/json.h"
#include "registry/store/sinkdb.h"

struct sinks_shown;

/* What they have noted; to be called before the transaction of show begins, so that none of them is ahead of the journal that is
 * compared then. */
int sinks_shown_new(struct store *s, struct sinks_shown **out);
void sinks_shown_free(struct sinks_shown *s);	/* NULL is fine */
/* states: how many changes are in each (by enum event_kind). */
int sinks_shown_find(struct sinks_shown *s, struct txn *t, const uint64_t states[EVENT_KINDS]);
void sinks_shown_json(const struct sinks_shown *s, struct json *j);
/* Nothing where there is none yet. */
int sinks_shown_text(const struct sinks_shown *s, const char *db);
