/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The recursive resolvers a run asks for name-server addresses: which, and whether one answers at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "scanner/arguments.h"
#include "validate/wire/address.h"

/* The nameserver lines of resolv.conf(5). False after saying that there is none. */
bool resolvers_system(struct address out[ARGUMENT_RESOLVERS], size_t *count);
/* Asks each once; false after saying that none answered. Any answer will do: this is about reach, not about
 * what they know. */
bool resolvers_answer(const struct address *resolvers, size_t count);
