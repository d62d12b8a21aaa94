/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a copy of validate/ with mutants in it is compiled with. At most one mutant is active: the one whose number
 * the environment names. Each of these is the value it was given unless its mutant is active, and a mutant counts as
 * reached only where it would change that value. */
#pragma once

#include <stdbool.h>

/* Is this one active? Notes that it was reached. */
bool mutant(unsigned number);

/* Octets that are zero, for what is found although it is not there. */
extern unsigned char mutant_nothing[65536];

static inline bool mutant_true(unsigned number, bool value)
{
	return value || mutant(number);
}

static inline bool mutant_false(unsigned number, bool value)
{
	return value && !mutant(number);
}

/* An error of ours becomes success. */
static inline int mutant_status(unsigned number, int value)
{
	return value < 0 && mutant(number) ? 0 : value;
}

/* "Does not verify", and "could not be verified", become "verifies". */
static inline int mutant_verdict(unsigned number, int value)
{
	return value <= 0 && mutant(number) ? 1 : value;
}

/* A reason becomes none. */
static inline int mutant_none(unsigned number, int value)
{
	return value != 0 && mutant(number) ? 0 : value;
}
