/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a master file (RFC 1035 section 5), one at a time, in constant memory. Private to registry/source.
 *
 * The scanner of Knot does the parsing and gets exactly one record at a time: where a record ends is found here, so that
 * a broken one costs itself only and never its neighbours, and so that no block of input ends inside one. */
#pragma once

#include "registry/source/input.h"

/* TTL of a record that has none before any $TTL: what Knot takes. */
#define ZONESCAN_TTL 3600

struct zonescan;

enum zonescan_what { ZONESCAN_END, ZONESCAN_RECORD, ZONESCAN_BROKEN };

struct zonescan_record {
	enum zonescan_what what;
	uint64_t line;		/* where it begins */
	uint16_t type;		/* BROKEN: 0 when not known */
	uint32_t ttl;
	/* Wire form, case as in the file; until the next call. BROKEN: the owner only, and only if it was readable. */
	const uint8_t *owner;
	size_t owner_size;
	const uint8_t *rdata;
	size_t rdata_size;
};

struct zonescan_options {
	const struct name *origin;	/* for relative names before any $ORIGIN; NULL: see zonescan_is_relative */
	/* It must be a whole zone: the last newline is there, and comments of dig and kdig about a transfer count. */
	bool whole;
	bool bare_ttl;			/* a record that has no TTL before any $TTL gets 0, not ZONESCAN_TTL */
};

int zonescan_open(const char *path, const struct zonescan_options *o, struct zonescan **out, struct source_error *e);
/* The next record, broken line (*e says why) or the end. A negative return ends it: read errors, an end inside
 * parentheses or, of a whole zone, inside a line; $INCLUDE, unknown directives, CR LF. */
int zonescan_next(struct zonescan *z, struct zonescan_record *r, struct source_error *e);
/* Was this name made from a relative one though no origin is known? */
bool zonescan_is_relative(const uint8_t *name, size_t size);
/* The file says it is a zone transfer's output, which is whole only with its closing SOA. */
bool zonescan_is_transfer(const struct zonescan *z);
const char *zonescan_name(const struct zonescan *z);
uint64_t zonescan_written(const struct zonescan *z);	/* as input_written */
void zonescan_close(struct zonescan *z);	/* NULL is fine */
