/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the clock to be believed? A run whose clock is far ahead marks every state it writes with that time, and keeps children from
 * a first DS set until then (CLOCK_UNSAFE); and what it takes to be old it removes for good. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The clock may be so far ahead of the newest run, and nobody is asked. */
#define SCAN_CLOCK_LEAP_S (7 * UINT64_C(86400))

struct scan_clock {
	bool is_right;		/* the operator says so */
	bool known;		/* last is */
	uint64_t last;		/* when the newest run was that the store had before this command; 0: it had none */
};

bool scan_clock_is_believed(const struct scan_clock *c, uint64_t now);
/* The time to remove by. After a leap it goes on by no more than one without a word would, whoever says that it is right: what is
 * old by then is removed later, and nothing too early. Zero, when everything is young, where last is not known. */
uint64_t scan_clock_to_remove_by(const struct scan_clock *c, uint64_t now);
