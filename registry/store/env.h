/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What txn.c needs of env.c. Private to the two; no library header here, so that LMDB stays in them. */
#pragma once

#include "registry/store/db.h"

struct MDB_env;

struct MDB_env *env_handle(const struct store *s);
/* ENV_ABSENT: the store is of an older format and open to read; whatever such a database would hold is not there. */
#define ENV_ABSENT (~0u)
unsigned env_database(const struct store *s, enum db db);
/* A return code of LMDB (or errno) as one of ours. */
int env_error(int code);
