/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Policies for people and programs. Each returns 0, ERR_NOMEM or ERR_IO. */
#pragma once

#include <stdbool.h>

#include "scanner/configuration.h"

/* The presets: a table, or an object a line. */
int policy_show_list(bool as_json);
/* Every value and where it comes from, as a file that says the same, or as one object. parent: whose brakes and freezes stand, if
 * not its own; file: both may be NULL. */
int policy_show(const struct config_policy *p, const struct config_policy *parent, const char *file, bool as_json);
