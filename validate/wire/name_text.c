/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text form of domain names, RFC 1035 section 5.1. */
#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/name.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One octet of a label, escaped or not; moves *text behind it. False when the escape is broken. */
static bool read_octet(const char **text, uint8_t *octet)
{
	const char *t = *text;
	bool is_escaped = *t == '\\';
	t += is_escaped ? 1 : 0;
	if (!is_escaped || !is_digit(*t)) {
		*octet = (uint8_t)*t;
		*text = *t == '\0' ? t : t + 1;
		return *t != '\0';	/* nothing behind the backslash */
	}
	unsigned value = 0;
	unsigned digits = 0;
	for (; digits < 3 && is_digit(t[digits]); digits++) {
		value = value * 10 + (unsigned)(t[digits] - '0');
	}
	*octet = (uint8_t)value;
	*text = t + digits;
	return digits == 3 && value <= 255;
}

int name_from_text(const char *text, struct name *out)
{
	if (strcmp(text, ".") == 0) {
		*out = name_root;
		return 0;
	}
	uint8_t octets[LIMIT_NAME_OCTETS];
	size_t used = 0;
	do {
		size_t start = used++;
		while (*text != '\0' && *text != '.') {
			/* One octet is kept for the root label. */
			if (used >= sizeof(octets) - 1 || !read_octet(&text, &octets[used])) {
				return ERR_FORMAT;
			}
			used++;
		}
		octets[start] = (uint8_t)(used - start - 1);
		text += *text == '.' ? 1 : 0;
	} while (*text != '\0' && used < sizeof(octets) - 1);
	if (*text != '\0') {
		return ERR_FORMAT;
	}
	octets[used++] = 0;
	/* A label that is empty or too long is none in wire form either. */
	return name_from_wire(octets, used, out);
}

/* The characters with a meaning in a master file, so that the text can be pasted into one. */
static bool has_meaning(uint8_t octet)
{
	switch (octet) {
	case '.':
	case '\\':
	case '"':
	case '(':
	case ')':
	case ';':
	case '@':
	case '$':
		return true;
	default:
		return false;
	}
}

static char *write_octet(char *text, uint8_t octet)
{
	if (octet > 0x20 && octet < 0x7f) {
		if (has_meaning(octet)) {
			*text++ = '\\';
		}
		*text++ = (char)octet;
		return text;
	}
	*text++ = '\\';
	*text++ = (char)('0' + octet / 100);
	*text++ = (char)('0' + octet / 10 % 10);
	*text++ = (char)('0' + octet % 10);
	return text;
}

void name_to_text(const struct name *name, char text[NAME_TEXT_SIZE])
{
	size_t pos = 0;
	if (name->size == 1) {
		*text++ = '.';
	}
	while (pos < name->size && name->octets[pos] != 0) {
		size_t end = pos + name->octets[pos];
		while (pos < end) {
			text = write_octet(text, name->octets[++pos]);
		}
		*text++ = '.';
		pos++;
	}
	*text = '\0';
}
