/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two clocks of the program; everything below scanner gets its time from here as a parameter. */
#pragma once

#include <stdint.h>

#include "scanner/walk/walk.h"

struct moment clock_now(void);
uint64_t clock_unix_s(void);
/* CLOCK_MONOTONIC in milliseconds. */
uint64_t clock_steady_ms(void);
