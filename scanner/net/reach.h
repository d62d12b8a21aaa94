/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reach: does any of these servers answer anything at all? With a loop of its own, before a walk begins. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "validate/wire/address.h"

/* 0 and *answered, or an error with one sentence in *why (static). Takes at most some seconds. */
int reach_any(const struct address *servers, size_t count, bool *answered, const char **why);
