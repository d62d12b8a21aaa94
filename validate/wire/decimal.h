/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, where there are so many that a format costs. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define DECIMAL_MAX 20			/* octets; no NUL */

/* Behind what was written. */
static inline char *decimal_write(char *at, uint64_t value)
{
	char digits[DECIMAL_MAX];
	size_t count = 0;
	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value != 0);
	while (count > 0) {
		*at++ = digits[--count];
	}
	return at;
}
