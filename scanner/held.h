/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the brake holds: whose changes they are, how many, and how it goes on. */
#pragma once

#include "registry/sink/json.h"
#include "registry/store/journal.h"

/* Two forms of the same, from a read transaction. Nothing in text when the brake holds nothing. */
int held_text(struct txn *t, const char *db);
/* "brake": an array, one object for each class of changes that the brake holds, of a parent and of an NS set. */
int held_json(struct txn *t, struct json *j);
