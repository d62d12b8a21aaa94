/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, addresses, DS records and short texts inside stored values. */
#include "validate/cds/codec.h"

#include <string.h>

#include "validate/wire/err.h"

void codec_write_name(struct wire *w, const struct name *name)
{
	wire_write_u8(w, name->size);
	wire_write(w, name->octets, name->size);
}

void codec_read_name(struct wire *w, struct name *out)
{
	uint8_t size = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, size);
	/* A stored name is already folded: anything else would have two encodings. */
	if (octets == NULL || name_from_wire(octets, size, out) < 0 ||
	    memcmp(octets, out->octets, size) != 0) {
		*out = (struct name){ .size = 0 };
		w->error = true;
	}
}

void codec_write_address(struct wire *w, const struct address *a)
{
	wire_write_u8(w, a->family);
	wire_write(w, a->octets, a->family == 4 ? 4 : 16);
}

void codec_read_address(struct wire *w, struct address *out)
{
	*out = (struct address){ .family = wire_read_u8(w) };
	if (out->family != 4 && out->family != 6) {
		w->error = true;
		return;
	}
	size_t size = out->family == 4 ? 4 : 16;
	const uint8_t *octets = wire_read(w, size);
	if (octets != NULL) {
		memcpy(out->octets, octets, size);
	}
}

void codec_write_ds(struct wire *w, const struct ds *ds)
{
	wire_write_u16(w, ds->tag);
	wire_write_u8(w, ds->algorithm);
	wire_write_u8(w, ds->digest_type);
	wire_write_u8(w, ds->size);
	wire_write(w, ds->digest, ds->size);
}

void codec_read_ds(struct wire *w, struct ds *out)
{
	*out = (struct ds){ .tag = wire_read_u16(w) };
	out->algorithm = wire_read_u8(w);
	out->digest_type = wire_read_u8(w);
	out->size = wire_read_u8(w);
	if (out->size > LIMIT_DIGEST_OCTETS) {
		w->error = true;
		return;
	}
	const uint8_t *digest = wire_read(w, out->size);
	if (digest != NULL) {
		memcpy(out->digest, digest, out->size);
	}
}

static bool is_printable(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e) {
			return false;
		}
	}
	return true;
}

bool codec_is_label(const char text[LIMIT_LABEL_TEXT])
{
	size_t size = strnlen(text, LIMIT_LABEL_TEXT);
	return size < LIMIT_LABEL_TEXT && is_printable(text, size);
}

void codec_write_label(struct wire *w, const char text[LIMIT_LABEL_TEXT])
{
	size_t size = strnlen(text, LIMIT_LABEL_TEXT);
	wire_write_u8(w, (uint8_t)size);
	wire_write(w, text, size);
}

void codec_read_label(struct wire *w, char out[LIMIT_LABEL_TEXT])
{
	uint8_t size = wire_read_u8(w);
	const uint8_t *octets = wire_read(w, size);
	memset(out, 0, LIMIT_LABEL_TEXT);
	if (octets == NULL || size >= LIMIT_LABEL_TEXT || !is_printable((const char *)octets, size)) {
		w->error = true;
		return;
	}
	memcpy(out, octets, size);
}
