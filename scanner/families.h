/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which address families can be used from here: a family not available is said so, not blamed. */
#pragma once

#include <stdbool.h>

void families_probe(bool *no_ipv4, bool *no_ipv6);
