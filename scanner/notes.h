/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sink of record has noted of its changes, for commands that only look. */
#pragma once

#include "registry/store/sinkdb.h"

/* *out: its notes, to be closed; NULL: there is no such sink yet, it has none, or they cannot be read, which is said. An error is one of
 * the store itself. */
int notes_of_record(struct store *s, struct store **out);
