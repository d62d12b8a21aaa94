/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 (RFC 4648 section 4), as DNSKEY records have it in text. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Octets that size octets take, with the NUL. */
#define BASE64_ROOM(size) (((size) + 2) / 3 * 4 + 1)

void base64_write(const uint8_t *octets, size_t size, char *out);
/* The whole text, padded, without blanks; at most room octets. ERR_FORMAT, ERR_LIMIT. */
int base64_read(const char *text, size_t length, uint8_t *out, size_t room, size_t *size);
