/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts that the encodings of this folder and of validate/accept share: names, addresses, DS records, short
 * texts. */
#pragma once

#include "validate/dnssec/ds.h"
#include "validate/wire/address.h"
#include "validate/wire/cursor.h"
#include "validate/wire/name.h"

/* A size octet, then the name in wire form. Reading sets the error of the cursor unless the
 * octets are one lower-case name of exactly that size. */
void codec_write_name(struct wire *w, const struct name *name);
void codec_read_name(struct wire *w, struct name *out);

/* The family (4 or 6), then 4 or 16 octets. */
void codec_write_address(struct wire *w, const struct address *a);
void codec_read_address(struct wire *w, struct address *out);

/* Tag, algorithm, digest type, size of the digest, digest. */
void codec_write_ds(struct wire *w, const struct ds *ds);
void codec_read_ds(struct wire *w, struct ds *out);

/* Printable ASCII that ends in its array. */
bool codec_is_label(const char text[LIMIT_LABEL_TEXT]);
/* The size, then the text without its end; reading fills the rest of the array with zeros. */
void codec_write_label(struct wire *w, const char text[LIMIT_LABEL_TEXT]);
void codec_read_label(struct wire *w, char out[LIMIT_LABEL_TEXT]);
