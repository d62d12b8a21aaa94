/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octets of a test from hexadecimal text; blanks are skipped. */
#pragma once

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

static inline int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns how many octets; the room must be enough. */
static inline size_t hex_octets(const char *text, uint8_t *out, size_t room)
{
	size_t used = 0;
	while (*text != '\0') {
		if (*text == ' ') {
			text++;
			continue;
		}
		int high = hex_digit(text[0]);
		int low = hex_digit(text[1]);
		assert(high >= 0 && low >= 0 && used < room);
		out[used++] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return used;
}
