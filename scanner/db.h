/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the db command does beside verify. Each returns the exit code. */
#pragma once

#include <stdbool.h>

/* A copy of the store in use: in the directory to, which must not be there. */
int db_backup(const char *db, const char *to);
/* A store in db, which must not be there, from a backup. */
int db_restore(const char *from, const char *db, const char *who, const char *why);
/* Says whether changes are only recorded and what is still wanted; accept: ends that. */
int db_baseline(const char *db, bool accept, const char *who, const char *why);
