/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text form of domain names, RFC 1035 section 5.1. */
#include <string.h>

#include "validate/wire/err.h"
#include "validate/wire/name.h"

#define LABEL_OCTETS 63

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One octet of a label, escaped or not; moves *text behind it. False when the escape is broken. */
static bool read_octet(const char **text, uint8_t *octet)
{
	const char *t = *text;
	if (*t != '\\') {
		*octet = (uint8_t)*t;
		*text = t + 1;
		return true;
	}
	t++;
	if (*t == '\0') {
		return false;
	}
	if (!is_digit(*t)) {
		*octet = (uint8_t)*t;
		*text = t + 1;
		return true;
	}
	if (!is_digit(t[1]) || !is_digit(t[2])) {
		return false;
	}
	int value = (t[0] - '0') * 100 + (t[1] - '0') * 10 + (t[2] - '0');
	if (value > 255) {
		return false;
	}
	*octet = (uint8_t)value;
	*text = t + 3;
	return true;
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
			if (used - start > LABEL_OCTETS || used >= sizeof(octets) - 1 ||
			    !read_octet(&text, &octets[used])) {
				return ERR_FORMAT;
			}
			used++;
		}
		if (used == start + 1) {
			return ERR_FORMAT;
		}
		octets[start] = (uint8_t)(used - start - 1);
		text += *text == '.' ? 1 : 0;
	} while (*text != '\0' && used < sizeof(octets) - 1);
	if (*text != '\0') {
		return ERR_FORMAT;
	}
	octets[used++] = 0;
	return name_from_wire(octets, used, out);
}

/* The characters with a meaning in a master file, so that the text can be pasted into one. */
static bool has_meaning(uint8_t octet)
{
	return octet != 0 && strchr(".\\\"();@$", octet) != NULL;
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
