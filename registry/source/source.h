/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sources: the parent's delegations in, from the systems of the registry. Files: plain, packed, "-". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "validate/cds/delegation.h"
#include "validate/wire/name.h"

/* What went wrong, for people: file, line, reason. */
struct source_error {
	char file[256];
	uint64_t line;		/* 0: none */
	char reason[256];
};

/* Called for each line that is left out, and for each delegation that is (line 0, the reason names it). */
typedef void source_skip(void *user, const struct source_error *e);

struct source_info {
	struct name origin;	/* owner of the SOA, or told; set as soon as it was seen */
	uint32_t soa_serial;	/* 0 where the source has none */
	uint64_t records;	/* read */
	uint64_t skipped;	/* lines left out */
	/* Of what time it is. */
	uint64_t written;	/* seconds since the epoch, of a file; 0: of now, out of a pipe or from a system that was asked */
	bool soa_signed;	/* a signature over the SOA was among the records ... */
	uint32_t soa_expires;	/* ... and the last of them expires then (RFC 4034 section 3.1.5) */
};

/* What the registry says of a child beside its records (validate/cds/delegation.h). */
struct source_facts {
	uint64_t line;			/* where the child stands: two lines of one child are one too many */
	unsigned flags;			/* of enum delegation_flag */
	uint32_t manual_change;		/* seconds since the epoch; 0: not told */
	const char *registrar;		/* printable ASCII, less than LIMIT_LABEL_TEXT octets; empty: not told */
	const char *registration;
};

/* Records of the parent that matter, one at a time, in file order. FACTS come once a child, and from sources only that know
 * each child as a whole: also where there is nothing to say. */
enum source_kind { SOURCE_NS, SOURCE_DS, SOURCE_ADDRESS, SOURCE_FACTS };
struct source_record {
	enum source_kind kind;
	const struct name *owner;
	uint32_t ttl;
	const struct name *host;	/* NS */
	const struct ds *ds;		/* DS; NULL: the DS set of owner is unknown, as after a line that is or may be a broken DS */
	const struct address *address;	/* A, AAAA */
	const struct source_facts *facts;
};
typedef int source_sink(void *user, const struct source_record *r);

struct source;
struct source_ops {
	/* Reads everything, once; stops at the first non-zero return of sink and returns it. An early end, a read error or a
	 * missing SOA is an error: then what was delivered is not a zone (*error says where). ERR_CANCELLED when a signal
	 * interrupts a read. Owners may lie outside the zone: without its SOA nobody knows. */
	int (*read)(struct source *s, source_sink *sink, source_skip *skip, void *user, struct source_info *info,
		struct source_error *error);
	/* NULL, or asks for the serial alone, where that is cheaper than to read: *info has origin and serial. */
	int (*look)(struct source *s, struct source_info *info, struct source_error *error);
	void (*free)(struct source *s);
};
struct source {
	const struct source_ops *ops;
	const char *name;	/* for sentences: the file */
	/* Of a source with look: two of the same identity, origin and serial have the same content. */
	const char *identity;
};

/* Master file (RFC 1035 section 5) or the output of a zone transfer, through libzscanner. path "-": standard input; gzip and
 * zstd are seen by their first octets. origin: NULL or size 0 takes it from the SOA, and relative names before any $ORIGIN are an
 * error; else it is where relative names begin, and the SOA must be its. $INCLUDE is refused. */
int source_masterfile(const char *path, const struct name *origin, struct source **out, struct source_error *error);

/* CSV (RFC 4180): a header line that names the columns, a line for each child; doc/cdswalk.1 has the columns. origin: the
 * parent, which the file does not tell. Each line stands for itself: one whose values cannot be taken is left out whole. A
 * header that cannot be taken, no line that can, and a last line that is not whole are errors. */
int source_csv(const char *path, const struct name *origin, struct source **out, struct source_error *error);

/* What a source is. BY_NAME: a file, by the end of its name, .csv, .csv.gz or .csv.zst; else, and on standard input, a
 * master file. */
enum source_format { SOURCE_BY_NAME = 0, SOURCE_ZONE, SOURCE_CSV, SOURCE_AXFR, SOURCE_NAMES, SOURCE_POSTGRES,
	SOURCE_FRED };
/* Servers of a parent that can be named. */
#define SOURCE_SERVERS 8
/* Where a parent is read: everything that a person says of its source. Texts live as long as the place. */
struct source_place {
	const char *path;		/* as the format takes it; "-": standard input. NULL: no source */
	enum source_format format;
	const char *key;		/* file with the secret that the format takes (registry/peer/secret.h); NULL: none */
	struct name origin;		/* of the parent; size 0: the source tells it */
	/* That serve what the registry publishes: of sources that are lists of the registry, and say nothing of it. None: they are not asked. */
	size_t server_count;
	struct address servers[SOURCE_SERVERS];
	uint32_t max_age_s;		/* nothing that is decided by an older one goes out; 0: by none */
};
#define SOURCE_MAX_AGE_S 86400u		/* unless told otherwise */
/* By name; ERR_FORMAT. */
int source_format_from_text(const char *text, enum source_format *out);
/* What there is, for sentences: "zone, csv, axfr, names, postgres or fred". */
const char *source_formats(void);
/* What it is made of, for sentences: "line", "row". */
const char *source_unit(const struct source_place *place);
/* What was given and cannot be used is an error, too: ERR_ARG with its sentence. ERR_NOTFOUND, without one: names and fred, of which the
 * network has to be asked (scanner/loop_parent.h). */
int source_open(const struct source_place *place, struct source **out, struct source_error *error);

/* Zone transfer (RFC 5936) of the origin from the server that is the path, "ADDRESS" or "ADDRESS@PORT", over TCP. With a key
 * (registry/peer/tsig.h) every octet is signed (RFC 8945); without one nobody knows who answers. */
int source_axfr(const struct source_place *place, struct source **out, struct source_error *error);
/* PostgreSQL: path is a file with one SELECT, whose columns are those of a list in CSV (ds_ttl and manual_change for ds-ttl and
 * manual-change; NULL: not told), key one with the connection string; origin as for CSV. A row is as a line of CSV. Read
 * in one state of the database, which is not written; whatever ends the rows before their end is an error. */
int source_postgres(const struct source_place *place, struct source **out, struct source_error *error);
