/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a story, and where in it we are. What cannot be read ends the program with the line. */
#pragma once

#include <stdint.h>

#include "tests/scenario/world.h"

extern const char *story;
extern unsigned line_number;

__attribute__((noreturn)) void wrong(const char *what, const char *word);
/* Cuts the first word off. */
char *next_word(char **at);
uint64_t number_of(const char *word);
/* 90s, 5m, 2h, 7d. */
uint64_t ms_of(char *word);
/* "A,B" or the rest of the line as the words of zone_fixture.h. */
const char *keep(char to[WORDS_MAX], const char *from);

struct named {
	const char *name;
	int value;
};
/* The list ends with a name that is NULL. */
int value_of(const struct named *list, const char *name);
