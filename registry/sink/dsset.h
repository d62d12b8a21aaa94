/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of files of a zone: dsset-ZONE and the like. */
#pragma once

#include <stdbool.h>

#include "validate/wire/name.h"

/* POSIX NAME_MAX on every file system that matters, and NUL. */
#define DSSET_NAME_SIZE 256

/* The prefix and the child: lower-case letters, digits, "-" and "_" as they are, other octets as %HH (as BIND names such
 * files): no "/" and no dot but between labels, so no name leads out of a directory. False when it is too long. */
bool dsset_file_name(const char *prefix, const struct name *child, char out[DSSET_NAME_SIZE]);
#define DSSET_PREFIX "dsset-"
