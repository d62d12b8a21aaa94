/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of the databases: a version octet, then fields in network order. Private to registry/store. */
#pragma once

#include "validate/dnssec/ds.h"
#include "validate/wire/cursor.h"
#include "validate/wire/record.h"

/* Of every value written by this folder; values of validate/ carry their own. */
#define VALUE_VERSION 1

/* Past the version octet. */
struct wire value_writer(uint8_t *out, size_t size);
/* ERR_FORMAT when empty, ERR_VERSION when newer. */
int value_reader(struct slice value, struct wire *out);
/* The same for a value that has been changed: known is its newest version, *version the one that is there. */
int value_reader_of(struct slice value, uint8_t known, struct wire *out, uint8_t *version);
/* What was written; it must have fitted. */
struct slice value_written(const struct wire *w);

/* Also of no name (size 0). */
#define VALUE_NAME_MAX (1 + LIMIT_NAME_OCTETS)
void value_write_name(struct wire *w, const struct name *name);
void value_read_name(struct wire *w, struct name *out);
void value_write_ds_set(struct wire *w, const struct ds_set *set);
/* In arena; the cursor has its error set on any fault, also when out of memory. */
void value_read_ds_set(struct wire *w, struct arena *arena, struct ds_set *out);
void value_write_slice(struct wire *w, struct slice s);
/* Points into the value. */
struct slice value_read_slice(struct wire *w);
void value_read_octets(struct wire *w, uint8_t *out, size_t size);

/* Printable ASCII in size octets, with its NUL. False, and nothing written, when it is not. */
bool value_write_text(struct wire *w, const char *text, size_t size);
void value_read_text(struct wire *w, char *out, size_t size);

/* A copy in arena; ERR_NOMEM. */
int value_copy(struct arena *arena, struct slice s, struct slice *out);
