/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a story. */
#include "tests/scenario/words.h"

#include <stdlib.h>
#include <string.h>

const char *story;
unsigned line_number;

void wrong(const char *what, const char *word)
{
	give_up("%s:%u: %s%s%s", story, line_number, what, word[0] == '\0' ? "" : ": ", word);
}

char *next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t size = strcspn(word, " \t");
	*at = word + size + (word[size] != '\0');
	word[size] = '\0';
	return word;
}

uint64_t number_of(const char *word)
{
	char *end;
	unsigned long long n = strtoull(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end != '\0') {
		wrong("not a number", word);
	}
	return n;
}

uint64_t ms_of(char *word)
{
	static const struct {
		char unit;
		uint64_t ms;
	} units[] = { { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }, { 'd', 86400000 } };
	size_t size = strlen(word);
	for (size_t i = 0; size > 1 && i < sizeof(units) / sizeof(units[0]); i++) {
		if (word[size - 1] == units[i].unit) {
			word[size - 1] = '\0';
			return number_of(word) * units[i].ms;
		}
	}
	wrong("not a time such as 90s, 5m, 2h, 7d", word);
}

const char *keep(char to[WORDS_MAX], const char *from)
{
	if (strlen(from) >= WORDS_MAX) {
		wrong("too long", from);
	}
	strcpy(to, from);
	for (char *p = to; *p != '\0'; p++) {
		*p = *p == ',' ? ' ' : *p;
	}
	return to;
}

int value_of(const struct named *list, const char *name)
{
	for (; list->name != NULL; list++) {
		if (strcmp(list->name, name) == 0) {
			return list->value;
		}
	}
	wrong("not known here", name);
}
