/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Octet forms shared by the encodings of this folder, beside those of validate/cds/codec.h.
 * Private to validate/accept. Readers leave the cursor's error set on any fault and then give zeros; writers too. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/reason.h"
#include "validate/dnssec/crypto.h"
#include "validate/dnssec/ds.h"
#include "validate/wire/arena.h"
#include "validate/wire/cursor.h"
#include "validate/wire/limits.h"
#include "validate/wire/record.h"

#define FORM_NAME_OCTETS (1 + LIMIT_NAME_OCTETS)
#define FORM_ADDRESS_OCTETS 17
#define FORM_DS_SET_OCTETS(count) (2 + (size_t)(count) * (5 + LIMIT_DIGEST_OCTETS))

/* A writer over bound octets of the arena that has written version; ERR_NOMEM. */
int form_begin(struct arena *arena, size_t bound, uint8_t version, struct wire *w);
/* ERR_ARG when something could not be written, for a value that has no canonical form. */
int form_end(const struct wire *w, struct slice *out);
/* Reads the version: 0, ERR_FORMAT, ERR_VERSION when newer than what we know. */
int form_open(struct slice data, uint8_t version, struct wire *w);
/* The version of octets that were opened. */
uint8_t form_version(const struct wire *w);

void form_fail(struct wire *w);
/* Fails unless value is below limit. */
uint8_t form_read_below(struct wire *w, unsigned limit);
bool form_read_flag(struct wire *w);
/* REASON_NONE and every number of the list. */
enum reason form_read_reason(struct wire *w);
void form_write_reason(struct wire *w, enum reason reason);

/* At most LIMIT_DS records in strict order. ERR_NOMEM; a fault of the octets is the cursor's error. */
int form_read_ds_set(struct wire *w, struct arena *arena, struct ds_set *out);
/* As many records as the caller made room for. */
void form_write_ds_set(struct wire *w, const struct ds_set *set);
/* Printable ASCII, NUL added, in arena; NULL for ERR_NOMEM. */
const char *form_read_text(struct wire *w, size_t size, struct arena *arena);
bool form_is_text(const char *text, size_t size);

/* A text of at least one octet in its array, after its size; writing the empty text writes nothing. */
void form_write_label(struct wire *w, const char text[LIMIT_LABEL_TEXT]);
void form_read_label(struct wire *w, char out[LIMIT_LABEL_TEXT]);
/* Zeros stand for no hash. */
bool form_is_hash(const uint8_t hash[SHA256_OCTETS]);
void form_read_hash(struct wire *w, uint8_t out[SHA256_OCTETS]);
