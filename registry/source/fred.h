/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The input of FRED's cdnskey-scanner, word by word: sections of names, in [insecure] each line behind a name server. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What is between words, beside ends of lines. */
#define FRED_SPACE " \t\r"

enum fred_section { FRED_NONE = 0, FRED_SECURE, FRED_INSECURE };

/* How far it is read; zeroed at first. */
struct fred {
	enum fred_section section;
	bool is_header;		/* the line is one */
};

enum fred_word {
	FRED_STRAY = 0,		/* before any section, where there is nothing: this is no such input */
	FRED_HEADER,		/* of a section, and whatever else is in its line */
	FRED_SERVER,		/* the name server of the names behind it */
	FRED_NAME,
};
/* The next word; first: of its line. */
enum fred_word fred_take(struct fred *f, const char *text, size_t size, bool first);
