/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Domain names in wire form, always lower case: the canonical form of RFC 4034
 * section 6.2. Text form as in RFC 1035 section 5.1 with a trailing dot. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/wire/cursor.h"
#include "validate/wire/limits.h"

/* Text of the longest name with every octet escaped as \DDD, with its NUL. */
#define NAME_TEXT_SIZE (LIMIT_NAME_OCTETS * 4 + 1)

struct name {
	uint8_t size;				/* octets used, root label included; 0: no name */
	uint8_t octets[LIMIT_NAME_OCTETS];	/* uncompressed, lower case */
};

extern const struct name name_root;

/* ERR_FORMAT if not a name. A missing trailing dot is accepted: names given by
 * people are absolute. */
int name_from_text(const char *text, struct name *out);
/* Writes at most NAME_TEXT_SIZE octets, always terminated, printable ASCII only. */
void name_to_text(const struct name *name, char text[NAME_TEXT_SIZE]);
/* From uncompressed wire form of exactly size octets; upper case is folded. */
int name_from_wire(const uint8_t *octets, size_t size, struct name *out);
/* Reads a possibly compressed name at the cursor of a whole message. Pointers must
 * point backwards; at most LIMIT_NAME_JUMPS. On any fault the cursor has its error set. */
void name_read(struct wire *message, struct name *out);
/* Reads an uncompressed name (compression is an error). */
void name_read_plain(struct wire *w, struct name *out);
void name_write(struct wire *w, const struct name *name);

bool name_equal(const struct name *a, const struct name *b);
/* Canonical order, RFC 4034 section 6.1: below, equal, above zero. Total. */
int name_compare(const struct name *a, const struct name *b);
/* Is name equal to or below zone? */
bool name_is_within(const struct name *name, const struct name *zone);
/* Labels without the root label: "example.ch." has two. */
unsigned name_labels(const struct name *name);
/* One label shorter; the parent of the root is the root. */
void name_parent(const struct name *name, struct name *out);
