/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry/source/fred.h"

#include <string.h>

static bool is(const char *text, size_t size, const char *word)
{
	return size == strlen(word) && memcmp(text, word, size) == 0;
}

enum fred_word fred_take(struct fred *f, const char *text, size_t size, bool first)
{
	if (first) {
		bool secure = is(text, size, "[secure]");
		f->is_header = secure || is(text, size, "[insecure]");
		if (f->is_header) {
			f->section = secure ? FRED_SECURE : FRED_INSECURE;
		}
	}
	if (f->is_header) {
		return FRED_HEADER;
	}
	if (f->section == FRED_NONE) {
		return FRED_STRAY;
	}
	return first && f->section == FRED_INSECURE ? FRED_SERVER : FRED_NAME;
}
