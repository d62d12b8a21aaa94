/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scanner/base64.h"

#include <string.h>

#include "validate/wire/err.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(const uint8_t *octets, size_t size, char *out)
{
	for (size_t i = 0; i < size; i += 3) {
		size_t left = size - i;
		uint32_t bits = (uint32_t)octets[i] << 16 | (left > 1 ? (uint32_t)octets[i + 1] << 8 : 0) | (left > 2 ? octets[i + 2] : 0);
		*out++ = digits[bits >> 18];
		*out++ = digits[bits >> 12 & 63];
		*out++ = left > 1 ? digits[bits >> 6 & 63] : '=';
		*out++ = left > 2 ? digits[bits & 63] : '=';
	}
	*out = '\0';
}

int base64_read(const char *text, size_t length, uint8_t *out, size_t room, size_t *size)
{
	size_t padding = length > 0 && text[length - 1] == '=' ? 1 + (length > 1 && text[length - 2] == '=') : 0;
	size_t octets = length / 4 * 3 - padding;
	uint32_t bits = 0;
	if (length == 0 || length % 4 != 0) {
		return ERR_FORMAT;
	}
	if (octets > room) {
		return ERR_LIMIT;
	}
	size_t done = 0;
	for (size_t i = 0; i < length; i++) {
		const char *digit = i < length - padding && text[i] != '\0' ? strchr(digits, text[i]) : NULL;
		if (digit == NULL && i < length - padding) {
			return ERR_FORMAT;
		}
		bits = bits << 6 | (digit == NULL ? 0 : (uint32_t)(digit - digits));
		for (unsigned k = 0; i % 4 == 3 && k < 3 && done < octets; k++) {
			out[done++] = (uint8_t)(bits >> (16 - 8 * k));
		}
	}
	/* Bits behind the last octet are none. */
	if ((padding == 1 && (bits & 0xff) != 0) || (padding == 2 && (bits & 0xffff) != 0)) {
		return ERR_FORMAT;
	}
	*size = octets;
	return 0;
}
